//! What a model says in one turn, written in each API's JSON and event stream.
//!
//! One turn, several APIs, two forms: a test names the turn once and runs over all of them.

mod anthropic;
mod openai;
mod responses;

use serde_json::Value;

/// The APIs that are driven end to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Anthropic Messages.
    Anthropic,
    /// OpenAI Chat Completions.
    OpenAi,
    /// OpenAI Responses.
    Responses,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Anthropic, Self::OpenAi, Self::Responses];

    /// Its name for the clients' programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Responses => "responses",
        }
    }

    /// The path at the gateway that generates.
    pub fn path(self) -> &'static str {
        match self {
            Self::Anthropic => "/anthropic/v1/messages",
            Self::OpenAi => "/openai/v1/chat/completions",
            Self::Responses => "/openai/v1/responses",
        }
    }

    /// What an SDK takes as its base URL.
    pub fn base(self) -> &'static str {
        match self {
            Self::Anthropic => "/anthropic",
            Self::OpenAi | Self::Responses => "/openai/v1",
        }
    }

    /// A request that offers the tools of [`TOOLS`].
    pub fn request(self, stream: bool) -> Value {
        match self {
            Self::Anthropic => anthropic::request(stream),
            Self::OpenAi => openai::request(stream),
            Self::Responses => responses::request(stream),
        }
    }

    /// The calls in a JSON answer: tool and arguments.
    pub fn calls(self, answer: &Value) -> Vec<(String, Value)> {
        match self {
            Self::Anthropic => anthropic::calls(answer),
            Self::OpenAi => openai::calls(answer),
            Self::Responses => responses::calls(answer),
        }
    }
}

/// The tools every request offers: name, description, the one argument.
pub const TOOLS: [(&str, &str, &str); 3] = [
    ("get_weather", "The weather of a city.", "city"),
    ("delete_file", "Deletes a file.", "path"),
    ("transfer_funds", "Moves money to an account.", "to_account"),
];

/// One call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The API's identifier of it.
    pub id: String,
    /// The tool.
    pub tool: String,
    /// The arguments, as JSON text.
    pub arguments: String,
}

impl Call {
    /// A call; the identifier is made from `id`.
    pub fn new(id: &str, tool: &str, arguments: &Value) -> Self {
        Self { id: id.to_owned(), tool: tool.to_owned(), arguments: arguments.to_string() }
    }
}

/// What the model says: text, then calls.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// The text before the calls; may be empty.
    pub text: String,
    /// The calls.
    pub calls: Vec<Call>,
}

impl Turn {
    /// A turn of text.
    pub fn text(text: &str) -> Self {
        Self { text: text.to_owned(), calls: Vec::new() }
    }

    /// Adds a call.
    #[must_use]
    pub fn call(mut self, tool: &str, arguments: &Value) -> Self {
        self.calls.push(Call::new(&format!("call_{}", self.calls.len()), tool, arguments));
        self
    }

    /// The turn as a JSON answer.
    pub fn json(&self, api: Api) -> Vec<u8> {
        match api {
            Api::Anthropic => anthropic::json(self),
            Api::OpenAi => openai::json(self),
            Api::Responses => responses::json(self),
        }
        .to_string()
        .into_bytes()
    }

    /// The turn as a JSON answer of exactly `size` bytes, with the text grown to it.
    ///
    /// # Panics
    /// When it is longer already.
    pub fn json_of(&self, api: Api, size: usize) -> Vec<u8> {
        let missing = size.checked_sub(self.json(api).len()).expect("a size the turn fits in");
        let padded = Self { text: format!("{}{}", self.text, "x".repeat(missing)), ..self.clone() };
        padded.json(api)
    }

    /// The turn as an event stream.
    pub fn sse(&self, api: Api) -> Vec<u8> {
        match api {
            Api::Anthropic => anthropic::sse(self),
            Api::OpenAi => openai::sse(self),
            Api::Responses => responses::sse(self),
        }
        .into_bytes()
    }

    /// One or the other.
    pub fn body(&self, api: Api, stream: bool) -> Vec<u8> {
        if stream { self.sse(api) } else { self.json(api) }
    }
}

/// Cuts text into pieces of `size` characters, as models stream it.
fn pieces(text: &str, size: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(size).map(|piece| piece.iter().collect()).collect()
}
