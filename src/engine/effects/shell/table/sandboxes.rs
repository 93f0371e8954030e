//! Programs that run a command where paths mean something else: sandboxes, containers by their own tools,
//! virtual machines, devices. What runs there lands there; who may enter, or build one, has power here.

mod boxes;

use super::identity::{or_shell, shell_or_input};
use super::remote::{in_one, joined};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource, unknown};
use boxes::{BWRAP, PROOT, boxed, firejail};

pub(super) const ROWS: &[Row] = &[
    // name spaces of this machine
    row("unshare", "gnu -h/info -V/info -i,--ipc[=word] -m,--mount[=word] -n,--net[=word] -p,--pid[=word] -u,--uts[=word] -U,--user[=word] -C,--cgroup[=word] -T,--time[=word] -f,--fork --kill-child[=word] --mount-proc[=word] --mount-binfmt[=word] -r,--map-root-user -c,--map-current-user --map-auto --map-user=word --map-group=word --map-users=word --map-groups=word --propagation=word --setgroups=word -R,--root=word -w,--wd=cd -S,--setuid=word -G,--setgid=word --keep-caps --monotonic=word --boottime=word --forward-signals", "word*")
        .style(Style::First)
        .does("privilege.raise")
        .gives(or_shell)
        .examples(&[
            ("unshare -r rm a", "privilege.raise unshare; file.delete /workspace/a"),
            ("unshare -rm sh", "privilege.raise unshare; process.run sh"),
            ("unshare --map-root-user --mount -- sh -c 'rm a'", "privilege.raise unshare; file.delete /workspace/a"),
        ]),
    row("nsenter", "gnu -h/info -V/info -a,--all -t,--target=word -m,--mount[=word] -u,--uts[=word] -i,--ipc[=word] -n,--net[=word] -p,--pid[=word] -C,--cgroup[=word] -U,--user[=word] -T,--time[=word] -S,--setuid[=word] -G,--setgid[=word] --preserve-credentials -r,--root[=word] -w,--wd[=word] -W,--wdns[=word] -e,--env -F,--no-fork -Z,--follow-context --keep-caps --user-parent --net-socket=word -c,--join-cgroup -N=word", "word*")
        .style(Style::First)
        .does("privilege.raise")
        .gives(|run, given| {
            let target = given.value("-t").and_then(Field::text).unwrap_or("?").to_owned();
            entered(run, "nsenter", &target, &given.operands, &given.input)
        })
        .examples(&[("nsenter -t 1 -m -p rm /srv/a", "privilege.raise nsenter; file.delete /srv/a in 1"), ("nsenter -t 1 -a", "privilege.raise nsenter; process.run sh in 1")]),
    row("chroot gchroot gnuchroot arch-chroot artix-chroot manjaro-chroot xchroot", "gnu -u,--userspec=word -g,-G,--groups=word --skip-chdir -N -r -S -n", "word*")
        .style(Style::First)
        .does("privilege.raise")
        .gives(|run, given| {
            let Some((root, rest)) = given.operands.split_first() else { return Stream::default() };
            let root = root.text().unwrap_or("?").to_owned();
            entered(run, "chroot", &root, rest, &given.input)
        })
        .examples(&[("chroot / rm -rf /srv", "privilege.raise chroot; file.delete /srv/** in /"), ("chroot /mnt", "privilege.raise chroot; process.run sh in /mnt")]),
    row("schroot dchroot", "-h,--help/info -V,--version/info -l,--list/info -i,--info/info -c,--chroot=word -a,--all -d,--directory=word -u,--user=word -p,--preserve-environment -q,--quiet -v,--verbose -s,--shell=odd -o,--option=odd -b,--begin-session -r,--run-session -e,--end-session -n,--session-name=word -f,--force --config/info --location/info", "word*")
        .style(Style::First)
        .gives(|run, given| {
            let name = given.value("-c").and_then(Field::text).unwrap_or("?").to_owned();
            entered(run, "schroot", &name, &given.operands, &given.input)
        })
        .examples(&[("schroot -c sid -- rm /srv/a", "file.delete /srv/a in sid")]),
    row("proot proot-distro", "", "").style(Style::Raw).instead(|run, arguments, input| boxed(run, "proot", PROOT, arguments, input)).examples(&[
        ("proot rm -rf /srv", "file.delete /srv/** in proot"),
        ("proot -r x -b /:/y -w / rm /srv/a", "file.delete /srv/a in proot"),
        ("proot -q ./x rm /srv/a", "process.run /workspace/x; file.delete /srv/a in proot"),
    ]),
    row("bwrap bubblewrap", "", "").style(Style::Raw).instead(|run, arguments, input| boxed(run, "bwrap", BWRAP, arguments, input)).examples(&[
        ("bwrap --bind / / rm -rf /srv", "file.delete /srv/** in bwrap"),
        ("bwrap --ro-bind / / --unshare-net --setenv A b -- sh -c 'rm /srv/a'", "file.delete /srv/a in bwrap"),
        ("bwrap --frob rm /srv/a", "unknown option_unknown; file.delete /srv/a in bwrap"),
    ]),
    row("firejail", "", "").style(Style::Raw).instead(firejail).examples(&[
        ("firejail rm -rf /srv", "file.delete /srv/** in firejail"),
        ("firejail --net=none --private -- rm /srv/a", "file.delete /srv/a in firejail"),
        ("firejail --output=x rm /srv/a", "unknown option_unknown; file.delete /srv/a in firejail"),
        ("firejail --list", ""),
    ]),
    row("nsjail minijail0 minijail landrun", "...", "word*").does("process.run"),
    row("sandbox-exec", "-f=read -n=word -p=word -D=word", "command").style(Style::First).examples(&[("sandbox-exec -p x rm a", "file.delete /workspace/a")]),
    row("systemd-nspawn", "gnu -q,--quiet -P,--pipe --console=word -D,--directory=word --template=word -x,--ephemeral -i,--image=word --oci-bundle=word --read-only[=word] --volatile[=word] --root-hash=word -a,--as-pid2 -b,--boot --chdir=word --pivot-root=word -E,--setenv=word -u,--user=word --kill-signal=word -M,--machine=word --hostname=word --uuid=word --private-users[=word] -U --private-network --network-interface=word -n,--network-veth -p,--port=word!net.listen --capability=word --drop-capability=word --bind=word --bind-ro=word --tmpfs=word --overlay=word --register=word --keep-unit --settings=word -S,--slice=word --property=odd --resolv-conf=word --timezone=word --link-journal=word -j", "word*")
        .style(Style::First)
        .does("container.privilege")
        .gives(|run, given| {
            let name = given.value("-M").or_else(|| given.value("-D")).or_else(|| given.value("-i")).and_then(Field::text).unwrap_or("?").to_owned();
            entered(run, "systemd-nspawn", &name, &given.operands, &given.input)
        })
        .examples(&[("systemd-nspawn -D x rm /srv/a", "container.privilege systemd-nspawn; file.delete /srv/a in x")]),

    // containers and machines by their own tools
    row("lxc incus", "gnu --project=word --debug -q,--quiet -v,--verbose --force-local", "").sub(&[
        row("exec", "-n,--mode=word --env=word --cwd=word --user=word --group=word -t,-T,--force-interactive --force-noninteractive -n,--disable-stdin --project=word", "word*")
            .style(Style::First)
            .gives(container_command),
        row("shell console", "...", "word*").does("container.write"),
        row("list ls info version monitor warning", "...", "word*").does("container.read"),
        row("delete rm", "...", "word*").does("container.delete"),
        row("file", "", "").sub(&[
            row("pull", "-r,--recursive -p,--create-dirs", "word write"),
            row("push", "-r,--recursive -p,--create-dirs --uid=word --gid=word --mode=word", "read word").does("container.write"),
            row("edit", "", "word").does("container.write"),
            row("delete rm", "...", "word*").does("container.delete"),
            row("mount", "...", "word*").does("container.write net.listen"),
        ]),
        row("config profile cluster admin", "...", "word*").also(|run, given| {
            let reads = given.operands.iter().take(2).any(|field| matches!(field.text(), Some("show" | "get" | "list")));
            let action = if reads { Action::CONTAINER_READ } else { Action::CONTAINER_PRIVILEGE };
            run.effect(action, cloud(&given.name));
        }),
        row("image network storage snapshot project remote alias operation", "...", "word*").also(|run, given| {
            let word = given.operands.iter().take(2).find_map(|field| match field.text() {
                Some("list" | "ls" | "show" | "info" | "get" | "get-default") => Some(Action::CONTAINER_READ),
                Some("delete" | "rm") => Some(Action::CONTAINER_DELETE),
                _ => None,
            });
            run.effect(word.unwrap_or(Action::CONTAINER_WRITE), cloud(&given.name));
        }),
        row("launch init create start stop restart pause resume copy cp move mv rename rebuild restore publish export import query", "...", "word*").does("container.write"),
    ])
    .examples(&[
        ("lxc exec c -- rm /srv/a", "container.write lxc exec; file.delete /srv/a in c"),
        ("incus exec c --cwd / -- sh -c 'rm /srv/a'", "container.write incus exec; file.delete /srv/a in c"),
        ("lxc list", "container.read lxc list"),
        ("lxc delete -f c", "container.delete lxc delete"),
        ("lxc file pull c/etc/hosts x", "file.write /workspace/x"),
        ("lxc file push x c/tmp/", "file.read /workspace/x; container.write lxc file push"),
        ("lxc config set c security.privileged=true", "container.privilege lxc config"),
        ("lxc config show c", "container.read lxc config"),
        ("lxc image delete x", "container.delete lxc image"),
        ("lxc snapshot c s", "container.write lxc snapshot"),
        ("lxc frob", "unknown subcommand_unknown"),
    ]),
    row("lxc-attach lxc-execute lxc-unshare", "gnu -n,--name=word -u,--uid=word -g,--gid=word -e,--elevated-privileges=odd -s,--namespaces=word -R,--remount-sys-proc --keep-env --clear-env -v,--set-var=word -P,--lxcpath=word -f,--rcfile=odd -q,--quiet", "word*").style(Style::First).gives(|run, given| {
        let name = given.value("-n").and_then(Field::text).unwrap_or("?").to_owned();
        run.effect(Action::CONTAINER_WRITE, cloud(&given.name));
        entered(run, "lxc-attach", &name, &given.operands, &given.input)
    })
    .examples(&[("lxc-attach -n c -- rm /srv/a", "container.write lxc-attach; file.delete /srv/a in c")]),
    row("lxc-ls lxc-info lxc-top lxc-checkconfig lxc-config lxc-monitor", "...", "word*").does("container.read"),
    row("lxc-destroy", "...", "word*").does("container.delete").examples(&[("lxc-destroy -n c", "container.delete lxc-destroy")]),
    row("lxc-start lxc-stop lxc-create lxc-copy lxc-snapshot lxc-freeze lxc-unfreeze lxc-wait lxc-cgroup lxc-device lxc-console", "...", "word*").does("container.write"),
    row("virsh", "gnu ... -c,--connect=word -d,--debug=word -e=word -k=word -K=word -l=write -q,--quiet -r,--readonly -t,--timing -v -V", "word*").sub_or(&[], Verb::First, &[
        Class { words: "list dominfo domstate domblklist domblkinfo domblkstat domiflist domifstat domifaddr dommemstat domstats domid domname domuuid domtime domdisplay vcpuinfo vcpucount nodeinfo nodecpumap nodememstats nodedev-list nodedev-dumpxml capabilities domcapabilities version hostname uri sysinfo net-list net-info net-dumpxml net-uuid net-dhcp-leases pool-list pool-info pool-dumpxml pool-uuid vol-list vol-info vol-dumpxml vol-path snapshot-list snapshot-info snapshot-dumpxml snapshot-current iface-list iface-dumpxml nwfilter-list nwfilter-dumpxml checkpoint-list maxvcpus freecell help", does: "container.read" },
        Class { words: "dumpxml secret-list secret-dumpxml secret-get-value", does: "secret.read" },
        Class { words: "undefine destroy *-delete *-destroy *-undefine *-wipe detach-* managedsave-remove", does: "container.delete" },
        Class { words: "qemu-agent-command qemu-monitor-command send-key console guest-agent-timeout set-user-password set-user-sshkeys domrename lxc-enter-namespace", does: "container.privilege" },
        Class { words: "", does: "container.write" },
    ])
    .also(several)
    .examples(&[
        ("virsh list --all", "container.read virsh list"),
        ("virsh --connect qemu:///system undefine --domain x", "container.delete virsh undefine"),
        ("virsh destroy x", "container.delete virsh destroy x"),
        ("virsh vol-delete --vol x", "container.delete virsh vol-delete"),
        ("virsh start x", "container.write virsh start x"),
    ]),
    row("virt-install virt-clone virt-convert virt-resize virt-sparsify virt-builder virt-make-fs virt-sysprep virt-copy-in virt-edit virt-p2v virt-v2v", "...", "word*").does("container.write"),
    row("virt-top virt-host-validate virt-df virt-filesystems virt-ls virt-inspector virt-alignment-scan", "...", "word*").does("container.read"),
    row("virt-customize", "gnu -a,--add=write -d,--domain=word -c,--connect=word -n,--dry-run/dry -q,--quiet -v,--verbose -x --format=word -m,--memsize=word --network --no-network --smp=word --append-line=word --chmod=word --commands-from-file=odd --copy=word --copy-in=word --delete=word --edit=odd --firstboot=odd --firstboot-command=word --firstboot-install=word --hostname=word --install=word --link=word --mkdir=word --move=word --password=word --password-crypto=word --root-password=word --run=read --run-command=word --scrub=word --ssh-inject=word --timezone=word --touch=word --truncate=word --truncate-recursive=word --uninstall=word --update --upload=word --write=word --selinux-relabel --no-selinux-relabel", "")
        .does("container.write")
        .also(|run, given| {
            let texts: Vec<Field> = given.values("--run-command").chain(given.values("--firstboot-command")).cloned().collect();
            for text in texts {
                run.within("virt-customize", Some(Reach::Container("image".to_owned())), |run| run.shell_text(&text, Stream::default()));
            }
        })
        .examples(&[("virt-customize -a x.img --run-command 'rm /srv/a'", "container.write virt-customize; file.write /workspace/x.img; file.delete /srv/a in image")]),
    row("machinectl", "gnu -H,--host=odd -M,--machine=word -p,--property=word -q,--quiet -l,--full --no-pager --no-legend -a,--all --kill-whom=word -s,--signal=word --uid=word -E,--setenv=assign --read-only --mkdir -n,--lines=word -o,--output=word --verify=word --force --now", "word*").sub_or(
        &[
            row("shell", "--uid=word -E,--setenv=assign -q,--quiet -M,--machine=word", "word*").style(Style::First).does("privilege.raise").gives(|run, given| {
                let Some((target, rest)) = given.operands.split_first() else { return Stream::local() };
                // `.host` is this machine.
                let name = target.text().map(|text| text.rsplit_once('@').map_or(text, |(_, name)| name)).unwrap_or("?").to_owned();
                match name.as_str() {
                    "" | ".host" if !rest.is_empty() => run.within("machinectl shell", None, |run| run.program(rest, given.input.clone())),
                    _ => entered(run, "machinectl shell", &name, rest, &given.input),
                }
            }),
            row("pull-tar pull-raw", "--verify=word --force -q", "fetch word?").does("container.write"),
        ],
        Verb::First,
        &[
            Class { words: "list list-images status show image-status show-image", does: "container.read" },
            Class { words: "remove clean", does: "container.delete" },
            Class { words: "login enable bind set-limit", does: "container.privilege" },
            Class { words: "", does: "container.write" },
        ],
    )
    .examples(&[
        ("machinectl list", "container.read machinectl list"),
        ("machinectl shell root@c /bin/rm /srv/a", "privilege.raise machinectl shell; file.delete /srv/a in c"),
        ("machinectl shell .host /bin/rm /srv/a", "privilege.raise machinectl shell; file.delete /srv/a"),
        ("machinectl remove c", "container.delete machinectl remove c"),
    ]),
    row("vagrant", "-h,--help/info -v,--version/info --no-color --color --machine-readable --debug --timestamp", "").sub(&[
        row("ssh", "-c,--command=word -p,--plain -t,--tty --no-tty -h,--help/info", "word*").also(|run, given| {
            run.effect(Action::CONTAINER_WRITE, cloud("vagrant ssh"));
            let name = given.operands.first().and_then(Field::text).filter(|text| *text != "--").unwrap_or("default").to_owned();
            if let Some(text) = given.value("-c").cloned() {
                run.within("vagrant ssh", Some(Reach::Container(name)), |run| run.shell_text(&text, given.input.clone()));
            } else if !given.input.is_nothing() {
                run.within("vagrant ssh", Some(Reach::Container(name)), |run| run.shell_input(&given.input, Vec::new()));
            }
        }),
        row("status global-status port validate version help list-commands ssh-config winrm-config rsync-auto", "...", "word*").does("container.read"),
        row("destroy", "...", "word*").does("container.delete"),
        row("up reload provision resume halt suspend init snapshot package rsync cloud push share rdp", "...", "word*").also(|run, given| {
            let deletes = given.operands.iter().any(|field| matches!(field.text(), Some("delete" | "restore" | "pop")));
            run.effect(if deletes { Action::CONTAINER_DELETE } else { Action::CONTAINER_WRITE }, cloud(&given.name));
        }),
        row("box", "", "").sub(&[
            row("list outdated", "...", "word*").does("container.read"),
            row("remove prune", "...", "word*").does("container.delete"),
            row("add update repackage", "...", "word*").does("container.write net.fetch"),
        ]),
        row("plugin", "", "").sub(&[
            row("list", "...", "word*"),
            row("install update repair license", "...", "word*").does("package.install"),
            row("uninstall expunge", "...", "word*").does("package.remove"),
        ]),
    ])
    .examples(&[
        ("vagrant ssh -c 'rm /srv/a'", "container.write vagrant ssh; file.delete /srv/a in default"),
        ("vagrant destroy -f", "container.delete vagrant destroy"),
        ("vagrant status", "container.read vagrant status"),
        ("vagrant up", "container.write vagrant up"),
        ("vagrant snapshot delete x", "container.delete vagrant snapshot"),
        ("vagrant plugin install x", "package.install vagrant"),
    ]),
    row("limactl lima multipass", "gnu --debug --log-level=word -p,--profile=word --tty --verbose -v", "word*").sub_or(
        &[
            row("shell", "--shell=word --workdir=word --preserve-env --reconnect -h/info --start", "word*").style(Style::First).gives(container_shell),
            row("exec", "-d,--working-directory=word -n,--no-map-working-directory", "word*").style(Style::First).gives(container_command),
            row("copy cp transfer", "-r,--recursive -p,--parents -v", "readtree+ write").does("container.write"),
        ],
        Verb::First,
        &[
            Class { words: "list ls info status version validate show-ssh networks aliases get find help", does: "container.read" },
            Class { words: "delete remove rm purge factory-reset prune", does: "container.delete" },
            Class { words: "", does: "container.write" },
        ],
    )
    .examples(&[
        ("limactl shell default rm -rf /srv", "container.write limactl shell; file.delete /srv/** in default"),
        ("multipass exec x -- rm /srv/a", "container.write multipass exec; file.delete /srv/a in x"),
        ("limactl list", "container.read limactl list"),
        ("multipass delete x", "container.delete multipass delete x"),
        ("limactl start x", "container.write limactl start x"),
    ]),
    row("orb orbctl", "-m,--machine=word -u,--user=word -p,--path -w,--workdir=word -s,--shell -h,--help/info --isolated", "word*").style(Style::First).gives(|run, given| {
        let name = given.value("-m").and_then(Field::text).unwrap_or("default").to_owned();
        match given.operands.first().and_then(Field::text) {
            Some("list" | "info" | "status" | "version" | "logs" | "help") => run.effect(Action::CONTAINER_READ, cloud("orb")),
            Some("delete" | "reset" | "rm") => run.effect(Action::CONTAINER_DELETE, cloud("orb")),
            _ => {
                run.effect(Action::CONTAINER_WRITE, cloud("orb"));
                entered(run, "orb", &name, &given.operands, &given.input);
            }
        }
        Stream::local()
    })
    .examples(&[("orb rm -r /srv", "container.delete orb"), ("orb -m x sh -c 'rm /srv/a'", "container.write orb; file.delete /srv/a in x"), ("orb list", "container.read orb")]),
    row("distrobox toolbox toolbx", "gnu -v,--verbose -y,--assumeyes", "word*").sub_or(
        &[
            row("enter run", "-n,--name=word -c,--container=word -d,--distro=word -r,--release=word -e,--exec -T,--no-tty -nw,--no-workdir -v,--verbose -a,--additional-flags=odd -H -cl --clean-path --root", "word*").style(Style::First).gives(|run, given| {
                run.effect(Action::CONTAINER_WRITE, cloud(&given.name));
                let named = given.value("-n").or_else(|| given.value("-c")).and_then(Field::text).map(str::to_owned);
                // `distrobox enter NAME -- command`: the home is shared with this machine.
                let (name, rest) = match (named, given.operands.split_first()) {
                    (Some(name), _) => (name, given.operands.as_slice()),
                    (None, Some((first, rest))) if given.before_dashes > 0 && given.name.starts_with("distrobox") => (first.text().unwrap_or("?").to_owned(), rest),
                    (None, _) => ("default".to_owned(), given.operands.as_slice()),
                };
                let rest = match rest.split_first() {
                    Some((first, after)) if first.text() == Some("--") => after,
                    _ => rest,
                };
                entered(run, "distrobox", &name, rest, &given.input)
            }),
        ],
        Verb::First,
        &[
            Class { words: "list ls version help", does: "container.read" },
            Class { words: "rm rmi delete", does: "container.delete" },
            Class { words: "", does: "container.write" },
        ],
    )
    .examples(&[
        ("distrobox enter x -- rm /srv/a", "container.write distrobox enter; file.delete /srv/a in x"),
        ("toolbox run -c x rm /srv/a", "container.write toolbox run; file.delete /srv/a in x"),
        ("toolbox rm x", "container.delete toolbox rm x"),
        ("distrobox list", "container.read distrobox list"),
    ]),
    row("distrobox-enter", "-n,--name=word -e,--exec -T -v", "word*").style(Style::First).gives(|run, given| {
        run.effect(Action::CONTAINER_WRITE, cloud("distrobox-enter"));
        let name = given.value("-n").and_then(Field::text).unwrap_or("?").to_owned();
        entered(run, "distrobox-enter", &name, &given.operands, &given.input)
    }),
    row("distrobox-host-exec flatpak-spawn host-spawn", "-Y -yes --host --no-interactive --watch-bus --clear-env --env=assign --directory=cd --sandbox --latest-version --forward-fd=word --no-network --sandbox-flag=word -h,--help/info", "command").style(Style::First).does("privilege.raise").examples(&[("flatpak-spawn --host rm a", "privilege.raise flatpak-spawn; file.delete /workspace/a")]),
    row("devcontainer", "gnu", "").sub(&[
        row("exec", "--workspace-folder=word --container-id=word --docker-path=odd --config=word --override-config=odd --remote-env=word --log-level=word --log-format=word --mount-workspace-git-root=word --id-label=word", "word*").style(Style::First).gives(|run, given| {
            run.effect(Action::CONTAINER_WRITE, cloud("devcontainer exec"));
            entered(run, "devcontainer exec", "devcontainer", &given.operands, &given.input)
        }),
        row("up build run-user-commands set-up", "...", "word*").does("container.write"),
        row("read-configuration outdated features templates", "...", "word*").does("container.read"),
    ])
    .examples(&[("devcontainer exec --workspace-folder . rm /srv/a", "container.write devcontainer exec; file.delete /srv/a in devcontainer")]),
    row("wsl wsl.exe", "", "").style(Style::Raw).instead(wsl).examples(&[
        ("wsl rm -rf /mnt/c", "file.delete /mnt/c/** in wsl"),
        ("wsl -d Debian -u root -- rm /srv/a", "file.delete /srv/a in Debian"),
        ("wsl -e rm /srv/a", "file.delete /srv/a in wsl"),
        ("wsl --list -v", "container.read wsl"),
        ("wsl --unregister Debian", "container.delete wsl"),
        ("wsl --shutdown", "container.write wsl"),
        ("wsl", "process.run sh in wsl"),
    ]),

    // devices
    row("adb", "-a -d -e -s=word -t=word -H=word -P=word -L=word --exit-on-write-error --version/info", "").sub(&[
        row("shell exec-out exec-in", "-e=word -n -T -t -x", "word*").style(Style::First).gives(|run, given| {
            let reach = Reach::Remote("device".to_owned());
            if given.operands.is_empty() {
                if !given.input.is_nothing() {
                    run.within("adb shell", Some(reach), |run| run.shell_input(&given.input, Vec::new()));
                }
                return Stream::foreign();
            }
            joined(run, "adb shell", reach, &given.operands, given.input.clone());
            Stream::foreign()
        }),
        row("devices version help get-state get-serialno get-devpath features host-features wait-for-device start-server logcat track-devices mdns jdwp ppp", "...", "word*"),
        row("push", "--sync -n/dry -z=word -Z", "readtree+ word").does("file.write"),
        row("pull", "-a -z=word -Z", "word+ write"),
        row("install install-multiple install-multi-package", "...", "read*").does("package.install"),
        row("uninstall", "-k", "word+").does("package.remove"),
        row("reboot", "...", "word*").does("system.power"),
        row("connect pair", "", "net.fetch word?"),
        row("disconnect kill-server reconnect usb tcpip attach detach", "...", "word*").does("service.control"),
        row("forward reverse", "--list/info --remove=word --remove-all --no-rebind", "word*").does("net.listen"),
        row("root unroot remount disable-verity enable-verity keygen", "...", "word*").does("privilege.raise"),
        row("backup bugreport", "-f=write -apk -noapk -obb -noobb -shared -noshared -all -system -nosystem", "write*").does("secret.read"),
        row("sideload restore sync emu", "...", "word*").does("file.write"),
    ])
    .examples(&[
        ("adb shell rm -rf /sdcard", "file.delete /sdcard/** on device"),
        ("adb -s x shell 'rm /sdcard/a'", "file.delete /sdcard/a on device"),
        ("adb devices -l", ""),
        ("adb push a /sdcard/", "file.read /workspace/a/**; file.write ?"),
        ("adb pull /sdcard/a b", "file.write /workspace/b"),
        ("adb install x.apk", "file.read /workspace/x.apk; package.install adb"),
        ("adb uninstall x", "package.remove adb"),
        ("adb reboot bootloader", "system.power adb reboot"),
        ("adb connect 192.0.2.1:5555", "net.fetch 192.0.2.1:5555"),
        ("adb root", "privilege.raise adb root"),
    ]),
    row("fastboot", "-s=word -l --slot=word -a,--set-active[=word] -w!system.disk --skip-secondary --skip-reboot --disable-verity --disable-verification --force --version/info -h,--help/info -v", "word*").also(|run, given| {
        match given.operands.first().and_then(Field::text) {
            Some("devices" | "getvar" | "help") | None => {}
            Some("reboot" | "reboot-bootloader" | "continue") => run.effect(Action::SYSTEM_POWER, cloud("fastboot")),
            _ => run.effect(Action::SYSTEM_DISK, cloud("fastboot")),
        }
    })
    .examples(&[("fastboot flash boot x.img", "system.disk fastboot"), ("fastboot devices", ""), ("fastboot reboot", "system.power fastboot")]),
];

fn cloud(name: &str) -> Resource {
    Resource::Cloud { cloud: Name::Literal(name.to_owned()) }
}

/// Runs a command, or a shell, in a place of its own that has this name.
pub(super) fn entered(run: &mut Run<'_>, label: &str, name: &str, words: &[Field], input: &Stream) -> Stream {
    run.within(label, Some(Reach::Container(name.to_owned())), |run| match words.is_empty() {
        true => shell_or_input(run, input),
        false => run.program(words, input.clone()),
    })
}

/// `… exec NAME [--] command…`
fn container_command(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((name, rest)) = given.operands.split_first() else { return Stream::local() };
    let name = name.text().unwrap_or("?").to_owned();
    run.effect(Action::CONTAINER_WRITE, cloud(&given.name));
    let more = run.more_options(given, rest);
    entered(run, &given.name, &name, &more.operands, &given.input)
}

/// `… shell NAME [command…]`: the words become one text.
fn container_shell(run: &mut Run<'_>, given: &Given) -> Stream {
    run.effect(Action::CONTAINER_WRITE, cloud(&given.name));
    let Some((name, rest)) = given.operands.split_first() else { return Stream::local() };
    let name = name.text().unwrap_or("?").to_owned();
    if rest.is_empty() {
        return entered(run, &given.name, &name, rest, &given.input);
    }
    run.within(&given.name, Some(Reach::Container(name)), |run| {
        run.shell_text(&in_one(rest), given.input.clone())
    })
}

/// `virsh` reads several commands in one argument.
fn several(run: &mut Run<'_>, given: &Given) {
    if given.operands.first().is_some_and(|first| first.text().is_none_or(|text| text.contains([' ', ';'])))
        || !given.input.is_nothing() && given.operands.is_empty()
    {
        run.doubt(unknown::SHELL_DYNAMIC);
    }
}

/// `wsl [options] [-e | --] command…`
fn wsl(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    let mut name = "wsl".to_owned();
    let mut direct = false;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("-d" | "--distribution" | "--distribution-id") => {
                name = after.first().and_then(Field::text).unwrap_or("?").to_owned();
                rest = after.get(1..).unwrap_or_default();
            }
            Some("-u" | "--user" | "--cd" | "--shell-type") => rest = after.get(1..).unwrap_or_default(),
            Some("-e" | "--exec") => {
                direct = true;
                rest = after;
                break;
            }
            Some("--") => {
                rest = after;
                break;
            }
            Some("~" | "--system") => rest = after,
            Some("-l" | "--list" | "--status" | "--version" | "-v" | "--help") => {
                run.effect(Action::CONTAINER_READ, cloud("wsl"));
                return Stream::foreign();
            }
            Some("--unregister" | "--uninstall") => {
                run.effect(Action::CONTAINER_DELETE, cloud("wsl"));
                return Stream::foreign();
            }
            Some(text) if text.starts_with('-') => {
                run.effect(Action::CONTAINER_WRITE, cloud("wsl"));
                if !matches!(text, "--shutdown" | "-t" | "--terminate" | "--set-default" | "-s" | "--update")
                {
                    run.doubt(unknown::OPTION_UNKNOWN);
                }
                return Stream::foreign();
            }
            _ => break,
        }
    }
    if direct || rest.is_empty() {
        return entered(run, "wsl", &name, rest, &input);
    }
    joined(run, "wsl", Reach::Container(name), rest, input)
}
