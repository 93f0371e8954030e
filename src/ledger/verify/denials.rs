//! Denials: nobody was asked about a call only where a person's no to the same call held.
//!
//! That people *were* asked again while a no held is not told here: older versions asked anew about every call.

use super::question::Question;
use crate::own;
use std::collections::HashMap;
use toolgate_engine::time::Timestamp;

#[derive(Default)]
pub(super) struct Denials(HashMap<String, Denial>);

struct Denial {
    agent: String,
    digest: String,
    until: Timestamp,
}

impl Denials {
    /// A no that is said to hold for a time.
    pub(super) fn denied(
        &mut self,
        denied: own::Denied,
        of: &Question,
        now: Timestamp,
    ) -> Result<(), String> {
        let Some(until) = denied.until else { return Ok(()) };
        let until = crate::clock::parse(&until).ok_or("the denial has no end")?;
        self.0.retain(|_, other| now < other.until);
        let denial = Denial { agent: of.agent.clone(), digest: of.digest.clone(), until };
        self.0.insert(denied.escalation, denial);
        if until > now + of.use_within() {
            return Err("a denial that holds for longer than the policy gives".to_owned());
        }
        Ok(())
    }

    /// Nobody was asked, for this no.
    pub(super) fn held(
        &self,
        escalation: &str,
        (agent, digest): (Option<&String>, Option<&String>),
        now: Timestamp,
    ) -> Result<(), String> {
        let same = |denial: &&Denial| {
            now < denial.until && agent == Some(&denial.agent) && digest == Some(&denial.digest)
        };
        match self.0.get(escalation).filter(same) {
            Some(_) => Ok(()),
            None => Err(format!(
                "nobody was asked for a denial of escalation `{escalation}`, which does not hold for the call"
            )),
        }
    }

    /// A reviewer lifted it.
    pub(super) fn lifted(&mut self, escalation: &str, now: Timestamp) -> Result<(), String> {
        match self.0.remove(escalation) {
            Some(denial) if now < denial.until => Ok(()),
            _ => Err(format!("a denial of escalation `{escalation}` was lifted, and none held")),
        }
    }
}
