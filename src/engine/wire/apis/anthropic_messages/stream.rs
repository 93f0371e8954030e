//! A streamed message: `message_start`, blocks with their deltas, `message_delta`, `message_stop`.
//!
//! The accumulator here is the strictest that any SDK has, since what one SDK refuses the next repairs in
//! its own way: blocks are numbered from 0 without a gap, deltas go to a block that is open, input text goes
//! to a block that takes input, the event's name is its data's type. While a call is open no other block
//! starts, stops or takes input: many loops add what comes to the block that started last, whatever its
//! index. `ping` may stand anywhere. A stream that ends without `message_stop` while a call is held is not released: some SDKs deliver the call and some
//! raise.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::event_name::Naming;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, alike, keys, limit, rebuild, shape};
use super::content::{self, Kind};
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node};
use rebuild::Change;
use std::collections::BTreeMap;

/// One stream.
///
/// It is held from the first call on, and also from a block in which the provider runs code: that code may
/// ask for calls, and then goes with them if they are refused. Anything else behind it lets it pass.
pub(in crate::wire::apis) struct Stream {
    setup: Setup,
    phase: Phase,
    /// The index the next block must have.
    next: u32,
    open: BTreeMap<u32, Open>,
    calls: Announcer,
    /// The message has a block that says the provider runs a tool.
    provider: bool,
    /// The block of the last delta.
    last_delta: u32,
    held: Option<HeldBlocks>,
    /// Whether events have names. The SDKs go by them, and skip an event that has none.
    naming: Naming,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    BeforeMessage,
    InMessage,
    Ended,
}

/// A block that has started and not stopped.
enum Open {
    Call(Box<OpenCall>),
    Provider,
    Other,
}

struct OpenCall {
    number: usize,
    /// The call without its arguments.
    call: ToolCall,
    /// The input that stood in the start event.
    prefilled: Arguments,
    /// The input of the deltas so far, if there were any.
    json: Option<String>,
}

/// The blocks that started since the stream is held, in order. No call is among them as long as it is held
/// only because of a block in which the provider runs code.
struct HeldBlocks {
    /// The index of the first.
    first: u32,
    blocks: Vec<HeldBlock>,
    /// The index each gets when it is written again; `None` for those that are left out. Empty until then.
    renumbered: Vec<Option<u32>>,
}

enum HeldBlock {
    /// A call, and the provider's block whose code asked for it.
    Call {
        number: usize,
        caller: Option<String>,
    },
    /// A tool the provider runs.
    Provider {
        id: Option<String>,
    },
    Thinking,
    /// Anything else, and the provider's block of which it is the result.
    Other {
        result_of: Option<String>,
    },
}

/// What must be known of a held event to write it again.
pub(in crate::wire::apis) enum Mark {
    /// `message_start`.
    Message,
    /// The start of the block at this place among the held ones.
    Start(usize),
    /// A delta or the stop of that block.
    Within(usize),
    /// `message_delta`.
    Stop,
}

/// Most blocks open at once. The API opens one at a time.
const OPEN_BLOCKS: usize = 64;

impl Stream {
    pub(in crate::wire::apis) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            phase: Phase::BeforeMessage,
            next: 0,
            open: BTreeMap::new(),
            calls,
            provider: false,
            last_delta: 0,
            held: None,
            naming: Naming::Always,
        }
    }

    /// A stream framed in another way than as server-sent events, where only the data tell what an event is.
    pub(in crate::wire::apis) fn unnamed(setup: Setup) -> Self {
        Self { naming: Naming::Optional, ..Self::new(setup) }
    }

    fn message_start(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.phase != Phase::BeforeMessage {
            return Err(shape("a second message_start"));
        }
        self.phase = Phase::InMessage;
        let message =
            document.root().get("message").ok_or_else(|| shape("a message_start without a message"))?;
        let content = match message.get("content") {
            Some(content) if !content.is_null() => content::of(message)?,
            _ => &[],
        };
        alike::nothing_beside(message, &["content"])?;
        let mut found = Reading::default();
        content::calls(document, content, &self.setup.limits, &mut found)?;
        self.provider |= !found.provider_ran.is_empty();
        out.provider_ran.append(&mut found.provider_ran);
        self.next = u32::try_from(content.len()).map_err(|_| shape("a message with too many blocks"))?;
        if found.calls.is_empty() {
            return Ok(Step::plain());
        }
        for call in found.calls {
            let number = self.calls.begin()?;
            self.calls.complete(number, call, out)?;
        }
        self.hold();
        Ok(Step::to(Flow::Hold, Some(Mark::Message)))
    }

    /// From here on the stream is held.
    fn hold(&mut self) -> &mut HeldBlocks {
        let first = self.next;
        self.held.get_or_insert_with(|| HeldBlocks { first, blocks: Vec::new(), renumbered: Vec::new() })
    }

    fn block_start(&mut self, document: &Document, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let root = document.root();
        if index(root)? != self.next {
            return Err(shape("a content block out of order"));
        }
        self.no_call_open("a content block within a tool call")?;
        if self.open.len() >= OPEN_BLOCKS {
            return Err(limit("content blocks open at once"));
        }
        let block =
            root.get("content_block").ok_or_else(|| shape("a content_block_start without a block"))?;
        let mut flow = self.flow();
        let (open, held) = match content::kind(block)? {
            Kind::Call => {
                let number = self.calls.begin()?;
                let open = OpenCall {
                    number,
                    call: content::call(block, Arguments::Absent)?,
                    prefilled: content::arguments(document, block, &self.setup.limits),
                    json: None,
                };
                self.hold();
                let caller = content::caller(block).map(str::to_owned);
                (Open::Call(Box::new(open)), HeldBlock::Call { number, caller })
            }
            Kind::Provider => {
                self.provider = true;
                out.provider_ran.push(keys::tool(block)?.to_owned());
                if content::runs_code(block) {
                    self.hold();
                }
                let id = block.get("id").and_then(Node::as_str).map(str::to_owned);
                (Open::Provider, HeldBlock::Provider { id })
            }
            Kind::Thinking | Kind::Inert if self.held.is_some() && !self.calls.any_begun() => {
                self.held = None;
                flow = Flow::Release;
                (Open::Other, HeldBlock::Other { result_of: None })
            }
            Kind::Thinking => (Open::Other, HeldBlock::Thinking),
            Kind::Inert => {
                (Open::Other, HeldBlock::Other { result_of: content::result_of(block).map(str::to_owned) })
            }
        };
        self.open.insert(self.next, open);
        self.next = self.next.checked_add(1).ok_or_else(|| shape("a message with too many blocks"))?;
        let mark = self.held.as_mut().map(|held_blocks| {
            flow = Flow::Hold;
            held_blocks.blocks.push(held);
            Mark::Start(held_blocks.blocks.len() - 1)
        });
        Ok(Step::to(flow, mark))
    }

    /// A delta or stop of the block `index`, for writing it again.
    fn within(&self, index: u32) -> Step<Mark> {
        let place = self.held.as_ref().and_then(|held| usize::try_from(index.checked_sub(held.first)?).ok());
        Step::to(self.flow(), place.map(Mark::Within))
    }

    /// Where an event goes that decides nothing.
    const fn flow(&self) -> Flow {
        if self.held.is_some() { Flow::Hold } else { Flow::Pass }
    }

    fn block_delta(&mut self, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        let within_call = self.calls.any_open();
        let open = self.open.get_mut(&index).ok_or_else(|| shape("a delta for a block that is not open"))?;
        let delta = root.get("delta").ok_or_else(|| shape("a content_block_delta without a delta"))?;
        keys::exact(delta, &["type", "partial_json"])?;
        let tag = delta.get("type").and_then(Node::as_str);
        let text = delta.get("partial_json");
        match (open, tag, text) {
            (Open::Call(call), Some("input_json_delta"), Some(text)) => {
                let text =
                    text.as_str().ok_or_else(|| shape("a delta of tool input that is not a string"))?;
                call.json.get_or_insert_default().push_str(text);
            }
            (Open::Provider, Some("input_json_delta"), Some(_)) if !within_call => {}
            (Open::Call(_), _, _) => return Err(shape("a delta of another kind for a tool call")),
            (_, Some("input_json_delta"), _) | (_, _, Some(_)) => {
                return Err(shape("tool input for a block that takes none"));
            }
            (_, None, _) => return Err(shape("a delta without a type")),
            (Open::Provider | Open::Other, Some(_), None) => {}
        }
        self.last_delta = index;
        // None of the arms above looks at what the string says, whoever's it is.
        let text = text.or_else(|| delta.get("text")).or_else(|| delta.get("thinking"));
        let text = text.filter(|text| text.as_str().is_some());
        let free = text.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
        Ok(Step { free, ..self.within(index) })
    }

    fn block_stop(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        match self.open.remove(&index) {
            None => return Err(shape("a stop for a block that is not open")),
            Some(Open::Call(open)) => {
                let OpenCall { number, mut call, prefilled, json } = *open;
                call.arguments = prefilled
                    .continued(json.as_deref(), self.setup.limits.depth)
                    .ok_or_else(|| shape("a tool call with two different inputs"))?;
                self.calls.complete(number, call, out)?;
            }
            Some(Open::Provider | Open::Other) => self.no_call_open("a content block within a tool call")?,
        }
        Ok(self.within(index))
    }

    /// Every call that began has stopped.
    fn no_call_open(&self, otherwise: &'static str) -> Result<(), Unreadable> {
        if self.calls.any_open() { Err(shape(otherwise)) } else { Ok(()) }
    }
}

fn index(root: &Node) -> Result<u32, Unreadable> {
    let index = root.get("index").and_then(Node::as_index);
    index.ok_or_else(|| shape("a block's index that is not a number from 0"))
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        // Some gateways end with what ends a stream of another API.
        if self.phase == Phase::Ended && data.trim_ascii_end() == "[DONE]" {
            return Ok(Step::plain());
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["type", "index", "message", "content_block", "delta"])?;
        let tag = root.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        let naming = if tag == "ping" { Naming::Optional } else { self.naming };
        naming.check(name, tag)?;
        match (tag, self.phase) {
            ("ping", _) => Ok(Step::plain()),
            (_, Phase::Ended) => Err(shape("an event after message_stop")),
            ("error", _) if self.calls.any_begun() => {
                Err(shape("the provider reported an error behind a tool call"))
            }
            ("error", _) => {
                self.held = None;
                Ok(Step::to(Flow::Release, None))
            }
            ("message_start", _) => self.message_start(&document, out),
            (_, Phase::BeforeMessage) => Err(shape("an event before message_start")),
            ("content_block_start", Phase::InMessage) => self.block_start(&document, out),
            ("content_block_delta", Phase::InMessage) => self.block_delta(root),
            ("content_block_stop", Phase::InMessage) => self.block_stop(root, out),
            ("message_delta", Phase::InMessage) => {
                self.no_call_open("the answer ended within a tool call")?;
                Ok(Step::to(self.flow(), Some(Mark::Stop)))
            }
            ("message_stop", Phase::InMessage) => {
                self.no_call_open("the answer ended within a tool call")?;
                self.phase = Phase::Ended;
                out.ended = true;
                let flow = if self.calls.any_begun() { Flow::Hold } else { Flow::Release };
                Ok(Step::to(flow, None))
            }
            _ if content::looks_like_call(root) => {
                Err(shape("an event of unknown type that looks like a tool call"))
            }
            _ => Ok(Step::plain()),
        }
    }

    fn again(&mut self, text: &str) -> Result<Step<Mark>, Unreadable> {
        match self.open.get_mut(&self.last_delta) {
            Some(Open::Call(call)) => call.json.get_or_insert_default().push_str(text),
            Some(Open::Provider | Open::Other) => {}
            None => return Err(Unreadable { what: UnreadableWhy::Bug("a delta again for no block") }),
        }
        Ok(self.within(self.last_delta))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && self.phase != Phase::Ended {
            return Err(shape("the stream ended before message_stop"));
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
        let Some(held) = &mut self.held else {
            return Err(Unreadable { what: UnreadableWhy::Bug("an event to be written again was not held") });
        };
        match mark {
            Mark::Message => {
                let Some(message) = root.get("message") else {
                    return Err(Unreadable { what: UnreadableWhy::Bug("a message_start was lost") });
                };
                let elements = content::rewritten(document, content::of(message)?, decided, structured);
                held.renumber(elements.len(), decided);
                let mut changes = vec![("content", Change::Set(rebuild::array(&elements)))];
                changes.extend(super::stop_changes(message, decided, structured, self.provider));
                let message_text = rebuild::object(document, message, &changes);
                pieces.push(Piece::Data(rebuild::replaced(document, message, &message_text)));
            }
            Mark::Start(place) => {
                if held.renumbered.is_empty() {
                    let texts: Vec<&str> = if structured { Vec::new() } else { decided.texts().collect() };
                    for (index, text) in (held.first..).zip(&texts) {
                        pieces.extend(text_events(index, text).map(Piece::New));
                    }
                    held.renumber(usize::try_from(held.first).unwrap_or_default() + texts.len(), decided);
                }
                pieces.extend(held.piece(place, document));
            }
            Mark::Within(place) => pieces.extend(held.piece(place, document)),
            Mark::Stop => {
                let delta = root
                    .get("delta")
                    .map(|delta| (delta, super::stop_changes(delta, decided, structured, self.provider)));
                pieces.push(match delta {
                    Some((delta, changes)) if !changes.is_empty() => {
                        let text = rebuild::object(document, delta, &changes);
                        Piece::Data(rebuild::replaced(document, delta, &text))
                    }
                    _ => Piece::Same,
                });
            }
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let model = rebuild::string(&self.setup.model);
        let mut events = vec![event(
            "message_start",
            &format!(
                r#""message":{{"id":"msg_toolgate","type":"message","role":"assistant","model":{model},"content":[],"stop_reason":null,"stop_sequence":null,"usage":{{"input_tokens":0,"output_tokens":0}}}}"#
            ),
        )];
        let stop = if self.setup.structured {
            format!(r#""refusal","stop_details":{}"#, super::stop_details([refusal]))
        } else {
            events.extend(text_events(0, refusal));
            r#""end_turn""#.to_owned()
        };
        events.push(event(
            "message_delta",
            &format!(
                r#""delta":{{"stop_reason":{stop},"stop_sequence":null}},"usage":{{"output_tokens":0}}"#
            ),
        ));
        events.push(NewEvent { name: Some("message_stop"), data: r#"{"type":"message_stop"}"#.to_owned() });
        events
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: Some("error"), data: super::error_body(refusal) }
    }
}

impl HeldBlocks {
    /// Numbers the blocks that stay, from `first` on.
    fn renumber(&mut self, first: usize, decided: &Decided) {
        let results = self.blocks.iter().filter_map(|block| match block {
            HeldBlock::Other { result_of } => result_of.as_deref(),
            _ => None,
        });
        let callers = self.blocks.iter().filter_map(|block| match block {
            HeldBlock::Call { number, caller } => Some((*number, caller.as_deref()?)),
            _ => None,
        });
        let abandoned = content::abandoned(results, callers, decided);
        let stays = |block: &HeldBlock| match block {
            HeldBlock::Call { number, .. } => !decided.refused(*number),
            HeldBlock::Provider { id } => id.as_deref().is_none_or(|id| !abandoned.contains(id)),
            HeldBlock::Thinking => false,
            HeldBlock::Other { .. } => true,
        };
        let mut next = u32::try_from(first).unwrap_or(u32::MAX);
        self.renumbered = self
            .blocks
            .iter()
            .map(|block| {
                stays(block).then(|| {
                    next = next.saturating_add(1);
                    next - 1
                })
            })
            .collect();
    }

    /// The event of a held block under its new index, if the block stays.
    fn piece(&self, place: usize, document: &Document) -> Option<Piece> {
        let index = self.renumbered.get(place).copied().flatten()?;
        let node = document.root().get("index")?;
        Some(if node.as_index() == Some(index) {
            Piece::Same
        } else {
            Piece::Data(rebuild::replaced(document, node, &index.to_string()))
        })
    }
}

fn event(name: &'static str, members: &str) -> NewEvent {
    NewEvent { name: Some(name), data: format!(r#"{{"type":"{name}",{members}}}"#) }
}

/// A text block of a stream.
fn text_events(index: u32, text: &str) -> [NewEvent; 3] {
    let text = rebuild::string(text);
    let start = format!(r#""index":{index},"content_block":{{"type":"text","text":""}}"#);
    let delta = format!(r#""index":{index},"delta":{{"type":"text_delta","text":{text}}}"#);
    [
        event("content_block_start", &start),
        event("content_block_delta", &delta),
        event("content_block_stop", &format!(r#""index":{index}"#)),
    ]
}
