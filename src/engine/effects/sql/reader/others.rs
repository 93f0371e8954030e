//! Statements that are neither queries nor changes of rows.

use super::Reader;
use super::names::{Current, Qualified};
use super::query::How;
use crate::effects::sql::act::Act;
use crate::effects::sql::functions::{self, Function};
use crate::effects::sql::keyword::Key;
use crate::effects::sql::objects::{self, ENGINES_OUTSIDE, FURTHER, KINDS};
use crate::effects::sql::pragmas;
use crate::effects::sql::procedures::{self, Procedure};
use crate::effects::sql::statements::{Form, IDENTITIES, TAME_SETTINGS};
use crate::effects::sql::tokens::Kind;
use crate::effects::unknown;

/// Most words between `CREATE` and the kind of object.
const MOST_BETWEEN: usize = 24;

impl Reader<'_> {
    /// `EXPLAIN`, `DESCRIBE`, and `ANALYZE`, which explains what it runs where a statement follows.
    pub(super) fn explain(&mut self, start: usize, next: usize, end: usize) -> usize {
        let mut runs = self.is_word(start, "analyze") || self.is_word(start, "analyse");
        let analyzes = runs;
        let mut at = next;
        let last = end.min(next + MOST_BETWEEN);
        while at < last {
            runs |= self.is_word(at, "analyze") || self.is_word(at, "analyse");
            if self.kind(at) == Some(Kind::Open) {
                if matches!(self.key(at + 1), Key::Select | Key::With | Key::Values)
                    || self.kind(at + 1) == Some(Kind::Open)
                {
                    break;
                }
                let close = self.partner(at);
                runs |= (at..close).any(|at| self.is_word(at, "analyze") || self.is_word(at, "analyse"));
                at = close;
            } else if self.begins_explained(at, end) || (runs && !analyzes && self.begins_run(at, end)) {
                break;
            }
            at += 1;
        }
        if at >= last {
            if (runs && !analyzes) || last < end {
                // It runs something, and that was not found.
                self.misread = true;
            }
            // A table, a plan or a format: nothing that would run.
            let acts: &[Act] = if analyzes { &[Act::Admin] } else { &[Act::Read] };
            return self.described(acts, next, end);
        }
        if runs {
            if analyzes {
                self.act(&[Act::Admin], None);
            }
            return self.again(at, end);
        }
        self.statement.dry = true;
        match self.form(at, end) {
            Some((Form::Query | Form::Insert | Form::Update | Form::Delete | Form::Merge, _)) => {
                self.begin(at, end)
            }
            None if self.kind(at) == Some(Kind::Open) => self.again(at, end),
            // SQLite sets some of them while it prepares the statement.
            Some((Form::Pragma, _)) => self.again(at, end),
            _ => {
                self.act(&[Act::Read], None);
                self.level(at + 1, end, How::Loose)
            }
        }
    }

    /// Whether a statement begins here that is explained. What runs may be any.
    fn begins_run(&self, at: usize, end: usize) -> bool {
        at + 1 < end
            && self.kind(at + 1) != Some(Kind::Dot)
            && !matches!(self.key(at), Key::Table | Key::From)
            && self.form(at, end).is_some_and(|(form, _)| !matches!(form, Form::Explain | Form::Show))
    }

    fn begins_explained(&self, at: usize, end: usize) -> bool {
        let names_more = at + 1 < end && self.kind(at + 1) != Some(Kind::Dot);
        names_more
            && matches!(
                self.form(at, end),
                Some((
                    Form::Query
                        | Form::Insert
                        | Form::Update
                        | Form::Delete
                        | Form::Merge
                        | Form::Execute
                        | Form::Call
                        | Form::Object
                        | Form::Pragma
                        | Form::Declare
                        | Form::Code(_),
                    _
                ))
            )
            && !matches!(self.key(at), Key::From | Key::Table)
            && !self.is_word(at, "pivot")
            && !self.is_word(at, "replace")
            || (self.key(at) == Key::Replace && self.key(at + 1) == Key::Into)
            || (self.is_word(at, "refresh") && at + 1 < end)
    }

    /// `DESCRIBE t`, `ANALYZE t`.
    fn described(&mut self, acts: &[Act], start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end
            && ["table", "verbose", "extended", "formatted", "local", "schema"]
                .iter()
                .any(|w| self.is_word(at, w))
        {
            at += 1;
        }
        self.statement.form = Form::Show;
        if at < end && matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) {
            let (name, next) = self.name(at, end);
            if self.kind(next) == Some(Kind::Open) && next < end && acts.contains(&Act::Read) {
                // `DESCRIBE TABLE url(…)`
                self.call(&name, next, How::Values);
            }
            self.touch(acts, &name);
            return self.level(next, end, How::Loose);
        }
        self.act(acts, None);
        self.level(at, end, How::Loose)
    }

    /// `SET`, from what follows on it.
    pub(super) fn set(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        loop {
            self.setting(at, end);
            // Several settings in one statement.
            let mut comma = at;
            while comma < end && self.kind(comma) != Some(Kind::Comma) {
                comma =
                    if self.kind(comma) == Some(Kind::Open) { self.partner(comma) + 1 } else { comma + 1 };
            }
            at = comma + 1;
            if at >= end || self.out.is_full() {
                break;
            }
        }
        self.level(start, end, How::Loose)
    }

    /// One setting.
    fn setting(&mut self, start: usize, end: usize) {
        const BETWEEN: &[&str] =
            &["session", "local", "global", "persist", "persist_only", "default", "current", "variable"];
        let mut at = start;
        while at < end && BETWEEN.iter().any(|word| self.is_word(at, word)) {
            at += 1;
        }
        let name = self.word(at).unwrap_or_default().to_ascii_lowercase();
        let is = |list: &[&str]| list.contains(&name.as_str());
        let act = if self.kind(at) == Some(Kind::Parameter) && !self.begins_with(at, "@@") {
            // A variable of the session.
            Act::Read
        } else if is(IDENTITIES) {
            Act::Privilege
        } else if is(TAME_SETTINGS) {
            Act::Read
        } else {
            Act::Admin
        };
        self.act(&[act], None);
    }

    fn begins_with(&self, at: usize, prefix: &str) -> bool {
        self.tokens
            .get(at)
            .and_then(|token| self.text.get(token.start..token.end))
            .is_some_and(|text| text.starts_with(prefix))
    }

    /// `PRAGMA`, from what follows on it.
    pub(super) fn pragma(&mut self, start: usize, end: usize) -> usize {
        let (name, next) = self.name(start, end);
        match name.parts.last().and_then(|name| pragmas::find(name, next < end)) {
            Some(acts) => self.act(acts, None),
            None => {
                self.act(&[Act::Admin], None);
                self.misread = true;
            }
        }
        self.level(next, end, How::Loose)
    }

    /// `USE`, from what follows on it.
    pub(super) fn use_database(&mut self, start: usize, end: usize) -> usize {
        let at = start
            + usize::from(["database", "schema", "catalog"].iter().any(|word| self.is_word(start, word)));
        let (name, next) = self.name(at, end);
        match name.parts.first() {
            Some(database) if at < end => self.current = Current::Used(database.clone()),
            _ => self.misread = true,
        }
        self.act(&[Act::Read], None);
        self.level(next, end, How::Loose)
    }

    /// `COPY`, from what follows on it.
    pub(super) fn copy(&mut self, start: usize, end: usize) -> usize {
        let mut at = start + usize::from(self.is_word(start, "binary"));
        let mut table = None;
        if self.kind(at) == Some(Kind::Open) && at < end {
            self.level(at, self.partner(at) + 1, How::Query);
            at = self.partner(at) + 1;
        } else if at < end && matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) {
            let (name, next) = self.name(at, end);
            table = Some(name);
            at =
                if self.kind(next) == Some(Kind::Open) && next < end { self.partner(next) + 1 } else { next };
        }
        let loads = self.key(at) == Key::From;
        if let Some(table) = &table {
            self.touch(if loads { &[Act::Write] } else { &[Act::Read] }, table);
        } else if loads {
            self.act(&[Act::Write], None);
        }
        let streams = ["stdin", "stdout", "pstdin", "pstdout"].iter().any(|word| self.is_word(at + 1, word));
        if !streams {
            self.act(&[Act::Outside], None);
        }
        self.level(at + 1, end, How::Loose)
    }

    /// `EXEC` and `EXECUTE`, from what follows on them.
    pub(super) fn execute(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        if self.is_word(at, "immediate") {
            self.dynamic(at + 1, end);
            return self.level(at + 1, end, How::Loose);
        }
        if self.kind(at) == Some(Kind::Parameter)
            && self.tokens.get(at + 1).is_some_and(|token| token.is(b'='))
        {
            at += 2;
        }
        if self.kind(at) == Some(Kind::Open) && at < end {
            let close = self.partner(at);
            self.dynamic(at + 1, close);
            if self.is_word(close + 1, "at") {
                // On a linked server.
                self.act(&[Act::Outside], None);
            }
            return self.level(close + 1, end, How::Loose);
        }
        at += usize::from(self.is_word(at, "procedure"));
        self.routine(at, end)
    }

    /// `CALL`, from what follows on it.
    pub(super) fn call_statement(&mut self, start: usize, end: usize) -> usize {
        self.routine(start, end)
    }

    fn routine(&mut self, at: usize, end: usize) -> usize {
        let (name, next) = self.name(at, end);
        if name.linked_or_longer() {
            self.act(&[Act::Outside], None);
        }
        let known = name.parts.last().and_then(|name| procedures::find(name));
        match known {
            Some(procedure) => self.procedure(procedure, next, end),
            None => match functions::find(name.parts.iter().map(String::as_str)) {
                Function::Does(effect) if self.kind(next) == Some(Kind::Open) => self.function(effect, next),
                Function::Pure => self.act(&[Act::Read], None),
                _ => {
                    self.act(&[Act::Write], None);
                    self.out.doubt(unknown::SQL_ROUTINE, self.setting.at);
                }
            },
        }
        if self.kind(next) == Some(Kind::Open) && next < end {
            let close = self.partner(next);
            self.level(next, close + 1, How::Loose);
            return self.level(close + 1, end, How::Loose);
        }
        self.level(next, end, How::Loose)
    }

    /// A procedure of the server, whose arguments begin at `at`.
    pub(super) fn procedure(&mut self, procedure: Procedure, at: usize, end: usize) {
        match procedure {
            Procedure::Does(acts) => self.act(acts, None),
            Procedure::Runs => {
                // `@stmt = N'…'`
                let named = self.kind(at) == Some(Kind::Parameter)
                    && self.tokens.get(at + 1).is_some_and(|token| token.is(b'='));
                self.dynamic(if named { at + 2 } else { at }, end);
            }
        }
    }

    /// `PREPARE`, from what follows on it: what is prepared counts as run.
    pub(super) fn prepare(&mut self, start: usize, end: usize) -> usize {
        if self.is_word(start, "transaction") {
            self.act(&[Act::Admin], None);
            return self.level(start + 1, end, How::Loose);
        }
        let (_, mut at) = self.name(start, end);
        if self.kind(at) == Some(Kind::Open) && at < end {
            at = self.partner(at) + 1;
        }
        match self.key(at) {
            Key::As if at + 1 < end => self.again(at + 1, end),
            Key::From if at + 1 < end => {
                self.dynamic(at + 1, end);
                self.level(at + 2, end, How::Loose)
            }
            _ => {
                self.out.doubt(unknown::SQL_DYNAMIC, self.setting.at);
                self.level(at, end, How::Loose)
            }
        }
    }

    /// `DECLARE`, from what follows on it.
    pub(super) fn declare(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end {
            match self.kind(at) {
                Some(Kind::Open) => at = self.partner(at),
                Some(Kind::Word)
                    if self.key(at) == Key::For
                        && matches!(self.key(at + 1), Key::Select | Key::With | Key::Values) =>
                {
                    return self.again(at + 1, end);
                }
                Some(Kind::Word) if self.tokens.get(at).is_some_and(|token| token.keyword.starting) => break,
                _ => {}
            }
            at += 1;
        }
        self.statement.form = Form::Show;
        self.act(&[Act::Read], None);
        self.level(start, end, How::Loose)
    }

    /// `CREATE`, `ALTER`, `DROP`: from the verb at `start` on.
    pub(super) fn object(&mut self, start: usize, next: usize, end: usize) -> usize {
        let mut at = next;
        let mut defined = false;
        let mut kind = None;
        let last = end.min(next + MOST_BETWEEN);
        while at < last {
            let Some(word) = self.word(at) else {
                if matches!(self.kind(at), Some(Kind::Open)) && !defined {
                    break;
                }
                at += 1;
                continue;
            };
            kind = KINDS.iter().find(|kind| kind.word.eq_ignore_ascii_case(word));
            if kind.is_some() {
                break;
            }
            let between = objects::BETWEEN.iter().any(|between| between.eq_ignore_ascii_case(word));
            defined |= word.eq_ignore_ascii_case("definer") || word.eq_ignore_ascii_case("algorithm");
            if ["external", "foreign"].iter().any(|outside| outside.eq_ignore_ascii_case(word)) {
                self.act(&[Act::Outside], None);
            }
            if !between && !defined {
                break;
            }
            at += 1;
        }
        let Some(kind) = kind else {
            self.act(&[Act::Schema], None);
            self.misread = true;
            return self.level(next, end, How::Loose);
        };
        let virtual_table = (next..at).any(|at| self.is_word(at, "virtual"));
        if virtual_table {
            self.act(&[Act::Outside], None);
        }
        let drops = self.is_word(start, "drop");
        at += 1;
        let after = if kind.is_table {
            self.named(kind, at, end)
        } else {
            if kind.is_code && drops {
                self.act(&[Act::Schema], None);
            } else {
                self.act(kind.does, None);
            }
            at
        };
        self.further(after, end);
        self.level(after, end, How::Loose)
    }

    /// The tables that are created, altered or dropped.
    fn named(&mut self, kind: &objects::Kind, start: usize, end: usize) -> usize {
        let mut at = start;
        let skip = |reader: &Self, mut at: usize| {
            while ["if", "not", "exists", "only", "concurrently"].iter().any(|word| reader.is_word(at, word))
                && reader.kind(at + 1) != Some(Kind::Dot)
            {
                at += 1;
            }
            at
        };
        at = skip(self, at);
        let mut found = false;
        while at < end && matches!(self.kind(at), Some(Kind::Word | Kind::Quoted)) {
            let (name, next) = self.name(at, end);
            self.touch(kind.does, &name);
            found = true;
            at = next;
            if self.kind(at) != Some(Kind::Comma) || at >= end {
                break;
            }
            at = skip(self, at + 1);
        }
        if !found {
            self.touch(kind.does, &Qualified::dynamic());
        }
        at
    }

    /// What further words of such a statement add.
    fn further(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            if self.kind(at) == Some(Kind::Open) {
                at = self.partner(at) + 1;
                continue;
            }
            if let Some(word) = self.word(at) {
                let found = FURTHER
                    .iter()
                    .find(|(further, _)| further.eq_ignore_ascii_case(word))
                    .map(|(_, act)| *act);
                let engine = word.eq_ignore_ascii_case("engine");
                if let Some(act) = found {
                    self.act(&[act], None);
                }
                if engine {
                    let named =
                        at + 1 + usize::from(self.tokens.get(at + 1).is_some_and(|token| token.is(b'=')));
                    if ENGINES_OUTSIDE.iter().any(|engine| self.is_word(named, engine)) {
                        self.act(&[Act::Outside], None);
                    }
                }
            }
            at += 1;
        }
    }
}
