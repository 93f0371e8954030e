//! Queries: the tables they read, the functions they call, and what in them is more than a read.
//!
//! A level is what stands between two brackets, or between the statement's ends. It is walked once from left
//! to right; what opens in it is walked when it is met. Words of the syntax say whether a table comes next;
//! three names in a row that no syntax joins say that this is no query.

mod tables;

use super::names::Qualified;
use super::{RELATIONS_MOST, Reader, Relation, SCOPE_MOST};
use crate::effects::sql::act::Act;
use crate::effects::sql::dialect::Dialect;
use crate::effects::sql::functions::{self, Function};
use crate::effects::sql::keyword::Key;
use crate::effects::sql::statements::Form;
use crate::effects::sql::tokens::Kind;
use crate::effects::unknown;

/// Hints of SQL Server that lock what is read.
const LOCKS: &[&str] =
    &["updlock", "xlock", "tablock", "tablockx", "holdlock", "paglock", "rowlock", "serializable"];

/// Hints of SQL Server that do not.
const HINTS: &[&str] = &[
    "nolock",
    "readpast",
    "readuncommitted",
    "readcommitted",
    "readcommittedlock",
    "repeatableread",
    "nowait",
    "noexpand",
    "forceseek",
    "forcescan",
    "snapshot",
    "index",
];

/// Words that make a table of the one they stand before.
const DERIVING: &[&str] = &["pivot", "unpivot", "summarize", "describe", "show", "explain"];

/// Verbs that are a table's name nowhere.
const VERBS: &[&str] = &["alter", "create", "delete", "drop", "grant", "insert", "revoke", "update"];

/// Words between a table and its alias.
const KEEPING: &[&str] = &["ordinality", "offset", "final"];

/// What a level is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// A query.
    Query,
    /// A list of tables.
    Tables,
    /// Arguments, conditions, lists.
    Values,
    /// The arguments of `position`, in which `IN` names no table.
    Position,
    /// The rest of a statement that is no query; its words are not held to the syntax of one.
    Loose,
}

/// Where in a level the reader is.
#[derive(Debug)]
struct State {
    how: How,
    start: usize,
    /// Whether commas separate tables here.
    tables: bool,
    /// Whether a table comes next.
    expects: bool,
    /// Whether a table has just been named, so that an alias may follow.
    after_table: bool,
    /// Names and values in a row.
    row: usize,
    /// Whether a query has begun, where the level itself is none.
    selects: bool,
    /// Whether a `SELECT` stood in it.
    selected: bool,
    /// Whether a dot joins what follows to what was there.
    joined: bool,
}

impl Reader<'_> {
    /// A query from `start` on, and the changes that its `WITH` belongs to.
    pub(super) fn query(&mut self, start: usize, end: usize) -> usize {
        let next = self.level(start, end, How::Query);
        if next < end && self.key(start) == Key::With {
            self.carried = Some((std::mem::take(&mut self.statement.relations), self.statement.dry));
            self.statement.form = Form::Show;
        }
        next
    }

    /// A level between brackets.
    pub(super) fn inner(&mut self, open: usize, how: How) {
        let (start, end) = (open + 1, self.partner(open));
        let visible = self.scope.len();
        let quiet = std::mem::take(&mut self.statement.quiet);
        self.statement.quiet = quiet && how == How::Tables && !self.begins_query(start);
        if self.begins_query(start) {
            let next = self.level(start, end, How::Query);
            self.changes(next, end);
            self.scope.truncate(visible);
        } else if self.begins_change(start, end) {
            self.changes(start, end);
        } else {
            self.misread |= self.begins_nothing(start);
            self.level(start, end, how);
        }
        self.statement.quiet = quiet;
    }

    /// Changes within brackets, one after the other.
    fn changes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            at = self.statement(at, end).max(at + 1);
        }
    }

    pub(super) fn begins_query(&self, at: usize) -> bool {
        match self.key(at) {
            Key::Select | Key::With | Key::Values => true,
            Key::Table | Key::From => matches!(self.kind(at + 1), Some(Kind::Word | Kind::Quoted)),
            _ => false,
        }
    }

    fn begins_change(&self, at: usize, end: usize) -> bool {
        matches!(self.key(at), Key::Insert | Key::Update | Key::Delete | Key::Merge | Key::Replace)
            && at + 1 < end
            && (matches!(self.kind(at + 1), Some(Kind::Word | Kind::Quoted))
                || (matches!(self.key(at), Key::Update | Key::Delete) && self.opens(at + 1)))
    }

    /// Whether a verb stands at the beginning of brackets in which no server takes a statement.
    fn begins_nothing(&self, at: usize) -> bool {
        let starting = self.tokens.get(at).is_some_and(|token| token.keyword.starting);
        let hints = matches!(self.key(at), Key::Merge | Key::Use);
        starting
            && !hints
            && self.statement.form != Form::Object
            && matches!(self.kind(at + 1), Some(Kind::Word | Kind::Quoted))
    }

    /// Walks a level; where a statement begins that is not part of it comes back, or its end.
    pub(super) fn level(&mut self, start: usize, end: usize, how: How) -> usize {
        let visible = self.scope.len();
        let begin =
            if how == How::Query && self.key(start) == Key::With { self.with(start, end) } else { start };
        let mut state = State {
            how,
            start,
            tables: how == How::Tables,
            expects: how == How::Tables,
            after_table: false,
            row: 0,
            selects: how != How::Loose
                || matches!(self.statement.form, Form::Show | Form::Set | Form::Execute | Form::Call),
            selected: false,
            joined: false,
        };
        let mut at = begin;
        let mut result = end;
        while at < end && !self.is_full() {
            if self.begins_statement(at, end, how) {
                result = at;
                break;
            }
            let next = self.step(at, end, &mut state);
            if state.row > 2 && matches!(how, How::Query | How::Tables | How::Values | How::Position) {
                self.misread = true;
            }
            at = next.max(at + 1);
        }
        // A change that follows on `WITH` sees its names.
        if result == end || how != How::Query {
            self.scope.truncate(visible);
        }
        result
    }

    /// Makes a name that `WITH` gives visible; beyond the bound it is taken for a table.
    fn see(&mut self, name: Qualified) {
        if self.scope.len() < SCOPE_MOST {
            self.scope.push(name);
        }
    }

    /// The list of `WITH`; what stands behind it comes back.
    fn with(&mut self, start: usize, end: usize) -> usize {
        let mut at = start + 1;
        let recursive = self.key(at) == Key::Recursive;
        at += usize::from(recursive);
        while at < end {
            if !matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) {
                return at;
            }
            let (name, mut next) = self.name(at, end);
            if self.kind(next) == Some(Kind::Open) {
                next = self.partner(next) + 1;
            }
            if self.key(next) != Key::As {
                return at;
            }
            next += 1;
            while matches!(self.key(next), Key::Not | Key::Materialized) {
                next += 1;
            }
            if self.kind(next) != Some(Kind::Open) || next >= end {
                return at;
            }
            if recursive {
                self.see(name.clone());
            }
            self.inner(next, How::Values);
            if !recursive {
                self.see(name);
            }
            at = self.partner(next) + 1;
            if self.kind(at) != Some(Kind::Comma) || at >= end {
                return at;
            }
            at += 1;
        }
        at
    }

    fn step(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        match self.kind(at) {
            Some(Kind::Open) => {
                if state.expects {
                    self.inner(at, How::Tables);
                    state.expects = false;
                    state.after_table = true;
                } else {
                    self.inner(at, state.within());
                    // `a[1]` and `f(x)` are one value with what stands before them.
                    state.after_table = state.tables && state.after_table;
                }
                state.row += usize::from(!self.touches(at));
                self.partner(at) + 1
            }
            Some(Kind::Comma) => {
                state.row = 0;
                state.after_table = false;
                state.expects = state.tables;
                at + 1
            }
            Some(Kind::Dot) => {
                state.joined = true;
                at + 1
            }
            Some(Kind::Sign(sign)) => {
                if sign == b'\\' {
                    return self.client_within(at, end, state);
                }
                if sign == b'@' && state.expects {
                    // `@stage/file`
                    self.act(&[Act::Outside], None);
                }
                if sign == b'@' && state.after_table {
                    // `table@link`
                    self.act(&[Act::Outside], None);
                }
                if matches!(sign, b':' | b'?' | b'%' | b'$') && state.expects {
                    self.relation(Qualified::dynamic(), None);
                    state.expects = false;
                }
                // No server has an operator of it.
                self.misread |= sign == b'`';
                state.row = 0;
                state.after_table = false;
                at + 1
            }
            Some(Kind::Text) => {
                if state.expects {
                    self.string_for_a_table(at);
                    (state.expects, state.after_table) = (false, true);
                }
                let again = at > state.start && self.kind(at - 1) == Some(Kind::Text);
                state.row += usize::from(!again);
                at + 1
            }
            Some(Kind::Number) => {
                if state.expects {
                    self.relation(Qualified::dynamic(), None);
                    state.expects = false;
                }
                state.row += 1;
                at + 1
            }
            Some(Kind::Word | Kind::Quoted | Kind::Parameter) if state.expects => self.table(at, end, state),
            Some(Kind::Word) if !state.joined && self.kind(at + 1) != Some(Kind::Dot) => {
                let keyword = self.tokens.get(at).map(|token| token.keyword);
                if keyword.is_some_and(|keyword| keyword.syntax) {
                    self.syntax(at, end, state)
                } else {
                    self.operand(at, end, state)
                }
            }
            Some(Kind::Word | Kind::Quoted | Kind::Parameter) => self.operand(at, end, state),
            _ => at + 1,
        }
    }

    /// DuckDB takes a string for a file, SQLite for a table; no other server takes one there.
    fn string_for_a_table(&mut self, at: usize) {
        let apostrophes = self.string(at).is_some_and(|_| {
            self.tokens.get(at).is_some_and(|token| self.text.as_bytes().get(token.start) == Some(&b'\''))
        });
        match self.dialect {
            _ if !apostrophes => self.misread = true,
            Some(Dialect::Sqlite) => self.relation(Qualified::dynamic(), None),
            _ => self.act(&[Act::Outside], None),
        }
    }

    /// Whether a bracket stands directly behind a name or another bracket, as an index does.
    fn touches(&self, open: usize) -> bool {
        let (Some(token), Some(before)) =
            (self.tokens.get(open), open.checked_sub(1).and_then(|before| self.tokens.get(before)))
        else {
            return false;
        };
        self.text.as_bytes().get(token.start) == Some(&b'[')
            && matches!(before.kind, Kind::Word | Kind::Quoted | Kind::Close | Kind::Parameter)
    }

    /// A command of a client in the middle of a statement.
    fn client_within(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        use crate::effects::sql::client::{self, Command};
        let rest = self.tokens.get(at).and_then(|token| self.text.get(token.end..)).unwrap_or_default();
        state.row = 0;
        match client::backslash(rest) {
            Some(Command::Sends) => (at + 2).min(end),
            Some(Command::Does(acts)) => {
                self.act(acts, None);
                at + 1
            }
            None => {
                self.misread = true;
                at + 1
            }
        }
    }

    /// A word of the syntax.
    fn syntax(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        state.row = 0;
        let stays =
            matches!(self.key(at), Key::As | Key::With) || KEEPING.iter().any(|word| self.is_word(at, word));
        state.after_table &= stays;
        let opens = self.opens(at + 1);
        match self.key(at) {
            Key::From if matches!(state.how, How::Values | How::Position) => {}
            Key::From if self.is_distinct_from(at) || !state.selects => {}
            Key::From => (state.tables, state.expects) = (true, true),
            Key::Join if at > state.start && self.key(at - 1) == Key::Array => {}
            Key::Join => (state.tables, state.expects) = (true, true),
            Key::Apply if at > state.start && matches!(self.key(at - 1), Key::Cross | Key::Outer) => {
                (state.tables, state.expects) = (true, true);
            }
            Key::Using if matches!(self.statement.form, Form::Delete | Form::Merge) && !opens => {
                (state.tables, state.expects) = (true, true);
            }
            Key::Using if self.statement.form == Form::Merge && opens && state.how != How::Values => {
                (state.tables, state.expects) = (true, true);
            }
            Key::Table if !opens && self.is_a_query_here(at, state) => {
                state.expects = true;
                state.tables = false;
            }
            Key::Into if !matches!(state.how, How::Values | How::Position) => {
                return self.into(at, end, state.selected);
            }
            Key::For if self.is_a_lock(at + 1) => self.statement.locks = true,
            Key::Lock if self.key(at + 1) == Key::In && self.key(at + 2) == Key::Share => {
                self.statement.locks = true;
                return at + 3;
            }
            Key::Next if self.key(at + 1) == Key::Value && self.key(at + 2) == Key::For => {
                self.act(&[Act::Write], None);
            }
            Key::With if opens => self.hints(at + 1),
            Key::In
                if state.selects
                    && state.how != How::Position
                    && matches!(self.kind(at + 1), Some(Kind::Word | Kind::Quoted))
                    && !matches!(self.key(at + 1), Key::Unnest | Key::Array)
                    // `IN NATURAL LANGUAGE MODE`
                    && !(self.is_word(at + 1, "natural") || self.is_word(at + 1, "boolean"))
                    && at + 1 < end =>
            {
                // SQLite and ClickHouse take a table for a list.
                let mut inner = State { expects: true, ..State::list(at + 1) };
                return self.table(at + 1, end, &mut inner);
            }
            Key::Where | Key::Having => (state.tables, state.expects) = (false, false),
            Key::Select => {
                (state.tables, state.expects) = (false, false);
                (state.selects, state.selected) = (true, true);
            }
            Key::Set | Key::Returning if self.statement.form != Form::Query => {
                (state.tables, state.expects) = (false, false);
            }
            Key::Group | Key::Order if self.key(at + 1) == Key::By => state.tables = false,
            Key::Union | Key::Intersect | Key::Except | Key::Minus
                if opens
                    || matches!(
                        self.key(at + 1),
                        Key::Select
                            | Key::All
                            | Key::Distinct
                            | Key::Values
                            | Key::Table
                            | Key::With
                            | Key::By
                            | Key::From
                    ) =>
            {
                state.tables = false;
            }
            Key::Limit if !matches!(self.kind(at + 1), None | Some(Kind::Comma | Kind::Close)) => {
                state.tables = false
            }
            Key::Window if self.key(at + 2) == Key::As => state.tables = false,
            _ if opens => {
                // Some words of the syntax are functions too.
                let word = self.word(at).unwrap_or_default().to_owned();
                if let Function::Does(effect) = functions::find(std::iter::once(word.as_str())) {
                    self.function(effect, at + 1);
                }
            }
            _ => {}
        }
        at + 1
    }

    fn is_distinct_from(&self, from: usize) -> bool {
        let before = |back: usize| from.checked_sub(back).map_or(Key::None, |at| self.key(at));
        before(1) == Key::Distinct
            && (before(2) == Key::Is || (before(2) == Key::Not && before(3) == Key::Is))
    }

    /// Whether `TABLE t` is a query at this place.
    fn is_a_query_here(&self, at: usize, state: &State) -> bool {
        (at == state.start && state.how != How::Loose)
            || at.checked_sub(1).is_some_and(|before| {
                matches!(
                    self.key(before),
                    Key::Union
                        | Key::Intersect
                        | Key::Except
                        | Key::Minus
                        | Key::All
                        | Key::Distinct
                        | Key::As
                ) || self.kind(before) == Some(Kind::Close)
            })
    }

    fn is_a_lock(&self, at: usize) -> bool {
        match self.key(at) {
            Key::Update | Key::Share => true,
            Key::No => self.key(at + 1) == Key::Key,
            Key::Key => self.key(at + 1) == Key::Share,
            _ => false,
        }
    }

    /// The hints of SQL Server in the brackets at `open`.
    fn hints(&mut self, open: usize) {
        let words = open + 1..self.partner(open);
        if words.into_iter().any(|at| LOCKS.iter().any(|hint| self.is_word(at, hint))) {
            self.statement.locks = true;
        }
    }

    /// What stands behind `INTO`.
    fn into(&mut self, at: usize, end: usize, selected: bool) -> usize {
        let mut next = at + 1;
        while ["temp", "temporary", "unlogged", "table", "local", "global"]
            .iter()
            .any(|word| self.is_word(next, word))
        {
            next += 1;
        }
        match self.kind(next) {
            // A variable.
            Some(Kind::Parameter) => return next + 1,
            Some(Kind::Word | Kind::Quoted) if next < end => {}
            Some(Kind::Text) if next < end => {
                self.act(&[Act::Outside], None);
                return next;
            }
            _ => {
                self.misread = true;
                return next;
            }
        }
        if ["outfile", "dumpfile"].iter().any(|word| self.is_word(next, word)) {
            self.act(&[Act::Outside], None);
            return next + 1;
        }
        let (name, after) = self.name(next, end);
        let changes = matches!(self.statement.form, Form::Insert | Form::Merge | Form::Delete | Form::Update);
        if changes && !selected {
            self.touch(&[Act::Write], &name);
        } else {
            self.touch(if self.statement.dry { &[Act::Read] } else { &[Act::Write, Act::Schema] }, &name);
        }
        after
    }
}

impl State {
    fn list(start: usize) -> Self {
        Self {
            how: How::Values,
            start,
            tables: false,
            expects: false,
            after_table: false,
            row: 0,
            selects: true,
            selected: false,
            joined: false,
        }
    }

    /// What a level between brackets is here.
    const fn within(&self) -> How {
        if self.selects { How::Values } else { How::Loose }
    }
}
