//! Programs that run a command on another machine, or carry files and connections there.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{meaning, thing};
use crate::effects::{Action, Name, Reach, Resource, unknown, web};

const SSH: &str = "-4 -6 -A/odd -a -B=word -b=word -C -c=word -D=word!net.listen -E=write -e=word -F=word -f -G/info -g -I=odd -i=word -J=word/sent -K/odd -k -L=word!net.listen -l=word/sent -M -m=word -N -n -O=word -o=word/sent -P=word -p=word -Q=word/info -q -R=word!net.listen -S=word -s -T -t -tt -V/info -v -vv -vvv -W=word!net.listen -w=word!net.listen -X/odd -x -Y/odd -y";

pub(super) const ROWS: &[Row] = &[
    row("ssh slogin hpnssh", SSH, "word*").style(Style::First).gives(ssh).examples(&[
        ("ssh db1 rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
        ("ssh -p 22 root@db1 'cd /srv && rm a'", "net.fetch db1; file.delete /srv/a on db1"),
        ("ssh db1 -o BatchMode=yes rm a", "net.fetch db1; file.delete ? on db1; unknown working_directory"),
        ("ssh -o ProxyCommand='rm a' db1", "net.fetch db1; file.delete /workspace/a"),
        ("ssh -oproxycommand=none db1 true", "net.fetch db1"),
        ("ssh -oLocalCommand='rm a' db1", "net.fetch db1; file.delete /workspace/a"),
        ("ssh -o PKCS11Provider=/tmp/x.so db1", "net.fetch db1; unknown option_odd"),
        ("ssh -o RemoteCommand='rm /srv/a' db1", "net.fetch db1; file.delete /srv/a on db1"),
        ("ssh -F x db1", "net.fetch db1; file.read /workspace/x; unknown option_odd"),
        ("ssh -F /dev/null db1", "net.fetch db1"),
        ("ssh -L 8080:db:80 -N db1", "net.fetch db1; net.listen configured"),
        ("ssh -fNR 9000:localhost:22 db1", "net.fetch db1; net.listen configured"),
        ("ssh -o RemoteForward=9000 db1", "net.fetch db1; net.listen ?"),
        ("ssh db1 <<'E'\nrm /srv/a\nE", "net.fetch db1; file.delete /srv/a on db1"),
        ("ssh db1 bash -s <<< 'rm /srv/a'", "net.fetch db1; file.delete /srv/a on db1"),
        ("ssh db1 'frob > /srv/x' < a", "file.read /workspace/a; net.fetch db1; net.send db1; process.run frob on db1; file.write /srv/x on db1"),
        ("ssh db1 \"rm $x\"", "net.fetch db1; unknown shell_dynamic"),
        ("ssh db1 frob", "net.fetch db1; process.run frob on db1"),
        ("ssh -T git@github.com", "net.fetch github.com"),
        ("ssh ssh://me@db1:2222", "net.fetch db1"),
        ("ssh \"$h\" true", "net.fetch ?; unknown option_dynamic"),
        ("ssh -G db1", ""),
        ("ssh -l \"$(cat a)\" db1", "file.read /workspace/a; net.fetch db1; net.send db1"),
        ("ssh -V", ""),
    ]),
    row("autossh", "-V/info -M=word -f -1 -2 -4 -6 -A/odd -a -C -c=word -D=word!net.listen -E=write -e=word -F=odd -g -I=odd -i=word -J=word -K/odd -k -L=word!net.listen -l=word -m=word -N -n -O=word -o=word -p=word -q -R=word!net.listen -S=word -s -T -t -tt -v -W=word!net.listen -w=word!net.listen -X/odd -x -Y/odd -y", "word*").style(Style::First).gives(ssh).examples(&[
        ("autossh -M 0 -f -N -R 9000:localhost:22 db1", "net.fetch db1; net.listen configured"),
        ("autossh -M 0 db1 rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
    ]),
    row("sshpass", "-h/info -V/info -p=word -f=read -d=word -e -P=word -v", "command").style(Style::First).examples(&[
        ("sshpass -p x ssh db1 rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
    ]),
    row("dbclient", "-p=word -l=word -t -T -N -f -y -i=word -A/odd -L=word!net.listen -R=word!net.listen -g -W=word -K=word -I=word -J=odd -c=word -m=word -b=word -s -V/info -q -v -o=word -B=word!net.listen", "word*").style(Style::First).gives(ssh),
    row("rsh rlogin rexec remsh", "-l=word -n -d -K -8 -E -L -e=word -x -f -F -k=word -D=word", "word*").style(Style::First).gives(ssh).examples(&[
        ("rsh db1 rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
    ]),
    row("mosh", "--help/info --version/info --client=run --server=odd --ssh=odd --predict=word -a -n -4 -6 --family=word -p,--port=word --bind-server=word --no-ssh-pty --no-init --local --experimental-remote-ip=word --predict-overwrite -o", "word*").style(Style::First).gives(mosh).examples(&[
        ("mosh db1 -- rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
        ("mosh --ssh='x y' db1", "net.fetch db1; unknown option_odd"),
    ]),
    row("pssh parallel-ssh", "-h,--hosts=read -H,--host=word -l,--user=word -p,--par=word -o,--outdir=write -e,--errdir=write -t,--timeout=word -O,--option=word -x,--extra-args=odd -v,--verbose -A,--askpass -i,--inline --inline-stdout -P,--print -I,--send-input -X,--extra-arg=odd -g,--host-glob=word --help/info --version/info", "word*").style(Style::First).gives(many).examples(&[
        ("pssh -H db1 -i 'rm -r /srv/a'", "net.fetch db1; file.delete /srv/a/** on db1"),
        ("pssh -h hosts rm /srv/a", "file.read /workspace/hosts; net.fetch ?; file.delete /srv/a on ?"),
    ]),
    row("pdsh clush dsh", "-w,-m=word -g=word -a -x=word -l=word -f=word -u=word -t=word -R=word -N -S -b -B -L -q -V/info -h/info -H -c -M -d -v -o=odd -r=odd -e=word -X=word -n --version/info --help/info", "word*").style(Style::First).gives(many).examples(&[
        ("pdsh -w db[1-3] rm /srv/a", "net.fetch db[1-3]; file.delete /srv/a on db[1-3]"),
        ("dsh -m db1 -- rm /srv/a", "net.fetch db1; file.delete /srv/a on db1"),
    ]),

    // files
    row("scp hpnscp", "-1 -2 -3 -4 -6 -A/odd -B -C -c=word -D=odd -F=odd -i=word -J=word -l=word -O -o=word -P=word -p -q -R -r -S=run -s -T -v -X=word", "word*").gives(scp).examples(&[
        ("scp a db1:/tmp/", "file.read /workspace/a; net.send db1"),
        ("scp -r . root@db1:/x", "file.read /workspace/**; net.send db1"),
        ("scp db1:/etc/hosts b", "net.fetch db1; file.write /workspace/b"),
        ("scp scp://db1/etc/hosts b", "net.fetch db1; file.write /workspace/b"),
        ("scp db1:/a db2:/b", "net.fetch db1; net.send db2"),
        ("scp -S /tmp/evil a b:", "process.run /tmp/evil; file.read /workspace/a; net.send b"),
        ("scp -oProxyCommand='rm x' a b:", "file.delete /workspace/x; file.read /workspace/a; net.send b"),
        ("scp a b", "file.read /workspace/a; file.write /workspace/b"),
        ("scp ~/.ssh/id_rsa db1:", "file.read ~/.ssh/id_rsa; secret.read ~/.ssh/id_rsa; net.send db1"),
    ]),
    row("pscp parallel-scp prsync", "-h,--hosts=read -H,--host=word -l,--user=word -p,--par=word -o,--outdir=write -e,--errdir=write -t,--timeout=word -O,--option=word -v,--verbose -A,--askpass -r,--recursive -a,--archive -z,--compress -S=odd -x=odd -X=odd", "readtree+ word").does("net.send").examples(&[
        ("pscp -H db1 a /tmp/", "file.read /workspace/a/**; net.send configured"),
    ]),
    row("sftp", "-1 -2 -4 -6 -A/odd -a -B=word -b=word -C -c=word -D=odd -F=odd -f -i=word -J=word -l=word -N -o=word -P=word -p -q -R=word -r -S=run -s=odd -v -X=word", "word*").gives(sftp).examples(&[
        ("sftp me@db1 <<< 'put a'", "net.fetch db1; file.read /workspace/a; net.send db1"),
        ("sftp db1:/x/ <<< $'get a b\\nls\\nbye'", "net.fetch db1; file.write /workspace/b"),
        ("sftp db1 <<< '!rm a'", "net.fetch db1; file.delete /workspace/a"),
        ("sftp db1 <<< 'rm /srv/a'", "net.fetch db1; file.delete /srv/a on db1"),
        ("sftp db1:/etc/hosts", "net.fetch db1; file.write /workspace"),
        ("sftp -b cmds db1", "net.fetch db1; file.read /workspace/cmds; code.run sftp"),
        ("sftp db1 <<< 'frob'", "net.fetch db1; code.run sftp"),
    ]),
    row("sshfs", "-h,--help/info -V,--version/info -p=word -C -F=odd -1 -o=word -d,--debug -f -s", "word write").also(|run, given| {
        if let Some(source) = given.operands.first() {
            // What is written below goes there.
            reached(run, Action::NET_FETCH, &machine_of(source));
            reached(run, Action::NET_SEND, &machine_of(source));
        }
        let odd = given.values("-o").any(|value| value.text().is_none_or(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("command") || text.contains("sftp_server") || text.contains("directport") || text.contains("slave")
        }));
        if odd {
            run.doubt(unknown::OPTION_ODD);
        }
    })
    .examples(&[("sshfs db1:/srv mnt", "net.fetch db1; net.send db1; file.write /workspace/mnt")]),

    // keys
    row("ssh-keygen", "-A!file.write=/etc/ssh/** -a=word -b=word -B -C=word -c!file.write -D=odd -E=word -e -F=word -f=word -g -H -h -I=word -i -K/odd -k -L -l -M=word -m=word -N=word -n=word -O=word -o -P=word -p -Q -q -R=word -r=word -s=read -t=word -U -u -V=word -v -w=odd -Y=word -y -Z=word -z=word", "word*").also(keygen).examples(&[
        ("ssh-keygen -t ed25519 -N '' -f k", "file.write /workspace/k; file.write /workspace/k.pub"),
        ("ssh-keygen -t rsa", "file.write ~/.ssh/**; persistence.install ~/.ssh/**"),
        ("ssh-keygen -lf k.pub", "file.read /workspace/k.pub"),
        ("ssh-keygen -y -f ~/.ssh/id_rsa", "file.read ~/.ssh/id_rsa; secret.read ~/.ssh/id_rsa"),
        ("ssh-keygen -R db1", "file.write ~/.ssh/known_hosts; persistence.install ~/.ssh/known_hosts"),
        ("ssh-keygen -F db1", "file.read ~/.ssh/known_hosts"),
        ("ssh-keygen -D /tmp/x.so", "unknown option_odd; file.read ?"),
    ]),
    row("ssh-add", "-c -C -D!service.control -d!service.control -E=word -e=odd -H=word -h=word -K -k -L -l -M=word -q -S=odd -s=odd -T=word -t=word -v -X -x", "read*").also(|run, given| {
        let named = !given.operands.is_empty();
        let lists = ["-l", "-L", "-D", "-d", "-x", "-X", "-e", "-s", "-T"].iter().any(|name| given.has(name));
        if !named && !lists {
            meaning::path(run, Action::FILE_READ, &Field::literal("~/.ssh"), true);
        }
    })
    .examples(&[
        ("ssh-add -l", ""),
        ("ssh-add k", "file.read /workspace/k"),
        ("ssh-add -s /tmp/x.so", "unknown option_odd"),
        ("ssh-add", "file.read ~/.ssh/**; secret.read ~/.ssh/**"),
    ]),
    row("ssh-agent", "-a=write -c -D -d -E=word -k!service.control -O=word -P=odd -s -T -t=word -u -U", "command?").style(Style::First).examples(&[
        ("ssh-agent rm a", "file.delete /workspace/a"),
        ("ssh-agent -s", ""),
    ]),
    row("ssh-keyscan", "-4 -6 -c -D -f=read -H -O=word -p=word -q -T=word -t=word -v", "net.fetch*").examples(&[("ssh-keyscan -t rsa db1", "net.fetch db1")]),
    row("ssh-copy-id", "-f -n/dry -s -x -i[=word] -p=word -F=odd -o=word -t=word -h/info", "word+").also(|run, given| {
        // `-i file`: the file may be attached or the next word.
        let target = given.operands.last().cloned().unwrap_or_default();
        let (host, name) = machine_of(&target);
        reached(run, Action::NET_SEND, &(host, name.clone()));
        run.within("ssh-copy-id", Some(Reach::Remote(name)), |run| run.effect(Action::PERSISTENCE_INSTALL, thing("authorized_keys")));
        options_of(run, given, None);
    })
    .examples(&[("ssh-copy-id db1", "net.send db1; persistence.install authorized_keys on db1")]),
    row("ssh-import-id ssh-import-id-gh ssh-import-id-lp", "-r -o=write -u=word", "word*").does("net.fetch persistence.install"),
    row("sshd", "-T/info -t/info -G/info -V/info -f=odd -D -d -e -p=word -o=odd -h=read -q -4 -6 -E=write", "").does("net.listen service.control"),

    // connections
    row("telnet", "-4 -6 -8 -E -K -L -a -b=word -d -e=word -F -f -k=word -l=word -n=write -r -x -X=word -c", "word? word?").gives(|run, given| {
        let Some(target) = given.operands.first() else { return Stream::foreign() };
        let host = machine_of(target);
        reached(run, Action::NET_FETCH, &host);
        if meaning::leaks(&given.input) {
            reached(run, Action::NET_SEND, &host);
        }
        Stream::foreign()
    })
    .examples(&[
        ("telnet localhost 6379 </dev/null", "net.fetch localhost"),
        ("telnet db1 80 < a", "file.read /workspace/a; net.fetch db1; net.send db1"),
        ("telnet db1 44 | sh", "net.fetch db1; code.run shell"),
    ]),
];

/// The machine that a word names, as `[user@]host`, `host:path` or `ssh://user@host:port/path`: as a resource,
/// and by its name.
pub(super) fn machine_of(field: &Field) -> (Resource, String) {
    let Some(text) = field.text_with_wildcards() else {
        return (Resource::host(Name::Dynamic), "?".to_owned());
    };
    let text = text.as_str();
    let (authority, is_url) = match text.split_once("://") {
        Some((_, rest)) => (rest.split('/').next().unwrap_or_default(), true),
        None => (text, false),
    };
    let own = authority.rsplit_once('@').map_or(authority, |(_, own)| own);
    let own = match own.split_once(':') {
        Some((host, _)) if !own.starts_with('[') => host,
        _ if is_url || !own.starts_with('[') => own,
        _ => own.split_once(']').map_or(own, |(host, _)| host.trim_start_matches('[')),
    };
    if own.is_empty() {
        return (Resource::host(Name::Dynamic), "?".to_owned());
    }
    let host = match web::host(own, None) {
        Resource::Host { host: Name::Literal(host), .. } => host,
        // A list of machines, or a name that stands in the program's settings.
        _ => own.to_owned(),
    };
    (Resource::host(Name::Literal(host.clone())), host)
}

fn reached(run: &mut Run<'_>, action: Action, machine: &(Resource, String)) {
    run.effect(action, machine.0.clone());
}

/// Runs the words as one text in a shell elsewhere, as `ssh` and its kin do.
pub(super) fn joined(run: &mut Run<'_>, label: &str, reach: Reach, words: &[Field], input: Stream) -> Stream {
    let text = in_one(words);
    run.within(label, Some(reach), |run| run.shell_text(&text, input))
}

/// Words with blanks between them.
pub(super) fn in_one(words: &[Field]) -> Field {
    let mut text = Field::default();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            text.extend(&Field::literal(" "));
        }
        text.extend(word);
    }
    text
}

fn ssh(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((target, rest)) = given.operands.split_first() else {
        options_of(run, given, None);
        return Stream::foreign();
    };
    // Options may stand on both sides of the host.
    let more = run.more_options(given, rest);
    if more.before_info().is_some() {
        return Stream::foreign();
    }
    let machine = machine_of(target);
    reached(run, Action::NET_FETCH, &machine);
    options_of(run, given, Some(&machine.1));
    options_of(run, &more, Some(&machine.1));
    if meaning::leaks(&given.input) && !given.has("-n") && !more.has("-n") {
        reached(run, Action::NET_SEND, &machine);
    }
    let label = format!("{} {}", given.name, machine.1);
    let reach = Reach::Remote(machine.1);
    let silent = given.has("-N") || more.has("-N") || given.has("-W") || more.has("-W");
    if more.operands.is_empty() {
        if !silent && !given.input.is_nothing() {
            run.within(&label, Some(reach), |run| run.shell_input(&given.input, Vec::new()));
        }
        return Stream::foreign();
    }
    joined(run, &label, reach, &more.operands, given.input.clone());
    Stream::foreign()
}

/// Settings of `ssh` that name no program, no port and no file that is loaded.
const SETTINGS: &[&str] = &[
    "addkeystoagent",
    "addressfamily",
    "batchmode",
    "bindaddress",
    "bindinterface",
    "canonicaldomains",
    "canonicalizefallbacklocal",
    "canonicalizehostname",
    "canonicalizemaxdots",
    "casignaturealgorithms",
    "certificatefile",
    "channeltimeout",
    "checkhostip",
    "ciphers",
    "clearallforwardings",
    "compression",
    "connectionattempts",
    "connecttimeout",
    "controlmaster",
    "controlpath",
    "controlpersist",
    "enableescapecommandline",
    "enablesshkeysign",
    "escapechar",
    "exitonforwardfailure",
    "fingerprinthash",
    "forkafterauthentication",
    "globalknownhostsfile",
    "gssapiauthentication",
    "hashknownhosts",
    "hostbasedauthentication",
    "hostkeyalgorithms",
    "hostkeyalias",
    "hostname",
    "identitiesonly",
    "identityfile",
    "ipqos",
    "kbdinteractiveauthentication",
    "kexalgorithms",
    "loglevel",
    "logverbose",
    "macs",
    "nohostauthenticationforlocalhost",
    "numberofpasswordprompts",
    "passwordauthentication",
    "port",
    "preferredauthentications",
    "protocol",
    "proxyjump",
    "proxyusefdpass",
    "pubkeyacceptedalgorithms",
    "pubkeyauthentication",
    "rekeylimit",
    "requesttty",
    "requiredrsasize",
    "serveralivecountmax",
    "serveraliveinterval",
    "sessiontype",
    "stdinnull",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "stricthostkeychecking",
    "tcpkeepalive",
    "updatehostkeys",
    "user",
    "userknownhostsfile",
    "verifyhostkeydns",
    "visualhostkey",
    "setenv",
    "permitlocalcommand",
    "tag",
    "obscurekeystroketiming",
    "identityagent",
    "challengeresponseauthentication",
    "hostkeyalgorithm",
    "pubkeyacceptedkeytypes",
];

/// What the settings of `-o` and the file of `-F` amount to. `remote` is the machine that is talked to.
pub(super) fn options_of(run: &mut Run<'_>, given: &Given, remote: Option<&str>) {
    for file in given.values("-F").cloned().collect::<Vec<_>>() {
        if !matches!(file.text(), Some("/dev/null" | "none")) {
            meaning::path(run, Action::FILE_READ, &file, false);
            run.doubt(unknown::OPTION_ODD);
        }
    }
    for setting in given.values("-o").cloned().collect::<Vec<_>>() {
        let name: String =
            setting.prefix().trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
        if name.is_empty() {
            run.doubt(unknown::OPTION_DYNAMIC);
            continue;
        }
        let before = setting.prefix().len() - setting.prefix().trim_start().len() + name.len();
        let value = setting
            .prefix()
            .get(..before)
            .and_then(|prefix| setting.strip_prefix(prefix))
            .unwrap_or_default();
        // `Name value`, `Name=value` and `Name = value` are the same.
        let separators: String =
            value.prefix().chars().take_while(|c| matches!(c, ' ' | '\t' | '=')).collect();
        let value = value.strip_prefix(&separators).unwrap_or_default();
        let is = |words: &[&str]| {
            value.text().is_some_and(|text| {
                words.iter().any(|word| text.trim().trim_matches('"').eq_ignore_ascii_case(word))
            })
        };
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "proxycommand" | "localcommand" | "knownhostscommand" => {
                if !is(&["none"]) {
                    run.within("ssh", None, |run| run.shell_text(&value, Stream::default()));
                }
            }
            "remotecommand" => {
                let reach = Reach::Remote(remote.unwrap_or("?").to_owned());
                if !is(&["none"]) {
                    run.within("ssh", Some(reach), |run| run.shell_text(&value, Stream::default()));
                }
            }
            "localforward" | "remoteforward" | "dynamicforward" => {
                run.effect(Action::NET_LISTEN, Resource::host(Name::Dynamic))
            }
            "tunnel" | "gatewayports" | "forwardagent" | "forwardx11" | "forwardx11trusted" => {
                if !is(&["no"]) {
                    run.effect(Action::NET_LISTEN, Resource::host(Name::Dynamic));
                    run.doubt(unknown::OPTION_ODD);
                }
            }
            "sendenv" => {
                if !is(&["LANG", "LC_*"]) {
                    run.effect(Action::SECRET_READ, thing("environment"));
                }
            }
            name if SETTINGS.contains(&name) => {}
            _ => run.doubt(unknown::OPTION_ODD),
        }
    }
}

/// `mosh host [--] command…`: the words are a command, without a shell between.
fn mosh(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((target, rest)) = given.operands.split_first() else { return Stream::foreign() };
    let rest = match rest.split_first() {
        Some((first, after)) if first.text() == Some("--") => after,
        _ => rest,
    };
    let machine = machine_of(target);
    reached(run, Action::NET_FETCH, &machine);
    if !rest.is_empty() {
        let label = format!("mosh {}", machine.1);
        run.within(&label, Some(Reach::Remote(machine.1)), |run| run.program(rest, given.input.clone()));
    }
    Stream::foreign()
}

/// A command for many machines, which an option names.
fn many(run: &mut Run<'_>, given: &Given) -> Stream {
    let hosts = given.value("-H").or_else(|| given.value("-w"));
    let machine = match hosts {
        Some(hosts) => machine_of(hosts),
        None => (Resource::host(Name::Dynamic), "?".to_owned()),
    };
    reached(run, Action::NET_FETCH, &machine);
    if meaning::leaks(&given.input) {
        reached(run, Action::NET_SEND, &machine);
    }
    let label = format!("{} {}", given.name, machine.1);
    if !given.operands.is_empty() {
        joined(run, &label, Reach::Remote(machine.1), &given.operands, given.input.clone());
    } else if !given.input.is_nothing() {
        run.within(&label, Some(Reach::Remote(machine.1)), |run| run.shell_input(&given.input, Vec::new()));
    }
    Stream::foreign()
}

/// Whether a word names something on another machine: a colon before any slash.
fn is_elsewhere(field: &Field) -> bool {
    let prefix = field.prefix();
    match prefix.find([':', '/']) {
        Some(at) => prefix.get(at..).is_some_and(|rest| rest.starts_with(':')) && at > 0,
        None => false,
    }
}

fn scp(run: &mut Run<'_>, given: &Given) -> Stream {
    options_of(run, given, None);
    let Some((target, sources)) = given.operands.split_last() else { return Stream::default() };
    let tree = given.has("-r");
    // What may be `host:…` when it runs may send.
    for field in &given.operands {
        if field.text().is_none()
            && !is_elsewhere(field)
            && !field.prefix().contains('/')
            && !matches!(field.prefix(), "." | "..")
            && field.text_with_wildcards().is_none()
        {
            run.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
        }
    }
    for source in sources {
        if is_elsewhere(source) {
            reached(run, Action::NET_FETCH, &machine_of(source));
        } else {
            meaning::path(run, Action::FILE_READ, source, tree);
        }
    }
    if is_elsewhere(target) {
        reached(run, Action::NET_SEND, &machine_of(target));
    } else {
        meaning::path(run, Action::FILE_WRITE, target, tree);
    }
    Stream::default()
}

fn sftp(run: &mut Run<'_>, given: &Given) -> Stream {
    options_of(run, given, None);
    let Some(target) = given.operands.first() else { return Stream::foreign() };
    let machine = machine_of(target);
    reached(run, Action::NET_FETCH, &machine);
    // `host:file` fetches it.
    let file = target
        .text()
        .and_then(|text| text.split_once(':'))
        .is_some_and(|(_, path)| !path.is_empty() && !path.ends_with('/'));
    let batch = given.value("-b").filter(|file| file.text() != Some("-")).cloned();
    if file || given.operands.len() > 1 {
        let here = given.operands.get(1).cloned().unwrap_or_else(|| Field::literal("."));
        meaning::path(run, Action::FILE_WRITE, &here, false);
    }
    let commands = match &batch {
        Some(file) => match meaning::content(run, file) {
            Some(stream) => stream,
            None => {
                meaning::path(run, Action::FILE_READ, file, false);
                Stream::local()
            }
        },
        None => given.input.clone(),
    };
    if commands.is_nothing() {
        return Stream::foreign();
    }
    let followed = commands
        .literal()
        .map(str::to_owned)
        .is_some_and(|text| text.lines().all(|line| sftp_line(run, &machine, line)));
    if !followed {
        run.effect(Action::CODE_RUN, Resource::Code { language: "sftp".to_owned() });
    }
    Stream::foreign()
}

/// One command of `sftp`; `false` where it is not followed.
fn sftp_line(run: &mut Run<'_>, machine: &(Resource, String), line: &str) -> bool {
    let line = line.trim().trim_start_matches(['-', '@']);
    if let Some(command) = line.strip_prefix('!') {
        run.within("sftp", None, |run| run.shell_text(&Field::literal(command), Stream::default()));
        return true;
    }
    if line.contains(['\'', '"', '\\']) {
        return false;
    }
    let mut words = line.split_ascii_whitespace();
    let Some(command) = words.next() else { return true };
    let operands: Vec<Field> = words.filter(|word| !word.starts_with('-')).map(glob).collect();
    let there = |run: &mut Run<'_>, action: Action| {
        let reach = Reach::Remote(machine.1.clone());
        run.within("sftp", Some(reach), |run| {
            for operand in &operands {
                meaning::path(run, action.clone(), operand, false);
            }
        });
    };
    match command.to_ascii_lowercase().as_str() {
        "put" | "mput" | "reput" => {
            if let Some(source) = operands.first() {
                meaning::path(run, Action::FILE_READ, source, line.contains("-r"));
            }
            reached(run, Action::NET_SEND, machine);
        }
        "get" | "mget" | "reget" => {
            let here = operands.get(1).cloned().unwrap_or_else(|| Field::literal("."));
            meaning::path(run, Action::FILE_WRITE, &here, line.contains("-r"));
        }
        "rm" | "rmdir" | "rename" => there(run, Action::FILE_DELETE),
        "mkdir" | "ln" | "symlink" | "copy" | "cp" => there(run, Action::FILE_WRITE),
        "chmod" | "chown" | "chgrp" => there(run, Action::FILE_PERMISSION),
        "lmkdir" => {
            for operand in &operands {
                meaning::path(run, Action::FILE_WRITE, operand, false);
            }
        }
        "ls" | "dir" | "cd" | "pwd" | "lpwd" | "lls" | "df" | "bye" | "exit" | "quit" | "help" | "?"
        | "version" | "progress" | "#" => {}
        // A directory here that later commands work in.
        _ => return command.starts_with('#'),
    }
    true
}

/// A word with the wildcards that `sftp` expands.
fn glob(word: &str) -> Field {
    use crate::effects::shell::field::Bit;
    if word.contains(['*', '?', '[']) { Field::of(Bit::Any) } else { Field::literal(word) }
}

fn keygen(run: &mut Run<'_>, given: &Given) {
    let file = given.value("-f").cloned();
    let reads = ["-l", "-y", "-e", "-i", "-L", "-Y", "-B", "-Q"].iter().any(|name| given.has(name));
    let hosts = ["-R", "-F", "-H"].iter().any(|name| given.has(name));
    if hosts {
        let file = file.unwrap_or_else(|| Field::literal("~/.ssh/known_hosts"));
        let action = if given.has("-F") { Action::FILE_READ } else { Action::FILE_WRITE };
        return meaning::path(run, action, &file, false);
    }
    if reads || given.has("-D") || given.has("-r") {
        let signs = given.value("-Y").is_some_and(|value| value.text() == Some("sign"));
        if signs {
            for operand in &given.operands {
                meaning::path(run, Action::FILE_READ, operand, false);
                run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
            }
        }
        return match file {
            Some(file) => meaning::path(run, Action::FILE_READ, &file, false),
            None => run.effect(Action::FILE_READ, Resource::path(Name::Dynamic)),
        };
    }
    if given.has("-A") {
        return;
    }
    match file {
        Some(file) => {
            let mut public = file.clone();
            public.extend(&Field::literal(".pub"));
            meaning::path(run, Action::FILE_WRITE, &file, false);
            meaning::path(run, Action::FILE_WRITE, &public, false);
        }
        None if given.has("-s") => {
            for operand in &given.operands {
                meaning::path(run, Action::FILE_WRITE, operand, false);
            }
        }
        None => meaning::path(run, Action::FILE_WRITE, &Field::literal("~/.ssh"), true),
    }
}
