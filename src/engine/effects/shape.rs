//! What an argument's name suggests, where nobody described the tool. It adds effects and never removes any.
//!
//! A tool that nobody described is used only by a rule that names it. If such a tool is given a `command`, a
//! rule that names it was hardly written for that, so the command is read as one. The way out, where the
//! guess is wrong, is a row in the policy's `tools:` table.

use super::catalogue::row::Access;
use super::gathered::Gathered;
use super::reading::{Asked, Setting, reader::Reader};
use super::{Action, Resource, url};
use crate::json::{Node, Value};

/// What an argument of some name probably is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Command,
    Sql,
    Path,
    Url,
    /// An address of some kind, and a URL where it says so.
    Link,
    Code,
}

/// Names of arguments: lower case, without separators.
const SHAPES: &[(&str, Shape)] = &[
    ("command", Shape::Command),
    ("commands", Shape::Command),
    ("cmd", Shape::Command),
    ("cmds", Shape::Command),
    ("commandline", Shape::Command),
    ("clicommand", Shape::Command),
    ("shellcommand", Shape::Command),
    ("bashcommand", Shape::Command),
    ("shellscript", Shape::Command),
    ("sql", Shape::Sql),
    ("sqlquery", Shape::Sql),
    ("sqlstatement", Shape::Sql),
    ("path", Shape::Path),
    ("paths", Shape::Path),
    ("filepath", Shape::Path),
    ("filepaths", Shape::Path),
    ("filename", Shape::Path),
    ("file", Shape::Path),
    ("files", Shape::Path),
    ("targetfile", Shape::Path),
    ("absolutepath", Shape::Path),
    ("directory", Shape::Path),
    ("dirpath", Shape::Path),
    ("url", Shape::Url),
    ("urls", Shape::Url),
    ("websiteurl", Shape::Url),
    ("uri", Shape::Link),
    ("link", Shape::Link),
    ("endpoint", Shape::Link),
    ("webhook", Shape::Link),
    ("pythoncode", Shape::Code),
    ("jscode", Shape::Code),
    ("sourcecode", Shape::Code),
    ("codesnippet", Shape::Code),
];

/// Arguments that leave a sandbox or raise privileges whatever the tool, and the values that do not.
const RAISING: &[(&str, &[&str])] = &[
    ("dangerouslydisablesandbox", &[]),
    ("disablesandbox", &[]),
    ("nosandbox", &[]),
    ("bypasssandbox", &[]),
    ("unsandboxed", &[]),
    ("sandboxpermissions", &["use_default", "default"]),
    ("additionalpermissions", &[]),
    ("withescalatedpermissions", &[]),
    ("escalatedpermissions", &[]),
    ("dangerouslyskippermissions", &[]),
    ("bypasspermissions", &[]),
    ("permissionmode", &["default", "plan"]),
    ("allowdangerous", &[]),
    ("runasroot", &[]),
    ("assudo", &[]),
    ("usesudo", &[]),
    ("sudo", &[]),
];

/// Words in a tool's name that say what it does to a path.
const WRITING: &[&str] =
    &["write", "create", "edit", "save", "update", "append", "upload", "replace", "put", "modify"];
const DELETING: &[&str] = &["delete", "remove", "unlink", "purge", "rmdir", "trash"];

/// Words in a tool's name that say that it runs code.
const RUNNING: &[(&str, &str)] = &[
    ("python", "python"),
    ("javascript", "javascript"),
    ("node", "javascript"),
    ("exec", "unknown"),
    ("eval", "unknown"),
    ("interpret", "unknown"),
    ("repl", "unknown"),
    ("runcode", "unknown"),
    ("coderun", "unknown"),
    ("sandbox", "unknown"),
];

/// Most elements of a list that are looked into.
const MOST: usize = 256;

/// Adds an effect for every argument that leaves a sandbox or raises privileges.
pub(super) fn raising(arguments: &Node, asked: &Asked<'_>, out: &mut Gathered) {
    for member in arguments.members() {
        let key = plain(&member.key);
        let tame = match RAISING.iter().find(|(name, _)| *name == key) {
            Some((_, tame)) => *tame,
            None if key == "mode" => {
                if member.node.as_str() == Some("bypassPermissions") {
                    out.add(Action::PRIVILEGE_RAISE, Resource::Tool { tool: asked.tool.to_owned() });
                }
                continue;
            }
            None => continue,
        };
        let raises = match &member.node.value {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty() && text != "false" && !tame.contains(&text.as_str()),
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::Bool(true) | Value::Number(_) => true,
        };
        if raises {
            out.add(Action::PRIVILEGE_RAISE, Resource::Tool { tool: asked.tool.to_owned() });
        }
    }
}

/// Adds what the names of arguments suggest, except for those that `is_read` already.
pub(super) fn guess(
    arguments: &Node,
    asked: &Asked<'_>,
    setting: &Setting<'_>,
    is_read: &dyn Fn(&str) -> bool,
    out: &mut Gathered,
) {
    guess_one(arguments, asked, setting, is_read, false, out);
}

/// The same for a tool of which nothing at all is known: what lists hold counts as well.
pub(super) fn guess_all(arguments: &Node, asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    guess_one(arguments, asked, setting, &|_| false, true, out);
}

fn guess_one(
    arguments: &Node,
    asked: &Asked<'_>,
    setting: &Setting<'_>,
    is_read: &dyn Fn(&str) -> bool,
    lists: bool,
    out: &mut Gathered,
) {
    let mut reader = Reader::bare(arguments, asked, setting);
    let access = access_by_name(asked.tool);
    for member in arguments.members() {
        if is_read(&member.key) {
            continue;
        }
        let at = reader.key(&member.key);
        look(&mut reader, &member.key, &member.node, access, &at);
        // Some clients wrap the arguments once more.
        for inner in member.node.members() {
            look(&mut reader, &inner.key, &inner.node, access, &at);
        }
        // Others take a list of what to do.
        let elements = member.node.elements().filter(|_| lists).unwrap_or_default().iter().take(MOST);
        for inner in elements.flat_map(Node::members) {
            look(&mut reader, &inner.key, &inner.node, access, &at);
        }
    }
    out.absorb(reader.out.into_effects());
}

fn look(reader: &mut Reader<'_>, key: &str, node: &Node, access: Access, at: &str) {
    let key = plain(key);
    let shape = match SHAPES.iter().find(|(name, _)| *name == key) {
        Some((_, shape)) => *shape,
        // `code` alone may be that of a country; in a tool that runs code it is not.
        None if matches!(key.as_str(), "code" | "script" | "source")
            && language_by_name(reader.tool).is_some() =>
        {
            Shape::Code
        }
        None => return,
    };
    let texts: Vec<&str> = match &node.value {
        Value::String(text) => vec![text],
        Value::Array(elements) => elements.iter().filter_map(Node::as_str).collect(),
        _ => return,
    };
    for text in texts {
        if reader.out.is_full() {
            break;
        }
        match shape {
            Shape::Command => reader.shell(text, at),
            Shape::Sql => reader.sql(text, "", at),
            Shape::Code => {
                let language = language_by_name(reader.tool).unwrap_or("unknown").to_owned();
                reader.add(Action::CODE_RUN, Resource::Code { language });
            }
            Shape::Path if url::is_one(text) => reader.fetch(text, at),
            Shape::Path => reader.path_text(access, text, at),
            Shape::Url => reader.fetch(text, at),
            Shape::Link if url::is_one(text) => reader.fetch(text, at),
            Shape::Link => {}
        }
    }
}

fn access_by_name(tool: &str) -> Access {
    let tool = plain(tool);
    if DELETING.iter().any(|word| tool.contains(word)) {
        Access::Delete
    } else if WRITING.iter().any(|word| tool.contains(word)) {
        Access::Write
    } else {
        Access::Read
    }
}

/// The language a tool's name says that it runs, `unknown` where it says that it runs code.
fn language_by_name(tool: &str) -> Option<&'static str> {
    let tool = plain(tool);
    RUNNING.iter().find(|(word, _)| tool.contains(word)).map(|(_, language)| *language)
}

/// Whether a name, as [`plain`] makes it, is judged here: as that of a command, or of what raises privileges.
pub(super) fn is_judged(key: &str) -> bool {
    SHAPES.iter().any(|(name, shape)| *name == key && *shape == Shape::Command)
        || RAISING.iter().any(|(name, _)| *name == key)
}

/// A name in lower case, without separators.
pub(super) fn plain(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}
