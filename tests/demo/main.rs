//! `make demo`: a governed conversation per API through a real Envoy, what happened to each call, and the record.
//! `make up` (`--stay`): the same stack, left running.

mod model;

use serde_json::Value;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::stack::AGENT;
use toolgate_e2e::{Api, Stack, StackOptions, tools};

const SMALL_TALK: &str = "How is the weather in Zürich? And delete last year's report, nobody reads it.";
const MONEY: &str = "Transfer 250 EUR to the treasury.";

#[tokio::main]
async fn main() -> ExitCode {
    let stay = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--stay") => true,
        Some(other) => {
            eprintln!("`{other}` is not understood; there is `--stay`");
            return ExitCode::from(2);
        }
    };
    let hold_ms = if stay { 60_000 } else { 20_000 };
    let stack = Stack::with(StackOptions { hold_ms, break_glass: true, ..StackOptions::default() }).await;
    stack.model.respond_with(model::respond);
    introduce(&stack);
    if stay {
        invite(&stack).await;
        until_told().await;
        return ExitCode::SUCCESS;
    }
    for api in [Api::Anthropic, Api::OpenAi, Api::Gemini] {
        let (title, sdk) = title(api);
        println!("\n== {title} with the official `{sdk}` SDK for Python ==");
        small_talk(&stack, api).await;
        money(&stack, api).await;
    }
    conclude(stack).await
}

/// The API's name, and its SDK's.
fn title(api: Api) -> (&'static str, &'static str) {
    match api {
        Api::Anthropic => ("Anthropic Messages", "anthropic"),
        Api::OpenAi => ("OpenAI Chat Completions", "openai"),
        Api::Responses => ("OpenAI Responses", "openai"),
        Api::Gemini => ("Gemini", "google-genai"),
        Api::Interactions => ("Gemini Interactions", "google-genai"),
        Api::Converse => ("Bedrock Converse", "boto3"),
        Api::Invoke => ("Bedrock InvokeModel", "anthropic"),
        Api::Cohere => ("Cohere", "cohere"),
        Api::MistralChat => ("Mistral", "mistralai"),
        Api::Mistral => ("Mistral Conversations", "mistralai"),
        Api::Ollama => ("Ollama", "ollama"),
        Api::Assistants => ("OpenAI Assistants", "openai"),
    }
}

fn introduce(stack: &Stack) {
    println!("model     scripted, {} over TLS", stack.model.address());
    println!("gateway   Envoy with envoy/envoy.yaml, https://localhost:{}", stack.envoy.agents().port());
    println!(
        "ledger    gateways http://{}  people http://{}",
        stack.ledger.emitter(),
        stack.ledger.reviewer()
    );
    println!("policy    tests/policy/base/policy.yaml");
    println!("agent     {AGENT}");
}

/// One call is harmless, one is not.
async fn small_talk(stack: &Stack, api: Api) {
    println!("\nuser:     {SMALL_TALK}");
    let report = stack.agent().session(Sdk::Python).converse(api, How::RunnerStream, SMALL_TALK).await;
    tell(stack, 2).await;
    println!("agent     ran {}; it was told:", list(&report.ran));
    for line in report.text.lines().filter(|line| !line.trim().is_empty()) {
        println!("          | {line}");
    }
}

/// One call waits for a person.
async fn money(stack: &Stack, api: Api) {
    println!("\nuser:     {MONEY}");
    let mut session = stack.agent().session(Sdk::Python);
    let conversation = session.converse(api, How::RunnerStream, MONEY);
    let review = async {
        let escalation = stack.ledger.pending().await;
        let shown = escalation.shown();
        println!("held      {} asks: {}", shown["tool"].as_str().unwrap_or_default(), shown["because"]);
        stack.ledger.approve(&escalation).await;
        let path = format!("/v1/escalations/{}/votes", escalation.id());
        println!("approved  by a person, through the HTTP API: POST {path} {{\"verdict\": \"allow\"}}");
    };
    let (report, ()) = tokio::join!(conversation, review);
    tell(stack, 1).await;
    println!("agent     ran {}", list(&report.ran));
}

fn list(ran: &[String]) -> String {
    if ran.is_empty() { "nothing".to_owned() } else { ran.join(", ") }
}

/// Prints the last `count` calls as the record has them, once it knows what became of them.
async fn tell(stack: &Stack, count: usize) {
    let fates = |records: &[Value]| {
        let of =
            |kind: &str| records.iter().filter(|record| record["type"] == kind).cloned().collect::<Vec<_>>();
        (of("io.toolgate.decision.v1"), of("io.toolgate.outcome.v1"))
    };
    let records = stack
        .ledger
        .records_until("what became of the calls", |records| {
            let (decisions, outcomes) = fates(records);
            decisions.len() >= count && decisions.len() == outcomes.len()
        })
        .await;
    let (decisions, outcomes) = fates(&records);
    for decision in &decisions[decisions.len() - count..] {
        let fate = outcomes.iter().find(|outcome| outcome["data"]["decision"] == decision["id"]);
        let fate = fate.and_then(|outcome| outcome["data"]["outcome"].as_str()).unwrap_or("unknown");
        let data = &decision["data"];
        let rules: Vec<_> =
            data["policy"]["rules"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        println!(
            "{fate:<9} {} {}  (policy: {}, by {})",
            data["tool"]["name"].as_str().unwrap_or_default(),
            data["action"]["preview"].as_str().unwrap_or_default(),
            data["verdict"].as_str().unwrap_or_default(),
            rules.join(", "),
        );
    }
}

/// The record, read by the tools that ship.
async fn conclude(mut stack: Stack) -> ExitCode {
    stack.ledger.end().await;
    println!("\n== The record ==\n\n$ toolgate audit");
    print!("{}", stack.ledger.audit());
    let (content, said) = stack.ledger.verify();
    println!("\n$ toolgate ledger verify\n{}", said.trim_end());
    stack.finish().await;
    if content { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn invite(stack: &Stack) {
    let agent = stack.agent();
    let port = stack.envoy.agents().port();
    let console = format!("http://{}", stack.ledger.reviewer());
    println!("admin     http://{}", stack.envoy.admin_address());
    println!("console   {console}/");
    let sign_in = stack.ledger.sign_in().await;
    println!("\nSign in at the console as {}; this works once, within ten minutes:\n", sign_in.name);
    println!("  {console}{}", sign_in.path);
    println!("\nAsk as the agent (say weather, delete or transfer):\n");
    println!(
        "  curl --cacert {} --cert {} --key {} \\\n    https://localhost:{port}/anthropic/v1/messages -d \\\n    '{{\"model\": \"any\", \"max_tokens\": 100, \"messages\": [{{\"role\": \"user\", \"content\": \"transfer the money\"}}]}}'",
        agent.authority.display(),
        agent.identity.0.display(),
        agent.identity.1.display(),
    );
    println!("\nDecide there, or from a shell, within a minute or for the agent's next try:\n");
    println!("  export TOOLGATE_LEDGER={console}");
    println!("  export TOOLGATE_TOKEN={}", stack.ledger.reviewer_token());
    let toolgate = tools::toolgate();
    let toolgate = toolgate.strip_prefix(tools::root()).unwrap_or(&toolgate);
    for command in ["approvals list", "audit", "sign-in"] {
        println!("  {} {command}", toolgate.display());
    }
    println!(
        "\nLet through what the policy denies (deletions) for half an hour; two people want it, and you are both:\n"
    );
    println!("  {} break-glass --principal {AGENT} --for 30m --reason 'I try it'", toolgate.display());
    println!(
        "  TOOLGATE_TOKEN={} {} break-glass confirm ID",
        stack.ledger.second_token(),
        toolgate.display()
    );
    println!("\nCtrl-C ends it all.");
}

async fn until_told() {
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
