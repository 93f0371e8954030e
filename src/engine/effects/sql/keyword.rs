//! The words that have a meaning in a query, and what each may do there.
//!
//! To teach a word, put it into the list it belongs to. A word of no list is a name.

use crate::order::sorted;
use std::sync::OnceLock;

/// Words that may stand in a query as part of its syntax.
const SYNTAX: &str = "
    against all and any anti apply array as asc asof at before between binary both by case character charset collate conflict connect
    bernoulli corresponding cross cube current cycle date day days depth desc distinct distribute div double else empty end error
    escape except exclude exists false fetch fields filter final first following for force format from full glob
    global group groups grouping having high_priority hour hours ignore ilike in index indexed inner intersect interval
    into is isnull join keep key last lateral leading left like limit local lock locked match match_recognize materialized
    microsecond millisecond minus minute minutes mode month months natural next no nocycle nolock not notnull nowait
    null nulls of offset on only option or order operator ordinality others outer over overlaps partition passing path percent
    pivot placing preceding precision prewhere prior qualify quarter range recursive regexp repeatable replace respect returning right
    rlike rollup row rows sample search second seconds select semi separator set sets settings share siblings similar
    skip some sounds sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result start
    straight_join strict symmetric system system_time table tablesample then ties time timestamp to top totals
    trailing true unbounded union unique unknown unpivot update use using value values varying week weeks when where
    window with within without xor year years zone
";

/// Words behind which something must follow, so that no statement ends there and none begins. All of them are
/// reserved in SQL Server, the one that needs no `;`: a word that could be an alias there must not be in this list.
const BINDING: &str = "
    select from where and or not on as by in is like between case when of for union intersect except having group order
    join inner left right full outer cross set into distinct top with over collate escape grant revoke key then alter
    create drop add column
";

/// Words that begin a statement of SQL Server even without a `;` before them, and statements of others that may
/// follow on a list of `WITH`.
const STARTING: &str = "
    alter backup begin bulk checkpoint commit create dbcc delete deny drop exec execute go grant insert kill merge
    reconfigure replace restore revert revoke rollback save set setuser shutdown truncate update updatetext use waitfor
    writetext
";

/// Words that the reader of queries looks for.
macro_rules! keys {
    ($($key:ident)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(clippy::enum_variant_names, reason = "one of the words is `KEY`")]
        pub(super) enum Key {
            /// None of the others.
            None,
            $($key),+
        }

        const KEYS: &[(&str, Key)] = &[$((stringify!($key), Key::$key)),+];
    };
}

keys! {
    All Apply Array As By Character Delete Distinct Except Exec Execute For From Function Go Group Having In Index Insert
    Intersect Into Is Join Key Lateral Limit Lock Materialized Merge Minus Next No Not On Only Order Outer Cross Recursive
    Replace Returning Rows Save Select Set Share  Table Truncate Union Unnest Update Use Using Value
    Values Where Window With
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keyword {
    /// Which of those that are looked for.
    pub(super) key: Key,
    /// Whether it may be part of a query's syntax.
    pub(super) syntax: bool,
    /// Whether something must follow on it.
    pub(super) binding: bool,
    /// Whether it may begin a statement without a `;` before it.
    pub(super) starting: bool,
}

impl Keyword {
    /// A name, or no word at all.
    pub(super) const NONE: Self = Self { key: Key::None, syntax: false, binding: false, starting: false };
}

/// What is known of `word`, whatever its case.
pub(super) fn find(word: &str) -> Keyword {
    static TABLE: OnceLock<Vec<(&str, Keyword)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let names: Vec<&str> = [SYNTAX, BINDING, STARTING]
            .into_iter()
            .flat_map(str::split_ascii_whitespace)
            .chain(KEYS.iter().map(|(name, _)| *name))
            .collect();
        let mut names = sorted(names, |a, b| compare(a, b));
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let has = |list: &str, name: &str| {
            list.split_ascii_whitespace().any(|listed| listed.eq_ignore_ascii_case(name))
        };
        names
            .into_iter()
            .map(|name| {
                let key = KEYS
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map_or(Key::None, |(_, key)| *key);
                let key = if name == "straight_join" { Key::Join } else { key };
                let keyword = Keyword {
                    key,
                    syntax: has(SYNTAX, name),
                    binding: has(BINDING, name),
                    starting: has(STARTING, name),
                };
                (name, keyword)
            })
            .collect()
    });
    let place = table.binary_search_by(|(name, _)| compare(name, word));
    place.ok().and_then(|place| table.get(place)).map_or(Keyword::NONE, |(_, keyword)| *keyword)
}

/// The order of words, whatever their case.
pub(super) fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    a.bytes().map(|b| b.to_ascii_lowercase()).cmp(b.bytes().map(|b| b.to_ascii_lowercase()))
}
