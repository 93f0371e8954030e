//! The tools that agents and servers of today have, and what their arguments mean.
//!
//! In comes a tool's name as the model wrote it; out come the rows that may be meant. A name alone proves
//! nothing: several agents have a `read_file`, and a server may call its tools whatever it likes. So every
//! row of a bare name counts, and a name with an unknown server in front is no more than a hint.
//!
//! Deliberately absent: trust. The catalogue says what a tool does when it is the tool it is called; whether
//! the agent connects to an honest server is the operator's business.

pub mod row;

use row::{At, Clause, Family, Repository, Text, Tool};

macro_rules! families {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        /// Every family, in the order of the reference page.
        pub const FAMILIES: &[Family] = &[$($name::FAMILY),+];
    };
}

families! {
    anthropic, claude_code, codex, openai, gemini_cli, goose, opencode, cline, roo_code, cursor, windsurf, copilot, zed, continue_dev, amazon_q, crush,
    swe_agent, openhands, langchain, crewai, autogen,
    mcp_filesystem, mcp_github, mcp_postgres, mcp_sqlite, mcp_fetch, mcp_git, mcp_puppeteer, mcp_playwright,
    mcp_devtools, mcp_search, mcp_sql, mcp_slack, mcp_kubernetes, mcp_aws, mcp_terraform, mcp_reference,
}

/// What may be meant by a name.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows, for each reading of the name that has any. Empty if nobody described the tool.
    pub readings: Vec<Vec<&'static Tool>>,
    /// Whether the name belongs to these rows: an agent's own tool, or one of a server that is known by
    /// its name. Otherwise only the last part of the name is known.
    pub certain: bool,
}

/// The rows that a tool's name may mean.
pub fn find(tool: &str, namespace: Option<&str>) -> Found {
    let tool = without_prefix(tool).unwrap_or(tool);
    let mut hints = Found::default();
    if let Some(server) = namespace.filter(|namespace| !PLAIN_NAMESPACES.contains(namespace)) {
        let own = of_server(server, tool);
        if !own.is_empty() {
            return Found { readings: vec![own], certain: true };
        }
        hints.hint(of_any(tool));
    } else {
        let own = of_any(tool);
        if !own.is_empty() {
            return Found { readings: vec![own], certain: true };
        }
    }
    for (server, inner) in splits(tool) {
        let own = of_server(server, inner);
        if !own.is_empty() {
            return Found { readings: vec![own], certain: true };
        }
        hints.hint(of_any(inner));
    }
    hints
}

impl Found {
    fn hint(&mut self, rows: Vec<&'static Tool>) {
        let same = |known: &Vec<&'static Tool>| {
            known.len() == rows.len()
                && known.iter().zip(&rows).all(|(one, other)| std::ptr::eq(*one, *other))
        };
        if !rows.is_empty() && !self.readings.iter().any(same) {
            self.readings.push(rows);
        }
    }
}

/// Pointers to members which every row of this name ignores. None for a name that is only a hint.
pub fn inert(tool: &str, namespace: Option<&str>) -> Vec<&'static str> {
    let found = find(tool, namespace);
    let rows = found.readings.first().filter(|_| found.certain);
    let Some((first, rest)) = rows.and_then(|rows| rows.split_first()) else {
        return Vec::new();
    };
    let everywhere = |pointer: &&&str| rest.iter().all(|tool| tool.inert.contains(pointer));
    first.inert.iter().filter(everywhere).copied().collect()
}

/// Whether the SQL of a tool is certainly of the dialect its row has: the tool is an agent's own, or the name of its
/// server names the dialect.
pub(super) fn says_dialect(row: &Tool, tool: &str, namespace: Option<&str>, dialect: &str) -> bool {
    let of_a_server = FAMILIES
        .iter()
        .any(|family| !family.servers.is_empty() && family.tools.iter().any(|own| std::ptr::eq(own, row)));
    let tool = without_prefix(tool).unwrap_or(tool);
    let servers = namespace.into_iter().chain(splits(tool).into_iter().map(|(server, _)| server));
    !of_a_server
        || servers.into_iter().any(|server| super::sql::is_one_dialect(&server_name(server), dialect))
}

/// A name without the prefixes that some APIs put before every tool.
pub(super) fn without_prefix(tool: &str) -> Option<&str> {
    ["functions.", "default_api.", "default_api:", "tools."]
        .iter()
        .find_map(|prefix| tool.strip_prefix(prefix))
}

/// Namespaces that say nothing: the same APIs, in a field of its own.
const PLAIN_NAMESPACES: &[&str] = &["functions", "default_api", "tools"];

fn of_any(name: &str) -> Vec<&'static Tool> {
    FAMILIES
        .iter()
        .flat_map(|family| family.tools)
        .filter(|tool| !tool.served && tool.names.contains(&name))
        .collect()
}

fn of_server(server: &str, name: &str) -> Vec<&'static Tool> {
    let server = server_name(server);
    FAMILIES
        .iter()
        .filter(|family| family.servers.contains(&server.as_str()))
        .flat_map(|family| family.tools)
        .filter(|tool| tool.names.contains(&name))
        .collect()
}

/// `MCP-Server_GitHub` and `github-mcp` are `github`.
fn server_name(server: &str) -> String {
    let name = server.to_ascii_lowercase().replace(['_', ' '], "-");
    let mut name = name.as_str();
    for prefix in ["mcp-server-", "mcp-", "server-"] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    for suffix in ["-mcp-server", "-mcp", "-server"] {
        name = name.strip_suffix(suffix).unwrap_or(name);
    }
    name.to_owned()
}

/// The ways to read a name as server and tool: `mcp__server__tool`, `server__tool`, `mcp_server_tool`,
/// `server.tool`, `server/tool`, `server:tool`.
fn splits(name: &str) -> Vec<(&str, &str)> {
    let mut splits = Vec::new();
    let whole = name.strip_prefix("mcp__").unwrap_or(name);
    for (at, separator) in whole.match_indices("__").take(MOST_SPLITS) {
        if let (Some(server), Some(tool)) = (whole.get(..at), whole.get(at + separator.len()..)) {
            splits.push((server, tool));
        }
    }
    for separator in ['.', '/', ':'] {
        splits.extend(name.rsplit_once(separator));
    }
    if let Some(whole) = name.strip_prefix("mcp_") {
        for (at, separator) in whole.match_indices('_').take(MOST_SPLITS) {
            if let (Some(server), Some(tool)) = (whole.get(..at), whole.get(at + separator.len()..)) {
                splits.push((server, tool));
            }
        }
    }
    splits.retain(|(server, tool)| !server.is_empty() && !tool.is_empty());
    splits
}

/// Most places at which a name is split.
const MOST_SPLITS: usize = 8;

impl Tool {
    /// Whether the row gives a top-level argument of this name a meaning.
    pub fn mentions(&self, key: &str) -> bool {
        let mut found = false;
        for clause in self.does {
            clause.places(&mut |at| found |= first_token(at) == Some(key));
        }
        found || self.inert.iter().any(|at| first_token(at) == Some(key))
    }
}

/// The first key of a pointer. Pointers of rows hold no escapes.
fn first_token(at: &str) -> Option<&str> {
    at.strip_prefix('/')?.split('/').next()
}

impl Clause {
    /// Calls `see` with every place that the clause looks at.
    fn places(&self, see: &mut dyn FnMut(At)) {
        let all = |clauses: &'static [Self], see: &mut dyn FnMut(At)| {
            for clause in clauses {
                clause.places(see);
            }
        };
        match *self {
            Self::Path(_, at, _)
            | Self::Fetch(at, _)
            | Self::FetchLinks(at)
            | Self::SendTo(at)
            | Self::Send(at, _)
            | Self::Ask(at)
            | Self::Shell(at, _)
            | Self::Argv(at)
            | Self::Lines(at)
            | Self::Keystrokes(at)
            | Self::Interpreter(at)
            | Self::Environment(at)
            | Self::Directory(at)
            | Self::Sql(at, _)
            | Self::Database(_, at)
            | Self::Patch(at)
            | Self::Resource(at)
            | Self::Reference(at)
            | Self::Options(at)
            | Self::Needs(at)
            | Self::Json(at, _) => see(at),
            Self::Code(at, language) => {
                see(at);
                see(language);
            }
            Self::Joined { directory, name, .. } => {
                see(directory);
                see(name);
            }
            Self::Pattern { pattern, base, .. } | Self::Filter { pattern, base } => {
                see(pattern);
                see(base);
            }
            Self::Plain(places) => places.iter().for_each(|at| see(at)),
            Self::Tool(_) | Self::Language(_) | Self::Host(..) | Self::Cloud(..) | Self::Fixed(..) => {}
            Self::Repository(_, Repository::Local(at)) => see(at),
            Self::Repository(_, Repository::Hosted { owner, name, .. }) => {
                see(owner);
                see(name);
            }
            Self::Repository(_, Repository::Here | Repository::Any(_)) => {}
            Self::Kubernetes { kind, namespace, name, .. } => {
                see("/context");
                see("/allNamespaces");
                for text in [kind, namespace, name] {
                    if let Text::From(at) = text {
                        see(at);
                    }
                }
            }
            Self::Within { container, does } => {
                see(container);
                all(does, see);
            }
            Self::If(at, does) => {
                see(at);
                all(does, see);
            }
            Self::Case { at, arms, absent } => {
                see(at);
                for row::Arm(_, clauses) in arms {
                    all(clauses, see);
                }
                all(absent.unwrap_or(&[]), see);
            }
            Self::Call { server, tool, arguments } => {
                see(server);
                see(tool);
                see(arguments);
            }
            Self::Calls { each, .. } => see(each),
        }
    }
}

#[cfg(test)]
mod tests;
