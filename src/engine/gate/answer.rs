//! The head of an answer: what its body is, or why it is refused before a byte of it is read. And the body of an
//! error, which passes whole or not at all.

use super::exchange::Exchange;
use super::io::{Chunk, Reply, ResponseHead};
use super::reading::Answer;
use super::{State, Step, refusal};
use crate::wire::{Framing, error_body, limit};

/// The response's head has come.
pub(super) fn head(step: &mut Step<'_>, exchange: Box<Exchange>, head: &ResponseHead) -> State {
    match framing(&exchange, head) {
        Ok(Body::Empty) => State::Passing,
        Ok(Body::Error) => {
            step.out.unframe = true;
            State::Failing(Box::new(Failing { exchange: *exchange, body: Vec::new() }))
        }
        Ok(Body::Answer(framing)) => {
            step.out.unframe = true;
            State::Reading(Box::new(Answer::new(step, *exchange, framing)))
        }
        Err(refused) => refuse_head(step, &exchange, &refused),
    }
}

/// What a response's body is, by its head.
pub(super) enum Body {
    /// There is none.
    Empty,
    /// An error, which no client reads for calls.
    Error,
    /// An answer.
    Answer(Framing),
}

/// Why a response is refused by its head: a stable word and a sentence.
pub(super) type Refused = (&'static str, &'static str);

/// What the head says of the body.
pub(super) fn framing(exchange: &Exchange, head: &ResponseHead) -> Result<Body, Refused> {
    if head.status == 101 {
        return Err(("upgrade", "the model's server switched to another protocol"));
    }
    if (300..400).contains(&head.status) && head.status != 304 {
        return Err((
            "redirect",
            "the model's server redirects to another place, where nobody would judge the answer",
        ));
    }
    if head.content_encoding.iter().any(|value| !value.trim().eq_ignore_ascii_case("identity")) {
        return Err(("content_encoding", "it is compressed although plain was asked for"));
    }
    if head.end {
        return Ok(Body::Empty);
    }
    if head.status >= 400 {
        return Ok(Body::Error);
    }
    let media_type = match head.content_type.as_slice() {
        [] => None,
        [one] if another_charset(one) => {
            return Err(("charset", "it says that it is in another encoding than UTF-8"));
        }
        // A proxy joins several by a comma.
        [one] if !one.contains(',') => Some(one.split(';').next().unwrap_or_default().trim()),
        _ => return Err(("content_type", "it has several content types")),
    };
    let framing = exchange.api.entry().framing(media_type, &exchange.facts);
    framing.map(Body::Answer).ok_or(("content_type", "it has a content type that is not read"))
}

/// Whether a content type names an encoding in which the same bytes are another text: clients that decode by it would
/// read calls which are none in UTF-8 (in UTF-7, `+ACI-` is a quotation mark).
///
/// Some read the parameter in the form of RFC 2231 (`charset*=''utf-7`, `charset*0=utf-;charset*1=7`), and some find it
/// anywhere in the header. So whatever has that word in it and is not the one plain parameter is another.
pub(super) fn another_charset(content_type: &str) -> bool {
    let content_type = content_type.to_ascii_lowercase();
    let plain = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        name.trim() == "charset" && matches!(value, "utf-8" | "utf8")
    };
    match content_type.matches("charset").count() {
        0 => false,
        1 => !content_type.split(';').skip(1).any(plain),
        _ => true,
    }
}

/// An answer before the request was sent whole: only an error can be one.
pub(super) fn early(step: &mut Step<'_>, exchange: Exchange, response: &ResponseHead) -> State {
    if response.status >= 400 {
        return head(step, Box::new(exchange), response);
    }
    refuse_head(step, &exchange, &("early_answer", "the server answered before it had the request"))
}

/// Replaces the whole response while its head is still here.
pub(super) fn refuse_head(step: &mut Step<'_>, exchange: &Exchange, (code, text): &Refused) -> State {
    let message = format!("[toolgate] The answer was withheld: {text}.");
    exchange.withhold(step, code, &message);
    // A 403 is not retried by the SDKs; the model would answer the same again, at a price.
    step.out.reply = Some(Reply { status: 403, body: (exchange.api.entry().error_body)(&message) });
    State::Closed
}

/// The body of a 4xx or 5xx response.
#[derive(Debug)]
pub(super) struct Failing {
    exchange: Exchange,
    body: Vec<u8>,
}

impl Failing {
    /// A piece of the body has come.
    pub(super) fn body(mut self: Box<Self>, step: &mut Step<'_>, chunk: &[u8], end: bool) -> State {
        let before = self.body.len();
        self.body.extend_from_slice(chunk);
        let room = step.vm.keep(self.exchange.principal.as_deref(), before, self.body.len())
            && self.body.len() <= step.vm.config.limits.body;
        if room && !end {
            return State::Failing(self);
        }
        let body = std::mem::take(&mut self.body);
        step.vm.keep(self.exchange.principal.as_deref(), body.len(), 0);
        let judged = if room {
            error_body::judge(self.exchange.api, &body, &step.vm.config.limits)
        } else {
            Err(limit("the size of an answer"))
        };
        step.out.chunk = match judged {
            Ok(()) => Chunk::Replace(body),
            Err(why) => {
                let id = self.exchange.withhold(step, why.code(), &why.to_string());
                let text = refusal::withheld(&why, &id).0;
                Chunk::Replace((self.exchange.api.entry().error_body)(&text).into_bytes())
            }
        };
        State::Closed
    }

    /// The stream ended before the body did, or in a way in which nothing can be written.
    pub(super) fn stop(self: Box<Self>, step: &mut Step<'_>, writable: bool) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.body.len(), 0);
        if !writable {
            self.exchange.withhold(
                step,
                "trailers",
                "the error ends in trailers, behind which nothing can be written",
            );
            step.out.reset = true;
        }
        State::Closed
    }
}
