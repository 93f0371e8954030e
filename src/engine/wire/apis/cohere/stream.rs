//! A streamed response: events of the message, of its content and of each call, then `message-end` and `[DONE]`.
//!
//! Readers put a call together by its number, or by which came last, so that while one is open nothing else may come. Its
//! name and identifier come once, with its start; its arguments there or in pieces, not both.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Naming;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, alike, keys, rebuild, shape};
use super::super::openai_chat::call;
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node};
use rebuild::Change;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    phase: Phase,
    /// The number the next call must not be below.
    next: u32,
    open: Option<Open>,
    calls: Announcer,
    /// A part of the plan was sent before the first call.
    planned: bool,
    /// The number of a part of the content that is in no event.
    free_part: u32,
    /// The refusals were written.
    written: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// `message-end` has come.
    Ended,
    /// `[DONE]` as well.
    Done,
}

/// A call that has started and not ended.
struct Open {
    number: usize,
    index: u32,
    /// The call, with the arguments that came with its start.
    call: ToolCall,
    /// Those of the pieces so far.
    json: String,
}

/// What must be known of a held event to write it again.
pub(super) enum Mark {
    /// The start of this call.
    Start(usize),
    /// A piece or the end of it.
    Rest(usize),
    /// `message-end`.
    End,
}

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            phase: Phase::Open,
            next: 0,
            open: None,
            calls,
            planned: false,
            free_part: 0,
            written: false,
        }
    }

    /// Where an event goes that decides nothing.
    fn flow(&self) -> Flow {
        if self.calls.any_begun() { Flow::Hold } else { Flow::Pass }
    }

    fn start(&mut self, document: &Document) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        let index = index(root)?;
        if index < self.next {
            return Err(shape("tool calls out of order"));
        }
        self.next = index.checked_add(1).ok_or_else(|| shape("a message with too many tool calls"))?;
        let node = tool_call(root)?;
        let call = super::whole(document, node, &self.setup.limits)?;
        // Its SDK skips a start of another shape, and then no call is open to which pieces could belong.
        let kind = node.get("type").and_then(Node::as_str);
        let text = |arguments: &Node| arguments.is_null() || arguments.as_str().is_some();
        if call.id.is_none()
            || kind != Some("function")
            || !node.pointer("/function/arguments").is_none_or(text)
        {
            return Err(shape("a tool call that starts in another shape than the API's"));
        }
        let number = self.calls.begin()?;
        self.open = Some(Open { number, index, call, json: String::new() });
        Ok(Step::to(Flow::Hold, Some(Mark::Start(number))))
    }

    fn piece(&mut self, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let open = at(&mut self.open, root)?;
        let part = call::part(tool_call(root)?)?;
        if part.name.is_some() || part.id.is_some_and(|id| Some(id) != open.call.id.as_deref()) {
            return Err(shape("a second name or identifier for one tool call"));
        }
        if part.kind.is_some_and(|kind| kind != open.call.kind) {
            return Err(shape("a tool call of two kinds"));
        }
        let text = part.input;
        match text.map(|text| text.as_str()) {
            None => {}
            Some(Some(more)) => open.json.push_str(more),
            Some(None) => return Err(shape("a piece of arguments that is not text")),
        }
        if !open.json.is_empty() && open.call.arguments != Arguments::Absent {
            return Err(shape("a tool call with two inputs"));
        }
        let mark = Mark::Rest(open.number);
        let free = text.filter(|_| open.call.arguments == Arguments::Absent);
        let free = free.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
        Ok(Step { flow: Flow::Hold, mark: Some(mark), free })
    }

    fn stop(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        at(&mut self.open, root)?;
        let Some(Open { number, mut call, json, .. }) = self.open.take() else {
            return Err(Unreadable { what: UnreadableWhy::Bug("a call that is open and is not") });
        };
        if !json.is_empty() {
            call.arguments = Arguments::from_json_text(&json, self.setup.limits.depth);
        }
        self.calls.complete(number, call, out)?;
        Ok(Step::to(Flow::Hold, Some(Mark::Rest(number))))
    }

    /// An event in which no call may stand.
    fn other(&mut self, tag: &str, root: &Node) -> Result<Step<Mark>, Unreadable> {
        // What is cited is the client's own, whatever it looks like.
        let mut node = root;
        let cited = ["delta", "message", "citations"].into_iter().filter(|_| tag.starts_with("citation-"));
        for key in cited {
            alike::nothing_beside(node, &[key])?;
            let Some(within) = node.get(key) else { break };
            node = within;
        }
        if !tag.starts_with("citation-") {
            alike::nothing_beside(root, &[])?;
        }
        let flow = self.flow();
        if let Some(index) =
            root.get("index").and_then(Node::as_index).filter(|_| tag.starts_with("content-"))
        {
            self.free_part = self.free_part.max(index.saturating_add(1));
        }
        let text = match tag {
            "content-delta" => root.pointer("/delta/message/content/text"),
            "tool-plan-delta" => {
                self.planned |= !self.calls.any_begun();
                root.pointer("/delta/message/tool_plan")
            }
            _ => None,
        };
        let free = text.filter(|text| text.as_str().is_some());
        let free = free.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
        Ok(Step { flow, mark: None, free })
    }

    /// Writes what was refused, once.
    fn refuse(&mut self, decided: &Decided, pieces: &mut Vec<Piece>) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let text = decided.texts().collect::<Vec<_>>().join("\n");
        if decided.all_refused() && !self.setup.structured {
            pieces.extend(content(self.free_part, &text).map(Piece::New));
        } else {
            let parted = if self.planned { "\n\n" } else { "" };
            pieces.push(Piece::New(plan(&format!("{parted}{text}"))));
        }
    }
}

/// The number of a call or of a part of the content.
fn index(root: &Node) -> Result<u32, Unreadable> {
    let index = root.get("index").and_then(Node::as_index);
    index.ok_or_else(|| shape("an event whose index is not a number from 0"))
}

/// The call of an event about one; not a list, in which two may stand.
fn tool_call(root: &Node) -> Result<&Node, Unreadable> {
    const PLACE: [&str; 3] = ["delta", "message", "tool_calls"];
    let mut node = root;
    for key in PLACE {
        keys::exact(node, &[key])?;
        alike::nothing_beside(node, &[key])?;
        node = node.get(key).ok_or_else(|| shape("an event about a tool call without one"))?;
    }
    Ok(node)
}

/// The open call, if an event is about it.
fn at<'a>(open: &'a mut Option<Open>, root: &Node) -> Result<&'a mut Open, Unreadable> {
    let index = index(root)?;
    let open = open.as_mut().filter(|open| open.index == index);
    open.ok_or_else(|| shape("an event about a tool call that is not open"))
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.phase == Phase::Done {
            return Err(shape("an event after [DONE]"));
        }
        if data.trim_ascii() == "[DONE]" {
            if self.open.is_some() {
                return Err(shape("the answer ended within a tool call"));
            }
            self.phase = Phase::Done;
            out.ended = true;
            return Ok(Step::plain());
        }
        if self.phase == Phase::Ended {
            return Err(shape("an event after message-end"));
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["type", "index", "delta"])?;
        // Without, one client goes by the name, and another takes it for the start of a call or skips it.
        let tag = root.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        Naming::Optional.check(name, tag)?;
        match (tag, &self.open) {
            ("tool-call-delta", _) => self.piece(root),
            ("tool-call-end", _) => {
                alike::nothing_beside(root, &[])?;
                self.stop(root, out)
            }
            (_, Some(_)) => Err(shape("an event within a tool call")),
            ("tool-call-start", None) => self.start(&document),
            ("message-end", None) => {
                alike::nothing_beside(root, &[])?;
                self.phase = Phase::Ended;
                out.ended = true;
                Ok(Step::to(self.flow(), Some(Mark::End)))
            }
            (tag, None) if tag.contains("call") => {
                Err(shape("an event of unknown type that looks like a tool call"))
            }
            (tag, None) => self.other(tag, root),
        }
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        let flow = self.flow();
        let mark = self.open.as_mut().map(|open| {
            open.json.push_str(text);
            Mark::Rest(open.number)
        });
        Ok(Step::to(flow, mark))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && self.phase == Phase::Open {
            return Err(shape("the stream ended before message-end"));
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
        let root = document.root();
        match mark {
            Mark::Start(call) | Mark::Rest(call) => {
                if matches!(mark, Mark::Start(_)) && (!decided.all_refused() || self.setup.structured) {
                    self.refuse(decided, pieces);
                }
                if !decided.refused(call) {
                    let before = decided.released_before(call);
                    let index = Change::Set(before.to_string());
                    pieces.push(Piece::Data(rebuild::object(document, root, &[("index", index)])));
                }
            }
            Mark::End => {
                self.refuse(decided, pieces);
                let delta = root.get("delta");
                let change = delta.and_then(|delta| Some((delta, super::finish_change(delta, decided)?)));
                pieces.push(match change {
                    Some((delta, change)) => {
                        let delta = Change::Set(rebuild::object(document, delta, &[change]));
                        Piece::Data(rebuild::object(document, root, &[("delta", delta)]))
                    }
                    None => Piece::Same,
                });
            }
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let mut events = vec![event(
            "message-start",
            r#""id":"toolgate","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}"#,
        )];
        if self.setup.structured {
            events.push(plan(refusal));
        } else {
            events.extend(content(0, refusal));
        }
        let usage = r#"{"tokens":{"input_tokens":0,"output_tokens":0}}"#;
        let end = format!(r#""delta":{{"finish_reason":"COMPLETE","usage":{usage}}}"#);
        events.extend([event("message-end", &end), NewEvent { name: None, data: "[DONE]".to_owned() }]);
        events
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let error = rebuild::string(refusal);
        event("message-end", &format!(r#""delta":{{"finish_reason":"ERROR","error":{error}}}"#))
    }
}

fn event(name: &'static str, members: &str) -> NewEvent {
    NewEvent { name: Some(name), data: format!(r#"{{"type":"{name}",{members}}}"#) }
}

/// A piece of the plan.
fn plan(text: &str) -> NewEvent {
    let text = rebuild::string(text);
    event("tool-plan-delta", &format!(r#""delta":{{"message":{{"tool_plan":{text}}}}}"#))
}

/// A part of the content.
fn content(index: u32, text: &str) -> [NewEvent; 3] {
    let text = rebuild::string(text);
    let about = |content: &str| format!(r#""index":{index},"delta":{{"message":{{"content":{content}}}}}"#);
    [
        event("content-start", &about(r#"{"type":"text","text":""}"#)),
        event("content-delta", &about(&format!(r#"{{"text":{text}}}"#))),
        event("content-end", &format!(r#""index":{index}"#)),
    ]
}
