//! An event as it arrived: read strictly, once, for what the store looks up by. Its bytes are kept and
//! hashed as they came; nothing here writes them again.

use crate::clock;
use crate::tlog::Hash;
use serde::Deserialize;
use toolgate_engine::json::Document;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::MAX_EVENT_BYTES;
use toolgate_engine::record::{BreakGlass, Enforced, Fate, Seen, types};
use toolgate_engine::time::Timestamp;

/// Deepest nesting of an event.
const DEPTH: usize = 64;
/// What an emitter's `source` begins with; a UUID follows.
pub const EMITTERS: &str = "/emitters/";

/// What an event says of itself, and what it is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who made it.
    pub source: String,
    /// Its number there.
    pub seq: u64,
    /// Its ID.
    pub id: String,
    /// Its `type`.
    pub kind: String,
    /// When it came about, by the clock of who made it.
    pub time: Timestamp,
    /// Hash of the event before it.
    pub prev: Hash,
    /// Hash of its own bytes.
    pub hash: Hash,
    /// The last checkpoint its maker was told.
    pub seen: Option<Seen>,
    /// What it is about.
    pub facts: Facts,
}

/// What an event is about, as far as it is looked up by that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The principal.
    pub agent: Option<String>,
    /// The tool.
    pub tool: Option<String>,
    /// What the policy said.
    pub verdict: Option<Verdict>,
    /// What the gate did.
    pub enforced: Option<Enforced>,
    /// The bundle's digest.
    pub bundle: Option<String>,
    /// The decision it is, or speaks of.
    pub decision: Option<String>,
    /// Whether a rule tells somebody of it.
    pub notifies: bool,
    /// What became of it.
    pub fate: Option<Fate>,
    /// The escalation it speaks of.
    pub escalation: Option<String>,
    /// The break-glass by which the gate lets it through.
    pub break_glass: Option<BreakGlass>,
}

/// Why a line is not taken, in words for whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

fn malformed(what: impl Into<String>) -> Malformed {
    Malformed(what.into())
}

/// The types an emitter may write. All others are the ledger's own words, or unknown to this version.
const FROM_EMITTERS: &[&str] = &[
    types::DECISION,
    types::OUTCOME,
    types::RESPONSE,
    types::START,
    types::HEARTBEAT,
    types::STOP,
    types::GAP,
];

impl Event {
    /// Reads a line that an emitter sent.
    ///
    /// # Errors
    /// [`Malformed`], where the line is not an event an emitter may write.
    pub fn from_emitter(line: &[u8]) -> Result<Self, Malformed> {
        if line.len() > MAX_EVENT_BYTES {
            return Err(malformed(format!("an event has at most {MAX_EVENT_BYTES} bytes")));
        }
        let event = Self::read(line)?;
        let uuid = event.source.strip_prefix(EMITTERS).filter(|rest| is_uuid(rest));
        if uuid.is_none() {
            return Err(malformed("`source` is `/emitters/` and a lower-case UUID"));
        }
        if !FROM_EMITTERS.contains(&event.kind.as_str()) {
            return Err(malformed(format!("`type` `{}` is none that an emitter may write", event.kind)));
        }
        Ok(event)
    }

    /// Reads any line of the log.
    ///
    /// # Errors
    /// [`Malformed`], where two readers could differ about it or a needed field is missing.
    pub fn read(line: &[u8]) -> Result<Self, Malformed> {
        // Those that JSON itself has no place for. U+007F may stand in a text, and what stands there, traffic chose.
        if line.iter().any(|byte| *byte < b' ') {
            return Err(malformed("a control character; an event is one compact line of JSON"));
        }
        Document::parse(line.to_vec(), DEPTH)
            .map_err(|error| malformed(format!("not strict JSON: {error}")))?;
        let envelope: Envelope =
            serde_json::from_slice(line).map_err(|error| malformed(format!("not an event: {error}")))?;
        let Envelope { specversion, id, source, kind, time, data } = envelope;
        if specversion != "1.0" {
            return Err(malformed("`specversion` is `1.0`"));
        }
        if !is_uuid(&id) {
            return Err(malformed("`id` is a lower-case UUID"));
        }
        let time = clock::parse(&time)
            .ok_or_else(|| malformed("`time` is RFC 3339, such as `2026-11-22T15:43:07.123456Z`"))?;
        let prev = from_hex(&data.prev)
            .ok_or_else(|| malformed("`data.prev` is `sha256:` and 64 lower-case hexadecimal digits"))?;
        // The one that comes after it is counted too.
        if i64::try_from(data.seq).map_or(true, |seq| seq == i64::MAX) {
            return Err(malformed("`data.seq` is larger than 2^63 - 2"));
        }
        let mut facts = Facts {
            agent: data.agent.and_then(AgentField::id),
            tool: data.tool.map(ToolField::name),
            verdict: data.verdict,
            enforced: data.enforced,
            bundle: data.policy.map(|policy| policy.bundle),
            decision: data.decision,
            notifies: !data.notify.is_empty(),
            fate: data.outcome,
            escalation: data.escalation,
            break_glass: data.break_glass.and_then(GlassField::whole),
        };
        match kind.as_str() {
            types::DECISION => {
                if facts.verdict.is_none()
                    || facts.enforced.is_none()
                    || facts.tool.is_none()
                    || facts.bundle.is_none()
                {
                    return Err(malformed("a decision has `tool`, `policy`, `verdict` and `enforced`"));
                }
                facts.decision = Some(id.clone());
            }
            types::OUTCOME if facts.decision.is_none() || facts.fate.is_none() => {
                return Err(malformed("an outcome has `decision` and `outcome`"));
            }
            _ => {}
        }
        Ok(Self { source, seq: data.seq, id, kind, time, prev, hash: Hash::of(line), seen: data.seen, facts })
    }
}

#[derive(Deserialize)]
struct Envelope {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    time: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    seq: u64,
    prev: String,
    seen: Option<Seen>,
    agent: Option<AgentField>,
    tool: Option<ToolField>,
    policy: Option<PolicyField>,
    verdict: Option<Verdict>,
    enforced: Option<Enforced>,
    decision: Option<String>,
    outcome: Option<Fate>,
    escalation: Option<String>,
    break_glass: Option<GlassField>,
    #[serde(default)]
    notify: Vec<String>,
}

/// Emitters write the whole agent, the ledger's own events its name.
#[derive(Deserialize)]
#[serde(untagged)]
enum AgentField {
    Whole { id: Option<String> },
    Name(String),
}

impl AgentField {
    fn id(self) -> Option<String> {
        match self {
            Self::Whole { id } => id,
            Self::Name(name) => Some(name),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ToolField {
    Whole { name: String },
    Name(String),
}

impl ToolField {
    fn name(self) -> String {
        match self {
            Self::Whole { name } | Self::Name(name) => name,
        }
    }
}

/// Emitters write who wanted it and until when, the ledger's own events its ID.
#[derive(Deserialize)]
#[serde(untagged)]
enum GlassField {
    Whole(BreakGlass),
    Id(#[expect(dead_code, reason = "the ledger's own events are looked up by other means")] String),
}

impl GlassField {
    fn whole(self) -> Option<BreakGlass> {
        match self {
            Self::Whole(glass) => Some(glass),
            Self::Id(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct PolicyField {
    bundle: String,
}

/// A UUID in the form the log writes: 36 characters, lower case.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

/// Reads `sha256:<hex>`.
pub fn from_hex(text: &str) -> Option<Hash> {
    let digits = text.strip_prefix("sha256:")?.as_bytes();
    let mut hash = [0; 32];
    let mut pairs = digits.chunks_exact(2);
    for (byte, pair) in hash.iter_mut().zip(&mut pairs) {
        let &[high, low] = pair else { return None };
        *byte = nibble(high)? << 4 | nibble(low)?;
    }
    (digits.len() == 64).then_some(Hash(hash))
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
