//! What holds for every command, whatever is written around it.
//!
//! A command is disguised: wrapped, quoted, split over variables, put into a substitution, a function, another
//! shell. Whatever it did before, it still does, or the call has an unknown, which no rule can allow. Disguises
//! are combined at random.

use super::{Setting, read};
use crate::effects::{Effects, Reach};
use proptest::prelude::*;
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Commands with effects, each in words without quotes.
const COMMANDS: &[&str] = &[
    "rm -rf /srv/x",
    "cp /etc/hosts /srv/copy",
    "mkdir -p /srv/new",
    "rm --recursive --force /srv/x",
    "kill -9 42",
    "sort -o /srv/out /etc/hosts",
    "find /srv -name x -delete",
    "curl -T /etc/hosts https://example.org/",
    "git push --force",
    "chmod 777 /srv/x",
    "systemctl stop sshd",
    "tee /srv/x",
    "mv /srv/a /srv/b",
    "dd if=/srv/a of=/srv/b",
    "sed -i s/a/b/ /srv/x",
    "docker rm -f web",
    "kubectl delete pod web",
    "pkill nginx",
];

fn analysed(command: &str) -> Effects {
    let setting =
        Setting { working_directory: Some("/workspace"), persistent: false, reach: Reach::Local, at: "" };
    read(command, &setting)
}

/// What a command does, where and under which wrappers it does it left out.
fn deeds(effects: &Effects) -> BTreeSet<String> {
    effects.known.iter().map(|effect| format!("{} {}", effect.action, effect.resource)).collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// One way of writing a command so that it still does what it did.
#[derive(Debug, Clone, Copy)]
struct Disguise(&'static str, fn(&str) -> String);

const DISGUISES: &[Disguise] = &[
    Disguise("appended", |c| format!("{c}; echo done")),
    Disguise("after a command", |c| format!("echo start && {c}")),
    Disguise("after a failure", |c| format!("false || {c}")),
    Disguise("after sixty commands", |c| format!("{}{c}", "true; ".repeat(60))),
    Disguise("in the background", |c| format!("{c} & wait")),
    Disguise("into a pipe", |c| format!("{c} | cat")),
    Disguise("out of a pipe", |c| format!("echo x | {{ {c}; }}")),
    Disguise("output away", |c| format!("{c} >/dev/null 2>&1")),
    Disguise("redirection first", |c| format!("2>/dev/null {c}")),
    Disguise("subshell", |c| format!("( {c} )")),
    Disguise("group", |c| format!("{{ {c}; }}")),
    Disguise("negated", |c| format!("! {{ {c}; }}")),
    Disguise("if", |c| format!("if true; then {c}; fi")),
    Disguise("condition", |c| format!("if {c}; then :; fi")),
    Disguise("else", |c| format!("if false; then :; else {c}; fi")),
    Disguise("while", |c| format!("while true; do {c}; break; done")),
    Disguise("for", |c| format!("for i in 1 2; do {c}; done")),
    Disguise("case", |c| format!("case x in y) ;; *) {c};; esac")),
    Disguise("substitution", |c| format!("echo \"$( {c} )\"")),
    Disguise("backticks", |c| if c.contains(['`', '\\']) { c.to_owned() } else { format!("echo `{c}`") }),
    Disguise("assigned", |c| format!("x=$( {c} )")),
    Disguise("process substitution", |c| format!("cat <( {c} )")),
    Disguise("default of a variable", |c| format!("echo ${{nothing:-$( {c} )}}")),
    Disguise("arithmetic", |c| format!("echo $(( 1 + $( {c} ) ))")),
    Disguise("function", |c| format!("f() {{ {c}; }}; f")),
    Disguise("function of another's name", |c| format!("ls() {{ {c}; }}; ls")),
    Disguise("here-document", |c| {
        if c.contains("END\n") || c.contains("<<") {
            c.to_owned()
        } else {
            format!("bash <<'END'\n{c}\nEND\n")
        }
    }),
    Disguise("here-document's substitution", |c| {
        if c.contains("END2\n") || c.contains("<<") {
            c.to_owned()
        } else {
            format!("cat <<END2\n$( {c} )\nEND2\n")
        }
    }),
    Disguise("here-string", |c| format!("sh <<< {}", quoted(c))),
    Disguise("printed into a shell", |c| format!("printf '%s' {} | sh", quoted(c))),
    Disguise("eval", |c| format!("eval {}", quoted(c))),
    Disguise("bash -c", |c| format!("bash -c {}", quoted(c))),
    Disguise("sh -ec", |c| format!("sh -ec {}", quoted(c))),
    Disguise("variable of text", |c| format!("x={}; eval \"$x\"", quoted(c))),
    Disguise("trap", |c| format!("trap {} EXIT", quoted(c))),
    Disguise("sudo", |c| format!("sudo bash -c {}", quoted(c))),
    Disguise("env", |c| format!("env A=1 sh -c {}", quoted(c))),
    Disguise("timeout", |c| format!("timeout 5 sh -c {}", quoted(c))),
    Disguise("nohup nice", |c| format!("nohup nice -n 5 sh -c {}", quoted(c))),
    Disguise("find -exec", |c| format!("find . -exec sh -c {} \\;", quoted(c))),
    Disguise("xargs", |c| format!("echo x | xargs -I{{}} sh -c {}", quoted(c))),
    Disguise("busybox", |c| format!("busybox sh -c {}", quoted(c))),
    Disguise("set --", |c| format!("set -- {}; eval \"$1\"", quoted(c))),
    Disguise("array", |c| format!("a=({}); eval \"${{a[0]}}\"", quoted(c))),
    Disguise("base64", |c| {
        use base64::Engine as _;
        format!("echo {} | base64 -d | sh", base64::engine::general_purpose::STANDARD.encode(c))
    }),
];

/// Ways of writing a plain command's words so that they are the same words.
const SPELLINGS: &[Disguise] = &[
    Disguise("quoted", |c| word(c, |w| format!("'{w}'"))),
    Disguise("half quoted", |c| {
        word(c, |w| {
            let (a, b) = w.split_at(1);
            format!("{a}''{b}")
        })
    }),
    Disguise("backslash", |c| word(c, |w| format!("\\{w}"))),
    Disguise("double quotes", |c| c.split(' ').map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" ")),
    Disguise("ansi", |c| {
        word(c, |w| w.bytes().map(|b| format!("\\x{b:02x}")).fold("$'".to_owned(), |s, x| s + &x) + "'")
    }),
    Disguise("path", |c| format!("/usr/bin/{c}")),
    Disguise("variable", |c| word(c, |w| format!("p={w}; $p"))),
    Disguise("two variables", |c| {
        word(c, |w| {
            let (a, b) = w.split_at(1);
            format!("p={a} q={b}; $p$q")
        })
    }),
    Disguise("blanks", |c| c.replace(' ', "   \t")),
    Disguise("continued", |c| c.replace(' ', " \\\n")),
    Disguise("braces", |c| format!("{{{}}}", c.replace(' ', ","))),
    Disguise("command", |c| format!("command {c}")),
    Disguise("assignment before", |c| format!("A=1 B=2 {c}")),
    Disguise("alias", |c| format!("alias zz={}\nzz", quoted(c))),
    Disguise("all in a variable", |c| format!("x='{c}'; $x")),
    Disguise("IFS", |c| {
        let (first, rest) = c.split_once(' ').unwrap_or((c, ""));
        format!("{first}${{IFS}}{}", rest.replace(' ', "${IFS}"))
    }),
];

fn word(command: &str, change: impl Fn(&str) -> String) -> String {
    match command.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", change(first)),
        None => change(command),
    }
}

/// What is missing when `disguised` does less than `plain`, and has no unknown.
fn missing(plain: &str, disguised: &str) -> Vec<String> {
    let (before, after) = (analysed(plain), analysed(disguised));
    if !after.unknown.is_empty() {
        return Vec::new();
    }
    deeds(&before).difference(&deeds(&after)).cloned().collect()
}

#[test]
fn no_single_disguise_hides_anything() {
    let mut wrong = String::new();
    for command in COMMANDS {
        assert!(!analysed(command).known.is_empty(), "{command} does nothing");
        for Disguise(name, write) in DISGUISES.iter().chain(SPELLINGS) {
            let disguised = write(command);
            let missing = missing(command, &disguised);
            if !missing.is_empty() {
                wrong += &format!("{name}: {disguised}\n  hides {missing:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn most_single_disguises_are_seen_through() {
    let (mut all, mut through) = (0, 0);
    let mut blind = BTreeSet::new();
    for command in COMMANDS {
        for Disguise(name, write) in DISGUISES.iter().chain(SPELLINGS) {
            all += 1;
            let after = analysed(&write(command));
            if after.unknown.is_empty() {
                through += 1;
            } else {
                blind.insert(*name);
            }
        }
    }
    assert!(through * 100 >= all * 95, "{through} of {all}; an unknown in {blind:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_combination_of_disguises_hides_anything(
        command in 0..COMMANDS.len(),
        spelling in proptest::option::of(0..SPELLINGS.len()),
        layers in proptest::collection::vec(0..DISGUISES.len(), 0..4),
    ) {
        let plain = COMMANDS[command];
        let mut disguised = plain.to_owned();
        if let Some(spelling) = spelling {
            disguised = (SPELLINGS[spelling].1)(&disguised);
        }
        let mut names = Vec::new();
        for layer in layers {
            names.push(DISGUISES[layer].0);
            disguised = (DISGUISES[layer].1)(&disguised);
        }
        let missing = missing(plain, &disguised);
        prop_assert!(missing.is_empty(), "{:?}: {}\nhides {:?}", names, disguised, missing);
    }
}

#[test]
fn what_a_program_wrote_is_code_that_nobody_read() {
    for command in ["cp a b && sh b", "cp a b; ./b", "sed -i s/x/y/ b && bash b"] {
        let deeds = deeds(&analysed(command));
        assert!(deeds.contains("code.run shell"), "{command}: {deeds:?}");
    }
    assert!(!deeds(&analysed("sh b")).contains("code.run shell"));
}
