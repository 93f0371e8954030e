//! What a row of the table of programs can say: its options, its operands, and what follows from them.
//!
//! A row is constant text, written the way a manual's synopsis is. Tests read every row whole, so a row that
//! cannot be read does not ship; see the tests of the table.
//!
//! # Options
//!
//! Words separated by blanks. A word is the names of one option, then what belongs to it:
//!
//! ```text
//! -v,--verbose            a flag
//! -n,--lines=word         takes an argument, and what kind it is
//! --color[=word]          may take one, attached
//! -r,-R/tree              operands are meant with everything below them
//! -e,--expression=word/fills   stands for the first operand, which is then not there
//! -t,--target=write/drops      stands for the last operand, which is then not there
//! --help/info             prints something and does nothing else; not where it stands behind an operand
//! -l,--list/shows         the same, operands or not, where every other option is one of these too
//! -n,--dry-run/dry        nothing is changed
//! -x/odd                  known, and not followed: an unknown
//! -f=word/code            what it names is run; said where that is no part of what is worked on
//! -H,--header=word/sent    goes to the machine that is asked: a leak where it is not settled
//! -h,--host=word/host     the machine that is asked, where no other effect says so
//! -d/mode                 the row below that has this name says what operands mean
//! --force!git.rewrite     adds an effect
//! gnu                     --help and --version, as /info
//! ...                     every other option only changes what is shown
//! ```
//!
//! # Operands
//!
//! Kinds in order, each may have `?`, `*` or `+` behind it: `write`, `read+ write`, `word read*`. See [`Kind`].
//!
//! # Effects
//!
//! `process.run`, `container.delete=docker`: an action, and its resource where it is not the program.

use super::field::Field;
use super::given::Given;
use super::run::Run;
use super::stream::Stream;
use crate::effects::Action;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A program, or one of its sub-commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its names.
    pub(super) names: &'static str,
    /// Its options.
    pub(super) options: &'static str,
    /// Its operands.
    pub(super) operands: &'static str,
    /// What it always does.
    pub(super) does: &'static str,
    /// How options are told from operands.
    pub(super) style: Style,
    /// What it does with what flows in.
    pub(super) input: Input,
    /// What flows out.
    pub(super) output: Output,
    /// Sub-commands, by the first operand or, for options marked `/mode`, by an option.
    pub(super) below: &'static [Row],
    /// Which sub-commands are meant where none of `below` has the name.
    pub(super) otherwise: Otherwise,
    /// What a table cannot say.
    pub(super) reader: Reader,
    /// Commands and what they do, in the short form of effects, `;` between them. Tests run every one.
    #[cfg(test)]
    pub(super) examples: &'static [(&'static str, &'static str)],
}

/// How options are told from operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As `getopt_long` does: options anywhere, `-abc` is three, long ones may be abbreviated, `--` ends them.
    Gnu,
    /// The same, but the first operand ends the options.
    First,
    /// `-name value` and `-name=value`, `--name` alike; nothing is clustered.
    Dash,
    /// There are none: every argument is an operand.
    Raw,
}

/// What a program does with what flows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Reads it as data, or not at all.
    Data,
    /// Runs it as SQL of this dialect (empty: any).
    Sql(&'static str),
    /// Sends it to another machine.
    Sent,
}

/// What flows out of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// What it found on this machine.
    Local,
    /// Nothing that matters.
    Nothing,
    /// What flowed in, changed: it leaks if that did.
    Filtered,
    /// What it got from elsewhere.
    Foreign,
    /// Names of files below its operands, or below the working directory.
    Paths,
    /// Digits.
    Numbers,
    /// Names without a slash.
    Names,
}

/// What a sub-command means that has no row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Otherwise {
    /// The row has no sub-commands by name, or may be used without.
    Operands,
    /// It is not known: an unknown.
    Unknown,
    /// What its words say, by the first class that fits: `list-*` reads, `delete-*` deletes.
    Verbs(Verb, &'static [Class]),
}

/// Which word of a sub-command is its verb. Words behind an option that has no row do not count: they may be
/// its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// The first that some class has: `gcloud compute instances delete NAME`.
    First,
    /// The second: `aws ec2 describe-instances`.
    Second,
    /// The last: `az vm delete`.
    Last,
}

/// Words of a sub-command, and the effect they stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Class {
    /// Patterns with `*` at their ends, separated by blanks. `.name` is a thing rather than a verb: it counts where
    /// there is no verb. `thing/verb` is a verb somewhere behind that thing, and counts before all others. None at
    /// all: everything else.
    pub(super) words: &'static str,
    /// The effects.
    pub(super) does: &'static str,
}

/// What a table cannot say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reader {
    /// Nothing.
    Table,
    /// Something besides: called when options and operands have been read and their effects added.
    Also(fn(&mut Run<'_>, &Given)),
    /// As [`Reader::Also`], and it says what flows out.
    Gives(fn(&mut Run<'_>, &Given) -> Stream),
    /// Something besides: called with the arguments as they are, whatever sub-command they name.
    Before(fn(&mut Run<'_>, &[Field])),
    /// All of it: called with the arguments as they are.
    Instead(fn(&mut Run<'_>, &[Field], Stream) -> Stream),
}

/// A row with options and operands; everything else is added by the functions below.
pub(super) const fn row(names: &'static str, options: &'static str, operands: &'static str) -> Row {
    Row {
        names,
        options,
        operands,
        does: "",
        style: Style::Gnu,
        input: Input::Data,
        output: Output::Local,
        below: &[],
        otherwise: Otherwise::Operands,
        reader: Reader::Table,
        #[cfg(test)]
        examples: &[],
    }
}

impl Row {
    pub(super) const fn does(self, does: &'static str) -> Self {
        Self { does, ..self }
    }

    pub(super) const fn style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    pub(super) const fn input(self, input: Input) -> Self {
        Self { input, ..self }
    }

    pub(super) const fn output(self, output: Output) -> Self {
        Self { output, ..self }
    }

    /// Sub-commands; one without a row is an unknown.
    pub(super) const fn sub(self, below: &'static [Row]) -> Self {
        Self { below, otherwise: Otherwise::Unknown, ..self }
    }

    /// Sub-commands; one without a row is judged by its words.
    pub(super) const fn sub_or(self, below: &'static [Row], verb: Verb, classes: &'static [Class]) -> Self {
        Self { below, otherwise: Otherwise::Verbs(verb, classes), ..self }
    }

    /// Rows for options marked `/mode`, or sub-commands that may be left out.
    pub(super) const fn modes(self, below: &'static [Row]) -> Self {
        Self { below, ..self }
    }

    pub(super) const fn also(self, reader: fn(&mut Run<'_>, &Given)) -> Self {
        Self { reader: Reader::Also(reader), ..self }
    }

    pub(super) const fn gives(self, reader: fn(&mut Run<'_>, &Given) -> Stream) -> Self {
        Self { reader: Reader::Gives(reader), ..self }
    }

    pub(super) const fn before(self, reader: fn(&mut Run<'_>, &[Field])) -> Self {
        Self { reader: Reader::Before(reader), ..self }
    }

    pub(super) const fn instead(self, reader: fn(&mut Run<'_>, &[Field], Stream) -> Stream) -> Self {
        Self { reader: Reader::Instead(reader), ..self }
    }

    /// Only tests read them; elsewhere they would be a quarter of the table.
    #[cfg(test)]
    pub(super) const fn examples(self, examples: &'static [(&'static str, &'static str)]) -> Self {
        Self { examples, ..self }
    }

    #[cfg(not(test))]
    pub(super) const fn examples(self, _: &'static [(&'static str, &'static str)]) -> Self {
        self
    }

    /// Whether `name` is one of its names.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.names.split(' ').any(|one| one == name)
    }

    /// The row below it with this name.
    pub(super) fn sub_row(&self, name: &str) -> Option<&'static Self> {
        self.below.iter().find(|row| row.is_named(name))
    }
}

/// What an operand, or the argument of an option, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `word`: a number, a pattern, a message: nothing follows from it.
    Word,
    /// `read`, `list`, `write`, `delete`, `permission`, and the same with `tree`: a path, and what is done there.
    Path(&'static str, bool),
    /// `move`: a path whose content is read and which is then gone.
    Move,
    /// `cd`: the directory it works in.
    Directory,
    /// `run`: a file that is run.
    Run,
    /// `fetch`: a URL or host that is asked.
    Fetch,
    /// `send`: a URL or host that something is sent to.
    Send,
    /// `shell`: text for a shell.
    Shell,
    /// `tool`: text for a shell, with arguments behind it that are not in the text: a pager, a viewer of differences.
    Tool,
    /// `command`: this and everything behind it is a command.
    Command,
    /// `code:python`: code of a language.
    Code(&'static str),
    /// `sql`, `sql:postgres`: SQL of a dialect.
    Sql(&'static str),
    /// `assign`: `NAME=value` for the environment, or a name.
    Assign,
    /// `asked`: the name of something that is shown, a setting or an entry: a secret where the name says so.
    Asked,
    /// `odd`: not followed, an unknown.
    Odd,
    /// `package.install`: any action; the operand is its resource.
    Effect(&'static str),
}

impl Kind {
    pub(super) fn named(name: &'static str) -> Option<Self> {
        let (plain, tree) = match name.strip_suffix("tree") {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        let path = match plain {
            "read" => Some("file.read"),
            "list" => Some("file.list"),
            "write" => Some("file.write"),
            "delete" => Some("file.delete"),
            "permission" => Some("file.permission"),
            _ => None,
        };
        if let Some(action) = path {
            return Some(Self::Path(action, tree));
        }
        Some(match name {
            "word" => Self::Word,
            "move" => Self::Move,
            "cd" => Self::Directory,
            "run" => Self::Run,
            "fetch" => Self::Fetch,
            "send" => Self::Send,
            "shell" => Self::Shell,
            "tool" => Self::Tool,
            "command" => Self::Command,
            "assign" => Self::Assign,
            "asked" => Self::Asked,
            "odd" => Self::Odd,
            "sql" => Self::Sql(""),
            _ => match name.split_once(':') {
                Some(("code", language)) => Self::Code(language),
                Some(("sql", dialect)) => Self::Sql(dialect),
                Some(_) => return None,
                None if Action::known(name).is_some() => Self::Effect(name),
                None => return None,
            },
        })
    }
}

/// How many operands a slot takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Maybe,
    Any,
    Some,
}

/// A place for operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) kind: Kind,
    pub(super) count: Count,
}

/// The slots of a row's operands. Words that are none are left out; tests find them.
pub(super) fn slots(operands: &'static str) -> impl Iterator<Item = Slot> {
    operands.split_ascii_whitespace().filter_map(|word| {
        let (name, count) = match word.as_bytes().last() {
            Some(b'?') => (word.strip_suffix('?')?, Count::Maybe),
            Some(b'*') => (word.strip_suffix('*')?, Count::Any),
            Some(b'+') => (word.strip_suffix('+')?, Count::Some),
            _ => (word, Count::One),
        };
        Some(Slot { kind: Kind::named(name)?, count })
    })
}

/// Whether an option takes an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// Attached or as the next word.
    Always(Kind),
    /// Attached only.
    Maybe(Kind),
}

/// One option of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opt {
    /// Its names, separated by commas.
    pub(super) names: &'static str,
    pub(super) takes: Takes,
    /// `/…` and `!…`, as written.
    pub(super) marks: &'static str,
}

impl Opt {
    /// The name it goes by.
    pub(super) fn name(&self) -> &'static str {
        self.names.split(',').next().unwrap_or(self.names)
    }

    /// Whether it has the mark `/name`.
    pub(super) fn has(&self, mark: &str) -> bool {
        self.marks.split('!').next().unwrap_or_default().split('/').any(|one| one == mark)
    }

    /// The effects it adds.
    pub(super) fn effects(&self) -> impl Iterator<Item = &'static str> {
        self.marks.split('!').skip(1)
    }

    /// Reads one word of an options text.
    pub(super) fn read(word: &'static str) -> Option<Self> {
        let end = word.find(['/', '!']).unwrap_or(word.len());
        let (head, marks) = word.split_at_checked(end)?;
        let (names, takes) = match (head.split_once("[="), head.split_once('=')) {
            (Some((names, kind)), _) => (names, Takes::Maybe(Kind::named(kind.strip_suffix(']')?)?)),
            (None, Some((names, kind))) => (names, Takes::Always(Kind::named(kind)?)),
            (None, None) => (head, Takes::Nothing),
        };
        Some(Self { names, takes, marks })
    }
}

const GNU: &str = "--help/info --version/info";

/// The options of a row, those of `gnu` included. Words that are none are left out; tests find them.
pub(super) fn options(text: &'static str) -> impl Iterator<Item = Opt> {
    let gnu = if text.split_ascii_whitespace().any(|word| word == "gnu") { GNU } else { "" };
    text.split_ascii_whitespace()
        .chain(gnu.split_ascii_whitespace())
        .filter(|word| word.starts_with(['-', '+']))
        .filter_map(Opt::read)
}

/// The options of a row, read once: reading them takes longer than most commands.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) all: Vec<Opt>,
    /// Whether every option that is not named only changes what is shown.
    pub(super) open: bool,
    /// Whether any of them begins with `+`.
    pub(super) plus: bool,
    by_name: HashMap<&'static str, Opt>,
}

impl Options {
    fn read(text: &'static str) -> Self {
        Self::of(options(text).collect(), is_open(text))
    }

    fn of(all: Vec<Opt>, open: bool) -> Self {
        let mut by_name = HashMap::new();
        for option in &all {
            for name in option.names.split(',') {
                by_name.entry(name).or_insert(*option);
            }
        }
        let plus = all.iter().any(|option| option.names.contains('+'));
        Self { all, open, plus, by_name }
    }

    /// The option with this name.
    pub(super) fn find(&self, name: &str) -> Option<Opt> {
        self.by_name.get(name).copied()
    }

    /// The same with one more.
    pub(super) fn and(&self, option: Option<Opt>) -> Self {
        Self::of(self.all.iter().copied().chain(option).collect(), self.open)
    }
}

impl Row {
    /// Its options.
    pub(super) fn all_options(&self) -> Rc<Options> {
        thread_local! {
            static READ: RefCell<HashMap<&'static str, Rc<Options>>> = RefCell::default();
        }
        READ.with_borrow_mut(|read| {
            Rc::clone(read.entry(self.options).or_insert_with(|| Rc::new(Options::read(self.options))))
        })
    }
}

/// Whether every option that is not named only changes what is shown.
pub(super) fn is_open(text: &str) -> bool {
    text.split_ascii_whitespace().any(|word| word == "...")
}
