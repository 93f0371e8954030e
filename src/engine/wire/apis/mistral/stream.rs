//! A streamed answer: the start with the conversation's identifier, pieces of outputs, and the end.
//!
//! Readers put the pieces of an output together by its index, which is 0 where it is left out, or take each piece for a
//! whole call. An output has one kind, so that an index of a call is that of nothing else; a piece for an earlier call is
//! refused.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Naming;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Owed, Reading, Setup, Unreadable, UnreadableWhy, alike, keys, rebuild, shape};
use super::item;
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node, Value};
use crate::time::Timestamp;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    phase: Phase,
    /// The indices of its calls.
    indices: Vec<u32>,
    /// The highest index of anything else.
    other: Option<u32>,
    open: Option<Open>,
    calls: Announcer,
    /// Every call that is complete, by number.
    known: Vec<ToolCall>,
    kept_as: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The answer is done.
    Done,
}

/// The call that came last, of which more may come.
struct Open {
    number: usize,
    index: u32,
    /// The call without its arguments.
    call: ToolCall,
    input: Input,
}

/// The arguments of a call so far.
enum Input {
    Text(String),
    /// A value that is no text came whole.
    Whole(Arguments),
}

/// What must be known of a held event to write it again: the call, and whether this is its first.
pub(super) struct Mark {
    call: usize,
    first: bool,
}

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            phase: Phase::Open,
            indices: Vec::new(),
            other: None,
            open: None,
            calls,
            known: Vec::new(),
            kept_as: None,
        }
    }

    fn flow(&self) -> Flow {
        if self.calls.any_begun() { Flow::Hold } else { Flow::Pass }
    }

    /// The call that came last is complete.
    fn complete(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        let Some(Open { number, mut call, input, .. }) = self.open.take() else { return Ok(()) };
        call.arguments = match input {
            Input::Whole(arguments) => arguments,
            Input::Text(text) if text.is_empty() => Arguments::Absent,
            Input::Text(text) => Arguments::from_json_text(&text, self.setup.limits.depth),
        };
        self.known.push(call.clone());
        self.calls.complete(number, call, out)
    }

    fn piece(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        keys::exact(root, &["name", "arguments", "tool_call_id", "confirmation_status"])?;
        readable(root)?;
        let index = index(root)?;
        let text = root.get("arguments").filter(|arguments| arguments.as_str().is_some());
        if let Some(open) = self.open.as_mut().filter(|open| open.index == index) {
            let same = |key: &str, known: Option<&str>| {
                root.get(key)
                    .is_none_or(|node| node.is_null() || node.as_str() == Some("") || node.as_str() == known)
            };
            if !same("name", Some(&open.call.tool)) || !same("tool_call_id", open.call.id.as_deref()) {
                return Err(shape("a second name or identifier for one tool call"));
            }
            alike::nothing_beside(root, &["name", "arguments"])?;
            let more = root.present("arguments");
            match (&mut open.input, more.map(|more| more.as_str())) {
                (_, None) => {}
                (Input::Text(input), Some(Some(more))) => input.push_str(more),
                (Input::Text(_) | Input::Whole(_), Some(_)) => {
                    return Err(shape("a tool call with two inputs"));
                }
            }
            let mark = Mark { call: open.number, first: false };
            let free = text.filter(|_| matches!(open.input, Input::Text(_)));
            let free = free.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
            return Ok(Step { flow: Flow::Hold, mark: Some(mark), free });
        }
        if self.indices.last().is_some_and(|last| *last >= index) {
            return Err(shape("tool calls out of order"));
        }
        if self.other.is_some_and(|other| other >= index) {
            return Err(shape("a tool call under the index of another output"));
        }
        self.complete(out)?;
        let call = item::call(document, root, &self.setup.limits)?;
        let input = match text.and_then(Node::as_str) {
            Some(text) => Input::Text(text.to_owned()),
            None if call.arguments == Arguments::Absent => Input::Text(String::new()),
            None => Input::Whole(call.arguments.clone()),
        };
        let number = self.calls.begin()?;
        self.indices.push(index);
        self.open = Some(Open { number, index, call, input });
        Ok(Step::to(Flow::Hold, Some(Mark { call: number, first: true })))
    }

    /// An event about another output.
    fn other(&mut self, tag: &str, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        if self.indices.contains(&index) {
            return Err(shape("another output under the index of a tool call"));
        }
        self.other = self.other.max(Some(index));
        self.complete(out)?;
        let text =
            root.get("content").filter(|text| tag == "message.output.delta" && text.as_str().is_some());
        let free = text.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
        Ok(Step { flow: self.flow(), mark: None, free })
    }
}

/// Whether the SDK can read a piece of a call. One that it cannot it drops, and joins those around it.
fn readable(root: &Node) -> Result<(), Unreadable> {
    let there =
        ["id", "name", "tool_call_id"].iter().all(|key| root.get(key).is_some_and(|n| n.as_str().is_some()));
    let input = root.get("arguments").map(|input| &input.value);
    let input = matches!(input, Some(Value::String(_) | Value::Object(_)));
    let optional = ["model", "agent_id", "confirmation_status"];
    let text = |key: &&str| root.get(key).is_none_or(|n| n.is_null() || n.as_str().is_some());
    let index = root.get("output_index").is_none_or(|index| index.as_index().is_some());
    let made = root.get("created_at").is_none_or(|at| at.as_str().is_some_and(is_time));
    if there && input && optional.iter().all(text) && index && made {
        Ok(())
    } else {
        Err(shape("a piece of a tool call in another shape than the API's"))
    }
}

/// Whether every reader finds a point of time here: RFC 3339, in UTC.
fn is_time(text: &str) -> bool {
    let Some((seconds, rest)) = text.split_at_checked("2026-01-01T00:00:00".len()) else { return false };
    let Some(rest) = rest.strip_suffix('Z').or_else(|| rest.strip_suffix("+00:00")) else { return false };
    let digits =
        |digits: &str| !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit());
    (rest.is_empty() || rest.strip_prefix('.').is_some_and(digits))
        && Timestamp::parse(&format!("{seconds}.000000Z")).is_some()
}

/// The index of an output.
fn index(root: &Node) -> Result<u32, Unreadable> {
    keys::exact(root, &["output_index"])?;
    match root.present("output_index") {
        None => Ok(0),
        Some(index) => index.as_index().ok_or_else(|| shape("an event whose index is not a number from 0")),
    }
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.phase == Phase::Done {
            return Err(shape("an event after conversation.response.done"));
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["type", "conversation_id"])?;
        let tag = root.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        Naming::Optional.check(name, tag)?;
        match tag {
            "function.call.delta" => self.piece(&document, out),
            "conversation.response.done" => {
                alike::nothing_beside(root, &[])?;
                self.complete(out)?;
                self.phase = Phase::Done;
                out.ended = true;
                Ok(Step::to(self.flow(), None))
            }
            "conversation.response.error" if self.calls.any_begun() => {
                Err(shape("the provider reported an error behind a tool call"))
            }
            "conversation.response.started" => {
                alike::nothing_beside(root, &[])?;
                self.kept_as = super::kept_as(root).or_else(|| self.kept_as.take());
                Ok(Step::to(self.flow(), None))
            }
            "tool.execution.started" => {
                out.provider_ran.push(item::tool(root).unwrap_or("unnamed").to_owned());
                self.other(tag, root, out)
            }
            "tool.execution.delta" | "tool.execution.done" => self.other(tag, root, out),
            tag if tag.to_ascii_lowercase().contains("call") || alike::within(root) => {
                Err(shape("an event of unknown type that looks like a tool call"))
            }
            tag if tag.starts_with("message.output") || tag.starts_with("agent.handoff") => {
                self.other(tag, root, out)
            }
            _ => Ok(Step::to(self.flow(), None)),
        }
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        let flow = self.flow();
        // Another output would have completed the call.
        let mark = match &mut self.open {
            Some(Open { number, input: Input::Text(input), .. }) => {
                input.push_str(text);
                Some(Mark { call: *number, first: false })
            }
            Some(_) => return Err(Unreadable { what: UnreadableWhy::Bug("a piece again for a whole call") }),
            None => None,
        };
        Ok(Step::to(flow, mark))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && self.phase == Phase::Open {
            return Err(shape("the stream ended before conversation.response.done"));
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        self.calls.announced()
    }

    fn rewrite(
        &mut self,
        mark: Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let structured = self.setup.structured;
        match decided.text(mark.call) {
            None => pieces.push(Piece::Same),
            Some(text) if mark.first => {
                let data = item::event(document, document.root(), text, structured);
                pieces.push(Piece::New(NewEvent { name: Some("message.output.delta"), data }));
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        let known = self.known.iter().enumerate();
        let outputs = known.filter_map(|(number, call)| item::result(call, decided.text(number)?)).collect();
        Owed { by: self.kept_as.take().into_iter().collect(), outputs }
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let content = item::content(refusal, self.setup.structured);
        vec![
            event("conversation.response.started", r#""conversation_id":"toolgate""#),
            event(
                "message.output.delta",
                &format!(r#""id":"toolgate","output_index":0,"role":"assistant",{content}"#),
            ),
            event("conversation.response.done", &format!(r#""usage":{}"#, super::NO_USAGE)),
        ]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let message = rebuild::string(refusal);
        event("conversation.response.error", &format!(r#""code":403,"message":{message}"#))
    }
}

fn event(name: &'static str, members: &str) -> NewEvent {
    NewEvent { name: Some(name), data: format!(r#"{{"type":"{name}",{members}}}"#) }
}
