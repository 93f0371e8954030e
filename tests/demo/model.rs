//! A model without a mind: it proposes the tools whose words stand in what it is asked.

use serde_json::{Value, json};
use toolgate_e2e::model::Received;
use toolgate_e2e::{Answer, Api, Turn};

/// Answers any request of any API.
pub(crate) fn respond(request: &Received) -> Answer {
    let api = if request.path.ends_with("/messages") {
        Api::Anthropic
    } else if request.path.contains("/models/") {
        Api::Gemini
    } else {
        Api::OpenAi
    };
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return Answer::new(
            400,
            "application/json",
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"not JSON"}}"#,
        );
    };
    let turn = turn(&body);
    let stream = body["stream"] == true || request.path.contains(":streamGenerateContent");
    if stream { Answer::sse(turn.sse(api)).by_event() } else { Answer::json(turn.json(api)) }
}

fn turn(request: &Value) -> Turn {
    let said = request["messages"].as_array().or(request["contents"].as_array()).and_then(|said| said.last());
    // A tool's result, or a list of them, is not a question.
    let content = |message: &Value| text_of(&message["content"]).or_else(|| text_of(&message["parts"]));
    let Some(question) = said.filter(|message| message["role"] == "user").and_then(content) else {
        return Turn::text("That is all I can do.");
    };
    let question = question.to_lowercase();
    let mut turn = Turn::text("I will see to it.");
    if question.contains("weather") {
        turn = turn.call("get_weather", &json!({"city": "Zürich"}));
    }
    if question.contains("delete") {
        turn = turn.call("delete_file", &json!({"path": "/srv/reports/2025.csv"}));
    }
    if question.contains("transfer") {
        turn = turn.call(
            "transfer_funds",
            &json!({"to_account": "treasury-eu-1", "amount": 250, "currency": "EUR"}),
        );
    }
    if turn.calls.is_empty() {
        return Turn::text("I can look at the weather, delete files and transfer money.");
    }
    turn
}

/// The words of a user's message, whichever way they are written.
fn text_of(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        _ => None,
    }
}
