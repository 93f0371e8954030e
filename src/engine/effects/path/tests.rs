use super::*;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn literal(text: &str) -> Name {
    Name::Literal(text.to_owned())
}

#[test]
fn folds_after_the_join() {
    for (text, expected) in [
        ("/workspace/./src/../README.md", "/workspace/README.md"),
        ("src//a.rs", "/workspace/src/a.rs"),
        ("../../etc/passwd", "/etc/passwd"),
        ("/../../x", "/x"),
        ("/", "/"),
        (".", "/workspace"),
        ("//etc//shadow/", "/etc/shadow"),
        ("~", "~"),
        ("~/.ssh/id_rsa", "~/.ssh/id_rsa"),
        ("$HOME/.netrc", "~/.netrc"),
        ("${HOME}//.netrc", "~/.netrc"),
        ("~root/.bashrc", "/root/.bashrc"),
        ("$PWD/x", "/workspace/x"),
        ("/workspace/a b/c.txt", "/workspace/a b/c.txt"),
        ("app/[id]/page.tsx", "/workspace/app/[id]/page.tsx"),
        ("routes/posts.$postId.tsx", "/workspace/routes/posts.$postId.tsx"),
        ("logs/10:02:07.txt", "/workspace/logs/10:02:07.txt"),
        ("100%/x%41", "/workspace/100%/x%41"),
        ("~/x/..", "~"),
        ("~alice/.ssh/../x", "~alice/x"),
        ("naïve/日本語.txt", "/workspace/naïve/日本語.txt"),
    ] {
        assert_eq!(read(text, Some("/workspace")), Ok(literal(expected)), "{text}");
    }
}

#[test]
fn what_only_the_program_knows_is_dynamic() {
    for text in [
        "$X/y",
        "/workspace/$X",
        "${A}",
        "a/$(id)",
        "~Alice/x",
        "~+/x",
        "~/..",
        "~/../bob",
        "%TEMP%/x",
        "a/`id`",
    ] {
        assert_eq!(read(text, Some("/workspace")), Ok(Name::Dynamic), "{text}");
    }
    assert_eq!(read("/workspace/$id/../x", None), Ok(Name::Dynamic));
}

#[test]
fn refuses_instead_of_repairing() {
    for (text, why) in [
        ("", unknown::PATH_EMPTY),
        ("/workspace/x\0/../etc", unknown::PATH_CONTROL),
        ("/workspace/a\u{200b}b", unknown::PATH_CONTROL),
        ("/workspace\\..\\etc", unknown::PATH_BACKSLASH),
        ("\\\\?\\C:\\x", unknown::PATH_BACKSLASH),
        ("/workspace/\u{2024}\u{2024}/etc", unknown::PATH_LOOKALIKE),
        ("/workspace\u{ff0f}etc", unknown::PATH_LOOKALIKE),
        ("/workspace/%2e%2E/etc", unknown::PATH_PERCENT),
        ("/workspace/%252e/etc", unknown::PATH_PERCENT),
        ("/workspace/.. /etc", unknown::PATH_SPACE),
        (" /etc/passwd", unknown::PATH_SPACE),
        ("/workspace/.../etc", unknown::PATH_DOTS),
        ("/workspace/secret.", unknown::PATH_DOTS),
        ("C:/Windows/x", unknown::PATH_COLON),
        ("/workspace/a.txt::$DATA", unknown::PATH_COLON),
        ("/workspace/a.txt:stream", unknown::PATH_COLON),
        ("file:///etc/passwd", unknown::PATH_COLON),
        ("/workspace/PROGRA~1/x", unknown::PATH_SHORT_NAME),
        ("/proc/self/cwd/../../etc/shadow", unknown::PATH_ELSEWHERE),
        ("/proc/self/root/etc/shadow", unknown::PATH_ELSEWHERE),
        ("/proc/1/task/7/cwd/x", unknown::PATH_ELSEWHERE),
        ("/dev/fd/../../../etc/shadow", unknown::PATH_ELSEWHERE),
        ("/dev/fd/3", unknown::PATH_ELSEWHERE),
    ] {
        assert_eq!(read(text, Some("/workspace")), Err(why), "{text}");
    }
    assert_eq!(read("x", None), Err(unknown::WORKING_DIRECTORY));
    assert_eq!(read(&"a/".repeat(MOST), Some("/")), Err(unknown::PATH_LONG));
}

#[test]
fn patterns_keep_their_wildcards() {
    let glob = |text: &str| Name::Glob(text.to_owned());
    for (text, expected) in [
        ("src/**/*.rs", vec![glob("/workspace/src/**/*.rs")]),
        ("*.{js,ts}", vec![glob("/workspace/*.js"), glob("/workspace/*.ts")]),
        ("../../**/id_rsa", vec![glob("/**/id_rsa")]),
        ("/home/*/.ssh/*", vec![glob("/home/*/.ssh/*")]),
        ("~/.aws/*", vec![glob("~/.aws/*")]),
        ("README.md", vec![literal("/workspace/README.md")]),
        ("a/{b/{c,d},e}", vec![glob("/workspace/a/**")]),
        ("$X/*", vec![Name::Dynamic]),
    ] {
        assert_eq!(pattern(text, Some("/workspace")), Ok(expected), "{text}");
    }
    assert_eq!(pattern("x/*/../y", Some("/workspace")), Err(unknown::PATTERN_UNUSUAL));
    assert_eq!(pattern("!x", Some("/workspace")), Err(unknown::PATTERN_UNUSUAL));
    for text in [
        "/workspace/.?/etc/*",
        "/workspace/.*/etc/shadow",
        "/workspace/.[.]/etc/shadow",
        "/etc/@(shadow)",
        "/etc/+(shadow|x)",
        "/etc/shado[[:alpha:]]",
        "/etc/shado{v..w}",
        "/workspace/{a,{b,c}}/../../etc/*",
        "{/etc,{a,b}}/*",
        "{~,{a,b}}/.ssh/*",
        "/workspace/{..,{a,b}}/etc/*",
    ] {
        assert_eq!(pattern(text, Some("/workspace")), Err(unknown::PATTERN_UNUSUAL), "{text}");
    }
    assert_eq!(pattern(".*", Some("/w")), Ok(vec![glob("/w/.*")]));
    assert_eq!(pattern(".github/*.yml", Some("/w")), Ok(vec![glob("/w/.github/*.yml")]));
    assert_eq!(pattern("src/{a,{b,c}}/*.rs", Some("/w")), Ok(vec![glob("/w/src/**")]));
    assert_eq!(pattern("*.{ts,{js,jsx}}", Some("/w")), Ok(vec![glob("/w/**")]));
    assert_eq!(pattern("*.rs", Some("/app/[id]")), Ok(vec![glob("/app/[[]id]/*.rs")]));
}

#[test]
fn within_goes_by_component() {
    assert!(is_within("/workspace/x", "/workspace"));
    assert!(is_within("/workspace", "/workspace"));
    assert!(is_within("/etc", "/"));
    assert!(!is_within("/workspace-evil/x", "/workspace"));
    assert!(!is_within("/work", "/workspace"));
}

proptest! {
    #[test]
    fn reading_twice_changes_nothing(text in "[a-zA-Z0-9._~/ $*-]{0,40}") {
        if let Ok(Name::Literal(once)) = read(&text, Some("/workspace")) {
            prop_assert_eq!(read(&once, Some("/workspace")), Ok(Name::Literal(once.clone())));
        }
    }

    #[test]
    fn a_literal_is_absolute_and_folded(text in "\\PC{0,40}|[./~a$]{0,20}") {
        if let Ok(Name::Literal(path)) = read(&text, Some("/workspace")) {
            let home = path.split('/').next().unwrap();
            prop_assert!(path.starts_with('/') || is_user(home) || home == "~", "{}", path);
            prop_assert!(path == "/" || path.split('/').skip(1).all(|p| !matches!(p, "" | "." | "..")), "{}", path);
        }
    }

    // The oracle walks the same components on a stack of its own.
    #[test]
    fn folding_agrees_with_a_walk(parts in proptest::collection::vec("a|b|ws|\\.\\.|\\.|", 0..12)) {
        let text = format!("/{}", parts.join("/"));
        let mut stack: Vec<&str> = Vec::new();
        for part in &parts {
            match part.as_str() {
                "" | "." => {}
                ".." => { stack.pop(); }
                part => stack.push(part),
            }
        }
        prop_assert_eq!(read(&text, None), Ok(Name::Literal(format!("/{}", stack.join("/")))));
    }

    #[test]
    fn a_relative_path_leaves_only_by_climbing(parts in proptest::collection::vec("[a-c]{1,3}|\\.", 1..8)) {
        if let Ok(Name::Literal(path)) = read(&parts.join("/"), Some("/workspace")) {
            prop_assert!(is_within(&path, "/workspace"));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC*", base in "\\PC*") {
        let _ = read(&text, Some(&base));
        let _ = pattern(&text, Some(&base));
    }
}
