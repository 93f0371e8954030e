//! A shell script as a tree: what the text says, before anything is expanded.
//!
//! The grammar is that of bash, with what zsh and POSIX shells share. What separates two commands (`;`, `&`,
//! `&&`, `||`) changes when they run, not what they could do; it is kept for what changes the directory.
//!
//! Deliberately absent: aliases, brace expansion, globbing, values. A word is its pieces as they were quoted.

use std::ops::Range;

/// Where something stands in the text: byte offsets.
pub type Span = Range<usize>;

/// Commands one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequence(pub Vec<Pipeline>);

/// Commands connected by `|`, or a single one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The commands, in order; never empty.
    pub stages: Vec<Stage>,
    /// Whether it runs in the background (`&`), or as a coprocess.
    pub background: bool,
    /// Whether what it says of itself is turned round (`!`): `set -e` then ends nothing.
    pub negated: bool,
    /// When it runs.
    pub condition: Condition,
}

/// When a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// After the one before it.
    #[default]
    Always,
    /// If the one before it worked (`&&`).
    Worked,
    /// If the one before it failed (`||`).
    Failed,
}

/// One command with its redirections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What runs.
    pub command: Command,
    /// Redirections, in the order in which they are made.
    pub redirects: Vec<Redirect>,
    /// Where all of it stands.
    pub span: Span,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Assignments, then a program and its arguments. Either may be missing, and both where there are redirections.
    Simple {
        /// `name=value` before the program.
        assignments: Vec<Assignment>,
        /// The program and its arguments. `name=(…)` behind `declare` and its like is one word, written as in the text.
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Sequence),
    /// `( … )`
    Subshell(Sequence),
    /// `if … then … elif … then … else … fi`
    If {
        /// Conditions with what follows them.
        branches: Vec<(Sequence, Sequence)>,
        /// What follows if none holds.
        otherwise: Option<Sequence>,
    },
    /// `while … do … done`, and `until`.
    While {
        /// The condition.
        condition: Sequence,
        /// What is repeated.
        body: Sequence,
    },
    /// `for name in … do … done`, and `select`.
    For {
        /// The variable.
        variable: String,
        /// Its values; `None` for the positional parameters.
        values: Option<Vec<Word>>,
        /// What is repeated.
        body: Sequence,
    },
    /// `for ((…; …; …)) do … done`
    ForArithmetic {
        /// The three expressions.
        header: Vec<Piece>,
        /// What is repeated.
        body: Sequence,
    },
    /// `case … in … esac`
    Case {
        /// What is compared.
        subject: Word,
        /// Patterns with what follows them.
        arms: Vec<(Vec<Word>, Sequence)>,
    },
    /// `name() …`, and `function name …`.
    Function {
        /// Its name.
        name: String,
        /// What it does when it is called.
        body: Box<Stage>,
    },
    /// `[[ … ]]`: operands and operators, as words.
    Test(Vec<Word>),
    /// `(( … ))`
    Arithmetic(Vec<Piece>),
}

/// `name=value`, `name+=value`, `name[index]=value`, `name=(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The text within the brackets of `name[…]=`.
    pub index: Option<Vec<Piece>>,
    /// Whether it is appended.
    pub append: bool,
    /// What is assigned.
    pub value: AssignedValue,
    /// Where it stands.
    pub span: Span,
}

/// What an assignment assigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignedValue {
    /// One value.
    Scalar(Word),
    /// `(…)`: elements, with `[key]=` before them left out.
    Array(Vec<Word>),
}

/// A word: pieces that stand together without a blank between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its pieces; empty for `''` only together with a quoted, empty text.
    pub pieces: Vec<Piece>,
    /// Where it stands.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that is taken as it is: of `'…'`, `"…"`, `$'…'` (its escapes resolved) and after a backslash.
    Quoted(String),
    /// Text outside quotes: tildes, wildcards and braces in it mean something.
    Plain(String),
    /// `$name`, `${…}`.
    Parameter(Parameter),
    /// `$(…)` and backticks.
    Command {
        /// What runs.
        script: Sequence,
        /// Whether it stands in double quotes: its output is then one field.
        quoted: bool,
    },
    /// `<(…)` and `>(…)`.
    Process {
        /// What runs.
        script: Sequence,
        /// Whether the script reads what is written to it (`>(…)`).
        reads: bool,
    },
    /// `$((…))`, `$[…]`: the substitutions within it, and its text between them.
    Arithmetic(Vec<Piece>),
}

/// `$name` or `${…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// A variable's name, digits, or one of `@ * # ? - $ ! _`.
    pub name: String,
    /// Whether it stands in double quotes.
    pub quoted: bool,
    /// The text within the brackets of `${name[…]}`.
    pub index: Option<Vec<Piece>>,
    /// What is done with the value.
    pub operation: Operation,
}

/// What `${…}` does with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    None,
    /// `${#name}`: a number.
    Length,
    /// `${!name}`, `${!prefix@}`, `${name@P}`: the value names or is something else again.
    Indirect,
    /// `:-` `-`: the word if there is no value.
    Default(Box<Word>),
    /// `:=` `=`: the same, and it is assigned.
    Assign(Box<Word>),
    /// `:+` `+`: the word if there is a value.
    Alternative(Box<Word>),
    /// `:?` `?`: an error with this text if there is no value.
    Demand(Box<Word>),
    /// `#` `##` `%` `%%`: without what matches at an end.
    Trim {
        /// Whether it is taken off the end (`%`), not the beginning (`#`).
        suffix: bool,
        /// Whether as much as possible is taken off (`##`, `%%`).
        longest: bool,
        /// What is taken off.
        pattern: Box<Word>,
    },
    /// `/` `//` `/#` `/%`
    Replace {
        /// Whether every match is replaced (`//`).
        all: bool,
        /// What is replaced.
        pattern: Box<Word>,
        /// By what.
        with: Box<Word>,
    },
    /// `:offset:length`
    Slice(Vec<Piece>),
    /// `^` `^^` `,` `,,` `@U` `@L` `@u`: the case changes.
    Case {
        /// Whether it becomes upper case.
        upper: bool,
        /// Whether all of it changes, not only the first letter.
        all: bool,
    },
    /// `@Q` `@E` `@A` `@K` and what is not known: another text.
    Other,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The file descriptor, where the text says one (`2>`); `{name}>` counts as none.
    pub descriptor: Option<u32>,
    /// What is done.
    pub kind: RedirectKind,
    /// Where it stands.
    pub span: Span,
}

/// What a redirection does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`: reads a file.
    Read(Word),
    /// `>`, `>|`: replaces a file's content.
    Write(Word),
    /// `>>`
    Append(Word),
    /// `<>`
    ReadWrite(Word),
    /// `&>`, `&>>`, `>&` with a file's name: both outputs go to a file.
    WriteBoth(Word),
    /// `<&`, `>&` with a descriptor, `-` or something that is decided when it runs.
    Duplicate(Word),
    /// `<<`, `<<-`: the body, its tabs removed. One quoted piece if the delimiter was quoted; otherwise what is not
    /// expanded is plain, though no wildcard or tilde in it means anything.
    HereDocument(Word),
    /// `<<<`
    HereString(Word),
}
