//! Tools that the provider runs itself: the operator's list is the bound, and the policy judges within it.

use super::world::{World, policy, state};
use crate::gate::Input;
use crate::protocol::EscalationPhase;
use crate::record::types;
use crate::time::Span;
use serde_json::{Value, json};

/// Searches are allowed, with what they fetch; code asks a person; a server is allowed by its address.
fn rules() -> Value {
    let mut policy = policy();
    let rules = policy["rules"].as_array_mut().unwrap();
    rules.extend([
        json!({"id": "searches", "policy": "test", "verdict": "allow", "actions": ["provider.run", "net.fetch"],
            "if": {"tool": "web_search_*", "reach": "any"}}),
        json!({"id": "code", "policy": "test", "verdict": "escalate", "actions": ["code.run"], "to": ["soc"],
            "if": {"reach": "container:provider"}, "because": "A person looks at code."}),
        json!({"id": "coders", "policy": "test", "verdict": "allow", "actions": ["provider.run"],
            "if": {"tool": ["code_execution_*", "mcp_servers:*"]}}),
        json!({"id": "tracker", "policy": "test", "verdict": "allow", "actions": ["net.send"],
            "if": {"host": "tracker.example", "server": "tracker", "reach": "any"}}),
        json!({"id": "no-evil", "policy": "test", "verdict": "deny", "actions": ["net.send"],
            "if": {"host": "evil.example"}, "because": "Nobody sends there."}),
    ]);
    policy
}

fn world(configured: &Value) -> World {
    World::with(&json!({"provider_executed": configured, "hold_ms": 1000}), &rules())
}

fn search() -> Value {
    json!({"type": "web_search_20250305", "name": "web_search"})
}

fn code() -> Value {
    json!({"type": "code_execution_20260120", "name": "code_execution"})
}

fn send(world: &mut World, tools: &Value, servers: &Value) -> String {
    let body = json!({"model": "m", "max_tokens": 9, "messages": [], "tools": tools, "mcp_servers": servers})
        .to_string();
    let head = world.head("/v1/messages");
    world.give(Input::RequestHead(&head));
    let (first, second) = body.split_at(7);
    world.request_body(first.as_bytes(), false);
    world.request_body(second.as_bytes(), true);
    body
}

#[test]
fn a_tool_the_policy_allows_goes_on_once_that_is_recorded() {
    for configured in [json!(["web_search_20250305"]), json!(["*"])] {
        let mut world = world(&configured);
        let body =
            send(&mut world, &json!([search(), {"name": "get_weather", "input_schema": {}}]), &json!([]));
        assert!(world.asked.is_empty() && world.reply.is_none());
        world.acknowledge();
        assert_eq!(String::from_utf8_lossy(&world.asked), body);
        assert_eq!(world.vm.held(), 0);
        world.response(200, "application/json");
        world.bodies(super::world::document(&[]).as_bytes(), &[]);
        assert_eq!(world.sent(), super::world::document(&[]));
        world.acknowledge();
        let decision = &world.of_type(types::DECISION)[0]["data"];
        assert_eq!(decision["tool"]["kind"], "provider");
        assert_eq!(decision["tool"]["name"], "web_search_20250305");
        assert_eq!(decision["request"]["offered"], json!(["get_weather"]));
        assert_eq!(decision["request"]["provider_executed"], json!(["web_search_20250305"]));
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "released");
    }
}

#[test]
fn the_operators_list_is_the_bound_whatever_the_policy_says() {
    for configured in [json!([]), json!(["code_execution_20260120"]), json!(["web_search"])] {
        let mut world = world(&configured);
        send(&mut world, &json!([search()]), &json!([]));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403), "{configured}");
        world.acknowledge();
        assert!(world.asked.is_empty(), "{configured}");
        assert_eq!(world.of_type(types::DECISION).len(), 0);
        assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "provider_executed");
    }
}

#[test]
fn what_no_rule_names_is_not_allowed() {
    for tool in [
        json!({"type": "never_heard_of_20300101", "name": "x"}),
        json!({"type": "web_fetch_20250910", "name": "web_fetch"}),
    ] {
        let mut rules = rules();
        rules["rules"].as_array_mut().unwrap().push(
            json!({"id": "all", "policy": "test", "verdict": "allow", "actions": ["**"], "if": {"reach": "any"}}),
        );
        let mut world = World::with(&json!({"provider_executed": ["*"]}), &rules);
        send(&mut world, &json!([tool]), &json!([]));
        let reply = world.reply.clone().unwrap();
        assert_eq!(reply.status, 403, "{tool}");
        assert!(reply.body.contains("no rule speaks about it"), "{}", reply.body);
        world.acknowledge();
        assert!(world.asked.is_empty());
    }
}

#[test]
fn one_that_is_refused_keeps_the_whole_request_here() {
    let mut world = world(&json!(["*"]));
    let servers = json!([{"type": "url", "name": "evil", "url": "https://evil.example/mcp"}]);
    send(&mut world, &json!([search(), code()]), &servers);
    let reply = world.reply.clone().unwrap();
    assert_eq!(reply.status, 403);
    assert!(reply.body.contains("Nobody sends there"), "{}", reply.body);
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert!(world.asks.is_empty(), "nobody is asked about what goes nowhere");
    let outcomes = world.of_type(types::OUTCOME);
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|outcome| outcome["data"]["outcome"] == "refused"), "{outcomes:?}");
    let codes: Vec<&Value> = outcomes.iter().map(|outcome| &outcome["data"]["reason"]["code"]).collect();
    assert_eq!(codes, ["refused_with_another", "refused_with_another", "denied"]);
}

#[test]
fn a_server_is_judged_by_its_address_and_its_name() {
    for (name, url, sent) in [
        ("tracker", "https://tracker.example/mcp", true),
        ("tracker", "https://tracker.example.evil.example/mcp", false),
        ("tracker", "https://tracker.example@evil.example/", false),
        ("other", "https://tracker.example/mcp", false),
    ] {
        let mut world = world(&json!(["*"]));
        send(&mut world, &json!([]), &json!([{"type": "url", "name": name, "url": url}]));
        world.acknowledge();
        assert_eq!(!world.asked.is_empty(), sent, "{name} {url}");
        assert_eq!(world.reply.is_none(), sent, "{name} {url}");
    }
}

#[test]
fn a_person_is_asked_and_the_approved_retry_goes_on() {
    let mut world = world(&json!(["*"]));
    let body = send(&mut world, &json!([code()]), &json!([]));
    world.acknowledge();
    world.escalation("esc-1", EscalationPhase::Pending);
    assert!(world.asked.is_empty() && world.reply.is_none());
    let digest = world.of_type(types::DECISION)[0]["data"]["action"]["digest"].as_str().unwrap().to_owned();
    let (ticket, _) = world.next_ask();
    world.answer(ticket, 200, &state("esc-1", &digest, EscalationPhase::Approved, 2));
    world.consume();
    assert_eq!(String::from_utf8_lossy(&world.asked), body);

    let mut late = self::world(&json!(["*"]));
    send(&mut late, &json!([code()]), &json!([]));
    late.acknowledge();
    late.escalation("esc-2", EscalationPhase::Pending);
    late.pass(Span::from_secs(2));
    let reply = late.reply.clone().unwrap();
    assert_eq!(reply.status, 403);
    assert!(reply.body.contains("esc-2"), "{}", reply.body);
    assert!(late.asked.is_empty());
}

// A decision comes outside the stream's own callbacks, and what it lets out leaves in a tick. An answer of the model's
// server that comes in between must find the request held.
#[test]
fn an_answer_between_a_decision_and_its_tick_does_not_pass() {
    for phase in [EscalationPhase::Approved, EscalationPhase::Denied] {
        let mut world = world(&json!(["*"]));
        world.by_hand = true;
        send(&mut world, &json!([code()]), &json!([]));
        world.acknowledge();
        world.escalation("esc-1", EscalationPhase::Pending);
        let digest =
            world.of_type(types::DECISION)[0]["data"]["action"]["digest"].as_str().unwrap().to_owned();
        let (ticket, _) = world.next_ask();
        world.answer(ticket, 200, &state("esc-1", &digest, phase, 2));
        if phase == EscalationPhase::Approved {
            world.consume();
        }
        assert_eq!((&world.reply, world.asked.len()), (&None, 0), "{phase:?}");
        world.response(200, "application/json");
        let reply = world.reply.take().unwrap();
        assert!(reply.body.contains("before it had the request"), "{}", reply.body);
        world.bodies(super::world::document(&[("delete_file", json!({"path": "/x"}))]).as_bytes(), &[]);
        world.tick();
        assert_eq!((world.sent(), &world.reply, world.asked.len()), (String::new(), &None, 0), "{phase:?}");
        world.acknowledge();
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned", "{phase:?}");
    }
}

#[test]
fn without_the_ledger_the_request_stays_here() {
    let mut world = world(&json!(["*"]));
    send(&mut world, &json!([search()]), &json!([]));
    world.pass(Span::from_millis(500));
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn in_observe_the_request_goes_by_and_is_recorded() {
    let mut rules = rules();
    rules["mode"] = json!("observe");
    let mut world = World::with(&json!({"provider_executed": ["*"], "observe": true}), &rules);
    let body = send(&mut world, &json!([search(), code()]), &json!([]));
    assert_eq!(String::from_utf8_lossy(&world.asked), body);
    world.acknowledge();
    assert_eq!(world.of_type(types::DECISION).len(), 2);
}

#[test]
fn more_tools_than_the_limit_are_refused() {
    let mut world = World::with(&json!({"provider_executed": ["*"], "limits": {"calls": 2}}), &rules());
    send(&mut world, &json!([search(), search(), search()]), &json!([]));
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert_eq!(world.vm.held(), 0);
}

fn removing(configured: &Value) -> World {
    let more = json!({"provider_executed": configured, "provider_refused": "remove", "hold_ms": 1000});
    World::with(&more, &rules())
}

/// The bodies of the outcomes, by the tool they are of.
fn outcome(world: &World, tool: &str) -> Value {
    let decisions = world.of_type(types::DECISION);
    let decision = decisions.iter().find(|decision| decision["data"]["tool"]["name"] == tool).unwrap();
    let outcomes = world.of_type(types::OUTCOME);
    let outcome = outcomes.iter().find(|outcome| outcome["data"]["decision"] == decision["id"]).unwrap();
    outcome["data"].clone()
}

const REMOVED: &str = "It was removed from the request, which went on without it.";

#[test]
fn a_refused_tool_is_cut_out_where_the_operator_wants_that_and_the_rest_goes_on() {
    let mut world = removing(&json!(["*"]));
    let fetch = json!({"type": "web_fetch_20250910", "name": "web_fetch"});
    let own = json!({"name": "get_weather", "input_schema": {}});
    let body = send(&mut world, &json!([fetch, search(), own]), &json!([]));
    assert!(world.asked.is_empty() && world.reply.is_none());
    world.acknowledge();
    let expected = body.replacen(&format!("{fetch},"), "", 1);
    assert_ne!(expected, body);
    assert_eq!(String::from_utf8_lossy(&world.asked), expected);
    assert_eq!(world.vm.held(), 0);
    world.response(200, "application/json");
    world.bodies(super::world::document(&[]).as_bytes(), &[]);
    assert_eq!(world.sent(), super::world::document(&[]));
    world.acknowledge();
    let all = json!(["web_fetch_20250910", "web_search_20250305"]);
    assert_eq!(world.of_type(types::DECISION)[0]["data"]["request"]["provider_executed"], all);
    let fetched = outcome(&world, "web_fetch_20250910");
    assert_eq!((&fetched["outcome"], &fetched["reason"]["code"]), (&json!("refused"), &json!("denied")));
    assert_eq!(fetched["reason"]["text"], REMOVED);
    let searched = outcome(&world, "web_search_20250305");
    assert_eq!((&searched["outcome"], &searched["reason"]["text"]), (&json!("released"), &json!("")));
}

#[test]
fn what_is_not_configured_is_cut_out_whatever_the_policy_says() {
    let mut world = removing(&json!([]));
    let head = world.head("/v1/messages");
    assert!(world.give(Input::RequestHead(&head)).unframe, "the body may become shorter");
    let body = json!({"model": "m", "max_tokens": 9, "messages": [], "tools": [search()]}).to_string();
    world.request_body(body.as_bytes(), true);
    // Nothing is left to wait for.
    let asked: Value = serde_json::from_slice(&world.asked).unwrap();
    assert_eq!(asked, json!({"model": "m", "max_tokens": 9, "messages": []}));
    world.acknowledge();
    let searched = outcome(&world, "web_search_20250305");
    assert_eq!(
        (&searched["outcome"], &searched["reason"]["code"]),
        (&json!("refused"), &json!("provider_executed"))
    );
    assert_eq!(searched["reason"]["text"], REMOVED);
}

#[test]
fn what_a_person_does_not_approve_in_time_is_cut_out() {
    let mut world = removing(&json!(["*"]));
    let body = send(&mut world, &json!([search(), code()]), &json!([]));
    world.acknowledge();
    world.escalation("esc-1", EscalationPhase::Pending);
    assert!(world.asked.is_empty() && world.reply.is_none());
    world.pass(Span::from_secs(2));
    assert_eq!(String::from_utf8_lossy(&world.asked), body.replacen(&format!(",{}", code()), "", 1));
    world.acknowledge();
    let ran = outcome(&world, "code_execution_20260120");
    assert_eq!((&ran["outcome"], &ran["reason"]["code"]), (&json!("refused"), &json!("approval_pending")));
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn what_cannot_be_cut_out_keeps_the_whole_request_here() {
    let servers = json!([{"type": "url", "name": "evil", "url": "https://evil.example/mcp"}]);
    let mut world = removing(&json!(["*"]));
    send(&mut world, &json!([search(), code()]), &servers);
    let reply = world.reply.clone().unwrap();
    assert_eq!(reply.status, 403);
    assert!(reply.body.contains("Nobody sends there"), "{}", reply.body);
    assert!(reply.body.contains("cannot be taken out"), "{}", reply.body);
    world.acknowledge();
    assert!(world.asked.is_empty() && world.asks.is_empty(), "nobody is asked about what goes nowhere");
    let denied = outcome(&world, "mcp_servers:evil");
    assert_eq!(denied["reason"], json!({"code": "denied", "text": ""}));

    for choice in [json!({"type": "any"}), json!({"type": "tool", "name": "web_search"})] {
        let mut world = removing(&json!([]));
        let body =
            json!({"model": "m", "messages": [], "tools": [search()], "tool_choice": choice}).to_string();
        let head = world.head("/v1/messages");
        world.give(Input::RequestHead(&head));
        world.request_body(body.as_bytes(), true);
        let reply = world.reply.clone().unwrap();
        assert_eq!(reply.status, 403, "{choice}");
        assert!(reply.body.contains("the model must choose"), "{}", reply.body);
        assert!(world.asked.is_empty());
    }
}

#[test]
fn a_request_that_may_be_signed_is_refused_whole() {
    let mut world = removing(&json!([]));
    let head = world.head("/model/m/invoke");
    assert!(!world.give(Input::RequestHead(&head)).unframe);
    let body = json!({"anthropic_version": "x", "max_tokens": 9, "messages": [], "tools": [search(), {"name": "a"}]});
    world.request_body(body.to_string().as_bytes(), true);
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "provider_executed");
}

#[test]
fn an_agent_that_the_provider_keeps_is_judged_by_its_name() {
    const ARN: &str = "arn:aws:bedrock-agentcore:us-east-1:1:harness/h-1";
    let harness =
        "/harnesses/invoke?harnessArn=arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A1%3Aharness%2Fh-1";
    let agent = "/agents/A1/agentAliases/B1/sessions/s-1/text";
    for (path, tool) in [(harness, format!("harness:{ARN}")), (agent, "agent:A1".to_owned())] {
        let mut rules = policy();
        rules["rules"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": "agents", "policy": "test", "verdict": "allow",
            "actions": ["provider.run"], "if": {"tool": ["harness:*", "agent:*"]}}));
        let body = json!({"messages": []}).to_string();
        for (configured, rules, allowed) in [
            (json!([tool]), &rules, true),
            (json!(["*"]), &rules, true),
            (json!(["*"]), &policy(), false),
            (json!(["harness:other"]), &rules, false),
        ] {
            let mut world = World::with(&json!({"provider_executed": configured}), rules);
            let head = world.head(path);
            world.give(Input::RequestHead(&head));
            world.request_body(body.as_bytes(), true);
            assert!(world.asked.is_empty(), "{path}: nothing goes on unjudged");
            world.acknowledge();
            assert_eq!(world.reply.is_none(), allowed, "{path} {configured}");
            assert_eq!(
                String::from_utf8_lossy(&world.asked),
                if allowed { body.as_str() } else { "" },
                "{path}"
            );
        }
    }
}
