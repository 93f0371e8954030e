//! `reach`: where an effect lands.

use super::{Asked, Condition, best};
use crate::effects::{Name, Reach};
use crate::policy::glob::PatternError;
use crate::policy::met::{Finding, Met};
use crate::policy::names::{HostPattern, WordPattern};
use crate::policy::patterns::{Pattern, Patterns};
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "Where the effect lands: `local`, `remote`, `container`, `any`, `remote:HOST` or \
                               `container:NAME`. Without it, an allow or an exception speaks of local effects only.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reaches(Patterns<ReachPattern>);

/// A place where effects land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReachPattern {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Any,
    Local,
    Remote(Option<HostPattern>),
    Container(Option<WordPattern>),
}

impl Condition for Reaches {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        Finding::clear(best(self.0.iter().map(|pattern| pattern.kind.matches(&asked.effect.reach))))
    }

    fn words(&self) -> String {
        format!("reach in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

impl Kind {
    fn matches(&self, reach: &Reach) -> Met {
        match (self, reach) {
            (Self::Any, _)
            | (Self::Local, Reach::Local)
            | (Self::Remote(None), Reach::Remote(_))
            | (Self::Container(None), Reach::Container(_)) => Met::Yes,
            (Self::Remote(Some(pattern)), Reach::Remote(host)) => {
                // `user@host` lands on `host`.
                let host = host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host);
                pattern.matches(&Name::Literal(host.to_owned()))
            }
            (Self::Container(Some(pattern)), Reach::Container(name)) => {
                pattern.matches(&Name::Literal(name.clone()))
            }
            _ => Met::No,
        }
    }
}

impl Pattern for ReachPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        let kind = match text.split_once(':') {
            None => match text {
                "any" => Kind::Any,
                "local" => Kind::Local,
                "remote" => Kind::Remote(None),
                "container" => Kind::Container(None),
                _ => return Err(unknown(text)),
            },
            Some(("remote", host)) => Kind::Remote(Some(HostPattern::parse(host)?)),
            Some(("container", name)) => Kind::Container(Some(WordPattern::parse(name)?)),
            Some(_) => return Err(unknown(text)),
        };
        Ok(Self { text: text.to_owned(), kind })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.kind == Kind::Any || self == other
    }
}

fn unknown(text: &str) -> PatternError {
    PatternError::new(
        format!("`{text}` is no reach"),
        "write `local`, `remote`, `container`, `any`, `remote:HOST` or `container:NAME`",
    )
}
