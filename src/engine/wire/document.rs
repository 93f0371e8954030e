//! A response that is one JSON document: held whole, judged at its end.
//!
//! A byte order mark in front is not judged but forwarded: every SDK of the APIs read here skips it.

use super::decided::Decided;
use super::{CALLS, Codec, Outcome, Output, Owed, Reading, Refusal, Unreadable, UnreadableWhy, limit};
use crate::json::Document;
use crate::limits::Limits;

/// What an API knows of its response documents.
pub(crate) trait DocumentApi {
    /// Finds the calls of a document.
    ///
    /// # Errors
    /// If it is not a document of this API, or two readers of it would differ.
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable>;

    /// What passes in the place of a document that holds no call; `None` if it passes as it came.
    ///
    /// # Errors
    /// As [`DocumentApi::calls`].
    fn passed(&self, _: &Document) -> Result<Option<String>, Unreadable> {
        Ok(None)
    }

    /// The document without the calls that are refused. At least one is.
    ///
    /// # Errors
    /// [`UnreadableWhy::Bug`] only.
    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable>;

    /// A whole document that says `refusal` and nothing else.
    fn instead(&self, refusal: &str) -> String;

    /// The identifiers by which a later request goes on from this document, where the provider keeps it.
    fn kept_as(&self, _: &Document) -> Vec<String> {
        Vec::new()
    }

    /// What the provider then waits for; see [`Owed::outputs`].
    fn outputs(&self, _: &Document, _: &Decided) -> Vec<Output> {
        Vec::new()
    }
}

/// The codec of one document.
pub(crate) struct DocumentCodec {
    // One codec for all APIs: compiled once an API it takes a hundredth of the module.
    api: Box<dyn DocumentApi>,
    limits: Limits,
    state: State,
    owed: Owed,
}

enum State {
    /// It is still arriving.
    Reading(Vec<u8>),
    /// It has calls, which are being decided. Only its text is kept meanwhile: the tree takes many times its size.
    Holding { mark: &'static str, text: String, calls: usize },
    /// It was written, or given up.
    Done,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl DocumentCodec {
    pub(crate) fn new<A: DocumentApi + 'static>(api: A, limits: Limits) -> Self {
        Self { api: Box::new(api), limits, state: State::Reading(Vec::new()), owed: Owed::default() }
    }
}

impl Codec for DocumentCodec {
    fn read(&mut self, chunk: &[u8], _: &mut Reading) -> Result<(), Unreadable> {
        match &mut self.state {
            State::Reading(bytes) => {
                if bytes.len().saturating_add(chunk.len()) > self.limits.body {
                    return Err(limit("a response body"));
                }
                bytes.extend_from_slice(chunk);
                Ok(())
            }
            State::Holding { .. } | State::Done if chunk.is_empty() => Ok(()),
            State::Holding { .. } | State::Done => {
                Err(Unreadable { what: UnreadableWhy::Bug("bytes after the end of a document") })
            }
        }
    }

    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        let State::Reading(bytes) = &mut self.state else { return Ok(()) };
        let mut bytes = std::mem::take(bytes);
        let mark = if bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            bytes.drain(..BYTE_ORDER_MARK.len());
            BYTE_ORDER_MARK
        } else {
            ""
        };
        let document = Document::parse(bytes, self.limits.depth)?;
        let mut found = Reading::default();
        self.api.calls(&document, &mut found)?;
        if found.calls.len() > self.limits.calls {
            return Err(limit(CALLS));
        }
        out.ended = true;
        self.owed.by = self.api.kept_as(&document);
        out.provider_ran.append(&mut found.provider_ran);
        if found.calls.is_empty() {
            let mut text = self.api.passed(&document)?.unwrap_or_else(|| document.into_text());
            text.insert_str(0, mark);
            out.pass_buffered = text.into_bytes();
            self.state = State::Done;
        } else {
            self.state = State::Holding { mark, text: document.into_text(), calls: found.calls.len() };
            out.calls.append(&mut found.calls);
        }
        Ok(())
    }

    fn held(&self) -> usize {
        match &self.state {
            State::Reading(bytes) => bytes.len(),
            State::Holding { text, .. } => text.len(),
            State::Done => 0,
        }
    }

    fn write(&mut self, outcomes: Vec<Outcome>, out: &mut Vec<u8>) -> Result<(), Unreadable> {
        let (mark, text, calls) = match std::mem::replace(&mut self.state, State::Done) {
            State::Holding { mark, text, calls } => (mark, text, calls),
            State::Done if outcomes.is_empty() => return Ok(()),
            State::Done | State::Reading(_) => {
                return Err(Unreadable { what: UnreadableWhy::Bug("a document written out of turn") });
            }
        };
        let decided = Decided::new(outcomes, calls)?;
        if decided.all_released() {
            out.extend_from_slice(mark.as_bytes());
            out.extend_from_slice(text.as_bytes());
        } else {
            let document = Document::parse(text.into_bytes(), self.limits.depth)?;
            let text = self.api.rewrite(&document, &decided)?;
            self.owed.outputs = self.api.outputs(&document, &decided);
            out.extend_from_slice(mark.as_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }

    fn owed(&mut self) -> Option<Owed> {
        let owed = std::mem::take(&mut self.owed);
        (!owed.by.is_empty()).then_some(owed)
    }

    fn withhold(&mut self, refusal: &Refusal, out: &mut Vec<u8>) {
        self.state = State::Done;
        out.extend_from_slice(self.api.instead(&refusal.0).as_bytes());
    }
}
