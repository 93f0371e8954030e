//! Names of tables and functions, and which database they are in.
//!
//! The database a rule speaks of comes from the operator. A name with another database in front is in that
//! one only if the server is known; otherwise the database is undecided, so that no text can make a rule that
//! forbids fall silent, or one that allows hold.

use super::Reader;
use crate::effects::Name;
use crate::effects::sql::dialect::Dialect;
use crate::effects::sql::secrets;
use crate::effects::sql::tokens::Kind;

/// Endings of names which DuckDB reads as files.
const FILES: &[&str] = &[
    ".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson", ".xlsx", ".gz", ".zst", ".db", ".avro",
    ".arrow",
];

/// Tables whose rows are files.
const ELSEWHERE: &[&str] = &["fsdir", "zipfile", "lsmode"];

/// Schemas that describe the database one is connected with.
const CATALOGS: &[&str] = &["information_schema", "pg_catalog"];

/// A name of one or more parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Qualified {
    /// The parts, without their quotes.
    pub(super) parts: Vec<String>,
    /// Whether the last part stands in quotes.
    pub(super) quoted: bool,
    /// Whether it is decided when the statement runs, or written in a way that is not followed.
    dynamic: bool,
    /// Whether a server stands in it.
    linked: bool,
}

/// The database that names without one are looked up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Current {
    /// The one of the setting.
    Setting,
    /// The one that `USE` named.
    Used(String),
}

/// How far a name says its database.
enum Other<'n> {
    /// The current one.
    No,
    /// Perhaps another.
    Perhaps,
    /// This one.
    Named(&'n str),
}

impl Qualified {
    /// A name that is decided when the statement runs.
    pub(super) fn dynamic() -> Self {
        Self { dynamic: true, ..Self::default() }
    }

    /// The name of what is called on a value: no function that stands by itself.
    pub(super) fn of_a_value(mut self) -> Self {
        self.parts.insert(0, String::new());
        self
    }

    /// Whether it is one part that reads so, as an alias does.
    pub(super) fn is_single(&self, alias: &str) -> bool {
        matches!(self.parts.as_slice(), [part] if part.eq_ignore_ascii_case(alias))
    }

    /// Whether a server stands in it.
    pub(super) const fn linked_or_longer(&self) -> bool {
        self.linked
    }

    /// Whether it names a server, or a file.
    pub(super) fn is_elsewhere(&self, dialect: Option<Dialect>) -> bool {
        let reads_files =
            matches!(dialect, None | Some(Dialect::DuckDb | Dialect::Databricks | Dialect::ClickHouse));
        let is_file = |part: &String| {
            let lower = part.to_ascii_lowercase();
            lower.contains('/') || lower.contains('\\') || FILES.iter().any(|ending| lower.ends_with(ending))
        };
        let reads_elsewhere = |part: &String| ELSEWHERE.iter().any(|table| table.eq_ignore_ascii_case(part));
        self.linked
            || self.parts.last().is_some_and(reads_elsewhere)
            || (reads_files && self.quoted && self.parts.iter().any(is_file))
    }

    /// The table's name, as rules compare it.
    pub(super) fn table(&self) -> Name {
        // A dot within quotes would look like two parts.
        let odd = |part: &String| part.is_empty() || part.contains('.');
        if self.dynamic || self.parts.is_empty() || self.parts.iter().any(odd) {
            return Name::Dynamic;
        }
        Name::Literal(self.parts.join("."))
    }
}

impl Reader<'_> {
    /// The name at `at`, and what stands behind it. At least one token is taken.
    pub(super) fn name(&self, at: usize, end: usize) -> (Qualified, usize) {
        let mut name = Qualified::default();
        // SQL Server lets a name begin with its dots.
        let mut next = (at..end).find(|at| self.kind(*at) != Some(Kind::Dot)).unwrap_or(end);
        let mut empty = 0;
        while next < end {
            match self.kind(next) {
                Some(Kind::Word | Kind::Quoted | Kind::Parameter) => self.part(next, &mut name),
                _ => break,
            }
            next += 1;
            let dots = next;
            while next < end && self.kind(next) == Some(Kind::Dot) {
                next += 1;
            }
            // `db..t` leaves the schema out.
            empty += (next - dots).saturating_sub(1);
            if next == dots {
                break;
            }
        }
        name.linked |=
            name.parts.len() + empty >= 4 && matches!(self.dialect, None | Some(Dialect::SqlServer));
        if empty > 0 && name.parts.len() == 2 {
            name.parts.insert(1, "dbo".to_owned());
        }
        (name, next.max(at + 1))
    }

    fn part(&self, at: usize, name: &mut Qualified) {
        let Some(token) = self.tokens.get(at) else { return };
        let text = self.text.get(token.start..token.end).unwrap_or_default();
        match token.kind {
            Kind::Quoted => {
                let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                name.quoted = true;
                let close = text.chars().next_back().unwrap_or('"');
                if inner.contains('\\') {
                    name.dynamic = true;
                }
                let part = if inner.contains(close) {
                    inner.replace(&format!("{close}{close}"), &close.to_string())
                } else {
                    inner.to_owned()
                };
                // BigQuery takes `project.dataset.table` in one pair of backticks.
                if close == '`' && self.dialect == Some(Dialect::BigQuery) {
                    name.parts.extend(part.split('.').map(str::to_owned));
                } else {
                    name.parts.push(part);
                }
            }
            Kind::Parameter => {
                name.quoted = false;
                // `@@f(x)` is an operator and a function to PostgreSQL.
                name.parts.push(text.trim_start_matches('@').to_owned());
                name.dynamic = true;
            }
            _ => {
                name.quoted = false;
                // Oracle's `table@link`.
                name.linked |= text.contains('@') && matches!(self.dialect, None | Some(Dialect::Oracle));
                let folds = self.dialect.is_some_and(Dialect::folds);
                name.parts.push(if folds { text.to_lowercase() } else { text.to_owned() });
            }
        }
    }

    /// Whether `WITH` gave this name to something that can be seen here.
    pub(super) fn is_named_by_with(&self, name: &Qualified) -> bool {
        let [part] = name.parts.as_slice() else { return false };
        // Only servers that fold both are sure to mean one by two spellings.
        let folds = !name.quoted
            && matches!(
                self.dialect,
                Some(Dialect::Postgres | Dialect::DuckDb | Dialect::Sqlite | Dialect::SqlServer)
            );
        let end = |text: &str| text.as_bytes().last().map(u8::to_ascii_lowercase);
        let (length, last) = (part.len(), end(part));
        self.scope.iter().any(|given| {
            // Names that are many differ in their number, which stands last.
            given.parts.first().is_some_and(|given_part| {
                given_part.len() == length
                    && end(given_part) == last
                    && (given_part == part
                        || (folds && !given.quoted && given_part.eq_ignore_ascii_case(part)))
            })
        })
    }

    pub(super) fn holds_secrets(&self, table: &Qualified) -> bool {
        let database = match (&self.current, &self.setting.database) {
            (Current::Used(name), _) | (Current::Setting, Some(Name::Literal(name))) => Some(name.as_str()),
            _ => None,
        };
        secrets::holds(&table.parts, database)
    }

    /// The database that is in use, as far as it can be said.
    pub(super) fn database_now(&self) -> Option<Name> {
        match &self.current {
            Current::Setting => self.setting.database.clone(),
            Current::Used(name) => self.elsewhere(Some(name)),
        }
    }

    /// The database of a table, as rules compare it.
    pub(super) fn place(&self, table: Option<&Qualified>) -> Option<Name> {
        let other = table.map_or(Other::No, |table| self.other(&table.parts));
        match other {
            Other::No => self.database_now(),
            Other::Perhaps => self.elsewhere(None),
            Other::Named(name) => {
                let same = matches!(self.database_now(), Some(Name::Literal(now)) if now == name);
                if same { self.database_now() } else { self.elsewhere(Some(name)) }
            }
        }
    }

    /// Another database than the setting's. Where the server is not known, a name out of the text would make an
    /// unknown database look like a known one.
    fn elsewhere(&self, name: Option<&str>) -> Option<Name> {
        match (&self.setting.host, name) {
            (Some(_), Some(name)) => Some(Name::Literal(name.to_owned())),
            (None, _) if self.setting.database.is_none() => None,
            _ => Some(Name::Dynamic),
        }
    }

    fn other<'n>(&self, parts: &'n [String]) -> Other<'n> {
        let [.., before, _] = parts else { return Other::No };
        let first = parts.first().map_or("", String::as_str);
        if parts.len() == 2 && CATALOGS.iter().any(|catalog| catalog.eq_ignore_ascii_case(before)) {
            return Other::No;
        }
        match (self.dialect, parts.len()) {
            (Some(Dialect::Oracle), _) => Other::No,
            (Some(Dialect::Postgres | Dialect::SqlServer | Dialect::Snowflake), 2) => Other::No,
            (Some(Dialect::Sqlite), 2) if matches!(first.to_ascii_lowercase().as_str(), "main" | "temp") => {
                Other::No
            }
            (Some(Dialect::MySql | Dialect::ClickHouse | Dialect::Sqlite), 2)
            | (Some(Dialect::Postgres | Dialect::Snowflake | Dialect::SqlServer | Dialect::DuckDb), 3) => {
                Other::Named(first)
            }
            _ => Other::Perhaps,
        }
    }

    /// The content of a string, if it says itself without escapes.
    pub(super) fn string(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Text)?;
        let text = self.text.get(token.start..token.end)?;
        if text.starts_with('$') {
            let tag = text.get(1..)?.find('$')? + 2;
            return text.get(tag..text.len().checked_sub(tag)?).map(str::to_owned);
        }
        let quote = text.chars().next_back()?;
        let open = text.find(quote)?;
        let prefix = text.get(..open)?;
        let inner = text.get(open + 1..text.len().checked_sub(1)?)?;
        let plain = matches!(prefix, "" | "N" | "n") && !inner.contains('\\') && !inner.starts_with(quote);
        plain.then(|| inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
    }
}
