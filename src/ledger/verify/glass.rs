//! Break-glass as the log tells it: two people wanted it, it was bounded, and what went through by it did so in its time.

use crate::own;
use std::collections::HashMap;
use toolgate_engine::break_glass::{By, LONGEST, Statement};
use toolgate_engine::note;
use toolgate_engine::record::BreakGlass;
use toolgate_engine::time::{Span, Timestamp};

#[derive(Default)]
pub(super) struct Glasses {
    known: HashMap<String, Glass>,
}

struct Glass {
    agent: String,
    policy: String,
    asked_by: String,
    length: Span,
    stands: Stands,
}

enum Stands {
    Asked(Timestamp),
    Active { by: String, until: Timestamp },
    Over,
}

impl Glasses {
    pub(super) fn asked(&mut self, asked: own::BreakGlassAsked) -> Result<(), String> {
        let own::BreakGlassAsked { break_glass, agent, policy_name, by, seconds, until, .. } = asked;
        let until =
            crate::clock::parse(&until).ok_or("nobody knows until when a break-glass can be confirmed")?;
        let length = Span::from_secs(seconds);
        let stands = Stands::Asked(until);
        let glass = Glass { agent, policy: policy_name, asked_by: by, length, stands };
        if length > LONGEST {
            return Err("a break-glass for longer than there is".to_owned());
        }
        match self.known.insert(break_glass, glass) {
            None => Ok(()),
            Some(_) => Err("a break-glass was asked for twice under one ID".to_owned()),
        }
    }

    pub(super) fn confirmed(
        &mut self,
        confirmed: own::BreakGlassConfirmed,
        now: Timestamp,
    ) -> Result<(), String> {
        let own::BreakGlassConfirmed { break_glass, by, until, note, .. } = confirmed;
        let glass = find(&mut self.known, &break_glass)?;
        let until = crate::clock::parse(&until).ok_or("a break-glass without an end")?;
        let Stands::Asked(waits) = glass.stands else {
            return Err("a break-glass was confirmed that nobody was asked for, or twice".to_owned());
        };
        glass.stands = Stands::Active { by: by.clone(), until };
        if waits <= now {
            return Err("a break-glass was confirmed after its time".to_owned());
        }
        if by.eq_ignore_ascii_case(&glass.asked_by) {
            return Err("one person alone wanted a break-glass".to_owned());
        }
        if until > now + glass.length {
            return Err("a break-glass for longer than was asked for".to_owned());
        }
        let stated = note::split(&note).ok().and_then(|(text, _)| Statement::read(text).ok());
        let same = stated.is_some_and(|it| {
            it.id == break_glass
                && it.principal == glass.agent
                && it.policy == glass.policy
                && it.until == until
                && matches!(&it.by, By::Ledger { asked, confirmed, .. } if *asked == glass.asked_by && *confirmed == by)
        });
        if same {
            Ok(())
        } else {
            Err("what was signed is another break-glass than was confirmed".to_owned())
        }
    }

    /// Before it held: refused, or taken back by `canceller`.
    pub(super) fn not_wanted(
        &mut self,
        id: &str,
        canceller: Option<&str>,
        now: Timestamp,
    ) -> Result<(), String> {
        let glass = find(&mut self.known, id)?;
        let asked = matches!(glass.stands, Stands::Asked(until) if now < until);
        glass.stands = Stands::Over;
        if canceller.is_some_and(|by| !by.eq_ignore_ascii_case(&glass.asked_by)) {
            return Err("a break-glass was taken back by somebody who had not asked for it".to_owned());
        }
        if asked {
            Ok(())
        } else {
            Err("a break-glass was refused or taken back that nobody waited for".to_owned())
        }
    }

    pub(super) fn ended(&mut self, id: &str, now: Timestamp) -> Result<(), String> {
        let glass = find(&mut self.known, id)?;
        let active = matches!(glass.stands, Stands::Active { until, .. } if now < until);
        glass.stands = Stands::Over;
        if active { Ok(()) } else { Err("a break-glass was ended that did not hold".to_owned()) }
    }

    pub(super) fn expired(&mut self, id: &str, now: Timestamp) -> Result<(), String> {
        let glass = find(&mut self.known, id)?;
        let over = match glass.stands {
            Stands::Asked(until) | Stands::Active { until, .. } => until <= now,
            Stands::Over => false,
        };
        glass.stands = Stands::Over;
        if over { Ok(()) } else { Err("a break-glass expired before its time, or after its end".to_owned()) }
    }

    /// Whether it held for this principal when a decision that names it was committed, and says who wanted it.
    pub(super) fn holds(&self, named: &BreakGlass, agent: Option<&str>, now: Timestamp) -> bool {
        self.known.get(&named.id).is_some_and(|glass| {
            let by_and_time =
                matches!(&glass.stands, Stands::Active { by, until } if *by == named.confirmed && now < *until);
            by_and_time && agent == Some(&glass.agent) && named.asked == glass.asked_by
        })
    }
}

fn find<'a>(known: &'a mut HashMap<String, Glass>, id: &str) -> Result<&'a mut Glass, String> {
    known.get_mut(id).ok_or_else(|| format!("break-glass `{id}` was never asked for"))
}
