//! Bedrock `InvokeModel` and `InvokeModelWithResponseStream` with the bodies of Anthropic Messages.
//!
//! The model and the way of the answer are in the path; the answer is a message of the Messages API, or its events, one
//! in each frame. Bodies of other models are not read, so requests that are not of the Messages API are refused.

use super::super::decided::Decided;
use super::super::document::DocumentCodec;
use super::super::frames::{EXCEPTION, Frames, Payload};
use super::super::stream::{NewEvent, Piece, Step, StreamApi, StreamCodec};
use super::super::{ApiEntry, Codec, Framing, Owed, Reading, RequestFacts, Setup, Target, Unreadable, shape};
use super::anthropic_messages::{self as anthropic, Message, Stream};
use super::bedrock_converse::{exception, is_error_body};
use crate::json::{Document, Node};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Frames];
    ApiEntry {
        name,
        owns,
        request: facts,
        forward: None,
        framings,
        codec,
        error_body: super::bedrock_converse::error_body,
        is_error_body,
    }
}

const VERBS: [&str; 2] = ["/invoke", "/invoke-with-response-stream"];

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && VERBS.iter().any(|verb| super::bedrock_converse::model_in(path, verb).is_some())
}

fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    if document.root().get("anthropic_version").and_then(Node::as_str).is_none() {
        return Err(shape("the request is not one of the Messages API"));
    }
    let model = VERBS.iter().find_map(|verb| target.between("/model/", verb));
    let mut facts = RequestFacts {
        model: model.map(str::to_owned),
        stream: target.ends_with("/invoke-with-response-stream"),
        ..anthropic::facts(target, document)?
    };
    super::bedrock_converse::stored_prompt(&mut facts);
    Ok(facts)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Message(setup), limits)),
        _ => {
            let frames = Frames::new(Payload::Bytes, limits.event, limits.depth);
            Box::new(StreamCodec::framed(Invoked(Stream::unnamed(setup)), frames, limits))
        }
    }
}

/// The events of the Messages API, without names: their data tells their type.
struct Invoked(Stream);

impl StreamApi for Invoked {
    type Mark = <Stream as StreamApi>::Mark;

    fn event(
        &mut self,
        name: Option<&str>,
        data: &str,
        out: &mut Reading,
    ) -> Result<Step<Self::Mark>, Unreadable> {
        // To the client an exception is what an error is within the stream of the Messages API.
        let data = if name == Some(EXCEPTION) { r#"{"type":"error"}"# } else { data };
        self.0.event(None, data, out)
    }

    fn again(&mut self, text: &str) -> Result<Step<Self::Mark>, Unreadable> {
        self.0.again(text)
    }

    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        self.0.end(out)
    }

    fn calls(&self) -> usize {
        self.0.calls()
    }

    fn pauses(&self) -> bool {
        self.0.pauses()
    }

    fn changes(&self) -> bool {
        self.0.changes()
    }

    fn together(&self) -> Option<&'static str> {
        self.0.together()
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        self.0.owed(decided)
    }

    fn rewrite(
        &mut self,
        mark: Self::Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        self.0.rewrite(mark, document, decided, pieces)
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        self.0.instead(refusal)
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        exception(refusal)
    }
}
