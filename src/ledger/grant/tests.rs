//! What a grant covers, and that it never covers more.

use super::*;
use crate::testing::{AGENT, DIGEST};
use toolgate_engine::time::Span;

const LIMITS: Limits = Limits { most_uses: 20, most_seconds: 3_600 };

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(0) + Span::from_secs(seconds)
}

fn call<'a>(arguments: &'a str, effects: &'a [String]) -> Call<'a> {
    Call { agent: AGENT, tool: "Bash", digest: DIGEST, rules_digest: "sha256:cc", arguments, effects }
}

fn lines(effects: &[&str]) -> Vec<String> {
    effects.iter().map(|line| (*line).to_owned()).collect()
}

fn asked(arguments: &[(&str, &str)], effects: &[&str]) -> Asked {
    let patterns = arguments.iter().map(|(at, pattern)| ((*at).to_owned(), (*pattern).to_owned()));
    let like = Like { arguments: patterns.collect(), effects: lines(effects) };
    Asked { uses: NonZeroU32::MIN, seconds: NonZeroU64::MIN, like: Some(like) }
}

#[test]
fn a_star_is_any_text_and_nothing_else_means_anything() {
    for (pattern, text, met) in [
        ("", "", true),
        ("", "x", false),
        ("*", "", true),
        ("a*", "abc", true),
        ("*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "acb", false),
        ("a*b*c", "aXbYc", true),
        ("a*b*c", "abc", true),
        ("a*a", "a", false),
        ("[a]?", "a?", false),
        ("a**b", "ab", true),
        ("*.csv", "x.csv.exe", false),
    ] {
        assert_eq!(matches(pattern, text), met, "{pattern} {text}");
    }
    let many = format!("{}b", "a*".repeat(2_000));
    assert!(!matches(&many, &"a".repeat(100_000)), "bounded, whatever is asked");
}

#[test]
fn arguments_left_alone_stay_as_they_are() {
    let effects = lines(&["file.delete /srv/x"]);
    let scope = asked(&[("/path", "/srv/*")], &[])
        .scope(&call(r#"{"path":"/srv/x","force":true,"n":1.0}"#, &effects))
        .unwrap();
    for (arguments, covered) in [
        (r#"{"n":1.0,"force":true,"path":"/srv/y"}"#, true),
        (r#"{"n":1.0,"force":true,"path":"/etc/y"}"#, false),
        (r#"{"n":1.0,"force":false,"path":"/srv/y"}"#, false),
        (r#"{"n":1,"force":true,"path":"/srv/y"}"#, false),
        (r#"{"force":true,"path":"/srv/y"}"#, false),
        (r#"{"n":1.0,"force":true,"path":"/srv/y","more":1}"#, false),
        (r#"{"n":1.0,"force":true,"path":["/srv/y"]}"#, false),
        (r#"{"n":1.0,"force":true,"path":7}"#, false),
        (r#"{"n":1.0,"force":true,"path":"/srv/y","path":"/srv/y"}"#, false),
        ("not json", false),
    ] {
        assert_eq!(scope.covers(&call(arguments, &effects)), covered, "{arguments}");
    }
}

#[test]
fn a_pattern_over_a_text_covers_no_other_effect() {
    let effects = lines(&["file.list /srv/x"]);
    let ask = asked(&[("/command", "ls *")], &[]);
    let scope = ask.scope(&call(r#"{"command":"ls /srv/x"}"#, &effects)).unwrap();
    let more = lines(&["file.list /srv/x", "file.delete /"]);
    assert!(scope.covers(&call(r#"{"command":"ls -l /srv/x"}"#, &effects)));
    assert!(!scope.covers(&call(r#"{"command":"ls /srv/x; rm -r /"}"#, &more)));
    let unknown = lines(&["file.list /srv/x", "not understood: a variable"]);
    assert!(!scope.covers(&call(r#"{"command":"ls $X"}"#, &unknown)));
    assert!(
        !scope.covers(&call(r#"{"command":"ls /srv/x"}"#, &[])),
        "no effect is an error, not an all-clear"
    );

    let wider = asked(&[("/command", "ls *")], &["file.list /srv/*"]);
    let wider = wider.scope(&call(r#"{"command":"ls /srv/x"}"#, &effects)).unwrap();
    assert!(wider.covers(&call(r#"{"command":"ls /srv/y"}"#, &lines(&["file.list /srv/y"]))));
    assert!(!wider.covers(&call(r#"{"command":"ls /etc"}"#, &lines(&["file.list /etc"]))));
}

#[test]
fn the_words_of_an_effect_are_no_pattern() {
    let effects = lines(&["file.delete /srv/**"]);
    let scope = asked(&[("/path", "*")], &[]).scope(&call(r#"{"path":"/srv"}"#, &effects)).unwrap();
    assert!(!scope.covers(&call(r#"{"path":"/srv/a"}"#, &lines(&["file.delete /srv/a/b"]))));
}

#[test]
fn what_cannot_be_granted_is_refused() {
    let effects = lines(&["file.list /srv/x"]);
    let doubtful = [
        "not understood: an option",
        "and 7 more, which only the arguments show",
        "deletes everything below a directory that is decided when it runs",
        "runs `mytool`",
        "runs code in `python`",
        "deletes `/srv/x…`",
        "deletes `/srv/\u{fffd}`",
    ];
    let good = r#"{"command":"ls /srv/x","n":1}"#;
    let refusal = |ask: &Asked, arguments: &str, effects: &[String]| ask.scope(&call(arguments, effects));
    let plain = asked(&[], &[]);
    assert!(refusal(&plain, good, &effects).is_ok());
    for line in doubtful {
        let effects = lines(&["file.list /srv/x", line]);
        assert_eq!(refusal(&plain, good, &effects), Err(NotGranted::NotFollowed), "{line}");
        let same = Asked { like: None, ..plain.clone() };
        assert!(refusal(&same, good, &effects).is_ok(), "the same call can be granted");
    }
    for arguments in ["", "[]", "{}", "text", "7"] {
        assert_eq!(refusal(&plain, arguments, &effects), Err(NotGranted::NotCompared), "{arguments}");
    }
    for at in ["/n", "/other", "", "command"] {
        let refused = refusal(&asked(&[(at, "*")], &[]), good, &effects);
        assert_eq!(refused, Err(NotGranted::NoSuchArgument(at.to_owned())));
    }
    assert_eq!(
        refusal(&asked(&[("/command", "rm *")], &[]), good, &effects),
        Err(NotGranted::NotMet("/command".to_owned()))
    );
    assert_eq!(
        refusal(&asked(&[], &["file.delete *"]), good, &effects),
        Err(NotGranted::NotMet("file.list /srv/x".to_owned()))
    );
    let long = Asked { uses: NonZeroU32::new(21).unwrap(), ..plain.clone() };
    assert_eq!(long.within(LIMITS), Err(NotGranted::Limits(20, 3_600)));
    assert_eq!(plain.within(LIMITS), Ok(()));
    assert_eq!(plain.within(Limits::default()), Err(NotGranted::Limits(0, 0)));
    assert_eq!(refusal(&asked(&[], &["x"; 65]), good, &effects), Err(NotGranted::TooMany));
}

fn grant(uses: u32) -> Grant {
    Grant {
        id: "g".to_owned(),
        agent: AGENT.to_owned(),
        tool: "Bash".to_owned(),
        rules_digest: "sha256:cc".to_owned(),
        scope: Some(Scope::Same { digest: DIGEST.to_owned() }),
        state: State::Open { until: at(100), left: NonZeroU32::new(uses).unwrap() },
    }
}

#[test]
fn it_is_for_one_agent_one_tool_and_the_same_rules() {
    let good = call("{}", &[]);
    for other in [
        Call { agent: "spiffe://corp.example/other", ..good },
        Call { agent: "", ..good },
        Call { tool: "bash", ..good },
        Call { digest: "sha256:bb", ..good },
        Call { rules_digest: "sha256:dd", ..good },
    ] {
        assert_eq!(grant(1).handle(at(1), Input::Use(&other)), (None, Err(Refused::NotCovered)), "{other:?}");
    }
    let nobody = Grant { agent: String::new(), ..grant(1) };
    assert!(nobody.clone().handle(at(1), Input::Use(&Call { agent: "", ..good })).1.is_err());
    let erased = Grant { scope: None, ..grant(1) };
    assert!(erased.clone().handle(at(1), Input::Use(&good)).1.is_err());
}

/// Every order of uses, time and a revocation, up to seven of them.
#[test]
fn it_is_never_used_more_often_nor_later_nor_after_it_was_taken_back() {
    #[derive(Clone, Copy)]
    enum Move {
        Use,
        Pass(u64),
        Revoke,
    }
    fn play(order: &mut Vec<Move>, orders: &mut u32) {
        let (mut grant, mut now, mut used, mut revoked) = (grant(2), 0, 0, false);
        let call = call("{}", &[]);
        for next in &*order {
            let open = !revoked && now < 100 && used < 2;
            match next {
                Move::Use => {
                    assert_eq!(grant.handle(at(now), Input::Use(&call)).1.is_ok(), open);
                    used += u32::from(open);
                }
                Move::Pass(seconds) => {
                    now += seconds;
                    assert!(grant.handle(at(now), Input::Tick).1.is_ok());
                }
                Move::Revoke => {
                    assert_eq!(grant.handle(at(now), Input::Revoke).1.is_ok(), open);
                    revoked |= open;
                }
            }
        }
        *orders += 1;
        if order.len() < 7 {
            for next in [Move::Use, Move::Pass(40), Move::Pass(100), Move::Revoke] {
                order.push(next);
                play(order, orders);
                order.pop();
            }
        }
    }
    let mut orders = 0;
    play(&mut Vec::new(), &mut orders);
    assert_eq!(orders, (0..=7).map(|length| 4_u32.pow(length)).sum::<u32>());
}
