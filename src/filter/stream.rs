//! One request and response: the callbacks of a stream become inputs of its gate, and its outputs hostcalls.

use crate::host::{self, Side};
use crate::root::{arm, finish};
use crate::shared::Handle;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;
use toolgate_engine::config::{PersonSource, PrincipalSource, ProviderSource};
use toolgate_engine::gate::{Chunk, Input, Mirrored, Output, RequestHead, ResponseHead};

/// The attribute of the proxy that has the provider of a route, if its metadata name one.
const ROUTES_PROVIDER: [&str; 5] = ["xds", "route_metadata", "filter_metadata", "toolgate", "provider"];

/// Headers of requests that do not go on: an answer that is compressed, or is a part of one, cannot be read, and a request
/// must not become another behind this filter.
const TAKEN_OFF: [&str; 6] =
    ["accept-encoding", "range", "if-range", "x-http-method-override", "x-http-method", "x-method-override"];

/// One stream. Its gate is in [`Shared`](crate::shared::Shared), where the root's tick finds it.
pub(crate) struct Stream {
    pub(crate) id: u32,
    pub(crate) shared: Handle,
}

impl Stream {
    fn handle(&self, input: Input<'_>) -> Output {
        let now = host::now();
        self.shared.borrow_mut().handle(self.id, now, input)
    }

    /// Carries out what the gate wants in the callback of a head.
    fn head(&self, out: Output) -> Action {
        let replied = out.reply.is_some();
        if let Some(reply) = &out.reply {
            host::reply(reply.status, &reply.body);
        }
        self.rest(out);
        if replied { Action::Pause } else { Action::Continue }
    }

    /// Carries out what the gate wants in the callback of a piece of body.
    fn body(&self, side: Side, out: Output) -> Action {
        if let Some(reply) = &out.reply {
            host::reply(reply.status, &reply.body);
            self.rest(out);
            return Action::Pause;
        }
        match &out.chunk {
            Chunk::Keep => {}
            Chunk::Drop => host::replace_chunk(side, b""),
            Chunk::Replace(bytes) => host::replace_chunk(side, bytes),
        }
        let wait = out.wait;
        self.rest(out);
        if wait { Action::Pause } else { Action::Continue }
    }

    fn rest(&self, out: Output) {
        if out.reset {
            host::reset_response();
        }
        finish(&self.shared, out);
        arm(&self.shared);
    }

    /// A piece of body; nothing is copied where the gate reads nothing.
    fn piece(&self, side: Side, size: usize, end: bool) -> Action {
        if !self.shared.borrow().reads(self.id) {
            return Action::Continue;
        }
        let chunk = host::chunk(side, size);
        let input = match side {
            Side::Request => Input::RequestBody { chunk: &chunk, end },
            Side::Response => Input::ResponseBody { chunk: &chunk, end },
        };
        let mut out = self.handle(input);
        if !out.recall.is_empty() {
            let held: Vec<_> = out.recall.iter().map(|place| host::shared(place).0).collect();
            finish(&self.shared, out);
            out = self.handle(Input::Recalled(&held));
        }
        // Only of what is empty nothing needs to be removed; a chunk that the host did not give is not empty.
        if size == 0 && out.chunk == Chunk::Drop {
            out.chunk = Chunk::Keep;
        }
        self.body(side, out)
    }
}

/// Takes off what announces a body that may be changed: it may become longer or shorter, and is no longer what was
/// signed or tagged. A request's body is changed too, where the provider is told what became of refused calls.
fn unframe(side: Side, headers: &[(String, String)], out: &Output) {
    if !out.unframe {
        return;
    }
    for name in ["content-length", "etag", "digest", "content-digest", "repr-digest", "content-md5"] {
        host::remove_header(side, headers, name);
    }
}

impl Context for Stream {
    fn on_done(&mut self) -> bool {
        let now = host::now();
        let out = self.shared.borrow_mut().close(self.id, now);
        finish(&self.shared, out);
        arm(&self.shared);
        true
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _: usize, end: bool) -> Action {
        let headers = host::headers(Side::Request);
        for name in TAKEN_OFF {
            host::remove_header(Side::Request, &headers, name);
        }
        let (source, person, provider) = {
            let shared = self.shared.borrow();
            let config = &shared.vm.config;
            (config.principal.clone(), config.on_behalf_of.clone(), config.provider)
        };
        let persons = person.map(|source| persons(&source, &headers)).unwrap_or_default();
        let mut head = request_head(&headers, principals(&source, &headers), persons, end);
        head.provider = match provider {
            ProviderSource::Route {} => host::property(&ROUTES_PROVIDER),
            ProviderSource::Authority {} => head.host.clone(),
        };
        let out = self.handle(Input::RequestHead(&head));
        unframe(Side::Request, &headers, &out);
        self.head(out)
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        self.piece(Side::Request, size, end)
    }

    fn on_http_request_trailers(&mut self, _: usize) -> Action {
        let out = self.handle(Input::RequestTrailers);
        self.head(out)
    }

    fn on_http_response_headers(&mut self, _: usize, end: bool) -> Action {
        let headers = host::headers(Side::Response);
        let head = ResponseHead {
            status: first(&headers, ":status").and_then(|status| status.parse().ok()).unwrap_or(0),
            content_type: all(&headers, "content-type"),
            content_encoding: all(&headers, "content-encoding"),
            end,
        };
        let out = self.handle(Input::ResponseHead(head));
        unframe(Side::Response, &headers, &out);
        self.head(out)
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        self.piece(Side::Response, size, end)
    }

    fn on_http_response_trailers(&mut self, _: usize) -> Action {
        let out = self.handle(Input::ResponseTrailers);
        let reset = out.reset;
        self.rest(out);
        if reset { Action::Pause } else { Action::Continue }
    }
}

fn all(headers: &[(String, String)], name: &str) -> Vec<String> {
    headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
}

fn first(headers: &[(String, String)], name: &str) -> Option<String> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

fn request_head(
    headers: &[(String, String)],
    principals: Vec<String>,
    persons: Vec<String>,
    end: bool,
) -> RequestHead {
    let method = first(headers, ":method").unwrap_or_default();
    let asks_for_another_protocol = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("upgrade")
            || name == ":protocol"
            || (name.eq_ignore_ascii_case("connection") && value.to_ascii_lowercase().contains("upgrade"))
    };
    RequestHead {
        path: first(headers, ":path").unwrap_or_default(),
        host: first(headers, ":authority"),
        provider: None,
        request_id: first(headers, "x-request-id"),
        traceparent: first(headers, "traceparent"),
        route: host::property(&["xds", "route_name"]).filter(|name| !name.is_empty()),
        upgrade: method == "CONNECT" || headers.iter().any(asks_for_another_protocol),
        content_type: all(headers, "content-type"),
        content_encoding: all(headers, "content-encoding"),
        principals,
        persons,
        mirrored: mirrored(headers),
        end,
        method,
    }
}

/// What headers say of a message to an MCP server.
fn mirrored(headers: &[(String, String)]) -> Option<Box<Mirrored>> {
    let (method, name) = (all(headers, "mcp-method"), all(headers, "mcp-name"));
    let says = !method.is_empty() || !name.is_empty();
    says.then(|| Box::new(Mirrored { method, name }))
}

/// Every value that the one configured source gives. There is no second source to fall back to.
fn principals(source: &PrincipalSource, headers: &[(String, String)]) -> Vec<String> {
    match source {
        PrincipalSource::Mtls {} => {
            let Some(san) = host::property(&["connection", "uri_san_peer_certificate"]) else {
                return Vec::new();
            };
            // The property is the first URI SAN only. Where the proxy forwards the client's certificate details,
            // they tell of further ones; a header that says otherwise can only take the principal away.
            let mut values = vec![san];
            for details in all(headers, "x-forwarded-client-cert") {
                for field in details.split([';', ',']) {
                    if let Some(uri) = field.trim().strip_prefix("URI=")
                        && values.iter().all(|known| known != uri)
                    {
                        values.push(uri.to_owned());
                    }
                }
            }
            values
        }
        PrincipalSource::Jwt { payload_key, claim } => verified(payload_key, claim),
        PrincipalSource::Header { name } => all(headers, name),
    }
}

/// Every value that the configured source gives for whom the principal acts.
fn persons(source: &PersonSource, headers: &[(String, String)]) -> Vec<String> {
    match source {
        PersonSource::Jwt { payload_key, claim } => verified(payload_key, claim),
        PersonSource::Header { name } => all(headers, name),
    }
}

/// A claim that the proxy verified.
fn verified(payload_key: &str, claim: &str) -> Vec<String> {
    let path = ["metadata", "filter_metadata", "envoy.filters.http.jwt_authn", payload_key, claim];
    host::property(&path).into_iter().collect()
}
