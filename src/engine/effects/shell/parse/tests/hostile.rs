//! Texts made to exhaust: time, memory, stack.

use super::cases::cases;
use crate::effects::shell::parse::{DEEPEST, LONGEST, MOST_NODES, parse};
use crate::effects::shell::syntax::{Command, Piece, Sequence};
use crate::effects::unknown;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What opens a construct, and what closes it.
const NESTS: &[(&str, &str)] = &[
    ("(", ")"),
    ("( ", " )"),
    ("((", "))"),
    ("{ ", "; }"),
    ("$(", ")"),
    ("\"$(", ")\""),
    ("echo $(", ")"),
    ("echo \"$(", ")\""),
    ("$((", "))"),
    ("$(( ", " ))"),
    ("$((", ") )"),
    ("((", ") )"),
    ("\"$((", "))\""),
    ("$((1+", "))"),
    ("$[", "]"),
    ("$((x[", "]))"),
    ("${x:-", "}"),
    ("\"${x:-", "}\""),
    ("${x#", "}"),
    ("${x/", "}"),
    ("${x/a/", "}"),
    ("${x:", "}"),
    ("${x[", "]}"),
    ("${x:-\"", "\"}"),
    ("\"${x:-\"", "\"}\""),
    ("${", "}"),
    ("a <(", ")"),
    ("a >(", ")"),
    ("a > >(", ")"),
    ("x=(", ")"),
    ("x[", "]=a"),
    ("x[a[", "]]=b"),
    ("x=$(", ")"),
    ("x=(a $(", "))"),
    ("[[ ( ", " ) ]]"),
    ("[[ $(", ") ]]"),
    ("[[ a =~ (", ") ]]"),
    ("@(", ")"),
    ("if ", "; then a; fi"),
    ("if a; then ", "; fi"),
    ("while ", "; do a; done"),
    ("while a; do ", "; done"),
    ("for x in a; do ", "; done"),
    ("for x in $(", "); do a; done"),
    ("for ((a; $(", "); b)); do a; done"),
    ("case x in a) ", ";; esac"),
    ("case $(", ") in a) b;; esac"),
    ("f() { ", "; }"),
    ("f() ", ""),
    ("function f { ", "; }"),
    ("coproc ", ""),
    ("coproc { ", "; }"),
    ("! ", ""),
    ("time ", ""),
    ("a && ", ""),
    ("a | ", ""),
    ("`", "`"),
    ("\"`", "`\""),
    ("`a \\`b ", "\\``"),
    ("cat <<A\n$(", ")\nA\n"),
    ("cat <<A\n${x:-", "}\nA\n"),
    ("$(cat <<A\n", "\nA\n)"),
    ("\"", "\""),
    ("'", "'"),
    ("\\", ""),
    ("\\\n", ""),
    ("$", ""),
    ("<", ""),
    (">", ""),
    ("<<A ", ""),
    ("<<A\n", "A\n"),
    ("#", ""),
    ("a\n", ""),
    ("a ", ""),
    ("$a", ""),
    ("''", ""),
    ("\"\"", ""),
    ("$''", ""),
    ("a;", ""),
    ("a&", ""),
    ("\n", ""),
    ("x=a ", ""),
    ("[", "]"),
    ("{", "}"),
    (")", ""),
    ("}", ""),
    ("é", ""),
    ("`\\`", ""),
    ("$(`", ""),
    ("$(case x in ", ""),
    ("case x in ", ""),
    ("((a) ", ""),
    ("$((a) ", ""),
    ("((a);", ""),
    ("$(( $((", ""),
    ("(( $((a) ", ""),
    ("i\\\n", ""),
    (";\\\n", ""),
    ("&\\\n", ""),
    ("<\\\n", ""),
    ("1", ""),
    ("{a", ""),
    ("a[", ""),
    ("a[b", ""),
    ("(a[", ""),
];

/// `times` of `open` with a command in the middle.
fn nested(open: &str, close: &str, times: usize) -> String {
    format!("{}a{}", open.repeat(times), close.repeat(times))
}

/// A slow machine takes a second for what must take milliseconds; what grows faster than the text takes minutes.
fn bounded(text: &str, name: &str) {
    #[cfg(not(target_arch = "wasm32"))]
    let started = std::time::Instant::now();
    let _ = parse(text);
    #[cfg(not(target_arch = "wasm32"))]
    assert!(started.elapsed().as_secs() < 5, "{name:?}: {:?}", started.elapsed());
    let _ = name;
}

#[test]
fn nothing_takes_long_or_deep() {
    for (open, close) in NESTS {
        for times in [1, 2, 7, 31, 32, 33, 64, 65, 100, 1000] {
            bounded(&nested(open, close, times), open);
        }
        let most = LONGEST / (open.len() + close.len()) - 1;
        bounded(&nested(open, close, most), open);
        bounded(&open.repeat(LONGEST / open.len()), open);
        bounded(&format!("cat <<A\n{}\nA", open.repeat(LONGEST / open.len() - 8)), open);
        bounded(&format!("\"{}", open.repeat(LONGEST / open.len() - 1)), open);
    }
}

#[test]
fn two_constructs_within_each_other_do_not_multiply() {
    for (first, first_close) in NESTS {
        for (second, second_close) in NESTS {
            let open = format!("{first}{second}");
            bounded(&nested(&open, &format!("{second_close}{first_close}"), 16), &open);
        }
    }
}

/// The deepest text of each kind that is read, which needs the most stack.
#[test]
fn what_nests_is_read_to_the_limit() {
    for (open, close) in [
        ("( ", " )"),
        ("{ ", "; }"),
        ("$(", ")"),
        ("echo $(", ")"),
        ("echo \"$(", ")\""),
        ("echo $(( 1 + $(", ") ))"),
        ("echo ${x:-", "}"),
        ("if a; then ", "; fi"),
        ("for x in a; do ", "; done"),
        ("case x in a) ", ";; esac"),
        ("f() { ", "; }"),
        ("x=(a $(", "))"),
        ("x[$(", ")]=a"),
        ("a > >(", ")"),
        ("echo ${x[$(", ")]}"),
        ("[[ -n \"${x:-$(", ")}\" ]]"),
    ] {
        let deepest = (1..=DEEPEST).rev().find(|times| parse(&nested(open, close, *times)).is_ok());
        assert!(deepest.is_some_and(|times| times >= DEEPEST / 4), "{open:?}: {deepest:?}");
        assert!(parse(&nested(open, close, DEEPEST + 1)).is_err(), "{open:?}");
    }
}

/// In the proxy a trap for want of stack ends every stream of the VM. Its stack is a megabyte; half of it does, even
/// as the compiler leaves frames without optimising them.
#[test]
#[cfg(not(target_arch = "wasm32"))]
fn half_of_the_stack_is_enough() {
    let use_up = |text: &str| {
        if let Ok(script) = parse(text) {
            assert_eq!(script.clone(), script);
        }
    };
    let read = move || {
        for (first, first_close) in NESTS {
            use_up(&nested(first, first_close, DEEPEST));
            for (second, second_close) in NESTS {
                let open = format!("{first}{second}");
                let close = format!("{second_close}{first_close}");
                for times in [DEEPEST / 4, DEEPEST / 3, DEEPEST / 2] {
                    use_up(&nested(&open, &close, times));
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(read).unwrap().join().unwrap();
}

#[test]
fn bounds_are_exact() {
    assert!(parse(&format!("{}a", " ".repeat(LONGEST - 1))).is_ok());
    assert_eq!(parse(&format!("{}a", " ".repeat(LONGEST))), Err(unknown::SHELL_LONG));
    assert!(parse(&"a ".repeat(MOST_NODES - 1)).is_ok());
    assert_eq!(parse(&"a ".repeat(MOST_NODES)), Err(unknown::SHELL_LARGE));
    assert!(parse(&nested("( ", " )", DEEPEST)).is_ok());
    assert_eq!(parse(&nested("( ", " )", DEEPEST + 1)), Err(unknown::SHELL_DEEP));
    let text = "x".repeat(LONGEST - 20);
    let heredoc = format!("cat <<'E'\n{text}\nE\n");
    assert!(parse(&heredoc).is_ok());
}

/// A tree as deep as one may be is compared, copied, shown and dropped by recursion too.
#[test]
fn a_deep_tree_can_be_used() {
    let script = parse(&nested("echo \"$(", ")\"", DEEPEST)).unwrap();
    assert_eq!(script.clone(), script);
    assert!(format!("{script:?}").len() > DEEPEST);
    let mut depth = 0;
    let mut within: &Sequence = &script;
    while let Some(Command::Simple { words, .. }) =
        within.0.first().and_then(|pipeline| pipeline.stages.first()).map(|stage| &stage.command)
        && let Some(Piece::Command { script, .. }) = words.last().and_then(|word| word.pieces.first())
    {
        depth += 1;
        within = script;
    }
    assert_eq!(depth, DEEPEST);
}

/// The same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Cases cut, joined and changed at random: no panic, and spans within the text.
#[test]
fn changed_texts_are_read_or_refused() {
    const TOKENS: &[&str] = &[
        "$(",
        ")",
        "`",
        "\"",
        "'",
        "${",
        "}",
        "((",
        "))",
        "$((",
        "<<A\n",
        "\nA\n",
        "\\",
        "\n",
        " ",
        ";",
        "&",
        "|",
        "<(",
        "[[ ",
        " ]]",
        "{ ",
        "; }",
        "case x in a) ",
        ";; esac",
        "if ",
        "then ",
        "fi",
        "do ",
        "done ",
        "for x ",
        "in ",
        "#",
        "é",
        "=",
        "(",
        "[",
        "]",
        "$'",
        "<<-'B'\n",
        "B\n",
        "\\`",
        "$x",
        ":-",
        "%",
        "/",
        "!",
        "time ",
        "@(",
    ];
    let texts: Vec<String> = cases().into_iter().map(|(_, case)| case.text).collect();
    let mut random = Random(0x5DEE_CE66_D1CE_5EED);
    let rounds = if cfg!(target_arch = "wasm32") { 5_000 } else { 50_000 };
    let mut read = 0;
    for _ in 0..rounds {
        let mut text = texts[random.below(texts.len())].clone();
        for _ in 0..=random.below(3) {
            let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            let at = places[random.below(places.len())];
            let end = places[random.below(places.len())].max(at).min(at + 8);
            match random.below(5) {
                0 => text.insert_str(at, TOKENS[random.below(TOKENS.len())]),
                1 if text.is_char_boundary(end) => text.replace_range(at..end, ""),
                2 => text.insert_str(at, &texts[random.below(texts.len())]),
                3 => text.truncate(at),
                _ => text = format!("{}{}", text.split_at(at).1, TOKENS[random.below(TOKENS.len())]),
            }
        }
        if let Ok(script) = parse(&text) {
            read += 1;
            super::spans::check(&script, &text);
        }
    }
    assert!(read > rounds / 20, "{read} of {rounds} were read");
}
