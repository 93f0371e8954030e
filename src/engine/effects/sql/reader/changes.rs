//! Statements that change rows, and where in a text another statement begins.

use super::names::Qualified;
use super::query::How;
use super::{RELATIONS_MOST, Reader, Target};
use crate::effects::sql::act::Act;
use crate::effects::sql::keyword::Key;
use crate::effects::sql::objects;
use crate::effects::sql::statements::Form;
use crate::effects::sql::tokens::Kind;

/// Words between a verb and the table it changes.
const BETWEEN: &[&str] = &[
    "into",
    "from",
    "only",
    "table",
    "if",
    "exists",
    "not",
    "or",
    "replace",
    "abort",
    "fail",
    "ignore",
    "rollback",
    "low_priority",
    "high_priority",
    "delayed",
    "quick",
    "concurrently",
    "no_write_to_binlog",
    "local",
    "overwrite",
    "tables",
    "binary",
    "first",
    "all",
];

/// Words that begin a statement which may end with them.
const WHOLE: &[&str] =
    &["checkpoint", "commit", "reconfigure", "revert", "rollback", "shutdown", "begin", "setuser"];

/// What SQLite does on a conflict.
const RESOLUTIONS: &[&str] = &["replace", "ignore", "abort", "fail", "rollback"];

/// Words behind which a verb is none.
const NO_VERB_BEFORE: &[&str] = &["on", "of", "or", "as", "and", "is", "in", "like", "then", "between"];

impl Reader<'_> {
    /// The first token that is no word between a verb and its table.
    fn skip(&self, at: usize, end: usize) -> usize {
        let mut at = at;
        while at < end {
            // What is the last name before the rest is the table, whatever it is called.
            let more = at + 1 < end
                && matches!(
                    self.kind(at + 1),
                    Some(Kind::Word | Kind::Quoted | Kind::Parameter | Kind::Open)
                )
                && !matches!(
                    self.key(at + 1),
                    Key::Values | Key::Set | Key::Select | Key::Where | Key::Using | Key::With | Key::As
                );
            if more && BETWEEN.iter().any(|word| self.is_word(at, word)) {
                at += 1;
            } else if self.is_word(at, "top") && self.kind(at + 1) == Some(Kind::Open) {
                at = self.partner(at + 1) + 1;
            } else {
                break;
            }
        }
        at.min(end)
    }

    /// `TRUNCATE a, b` and its kin: `acts` on each name.
    pub(super) fn to(&mut self, acts: &[Act], start: usize, end: usize) -> usize {
        let mut at = self.skip(start, end);
        let mut found = false;
        while at < end && matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) {
            let (name, next) = self.name(at, end);
            self.touch(acts, &name);
            found = true;
            if self.kind(next) != Some(Kind::Comma) || next >= end {
                at = next;
                break;
            }
            at = self.skip(next + 1, end);
        }
        if !found {
            self.act(acts, None);
        }
        self.level(at, end, How::Loose)
    }

    /// `INSERT`, from what follows on it.
    pub(super) fn insert(&mut self, start: usize, end: usize) -> usize {
        let at = self.skip(start, end);
        if self.is_word(at, "directory") {
            self.act(&[Act::Outside], None);
            return self.level(at + 1, end, How::Query);
        }
        if self.key(at) == Key::Function {
            // ClickHouse: a table function is the target.
            self.statement.blind = true;
            return self.level(at + 1, end, How::Query);
        }
        if !matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) || at >= end {
            self.statement.blind = true;
            return self.level(at, end, How::Query);
        }
        let (name, mut next) = self.name(at, end);
        self.target(name, false);
        // The names of columns are no call.
        if self.opens(next) && next < end && !self.brackets_a_query(next, end) {
            self.inner(next, How::Values);
            next = self.partner(next) + 1;
        }
        self.level(next, end, How::Query)
    }

    /// `UPDATE`, from what follows on it.
    pub(super) fn update(&mut self, start: usize, end: usize) -> usize {
        let at = self.skip(start, end);
        let mut set_at = at;
        while set_at < end
            && self.key(set_at) != Key::Set
            && !(set_at > at && self.begins_statement(set_at, end, How::Query))
        {
            set_at =
                if self.kind(set_at) == Some(Kind::Open) { self.partner(set_at) + 1 } else { set_at + 1 };
        }
        if self.key(set_at) != Key::Set || set_at >= end {
            self.statement.blind = true;
            return self.level(at, end, How::Loose);
        }
        self.targets_in(at, set_at);
        self.level(set_at, end, How::Query)
    }

    fn target(&mut self, name: Qualified, may_be_alias: bool) {
        if self.statement.targets.len() < RELATIONS_MOST {
            self.statement.targets.push(Target { name, may_be_alias });
        } else {
            self.fill();
        }
    }

    /// Every table in a list of tables is a target.
    fn targets_in(&mut self, start: usize, end: usize) {
        let before = self.statement.relations.len();
        self.statement.quiet = true;
        self.level(start, end, How::Tables);
        self.statement.quiet = false;
        self.statement.listed = self.statement.relations.len();
        let found: Vec<_> = self
            .statement
            .relations
            .iter()
            .skip(before)
            .map(|relation| (relation.name.clone(), relation.alias.is_none()))
            .collect();
        if found.is_empty() {
            // A name that `WITH` gave, or nothing that was understood.
            let (name, _) = self.name(start, end);
            if self.is_named_by_with(&name) {
                self.target(name, false);
            } else {
                self.statement.blind = true;
            }
        }
        for (name, may_be_alias) in found {
            self.target(name, may_be_alias);
        }
    }

    /// `DELETE`, from what follows on it.
    pub(super) fn delete(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        // `DELETE a, b FROM …` names what it deletes from before.
        let skipped = self.skip(at, end);
        let from_first = (at..skipped).any(|at| self.key(at) == Key::From);
        at = skipped;
        let mut stop = at;
        while stop < end {
            match self.kind(stop) {
                Some(Kind::Open) => stop = self.partner(stop),
                Some(Kind::Word)
                    if matches!(self.key(stop), Key::From | Key::Using | Key::Where | Key::Returning) =>
                {
                    break;
                }
                Some(Kind::Word)
                    if ["output", "order", "limit", "option", "join", "inner", "left"]
                        .iter()
                        .any(|word| self.is_word(stop, word)) =>
                {
                    break;
                }
                _ if stop > at && self.begins_statement(stop, end, How::Query) => break,
                _ => {}
            }
            stop += 1;
        }
        let stop = stop.min(end);
        if self.key(stop) == Key::From && !from_first {
            // What is deleted from stands there by name or by alias; its tables follow.
            while at < stop {
                let (name, next) = self.name(at, stop);
                if !name.parts.is_empty() {
                    self.target(name, true);
                }
                at = next;
                while at < stop && matches!(self.kind(at), Some(Kind::Comma | Kind::Dot | Kind::Sign(b'*'))) {
                    at += 1;
                }
            }
        } else {
            self.targets_in(at, stop);
        }
        self.level(stop, end, How::Query)
    }

    /// `MERGE`, from what follows on it.
    pub(super) fn merge(&mut self, start: usize, end: usize) -> usize {
        let at = self.skip(start, end);
        if matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) && at < end {
            let (name, next) = self.name(at, end);
            self.target(name, false);
            if self.opens(next) && next < end && !self.brackets_a_query(next, end) {
                return self.level(self.partner(next) + 1, end, How::Query);
            }
            return self.level(next, end, How::Query);
        }
        self.statement.blind = true;
        self.level(at, end, How::Query)
    }

    /// Whether a statement begins at `at` that is no part of the one before it, though no `;` separates them.
    pub(super) fn begins_statement(&mut self, at: usize, end: usize, how: How) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| token.keyword.starting) else { return false };
        let change =
            matches!(token.keyword.key, Key::Insert | Key::Update | Key::Delete | Key::Merge | Key::Replace);
        if token.keyword.key == Key::Go {
            return self.encloses_all(end) && self.is_alone_on_its_line(at);
        }
        if !(at.checked_sub(1).is_some_and(|before| self.may_end(before)) && self.may_begin(at, end)) {
            return false;
        }
        let begins = match how {
            How::Query => change || self.encloses_all(end),
            How::Loose => self.encloses_all(end),
            How::Tables | How::Values | How::Position => false,
        };
        // Between brackets no server takes a second statement.
        self.misread |= !begins && self.statement.form != Form::Object;
        begins
    }

    fn is_alone_on_its_line(&self, at: usize) -> bool {
        let (Some(before), Some(token)) =
            (at.checked_sub(1).and_then(|before| self.tokens.get(before)), self.tokens.get(at))
        else {
            return false;
        };
        let next = self.tokens.get(at + 1);
        let breaks =
            |from: usize, to: usize| self.text.get(from..to).is_some_and(|between| between.contains('\n'));
        breaks(before.end, token.start)
            && next.is_none_or(|next| next.kind == Kind::Number || breaks(token.end, next.start))
    }

    /// Whether a level that ends here is a statement's own, not one between brackets.
    fn encloses_all(&self, end: usize) -> bool {
        !matches!(self.kind(end), Some(Kind::Close))
    }

    /// Whether a statement may end with this token.
    fn may_end(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        // `SHOW CREATE TABLE`
        if at == self.statement.first && self.statement.form == Form::Show {
            return false;
        }
        match token.kind {
            Kind::Word => {
                !token.keyword.binding
                    // `PARALLEL WITH DROP …`
                    || (token.keyword.key == Key::With
                        && at.checked_sub(1).is_some_and(|before| self.is_word(before, "parallel")))
                    // `SET NOCOUNT ON DELETE …`
                    || (token.keyword.key == Key::On && self.statement.form == Form::Set)
                    // In a procedure's body `THEN` and `AS` are followed by statements.
                    || (matches!(self.statement.form, Form::Does(_) | Form::Code(_))
                        && (self.is_word(at, "then") || self.is_word(at, "do")))
            }
            Kind::Quoted | Kind::Text | Kind::Number | Kind::Parameter | Kind::Close => true,
            Kind::Sign(b'*' | b'?') => true,
            // A label of SQL Server.
            Kind::Sign(b':') => at.checked_sub(1).is_some_and(|before| self.kind(before) == Some(Kind::Word)),
            // `->>` and `|>` hand the rows of one statement to the next.
            Kind::Sign(b'>') => {
                let before = |back: usize| at.checked_sub(back).and_then(|at| self.kind(at));
                before(1) == Some(Kind::Sign(b'|'))
                    || (before(1) == Some(Kind::Sign(b'>')) && before(2) == Some(Kind::Sign(b'-')))
            }
            _ => false,
        }
    }

    /// Whether a verb at `at` has something to act on.
    fn may_begin(&self, at: usize, end: usize) -> bool {
        let next = at + 1;
        let is = |word: &str| self.is_word(at, word);
        let whole = WHOLE.iter().any(|word| is(word));
        let followed = match self.kind(next).filter(|_| next < end) {
            None => return whole,
            Some(Kind::Word | Kind::Quoted | Kind::Text | Kind::Number | Kind::Parameter | Kind::Dot) => true,
            Some(Kind::Open) => matches!(self.key(at), Key::Exec | Key::Execute),
            _ => whole,
        };
        // `INSERT OR REPLACE INTO`
        let resolves = matches!(self.key(at), Key::Insert | Key::Update)
            && self.is_word(next, "or")
            && RESOLUTIONS.iter().any(|word| self.is_word(next + 1, word));
        if !followed || (!resolves && NO_VERB_BEFORE.iter().any(|word| self.is_word(next, word))) {
            return false;
        }
        let object = matches!(self.statement.form, Form::Object);
        match self.key(at) {
            Key::Update => self.key(next) != Key::Set,
            Key::Replace => self.key(next) == Key::Into,
            Key::Delete => true,
            _ if self.key(next) == Key::From => false,
            Key::Set => {
                matches!(
                    self.statement.form,
                    Form::Query | Form::Show | Form::Does(_) | Form::Set | Form::Execute
                ) && at.checked_sub(1).is_none_or(|before| self.key(before) != Key::Character)
            }
            Key::Use => self.key(next) != Key::Index && self.key(next) != Key::Key,
            Key::Execute => self.key(next) != Key::Function && !self.is_word(next, "procedure"),
            Key::Truncate => !self.is_word(next, "partition"),
            Key::Save => self.word(next).is_some_and(|word| word.to_ascii_lowercase().starts_with("tran")),
            // Parts of a change of a table.
            _ if object && ["alter", "create", "drop"].into_iter().any(is) => self
                .word(next)
                .is_some_and(|word| objects::APART.iter().any(|kind| kind.eq_ignore_ascii_case(word))),
            _ => true,
        }
    }
}
