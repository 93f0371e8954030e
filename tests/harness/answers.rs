//! What a model says in one turn, written in each API's JSON and event stream.
//!
//! One turn, every API, two forms: a test names the turn once and runs over all of them.

mod anthropic;
mod assistants;
mod bedrock;
mod cohere;
mod gemini;
mod interactions;
mod mistral;
mod ollama;
mod openai;
mod responses;

pub(crate) use bedrock::frames;
pub use bedrock::{payloads, shown_frames};

use crate::script::Answer;
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
    /// Gemini.
    Gemini,
    /// Gemini Interactions.
    Interactions,
    /// Bedrock Converse.
    Converse,
    /// Bedrock InvokeModel with the bodies of Anthropic Messages.
    Invoke,
    /// Cohere's chat.
    Cohere,
    /// Mistral's chat, which is OpenAI's with another SDK.
    MistralChat,
    /// Mistral's conversations.
    Mistral,
    /// Ollama's own chat.
    Ollama,
    /// OpenAI's Assistants, which only `tests/e2e/kept.rs` drives.
    Assistants,
}

impl Api {
    /// Those with which everything is tested.
    pub const ALL: [Self; 4] = [Self::Anthropic, Self::OpenAi, Self::Responses, Self::Gemini];

    /// The others, whose own ways alone are tested: `tests/e2e/more.rs`.
    pub const MORE: [Self; 7] = [
        Self::Interactions,
        Self::Converse,
        Self::Invoke,
        Self::Cohere,
        Self::MistralChat,
        Self::Mistral,
        Self::Ollama,
    ];

    /// Its name for the clients' programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Responses => "responses",
            Self::Gemini => "gemini",
            Self::Interactions => "interactions",
            Self::Converse => "converse",
            Self::Invoke => "invoke",
            Self::Cohere => "cohere",
            Self::MistralChat => "mistral-chat",
            Self::Mistral => "mistral",
            Self::Ollama => "ollama",
            Self::Assistants => "assistants",
        }
    }

    /// The path at the gateway that generates, as a stream or not.
    pub fn path(self, stream: bool) -> &'static str {
        match self {
            Self::Anthropic => "/anthropic/v1/messages",
            Self::OpenAi => "/openai/v1/chat/completions",
            Self::Responses => "/openai/v1/responses",
            Self::Gemini if stream => "/gemini/v1beta/models/gemini-e2e:streamGenerateContent?alt=sse",
            Self::Gemini => "/gemini/v1beta/models/gemini-e2e:generateContent",
            Self::Interactions => "/gemini/v1beta/interactions",
            Self::Converse if stream => "/bedrock/model/e2e.model-v1%3A0/converse-stream",
            Self::Converse => "/bedrock/model/e2e.model-v1%3A0/converse",
            Self::Invoke if stream => "/bedrock/model/e2e.model-v1%3A0/invoke-with-response-stream",
            Self::Invoke => "/bedrock/model/e2e.model-v1%3A0/invoke",
            Self::Cohere => "/openai/v2/chat",
            Self::MistralChat => "/openai/v1/chat/completions",
            Self::Mistral => "/openai/v1/conversations",
            Self::Ollama => "/openai/api/chat",
            Self::Assistants => "/openai/v1/threads/runs",
        }
    }

    /// What an SDK takes as its base URL. The gateway's routes differ in their hosts only, so that one of them serves
    /// every API whose host has none.
    pub fn base(self) -> &'static str {
        match self {
            Self::Anthropic => "/anthropic",
            Self::OpenAi | Self::Responses | Self::Assistants => "/openai/v1",
            Self::Gemini | Self::Interactions => "/gemini",
            Self::Converse | Self::Invoke => "/bedrock",
            Self::Cohere | Self::MistralChat | Self::Mistral | Self::Ollama => "/openai",
        }
    }

    /// A request that offers the tools of [`TOOLS`].
    pub fn request(self, stream: bool) -> Value {
        match self {
            Self::Anthropic => anthropic::request(stream),
            Self::OpenAi => openai::request(stream),
            Self::Responses => responses::request(stream),
            Self::Gemini => gemini::request(),
            Self::Interactions => interactions::request(stream),
            Self::Converse => bedrock::converse_request(),
            Self::Invoke => bedrock::invoke_request(),
            Self::Cohere | Self::MistralChat | Self::Ollama => openai::request(stream),
            Self::Mistral => mistral::request(stream),
            Self::Assistants => assistants::request(stream),
        }
    }

    /// The calls in a JSON answer: tool and arguments.
    pub fn calls(self, answer: &Value) -> Vec<(String, Value)> {
        match self {
            Self::Anthropic => anthropic::calls(answer),
            Self::OpenAi => openai::calls(answer),
            Self::Responses => responses::calls(answer),
            Self::Gemini => gemini::calls(answer),
            Self::Interactions => interactions::calls(answer),
            Self::Converse => bedrock::converse_calls(answer),
            Self::Invoke => anthropic::calls(answer),
            Self::Cohere => cohere::calls(answer),
            Self::MistralChat => openai::calls(answer),
            Self::Mistral => mistral::calls(answer),
            Self::Ollama => ollama::calls(answer),
            Self::Assistants => assistants::calls(answer),
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
            Api::Gemini => gemini::json(self),
            Api::Interactions => interactions::json(self),
            Api::Converse => bedrock::converse_json(self),
            Api::Invoke => anthropic::json(self),
            Api::Cohere => cohere::json(self),
            Api::MistralChat => openai::json(self),
            Api::Mistral => mistral::json(self),
            Api::Ollama => ollama::json(self),
            Api::Assistants => assistants::json(self),
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

    /// The turn as the API streams it.
    pub fn sse(&self, api: Api) -> Vec<u8> {
        match api {
            Api::Anthropic => anthropic::sse(self),
            Api::OpenAi => openai::sse(self),
            Api::Responses => responses::sse(self),
            Api::Gemini => gemini::sse(self),
            Api::Interactions => interactions::sse(self),
            Api::Converse => return bedrock::converse_frames(self),
            Api::Invoke => return bedrock::invoke_frames(self),
            Api::Cohere => cohere::sse(self),
            Api::MistralChat => mistral::chat_sse(self),
            Api::Mistral => mistral::sse(self),
            Api::Ollama => ollama::lines(self),
            Api::Assistants => assistants::sse(self),
        }
        .into_bytes()
    }

    /// One or the other as the model's server answers it.
    pub fn answer(&self, api: Api, stream: bool) -> Answer {
        let body = self.body(api, stream);
        match (api, stream) {
            (_, false) => Answer::json(body),
            (Api::Converse | Api::Invoke, true) => Answer::frames(body),
            (Api::Ollama, true) => Answer::lines(body),
            (_, true) => Answer::sse(body),
        }
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
