//! What the scripted model answers, step by step: where the bytes are cut, where it waits, how it ends.

use crate::answers::frames;
use crate::signal::Signal;

/// One step of an answer.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes: one chunk, or one DATA frame.
    Bytes(Vec<u8>),
    /// Stops until the test raises the signal.
    Wait(Signal),
    /// Tells the test that the model got here.
    Raise(Signal),
    /// Ends with trailers.
    Trailers(Vec<(String, String)>),
    /// Breaks the connection (HTTP/1.1) or resets the stream (HTTP/2) without an end.
    Abort,
}

/// One answer of the model. Ends cleanly unless its last step says otherwise.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers. Without a `content-length`, HTTP/1.1 bodies are chunked.
    pub headers: Vec<(String, String)>,
    /// The rest.
    pub steps: Vec<Step>,
}

impl Answer {
    /// An answer in one piece.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            steps: vec![Step::Bytes(body.into())],
        }
    }

    /// A JSON document.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json", body)
    }

    /// A stream of events.
    pub fn sse(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/event-stream; charset=utf-8", body)
    }

    /// A stream of JSON documents, one a line.
    pub fn lines(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/x-ndjson", body)
    }

    /// A stream of frames.
    pub fn frames(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/vnd.amazon.eventstream", body)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Says how long the body is, instead of sending chunks.
    #[must_use]
    pub fn sized(self) -> Self {
        let length = self.body().len();
        self.header("content-length", &length.to_string())
    }

    /// Cuts every piece into pieces of at most `size` bytes.
    #[must_use]
    pub fn pieces(self, size: usize) -> Self {
        self.each(|bytes| bytes.chunks(size).map(|piece| Step::Bytes(piece.to_vec())).collect())
    }

    /// Cuts after every event of a stream.
    #[must_use]
    pub fn by_event(self) -> Self {
        let of_type = |kind: &str| self.headers.iter().any(|(_, value)| value == kind);
        let framed = of_type("application/vnd.amazon.eventstream");
        let end = if of_type("application/x-ndjson") { "\n" } else { "\n\n" };
        self.each(|bytes| {
            if framed {
                return frames(&bytes).into_iter().map(|frame| Step::Bytes(frame.to_vec())).collect();
            }
            let text = String::from_utf8(bytes).unwrap();
            text.split_inclusive(end).map(|event| Step::Bytes(event.as_bytes().to_vec())).collect()
        })
    }

    /// Stops before the first place where `needle` stands, until the signal is raised.
    ///
    /// # Panics
    /// When it stands nowhere.
    #[must_use]
    pub fn pause_before(self, needle: &str, signal: &Signal) -> Self {
        let mut found = false;
        let answer = self.each(|bytes| match position(&bytes, needle.as_bytes()) {
            Some(at) if !found => {
                found = true;
                let (before, after) = bytes.split_at(at);
                vec![Step::Bytes(before.to_vec()), Step::Wait(signal.clone()), Step::Bytes(after.to_vec())]
            }
            _ => vec![Step::Bytes(bytes)],
        });
        assert!(found, "`{needle}` does not stand in one piece of the answer");
        answer
    }

    /// Stops before the end, until the signal is raised.
    #[must_use]
    pub fn pause_at_end(self, signal: &Signal) -> Self {
        self.then(Step::Wait(signal.clone()))
    }

    /// Cuts the answer before `needle` and breaks off there.
    #[must_use]
    pub fn abort_before(self, needle: &str) -> Self {
        let mut answer = self.pause_before(needle, &Signal::new());
        let at = answer.steps.iter().position(|step| matches!(step, Step::Wait(_))).unwrap();
        answer.steps.truncate(at);
        answer.then(Step::Abort)
    }

    /// Adds a step.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Ends with trailers.
    #[must_use]
    pub fn trailers(self, name: &str, value: &str) -> Self {
        self.then(Step::Trailers(vec![(name.to_owned(), value.to_owned())]))
    }

    /// All bytes of the body.
    pub fn body(&self) -> Vec<u8> {
        let pieces = self.steps.iter().filter_map(|step| match step {
            Step::Bytes(bytes) => Some(bytes.as_slice()),
            Step::Wait(_) | Step::Raise(_) | Step::Trailers(_) | Step::Abort => None,
        });
        pieces.collect::<Vec<_>>().concat()
    }

    fn each(mut self, mut cut: impl FnMut(Vec<u8>) -> Vec<Step>) -> Self {
        self.steps = self
            .steps
            .into_iter()
            .flat_map(|step| match step {
                Step::Bytes(bytes) => cut(bytes),
                other => vec![other],
            })
            .collect();
        self
    }
}

/// Where `needle` first stands in `haystack`.
pub fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
