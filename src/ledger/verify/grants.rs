//! Grants: each was asked for by everyone who approved, and covered no more, no other and no later calls than that.
//!
//! What can be told from the log alone. The arguments of a grant for calls *like* the approved one stand outside of
//! it, so that they can be erased; that a covered call met them is the ledger's word.

use super::question::{Question, Stands};
use crate::own;
use std::collections::HashMap;
use toolgate_engine::time::{Span, Timestamp};

#[derive(Default)]
pub(super) struct Grants(HashMap<String, Open>);

struct Open {
    agent: String,
    tool: String,
    rules_digest: String,
    /// The one call it is for, unless it is for calls like it.
    digest: Option<String>,
    until: Timestamp,
    left: u32,
}

impl Grants {
    pub(super) fn created(
        &mut self,
        created: own::GrantCreated,
        from: &Question,
        now: Timestamp,
    ) -> Result<(), String> {
        let until = crate::clock::parse(&created.until).ok_or("the grant has no end")?;
        let asked_by_all = !from.approvals.is_empty()
            && from.approvals.iter().all(|yes| yes.grant.as_ref() == Some(&created.asked));
        if !matches!(from.stands, Stands::Approved(_)) || !asked_by_all {
            return Err("a grant that not everyone who approved asked for".to_owned());
        }
        if !from.approvals.iter().map(|yes| &yes.reviewer).eq(&created.by) {
            return Err("a grant by others than those who approved".to_owned());
        }
        if until > now + Span::from_secs(created.asked.seconds.get()) {
            return Err("a grant for longer than was asked for".to_owned());
        }
        let same = created.agent == from.agent
            && created.tool == from.tool
            && created.digest == from.digest
            && created.rules_digest == from.rules_digest;
        if !same {
            return Err("a grant for another call than was approved".to_owned());
        }
        let open = Open {
            agent: created.agent,
            tool: created.tool,
            rules_digest: created.rules_digest,
            digest: created.asked.like.is_none().then_some(created.digest),
            until,
            left: created.asked.uses.get(),
        };
        match self.0.insert(created.grant.clone(), open) {
            None => Ok(()),
            Some(_) => Err(format!("grant `{}` was given before", created.grant)),
        }
    }

    pub(super) fn used(
        &mut self,
        used: &own::GrantUsed,
        question: &mut Question,
        now: Timestamp,
    ) -> Result<(), String> {
        let grant = self.find(&used.grant)?;
        if now >= grant.until || grant.left == 0 {
            return Err(format!("grant `{}` was used after its end", used.grant));
        }
        grant.left -= 1;
        if grant.left != used.left {
            return Err(format!("grant `{}` has {} uses left, not {}", used.grant, grant.left, used.left));
        }
        let covers = grant.agent == question.agent
            && grant.tool == question.tool
            && grant.rules_digest == question.rules_digest
            && grant.digest.as_ref().is_none_or(|digest| *digest == question.digest);
        if !covers || !matches!(question.stands, Stands::Pending(until) if now < until) {
            return Err(format!("grant `{}` was used on a call that it does not cover", used.grant));
        }
        question.covered_by = Some(used.grant.clone());
        Ok(())
    }

    pub(super) fn expired(&mut self, grant: &str, now: Timestamp) -> Result<(), String> {
        let over = self.find(grant)?.until <= now;
        self.0.remove(grant);
        if over { Ok(()) } else { Err(format!("grant `{grant}` expired before its time")) }
    }

    pub(super) fn revoked(&mut self, grant: &str, now: Timestamp) -> Result<(), String> {
        let open = self.find(grant)?;
        let open = now < open.until && open.left > 0;
        self.0.remove(grant);
        if open { Ok(()) } else { Err(format!("grant `{grant}` was taken back after its end")) }
    }

    fn find(&mut self, grant: &str) -> Result<&mut Open, String> {
        self.0.get_mut(grant).ok_or_else(|| format!("grant `{grant}` was never given, or is over"))
    }
}
