//! `database`: the server or the name of a database.
//!
//! The host comes from the operator's mapping, the name often from the model. So where the host is known it
//! alone can make an `allow` hold, while a `deny` holds if either may match.

use super::{Asked, Condition};
use crate::effects::Resource;
use crate::policy::glob::PatternError;
use crate::policy::met::{Finding, Met};
use crate::policy::names::{HostPattern, LabelPattern};
use crate::policy::patterns::{Pattern, Patterns};
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The database, by its host or its name: labels, `*` is one label or part of \
                               one, `**` any number. Where the host is known, an allow needs the host to match.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Database(Patterns<DatabasePattern>);

/// A pattern over hosts and names of databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatabasePattern {
    name: LabelPattern,
    /// The same as a host; `None` if no host is written so.
    host: Option<HostPattern>,
}

impl Condition for Database {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Sql { host, database, .. } = &asked.effect.resource else {
            return Finding::other_kind();
        };
        if host.is_none() && database.is_none() {
            return Finding::doubtful("the database is not known");
        }
        let found = self.0.iter().map(|pattern| {
            let by_name = database.as_ref().map_or(Met::No, |name| pattern.name.matches(name));
            match host {
                Some(host) => {
                    let by_host = pattern.host.as_ref().map_or(Met::No, |pattern| pattern.matches(host));
                    by_host.max(by_name.min(Met::Maybe))
                }
                None => by_name,
            }
        });
        Finding::clear(super::best(found))
    }

    fn words(&self) -> String {
        format!("database in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

impl Pattern for DatabasePattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self { name: LabelPattern::parse(text)?, host: HostPattern::parse(text).ok() })
    }

    fn text(&self) -> &str {
        self.name.text()
    }

    fn covers(&self, other: &Self) -> bool {
        self.name.covers(&other.name)
    }
}
