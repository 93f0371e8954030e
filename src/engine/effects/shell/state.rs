//! What a shell knows while it runs: where it is, its variables, functions and aliases, what was written.
//!
//! Only what the text itself set is known. A variable nobody set may hold anything, because the environment
//! is not in the text.

use super::field::{Bit, Field};
use super::syntax::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Most directories a shell may be in at once; beyond it nobody knows.
const MOST_DIRECTORIES: usize = 4;

/// The state of one shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// Where it may be, the likeliest first; `None` if nobody knows.
    directories: Vec<Option<String>>,
    variables: BTreeMap<String, Variable>,
    /// Variables and functions which the programs that it starts are told of.
    exported: BTreeSet<String>,
    /// Functions; `None` where two runs differ, or it was taken away.
    pub(super) functions: BTreeMap<String, Option<Rc<Stage>>>,
    /// Aliases; `None` where two runs differ.
    pub(super) aliases: BTreeMap<String, Option<String>>,
    /// `$0`: no path, unless whoever started the shell chose it.
    pub(super) zero: Field,
    /// Variables whose values are arithmetic (`declare -i`).
    pub(super) integers: BTreeSet<String>,
    /// Texts that run again and again, whenever that is (`trap`).
    pub(super) traps: BTreeSet<String>,
    /// `$1`, `$2`, …; `None` if nobody knows them.
    pub(super) positional: Option<Vec<Field>>,
    /// Whether a command that fails ends the script (`set -e`).
    pub(super) stops_at_errors: bool,
    /// Files that were written, and with what, where that is settled. A directory, with a slash behind it, holds what
    /// came from another machine.
    pub(super) written: BTreeMap<String, Option<String>>,
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    /// One value.
    Scalar(Field),
    /// Elements of an indexed array, in order.
    Array(Vec<Field>),
    /// An associative array, or an array of which only some elements are known.
    Unknown,
}

impl State {
    /// A shell that was just started in `directory`.
    pub(super) fn new(directory: Option<&str>) -> Self {
        Self {
            directories: vec![directory.map(str::to_owned)],
            variables: BTreeMap::new(),
            exported: BTreeSet::new(),
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            zero: Field::of(Bit::Name),
            integers: BTreeSet::new(),
            traps: BTreeSet::new(),
            positional: None,
            stops_at_errors: false,
            written: BTreeMap::new(),
        }
    }

    /// Where it may be.
    pub(super) fn directories(&self) -> &[Option<String>] {
        &self.directories
    }

    /// Where it most likely is.
    pub(super) fn directory(&self) -> Option<&str> {
        self.directories.first().and_then(Option::as_deref)
    }

    /// It went to `directory`, if that worked.
    pub(super) fn enter(&mut self, directory: Option<String>) {
        self.directories.retain(|other| *other != directory);
        self.directories.insert(0, directory);
        self.bound();
    }

    /// It is in `directory` and nowhere else.
    pub(super) fn move_to(&mut self, directory: Option<String>) {
        self.directories = vec![directory];
    }

    /// What follows runs only if everything worked: the directories where it is otherwise.
    pub(super) fn settle(&mut self) -> Vec<Option<String>> {
        self.directories.split_off(1.min(self.directories.len()))
    }

    /// It may also be in one of these.
    pub(super) fn or_in(&mut self, directories: Vec<Option<String>>) {
        for directory in directories {
            if !self.directories.contains(&directory) {
                self.directories.push(directory);
            }
        }
        self.bound();
    }

    fn bound(&mut self) {
        if self.directories.len() > MOST_DIRECTORIES {
            self.directories = vec![None];
        }
    }

    /// What a variable holds; `None` if the text did not set it.
    pub(super) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// The settled values of the variables whose names stand in `text`, and of those that stand in these.
    pub(super) fn values_named_in(&self, text: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut texts = vec![text.to_owned()];
        while let Some(text) = texts.pop() {
            for name in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
                let Some(variable) = self.variables.get(name).filter(|_| seen.insert(name.to_owned())) else {
                    continue;
                };
                for value in variable.elements().iter().filter_map(Field::text) {
                    values.push(value.to_owned());
                    texts.push(value.to_owned());
                }
            }
        }
        values
    }

    pub(super) fn set(&mut self, name: &str, value: Variable) {
        self.variables.insert(name.to_owned(), value);
    }

    /// Programs that it starts are told of this variable or function.
    pub(super) fn export(&mut self, name: &str) {
        self.exported.insert(name.to_owned());
    }

    /// Whether programs that it starts are told of this variable or function.
    pub(super) fn is_exported(&self, name: &str) -> bool {
        self.exported.contains(name)
    }

    pub(super) fn unexport(&mut self, name: &str) {
        self.exported.remove(name);
    }

    /// What a shell knows that this one starts as a program. What was not exported may still be in the
    /// environment from before, so nobody knows its value there.
    pub(super) fn child(&self) -> Self {
        let variables = self.variables.iter().map(|(name, value)| {
            let value = if self.is_exported(name) { value.clone() } else { Variable::Scalar(Field::any()) };
            (name.clone(), value)
        });
        Self {
            directories: self.directories.clone(),
            variables: variables.collect(),
            exported: self.exported.clone(),
            // Only some shells take over a function, and only if it was exported.
            functions: self
                .functions
                .keys()
                .filter(|name| self.is_exported(name))
                .map(|name| (name.clone(), None))
                .collect(),
            aliases: BTreeMap::new(),
            zero: Field::of(Bit::Name),
            integers: BTreeSet::new(),
            traps: BTreeSet::new(),
            positional: Some(Vec::new()),
            stops_at_errors: false,
            written: self.written.clone(),
        }
    }

    /// What lies in this directory came from another machine just now, and nobody has seen it.
    pub(super) fn came_from_elsewhere(&mut self, directory: &str) {
        self.written.insert(format!("{}/", directory.trim_end_matches('/')), None);
    }

    /// Whether a path lies in such a directory.
    pub(super) fn is_unseen(&self, path: &str) -> bool {
        let within = |directory: &str| {
            path.starts_with(directory)
                || directory.strip_suffix('/').is_some_and(|directory| directory == path)
        };
        self.written.keys().any(|written| written.ends_with('/') && within(written))
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.variables.insert(name.to_owned(), Variable::Scalar(Field::literal("")));
        if self.functions.contains_key(name) {
            self.functions.insert(name.to_owned(), None);
        }
    }

    /// The state after one of two ways was taken, and nobody knows which.
    pub(super) fn join(&mut self, other: Self) {
        if *self == other {
            return;
        }
        self.or_in(other.directories);
        self.stops_at_errors &= other.stops_at_errors;
        self.exported.retain(|name| other.exported.contains(name));
        let names: Vec<String> = self.variables.keys().chain(other.variables.keys()).cloned().collect();
        for name in names {
            let joined = match (self.variables.get(&name), other.variables.get(&name)) {
                (Some(one), Some(other)) => one.join(other),
                _ => Variable::Scalar(Field::any()),
            };
            self.variables.insert(name, joined);
        }
        merge(&mut self.functions, other.functions);
        merge(&mut self.aliases, other.aliases);
        if self.zero != other.zero {
            self.zero = Field::any();
        }
        self.integers.extend(other.integers);
        self.traps.extend(other.traps);
        if self.positional != other.positional {
            self.positional = None;
        }
        for (path, content) in other.written {
            match self.written.get(&path) {
                Some(known) if *known == content => {}
                Some(_) => {
                    self.written.insert(path, None);
                }
                None => {
                    self.written.insert(path, content);
                }
            }
        }
    }
}

/// What only one of two runs defined may be that, or what it was before: nobody knows which.
fn merge<T: PartialEq>(into: &mut BTreeMap<String, Option<T>>, other: BTreeMap<String, Option<T>>) {
    let missing: Vec<String> = into.keys().filter(|name| !other.contains_key(*name)).cloned().collect();
    for name in missing {
        into.insert(name, None);
    }
    for (name, value) in other {
        let same = into.get(&name).is_some_and(|known| *known == value);
        if !same {
            into.insert(name, None);
        }
    }
}

impl Variable {
    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one.clone(),
            (Self::Scalar(one), Self::Scalar(other)) => Self::Scalar(one.join(other)),
            _ => Self::Unknown,
        }
    }

    /// Its value where one is asked for.
    pub(super) fn scalar(&self) -> Field {
        match self {
            Self::Scalar(field) => field.clone(),
            Self::Array(fields) => fields.first().cloned().unwrap_or_default(),
            Self::Unknown => Field::any(),
        }
    }

    /// All its elements.
    pub(super) fn elements(&self) -> Vec<Field> {
        match self {
            Self::Scalar(field) => vec![field.clone()],
            Self::Array(fields) => fields.clone(),
            Self::Unknown => vec![Field::any()],
        }
    }
}

/// What every shell knows without being told.
pub(super) fn built_in(name: &str, state: &State) -> Option<Field> {
    Some(match name {
        "HOME" => Field::literal("~"),
        "PWD" => match state.directories() {
            [Some(directory)] => Field::literal(directory),
            _ => Field::any(),
        },
        "?" | "#" | "$" | "!" | "RANDOM" | "SECONDS" | "LINENO" | "UID" | "EUID" | "PPID" | "BASHPID"
        | "SRANDOM" | "EPOCHSECONDS" | "OPTIND" | "SHLVL" | "COLUMNS" | "LINES" => Field::of(Bit::Number),
        "USER" | "LOGNAME" | "HOSTNAME" | "HOSTTYPE" | "OSTYPE" | "MACHTYPE" | "BASH_VERSION" => {
            Field::of(Bit::Name)
        }
        "IFS" => Field::literal(" \t\n"),
        _ => return None,
    })
}
