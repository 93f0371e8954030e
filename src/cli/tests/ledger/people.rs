//! `toolgate approvals` and `toolgate audit`, over a call that is asked about.

use crate::process::{GATEWAY, Gateway, Place, Serving, agent, now, text, toolgate};
use serde_json::{Value, json};
use std::process::{Output, Stdio};
use toolgate_engine::emitter::{Need, NewEvent};
use toolgate_engine::record::types;

const AGENT: &str = "spiffe://corp.example/ns/finance/sa/trade-recon";

struct Asked {
    place: Place,
    serving: Serving,
    gateway: Gateway,
}

impl Asked {
    fn new() -> Self {
        let place = Place::new();
        let serving = place.serve();
        Self { place, serving, gateway: Gateway::new(1) }
    }

    fn record(&mut self, kind: &str, body: &Value) -> String {
        let id = self.gateway.ids.next(now());
        let event = NewEvent { id: &id, kind, traceparent: None, who: None, body };
        self.gateway.emitter.record(&mut self.gateway.ids, now(), Need::Awaited, event).unwrap();
        let (settled, answer) = self.gateway.flush(&self.serving.emitter);
        assert!(settled.recorded.iter().any(|recorded| recorded.id() == id), "{answer:?}");
        id
    }

    /// Records a decision.
    fn decide(&mut self, verdict: &str, enforced: &str, tool: &str) -> String {
        let body = json!({
            "agent": { "id": AGENT, "via": "mtls" }, "model": { "api": "anthropic" }, "request": { "stream": false },
            "tool": { "name": tool, "kind": "function", "index": 0 },
            "action": { "digest": "sha256:aa", "bytes": 41, "redacted": 0, "truncated": false },
            "effects": { "known": [{ "action": "file.delete", "resource": { "kind": "path", "path": { "literal": "/srv/x" } } }],
                         "unknown": [] },
            "analyser": "effects/0.1.0",
            "policy": { "bundle": "", "name": "platform", "version": 1, "rules": ["deletes"], "mode": "enforce" },
            "verdict": verdict, "enforced": enforced,
            "reason": { "code": "rule", "text": "Agents delete only what they made." },
        });
        self.record(types::DECISION, &body)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = agent()
            .post(format!("{}{path}", self.serving.emitter))
            .header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {GATEWAY}"));
        let mut answer = request.send(body.to_string().as_bytes()).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Asks for a person; gives the escalation's ID.
    fn ask(&self, decision: &str) -> String {
        let question = json!({
            "decision": decision, "source": self.gateway.emitter.source(), "agent": AGENT, "via": "mtls", "tool": "Bash",
            "digest": "sha256:aa", "bundle": "sha256:bb", "rules_digest": "sha256:cc", "rules": ["deletes"],
            "because": "Agents delete only what they made.",
            "reviewers": [{ "name": "soc", "members": ["group:soc"], "approvals": 1, "answer_within": 900, "use_within": 600 }],
            "effects": ["file.delete /srv/x"], "arguments": "{\"command\":\"rm -r /srv/x \u{202e}\u{1b}[2J\"}",
        });
        self.post("/v1/escalations", &question)["id"].as_str().unwrap().to_owned()
    }

    fn person(&self, arguments: &[&str]) -> Output {
        self.as_person("soc-1", arguments)
    }

    fn as_person(&self, name: &str, arguments: &[&str]) -> Output {
        let token = self.place.path().join(format!("{name}.token"));
        let connection =
            ["--ledger", self.serving.reviewer.as_str(), "--token-file", token.to_str().unwrap()];
        let (command, rest) = arguments.split_first().unwrap();
        toolgate(&[&[*command], connection.as_slice(), rest].concat()).stdin(Stdio::null()).output().unwrap()
    }
}

#[test]
fn a_person_sees_approves_and_the_audit_tells_it() {
    let mut asked = Asked::new();
    let denied = asked.decide("deny", "deny", "Delete");
    asked.record(types::OUTCOME, &json!({ "decision": denied, "outcome": "refused", "reason": { "code": "rule", "text": "" }, "hold_ms": 0 }));
    let decision = asked.decide("escalate", "hold", "Bash");
    let id = asked.ask(&decision);

    let list = text(&asked.person(&["approvals", "list"]).stdout);
    assert!(list.contains(&id) && list.contains(AGENT) && list.contains("file.delete /srv/x"), "{list}");
    let shown = text(&asked.person(&["approvals", "show", &id]).stdout);
    assert!(
        shown.contains(r#"{"command":"rm -r /srv/x \u{202e}\u{1b}[2J"}"#),
        "what hides is written out: {shown}"
    );
    let wrong = asked.person(&["approvals", "approve", &id, "--digest", "sha256:other"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("you were shown another call"), "{}", text(&wrong.stderr));
    let approved = asked.person(&["approvals", "approve", &id]);
    assert!(text(&approved.stdout).ends_with(&format!("{id} approved\n")), "{}", text(&approved.stderr));

    let spent =
        json!({ "decision": decision, "agent": AGENT, "digest": "sha256:aa", "rules_digest": "sha256:cc" });
    asked.post(&format!("/v1/escalations/{id}/consume"), &spent);
    asked.record(
        types::OUTCOME,
        &json!({ "decision": decision, "outcome": "released", "reason": { "code": "approved", "text": "" }, "escalation": id, "hold_ms": 12 }),
    );

    let table = text(&asked.person(&["audit", "--agent", AGENT]).stdout);
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3, "{table}");
    for (row, words) in [
        (rows[1], ["Delete", "file.delete /srv/x", "deny", "deletes", "refused"]),
        (rows[2], ["Bash", "file.delete /srv/x", "escalate", "approved by soc-1", "released"]),
    ] {
        assert!(words.iter().all(|word| row.contains(word)), "{row}");
    }
    let one = text(&asked.person(&["audit", "--verdict", "escalate", "--json"]).stdout);
    let call: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(
        (call["decision"].as_str(), call["approved_by"][0].as_str()),
        (Some(decision.as_str()), Some("soc-1"))
    );
    let none = asked.person(&["audit", "--to", "2020-01-01T00:00:00Z"]);
    assert_eq!(text(&none.stdout).lines().count(), 1, "the head alone");
    for dir in [&[][..], &["--dir", &asked.place.dir()]] {
        let within = |times: &[&str]| text(&asked.person(&[&["audit"], times, dir].concat()).stdout);
        assert_eq!(within(&["--from", "1h"]), table);
        assert_eq!(within(&["--to", "1h"]).lines().count(), 1, "nothing is older than an hour");
        let wrong = asked.person(&[&["audit", "--from", "yesterday"], dir].concat());
        assert_eq!(wrong.status.code(), Some(2));
        assert!(text(&wrong.stderr).contains("how long ago, such as `7d`"), "{}", text(&wrong.stderr));
    }
    let offline = text(&asked.person(&["audit", "--dir", &asked.place.dir()]).stdout);
    assert_eq!(offline, table);

    assert!(asked.serving.stop().success());
    let verified = asked.place.verify();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).contains("1 approvals spent"), "{}", text(&verified.stdout));
}

#[test]
fn a_developer_is_told_why_and_what_to_do_of_their_own_agents_alone() {
    let place = Place::new();
    // Tables go behind the plain keys; TOML takes them in any order.
    let developer = |name: &str, principals: &str| {
        std::fs::write(place.path().join(format!("{name}.token")), format!("{name}-token-0123456789"))
            .unwrap();
        format!(
            "[[users]]\nname = \"{name}\"\ntoken_file = \"{name}.token\"\nroles = [\"developer\"]\nprincipals = [{principals}]\n"
        )
    };
    let more =
        developer("dev-1", &format!("\"{AGENT}\"")) + &developer("dev-2", "\"spiffe://corp.example/other\"");
    place.configure(&more);
    let serving = place.serve();
    let mut asked = Asked { place, serving, gateway: Gateway::new(1) };
    let explain =
        |asked: &Asked, who: &str, decision: &str| asked.as_person(who, &["explain", "--decision", decision]);

    let denied = asked.decide("deny", "deny", "Delete");
    let told = text(&explain(&asked, "dev-1", &denied).stdout);
    for words in
        ["deletes `/srv/x`", "deny, by rule deletes", "Agents delete only what they made.", "do without it"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }

    let decision = asked.decide("escalate", "hold", "Bash");
    let id = asked.ask(&decision);
    let waits = text(&explain(&asked, "dev-1", &decision).stdout);
    assert!(
        waits.contains(&format!("approval {id} is pending")) && waits.contains("wait for an answer"),
        "{waits}"
    );
    assert!(asked.person(&["approvals", "deny", &id, "--comment", "not at night"]).status.success());
    let no = text(&explain(&asked, "dev-1", &decision).stdout);
    assert!(no.contains("is denied, by soc-1: not at night") && no.contains("do without it"), "{no}");
    assert_eq!(text(&explain(&asked, "soc-1", &decision).stdout), no, "who reviews is told the same");

    let other = explain(&asked, "dev-2", &decision);
    assert_eq!((other.status.code(), text(&other.stdout)), (Some(2), String::new()));
    let unknown = explain(&asked, "dev-2", "01900000-0000-7000-8000-000000000000");
    let what = |said: &Output, id: &str| text(&said.stderr).replace(id, "ID");
    assert_eq!(
        what(&other, &decision),
        what(&unknown, "01900000-0000-7000-8000-000000000000"),
        "that another's decision exists is not told"
    );
    assert!(text(&explain(&asked, "dev-1", "../x").stderr).contains("is not a decision's ID"));
    let both = asked.person(&["explain", "--decision", &decision, "--call", "{}"]);
    assert_eq!(both.status.code(), Some(2));

    let own = text(&asked.as_person("dev-1", &["audit", "--agent", AGENT]).stdout);
    assert_eq!(own.lines().count(), 3, "{own}");
    for (who, arguments) in [("dev-1", &["audit"][..]), ("dev-2", &["audit", "--agent", AGENT])] {
        let refused = asked.as_person(who, arguments);
        assert!(text(&refused.stderr).contains("principals that act for them"), "{}", text(&refused.stderr));
        assert_eq!(text(&refused.stdout), "");
    }
    assert!(text(&asked.as_person("dev-1", &["approvals", "list"]).stderr).contains("role_missing"));
}

#[test]
fn a_person_denies_with_a_reason() {
    let mut asked = Asked::new();
    let decision = asked.decide("escalate", "hold", "Bash");
    let id = asked.ask(&decision);
    let silent = asked.person(&["approvals", "deny", &id]);
    assert_eq!(silent.status.code(), Some(2), "a denial without a reason is not even sent");
    let denied = asked.person(&["approvals", "deny", &id, "--comment", "not at night"]);
    assert_eq!(text(&denied.stdout), format!("{id} denied\n"));
    assert_eq!(text(&asked.person(&["approvals", "list"]).stdout), "nothing waits\n");
    let all = text(&asked.person(&["approvals", "list", "--all"]).stdout);
    assert!(all.contains("denied"), "{all}");
    let late = asked.person(&["approvals", "approve", &id]);
    assert!(text(&late.stderr).contains("denied, not pending"), "{}", text(&late.stderr));
    let table = text(&asked.person(&["audit"]).stdout);
    assert!(table.contains("denied by soc-1"), "{table}");
    // The same call is not asked about again, until somebody lifts that.
    let repeated = asked.decide("escalate", "hold", "Bash");
    assert_eq!(asked.ask(&repeated), id);
    let told = text(&asked.person(&["explain", "--decision", &repeated]).stdout);
    assert!(told.contains("is denied, by soc-1: not at night") && told.contains("approvals lift"), "{told}");
    let lifted = asked.person(&["approvals", "lift", &id, "--comment", "a mistake"]);
    assert_eq!(text(&lifted.stdout), format!("{id} lifted; the same call is asked about again\n"));
    let over = asked.person(&["approvals", "lift", &id, "--comment", "a mistake"]);
    assert!(text(&over.stderr).contains("no denial holds"), "{}", text(&over.stderr));
    let anew = asked.decide("escalate", "hold", "Bash");
    assert_ne!(asked.ask(&anew), id);
}

#[test]
fn who_is_nobody_is_told_how_to_be_somebody() {
    let asked = Asked::new();
    let done = toolgate(&["approvals", "--ledger", &asked.serving.reviewer, "list"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("--token-file"), "{}", text(&done.stderr));
    let gone = toolgate(&["approvals", "--ledger", "http://127.0.0.1:9", "list"]).output().unwrap();
    assert!(text(&gone.stderr).contains("does not answer"), "{}", text(&gone.stderr));
    let nonsense = asked.person(&["approvals", "approve", "../x"]);
    assert!(text(&nonsense.stderr).contains("is not an escalation's ID"), "{}", text(&nonsense.stderr));
}

#[test]
fn a_grant_is_given_seen_and_taken_back_at_the_shell() {
    let place = Place::new();
    place.configure("[grants]\nmost_uses = 5\nmost_seconds = 3600");
    let serving = place.serve();
    let mut asked = Asked { place, serving, gateway: Gateway::new(1) };
    assert_eq!(text(&asked.person(&["approvals", "grants"]).stdout), "nothing is granted\n");
    let first = asked.decide("escalate", "hold", "Bash");
    let id = asked.ask(&first);
    let grant = |uses: &'static str| {
        ["approvals", "approve", &id, "--digest", "sha256:aa", "--uses", uses, "--minutes", "10"]
    };
    let more = asked.person(&grant("6"));
    assert!(text(&more.stderr).contains("not_granted"), "{}", text(&more.stderr));
    assert!(asked.person(&grant("2")).status.success());
    let spent =
        json!({ "decision": first, "agent": AGENT, "digest": "sha256:aa", "rules_digest": "sha256:cc" });
    asked.post(&format!("/v1/escalations/{id}/consume"), &spent);
    let second = asked.decide("escalate", "hold", "Bash");
    let covered = asked.ask(&second);
    assert_ne!(covered, id);
    let shown = text(&asked.person(&["approvals", "show", &covered]).stdout);
    assert!(shown.contains("approved, "), "{shown}");
    let list = text(&asked.person(&["approvals", "grants"]).stdout);
    assert!(
        list.contains("open  1 more") && list.contains("the same call again") && list.contains("by soc-1"),
        "{list}"
    );
    let grant = list.split_whitespace().next().unwrap().to_owned();
    let taken = asked.person(&["approvals", "revoke-grant", &grant, "--comment", "done"]);
    assert!(text(&taken.stdout).contains("revoked"), "{}", text(&taken.stderr));
    assert_eq!(
        asked.person(&["approvals", "revoke-grant", &grant, "--comment", "done"]).status.code(),
        Some(1)
    );
    let nothing = text(&asked.person(&["suggest"]).stdout);
    assert!(nothing.starts_with("# no rule was approved so often"), "{nothing}");
}
