//! The dialects, by the names people give them, and how each cuts text into tokens.
//!
//! A dialect differs here in two things: which characters open a string, a name or a comment, and what a
//! qualified name means. Words, statements and functions are one table for all: what is a change in one
//! dialect is never a mere read in another.

/// A dialect. Servers that share tokens and names with one of these are that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
    SqlServer,
    BigQuery,
    Snowflake,
    ClickHouse,
    DuckDb,
    Oracle,
    Databricks,
}

use Dialect::*;

/// Names of dialects: lower case, letters and digits only.
const NAMES: &[(&str, Dialect)] = &[
    ("postgres", Postgres),
    ("postgresql", Postgres),
    ("pg", Postgres),
    ("psql", Postgres),
    ("redshift", Postgres),
    ("cockroach", Postgres),
    ("cockroachdb", Postgres),
    ("greenplum", Postgres),
    ("yugabyte", Postgres),
    ("timescale", Postgres),
    ("timescaledb", Postgres),
    ("mysql", MySql),
    ("mariadb", MySql),
    ("tidb", MySql),
    ("sqlite", Sqlite),
    ("sqlite3", Sqlite),
    ("libsql", Sqlite),
    ("mssql", SqlServer),
    ("sqlserver", SqlServer),
    ("tsql", SqlServer),
    ("azuresql", SqlServer),
    ("bigquery", BigQuery),
    ("snowflake", Snowflake),
    ("clickhouse", ClickHouse),
    ("duckdb", DuckDb),
    ("oracle", Oracle),
    ("plsql", Oracle),
    ("databricks", Databricks),
    ("spark", Databricks),
    ("sparksql", Databricks),
    ("hive", Databricks),
];

/// All of them.
pub(super) const ALL: &[Dialect] =
    &[Postgres, MySql, Sqlite, SqlServer, BigQuery, Snowflake, ClickHouse, DuckDb, Oracle, Databricks];

/// What a `"` opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Double {
    /// A name.
    Name,
    /// A string, with the escapes of the others.
    Text,
}

/// What a backtick opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backtick {
    /// Nothing: it is an operator, or no character of SQL at all.
    Sign,
    /// A name.
    Name,
}

/// What a `[` opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Square {
    /// An index or a list.
    Bracket,
    /// A name that ends at the next `]`.
    Name,
    /// A name in which `]]` is one `]`.
    DoubledName,
}

/// What a `#` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// An operator.
    Sign,
    /// The beginning of a comment.
    Comment,
    /// The beginning of a comment if a space or `!` follows.
    SpacedComment,
    /// A letter.
    Letter,
}

/// What `$` opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dollar {
    /// Nothing but a parameter.
    Parameter,
    /// A number.
    Money,
    /// `$$…$$` is a string.
    Bare,
    /// `$tag$…$tag$` is a string.
    Tagged,
}

/// How text is cut into tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lexis {
    /// Whether a backslash takes the next character's meaning in strings.
    pub(super) backslash: bool,
    /// Whether it does so in quoted names.
    pub(super) backslash_in_names: bool,
    pub(super) double: Double,
    pub(super) backtick: Backtick,
    pub(super) square: Square,
    pub(super) hash: Hash,
    pub(super) dollar: Dollar,
    /// Whether `//` opens a comment.
    pub(super) slashes: bool,
    /// Whether `--` needs a space behind it to open a comment.
    pub(super) spaced_dashes: bool,
    /// Whether comments nest.
    pub(super) nested: bool,
    /// Whether `/*!…*/` is executed.
    pub(super) executable: bool,
    /// Whether `E'…'` is a string with backslashes.
    pub(super) escape_strings: bool,
    /// Whether `r'…'` is a string without.
    pub(super) raw_strings: bool,
    /// Whether `'''` opens a string.
    pub(super) triple: bool,
    /// Whether `q'[…]'` is a string.
    pub(super) chosen_quotes: bool,
    /// Whether `@` and `#` may stand within a word.
    pub(super) at_in_words: bool,
}

/// Standard SQL.
const STANDARD: Lexis = Lexis {
    backslash: false,
    backslash_in_names: false,
    double: Double::Name,
    backtick: Backtick::Sign,
    square: Square::Bracket,
    hash: Hash::Sign,
    dollar: Dollar::Parameter,
    slashes: false,
    spaced_dashes: false,
    nested: false,
    executable: false,
    escape_strings: false,
    raw_strings: false,
    triple: false,
    chosen_quotes: false,
    at_in_words: false,
};

const POSTGRES: Lexis = Lexis { dollar: Dollar::Tagged, nested: true, escape_strings: true, ..STANDARD };
const MYSQL: Lexis = Lexis {
    backslash: true,
    double: Double::Text,
    backtick: Backtick::Name,
    hash: Hash::Comment,
    spaced_dashes: true,
    ..STANDARD
};

impl Dialect {
    /// The dialect people call so; `None` if nobody knows it.
    pub(super) fn named(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        NAMES.iter().find(|(known, _)| *known == plain).map(|(_, dialect)| *dialect)
    }

    /// How it cuts text into tokens. Several ways where versions of a server differ.
    pub(super) const fn lexes(self) -> &'static [Lexis] {
        match self {
            Postgres => &[POSTGRES],
            // Comments may nest or not.
            DuckDb => &[POSTGRES, Lexis { nested: false, ..POSTGRES }],
            // Which of `/*!50000 …*/` runs depends on the version.
            MySql => &[Lexis { executable: true, ..MYSQL }, MYSQL],
            Sqlite => &[Lexis { backtick: Backtick::Name, square: Square::Name, ..STANDARD }],
            SqlServer => &[Lexis {
                square: Square::DoubledName,
                dollar: Dollar::Money,
                hash: Hash::Letter,
                nested: true,
                at_in_words: true,
                ..STANDARD
            }],
            BigQuery => &[Lexis {
                backslash: true,
                backslash_in_names: true,
                double: Double::Text,
                backtick: Backtick::Name,
                hash: Hash::Comment,
                triple: true,
                ..STANDARD
            }],
            Snowflake => &[Lexis { backslash: true, dollar: Dollar::Bare, slashes: true, ..STANDARD }],
            ClickHouse => &[Lexis {
                backslash: true,
                backslash_in_names: true,
                backtick: Backtick::Name,
                hash: Hash::SpacedComment,
                dollar: Dollar::Tagged,
                slashes: true,
                nested: true,
                ..STANDARD
            }],
            Oracle => &[Lexis { chosen_quotes: true, at_in_words: true, hash: Hash::Letter, ..STANDARD }],
            Databricks => &[Lexis {
                backslash: true,
                double: Double::Text,
                backtick: Backtick::Name,
                nested: true,
                raw_strings: true,
                ..STANDARD
            }],
        }
    }

    /// Whether names without quotes are folded to lower case.
    pub(super) const fn folds(self) -> bool {
        matches!(self, Postgres | DuckDb)
    }
}

/// Which of the things that dialects cut differently stand in a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    backslash: bool,
    double: bool,
    backtick: bool,
    square: bool,
    hash: bool,
    dollar: bool,
    slashes: bool,
    tight_dashes: bool,
    comment: bool,
    executable: bool,
    prefixed: bool,
    triple: bool,
    at: bool,
}

impl Traits {
    /// Looks for them.
    pub(super) fn of(text: &str) -> Self {
        let mut traits = Self::default();
        let (mut before, mut previous) = (b' ', b' ');
        for &byte in text.as_bytes() {
            match (previous, byte) {
                (_, b'\\') => traits.backslash = true,
                (_, b'`') => traits.backtick = true,
                (_, b'[') => traits.square = true,
                (_, b'#') => traits.hash = true,
                (_, b'$') => traits.dollar = true,
                (_, b'@') => traits.at = true,
                (b'/', b'/') => traits.slashes = true,
                (b'/', b'*') => traits.comment = true,
                (b'*', b'!' | b'M') if before == b'/' => traits.executable = true,
                (b'E' | b'e' | b'R' | b'r' | b'Q' | b'q', b'\'' | b'"')
                    if !before.is_ascii_alphanumeric() || matches!(before, b'n' | b'N') =>
                {
                    traits.prefixed = true;
                }
                (b'-', other) if before == b'-' && other > b' ' => traits.tight_dashes = true,
                _ => {}
            }
            traits.double |= byte == b'"';
            traits.triple |= before == previous && previous == byte && matches!(byte, b'\'' | b'"');
            (before, previous) = (previous, byte);
        }
        traits
    }

    /// `lexis` without what makes no difference to a text like this, so that two that cut it alike are equal.
    pub(super) fn mask(self, lexis: Lexis) -> Lexis {
        fn pick<T>(matters: bool, own: T, otherwise: T) -> T {
            if matters { own } else { otherwise }
        }
        Lexis {
            backslash: self.backslash && lexis.backslash,
            backslash_in_names: self.backslash && lexis.backslash_in_names && (self.double || self.backtick),
            double: pick(self.double, lexis.double, Double::Name),
            backtick: pick(self.backtick, lexis.backtick, Backtick::Sign),
            square: pick(self.square, lexis.square, Square::Bracket),
            hash: pick(self.hash, lexis.hash, Hash::Sign),
            dollar: pick(self.dollar, lexis.dollar, Dollar::Parameter),
            slashes: self.slashes && lexis.slashes,
            spaced_dashes: self.tight_dashes && lexis.spaced_dashes,
            nested: self.comment && lexis.nested,
            executable: self.executable && lexis.executable,
            escape_strings: self.prefixed && self.backslash && lexis.escape_strings,
            raw_strings: self.prefixed && lexis.raw_strings,
            triple: self.triple && lexis.triple,
            chosen_quotes: self.prefixed && lexis.chosen_quotes,
            at_in_words: (self.at || self.hash) && lexis.at_in_words,
        }
    }
}
