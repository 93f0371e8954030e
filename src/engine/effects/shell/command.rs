//! One command: a program and its arguments, with everything expanded.
//!
//! In come fields; the program is looked up (alias, function, table), its arguments are told apart by its row,
//! and what follows is added. A program without a row is `process.run` with its name: a rule may speak of it.

use super::field::{Bit, Field};
use super::given::Given;
use super::meaning;
use super::row::{self, Count, Input, Kind, Opt, Otherwise, Output, Reader, Row, Slot};
use super::run::Run;
use super::stream::{Content, Stream};
use super::table;
use crate::effects::{Action, Name, Resource, unknown};

/// Directories whose programs are those of the table.
const TRUSTED: &[&str] = &[
    "/bin/",
    "/usr/bin/",
    "/usr/local/bin/",
    "/sbin/",
    "/usr/sbin/",
    "/usr/local/sbin/",
    "/opt/homebrew/bin/",
];

/// Where installers put the programs that a project declares.
const ENVIRONMENTS: &[&str] = &["/.venv/bin", "/venv/bin", "/node_modules/.bin", "/vendor/bin"];

impl Run<'_> {
    /// Runs a command that a shell looks up: aliases and functions come first.
    pub(super) fn command(&mut self, fields: &[Field], input: Stream) -> Stream {
        let Some((program, arguments)) = fields.split_first() else { return input };
        if let Some(name) = program.text().map(str::to_owned) {
            if let Some(output) = self.alias(&name, arguments, &input) {
                return output;
            }
            if let Some(output) = self.function(&name, arguments, input.clone()) {
                return output;
            }
        }
        self.program(fields, input)
    }

    /// Runs a program, as something does that is no shell.
    pub(super) fn program(&mut self, fields: &[Field], input: Stream) -> Stream {
        let Some((program, arguments)) = fields.split_first() else { return input };
        let Some(name) = program.text().map(str::to_owned) else {
            self.doubt(unknown::PROGRAM_DYNAMIC);
            self.effect(Action::PROCESS_RUN, Resource::Program { program: Name::Dynamic });
            // It may be nothing at all, and the next word the program.
            if !arguments.is_empty() && program.bits() == [Bit::Any] {
                return self.program(arguments, input);
            }
            return Stream::local();
        };
        if !self.deeper() {
            return Stream::local();
        }
        let output = self.named_program(&name, arguments, input);
        self.rise();
        output
    }

    fn named_program(&mut self, name: &str, arguments: &[Field], input: Stream) -> Stream {
        if name.is_empty() {
            return Stream::default();
        }
        let bare = TRUSTED.iter().find_map(|directory| name.strip_prefix(directory)).unwrap_or(name);
        let file = Field::literal(name);
        if let Some(program) = self.of_own_environment(name)
            && meaning::content(self, &file).is_none()
            && let Some(row) = table::find(program)
        {
            // It is what the project's installer put there by that name. Where it is not, it is the project's code
            // all the same, and whoever lets the program run lets that run.
            let resource = Resource::Program { program: Name::Literal(program.to_owned()) };
            self.effect(Action::PROCESS_RUN, resource);
            return self.apply(row, program, arguments, input);
        }
        // `./gradlew` stands in the table by that name: a part of the project that everybody has.
        if bare.contains('/') && (table::find(bare).is_none() || meaning::content(self, &file).is_some()) {
            meaning::file(self, &file, "shell");
            return Stream::local();
        }
        match table::find(bare) {
            Some(row) => self.apply(row, bare, arguments, input),
            None => {
                let program = Name::Literal(bare.to_owned());
                self.effect(Action::PROCESS_RUN, Resource::Program { program });
                Stream::local()
            }
        }
    }

    /// The program that a path within an environment of the project names: `.venv/bin/python` is `python`.
    fn of_own_environment<'n>(&mut self, name: &'n str) -> Option<&'n str> {
        let (directory, program) = name.rsplit_once('/')?;
        let file = meaning::names(self, &Field::literal(directory));
        let [place] = file.as_slice() else { return None };
        let Name::Literal(path) = place else { return None };
        let environment = ENVIRONMENTS.iter().any(|end| path.ends_with(end));
        (environment && meaning::is_own(self, place)).then_some(program)
    }

    fn alias(&mut self, name: &str, arguments: &[Field], input: &Stream) -> Option<Stream> {
        let text = self.state.aliases.get(name)?.clone();
        if self.is_calling(name) {
            return None;
        }
        let Some(text) = text else {
            self.doubt(unknown::PROGRAM_DYNAMIC);
            return Some(Stream::local());
        };
        let words: Vec<Field> = text.split_whitespace().map(Field::literal).collect();
        let plain = !text.contains(['$', '`', '"', '\'', '\\', ';', '&', '|', '<', '>', '(', '*', '?', '{']);
        Some(self.calling(name, |run| {
            if plain {
                let fields: Vec<Field> = words.into_iter().chain(arguments.iter().cloned()).collect();
                run.command(&fields, input.clone())
            } else {
                run.script(&text, input.clone())
            }
        }))
    }

    /// Reads the arguments of a program by its row, and adds what follows from them.
    pub(super) fn apply(
        &mut self,
        row: &'static Row,
        name: &str,
        arguments: &[Field],
        input: Stream,
    ) -> Stream {
        if let Reader::Instead(reader) = row.reader {
            return reader(self, arguments, input);
        }
        if let Reader::Before(reader) = row.reader {
            reader(self, arguments);
        }
        let given = Given::read(row, name, arguments, input);
        if let Reader::Instead(reader) = given.row.reader {
            let operands = given.operands.clone();
            return reader(self, &operands, given.input);
        }
        self.unsettled(&given);
        if let Some(before) = given.before_info() {
            self.options_of(before, &given.name, given.is_marked("tree"));
            return Stream::foreign();
        }
        let dry = self.dry;
        self.dry |= given.is_dry();
        let output = self.in_its_directory(&given, |run| run.follow(&given));
        self.dry = dry;
        output
    }

    /// Adds what follows from arguments that could not be told apart.
    fn unsettled(&mut self, given: &Given) {
        for why in &given.doubts {
            self.doubt(*why);
        }
        if given.may_read {
            meaning::path(self, Action::FILE_READ, &Field::any(), false);
        }
    }

    /// Runs `inner` where an option of the kind `cd` says.
    fn in_its_directory(&mut self, given: &Given, inner: impl FnOnce(&mut Self) -> Stream) -> Stream {
        let mut moved = None;
        for (option, value) in &given.options {
            if let (row::Takes::Always(Kind::Directory), Some(value)) = (option.takes, value) {
                moved.get_or_insert_with(|| self.state.clone());
                let directory = meaning::names(self, value).into_iter().next();
                let directory = match directory {
                    Some(Name::Literal(directory)) => Some(directory),
                    _ => None,
                };
                self.state.move_to(directory);
            }
        }
        let output = inner(self);
        if let Some(state) = moved {
            let written = std::mem::take(&mut self.state.written);
            self.state = state;
            self.state.written = written;
        }
        output
    }

    fn follow(&mut self, given: &Given) -> Stream {
        let output = self.all_of(given);
        self.sent(given);
        output
    }

    /// What an option sends along, where it was put together from what this machine knows.
    fn sent(&mut self, given: &Given) {
        let unsettled = |field: &Field| {
            field.bits().iter().any(|bit| matches!(bit, Bit::Any | Bit::Path(_) | Bit::Stream(_)))
        };
        let goes = |(option, value): &(Opt, Option<Field>)| {
            option.has("sent") && value.as_ref().is_some_and(unsettled)
        };
        if !given.options.iter().any(goes) {
            return;
        }
        let mut machines: Vec<Resource> = self.out.asked().cloned().collect();
        for (option, value) in &given.options {
            if option.has("host")
                && let Some(host) = value.as_ref().and_then(Field::text)
                && !host.starts_with('/')
                && !matches!(host, "localhost" | "127.0.0.1" | "::1")
            {
                machines.push(crate::effects::web::host(host, None));
            }
        }
        for machine in machines {
            self.effect(Action::NET_SEND, machine);
        }
    }

    fn all_of(&mut self, given: &Given) -> Stream {
        let tree = given.is_marked("tree");
        meaning::declared(self, given.row.does, &given.name);
        self.options_of(&given.options, &given.name, tree);
        let mut output = self.operands(given, tree);
        if let Otherwise::Verbs(verb, classes) = given.row.otherwise
            && !given.operands.is_empty()
        {
            super::verbs::judge(self, given, verb, classes);
        }
        self.input(given);
        match given.row.reader {
            Reader::Also(reader) => reader(self, given),
            Reader::Gives(reader) => return reader(self, given),
            Reader::Table | Reader::Before(_) | Reader::Instead(_) => {}
        }
        if output.is_none() {
            output = Some(self.output(given));
        }
        output.unwrap_or_default()
    }

    /// Reads what stands behind the first operands as options again, as programs do that take options on both
    /// sides: what remains are operands.
    pub(super) fn more_options(&mut self, given: &Given, rest: &[Field]) -> Given {
        let more = Given::read(given.row, &given.name, rest, given.input.clone());
        self.unsettled(&more);
        self.options_of(&more.options, &more.name, more.is_marked("tree"));
        more
    }

    /// Adds what follows from options.
    fn options_of(&mut self, options: &[(Opt, Option<Field>)], name: &str, tree: bool) {
        for (option, value) in options {
            for effect in option.effects() {
                meaning::declared(self, effect, name);
            }
            if option.has("odd") {
                self.doubt(unknown::OPTION_ODD);
            }
            let (row::Takes::Always(kind) | row::Takes::Maybe(kind)) = option.takes else { continue };
            if let Some(value) = value {
                self.operand(kind, value, tree);
                if option.has("code") {
                    meaning::own_code(self, value);
                }
            }
        }
    }

    /// Fills the slots of a row. What flows out is known where an operand begins a command.
    fn operands(&mut self, given: &Given, tree: bool) -> Option<Stream> {
        if matches!(given.row.otherwise, Otherwise::Verbs(..) | Otherwise::Unknown) {
            return None;
        }
        let mut slots: Vec<Slot> = row::slots(given.row.operands).collect();
        if given.is_marked("fills") && !slots.is_empty() {
            slots.remove(0);
        }
        if given.is_marked("drops") {
            slots.pop();
        }
        let operands = &given.operands;
        if let Some(at) = slots.iter().position(|slot| slot.kind == Kind::Command) {
            let rest = operands.get(at..).unwrap_or_default();
            for (slot, field) in slots.iter().take(at).zip(operands) {
                self.operand(slot.kind, field, tree);
            }
            if rest.is_empty() {
                return None;
            }
            return Some(self.within(&given.name, None, |run| run.program(rest, given.input.clone())));
        }
        let many = slots.iter().position(|slot| matches!(slot.count, Count::Any | Count::Some));
        let Some(many) = many else {
            for (i, field) in operands.iter().enumerate() {
                match slots.get(i) {
                    Some(slot) => self.operand(slot.kind, field, tree),
                    None => {
                        self.doubt(unknown::OPERAND);
                        break;
                    }
                }
            }
            return None;
        };
        let behind = slots.len() - many - 1;
        let until = operands.len().saturating_sub(behind).max(many.min(operands.len()));
        for (i, field) in operands.iter().enumerate() {
            let slot = if i < many {
                slots.get(i)
            } else if i < until {
                slots.get(many)
            } else {
                slots.get(many + 1 + (i - until))
            };
            if let Some(slot) = slot {
                self.operand(slot.kind, field, tree);
            }
        }
        None
    }

    fn input(&mut self, given: &Given) {
        match given.row.input {
            Input::Data => {}
            Input::Sql(dialect) if !given.is_marked("fills") && !given.input.is_nothing() => {
                let text = match given.input.literal() {
                    Some(text) => Field::literal(text),
                    None => Field::any(),
                };
                meaning::query(self, dialect, &text);
            }
            Input::Sent if !given.input.is_nothing() => {
                self.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
            }
            _ => {}
        }
    }

    fn output(&mut self, given: &Given) -> Stream {
        match given.row.output {
            Output::Local => Stream::local(),
            Output::Nothing => Stream::default(),
            Output::Foreign => Stream::foreign(),
            Output::Filtered => {
                Stream { content: Content::Unknown, local: !given.operands.is_empty() || given.input.local }
            }
            Output::Numbers => Stream { content: Content::Numbers, local: false },
            Output::Names => Stream { content: Content::Names, local: true },
            Output::Paths => {
                let mut names = Vec::new();
                let here = [Field::literal(".")];
                let roots = if given.operands.is_empty() { &here[..] } else { &given.operands };
                for root in roots {
                    for name in meaning::names(self, root) {
                        names.push(below(name));
                    }
                }
                Stream::paths(names)
            }
        }
    }
}

/// Everything below a path, that left alone.
pub(super) fn strictly_below(name: Name) -> Name {
    match below(name) {
        Name::Glob(pattern) => Name::Glob(format!("{pattern}/*")),
        name => name,
    }
}

/// Everything below a path, itself included.
pub(super) fn below(name: Name) -> Name {
    match name {
        Name::Literal(path) if path == "/" => Name::Glob("/**".to_owned()),
        // A name with wildcards in it cannot be written as a pattern.
        Name::Literal(path) if path.contains(['*', '?', '[', '{']) => Name::Dynamic,
        Name::Literal(path) => Name::Glob(format!("{path}/**")),
        Name::Glob(pattern) if pattern.ends_with("/**") => Name::Glob(pattern),
        Name::Glob(pattern) => Name::Glob(format!("{pattern}/**")),
        Name::Dynamic => Name::Dynamic,
    }
}
