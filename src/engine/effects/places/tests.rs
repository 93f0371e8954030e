use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn literal(path: &str) -> Name {
    Name::Literal(path.to_owned())
}

fn further(action: &Action, path: &Name, tree: bool) -> Vec<String> {
    amounts_to(action, path, tree).iter().map(ToString::to_string).collect()
}

#[test]
fn tables_are_lower_case_and_without_doubles() {
    let places = [&CREDENTIALS, &HARMLESS, &LATER, &INSTRUCTIONS, &ACCOUNTS, &TRACES, &DISKS, &POWER];
    for table in places.map(|places| places.lines).into_iter().chain([METADATA]) {
        for (i, place) in table.iter().enumerate() {
            assert_eq!(*place, place.to_lowercase());
            assert!(!table[..i].contains(place), "{place} twice");
            assert!(!place.trim_end_matches("/**").contains("**"), "{place}: `**` only at the end");
            assert!(place.is_ascii(), "{place}");
        }
    }
}

#[test]
fn reading_credentials() {
    for path in [
        "/home/alice/.ssh/id_rsa",
        "/root/.aws/credentials",
        "~/.netrc",
        "/workspace/.env",
        "/workspace/.env.production",
        "/etc/shadow",
        "/etc/shadow-",
        "/proc/self/environ",
        "/proc/1/environ",
        "/srv/tls/server.key",
        "/Users/a/.Kube/Config",
        "/mnt/backup/home/b/.git-credentials",
        "/run/secrets/db",
        "/home/a/.bash_history",
    ] {
        assert_eq!(further(&Action::FILE_READ, &literal(path), false), ["secret.read"], "{path}");
    }
    for path in [
        "/workspace/src/main.rs",
        "/etc/passwd",
        "/workspace/.env.example",
        "/home/a/.ssh/id_rsa.pub",
        "/workspace/keys.md",
        "/workspace/environment.ts",
        "/proc/cpuinfo",
        "/workspace/monkey",
        "/etc/ssl/certs/x.pem",
    ] {
        assert_eq!(further(&Action::FILE_READ, &literal(path), false), [""; 0], "{path}");
    }
}

#[test]
fn trees_count_when_they_aim_at_a_secret() {
    for path in ["/", "/home", "/home/alice", "~", "/root", "/etc", "/home/alice/.ssh", "/run", "/proc"] {
        assert!(
            further(&Action::FILE_READ, &literal(path), true).contains(&"secret.read".to_owned()),
            "{path}"
        );
    }
    for path in ["/workspace", "/usr/share", "/home/alice/project"] {
        assert_eq!(further(&Action::FILE_READ, &literal(path), true), [""; 0], "{path}");
    }
}

#[test]
fn patterns_count_when_they_name_a_secret() {
    let glob = |text: &str| Name::Glob(text.to_owned());
    for path in [
        "/**/id_rsa",
        "/home/*/.ssh/*",
        "/workspace/**/*.pem",
        "/workspace/.e?v",
        "/etc/sh*",
        "/etc/*",
        "/home/**",
        "~/.a[vw]s/credentials",
        "/workspace/**/.env*",
    ] {
        assert_eq!(further(&Action::FILE_READ, &glob(path), false), ["secret.read"], "{path}");
    }
    for path in ["/workspace/**/*.ts", "/workspace/*", "/workspace/**", "/workspace/src/[a-z]*.rs"] {
        assert_eq!(further(&Action::FILE_READ, &glob(path), false), [""; 0], "{path}");
    }
}

#[test]
fn listing_counts_when_it_looks_for_credentials() {
    let glob = |text: &str| Name::Glob(text.to_owned());
    for name in [
        literal("~/.ssh"),
        literal("/srv/.aws/x"),
        glob("/home/*/.ssh/*"),
        glob("/**/id_rsa"),
        glob("/home/**/*.pem"),
    ] {
        assert_eq!(further(&Action::FILE_LIST, &name, true), ["secret.read"], "{name:?}");
    }
    for name in [
        literal("/"),
        literal("~"),
        literal("/etc"),
        literal("/workspace/.env"),
        glob("/workspace/*.pem"),
        glob("/**/*.ts"),
        glob("/home/**/*"),
    ] {
        assert_eq!(further(&Action::FILE_LIST, &name, true), [""; 0], "{name:?}");
    }
}

#[test]
fn everything_below_a_directory_is_its_tree() {
    let glob = |text: &str| Name::Glob(text.to_owned());
    assert_eq!(further(&Action::FILE_READ, &glob("~/**/*"), false), ["secret.read"]);
    assert_eq!(further(&Action::FILE_READ, &glob("/workspace/**/*"), false), [""; 0]);
}

#[test]
fn writing_what_runs_later() {
    for (path, expected) in [
        ("/workspace/.github/workflows/x.yml", vec!["persistence.install"]),
        ("/workspace/.claude/settings.json", vec!["persistence.install"]),
        ("/workspace/.Cursor/MCP.json", vec!["persistence.install"]),
        ("/home/u/.bashrc", vec!["persistence.install"]),
        ("/workspace/.git/hooks/pre-commit", vec!["persistence.install"]),
        ("/workspace/CLAUDE.md", vec!["memory.write"]),
        ("/etc/sudoers.d/x", vec!["privilege.raise"]),
        ("/var/log/auth.log", vec!["evasion.hide"]),
        ("/dev/sda", vec!["system.disk"]),
        ("/proc/sysrq-trigger", vec!["system.power"]),
        ("/workspace/src/main.rs", vec![]),
        ("/workspace/package.json", vec![]),
    ] {
        assert_eq!(further(&Action::FILE_WRITE, &literal(path), false), expected, "{path}");
    }
}

#[test]
fn a_pattern_meets_what_it_can_match() {
    for (place, part, expected) in [
        ("*.pem", "*.ts", false),
        ("*.pem", "server.pem", true),
        ("*.pem", "*.p??", true),
        ("*.pem", "server.pe[mn]", true),
        ("*.pem", "[!.]*m", true),
        ("*.pem", "server.*", false),
        ("*.pem", "log-*", false),
        (".*_history", "*bills*", false),
        (".*_history", ".*_history", true),
        (".*_history", ".b*", false),
        ("credentials.json", "*.json", false),
        ("credentials.json", "cred*.json", true),
        (".env", "*.env", true),
        ("id_rsa", "id_*", true),
        ("id_rsa", "it*", false),
        (".env", ".*", true),
        (".env", "[.]env", true),
        (".env", "?env", true),
        ("id_rsa*", "*rsa", true),
        ("abc", "ab", false),
        ("abc", "abcd", false),
        ("a*c", "abcc", true),
        ("a*c", "abcd", false),
        ("*a*b*", "xxaxxb", true),
        ("*", "", true),
        ("", "*", true),
    ] {
        let part = target::Part::of(part.to_owned(), true);
        assert_eq!(part.meets(place), expected, "{place} {part:?}");
    }
}

// The short way must never lead past a place that the long way meets.
#[test]
fn the_first_byte_never_decides_wrongly() {
    for path in
        ["/etc/shadow", "/", "/home/a/.ssh/x", "~/.netrc", "/a/b.pem", "/é/.env", "/proc/1/mem", "/x/id_rsa"]
    {
        for tree in [false, true] {
            for name in [
                Name::Literal(path.to_owned()),
                Name::Glob(path.replace('e', "?")),
                Name::Glob(format!("{path}/*")),
            ] {
                let target = Target::of(&name, tree).unwrap();
                for table in [&CREDENTIALS, &LATER, &ACCOUNTS, &TRACES] {
                    let alone = table.lines.iter().any(|line| place::Place::of(line).is_met_by(&target));
                    assert_eq!(target.meets(table), alone, "{name:?}");
                }
            }
        }
    }
}
