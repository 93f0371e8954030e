//! The arguments of one command, told apart by its row: options with their values, and operands.
//!
//! In come a row and fields; out comes [`Given`], or what could not be told apart. An option which the row
//! does not know is an unknown, because it may do anything; so is an argument that may turn out to be one.

use super::field::Field;
use super::row::{self, Opt, Options, Row, Style, Takes};
use super::stream::Stream;
use crate::effects::unknown::{self, Why};
use std::rc::Rc;

/// The arguments of one command.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The program and its sub-commands: `git push`.
    pub(super) name: String,
    /// The row that says what they mean: the program's, or its innermost sub-command's.
    pub(super) row: &'static Row,
    /// The options, in order.
    pub(super) options: Vec<(Opt, Option<Field>)>,
    /// The operands, in order.
    pub(super) operands: Vec<Field>,
    /// How many of the operands stood before `--`.
    pub(super) before_dashes: usize,
    /// How many of the operands stood before the first option that has no row: what follows may be its value.
    pub(super) settled: Option<usize>,
    /// Options without a row, where the row is open: for readers that know how their names go on.
    pub(super) unread: Vec<Field>,
    /// The operands that stand right behind such an option, and may be its value: which option, which operand.
    pub(super) perhaps_values: Vec<(usize, usize)>,
    /// Whether a row above this one prints its help: so does this one.
    helps: bool,
    /// How many options stood before the first that makes the program print something and do nothing else.
    asked: Option<usize>,
    /// Whether an argument may turn out to be an option that reads a file, and none can turn out to be worse.
    pub(super) may_read: bool,
    /// What flows in.
    pub(super) input: Stream,
    /// What could not be told apart.
    pub(super) doubts: Vec<Why>,
}

impl Given {
    /// Tells `arguments` of the program `name` apart.
    pub(super) fn read(row: &'static Row, name: &str, arguments: &[Field], input: Stream) -> Self {
        let mut given = Self {
            name: name.to_owned(),
            row,
            options: Vec::new(),
            operands: Vec::new(),
            before_dashes: 0,
            settled: None,
            unread: Vec::new(),
            perhaps_values: Vec::new(),
            helps: false,
            asked: None,
            may_read: false,
            input,
            doubts: Vec::new(),
        };
        given.sub_commands(arguments);
        given.mode();
        given
    }

    /// Reads options of a row, then goes down to the sub-command which the first operand names.
    fn sub_commands(&mut self, arguments: &[Field]) {
        let named = self.row.below.iter().any(|row| !row.names.starts_with('-'));
        if !named {
            let judged = matches!(self.row.otherwise, row::Otherwise::Verbs(..));
            let style = if judged && self.row.style == Style::First { Style::Gnu } else { self.row.style };
            self.read_all(arguments, style);
            return;
        }
        let rest = self.read_all(arguments, Style::First);
        // With nothing behind it, a program with sub-commands prints its help.
        let Some((first, arguments)) = rest.split_first() else { return };
        let below = first.text().and_then(|text| self.row.sub_row(text));
        match below {
            Some(row) => {
                self.row = row;
                self.name.push(' ');
                self.name.push_str(first.prefix());
                self.operands.clear();
                self.sub_commands(arguments);
            }
            None => {
                // The words are what a sub-command without a row is judged by.
                self.operands.clear();
                let row = self.row;
                match row.otherwise {
                    row::Otherwise::Verbs(..) | row::Otherwise::Operands => {
                        let style = if row.style == Style::First { Style::Gnu } else { row.style };
                        self.read_all(&rest, style);
                    }
                    row::Otherwise::Unknown => {
                        self.operands.extend(rest.iter().cloned());
                        self.doubts.push(unknown::SUBCOMMAND);
                    }
                }
            }
        }
    }

    /// Goes down to the row which an option marked `/mode` names.
    fn mode(&mut self) {
        let chosen = self.options.iter().find_map(|(option, _)| {
            if !option.has("mode") {
                return None;
            }
            option.names.split(',').find_map(|name| self.row.sub_row(name))
        });
        if let Some(row) = chosen {
            self.row = row;
        }
    }

    /// Reads options and operands. With [`Style::First`], what follows the options is returned as well.
    fn read_all(&mut self, arguments: &[Field], style: Style) -> Vec<Field> {
        if style == Style::Raw {
            self.operands.extend(arguments.iter().cloned());
            self.before_dashes = self.operands.len();
            return self.operands.clone();
        }
        let mut all = self.row.all_options();
        let help = all.find("--help");
        self.helps |= help.is_some_and(|option| option.has("info"));
        if self.helps && help.is_none() {
            all = Rc::new(all.and(Opt::read("--help/info")));
        }
        let mut arguments = arguments.iter();
        let mut ended = false;
        let start = self.operands.len();
        while let Some(argument) = arguments.next() {
            if ended {
                self.operands.push(argument.clone());
                continue;
            }
            let prefix = argument.prefix();
            if argument.text() == Some("--") {
                ended = true;
                self.before_dashes = self.operands.len();
                continue;
            }
            let looks =
                prefix.len() > 1 && prefix.starts_with('-') || argument.text().is_none() && prefix == "-";
            let plus = prefix.len() > 1 && prefix.starts_with('+') && all.plus;
            if looks || plus {
                self.option(argument, &mut arguments, &all, style);
                continue;
            }
            if argument.may_be_option() {
                if !all.open || all.all.iter().any(|option| matters(option) && !only_reads(option)) {
                    self.doubts.push(unknown::OPTION_DYNAMIC);
                } else {
                    self.may_read |= all.all.iter().any(matters);
                }
            }
            self.operands.push(argument.clone());
            if style == Style::First {
                self.operands.extend(arguments.cloned());
                break;
            }
        }
        if !ended {
            self.before_dashes = self.operands.len();
        }
        self.operands.get(start..).unwrap_or_default().to_vec()
    }

    fn option<'a>(
        &mut self,
        argument: &Field,
        rest: &mut impl Iterator<Item = &'a Field>,
        all: &Options,
        style: Style,
    ) {
        let prefix = argument.prefix();
        // The name must be settled; the value need not be.
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => match argument.text() {
                Some(text) => (text.to_owned(), None),
                None if prefix.starts_with("--") || style == Style::Dash => {
                    self.doubts.push(unknown::OPTION_DYNAMIC);
                    return;
                }
                None => (prefix.to_owned(), None),
            },
        };
        let long = name.starts_with("--") || style == Style::Dash;
        let exact = all.find(&name).or_else(|| {
            // Dash style takes both spellings.
            let other = match name.strip_prefix("--") {
                Some(rest) => format!("-{rest}"),
                None => format!("-{name}"),
            };
            (style == Style::Dash).then(|| all.find(&other)).flatten()
        });
        if let Some(found) = exact
            && (value.is_some() || argument.text().is_some())
            && (long || value.is_none())
        {
            let value = match (found.takes, value) {
                (Takes::Always(_), None) => self.next_value(rest),
                (Takes::Nothing, Some(_)) if !all.open => {
                    self.doubts.push(unknown::OPTION_UNKNOWN);
                    None
                }
                (_, value) => value,
            };
            self.take(found, value);
            return;
        }
        if long {
            match abbreviated(&all.all, &name, style) {
                Some(found) => {
                    let value = match (found.takes, value) {
                        (Takes::Always(_), None) => self.next_value(rest),
                        (_, value) => value,
                    };
                    self.take(found, value);
                }
                None if all.open => self.unsettle(argument),
                None => self.doubts.push(unknown::OPTION_UNKNOWN),
            }
            return;
        }
        self.cluster(argument, rest, all);
    }

    /// `-abc`, `-n5`: one letter after the other until one takes the rest.
    fn cluster<'a>(&mut self, argument: &Field, rest: &mut impl Iterator<Item = &'a Field>, all: &Options) {
        let sign = argument.prefix().chars().next().unwrap_or('-');
        let mut left = argument.strip_prefix(sign.encode_utf8(&mut [0; 4])).unwrap_or_default();
        // `-hostname` is no `-h`, to a program whose options are not all known.
        let letters = left.prefix().chars().map(|letter| all.find(&format!("{sign}{letter}")));
        let known = !all.open || letters.flatten().count() == left.prefix().chars().count();
        while let Some(letter) = left.prefix().chars().next() {
            let mut name = String::from(sign);
            name.push(letter);
            let after = left.strip_prefix(letter.encode_utf8(&mut [0; 4])).unwrap_or_default();
            // `-5`, `-20`: a count, where the row has `-#`.
            let found = all.find(&name).or_else(|| letter.is_ascii_digit().then(|| all.find("-#")).flatten());
            let Some(found) = found.filter(|found| known || !found.has("info")) else {
                if !all.open {
                    self.doubts.push(unknown::OPTION_UNKNOWN);
                    return;
                }
                self.unsettle(argument);
                left = after;
                continue;
            };
            match found.takes {
                Takes::Nothing => self.take(found, None),
                Takes::Always(_) if after.is_empty() => {
                    let value = self.next_value(rest);
                    self.take(found, value);
                    return;
                }
                Takes::Always(_) | Takes::Maybe(_) => {
                    // `-o=x` gives `=x` to some programs and `x` to others; the latter are rows of their own.
                    let value = (!after.is_empty()).then_some(after);
                    self.take(found, value);
                    return;
                }
            }
            left = after;
        }
        if left.text().is_none() {
            // `-$x`: letters nobody knows yet.
            self.doubts.push(unknown::OPTION_DYNAMIC);
        }
    }

    fn take(&mut self, option: Opt, value: Option<Field>) {
        // Behind an operand an option may be one more operand: programs differ, and so do environments. Words of a
        // sub-command are none; but behind them `--version` is which one is meant, and not a question.
        let judged = matches!(self.row.otherwise, row::Otherwise::Verbs(..));
        let asks_version =
            option.names.split(',').any(|name| matches!(name, "--version" | "-version" | "-v" | "-V"));
        let first = self.operands.is_empty() && !(judged && self.name.contains(' '));
        let leads = first || judged && !asks_version;
        if leads && option.has("info") {
            self.asked.get_or_insert(self.options.len());
        }
        self.options.push((option, value));
    }

    fn unsettle(&mut self, option: &Field) {
        self.settled.get_or_insert(self.operands.len());
        if self.unread.last() != Some(option) {
            self.unread.push(option.clone());
        }
        let number = self.unread.len() - 1;
        self.perhaps_values.retain(|(_, operand)| *operand != self.operands.len());
        self.perhaps_values.push((number, self.operands.len()));
    }

    fn next_value<'a>(&mut self, rest: &mut impl Iterator<Item = &'a Field>) -> Option<Field> {
        let value = rest.next();
        if value.is_none() {
            self.doubts.push(unknown::OPTION_VALUE);
        }
        value.cloned()
    }

    /// Whether the option with this name was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(option, _)| option.names.split(',').any(|one| one == name))
    }

    /// Whether an option with this mark was given.
    pub(super) fn is_marked(&self, mark: &str) -> bool {
        self.options.iter().any(|(option, _)| option.has(mark))
    }

    /// The options before the one that makes the program print something and do nothing else; `None` if there is
    /// none. They count: what a program does while it reads its options is done by then.
    pub(super) fn before_info(&self) -> Option<&[(Opt, Option<Field>)]> {
        if let Some(before) = self.asked {
            return self.options.get(..before);
        }
        let shows = |(option, _): &(Opt, Option<Field>)| option.has("shows") || option.has("info");
        let all = !self.options.is_empty() && self.unread.is_empty() && self.options.iter().all(shows);
        (all && self.is_marked("shows")).then_some(&[])
    }

    /// Whether nothing is changed: the last option that says so counts, and it may say no.
    pub(super) fn is_dry(&self) -> bool {
        let said = self.options.iter().rev().find(|(option, _)| option.has("dry"));
        let dry = said.is_some_and(|(_, value)| match value {
            None => true,
            Some(value) => {
                value.text().is_some_and(|text| !NOT_DRY.contains(&text.to_ascii_lowercase().as_str()))
            }
        });
        dry && !self.unread.iter().any(|option| option.prefix().starts_with("--no-dry"))
    }

    /// The values of the option with this name.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.options
            .iter()
            .filter(move |(option, _)| option.names.split(',').any(|one| one == name))
            .filter_map(|(_, value)| value.as_ref())
    }

    /// The last value of the option with this name: the one that counts to most programs.
    pub(super) fn value<'a>(&'a self, name: &'a str) -> Option<&'a Field> {
        self.values(name).last()
    }

    /// The operand with this number, from 0.
    pub(super) fn operand(&self, number: usize) -> Option<&Field> {
        self.operands.get(number)
    }
}

/// Values with which an option for a trial run asks for none.
const NOT_DRY: [&str; 6] = ["none", "false", "f", "0", "no", "off"];

/// Marks that change what other arguments mean, or more.
const MARKS: [&str; 6] = ["tree", "odd", "mode", "drops", "fills", "code"];

/// Whether it makes a difference if an argument turns out to be this option.
fn matters(option: &Opt) -> bool {
    let kind = match option.takes {
        Takes::Nothing => None,
        Takes::Always(kind) | Takes::Maybe(kind) => Some(kind),
    };
    kind.is_some_and(|kind| kind != row::Kind::Word)
        || option.effects().next().is_some()
        || MARKS.iter().any(|mark| option.has(mark))
}

/// Whether the option reads or lists what its argument names, and changes nothing else.
fn only_reads(option: &Opt) -> bool {
    let (Takes::Always(kind) | Takes::Maybe(kind)) = option.takes else { return false };
    matches!(kind, row::Kind::Path("file.read" | "file.list", _))
        && option.effects().next().is_none()
        && !MARKS.iter().any(|mark| option.has(mark))
}

/// The one option whose long name begins like this; `getopt_long` takes it, several are an error to it.
fn abbreviated(all: &[Opt], name: &str, style: Style) -> Option<Opt> {
    if style == Style::Dash || name.len() < 3 {
        return None;
    }
    let mut found: Option<Opt> = None;
    for option in all {
        if option.names.split(',').any(|one| one.starts_with("--") && one.starts_with(name)) {
            if found.is_some_and(|other| other.names != option.names) {
                return None;
            }
            found = Some(*option);
        }
    }
    found
}
