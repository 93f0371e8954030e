//! A streamed response: `response.created`, items with their events, and an event with the whole response at the end.
//!
//! A call stands in many places: where its item is added, in the pieces of its input, where that is done, where the
//! item is done, and in the response at the end; some clients look at one of them, some at another. So every place must
//! tell of the same call, and what stands in one place only is a call as well. Items are numbered without a gap, since
//! older SDKs count them; the sequence numbers mean nothing here, since a client may begin in the middle. While a call
//! is open no other item begins or ends: many loops add what comes to the item that came last.
//!
//! A stream that ends without the last event while a call is held is not released: some SDKs deliver the call and some
//! raise. What follows the last event reaches every client, so nothing may.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Naming;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Owed, Reading, Setup, Unreadable, UnreadableWhy, keys, limit, rebuild, shape};
use super::input::Input;
use super::item::{self, Kind};
use super::refusal::{self, Answer};
use crate::json::{Document, Node, Value};
use rebuild::Change;
use std::collections::BTreeMap;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    phase: Phase,
    /// The index that the next item must have; `None` as long as nothing tells, because the client goes on with a
    /// stream it had begun before.
    next: Option<u32>,
    open: BTreeMap<u32, Open>,
    announcer: Announcer,
    /// The calls by their numbers.
    calls: Vec<Call>,
    /// The identifier of the response, once an event told it or told that there is none.
    id: Option<Option<String>>,
    /// Of what item the last event brought a piece of input.
    last_piece: Option<u32>,
    /// The identifiers by which a later request goes on.
    kept_as: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Begun,
    Ended,
}

/// An item that was added and is not done.
enum Open {
    Call(Box<OpenCall>),
    /// `None` where its beginning was not seen.
    Other(Option<String>),
}

struct OpenCall {
    number: usize,
    added: Node,
    input: Input,
}

/// A call that has begun.
struct Call {
    /// Where its item stands; `None` if it stands in the last event only.
    index: Option<u32>,
    /// How it is answered: its identifier.
    key: Option<String>,
    /// The identifier of the message in its place.
    stand_in: String,
    /// How many events it has, and how many of them were written again.
    events: usize,
    written: usize,
    /// Once it is complete: what it is, and what its output would be.
    complete: Option<([u8; 32], Option<Answer>)>,
}

/// What must be known of a held event to write it again.
pub(super) enum Mark {
    /// An event of the item of this call.
    Call(usize),
    /// The whole response, and its calls in their order.
    Whole(Vec<usize>),
}

/// Most items open at once. The API opens one at a time.
const OPEN_ITEMS: usize = 64;

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let announcer = Announcer::new(&setup.limits);
        Self {
            setup,
            phase: Phase::Fresh,
            next: None,
            open: BTreeMap::new(),
            announcer,
            calls: Vec::new(),
            id: None,
            last_piece: None,
            kept_as: Vec::new(),
        }
    }

    /// Where an event goes that decides nothing.
    fn flow(&self) -> Flow {
        if self.announcer.any_begun() { Flow::Hold } else { Flow::Pass }
    }

    fn plain(&self) -> Step<Mark> {
        Step::to(self.flow(), None)
    }

    fn no_call_open(&self, otherwise: &'static str) -> Result<(), Unreadable> {
        if self.announcer.any_open() { Err(shape(otherwise)) } else { Ok(()) }
    }

    /// The response that an event carries. SDKs raise when its identifier changes.
    fn response<'a>(&mut self, root: &'a Node) -> Result<&'a Node, Unreadable> {
        let response = root.get("response").ok_or_else(|| shape("an event without its response"))?;
        if response.get("object").and_then(Node::as_str) != Some("response") {
            return Err(shape("an event whose response is not one of the Responses API"));
        }
        super::nothing_elsewhere(response)?;
        let id = response.get("id").and_then(Node::as_str).map(str::to_owned);
        if self.id.as_ref().is_some_and(|known| *known != id) {
            return Err(shape("a response that changes its identifier"));
        }
        self.id = Some(id);
        self.kept_as = super::kept_as(response);
        Ok(response)
    }

    /// `response.created` and what follows it before the items.
    fn begins(&mut self, tag: &str, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let fresh = self.phase == Phase::Fresh;
        if tag == "response.created" && !fresh {
            return Err(shape("a second response.created"));
        }
        self.phase = Phase::Begun;
        let response = self.response(root)?;
        let items = super::items(response, "output")?;
        for item in items {
            match item::kind(item, &self.setup)? {
                Kind::Call => return Err(shape("a tool call in a response that has just begun")),
                Kind::Provider if fresh => out.provider_ran.push(item::ran(item)),
                Kind::Provider | Kind::Inert => {}
            }
        }
        if fresh && tag != "response.in_progress" {
            self.next =
                Some(u32::try_from(items.len()).map_err(|_| shape("a response with too many items"))?);
        }
        Ok(self.plain())
    }

    /// Takes the index of an item that begins.
    fn begin_item(&mut self, index: u32) -> Result<(), Unreadable> {
        if self.next.is_some_and(|next| next != index) {
            return Err(shape("an output item out of order"));
        }
        self.no_call_open("an output item within a tool call")?;
        if self.open.len() >= OPEN_ITEMS {
            return Err(limit("output items open at once"));
        }
        self.next = Some(index.checked_add(1).ok_or_else(|| shape("a response with too many items"))?);
        Ok(())
    }

    fn begin_call(&mut self, index: Option<u32>, item: &Node) -> Result<usize, Unreadable> {
        let number = self.announcer.begin()?;
        let key = item::key(item).map(str::to_owned);
        let stand_in = refusal::id(item, number);
        self.calls.push(Call { index, key, stand_in, events: 0, written: 0, complete: None });
        Ok(number)
    }

    /// A call is complete.
    fn complete(
        &mut self,
        number: usize,
        document: &Document,
        item: &Node,
        out: &mut Reading,
    ) -> Result<(), Unreadable> {
        let call = item::call(document, item, &self.setup.limits)?;
        let key = item::key(item).ok_or_else(|| shape("a tool call without an identifier"))?;
        let known = |other: &Call| other.complete.is_some() && other.key.as_deref() == Some(key);
        if self.calls.iter().any(known) {
            return Err(shape("two tool calls with one identifier"));
        }
        let Some(begun) = self.calls.get_mut(number) else {
            return Err(Unreadable { what: UnreadableWhy::Bug("a call completed before it began") });
        };
        begun.key = Some(key.to_owned());
        begun.complete = Some((item::print(&call), Answer::to(document, item)));
        self.announcer.complete(number, call, out)
    }

    /// An event of the item of a call.
    fn within(&mut self, number: usize) -> Step<Mark> {
        if let Some(call) = self.calls.get_mut(number) {
            call.events += 1;
        }
        Step::to(Flow::Hold, Some(Mark::Call(number)))
    }

    fn added(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        self.begin_item(index)?;
        // Some providers take an index and then have nothing to say; SDKs skip it.
        let Some(item) = root.present("item") else { return Ok(self.plain()) };
        match item::kind(item, &self.setup)? {
            Kind::Call => {
                let number = self.begin_call(Some(index), item)?;
                let open = OpenCall { number, added: item.clone(), input: Input::of(item) };
                self.open.insert(index, Open::Call(Box::new(open)));
                return Ok(self.within(number));
            }
            Kind::Provider => out.provider_ran.push(item::ran(item)),
            Kind::Inert => {}
        }
        self.open.insert(index, Open::Other(item::tag(item).map(str::to_owned)));
        Ok(self.plain())
    }

    fn done(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        let index = index(root)?;
        let item = root.get("item").ok_or_else(|| shape("an output item that is done and not there"))?;
        let kind = item::kind(item, &self.setup)?;
        match self.open.remove(&index) {
            Some(Open::Call(open)) => {
                open.check(kind, item, self.setup.limits.depth)?;
                self.complete(open.number, document, item, out)?;
                Ok(self.within(open.number))
            }
            Some(Open::Other(tag)) => {
                self.no_call_open("an output item within a tool call")?;
                if kind == Kind::Call || tag.is_some_and(|tag| item::tag(item) != Some(&tag)) {
                    return Err(shape("an output item that changes its type"));
                }
                Ok(self.plain())
            }
            // It was never added. Some clients look at what is done only.
            None => {
                self.begin_item(index)?;
                match kind {
                    Kind::Call => {
                        let number = self.begin_call(Some(index), item)?;
                        self.complete(number, document, item, out)?;
                        return Ok(self.within(number));
                    }
                    Kind::Provider => out.provider_ran.push(item::ran(item)),
                    Kind::Inert => {}
                }
                Ok(self.plain())
            }
        }
    }

    /// A piece of the input of a call.
    fn input(&mut self, tag: &str, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        match self.open.get_mut(&index) {
            Some(Open::Call(open)) => {
                let item = root.present("item_id");
                let added = open.added.present("id");
                if let (Some(item), Some(added)) = (item, added)
                    && item.as_str() != added.as_str()
                {
                    return Err(shape("tool input whose item is another one than its index says"));
                }
                open.input.take(tag, root, &open.added)?;
                let number = open.number;
                let free = if tag.ends_with(".delta") { free(root) } else { None };
                self.last_piece = free.map(|_| index);
                Ok(Step { free, ..self.within(number) })
            }
            Some(Open::Other(Some(other))) if other == "shell_call" && tag.contains("shell_call") => {
                Ok(self.plain())
            }
            Some(Open::Other(_)) => Err(shape("tool input for an item that takes none")),
            None => Err(shape("tool input for an item that is not open")),
        }
    }

    /// The event with the whole response, behind which there is none.
    fn ends(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let response = self.response(document.root())?;
        let mut numbers = Vec::new();
        for (place, item) in (0..).zip(super::items(response, "output")?) {
            match item::kind(item, &self.setup)? {
                Kind::Call => numbers.push(self.call_at_end(document, item, out)?),
                Kind::Provider if self.next.is_none_or(|next| place >= next) => {
                    out.provider_ran.push(item::ran(item));
                }
                Kind::Provider | Kind::Inert => {}
            }
        }
        let mut once = numbers.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() != numbers.len() {
            return Err(shape("two tool calls with one identifier"));
        }
        self.no_call_open("the answer ended within a tool call")?;
        self.phase = Phase::Ended;
        out.ended = true;
        Ok(Step::to(self.flow(), Some(Mark::Whole(numbers))))
    }

    /// The number of a call of the whole response: one the stream had, or another.
    fn call_at_end(
        &mut self,
        document: &Document,
        item: &Node,
        out: &mut Reading,
    ) -> Result<usize, Unreadable> {
        let key = item::key(item).ok_or_else(|| shape("a tool call without an identifier"))?;
        let Some(number) = self.calls.iter().position(|call| call.key.as_deref() == Some(key)) else {
            let number = self.begin_call(None, item)?;
            self.complete(number, document, item, out)?;
            return Ok(number);
        };
        let known = self.calls.get(number).and_then(|call| Some((call.index, call.complete.as_ref()?.0)));
        if let Some((_, print)) = known {
            let call = item::call(document, item, &self.setup.limits)?;
            return if item::print(&call) == print { Ok(number) } else { Err(shape(ANOTHER)) };
        }
        let index = self.calls.get(number).and_then(|call| call.index);
        match index.and_then(|index| self.open.remove(&index)) {
            Some(Open::Call(open)) => {
                open.check(Kind::Call, item, self.setup.limits.depth)?;
                self.complete(number, document, item, out)?;
                Ok(number)
            }
            _ => Err(Unreadable { what: UnreadableWhy::Bug("an open call without an item") }),
        }
    }

    /// An event that is not about calls, as far as is known here.
    fn other(&mut self, tag: &str, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let carries = ["item", "response", "output"].iter().any(|key| root.get(key).is_some());
        if (carries || item::looks_like_call(root)) && !PROVIDERS.contains(&tag) {
            return Err(shape("an event of unknown type that looks like a tool call"));
        }
        let Some(index) = root.get("output_index") else { return Ok(self.plain()) };
        let index = index.as_index().ok_or_else(|| shape(INDEX))?;
        match (self.open.get(&index), self.next) {
            (Some(Open::Call(_)), _) => return Err(shape("an event of unknown type for a tool call")),
            // Whatever it says, it says of an item in which nothing is run.
            (Some(Open::Other(_)), _) => return Ok(Step { free: free(root), ..self.plain() }),
            (None, None) => {
                self.begin_item(index)?;
                self.open.insert(index, Open::Other(None));
            }
            (None, Some(next)) if index >= next => {
                return Err(shape("an event for an output item that was not added"));
            }
            (None, Some(_)) if self.calls.iter().any(|call| call.index == Some(index)) => {
                return Err(shape("an event for a tool call that is done"));
            }
            (None, Some(_)) => {}
        }
        Ok(self.plain())
    }
}

impl OpenCall {
    /// Whether the item that is done is the one that was added, with the input that came between.
    fn check(&self, kind: Kind, item: &Node, depth: usize) -> Result<(), Unreadable> {
        if kind != Kind::Call || item::tag(item) != item::tag(&self.added) {
            return Err(shape("an output item that changes its type"));
        }
        if !item::is_draft_of(&self.added, item) {
            return Err(shape(ANOTHER));
        }
        self.input.check(item, depth)
    }
}

const ANOTHER: &str = "a tool call that is another one where it is done";
const INDEX: &str = "an output item's index that is not a number from 0";

/// What of an event may be another one in the next: the piece it brings, its number, what it is filled up with.
fn free(root: &Node) -> Option<Free> {
    let text = root.get("delta").filter(|delta| delta.as_str().is_some())?.span;
    let filling = root.get("obfuscation").filter(|node| node.as_str().is_some()).map(|node| node.span);
    let counter = root.get("sequence_number").filter(|node| node.as_index().is_some()).map(|node| node.span);
    Some(Free { text, fillings: [filling, None], counters: [counter, None] })
}

fn index(root: &Node) -> Result<u32, Unreadable> {
    root.get("output_index").and_then(Node::as_index).ok_or_else(|| shape(INDEX))
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        // Some gateways end with what ends a stream of another API.
        if self.phase == Phase::Ended && data.trim_ascii_end() == "[DONE]" {
            return Ok(Step::plain());
        }
        self.last_piece = None;
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, KEYS)?;
        let tag = match root.get("type").and_then(Node::as_str) {
            Some(tag) => tag,
            None if super::is_error_body(&document) => "error",
            None => return Err(shape("an event without a type")),
        };
        Naming::Optional.check(name, tag)?;
        if self.phase == Phase::Ended {
            return Err(shape("an event after the end of the response"));
        }
        match tag {
            "error" if self.announcer.any_begun() => {
                Err(shape("the provider reported an error behind a tool call"))
            }
            "response.created" | "response.queued" | "response.in_progress" => self.begins(tag, root, out),
            "response.completed" | "response.incomplete" | "response.failed" => self.ends(&document, out),
            "response.output_item.added" => self.added(root, out),
            "response.output_item.done" => self.done(&document, out),
            "response.function_call_arguments.delta"
            | "response.function_call_arguments.done"
            | "response.custom_tool_call_input.delta"
            | "response.custom_tool_call_input.done"
            | "response.shell_call_command.added"
            | "response.shell_call_command.delta"
            | "response.shell_call_command.done" => self.input(tag, root),
            _ => self.other(tag, root),
        }
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        let Some(index) = self.last_piece else { return Ok(self.plain()) };
        let number = match self.open.get_mut(&index) {
            Some(Open::Call(open)) => open.input.again(text).map(|()| open.number),
            Some(Open::Other(_)) | None => None,
        };
        let number = number.ok_or(Unreadable { what: UnreadableWhy::Bug("a piece again for no call") })?;
        Ok(self.within(number))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.announcer.any_begun() && self.phase != Phase::Ended {
            return Err(shape("the stream ended before the end of the response"));
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        self.announcer.announced()
    }

    fn rewrite(
        &mut self,
        mark: Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let structured = self.setup.structured;
        let total = self.calls.len();
        match mark {
            Mark::Call(number) if !decided.refused(number) => pieces.push(Piece::Same),
            Mark::Call(number) => {
                let call = self.calls.get_mut(number).and_then(|call| Some((call.index?, call)));
                let Some((index, call)) = call else {
                    return Err(Unreadable { what: UnreadableWhy::Bug("an event of no call was held") });
                };
                let text = refusal::text(decided, number, total);
                let events = refusal::events(index, &call.stand_in, &text, structured);
                // Each event of the message takes the number of one that it replaces, as far as there are enough.
                let before = call.written.min(events.len() - 1);
                call.written += 1;
                let count = if call.written == call.events {
                    events.len()
                } else {
                    usize::from(call.written < events.len())
                };
                let number = document.root().get("sequence_number");
                let number = number.filter(|number| matches!(number.value, Value::Number(_)));
                let number = number.map(|number| document.slice(number.span));
                pieces.extend(
                    events
                        .into_iter()
                        .skip(before)
                        .take(count)
                        .map(|(name, members)| Piece::New(event(name, number, &members))),
                );
            }
            Mark::Whole(numbers) => {
                let response = document.root().get("response");
                let items = response.map(|response| super::items(response, "output")).transpose()?;
                let (Some(response), Some(items)) = (response, items) else {
                    return Err(Unreadable { what: UnreadableWhy::Bug("a response at the end was lost") });
                };
                if !numbers.iter().any(|number| decided.refused(*number)) {
                    pieces.push(Piece::Same);
                    return Ok(());
                }
                let mut numbers = numbers.into_iter();
                let elements: Vec<String> = items
                    .iter()
                    .map(|item| {
                        let call = (item::kind(item, &self.setup) == Ok(Kind::Call))
                            .then(|| numbers.next())
                            .flatten();
                        let stand_in = call.filter(|number| decided.refused(*number)).and_then(|number| {
                            let text = refusal::text(decided, number, total);
                            Some(refusal::message(&self.calls.get(number)?.stand_in, &text, structured))
                        });
                        stand_in.unwrap_or_else(|| document.slice(item.span).to_owned())
                    })
                    .collect();
                let changed = [("output", Change::Set(rebuild::array(&elements)))];
                let text = rebuild::object(document, response, &changed);
                pieces.push(Piece::Data(rebuild::replaced(document, response, &text)));
            }
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let id = format!("{}_whole", refusal::OURS);
        let message = refusal::message(&id, refusal, self.setup.structured);
        let begun = super::response(&self.setup.model, "in_progress", "");
        let ended = super::response(&self.setup.model, "completed", &message);
        let mut events = vec![("response.created", format!(r#""response":{begun}"#))];
        events.extend(refusal::events(0, &id, refusal, self.setup.structured));
        events.push(("response.completed", format!(r#""response":{ended}"#)));
        let numbered = (0..).zip(events);
        numbered.map(|(number, (name, members))| event(name, Some(&number.to_string()), &members)).collect()
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        let total = self.calls.len();
        let refused = self.calls.iter().enumerate().filter(|(number, _)| decided.refused(*number));
        let outputs = refused.filter_map(|(number, call)| {
            let answer = call.complete.as_ref()?.1.as_ref()?;
            Some(answer.output(decided.text(number)?))
        });
        debug_assert!(total >= decided.texts().count());
        Owed { outputs: outputs.collect(), by: std::mem::take(&mut self.kept_as) }
    }

    // The event that the API's description has for errors ends the stream without an exception in the SDKs.
    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: None, data: super::error_body(refusal) }
    }
}

/// Events about calls that the provider runs, which are told of in the same words as others.
const PROVIDERS: &[&str] = &[
    "response.mcp_call_arguments.delta",
    "response.mcp_call_arguments.done",
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
];

/// Keys of events that mean something here.
const KEYS: &[&str] = &[
    "type",
    "response",
    "item",
    "output_index",
    "item_id",
    "delta",
    "arguments",
    "input",
    "name",
    "command",
    "command_index",
];

fn event(name: &'static str, number: Option<&str>, members: &str) -> NewEvent {
    let number = number.map(|number| format!(r#""sequence_number":{number},"#)).unwrap_or_default();
    NewEvent { name: Some(name), data: format!(r#"{{"type":"{name}",{number}{members}}}"#) }
}
