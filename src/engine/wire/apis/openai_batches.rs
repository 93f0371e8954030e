//! The results of a batch of OpenAI's or Mistral's: `GET …/files/{id}/content` where the file is one, a result a line.
//!
//! A result's `response.body` is a chat completion or a response, and is read as such. Any other file is refused: it may
//! hold whole answers that nobody judged. Refusals stand where those APIs have them.

use super::super::batch::{Batch, Found, Results};
use super::super::lines::Lines;
use super::super::stream::StreamCodec;
use super::super::{
    ApiEntry, Codec, Framing, RequestFacts, Setup, Target, Unreadable, alike, keys, rebuild, shape,
};
use super::openai_chat::{self, Completion, error_body, is_error_body};
use super::openai_responses::Response;
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    ApiEntry {
        name,
        owns,
        request: facts,
        forward: None,
        framings: &[Framing::Lines],
        codec,
        error_body,
        is_error_body,
    }
}

fn owns(method: &str, path: &str) -> bool {
    let mut ends = path.rsplit('/');
    method == "GET" && ends.next() == Some("content") && ends.nth(1) == Some("files")
}

/// A request has no body; one that has is no other than a chat's.
fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    openai_chat::facts(target, document)
}

fn codec(_: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let results = Outputs(Setup::new(limits, request));
    Box::new(StreamCodec::framed(Batch::new(results, limits), Lines::new(limits.event), limits))
}

/// The lines of an output file, or of one with the requests that failed.
struct Outputs(Setup);

impl Results for Outputs {
    fn answer<'a>(&self, line: &'a Node) -> Result<Option<Found<'a>>, Unreadable> {
        keys::exact(line, &["custom_id", "response", "error", "body"])?;
        alike::nothing_beside(line, &["response"])?;
        let known = ["custom_id", "response", "error"].iter().all(|key| line.get(key).is_some());
        if !known {
            return Err(shape("a line that is no result of a batch"));
        }
        let Some(response) = line.present("response") else {
            return Ok(None);
        };
        keys::exact(response, &["body"])?;
        alike::nothing_beside(response, &["body"])?;
        let Some(body) = response.get("body").filter(|body| matches!(body.value, Value::Object(_))) else {
            return Err(shape("a result of a batch without a body"));
        };
        let object = body.get("object").and_then(Node::as_str);
        if body.get("choices").is_some() && object != Some("response") {
            // Whoever asked knows of which API the answer is; here only the body tells.
            alike::nothing_beside(body, &["choices"])?;
            return Ok(Some((body, Box::new(Completion(self.0.clone())))));
        }
        if object == Some("response") {
            return Ok(Some((body, Box::new(Response(self.0.clone())))));
        }
        // An error, a vector, a judgement of the content.
        if alike::within(body) {
            return Err(shape("a result of an unknown API that looks like a tool call"));
        }
        Ok(None)
    }

    fn withheld(&self, refusal: &str) -> String {
        let message = rebuild::string(refusal);
        format!(
            r#"{{"id":"toolgate","custom_id":"toolgate","response":null,"error":{{"code":"tool_call_refused","message":{message}}}}}"#
        )
    }
}
