//! Conversations that the provider keeps: it has the calls that were refused, and takes no turn without their outputs.

use super::world::World;
use crate::gate::{Gate, Input};
use crate::wire::tests::frames;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A provider that behaves as its documentation says.
#[derive(Default)]
struct Provider {
    /// The calls without an output, by the response or conversation that has them.
    waiting: BTreeMap<String, Vec<String>>,
    responses: usize,
}

impl Provider {
    /// Answers a request with these calls of tools.
    fn answer(&mut self, request: &[u8], calls: &[(&str, &str)]) -> (u16, Value) {
        let request: Value = serde_json::from_slice(request).unwrap();
        let from = ["previous_response_id", "conversation"].map(|key| request[key].as_str());
        let input: Vec<&Value> = request["input"].as_array().into_iter().flatten().collect();
        for id in from.iter().flatten() {
            for call in self.waiting.get(*id).into_iter().flatten() {
                let outputs = input.iter().filter(|item| item["type"] == "function_call_output");
                let given = outputs.filter(|item| item["call_id"] == **call).count();
                if given != 1 {
                    let message = format!("No tool output found for function call {call}.");
                    return (400, json!({"error": {"message": message, "type": "invalid_request_error"}}));
                }
            }
        }
        if let Some(item) = input.iter().find(|item| item["id"].to_string().contains("toolgate")) {
            let message = format!("Item with id '{}' not found.", item["id"]);
            return (404, json!({"error": {"message": message, "type": "invalid_request_error"}}));
        }
        self.responses += 1;
        let id = format!("resp_{}", self.responses);
        let output: Vec<Value> = calls
            .iter()
            .map(|(call, tool)| {
                json!({"type": "function_call", "id": format!("fc_{call}"), "call_id": call, "name": tool,
                    "arguments": json!({"path": "/srv/x", "city": "Bern"}).to_string(), "status": "completed"})
            })
            .collect();
        let waiting: Vec<String> = calls.iter().map(|(call, _)| (*call).to_owned()).collect();
        self.waiting.insert(id.clone(), waiting.clone());
        let mut response = json!({"id": id, "object": "response", "status": "completed", "output": output});
        if let Some(conversation) = from[1] {
            self.waiting.insert(conversation.to_owned(), waiting);
            response["conversation"] = json!({"id": conversation});
        }
        (200, response)
    }
}

fn stream(response: &Value) -> String {
    let mut events = Vec::new();
    let mut begun = response.clone();
    begun["output"] = json!([]);
    events.push(json!({"type": "response.created", "response": begun}));
    for (index, item) in response["output"].as_array().unwrap().iter().enumerate() {
        events.push(json!({"type": "response.output_item.added", "output_index": index, "item": item}));
        events.push(json!({"type": "response.output_item.done", "output_index": index, "item": item}));
    }
    events.push(json!({"type": "response.completed", "response": response}));
    let data =
        events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()));
    data.collect()
}

/// One turn through a gate of this VM: the status, and what the client reads.
fn turn(
    world: &mut World,
    provider: &mut Provider,
    request: &Value,
    calls: &[(&str, &str)],
    streamed: bool,
) -> (u16, String) {
    world.gate = Gate::default();
    world.asked.clear();
    world.sent.clear();
    world.ended = false;
    world.ask("/v1/responses", request);
    let (status, body) = provider.answer(&world.asked.clone(), calls);
    let streamed = streamed && status == 200;
    world.response(status, if streamed { "text/event-stream" } else { "application/json" });
    let body = if streamed { stream(&body) } else { body.to_string() };
    world.bodies(body.as_bytes(), &[]);
    world.acknowledge();
    world.give(Input::Gone);
    (status, world.sent())
}

fn output(call: &str) -> Value {
    json!({"type": "function_call_output", "call_id": call, "output": "done"})
}

const ONE_OF_TWO: &[(&str, &str)] = &[("call_a", "get_weather"), ("call_b", "delete_file")];

#[test]
fn a_refused_call_does_not_wedge_the_next_turn() {
    for streamed in [false, true] {
        let (mut world, mut provider) = (World::new(), Provider::default());
        let first = json!({"model": "m", "input": "clean up"});
        let (_, seen) = turn(&mut world, &mut provider, &first, ONE_OF_TWO, streamed);
        assert!(seen.contains("get_weather") && seen.contains("no-deletes"), "{seen}");
        assert!(!seen.contains("\"delete_file\""), "{seen}");

        let next = json!({"model": "m", "previous_response_id": "resp_1", "input": [output("call_a")]});
        // The provider does demand it.
        let (status, demanded) = provider.answer(next.to_string().as_bytes(), &[]);
        assert_eq!(status, 400);
        assert!(demanded.to_string().contains("No tool output found for function call call_b"));

        let (status, _) = turn(&mut world, &mut provider, &next, &[], streamed);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&world.asked));
        let asked: Value = serde_json::from_slice(&world.asked).unwrap();
        assert_eq!(asked["input"][0]["call_id"], "call_b");
        assert!(asked["input"][0]["output"].as_str().unwrap().contains("no-deletes"), "{asked}");
        assert_eq!(asked["input"][1], output("call_a"));

        // From the same response once more, as an agent that tries again does.
        let again = json!({"model": "m", "previous_response_id": "resp_1", "input": [output("call_a")]});
        assert_eq!(turn(&mut world, &mut provider, &again, &[], streamed).0, 200);
    }
}

#[test]
fn when_all_are_refused_the_client_goes_on_with_words() {
    let (mut world, mut provider) = (World::new(), Provider::default());
    let calls = [("call_b", "delete_file"), ("call_c", "delete_file")];
    let first = json!({"model": "m", "input": "clean up", "conversation": "conv_1"});
    turn(&mut world, &mut provider, &first, &calls, true);
    for conversation in ["previous_response_id", "conversation"] {
        let id = if conversation == "conversation" { "conv_1" } else { "resp_1" };
        let next = json!({"model": "m", conversation: id, "input": "what now?"});
        assert_eq!(turn(&mut world, &mut provider, &next, &[], false).0, 200, "{conversation}");
        let asked: Value = serde_json::from_slice(&world.asked).unwrap();
        assert_eq!(asked["input"][2], json!({"role": "user", "content": "what now?"}));
    }
    // Nothing is owed any more: an output again would be one too many.
    let next = json!({"model": "m", "conversation": "conv_1", "input": "and now?"});
    assert_eq!(turn(&mut world, &mut provider, &next, &[], false).0, 200);
    assert_eq!(world.asked, next.to_string().as_bytes());
}

#[test]
fn a_client_that_keeps_the_history_itself_sends_no_identifier_of_ours() {
    let (mut world, mut provider) = (World::new(), Provider::default());
    let first = json!({"model": "m", "store": false, "input": "clean up"});
    let (_, seen) = turn(&mut world, &mut provider, &first, ONE_OF_TWO, false);
    let mut input: Vec<Value> = vec![json!({"role": "user", "content": "clean up"})];
    input.extend(serde_json::from_str::<Value>(&seen).unwrap()["output"].as_array().unwrap().iter().cloned());
    input.push(output("call_a"));
    let next = json!({"model": "m", "store": false, "input": input});
    assert_eq!(turn(&mut world, &mut provider, &next, &[], false).0, 200);
    let asked: Value = serde_json::from_slice(&world.asked).unwrap();
    assert_eq!(asked["input"][2]["type"], "message");
    assert_eq!(asked["input"][2].get("id"), None);
}

/// The next request may come to any worker of the proxy. What another proxy refused is not known here; then the
/// provider says what it misses.
#[test]
fn another_worker_knows_what_is_owed_and_another_proxy_does_not() {
    let (mut world, mut provider) = (World::new(), Provider::default());
    turn(&mut world, &mut provider, &json!({"model": "m", "input": "clean up"}), ONE_OF_TWO, false);
    let next = json!({"model": "m", "previous_response_id": "resp_1", "input": [output("call_a")]});
    let (status, seen) = turn(&mut World::new(), &mut provider, &next, &[], false);
    assert_eq!(status, 400);
    assert!(seen.contains("No tool output found"), "{seen}");

    let mut worker = World::new();
    worker.shared.clone_from(&world.shared);
    assert_eq!(turn(&mut worker, &mut provider, &next, &[], false).0, 200);

    // Whoever writes there without knowing the configuration writes in vain.
    let mut worker = World::with(&json!({"hold_ms": 1}), &super::world::policy());
    worker.shared.clone_from(&world.shared);
    assert_eq!(turn(&mut worker, &mut provider, &next, &[], false).0, 400);
}

/// OpenAI's conversations are updated where Mistral's go on.
#[test]
fn an_update_of_a_conversation_goes_on_as_it_came_and_what_is_owed_stays_owed() {
    let (mut world, mut provider) = (World::new(), Provider::default());
    let first = json!({"model": "m", "conversation": "conv_1", "input": "clean up"});
    turn(&mut world, &mut provider, &first, ONE_OF_TWO, false);

    world.gate = Gate::default();
    world.asked.clear();
    world.sent.clear();
    world.ended = false;
    let update = json!({"metadata": {"topic": "the night"}});
    world.ask("/v1/conversations/conv_1", &update);
    assert_eq!(String::from_utf8_lossy(&world.asked), update.to_string());
    world.response(200, "application/json");
    let updated = json!({"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {"topic": "the night"}});
    world.bodies(updated.to_string().as_bytes(), &[]);
    assert_eq!(world.sent(), updated.to_string());

    let next = json!({"model": "m", "conversation": "conv_1", "input": [output("call_a")]});
    assert_eq!(turn(&mut world, &mut provider, &next, &[], false).0, 200);
}

/// However the request is cut, and also where nothing is added.
#[test]
fn a_request_that_goes_on_is_the_bytes_that_came_unless_something_is_owed() {
    let body = json!({"model": "m", "previous_response_id": "resp_9", "input": "go on"}).to_string();
    for cut in 0..=body.len() {
        let mut world = World::new();
        let head = world.head("/v1/responses");
        world.give(Input::RequestHead(&head));
        world.request_body(&body.as_bytes()[..cut], false);
        world.request_body(&body.as_bytes()[cut..], true);
        assert_eq!(world.asked, body.as_bytes(), "cut at {cut}");
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn nobody_makes_up_what_was_on_a_screen() {
    let mut world = World::new();
    world.ask("/v1/responses", &json!({"model": "m", "input": "look"}));
    world.response(200, "application/json");
    let click =
        json!({"type": "computer_call", "id": "cu_1", "call_id": "call_u", "action": {"type": "click"}});
    let body = json!({"id": "resp_1", "object": "response", "status": "completed", "output": [click]});
    world.bodies(body.to_string().as_bytes(), &[]);
    world.acknowledge();
    world.gate = Gate::default();
    let head = world.head("/v1/responses");
    world.give(Input::RequestHead(&head));
    world.asked.clear();
    let next = json!({"model": "m", "previous_response_id": "resp_1", "input": "go on"});
    world.request_body(next.to_string().as_bytes(), true);
    let reply = world.reply.clone().unwrap();
    assert_eq!(reply.status, 409);
    assert!(reply.body.contains("screenshot"), "{}", reply.body);
    assert!(world.asked.is_empty());
}

#[test]
fn a_session_of_bedrocks_goes_on_with_the_result_of_what_was_refused() {
    let mut shared = BTreeMap::new();
    let mut session = |body: Value, answer: &str| {
        let mut world = World::new();
        world.shared = std::mem::take(&mut shared);
        world.ask("/agents/s-1", &body);
        world.response(200, "application/vnd.amazon.eventstream");
        world.bodies(&frames::encoded(answer), &[]);
        world.acknowledge();
        shared = std::mem::take(&mut world.shared);
        (String::from_utf8(world.asked).unwrap(), frames::encoded(answer) == world.sent)
    };
    let request = json!({"foundationModel": "m", "instruction": "x", "inputText": "Go on."});
    let returns = r#"returnControl {"invocationId":"i","invocationInputs":[{"functionInvocationInput":{"actionGroup":"g","function":"delete_file","parameters":[{"name":"path","type":"string","value":"/srv"}]}}]}"#;
    let text = r#"chunk {"bytes":b64(Done.)}"#;
    let (asked, passed) = session(request.clone(), returns);
    assert_eq!((asked, passed), (request.to_string(), false));
    let (asked, passed) = session(request.clone(), text);
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let state = &asked["inlineSessionState"];
    let result = &state["returnControlInvocationResults"][0]["functionResult"];
    assert_eq!((&state["invocationId"], &result["responseState"]), (&json!("i"), &json!("REPROMPT")));
    let body = result["responseBody"]["TEXT"]["body"].as_str().unwrap();
    assert!(body.contains("Agents delete nothing here") && body.ends_with("The user says: Go on."), "{body}");
    assert!(passed);
    // Nothing is owed any more.
    let (asked, _) = session(request.clone(), text);
    assert_eq!(asked, request.to_string());
}
