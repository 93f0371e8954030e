//! The model APIs that are read, one file each, and the table that lists them.
//!
//! To add one: write its file with a function `entry(name) -> ApiEntry`, and add a line to the table, which gives it its
//! name in records and on the command line. What else wants a row is told in `wire/README.md`.

pub use super::endpoint::endpoint;
pub use mcp::CALL as MCP_CALL;

use super::ApiEntry;
use serde::{Deserialize, Serialize};

macro_rules! apis {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $module:ident;)*) => {
        $(mod $module;)*

        /// A model API. The variants are the table's rows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Api {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Api {
            /// Every API, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The table's row of this API.
            pub fn entry(self) -> &'static ApiEntry {
                match self {
                    $(Self::$variant => {
                        const ENTRY: ApiEntry = $module::entry($name);
                        &ENTRY
                    })*
                }
            }
        }
    };
}

apis! {
    /// Anthropic Messages, `POST …/v1/messages`.
    Anthropic = "anthropic" in anthropic_messages;
    /// OpenAI Chat Completions, `POST …/chat/completions`, and what is compatible with it.
    OpenaiChat = "openai-chat" in openai_chat;
    /// OpenAI Responses, `POST …/responses`, and what the provider keeps of it.
    OpenaiResponses = "openai-responses" in openai_responses;
    /// OpenAI's Assistants, `POST …/threads/T/runs`, and what else stands below a thread.
    OpenaiAssistants = "openai-assistants" in openai_assistants;
    /// Sessions of OpenAI's agents, `…/agents/sessions`, and what happens in one.
    OpenaiAgents = "openai-agents" in openai_agents;
    /// Gemini's `generateContent`, `POST …/models/M:generateContent` and `:streamGenerateContent`.
    Gemini = "gemini" in gemini;
    /// Gemini Interactions, `POST …/interactions`, and what the provider keeps of one.
    GeminiInteractions = "gemini-interactions" in gemini_interactions;
    /// Bedrock `Converse` and `ConverseStream`, `POST …/model/M/converse` and `…/converse-stream`.
    BedrockConverse = "bedrock-converse" in bedrock_converse;
    /// Bedrock `InvokeModel` and `InvokeModelWithResponseStream` with the bodies of Anthropic Messages.
    BedrockInvoke = "bedrock-invoke" in bedrock_invoke;
    /// Bedrock's agents, `POST …/agents/A/agentAliases/B/sessions/S/text` and `POST …/agents/S`.
    BedrockAgents = "bedrock-agents" in bedrock_agents;
    /// Bedrock AgentCore's harnesses, `POST …/harnesses/invoke`.
    BedrockAgentcore = "bedrock-agentcore" in bedrock_agentcore;
    /// MCP over streamable HTTP: what an agent sends to a server of tools.
    Mcp = "mcp" in mcp;
    /// Anthropic's message batches, `…/v1/messages/batches`, and their results.
    AnthropicBatches = "anthropic-batches" in anthropic_batches;
    /// Sessions of Anthropic's Managed Agents, `…/v1/sessions`, and what happens in one.
    AnthropicSessions = "anthropic-sessions" in anthropic_sessions;
    /// The results of batches of OpenAI's and Mistral's, `GET …/files/F/content`.
    OpenaiBatches = "openai-batches" in openai_batches;
    /// Gemini's batches, `…/models/M:batchGenerateContent` and `…/batches/B`, and their results.
    GeminiBatches = "gemini-batches" in gemini_batches;
    /// Mistral's conversations, `POST …/conversations`, and what the provider keeps of one.
    Mistral = "mistral" in mistral;
    /// Ollama's own API, `POST …/api/chat` and `…/api/generate`.
    Ollama = "ollama" in ollama;
    /// Cohere's chat, `POST …/v2/chat`.
    Cohere = "cohere" in cohere;
    /// Cohere's older chat, `POST …/v1/chat`.
    CohereV1 = "cohere-v1" in cohere_v1;
}

impl Api {
    /// Its name in configuration, records and on the command line.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The API of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|api| api.name() == name)
    }
}
