//! Text to a JSON string.

use super::*;

/// Appends `text` as a JSON string, quotes included, escaping only what JSON demands.
pub fn escape(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        // What ends the run is ASCII, so both halves are text.
        let (run, from) = rest.split_at_checked(plain(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(run);
        let mut chars = from.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(c) => {
                out.push_str("\\u00");
                for nibble in [u32::from(c) >> 4, u32::from(c) & 15] {
                    out.push(char::from_digit(nibble, 16).unwrap_or('0'));
                }
            }
            None => break,
        }
        rest = chars.as_str();
    }
    out.push('"');
}
