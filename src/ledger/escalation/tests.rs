//! The state machine by example, and all interleavings of two reviewers, two gates and the clock.

use super::*;
use crate::testing::{AGENT, DIGEST, group};
use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroU64};
use toolgate_engine::protocol::{Assurance, Otherwise};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(0) + Span::from_secs(seconds)
}

fn reviewer(name: &str, groups: &[&str]) -> Reviewer {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Reviewer {
        name: name.to_owned(),
        groups: Membership::Listed(groups),
        principals: Vec::new(),
        assurance: Assurance::Local,
    }
}

fn pending(reviewers: Vec<ReviewerGroup>) -> Escalation {
    Escalation {
        id: "e".to_owned(),
        agent: AGENT.to_owned(),
        on_behalf_of: Some("user:person".to_owned()),
        digest: DIGEST.to_owned(),
        rules_digest: "sha256:cc".to_owned(),
        reviewers,
        approvals: Vec::new(),
        version: 1,
        created: at(0),
        otherwise_at: None,
        state: State::Pending { until: at(900) },
    }
}

fn vote<'a>(reviewer: &'a Reviewer, verdict: Verdict, comment: Option<&'a str>) -> Input<'a> {
    Input::Vote { reviewer, verdict, digest: DIGEST, comment, grant: None }
}

fn spend(decision: &str) -> ConsumeRequest {
    ConsumeRequest {
        decision: decision.to_owned(),
        agent: AGENT.to_owned(),
        digest: DIGEST.to_owned(),
        rules_digest: "sha256:cc".to_owned(),
    }
}

/// The answer alone.
fn answer(escalation: &mut Escalation, now: u64, input: Input<'_>) -> Result<(), Refused> {
    escalation.handle(at(now), input).1
}

#[test]
fn approved_by_one_and_spent_once() {
    let soc = reviewer("soc-1", &["soc"]);
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    assert_eq!(
        answer(&mut escalation, 1, Input::Consume(&spend("d1"))),
        Err(Refused::NotApproved(Phase(EscalationPhase::Pending)))
    );
    assert_eq!(answer(&mut escalation, 2, vote(&soc, Verdict::Allow, None)), Ok(()));
    assert_eq!(escalation.state, State::Approved { until: at(602) });
    assert_eq!(answer(&mut escalation, 3, Input::Consume(&spend("d1"))), Ok(()));
    let (again, answered) = escalation.handle(at(9_999), Input::Consume(&spend("d1")));
    assert_eq!((again, answered), (Vec::new(), Ok(())), "the same question has the same answer, whenever");
    assert_eq!(answer(&mut escalation, 4, Input::Consume(&spend("d2"))), Err(Refused::Spent));
}

#[test]
fn a_yes_is_as_sure_as_the_rule_asks_and_a_no_need_not_be() {
    let as_sure = |assurance| Reviewer { assurance, ..reviewer("soc-1", &["soc"]) };
    let asked = || {
        pending(vec![ReviewerGroup { assurance: Some(Assurance::Local), ..group("soc", &["group:soc"], 1) }])
    };
    let chat = as_sure(Assurance::Chat);
    let not_sure = Refused::NotSure { needed: Assurance::Local, had: Assurance::Chat };
    assert_eq!(answer(&mut asked(), 1, vote(&chat, Verdict::Allow, None)), Err(not_sure));
    assert_eq!(answer(&mut asked(), 1, vote(&chat, Verdict::Deny, Some("no"))), Ok(()));
    for enough in [Assurance::Local, Assurance::Oidc] {
        assert_eq!(answer(&mut asked(), 1, vote(&as_sure(enough), Verdict::Allow, None)), Ok(()));
    }
    let mut free = pending(vec![group("soc", &["group:soc"], 1)]);
    assert_eq!(answer(&mut free, 1, vote(&chat, Verdict::Allow, None)), Ok(()), "nothing is asked");
}

#[test]
fn every_group_needs_its_own_number() {
    let (one, two, both) =
        (reviewer("t-1", &["treasury"]), reviewer("t-2", &["treasury"]), reviewer("b", &["soc", "treasury"]));
    let groups = vec![group("soc", &["group:soc"], 1), group("treasury", &["group:treasury"], 2)];
    let mut escalation = pending(groups);
    assert_eq!(answer(&mut escalation, 1, vote(&one, Verdict::Allow, None)), Ok(()));
    let shouted = Reviewer { name: one.name.to_uppercase(), ..one.clone() };
    for again in [&one, &shouted] {
        assert_eq!(answer(&mut escalation, 1, vote(again, Verdict::Allow, None)), Err(Refused::Voted));
    }
    assert_eq!(answer(&mut escalation, 1, vote(&two, Verdict::Allow, None)), Ok(()));
    assert_eq!(escalation.state.phase(), EscalationPhase::Pending, "nobody of `soc` has agreed");
    assert_eq!(answer(&mut escalation, 1, vote(&both, Verdict::Allow, None)), Ok(()));
    assert_eq!(escalation.state.phase(), EscalationPhase::Approved);
}

#[test]
fn nobody_to_ask_is_never_enough() {
    for reviewers in [Vec::new(), vec![group("soc", &[], 1)], vec![group("soc", &["group:other"], 0)]] {
        let mut escalation = pending(reviewers);
        let soc = reviewer("soc-1", &["soc"]);
        assert_eq!(answer(&mut escalation, 1, vote(&soc, Verdict::Allow, None)), Err(Refused::NotAsked));
        assert!(!escalation.is_satisfied());
    }
    let mut escalation = pending(vec![group("soc", &["group:soc"], 0)]);
    assert_eq!(answer(&mut escalation, 1, vote(&reviewer("soc-1", &["soc"]), Verdict::Allow, None)), Ok(()));
    assert_eq!(
        escalation.state.phase(),
        EscalationPhase::Pending,
        "zero approvals is a mistake, not a licence"
    );
}

#[test]
fn the_principal_and_who_acts_for_it_do_not_vote() {
    let mut escalation = pending(vec![group("soc", &["group:soc", "user:owner"], 1)]);
    let mut owner = reviewer("owner", &["soc"]);
    owner.principals = vec![AGENT.to_owned()];
    let itself = reviewer(AGENT, &["soc"]);
    let (person, loud) = (reviewer("person", &["soc"]), reviewer("PERSON", &["soc"]));
    for own in [&owner, &itself, &person, &loud] {
        for verdict in [Verdict::Allow, Verdict::Deny] {
            let refused = answer(&mut escalation, 1, vote(own, verdict, Some("mine")));
            assert_eq!(refused, Err(Refused::OwnCall), "{own:?}");
        }
    }
    assert_eq!(escalation.version, 1);
}

#[test]
fn one_denial_ends_it_and_needs_a_reason() {
    let (one, two) = (reviewer("soc-1", &["soc"]), reviewer("soc-2", &["soc"]));
    let mut escalation = pending(vec![group("soc", &["group:soc"], 2)]);
    assert_eq!(answer(&mut escalation, 1, vote(&one, Verdict::Allow, None)), Ok(()));
    for empty in [None, Some(""), Some("  ")] {
        assert_eq!(answer(&mut escalation, 1, vote(&two, Verdict::Deny, empty)), Err(Refused::NoComment));
    }
    assert_eq!(answer(&mut escalation, 1, vote(&two, Verdict::Escalate, Some("x"))), Err(Refused::NotAVote));
    assert_eq!(answer(&mut escalation, 1, vote(&two, Verdict::Deny, Some("not at night"))), Ok(()));
    assert_eq!(escalation.state, State::Denied { comment: "not at night".to_owned(), until: at(601) });
    let over = Refused::NotPending(Phase(EscalationPhase::Denied));
    assert_eq!(answer(&mut escalation, 1, vote(&two, Verdict::Allow, None)), Err(over));
}

#[test]
fn a_no_holds_for_identical_calls_as_long_as_a_yes_would_or_until_it_is_lifted() {
    let (one, two) = (reviewer("soc-1", &["soc"]), reviewer("soc-2", &["soc"]));
    let no = vote(&one, Verdict::Deny, Some("not at night"));
    let lift = |comment| Input::Lift { reviewer: &two, comment };
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    assert_eq!(answer(&mut escalation, 1, lift("x")), Err(Refused::NotHeld(Phase(EscalationPhase::Pending))));
    assert_eq!(answer(&mut escalation, 1, no), Ok(()));
    assert_eq!((escalation.again(at(600)), escalation.again(at(601))), (Again::Denied, Again::Asks));
    // Whoever could have answered lifts it, says why, and does so once; nobody does it for their own agent.
    let (stranger, owner) = (reviewer("x", &["other"]), reviewer("person", &["soc"]));
    for (who, refused) in [(&stranger, Refused::NotAsked), (&owner, Refused::OwnCall)] {
        assert_eq!(answer(&mut escalation, 2, Input::Lift { reviewer: who, comment: "x" }), Err(refused));
    }
    assert_eq!(answer(&mut escalation, 2, lift(" ")), Err(Refused::NoComment));
    let before = escalation.version;
    let lifted = Happened::Lifted { reviewer: "soc-2".to_owned(), comment: "a mistake".to_owned() };
    assert_eq!(escalation.handle(at(3), lift(" a mistake ")), (vec![lifted], Ok(())));
    assert_eq!((escalation.version, escalation.again(at(3))), (before + 1, Again::Asks));
    assert_eq!(escalation.state.phase(), EscalationPhase::Denied, "this call is denied all the same");
    let over = Err(Refused::NotHeld(Phase(EscalationPhase::Denied)));
    assert_eq!(answer(&mut escalation, 4, lift("again")), over);
    assert!(answer(&mut escalation, 4, Input::Consume(&spend("d1"))).is_err());
    // Nor is anything lifted that is over.
    let mut late = pending(vec![group("soc", &["group:soc"], 1)]);
    assert_eq!(answer(&mut late, 1, no), Ok(()));
    assert_eq!(answer(&mut late, 601, lift("x")), over);
}

#[test]
fn who_agreed_may_think_again_until_it_is_decided() {
    let one = reviewer("soc-1", &["soc"]);
    let mut escalation = pending(vec![group("soc", &["group:soc"], 2)]);
    assert_eq!(answer(&mut escalation, 1, vote(&one, Verdict::Allow, None)), Ok(()));
    assert_eq!(answer(&mut escalation, 2, vote(&one, Verdict::Deny, Some("wrong host"))), Ok(()));
    assert_eq!(escalation.state.phase(), EscalationPhase::Denied);
}

#[test]
fn what_was_shown_is_what_is_approved() {
    let soc = reviewer("soc-1", &["soc"]);
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    let other = Input::Vote {
        reviewer: &soc,
        verdict: Verdict::Allow,
        digest: "sha256:other",
        comment: None,
        grant: None,
    };
    assert_eq!(answer(&mut escalation, 1, other), Err(Refused::OtherDigest));
    assert_eq!(answer(&mut escalation, 1, vote(&soc, Verdict::Allow, None)), Ok(()));
    for (field, request) in [
        ("agent", ConsumeRequest { agent: "spiffe://corp.example/other".to_owned(), ..spend("d1") }),
        ("digest", ConsumeRequest { digest: "sha256:other".to_owned(), ..spend("d1") }),
        ("rules_digest", ConsumeRequest { rules_digest: "sha256:other".to_owned(), ..spend("d1") }),
    ] {
        assert_eq!(answer(&mut escalation, 2, Input::Consume(&request)), Err(Refused::OtherCall(field)));
    }
    assert_eq!(answer(&mut escalation, 2, Input::Consume(&spend("d1"))), Ok(()));
}

#[test]
fn time_ends_questions_and_approvals() {
    let soc = reviewer("soc-1", &["soc"]);
    let mut late = pending(vec![group("soc", &["group:soc"], 1)]);
    let (happened, refused) = late.handle(at(900), vote(&soc, Verdict::Allow, None));
    assert_eq!(happened, [Happened::Expired]);
    assert_eq!(refused, Err(Refused::NotPending(Phase(EscalationPhase::Expired))));

    let mut unused = pending(vec![group("soc", &["group:soc"], 1)]);
    assert_eq!(answer(&mut unused, 899, vote(&soc, Verdict::Allow, None)), Ok(()));
    let (happened, refused) = unused.handle(at(899 + 600), Input::Consume(&spend("d1")));
    assert_eq!(happened, [Happened::Expired]);
    assert_eq!(refused, Err(Refused::NotApproved(Phase(EscalationPhase::Expired))));
}

#[test]
fn an_approval_can_be_taken_back_until_it_is_spent() {
    let soc = reviewer("soc-1", &["soc"]);
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    let revoke = Input::Revoke { reviewer: &soc, comment: "wrong host" };
    assert!(answer(&mut escalation, 1, revoke).is_err(), "there is nothing to take back");
    assert_eq!(answer(&mut escalation, 1, vote(&soc, Verdict::Allow, None)), Ok(()));
    assert_eq!(
        answer(&mut escalation, 1, Input::Revoke { reviewer: &soc, comment: " " }),
        Err(Refused::NoComment)
    );
    assert_eq!(answer(&mut escalation, 1, revoke), Ok(()));
    assert!(answer(&mut escalation, 1, Input::Consume(&spend("d1"))).is_err());
}

fn asking(reviewer: &Reviewer, grant: Option<&Asked>) -> (Escalation, Vec<Happened>) {
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    let input = Input::Vote { reviewer, verdict: Verdict::Allow, digest: DIGEST, comment: None, grant };
    let (happened, answer) = escalation.handle(at(1), input);
    assert_eq!(answer, Ok(()));
    (escalation, happened)
}

#[test]
fn a_grant_comes_only_of_votes_that_all_ask_for_the_same() {
    let one = NonZeroU32::MIN;
    let hour = Asked { uses: one, seconds: NonZeroU64::new(3_600).unwrap(), like: None };
    let minute = Asked { seconds: NonZeroU64::new(60).unwrap(), ..hour.clone() };
    let soc = reviewer("soc-1", &["soc"]);
    let granted =
        |happened: &[Happened]| happened.iter().any(|what| matches!(what, Happened::Granted { .. }));
    let (_, happened) = asking(&soc, Some(&hour));
    assert!(happened.contains(&Happened::Granted {
        asked: hour.clone(),
        by: vec!["soc-1".to_owned()],
        until: at(3_601)
    }));
    assert!(!granted(&asking(&soc, None).1));
    for (first, second, expected) in [
        (Some(&hour), Some(&hour), true),
        (Some(&hour), Some(&minute), false),
        (Some(&hour), None, false),
        (None, Some(&hour), false),
    ] {
        let mut escalation = pending(vec![group("soc", &["group:soc"], 2)]);
        let mut all = Vec::new();
        for (name, grant) in [("soc-1", first), ("soc-2", second)] {
            let reviewer = reviewer(name, &["soc"]);
            let input = Input::Vote {
                reviewer: &reviewer,
                verdict: Verdict::Allow,
                digest: DIGEST,
                comment: None,
                grant,
            };
            let (happened, answer) = escalation.handle(at(1), input);
            assert_eq!(answer, Ok(()));
            all.extend(happened);
        }
        assert_eq!(
            escalation.state.phase(),
            EscalationPhase::Approved,
            "the one call is approved either way"
        );
        assert_eq!(granted(&all), expected, "{first:?} {second:?}");
    }
    let mut escalation = pending(vec![group("soc", &["group:soc"], 1)]);
    let no = Input::Vote {
        reviewer: &soc,
        verdict: Verdict::Deny,
        digest: DIGEST,
        comment: Some("no"),
        grant: Some(&hour),
    };
    assert_eq!(answer(&mut escalation, 1, no), Err(Refused::DeniesAndGrants));
}

#[test]
fn what_a_grant_covers_is_approved_no_longer_than_the_grant_lasts() {
    let mut escalation = pending(vec![group("soc", &["group:soc"], 2)]);
    let (happened, covered) = escalation.handle(at(1), Input::Cover { grant: "g", until: at(50) });
    assert_eq!(covered, Ok(()));
    assert_eq!(happened, [Happened::Approved { until: at(50), grant: Some("g".to_owned()) }]);
    assert!(
        answer(&mut escalation, 2, Input::Cover { grant: "g", until: at(50) }).is_err(),
        "once is enough"
    );
    assert!(answer(&mut escalation, 50, Input::Consume(&spend("d1"))).is_err());
    let mut long = pending(vec![group("soc", &["group:soc"], 2)]);
    assert_eq!(answer(&mut long, 1, Input::Cover { grant: "g", until: at(99_999) }), Ok(()));
    assert_eq!(long.state, State::Approved { until: at(601) });
}

/// What two reviewers, two gates and the clock may do, each at most so often. Every order is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Move {
    Allow(usize),
    Deny(usize),
    Spend(usize),
    Cancel,
    Revoke(usize),
    Lift,
    /// Whoever asks, the agent or the person behind it, votes for it.
    Own(usize),
    Cover,
    Pass(u64),
}

#[test]
fn in_every_order_of_events_it_is_spent_at_most_once_and_never_after_a_no() {
    const MOVES: [Move; 14] = [
        Move::Allow(0),
        Move::Allow(1),
        Move::Deny(0),
        Move::Deny(1),
        Move::Spend(0),
        Move::Spend(1),
        Move::Cancel,
        Move::Revoke(0),
        Move::Lift,
        Move::Own(0),
        Move::Own(1),
        Move::Cover,
        Move::Pass(601),
        Move::Pass(901),
    ];
    let mut orders = 0;
    for needed in 0..=2 {
        let mut order = Vec::new();
        explore(needed, &MOVES, &mut order, &mut orders);
    }
    assert!(orders > 100_000, "only {orders} orders were tried");
}

/// Goes through all sequences of up to five moves.
fn explore(needed: u32, moves: &[Move], order: &mut Vec<Move>, orders: &mut u32) {
    *orders += 1;
    play(needed, order);
    if order.len() == 5 {
        return;
    }
    for (number, next) in moves.iter().enumerate() {
        let mut rest = moves.to_vec();
        // Spending may be tried again; the rest comes once.
        if !matches!(next, Move::Spend(_)) {
            rest.remove(number);
        }
        order.push(*next);
        explore(needed, &rest, order, orders);
        order.pop();
    }
}

/// Plays one order against the rules as they are told, not as they are built.
fn play(needed: u32, order: &[Move]) {
    let reviewers = [reviewer("soc-1", &["soc"]), reviewer("soc-2", &["soc"])];
    let own = [reviewer(AGENT, &["soc"]), reviewer("person", &["soc"])];
    let mut escalation = pending(vec![group("soc", &["group:soc"], needed)]);
    let mut covered = false;
    let mut now = 0;
    let mut yes: BTreeSet<usize> = BTreeSet::new();
    let mut over = false;
    let mut denied_at = None;
    let mut lifted = false;
    let mut approved_at = None;
    let mut spent_on = None;
    for (step, next) in order.iter().enumerate() {
        now += 1;
        let version = escalation.version;
        let pending_now = !over && approved_at.is_none() && spent_on.is_none() && now < 900;
        let approved_now = !over && spent_on.is_none() && approved_at.is_some_and(|at: u64| now < at + 600);
        let (happened, answer) = match *next {
            Move::Pass(seconds) => {
                now += seconds;
                escalation.handle(at(now), Input::Tick)
            }
            Move::Allow(who) => escalation.handle(at(now), vote(&reviewers[who], Verdict::Allow, None)),
            Move::Deny(who) => escalation.handle(at(now), vote(&reviewers[who], Verdict::Deny, Some("no"))),
            Move::Own(who) => escalation.handle(at(now), vote(&own[who], Verdict::Allow, None)),
            Move::Cover => {
                escalation.handle(at(now), Input::Cover { grant: "g", until: at(u64::from(u32::MAX)) })
            }
            Move::Spend(which) => escalation.handle(at(now), Input::Consume(&spend(&format!("d{which}")))),
            Move::Cancel => escalation.handle(at(now), Input::Cancel),
            Move::Revoke(who) => {
                escalation.handle(at(now), Input::Revoke { reviewer: &reviewers[who], comment: "no" })
            }
            Move::Lift => escalation.handle(at(now), Input::Lift { reviewer: &reviewers[1], comment: "yes" }),
        };
        let context = || format!("{order:?}, step {step}, {needed} needed");
        assert_eq!(escalation.version - version, happened_changes(&happened), "{}", context());
        let expected = match *next {
            Move::Pass(_) => true,
            Move::Allow(who) => pending_now && yes.insert(who),
            Move::Deny(_) => pending_now,
            Move::Own(_) => false,
            Move::Cover => pending_now,
            Move::Spend(which) => approved_now || spent_on == Some(which),
            Move::Cancel => pending_now || escalation.state == State::Cancelled,
            Move::Revoke(_) => approved_now,
            Move::Lift => !lifted && denied_at.is_some_and(|at: u64| now < at + 600),
        };
        assert_eq!(answer.is_ok(), expected, "{}", context());
        if answer.is_ok() {
            match *next {
                Move::Allow(_) if needed > 0 && yes.len() >= needed as usize => approved_at = Some(now),
                Move::Cover => (approved_at, covered) = (Some(now), true),
                Move::Deny(_) => (over, denied_at) = (true, Some(now)),
                Move::Cancel | Move::Revoke(_) => over = true,
                Move::Lift => lifted = true,
                Move::Spend(which) => spent_on = Some(which),
                _ => {}
            }
        }
        let spent = matches!(escalation.state, State::Consumed { .. });
        assert_eq!(spent, spent_on.is_some(), "{}", context());
        assert!(!spent || covered || (needed > 0 && yes.len() >= needed as usize), "{}", context());
        assert!(!spent || denied_at.is_none(), "{}", context());
        // An identical call: only a person's no that holds refuses it, and nothing else; and nobody is asked a second
        // time while there is a question, or its answer, that it can join.
        let open = match approved_at {
            None => now < 900,
            Some(at) => now < at + 600,
        };
        let again = match denied_at {
            Some(at) if !lifted && now < at + 600 => Again::Denied,
            None if !over && spent_on.is_none() && open => Again::Joins,
            _ => Again::Asks,
        };
        assert_eq!(escalation.again(at(now)), again, "{}", context());
    }
}

/// A vote and what it decides are two changes, everything else is one.
fn happened_changes(happened: &[Happened]) -> u64 {
    let denied = happened.iter().any(|what| matches!(what, Happened::Denied { .. }));
    // A denial's vote and its end are one change of the state.
    happened.len() as u64 - u64::from(denied)
}

#[test]
fn others_may_answer_once_a_group_has_not_and_it_needs_as_many_as_before() {
    let (soc, night) = (reviewer("soc-1", &["soc"]), reviewer("night-1", &["night"]));
    let mut asked = group("soc", &["group:soc"], 2);
    asked.otherwise =
        Some(Otherwise { name: "night".to_owned(), members: vec!["group:night".to_owned()], after: 300 });
    let mut escalation = pending(vec![asked, group("other", &["group:soc"], 1)]);
    escalation.otherwise_at = Escalation::first_otherwise(at(0), &escalation.reviewers);
    assert_eq!(answer(&mut escalation, 299, vote(&night, Verdict::Allow, None)), Err(Refused::NotAsked));
    assert_eq!(
        answer(&mut escalation, 299, vote(&night, Verdict::Deny, Some("no"))),
        Err(Refused::NotAsked),
        "nor do they deny before"
    );
    let widened = Happened::Widened { groups: vec!["soc".to_owned()], to: vec!["night".to_owned()] };
    let before = escalation.version;
    assert_eq!(escalation.handle(at(300), Input::Tick), (vec![widened], Ok(())));
    assert_eq!(escalation.version, before, "what a reviewer looks at has not changed");
    assert_eq!(escalation.handle(at(301), Input::Tick), (Vec::new(), Ok(())), "once");
    assert_eq!(answer(&mut escalation, 301, vote(&night, Verdict::Allow, None)), Ok(()));
    assert_eq!(escalation.state.phase(), EscalationPhase::Pending, "two are needed, whoever they are");
    assert_eq!(answer(&mut escalation, 302, vote(&soc, Verdict::Allow, None)), Ok(()));
    assert_eq!(escalation.state.phase(), EscalationPhase::Approved);
}

#[test]
fn nobody_is_asked_instead_once_it_is_over() {
    let mut asked = group("soc", &["group:soc"], 1);
    asked.otherwise =
        Some(Otherwise { name: "night".to_owned(), members: vec!["group:night".to_owned()], after: 300 });
    let mut escalation = pending(vec![asked]);
    escalation.otherwise_at = Escalation::first_otherwise(at(0), &escalation.reviewers);
    assert_eq!(escalation.handle(at(900), Input::Tick), (vec![Happened::Expired], Ok(())));
}
