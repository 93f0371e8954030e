//! Every note that is none: forged, of another, by too few, too long, in another form.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_795_362_187_000_000) + Span::from_secs(seconds)
}

fn ledger() -> Signer {
    Signer::new("log.corp.example", &[7; 32]).unwrap()
}

fn person(name: &str, seed: u8) -> Signer {
    Signer::new(name, &[seed; 32]).unwrap()
}

fn statement(by: By) -> Statement {
    Statement {
        by,
        id: "019ac1c7-0000-7000-8000-000000000001".to_owned(),
        principal: "spiffe://corp.example/ns/dev/sa/coder".to_owned(),
        policy: "test".to_owned(),
        from: at(0),
        until: at(1_800),
        reason: "the release is stuck".to_owned(),
    }
}

fn of_ledger() -> Statement {
    let (asked, confirmed) = ("soc-1".to_owned(), "soc-2".to_owned());
    statement(By::Ledger { origin: "log.corp.example".to_owned(), asked, confirmed })
}

#[test]
fn what_the_ledger_signed_holds_for_its_principal_policy_and_time() {
    let note = of_ledger().sign(&ledger()).unwrap();
    let glass = Glass::of_ledger(&note, ledger().verifier()).unwrap();
    assert_eq!(glass.statement(), &of_ledger());
    assert!(!glass.is_offline());
    let principal = Some("spiffe://corp.example/ns/dev/sa/coder");
    assert!(glass.covers(principal, "test", at(0)) && glass.covers(principal, "test", at(1_799)));
    assert!(!glass.covers(principal, "test", at(1_800)), "the end is no part of it");
    assert!(!glass.covers(principal, "test", Timestamp::from_micros(at(0).as_micros() - 1)));
    assert!(!glass.covers(principal, "another", at(1)));
    assert!(!glass.covers(Some("spiffe://corp.example/ns/dev/sa/coder2"), "test", at(1)));
    assert!(!glass.covers(None, "test", at(1)));
}

#[test]
fn a_note_changed_anywhere_is_none() {
    let note = of_ledger().sign(&ledger()).unwrap();
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(Glass::of_ledger(&changed, ledger().verifier()).is_err(), "byte {at}");
        }
    }
}

#[test]
fn only_the_configured_ledger_says_so() {
    let stranger = Signer::new("log.corp.example", &[8; 32]).unwrap();
    let note = of_ledger().sign(&stranger).unwrap();
    assert!(matches!(
        Glass::of_ledger(&note, ledger().verifier()),
        Err(GlassError::Note(NoteError::Unsigned(_)))
    ));
    // A ledger of another name with a key that is known here under that name.
    let other = Signer::new("other.example", &[7; 32]).unwrap();
    let note = of_ledger().sign(&other).unwrap();
    assert!(Glass::of_ledger(&note, other.verifier()).is_err(), "it speaks for another ledger");
    let alone = statement(By::Ledger {
        origin: "log.corp.example".to_owned(),
        asked: "soc-1".to_owned(),
        confirmed: "SOC-1".to_owned(),
    });
    let note = alone.sign(&ledger()).unwrap();
    assert_eq!(Glass::of_ledger(&note, ledger().verifier()), Err(GlassError::Signatures(1)));
    let note = statement(By::People).sign(&ledger()).unwrap();
    assert!(Glass::of_ledger(&note, ledger().verifier()).is_err());
}

#[test]
fn two_people_sign_without_the_ledger() {
    let (one, two) = (person("soc-1", 1), person("soc-2", 2));
    let known = [one.verifier().clone(), two.verifier().clone()];
    let first = statement(By::People).sign(&one).unwrap();
    assert_eq!(Glass::of_people(&first, &known), Err(GlassError::Signatures(1)));
    let both = two.cosign(&first).unwrap();
    let glass = Glass::of_people(&both, &known).unwrap();
    assert!(glass.is_offline());
    let recorded = glass.recorded();
    assert_eq!((recorded.asked.as_str(), recorded.confirmed.as_str()), ("soc-1", "soc-2"));

    let stranger = person("soc-3", 3);
    let with_stranger = stranger.cosign(&first).unwrap();
    assert_eq!(Glass::of_people(&with_stranger, &known), Err(GlassError::Signatures(1)));
    let twice = one.cosign(&first).unwrap();
    assert_eq!(Glass::of_people(&twice, &known), Err(GlassError::Signatures(1)), "one person, two lines");
    // One key under two names, and two keys of one name, are one person each.
    for again in [person("soc-9", 1), person("SOC-1", 9)] {
        let known = [one.verifier().clone(), again.verifier().clone()];
        let note = again.cosign(&first).unwrap();
        assert_eq!(Glass::of_people(&note, &known), Err(GlassError::Signatures(1)));
    }
    let ledgers = two.cosign(&of_ledger().sign(&one).unwrap()).unwrap();
    assert!(Glass::of_people(&ledgers, &known).is_err(), "people do not speak for the ledger");
    assert!(Glass::of_people(&both, &[]).is_err());
}

#[test]
fn it_is_bounded_and_has_one_form() {
    let mut long = of_ledger();
    long.until = long.from + LONGEST;
    assert!(long.check().is_ok());
    long.until = long.until + Span::from_millis(1);
    assert_eq!(long.check(), Err(GlassError::Length));
    // Signed all the same, by somebody whose program does not look.
    let note = ledger().sign(&long.to_string()).unwrap();
    assert_eq!(Glass::of_ledger(&note, ledger().verifier()), Err(GlassError::Length));
    let mut no_time = of_ledger();
    no_time.until = no_time.from;
    assert_eq!(no_time.check(), Err(GlassError::Length));
    for hostile in ["", "two\nlines", "a\u{7f}", "\u{85}"] {
        let mut bad = of_ledger();
        bad.principal = hostile.to_owned();
        assert!(bad.check().is_err(), "{hostile:?}");
    }
    let text = of_ledger().to_string();
    for (from, to) in [
        ("reason the", "reason  the\nreason the"),
        ("principal ", "principal spiffe://x\nprincipal "),
        (".000000Z", "Z"),
        ("Z\nuntil", "+00:00\nuntil"),
        ("by ledger", "by somebody"),
        ("toolgate break-glass", "toolgate bundle"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(Statement::read(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}
