//! Text that an agent or a model wrote, for a page: every character there is, and none that hides.

use crate::visible::{self, Piece};
use askama::Template;
use similar::{ChangeTag, TextDiff};
use std::fmt::{self, Display};
use std::time::Duration;
use toolgate_engine::json::{Document, Node};

/// Text longer than this is cut until somebody opens it.
pub(super) const CUT_AT: usize = 4 << 10;
/// Most characters that hide in a text that is shown whole.
const MOST_HIDDEN: usize = 20_000;
/// Deepest nesting of arguments that are shown one by one.
const DEPTH: usize = 64;
/// Most arguments that are shown one by one.
const MOST: usize = 256;
/// Longest time for a diff, and most bytes of both sides.
const DIFF: (Duration, usize) = (Duration::from_millis(200), 256 << 10);

/// Text with what hides made visible. The template escapes it.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = "{% for piece in pieces %}{% match piece %}{% when Piece::Plain with (text) %}{{ text }}{% when Piece::Hidden with (number, kind) %}<span class=\"hidden\" title=\"{{ kind }}\">{{ number }}</span>{% endmatch %}{% endfor %}"
)]
pub(super) struct Marked {
    pieces: Vec<Piece>,
}

impl Marked {
    /// The whole text.
    pub(super) fn of(text: &str) -> Self {
        Self { pieces: visible::pieces(text) }
    }

    /// Whether it tells of something that was not followed.
    pub(super) fn doubts(&self) -> bool {
        matches!(self.pieces.first(), Some(Piece::Plain(text)) if text.starts_with("not understood:"))
    }

    /// The text on one line.
    pub(super) fn line(text: &str) -> Self {
        Self::of(&text.replace('\n', "\\n").replace('\t', "\\t"))
    }
}

/// `marked` in a template: a text on one line.
#[expect(unreachable_pub, reason = "the attribute writes a public type")]
pub(super) mod filters {
    use super::Marked;

    /// [`Marked::line`].
    #[askama::filter_fn]
    pub(crate) fn marked(text: &str, _: &dyn askama::Values) -> askama::Result<Marked> {
        Ok(Marked::line(text))
    }
}

/// One argument, or all of them where they cannot be taken apart.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Its pointer; empty for all of them.
    pub(super) at: String,
    /// The same, to be read: who writes the arguments writes their names.
    pub(super) name: Marked,
    /// Its text, as far as it is shown.
    pub(super) text: Marked,
    /// Bytes that are not shown.
    pub(super) left: usize,
    /// Characters in all of it that hide.
    pub(super) hidden: usize,
    /// Whether it is a string, for which a pattern can be written.
    pub(super) is_text: bool,
}

/// The arguments as they are read: each for itself where they are a JSON object.
pub(super) fn arguments(text: &str, whole: bool) -> Vec<Shown> {
    let document = Document::parse(text.as_bytes().to_vec(), DEPTH).ok();
    let members = document.as_ref().map(|document| document.root().members()).unwrap_or_default();
    if members.is_empty() || members.len() > MOST {
        return vec![shown(String::new(), text, whole, false)];
    }
    let one = |at: String, node: &Node| match node.as_str() {
        Some(text) => shown(at, text, whole, true),
        None => shown(at, &node.canonical(), whole, false),
    };
    members
        .iter()
        .map(|member| one(format!("/{}", member.key.replace('~', "~0").replace('/', "~1")), &member.node))
        .collect()
}

fn shown(at: String, text: &str, whole: bool, is_text: bool) -> Shown {
    let mut end = text.len();
    let hidden = visible::count_hidden(text);
    // Each is shown by a name: too many of them would make a page that no browser opens.
    if end > CUT_AT && (!whole || hidden > MOST_HIDDEN) {
        end = CUT_AT / 2;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
    }
    let kept = text.get(..end).unwrap_or_default();
    let hidden = hidden + visible::count_hidden(&at);
    Shown { name: Marked::line(&at), at, text: Marked::of(kept), left: text.len() - end, hidden, is_text }
}

/// A line of a change to a file.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// `-`, `+` or a space.
    pub(super) sign: char,
    /// The class of its style.
    pub(super) class: &'static str,
    /// What it says.
    pub(super) text: Marked,
}

/// The change an editing tool's arguments ask for, where they hold the old and the new text.
pub(super) fn change(arguments: &str) -> Option<Vec<Line>> {
    const NAMES: [(&str, &str); 4] = [
        ("old_string", "new_string"),
        ("old_str", "new_str"),
        ("old_text", "new_text"),
        ("search", "replace"),
    ];
    let document = Document::parse(arguments.as_bytes().to_vec(), DEPTH).ok()?;
    let get = |name| document.root().get(name).and_then(Node::as_str);
    let (old, new) = NAMES.iter().find_map(|(old, new)| Some((get(old)?, get(new)?)))?;
    let hidden = visible::count_hidden(old) + visible::count_hidden(new);
    if old.len() + new.len() > DIFF.1 || hidden > MOST_HIDDEN {
        return None;
    }
    let diff = TextDiff::configure().timeout(DIFF.0).diff_lines(old, new);
    let line = |change: similar::Change<&str>| {
        let (sign, class) = match change.tag() {
            ChangeTag::Delete => ('-', "removed"),
            ChangeTag::Insert => ('+', "added"),
            ChangeTag::Equal => (' ', "same"),
        };
        Line { sign, class, text: Marked::of(change.value().trim_end_matches('\n')) }
    };
    Some(diff.iter_all_changes().map(line).collect())
}

/// A length of time in words for people: the largest unit, and the one below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seconds(pub(super) u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0;
        match seconds {
            0..60 => write!(f, "{seconds} s"),
            60..3_600 => write!(f, "{} min {} s", seconds / 60, seconds % 60),
            3_600..86_400 => write!(f, "{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
            _ => write!(f, "{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_agent_writes_is_text() {
        let hostile = "</script><b onclick=x>&amp;\u{202e}\u{1b}[31m\"'";
        let html = Marked::of(hostile).to_string();
        assert!(!html.contains("</script>") && !html.contains("<b") && !html.contains('\u{202e}'), "{html}");
        assert!(!html.contains('\u{1b}') && html.contains("U+202E") && html.contains("U+001B"), "{html}");
        assert!(!Marked::line("a\nb").to_string().contains('\n'));
    }

    #[test]
    fn arguments_are_shown_one_by_one_and_cut_only_until_they_are_opened() {
        let long = "é".repeat(CUT_AT);
        let text = serde_json::json!({ "command": long, "n": 1, "a/b": "x" }).to_string();
        let cut = arguments(&text, false);
        let at: Vec<&str> = cut.iter().map(|shown| shown.at.as_str()).collect();
        assert_eq!(at, ["/a~1b", "/command", "/n"]);
        assert_eq!(cut[1].left, 2 * CUT_AT - CUT_AT / 2);
        assert!(arguments(&text, true).iter().all(|shown| shown.left == 0));
        let dark = serde_json::json!({ "command": "\u{200b}\u{2060}".repeat(MOST_HIDDEN) }).to_string();
        assert!(
            arguments(&dark, true).iter().any(|shown| shown.left > 0),
            "what cannot be shown is not called shown"
        );
        let [named] = arguments("{\"pa\u{202e}th\":\"x\"}", false)
            .try_into()
            .unwrap_or_else(|_| panic!("one argument"));
        assert!(
            named.hidden == 1 && named.name.to_string().contains("U+202E"),
            "names are written by the agent too"
        );
        for other in ["", "[1]", "{}", "text", "{\"a\":1,\"a\":2}"] {
            let [all] = arguments(other, false).try_into().unwrap_or_else(|_| panic!("{other}"));
            assert_eq!((all.at.as_str(), all.is_text), ("", false), "{other}");
        }
    }

    #[test]
    fn a_change_is_shown_line_by_line() {
        let edit = serde_json::json!({ "file_path": "x", "old_string": "a\nb\n", "new_string": "a\nc\n" });
        let signs: String = change(&edit.to_string()).unwrap().iter().map(|line| line.sign).collect();
        assert_eq!(signs, " -+");
        assert!(change(r#"{"old_string":"a"}"#).is_none());
    }

    #[test]
    fn a_time_is_told_in_two_units() {
        let told = [5, 65, 3_661, 90_000].map(|seconds| Seconds(seconds).to_string());
        assert_eq!(told, ["5 s", "1 min 5 s", "1 h 1 min", "1 d 1 h"]);
    }
}
