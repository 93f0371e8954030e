//! Reading the record: which part of it is wanted, and page by page, from a ledger or from its directory.

use crate::client::Connection;
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use toolgate_engine::policy::rules::Within;
use toolgate_engine::time::{Span, Timestamp};
use toolgate_ledger::clock;
use toolgate_ledger::directory::Paths;
use toolgate_ledger::store::read::Query;
use toolgate_ledger::store::{self, StoreError};

/// Entries in one answer.
const PAGE: u32 = 500;

/// A time, or a length of time that is over now.
///
/// # Errors
/// What is wrong with it, and what to write.
pub(crate) fn time(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(ago) = Within::try_from(text.to_owned()) {
        return Ok(now - Span::from_secs(ago.as_secs()));
    }
    clock::parse(text).ok_or_else(|| {
        format!(
            "`{text}` is not a time\nhelp: write RFC 3339, such as `2026-11-22T15:43:07Z`, or how long ago, such as `7d`"
        )
    })
}

/// Where the record is read.
#[derive(Debug, clap::Args)]
pub(crate) struct Source {
    #[command(flatten)]
    connection: Connection,
    /// Read this data directory instead of asking the ledger
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Some of what was found, and what to ask for next; `None` at the end.
pub(crate) type Page<T> = (Vec<T>, Option<u64>);

impl Source {
    /// Hands over all that a query finds, page by page. The listener has it at `path` and answers with an `A`; `listed`
    /// and `stored` make a page of that and of what a database has.
    ///
    /// # Errors
    /// If the record cannot be read, in words for a person.
    pub(crate) fn pages<A: DeserializeOwned, T>(
        &self,
        path: &str,
        query: Query,
        listed: impl Fn(A) -> Page<T>,
        stored: impl Fn(&store::Connection, &Query) -> Result<Page<T>, StoreError>,
        each: impl FnMut(T),
    ) -> Result<(), String> {
        match &self.dir {
            Some(dir) => {
                let db =
                    store::open_reader(&Paths::new(dir).database()).map_err(|error| error.to_string())?;
                all(query, |query| stored(&db, query).map_err(|error| error.to_string()), each)
            }
            None => {
                let client = self.connection.client()?;
                let page = |query: &Query| {
                    let asked = asked(query);
                    let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    client.get(path, &asked).map(&listed)
                };
                all(query, page, each)
            }
        }
    }
}

fn all<T>(
    mut query: Query,
    page: impl Fn(&Query) -> Result<Page<T>, String>,
    mut each: impl FnMut(T),
) -> Result<(), String> {
    query.limit = PAGE;
    loop {
        let (found, next) = page(&query)?;
        found.into_iter().for_each(&mut each);
        match next {
            Some(next) => query.after = Some(next),
            None => return Ok(()),
        }
    }
}

/// A query as the listener takes it.
fn asked(query: &Query) -> Vec<(&'static str, String)> {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let asked = [
        ("limit", Some(query.limit.to_string())),
        ("type", query.kind.clone()),
        ("agent", query.agent.clone()),
        ("verdict", query.verdict.clone()),
        ("from", time(query.from)),
        ("to", time(query.to)),
        ("after", query.after.map(|after| after.to_string())),
    ];
    asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
