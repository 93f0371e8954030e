//! Who answers: a person, as the ledger authenticated them, and what they are to a call.

use std::collections::BTreeSet;
use toolgate_engine::protocol::Assurance;

/// A person who may be asked, as the ledger authenticated them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Their name.
    pub name: String,
    /// Which groups they are in.
    pub groups: Membership,
    /// Principals that act for them; they do not approve those.
    pub principals: Vec<String>,
    /// How they proved who they are.
    pub assurance: Assurance,
}

/// Which groups a person is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// These.
    Listed(BTreeSet<String>),
    /// Every group there is: only without authentication (`--dev`).
    Every,
}

impl Reviewer {
    /// Whether a member of a reviewer group, `group:NAME` or `user:NAME`, means this person.
    pub fn is(&self, member: &str) -> bool {
        match member.split_once(':') {
            Some(("group", group)) => match &self.groups {
                Membership::Listed(groups) => groups.contains(group),
                Membership::Every => true,
            },
            Some(("user", user)) => user == self.name,
            _ => false,
        }
    }

    /// Whether a principal acts for this person, or is this person. To the letter: doubt shows nothing.
    pub fn owns(&self, agent: &str) -> bool {
        agent.strip_prefix("user:") == Some(&self.name)
            || self.principals.iter().any(|principal| principal == agent)
    }

    /// Whether this person is who asks. A name in other letters is the same person: doubt refuses a vote.
    pub fn acts_as(&self, agent: &str) -> bool {
        let bare = agent.strip_prefix("user:").unwrap_or(agent);
        bare.eq_ignore_ascii_case(&self.name) || self.principals.iter().any(|principal| principal == agent)
    }
}
