//! What a provider that keeps the conversation waits for, after calls were refused.
//!
//! Where the client sends the whole history, a refusal simply stands in it. A provider that keeps the history itself
//! still has the call there, and takes no further turn until it gets the call's output. The client never saw the call,
//! so the gate gives the output: it keeps what is owed under the identifiers with which the next request goes on, and
//! adds it there.

/// What is owed after one answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owed {
    /// The identifiers by which a later request goes on from this answer.
    pub by: Vec<String>,
    /// One output for each refused call. None, if every call was released: nothing is owed any more.
    pub outputs: Vec<Output>,
}

/// The output of one refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The provider's identifier of the call.
    pub call: String,
    /// The JSON text that tells the provider; `None` if only the client could give such an output.
    pub item: Option<String>,
}

impl Output {
    /// How many bytes it takes.
    pub fn len(&self) -> usize {
        self.call.len() + self.item.as_ref().map_or(0, String::len)
    }

    /// Whether it takes none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
