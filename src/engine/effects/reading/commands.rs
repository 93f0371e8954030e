//! Commands, queries, code and patches in arguments.

use super::reader::Reader;
use crate::effects::catalogue::row::{Access, At};
use crate::effects::database::{self, Database};
use crate::effects::{Action, Name, Resource, catalogue, patch, shell, sql, unknown};
use crate::json::Node;

impl<'a> Reader<'a> {
    pub(super) fn shell_setting<'s>(&'s self, at: &'s str) -> shell::Setting<'s> {
        shell::Setting {
            working_directory: self.directory.as_deref(),
            persistent: self.persistent,
            reach: self.out.reach.clone(),
            at,
        }
    }

    /// Runs `text` in a shell.
    pub(in crate::effects) fn shell(&mut self, text: &str, at: &str) {
        let effects = shell::read(text, &self.shell_setting(at));
        self.out.absorb(effects);
    }

    pub(super) fn argv(&mut self, at: At) {
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

    pub(super) fn lines(&mut self, at: At) {
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

    pub(super) fn interpreter(&mut self, at: At) {
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

    /// Runs `text` as SQL. The row's dialect counts only where the tool's name says it too: a tool called `query`
    /// may talk to any server.
    pub(in crate::effects) fn sql(&mut self, text: &str, dialect: &str, at: &str) {
        let said = Some(dialect).filter(|dialect| {
            self.row.is_some_and(|row| catalogue::says_dialect(row, self.tool, self.namespace, dialect))
        });
        let setting = sql::Setting {
            host: self.database.host.clone(),
            database: self.database.name.clone(),
            dialect: self.dialect.or(said),
            at,
        };
        self.out.absorb(sql::read(text, &setting));
    }

    pub(super) fn tables(&mut self, action: &'static str, tables: At) {
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
    pub(in crate::effects) fn database_of(&mut self, text: &str) -> Database {
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
    pub(in crate::effects) fn on_database(&mut self, database: Database, dialect: Option<&'a str>) {
        self.database = database;
        self.dialect = dialect;
    }

    pub(super) fn code(&mut self, at: At, language: &'static str) {
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

    pub(super) fn patch(&mut self, text: &str, at: &str) {
        let Some(changes) = patch::read(text) else {
            self.out.doubt(unknown::PATCH_NOT_READ, at);
            return;
        };
        for change in changes {
            if self.out.is_full() {
                break;
            }
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
}
