use super::*;
use row::Evidence;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn families_are_named_once_and_say_where_they_are_from() {
    for (i, family) in FAMILIES.iter().enumerate() {
        assert!(FAMILIES[..i].iter().all(|other| other.name != family.name), "{} twice", family.name);
        assert!(!family.source.is_empty() && !family.tools.is_empty(), "{}", family.name);
        for server in family.servers {
            assert_eq!(server_name(server), *server, "{}: would never be found", family.name);
        }
    }
}

#[test]
fn places_are_pointers() {
    for family in FAMILIES {
        for tool in family.tools {
            for clause in tool.does {
                clause.places(&mut |at| {
                    assert!(
                        at.is_empty() || at.starts_with('/') || !at.contains('/'),
                        "{}: {at}",
                        tool.names[0]
                    );
                    assert!(!at.ends_with('/') && !at.contains('~'), "{}: {at}", tool.names[0]);
                });
            }
        }
    }
}

#[test]
fn decorated_names_lead_to_the_family_of_their_server() {
    let names = |name: &str, namespace: Option<&str>| {
        let found = find(name, namespace);
        (found.certain, found.readings.iter().flatten().count())
    };
    assert_eq!(names("functions.Bash", None), (true, 1));
    assert_eq!(names("Bash", Some("functions")), (true, 1));
    for (name, namespace) in [
        ("mcp__filesystem__write_file", None),
        ("filesystem__write_file", None),
        ("mcp_filesystem_write_file", None),
        ("filesystem.write_file", None),
        ("filesystem/write_file", None),
        ("mcp__MCP-Server-Filesystem__write_file", None),
        ("write_file", Some("filesystem")),
    ] {
        assert_eq!(names(name, namespace), (true, 1), "{name}");
    }
    let (certain, several) = names("mcp__helpful__write_file", None);
    assert!(!certain && several > 1);
    assert!(!find("write_file", Some("helpful")).certain);
    assert_eq!(names("frobnicate", None), (false, 0));
    assert_eq!(names("mcp____", None), (false, 0));
}

#[test]
fn inert_members_are_those_that_all_of_the_name_ignore() {
    assert_eq!(inert("Bash", None), ["/description"]);
    assert_eq!(inert("bash", None), [""; 0]);
    assert_eq!(inert("mcp__x__Bash", None), [""; 0]);
    assert_eq!(inert("exec_command", None), ["/justification"]);
}

#[test]
fn what_was_not_checked_is_marked() {
    let unchecked = |name: &str| {
        FAMILIES
            .iter()
            .find(|f| f.name == name)
            .unwrap()
            .tools
            .iter()
            .all(|t| t.evidence == Evidence::Unverified)
    };
    for name in [
        "cursor",
        "windsurf",
        "copilot",
        "zed",
        "continue_dev",
        "amazon_q",
        "crush",
        "mcp_devtools",
        "mcp_search",
        "mcp_sql",
        "mcp_terraform",
    ] {
        assert!(unchecked(name), "{name}");
    }
}
