//! Arguments beside a command or a query, of which the tool's row says nothing.
//!
//! A tool may do more than its row knows: another release of it, or another tool of that name, may take a
//! directory, variables, words that follow the command. What such an argument could change is added, never taken
//! away; numbers and switches change nothing that is judged here.

use super::escaped;
use crate::effects::catalogue::row::{Arm, Clause};
use crate::effects::gathered::Gathered;
use crate::effects::{Name, path, shape, unknown};
use crate::json::{Node, Value};

/// What a tool runs that other arguments may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::effects) enum Runs {
    Commands,
    Sql,
}

/// What the clauses of a row run, on this machine.
pub(super) fn runs(clauses: &[Clause]) -> Option<Runs> {
    clauses.iter().find_map(|clause| match clause {
        Clause::Shell(..) | Clause::Argv(_) | Clause::Lines(_) => Some(Runs::Commands),
        Clause::Sql(..) => Some(Runs::Sql),
        Clause::If(_, does) => runs(does),
        Clause::Case { arms, absent, .. } => {
            arms.iter().find_map(|Arm(_, does)| runs(does)).or_else(|| absent.and_then(runs))
        }
        _ => None,
    })
}

/// Names of arguments, lower case and without separators, that say where a command runs.
const DIRECTORIES: &[&str] = &[
    "cwd",
    "workdir",
    "workingdir",
    "workingdirectory",
    "currentdirectory",
    "currentdir",
    "currentworkingdirectory",
    "chdir",
    "dir",
    "dirpath",
    "directory",
    "basedir",
    "rootdir",
];

/// Names of arguments that are variables for a command.
const VARIABLES: &[&str] = &["env", "envs", "environ", "environment", "envvars", "environmentvariables"];

/// Names of arguments that are SQL.
const QUERIES: &[&str] = &[
    "sql",
    "query",
    "queries",
    "sqlquery",
    "statement",
    "statements",
    "sqlstatement",
    "querytext",
    "sqltext",
];

/// Names of arguments that speak to people, or name what is open already.
const WORDS: &[&str] = &[
    "description",
    "explanation",
    "justification",
    "reason",
    "reasoning",
    "purpose",
    "why",
    "intent",
    "title",
    "label",
    "summary",
    "comment",
    "thought",
    "thoughts",
    "result",
    "message",
    "activeform",
    "toolsummary",
    "id",
    "callid",
    "toolcallid",
    "sessionid",
    "terminalid",
    "taskid",
    "securityrisk",
    "risk",
    "outputpriority",
];

/// What stands beside the command of a call: a doubt for what may change it, and the directories where it may run.
pub(in crate::effects) fn commands(
    arguments: &Node,
    at: &str,
    working_directory: Option<&str>,
    is_read: &dyn Fn(&str) -> bool,
    out: &mut Gathered,
) -> Vec<Option<String>> {
    let mut directories = Vec::new();
    for member in arguments.members().iter().filter(|member| !is_read(&member.key)) {
        let says_something = match &member.node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty(),
        };
        let key = shape::plain(&member.key);
        if !says_something || WORDS.contains(&key.as_str()) || key.contains("timeout") {
            continue;
        }
        let at = format!("{at}/{}", escaped(&member.key));
        match member.node.as_str() {
            Some(text) if DIRECTORIES.contains(&key.as_str()) => {
                directories.push(match path::read(text, working_directory) {
                    Ok(Name::Literal(directory)) => Some(directory),
                    Ok(_) => None,
                    Err(why) => {
                        out.doubt(why, &at);
                        None
                    }
                });
            }
            _ if VARIABLES.contains(&key.as_str()) => out.doubt(unknown::ENVIRONMENT_NOT_READ, &at),
            // Read as what its name says.
            _ if shape::is_judged(&key) => {}
            _ => out.doubt(unknown::ARGUMENT_BESIDE, &at),
        }
    }
    directories
}

/// Texts beside the SQL of a call that are SQL by their names, with their pointers.
pub(in crate::effects) fn queries<'a>(
    arguments: &'a Node,
    at: &str,
    is_read: &dyn Fn(&str) -> bool,
) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for member in arguments.members() {
        if is_read(&member.key) || !QUERIES.contains(&shape::plain(&member.key).as_str()) {
            continue;
        }
        let at = format!("{at}/{}", escaped(&member.key));
        let elements = member.node.elements().unwrap_or_default().iter().take(MOST);
        found.extend(
            member
                .node
                .as_str()
                .into_iter()
                .chain(elements.filter_map(Node::as_str))
                .map(|text| (at.clone(), text)),
        );
    }
    found
}

/// Most texts of one list that are read.
const MOST: usize = 64;
