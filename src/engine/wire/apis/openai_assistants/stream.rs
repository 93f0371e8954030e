//! A streamed run: the run and its steps as they change, messages and calls in pieces, then `[DONE]`.
//!
//! Nothing in an event's data says what happened, only what it is about, so that its name must agree with that. A call comes
//! in pieces of its step, and again whole in the run that waits for its output and in the step once that is there. Where it
//! is said otherwise there, nobody knows which a client runs: each is a call, and they leave together or not at all.
//!
//! INVARIANT (bound): of [`STEPS`] elements and whole steps, and of no more than a body may have bytes, a stream knows under
//! which index of which step they stood. One with more is refused.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{
    CALLS, Owed, Reading, Setup, Unreadable, UnreadableWhy, alike, limit, rebuild, shape,
};
use super::super::openai_chat::call::part;
use super::object::{self, Kind};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node};
use crate::wire::Api;
use rebuild::Change;
use std::collections::BTreeSet;

/// How many elements and whole steps are known in one stream.
const STEPS: usize = 4_096;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    done: bool,
    open: Option<Open>,
    /// The elements of steps that came in pieces.
    streamed: Vec<Streamed>,
    calls: Announcer,
    /// The steps that stood whole with elements: to those clients join a piece that comes later under the same index.
    stood: BTreeSet<String>,
    /// Every call that is complete, by number.
    known: Vec<ToolCall>,
    /// The identifiers of those that stood whole somewhere.
    whole: BTreeSet<String>,
    /// A call was said otherwise before.
    said_otherwise: bool,
    /// How many bytes the identifiers of steps take.
    size: usize,
    kept_as: Option<String>,
}

/// The call that came last, of which more may come.
struct Open {
    number: usize,
    step: String,
    index: u32,
    /// The call without its arguments.
    call: ToolCall,
    input: String,
}

/// An element of a step's list that began in a piece.
struct Streamed {
    step: String,
    index: u32,
    /// `None` where the provider runs it.
    call: Option<usize>,
}

/// What must be known of a held event to write it again: the numbers of the calls in its list.
pub(super) struct Mark(Vec<Option<usize>>);

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            done: false,
            open: None,
            streamed: Vec::new(),
            stood: BTreeSet::new(),
            calls,
            known: Vec::new(),
            whole: BTreeSet::new(),
            said_otherwise: false,
            size: 0,
            kept_as: None,
        }
    }

    /// Where an event goes that decides nothing.
    fn flow(&self) -> Flow {
        if self.calls.any_begun() { Flow::Hold } else { Flow::Pass }
    }

    /// The call that came last is complete.
    fn complete(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        let Some(Open { number, mut call, input, .. }) = self.open.take() else { return Ok(()) };
        if !input.is_empty() {
            call.arguments = Arguments::from_json_text(&input, self.setup.limits.depth);
        }
        self.known.push(call.clone());
        self.calls.complete(number, call, out)
    }

    /// A piece of a step.
    fn pieces(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let step = root.get("id").and_then(Node::as_str).unwrap_or_default();
        let mut numbers = Vec::new();
        let entries = object::entries(Kind::StepDelta, root)?;
        if !entries.is_empty() && self.stood.contains(step) {
            return Err(shape("a piece of a step that stood whole before"));
        }
        for entry in entries {
            let index = entry.get("index").and_then(Node::as_index);
            let index = index.ok_or_else(|| shape("a tool call whose index is not a number from 0"))?;
            numbers.push(self.piece(step, index, entry, out)?);
        }
        if numbers.is_empty() {
            self.complete(out)?;
        }
        let mark = (!numbers.is_empty()).then_some(Mark(numbers));
        Ok(Step::to(self.flow(), mark))
    }

    fn piece(
        &mut self,
        step: &str,
        index: u32,
        entry: &Node,
        out: &mut Reading,
    ) -> Result<Option<usize>, Unreadable> {
        let begun = self.streamed.iter().find(|streamed| streamed.step == step && streamed.index == index);
        let begun = begun.map(|streamed| streamed.call);
        if let Some(tool) = object::provider(entry)? {
            match begun {
                Some(Some(_)) => {
                    return Err(shape("a tool of the provider's under the index of a tool call"));
                }
                Some(None) => {}
                None => {
                    out.provider_ran.push(tool.to_owned());
                    self.begin(step, index, None)?;
                }
            }
            self.complete(out)?;
            return Ok(None);
        }
        object::function(entry)?;
        let part = part(entry)?;
        if !matches!(part.kind, None | Some(CallKind::Function)) {
            return Err(shape("a tool call that is no function"));
        }
        let more = match part.input.map(Node::as_str) {
            None => "",
            Some(Some(more)) => more,
            Some(None) => return Err(shape("arguments in pieces that are not strings")),
        };
        if let Some(open) = self.open.as_mut().filter(|open| open.step == step && open.index == index) {
            // Clients put two names together, also where both are the same.
            if part.name.is_some() || part.id.is_some_and(|id| Some(id) != open.call.id.as_deref()) {
                return Err(shape("a second name or identifier for one tool call"));
            }
            open.input.push_str(more);
            return Ok(Some(open.number));
        }
        if begun.is_some() {
            return Err(shape("a piece of a tool call behind another"));
        }
        self.complete(out)?;
        let id = part.id.map(str::to_owned);
        if id.is_none() || self.known.iter().any(|known| known.id == id) {
            return Err(shape("a tool call in pieces without an identifier of its own"));
        }
        let number = self.calls.begin()?;
        self.begin(step, index, Some(number))?;
        let call = ToolCall {
            api: Api::OpenaiAssistants,
            kind: CallKind::Function,
            id,
            tool: part.name.ok_or_else(|| shape("a tool call without a name"))?.to_owned(),
            namespace: None,
            arguments: Arguments::Absent,
            choice: 0,
        };
        self.open = Some(Open { number, step: step.to_owned(), index, call, input: more.to_owned() });
        Ok(Some(number))
    }

    /// An element of a step begins: the first has the index 0, each further one the next.
    fn begin(&mut self, step: &str, index: u32, call: Option<usize>) -> Result<(), Unreadable> {
        let before = self.streamed.iter().filter(|streamed| streamed.step == step).count();
        if u32::try_from(before) != Ok(index) {
            return Err(shape("tool calls out of order"));
        }
        if before >= self.setup.limits.calls {
            return Err(limit(CALLS));
        }
        self.streamed.push(Streamed { step: step.to_owned(), index, call });
        self.knows(step)
    }

    /// One more element, or whole step, of the step with this identifier is known.
    fn knows(&mut self, step: &str) -> Result<(), Unreadable> {
        self.size += step.len();
        if self.streamed.len() + self.stood.len() > STEPS || self.size > self.setup.limits.body {
            return Err(limit("steps in one response"));
        }
        Ok(())
    }

    /// An event with a whole run or step.
    fn whole(
        &mut self,
        document: &Document,
        kind: Kind,
        out: &mut Reading,
    ) -> Result<Step<Mark>, Unreadable> {
        self.complete(out)?;
        let mut found = Reading::default();
        let calls = object::calls(document, kind, document.root(), &self.setup.limits, &mut found)?;
        let step = document.root().get("id").and_then(Node::as_str).filter(|_| kind == Kind::Step);
        if let Some(id) = step.filter(|_| !calls.is_empty())
            && self.stood.insert(id.to_owned())
        {
            self.knows(id)?;
        }
        let mut numbers = Vec::new();
        let mut ids = BTreeSet::new();
        for call in calls {
            // A client runs each element of a list, whatever its identifier.
            if call.as_ref().and_then(|call| call.id.clone()).is_some_and(|id| !ids.insert(id)) {
                return Err(shape("one identifier for two tool calls"));
            }
            numbers.push(match call {
                Some(call) => Some(self.said_again(call, out)?),
                None => None,
            });
        }
        self.kept_as = object::kept_as(document.root()).or_else(|| self.kept_as.take());
        let mark = numbers.iter().any(Option::is_some).then_some(Mark(numbers));
        Ok(Step::to(self.flow(), mark))
    }

    /// The number of a call that stands whole: of one that was said before in the same words, or its own.
    fn said_again(&mut self, call: ToolCall, out: &mut Reading) -> Result<usize, Unreadable> {
        let same = |known: &ToolCall| {
            known.id == call.id && known.tool == call.tool && known.arguments.same(&call.arguments)
        };
        self.whole.extend(call.id.clone());
        if let Some(number) = self.known.iter().position(same).filter(|_| call.id.is_some()) {
            return Ok(number);
        }
        self.said_otherwise |= call.id.is_some() && self.known.iter().any(|known| known.id == call.id);
        let number = self.calls.begin()?;
        self.known.push(call.clone());
        self.calls.complete(number, call, out)?;
        Ok(number)
    }

    /// The pieces of a step without those of refused calls; the indices of what is left have no gap.
    fn left(&self, document: &Document, numbers: &[Option<usize>], decided: &Decided) -> Vec<String> {
        let root = document.root();
        let step = root.get("id").and_then(Node::as_str).unwrap_or_default();
        let gone = |index: u32| {
            let before = self.streamed.iter().filter(|other| other.step == step && other.index < index);
            before.filter(|other| other.call.is_some_and(|call| decided.refused(call))).count()
        };
        let entries = object::entries(Kind::StepDelta, root).unwrap_or_default().iter().zip(numbers);
        let left = entries.filter(|(_, number)| number.is_none_or(|number| !decided.refused(number)));
        left.map(|(entry, _)| {
            let index = entry.get("index").and_then(Node::as_index).unwrap_or_default();
            let index = usize::try_from(index).unwrap_or(usize::MAX).saturating_sub(gone(index));
            rebuild::object(document, entry, &[("index", Change::Set(index.to_string()))])
        })
        .collect()
    }
}

/// Whether an event of this name is about an object of this kind.
fn agrees(name: &str, object: &str) -> bool {
    if object.ends_with(".delta") {
        return name == object;
    }
    let happened = name.strip_prefix(object).and_then(|rest| rest.strip_prefix('.'));
    happened.is_some_and(|happened| !happened.contains('.') && happened != "delta")
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.done {
            return Err(shape("an event after [DONE]"));
        }
        if data.trim_ascii() == "[DONE]" {
            self.complete(out)?;
            // Those who read pieces would run it, those who read runs would not.
            if self.known.iter().any(|call| call.id.as_ref().is_some_and(|id| !self.whole.contains(id))) {
                return Err(shape("a tool call in pieces that stands nowhere whole"));
            }
            self.done = true;
            out.ended = true;
            return Ok(Step::to(self.flow(), None));
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        let name = name.unwrap_or_default();
        if name == "error" {
            alike::nothing_beside(root, &[])?;
            if self.calls.any_begun() {
                return Err(shape("the provider reported an error behind a tool call"));
            }
            return Ok(Step::plain());
        }
        let kind = object::kind(root)?;
        if !agrees(name, root.get("object").and_then(Node::as_str).unwrap_or_default()) {
            return Err(shape("an event whose name is not of what it is about"));
        }
        match kind {
            Kind::StepDelta => self.pieces(root, out),
            Kind::Run | Kind::Step => self.whole(&document, kind, out),
            Kind::Inert => {
                object::entries(kind, root)?;
                self.complete(out)?;
                let parts = root.pointer("/delta/content").and_then(Node::elements);
                let text = match parts {
                    Some([part]) if name == "thread.message.delta" => part.pointer("/text/value"),
                    _ => None,
                };
                let text = text.filter(|text| text.as_str().is_some());
                let free =
                    text.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
                Ok(Step { flow: self.flow(), mark: None, free })
            }
        }
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        Ok(Step::to(self.flow(), None))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && !self.done {
            return Err(shape("the stream ended before [DONE]"));
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        self.calls.announced()
    }

    fn together(&self) -> Option<&'static str> {
        self.said_otherwise.then_some("one identifier for two tool calls, of which not both are allowed")
    }

    fn rewrite(
        &mut self,
        Mark(numbers): Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let root = document.root();
        let kind = object::kind(root)?;
        if kind != Kind::StepDelta {
            pieces.push(if numbers.iter().flatten().any(|number| decided.refused(*number)) {
                Piece::Data(object::rewritten(document, kind, root, &numbers, decided))
            } else {
                Piece::Same
            });
            return Ok(());
        }
        let step = root.get("id").and_then(Node::as_str).unwrap_or_default();
        let of_step = self.streamed.iter().filter(|streamed| streamed.step == step);
        if !of_step.filter_map(|streamed| streamed.call).any(|call| decided.refused(call)) {
            pieces.push(Piece::Same);
            return Ok(());
        }
        let left = self.left(document, &numbers, decided);
        let Some(details) = root.pointer("/delta/step_details") else {
            return Err(Unreadable { what: UnreadableWhy::Bug("the details of a step were lost") });
        };
        if !left.is_empty() {
            let calls = ("tool_calls", Change::Set(rebuild::array(&left)));
            let text = rebuild::object(document, details, &[calls]);
            pieces.push(Piece::Data(rebuild::replaced(document, details, &text)));
        }
        Ok(())
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        Owed { by: self.kept_as.take().into_iter().collect(), outputs: object::outputs(&self.known, decided) }
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let run = object::instead(&self.setup, refusal);
        vec![
            NewEvent { name: Some("thread.run.failed"), data: run },
            NewEvent { name: Some("done"), data: "[DONE]".to_owned() },
        ]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let message = rebuild::string(refusal);
        let data = format!(
            r#"{{"error":{{"message":{message},"type":"permission_error","param":null,"code":"tool_call_refused"}}}}"#
        );
        NewEvent { name: Some("error"), data }
    }
}
