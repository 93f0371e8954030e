//! Walks a script: what runs, in which state, with what flowing in and out.
//!
//! In comes a tree; what it would do is gathered on the way, and what flows out comes back. Nothing is ever
//! run. Every branch is taken and every loop's body read, because the text does not say which will be; where
//! two ways meet, what they disagree on is not known any more.
//!
//! Deliberately absent: exit codes. What runs only if something else failed is read as if it ran.

use super::field::{Bit, Field};
use super::row::Kind;
use super::state::{State, Variable};
use super::stream::{Content, Stream};
use super::syntax::{AssignedValue, Assignment, Command, Condition, Piece, Pipeline, Sequence, Span, Stage};
use super::{environment, parse};
use crate::effects::gathered::Gathered;
use crate::effects::unknown::{self, Why};
use crate::effects::{Action, Name, Place, Reach, Resource};
use std::rc::Rc;

/// Most commands that are followed in one call, those in substitutions, functions and nested texts included.
const MOST_COMMANDS: usize = 4096;

/// Deepest nesting of texts that are commands again, functions and substitutions included.
const DEEPEST: usize = 24;

/// A script on its way.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) out: Gathered,
    pub(super) state: State,
    /// JSON Pointer to the text within the arguments.
    pub(super) at: &'a str,
    /// The directory the whole command starts in, where that is known.
    pub(super) start: Option<String>,
    /// Whether later calls go on in the same shell.
    pub(super) persistent: bool,
    /// Whether what runs now only says what it would do (`--dry-run`).
    pub(super) dry: bool,
    commands: usize,
    depth: usize,
    /// Functions and aliases that are being run.
    calling: Vec<String>,
    /// Variables that functions made their own, with what they were before; one list a function being run.
    locals: Vec<Vec<(String, Variable)>>,
    /// Whether the last argument of the program that is being run may be many (`xargs`, `find -exec … +`).
    pub(super) many: bool,
    /// Whether a trap is being run.
    in_trap: bool,
    /// Whether it is looked at whether what runs now worked: `set -e` ends nothing there.
    tested: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(directory: Option<&str>, persistent: bool, reach: Reach, at: &'a str) -> Self {
        let mut out = Gathered::default();
        out.reach = reach;
        Self {
            out,
            state: State::new(directory),
            at,
            start: directory.map(str::to_owned),
            persistent,
            dry: false,
            commands: 0,
            depth: 0,
            calling: Vec::new(),
            locals: Vec::new(),
            many: false,
            in_trap: false,
            tested: false,
        }
    }

    /// The shell goes to `directory`, if that works.
    pub(super) fn enter(&mut self, directory: Option<String>) {
        let certain = self.state.stops_at_errors && !self.tested;
        if certain {
            self.state.move_to(directory)
        } else {
            self.state.enter(directory)
        }
        self.traps();
    }

    /// Runs `inner` where it is looked at whether it worked.
    pub(super) fn tested<T>(&mut self, tested: bool, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.tested;
        self.tested |= tested;
        let value = inner(self);
        self.tested = before;
        value
    }

    /// The variable is that of the function being run, and forgotten when it ends.
    pub(super) fn leaves_with_function(&mut self, name: &str) {
        let before = self.state.variable(name).cloned().unwrap_or(Variable::Scalar(Field::any()));
        if let Some(locals) = self.locals.last_mut()
            && !locals.iter().any(|(known, _)| known == name)
        {
            locals.push((name.to_owned(), before));
        }
    }

    /// Notes what could not be followed.
    pub(super) fn doubt(&mut self, why: Why) {
        self.out.doubt(why, self.at);
    }

    /// Adds an effect. What is only said and not done changes nothing.
    pub(super) fn effect(&mut self, action: Action, resource: Resource) {
        if self.dry && !is_harmless(&action) {
            return;
        }
        // What a program wrote is in no text: run, it is code that nobody read.
        if action == Action::FILE_WRITE
            && let Resource::Path { path: Name::Literal(path), tree: false } = &resource
        {
            self.state.written.insert(path.clone(), None);
        }
        self.out.add(action, resource);
    }

    /// Runs `text` as a shell does that was started here.
    pub(super) fn script(&mut self, text: &str, input: Stream) -> Stream {
        if !self.deeper() {
            return Stream::local();
        }
        // A span says where the outermost text says it.
        let span = self.out.place.clone();
        let output = match parse::parse(text) {
            Ok(script) => {
                let fixed = self.depth > 1;
                if fixed {
                    self.out.fixed_span += 1;
                }
                let output = self.sequence(&script, input);
                if fixed {
                    self.out.fixed_span -= 1;
                }
                output
            }
            Err(why) => {
                self.doubt(why);
                Stream::local()
            }
        };
        self.out.place = span;
        self.depth -= 1;
        output
    }

    /// Goes one level deeper, if there is room.
    pub(super) fn deeper(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.doubt(unknown::SHELL_NESTED);
            return false;
        }
        self.depth += 1;
        true
    }

    /// What a substitution's script writes.
    pub(super) fn substitution(&mut self, script: &Sequence) -> Stream {
        if !self.state.stops_at_errors {
            return self.subshell(script, Stream::default());
        }
        // bash does not hand `set -e` down here.
        self.state.stops_at_errors = false;
        let output = self.subshell(script, Stream::default());
        self.state.stops_at_errors = true;
        output
    }

    /// Runs something whose changes of state go nowhere.
    pub(super) fn subshell(&mut self, script: &Sequence, input: Stream) -> Stream {
        if !self.deeper() {
            return Stream::local();
        }
        let state = self.state.clone();
        let output = self.sequence(script, input);
        self.leave(state);
        self.depth -= 1;
        output
    }

    /// Back to the state before a subshell. Files stay written.
    pub(super) fn leave(&mut self, state: State) {
        let written = std::mem::take(&mut self.state.written);
        self.state = state;
        self.state.written = written;
    }

    /// Runs commands one after the other. All of them read the same input.
    pub(super) fn sequence(&mut self, script: &Sequence, input: Stream) -> Stream {
        let mut output = Stream::default();
        // Where the shell is if something before did not work.
        let mut aside = Vec::new();
        let mut outer: Option<State> = None;
        for (i, pipeline) in script.0.iter().enumerate() {
            if self.out.is_full() {
                break;
            }
            match pipeline.condition {
                Condition::Always => self.state.or_in(std::mem::take(&mut aside)),
                Condition::Worked => aside.extend(self.state.settle()),
                Condition::Failed if leaves(pipeline) => drop(self.state.settle()),
                Condition::Failed => self.state.or_in(std::mem::take(&mut aside)),
            }
            if pipeline.background && outer.is_none() {
                outer = Some(self.state.clone());
            }
            let tested = pipeline.negated
                || script.0.get(i + 1).is_some_and(|next| next.condition != Condition::Always);
            let flowed = self.tested(tested, |run| run.pipeline(pipeline, input.clone()));
            output = output.then(flowed);
            // A list in the background is a subshell as a whole.
            if script.0.get(i + 1).is_none_or(|next| next.condition == Condition::Always)
                && let Some(outer) = outer.take()
            {
                aside.clear();
                self.leave(outer);
            }
        }
        self.state.or_in(aside);
        output
    }

    fn pipeline(&mut self, pipeline: &Pipeline, input: Stream) -> Stream {
        if let [stage] = pipeline.stages.as_slice() {
            return self.stage(stage, input);
        }
        let mut flowing = input;
        for stage in &pipeline.stages {
            let state = self.state.clone();
            flowing = self.stage(stage, flowing);
            self.leave(state);
        }
        flowing
    }

    /// Runs one command with its redirections.
    pub(super) fn stage(&mut self, stage: &Stage, input: Stream) -> Stream {
        self.commands += 1;
        if self.commands > MOST_COMMANDS {
            self.doubt(unknown::SHELL_MANY);
            return Stream::local();
        }
        let outer = self.out.place.clone();
        self.out.set_place(self.at, &stage.span);
        let redirected = self.redirects(&stage.redirects, input);
        let output = self.compound(&stage.command, redirected.input);
        let output = redirected.output.finish(self, output);
        self.out.place = outer;
        output
    }

    pub(super) fn simple(
        &mut self,
        assignments: &[Assignment],
        words: &[super::syntax::Word],
        input: Stream,
    ) -> Stream {
        if words.is_empty() {
            for assignment in assignments {
                self.assign(assignment);
            }
            // `$(<file)`: what redirections let in flows on.
            return if assignments.is_empty() { input } else { Stream::default() };
        }
        let fields = self.fields(words);
        environment::shown(self, words, &fields);
        if assignments.is_empty() {
            return self.command(&fields, input);
        }
        let before = self.state.clone();
        let persistent = std::mem::take(&mut self.persistent);
        for assignment in assignments {
            self.assign(assignment);
            self.state.export(&assignment.name);
        }
        self.persistent = persistent;
        let output = self.command(&fields, input);
        // Assignments before a command are its own.
        for assignment in assignments {
            if !before.is_exported(&assignment.name) {
                self.state.unexport(&assignment.name);
            }
            match before.variable(&assignment.name) {
                Some(value) => self.state.set(&assignment.name, value.clone()),
                None => self.state.set(&assignment.name, Variable::Scalar(Field::any())),
            }
        }
        output
    }

    fn assign(&mut self, assignment: &Assignment) {
        if let Some(index) = &assignment.index {
            self.arithmetic(index);
        }
        let value = match &assignment.value {
            AssignedValue::Scalar(word) => Variable::Scalar(self.field(word)),
            AssignedValue::Array(words) => Variable::Array(self.fields(words)),
        };
        let known = self.state.variable(&assignment.name).cloned();
        let value = match (assignment.index.is_some(), assignment.append, known, value) {
            (true, ..) => Variable::Unknown,
            (_, false, _, value) => value,
            (_, true, Some(Variable::Scalar(mut before)), Variable::Scalar(after)) => {
                before.extend(&after);
                Variable::Scalar(before)
            }
            (_, true, Some(Variable::Array(mut before)), Variable::Array(after)) => {
                before.extend(after);
                Variable::Array(before)
            }
            (_, true, ..) => Variable::Unknown,
        };
        self.assign_variable(&assignment.name, value);
    }

    /// Sets a variable; some change what programs do.
    pub(super) fn assign_variable(&mut self, name: &str, value: Variable) {
        environment::assigned(self, name, &value);
        if self.state.integers.contains(name) {
            value.elements().iter().for_each(|element| self.number(element));
            return self.state.set(name, Variable::Scalar(Field::of(Bit::Number)));
        }
        if name == "BASH_ARGV0" {
            self.state.zero = value.scalar();
        }
        self.state.set(name, value);
        if self.state.traps.iter().any(|text| text.contains(name)) {
            self.traps();
        }
    }

    /// Runs what `trap` has to run, as it may at any moment; what it changes is changed from then on.
    pub(super) fn traps(&mut self) {
        if self.in_trap {
            return;
        }
        for text in self.state.traps.clone() {
            self.trap(&text);
        }
    }

    /// Runs one of them, once.
    pub(super) fn trap(&mut self, text: &str) {
        let outer = std::mem::replace(&mut self.in_trap, true);
        let before = self.state.clone();
        self.within("trap", None, |run| run.script(text, Stream::default()));
        self.state.join(before);
        self.in_trap = outer;
    }

    /// Defines a function, or forgets what the name meant.
    pub(super) fn define(&mut self, name: &str, body: Option<&Stage>) {
        // In a session the name is judged later, by what the table says of it.
        if self.persistent && super::table::find(name).is_some() {
            self.doubt(unknown::SHELL_LATER);
        }
        self.state.functions.insert(name.to_owned(), body.map(|body| Rc::new(body.clone())));
    }

    /// Runs the function of that name, if there is one.
    pub(super) fn function(&mut self, name: &str, arguments: &[Field], input: Stream) -> Option<Stream> {
        let body = self.state.functions.get(name)?.clone();
        let Some(body) = body else {
            self.doubt(unknown::PROGRAM_DYNAMIC);
            return Some(Stream::local());
        };
        if self.calling.iter().any(|other| other == name) {
            self.doubt(unknown::SHELL_RECURSION);
            return Some(Stream::local());
        }
        if !self.deeper() {
            return Some(Stream::local());
        }
        self.calling.push(name.to_owned());
        let positional = self.state.positional.replace(arguments.to_vec());
        self.locals.push(Vec::new());
        let output = self.stage(&body, input);
        for (name, before) in self.locals.pop().unwrap_or_default() {
            // `declare -g` makes it everybody's after all.
            let after = self.state.variable(&name).map_or_else(|| before.clone(), |after| before.join(after));
            self.state.set(&name, after);
        }
        self.state.positional = positional;
        self.calling.pop();
        self.depth -= 1;
        Some(output)
    }

    /// Back from one level deeper.
    pub(super) fn rise(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Whether the name is being run already.
    pub(super) fn is_calling(&self, name: &str) -> bool {
        self.calling.iter().any(|other| other == name)
    }

    /// Runs `inner` for the words of an alias.
    pub(super) fn calling<T>(&mut self, name: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.calling.push(name.to_owned());
        let value = inner(self);
        self.calling.pop();
        value
    }

    /// Runs `inner` as something that a wrapper runs: its effects say so.
    pub(super) fn within<T>(
        &mut self,
        wrapper: &str,
        reach: Option<Reach>,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let elsewhere = reach.is_some();
        let before = reach.map(|reach| std::mem::replace(&mut self.out.reach, reach));
        // Another machine has other directories and variables.
        let state = elsewhere.then(|| std::mem::replace(&mut self.state, State::new(None)));
        let dry = std::mem::replace(&mut self.dry, false);
        self.out.via.push(wrapper.to_owned());
        let value = inner(self);
        self.out.via.pop();
        self.dry = dry;
        if let Some(state) = state {
            self.state = state;
        }
        if let Some(before) = before {
            self.out.reach = before;
        }
        value
    }

    /// Runs the text that a field is, in a shell of its own.
    pub(super) fn shell_text(&mut self, text: &Field, input: Stream) -> Stream {
        let Some(text) = text.text().map(str::to_owned) else {
            self.doubt(unknown::SHELL_DYNAMIC);
            return Stream::local();
        };
        self.shell(&text, Vec::new(), input)
    }

    /// Runs `text` in a shell that is started as a program: it knows what this one exported, and its arguments.
    pub(super) fn shell(&mut self, text: &str, arguments: Vec<Field>, input: Stream) -> Stream {
        self.shell_named(None, text, arguments, input)
    }

    /// [`Run::shell`] with what its `$0` is, where that was chosen.
    pub(super) fn shell_named(
        &mut self,
        zero: Option<Field>,
        text: &str,
        arguments: Vec<Field>,
        input: Stream,
    ) -> Stream {
        let mut child = self.state.child();
        if let Some(zero) = zero {
            child.zero = zero;
        }
        child.positional = Some(arguments);
        let state = std::mem::replace(&mut self.state, child);
        let output = self.script(text, input);
        self.leave(state);
        output
    }

    /// What flows in is run as a shell runs it that was started as a program with these arguments.
    pub(super) fn shell_input(&mut self, input: &Stream, arguments: Vec<Field>) -> Stream {
        match &input.content {
            Content::Nothing => Stream::default(),
            _ => match input.literal().map(str::to_owned) {
                Some(text) => self.shell(&text, arguments, Stream::default()),
                None => {
                    self.effect(Action::CODE_RUN, Resource::Code { language: "shell".to_owned() });
                    Stream::local()
                }
            },
        }
    }

    /// Does what the kind of an operand says.
    pub(super) fn operand(&mut self, kind: Kind, field: &Field, tree: bool) {
        super::meaning::operand(self, kind, field, tree);
    }
}

/// Whether an action leaves everything as it is, or is what a command that only says something still does.
fn is_harmless(action: &Action) -> bool {
    const HARMLESS: &[Action] = &[
        Action::FILE_READ,
        Action::FILE_LIST,
        Action::SECRET_READ,
        Action::NET_FETCH,
        Action::GIT_READ,
        Action::CONTAINER_READ,
        Action::KUBERNETES_READ,
        Action::CLOUD_READ,
        Action::SQL_READ,
        Action::TOOL_USE,
        Action::CODE_RUN,
        Action::PROCESS_RUN,
        Action::PRIVILEGE_RAISE,
    ];
    HARMLESS.contains(action)
}

/// Whether nothing follows when this has run: `exit`, `return`.
fn leaves(pipeline: &Pipeline) -> bool {
    let [stage] = pipeline.stages.as_slice() else { return false };
    match &stage.command {
        Command::Simple { words, .. } => matches!(
            words.first().map(|word| word.pieces.as_slice()),
            Some([Piece::Plain(text)]) if matches!(text.as_str(), "exit" | "return")
        ),
        Command::Group(script) => script.0.last().is_some_and(leaves),
        _ => false,
    }
}

/// Keeps the outermost place while texts within texts are read.
impl Gathered {
    fn set_place(&mut self, at: &str, span: &Span) {
        if self.fixed_span == 0 {
            self.place = Some(Place { at: at.to_owned(), span: span.clone() });
        }
    }
}
