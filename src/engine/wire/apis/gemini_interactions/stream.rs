//! A streamed interaction: it is created, its steps start, grow and stop, it is completed; then `[DONE]`.
//!
//! Readers put steps together themselves, by index or by which started last, so that while a call is open no other step
//! starts, stops or grows. The event's name is its type. The end of a stream may say again what the steps were; what it
//! says beyond those that were streamed is new, since a stream that goes on from an earlier one begins in the middle.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Naming;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Owed, Reading, Setup, Unreadable, UnreadableWhy, keys, rebuild, shape};
use super::step::{self, Kind};
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node};
use rebuild::Change;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    phase: Phase,
    /// The index the next step must not be below.
    next: u32,
    open: Option<Open>,
    calls: Announcer,
    /// Calls that have ended, by number.
    known: Vec<ToolCall>,
    /// The identifier by which a later request goes on from here.
    kept_as: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The interaction is completed, as far as this stream goes.
    Completed,
    Ended,
}

/// The step that has started and not stopped.
struct Open {
    index: u32,
    call: Option<OpenCall>,
}

struct OpenCall {
    number: usize,
    /// The call without its arguments.
    call: ToolCall,
    /// Those that stood in the start event.
    prefilled: Arguments,
    /// Those of the deltas so far.
    json: String,
}

/// What must be known of a held event to write it again.
pub(super) enum Mark {
    /// The start of this call.
    Start(usize),
    /// A delta of it.
    Delta(usize),
    /// An event with a status.
    Status,
    /// An event with an interaction, whose calls have these numbers.
    Interaction(Vec<usize>),
}

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self { setup, phase: Phase::Open, next: 0, open: None, calls, known: Vec::new(), kept_as: None }
    }

    /// Where an event goes that decides nothing.
    fn flow(&self) -> Flow {
        if self.calls.any_begun() { Flow::Hold } else { Flow::Pass }
    }

    fn call_is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.call.is_some())
    }

    fn start(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        let index = index(root)?;
        if index < self.next {
            return Err(shape("a step out of order"));
        }
        if self.call_is_open() {
            return Err(shape("a step within a tool call"));
        }
        self.next = index.checked_add(1).ok_or_else(|| shape("an interaction with too many steps"))?;
        let node = root.get("step").ok_or_else(|| shape("a step.start without a step"))?;
        let call = match step::kind(node)? {
            Kind::Call => {
                let number = self.calls.begin()?;
                let call = step::call(node, Arguments::Absent)?;
                if call.id.is_some() && self.known.iter().any(|known| known.id == call.id) {
                    return Err(shape("one identifier for two tool calls"));
                }
                let prefilled = step::arguments(document, node, &self.setup.limits);
                Some(OpenCall { number, call, prefilled, json: String::new() })
            }
            Kind::Provider(tool) => {
                out.provider_ran.push(tool);
                None
            }
            Kind::Inert => None,
        };
        let mark = call.as_ref().map(|call| Mark::Start(call.number));
        self.open = Some(Open { index, call });
        Ok(Step::to(self.flow(), mark))
    }

    /// The open step, if it has this index.
    fn open_at(&mut self, index: u32) -> Result<&mut Open, Unreadable> {
        let open = self.open.as_mut().filter(|open| open.index == index);
        open.ok_or_else(|| shape("a delta or stop of a step that is not open"))
    }

    fn delta(&mut self, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let flow = self.flow();
        let open = self.open_at(index(root)?)?;
        let delta = root.get("delta").ok_or_else(|| shape("a step.delta without a delta"))?;
        keys::exact(delta, &["type", "arguments"])?;
        let tag = delta.get("type").and_then(Node::as_str).ok_or_else(|| shape("a delta without a type"))?;
        let (mark, text) = match (&mut open.call, tag) {
            (Some(call), "arguments_delta") => {
                let text = delta.present("arguments");
                let more = text.map(|text| text.as_str().ok_or(text));
                match more {
                    None => {}
                    Some(Ok(more)) => call.json.push_str(more),
                    Some(Err(_)) => return Err(shape("a delta of arguments that is not a string")),
                }
                (Some(Mark::Delta(call.number)), text)
            }
            (Some(_), _) => return Err(shape("a delta of another kind for a tool call")),
            (None, "arguments_delta") => return Err(shape("arguments for a step that takes none")),
            (None, _) if delta.get("arguments").is_some_and(|arguments| arguments.as_str().is_some()) => {
                return Err(shape("arguments for a step that takes none"));
            }
            (None, "text") => (None, delta.get("text")),
            // The provider's own calls come with their arguments; nothing else is a call.
            (None, tag) if step::is_providers(tag) => (None, None),
            (None, tag) if tag.contains("call") || step::has_call_within(delta) => {
                return Err(shape("a delta of unknown type that looks like a tool call"));
            }
            (None, _) => (None, None),
        };
        let text = text.filter(|text| text.as_str().is_some());
        let filling = root.get("event_id").filter(|id| id.as_str().is_some());
        let free = text.map(|text| Free {
            text: text.span,
            fillings: [filling.map(|id| id.span), None],
            counters: [None; 2],
        });
        Ok(Step { flow, mark, free })
    }

    fn stop(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        self.open_at(index(root)?)?;
        if let Some(Open { call: Some(call), .. }) = self.open.take() {
            let OpenCall { number, mut call, prefilled, json } = call;
            call.arguments = prefilled
                .continued(Some(json.as_str()).filter(|json| !json.is_empty()), self.setup.limits.depth)
                .ok_or_else(|| shape("a tool call with two different inputs"))?;
            self.known.push(call.clone());
            self.calls.complete(number, call, out)?;
        }
        Ok(Step::to(self.flow(), None))
    }

    /// An event with an interaction, which may have steps.
    fn interaction(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let interaction = document.root().get("interaction");
        let interaction = interaction.ok_or_else(|| shape("an event about an interaction without one"))?;
        self.kept_as = super::kept_as(interaction).or_else(|| self.kept_as.take());
        let mut numbers = Vec::new();
        for node in super::steps(interaction)? {
            match step::kind(node)? {
                Kind::Call => {
                    let arguments = step::arguments(document, node, &self.setup.limits);
                    numbers.push(self.said_again(step::call(node, arguments)?, out)?);
                }
                Kind::Provider(_) | Kind::Inert => {}
            }
        }
        Ok(Step::to(self.flow(), Some(Mark::Interaction(numbers))))
    }

    /// The number of a call that the end of the stream says: of one that was streamed, or its own.
    fn said_again(&mut self, call: ToolCall, out: &mut Reading) -> Result<usize, Unreadable> {
        let at =
            call.id.as_ref().and_then(|id| self.known.iter().position(|known| known.id.as_ref() == Some(id)));
        if let Some(at) = at {
            let same = self.known.get(at).is_some_and(|known| same(known, &call));
            return if same { Ok(at) } else { Err(shape("one identifier for two tool calls")) };
        }
        if call.id.is_none() && !self.known.is_empty() {
            return Err(shape("tool calls without identifiers said again"));
        }
        let number = self.calls.begin()?;
        self.known.push(call.clone());
        self.calls.complete(number, call, out)?;
        Ok(number)
    }
}

fn same(one: &ToolCall, other: &ToolCall) -> bool {
    one.tool == other.tool && one.arguments.same(&other.arguments)
}

fn index(root: &Node) -> Result<u32, Unreadable> {
    let index = root.get("index").and_then(Node::as_index);
    index.ok_or_else(|| shape("a step's index that is not a number from 0"))
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.phase == Phase::Ended {
            return Err(shape("an event after [DONE]"));
        }
        if data.trim_ascii() == "[DONE]" {
            if self.call_is_open() {
                return Err(shape("the answer ended within a tool call"));
            }
            self.phase = Phase::Ended;
            out.ended = true;
            return Ok(Step::plain());
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["event_type", "index", "step", "delta", "interaction", "status", "error"])?;
        let tag = root.get("event_type").and_then(Node::as_str);
        let tag = tag.ok_or_else(|| shape("an event without a type"))?;
        Naming::Optional.check(name, tag)?;
        let own = match tag {
            "step.start" => Some("step"),
            "step.delta" => Some("delta"),
            "interaction.created" | "interaction.completed" => Some("interaction"),
            "step.stop" | "interaction.status_update" | "error" => Some(""),
            _ => None,
        };
        let beside = |own| {
            root.members().iter().any(|member| member.key != own && step::has_call_within(&member.node))
        };
        if own.is_some_and(beside) {
            return Err(shape("a function call in another place of an event than where calls stand"));
        }
        match (tag, self.phase) {
            ("error", _) if self.calls.any_begun() => {
                Err(shape("the provider reported an error behind a tool call"))
            }
            ("error", _) => Ok(Step::plain()),
            ("step.start" | "step.delta" | "step.stop" | "interaction.created", Phase::Completed) => {
                Err(shape("an event after interaction.completed"))
            }
            ("step.start", _) => self.start(&document, out),
            ("step.delta", _) => self.delta(root),
            ("step.stop", _) => self.stop(root, out),
            ("interaction.created", _) if self.call_is_open() => {
                Err(shape("a second interaction.created within a tool call"))
            }
            ("interaction.created", _) => self.interaction(&document, out),
            ("interaction.completed", _) => {
                if self.call_is_open() {
                    return Err(shape("the answer ended within a tool call"));
                }
                self.phase = Phase::Completed;
                self.interaction(&document, out)
            }
            ("interaction.status_update", _) => Ok(Step::to(self.flow(), Some(Mark::Status))),
            _ if step::has_call_within(root) => {
                Err(shape("an event of unknown type that looks like a tool call"))
            }
            _ => Ok(Step::to(self.flow(), None)),
        }
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        let flow = self.flow();
        let Some(open) = &mut self.open else {
            return Err(Unreadable { what: UnreadableWhy::Bug("a delta again for no step") });
        };
        let mark = open.call.as_mut().map(|call| {
            call.json.push_str(text);
            Mark::Delta(call.number)
        });
        Ok(Step::to(flow, mark))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && self.phase == Phase::Open {
            return Err(shape("the stream ended before interaction.completed"));
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
        let structured = self.setup.structured;
        match mark {
            Mark::Delta(call) if decided.refused(call) => {}
            Mark::Start(call) if decided.refused(call) => {
                let text = decided.text(call).unwrap_or_default();
                let (Some(node), Some(index)) = (root.get("step"), root.get("index")) else {
                    return Err(Unreadable { what: UnreadableWhy::Bug("the start of a step was lost") });
                };
                let step =
                    if structured { step::failed(text) } else { r#"{"type":"model_output"}"#.to_owned() };
                pieces.push(Piece::Data(rebuild::replaced(document, node, &step)));
                if !structured {
                    pieces.push(Piece::New(text_delta(document.slice(index.span), text)));
                }
            }
            Mark::Start(_) | Mark::Delta(_) => pieces.push(Piece::Same),
            Mark::Status => pieces.push(match super::status_change(root, decided) {
                Some(change) => Piece::Data(rebuild::object(document, root, &[change])),
                None => Piece::Same,
            }),
            Mark::Interaction(numbers) => {
                let Some(node) = root.get("interaction") else {
                    return Err(Unreadable { what: UnreadableWhy::Bug("an interaction was lost") });
                };
                let changes = super::changes(document, node, &numbers, decided, structured)?;
                pieces.push(if changes.is_empty() {
                    Piece::Same
                } else {
                    let text = rebuild::object(document, node, &changes);
                    Piece::Data(rebuild::object(document, root, &[("interaction", Change::Set(text))]))
                });
            }
        }
        Ok(())
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        let known = self.known.iter().enumerate();
        let outputs = known.filter_map(|(number, call)| step::result(call, decided.text(number)?)).collect();
        Owed { by: self.kept_as.take().into_iter().collect(), outputs }
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let about = |name, rest: &str| {
            event(name, &format!(r#""interaction":{}"#, super::interaction(&self.setup, rest)))
        };
        let mut events = vec![about("interaction.created", r#""in_progress""#)];
        if self.setup.structured {
            let step = step::failed(refusal);
            events.push(event("step.start", &format!(r#""index":0,"step":{step}"#)));
        } else {
            events.push(event("step.start", r#""index":0,"step":{"type":"model_output"}"#));
            events.push(text_delta("0", refusal));
        }
        events.push(event("step.stop", r#""index":0"#));
        events.push(about("interaction.completed", r#""completed""#));
        events.push(NewEvent { name: Some("done"), data: "[DONE]".to_owned() });
        events
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let message = rebuild::string(refusal);
        event("error", &format!(r#""error":{{"code":"permission_denied","message":{message}}}"#))
    }
}

fn event(name: &'static str, members: &str) -> NewEvent {
    NewEvent { name: Some(name), data: format!(r#"{{"event_type":"{name}",{members}}}"#) }
}

fn text_delta(index: &str, text: &str) -> NewEvent {
    let text = rebuild::string(text);
    event("step.delta", &format!(r#""index":{index},"delta":{{"type":"text","text":{text}}}"#))
}
