//! One question to people about one exact call: a state machine without clock or store.
//!
//! ```text
//!   create ─► pending ── approve, until every group has enough ─► approved ── consume ─► consumed
//!                │ │ └── a grant covers it ──────────────────────►  │    │
//!                │ └── deny, anyone who may ─► denied               │    └── revoke ─► revoked
//!                ├── not answered in time ─► expired ◄── not used in time
//!                └── cancel ─► cancelled
//! ```
//!
//! A no holds for the identical call as long as a yes would (`use_within`), unless a reviewer lifts it: what asks within
//! that time is refused with what was said, and nobody is asked again. Only a person's no holds so; that nobody answered
//! is none.
//!
//! In come the time and an [`Input`]; out come what [`Happened`], each an event of the log, and whether the
//! input was granted. Time is looked at first, whatever the input is: an answer that comes too late finds
//! the question expired. A person counts once; for every group they are in, as code owners do. Where a group does not
//! answer in the time the policy says, the members of another one may answer for it; it needs as many votes as before. The
//! principal never approves its own call, nor does the person it acts for. There is no automatic approval. An approval
//! is spent once; a [grant](crate::grant) for more comes only of votes that all ask for the same one.

mod refused;
mod reviewer;

pub use refused::Refused;
pub use reviewer::{Membership, Reviewer};

use crate::grant::Asked;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{Assurance, ConsumeRequest, EscalationPhase, ReviewerGroup};
use toolgate_engine::time::{Span, Timestamp};

/// An escalation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Its ID.
    pub id: String,
    /// The principal whose call it is.
    pub agent: String,
    /// The person it acts for, where one is authenticated.
    pub on_behalf_of: Option<String>,
    /// The action digest it is bound to.
    pub digest: String,
    /// The determining rules and reviewers it is bound to.
    pub rules_digest: String,
    /// Who must approve: all of these.
    pub reviewers: Vec<ReviewerGroup>,
    /// Who has approved, and the names of the groups that counted it.
    pub approvals: Vec<Approval>,
    /// Rises with every change of where it stands.
    pub version: u64,
    /// When it was asked.
    pub created: Timestamp,
    /// When the next group that has not answered is helped out; those of earlier times are already.
    pub otherwise_at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
}

/// One person's yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub reviewer: String,
    /// Names of the reviewer groups it counts for.
    pub counts_for: Vec<String>,
    /// The grant they asked for.
    pub grant: Option<Asked>,
}

/// Where an escalation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided yet.
    Pending {
        /// When it expires.
        until: Timestamp,
    },
    /// Approved, not spent.
    Approved {
        /// When the approval expires.
        until: Timestamp,
    },
    /// Spent on this decision.
    Consumed {
        /// The decision's ID.
        decision: String,
    },
    /// A reviewer said no.
    Denied {
        /// What they said.
        comment: String,
        /// Until when an identical call is refused without asking; when it was lifted, where it was.
        until: Timestamp,
    },
    /// Not answered, or not used, in time.
    Expired,
    /// Taken back by a reviewer.
    Revoked,
    /// Taken back by the gate.
    Cancelled,
}

impl State {
    /// The state without what it owns.
    pub const fn phase(&self) -> EscalationPhase {
        match self {
            Self::Pending { .. } => EscalationPhase::Pending,
            Self::Approved { .. } => EscalationPhase::Approved,
            Self::Consumed { .. } => EscalationPhase::Consumed,
            Self::Denied { .. } => EscalationPhase::Denied,
            Self::Expired => EscalationPhase::Expired,
            Self::Revoked => EscalationPhase::Revoked,
            Self::Cancelled => EscalationPhase::Cancelled,
        }
    }

    /// When it ends by itself, if it does.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Pending { until } | Self::Approved { until } => Some(*until),
            _ => None,
        }
    }
}

/// What an identical call gets while this is the last escalation about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It waits for the same answer, or has it.
    Joins,
    /// The no holds for it as well.
    Denied,
    /// It is a question of its own.
    Asks,
}

/// What can come to an escalation.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Nothing but time.
    Tick,
    /// A reviewer votes.
    Vote {
        /// Who.
        reviewer: &'a Reviewer,
        /// `Allow` approves, `Deny` denies.
        verdict: Verdict,
        /// The digest they were shown.
        digest: &'a str,
        /// What they say.
        comment: Option<&'a str>,
        /// The grant they ask for along with a yes.
        grant: Option<&'a Asked>,
    },
    /// A grant covers the call, and a use of it was spent on this.
    Cover {
        /// The grant's ID.
        grant: &'a str,
        /// When it ends; an approval by it does not last longer.
        until: Timestamp,
    },
    /// A gate spends the approval.
    Consume(&'a ConsumeRequest),
    /// A reviewer takes the approval back.
    Revoke {
        /// Who.
        reviewer: &'a Reviewer,
        /// What they say.
        comment: &'a str,
    },
    /// A reviewer lifts a denial: identical calls are asked about again.
    Lift {
        /// Who.
        reviewer: &'a Reviewer,
        /// What they say.
        comment: &'a str,
    },
    /// A gate takes the question back.
    Cancel,
}

/// What an input led to. Each is one event of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Time ran out.
    Expired,
    /// These groups have not answered; others may answer for them from now on.
    Widened {
        /// The names of the groups.
        groups: Vec<String>,
        /// The names of those who may answer for them.
        to: Vec<String>,
    },
    /// A vote was counted.
    Voted {
        /// Who.
        reviewer: String,
        /// What.
        verdict: Verdict,
        /// How they proved who they are.
        assurance: Assurance,
        /// For which groups.
        counts_for: Vec<String>,
        /// What they said.
        comment: Option<String>,
        /// The grant they asked for.
        grant: Option<Asked>,
    },
    /// Everyone who must has approved, or a grant covers it.
    Approved {
        /// When the approval expires.
        until: Timestamp,
        /// The grant that covers it.
        grant: Option<String>,
    },
    /// Everyone who approved asked for the same grant.
    Granted {
        /// What they asked for.
        asked: Asked,
        /// Who.
        by: Vec<String>,
        /// When it ends.
        until: Timestamp,
    },
    /// A reviewer said no.
    Denied {
        /// Who.
        reviewer: String,
        /// What they said.
        comment: String,
        /// Until when that holds for identical calls.
        until: Timestamp,
    },
    /// The approval was spent.
    Consumed {
        /// On which decision.
        decision: String,
    },
    /// A reviewer took the approval back.
    Revoked {
        /// Who.
        reviewer: String,
        /// What they said.
        comment: String,
    },
    /// A reviewer lifted the denial.
    Lifted {
        /// Who.
        reviewer: String,
        /// What they said.
        comment: String,
    },
    /// The gate took its question back.
    Cancelled,
}

/// A phase with a name for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase(pub EscalationPhase);

impl Phase {
    /// The word that the wire has for it.
    pub const fn name(self) -> &'static str {
        match self.0 {
            EscalationPhase::Pending => "pending",
            EscalationPhase::Approved => "approved",
            EscalationPhase::Consumed => "consumed",
            EscalationPhase::Denied => "denied",
            EscalationPhase::Expired => "expired",
            EscalationPhase::Revoked => "revoked",
            EscalationPhase::Cancelled => "cancelled",
        }
    }

    /// The phase of that name.
    pub fn parse(name: &str) -> Option<Self> {
        use EscalationPhase as P;
        [P::Pending, P::Approved, P::Consumed, P::Denied, P::Expired, P::Revoked, P::Cancelled]
            .into_iter()
            .map(Self)
            .find(|phase| phase.name() == name)
    }
}

impl Escalation {
    /// Advances by one input. What happened must be kept whether or not the input was granted.
    pub fn handle(&mut self, now: Timestamp, input: Input<'_>) -> (Vec<Happened>, Result<(), Refused>) {
        let mut happened = Vec::new();
        if self.state.until().is_some_and(|until| until <= now) {
            self.become_(State::Expired, Happened::Expired, &mut happened);
        }
        happened.extend(self.widen(now));
        let answer = match input {
            Input::Tick => Ok(()),
            Input::Vote { reviewer, verdict, digest, comment, grant } => {
                self.vote(now, reviewer, (verdict, digest, comment, grant), &mut happened)
            }
            Input::Cover { grant, until } => self.cover(now, grant, until, &mut happened),
            Input::Consume(request) => self.consume(request, &mut happened),
            Input::Revoke { reviewer, comment } => self.revoke(now, reviewer, comment, &mut happened),
            Input::Lift { reviewer, comment } => self.lift(now, reviewer, comment, &mut happened),
            Input::Cancel => self.cancel(&mut happened),
        };
        (happened, answer)
    }

    /// When `group` is helped out, if it ever is.
    fn helped_at(created: Timestamp, group: &ReviewerGroup) -> Option<Timestamp> {
        group.otherwise.as_ref().map(|otherwise| created + Span::from_secs(otherwise.after))
    }

    /// When the first of these groups is helped out.
    pub fn first_otherwise(created: Timestamp, reviewers: &[ReviewerGroup]) -> Option<Timestamp> {
        reviewers.iter().filter_map(|group| Self::helped_at(created, group)).min()
    }

    /// Lets others answer for the groups whose time has come. What a reviewer was shown stays as it is, and so does
    /// the version.
    fn widen(&mut self, now: Timestamp) -> Option<Happened> {
        let (State::Pending { .. }, Some(from)) = (&self.state, self.otherwise_at) else { return None };
        if from > now {
            return None;
        }
        let (mut groups, mut to, mut next) = (Vec::new(), Vec::new(), None::<Timestamp>);
        for group in &self.reviewers {
            let (Some(at), Some(otherwise)) = (Self::helped_at(self.created, group), &group.otherwise) else {
                continue;
            };
            if at > now {
                next = Some(next.map_or(at, |next| next.min(at)));
            } else if at >= from {
                groups.push(group.name.clone());
                if !to.contains(&otherwise.name) {
                    to.push(otherwise.name.clone());
                }
            }
        }
        self.otherwise_at = next;
        Some(Happened::Widened { groups, to })
    }

    fn vote(
        &mut self,
        now: Timestamp,
        reviewer: &Reviewer,
        (verdict, digest, comment, grant): (Verdict, &str, Option<&str>, Option<&Asked>),
        happened: &mut Vec<Happened>,
    ) -> Result<(), Refused> {
        let State::Pending { .. } = self.state else {
            return Err(Refused::NotPending(Phase(self.state.phase())));
        };
        let counts_for = self.asked(now, reviewer, verdict)?;
        if digest != self.digest {
            return Err(Refused::OtherDigest);
        }
        // One name in two cases is one person: sources that say who it is spell it in their own ways.
        if self.approvals.iter().any(|approval| approval.reviewer.eq_ignore_ascii_case(&reviewer.name))
            && verdict != Verdict::Deny
        {
            return Err(Refused::Voted);
        }
        let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
        let voted = Happened::Voted {
            reviewer: reviewer.name.clone(),
            verdict,
            assurance: reviewer.assurance,
            counts_for: counts_for.clone(),
            comment: comment.map(str::to_owned),
            grant: grant.cloned(),
        };
        match (verdict, comment) {
            (Verdict::Allow, _) => {
                happened.push(voted);
                self.version += 1;
                let grant = grant.cloned();
                self.approvals.push(Approval { reviewer: reviewer.name.clone(), counts_for, grant });
                if self.is_satisfied() {
                    let until = now + Span::from_secs(self.use_within());
                    let approved = Happened::Approved { until, grant: None };
                    self.become_(State::Approved { until }, approved, happened);
                    happened.extend(self.granted(now));
                }
                Ok(())
            }
            (Verdict::Deny, _) if grant.is_some() => Err(Refused::DeniesAndGrants),
            (Verdict::Deny, Some(comment)) => {
                happened.push(voted);
                let (by, comment) = (reviewer.name.clone(), comment.to_owned());
                let until = now + Span::from_secs(self.use_within());
                let denied = Happened::Denied { reviewer: by, comment: comment.clone(), until };
                self.become_(State::Denied { comment, until }, denied, happened);
                Ok(())
            }
            (Verdict::Deny, None) => Err(Refused::NoComment),
            (Verdict::Escalate, _) => Err(Refused::NotAVote),
        }
    }

    /// The grant that all who approved asked for.
    fn granted(&self, now: Timestamp) -> Option<Happened> {
        let asked = self.approvals.first()?.grant.as_ref()?;
        let agreed = self.approvals.iter().all(|approval| approval.grant.as_ref() == Some(asked));
        agreed.then(|| Happened::Granted {
            asked: asked.clone(),
            by: self.approvals.iter().map(|approval| approval.reviewer.clone()).collect(),
            until: now + Span::from_secs(asked.seconds.get()),
        })
    }

    fn cover(
        &mut self,
        now: Timestamp,
        grant: &str,
        until: Timestamp,
        happened: &mut Vec<Happened>,
    ) -> Result<(), Refused> {
        let State::Pending { .. } = self.state else {
            return Err(Refused::NotPending(Phase(self.state.phase())));
        };
        let until = until.min(now + Span::from_secs(self.use_within()));
        let approved = Happened::Approved { until, grant: Some(grant.to_owned()) };
        self.become_(State::Approved { until }, approved, happened);
        Ok(())
    }

    fn consume(&mut self, request: &ConsumeRequest, happened: &mut Vec<Happened>) -> Result<(), Refused> {
        let same = [
            ("agent", request.agent == self.agent),
            ("digest", request.digest == self.digest),
            ("rules_digest", request.rules_digest == self.rules_digest),
        ];
        if let Some((field, _)) = same.iter().find(|(_, same)| !same) {
            return Err(Refused::OtherCall(field));
        }
        match &self.state {
            State::Approved { .. } => {
                let decision = request.decision.clone();
                let spent = Happened::Consumed { decision: decision.clone() };
                self.become_(State::Consumed { decision }, spent, happened);
                Ok(())
            }
            // The answer was lost on its way: the same question has the same answer.
            State::Consumed { decision } if *decision == request.decision => Ok(()),
            State::Consumed { .. } => Err(Refused::Spent),
            other => Err(Refused::NotApproved(Phase(other.phase()))),
        }
    }

    fn revoke(
        &mut self,
        now: Timestamp,
        reviewer: &Reviewer,
        comment: &str,
        happened: &mut Vec<Happened>,
    ) -> Result<(), Refused> {
        let State::Approved { .. } = self.state else {
            return Err(Refused::NotApproved(Phase(self.state.phase())));
        };
        self.asked(now, reviewer, Verdict::Deny)?;
        if comment.trim().is_empty() {
            return Err(Refused::NoComment);
        }
        let comment = comment.trim().to_owned();
        self.become_(
            State::Revoked,
            Happened::Revoked { reviewer: reviewer.name.clone(), comment },
            happened,
        );
        Ok(())
    }

    fn lift(
        &mut self,
        now: Timestamp,
        reviewer: &Reviewer,
        comment: &str,
        happened: &mut Vec<Happened>,
    ) -> Result<(), Refused> {
        let State::Denied { comment: said, until } = &self.state else {
            return Err(Refused::NotHeld(Phase(self.state.phase())));
        };
        if *until <= now {
            return Err(Refused::NotHeld(Phase(self.state.phase())));
        }
        let said = said.clone();
        self.asked(now, reviewer, Verdict::Deny)?;
        if comment.trim().is_empty() {
            return Err(Refused::NoComment);
        }
        let lifted = Happened::Lifted { reviewer: reviewer.name.clone(), comment: comment.trim().to_owned() };
        self.become_(State::Denied { comment: said, until: now }, lifted, happened);
        Ok(())
    }

    /// What an identical call gets now, if this is the last escalation about it.
    pub fn again(&self, now: Timestamp) -> Again {
        match &self.state {
            State::Pending { until } | State::Approved { until } if now < *until => Again::Joins,
            State::Denied { until, .. } if now < *until => Again::Denied,
            _ => Again::Asks,
        }
    }

    fn cancel(&mut self, happened: &mut Vec<Happened>) -> Result<(), Refused> {
        match self.state {
            State::Pending { .. } => {
                self.become_(State::Cancelled, Happened::Cancelled, happened);
                Ok(())
            }
            State::Cancelled => Ok(()),
            _ => Err(Refused::NotPending(Phase(self.state.phase()))),
        }
    }

    /// Whether this person is in a group that may answer now.
    pub fn is_for(&self, now: Timestamp, reviewer: &Reviewer) -> bool {
        self.reviewers.iter().any(|group| self.counts(now, group, reviewer))
    }

    fn counts(&self, now: Timestamp, group: &ReviewerGroup, reviewer: &Reviewer) -> bool {
        let helps = Self::helped_at(self.created, group).is_some_and(|at| at <= now);
        let others = group.otherwise.iter().filter(|_| helps).flat_map(|others| &others.members);
        group.members.iter().chain(others).any(|member| reviewer.is(member))
    }

    /// What a rule asks for of this person's yes, where the ledger is not as sure as that who they are.
    pub fn lacks(&self, now: Timestamp, reviewer: &Reviewer) -> Option<Assurance> {
        let groups = self.reviewers.iter().filter(|group| self.counts(now, group, reviewer));
        groups.filter_map(|group| group.assurance).max().filter(|needed| reviewer.assurance < *needed)
    }

    /// The names of the groups that count this person's vote. A no counts, however sure it is whose it is.
    fn asked(&self, now: Timestamp, reviewer: &Reviewer, verdict: Verdict) -> Result<Vec<String>, Refused> {
        let asks = std::iter::once(&self.agent).chain(&self.on_behalf_of);
        if asks.into_iter().any(|asks| reviewer.acts_as(asks)) {
            return Err(Refused::OwnCall);
        }
        if let Some(needed) = self.lacks(now, reviewer)
            && verdict == Verdict::Allow
        {
            return Err(Refused::NotSure { needed, had: reviewer.assurance });
        }
        let groups = self.reviewers.iter().filter(|group| self.counts(now, group, reviewer));
        let groups: Vec<String> = groups.map(|group| group.name.clone()).collect();
        if groups.is_empty() { Err(Refused::NotAsked) } else { Ok(groups) }
    }

    /// Whether every group has enough approvals. Nobody to ask is never enough.
    fn is_satisfied(&self) -> bool {
        let enough = |group: &ReviewerGroup| {
            let count =
                self.approvals.iter().filter(|approval| approval.counts_for.contains(&group.name)).count();
            group.approvals >= 1 && count >= group.approvals as usize
        };
        !self.reviewers.is_empty() && self.reviewers.iter().all(enough)
    }

    fn use_within(&self) -> u64 {
        self.reviewers.iter().map(|group| group.use_within).min().unwrap_or(0)
    }

    fn become_(&mut self, state: State, what: Happened, happened: &mut Vec<Happened>) {
        self.state = state;
        self.version += 1;
        happened.push(what);
    }
}

#[cfg(test)]
mod tests;
