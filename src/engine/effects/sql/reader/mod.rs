//! One text, cut one way, read statement by statement.
//!
//! The order of trust: words first, structure second. A statement does at least what its first words, its
//! functions and every change inside it say; whether it is well formed only decides whether it may be taken
//! for a mere read. So nothing is lost where the structure is not understood.
//!
//! Nothing here recurses deeper than brackets nest, which is bounded, or looks at a token more than a few
//! times.

mod changes;
mod names;
mod others;
mod query;

use super::act::Act;
use super::dialect::Dialect;
use super::functions::effects::Effect as FunctionEffect;
use super::keyword::Key;
use super::statements::{Form, STATEMENTS};
use super::tokens::{Kind, Token, Tokens};
use super::{Setting, client, procedures};
use crate::effects::gathered::Gathered;
use crate::effects::unknown;
use crate::effects::{Effects, Resource};
use names::{Current, Qualified};
use query::How;
use std::cell::Cell;

/// Deepest nesting of brackets.
const DEPTH: usize = 64;

/// Most statements in one text.
const STATEMENTS_MOST: usize = 256;

/// Most names that `WITH` gives and that are seen at once.
const SCOPE_MOST: usize = 256;

/// Deepest nesting of statements that prepare or explain one another.
const AGAIN_MOST: usize = 8;

/// Most tables that one statement keeps in mind.
const RELATIONS_MOST: usize = 512;

/// What one way of cutting a text found.
#[derive(Debug)]
pub(super) struct Reading {
    /// What it would do.
    pub(super) effects: Effects,
    /// What statements say that no server with this way of cutting takes: a string or a bracket is open.
    pub(super) broken: Effects,
    /// Whether something was not understood, so that a read is not known to be one.
    pub(super) misread: bool,
}

/// A table of a statement.
#[derive(Debug)]
struct Relation {
    name: Qualified,
    /// What it is called in the statement.
    alias: Option<String>,
}

/// What a statement changes, by the name that stands there.
#[derive(Debug)]
struct Target {
    name: Qualified,
    /// Whether it may be the alias of a table that is named further on.
    may_be_alias: bool,
}

/// What is known of the statement that is being read.
#[derive(Debug)]
struct Statement {
    form: Form,
    /// How many statements it is the inner one of.
    again: usize,
    /// Its first token.
    first: usize,
    relations: Vec<Relation>,
    /// What it changes, by the names that stand there: a table's, or an alias.
    targets: Vec<Target>,
    /// How many of its tables stand in the list of what it changes.
    listed: usize,
    /// Whether it changes a table that was not found.
    blind: bool,
    /// Whether the tables that are met are those it changes, not those it reads.
    quiet: bool,
    /// Whether it locks the rows it reads.
    locks: bool,
    /// Whether it is explained only.
    dry: bool,
}

impl Statement {
    const fn new(form: Form) -> Self {
        Self {
            form,
            again: 0,
            first: usize::MAX,
            relations: Vec::new(),
            targets: Vec::new(),
            listed: 0,
            blind: false,
            quiet: false,
            locks: false,
            dry: false,
        }
    }
}

/// The reader.
pub(super) struct Reader<'a> {
    text: &'a str,
    tokens: &'a mut [Token],
    dialect: Option<Dialect>,
    setting: &'a Setting<'a>,
    /// How many texts this one is inside of, and how many bytes such texts may still have together.
    nested: usize,
    budget: &'a Cell<usize>,
    /// How many statements there were.
    count: usize,
    out: Gathered,
    misread: bool,
    /// Whether there was more than is followed.
    full: bool,
    current: Current,
    /// The names that `WITH` gave and that can be seen here.
    scope: Vec<Qualified>,
    /// What `WITH` read for the change that follows on it, and whether that is explained only.
    carried: Option<(Vec<Relation>, bool)>,
    statement: Statement,
}

/// Reads a text that was cut into `tokens`.
pub(super) fn read(
    text: &str,
    mut tokens: Tokens,
    dialect: Option<Dialect>,
    setting: &Setting<'_>,
    nested: usize,
    budget: &Cell<usize>,
) -> Reading {
    let unfinished = tokens.unfinished;
    let mut reader = Reader {
        text,
        tokens: &mut tokens.all,
        dialect,
        setting,
        nested,
        budget,
        count: 0,
        out: Gathered::default(),
        misread: false,
        full: false,
        current: Current::Setting,
        scope: Vec::new(),
        carried: None,
        statement: Statement::new(Form::Show),
    };
    let broken = reader.run(unfinished);
    Reading { effects: reader.out.into_effects(), broken, misread: reader.misread }
}

impl Reader<'_> {
    /// Reads all statements; what those say that cannot run comes back.
    fn run(&mut self, unfinished: bool) -> Effects {
        let mut broken = Gathered::default();
        let mut start = 0;

        while start < self.tokens.len() {
            let semicolon = self.tokens.iter().skip(start).position(|token| token.kind == Kind::Semicolon);
            let end = semicolon.map_or(self.tokens.len(), |length| start + length);

            let whole = self.pair(start, end) && (semicolon.is_some() || !unfinished);
            if whole {
                self.statements(start, end);
            } else {
                self.misread = true;
                std::mem::swap(&mut self.out, &mut broken);
                self.statements(start, end);
                std::mem::swap(&mut self.out, &mut broken);
            }
            if self.count > STATEMENTS_MOST {
                self.fill();
            }
            if self.is_full() {
                break;
            }
            start = end + 1;
        }
        if unfinished {
            self.misread = true;
        }
        broken.into_effects()
    }

    /// Reads the statements between two semicolons: one, or several where they need none.
    fn statements(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end && self.count <= STATEMENTS_MOST && !self.is_full() {
            self.count += 1;
            let next = self.statement(at, end);
            if self.carried.is_none() {
                self.scope.clear();
            }
            // Each statement takes at least the word it begins with.
            at = next.max(at + 1);
        }
    }

    /// Finds the closing bracket of every opening one. `false` if some have none, or nest too deep.
    fn pair(&mut self, start: usize, end: usize) -> bool {
        let mut open: Vec<usize> = Vec::new();
        let mut whole = true;
        for at in start..end {
            match self.kind(at) {
                Some(Kind::Open) => {
                    if let Some(token) = self.tokens.get_mut(at) {
                        token.partner = end;
                    }
                    open.push(at);
                    if open.len() > DEPTH {
                        self.out.doubt(unknown::SQL_NESTED, self.setting.at);
                        // What cannot be followed is not walked into.
                        for at in start..end {
                            if let Some(token) = self.tokens.get_mut(at)
                                && matches!(token.kind, Kind::Open | Kind::Close)
                            {
                                token.kind = Kind::Comma;
                            }
                        }
                        return false;
                    }
                }
                Some(Kind::Close) => match open.pop() {
                    Some(opening) => {
                        if let Some(token) = self.tokens.get_mut(opening) {
                            token.partner = at;
                        }
                    }
                    None => whole = false,
                },
                _ => {}
            }
        }
        whole && open.is_empty()
    }

    /// Reads the statement at `start`; where the next one begins comes back.
    fn statement(&mut self, start: usize, end: usize) -> usize {
        let mut inner = Statement::new(Form::Show);
        inner.first = start;
        inner.dry = self.statement.dry;
        if let Some((relations, dry)) = self.carried.take() {
            (inner.relations, inner.dry) = (relations, dry);
        }
        let outer = std::mem::replace(&mut self.statement, inner);
        let next = self.begin(start, end);
        self.finish();
        self.statement = outer;
        next
    }

    /// The statement at `start`, which the one that is being read prepares or explains.
    fn again(&mut self, start: usize, end: usize) -> usize {
        self.statement.again += 1;
        if self.statement.again > AGAIN_MOST {
            self.out.doubt(unknown::SQL_NESTED, self.setting.at);
            return self.level(start, end, How::Loose);
        }
        self.begin(start, end)
    }

    fn begin(&mut self, start: usize, end: usize) -> usize {
        match self.kind(start) {
            Some(Kind::Open) if self.brackets_a_query(start, end) => {
                self.formed(Form::Query, start, start, end)
            }
            Some(Kind::Sign(b'\\')) => self.client(start, end),
            Some(Kind::Dot) => self.dot_command(start, end),
            Some(Kind::Word) => match self.form(start, end) {
                Some((form, words)) => self.formed(form, start, start + words, end),
                None => self.formless(start, end),
            },
            _ => {
                self.misread = true;
                self.level(start + 1, end, How::Loose)
            }
        }
    }

    /// Whether the brackets that open here, one after the other, hold a query.
    fn brackets_a_query(&self, start: usize, end: usize) -> bool {
        let inner = (start..end).find(|at| !self.opens(*at));
        inner.is_some_and(|at| self.begins_query(at))
    }

    /// The row of the table that fits best, and how many words of it.
    fn form(&self, start: usize, end: usize) -> Option<(Form, usize)> {
        let initial = self.word(start)?.as_bytes().first()?.to_ascii_lowercase();
        let fits = |row: &str| {
            row.split(' ').enumerate().all(|(i, word)| {
                start + i < end && self.word(start + i).is_some_and(|found| found.eq_ignore_ascii_case(word))
            })
        };
        STATEMENTS
            .iter()
            .filter(|(row, _)| row.as_bytes().first() == Some(&initial) && fits(row))
            .map(|(row, form)| (*form, row.split(' ').count()))
            .max_by_key(|(_, words)| *words)
    }

    /// A statement that begins with a word of no row.
    fn formless(&mut self, start: usize, end: usize) -> usize {
        let word = self.word(start).unwrap_or_default();
        if word.eq_ignore_ascii_case("go") {
            // Ends a batch; a number behind it repeats the batch.
            return start + 1 + usize::from(self.kind(start + 1) == Some(Kind::Number));
        }
        let (name, next) = self.name(start, end);
        // A batch of SQL Server may begin with the name of a procedure.
        if let Some(procedure) = name.parts.last().and_then(|name| procedures::find(name)) {
            self.procedure(procedure, next, end);
            return self.level(next, end, How::Loose);
        }
        self.misread = true;
        self.level(start + 1, end, How::Loose)
    }

    fn formed(&mut self, form: Form, start: usize, next: usize, end: usize) -> usize {
        self.statement.form = form;
        match form {
            // `SUMMARIZE t`, `PIVOT t ON …`
            Form::Query if !self.begins_query(start) && self.kind(start) == Some(Kind::Word) => {
                self.level(next, end, How::Tables)
            }
            Form::Query => self.query(start, end),
            Form::Show => {
                self.act(&[Act::Read], None);
                self.level(next, end, How::Loose)
            }
            Form::Does(acts) => {
                self.act(acts, None);
                self.level(next, end, How::Loose)
            }
            Form::To(acts) => self.to(acts, next, end),
            Form::Code(acts) => {
                self.act(acts, None);
                self.out.doubt(unknown::SQL_DYNAMIC, self.setting.at);
                self.level(next, end, How::Loose)
            }
            Form::Explain => self.explain(start, next, end),
            Form::Insert => self.insert(next, end),
            Form::Update => self.update(next, end),
            Form::Delete => self.delete(next, end),
            Form::Merge => self.merge(next, end),
            Form::Object => self.object(start, next, end),
            Form::Copy => self.copy(next, end),
            Form::Set => self.set(next, end),
            Form::Pragma => self.pragma(next, end),
            Form::Execute => self.execute(next, end),
            Form::Call => self.call_statement(next, end),
            Form::Prepare => self.prepare(next, end),
            Form::Declare => self.declare(next, end),
            Form::Use => self.use_database(next, end),
        }
    }

    /// What is left to say when a statement is over.
    fn finish(&mut self) {
        let statement = std::mem::replace(&mut self.statement, Statement::new(Form::Show));
        let write: &[Act] = if statement.dry { &[Act::Read] } else { &[Act::Write] };
        for target in &statement.targets {
            // Only where an alias may be what is changed; elsewhere the name is the table's, too.
            let by_alias = target.may_be_alias
                && (self.dialect == Some(Dialect::SqlServer)
                    || (self.dialect == Some(Dialect::MySql) && statement.form == Form::Delete));
            let target = &target.name;
            let same =
                |relation: &&Relation| relation.alias.as_deref().is_some_and(|alias| target.is_single(alias));
            let mut meant = statement.relations.iter().skip(statement.listed).filter(same).peekable();
            let through = by_alias && meant.peek().is_some();
            for relation in meant {
                self.touch(write, &relation.name);
            }
            if through {
                continue;
            }
            // To SQL Server a change of a name that `WITH` gave is one of what is behind it; to others it is one of
            // the table that is called so.
            let derived = self.is_named_by_with(target) && self.dialect != Some(Dialect::Postgres);
            for relation in statement.relations.iter().filter(|_| derived) {
                self.touch(write, &relation.name);
            }
            if !(derived && self.dialect == Some(Dialect::SqlServer) && !statement.relations.is_empty()) {
                self.touch(write, target);
            }
        }
        if statement.blind {
            self.act(write, None);
        }
        if statement.locks {
            if statement.relations.is_empty() {
                self.act(write, None);
            }
            for relation in &statement.relations {
                self.touch(write, &relation.name);
            }
        }
        if statement.form == Form::Query && statement.relations.is_empty() {
            self.act(&[Act::Read], None);
        }
    }

    /// Adds effects on no table in particular.
    fn act(&mut self, acts: &[Act], table: Option<&Qualified>) {
        for act in acts {
            let resource = self.resource(table);
            self.out.add(act.action(), resource);
        }
    }

    /// Adds effects on a table, and what it amounts to where the table is a special one.
    fn touch(&mut self, acts: &[Act], table: &Qualified) {
        if self.holds_secrets(table) {
            let further = if acts.contains(&Act::Read) { Act::Secret } else { Act::Privilege };
            self.act(&[further], Some(table));
        }
        if table.is_elsewhere(self.dialect) {
            self.act(&[Act::Outside], None);
        }
        for act in acts {
            // What is reached is not the table.
            self.act(&[*act], (*act != Act::Outside).then_some(table));
        }
    }

    /// Adds what a function does.
    fn function(&mut self, effect: FunctionEffect, open: usize) {
        match effect {
            FunctionEffect::Does(acts) => self.act(acts, None),
            FunctionEffect::Tells => {
                const KEPT: [&str; 6] = ["USER", "DB_LINK", "ROLE", "PROFILE", "CREDENTIAL", "INTEGRATION"];
                let kind = self.string(open + 1);
                let kept = kind.is_none_or(|kind| KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(&kind)));
                self.act(if kept { &[Act::Read, Act::Secret] } else { &[Act::Read] }, None);
            }
            FunctionEffect::ReadsNamed => self.act(&[Act::Read], Some(&Qualified::dynamic())),
            FunctionEffect::Runs(argument) => {
                let close = self.partner(open);
                let place = self.argument(open, close, argument);
                self.dynamic(place, close);
            }
        }
    }

    /// The first token of an argument, counted from 0.
    fn argument(&self, open: usize, close: usize, argument: usize) -> usize {
        let mut at = open + 1;
        let mut commas = 0;
        while at < close && commas < argument {
            match self.kind(at) {
                Some(Kind::Comma) => commas += 1,
                Some(Kind::Open) => at = self.partner(at),
                _ => {}
            }
            at += 1;
        }
        if commas < argument { close } else { at }
    }

    /// Reads the string at `at` as SQL, if it is nothing but a string.
    fn dynamic(&mut self, at: usize, end: usize) {
        let ends = at + 1 >= end
            || matches!(self.kind(at + 1), Some(Kind::Comma | Kind::Close | Kind::Semicolon))
            || self.is_word(at + 1, "into")
            || self.key(at + 1) == Key::Using;
        let text = if at < end && ends { self.string(at) } else { None };
        let left = text.as_ref().and_then(|text| self.budget.get().checked_sub(text.len()));
        match text.zip(left) {
            Some((text, left)) => {
                self.budget.set(left);
                let setting = Setting {
                    host: self.setting.host.clone(),
                    database: self.database_now(),
                    dialect: self.setting.dialect,
                    at: self.setting.at,
                };
                self.out.absorb(super::nested(&text, &setting, self.nested + 1, self.budget));
            }
            None => self.out.doubt(unknown::SQL_DYNAMIC, self.setting.at),
        }
    }

    /// What a database the text of a session would name is, as far as it can be said.
    fn client(&mut self, at: usize, end: usize) -> usize {
        let rest = self.tokens.get(at).and_then(|token| self.text.get(token.end..)).unwrap_or_default();
        match client::backslash(rest) {
            Some(client::Command::Does(acts)) => self.act(acts, None),
            Some(client::Command::Sends) => {
                // The next statement begins behind its name.
                return at + 2;
            }
            None => self.misread = true,
        }
        self.level(at + 1, end, How::Loose)
    }

    fn dot_command(&mut self, at: usize, end: usize) -> usize {
        match self.word(at + 1).and_then(client::dot) {
            Some(client::Command::Does(acts)) => self.act(acts, None),
            _ => self.misread = true,
        }
        self.level(at + 1, end, How::Loose)
    }

    /// Whether looking further is in vain, because the text has its unknown for that.
    fn is_full(&self) -> bool {
        self.full || self.out.is_full()
    }

    /// Notes that there is more than is followed.
    fn fill(&mut self) {
        self.full = true;
        self.out.doubt(unknown::TOO_MANY, self.setting.at);
    }

    // Tokens.

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Whether a round bracket opens here.
    fn opens(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.kind == Kind::Open && self.text.as_bytes().get(token.start) == Some(&b'(')
        })
    }

    fn key(&self, at: usize) -> Key {
        self.tokens.get(at).map_or(Key::None, |token| token.keyword.key)
    }

    fn partner(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(at, |token| token.partner)
    }

    /// The text of a word.
    fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        self.text.get(token.start..token.end)
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn resource(&self, table: Option<&Qualified>) -> Resource {
        let place = self.place(table);
        Resource::Sql { host: self.setting.host.clone(), database: place, table: table.map(Qualified::table) }
    }
}
