//! Programs that do something on many machines at once: Ansible and Salt.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource};

pub(super) const ROWS: &[Row] = &[
    row("ansible", "-h,--help/info --version/info --list-hosts/shows -a,--args=word -m,--module-name=word -i,--inventory,--inventory-file=word/code -l,--limit=word -b,--become!privilege.raise --become-user=word!privilege.raise --become-method=word -K,--ask-become-pass -k,--ask-pass -u,--user=word -c,--connection=word -e,--extra-vars=word -f,--forks=word -o,--one-line -t,--tree=write -T,--timeout=word -C,--check/dry -D,--diff -v -vv -vvv -vvvv,--verbose -P,--poll=word -B,--background=word -M,--module-path=word/code --playbook-dir=word/code --private-key,--key-file=word --ssh-common-args=odd --ssh-extra-args=odd --scp-extra-args=odd --sftp-extra-args=odd --vault-id=word --vault-password-file,--vault-pass-file=word/code -J,--ask-vault-pass --task-timeout=word", "word*")
        .gives(ansible)
        .examples(&[
            ("ansible all -a 'rm -rf /srv'", "net.fetch all; file.delete /srv/** on all"),
            ("ansible web -i hosts -m shell -a 'rm /srv/a'", "net.fetch web; file.delete /srv/a on web"),
            ("ansible localhost -m command -a 'rm a'", "file.delete /workspace/a"),
            ("ansible all -b -m apt -a name=x", "net.fetch all; privilege.raise ansible; code.run ansible on all"),
            ("ansible all -m ping", "net.fetch all"),
            ("ansible all -m file -a 'path=/srv/a state=absent'", "net.fetch all; file.delete /srv/a/** on all"),
            ("ansible all -m copy -a 'src=a dest=/srv/a'", "net.fetch all; code.run ansible on all; net.send all"),
            ("ansible all --list-hosts", ""),
            ("ansible --version", ""),
        ]),
    row("ansible-playbook ansible-runner", "... -h,--help/info --version/info --syntax-check/shows --list-hosts/shows --list-tasks/shows --list-tags/shows -i,--inventory=word -l,--limit=word -t,--tags=word -e,--extra-vars=word -u=word -b!privilege.raise --become!privilege.raise --ssh-common-args=odd", "word*").does("process.run").examples(&[("ansible-playbook site.yml", "process.run ansible-playbook"), ("ansible-playbook --syntax-check site.yml", "")]),
    row("ansible-pull", "... -h,--help/info --version/info -U,--url=fetch", "word*").does("process.run code.run=ansible").examples(&[("ansible-pull -U https://example.org/r.git", "process.run ansible-pull; code.run ansible; net.fetch example.org")]),
    row("ansible-console", "...", "word*").does("process.run"),
    row("ansible-vault", "-h,--help/info --version/info --ask-vault-pass --vault-id=word --vault-password-file=word", "").sub(&[
        row("view decrypt edit", "... --output=write", "write*").does("secret.read"),
        row("encrypt encrypt_string rekey create", "... --output=write", "write*"),
    ])
    .examples(&[("ansible-vault view x", "secret.read ansible-vault view; file.write /workspace/x")]),
    row("ansible-galaxy", "-h,--help/info --version/info", "").sub(&[
        row("list search info", "...", "word*"),
        row("install setup", "... -r=read", "word*").does("package.install"),
        row("remove delete", "...", "word*").does("package.remove"),
        row("init", "...", "write"),
        row("import", "...", "word*").does("package.publish"),
        row("collection role", "", "").sub(&[
            row("list search info verify", "...", "word*"),
            row("install download", "... -r=read -p=write", "word*").does("package.install"),
            row("remove delete", "...", "word*").does("package.remove"),
            row("init build", "...", "word*"),
            row("publish import", "...", "word*").does("package.publish"),
        ]),
    ])
    .examples(&[("ansible-galaxy collection install x", "package.install ansible-galaxy"), ("ansible-galaxy list", "")]),
    row("ansible-doc ansible-config ansible-inventory", "... -i,--inventory,--inventory-file=word/code", "word*").examples(&[
        ("ansible-inventory -i ./x --list", ""),
        ("ansible-inventory -i /tmp/x --list", "process.run /tmp/x"),
        ("ansible-doc copy", ""),
    ]),
    row("salt salt-ssh salt-call", "-h,--help/info --version/info -L -E -G -N -C -I -S -R -t=word -b=word --out=word --output=word --local -l=word -c=word/code --async -v -s --state-output=word -i --no-color --force-color --config-dir=word/code --pillar-root=word/code --file-root=word/code --roster=word -r,--raw", "word*").gives(salt).examples(&[
        ("salt '*' cmd.run 'rm /srv/a'", "net.fetch ?; file.delete /srv/a on *"),
        ("salt web test.ping", "net.fetch web"),
        ("salt web state.apply", "net.fetch web; code.run salt on web"),
        ("salt-call --local cmd.run 'rm a'", "file.delete /workspace/a"),
    ]),
    row("salt-key", "-l,--list=word -L,--list-all -p=word -P -f=word -F -a=word!cloud.privilege -A!cloud.privilege -r=word!cloud.privilege -d=word!cloud.delete -D!cloud.delete -y -q", "word*"),
    row("salt-run salt-cp salt-cloud salt-master salt-minion", "...", "word*").does("process.run"),
    row("puppet chef-client chef-solo chef knife facter cfengine cf-agent bolt pyinfra", "... --version/info --help/info", "word*").does("process.run"),
];

/// Where a pattern of hosts reaches: nowhere else for this machine.
fn reach_of(pattern: &Field) -> Option<Reach> {
    match pattern.text_with_wildcards().as_deref() {
        Some("localhost" | "127.0.0.1" | "localhost,") => None,
        Some(text) => Some(Reach::Remote(text.to_owned())),
        None => Some(Reach::Remote("?".to_owned())),
    }
}

fn ansible(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some(pattern) = given.operands.first().cloned() else { return Stream::foreign() };
    let local = given.value("-c").and_then(Field::text) == Some("local");
    let reach = reach_of(&pattern).filter(|_| !local);
    if reach.is_some() {
        reached(run, Action::NET_FETCH, &pattern);
    }
    let module = given
        .value("-m")
        .and_then(Field::text)
        .unwrap_or(if given.has("-m") { "?" } else { "command" })
        .to_owned();
    let module = module.trim_start_matches("ansible.builtin.").to_owned();
    let arguments = given.value("-a").cloned().unwrap_or_default();
    let label = format!("ansible {}", pattern.text_with_wildcards().unwrap_or_default());
    let sends = matches!(module.as_str(), "copy" | "template" | "unarchive" | "script" | "synchronize")
        && reach.is_some();
    if sends {
        reached(run, Action::NET_SEND, &pattern);
    }
    run.within(&label, reach, |run| match module.as_str() {
        "command" | "shell" | "raw" => {
            run.shell_text(&arguments, Stream::default());
        }
        "ping" | "setup" | "debug" | "stat" | "service_facts" | "package_facts" | "gather_facts"
        | "win_ping" | "assert" => {}
        "file" => {
            let absent = arguments.text().and_then(|text| {
                let value = |name: &str| text.split_whitespace().find_map(|word| word.strip_prefix(name));
                let path = value("path=").or_else(|| value("dest=")).or_else(|| value("name="))?;
                (value("state=") == Some("absent")).then(|| path.to_owned())
            });
            match absent {
                Some(path) => meaning::path(run, Action::FILE_DELETE, &Field::literal(path), true),
                None => run.effect(Action::CODE_RUN, Resource::Code { language: "ansible".to_owned() }),
            }
        }
        _ => run.effect(Action::CODE_RUN, Resource::Code { language: "ansible".to_owned() }),
    });
    Stream::foreign()
}

fn reached(run: &mut Run<'_>, action: Action, pattern: &Field) {
    let host = match pattern.text() {
        Some(text) if !text.contains(['*', '?', '[', ' ', ',', ':', '!', '&']) => {
            Name::Literal(text.to_lowercase())
        }
        _ => Name::Dynamic,
    };
    run.effect(action, Resource::host(host));
}

fn salt(run: &mut Run<'_>, given: &Given) -> Stream {
    let here = given.name.starts_with("salt-call");
    let mut operands = given.operands.iter();
    let target =
        if here { Field::literal("localhost") } else { operands.next().cloned().unwrap_or_default() };
    let reach = reach_of(&target);
    if reach.is_some() {
        reached(run, Action::NET_FETCH, &target);
    }
    let function = operands.next().and_then(Field::text).unwrap_or_default().to_owned();
    let text = operands.next().cloned().unwrap_or_default();
    run.within("salt", reach, |run| match function.as_str() {
        "cmd.run" | "cmd.shell" | "cmd.run_all" | "cmd.exec_code" => {
            run.shell_text(&text, Stream::default());
        }
        "test.ping" | "test.version" | "grains.items" | "grains.get" | "grains.ls" | "status.uptime"
        | "disk.usage" | "sys.doc" | "" => {}
        _ => run.effect(Action::CODE_RUN, Resource::Code { language: "salt".to_owned() }),
    });
    Stream::foreign()
}
