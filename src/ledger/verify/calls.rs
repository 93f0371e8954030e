//! Calls: every release had its verdict, every approval its voters, every policy its publication.

use super::Report;
use super::decisions::{ByGlass, Decided, Decisions, Key};
use super::denials::Denials;
use super::files::Entry;
use super::glass::Glasses;
use super::grants::Grants;
use super::question::{Question, Stands};
use crate::own::{self, OwnBody};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use toolgate_engine::policy::Verdict;
use toolgate_engine::record::{BreakGlass, Enforced, Fate, OutcomeBody, types};
use toolgate_engine::time::{Span, Timestamp};

#[derive(Default)]
pub(super) struct Calls {
    decisions: Decisions,
    questions: HashMap<String, Question>,
    /// Approvals that were spent and whose release is not known: decision to escalation.
    spent: HashMap<Key, String>,
    grants: Grants,
    denials: Denials,
    glasses: Glasses,
    /// Principals that people have stopped.
    frozen: BTreeSet<String>,
    published: BTreeSet<String>,
    /// Bundles that allowed something before they were published here, with the first such entry.
    unpublished: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Line<B> {
    data: B,
}

fn body<B: DeserializeOwned>(entry: &Entry<'_>, report: &mut Report) -> Option<B> {
    let read = serde_json::from_slice::<Line<B>>(entry.line);
    if read.is_err() {
        report.gap(Some(entry.index), format!("the body of `{}` cannot be read", entry.event.kind));
    }
    read.ok().map(|line| line.data)
}

impl Calls {
    pub(super) fn follow(&mut self, entry: &Entry<'_>, report: &mut Report) {
        let kind = entry.event.kind.as_str();
        match kind {
            types::DECISION => self.decided(entry, report),
            types::OUTCOME => self.ended(entry, report),
            _ if kind == own::Published::TYPE => {
                if let Some(published) = body::<own::Published>(entry, report) {
                    self.published.insert(published.bundle);
                }
            }
            _ if kind == own::Equivocation::TYPE => {
                if let Some(told) = body::<own::Equivocation>(entry, report) {
                    let text = format!(
                        "`{}` sent two events for its number {}; the first one stands",
                        told.emitter, told.at
                    );
                    report.gap(Some(entry.index), text);
                }
            }
            _ => {
                if let Err(wrong) = self.question(entry, report) {
                    report.tampering(Some(entry.index), wrong);
                }
                // What is over never comes again; a step that still does finds nothing.
                if let Some(escalation) = &entry.event.facts.escalation
                    && self.questions.get(escalation).is_some_and(|question| question.stands == Stands::Over)
                {
                    self.questions.remove(escalation);
                }
            }
        }
    }

    fn decided(&mut self, entry: &Entry<'_>, report: &mut Report) {
        #[derive(Deserialize)]
        struct Body {
            action: Action,
            agent: Option<Agent>,
        }
        #[derive(Deserialize)]
        struct Agent {
            on_behalf_of: Option<String>,
        }
        #[derive(Deserialize)]
        struct Action {
            digest: String,
        }
        let facts = &entry.event.facts;
        let (Some(verdict), Some(enforced)) = (facts.verdict, facts.enforced) else { return };
        report.counts.decisions += 1;
        match verdict {
            Verdict::Allow => report.counts.allowed += 1,
            Verdict::Escalate => report.counts.escalated += 1,
            Verdict::Deny => report.counts.denied += 1,
        }
        let lets_through = match enforced {
            Enforced::Allow => verdict == Verdict::Allow || facts.break_glass.is_some(),
            Enforced::Hold => verdict == Verdict::Escalate,
            Enforced::Deny | Enforced::Observe => true,
        };
        if !lets_through {
            report.tampering(Some(entry.index), "what was done is milder than the verdict");
        }
        if let Some(bundle) =
            facts.bundle.as_ref().filter(|bundle| !bundle.is_empty() && verdict != Verdict::Deny)
            && !self.published.contains(bundle)
        {
            self.unpublished.entry(bundle.clone()).or_insert(entry.index);
        }
        let body = body::<Body>(entry, report);
        let decided = Decided {
            index: entry.index,
            received: entry.received,
            verdict,
            enforced,
            agent: facts.agent.clone(),
            on_behalf_of: body.as_ref().and_then(|body| body.agent.as_ref()?.on_behalf_of.clone()),
            digest: body.map(|body| body.action.digest),
            frozen: facts.agent.as_ref().is_some_and(|agent| self.frozen.contains(agent)),
            glass: facts.break_glass.as_ref().map(|glass| match glass.offline {
                true => ByGlass::Offline(glass.clone()),
                false if self.glasses.holds(glass, facts.agent.as_deref(), entry.received) => ByGlass::Held,
                false => ByGlass::Over,
            }),
        };
        let key = (entry.event.id.clone(), entry.event.source.clone());
        if !self.decisions.add(key, decided) {
            report.tampering(Some(entry.index), "the decision's ID was used before");
        }
    }

    fn ended(&mut self, entry: &Entry<'_>, report: &mut Report) {
        let Some(outcome) = body::<OutcomeBody>(entry, report) else { return };
        report.counts.outcomes += 1;
        let key = (outcome.decision.clone(), entry.event.source.clone());
        let Some(decided) = self.decisions.end(&key) else {
            report.gap(
                Some(entry.index),
                format!(
                    "the end of `{}`, whose decision is not in the log, or ended before",
                    outcome.decision
                ),
            );
            return;
        };
        let spent = self.spent.remove(&key);
        if outcome.outcome == Fate::Released && decided.enforced != Enforced::Observe {
            Self::released(&decided, &outcome, spent.as_ref(), entry, report);
        }
        self.decisions.keep(key, decided, entry.received);
    }

    /// Whether what was released might be.
    fn released(
        decided: &Decided,
        outcome: &OutcomeBody,
        spent: Option<&String>,
        entry: &Entry<'_>,
        report: &mut Report,
    ) {
        if let Some(ByGlass::Offline(glass)) = &decided.glass
            && (decided.verdict != Verdict::Allow || outcome.reason.code == "break_glass")
        {
            let BreakGlass { id, asked, confirmed, .. } = glass;
            let text = format!(
                "decision `{}` was let through by break-glass `{id}`, which `{asked}` and `{confirmed}` signed without the \
                 ledger; compare it with the note they kept",
                outcome.decision
            );
            return report.gap(Some(entry.index), text);
        }
        let wrong = match decided.verdict {
            _ if decided.frozen => "a call of a frozen principal was released",
            Verdict::Allow if decided.enforced == Enforced::Allow => return,
            Verdict::Escalate if spent.is_some() && spent == outcome.escalation.as_ref() => return,
            _ if matches!(decided.glass, Some(ByGlass::Held)) => return,
            _ if decided.glass.is_some() => "a call was released by a break-glass that did not hold",
            Verdict::Escalate => "a call was released that needed an approval, and none was spent on it",
            Verdict::Allow | Verdict::Deny => "a call was released that was refused",
        };
        report.tampering(
            Some(entry.index),
            format!("{wrong}: decision `{}` in entry {}", outcome.decision, decided.index),
        );
    }

    /// One step of a question to people; what is wrong with it, if something is.
    fn question(&mut self, entry: &Entry<'_>, report: &mut Report) -> Result<(), String> {
        let now = entry.received;
        match entry.event.kind.as_str() {
            own::Created::TYPE => match body::<own::Created>(entry, report) {
                Some(created) => self.created(created, now),
                None => Ok(()),
            },
            own::Attached::TYPE => match body::<own::Attached>(entry, report) {
                Some(own::Attached { escalation, decision, .. }) => {
                    let question = find(&mut self.questions, &escalation)?;
                    if self.decisions.asking(&decision, question).is_none() {
                        return Err(format!(
                            "decision `{decision}` is not of the call of escalation `{escalation}`"
                        ));
                    }
                    question.decisions.insert(decision);
                    question.still_open(now)
                }
                None => Ok(()),
            },
            own::Widened::TYPE => match body::<own::Widened>(entry, report) {
                Some(widened) => find(&mut self.questions, &widened.escalation)?.widened(&widened, now),
                None => Ok(()),
            },
            own::Voted::TYPE => match body::<own::Voted>(entry, report) {
                Some(voted) => find(&mut self.questions, &voted.escalation)?.voted(voted, now),
                None => Ok(()),
            },
            own::Approved::TYPE => match body::<own::Approved>(entry, report) {
                Some(approved) => find(&mut self.questions, &approved.escalation)?.approved(&approved, now),
                None => Ok(()),
            },
            own::Denied::TYPE => match body::<own::Denied>(entry, report) {
                Some(denied) => {
                    let question = find(&mut self.questions, &denied.escalation)?;
                    question.denied(&denied.reviewer)?;
                    self.denials.denied(denied, question, now)
                }
                None => Ok(()),
            },
            own::NotAsked::TYPE => match body::<own::NotAsked>(entry, report) {
                Some(own::NotAsked { decision, escalation: Some(escalation), .. }) => {
                    let holds = |decided: Option<&Decided>| {
                        let agent = decided.and_then(|decided| decided.agent.as_ref());
                        let digest = decided.and_then(|decided| decided.digest.as_ref());
                        self.denials.held(&escalation, (agent, digest), now)
                    };
                    let mut known = self.decisions.known(&decision).map(|(_, decided)| decided);
                    let first = holds(known.next());
                    known.fold(first, |so_far, other| so_far.or_else(|_| holds(Some(other))))
                }
                _ => Ok(()),
            },
            own::Lifted::TYPE => match body::<own::Lifted>(entry, report) {
                Some(lifted) => self.denials.lifted(&lifted.escalation, now),
                None => Ok(()),
            },
            own::Expired::TYPE => match body::<own::Expired>(entry, report) {
                Some(expired) => find(&mut self.questions, &expired.escalation)?.expired(now),
                None => Ok(()),
            },
            own::Consumed::TYPE => match body::<own::Consumed>(entry, report) {
                Some(consumed) => self.consumed(consumed, now, report),
                None => Ok(()),
            },
            own::Frozen::TYPE => match body::<own::Frozen>(entry, report) {
                Some(frozen) if !self.frozen.insert(frozen.agent.clone()) => {
                    Err(format!("`{}` was frozen, and was so before", frozen.agent))
                }
                _ => Ok(()),
            },
            own::Unfrozen::TYPE => match body::<own::Unfrozen>(entry, report) {
                Some(lifted) if !self.frozen.remove(&lifted.agent) => {
                    Err(format!("the freeze of `{}` was lifted, and there was none", lifted.agent))
                }
                _ => Ok(()),
            },
            own::BreakGlassAsked::TYPE => match body::<own::BreakGlassAsked>(entry, report) {
                Some(asked) => self.glasses.asked(asked),
                None => Ok(()),
            },
            own::BreakGlassConfirmed::TYPE => match body::<own::BreakGlassConfirmed>(entry, report) {
                Some(confirmed) => self.glasses.confirmed(confirmed, now),
                None => Ok(()),
            },
            own::BreakGlassRefused::TYPE => match body::<own::BreakGlassRefused>(entry, report) {
                Some(refused) => self.glasses.not_wanted(&refused.break_glass, None, now),
                None => Ok(()),
            },
            own::BreakGlassCancelled::TYPE => match body::<own::BreakGlassCancelled>(entry, report) {
                Some(gone) => self.glasses.not_wanted(&gone.break_glass, Some(&gone.by), now),
                None => Ok(()),
            },
            own::BreakGlassEnded::TYPE => match body::<own::BreakGlassEnded>(entry, report) {
                Some(ended) => self.glasses.ended(&ended.break_glass, now),
                None => Ok(()),
            },
            own::BreakGlassExpired::TYPE => match body::<own::BreakGlassExpired>(entry, report) {
                Some(expired) => self.glasses.expired(&expired.break_glass, now),
                None => Ok(()),
            },
            own::GrantCreated::TYPE => match body::<own::GrantCreated>(entry, report) {
                Some(created) => {
                    let question = find(&mut self.questions, &created.escalation)?;
                    self.grants.created(created, question, now)
                }
                None => Ok(()),
            },
            own::GrantUsed::TYPE => match body::<own::GrantUsed>(entry, report) {
                Some(used) => {
                    let question = find(&mut self.questions, &used.escalation)?;
                    self.grants.used(&used, question, now)
                }
                None => Ok(()),
            },
            own::GrantExpired::TYPE => match body::<own::GrantExpired>(entry, report) {
                Some(own::GrantExpired { grant }) => self.grants.expired(&grant, now),
                None => Ok(()),
            },
            own::GrantRevoked::TYPE => match body::<own::GrantRevoked>(entry, report) {
                Some(own::GrantRevoked { grant, .. }) => self.grants.revoked(&grant, now),
                None => Ok(()),
            },
            own::Revoked::TYPE => match body::<own::Revoked>(entry, report) {
                Some(revoked) => find(&mut self.questions, &revoked.escalation)?.revoked(now),
                None => Ok(()),
            },
            own::Cancelled::TYPE => match body::<own::Cancelled>(entry, report) {
                Some(cancelled) => find(&mut self.questions, &cancelled.escalation)?.cancelled(now),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn created(&mut self, created: own::Created, now: Timestamp) -> Result<(), String> {
        let until = crate::clock::parse(&created.until).ok_or("the question has no end")?;
        let question = Question {
            agent: created.agent,
            on_behalf_of: created.on_behalf_of,
            tool: created.tool,
            digest: created.digest,
            rules_digest: created.rules_digest,
            reviewers: created.reviewers,
            created: now,
            decisions: BTreeSet::from([created.decision.clone()]),
            approvals: Vec::new(),
            covered_by: None,
            denied_by: None,
            stands: Stands::Pending(until),
        };
        if self.frozen.contains(&question.agent) {
            return Err(format!("a person was asked for `{}`, which is frozen", question.agent));
        }
        let asks = self.decisions.asking(&created.decision, &question).is_some();
        if self.questions.insert(created.escalation.clone(), question).is_some() {
            return Err(format!("escalation `{}` was created before", created.escalation));
        }
        if asks {
            Ok(())
        } else {
            Err(format!(
                "decision `{}`, which asks, is not in the log, or is of another call",
                created.decision
            ))
        }
    }

    fn consumed(
        &mut self,
        consumed: own::Consumed,
        now: Timestamp,
        report: &mut Report,
    ) -> Result<(), String> {
        let question = find(&mut self.questions, &consumed.escalation)?;
        let Stands::Approved(until) = question.stands else {
            return Err(format!(
                "escalation `{}` was spent without being approved, or twice",
                consumed.escalation
            ));
        };
        question.stands = Stands::Over;
        report.counts.approvals += 1;
        if self.frozen.contains(&question.agent) {
            return Err(format!("an approval of `{}` was spent while it was frozen", question.agent));
        }
        if now >= until {
            return Err(format!("escalation `{}` was spent after its time", consumed.escalation));
        }
        let same = question.agent == consumed.agent
            && question.digest == consumed.digest
            && question.rules_digest == consumed.rules_digest
            && question.decisions.contains(&consumed.decision);
        if !same {
            return Err(format!(
                "escalation `{}` was spent on another call than was approved",
                consumed.escalation
            ));
        }
        // One that ended meanwhile can be released no more.
        let key = self.decisions.asking(&consumed.decision, question).unwrap_or_default();
        if self.spent.insert(key, consumed.escalation).is_some() {
            return Err(format!("two approvals were spent on decision `{}`", consumed.decision));
        }
        Ok(())
    }

    pub(super) fn finish(&self, end: Timestamp, grace: Span, report: &mut Report) {
        for (key, decided) in self.decisions.open() {
            // What lets a call through has an end that must be known; a refusal that was not told harms nobody.
            let released = decided.enforced == Enforced::Allow || self.spent.contains_key(key);
            if !released {
                continue;
            }
            let id = &key.0;
            let text = format!("decision `{id}` let a call through, and what became of it is not in the log");
            if end.since(decided.received) > grace {
                report.gap(Some(decided.index), text);
            } else {
                report.note(Some(decided.index), format!("{text} yet"));
            }
        }
        for (bundle, first) in &self.unpublished {
            let text = format!("bundle `{bundle}` let calls through and was not published here before");
            if self.published.is_empty() {
                report.note(Some(*first), format!("{text}; no bundle ever was"));
            } else {
                report.gap(Some(*first), text);
            }
        }
    }
}

fn find<'a>(questions: &'a mut HashMap<String, Question>, id: &str) -> Result<&'a mut Question, String> {
    questions.get_mut(id).ok_or_else(|| format!("escalation `{id}` was never created, or is over"))
}
