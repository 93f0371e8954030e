//! The meanings a row of the catalogue can give, applied to the arguments of one call.

use super::super::catalogue::row::{Absent, Access, Arm, At, Clause, Repository, Text, Tool};
use super::super::database::Database;
use super::super::gathered::Gathered;
use super::super::unknown::{self, Why};
use super::super::url::{self, Target};
use super::super::{
    Action, Effects, Name, Reach, Resource, database, mapping, patch, path, places, shell, sql,
};
use super::{Asked, Input, Setting, escaped, one};
use crate::json::{Document, Node, Value};
use crate::redact;

/// Nesting of JSON in a string.
const DEPTH: usize = 64;

/// One row applied to one call.
pub(in super::super) struct Reader<'a> {
    arguments: &'a Node,
    tool: &'a str,
    at: &'a str,
    setting: Setting<'a>,
    persistent: bool,
    directory: Option<String>,
    database: Database,
    dialect: Option<&'a str>,
    pub(in super::super) out: Gathered,
}

impl<'a> Reader<'a> {
    pub(in super::super) fn new(
        arguments: &'a Node,
        tool: &'static Tool,
        asked: &'a Asked<'a>,
        setting: &Setting<'a>,
    ) -> Self {
        let mut reader = Self::bare(arguments, asked, setting);
        reader.persistent = tool.persistent;
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
    pub(in super::super) fn bare(arguments: &'a Node, asked: &'a Asked<'a>, setting: &Setting<'a>) -> Self {
        Self {
            arguments,
            tool: asked.tool,
            at: &asked.at,
            setting: *setting,
            persistent: false,
            directory: setting.working_directory.map(str::to_owned),
            database: Database::default(),
            dialect: None,
            out: Gathered::default(),
        }
    }

    pub(in super::super) fn finish(self, tool: &str) -> Effects {
        self.out.finish(tool)
    }

    /// Applies the clauses of a row. Directories come first: the rest is relative to them.
    pub(in super::super) fn clauses(&mut self, clauses: &[Clause]) {
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
                if self.nodes(at).iter().any(|(_, node)| node.as_str().is_some_and(redact::has_secret)) {
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

    pub(in super::super) fn pointer(&self, at: &str) -> String {
        format!("{}{at}", self.at)
    }

    /// The values at a place, with their pointers; `null` counts as absent, `*` is every element.
    fn nodes(&mut self, at: &str) -> Vec<(String, &'a Node)> {
        let mut found: Vec<(String, &'a Node)> = vec![(self.at.to_owned(), self.arguments)];
        let mut odd: Option<String> = None;
        for token in at.split('/').skip(1) {
            let mut next = Vec::new();
            for (at, node) in found {
                if token == "*" {
                    match node.elements() {
                        Some(elements) => {
                            next.extend(elements.iter().enumerate().map(|(i, e)| (format!("{at}/{i}"), e)));
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
    fn texts(&mut self, at: &str, optional: bool) -> Vec<(String, String)> {
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
    fn word(&mut self, at: &str) -> Option<String> {
        self.texts(at, true).into_iter().next().map(|(_, text)| text)
    }

    /// Whether something is there that says more than "no".
    fn is_given(&mut self, at: &str) -> bool {
        self.nodes(at).iter().any(|(_, node)| match &node.value {
            Value::Null | Value::Bool(false) => false,
            Value::Bool(true) => true,
            Value::Number(text) => text != "0",
            Value::String(text) => !matches!(text.as_str(), "" | "false" | "False" | "0" | "no"),
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty(),
        })
    }

    // Paths.

    fn change_directory(&mut self, at: &str) {
        for (at, text) in self.texts(at, true) {
            self.directory = match path::read(&text, self.directory.as_deref()) {
                Ok(Name::Literal(directory)) => Some(directory),
                Ok(_) => None,
                Err(why) => {
                    self.out.doubt(why, &at);
                    None
                }
            };
        }
    }

    fn path(&mut self, access: Access, at: At, absent: Absent) {
        let texts = self.texts(at, absent != Absent::Refused);
        if texts.is_empty() && absent == Absent::Here && self.nodes(at).is_empty() {
            self.path_text(access, ".", &self.pointer(at));
        }
        for (at, text) in texts {
            self.path_text(access, &text, &at);
        }
    }

    /// Does `access` to the path that `text` names.
    pub(in super::super) fn path_text(&mut self, access: Access, text: &str, at: &str) {
        let name = match path::read(text, self.directory.as_deref()) {
            Ok(name) => name,
            Err(why) => {
                self.out.doubt(why, at);
                Name::Dynamic
            }
        };
        self.access(access, name);
    }

    fn access(&mut self, access: Access, name: Name) {
        let out = &mut self.out;
        match access {
            Access::Read => out.add(Action::FILE_READ, Resource::path(name)),
            Access::ReadTree => out.add(Action::FILE_READ, Resource::tree(name)),
            Access::List => out.add(Action::FILE_LIST, Resource::path(name)),
            Access::ListTree => out.add(Action::FILE_LIST, Resource::tree(name)),
            Access::Write => out.add(Action::FILE_WRITE, Resource::path(name)),
            Access::WriteTree => out.add(Action::FILE_WRITE, Resource::tree(name)),
            Access::Delete => out.add(Action::FILE_DELETE, Resource::path(name)),
            Access::Move => {
                // What is moved can be read where it lands.
                out.add(Action::FILE_READ, Resource::path(name.clone()));
                out.add(Action::FILE_DELETE, Resource::path(name));
            }
            Access::Remember => {
                let remembers = matches!(&name, Name::Literal(path) if path::is_within(path, "/memories"));
                let action = if remembers { Action::MEMORY_WRITE } else { Action::FILE_WRITE };
                out.add(action, Resource::path(name));
            }
        }
    }

    fn joined(&mut self, access: Access, directory: At, name: At) {
        let directory = self.word(directory).filter(|text| !text.is_empty());
        for (at, name) in self.texts(name, false) {
            match &directory {
                Some(directory) if !name.starts_with(['/', '~', '$']) => {
                    self.path_text(access, &format!("{directory}/{name}"), &at);
                }
                _ => self.path_text(access, &name, &at),
            }
        }
    }

    /// The directory that patterns start from; `None` if it is not known.
    fn base(&mut self, base: At) -> Option<String> {
        let text = if base.is_empty() { None } else { self.word(base) };
        let text = text.unwrap_or_else(|| ".".to_owned());
        match path::read(&text, self.directory.as_deref()) {
            Ok(Name::Literal(base)) => Some(base),
            Ok(_) => None,
            Err(why) => {
                self.out.doubt(why, &self.pointer(base));
                None
            }
        }
    }

    fn pattern(&mut self, access: Access, pattern: At, base: At) {
        let base = self.base(base);
        for (at, text) in self.texts(pattern, false) {
            match path::pattern(&text, base.as_deref()) {
                Ok(names) => names.into_iter().for_each(|name| self.access(access, name)),
                Err(why) => {
                    self.out.doubt(why, &at);
                    self.access(access, Name::Dynamic);
                }
            }
        }
    }

    fn filter(&mut self, pattern: At, base: At) {
        let base = self.base(base);
        for (at, text) in self.texts(pattern, true) {
            // What is left out is no reason to worry.
            if text.starts_with('!') || text.is_empty() {
                continue;
            }
            let below = format!("**/{}", text.trim_start_matches('/'));
            match path::pattern(&below, base.as_deref()) {
                Ok(names) => {
                    for name in names {
                        if places::amounts_to(&Action::FILE_READ, &name, false).contains(&Action::SECRET_READ)
                        {
                            self.out.add(Action::SECRET_READ, Resource::path(name));
                        }
                    }
                }
                Err(why) => self.out.doubt(why, &at),
            }
        }
    }

    // The network.

    /// Fetches the URL that `text` is.
    pub(in super::super) fn fetch(&mut self, text: &str, at: &str) {
        match url::read(text) {
            Ok(Target::Web(found)) => {
                let resource = web(&found);
                if url::address_class(&found.host) == url::AddressClass::Metadata {
                    self.out.add(Action::SECRET_READ, resource.clone());
                }
                // A query can carry out what a body can.
                let query = found.tail.split_once('?').map_or(0, |(_, query)| query.len());
                if query > LONG_QUERY || redact::has_secret(&found.text) || found.user_information {
                    self.out.add(Action::NET_SEND, resource.clone());
                }
                self.out.add(Action::NET_FETCH, resource);
            }
            Ok(Target::File(path)) => self.path_text(Access::Read, &path, at),
            Ok(Target::Blank) => self.tool("tool.use"),
            Err(why) => {
                self.out.doubt(why, at);
                self.out.add(Action::NET_FETCH, Resource::host(Name::Dynamic));
            }
        }
    }

    /// Sends to the URL or host that `text` is.
    pub(in super::super) fn send_to(&mut self, text: &str, at: &str) {
        match url::read(text) {
            Ok(Target::Web(found)) => self.out.add(Action::NET_SEND, web(&found)),
            Ok(Target::File(_) | Target::Blank) | Err(_) => {
                self.out.doubt(unknown::URL_UNUSUAL, at);
                self.out.add(Action::NET_SEND, Resource::host(Name::Dynamic));
            }
        }
    }

    fn links(&mut self, at: At) {
        for (at, text) in self.texts(at, false) {
            let mut found = false;
            for word in
                text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|'))
            {
                let Some(middle) = word.find("://") else {
                    continue;
                };
                let before = word.get(..middle).unwrap_or_default();
                let scheme = before.len() - before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
                let link = word.get(scheme..).unwrap_or_default();
                found = true;
                self.fetch(link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}']), &at);
            }
            if !found {
                self.out.misfit(unknown::ARGUMENT_VALUE, &at);
            }
        }
    }

    /// An address of a server's resource.
    fn resource(&mut self, at: At) {
        self.tool("tool.use");
        for (at, text) in self.texts(at, false) {
            let lower = text.to_ascii_lowercase();
            if lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("file:") {
                self.fetch(&text, &at);
            }
        }
    }

    // Commands, queries, code.

    fn shell_setting<'s>(&'s self, at: &'s str) -> shell::Setting<'s> {
        shell::Setting {
            working_directory: self.directory.as_deref(),
            persistent: self.persistent,
            reach: self.out.reach.clone(),
            at,
        }
    }

    /// Runs `text` in a shell.
    pub(in super::super) fn shell(&mut self, text: &str, at: &str) {
        let effects = shell::read(text, &self.shell_setting(at));
        self.out.absorb(effects);
    }

    fn argv(&mut self, at: At) {
        let Some((at, node)) = self.nodes(at).into_iter().next() else {
            self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(at));
            return;
        };
        let words: Option<Vec<&str>> =
            node.elements().and_then(|elements| elements.iter().map(Node::as_str).collect());
        match words {
            Some(words) if !words.is_empty() => {
                let effects = shell::read_words(&words, &self.shell_setting(&at));
                self.out.absorb(effects);
            }
            _ => self.out.misfit(unknown::ARGUMENT_TYPE, &at),
        }
    }

    fn lines(&mut self, at: At) {
        let Some((at, node)) = self.nodes(at).into_iter().next() else {
            self.out.misfit(unknown::ARGUMENT_MISSING, &self.pointer(at));
            return;
        };
        if let Some(text) = node.as_str() {
            self.shell(text, &at);
            return;
        }
        let lines: Option<Vec<&str>> =
            node.elements().and_then(|elements| elements.iter().map(Node::as_str).collect());
        match lines {
            // One after the other in one shell.
            Some(lines) if !lines.is_empty() => self.shell(&lines.join("\n"), &at),
            _ => self.out.misfit(unknown::ARGUMENT_TYPE, &at),
        }
    }

    fn interpreter(&mut self, at: At) {
        for (at, text) in self.texts(at, true) {
            let name = ["/bin/", "/usr/bin/", "/usr/local/bin/"]
                .iter()
                .find_map(|directory| text.strip_prefix(directory))
                .unwrap_or(&text);
            if !matches!(name, "" | "sh" | "bash" | "zsh" | "dash") {
                self.out.add(Action::PROCESS_RUN, Resource::Program { program: Name::Literal(text.clone()) });
                self.out.doubt(unknown::PROGRAM_UNUSUAL, &at);
            }
        }
    }

    /// Runs `text` as SQL.
    pub(in super::super) fn sql(&mut self, text: &str, dialect: &str, at: &str) {
        let setting = sql::Setting {
            host: self.database.host.clone(),
            database: self.database.name.clone(),
            dialect: self.dialect.or(Some(dialect).filter(|dialect| !dialect.is_empty())),
            at,
        };
        self.out.absorb(sql::read(text, &setting));
    }

    fn tables(&mut self, action: &'static str, tables: At) {
        let given = if tables.is_empty() { None } else { self.word(tables) };
        let names: Vec<Option<Name>> = match &given {
            None => vec![None],
            Some(list) => list.split(',').map(|table| Some(Name::Literal(table.trim().to_owned()))).collect(),
        };
        for table in names {
            let (host, database) = (self.database.host.clone(), self.database.name.clone());
            self.out.add(Action::named(action), Resource::Sql { host, database, table });
        }
    }

    /// The database a mapping names: a pointer into the arguments, or the text itself.
    pub(in super::super) fn database_of(&mut self, text: &str) -> Database {
        let (at, text) = if text.starts_with('/') {
            match self.texts(text, true).into_iter().next() {
                Some(found) => found,
                None => {
                    self.out.doubt(unknown::ARGUMENT_MISSING, &self.pointer(text));
                    return Database::dynamic();
                }
            }
        } else {
            (String::new(), text.to_owned())
        };
        database::read(&text).unwrap_or_else(|why| {
            self.out.doubt(why, &at);
            Database::dynamic()
        })
    }

    /// Sets what the following SQL runs on.
    pub(in super::super) fn on_database(&mut self, database: Database, dialect: Option<&'a str>) {
        self.database = database;
        self.dialect = dialect;
    }

    fn code(&mut self, at: At, language: &'static str) {
        if self.texts(at, false).is_empty() {
            return;
        }
        let language = if language.starts_with('/') {
            self.word(language).unwrap_or_else(|| "unknown".to_owned()).to_lowercase()
        } else {
            language.to_owned()
        };
        self.out.add(Action::CODE_RUN, Resource::Code { language });
    }

    fn patch(&mut self, text: &str, at: &str) {
        let Some(changes) = patch::read(text) else {
            self.out.doubt(unknown::PATCH_NOT_READ, at);
            return;
        };
        for change in changes {
            match change {
                patch::Change::Write(path) => self.path_text(Access::Write, path, at),
                patch::Change::Delete(path) => self.path_text(Access::Delete, path, at),
                patch::Change::Move(from, to) => {
                    self.path_text(Access::Move, from, at);
                    self.path_text(Access::Write, to, at);
                }
            }
        }
    }

    // What is done by the tool itself, or to what it is connected with.

    fn tool(&mut self, action: &'static str) {
        self.out.add(Action::named(action), Resource::Tool { tool: self.tool.to_owned() });
    }

    fn repository(&mut self, action: &'static str, which: Repository) {
        let name = match which {
            Repository::Here => self.local_repository(".", ""),
            Repository::Local(at) => {
                let Some((at, text)) = self.texts(at, false).into_iter().next() else {
                    return;
                };
                self.local_repository(&text, &at)
            }
            Repository::Hosted { host, owner, name } => {
                let (owner, name) = (self.texts(owner, false), self.texts(name, false));
                let (Some((owner_at, owner)), Some((name_at, name))) = (owner.first(), name.first()) else {
                    return;
                };
                let plain = |text: &str| {
                    !text.is_empty()
                        && !matches!(text, "." | "..")
                        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                };
                if plain(owner) && plain(name) {
                    // The host does not tell upper from lower case.
                    Name::Literal(format!("{host}/{owner}/{name}").to_lowercase())
                } else {
                    let at = if plain(owner) { name_at } else { owner_at };
                    self.out.doubt(unknown::NAME_UNUSUAL, at);
                    Name::Dynamic
                }
            }
            Repository::Any(host) => Name::Glob(format!("{host}/**")),
        };
        self.out.add(Action::named(action), Resource::Repository { repository: name });
    }

    fn local_repository(&mut self, text: &str, at: &str) -> Name {
        path::read(text, self.directory.as_deref()).unwrap_or_else(|why| {
            self.out.doubt(why, at);
            Name::Dynamic
        })
    }

    fn kubernetes(&mut self, action: &'static str, kind: Text, namespace: Text, name: Text) {
        let kinds = self.text(kind);
        let (namespace, name) = (self.text(namespace), self.text(name));
        let kinds = kinds.as_deref().unwrap_or("*").to_lowercase();
        // `pods,secrets` and `secret/db` are how kubectl takes several kinds, or a kind with its name.
        for kind in kinds.split(',') {
            let (kind, own_name) = match kind.split_once('/') {
                Some((kind, name)) => (kind, Some(name.to_owned())),
                None => (kind, None),
            };
            let name = own_name.as_deref().or(name.as_deref()).unwrap_or("*");
            let parts = ["kubernetes", namespace.as_deref().unwrap_or("*"), kind, name];
            let plain = |part: &&str| {
                let part: &str = part;
                part == "*"
                    || (!part.is_empty()
                        && part
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':')))
            };
            let cloud = if !parts.iter().all(plain) {
                self.out.doubt(unknown::NAME_UNUSUAL, self.at);
                Name::Dynamic
            } else if parts.contains(&"*") {
                Name::Glob(parts.join("/"))
            } else {
                Name::Literal(parts.join("/"))
            };
            let resource = Resource::Cloud { cloud };
            let secret = matches!(kind.split('.').next(), Some("secret" | "secrets" | "*"));
            if action == "kubernetes.read" && secret {
                self.out.add(Action::SECRET_READ, resource.clone());
            }
            self.out.add(Action::named(action), resource);
        }
    }

    fn text(&mut self, text: Text) -> Option<String> {
        match text {
            Text::From(at) => self.word(at).filter(|text| !text.is_empty()),
            Text::Fixed(text) => Some(text.to_owned()),
            Text::Any => None,
        }
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
        let setting = Setting { depth: self.setting.depth + 1, ..self.setting };
        let mut read = |input: Input<'_>, at: String| {
            let mut inner = Gathered::default();
            one(&Asked { tool, namespace: server, input, at }, &setting, &mut inner);
            self.out.absorb(inner.finish(tool));
        };
        match arguments {
            None => read(Input::Absent, self.at.to_owned()),
            Some((at, node)) => match node.as_str() {
                None => read(Input::Json(node), at),
                // JSON in a string, as some clients pass arguments on.
                Some("") => read(Input::Absent, at),
                Some(text) => match Document::parse(text.as_bytes().to_vec(), DEPTH) {
                    Ok(document) => read(Input::Json(document.root()), at),
                    Err(_) => read(Input::Text(text), at),
                },
            },
        }
    }

    /// Adds an effect of the operator's own words.
    pub(in super::super) fn add(&mut self, action: Action, resource: Resource) {
        self.out.add(action, resource);
    }

    /// Adds what could not be followed.
    pub(in super::super) fn doubt(&mut self, why: Why, at: &str) {
        self.out.doubt(why, at);
    }

    /// The strings at a pointer of a mapping: the string there, or every string of the array there. `None`
    /// if there is nothing, or something else.
    pub(in super::super) fn mapped(&mut self, pointer: &str) -> Option<Vec<(String, String)>> {
        let node = self.arguments.pointer(pointer)?;
        let at = self.pointer(pointer);
        if let Some(text) = node.as_str() {
            return Some(vec![(at, text.to_owned())]);
        }
        let elements = node.elements().filter(|elements| !elements.is_empty())?;
        elements
            .iter()
            .enumerate()
            .map(|(i, element)| element.as_str().map(|text| (format!("{at}/{i}"), text.to_owned())))
            .collect()
    }

    /// The pointer to a key of these arguments.
    pub(in super::super) fn key(&self, key: &str) -> String {
        format!("{}/{}", self.at, escaped(key))
    }
}

/// A query longer than this carries data out, whatever it says.
const LONG_QUERY: usize = 512;

fn web(found: &url::Url) -> Resource {
    Resource::Host {
        host: Name::Literal(found.host.clone()),
        port: found.port,
        url: Some(found.text.clone()),
    }
}

fn fixed_host(host: &'static str) -> Name {
    if host.is_empty() { Name::Dynamic } else { Name::Literal(host.to_owned()) }
}
