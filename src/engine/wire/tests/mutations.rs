//! Streams put together from pieces of the recorded ones: whatever is accepted must be written so that it
//! reads as the calls that were released, and nothing else.

use super::cases::{Case, cases};
use super::{Framing, lines, reread, run, text};
use proptest::prelude::*;
use proptest::sample::Index;

#[derive(Debug, Clone)]
enum Mutation {
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Borrow(Index, Index),
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let one = prop_oneof![
        any::<Index>().prop_map(Mutation::Drop),
        any::<Index>().prop_map(Mutation::Repeat),
        any::<(Index, Index)>().prop_map(|(a, b)| Mutation::Swap(a, b)),
        any::<(Index, Index)>().prop_map(|(at, from)| Mutation::Borrow(at, from)),
    ];
    prop::collection::vec(one, 0..4)
}

fn mutated(case: &Case, all: &[Case], mutations: &[Mutation]) -> String {
    let mut events: Vec<&str> = case.input.split_inclusive("\n\n").collect();
    let others = all.iter().filter(|other| other.api == case.api && other.framing == Framing::Events);
    let others: Vec<&str> = others.flat_map(|other| other.input.split_inclusive("\n\n")).collect();
    for mutation in mutations {
        match mutation {
            Mutation::Drop(at) if events.len() > 1 => drop(events.remove(at.index(events.len()))),
            Mutation::Drop(_) => {}
            Mutation::Repeat(at) => {
                let at = at.index(events.len());
                events.insert(at, events[at]);
            }
            Mutation::Swap(a, b) => {
                let (a, b) = (a.index(events.len()), b.index(events.len()));
                events.swap(a, b);
            }
            Mutation::Borrow(at, from) => {
                events.insert(at.index(events.len()), others[from.index(others.len())])
            }
        }
    }
    events.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_is_written_as_what_was_released(
        which in any::<Index>(), mutations in mutations(), refused in any::<u8>(),
    ) {
        let all = cases();
        let streams: Vec<&Case> = all.iter().filter(|case| case.framing == Framing::Events).collect();
        let case = which.get(&streams);
        let input = mutated(case, &all, &mutations);
        let refuses = |call: usize, _: usize| refused & (1 << (call % 8)) != 0;
        let whole = run(case.api, case.framing, [input.as_bytes()], refuses);
        prop_assert!(input.as_bytes().starts_with(&whole.passed));

        let released = run(case.api, case.framing, [input.as_bytes()], |_, _| false);
        if whole.error.is_none() {
            prop_assert_eq!(text(&released.output), &input);
            let calls = whole.calls.iter().enumerate();
            let expected: Vec<_> =
                calls.filter(|(call, _)| !refuses(*call, 0)).map(|(_, call)| call.clone()).collect();
            let again = run(case.api, case.framing, [whole.output.as_slice()], |_, _| false);
            prop_assert_eq!(again.error, None, "{}", text(&whole.output));
            prop_assert_eq!(lines(&again.calls), lines(&expected));
        } else {
            prop_assert_eq!(lines(&reread(case.api, case.framing, &whole.output)), "");
        }
    }
}
