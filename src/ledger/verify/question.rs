//! One question to people, as the log tells it: each step of it had what it needed.

use crate::grant::Asked;
use crate::own;
use std::collections::BTreeSet;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::ReviewerGroup;
use toolgate_engine::time::{Span, Timestamp};

/// A question to people, as the log tells it.
pub(super) struct Question {
    pub(super) agent: String,
    pub(super) on_behalf_of: Option<String>,
    pub(super) tool: String,
    pub(super) digest: String,
    pub(super) rules_digest: String,
    pub(super) reviewers: Vec<ReviewerGroup>,
    pub(super) created: Timestamp,
    /// The decisions that wait for it.
    pub(super) decisions: BTreeSet<String>,
    pub(super) approvals: Vec<Yes>,
    /// The grant a use of which stands right before.
    pub(super) covered_by: Option<String>,
    pub(super) denied_by: Option<String>,
    pub(super) stands: Stands,
}

/// One person's approval.
pub(super) struct Yes {
    pub(super) reviewer: String,
    pub(super) counts_for: Vec<String>,
    pub(super) grant: Option<Asked>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Pending(Timestamp),
    Approved(Timestamp),
    Over,
}

impl Question {
    pub(super) fn still_open(&self, now: Timestamp) -> Result<(), String> {
        match self.stands {
            Stands::Pending(until) | Stands::Approved(until) if now < until => Ok(()),
            _ => Err("the escalation was over".to_owned()),
        }
    }

    pub(super) fn widened(&self, widened: &own::Widened, now: Timestamp) -> Result<(), String> {
        if !matches!(self.stands, Stands::Pending(until) if now < until) {
            return Err("others were asked after the escalation was decided, or over".to_owned());
        }
        let due = |name: &String| {
            let group = self.reviewers.iter().find(|group| group.name == *name);
            let otherwise = group.and_then(|group| group.otherwise.as_ref());
            otherwise.is_some_and(|otherwise| {
                widened.to.contains(&otherwise.name) && self.created + Span::from_secs(otherwise.after) <= now
            })
        };
        if widened.groups.is_empty() || !widened.groups.iter().all(due) {
            return Err(
                "others were asked for a group before its time, or whom the policy does not name".to_owned()
            );
        }
        Ok(())
    }

    pub(super) fn voted(&mut self, voted: own::Voted, now: Timestamp) -> Result<(), String> {
        match self.stands {
            Stands::Pending(until) if now < until => {}
            _ => return Err("a vote after the escalation was decided, or over".to_owned()),
        }
        let own::Voted { reviewer, verdict, assurance, counts_for, digest, grant, .. } = voted;
        let person = self.on_behalf_of.iter().chain([&self.agent]);
        if person.into_iter().any(|own| own.eq_ignore_ascii_case(&reviewer)) {
            return Err("the principal, or who it acts for, voted on its own call".to_owned());
        }
        if digest != self.digest {
            return Err("a vote on another call than was asked about".to_owned());
        }
        let asked = |name: &String| self.reviewers.iter().any(|group| group.name == *name);
        if counts_for.is_empty() || !counts_for.iter().all(asked) {
            return Err("a vote of somebody who was not asked".to_owned());
        }
        let counting = self.reviewers.iter().filter(|group| counts_for.contains(&group.name));
        if verdict == Verdict::Allow && counting.filter_map(|group| group.assurance).max() > assurance {
            return Err("a vote of somebody of whom the ledger was not as sure as a rule asks".to_owned());
        }
        match verdict {
            Verdict::Allow
                if self.approvals.iter().any(|yes| yes.reviewer.eq_ignore_ascii_case(&reviewer)) =>
            {
                Err(format!("`{reviewer}` voted twice"))
            }
            Verdict::Allow => {
                self.approvals.push(Yes { reviewer, counts_for, grant });
                Ok(())
            }
            Verdict::Deny => {
                self.denied_by = Some(reviewer);
                Ok(())
            }
            Verdict::Escalate => Err("a vote that is none".to_owned()),
        }
    }

    pub(super) fn approved(&mut self, approved: &own::Approved, now: Timestamp) -> Result<(), String> {
        let Stands::Pending(_) = self.stands else {
            return Err("an approval after the escalation was decided, or over".to_owned());
        };
        let until = crate::clock::parse(&approved.until).ok_or("the approval has no end")?;
        self.stands = Stands::Approved(until);
        let enough = |group: &ReviewerGroup| {
            let votes = self.approvals.iter().filter(|yes| yes.counts_for.contains(&group.name)).count();
            group.approvals >= 1 && votes >= group.approvals as usize
        };
        if approved.grant.is_some() {
            if self.covered_by != approved.grant {
                return Err("an approval by a grant of which no use was spent on it".to_owned());
            }
        } else if self.denied_by.is_some() || self.reviewers.is_empty() || !self.reviewers.iter().all(enough)
        {
            return Err("an approval without the votes it needs".to_owned());
        }
        if until > now + self.use_within() {
            return Err("an approval for longer than the policy gives".to_owned());
        }
        Ok(())
    }

    /// How long an answer is good for.
    pub(super) fn use_within(&self) -> Span {
        Span::from_secs(self.reviewers.iter().map(|group| group.use_within).min().unwrap_or(0))
    }

    pub(super) fn denied(&mut self, reviewer: &str) -> Result<(), String> {
        let pending = matches!(self.stands, Stands::Pending(_));
        self.stands = Stands::Over;
        if pending && self.denied_by.as_deref() == Some(reviewer) {
            Ok(())
        } else {
            Err("a denial without its vote, or after the decision".to_owned())
        }
    }

    pub(super) fn expired(&mut self, now: Timestamp) -> Result<(), String> {
        let over = match self.stands {
            Stands::Pending(until) | Stands::Approved(until) => until <= now,
            Stands::Over => false,
        };
        self.stands = Stands::Over;
        if over { Ok(()) } else { Err("an escalation expired before its time, or after its end".to_owned()) }
    }

    pub(super) fn revoked(&mut self, now: Timestamp) -> Result<(), String> {
        let approved = matches!(self.stands, Stands::Approved(until) if now < until);
        self.stands = Stands::Over;
        if approved { Ok(()) } else { Err("a revocation of what was not approved".to_owned()) }
    }

    pub(super) fn cancelled(&mut self, now: Timestamp) -> Result<(), String> {
        let pending = matches!(self.stands, Stands::Pending(until) if now < until);
        self.stands = Stands::Over;
        if pending { Ok(()) } else { Err("a cancellation of what was not pending".to_owned()) }
    }
}
