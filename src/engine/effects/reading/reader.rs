//! The meanings a row of the catalogue can give, applied to the arguments of one call.

use super::network::fixed_host;
use super::{Asked, Input, Setting, escaped, one};
use crate::effects::catalogue::row::{Absent, Arm, At, Clause, Tool};
use crate::effects::database::Database;
use crate::effects::gathered::Gathered;
use crate::effects::unknown::{self, Why};
use crate::effects::{Action, Effects, Name, Reach, Resource, catalogue, mapping, path, places, web};
use crate::json::{Document, Node, Value};

/// Nesting of JSON in a string.
const DEPTH: usize = 64;

/// Most elements of an array that are looked at. Beyond it the call has an unknown.
const MOST: usize = 1024;

/// One row applied to one call.
pub(in crate::effects) struct Reader<'a> {
    pub(super) arguments: &'a Node,
    pub(in crate::effects) tool: &'a str,
    pub(super) at: &'a str,
    pub(super) setting: Setting<'a>,
    pub(super) persistent: bool,
    pub(super) directory: Option<String>,
    pub(super) database: Database,
    pub(super) dialect: Option<&'a str>,
    /// The row, and what qualifies the tool's name.
    pub(super) row: Option<&'static Tool>,
    pub(super) namespace: Option<&'a str>,
    pub(in crate::effects) out: Gathered,
}

impl<'a> Reader<'a> {
    pub(in crate::effects) fn new(
        arguments: &'a Node,
        tool: &'static Tool,
        asked: &'a Asked<'a>,
        setting: &Setting<'a>,
    ) -> Self {
        let mut reader = Self::bare(arguments, asked, setting);
        reader.persistent = tool.persistent;
        reader.row = Some(tool);
        // What the operator says of the database completes what the catalogue cannot know.
        for mapping in mapping::of(setting.tools, asked.tool, asked.namespace) {
            if let Some(text) = &mapping.database {
                reader.database = reader.database_of(text);
            }
            reader.dialect = mapping.dialect.as_deref().or(reader.dialect);
        }
        reader
    }

    /// A reader that knows no more than where it stands.
    pub(in crate::effects) fn bare(arguments: &'a Node, asked: &'a Asked<'a>, setting: &Setting<'a>) -> Self {
        Self {
            arguments,
            tool: asked.tool,
            at: &asked.at,
            setting: *setting,
            persistent: false,
            directory: setting.working_directory.map(str::to_owned),
            database: Database::default(),
            dialect: setting.dialect,
            row: None,
            namespace: asked.namespace,
            out: Gathered::default(),
        }
    }

    pub(in crate::effects) fn finish(self, tool: &str) -> Effects {
        self.out.finish(tool)
    }

    /// Applies the clauses of a row. Directories come first: the rest is relative to them.
    pub(in crate::effects) fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            if let Clause::Directory(at) = clause {
                self.change_directory(at);
            }
        }
        for clause in clauses {
            self.clause(clause);
        }
    }

    fn clause(&mut self, clause: &Clause) {
        match *clause {
            Clause::Path(access, at, absent) => self.path(access, at, absent),
            Clause::Fixed(access, text) => self.path_text(access, text, self.at),
            Clause::Joined { access, directory, name } => self.joined(access, directory, name),
            Clause::Pattern { access, pattern, base } => self.pattern(access, pattern, base),
            Clause::Filter { pattern, base } => self.filter(pattern, base),
            Clause::Fetch(at, absent) => {
                for (at, text) in self.texts(at, absent != Absent::Refused) {
                    self.fetch(&text, &at);
                }
            }
            Clause::FetchLinks(at) => self.links(at),
            Clause::SendTo(at) => {
                for (at, text) in self.texts(at, false) {
                    self.send_to(&text, &at);
                }
            }
            Clause::Send(at, host) => {
                if self.is_given(at) {
                    self.out.add(Action::NET_SEND, Resource::host(fixed_host(host)));
                }
            }
            Clause::Ask(at) => {
                if self.nodes(at).iter().any(|(_, node)| node.as_str().is_some_and(web::carries_data)) {
                    self.out.add(Action::NET_SEND, Resource::host(Name::Dynamic));
                }
            }
            Clause::Shell(at, absent) => {
                for (at, text) in self.texts(at, absent != Absent::Refused) {
                    self.shell(&text, &at);
                }
            }
            Clause::Argv(at) => self.argv(at),
            Clause::Lines(at) => self.lines(at),
            Clause::Keystrokes(at) => {
                for (at, text) in self.texts(at, true) {
                    // Nothing, or an interrupt.
                    if !matches!(text.as_str(), "" | "\u{3}") {
                        self.out.doubt(unknown::KEYSTROKES, &at);
                    }
                }
            }
            Clause::Interpreter(at) => self.interpreter(at),
            Clause::Environment(at) | Clause::Options(at) if !self.is_given(at) => {}
            Clause::Environment(at) => self.out.doubt(unknown::ENVIRONMENT_NOT_READ, &self.pointer(at)),
            Clause::Options(at) => self.out.doubt(unknown::ARGUMENT_OPTIONS, &self.pointer(at)),
            Clause::Directory(_) | Clause::Plain(_) => {}
            Clause::Sql(at, dialect) => {
                for (at, text) in self.texts(at, false) {
                    self.sql(&text, dialect, &at);
                }
            }
            Clause::Code(at, language) => self.code(at, language),
            Clause::Language(language) => {
                self.out.add(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
            }
            Clause::Patch(at) => {
                for (at, text) in self.texts(at, false) {
                    self.patch(&text, &at);
                }
            }
            Clause::Tool(action) => self.tool(action),
            Clause::Host(action, host) => {
                self.out.add(Action::named(action), Resource::host(fixed_host(host)))
            }
            Clause::Database(action, tables) => self.tables(action, tables),
            Clause::Cloud(action, name) => {
                let name = name.to_owned();
                let cloud = if name.contains('*') { Name::Glob(name) } else { Name::Literal(name) };
                self.out.add(Action::named(action), Resource::Cloud { cloud });
            }
            Clause::Repository(action, repository) => self.repository(action, repository),
            Clause::Kubernetes { action, kind, namespace, name } => {
                self.kubernetes(action, kind, namespace, name);
            }
            Clause::Within { container, does } => {
                let name = self.word(container).unwrap_or_else(|| "?".to_owned());
                let outside = std::mem::replace(&mut self.out.reach, Reach::Container(name));
                self.clauses(does);
                self.out.reach = outside;
            }
            Clause::If(at, does) => {
                if self.is_given(at) {
                    self.clauses(does);
                }
            }
            Clause::Case { at, arms, absent } => self.case(at, arms, absent),
            Clause::Json(at, does) => self.json(at, does),
            Clause::Call { server, tool, arguments } => self.call(server, tool, arguments),
            Clause::Calls { each, tool, arguments } => self.calls(each, tool, arguments),
            Clause::Resource(at) => self.resource(at),
            Clause::Reference(at) => {
                for (at, text) in self.texts(at, true) {
                    if text.starts_with('-') {
                        self.out.doubt(unknown::ARGUMENT_OPTION, &at);
                    }
                    // `HEAD:.env` is a file as it was at a revision.
                    if let Some((_, file)) = text.split_once(':')
                        && let Ok(name) = path::read(file, self.directory.as_deref())
                        && places::amounts_to(&Action::FILE_READ, &name, false).contains(&Action::SECRET_READ)
                    {
                        self.out.add(Action::SECRET_READ, Resource::path(name));
                    }
                }
            }
            Clause::Needs(at) => {
                if self.nodes(at).is_empty() {
                    self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(at));
                }
            }
        }
    }

    // Arguments.

    pub(in crate::effects) fn pointer(&self, at: &str) -> String {
        format!("{}{at}", self.at)
    }

    /// The values at a place, with their pointers; `null` counts as absent, `*` is every element.
    pub(super) fn nodes(&mut self, at: &str) -> Vec<(String, &'a Node)> {
        let mut found: Vec<(String, &'a Node)> = vec![(self.at.to_owned(), self.arguments)];
        let mut odd: Option<String> = None;
        for token in at.split('/').skip(1) {
            let mut next = Vec::new();
            for (at, node) in found {
                if token == "*" {
                    match node.elements() {
                        Some(elements) => {
                            if elements.len() + next.len() > MOST {
                                self.out.doubt(unknown::TOO_MANY, &at);
                            }
                            let room = MOST.saturating_sub(next.len());
                            let first = elements.iter().take(room).enumerate();
                            next.extend(first.map(|(i, e)| (format!("{at}/{i}"), e)));
                        }
                        None => odd = Some(at),
                    }
                } else if let Some(inner) = node.get(&token.replace("~1", "/").replace("~0", "~")) {
                    next.push((format!("{at}/{token}"), inner));
                } else if !matches!(node.value, Value::Object(_)) {
                    odd = Some(at);
                }
            }
            next.retain(|(_, node)| !node.is_null());
            found = next;
        }
        if let Some(at) = odd {
            self.out.misfit(unknown::ARGUMENT_TYPE, &at);
        }
        found
    }

    /// The strings at a place. Without `optional` one must be there; anything but a string is a misfit.
    pub(super) fn texts(&mut self, at: &str, optional: bool) -> Vec<(String, String)> {
        let nodes = self.nodes(at);
        let parent = at.split_once("/*").map(|(parent, _)| parent);
        let given = !nodes.is_empty() || parent.is_some_and(|parent| !self.nodes(parent).is_empty());
        if !given && !optional {
            self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(at));
        }
        let mut texts = Vec::new();
        for (at, node) in nodes {
            match node.as_str() {
                Some(text) => texts.push((at, text.to_owned())),
                None => self.out.misfit(unknown::ARGUMENT_TYPE, &at),
            }
        }
        texts
    }

    /// The one string at a place, where there is one.
    pub(super) fn word(&mut self, at: &str) -> Option<String> {
        self.texts(at, true).into_iter().next().map(|(_, text)| text)
    }

    /// Whether something is there that says more than "no".
    pub(super) fn is_given(&mut self, at: &str) -> bool {
        self.nodes(at).iter().any(|(_, node)| match &node.value {
            Value::Null | Value::Bool(false) => false,
            Value::Bool(true) => true,
            Value::Number(text) => text != "0",
            Value::String(text) => !matches!(text.as_str(), "" | "false" | "False" | "0" | "no"),
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty(),
        })
    }

    // Choices and nesting.

    fn case(&mut self, at: At, arms: &[Arm], absent: Option<&'static [Clause]>) {
        let Some((pointer, node)) = self.nodes(at).into_iter().next() else {
            match absent {
                Some(clauses) => self.clauses(clauses),
                None => self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(at)),
            }
            return;
        };
        let value = match &node.value {
            Value::String(text) => text.as_str(),
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            _ => {
                self.out.misfit(unknown::ARGUMENT_TYPE, &pointer);
                return;
            }
        };
        match arms.iter().find(|Arm(values, _)| values.contains(&value)) {
            Some(Arm(_, clauses)) => self.clauses(clauses),
            None => self.out.misfit(unknown::ARGUMENT_VALUE, &pointer),
        }
    }

    fn json(&mut self, at: At, does: &'static [Clause]) {
        for (at, text) in self.texts(at, false) {
            let Ok(document) = Document::parse(text.into_bytes(), DEPTH) else {
                self.out.doubt(unknown::ARGUMENTS_MALFORMED, &at);
                continue;
            };
            let asked = Asked { tool: self.tool, namespace: None, input: Input::Absent, at };
            let mut inner = Reader::bare(document.root(), &asked, &self.setting);
            inner.clauses(does);
            let Gathered { mismatch, .. } = &mut inner.out;
            for misfit in std::mem::take(mismatch) {
                self.out.mismatch.push(misfit);
            }
            self.out.absorb(inner.out.into_effects());
        }
    }

    fn call(&mut self, server: At, tool: At, arguments: At) {
        let server = self.texts(server, true).into_iter().next();
        let Some((_, tool)) = self.texts(tool, false).into_iter().next() else {
            return;
        };
        let arguments = self.nodes(arguments).into_iter().next();
        self.inner_call(server.map(|(_, name)| name).as_deref(), &tool, arguments);
    }

    fn calls(&mut self, each: At, tool: At, arguments: At) {
        let nodes = self.nodes(each);
        if nodes.is_empty() {
            self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(each));
        }
        for (at, node) in nodes {
            match node.pointer(tool).and_then(Node::as_str) {
                Some(name) => {
                    let inner = node.pointer(arguments).map(|node| (format!("{at}{arguments}"), node));
                    self.inner_call(None, name, inner);
                }
                None => self.out.misfit(unknown::ARGUMENT_TYPE, &at),
            }
        }
    }

    fn inner_call(&mut self, server: Option<&str>, tool: &str, arguments: Option<(String, &Node)>) {
        // What is known of this tool's database says nothing of another's.
        let setting = Setting { depth: self.setting.depth + 1, dialect: None, ..self.setting };
        let Some(left) = setting.calls.get().checked_sub(1) else {
            self.out.doubt(unknown::TOO_MANY, self.at);
            return;
        };
        setting.calls.set(left);
        let out = &mut self.out;
        let tool = catalogue::without_prefix(tool).unwrap_or(tool);
        let mut read = |input: Input<'_>, at: String| {
            let mut inner = Gathered::default();
            one(&Asked { tool, namespace: server, input, at }, &setting, &mut inner);
            out.absorb(inner.finish(tool));
        };
        match arguments {
            None => read(Input::Absent, self.at.to_owned()),
            Some((at, node)) => match node.as_str() {
                None => read(Input::Json(node), at),
                // JSON in a string, as some clients pass arguments on.
                Some("") => read(Input::Absent, at),
                Some(text) => match Document::parse(text.as_bytes().to_vec(), DEPTH) {
                    Ok(document) => read(Input::Json(document.root()), at),
                    // Text that means to be JSON and is not.
                    Err(_) if text.trim_start().starts_with(['{', '[']) => {
                        out.doubt(unknown::ARGUMENTS_MALFORMED, &at);
                    }
                    Err(_) => read(Input::Text(text), at),
                },
            },
        }
    }

    /// Adds an effect of the operator's own words.
    pub(in crate::effects) fn add(&mut self, action: Action, resource: Resource) {
        self.out.add(action, resource);
    }

    /// Adds what could not be followed.
    pub(in crate::effects) fn doubt(&mut self, why: Why, at: &str) {
        self.out.doubt(why, at);
    }

    /// The texts at a pointer of a mapping: of the string or number there, or of every one in the array there.
    /// `None` if there is nothing, or something else.
    pub(in crate::effects) fn mapped(&mut self, pointer: &str) -> Option<Vec<(String, String)>> {
        let text = |node: &Node| match &node.value {
            Value::String(text) | Value::Number(text) => Some(text.clone()),
            _ => None,
        };
        let node = self.arguments.pointer(pointer)?;
        let at = self.pointer(pointer);
        if let Some(text) = text(node) {
            return Some(vec![(at, text)]);
        }
        let elements = node.elements().filter(|elements| !elements.is_empty())?;
        if elements.len() > MOST {
            self.out.doubt(unknown::TOO_MANY, &at);
        }
        elements
            .iter()
            .take(MOST)
            .enumerate()
            .map(|(i, element)| Some((format!("{at}/{i}"), text(element)?)))
            .collect()
    }

    /// The pointer to a key of these arguments.
    pub(in crate::effects) fn key(&self, key: &str) -> String {
        format!("{}/{}", self.at, escaped(key))
    }
}
