//! What runs on a machine, and the machine itself: services, logs, power, processes that are ended.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource};

const UNITS: &str = "--user --system -a,--all -t,--type=word --state=word -p,--property=word -P=word -l,--full --no-pager --no-legend --plain -q,--quiet -n,--lines=word -o,--output=word --now -f,--force --no-block --no-wall -r,--recursive --reverse --after --before --failed --value --show-types --job-mode=word --kill-whom=word -s,--signal=word --runtime --preset-mode=word -H,--host=word -M,--machine=word --root=word --image=word --dry-run/dry --no-ask-password --wait --what=word --with-dependencies --check-inhibitors=word -i --help/info -h/info --version/info --no-reload --global --legend=word --timestamp=word -T -v";

pub(super) const ROWS: &[Row] = &[
    row("systemctl", UNITS, "word*").sub_or(
        &[
            row("status show cat is-active is-enabled is-failed is-system-running list-units list-unit-files list-timers list-sockets list-dependencies list-jobs list-machines list-automounts list-paths show-environment get-default help whoami", UNITS, "word*").also(|run, given| {
                if given.values("-p").any(|value| value.prefix().contains("Environment")) {
                    run.effect(Action::SECRET_READ, Resource::Named { name: Name::Literal("environment".to_owned()) });
                }
            }).examples(&[
                ("systemctl show -p Environment x", "secret.read environment"),
                ("systemctl show -p MainPID x", ""),
                ("systemctl status sshd", ""),
                ("systemctl list-units --type=service --state=running", ""),
            ]),
            row("start restart reload reload-or-restart try-restart isolate set-property freeze thaw clean service-log-level service-watchdogs", UNITS, "service.control*"),
            row("reset-failed daemon-reload daemon-reexec cancel", UNITS, "word*").does("service.control").examples(&[("systemctl daemon-reload", "service.control systemctl daemon-reload")]),
            row("stop kill", UNITS, "service.control*").also(guards).examples(&[("systemctl stop auditd", "evasion.hide auditd; service.control auditd")]),
            row("disable mask revert unmask preset", UNITS, "service.control*").also(guards),
            row("enable reenable link edit add-wants add-requires set-default", UNITS, "service.control*").does("persistence.install").examples(&[
                ("systemctl enable --now x", "persistence.install systemctl enable; service.control x"),
            ]),
            row("set-environment unset-environment import-environment", UNITS, "word*").does("service.control persistence.install"),
            row("poweroff reboot halt kexec suspend hibernate hybrid-sleep suspend-then-hibernate sleep exit rescue emergency default switch-root soft-reboot", UNITS, "word*").does("system.power").examples(&[("systemctl reboot", "system.power systemctl reboot")]),
        ],
        Verb::First,
        &[Class { words: "", does: "service.control" }],
    ).style(Style::First).examples(&[("systemctl --type=service", ""), ("systemctl frobnicate x", "service.control systemctl frobnicate x")]),
    row("service rc-service invoke-rc.d sv s6-svc initctl", "--status-all/info -e -l -s -h/info --help/info", "word*").also(script).examples(&[
        ("service nginx status", ""),
        ("service nginx stop", "service.control nginx"),
    ]),
    row("start stop restart reload status-all", "...", "service.control*"),
    row("rc-update update-rc.d chkconfig insserv ntsysv", "--list/info -s ...", "word*").does("persistence.install service.control"),
    row("rc-status", "...", "word*"),
    row("journalctl", "--rotate!evasion.hide --vacuum-size=word!evasion.hide --vacuum-time=word!evasion.hide --vacuum-files=word!evasion.hide --flush!evasion.hide --relinquish-var!evasion.hide --setup-keys!evasion.hide --update-catalog!evasion.hide --sync -u,--unit=word -S,--since=word -U,--until=word -p,--priority=word -o,--output=word -n,--lines[=word] -g,--grep=word -t,--identifier=word -F,--field=word -D,--directory=readtree --file=read --root=word -M,--machine=word -b,--boot[=word] --cursor=word --after-cursor=word --cursor-file=write --facility=word ...", "word*").examples(&[
        ("journalctl -u nginx -n 50", ""),
        ("journalctl --vacuum-time=1s", "evasion.hide journalctl"),
    ]),
    row("dmesg", "-c,--read-clear!evasion.hide -C,--clear!evasion.hide -n,--console-level=service.control -D,--console-off!service.control -E,--console-on!service.control -F,--file=read -f,--facility=word -l,--level=word -s,--buffer-size=word --since=word --until=word ...", "").examples(&[("dmesg -T", ""), ("dmesg -C", "evasion.hide dmesg")]),
    row("logger", "-f,--file=read -n,--server=send -P=word -t=word -p=word -i -s -T -d -u=word --id[=word] --journald[=read] -e --rfc3164 --rfc5424", "word*"),
    row("logrotate", "-d,--debug/dry -f,--force -v,--verbose -s,--state=write -l,--log=write -m,--mail=shell --version/info --usage/info", "read*").does("evasion.hide"),
    row("loginctl", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "list-* show-* status user-status session-status seat-status list", does: "" },
        Class { words: "terminate-* kill-* lock-session lock-sessions", does: "process.kill" },
        Class { words: "", does: "service.control persistence.install" },
    ]),
    row("hostnamectl timedatectl localectl resolvectl networkctl bootctl coredumpctl homectl userdbctl oomctl busctl", "--address=odd ...", "").sub_or(&[], Verb::First, &[
        Class { words: "status show show-* list list-* query statistics dns domain get-* info timesync-status lldp tree introspect capture monitor call-list user group users-in-group groups-of-user services tlsa openpgp dump", does: "" },
        Class { words: "terminate poweroff reboot kill remove clean", does: "process.kill container.delete" },
        Class { words: "shell login copy-to copy-from bind", does: "code.run=shell privilege.raise" },
        Class { words: "", does: "service.control" },
    ]).examples(&[("timedatectl", ""), ("timedatectl set-time 10:00", "service.control timedatectl set-time 10:00"), ("busctl --address=unixexec:path=./x list", "unknown option_odd")]),
    row("supervisorctl pm2 circusctl monit forever runit foreverctl", "-c=read --config=read -n,--name=word -i,--instances=word --watch --env=word -s=word ...", "").sub_or(&[], Verb::First, &[
        Class { words: "status list ls logs log tail show describe info monit prettylist jlist summary version help avail pid maintail validate fg", does: "" },
        Class { words: "startup save unstartup install set", does: "persistence.install service.control" },
        Class { words: "start", does: "process.run service.control" },
        Class { words: "", does: "service.control" },
    ]),
    row("launchctl", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "list print print-* blame dumpstate procinfo hostinfo resolveport managername manageruid error version help examine", does: "" },
        Class { words: "load bootstrap enable submit", does: "persistence.install service.control" },
        Class { words: "reboot", does: "system.power" },
        Class { words: "", does: "service.control" },
    ]),
    row("reboot shutdown halt poweroff pm-suspend pm-hibernate pm-powersave rtcwake", "--help/info -k -c --show ...", "word*").does("system.power"),
    row("init telinit", "--help/info -t=word -e=word --no-wall", "word*").does("system.power"),
    row("killall", "-e,--exact -I,--ignore-case -g,--process-group -i,--interactive -l,--list/info -n,--ns=word -o,--older-than=word -q,--quiet -r,--regexp -s,--signal=word -u,--user=process.kill -v,--verbose -w,--wait -y,--younger-than=word -V,--version/info -Z,--context=word -0 -1 -2 -3 -6 -9 -15 -HUP -INT -KILL -TERM -QUIT -USR1 -USR2 -STOP -CONT -SIGHUP -SIGINT -SIGKILL -SIGTERM -SIGUSR1 -SIGUSR2", "process.kill*").style(Style::Dash).also(guards).examples(&[("killall -9 nginx", "process.kill nginx")]),
    row("pkill skill snice", "gnu -e,--echo -c,--count -f,--full -g,--pgroup=word -G,--group=word -i,--ignore-case -n,--newest -o,--oldest -O,--older=word -P,--parent=word -s,--session=word --signal=word -t,--terminal=word -u,--euid=process.kill -U,--uid=process.kill -v,--inverse -x,--exact -F,--pidfile=read -L,--logpidfile -r,--runstates=word --ns=word --nslist=word -q,--queue=word -l -0 -1 -2 -3 -6 -9 -15 -HUP -INT -KILL -TERM -QUIT -USR1 -USR2 -STOP -CONT", "process.kill*").style(Style::Dash).also(guards).examples(&[
        ("pkill -f 'node dev'", "process.kill node dev"),
        ("pkill -9 auditd", "evasion.hide auditd; process.kill auditd"),
    ]),
    row("xkill", "...", "word*").does("process.kill"),
    row("renice", "gnu -n,--priority=word -p,--pid -g,--pgrp -u,--user --relative", "word*").does("process.kill"),
    row("lpr lp", "-P=word -#=word -d=word -n=word -o=word -t=word -m -r -q=word -J=word -U=word -H=send", "read*").does("net.send"),
    row("lpstat lpq lpinfo lpoptions", "...", "word*"),
    row("lprm cancel lpadmin cupsenable cupsdisable cupsaccept cupsreject", "...", "word*").does("service.control"),
];

/// Services that watch what happens: ending one hides what follows.
const GUARDS: &[&str] = &[
    "auditd",
    "rsyslog",
    "rsyslogd",
    "syslog",
    "syslog-ng",
    "syslogd",
    "systemd-journald",
    "journald",
    "falco",
    "osqueryd",
    "osquery",
    "falcon-sensor",
    "falcond",
    "wazuh-agent",
    "wazuh",
    "ossec",
    "crowdstrike",
    "clamd",
    "clamav-daemon",
    "fail2ban",
    "apparmor",
    "firewalld",
    "ufw",
    "nftables",
    "iptables",
    "sysmon",
    "filebeat",
    "auditbeat",
    "packetbeat",
    "fluentd",
    "fluent-bit",
    "td-agent",
    "splunkd",
    "splunk",
    "datadog-agent",
    "cbagentd",
    "nessusd",
    "mdatp",
    "sentinelone",
    "aide",
    "tripwire",
    "snort",
    "suricata",
    "cbdaemon",
    "cbagent",
    "nxlog",
    "amazon-ssm-agent",
    "amazon-cloudwatch-agent",
    "telegraf",
    "zabbix-agent",
];

fn guards(run: &mut Run<'_>, given: &Given) {
    for field in &given.operands {
        let Some(text) = field.text() else { continue };
        let name = text.trim_end_matches(".service");
        if GUARDS
            .iter()
            .any(|guard| name == *guard || name.starts_with("falcon") || name.starts_with("splunk"))
        {
            run.effect(Action::EVASION_HIDE, Resource::Named { name: Name::Literal(name.to_owned()) });
        }
    }
}

/// `service NAME VERB`
fn script(run: &mut Run<'_>, given: &Given) {
    let [name, rest @ ..] = given.operands.as_slice() else { return };
    let reads = match rest.first().map(Field::text) {
        None => given.name != "service",
        Some(Some(verb)) => matches!(verb, "status" | "list" | "show-config" | "describe"),
        Some(None) => false,
    };
    if reads || name.text() == Some("status") && rest.is_empty() {
        return;
    }
    guards(run, given);
    run.effect(Action::SERVICE_CONTROL, Resource::Named { name: name.name() });
}
