//! Reading one call: finds what is known of the tool, applies it to the arguments, and gathers the effects.
//!
//! Several tools of the catalogue may have the same name and take different arguments. All of those whose
//! arguments fit are meant, and their effects are united. An argument that only fits one of the others is
//! an unknown, because it may be the one that counts. If none fits, whatever could be read counts, and so
//! does the misfit.

use super::catalogue::{self, Found};
use super::gathered::Gathered;
use super::mapping::{self, ToolMappings};
use super::unknown;
use super::{Action, Resource, shape};
use crate::json::{Node, Value};
use beside::Runs;
use reader::Reader;
use std::cell::Cell;
use std::collections::HashSet;

pub(super) mod beside;
mod commands;
mod connected;
mod files;
mod network;
pub(super) mod reader;

/// Deepest nesting of calls within calls.
const DEPTH: usize = 4;

/// Most calls within one call, at all depths together.
pub(super) const MOST_CALLS: usize = 64;

/// One call, possibly inside another.
pub(super) struct Asked<'a> {
    /// The tool's name, decorations included.
    pub(super) tool: &'a str,
    /// What qualifies it.
    pub(super) namespace: Option<&'a str>,
    /// What it is called with.
    pub(super) input: Input<'a>,
    /// JSON Pointer from the outermost arguments to these.
    pub(super) at: String,
}

/// What a tool is called with, as far as it can be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Input<'a> {
    /// Nothing.
    Absent,
    /// JSON.
    Json(&'a Node),
    /// Free text.
    Text(&'a str),
}

/// What all calls of one response share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) tools: &'a ToolMappings,
    pub(super) working_directory: Option<&'a str>,
    /// The dialect of the tool's database, where whoever asks knows it and no mapping says one.
    pub(super) dialect: Option<&'a str>,
    /// How many calls this one is inside of.
    pub(super) depth: usize,
    /// How many more calls within calls are read.
    pub(super) calls: &'a Cell<usize>,
}

/// Reads one call.
pub(super) fn one(asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    if setting.depth > DEPTH {
        out.doubt(unknown::CALL_NESTED, &asked.at);
        return;
    }
    if let Input::Json(arguments) = asked.input {
        shape::raising(arguments, asked, out);
        if let Some(key) = differs_in_case_only(arguments) {
            out.doubt(unknown::ARGUMENT_TWICE, &format!("{}/{}", asked.at, escaped(key)));
        }
    }
    let mapped = mapping::of(setting.tools, asked.tool, asked.namespace);
    for mapping in &mapped {
        mapping::apply(mapping, asked, setting, out);
    }
    let found = catalogue::find(asked.tool, asked.namespace);
    if found.readings.is_empty() {
        if mapped.is_empty() {
            undescribed(asked, setting, out);
            if let Input::Json(arguments) = asked.input {
                shape::guess_all(arguments, asked, setting, out);
            }
        }
        return;
    }
    if !found.certain && mapped.is_empty() {
        // A server may call its tools whatever it likes.
        undescribed(asked, setting, out);
    }
    match asked.input {
        Input::Text(text) => as_text(text, &found, asked, setting, out),
        Input::Absent => {
            let empty =
                Node { span: crate::json::Span { start: 0, end: 0 }, value: Value::Object(Vec::new()) };
            as_json(&empty, &found, !mapped.is_empty(), asked, setting, out);
        }
        Input::Json(arguments) => {
            if matches!(arguments.value, Value::Object(_)) {
                as_json(arguments, &found, !mapped.is_empty(), asked, setting, out);
            } else {
                out.doubt(unknown::ARGUMENTS_SHAPE, &asked.at);
            }
        }
    }
}

/// The use of a tool that nobody described: allowed only by a rule that names it. A rule names the outermost
/// tool of a call, so within another call nothing can.
fn undescribed(asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    let tool = match asked.namespace {
        Some(namespace) => format!("{namespace}__{}", asked.tool),
        None => asked.tool.to_owned(),
    };
    out.add(Action::TOOL_USE, Resource::Tool { tool });
    if setting.depth > 0 {
        out.doubt(unknown::CALL_UNDESCRIBED, &asked.at);
    }
}

fn as_text(text: &str, found: &Found, asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    let span = crate::json::Span { start: 0, end: text.len() };
    let whole = Node { span, value: Value::String(text.to_owned()) };
    let mut taken = false;
    for tool in found.readings.iter().flatten().filter(|tool| !tool.text.is_empty()) {
        taken = true;
        let mut reader = Reader::new(&whole, tool, asked, setting);
        reader.clauses(tool.text);
        for misfit in std::mem::take(&mut reader.out.mismatch) {
            out.absorb(super::Effects { known: Vec::new(), unknown: vec![misfit] });
        }
        out.absorb(reader.finish(asked.tool));
    }
    if !taken {
        out.doubt(unknown::TEXT_UNEXPECTED, &asked.at);
    }
}

fn as_json(
    arguments: &Node,
    found: &Found,
    mapped: bool,
    asked: &Asked<'_>,
    setting: &Setting<'_>,
    out: &mut Gathered,
) {
    let mut readings: Vec<(&catalogue::row::Tool, Gathered)> = Vec::new();
    // Rows of one name are of several tools, of which that is meant whose arguments these are. Readings of a name
    // do not rule each other out: what is read as the tool `write` of one server may be `issue_write` of another.
    let mut overruled = Vec::new();
    for rows in &found.readings {
        let first = readings.len();
        for tool in rows {
            let mut reader = Reader::new(arguments, tool, asked, setting);
            reader.clauses(tool.does);
            readings.push((tool, reader.out));
        }
        let of_the_name = readings.get(first..).unwrap_or_default();
        let fits = of_the_name.iter().any(|(_, read)| read.mismatch.is_empty());
        overruled.extend(of_the_name.iter().map(|(_, read)| fits && !read.mismatch.is_empty()));
    }
    let fits = readings.iter().any(|(_, read)| read.mismatch.is_empty());
    let is_read = |key: &str| {
        readings.iter().any(|(tool, read)| (!fits || read.mismatch.is_empty()) && tool.mentions(key))
    };
    for member in arguments.members() {
        let mentioned = readings.iter().any(|(tool, _)| tool.mentions(&member.key));
        if mentioned && !is_read(&member.key) && !member.node.is_null() {
            out.doubt(unknown::ARGUMENT_UNEXPECTED, &format!("{}/{}", asked.at, escaped(&member.key)));
        }
    }
    // What a row found to be of another type was read by nobody, so it is looked at like what stands beside. So is
    // everything where the name only hints at the rows.
    let of_another_type = |misfit: &super::Unknown, key: &str| {
        misfit.code == unknown::ARGUMENT_TYPE.code && misfit.at == format!("{}/{}", asked.at, escaped(key))
    };
    let is_taken = |key: &str| {
        found.certain
            && readings.iter().any(|(tool, read)| {
                (!fits || read.mismatch.is_empty())
                    && tool.mentions(key)
                    && !read.mismatch.iter().any(|misfit| of_another_type(misfit, key))
            })
    };
    shape::guess(arguments, asked, setting, &is_taken, out);
    for (tool, _) in readings.iter().filter(|(_, read)| !fits || read.mismatch.is_empty()) {
        match beside::runs(tool.does) {
            Some(Runs::Commands) => {
                let directories =
                    beside::commands(arguments, &asked.at, setting.working_directory, &is_read, out);
                for directory in directories {
                    let there = Setting { working_directory: directory.as_deref(), ..*setting };
                    let mut reader = Reader::new(arguments, tool, asked, &there);
                    reader.clauses(tool.does);
                    out.absorb(reader.out.into_effects());
                }
            }
            Some(Runs::Sql) => {
                for (at, text) in beside::queries(arguments, &asked.at, &is_taken) {
                    let mut reader = Reader::new(arguments, tool, asked, setting);
                    reader.sql(text, "", &at);
                    out.absorb(reader.out.into_effects());
                }
            }
            None => {}
        }
    }
    for ((_, mut read), overruled) in readings.into_iter().zip(overruled) {
        let misfits = std::mem::take(&mut read.mismatch);
        if misfits.is_empty() && !found.certain {
            // That it does nothing else is only said of a tool that is known for certain.
            out.absorb(read.into_effects());
        } else if misfits.is_empty() {
            out.absorb(read.finish(asked.tool));
        } else if !fits {
            // With a mapping, arguments that are not there say that your own tool is meant, which it
            // describes. What is there is read as the catalogue has it all the same.
            let kept = misfits.into_iter().filter(|m| !(mapped && m.code == unknown::ARGUMENT_MISSING.code));
            let mut effects = read.into_effects();
            effects.unknown.extend(kept);
            out.absorb(effects);
        } else if !overruled {
            // Another reading of the name fits. This one may be meant: what is amiss with it says nothing, what it
            // does counts.
            out.absorb(read.into_effects());
        }
    }
}

/// A key that stands there in two spellings. Servers in Go and .NET take them for one argument, of which the last
/// counts, and rules and rows look at the spelling they know.
pub(super) fn differs_in_case_only(arguments: &Node) -> Option<&str> {
    let mut seen = HashSet::new();
    let mut keys = arguments.members().iter().map(|member| member.key.as_str());
    keys.find(|key| {
        !seen
            .insert(key.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).collect::<String>())
    })
}

/// A key as a token of a JSON Pointer.
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
