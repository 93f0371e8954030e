//! The members of an object: keys that differ in case only are other keys to most readers, and the same to those of Go and
//! of .NET; and a text is a string.

use super::{Unreadable, shape};
use crate::json::Node;

/// Looks at the members of an object whose `keys` mean something to the gate.
///
/// # Errors
/// If one has another key which some readers take for one of them: they would find a call where the gate sees none.
pub(crate) fn exact(node: &Node, keys: &[&str]) -> Result<(), Unreadable> {
    for member in node.members() {
        let key = member.key.as_str();
        if keys.contains(&key) {
            continue;
        }
        if keys.iter().any(|known| same_folded(key, known)) {
            return Err(shape("a key that differs from a known one in case only"));
        }
        // One client takes a member's path for its key, and looks at how it ends.
        let last = key.rsplit_once('/').map(|(_, last)| last);
        if last.is_some_and(|last| keys.iter().any(|known| same_folded(last, known))) {
            return Err(shape("a key that ends in a slash and a known one"));
        }
    }
    Ok(())
}

/// A member that must be a string; `None` where it is absent or `null`.
///
/// # Errors
/// If it is something else.
pub(crate) fn text<'d>(node: &'d Node, key: &str) -> Result<Option<&'d str>, Unreadable> {
    match node.present(key) {
        None => Ok(None),
        Some(member) => match member.as_str() {
            // To readers in C it ends there.
            Some(text) if text.contains('\0') => {
                Err(shape("a name, identifier or other text with U+0000 in it"))
            }
            Some(text) => Ok(Some(text)),
            None => Err(shape("a name, identifier or other text that is not a string")),
        },
    }
}

/// As [`text`], of what is as good as absent where it is empty.
///
/// # Errors
/// As [`text`].
pub(crate) fn name<'d>(node: &'d Node, key: &str) -> Result<Option<&'d str>, Unreadable> {
    text(node, key).map(|text| text.filter(|text| !text.is_empty()))
}

/// The name of the tool that an object calls.
///
/// # Errors
/// If it has none, an empty one, or one that is no string.
pub(crate) fn tool(call: &Node) -> Result<&str, Unreadable> {
    name(call, "name")?.ok_or_else(|| shape("a tool call without a name"))
}

/// Whether some reader takes `key` for this known one.
pub(crate) fn is_read_as(key: &str, known: &str) -> bool {
    same_folded(key.rsplit_once('/').map_or(key, |(_, last)| last), known)
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
