//! What a channel in Slack reads. An agent, a model or a person wrote most of it, so all of it is `plain_text`, in which
//! Slack makes neither mentions nor links nor formatting, with `&`, `<` and `>` escaped as its documentation asks, and with
//! what hides in a text written out. What is too long is cut, and the message says so.

use crate::notify::orders::{Order, Step};
use crate::notify::outbox::Ask;
use crate::own::{Denied, OwnBody as _};
use crate::store::StoreError;
use crate::store::escalations::Stored;
use crate::store::read::{self, Query};
use crate::visible::{Piece, pieces};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use toolgate_engine::protocol::{Assurance, EscalationPhase};
use toolgate_engine::record::{ActionDigest, types};
use toolgate_engine::redact::scrub;

/// Most bytes of a text in a section; Slack takes 3000 characters.
const MOST_TEXT: usize = 2_400;
/// Most bytes of a name in a message.
const MOST_NAME: usize = 300;

/// A call that people are asked about, as a channel may see it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) digest: String,
    pub(crate) version: u64,
    agent: String,
    on_behalf_of: Option<String>,
    tool: String,
    effects: String,
    arguments: String,
    why: String,
    until: Option<String>,
    /// Who has approved, while others still must.
    approved: Vec<String>,
    /// A rule asks for more than a chat's word.
    elsewhere: bool,
    /// Everything is in the message: nothing was cut, redacted or left out of the record.
    pub(crate) whole: bool,
}

/// How what a message tells of stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stands {
    /// It waits; `unanswered`: those who were asked first have not answered.
    Pending { unanswered: bool },
    /// These approved it.
    Approved { by: Vec<String> },
    /// These did, and the call ran.
    Used { by: Vec<String> },
    /// This one denied it, and said so.
    Denied { by: Option<String>, comment: String },
    /// Time ran out.
    Expired,
    /// A reviewer took the approval back.
    Revoked,
    /// Nobody waits for an answer any more.
    Cancelled,
    /// All of several are answered, or over.
    Answered,
}

impl Stands {
    /// The word that the log has for it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Approved { .. } => "approved",
            Self::Used { .. } => "consumed",
            Self::Denied { .. } => "denied",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
            Self::Answered => "answered",
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Pending { unanswered: false } => "A call waits for a person".to_owned(),
            Self::Pending { unanswered: true } => {
                "Nobody has answered yet: a call waits for a person".to_owned()
            }
            Self::Approved { by } if by.is_empty() => "Approved by a grant, not used yet".to_owned(),
            Self::Approved { by } => format!("Approved by {}, not used yet", by.join(", ")),
            Self::Used { by } if by.is_empty() => "Approved by a grant, and used".to_owned(),
            Self::Used { by } => format!("Approved by {}, and used", by.join(", ")),
            Self::Denied { by, comment } => {
                let by = by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
                format!("Denied{by}: {comment}")
            }
            Self::Expired => "Over: not answered, or not used, in time. It was not executed".to_owned(),
            Self::Revoked => "The approval was taken back. It was not executed".to_owned(),
            Self::Cancelled => "Over: the gateway took the question back. It was not executed".to_owned(),
            Self::Answered => "All of these calls are answered, or over".to_owned(),
        }
    }
}

/// How an escalation stands, in a form that can be told.
pub(super) fn stands(db: &Connection, stored: &Stored) -> Result<Stands, StoreError> {
    let by = || stored.escalation.approvals.iter().map(|approval| approval.reviewer.clone()).collect();
    Ok(match stored.escalation.state.phase() {
        EscalationPhase::Pending => Stands::Pending { unanswered: false },
        EscalationPhase::Approved => Stands::Approved { by: by() },
        EscalationPhase::Consumed => Stands::Used { by: by() },
        EscalationPhase::Expired => Stands::Expired,
        EscalationPhase::Revoked => Stands::Revoked,
        EscalationPhase::Cancelled => Stands::Cancelled,
        EscalationPhase::Denied => {
            let denied = denial(db, &stored.escalation.id)?;
            let comment = denied.as_ref().map(|denied| denied.comment.clone()).unwrap_or_default();
            Stands::Denied { by: denied.map(|denied| denied.reviewer), comment }
        }
    })
}

fn denial(db: &Connection, id: &str) -> Result<Option<Denied>, StoreError> {
    #[derive(Deserialize)]
    struct Line {
        data: Denied,
    }
    let query = Query {
        kind: Some(Denied::TYPE.to_owned()),
        escalation: Some(id.to_owned()),
        limit: 1,
        ..Query::default()
    };
    let entries = read::entries(db, &query)?;
    Ok(entries
        .first()
        .and_then(|entry| serde_json::from_slice::<Line>(&entry.line).ok())
        .map(|line| line.data))
}

/// What the record may say of a call's arguments.
pub(super) fn preview(db: &Connection, decision: &str) -> Result<Option<ActionDigest>, StoreError> {
    #[derive(Deserialize)]
    struct Line {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        action: ActionDigest,
    }
    let query = Query {
        kind: Some(types::DECISION.to_owned()),
        decision: Some(decision.to_owned()),
        limit: 2,
        ..Query::default()
    };
    // Two decisions of one ID are two gateways' words, and neither counts.
    match read::entries(db, &query)?.as_slice() {
        [only] => Ok(serde_json::from_slice::<Line>(&only.line).ok().map(|line| line.data.action)),
        _ => Ok(None),
    }
}

impl Call {
    pub(super) fn of(stored: &Stored, preview: Option<ActionDigest>) -> Self {
        let (escalation, question) = (&stored.escalation, &stored.question);
        let mut whole = true;
        let mut kept_whole = |(text, cut): (String, bool)| {
            whole &= !cut;
            text
        };
        let agent = kept_whole(line(&escalation.agent, MOST_NAME));
        let on_behalf_of =
            escalation.on_behalf_of.as_deref().map(|person| kept_whole(line(person, MOST_NAME)));
        let tool = kept_whole(line(&question.tool, MOST_NAME));
        // A line an effect, whatever stands in it.
        let listed = question.effects.iter().map(|effect| format!("- {}", effect.replace('\n', "[U+000A]")));
        let listed = listed.collect::<Vec<_>>().join("\n");
        let scrubbed = scrub(&listed);
        let effects = kept_whole(shown(&scrubbed, MOST_TEXT));
        let kept = preview.as_ref().filter(|action| action.digest == escalation.digest);
        let arguments = match kept {
            // Each of its lines is marked: none can be taken for what the ledger says.
            Some(ActionDigest { preview: Some(text), .. }) => {
                kept_whole(shown(&format!("| {}", text.replace('\n', "\n| ")), MOST_TEXT))
            }
            Some(ActionDigest { preview: None, bytes: 0, .. }) => String::new(),
            _ => "(the record does not show them)".to_owned(),
        };
        let complete = kept.is_some_and(|action| {
            action.redacted == 0 && !action.truncated && (action.preview.is_some() || action.bytes == 0)
        });
        let why = match question.because.as_str() {
            "" => question.rules.join(", "),
            because => format!("{because} (rule {})", question.rules.join(", ")),
        };
        let whole = whole && complete && listed == scrubbed;
        Self {
            id: escalation.id.clone(),
            digest: escalation.digest.clone(),
            version: escalation.version,
            agent,
            on_behalf_of,
            tool,
            effects,
            arguments,
            // Its authors may write as much as they like: it is no part of the call.
            why: line(&why, MOST_TEXT).0,
            until: escalation.state.until().map(|until| until.to_string()),
            approved: escalation.approvals.iter().map(|one| line(&one.reviewer, MOST_NAME).0).collect(),
            elsewhere: escalation.reviewers.iter().any(|group| group.assurance > Some(Assurance::Chat)),
            whole,
        }
    }

    /// Whether a yes can be said of it in a chat.
    pub(crate) const fn approvable(&self) -> bool {
        self.whole && !self.elsewhere
    }
}

/// What somebody can press.
#[derive(Debug)]
pub(super) struct Buttons {
    /// Leads to the console, behind its sign-in.
    pub(super) open: String,
    pub(super) deny: bool,
    pub(super) approve: bool,
}

/// The `action_id` of each button.
pub(crate) const OPEN: &str = "toolgate_open";
/// As above.
pub(crate) const DENY: &str = "toolgate_deny";
/// As above.
pub(crate) const APPROVE: &str = "toolgate_approve";
/// The `callback_id` of the form in which a person says why not.
pub(crate) const WHY_NOT: &str = "toolgate_why_not";
/// Its one field: the block's and the element's ID.
pub(crate) const COMMENT: &str = "comment";

/// The message about a call that waits, or waited.
pub(super) fn of_call(call: &Call, stands: &Stands, more: usize, buttons: &Buttons) -> Value {
    let (words, _) = line(&stands.words(), MOST_TEXT);
    let person = call.on_behalf_of.iter().map(|person| format!("For: {person}\n")).collect::<String>();
    let who = format!("Agent: {}\n{person}Tool: {}", call.agent, call.tool);
    let mut blocks = vec![section(&words), section(&who)];
    blocks.push(section(&format!("It would:\n{}", call.effects)));
    if !call.arguments.is_empty() {
        blocks.push(section(&format!("Arguments:\n{}", call.arguments)));
    }
    blocks.push(section(&format!("Asked because: {}", call.why)));
    let mut notes = Vec::new();
    if more > 0 {
        notes.push(format!("And {more} more of this agent by the same rules: the console shows them."));
    }
    if !call.whole {
        notes
            .push("Something is cut, redacted or not recorded: only the console shows all of it.".to_owned());
    }
    if let (Stands::Pending { .. }, Some(until)) = (stands, &call.until) {
        if !call.approved.is_empty() {
            notes.push(format!("Approved so far by {}; more must.", call.approved.join(", ")));
        }
        notes.push(format!("To be answered until {until}."));
    }
    if !notes.is_empty() {
        blocks.push(json!({ "type": "context", "elements": [plain(&notes.join(" "))] }));
    }
    blocks.push(actions(call, buttons));
    body(&words, blocks)
}

/// The message about a call of which a rule tells, and which waits for nobody.
pub(super) fn of_notice(ask: &Ask, more: usize, open: &str) -> Value {
    let name = |text: &str| line(text, MOST_NAME).0;
    let words = "A rule tells of a call; nobody is asked";
    let mut text = format!("Agent: {}\nTool: {}", name(&ask.agent), name(&ask.tool));
    if more > 0 {
        text.push_str(&format!("\nAnd {more} more of this agent by the same rules."));
    }
    let why = line(&format!("{} (rule {})", ask.because, ask.rules.join(", ")), MOST_TEXT).0;
    let buttons = json!({ "type": "actions", "elements": [link(open)] });
    body(words, vec![section(words), section(&text), section(&why), buttons])
}

/// The message about what people ordered.
pub(super) fn of_order(order: &Order, open: &str) -> Value {
    let name = |text: &str| line(text, MOST_NAME).0;
    let words = match order.step {
        Step::Asked(_) => "Break-glass waits for a second person",
        Step::Confirmed(_) => "Break-glass: the policy does not hold for a principal",
        Step::Ended(_) => "Break-glass was ended: the policy holds again",
        Step::Frozen => "A principal is frozen: everything it does is refused",
        Step::Unfrozen => "A principal is frozen no longer",
    };
    let mut text = format!("Principal: {}\nBy: {}", name(&order.agent), name(&order.by));
    if let Some(glass) = order.step.glass() {
        let minutes = (glass.length.as_millis() / 1_000).div_ceil(60);
        if glass.asked_by != order.by {
            text.push_str(&format!("\nAsked for by: {}", name(&glass.asked_by)));
        }
        text.push_str(&format!("\nPolicy: {}\nFor: {minutes} min", name(&glass.policy)));
    }
    let why = line(&format!("Why: {}", order.reason), MOST_TEXT).0;
    let mut blocks = vec![section(words), section(&text), section(&why)];
    let note = match &order.step {
        Step::Asked(glass) => glass.until.as_ref().map(|until| format!("To be confirmed until {until}.")),
        Step::Confirmed(glass) => glass.until.as_ref().map(|until| format!("It ends by itself at {until}.")),
        Step::Ended(_) | Step::Frozen | Step::Unfrozen => None,
    };
    blocks.extend(note.map(|note| json!({ "type": "context", "elements": [plain(&note)] })));
    blocks.push(json!({ "type": "actions", "elements": [link(open)] }));
    body(words, blocks)
}

/// What one person is told and nobody else sees.
pub(super) fn whisper(channel: &str, user: &str, text: &str) -> Value {
    let (text, _) = shown(text, MOST_TEXT);
    let body = body(&text, vec![section(&text)]);
    with(body, &[("channel", channel), ("user", user)])
}

/// A message with what says where it goes.
pub(super) fn with(mut message: Value, more: &[(&str, &str)]) -> Value {
    if let Value::Object(fields) = &mut message {
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    }
    message
}

/// The form in which a person says why not.
pub(crate) fn why_not(trigger: &str, of: &str) -> Value {
    let input = json!({
        "type": "plain_text_input", "action_id": COMMENT, "multiline": true, "min_length": 1, "max_length": 3_000,
    });
    json!({
        "trigger_id": trigger,
        "view": {
            "type": "modal", "callback_id": WHY_NOT, "private_metadata": of,
            "title": plain("Deny the call"), "submit": plain("Deny"), "close": plain("Back"),
            "blocks": [{
                "type": "input", "block_id": COMMENT, "element": input, "label": plain("Why not?"),
                "hint": plain("The agent is told this, and it stands in the record."),
            }],
        },
    })
}

fn actions(call: &Call, buttons: &Buttons) -> Value {
    let of = format!("{} {}", call.id, call.digest);
    let mut elements = Vec::new();
    if buttons.approve {
        elements.push(json!({
            "type": "button", "action_id": APPROVE, "value": of, "style": "primary", "text": plain("Approve"),
            "confirm": {
                "title": plain("Approve the call?"), "text": plain("It may then run, once, exactly as shown."),
                "confirm": plain("Approve"), "deny": plain("Back"),
            },
        }));
    }
    if buttons.deny {
        elements.push(json!({
            "type": "button", "action_id": DENY, "value": of, "style": "danger", "text": plain("Deny…"),
        }));
    }
    elements.push(link(&buttons.open));
    json!({ "type": "actions", "elements": elements })
}

fn link(to: &str) -> Value {
    json!({ "type": "button", "action_id": OPEN, "url": to, "text": plain("Open in the console") })
}

fn body(text: &str, blocks: Vec<Value>) -> Value {
    json!({
        // For notifications and screen readers; formatting is off there too.
        "text": text, "mrkdwn": false, "parse": "none", "link_names": false,
        "unfurl_links": false, "unfurl_media": false, "blocks": blocks,
    })
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": plain(text) })
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// [`shown`] on one line, so that nothing in it looks like another one.
fn line(text: &str, most: usize) -> (String, bool) {
    shown(&text.replace('\n', "[U+000A]"), most)
}

/// A text as Slack may show it, at most so many bytes of it, and whether it was cut.
fn shown(text: &str, most: usize) -> (String, bool) {
    let mut out = String::new();
    for piece in pieces(text) {
        let written = match piece {
            Piece::Plain(text) => text,
            Piece::Hidden(number, _) => format!("[{number}]"),
        };
        for c in written.chars() {
            let before = out.len();
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                c => out.push(c),
            }
            if out.len() > most {
                out.truncate(before);
                out.push_str(&format!("… (cut, {} bytes in all)", text.len()));
                return (out, true);
            }
        }
    }
    (out, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_makes_no_mention_no_link_and_hides_nothing() {
        let (text, cut) = shown("<!channel> <https://evil.example|ok> & `x`\u{202e}", 200);
        assert_eq!(text, "&lt;!channel&gt; &lt;https://evil.example|ok&gt; &amp; `x`[U+202E]");
        assert!(!cut);
        assert_eq!(shown("aaaa<", 5), ("aaaa… (cut, 5 bytes in all)".to_owned(), true));
        assert_eq!(line("Bash\nAgent: other", 99).0, "Bash[U+000A]Agent: other");
        assert_eq!(shown("ää", 3), ("ä… (cut, 4 bytes in all)".to_owned(), true));
        let told = of_call(&call("<!here> *b*"), &Stands::Pending { unanswered: false }, 0, &buttons());
        assert_eq!((&told["mrkdwn"], &told["link_names"]), (&json!(false), &json!(false)));
        let text = told.to_string();
        assert!(
            text.contains("&lt;!here&gt; *b*") && !text.contains("mrkdwn\",") && !text.contains("<!here>")
        );
    }

    fn call(effects: &str) -> Call {
        let shown = shown(effects, MOST_TEXT).0;
        Call {
            id: "e".to_owned(),
            digest: "sha256:aa".to_owned(),
            version: 1,
            agent: String::new(),
            on_behalf_of: None,
            tool: String::new(),
            effects: shown,
            arguments: String::new(),
            why: String::new(),
            until: None,
            approved: Vec::new(),
            elsewhere: false,
            whole: true,
        }
    }

    fn buttons() -> Buttons {
        Buttons { open: "https://toolgate.corp.example/escalations/e".to_owned(), deny: true, approve: true }
    }
}
