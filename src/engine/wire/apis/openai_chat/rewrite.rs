//! Held chunks of a streamed completion, written again without the calls that are refused.

use super::super::super::decided::Decided;
use super::super::super::stream::{NewEvent, Piece};
use super::super::super::{Unreadable, UnreadableWhy, rebuild};
use super::call;
use super::stream::{Begun, Choice, Mark, Stream, has_text};
use super::{content_with, finishes, has_calls, object, rewritten_choice};
use crate::json::{Document, Node};
use rebuild::Change;

impl Stream {
    pub(super) fn rewrite_chunk(
        &mut self,
        mark: Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let root = document.root();
        let nodes = root.get("choices").and_then(Node::elements).unwrap_or_default();
        let chunk = Chunk { document, decided, structured: self.setup.structured, alone: nodes.len() == 1 };
        let mut numbers = mark.0.into_iter();
        let mut elements = Vec::new();
        let mut changed = false;
        let mut empty = root.get("usage").is_none_or(Node::is_null);
        for node in nodes {
            let index = node.get("index").and_then(Node::as_index).unwrap_or(0);
            let Some(choice) = self.choices.get_mut(&index) else {
                return Err(Unreadable { what: UnreadableWhy::Bug("a held chunk of an unknown choice") });
            };
            let written = choice.rewrite(&chunk, node, &mut numbers)?;
            if let Some(delta) = written.in_front {
                pieces.push(Piece::New(NewEvent { name: None, data: cloned(document, index, &delta) }));
            }
            changed |= written.element.is_some();
            empty &= written.empty;
            elements.push(written.element.unwrap_or_else(|| document.slice(node.span).to_owned()));
        }
        pieces.extend(match (changed, empty, root.get("choices")) {
            (true, true, _) => None,
            (true, false, Some(choices)) => {
                Some(Piece::Data(rebuild::replaced(document, choices, &rebuild::array(&elements))))
            }
            _ => Some(Piece::Same),
        });
        Ok(())
    }
}

/// A held chunk, and what was decided.
struct Chunk<'a> {
    document: &'a Document,
    decided: &'a Decided,
    structured: bool,
    /// It is about one choice only.
    alone: bool,
}

/// One choice of a held chunk, written again.
#[derive(Default)]
struct Written {
    /// The delta of a chunk of our own that stands in front.
    in_front: Option<String>,
    /// The choice, where it changes.
    element: Option<String>,
    /// Nothing is left in it.
    empty: bool,
}

impl Choice {
    fn rewrite(
        &mut self,
        chunk: &Chunk<'_>,
        node: &Node,
        numbers: &mut impl Iterator<Item = usize>,
    ) -> Result<Written, Unreadable> {
        let document = chunk.document;
        let refused = |call: &Begun| chunk.decided.refused(call.number);
        let none_left = self.calls.iter().all(refused);
        let untouched = !self.calls.iter().any(refused);
        let mut changes = Vec::new();
        let mut written = Written::default();
        if let Some(delta) = object(node, "delta")?.filter(|delta| has_calls(Some(delta))) {
            let mut within = self.kept(chunk, delta, numbers)?;
            if untouched {
                return Ok(written);
            }
            if !std::mem::replace(&mut self.refusals_written, true) {
                written.in_front = self.refuse(chunk, delta, &mut within);
            }
            let text = rebuild::object(document, delta, &within);
            written.empty = text == "{}";
            changes.push(("delta", Change::Set(text)));
        }
        if let Some(message) = object(node, "message")?.filter(|message| has_calls(Some(message))) {
            let count = call::count(message)?;
            let first = numbers.next().unwrap_or_default();
            numbers.by_ref().take(count.saturating_sub(1)).for_each(drop);
            if !untouched {
                let calls = first..first + count;
                let text = rewritten_choice(document, node, calls, chunk.decided, chunk.structured)?;
                written.element = Some(text);
            }
            return Ok(written);
        }
        if untouched {
            return Ok(written);
        }
        if finishes(node) {
            written.empty = false;
            if none_left {
                changes.push(("finish_reason", Change::Set(r#""stop""#.to_owned())));
            }
        }
        written.element = (!changes.is_empty()).then(|| rebuild::object(document, node, &changes));
        Ok(written)
    }

    /// How the calls of a delta change: those refused are left out, the others numbered from 0.
    fn kept(
        &self,
        chunk: &Chunk<'_>,
        delta: &Node,
        numbers: &mut impl Iterator<Item = usize>,
    ) -> Result<Vec<(&'static str, Change)>, Unreadable> {
        let decided = chunk.decided;
        let mut changes = Vec::new();
        if let Some(entries) = call::entries(delta)? {
            let mut kept = Vec::new();
            for (entry, number) in entries.iter().zip(numbers.by_ref()) {
                if !decided.refused(number) {
                    let stays = |call: &&Begun| call.number < number && !decided.refused(call.number);
                    let before = self.calls.iter().filter(stays).count();
                    let mut changes = vec![("index", Change::Set(before.to_string()))];
                    let first_piece = before == 0 && call::part(entry)?.name.is_some();
                    if let Some(signature) = self.signature.as_ref().filter(|_| first_piece)
                        && call::signature(entry).is_none()
                    {
                        changes.push(("extra_content", Change::Set(signature.clone())));
                    }
                    kept.push(rebuild::object(chunk.document, entry, &changes));
                }
            }
            let change = if kept.is_empty() { Change::Drop } else { Change::Set(rebuild::array(&kept)) };
            changes.push(("tool_calls", change));
        }
        if call::legacy(delta)?.is_some() && numbers.next().is_none_or(|number| decided.refused(number)) {
            changes.push(("function_call", Change::Drop));
        }
        Ok(changes)
    }

    /// Says which calls were refused: in the delta of the first call where that is left without calls, and
    /// otherwise in a delta in front of it, which is given back. A loop that looks at a delta's text first
    /// may not look for calls in it.
    ///
    /// Where the chunk is about several choices nothing may stand in front: SDKs take choices in their order.
    fn refuse(
        &self,
        chunk: &Chunk<'_>,
        delta: &Node,
        within: &mut Vec<(&'static str, Change)>,
    ) -> Option<String> {
        let before = self.before_calls.unwrap_or_default();
        let key = if chunk.structured { "refusal" } else { "content" };
        let own_text = has_text(delta);
        let calls_left = within.iter().any(|(_, change)| matches!(change, Change::Set(_)));
        let in_place = !calls_left || !chunk.alone;
        let texts: Vec<&str> = self.calls.iter().filter_map(|call| chunk.decided.text(call.number)).collect();
        let mut text = texts.join("\n");
        if before.text && !chunk.structured && !(in_place && own_text) {
            text.insert_str(0, "\n\n");
        }
        if self.text_behind || (own_text && !in_place) {
            text.push_str("\n\n");
        }
        if in_place {
            let text = content_with(chunk.document, delta.get(key), &text);
            within.push((key, Change::Set(text)));
            return None;
        }
        let role = delta.get("role").filter(|_| !before.role).map(|role| {
            within.push(("role", Change::Drop));
            format!(r#""role":{},"#, chunk.document.slice(role.span))
        });
        Some(format!(r#"{{{}"{key}":{}}}"#, role.unwrap_or_default(), rebuild::string(&text)))
    }
}

/// A chunk like this one, with another delta for one choice.
fn cloned(document: &Document, choice: u32, delta: &str) -> String {
    const COPIED: &[&str] =
        &["id", "object", "created", "model", "service_tier", "system_fingerprint", "provider"];
    let mut out = String::from("{");
    for member in document.root().members() {
        if COPIED.contains(&member.key.as_str()) {
            let (key, value) = (document.slice(member.key_span), document.slice(member.node.span));
            out.push_str(&format!("{key}:{value},"));
        }
    }
    out.push_str(&format!(
        r#""choices":[{{"index":{choice},"delta":{delta},"logprobs":null,"finish_reason":null}}]}}"#
    ));
    out
}
