use super::*;
use crate::effects::Reach;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn pattern(text: &str) -> PathPattern {
    PathPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn effect(action: Action, text: &str, tree: bool) -> Effect {
    let resource = Resource::Path { path: Name::Literal(text.to_owned()), tree };
    Effect { action, resource, reach: Reach::Local, via: Vec::new(), place: None }
}

fn place(text: &str) -> Place {
    Place::of(&effect(Action::FILE_READ, text, false)).unwrap_or_else(|| panic!("{text}"))
}

fn met(of: &str, at: &str) -> Met {
    pattern(of).matches(&place(at))
}

#[test]
fn absolute_patterns_are_anchored_and_floating_ones_match_anywhere() {
    for (of, at, expected) in [
        ("/etc/shadow", "/etc/shadow", Met::Yes),
        ("/etc/shadow", "/srv/etc/shadow", Met::No),
        ("/etc/**", "/etc/a/b", Met::Yes),
        ("/etc/**", "/etcetera/a", Met::No),
        ("**/.env", "/.env", Met::Yes),
        ("**/.env", "/srv/app/.env", Met::Yes),
        ("**/.env", "/srv/app/.env.example", Met::No),
        ("**/.env", "~/app/.env", Met::Yes),
        ("/**", "/x", Met::Yes),
        ("/", "/", Met::Yes),
        ("/", "/x", Met::No),
    ] {
        assert_eq!(met(of, at), expected, "{of} {at}");
    }
}

#[test]
fn the_directory_itself_may_be_meant_by_what_is_below_it() {
    assert_eq!(met("/srv/secret/**", "/srv/secret"), Met::Maybe);
    assert_eq!(met("~/.ssh/**", "~/.ssh"), Met::Maybe);
    assert_eq!(met("/srv/secret/**", "/srv"), Met::No);
}

#[test]
fn the_agents_home_may_be_anywhere_homes_are() {
    for at in ["/home/x/.ssh/id_ed25519", "/root/.ssh/id_ed25519", "/Users/x/.ssh/a/b", "~other/.ssh/id"] {
        assert_eq!(met("~/.ssh/**", at), Met::Maybe, "{at}");
    }
    assert_eq!(met("~/.ssh/**", "~/.ssh/id_ed25519"), Met::Yes);
    for at in ["/app/.ssh/id", "/.ssh/id", "/var/lib/agent/.ssh/id", "/opt/agent/.ssh/id"] {
        assert_eq!(met("~/.ssh/**", at), Met::Maybe, "{at}");
    }
    for at in ["/home/x/y/.ssh/id", "/home/x/ssh/id", "/srv/a/b/.ssh/id"] {
        assert_eq!(met("~/.ssh/**", at), Met::No, "{at}");
    }
    assert_eq!(met("~/**", "/workspace/x"), Met::No);
    assert_eq!(met("~/**", "/home/x/y"), Met::Maybe);
}

#[test]
fn a_path_in_the_home_may_be_any_absolute_one_where_a_home_can_be() {
    assert_eq!(met("/workspace/protected/**", "~/protected/x"), Met::Maybe);
    assert_eq!(met("/home/agent/.config/**", "~/.config/x"), Met::Maybe);
    assert_eq!(met("/etc/**", "~/etc/x"), Met::No);
    assert_eq!(met("/workspace/**", "~"), Met::Maybe);
    assert_eq!(met("/srv/only/this", "~/that"), Met::No);
    assert_eq!(met("**/home/*/.ssh/**", "~/.ssh/id"), Met::Maybe);
}

#[test]
fn another_case_is_a_maybe() {
    assert_eq!(met("/workspace/.cursor/**", "/workspace/.Cursor/mcp.json"), Met::Maybe);
    assert_eq!(met("~/.ssh/**", "/HOME/x/.SSH/id"), Met::Maybe);
}

#[test]
fn a_path_that_was_not_normalised_is_no_place() {
    for text in ["/a/../b", "/a//b", "/a/./b", "a/b", "", "/a\nb", "/a/"] {
        assert!(Place::of(&effect(Action::FILE_READ, text, false)).is_none(), "{text:?}");
    }
    let long = format!("/{}", "a".repeat(5000));
    assert!(Place::of(&effect(Action::FILE_READ, &long, false)).is_none());
}

#[test]
fn what_is_no_path_pattern_is_refused_with_a_way_out() {
    for (bad, help) in [
        ("src/**", "`/src/**` for the root, or `**/src/**`"),
        ("$HOME/.ssh", "`~/.ssh`"),
        ("~root/.ssh", "`~/`"),
        ("/a/../b", "the path it leads to"),
        ("/a/", "none at the end"),
        ("", "name what it is to match"),
        ("/{a,b}", "list of patterns"),
    ] {
        let error = PathPattern::parse(bad).unwrap_err();
        assert!(error.help.contains(help), "{bad}: {error}");
    }
}

#[test]
fn what_lies_below_a_directory_is_listed_and_read_without_it_and_not_deleted() {
    let met = |of: &str, action: Action, at: &str, tree: bool| {
        pattern(of).matches(&Place::of(&effect(action, at, tree)).unwrap())
    };
    let workspace = "/workspace/**";
    assert_eq!(met(workspace, Action::FILE_LIST, "/workspace", false), Met::Yes);
    assert_eq!(met(workspace, Action::FILE_LIST, "/workspace", true), Met::Yes);
    assert_eq!(met(workspace, Action::FILE_READ, "/workspace", true), Met::Yes);
    assert_eq!(met(workspace, Action::FILE_READ, "/workspace", false), Met::Maybe);
    assert_eq!(met(workspace, Action::FILE_DELETE, "/workspace", true), Met::Maybe);
    assert_eq!(met(workspace, Action::FILE_LIST, "/", false), Met::Maybe);
    assert_eq!(met(workspace, Action::FILE_LIST, "/srv", false), Met::No);
    assert_eq!(met("/workspace/*", Action::FILE_READ, "/workspace", true), Met::Maybe);
    assert_eq!(met("/workspace/*", Action::FILE_LIST, "/workspace", false), Met::Yes);
    assert_eq!(met("/workspace", Action::FILE_LIST, "/workspace", false), Met::Yes);
    // What is protected is not listed either, by its own name or by what is in it.
    assert_eq!(met("~/.ssh/**", Action::FILE_LIST, "~/.ssh", false), Met::Yes);
    assert_eq!(met("~/.ssh/**", Action::FILE_READ, "/home/x", true), Met::Maybe);
    assert_eq!(met("~/.ssh/**", Action::FILE_READ, "/workspace", true), Met::No);
    assert_eq!(met("**/.env", Action::FILE_READ, "/workspace", true), Met::Maybe);
}
