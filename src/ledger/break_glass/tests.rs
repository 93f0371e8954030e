//! All interleavings of two people, one of whom has two ways to sign in, and the clock.

use super::*;
use crate::escalation::Membership;
use crate::testing::AGENT;
use std::collections::BTreeSet;
use toolgate_engine::protocol::Assurance;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(0) + Span::from_secs(seconds)
}

fn person(name: &str, principals: &[&str]) -> Reviewer {
    Reviewer {
        name: name.to_owned(),
        groups: Membership::Every,
        principals: principals.iter().map(|principal| (*principal).to_owned()).collect(),
        assurance: Assurance::Local,
    }
}

fn asked() -> BreakGlass {
    BreakGlass {
        id: "019ac1c7-0000-7000-8000-000000000001".to_owned(),
        principal: AGENT.to_owned(),
        policy: "platform".to_owned(),
        reason: "the release is stuck".to_owned(),
        length: Span::from_secs(1_800),
        asked_by: "soc-1".to_owned(),
        asked: at(0),
        state: State::Asked { until: at(900) },
    }
}

#[test]
fn another_person_makes_it_hold_for_its_time_and_no_longer() {
    let mut glass = asked();
    let (one, two) = (person("soc-1", &[]), person("soc-2", &[]));
    assert_eq!(glass.statement("log"), None);
    assert_eq!(glass.handle(at(1), Input::Confirm(&one)).1, Err(Refused::SamePerson));
    let in_other_letters = person("SOC-1", &[]);
    assert_eq!(glass.handle(at(1), Input::Confirm(&in_other_letters)).1, Err(Refused::SamePerson));
    let owner = person("soc-3", &[AGENT]);
    assert_eq!(glass.handle(at(1), Input::Confirm(&owner)).1, Err(Refused::OwnAgent));
    assert_eq!(glass.handle(at(2), Input::Confirm(&two)), (Some(Happened::Confirmed), Ok(())));
    let statement = glass.statement("log.corp.example").unwrap();
    assert_eq!((statement.from, statement.until), (at(2), at(1_802)));
    assert_eq!(statement.check(), Ok(()));
    assert_eq!(glass.handle(at(3), Input::Confirm(&two)).1, Err(Refused::NotAsked("active")));
    assert_eq!(glass.handle(at(1_801), Input::Tick), (None, Ok(())));
    assert_eq!(
        glass.handle(at(1_802), Input::End(&two)),
        (Some(Happened::Expired), Err(Refused::NotActive("expired")))
    );
    assert_eq!(glass.statement("log"), None);
}

#[test]
fn nobody_confirms_what_waited_too_long() {
    let mut glass = asked();
    let two = person("soc-2", &[]);
    assert_eq!(
        glass.handle(at(900), Input::Confirm(&two)),
        (Some(Happened::Expired), Err(Refused::NotAsked("expired")))
    );
}

#[test]
fn what_cannot_be_signed_is_not_asked() {
    for change in [
        (|glass| glass.length = Span::from_secs(4 * 3_600 + 1)) as fn(&mut BreakGlass),
        |glass| glass.length = Span::default(),
        |glass| glass.reason = "two\nlines".to_owned(),
        |glass| glass.reason.clear(),
        |glass| glass.principal = "a\u{1b}[2J".to_owned(),
        |glass| glass.policy.clear(),
    ] {
        let mut glass = asked();
        assert_eq!(glass.check(), Ok(()));
        change(&mut glass);
        assert!(glass.check().is_err(), "{glass:?}");
    }
}

/// Everything that two people and the clock can do, in every order: the states that are reached, each looked at once.
#[test]
fn in_no_order_does_one_person_alone_or_a_late_one_make_it_hold() {
    let people = [person("soc-1", &[]), person("Soc-1", &[]), person("soc-2", &[])];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    // Time moves over every edge: before and at the end of asking, before and at the end of holding.
    let times = [0, 1, 899, 900, 1_799, 1_800, 2_699, 2_700];
    let mut open = vec![(0, asked())];
    while let Some((step, glass)) = open.pop() {
        if !seen.insert(format!("{step} {glass:?}")) {
            continue;
        }
        reached.insert(glass.state.name());
        let now = at(times[step]);
        if step + 1 < times.len() {
            open.push((step + 1, glass.clone()));
        }
        let mut inputs = vec![Input::Tick];
        for person in &people {
            inputs.extend([
                Input::Confirm(person),
                Input::Refuse(person),
                Input::Cancel(person),
                Input::End(person),
            ]);
        }
        for input in inputs {
            let before = glass.state.clone();
            let mut after = glass.clone();
            let (happened, answer) = after.handle(now, input);
            assert_eq!(happened.is_some(), before != after.state, "{before:?} {input:?}");
            let over = before.until().is_some_and(|until| until <= now);
            match &after.state {
                State::Active { by, since, until } => {
                    assert_eq!(by, "soc-2", "one person alone made it hold");
                    assert!(
                        *until == *since + glass.length && now < *until,
                        "it holds longer than was asked"
                    );
                    assert!(*since < at(900), "it was confirmed too late");
                    if before != after.state {
                        assert!(matches!((&before, input), (State::Asked { .. }, Input::Confirm(_))));
                    }
                }
                State::Asked { until } => assert!(now < *until),
                State::Expired => assert!(over || before == State::Expired),
                State::Ended { .. } | State::Refused { .. } | State::Cancelled => {
                    assert!(!over, "what is over is over");
                }
            }
            // What ended never begins again.
            if before.until().is_none() {
                assert_eq!(before, after.state);
                assert!(answer.is_err() || matches!(input, Input::Tick));
            }
            open.push((step, after));
        }
    }
    let all = ["active", "asked", "cancelled", "ended", "expired", "refused"];
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), all);
}
