//! Text that somebody else wrote, as it can be shown: what would move a cursor, reorder a line, or hide has a name.

pub use toolgate_engine::policy::explain::hides;

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Plain(String),
    /// A character that hides, by its number, such as `U+202E`, and its kind.
    Hidden(String, &'static str),
}

/// A text in pieces. Line feeds and tabs stay plain.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for c in text.chars() {
        if matches!(c, '\n' | '\t') || !hides(c) {
            plain.push(c);
            continue;
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Hidden(format!("U+{:04X}", u32::from(c)), kind(c)));
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

const fn kind(c: char) -> &'static str {
    match c {
        '\u{1b}' | '\u{9b}' => "escape: begins a terminal command",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "bidirectional control: reorders what is read"
        }
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "zero width: takes no space",
        '\u{e0000}'..='\u{e0fff}' => "tag or variation: invisible",
        _ if (c as u32) < 0x20 || (c as u32) >= 0x7f && (c as u32) < 0xa0 => "control character",
        _ => "invisible character",
    }
}

/// How many characters of a text hide.
pub fn count_hidden(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, '\n' | '\t') && hides(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_has_a_name_and_nothing_else_changes() {
        let plain = |text: &str| Piece::Plain(text.to_owned());
        let hidden = |number: &str, kind| Piece::Hidden(number.to_owned(), kind);
        assert_eq!(pieces("Grüße 日本\n\tx"), [plain("Grüße 日本\n\tx")]);
        assert_eq!(
            pieces("a\u{202e}b\u{200b}\u{1b}[2J\u{7f}"),
            [
                plain("a"),
                hidden("U+202E", "bidirectional control: reorders what is read"),
                plain("b"),
                hidden("U+200B", "zero width: takes no space"),
                hidden("U+001B", "escape: begins a terminal command"),
                plain("[2J"),
                hidden("U+007F", "control character"),
            ]
        );
        assert_eq!(count_hidden("a\u{202e}\n\u{e0041}"), 2);
        assert_eq!(pieces(""), []);
    }
}
