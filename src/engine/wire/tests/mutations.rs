//! Streams put together from pieces of the recorded ones: whatever is accepted must be written so that it
//! reads as the calls that were released, and nothing else.

use super::cases::{Case, cases, encoded, events, joined};
use super::{Framing, lines, reread, run};
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

fn mutated(case: &Case, all: &[Case], mutations: &[Mutation]) -> Vec<u8> {
    let mut stream: Vec<&str> = events(case.framing, case.input);
    let others = all.iter().filter(|other| (other.api, other.framing) == (case.api, case.framing));
    let others: Vec<&str> = others.flat_map(|other| events(other.framing, other.input)).collect();
    for mutation in mutations {
        match mutation {
            Mutation::Drop(at) if stream.len() > 1 => drop(stream.remove(at.index(stream.len()))),
            Mutation::Drop(_) => {}
            Mutation::Repeat(at) => {
                let at = at.index(stream.len());
                stream.insert(at, stream[at]);
            }
            Mutation::Swap(a, b) => {
                let (a, b) = (a.index(stream.len()), b.index(stream.len()));
                stream.swap(a, b);
            }
            Mutation::Borrow(at, from) => {
                stream.insert(at.index(stream.len()), others[from.index(others.len())])
            }
        }
    }
    encoded(case.framing, &joined(case.framing, &stream))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_is_written_as_what_was_released(
        which in any::<Index>(), mutations in mutations(), refused in any::<u8>(),
    ) {
        let all = cases();
        let streams: Vec<&Case> = all.iter().filter(|case| case.framing != Framing::Document).collect();
        let case = which.get(&streams);
        let input = mutated(case, &all, &mutations);
        let refuses = |call: usize, _: usize| refused & (1 << (call % 8)) != 0;
        let whole = run(case.api, case.framing, [input.as_slice()], refuses);
        prop_assert!(input.starts_with(&whole.passed));

        let released = run(case.api, case.framing, [input.as_slice()], |_, _| false);
        if whole.error.is_none() {
            prop_assert_eq!(&released.output, &input);
            let calls = whole.calls.iter().enumerate();
            let expected: Vec<_> =
                calls.filter(|(call, _)| !refuses(*call, 0)).map(|(_, call)| call.clone()).collect();
            let again = run(case.api, case.framing, [whole.output.as_slice()], |_, _| false);
            prop_assert_eq!(again.error, None, "{}", case.shown(&whole.output));
            prop_assert_eq!(lines(&again.calls), lines(&expected));
        } else {
            prop_assert_eq!(lines(&reread(case.api, case.framing, &whole.output)), "");
        }
    }
}
