//! `repository`: the repository, by host, owner and name.

use super::{Asked, Condition, best_name};
use crate::effects::{Name, Resource};
use crate::policy::glob::{Glob, Syntax};
use crate::policy::index::Shelves;
use crate::policy::met::Finding;
use crate::policy::names::{self, SegmentPattern};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str =
    "The repository, as `host/owner/name`; scheme, user and `.git` are not compared.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Repository(Patterns<SegmentPattern>);

impl Condition for Repository {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Repository { repository } = &asked.effect.resource else {
            return Finding::other_kind();
        };
        let name = named(repository);
        best_name(repository, "repository", self.0.iter().map(|pattern| pattern.compare(name.as_ref())))
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            shelves.repositories.file(pattern.glob(), number);
        }
        true
    }

    fn words(&self) -> String {
        format!("repository in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

/// What a repository is as a pattern; `None` if nobody can say.
pub(in crate::policy) fn named(repository: &Name) -> Option<Glob> {
    let plain = match repository {
        Name::Literal(text) => Name::Literal(plain(text)),
        Name::Glob(text) => Name::Glob(plain(text)),
        Name::Dynamic => return None,
    };
    names::named(&plain, Syntax::SEGMENTS)
}

/// `https://user@example.org/a/b.git`, `git@example.org:a/b` and `example.org/a/b` are one repository.
fn plain(text: &str) -> String {
    let text = text.strip_suffix(".git").unwrap_or(text);
    if let Some((_, rest)) = text.split_once("://") {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        return format!("{}/{path}", host.to_lowercase());
    }
    match text.split_once(':') {
        // The form of scp: a colon before any slash.
        Some((authority, path)) if !authority.contains('/') => {
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{}/{}", host.to_lowercase(), path.trim_start_matches('/'))
        }
        _ => text.to_owned(),
    }
}
