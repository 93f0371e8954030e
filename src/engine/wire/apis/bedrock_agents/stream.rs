//! An answer of an agent: chunks, traces, files, and one return of control.
//!
//! Traces come before the call that they tell of, so they are held until it is known whether one comes: a chunk is the
//! answer's text, behind which no call comes, and where one agent works alone the next prompt is asked when all that the
//! model wanted before has been done. A return of control that the traces which passed may have told of is refused.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::frames::EXCEPTION;
use super::super::super::rebuild::{self, Change};
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Output, Owed, Reading, Unreadable, UnreadableWhy, framing, keys, shape};
use super::invocation::{self, Answer, nothing_beside};
use super::trace::{self, Kind};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One stream.
pub(super) struct Stream {
    limits: Limits,
    /// What a later request goes on with.
    session: Vec<String>,
    calls: Announcer,
    /// The identifier of the return of control, once that has come.
    returned: Option<Option<String>>,
    /// What answers each call.
    answers: Vec<Answer>,
    /// A trace told of a call that the client gets.
    announced: bool,
    /// What the model said is among the traces that are held.
    output_held: bool,
    /// It is among those that have passed.
    output_passed: bool,
    /// One of those was left out as the answer was written again.
    left_out: bool,
    agents: Agents,
}

/// Whose traces came.
enum Agents {
    None,
    One([Option<String>; 2]),
    Several,
}

/// What must be known of a held event to write it again.
pub(super) enum Mark {
    /// A trace; whether it is one of what the model said.
    Trace {
        output: bool,
    },
    Return,
}

impl Stream {
    pub(super) fn new(limits: Limits, session: Vec<String>) -> Self {
        Self {
            limits,
            session,
            calls: Announcer::new(&limits),
            returned: None,
            answers: Vec::new(),
            announced: false,
            output_held: false,
            output_passed: false,
            left_out: false,
            agents: Agents::None,
        }
    }

    /// Where an event goes before which nothing can have told of a call that is still to come.
    fn release(&mut self) -> Flow {
        if self.announced || self.calls.any_begun() {
            return Flow::Hold;
        }
        self.output_passed |= std::mem::take(&mut self.output_held);
        Flow::Release
    }

    fn chunk(&mut self, root: &Node) -> Result<Step<Mark>, Unreadable> {
        keys::exact(root, &["bytes"])?;
        // What was found may say anything.
        nothing_beside(root, &["bytes", "attribution"])?;
        if let Some(bytes) = keys::name(root, "bytes")? {
            STANDARD.decode(bytes).map_err(|_| framing("base64 that is not strict"))?;
        }
        Ok(Step::to(self.release(), None))
    }

    fn trace(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let trace = trace::read(root)?;
        out.provider_ran.extend(trace.ran);
        let agent = trace.agent;
        match &self.agents {
            Agents::None => self.agents = Agents::One(agent.map(|name| name.map(str::to_owned))),
            Agents::One(one) if one.each_ref().map(Option::as_deref) != agent => {
                self.agents = Agents::Several;
            }
            Agents::One(_) | Agents::Several => {}
        }
        let flow = match trace.kind {
            Kind::Output => {
                self.output_held = true;
                Flow::Hold
            }
            Kind::Returned => {
                self.announced = true;
                Flow::Hold
            }
            Kind::Prompt if !matches!(self.agents, Agents::Several) => self.release(),
            Kind::Prompt | Kind::Other => Flow::Pass,
        };
        Ok(Step::to(flow, Some(Mark::Trace { output: trace.kind == Kind::Output })))
    }

    fn return_control(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        const KEYS: &[&str] = &["invocationId", "invocationInputs"];
        let root = document.root();
        keys::exact(root, KEYS)?;
        nothing_beside(root, KEYS)?;
        if self.returned.is_some() {
            return Err(shape("a second return of control"));
        }
        if self.output_passed && !self.output_held {
            return Err(shape("a return of control behind the traces that told of it"));
        }
        let identifier = keys::name(root, "invocationId")?;
        self.returned = Some(identifier.map(str::to_owned));
        let inputs = inputs(root)?;
        for element in inputs {
            let number = self.calls.begin()?;
            let (call, answer) = invocation::read(document, identifier, element, &self.limits)?;
            self.calls.complete(number, call, out)?;
            self.answers.push(answer);
        }
        let flow = if inputs.is_empty() { Flow::Pass } else { Flow::Hold };
        Ok(Step::to(flow, Some(Mark::Return)))
    }
}

/// The calls of a return of control.
fn inputs(root: &Node) -> Result<&[Node], Unreadable> {
    match root.present("invocationInputs") {
        None => Ok(&[]),
        Some(inputs) => inputs.elements().ok_or_else(|| shape("invocations that are not a list")),
    }
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let name = name.unwrap_or_default();
        if name == EXCEPTION {
            if self.announced || self.calls.any_begun() {
                return Err(shape("the provider reported an error behind a tool call"));
            }
            return Ok(Step::plain());
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.limits.depth)?;
        let root = document.root();
        if !matches!(root.value, Value::Object(_)) {
            return Err(shape("an event that is not an object"));
        }
        match name {
            "chunk" => self.chunk(root),
            "trace" => self.trace(root, out),
            "returnControl" => self.return_control(&document, out),
            // Files, and what nobody knows.
            _ => {
                nothing_beside(root, &[])?;
                Ok(Step::plain())
            }
        }
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("an event again that was never free") })
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.announced && !self.calls.any_begun() {
            return Err(shape("the stream ended before the return of control that a trace told of"));
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
        // A trace may tell of what was refused, in any words.
        if let Mark::Trace { output } = mark {
            self.left_out |= output;
            return Ok(());
        }
        let texts: Vec<&str> = decided.texts().collect();
        pieces.push(Piece::New(chunk(&texts.join("\n"))));
        let left: Vec<String> = inputs(root)?
            .iter()
            .enumerate()
            .filter(|(number, _)| !decided.refused(*number))
            .map(|(_, element)| document.slice(element.span).to_owned())
            .collect();
        if !left.is_empty() {
            // No text stands between a call and the trace that tells of it.
            pieces.extend(self.left_out.then(left_out).map(Piece::New));
            let left = Change::Set(rebuild::array(&left));
            pieces.push(Piece::Data(rebuild::object(document, root, &[("invocationInputs", left)])));
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        vec![chunk(refusal)]
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        // Without an identifier nobody can give a result.
        let invocation = self.returned.clone().flatten();
        let refused = self.answers.iter().enumerate().filter_map(|(number, answer)| {
            Some(Output { call: invocation.clone()?, item: Some(answer.refused(decided.text(number)?)) })
        });
        Owed { by: self.session.clone(), outputs: refused.collect() }
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let data = format!(r#"{{"message":{}}}"#, rebuild::string(refusal));
        NewEvent { name: Some("accessDeniedException"), data }
    }
}

/// What stands in the place of the traces that are left out.
fn left_out() -> NewEvent {
    const DATA: &str = r#"{"trace":{"orchestrationTrace":{"rationale":{"text":"[toolgate] The traces of this step are left out, because a call was refused."}}}}"#;
    NewEvent { name: Some("trace"), data: DATA.to_owned() }
}

/// A frame of text.
fn chunk(text: &str) -> NewEvent {
    NewEvent { name: Some("chunk"), data: format!(r#"{{"bytes":"{}"}}"#, STANDARD.encode(text)) }
}
