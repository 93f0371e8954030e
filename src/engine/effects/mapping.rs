//! What your own tools do, as a policy's `tools:` table says it. Bundle form and text form are this struct.
//!
//! In comes the row for a tool's name; out come effects. A pointer to something that is not there is not
//! skipped: the effect stands, on a resource that nobody knows, and the call has an unknown.

use super::catalogue::row::Access;
use super::database::Database;
use super::gathered::Gathered;
use super::reading::{Asked, Input, Setting, beside, reader::Reader};
use super::unknown::Why;
use super::{Action, Name, Resource, catalogue, path, unknown};
use crate::json::{Node, Span, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Mappings by tool name.
pub type ToolMappings = BTreeMap<String, ToolMapping>;

/// What one tool does. A value that begins with `/` is a JSON Pointer into the call's arguments; any other
/// value is taken as it stands. For a tool of the catalogue a mapping adds effects, it never removes any.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolMapping {
    /// A path that is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// A directory that is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// A path that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<String>,
    /// A path that is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// A URL that is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch: Option<String>,
    /// A URL or host something is sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// A shell command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// SQL text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The database the SQL runs on: a name, a host, or a connection URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The SQL dialect, never a pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Your own action, a dotted name, never a pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What your own action is done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Pointers to arguments which the tool verifiably ignores (a human-readable description): shown to a
    /// reviewer, but no part of what an approval is bound to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inert: Vec<String>,
}

/// The rows for a tool: by the name the model wrote, and by the same with its namespace in front.
pub(super) fn of<'a>(tools: &'a ToolMappings, tool: &str, namespace: Option<&str>) -> Vec<&'a ToolMapping> {
    if tools.is_empty() {
        return Vec::new();
    }
    let mut names = vec![tool.to_owned()];
    if let Some(plain) = catalogue::without_prefix(tool) {
        names.push(plain.to_owned());
    }
    if let Some(namespace) = namespace {
        names.push(format!("{namespace}__{tool}"));
        names.push(format!("mcp__{namespace}__{tool}"));
        names.push(format!("{namespace}.{tool}"));
    }
    names.iter().filter_map(|name| tools.get(name)).collect()
}

impl ToolMapping {
    /// Whether the row says anything of the argument `key`.
    fn mentions(&self, key: &str) -> bool {
        let places = [
            &self.read,
            &self.list,
            &self.write,
            &self.delete,
            &self.fetch,
            &self.send,
            &self.shell,
            &self.sql,
            &self.database,
            &self.resource,
        ];
        let mut pointers = places.into_iter().flatten().chain(&self.inert).map(String::as_str);
        pointers.any(|at| {
            let first = at.strip_prefix('/').and_then(|at| at.split('/').next());
            first.is_some_and(|first| first.replace("~1", "/").replace("~0", "~") == key)
        })
    }
}

/// Adds what a row says the call does.
pub(super) fn apply(row: &ToolMapping, asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    one(row, asked, setting, out);
    let Input::Json(arguments) = asked.input else { return };
    if row.shell.is_none() {
        return;
    }
    let is_read = |key: &str| row.mentions(key);
    for directory in beside::commands(arguments, &asked.at, setting.working_directory, &is_read, out) {
        one(row, asked, &Setting { working_directory: directory.as_deref(), ..*setting }, out);
    }
}

fn one(row: &ToolMapping, asked: &Asked<'_>, setting: &Setting<'_>, out: &mut Gathered) {
    let nothing = Node { span: Span { start: 0, end: 0 }, value: Value::Null };
    let arguments = match asked.input {
        Input::Json(arguments) => arguments,
        Input::Absent | Input::Text(_) => &nothing,
    };
    let mut reader = Reader::bare(arguments, asked, setting);
    for (place, access, action) in [
        (&row.read, Access::Read, Action::FILE_READ),
        (&row.list, Access::List, Action::FILE_LIST),
        (&row.write, Access::Write, Action::FILE_WRITE),
        (&row.delete, Access::Delete, Action::FILE_DELETE),
    ] {
        each(&mut reader, place.as_deref(), &mut |reader, text, at| match text {
            Some(text) => reader.path_text(access, text, at),
            None => reader.add(action.clone(), Resource::path(Name::Dynamic)),
        });
    }
    each(&mut reader, row.fetch.as_deref(), &mut |reader, text, at| match text {
        Some(text) => reader.fetch(text, at),
        None => reader.add(Action::NET_FETCH, Resource::host(Name::Dynamic)),
    });
    each(&mut reader, row.send.as_deref(), &mut |reader, text, at| match text {
        Some(text) => reader.send_to(text, at),
        None => reader.add(Action::NET_SEND, Resource::host(Name::Dynamic)),
    });
    each(&mut reader, row.shell.as_deref(), &mut |reader, text, at| {
        if let Some(text) = text {
            reader.shell(text, at);
        }
    });
    let database = row.database.as_deref().map(|text| reader.database_of(text));
    reader.on_database(database.clone().unwrap_or_default(), row.dialect.as_deref().or(setting.dialect));
    each(&mut reader, row.sql.as_deref(), &mut |reader, text, at| {
        if let Some(text) = text {
            reader.sql(text, "", at);
        }
    });
    if row.sql.is_some() {
        for (at, text) in beside::queries(arguments, &asked.at, &|key| row.mentions(key)) {
            reader.sql(text, "", &at);
        }
    }
    if let Some(action) = &row.action {
        let action = Action::named(action);
        match &row.resource {
            None => own(&mut reader, &action, database.as_ref(), asked),
            Some(resource) => each(&mut reader, Some(resource), &mut |reader, text, at| {
                let resource =
                    on(&action, text, database.as_ref(), setting, &mut |why| reader.doubt(why, at));
                reader.add(action.clone(), resource);
            }),
        }
    }
    out.absorb(reader.out.into_effects());
}

/// Calls `found` with the text that a place of the row names, once per element where it is a list, or with
/// nothing where there is none.
fn each<'a>(
    reader: &mut Reader<'a>,
    place: Option<&str>,
    found: &mut dyn FnMut(&mut Reader<'a>, Option<&str>, &str),
) {
    let Some(place) = place else {
        return;
    };
    if !place.starts_with('/') {
        found(reader, Some(place), "");
        return;
    }
    match reader.mapped(place) {
        Some(texts) => texts.iter().for_each(|(at, text)| found(reader, Some(text), at)),
        None => {
            reader.doubt(unknown::ARGUMENT_MISSING, &reader.pointer(place));
            found(reader, None, "");
        }
    }
}

/// An action of your own without a resource is done to the tool's database, or to the tool itself.
fn own(reader: &mut Reader<'_>, action: &Action, database: Option<&Database>, asked: &Asked<'_>) {
    let resource = match database {
        Some(database) if action.family() == "sql" => {
            Resource::Sql { host: database.host.clone(), database: database.name.clone(), table: None }
        }
        _ => Resource::Tool { tool: asked.tool.to_owned() },
    };
    reader.add(action.clone(), resource);
}

/// The resource an action of the row is on: of the kind that its family has, otherwise a name of yours.
fn on(
    action: &Action,
    text: Option<&str>,
    database: Option<&Database>,
    setting: &Setting<'_>,
    doubt: &mut dyn FnMut(Why),
) -> Resource {
    let name = text.map_or(Name::Dynamic, |text| Name::Literal(text.to_owned()));
    match action.family() {
        "file" | "secret" => {
            let path = text.map_or(Ok(Name::Dynamic), |text| path::read(text, setting.working_directory));
            Resource::path(path.unwrap_or_else(|why| {
                doubt(why);
                Name::Dynamic
            }))
        }
        "net" => match text.map(super::url::read) {
            Some(Ok(super::url::Target::Web(url))) => {
                Resource::Host { host: Name::Literal(url.host), port: url.port, url: Some(url.text) }
            }
            Some(_) => {
                doubt(unknown::URL_UNUSUAL);
                Resource::host(Name::Dynamic)
            }
            None => Resource::host(Name::Dynamic),
        },
        "sql" => Resource::Sql {
            host: database.and_then(|database| database.host.clone()),
            database: database.and_then(|database| database.name.clone()),
            table: Some(name),
        },
        "process" | "service" | "package" => Resource::Program { program: name },
        "git" => Resource::Repository { repository: name },
        "cloud" | "kubernetes" | "container" => Resource::Cloud { cloud: name },
        _ => Resource::Named { name },
    }
}
