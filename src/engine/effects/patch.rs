//! Patches written as text, in the form that agents of the Codex family use.
//!
//! ```text
//! *** Begin Patch
//! *** Update File: src/a.rs
//! *** Move to: src/b.rs
//! @@ …
//! *** Delete File: src/c.rs
//! *** End Patch
//! ```
//!
//! In comes the text; out come the paths it touches and how. The content of the hunks is of no interest.

/// What a patch does to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change<'a> {
    /// It is created or changed.
    Write(&'a str),
    /// It is deleted.
    Delete(&'a str),
    /// It goes away, its content lands elsewhere.
    Move(&'a str, &'a str),
}

/// What ends a line to `str.splitlines`, besides LF and CR.
const PYTHON_LINE_ENDS: &[char] =
    &['\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

/// The changes of a patch; `None` if the text is not read without doubt.
pub(super) fn read(text: &str) -> Option<Vec<Change<'_>>> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    // Lines are judged wherever they stand, hunks included: what applies a patch loosely may read them so.
    for line in text.split(['\n', '\r']) {
        // Python splits lines at these too, and one tool that applies patches splits as Python does.
        if line.split(PYTHON_LINE_ENDS).skip(1).any(|line| line.trim_start().starts_with("***")) {
            return None;
        }
        let Some(marker) = line.trim_start().strip_prefix("***") else {
            continue;
        };
        let marker = marker.trim();
        if let Some(path) = marker.strip_prefix("Add File:").or_else(|| marker.strip_prefix("Update File:")) {
            changes.push(Change::Write(path.trim()));
        } else if let Some(path) = marker.strip_prefix("Delete File:") {
            changes.push(Change::Delete(path.trim()));
        } else if let Some(to) = marker.strip_prefix("Move to:") {
            match changes.last_mut() {
                Some(last @ Change::Write(_)) => {
                    if let Change::Write(from) = *last {
                        *last = Change::Move(from, to.trim());
                    }
                }
                _ => return None,
            }
        } else if !matches!(marker, "Begin Patch" | "End Patch" | "End of File") {
            // Another verb, or another patch format.
            return None;
        }
    }
    (!changes.is_empty()).then_some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_file_of_a_patch_is_seen() {
        let patch = "*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b\n*** Move to: c\n@@\n-1\n+2\n*** Delete File: d\n*** End Patch";
        assert_eq!(read(patch), Some(vec![Change::Write("a"), Change::Move("b", "c"), Change::Delete("d")]));
        assert_eq!(read("*** Add File: a\n+x\u{c}y\u{2028}* z"), Some(vec![Change::Write("a")]));
        assert_eq!(read("  *** Delete File: x\r\n"), Some(vec![Change::Delete("x")]));
    }

    #[test]
    fn what_is_not_read_without_doubt_is_nothing() {
        for text in [
            "",
            "--- a/x\n+++ b/x\n",
            "*** Move to: x",
            "*** Delete File: a\n*** Move to: b",
            "*** Rename File: a\n*** Add File: b",
            "*** Update File: a\n+x\u{2028}*** Delete File: b",
            "*** Update File: a\n+x\u{c}*** Delete File: b",
            "*** Update File: a\u{85} *** Delete File: b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
