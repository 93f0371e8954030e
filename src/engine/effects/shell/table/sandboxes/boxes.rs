//! Boxes that take options with several arguments before the command they run: bwrap, proot, firejail.

use super::*;

/// Options of a sandbox by how many arguments they take; the last is for those whose first names a program.
pub(super) struct Arities {
    none: &'static [&'static str],
    one: &'static [&'static str],
    two: &'static [&'static str],
    program: &'static [&'static str],
}

pub(super) const BWRAP: &Arities = &Arities {
    none: &[
        "--unshare-all",
        "--share-net",
        "--unshare-user",
        "--unshare-user-try",
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--as-pid-1",
        "--new-session",
        "--clearenv",
        "--disable-userns",
        "--assert-userns-disabled",
    ],
    one: &[
        "--userns",
        "--userns2",
        "--pidns",
        "--uid",
        "--gid",
        "--hostname",
        "--chdir",
        "--unsetenv",
        "--lock-file",
        "--sync-fd",
        "--remount-ro",
        "--exec-label",
        "--file-label",
        "--proc",
        "--dev",
        "--tmpfs",
        "--mqueue",
        "--dir",
        "--seccomp",
        "--add-seccomp-fd",
        "--block-fd",
        "--userns-block-fd",
        "--info-fd",
        "--json-status-fd",
        "--cap-add",
        "--cap-drop",
        "--perms",
        "--size",
        "--argv0",
        "--overlay-src",
        "--tmp-overlay",
        "--ro-overlay",
    ],
    two: &[
        "--setenv",
        "--bind",
        "--bind-try",
        "--dev-bind",
        "--dev-bind-try",
        "--ro-bind",
        "--ro-bind-try",
        "--file",
        "--bind-data",
        "--ro-bind-data",
        "--symlink",
        "--chmod",
        "--bind-fd",
        "--ro-bind-fd",
    ],
    program: &[],
};

pub(super) const PROOT: &Arities = &Arities {
    none: &[
        "-0",
        "-i0",
        "--root-id",
        "--kill-on-exit",
        "-l",
        "--link2symlink",
        "-p",
        "--netcoop",
        "--sysvipc",
        "-H",
        "-L",
    ],
    one: &[
        "-r",
        "--rootfs",
        "-b",
        "--bind",
        "-m",
        "--mount",
        "-w",
        "--pwd",
        "--cwd",
        "-v",
        "--verbose",
        "-i",
        "--change-id",
        "-k",
        "--kernel-release",
        "-S",
        "-R",
    ],
    two: &[],
    program: &["-q", "--qemu"],
};

/// A sandbox in which paths are what its options make of them.
pub(super) fn boxed(
    run: &mut Run<'_>,
    label: &str,
    arities: &Arities,
    arguments: &[Field],
    input: Stream,
) -> Stream {
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            run.doubt(unknown::OPTION_DYNAMIC);
            break;
        };
        if !text.starts_with('-') {
            break;
        }
        rest = after;
        let (name, attached) = text.split_once('=').map_or((text, false), |(name, _)| (name, true));
        match name {
            "--" => break,
            "--help" | "--version" | "-h" | "-V" | "--about" => return Stream::foreign(),
            _ if arities.none.contains(&name) => {}
            _ if attached && arities.one.contains(&name) => {}
            _ if arities.one.contains(&name) => rest = rest.get(1..).unwrap_or_default(),
            _ if arities.two.contains(&name) => rest = rest.get(2..).unwrap_or_default(),
            _ if arities.program.contains(&name) => {
                if let Some(program) = rest.first() {
                    meaning::file(run, program, "shell");
                }
                rest = rest.get(1..).unwrap_or_default();
            }
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    entered(run, label, label, rest, &input)
}

/// `firejail [--option[=value]…] program…`
pub(super) fn firejail(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const KNOWN: &[&str] = &[
        "--net",
        "--private",
        "--noprofile",
        "--profile",
        "--quiet",
        "--seccomp",
        "--caps",
        "--blacklist",
        "--whitelist",
        "--noblacklist",
        "--nowhitelist",
        "--read-only",
        "--tmpfs",
        "--nosound",
        "--novideo",
        "--no3d",
        "--nodvd",
        "--notv",
        "--nou2f",
        "--noroot",
        "--nonewprivs",
        "--nogroups",
        "--ipc-namespace",
        "--name",
        "--hostname",
        "--dns",
        "--protocol",
        "--rlimit-as",
        "--rlimit-cpu",
        "--rlimit-nofile",
        "--rlimit-nproc",
        "--rlimit-fsize",
        "--apparmor",
        "--appimage",
        "--noexec",
        "--nodbus",
        "--dbus-user",
        "--dbus-system",
        "--private-tmp",
        "--private-dev",
        "--private-etc",
        "--private-bin",
        "--private-home",
        "--private-cache",
        "--cpu",
        "--nice",
        "--timeout",
        "--disable-mnt",
        "--machine-id",
        "--x11",
        "--debug",
        "--read-write",
        "--restrict-namespaces",
        "--noinput",
        "--memory-deny-write-execute",
        "--shell",
        "--deterministic-exit-code",
        "--overlay-tmpfs",
        "--netfilter",
        "--iprange",
        "--ip",
    ];
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            run.doubt(unknown::OPTION_DYNAMIC);
            break;
        };
        if !text.starts_with('-') {
            break;
        }
        rest = after;
        let name = text.split('=').next().unwrap_or_default();
        match name {
            "--" => break,
            "--help" | "--version" | "--list" | "--tree" | "--top" | "--debug-caps" | "--debug-syscalls"
            | "--netstats" => return Stream::foreign(),
            "--shell" if text != "--shell=none" => run.doubt(unknown::OPTION_ODD),
            _ if KNOWN.contains(&name.split('.').next().unwrap_or_default()) => {}
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    entered(run, "firejail", "firejail", rest, &input)
}
