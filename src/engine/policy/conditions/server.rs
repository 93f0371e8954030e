//! `server`: the MCP server whose tool is called.
//!
//! APIs that know servers name it beside the tool. Where they do not, clients put it in front of the tool's
//! name, as `mcp__server__tool` or `server__tool`, and a server's name may hold `__` itself: then the
//! condition holds for certain only if every way to read the name agrees. The bare `server__tool` is never
//! certain, because any tool may be called that. A name without `__` belongs to no server.

use super::{Asked, Condition};
use crate::effects::Name;
use crate::policy::met::{Finding, Met};
use crate::policy::names::WordPattern;
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The MCP server whose tool is called.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Server(Patterns<WordPattern>);

impl Server {
    fn matches(&self, server: &str) -> Met {
        let server = Name::Literal(server.to_owned());
        self.0.iter().map(|pattern| pattern.matches(&server)).max().unwrap_or(Met::Maybe)
    }
}

impl Condition for Server {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let call = asked.question.call;
        if let Some(server) = &call.namespace {
            return Finding::clear(self.matches(server));
        }
        let (named, certain) = match call.tool.strip_prefix("mcp__") {
            Some(rest) => (rest, true),
            None => (call.tool.as_str(), false),
        };
        // A hostile name could be cut in very many ways.
        let cuts: Vec<usize> = named.match_indices("__").map(|(at, _)| at).take(9).collect();
        if cuts.len() > 8 {
            return Finding::doubtful("the tool's name can be read in too many ways");
        }
        let servers: Vec<Met> =
            cuts.iter().filter_map(|at| named.get(..*at)).map(|server| self.matches(server)).collect();
        let all = certain && servers.iter().min() == Some(&Met::Yes);
        Finding::clear(Met::of(all, servers.iter().any(|met| *met > Met::No)))
    }

    fn words(&self) -> String {
        format!("server in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
