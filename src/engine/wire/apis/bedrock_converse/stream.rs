//! A streamed response: `messageStart`, blocks with their deltas, `messageStop`, `metadata`.
//!
//! Only a block that uses a tool has a start; text begins with its first delta. Readers put blocks together themselves,
//! by index or by which came last, so that while a call is open nothing else starts, grows or stops. Indices rise; some
//! models leave numbers out.
//!
//! Where a provider goes on by itself, messages follow each other, each with indices of its own, and hooks are told of in
//! between. The client's calls end what the provider does, so only one message has any.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::frames::EXCEPTION;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, keys, limit, rebuild, shape};
use super::Dialect;
use super::content::{self, Kind};
use crate::call::{Arguments, ToolCall};
use crate::json::{Document, Node};
use std::collections::BTreeMap;

/// One stream.
pub(in super::super) struct Stream {
    setup: Setup,
    dialect: Dialect,
    phase: Phase,
    /// The index the next block must not be below.
    next: u32,
    open: BTreeMap<u32, Open>,
    calls: Announcer,
    held: Option<HeldBlocks>,
    /// A message has begun behind the one whose blocks are held.
    behind: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    BeforeMessage,
    InMessage,
    /// `messageStop` has come.
    Stopped,
    /// `metadata` as well.
    Ended,
}

/// A block that has begun and not stopped.
enum Open {
    Call(Box<OpenCall>),
    /// Begun when as many calls had.
    Provider(usize),
    Other,
}

struct OpenCall {
    number: usize,
    /// The call without its arguments.
    call: ToolCall,
    /// Its input so far.
    json: String,
}

/// The blocks from the first call on.
struct HeldBlocks {
    /// The index of the first.
    first: u32,
    /// Their indices, and what each is.
    blocks: Vec<(u32, HeldBlock)>,
    /// The index each gets when it is written again; `None` for those that are left out. Empty until then.
    renumbered: Vec<Option<u32>>,
}

#[derive(Clone, Copy)]
enum HeldBlock {
    Call(usize),
    Reasoning,
    Other,
}

/// What must be known of a held event to write it again.
pub(in super::super) enum Mark {
    /// An event of the block at this place among the held ones.
    Block(usize),
    /// `messageStop`.
    Stop,
    /// A hook that ran, perhaps for a call.
    Hook,
}

/// The events of a message.
const EVENTS: &[&str] = &[
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
];

/// Most blocks open at once. The API opens one at a time.
const OPEN_BLOCKS: usize = 64;

impl Stream {
    pub(in super::super) fn new(setup: Setup, dialect: Dialect) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self {
            setup,
            dialect,
            phase: Phase::BeforeMessage,
            next: 0,
            open: BTreeMap::new(),
            calls,
            held: None,
            behind: false,
        }
    }

    /// A message begins.
    fn message(&mut self) -> Step<Mark> {
        self.phase = Phase::InMessage;
        self.next = 0;
        self.open.clear();
        self.behind = self.held.is_some();
        Step::to(self.flow(), None)
    }

    /// Where an event goes that decides nothing.
    const fn flow(&self) -> Flow {
        if self.held.is_some() { Flow::Hold } else { Flow::Pass }
    }

    /// An event of the block with this index, for writing it again.
    fn of_block(&self, index: u32) -> Step<Mark> {
        let held = self.held.as_ref().filter(|_| !self.behind);
        let held = held.map(|held| held.blocks.as_slice()).unwrap_or_default();
        // Their indices rise.
        let place = held.binary_search_by_key(&index, |(held, _)| *held).ok();
        Step::to(self.flow(), place.map(Mark::Block))
    }

    /// A block begins.
    fn begin(&mut self, index: u32, open: Open, held: HeldBlock) -> Result<(), Unreadable> {
        if index < self.next {
            return Err(shape("a content block out of order"));
        }
        if self.open.len() >= OPEN_BLOCKS {
            return Err(limit("content blocks open at once"));
        }
        self.next = index.checked_add(1).ok_or_else(|| shape("a message with too many blocks"))?;
        // Those of the provider's as well: to readers who go by index alone its input belongs to the call before.
        if self.behind && matches!(open, Open::Call(_) | Open::Provider(_)) {
            return Err(shape("tool uses in two messages"));
        }
        self.open.insert(index, open);
        if self.behind {
            return Ok(());
        }
        if matches!(held, HeldBlock::Call(_)) {
            self.held.get_or_insert_with(|| HeldBlocks {
                first: index,
                blocks: Vec::new(),
                renumbered: Vec::new(),
            });
        }
        if let Some(blocks) = &mut self.held {
            blocks.blocks.push((index, held));
        }
        Ok(())
    }

    fn block_start(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        self.no_call_open("a content block within a tool use")?;
        let start = root.present("start");
        let (open, held) = match start.map_or(Ok(Kind::Inert), |start| content::kind(self.dialect, start))? {
            Kind::Call(tool_use) => {
                if tool_use.get("input").is_some_and(|input| !input.is_null()) {
                    return Err(shape("a tool use that starts with input"));
                }
                let number = self.calls.begin()?;
                let call = content::call(self.dialect, tool_use, Arguments::Absent)?;
                let call = OpenCall { number, call, json: String::new() };
                (Open::Call(Box::new(call)), HeldBlock::Call(number))
            }
            Kind::Provider(tool_use) => {
                out.provider_ran.push(content::ran(tool_use)?);
                (Open::Provider(self.calls.begun()), HeldBlock::Other)
            }
            Kind::Reasoning => (Open::Other, HeldBlock::Reasoning),
            Kind::Inert => (Open::Other, HeldBlock::Other),
        };
        self.begin(index, open, held)?;
        Ok(self.of_block(index))
    }

    fn block_delta(&mut self, root: &Node) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        let delta = root.get("delta").ok_or_else(|| shape("a contentBlockDelta without a delta"))?;
        let kind = content::kind(self.dialect, delta)?;
        if !self.open.contains_key(&index) {
            self.no_call_open("a content block within a tool use")?;
            let held = match kind {
                Kind::Call(_) | Kind::Provider(_) => {
                    return Err(shape("tool input for a block that takes none"));
                }
                Kind::Reasoning => HeldBlock::Reasoning,
                Kind::Inert => HeldBlock::Other,
            };
            self.begin(index, Open::Other, held)?;
        }
        let within_call = self.calls.any_open();
        match (self.open.get_mut(&index), kind) {
            (Some(Open::Call(call)), Kind::Call(tool_use)) => {
                if tool_use.get("name").is_some() || tool_use.get("toolUseId").is_some() {
                    return Err(shape("a second name or identifier for one tool use"));
                }
                match tool_use.get("input").map(Node::as_str) {
                    Some(Some(text)) => call.json.push_str(text),
                    _ => return Err(shape("a delta of tool input that is not a string")),
                }
            }
            (Some(Open::Call(_)), _) => return Err(shape("a delta of another kind for a tool use")),
            (_, _) if within_call => return Err(shape("a content block within a tool use")),
            // Some readers give it to the call that began last.
            (Some(Open::Provider(begun)), Kind::Call(_) | Kind::Provider(_))
                if *begun < self.calls.begun() =>
            {
                return Err(shape("input of the provider's tool behind a tool use that began later"));
            }
            (Some(Open::Provider(_)), Kind::Call(_) | Kind::Provider(_)) => {}
            (_, Kind::Call(_) | Kind::Provider(_)) => {
                return Err(shape("tool input for a block that takes none"));
            }
            (_, Kind::Reasoning | Kind::Inert) => {}
        }
        Ok(self.of_block(index))
    }

    fn block_stop(&mut self, root: &Node, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let index = index(root)?;
        match self.open.remove(&index) {
            None => return Err(shape("a stop for a block that is not open")),
            Some(Open::Call(open)) => {
                let OpenCall { number, mut call, json } = *open;
                if !json.is_empty() {
                    call.arguments = Arguments::from_json_text(&json, self.setup.limits.depth);
                }
                self.calls.complete(number, call, out)?;
            }
            Some(Open::Provider(_) | Open::Other) => {
                self.no_call_open("a content block within a tool use")?
            }
        }
        Ok(self.of_block(index))
    }

    /// Every call that began has stopped.
    fn no_call_open(&self, otherwise: &'static str) -> Result<(), Unreadable> {
        if self.calls.any_open() { Err(shape(otherwise)) } else { Ok(()) }
    }
}

fn index(root: &Node) -> Result<u32, Unreadable> {
    let index = root.get("contentBlockIndex").and_then(Node::as_index);
    index.ok_or_else(|| shape("a block's index that is not a number from 0"))
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let name = name.unwrap_or_default();
        if name == EXCEPTION {
            if self.calls.any_begun() {
                return Err(shape("the provider reported an error behind a tool call"));
            }
            return Ok(Step::plain());
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["contentBlockIndex", "start", "delta", "stopReason", "role"])?;
        let several = self.dialect.several;
        if EVENTS.iter().any(|known| *known != name && keys::is_read_as(name, known)) {
            return Err(shape("an event whose name differs from a known one in case only"));
        }
        let own = match name {
            "contentBlockStart" => "start",
            "contentBlockDelta" => "delta",
            _ => "",
        };
        if EVENTS.contains(&name) && content::has_call_beside(root, own) {
            return Err(shape("a tool use in another place than where tool uses stand"));
        }
        match (name, self.phase) {
            ("hookEvent", _) if several && !content::has_call_beside(root, "") => {
                Ok(Step::to(self.flow(), Some(Mark::Hook)))
            }
            ("messageStart", Phase::Stopped) if several => Ok(self.message()),
            (_, Phase::Ended) => Err(shape("an event after metadata")),
            ("messageStart", Phase::BeforeMessage) => Ok(self.message()),
            ("messageStart", _) => Err(shape("a second messageStart")),
            (_, Phase::BeforeMessage) => Err(shape("an event before messageStart")),
            ("contentBlockStart", Phase::InMessage) => self.block_start(root, out),
            ("contentBlockDelta", Phase::InMessage) => self.block_delta(root),
            ("contentBlockStop", Phase::InMessage) => self.block_stop(root, out),
            ("contentBlockStart" | "contentBlockDelta" | "contentBlockStop", Phase::Stopped) => {
                Err(shape("a content block after messageStop"))
            }
            ("messageStop", Phase::InMessage) => {
                self.no_call_open("the answer ended within a tool use")?;
                self.phase = Phase::Stopped;
                Ok(Step::to(self.flow(), Some(Mark::Stop).filter(|_| !self.behind)))
            }
            ("messageStop", _) => Err(shape("a second messageStop")),
            ("metadata", Phase::Stopped) if !several => {
                self.phase = Phase::Ended;
                out.ended = true;
                Ok(Step::to(self.flow(), None))
            }
            ("metadata", _) => Ok(Step::to(self.flow(), None)),
            _ if content::has_call_beside(root, "") => {
                Err(shape("an event of unknown type that looks like a tool use"))
            }
            _ => Ok(Step::to(self.flow(), None)),
        }
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("an event again that was never free") })
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && matches!(self.phase, Phase::BeforeMessage | Phase::InMessage) {
            return Err(shape("the stream ended before messageStop"));
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
            Mark::Block(place) => {
                if held.renumbered.is_empty() {
                    let texts: Vec<&str> = if structured { Vec::new() } else { decided.texts().collect() };
                    for (index, text) in (held.first..).zip(&texts) {
                        pieces.extend(text_events(index, text).map(Piece::New));
                    }
                    held.renumber(texts.len(), decided);
                }
                let index = held.renumbered.get(place).copied().flatten();
                if let (Some(index), Some(node)) = (index, root.get("contentBlockIndex")) {
                    pieces.push(if node.as_index() == Some(index) {
                        Piece::Same
                    } else {
                        Piece::Data(rebuild::replaced(document, node, &index.to_string()))
                    });
                }
            }
            // It may tell of what was refused.
            Mark::Hook => {}
            Mark::Stop => {
                let changes = super::stop_changes(document, root, decided, structured);
                pieces.push(if changes.is_empty() {
                    Piece::Same
                } else {
                    Piece::Data(rebuild::object(document, root, &changes))
                });
            }
        }
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        let mut events = vec![event("messageStart", r#"{"role":"assistant"}"#.to_owned())];
        let stop = if self.setup.structured {
            let fields = super::fields([refusal]);
            format!(r#""guardrail_intervened","additionalModelResponseFields":{fields}"#)
        } else {
            events.extend(text_events(0, refusal));
            r#""end_turn""#.to_owned()
        };
        events.push(event("messageStop", format!(r#"{{"stopReason":{stop}}}"#)));
        let usage =
            r#"{"usage":{"inputTokens":0,"outputTokens":0,"totalTokens":0},"metrics":{"latencyMs":0}}"#;
        events.push(event("metadata", usage.to_owned()));
        events
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        super::exception_as(self.dialect.exception, refusal)
    }
}

impl HeldBlocks {
    /// Numbers the blocks that stay, behind as many of our own.
    fn renumber(&mut self, ours: usize, decided: &Decided) {
        let stays = |block: HeldBlock| match block {
            HeldBlock::Call(number) => !decided.refused(number),
            HeldBlock::Reasoning => false,
            HeldBlock::Other => true,
        };
        let mut next = self.first.saturating_add(u32::try_from(ours).unwrap_or(u32::MAX));
        self.renumbered = self
            .blocks
            .iter()
            .map(|(_, block)| {
                stays(*block).then(|| {
                    next = next.saturating_add(1);
                    next - 1
                })
            })
            .collect();
    }
}

fn event(name: &'static str, data: String) -> NewEvent {
    NewEvent { name: Some(name), data }
}

/// A text block of a stream.
fn text_events(index: u32, text: &str) -> [NewEvent; 2] {
    let text = rebuild::string(text);
    [
        event("contentBlockDelta", format!(r#"{{"contentBlockIndex":{index},"delta":{{"text":{text}}}}}"#)),
        event("contentBlockStop", format!(r#"{{"contentBlockIndex":{index}}}"#)),
    ]
}
