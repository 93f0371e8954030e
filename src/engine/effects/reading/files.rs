//! Paths and patterns in arguments: what is read, listed, written, deleted.

use super::reader::Reader;
use crate::effects::catalogue::row::{Absent, Access, At};
use crate::effects::{Action, Name, Resource, path, places, unknown};

impl Reader<'_> {
    pub(super) fn change_directory(&mut self, at: &str) {
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

    pub(super) fn path(&mut self, access: Access, at: At, absent: Absent) {
        let texts = self.texts(at, absent != Absent::Refused);
        if texts.is_empty() && absent == Absent::Here && self.nodes(at).is_empty() {
            self.path_text(access, ".", &self.pointer(at));
        }
        for (at, text) in texts {
            self.path_text(access, &text, &at);
        }
    }

    /// Does `access` to the path that `text` names.
    pub(in crate::effects) fn path_text(&mut self, access: Access, text: &str, at: &str) {
        let name = match path::read(text, self.directory.as_deref()) {
            Ok(name) => name,
            Err(why) => {
                self.out.doubt(why, at);
                Name::Dynamic
            }
        };
        if path::climbs(text) {
            self.out.doubt(unknown::PATH_CLIMBS, at);
        }
        self.access(access, name);
    }

    pub(super) fn access(&mut self, access: Access, name: Name) {
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

    pub(super) fn joined(&mut self, access: Access, directory: At, name: At) {
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
    pub(super) fn base(&mut self, base: At) -> Option<String> {
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

    pub(super) fn pattern(&mut self, access: Access, pattern: At, base: At) {
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

    pub(super) fn filter(&mut self, pattern: At, base: At) {
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
}
