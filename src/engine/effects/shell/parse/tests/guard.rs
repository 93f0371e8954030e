//! What the second opinion counts, alone.

use super::cases::cases;
use crate::effects::shell::parse::{DEEPEST, count, guard, parse};
use crate::effects::unknown;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn counts_what_runs() {
    for (text, substitutions) in [
        ("a", 0),
        ("a $b ${c} $((d)) '$(e)' \\$(f \\`g # $(h)", 0),
        ("$(a)", 1),
        ("`a`", 1),
        ("a <(b) >(c)", 2),
        ("a $(b $(c) `d`)", 3),
        ("\"$(a)\" '$(b)' \\$x $'$(c)\\'$(d)'", 1),
        ("`a \\`b\\``", 2),
        ("`a \\\\\\`b`", 1),
        ("${a:-$(b)} \"${c#'$(d)'}\"", 1),
        ("$(( $(a) + 1 ))", 1),
        ("$((a) ; (b))", 1),
        ("((a $(b)) ; (c))", 1),
        ("(( $(a) ))", 1),
        ("$[ $(a) ]", 1),
        ("$(case x in a) $(b);; esac) $(c)", 3),
        ("$( (case x in a|'b') $(c);; esac) )", 2),
        ("cat <<A\n$(b)\nA\n", 1),
        ("cat <<'A'\n$(b)\nA\n", 0),
        ("cat <<A <<\\B\n`a` $(b)\nA\n$(c)\nB\n$(d)", 3),
        ("cat <<-A\n\t'$(a)\n\tA\n'$(b)'", 1),
        ("a # ' $(b)\n$(c)", 1),
        ("a#$(b)", 1),
        ("$$(a)", 0),
        ("$\\\n(a)", 1),
        ("[[ a =~ (b|$(c)) ]]", 1),
    ] {
        assert_eq!(guard::scan(text), Ok(substitutions), "{text}");
    }
}

#[test]
fn refuses_what_is_too_deep_or_open() {
    let nested = |times: usize| format!("{}a{}", "$(".repeat(times), ")".repeat(times));
    assert_eq!(guard::scan(&nested(DEEPEST)), Ok(DEEPEST));
    assert_eq!(guard::scan(&nested(DEEPEST + 1)), Err(unknown::SHELL_DEEP));
    assert_eq!(guard::scan(&"`$(".repeat(DEEPEST)), Err(unknown::SHELL_UNCLOSED));
    for text in ["$(a", "\"$a", "${a", "$((a", "`a", "$'a"] {
        assert!(guard::scan(text).is_err(), "{text}");
    }
}

/// What is lost on the way into the tree is noticed.
#[test]
fn a_difference_refuses_the_text() {
    assert_eq!(parse("X=([$(a)]=b)"), Err(unknown::SHELL_DISAGREEMENT));
    for (_, case) in cases() {
        if let Ok(script) = parse(&case.text) {
            assert_eq!(guard::scan(&case.text), Ok(count::substitutions(&script)), "{}", case.text);
        }
    }
}
