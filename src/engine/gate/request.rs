//! The request: where it goes, who sends it, and what it asks the provider to run itself.
//!
//! Its body is kept until it was read, because a tool that the provider runs itself cannot be refused in the
//! answer any more: one that the operator has not configured is refused here, and the others are judged by the policy
//! before the request goes on. The bytes that go on are the bytes that came, but for the outputs a provider waits for and,
//! where the operator wants that, the entries of tools that it may not run.

use super::exchange::{Exchange, Mode, one};
use super::held::Held;
use super::io::{Chunk, Reply, RequestHead, ResponseHead, Tally};
use super::observing::Observing;
use super::outstanding;
use super::{State, Step, answer, mcp};
use crate::call::ToolCall;
use crate::config::{McpServer, ProviderRefused};
use crate::json::{self, Document};
use crate::record::Reason;
use crate::wire::{self, apis::endpoint};
use crate::wire::{Api, Endpoint, RequestFacts, Target, removal};

pub(super) const NO_ROOM: &str = "too much is being held at the moment; try again";
pub(super) const TRAILERS: &str = "it ends in trailers; send it without";

/// A request whose body is being read.
#[derive(Debug)]
pub(super) struct Asking {
    exchange: Exchange,
    body: Vec<u8>,
}

/// A request that is not let through.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into() }
    }
}

/// The request's head has come.
pub(super) fn head(step: &mut Step<'_>, head: &RequestHead) -> State {
    let target = Target::new(&head.path);
    let asked =
        |server: &&McpServer| server.is_asked(head.route.as_deref(), head.host.as_deref(), target.path());
    let server = step.vm.config.mcp_servers.iter().find(asked);
    // The client says the name of the host, and the proxy may have gone by the path.
    let by_host = server.is_some_and(McpServer::is_known_by_host_alone);
    let server = server.map(|server| server.name.clone());
    let api = match endpoint(&head.method, &head.path) {
        Endpoint::Generates(_) if by_host => return nobodys(step, head, Endpoint::Unknown),
        _ if server.is_some() => Api::Mcp,
        Endpoint::Generates(api) => api,
        Endpoint::Harmless if !head.upgrade => return State::Passing,
        endpoint => return nobodys(step, head, endpoint),
    };
    let Some(policy) = step.vm.policy.clone() else {
        let text = "no policy is in force yet, so nothing can be judged; try again shortly";
        return reply(step, None, &Refusal::new(503, "no_policy", text), Some(api));
    };
    let mut exchange = Exchange::new(head, api, step.vm, policy);
    exchange.server = server;
    if exchange.is_observed() {
        return State::Observing(Box::new(Observing::new(step, exchange, head)));
    }
    match head_refusal(head) {
        Some(refusal) => reply(step, Some(&exchange), &refusal, Some(api)),
        None if exchange.server.is_some() => mcp::head(step, exchange, head),
        None if head.end => {
            exchange.go_on_from_path();
            State::Sent(Box::new(exchange))
        }
        None => {
            // The head goes on before it is known whether the body changes.
            step.out.unframe = api.entry().forward.is_some() || removes(step, api);
            State::Asking(Box::new(Asking { exchange, body: Vec::new() }))
        }
    }
}

/// What is wrong with the head of a request to a generating endpoint.
pub(super) fn head_refusal(head: &RequestHead) -> Option<Refusal> {
    if head.upgrade {
        return Some(Refusal::new(
            403,
            "upgrade",
            "another protocol was asked for, and its tool calls could not be read",
        ));
    }
    if head.content_type.iter().any(|value| value.to_ascii_lowercase().starts_with("application/grpc")) {
        return Some(Refusal::new(403, "grpc", "gRPC model APIs are not read, so they are refused"));
    }
    // Or somebody could approve what is done for themselves.
    if !head.persons.is_empty() && one(&head.persons).is_none() {
        let text =
            "it is not clear for whom the agent acts; the request names several people, or an empty name";
        return Some(Refusal::new(403, "unclear_person", text));
    }
    if head.content_encoding.iter().any(|value| !value.eq_ignore_ascii_case("identity")) {
        return Some(Refusal::new(
            415,
            "request_encoding",
            "the request's body is compressed and cannot be read; send it plain",
        ));
    }
    // What is read here as UTF-8 says something else to a server that believes the head: UTF-7 has quotes of its own.
    if head.content_type.iter().any(|value| answer::another_charset(value)) {
        return Some(Refusal::new(415, "charset", "it says that it is in another encoding than UTF-8"));
    }
    None
}

/// Neither generating nor known to be harmless, or an upgrade. Without an API there is no one to observe either,
/// except that the policy may observe this principal.
fn nobodys(step: &mut Step<'_>, head: &RequestHead, endpoint: Endpoint) -> State {
    let principal = one(&head.principals);
    let observed = |policy| Mode::of(step.vm, policy, principal.as_deref()) == Mode::Observed;
    if step.vm.policy.as_deref().is_some_and(observed) {
        step.out.log = Some("observed: a request to an unknown endpoint would have been refused".to_owned());
        return State::Unread;
    }
    let refusal = if head.upgrade || endpoint == Endpoint::Harmless {
        Refusal::new(403, "upgrade", "another protocol was asked for, and its tool calls could not be read")
    } else {
        let text = "this endpoint is not one whose tool calls can be read, so it is refused";
        Refusal::new(403, "unknown_endpoint", text)
    };
    reply(step, None, &refusal, None)
}

/// Answers the client itself. The answer passes the gate again as a response.
pub(super) fn reply(
    step: &mut Step<'_>,
    exchange: Option<&Exchange>,
    refusal: &Refusal,
    api: Option<Api>,
) -> State {
    step.out.tallies.push(Tally::RequestRefused);
    let text = format!("[toolgate] The request was refused: {}.", refusal.text);
    if let Some(exchange) = exchange {
        let reason = Reason { code: refusal.code.to_owned(), text: text.clone() };
        exchange.record_whole(step.vm, step.now, reason);
    }
    let body = match api {
        Some(api) => (api.entry().error_body)(&text),
        None => {
            let mut message = String::new();
            json::escape(&text, &mut message);
            format!(
                "{{\"error\":{{\"type\":\"permission_error\",\"code\":\"{}\",\"message\":{message}}}}}",
                refusal.code
            )
        }
    };
    step.out.access = Some(format!("{{\"refused\":\"{}\"}}", refusal.code));
    step.out.reply = Some(Reply { status: refusal.status, body });
    State::Replied
}

/// What a request's body says, or why it cannot be let through.
pub(super) fn read(
    step: &Step<'_>,
    exchange: &Exchange,
    body: &[u8],
) -> Result<(RequestFacts, Document), Refusal> {
    let unreadable = |problem: String| {
        Refusal::new(400, "unreadable_request", format!("its body cannot be read without doubt: {problem}"))
    };
    let depth = step.vm.config.limits.depth;
    let document = Document::parse(body.to_vec(), depth).map_err(|e| unreadable(e.problem.to_string()))?;
    let root = document.root();
    let is_rpc = root.members().iter().any(|member| member.key.eq_ignore_ascii_case("jsonrpc"))
        || (root.get("method").is_some() && root.get("params").is_some());
    if is_rpc {
        // Whatever server stands behind this path would run it.
        return Err(unreadable("a message of JSON-RPC at an endpoint of a model".to_owned()));
    }
    let facts =
        (exchange.api.entry().request)(&exchange.target, &document).map_err(|e| unreadable(e.to_string()))?;
    Ok((facts, document))
}

/// The body that goes on in the place of the one that came, with the outputs of refused calls that the provider waits
/// for.
fn forwarded(
    exchange: &Exchange,
    document: &Document,
    owed: &[wire::Output],
) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(forward) = exchange.api.entry().forward else { return Ok(None) };
    match forward(document, owed) {
        Ok(body) => Ok(body.map(String::into_bytes)),
        Err(why) => Err(Refusal::new(409, "output_owed", why.to_string())),
    }
}

/// A request that was read, and goes on from what a provider keeps.
#[derive(Debug)]
pub(super) struct Recalling {
    exchange: Exchange,
    document: Document,
    /// The body, where it came in several pieces.
    whole: Option<Vec<u8>>,
}

impl Recalling {
    /// What is owed there was looked up.
    pub(super) fn go_on(self: Box<Self>, step: &mut Step<'_>, held: &[Option<Vec<u8>>]) -> State {
        let Self { exchange, document, whole } = *self;
        let ids = exchange.facts.continues.iter().zip(held);
        let owed: Vec<_> = match &step.vm.outstanding {
            Some(key) => ids.flat_map(|(id, held)| outstanding::recalled(key, id, held.as_deref())).collect(),
            None => Vec::new(),
        };
        send(step, exchange, &document, whole, &owed)
    }
}

/// Lets a request through, or has it wait for the decision on the tools that the provider would run.
fn send(
    step: &mut Step<'_>,
    exchange: Exchange,
    document: &Document,
    whole: Option<Vec<u8>>,
    owed: &[wire::Output],
) -> State {
    match forwarded(&exchange, document, owed) {
        Ok(changed) if exchange.facts.provider_executed.is_empty() => {
            step.out.chunk = changed.or(whole).map_or(Chunk::Keep, Chunk::Replace);
            State::Sent(Box::new(exchange))
        }
        Ok(changed) => {
            let body = changed.or(whole).unwrap_or_else(|| document.text().as_bytes().to_vec());
            let calls = provider_calls(step, &exchange);
            Held::ask(step, exchange, &calls, body)
        }
        Err(refusal) => {
            let api = exchange.api;
            reply(step, Some(&exchange), &refusal, Some(api))
        }
    }
}

/// What the provider would run itself, as calls to be judged.
pub(super) fn provider_calls(step: &Step<'_>, exchange: &Exchange) -> Vec<ToolCall> {
    let depth = step.vm.config.limits.depth;
    exchange.facts.provider_executed.iter().map(|tool| tool.call(exchange.api, depth)).collect()
}

/// Whether a tool that the provider may not run is cut out of the request, which then goes on.
pub(super) fn removes(step: &Step<'_>, api: Api) -> bool {
    step.vm.config.provider_refused == ProviderRefused::Remove && removal::is_possible(api)
}

/// Whether the operator lets the provider run a tool of this name, if the policy does.
pub(super) fn is_configured(step: &Step<'_>, tool: &str) -> bool {
    step.vm.config.provider_executed.iter().any(|known| known == "*" || known == tool)
}

/// The tools that the provider would run itself and that nobody configured.
pub(super) fn not_configured(step: &Step<'_>, facts: &RequestFacts) -> Option<Refusal> {
    let tool = facts.provider_names().find(|tool| !is_configured(step, tool))?;
    let shown: String = tool.chars().filter(|c| c.is_ascii_graphic()).take(64).collect();
    Some(Refusal::new(
        403,
        "provider_executed",
        format!(
            "it lets the provider run `{shown}` itself, and such calls cannot be refused in the answer; \
             remove the tool, or have your operator add it to `provider_executed`"
        ),
    ))
}

impl Asking {
    /// A piece of the request's body has come.
    pub(super) fn body(mut self: Box<Self>, step: &mut Step<'_>, chunk: &[u8], end: bool) -> State {
        let before = self.body.len();
        if before + chunk.len() > step.vm.config.limits.request {
            return self.refuse(
                step,
                &Refusal::new(413, "request_too_large", "its body is larger than what is read"),
            );
        }
        if !end {
            self.body.extend_from_slice(chunk);
            if step.vm.keep(self.exchange.principal.as_deref(), before, self.body.len()) {
                return State::Asking(self);
            }
            return self.refuse(step, &Refusal::new(503, "no_room", NO_ROOM));
        }
        let whole = if self.body.is_empty() {
            None
        } else {
            self.body.extend_from_slice(chunk);
            Some(std::mem::take(&mut self.body))
        };
        step.vm.keep(self.exchange.principal.as_deref(), before, 0);
        let (facts, document) = match read(step, &self.exchange, whole.as_deref().unwrap_or(chunk)) {
            Ok(read) => read,
            Err(refusal) => return self.refuse(step, &refusal),
        };
        let refusal = if removes(step, self.exchange.api) { None } else { not_configured(step, &facts) };
        self.exchange.learn(facts);
        if let Some(refusal) = refusal {
            return self.refuse(step, &refusal);
        }
        let exchange = self.exchange;
        if exchange.api.entry().forward.is_none() || exchange.facts.continues.is_empty() {
            return send(step, exchange, &document, whole, &[]);
        }
        step.out.recall = exchange.facts.continues.iter().map(|id| outstanding::place(id)).collect();
        State::Recalling(Box::new(Recalling { exchange, document, whole }))
    }

    /// The body ended without a last piece: what is kept can no longer be written.
    pub(super) fn trailers(self: Box<Self>, step: &mut Step<'_>) -> State {
        self.refuse(step, &Refusal::new(400, "request_trailers", TRAILERS))
    }

    /// An answer before the request was read: only an error can be one.
    pub(super) fn early(self: Box<Self>, step: &mut Step<'_>, head: &ResponseHead) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.body.len(), 0);
        answer::early(step, self.exchange, head)
    }

    /// The client went away.
    pub(super) fn gone(self: Box<Self>, step: &mut Step<'_>) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.body.len(), 0);
        State::Closed
    }

    fn refuse(self: Box<Self>, step: &mut Step<'_>, refusal: &Refusal) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.body.len(), 0);
        let api = self.exchange.api;
        reply(step, Some(&self.exchange), refusal, Some(api))
    }
}

/// The head of a response from an endpoint that carries no calls. A redirect would lead the client to an origin
/// nobody governs, and another protocol carries anything.
pub(super) fn harmless_head(step: &mut Step<'_>, head: &ResponseHead) -> State {
    if head.status == 101 || ((300..400).contains(&head.status) && head.status != 304) {
        step.out.tallies.push(Tally::AnswerWithheld);
        step.out.access = Some(r#"{"withheld":"redirect"}"#.to_owned());
        let text = "[toolgate] The answer was withheld: it leads to another place or protocol.";
        step.out.reply = Some(Reply {
            status: 403,
            body: format!("{{\"error\":{{\"type\":\"permission_error\",\"message\":\"{text}\"}}}}"),
        });
        return State::Closed;
    }
    State::Passing
}
