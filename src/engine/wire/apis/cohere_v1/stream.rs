//! A streamed response: events with text, with pieces of calls, with the whole calls, and `stream-end`.
//!
//! Readers take the calls from whichever of these they like. A call is known once it stands whole; its pieces before, and
//! the response behind, must say the same.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{
    CALLS, Reading, Setup, Unreadable, UnreadableWhy, alike, keys, limit, rebuild, shape,
};
use super::{QUOTED, is_error_body};
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node};
use rebuild::Change;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    ended: bool,
    /// Calls as far as they came in pieces.
    pieces: Vec<Pieces>,
    /// The whole calls, once they were said.
    whole: Option<Vec<ToolCall>>,
    calls: Announcer,
    held: bool,
    /// Text was sent before the first call.
    spoke: bool,
    /// The refusals were written.
    written: bool,
}

/// A call in pieces.
struct Pieces {
    index: u32,
    name: String,
    json: String,
}

/// What must be known of a held event to write it again.
pub(super) enum Mark {
    /// A piece of this call.
    Piece(usize),
    /// The whole calls.
    Whole,
    /// `stream-end`.
    End,
}

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            ended: false,
            pieces: Vec::new(),
            whole: None,
            calls,
            held: false,
            spoke: false,
            written: false,
        }
    }

    const fn flow(&self) -> Flow {
        if self.held { Flow::Hold } else { Flow::Pass }
    }

    fn piece(&mut self, root: &Node, delta: &Node) -> Result<Step<Mark>, Unreadable> {
        alike::nothing_beside(root, &["tool_call_delta"])?;
        keys::exact(delta, &["index", "name", "parameters"])?;
        alike::nothing_beside(delta, &["name", "parameters"])?;
        if self.whole.is_some() {
            return Err(shape("a piece of a tool call behind the whole of it"));
        }
        let index = delta.get("index").and_then(Node::as_index);
        let index = index.ok_or_else(|| shape("an event whose index is not a number from 0"))?;
        let text = |key: &str| match delta.present(key) {
            None => Ok(""),
            Some(text) => text.as_str().ok_or_else(|| shape("a piece of a tool call that is not text")),
        };
        let (name, json) = (text("name")?, text("parameters")?);
        let full = self.pieces.len() >= self.setup.limits.calls;
        match self.pieces.last_mut() {
            Some(last) if last.index == index => {
                if !name.is_empty() {
                    return Err(shape("a second name for one tool call"));
                }
                last.json.push_str(json);
            }
            Some(last) if last.index > index => return Err(shape("tool calls out of order")),
            _ if name.is_empty() => return Err(shape("a tool call without a name")),
            _ if full => {
                return Err(limit(CALLS));
            }
            _ => self.pieces.push(Pieces { index, name: name.to_owned(), json: json.to_owned() }),
        }
        self.held = true;
        Ok(Step::to(Flow::Hold, Some(Mark::Piece(self.pieces.len() - 1))))
    }

    /// The whole calls are said, or said again.
    fn say(&mut self, calls: Vec<ToolCall>, out: &mut Reading) -> Result<(), Unreadable> {
        if let Some(whole) = &self.whole {
            let same = super::same(whole, &calls);
            return if same { Ok(()) } else { Err(shape("tool calls that are said twice and differ")) };
        }
        let same = |(pieces, call): (&Pieces, &ToolCall)| {
            let empty = match &call.arguments {
                Arguments::Json(document) => document.root().members().is_empty(),
                arguments => *arguments == Arguments::Absent,
            };
            let arguments = if pieces.json.is_empty() {
                empty
            } else {
                Arguments::from_json_text(&pieces.json, self.setup.limits.depth).same(&call.arguments)
            };
            pieces.name == call.tool && arguments
        };
        let mut pieces = self.pieces.iter().zip(&calls);
        if !self.pieces.is_empty() && (self.pieces.len() != calls.len() || !pieces.all(same)) {
            return Err(shape("tool calls that are not what their pieces say"));
        }
        for call in &calls {
            let number = self.calls.begin()?;
            self.calls.complete(number, call.clone(), out)?;
        }
        self.held |= !calls.is_empty();
        self.whole = Some(calls);
        Ok(())
    }

    fn stream_end(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        alike::nothing_beside(root, &["response"])?;
        if let Some(reply) = root.present("response") {
            let calls = super::calls_of_reply(document, reply, &self.setup.limits)?;
            // Some say them only once.
            if !calls.is_empty() {
                self.say(calls, out)?;
            }
        }
        if !self.pieces.is_empty() && self.whole.is_none() {
            return Err(shape("pieces of a tool call that never stands whole"));
        }
        self.ended = true;
        out.ended = true;
        Ok(Step::to(self.flow(), Some(Mark::End)))
    }

    /// Writes what was refused, once.
    fn refuse(&mut self, decided: &Decided, pieces: &mut Vec<Piece>) {
        if !std::mem::replace(&mut self.written, true) && !self.setup.structured {
            let text = decided.texts().collect::<Vec<_>>().join("\n");
            let parted = if self.spoke { "\n\n" } else { "" };
            pieces.push(Piece::New(spoken(&format!("{parted}{text}"))));
        }
    }
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, _: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.ended {
            return Err(shape("an event after stream-end"));
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        if is_error_body(&document) && !self.held {
            return Ok(Step::plain());
        }
        keys::exact(root, &["event_type", "tool_calls", "tool_call_delta", "response"])?;
        let tag =
            root.get("event_type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        let delta = root.present("tool_call_delta");
        match (tag, delta) {
            ("tool-calls-chunk", Some(delta)) => self.piece(root, delta),
            ("tool-calls-generation", None) => {
                alike::nothing_beside(root, &["tool_calls"])?;
                let calls = super::calls(&document, root, &self.setup.limits)?;
                self.say(calls, out)?;
                Ok(Step::to(self.flow(), Some(Mark::Whole)))
            }
            ("stream-end", None) => self.stream_end(&document, out),
            (tag, Some(_)) if !tag.is_empty() => Err(shape("a piece of a tool call in another event")),
            (tag, _) if tag.contains("call") && tag != "tool-calls-chunk" => {
                Err(shape("an event of unknown type that looks like a tool call"))
            }
            (tag, _) => {
                alike::nothing_beside(root, QUOTED)?;
                self.spoke |= tag == "text-generation" && !self.held;
                Ok(Step::to(self.flow(), None))
            }
        }
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("an event again that was never free") })
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.held && !self.ended {
            return Err(shape("the stream ended before stream-end"));
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
        self.refuse(decided, pieces);
        match mark {
            Mark::Piece(call) if decided.refused(call) => {}
            Mark::Piece(call) => {
                let before = decided.released_before(call);
                let delta = root.get("tool_call_delta");
                let delta =
                    delta.ok_or(Unreadable { what: UnreadableWhy::Bug("a piece of a call was lost") })?;
                let delta = rebuild::object(document, delta, &[("index", Change::Set(before.to_string()))]);
                let changes = [("tool_call_delta", Change::Set(delta))];
                pieces.push(Piece::Data(rebuild::object(document, root, &changes)));
            }
            Mark::Whole => {
                let change = super::kept(document, root, decided)?;
                if change != Change::Drop {
                    pieces.push(Piece::Data(rebuild::object(document, root, &[("tool_calls", change)])));
                }
            }
            Mark::End => pieces.push(match root.present("response") {
                Some(reply) => {
                    let reply = super::rewritten(document, reply, decided, self.setup.structured)?;
                    Piece::Data(rebuild::object(document, root, &[("response", Change::Set(reply))]))
                }
                None => Piece::Same,
            }),
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let mut events = vec![event("stream-start", r#""is_finished":false,"generation_id":"toolgate""#)];
        if !self.setup.structured {
            events.push(spoken(refusal));
        }
        events.push(end("COMPLETE", &super::said(refusal, self.setup.structured, "COMPLETE")));
        events
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        end("ERROR", &super::said(refusal, self.setup.structured, "ERROR"))
    }
}

fn event(name: &'static str, members: &str) -> NewEvent {
    NewEvent { name: None, data: format!(r#"{{"event_type":"{name}",{members}}}"#) }
}

fn spoken(text: &str) -> NewEvent {
    event("text-generation", &format!(r#""is_finished":false,"text":{}"#, rebuild::string(text)))
}

fn end(reason: &str, reply: &str) -> NewEvent {
    event("stream-end", &format!(r#""is_finished":true,"finish_reason":"{reason}","response":{reply}"#))
}
