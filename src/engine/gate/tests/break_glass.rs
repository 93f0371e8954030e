//! Break-glass overrides verdicts, for its principal, under its policy, in its time; never a guardrail or the reading.

use super::world::{AGENT, World, document, policy, stream};
use crate::break_glass::{By, Statement};
use crate::gate::Input;
use crate::note::Signer;
use crate::record::types;
use crate::time::{Span, Timestamp};
use serde_json::{Value, json};

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, &[seed; 32]).unwrap()
}

fn ledger() -> Signer {
    signer("log.corp.example", 7)
}

fn statement(by: By, now: Timestamp) -> Statement {
    Statement {
        by,
        id: "019ac1c7-0000-7000-8000-000000000001".to_owned(),
        principal: AGENT.to_owned(),
        policy: "test".to_owned(),
        from: now,
        until: now + Span::from_secs(1_800),
        reason: "the release is stuck".to_owned(),
    }
}

fn by_ledger() -> By {
    let (asked, confirmed) = ("soc-1".to_owned(), "soc-2".to_owned());
    By::Ledger { origin: "log.corp.example".to_owned(), asked, confirmed }
}

const START: Timestamp = Timestamp::from_micros(1_763_826_187_000_000);

/// A gateway that takes the ledger's word, and knows of this note.
fn told(policy: &Value, note: &str) -> (World, usize) {
    let key = ledger().verifier().to_string();
    let mut world = World::with(&json!({"break_glass": {"ledger_key": key}}), policy);
    let body = json!({ "break_glass": [note] }).to_string();
    assert!(world.vm.orders.ask(world.now));
    let refused = world.vm.orders.answered(world.now, Some((200, body.as_bytes())));
    (world, refused)
}

fn active() -> World {
    let (world, refused) = told(&policy(), &statement(by_ledger(), START).sign(&ledger()).unwrap());
    assert_eq!(refused, 0);
    world
}

fn answer(world: &mut World, body: &str) {
    world.anthropic(false);
    world.response(200, "application/json");
    world.bodies(body.as_bytes(), &[]);
}

fn delete() -> String {
    document(&[("delete_file", json!({"path": "/srv/x"}))])
}

/// Whether the call is released once the ledger has its decision.
fn released(world: &mut World, body: &str) -> bool {
    answer(world, body);
    world.acknowledge();
    assert!(world.ended && world.asks.is_empty(), "{:?}", world.asks);
    world.sent() == body
}

#[test]
fn what_is_denied_or_asked_about_goes_through_once_it_is_recorded_and_says_by_what() {
    for (tool, verdict) in [("delete_file", "deny"), ("transfer", "escalate"), ("unheard_of", "deny")] {
        let body = stream(&[(tool, json!({"path": "/srv/x", "to": "acme"}))]);
        let mut world = active();
        world.anthropic(true);
        world.response(200, "text/event-stream");
        world.bodies(body.as_bytes(), &[]);
        assert!(world.paused && !world.sent().contains("tool_use\""), "released before its record");
        world.acknowledge();
        assert_eq!(world.sent(), body, "{tool}");
        assert!(world.asks.is_empty(), "nobody is asked");
        world.acknowledge();
        let decision = &world.of_type(types::DECISION)[0]["data"];
        assert_eq!((&decision["verdict"], &decision["enforced"]), (&json!(verdict), &json!("allow")));
        assert_eq!(
            decision["break_glass"],
            json!({
                "id": "019ac1c7-0000-7000-8000-000000000001", "asked": "soc-1", "confirmed": "soc-2",
                "until": "2025-11-22T16:13:07.000000Z", "reason": "the release is stuck",
            })
        );
        assert_eq!(decision["reason"]["code"], "break_glass");
        assert_ne!(decision["policy"]["rules"], json!([]), "what the policy said is there as well");
        let outcome = &world.of_type(types::OUTCOME)[0]["data"];
        assert_eq!(outcome["reason"]["code"], "break_glass");
        assert!(world.access.as_ref().unwrap().contains("\"fate\":\"break_glass\""), "{:?}", world.access);
    }
}

#[test]
fn what_is_allowed_anyway_is_recorded_as_allowed() {
    let body = document(&[("get_weather", json!({"city": "Bern"}))]);
    let mut world = active();
    assert!(released(&mut world, &body));
    world.acknowledge();
    assert_eq!(world.of_type(types::DECISION)[0]["data"].get("break_glass"), None);
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "allowed");
}

#[test]
fn no_guardrail_is_overridden_not_even_by_one_that_asks() {
    for (rule, tool) in [(1, "delete_file"), (2, "transfer")] {
        let mut guarded = policy();
        guarded["rules"][rule]["guardrail"] = json!(true);
        let note = statement(by_ledger(), START).sign(&ledger()).unwrap();
        let (mut world, _) = told(&guarded, &note);
        answer(&mut world, &document(&[(tool, json!({"path": "/srv/x", "to": "acme"}))]));
        world.acknowledge();
        assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
        assert_eq!(world.asks.len(), rule - 1, "a guardrail that asks still asks");
        assert_eq!(world.of_type(types::DECISION)[0]["data"].get("break_glass"), None);
        // The other one is no guardrail.
        let other = if tool == "transfer" { "delete_file" } else { "transfer" };
        let (mut world, _) = told(&guarded, &note);
        assert!(released(&mut world, &document(&[(other, json!({"path": "/srv/x", "to": "acme"}))])));
    }
    // A guardrail has its say also where a stricter rule decides.
    let mut guarded = policy();
    guarded["rules"][2]["guardrail"] = json!(true);
    guarded["rules"][1]["actions"] = json!(["file.delete", "payment.transfer"]);
    let (mut world, _) = told(&guarded, &statement(by_ledger(), START).sign(&ledger()).unwrap());
    assert!(!released(&mut world, &document(&[("transfer", json!({"to": "acme"}))])));
}

#[test]
fn what_is_not_understood_stays_refused() {
    let bash = |command: &str| document(&[("Bash", json!({"command": command}))]);
    for body in [
        bash("eval \"$X\""),
        bash("rm -rf \"$(cat list)\""),
        // Its arguments are not strict JSON inside an otherwise good document.
        delete().replace("{\"path\":\"/srv/x\"}", "{\"path\":\"/srv/x\",\"path\":\"/srv/y\"}"),
        "{\"a\":1,\"a\":2}".to_owned(),
        "not json".to_owned(),
    ] {
        let mut world = active();
        answer(&mut world, &body);
        world.acknowledge();
        assert!(!world.sent().contains("\"tool_use\""), "{body}: {}", world.sent());
        assert_ne!(world.sent(), body);
    }
    // A shell command that is understood is another thing.
    assert!(released(&mut active(), &bash("rm -rf /srv/x")));
    // An endpoint nobody reads.
    let mut world = active();
    let mut head = world.head("/v1/realtime");
    head.upgrade = true;
    world.give(Input::RequestHead(&head));
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
}

#[test]
fn it_ends_by_the_gateways_own_clock() {
    let mut world = active();
    world.now = START + Span::from_millis(1_799_999);
    answer(&mut world, &delete());
    assert!(world.paused);
    // Its record comes back after the end.
    world.now = START + Span::from_secs(1_800);
    world.acknowledge();
    assert!(world.sent().contains("break-glass, which is over"), "{}", world.sent());
    assert!(!world.sent().contains("\"tool_use\""));
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "break_glass_over");
    // Later calls are not even recorded as let through, though nobody has told this gateway anything since.
    let mut world = active();
    world.now = START + Span::from_secs(1_800);
    assert!(!released(&mut world, &delete()));
    assert_eq!(world.of_type(types::DECISION)[0]["data"]["enforced"], "deny");
    // A clock before its beginning.
    let mut world = active();
    world.now = START - Span::from_millis(1);
    assert!(!released(&mut world, &delete()));
}

#[test]
fn the_ledger_ends_it_at_once_and_a_freeze_is_stronger() {
    let mut world = active();
    world.ended_glass = true;
    assert!(!released(&mut world, &delete()));
    assert!(world.sent().contains("break-glass, which is over"), "{}", world.sent());
    let mut world = active();
    world.frozen = true;
    assert!(!released(&mut world, &delete()));
    assert!(world.sent().contains("This agent is frozen"), "{}", world.sent());
    // No ledger, no record: then it is refused like anything else.
    let mut world = active();
    answer(&mut world, &delete());
    world.pass(Span::from_secs(1));
    assert!(world.ended && world.sent().contains("could not be recorded"), "{}", world.sent());
    // What is told no more is over.
    let mut world = active();
    world.now = world.now + Span::from_secs(60);
    assert!(world.vm.orders.ask(world.now));
    world.vm.orders.answered(world.now, Some((200, b"{}")));
    assert!(!released(&mut world, &delete()));
}

#[test]
fn nobody_elses_word_counts() {
    let good = statement(by_ledger(), START);
    let of = |change: fn(&mut Statement)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed.sign(&ledger()).unwrap()
    };
    let refused = [
        good.sign(&signer("log.corp.example", 8)).unwrap(),
        good.sign(&ledger()).unwrap().replace("soc-2", "soc-3"),
        good.sign(&ledger()).unwrap().replace("16:13", "19:13"),
        good.to_string(),
        statement(By::People, START).sign(&ledger()).unwrap(),
        String::new(),
    ];
    for note in refused {
        let (mut world, refused) = told(&policy(), &note);
        assert_eq!(refused, 1, "{note}");
        assert!(!released(&mut world, &delete()), "{note}");
    }
    let of_another = [
        of(|it| it.principal = "spiffe://corp.example/ns/dev/sa/other".to_owned()),
        of(|it| it.principal.push('x')),
        of(|it| it.policy = "another".to_owned()),
    ];
    for note in of_another {
        let (mut world, _) = told(&policy(), &note);
        assert!(!released(&mut world, &delete()), "{note}");
    }
    // A gateway that is not told whose word counts takes nobody's, and does not even ask.
    let mut world = World::new();
    assert!(!world.vm.orders.ask(world.now));
    let body = json!({ "break_glass": [good.sign(&ledger()).unwrap()] }).to_string();
    world.vm.orders.answered(world.now, Some((200, body.as_bytes())));
    assert!(!released(&mut world, &delete()));
    // Nobody in particular is nobody's principal.
    let mut world = active();
    let mut head = world.head("/v1/messages");
    head.principals.clear();
    world.give(Input::RequestHead(&head));
    world.request_body(br#"{"model":"m","max_tokens":9,"messages":[]}"#, true);
    world.response(200, "application/json");
    world.bodies(delete().as_bytes(), &[]);
    world.acknowledge();
    assert!(!world.sent().contains("\"tool_use\""));
}

/// A gateway whose configuration has in it what two people signed.
fn without_ledger(policy: &Value) -> World {
    signed_by_two(policy, &json!({}))
}

fn signed_by_two(policy: &Value, more: &Value) -> World {
    let (one, two) = (signer("soc-1", 1), signer("soc-2", 2));
    let note = two.cosign(&statement(By::People, START).sign(&one).unwrap()).unwrap();
    let people = [one.verifier().to_string(), two.verifier().to_string()];
    let mut config = json!({"break_glass": {"people": people, "notes": [note]}});
    for (key, value) in more.as_object().unwrap() {
        config["break_glass"][key] = value.clone();
    }
    World::with(&config, policy)
}

#[test]
fn what_two_people_signed_does_without_a_dead_ledger() {
    let bodies = [delete(), document(&[("get_weather", json!({"city": "Bern"}))])];
    for body in &bodies {
        let mut world = without_ledger(&policy());
        answer(&mut world, body);
        assert!(world.paused, "a ledger that lives is waited for");
        world.pass(Span::from_millis(500));
        assert_eq!(world.sent(), *body);
        // Once there is a ledger again it has all of it.
        world.acknowledge();
        assert_eq!(world.of_type(types::DECISION)[0]["data"]["break_glass"]["offline"], true);
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "break_glass");
    }
    // While it lives its record comes first, and a freeze counts.
    assert!(released(&mut without_ledger(&policy()), &delete()));
    let mut world = without_ledger(&policy());
    world.frozen = true;
    assert!(!released(&mut world, &delete()));
    // A freeze that was known when the ledger died counts as well.
    let mut world = signed_by_two(&policy(), &json!({"ledger_key": ledger().verifier().to_string()}));
    assert!(world.vm.orders.ask(world.now));
    world.vm.orders.answered(world.now, Some((200, json!({"frozen": [AGENT]}).to_string().as_bytes())));
    answer(&mut world, &delete());
    world.pass(Span::from_secs(1));
    assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
    // It is bounded like any other.
    let mut world = without_ledger(&policy());
    world.now = START + Span::from_secs(1_800);
    assert!(!released(&mut world, &delete()));
    let mut guarded = policy();
    guarded["rules"][1]["guardrail"] = json!(true);
    let mut world = without_ledger(&guarded);
    answer(&mut world, &delete());
    world.pass(Span::from_secs(1));
    assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
}

#[test]
fn a_record_that_is_full_stops_no_offline_break_glass_and_admits_it() {
    let fill = |world: &mut World| {
        // Of several, since one principal alone does not fill it.
        for n in 0..5_000 {
            let (body, who) = (crate::record::EmptyBody {}, format!("agent-{}", n % 8));
            let id = world.vm.ids.next(world.now);
            let event = crate::emitter::NewEvent {
                id: &id,
                kind: types::HEARTBEAT,
                traceparent: None,
                who: Some(&who),
                body: &body,
            };
            let need = crate::emitter::Need::Awaited;
            if world.vm.emitter.record(&mut world.vm.ids, world.now, need, event).is_err() {
                return;
            }
        }
        panic!("it takes everything");
    };
    let mut world = without_ledger(&policy());
    fill(&mut world);
    answer(&mut world, &delete());
    assert_eq!(world.sent(), delete());
    world.acknowledge();
    assert!(world.of_type(types::DECISION).is_empty());
    let mut world = World::new();
    fill(&mut world);
    answer(&mut world, &document(&[("get_weather", json!({"city": "Bern"}))]));
    assert!(world.sent().contains("could not be recorded"));
}

/// What the provider may run itself is the operator's to say, and no word of the ledger's.
#[test]
fn a_tool_that_the_operator_does_not_let_the_provider_run_stays_out() {
    for (configured, stays) in [(json!([]), false), (json!(["*"]), true)] {
        let key = ledger().verifier().to_string();
        let more = json!({
            "break_glass": {"ledger_key": key}, "provider_executed": configured, "provider_refused": "remove",
        });
        let mut world = World::with(&more, &policy());
        let note = statement(by_ledger(), START).sign(&ledger()).unwrap();
        let body = json!({ "break_glass": [note] }).to_string();
        assert!(world.vm.orders.ask(world.now));
        assert_eq!(world.vm.orders.answered(world.now, Some((200, body.as_bytes()))), 0);
        let tools =
            json!([{"type": "web_search_20250305", "name": "web_search"}, {"name": "a", "input_schema": {}}]);
        world.ask("/v1/messages", &json!({"model": "m", "max_tokens": 9, "messages": [], "tools": tools}));
        world.acknowledge();
        let asked: Value = serde_json::from_slice(&world.asked).unwrap();
        assert_eq!(asked["tools"].to_string().contains("web_search"), stays, "{asked}");
        assert!(asked["tools"].to_string().contains("input_schema"), "{asked}");
    }
}
