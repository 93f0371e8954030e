//! `toolgate freeze` and `break-glass`: what people order about a principal.

use crate::process::{Place, Serving, run, text, toolgate};
use std::fs;
use std::process::{Output, Stdio};
use toolgate_engine::break_glass::Glass;
use toolgate_engine::note::Verifier;

const AGENT: &str = "spiffe://corp.example/ns/finance/sa/trade-recon";

struct Watched {
    place: Place,
    serving: Serving,
}

impl Watched {
    fn new() -> Self {
        let place = Place::new();
        for name in ["soc-2", "developer", "auditor-1"] {
            fs::write(place.path().join(format!("{name}.token")), format!("{name}-token-0123456789"))
                .unwrap();
        }
        let person = |name: &str, more: &str| {
            format!("[[users]]\nname = \"{name}\"\ntoken_file = \"{name}.token\"\n{more}\n")
        };
        place.configure(
            &[
                person("soc-2", "groups = [\"soc\"]"),
                person("developer", &format!("roles = [\"developer\"]\nprincipals = [\"{AGENT}\"]")),
                person("auditor-1", "roles = [\"auditor\"]"),
            ]
            .concat(),
        );
        let serving = place.serve();
        Self { place, serving }
    }

    fn person(&self, name: &str, arguments: &[&str]) -> Output {
        let token = self.place.path().join(format!("{name}.token"));
        let (command, rest) = arguments.split_first().unwrap();
        let connection =
            ["--ledger", self.serving.reviewer.as_str(), "--token-file", token.to_str().unwrap()];
        toolgate(&[&[*command], connection.as_slice(), rest].concat()).stdin(Stdio::null()).output().unwrap()
    }

    /// What it says when it is done.
    fn done(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.person(name, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// What it says when it is not.
    fn refused(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.person(name, arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
        text(&output.stderr)
    }
}

#[test]
fn a_principal_is_frozen_listed_and_let_go() {
    let mut watched = Watched::new();
    assert_eq!(watched.done("soc-1", &["freeze"]), "nothing is frozen\n");
    let said = watched.done("soc-1", &["freeze", AGENT, "--reason", "it loops"]);
    assert!(said.contains(&format!("frozen: {AGENT}")), "{said}");
    assert!(said.contains("is the name right?"), "the record knows nothing of it: {said}");
    let again = watched.refused("soc-2", &["freeze", AGENT, "--reason", "it loops"]);
    assert!(again.contains("it is frozen already"), "{again}");
    let list = watched.done("soc-2", &["freeze"]);
    assert!(list.contains(AGENT) && list.contains("by soc-1: it loops"), "{list}");
    for name in ["developer", "auditor-1"] {
        let said = watched.refused(name, &["freeze", AGENT, "--reason", "mine"]);
        assert!(said.contains("role_missing"), "{said}");
        let said = watched.refused(name, &["unfreeze", AGENT, "--reason", "mine"]);
        assert!(said.contains("role_missing"), "{said}");
    }
    let said = watched.refused("soc-1", &["unfreeze", "spiffe://corp.example/other", "--reason", "mended"]);
    assert!(said.contains("it is not frozen"), "{said}");
    let said = watched.done("soc-2", &["unfreeze", AGENT, "--reason", "mended"]);
    assert_eq!(said, format!("no longer frozen: {AGENT}\n"));
    assert_eq!(watched.done("soc-1", &["freeze"]), "nothing is frozen\n");
    // Without a reason it is not even sent.
    assert_eq!(watched.person("soc-1", &["freeze", AGENT]).status.code(), Some(2));
    assert!(watched.serving.stop().success());
    let verified = watched.place.verify();
    assert!(verified.status.success(), "{}", text(&verified.stdout));
}

fn ask<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let wanted = ["break-glass", "--principal", AGENT, "--for", "30m", "--reason", "the release\n is stuck"];
    [wanted.as_slice(), more].concat()
}

#[test]
fn one_person_asks_and_another_confirms_or_refuses_and_a_third_can_end_it() {
    let mut watched = Watched::new();
    assert_eq!(watched.done("soc-1", &["break-glass"]), "there is no break-glass, and was none\n");
    let nameless = watched.refused("soc-1", &ask(&[]));
    assert!(nameless.contains("not exactly one policy is published"), "{nameless}");
    let asked = watched.done("soc-1", &ask(&["--policy", "platform"]));
    let id = asked.split_whitespace().next().unwrap().to_owned();
    assert!(asked.contains(&format!("toolgate break-glass confirm {id}")), "{asked}");
    let list = watched.done("auditor-1", &["break-glass"]);
    assert!(
        list.contains(&id) && list.contains("asked until") && list.contains("the release is stuck"),
        "{list}"
    );
    let again = watched.refused("soc-2", &ask(&["--policy", "platform"]));
    assert!(again.contains("one is open already"), "{again}");
    let alone = watched.refused("soc-1", &["break-glass", "confirm", &id]);
    assert!(alone.contains("not_eligible"), "{alone}");
    for name in ["developer", "auditor-1"] {
        let said = watched.refused(name, &["break-glass", "confirm", &id]);
        assert!(said.contains("role_missing"), "{said}");
    }
    let said = watched.done("soc-2", &["break-glass", "confirm", &id]);
    assert!(
        said.contains("active until") && said.contains("asked for by soc-1, confirmed by soc-2"),
        "{said}"
    );
    let said = watched.done("soc-1", &["break-glass", "end", &id, "--reason", "it is out"]);
    assert!(said.contains("ended") && said.contains("ended by soc-1"), "{said}");
    let late = watched.refused("soc-2", &["break-glass", "end", &id, "--reason", "x"]);
    assert!(late.contains("the break-glass is ended, not active"), "{late}");

    // A developer asks for their own agent; nobody else's, and does not decide.
    let said = watched.refused(
        "developer",
        &["break-glass", "--principal", "spiffe://corp.example/other", "--for", "1h", "--reason", "x"],
    );
    assert!(said.contains("role_missing"), "{said}");
    let asked = watched.done("developer", &ask(&["--policy", "platform"]));
    let id = asked.split_whitespace().next().unwrap().to_owned();
    let said = watched.refused("soc-1", &["break-glass", "cancel", &id]);
    assert!(said.contains("only who asked"), "{said}");
    let said = watched.done("soc-1", &["break-glass", "refuse", &id, "--reason", "not on a Sunday"]);
    assert!(said.contains("refused by soc-1"), "{said}");
    let asked = watched.done("developer", &ask(&["--policy", "platform"]));
    let id = asked.split_whitespace().next().unwrap().to_owned();
    assert!(watched.done("developer", &["break-glass", "cancel", &id]).contains("cancelled"));

    for (length, why) in [("5h", "at most 4h"), ("soon", "no length of time"), ("0s", "out of range")] {
        let output = watched.person(
            "soc-1",
            &["break-glass", "--principal", AGENT, "--for", length, "--reason", "x", "--policy", "p"],
        );
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
    assert!(watched.serving.stop().success());
    let verified = watched.place.verify();
    assert!(verified.status.success(), "{}", text(&verified.stdout));
}

#[test]
fn two_people_sign_one_without_the_ledger() {
    let place = Place::without_log();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let key = |name: &str| {
        let made = run(&["keys", "new", "--name", name, "-o", &file(&format!("{name}.key"))]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        Verifier::parse(text(&made.stdout).trim()).unwrap()
    };
    let people = [key("soc-1"), key("soc-2")];
    let (one, two, first, both) = (file("soc-1.key"), file("soc-2.key"), file("first"), file("both"));
    let signed = run(&ask(&["--offline", "--policy", "platform", "--key", &one, "-o", &first]));
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    assert!(Glass::of_people(&fs::read_to_string(&first).unwrap(), &people).is_err());
    let again = run(&["break-glass", "cosign", &first, "--key", &one, "-o", &both]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("another person has to"), "{}", text(&again.stderr));
    let signed = run(&["break-glass", "cosign", &first, "--key", &two, "-o", &both]);
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    let said = text(&signed.stdout);
    assert!(said.contains(&format!("principal {AGENT}")), "who signs reads what: {said}");
    let glass = Glass::of_people(&fs::read_to_string(&both).unwrap(), &people).unwrap();
    assert_eq!(glass.statement().reason, "the release is stuck");
    assert!(glass.is_offline());
    // Nothing is written over, and nothing that is changed is signed for.
    let over = run(&["break-glass", "cosign", &first, "--key", &two, "-o", &both]);
    assert_eq!(over.status.code(), Some(1));
    fs::write(&first, fs::read_to_string(&first).unwrap().replace("by people", "by nobody")).unwrap();
    let wrong = run(&["break-glass", "cosign", &first, "--key", &two, "-o", &file("third")]);
    assert_eq!(wrong.status.code(), Some(1));
    let incomplete = run(&ask(&["--offline", "--policy", "platform", "--key", &one]));
    assert_eq!(incomplete.status.code(), Some(2));
}
