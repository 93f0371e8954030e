//! A streamed completion: chunks with a delta for each choice, then `[DONE]`.
//!
//! A call of a choice is told from the next by its `index`; its name and identifier come once, its input in
//! pieces. It is complete when its choice finishes, or the stream does. Clients disagree on a second name or
//! identifier under one index (some join them, some take the last), on an index that is no number from 0, on
//! a piece for an earlier index (some add it to the call that began last) or behind the finish, and on an
//! index twice in one list, so those are refused. What all of them read alike passes: indices that start
//! at 1 or leave numbers out, calls without any index that come whole, calls behind the finish reason, no
//! `[DONE]` at all.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Share;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, limit, rebuild, shape};
use super::call::{self, Input, Part};
use super::{beside_choices, beside_message, choices, finishes, has_calls, object};
use crate::call::CallKind;
use crate::json::{self, Document, Node};
use std::collections::BTreeMap;

/// One stream.
pub(super) struct Stream {
    pub(super) setup: Setup,
    pub(super) choices: BTreeMap<u32, Choice>,
    calls: Announcer,
    held: bool,
    ended: bool,
    /// A choice began elsewhere than behind those that had begun, or stood twice in a chunk: one client takes the index
    /// for a place in a list, and finds another choice there.
    misplaced: bool,
    /// Which events had a name. The API gives them none.
    named: Share,
    /// Which of the chunks with calls say that they are chunks. One client skips those that do not.
    chunks: Share,
    /// The call to which the last chunk was a piece, and nothing else: its choice and number.
    last_piece: Option<(u32, usize)>,
}

/// One of the alternatives that are streamed side by side.
#[derive(Default)]
pub(super) struct Choice {
    /// Its calls, by where they began.
    pub(super) calls: Vec<Begun>,
    /// A `message` in a chunk brought its calls, whole.
    whole_message: bool,
    finished: bool,
    role_sent: bool,
    text_sent: bool,
    /// As the two above were when its first call began.
    pub(super) before_calls: Option<Before>,
    /// Text was sent in a later chunk than that of its first call.
    pub(super) text_behind: bool,
    /// What its first call carries of a signature, which goes on with the first that is left.
    pub(super) signature: Option<String>,
    /// The refusals of its calls were written.
    pub(super) refusals_written: bool,
}

/// What of a choice had been sent.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) role: bool,
    pub(super) text: bool,
}

/// A call that has begun.
pub(super) struct Begun {
    pub(super) number: usize,
    index: Option<u32>,
    /// It is the older `function_call`.
    legacy: bool,
    /// What was read of it; `None` once it is complete.
    open: Option<OpenCall>,
}

struct OpenCall {
    kind: Option<CallKind>,
    id: Option<String>,
    name: Option<String>,
    input: Input,
}

/// What must be known of a held chunk to write it again: the numbers of the calls its parts belong to, in
/// the order in which they stand.
pub(super) struct Mark(pub(super) Vec<usize>);

/// Most choices of one stream. The API gives 128 at most.
const CHOICES: usize = 128;

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            choices: BTreeMap::new(),
            calls,
            held: false,
            ended: false,
            misplaced: false,
            named: Share::default(),
            chunks: Share::default(),
            last_piece: None,
        }
    }

    fn chunk(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        if root.get("error").is_some_and(|error| !error.is_null()) && self.held {
            return Err(shape("the provider reported an error behind a tool call"));
        }
        let elements = match root.get("choices") {
            Some(node) if !node.is_null() => choices(root)?,
            // An error, a usage report, a keep-alive of a gateway.
            _ if root.get("error").is_some() || root.get("usage").is_some() => &[],
            _ => return Err(shape("an event that is not a chunk of a chat completion")),
        };
        beside_choices(root)?;
        let mut numbers = Vec::new();
        let mut before = Vec::new();
        for choice in elements {
            let index = self.choice(document, choice, &mut numbers, out)?;
            if before.contains(&index) {
                self.misplaced = true;
            } else {
                before.push(index);
            }
        }
        if self.misplaced && self.calls.any_begun() {
            return Err(shape("tool calls beside choices that come out of order"));
        }
        if self.named == Share::Some && self.calls.any_begun() {
            return Err(shape("tool calls in a stream of events with a name and events without one"));
        }
        if !numbers.is_empty() {
            let is_chunk = root.get("object").and_then(Node::as_str) == Some("chat.completion.chunk");
            self.chunks = self.chunks.and(is_chunk);
        }
        if self.chunks == Share::Some {
            return Err(shape("tool calls in chunks that say that they are, and in others"));
        }
        self.held |= !numbers.is_empty();
        let flow = if self.held { Flow::Hold } else { Flow::Pass };
        let free = self.free(root, elements, &numbers);
        Ok(Step { flow, mark: Some(Mark(numbers)), free })
    }

    /// The strings that may differ in the next chunk, where this one brought a piece of text or of one call's input
    /// and nothing else. Whatever is done only once, or only to a first piece, makes a chunk another one.
    fn free(&mut self, root: &Node, elements: &[Node], numbers: &[usize]) -> Option<Free> {
        self.last_piece = None;
        let [node] = elements else { return None };
        let there = |node: &Node, key: &str| node.get(key).is_some_and(|member| !member.is_null());
        let delta = node.get("delta")?;
        let other = there(delta, "function_call") || there(delta, "executed_tools");
        if other || there(node, "message") || there(root, "error") || finishes(node) {
            return None;
        }
        let text = match (delta.present("tool_calls"), numbers) {
            (None, []) => {
                delta.get("content").filter(|text| text.as_str().is_some_and(|text| !text.is_empty()))?
            }
            (Some(calls), [number]) if !has_text(delta) => {
                let [entry] = calls.elements()? else { return None };
                let part = call::part(entry).ok().filter(|part| part.name.is_none())?;
                let index = node.get("index").and_then(Node::as_index)?;
                let open = self.choices.get(&index)?.calls.last()?.open.as_ref()?;
                let text = part.input.filter(|input| input.as_str().is_some())?;
                matches!(open.input, Input::Text(_)).then_some(())?;
                self.last_piece = Some((index, *number));
                text
            }
            _ => return None,
        };
        let filling = root.get("obfuscation").filter(|node| node.as_str().is_some());
        Some(Free { text: text.span, fillings: [filling.map(|node| node.span), None], counters: [None; 2] })
    }

    fn choice(
        &mut self,
        document: &Document,
        node: &Node,
        numbers: &mut Vec<usize>,
        out: &mut Reading,
    ) -> Result<u32, Unreadable> {
        let delta = object(node, "delta")?;
        let message = object(node, "message")?;
        beside_message(node)?;
        let index = match node.get("index").map(Node::as_index) {
            Some(Some(index)) => index,
            None if !has_calls(delta) && !has_calls(message) => 0,
            None | Some(None) => return Err(shape("a choice's index that is not a number from 0")),
        };
        if self.choices.len() >= CHOICES && !self.choices.contains_key(&index) {
            return Err(limit("choices of one stream"));
        }
        let begun = self.choices.len();
        self.misplaced |= !self.choices.contains_key(&index) && usize::try_from(index) != Ok(begun);
        let choice = self.choices.entry(index).or_default();
        if let Some(delta) = delta {
            call::report_executed(delta, out);
            choice.text_behind |= choice.before_calls.is_some() && has_text(delta);
            let before = Before { role: choice.role_sent, text: choice.text_sent };
            choice.role_sent |= delta.get("role").is_some_and(|role| !role.is_null());
            choice.text_sent |= has_text(delta);
            if has_calls(Some(delta)) {
                if choice.whole_message {
                    return Err(shape("calls in the message and in the delta of a choice"));
                }
                choice.before_calls.get_or_insert(before);
                let mut last = None;
                for entry in call::entries(delta)?.unwrap_or_default() {
                    let at = entry_index(entry)?;
                    if at.is_some() && at <= last {
                        return Err(shape("tool calls out of order"));
                    }
                    last = at;
                    let part = call::part(entry)?;
                    if choice.calls.is_empty()
                        && let Some(signature) = call::signature(entry)
                    {
                        choice.signature.get_or_insert_with(|| document.slice(signature.span).to_owned());
                    }
                    if let Some(rule) = choice.two_in_one(at, &part) {
                        // Neither leaves; who asks what was said is told of both.
                        choice.begin(at, &part, document, &mut self.calls)?;
                        choice.finish(index, &mut self.calls, &self.setup, out)?;
                        return Err(shape(rule));
                    }
                    numbers.push(choice.take(at, &part, document, &mut self.calls, &self.setup)?);
                }
                if let Some(part) = call::legacy(delta)? {
                    numbers.push(choice.take_legacy(&part, document, &mut self.calls)?);
                }
            }
        }
        if message.is_some_and(|message| !has_calls(Some(message))) && !choice.calls.is_empty() {
            // One client puts it in the place of all that the deltas brought.
            return Err(shape("a message beside the pieces of tool calls"));
        }
        if let Some(message) = message.filter(|message| has_calls(Some(message))) {
            if !choice.calls.is_empty() {
                return Err(shape("calls in the message and in the delta of a choice"));
            }
            choice.whole_message = true;
            for whole in call::of_message(document, message, &self.setup.limits, out)? {
                let number = self.calls.begin()?;
                choice.calls.push(Begun { number, index: None, legacy: false, open: None });
                self.calls.complete(number, whole.into_tool_call(index), out)?;
                numbers.push(number);
            }
        }
        if finishes(node) {
            choice.finish(index, &mut self.calls, &self.setup, out)?;
        }
        Ok(index)
    }

    /// The stream has ended as far as any client reads it.
    fn done(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        self.ended = true;
        out.ended = true;
        for (index, choice) in &mut self.choices {
            choice.finish(*index, &mut self.calls, &self.setup, out)?;
        }
        Ok(())
    }
}

/// The index of an element of `tool_calls`, if it has one.
fn entry_index(entry: &Node) -> Result<Option<u32>, Unreadable> {
    match entry.get("index") {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => match node.as_index() {
            Some(index) => Ok(Some(index)),
            None => Err(shape("a tool call's index that is not a number from 0")),
        },
    }
}

/// Whether a delta brings text.
pub(super) fn has_text(delta: &Node) -> bool {
    ["content", "refusal"].into_iter().filter_map(|key| delta.get(key)).any(|text| match text.as_str() {
        Some(text) => !text.is_empty(),
        None => text.elements().is_some_and(|parts| !parts.is_empty()),
    })
}

impl Choice {
    /// What is wrong with an element that names another tool under the index of a call.
    fn two_in_one(&self, at: Option<u32>, part: &Part<'_>) -> Option<&'static str> {
        let call = self.calls.last().filter(|call| at.is_some() && call.index == at)?;
        part.name.and_then(|_| call.open.as_ref()?.conflict(part))
    }

    /// Takes an element of `tool_calls`; the number of the call it belongs to.
    fn take(
        &mut self,
        at: Option<u32>,
        part: &Part<'_>,
        document: &Document,
        announcer: &mut Announcer,
        setup: &Setup,
    ) -> Result<usize, Unreadable> {
        if self.calls.iter().any(|call| call.legacy) {
            return Err(shape("tool_calls and function_call in one choice"));
        }
        if self.calls.iter().any(|call| call.index.is_some() != at.is_some()) {
            return Err(shape("tool calls of one choice with and without an index"));
        }
        let Some(at) = at else {
            if part.kind.is_none() || part.name.is_none() {
                return Err(shape("a piece of a tool call without an index"));
            }
            let number = self.begin(None, part, document, announcer)?;
            // Readers that take a missing index for 0 join such calls. Two whole inputs joined are not
            // JSON, so that no reader makes a third call of them.
            let open: Vec<_> = self.calls.iter().filter_map(|call| call.open.as_ref()).collect();
            if open.len() != self.calls.len() {
                return Err(shape("a tool call without an index after the finish"));
            }
            let unsettled = match open.as_slice() {
                [first, second] => [Some(*first), Some(*second)],
                [_, _, .., last] => [Some(*last), None],
                _ => [None, None],
            };
            if !unsettled.into_iter().flatten().all(|call| call.is_whole(setup.limits.depth)) {
                return Err(shape("several tool calls without an index"));
            }
            return Ok(number);
        };
        if let Some(call) = self.calls.last_mut().filter(|call| call.index == Some(at)) {
            let open = call.open.as_mut().ok_or_else(|| shape("a piece of a tool call after its end"))?;
            open.add(part, document)?;
            return Ok(call.number);
        }
        if self.calls.iter().any(|call| call.index >= Some(at)) {
            return Err(shape("tool calls out of order"));
        }
        self.begin(Some(at), part, document, announcer)
    }

    /// Takes a `function_call`, of which a choice has one.
    fn take_legacy(
        &mut self,
        part: &Part<'_>,
        document: &Document,
        announcer: &mut Announcer,
    ) -> Result<usize, Unreadable> {
        match self.calls.first_mut() {
            None => self.begin(None, part, document, announcer),
            Some(call) if call.legacy => {
                let open = call.open.as_mut();
                open.ok_or_else(|| shape("a piece of a function call after its end"))?.add(part, document)?;
                Ok(call.number)
            }
            Some(_) => Err(shape("tool_calls and function_call in one choice")),
        }
    }

    fn begin(
        &mut self,
        index: Option<u32>,
        part: &Part<'_>,
        document: &Document,
        announcer: &mut Announcer,
    ) -> Result<usize, Unreadable> {
        let number = announcer.begin()?;
        let mut open = OpenCall { kind: None, id: None, name: None, input: Input::Absent };
        open.add(part, document)?;
        let legacy = part.kind == Some(CallKind::LegacyFunction);
        self.calls.push(Begun { number, index, legacy, open: Some(open) });
        Ok(number)
    }

    /// Its calls are complete.
    fn finish(
        &mut self,
        index: u32,
        announcer: &mut Announcer,
        setup: &Setup,
        out: &mut Reading,
    ) -> Result<(), Unreadable> {
        self.finished = true;
        for call in &mut self.calls {
            let Some(OpenCall { kind, id, name, input }) = call.open.take() else { continue };
            let kind = kind.ok_or_else(|| shape("a tool call that names no tool"))?;
            let whole = call::finished(kind, id, name, input, &setup.limits)?;
            announcer.complete(call.number, whole.into_tool_call(index), out)?;
        }
        Ok(())
    }
}

impl OpenCall {
    /// Whether it is a function with a whole JSON object for its input, as text.
    fn is_whole(&self, depth: usize) -> bool {
        let Input::Text(text) = &self.input else { return false };
        self.kind == Some(CallKind::Function)
            && json::parse(text, depth).is_ok_and(|root| matches!(root.value, json::Value::Object(_)))
    }

    /// What is wrong with a piece that names the call again.
    fn conflict(&self, part: &Part<'_>) -> Option<&'static str> {
        // Some servers repeat the identifier in every piece.
        if part.id.is_some_and(|id| self.id.as_ref().is_some_and(|known| known != id)) {
            return Some("a second identifier for one tool call");
        }
        (part.name.is_some() && self.name.is_some()).then_some("a second name for one tool call")
    }

    /// Adds a piece.
    fn add(&mut self, part: &Part<'_>, document: &Document) -> Result<(), Unreadable> {
        match (self.kind, part.kind) {
            (_, None) => {}
            (None, Some(_)) => self.kind = part.kind,
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => return Err(shape("a tool call of two kinds")),
        }
        if let Some(rule) = self.conflict(part) {
            return Err(shape(rule));
        }
        if let Some(id) = part.id {
            self.id = Some(id.to_owned());
        }
        if let Some(name) = part.name {
            self.name = Some(name.to_owned());
        }
        let Some(node) = part.input else { return Ok(()) };
        match (&mut self.input, node.as_str()) {
            (Input::Text(text), Some(more)) => text.push_str(more),
            (Input::Absent, Some(text)) => self.input = Input::Text(text.to_owned()),
            (Input::Absent, None) => self.input = Input::Value(document.slice(node.span).to_owned()),
            (Input::Text(_) | Input::Value(_), _) => return Err(shape("a tool call with two inputs")),
        }
        Ok(())
    }
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.ended {
            return Err(shape("an event after [DONE]"));
        }
        // One SDK wraps the data of such an event, whatever the endpoint.
        if name.is_some_and(|name| name.starts_with("thread.")) {
            return Err(shape("an event of another API"));
        }
        if data.trim_ascii_end() == "[DONE]" {
            self.done(out)?;
            return Ok(Step::plain());
        }
        self.named = self.named.and(name.is_some_and(|name| !name.is_empty()));
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        self.chunk(&document, out)
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        let mut numbers = Vec::new();
        if let Some((index, number)) = self.last_piece {
            let call = self.choices.get_mut(&index).and_then(|choice| choice.calls.last_mut());
            match call.and_then(|call| call.open.as_mut()).map(|open| &mut open.input) {
                Some(Input::Text(input)) => input.push_str(text),
                _ => return Err(Unreadable { what: UnreadableWhy::Bug("a piece again for no call") }),
            }
            numbers.push(number);
        }
        let flow = if self.held { Flow::Hold } else { Flow::Pass };
        Ok(Step::to(flow, Some(Mark(numbers))))
    }

    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        if self.ended {
            return Ok(());
        }
        if self.choices.values().any(|choice| !choice.calls.is_empty() && !choice.finished) {
            return Err(shape("the stream ended within a tool call"));
        }
        self.done(out)
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
        self.rewrite_chunk(mark, document, decided, pieces)
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let model = rebuild::string(&self.setup.model);
        let key = if self.setup.structured { "refusal" } else { "content" };
        let first = format!(r#"{{"role":"assistant","{key}":{}}}"#, rebuild::string(refusal));
        let chunk = |delta: &str, finish: &str| NewEvent {
            name: None,
            data: format!(
                r#"{{"id":"chatcmpl-toolgate","object":"chat.completion.chunk","created":0,"model":{model},"choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]}}"#
            ),
        };
        let done = NewEvent { name: None, data: "[DONE]".to_owned() };
        vec![chunk(&first, "null"), chunk("{}", r#""stop""#), done]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: None, data: super::error_body(refusal) }
    }
}
