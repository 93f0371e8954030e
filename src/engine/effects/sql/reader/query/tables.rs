//! What a query names: tables, their aliases, functions that stand in their place, operands.

use super::*;
use crate::effects::sql::secrets;

impl Reader<'_> {
    /// A name where a table comes next.
    pub(super) fn table(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        let opens = self.opens(at + 1);
        let plain = self.kind(at + 1) != Some(Kind::Dot);
        match self.key(at) {
            Key::Lateral | Key::Only if plain && self.kind(at + 1).is_some() => return at + 1,
            Key::Table if opens => {
                self.inner(at + 1, How::Values);
                (state.expects, state.after_table) = (false, true);
                return self.partner(at + 1) + 1;
            }
            Key::Rows if self.key(at + 1) == Key::From && self.kind(at + 2) == Some(Kind::Open) => {
                self.inner(at + 2, How::Values);
                (state.expects, state.after_table) = (false, true);
                return self.partner(at + 2) + 1;
            }
            _ if plain && VERBS.iter().any(|verb| self.is_word(at, verb)) => self.misread = true,
            Key::Table if plain && matches!(self.kind(at + 1), Some(Kind::Word | Kind::Quoted)) => {
                return at + 1;
            }
            _ if at == state.start
                && plain
                && !opens
                && DERIVING.iter().any(|word| self.is_word(at, word)) =>
            {
                // What it derives from follows; or it is a table of that name.
                let (name, next) = self.name(at, end);
                self.relation(name, None);
                return next;
            }
            Key::Select | Key::With | Key::Values if plain => {
                state.expects = false;
                return self.syntax(at, end, state);
            }
            _ => {}
        }
        // `from 'a.csv'`: a file, where the database looks for one of that name.
        if self.kind(at) == Some(Kind::Text) && matches!(self.dialect, None | Some(Dialect::DuckDb)) {
            self.act(&[Act::Outside], None);
        }
        (state.expects, state.after_table, state.row) = (false, true, 1);
        let (mut name, mut next) = self.name(at, end);
        if self.kind(at) == Some(Kind::Parameter) {
            return self.variable(at, next, end);
        }
        if self.opens(next) && next < end && !self.are_hints(next) {
            // A function of that name compares texts where it is a value.
            if name.parts.last().is_some_and(|last| last.eq_ignore_ascii_case("glob")) {
                self.act(&[Act::Outside], None);
            }
            self.call(&name, next, How::Values);
            next = self.partner(next) + 1;
            // `OPENDATASOURCE(…).db.dbo.t`
            while next < end && self.kind(next) == Some(Kind::Dot) {
                next = self.name(next + 1, end).1;
            }
            return next;
        }
        if self.opens(next) && next < end {
            self.hints(next);
        }
        // `my-project.dataset.table`
        while next + 1 < end && self.is_sign(next, b'-') && self.are_adjacent(next) {
            name = Qualified::dynamic();
            next = self.name(next + 1, end).1;
        }
        let alias = self.alias(next, end);
        self.relation(name, alias);
        if self.opens(next) && next < end { self.partner(next).min(end - 1) + 1 } else { next }
    }

    pub(super) fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(sign))
    }

    /// Whether nothing stands between a token and its neighbours.
    pub(super) fn are_adjacent(&self, at: usize) -> bool {
        let ends = |at: usize| self.tokens.get(at).map(|token| (token.start, token.end));
        match (at.checked_sub(1).and_then(ends), ends(at), ends(at + 1)) {
            (Some(before), Some(this), Some(after)) => before.1 == this.0 && this.1 == after.0,
            _ => false,
        }
    }

    /// `@x` where a table comes next: a variable of SQL Server, a stage of Snowflake, a parameter of others.
    pub(super) fn variable(&mut self, at: usize, next: usize, end: usize) -> usize {
        let stage =
            self.tokens.get(at).is_some_and(|token| self.text.as_bytes().get(token.start) == Some(&b'@'))
                && matches!(self.dialect, None | Some(Dialect::Snowflake));
        if stage {
            self.act(&[Act::Outside], None);
        } else {
            self.relation(Qualified::dynamic(), None);
        }
        let mut next = next;
        while next < end && (self.is_sign(next, b'/') || self.kind(next) == Some(Kind::Dot)) {
            next = self.name(next + 1, end).1;
        }
        next
    }

    /// Whether the brackets hold hints of SQL Server, and nothing else.
    pub(super) fn are_hints(&self, open: usize) -> bool {
        let close = self.partner(open);
        open + 1 < close
            && (open + 1..close).all(|at| {
                self.kind(at) == Some(Kind::Comma)
                    || LOCKS.iter().chain(HINTS).any(|hint| self.is_word(at, hint))
            })
    }

    /// What a table is called in the statement.
    pub(super) fn alias(&self, at: usize, end: usize) -> Option<String> {
        let at = at + usize::from(self.key(at) == Key::As);
        if at >= end {
            return None;
        }
        let token = self.tokens.get(at)?;
        let is_name = token.kind == Kind::Quoted || (token.kind == Kind::Word && !token.keyword.syntax);
        is_name.then(|| self.name(at, at + 1).0.parts.into_iter().next()).flatten()
    }

    pub(in crate::effects::sql::reader) fn relation(&mut self, name: Qualified, alias: Option<String>) {
        if self.is_full() || self.is_named_by_with(&name) {
            return;
        }
        if !self.statement.quiet {
            self.touch(&[Act::Read], &name);
        }
        if self.statement.relations.len() < RELATIONS_MOST {
            self.statement.relations.push(Relation { name, alias });
        } else {
            self.fill();
        }
    }

    /// A name that is a value, or calls a function.
    pub(super) fn operand(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        let (name, next) = self.name(at, end);
        // Oracle marks the outer side of a join so.
        let marks = self.is_sign(next + 1, b'+') && self.partner(next) == next + 2;
        let calls = self.opens(next) && next < end && !marks;
        let sequence = name.parts.len() > 1
            && name.parts.last().is_some_and(|last| last.eq_ignore_ascii_case("nextval"));
        let other_sequence = self.is_word(at, "nextval") && self.key(next) == Key::For;
        if (sequence || other_sequence) && !calls {
            self.act(&[Act::Write], None);
        }
        state.row += usize::from(!state.joined);
        let joined = std::mem::replace(&mut state.joined, false);
        if calls && state.after_table {
            // `t(a, b)`: a table's alias with names for its columns.
            if self.are_hints(next) {
                self.hints(next);
            }
            state.after_table = false;
            self.known_call(&name, next);
            self.inner(next, How::Values);
            return self.partner(next) + 1;
        }
        state.after_table = false;
        if !calls && name.parts.last().is_some_and(|last| secrets::is_column(last)) {
            self.act(&[Act::Secret], None);
        }
        if calls {
            let position = name.parts.last().is_some_and(|last| last.eq_ignore_ascii_case("position"));
            let how = if position { How::Position } else { How::Values };
            if !state.selects {
                // A column's type, an index's columns.
                self.known_call(&name, next);
                self.inner(next, state.within());
            } else if joined {
                self.call(&name.of_a_value(), next, how);
            } else {
                self.call(&name, next, how);
            }
            return self.partner(next) + 1;
        }
        next
    }

    /// A call of a function, with its arguments.
    pub(in crate::effects::sql::reader) fn call(&mut self, name: &Qualified, open: usize, how: How) {
        match functions::find(name.parts.iter().map(String::as_str)) {
            Function::Does(effect) => self.function(effect, open),
            Function::Pure => {}
            Function::Unknown => self.out.doubt(unknown::SQL_ROUTINE, self.setting.at),
        }
        self.inner(open, how);
    }

    /// What a function does that certainly does something.
    pub(super) fn known_call(&mut self, name: &Qualified, open: usize) {
        if let Function::Does(effect) = functions::find(name.parts.iter().map(String::as_str)) {
            self.function(effect, open);
        }
    }
}
