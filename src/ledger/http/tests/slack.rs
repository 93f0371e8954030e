//! People who answer in Slack. No Slack is asked: a server on loopback stands in for its Web API and answers as Slack's
//! documentation says, and requests are signed as Slack signs them.

mod orders;
mod slow;

use super::*;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use toolgate_engine::protocol::EscalationCreate;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const TOKEN: &str = "xoxb-0123456789-abcdefghij";
const CHANNEL: &str = "C0123456789";
/// What the decisions of these tests say of their arguments.
const PREVIEW: &str = r#"{"command":"rm -r /srv/x"}"#;

/// A status, headers, a body.
type Early = (u16, &'static str, &'static str);

/// What stands in for Slack: a call of a method, and what it was called with.
struct StandIn {
    address: SocketAddr,
    calls: mpsc::Receiver<(String, Value)>,
    /// Answers that come before the ordinary ones.
    first: Arc<Mutex<Vec<Early>>>,
    over: Arc<AtomicBool>,
}

impl StandIn {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, calls) = mpsc::channel();
        let (first, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let stand_in = Self { address, calls, first: Arc::clone(&first), over: Arc::clone(&over) };
        std::thread::spawn(move || {
            let mut posted = 0;
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let early = first.lock().unwrap().pop();
                if let Some(call) = serve(stream.unwrap(), early, &mut posted) {
                    let _ = sender.send(call);
                }
            }
        });
        stand_in
    }

    /// The next call, which is one of this method.
    fn call(&self, method: &str) -> Value {
        let (called, body) = self.calls.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(called, method, "{body}");
        body
    }

    fn is_quiet(&self) -> bool {
        self.calls.try_recv().is_err()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// One request and its answer. A method answers `ok` with status 200 whether or not it did what was asked.
fn serve(stream: TcpStream, early: Option<Early>, posted: &mut u32) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let method = line.split_whitespace().nth(1)?.strip_prefix("/api/")?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(headers["content-type"], "application/json; charset=utf-8");
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let ordinary = match method.as_str() {
        "chat.postMessage" => {
            *posted += 1;
            json!({ "ok": true, "channel": asked["channel"], "ts": format!("1503435956.00000{posted}") })
        }
        "chat.update" => json!({ "ok": true, "channel": asked["channel"], "ts": asked["ts"] }),
        "chat.postEphemeral" => json!({ "ok": true, "message_ts": "1502210682.580145" }),
        "views.open" => json!({ "ok": true, "view": asked["view"] }),
        _ => json!({ "ok": false, "error": "unknown_method" }),
    };
    let ordinary = ordinary.to_string();
    let (status, more, text) = early.unwrap_or((200, "", &ordinary));
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} x\r\n{more}content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
    Some((method, asked))
}

struct World {
    running: Running,
    slack: StandIn,
}

impl World {
    async fn new(approve: bool) -> Self {
        let slack = StandIn::new();
        let running = Running::start_with(&config(slack.address, approve), FILES).await;
        let world = Self { running, slack };
        world.is_served().await;
        world
    }

    /// Waits until the channel has its place in the log: what is asked from here on is told.
    async fn is_served(&self) {
        loop {
            let found = self.running.server.ledger().read(|db| {
                let place = db.query_row("SELECT next FROM webhook WHERE name LIKE 'slack:%'", [], |row| {
                    row.get::<_, u64>(0)
                });
                Ok(place.is_ok())
            });
            if found.await.unwrap() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Asks for a person, of a call whose record says this of its arguments; gives the ID, and the message.
    async fn ask(&mut self, action: Value, effects: &[&str], approvals: u32) -> (String, Value) {
        let question = self.question(action, effects, approvals).await;
        let asked = self.running.gateway("POST", "/v1/escalations", &question).await;
        let id = asked.json::<EscalationState>().id;
        (id, self.slack.call("chat.postMessage"))
    }

    async fn question(&mut self, action: Value, effects: &[&str], approvals: u32) -> Value {
        let running = &mut self.running;
        let now = running.bench.now();
        let model: Value =
            serde_json::from_slice(&Chain::new(9).decision(now, "escalate", "hold").bytes).unwrap();
        let mut body = model["data"].clone();
        for chained in ["seq", "prev"] {
            body.as_object_mut().unwrap().remove(chained);
        }
        body["action"] = action;
        let decision = running.chain.line(now, "io.toolgate.decision.v1", body);
        assert_eq!(running.record(&[&decision.bytes]).await.status, 200);
        let asked = running.chain.question(&decision, vec![group("soc", &["group:soc"], approvals)]);
        let effects = effects.iter().map(|effect| (*effect).to_owned()).collect();
        serde_json::to_value(EscalationCreate { effects, ..asked }).unwrap()
    }

    /// A request as Slack sends it.
    async fn says(&self, payload: &Value) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("payload", &payload.to_string());
        let body = form.finish();
        let time = (self.running.bench.now().as_micros() / 1_000_000).to_string();
        self.sends(&time, &sign(&time, &body), &body).await
    }

    async fn sends(&self, time: &str, signature: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-slack-request-timestamp", time),
            ("x-slack-signature", signature),
        ];
        let to = self.running.server.slack.unwrap();
        self.running.send(to, "", "POST", "/v1/slack/answers", &headers, body.as_bytes()).await
    }

    /// Somebody presses a button of a message; it is answered with nothing.
    async fn press(&self, user: &str, message: &Value, action: &str) {
        let answer = self.says(&press(user, &button(message, action))).await;
        assert_eq!((answer.status, answer.text()), (200, String::new()));
    }

    /// Somebody says no, and why, in the form that the button opens.
    async fn deny(&self, user: &str, message: &Value, comment: &str) -> Answer {
        let pressed = press(user, &button(message, "toolgate_deny"));
        assert_eq!(self.says(&pressed).await.status, 200);
        let opened = self.slack.call("views.open");
        assert_eq!(opened["trigger_id"], pressed["trigger_id"]);
        self.says(&form(user, &opened["view"]["private_metadata"], comment)).await
    }

    async fn state(&self, id: &str) -> EscalationState {
        self.running.person(SOC_1, "GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json()
    }

    /// What one person is told alone.
    fn whispered(&self, user: &str) -> String {
        let told = self.slack.call("chat.postEphemeral");
        assert_eq!((&told["channel"], &told["user"]), (&json!(CHANNEL), &json!(user)));
        told["text"].as_str().unwrap().to_owned()
    }
}

const FILES: &[(&str, &str)] = &[
    ("slack.token", TOKEN),
    ("slack.secret", SECRET),
    ("other.token", "other-token-0123456789"),
    ("owner.token", "owner-token-0123456789"),
];

fn config(at: SocketAddr, approve: bool) -> String {
    format!(
        "[console]\nurl = \"https://toolgate.corp.example/\"\n\
         [slack]\nchannel = \"{CHANNEL}\"\ntoken_file = \"slack.token\"\napi = \"http://{at}/api\"\n\
         [slack.answers]\nlisten = \"127.0.0.1:0\"\nsigning_secret_file = \"slack.secret\"\nteam = \"T0123456789\"\n\
         approve = {approve}\n\
         users = {{ U000000001 = \"soc-1\", U000000002 = \"soc-2\", U000000003 = \"other\", U000000004 = \"owner\" }}\n\
         [[users]]\nname = \"other\"\ntoken_file = \"other.token\"\ngroups = [\"night\"]\n\
         [[users]]\nname = \"owner\"\ntoken_file = \"owner.token\"\ngroups = [\"soc\"]\nprincipals = [\"{AGENT}\"]\n"
    )
}

fn whole() -> Value {
    json!({ "digest": DIGEST, "bytes": PREVIEW.len(), "preview": PREVIEW, "redacted": 0, "truncated": false })
}

fn sign(time: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("v0:{time}:{body}").as_bytes());
    let digits = mac.finalize().into_bytes();
    format!("v0={}", digits.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn buttons(message: &Value) -> Vec<&str> {
    let blocks = message["blocks"].as_array().unwrap();
    let actions = blocks.iter().find(|block| block["type"] == "actions").unwrap();
    actions["elements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|button| button["action_id"].as_str().unwrap())
        .collect()
}

fn button(message: &Value, action: &str) -> Value {
    let blocks = message["blocks"].as_array().unwrap();
    let actions = blocks.iter().find(|block| block["type"] == "actions").unwrap();
    let mut elements = actions["elements"].as_array().unwrap().iter();
    let found = elements.find(|button| button["action_id"] == action);
    found.unwrap_or_else(|| panic!("no {action} in {message}")).clone()
}

/// The payload of a button, with what these tests do not look at left out. No two have the same trigger.
fn press(user: &str, button: &Value) -> Value {
    static PRESSED: AtomicU32 = AtomicU32::new(0);
    let trigger = format!("12321423423.333649436676.{:032x}", PRESSED.fetch_add(1, Ordering::SeqCst));
    json!({
        "type": "block_actions", "team": { "id": "T0123456789", "domain": "corp" },
        "user": { "id": user, "username": "soc-1", "name": "soc-1", "team_id": "T0123456789" },
        "trigger_id": trigger,
        "channel": { "id": CHANNEL, "name": "soc" },
        "actions": [{ "type": "button", "action_id": button["action_id"], "block_id": "a", "value": button["value"] }],
    })
}

fn form(user: &str, of: &Value, comment: &str) -> Value {
    json!({
        "type": "view_submission", "team": { "id": "T0123456789" }, "user": { "id": user },
        "view": {
            "id": "V1", "callback_id": "toolgate_why_not", "private_metadata": of,
            "state": { "values": { "comment": { "comment": { "type": "plain_text_input", "value": comment } } } },
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_told_denies_and_sees_what_came_of_it() {
    let mut world = World::new(false).await;
    let hostile =
        ["deletes `/srv/<!channel>`", "sends to https://evil.example/\u{202e}x?password=hunter2hunter2"];
    let (id, message) = world.ask(whole(), &hostile, 1).await;
    assert_eq!(message["channel"], CHANNEL);
    assert_eq!(buttons(&message), ["toolgate_deny", "toolgate_open"], "a no alone is taken here");
    assert_eq!(
        button(&message, "toolgate_open")["url"],
        format!("https://toolgate.corp.example/escalations/{id}")
    );
    let text = message.to_string();
    for said in
        [AGENT, "Bash", "deletes `/srv/&lt;!channel&gt;`", "[U+202E]", "Agents delete only what they made."]
    {
        assert!(text.contains(said), "no {said} in {text}");
    }
    for kept in ["<!channel>", "\u{202e}", "hunter2", "\"mrkdwn\"}", TOKEN, "xoxb"] {
        assert!(!text.contains(kept), "{kept} in {text}");
    }
    assert!(text.contains(r#"| {\"command\":\"rm -r /srv/x\"}"#), "{text}");
    let types: Vec<&Value> =
        message["blocks"].as_array().unwrap().iter().map(|b| &b["text"]["type"]).collect();
    assert!(types.iter().all(|kind| kind.is_null() || *kind == "plain_text"), "{types:?}");

    let answer = world.deny("U000000001", &message, "").await;
    let refused = json!({ "response_action": "errors", "errors": { "comment": "to deny needs a `comment`; the agent is told it" } });
    assert_eq!(answer.json::<Value>(), refused);
    let answer = world.deny("U000000001", &message, "Not <@U1> on a Friday.").await;
    assert_eq!((answer.status, answer.text()), (200, String::new()));
    let state = world.state(&id).await;
    assert_eq!(
        (state.state, state.comment.as_deref()),
        (EscalationPhase::Denied, Some("Not <@U1> on a Friday."))
    );
    let update = world.slack.call("chat.update");
    assert_eq!((&update["channel"], &update["ts"]), (&json!(CHANNEL), &json!("1503435956.000001")));
    assert_eq!(update["text"], "Denied by soc-1: Not &lt;@U1&gt; on a Friday.");
    assert_eq!(buttons(&update), ["toolgate_open"]);

    let votes = "/v1/events?type=io.toolgate.escalation.voted.v1";
    let votes: Value = world.running.person(AUDITOR, "GET", votes, &Value::Null).await.json();
    let vote = &votes["entries"][0]["event"]["data"];
    assert_eq!((&vote["reviewer"], &vote["assurance"]), (&json!("soc-1"), &json!("chat")));
    world.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_whole_can_be_approved_where_that_is_configured() {
    let mut world = World::new(true).await;
    let (id, message) = world.ask(whole(), &["deletes `/srv/x`"], 2).await;
    assert_eq!(buttons(&message), ["toolgate_approve", "toolgate_deny", "toolgate_open"]);
    world.press("U000000001", &message, "toolgate_approve").await;
    let update = world.slack.call("chat.update");
    assert!(update.to_string().contains("Approved so far by soc-1; more must."), "{update}");
    world.press("U000000001", &message, "toolgate_approve").await;
    assert_eq!(world.whispered("U000000001"), "you have voted");
    world.press("U000000002", &message, "toolgate_approve").await;
    assert_eq!(world.slack.call("chat.update")["text"], "Approved by soc-1, soc-2, not used yet");
    assert_eq!(world.state(&id).await.state, EscalationPhase::Approved);
    // A rule asks for more than Slack's word.
    world.running.bench.pass(61);
    let mut question = world.question(whole(), &["deletes `/srv/y`"], 1).await;
    (question["reviewers"][0]["assurance"], question["rules_digest"]) = (json!("local"), json!("sha256:dd"));
    let asked = world.running.gateway("POST", "/v1/escalations", &question).await;
    let strict = asked.json::<EscalationState>().id;
    let shown = world.slack.call("chat.postMessage");
    assert_eq!(buttons(&shown), ["toolgate_deny", "toolgate_open"]);
    let value = &button(&shown, "toolgate_deny")["value"];
    let made_up = press("U000000001", &json!({ "action_id": "toolgate_approve", "value": value }));
    assert_eq!(world.says(&made_up).await.status, 200);
    let why = world.whispered("U000000001");
    assert_eq!(why, "the rule asks for `local` to approve, and you are known by `chat`");
    assert_eq!(world.running.vote(SOC_1, &strict, "allow").await.status, 200);
    world.slack.call("chat.update");
    // Decided already.
    world.press("U000000002", &message, "toolgate_approve").await;
    assert_eq!(world.whispered("U000000002"), "the escalation is approved, not pending");
    let late = world.deny("U000000002", &message, "no").await.json::<Value>();
    assert_eq!(late["errors"]["comment"], "the escalation is approved, not pending");
    world.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_answer_is_told_so_alone() {
    let mut world = World::new(true).await;
    let (id, message) = world.ask(whole(), &["deletes `/srv/x`"], 1).await;
    for (user, why) in [
        ("U999999999", "Your Slack account is not known to the ledger: its configuration has nobody for it."),
        ("U000000003", "you are in none of the groups that are asked"),
        ("U000000004", "nobody approves their own call"),
    ] {
        world.press(user, &message, "toolgate_approve").await;
        assert_eq!(world.whispered(user), why);
        let of = &button(&message, "toolgate_deny")["value"];
        let refused = world.says(&form(user, of, "no")).await.json::<Value>();
        assert_eq!(refused["errors"]["comment"], why, "{user}");
    }
    let mut foreign = press("U000000001", &button(&message, "toolgate_approve"));
    foreign["user"]["team_id"] = json!("T9999999999");
    assert_eq!(world.says(&foreign).await.status, 200);
    assert_eq!(world.whispered("U000000001"), "You are of another workspace than this ledger's.");
    // A button that tells of another call than is asked about.
    let mut other = press("U000000001", &button(&message, "toolgate_approve"));
    other["actions"][0]["value"] = json!(format!("{id} sha256:bb"));
    assert_eq!(world.says(&other).await.status, 200);
    assert!(world.whispered("U000000001").contains("you were shown another call"));
    assert_eq!(world.state(&id).await.state, EscalationPhase::Pending);
    // Time is over.
    world.running.bench.pass(901);
    world.press("U000000001", &message, "toolgate_approve").await;
    let told = [world.slack.calls.recv().unwrap(), world.slack.calls.recv().unwrap()];
    let told: BTreeMap<String, Value> = told.into();
    assert_eq!(told["chat.postEphemeral"]["text"], "the escalation is expired, not pending");
    assert!(told["chat.update"]["text"].as_str().unwrap().starts_with("Over: not answered"), "{told:?}");
    world.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_shown_whole_is_not_approved_there() {
    let mut world = World::new(true).await;
    let with = |key: &str, value: Value| {
        let mut action = whole();
        action[key] = value;
        action
    };
    let long = "x".repeat(3_000);
    for (action, effects) in [
        (with("redacted", json!(1)), "deletes `/srv/x`"),
        (with("truncated", json!(true)), "deletes `/srv/x`"),
        (with("preview", Value::Null), "deletes `/srv/x`"),
        (with("preview", json!(long)), "deletes `/srv/x`"),
        (whole(), long.as_str()),
        (whole(), "sends `password=hunter2hunter2`"),
    ] {
        let (id, message) = world.ask(action, &[effects], 1).await;
        assert_eq!(buttons(&message), ["toolgate_deny", "toolgate_open"]);
        assert!(message.to_string().contains("only the console shows all of it"), "{message}");
        // Somebody makes the button up.
        let value = &button(&message, "toolgate_deny")["value"];
        let made_up = press("U000000001", &json!({ "action_id": "toolgate_approve", "value": value }));
        assert_eq!(world.says(&made_up).await.status, 200);
        assert!(world.whispered("U000000001").starts_with("The message does not show all of this call"));
        assert_eq!(world.deny("U000000001", &message, "unclear").await.status, 200);
        assert_eq!(world.state(&id).await.state, EscalationPhase::Denied);
        world.slack.call("chat.update");
        // It is the same call each time, and the no to it holds so long.
        world.running.bench.pass(600);
    }
    world.running.server.stop().await;

    let mut world = World::new(false).await;
    let (id, message) = world.ask(whole(), &["deletes `/srv/x`"], 1).await;
    let value = &button(&message, "toolgate_deny")["value"];
    let made_up = press("U000000001", &json!({ "action_id": "toolgate_approve", "value": value }));
    assert_eq!(world.says(&made_up).await.status, 200);
    assert!(world.whispered("U000000001").starts_with("Calls are not approved in Slack here"));
    assert_eq!(world.state(&id).await.state, EscalationPhase::Pending);
    world.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_did_not_sign_now_is_not_heard() {
    let mut world = World::new(true).await;
    let (id, message) = world.ask(whole(), &["deletes `/srv/x`"], 2).await;
    let payload = press("U000000001", &button(&message, "toolgate_approve")).to_string();
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish();
    let now = world.running.bench.now().as_micros() / 1_000_000;
    let (time, old, early) = (now.to_string(), (now - 301).to_string(), (now + 301).to_string());
    let good = sign(&time, &body);
    let other = body.replace("U000000001", "U000000002");
    let cases = [(&time, "", &body), (&time, "v0=00", &body), (&time, &good, &other), (&old, &good, &body)];
    for (time, signature, body) in cases {
        assert_eq!(world.sends(time, signature, body).await.problem(), (401, "unauthenticated".to_owned()));
    }
    for time in [&old, &early] {
        let answer = world.sends(time, &sign(time, &body), &body).await;
        assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()));
        assert!(answer.text().contains("more than five minutes from now"), "{}", answer.text());
    }
    assert_eq!(world.state(&id).await.version, 1);
    assert_eq!(world.sends(&time, &good, &body).await.status, 200);
    assert_eq!(world.state(&id).await.version, 2);
    let again = world.sends(&time, &good, &body).await;
    assert!(again.text().contains("taken before"), "{}", again.text());
    // Signed, and yet nothing that the ledger asked for.
    let twice = format!("{body}&{body}");
    for body in ["", "payload=", "payload={}", twice.as_str()] {
        let answer = world.sends(&time, &sign(&time, body), body).await;
        assert_eq!(answer.problem(), (400, "malformed".to_owned()), "{body}");
    }
    for (path, value) in [
        ("/actions/0/value", json!("x y")),
        ("/actions/0/action_id", json!("other")),
        ("/type", json!("shortcut")),
        ("/actions", json!([])),
    ] {
        let mut payload = press("U000000001", &button(&message, "toolgate_approve"));
        *payload.pointer_mut(path).unwrap() = value;
        assert_eq!(world.says(&payload).await.problem(), (400, "malformed".to_owned()), "{path}");
    }
    // It is heard nowhere else, and nothing else is there.
    let (server, headers) = (&world.running.server, [("content-type", "application/x-www-form-urlencoded")]);
    for at in [server.emitter, server.reviewer] {
        let answer = world.running.send(at, "", "POST", "/v1/slack/answers", &headers, body.as_bytes()).await;
        assert_eq!(answer.status, 404);
    }
    let answer = world.running.send(server.slack.unwrap(), SOC_1, "GET", "/v1/escalations", &[], b"").await;
    assert_eq!(answer.status, 404);
    world.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_until_it_is_taken_and_kept_up_to_date_over_a_restart() {
    let mut world = World::new(false).await;
    // The last one comes first.
    *world.slack.first.lock().unwrap() = vec![
        (200, "", r#"{"ok":false,"error":"channel_not_found"}"#),
        (429, "retry-after: 30\r\n", r#"{"ok":false,"error":"ratelimited"}"#),
    ];
    let question = world.question(whole(), &["deletes `/srv/x`"], 1).await;
    let id = world.running.gateway("POST", "/v1/escalations", &question).await.json::<EscalationState>().id;
    world.slack.call("chat.postMessage");
    // Nothing more comes before the time that Slack asked for.
    world.running.bench.pass(29);
    let other = world.question(whole(), &["deletes `/srv/x`"], 1).await;
    let same = world.running.gateway("POST", "/v1/escalations", &other).await.json::<EscalationState>().id;
    assert_eq!(same, id, "an identical call asks nothing new");
    assert!(world.slack.is_quiet());
    let World { running, slack } = world;
    running.server.stop().await;
    let Running { bench, client, chain, .. } = running;
    let start = async || {
        let config = File::read(&bench.path().join("ledger.toml")).unwrap();
        Server::start(bench.path(), &config, false, bench.options(), &|_| None).await.unwrap()
    };
    // What could not be told is told after the start, again and again until it is taken.
    let server = start().await;
    assert_eq!(slack.call("chat.postMessage")["channel"], CHANNEL);
    server.stop().await;
    let server = start().await;
    slack.call("chat.postMessage");
    let told = "/v1/events?type=io.toolgate.escalation.told.v1";
    let running = Running { bench, server, client, chain };
    loop {
        let told: Value = running.person(AUDITOR, "GET", told, &Value::Null).await.json();
        if let Some(entry) = told["entries"].as_array().unwrap().first() {
            assert_eq!(entry["event"]["data"]["message"], "1503435956.000003");
            break;
        }
        tokio::task::yield_now().await;
    }
    running.server.stop().await;
    let Running { bench, client, chain, .. } = running;
    let config = File::read(&bench.path().join("ledger.toml")).unwrap();
    let server = Server::start(bench.path(), &config, false, bench.options(), &|_| None).await.unwrap();
    let running = Running { bench, server, client, chain };
    assert_eq!(running.vote(SOC_2, &id, "deny").await.status, 200);
    let update = slack.call("chat.update");
    assert_eq!(update["ts"], "1503435956.000003", "what stands in the channel is known after a restart");
    assert_eq!(update["text"], "Denied by soc-2: as agreed");
    assert!(slack.is_quiet());
    running.server.stop().await;
    running.bench.verifies();
}
