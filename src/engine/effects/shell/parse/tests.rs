mod cases;
mod guard;
mod hostile;
mod quoting;
mod render;
mod spans;

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read(text: &str) -> String {
    match parse(text) {
        Ok(script) => render::sequence(&script),
        Err(why) => format!("! {}", why.what),
    }
}

#[test]
fn reads_simple_commands() {
    for (text, tree) in [
        ("", ""),
        ("ls -l", "(ls -l)"),
        ("  ls\t-l  # all of it", "(ls -l)"),
        ("a; b & c\nd", "(a); (b) &; (c); (d)"),
        ("a && b || c &", "(a) &; && (b) &; && (c) &"),
        ("a | b |& c", "(a) | (b) 2>&1 | (c)"),
        ("X=1 Y+='a b' ls >out 2>&1", "(X=1 Y+='a b' ls) >out 2>&1"),
        ("X=", "(X=)"),
        (">out", "() >out"),
        (
            "echo \"a $b ${c:-d} $(e f)\" 'g'h\\ i",
            "(echo 'a '\"$b\"' '\"${c:-'d'}\"' '\"$((e f))\" 'g'h' 'i)",
        ),
        ("echo `a \\`b\\``", "(echo $((a $((b)))))"),
        ("diff <(a) <(b) >>x", "(diff <((a)) <((b))) >>x"),
        ("echo $((1 + $(a)))", "(echo $[1 + \"$((a))\"])"),
    ] {
        assert_eq!(read(text), tree, "{text}");
    }
}
