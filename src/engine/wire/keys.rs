//! Keys that differ in case only: other keys to most readers, the same to those of Go and of .NET.

use super::{Unreadable, shape};
use crate::json::Node;

/// Looks at the members of an object whose `keys` mean something to the gate.
///
/// # Errors
/// If one has another key which some readers take for one of them: they would find a call where the gate sees none.
pub(crate) fn exact(node: &Node, keys: &[&str]) -> Result<(), Unreadable> {
    for member in node.members() {
        let key = member.key.as_str();
        if !keys.contains(&key) && keys.iter().any(|known| same_folded(key, known)) {
            return Err(shape("a key that differs from a known one in case only"));
        }
    }
    Ok(())
}

/// As Go compares: ASCII case, and the two letters beyond ASCII that fold into it.
fn same_folded(key: &str, known: &str) -> bool {
    let folded = key.chars().map(|c| match c {
        'ſ' => 's',
        'K' => 'k',
        c => c.to_ascii_lowercase(),
    });
    folded.eq(known.chars().map(|c| c.to_ascii_lowercase()))
}
