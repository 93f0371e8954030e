//! Programs that say how another program, a service or a cluster of machines stands: virtual machines for Java, web
//! servers that check what they are configured with, schedulers, sound, windows. What of them changes something is
//! named; what is not named is their own running.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Resource};

pub(super) const ROWS: &[Row] = &[
    // Of a process that runs Java.
    row("jps jstat jstack", "...", "word*").examples(&[("jps -l", ""), ("jstat -gc 41 500", ""), ("jstack -l 41", "")]),
    row("jmap", "-clstats -finalizerinfo -histo -histo:live -heap -F", "word*").style(Style::Dash).examples(&[
        ("jmap -histo 41", ""),
        ("jmap -dump:file=/srv/x 41", "unknown option_unknown"),
    ]),
    row("jcmd", "-l -h/info -f=odd", "word*").style(Style::Dash).also(jcmd).examples(&[
        ("jcmd", ""),
        ("jcmd 41 GC.class_histogram", ""),
        ("jcmd 41 GC.heap_dump /srv/x", "process.run jcmd; file.write /srv/x"),
        ("jcmd 41 VM.set_flag HeapDumpOnOutOfMemoryError true", "process.run jcmd"),
    ]),
    // Of the machine's manager.
    row("systemd-analyze", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "log-level log-target service-watchdogs", does: "service.control" },
        Class { words: "", does: "" },
    ]).examples(&[("systemd-analyze", ""), ("systemd-analyze time", ""), ("systemd-analyze log-level debug", "service.control systemd-analyze log-level debug")]),
    row("systemd-cgls systemd-cgtop systemd-delta systemd-path systemd-id128 routel routef iwgetid lldpctl tuptime uprecords uuidparse smem virt-what lstopo-no-graphics lsdev on_ac_power laptop-detect pinout nfsstat sadf lastcomm", "...", "word*")
        .examples(&[("systemd-cgls", ""), ("tuptime -l", "")]),
    row("conntrack", "-L,--dump -G,--get -C,--count -S,--stats -E,--event -s=word -d=word -p=word -o,--output=word -f=word --src=word --dst=word --sport=word --dport=word --state=word -z -n -j -g", "word?")
        .examples(&[("conntrack -L -p tcp", ""), ("conntrack -D -s 192.0.2.1", "unknown option_unknown")]),
    row("ethtool", "-h/info --help/info --version/info -i,--driver -k,--show-features,--show-offload -g,--show-ring -c,--show-coalesce -a,--show-pause -S,--statistics -x,--show-rxfh,--show-rxfh-indir -n,-u,--show-nfc,--show-ntuple -P,--show-permaddr -m,--module-info,--dump-module-eeprom -T,--show-time-stamping -l,--show-channels -d,--register-dump --show-priv-flags --show-eee --show-fec --phy-statistics -s,--change!service.control=network -K,--features,--offload!service.control=network -G,--set-ring!service.control=network -C,--coalesce!service.control=network -A,--pause!service.control=network -L,--set-channels!service.control=network -r,--negotiate!service.control=network -t,--test!service.control=network -p,--identify!service.control=network", "word*")
        .style(Style::Dash)
        .examples(&[("ethtool eth1", ""), ("ethtool -S eth1", ""), ("ethtool -s eth1 speed 10", "service.control network"), ("ethtool --flash eth1 x", "unknown option_unknown")]),
    row("iwconfig", "--help/info --version/info", "word? service.control*").examples(&[("iwconfig wlan1", ""), ("iwconfig wlan1 txpower off", "service.control txpower; service.control off")]),
    row("ntpq ntpctl", "-n -a -c=odd -h=word -m -p -s=word -v", "").sub_or(&[], Verb::First, &[
        Class { words: "tracking sources sourcestats activity clients serverstats rtcdata smoothing ntpdata selectdata peers as* rv lassoc* status all", does: "" },
        Class { words: "", does: "service.control=clock" },
    ]).examples(&[("ntpq -p", ""), ("ntpctl -s status", "")]),
    row("cpupower", "-c,--cpu=word -g,--governor=word -d,--min=word -u,--max=word -f,--freq=word --help/info", "").sub_or(&[], Verb::First, &[
        Class { words: "frequency-set idle-set set", does: "service.control=processor" },
        Class { words: "frequency-info idle-info info monitor help", does: "" },
        Class { words: "", does: "service.control=processor" },
    ]).examples(&[("cpupower frequency-info", ""), ("cpupower frequency-set -g performance", "service.control processor")]),
    // Of sound and windows.
    row("pactl wpctl pw-cli playerctl pamixer", "-f,--format=word -s=word -p,--player=word -a --help/info --version/info --get-volume --get-mute --list-sinks --list-sources --list-all -l", "").sub_or(&[], Verb::First, &[
        Class { words: "set-* load-module unload-module move-* suspend-* kill-* play pause play-pause next previous stop seek volume position shuffle loop open create-* destroy connect", does: "ui.act=sound" },
        Class { words: "list info stat get-* status inspect metadata ls list-objects", does: "" },
        Class { words: "", does: "ui.act=sound" },
    ]).examples(&[("pactl list sinks short", ""), ("wpctl status", ""), ("pactl set-sink-mute 0 1", "ui.act sound")]),
    row("pw-dump pw-top pw-mon pw-mididump xlsclients xwininfo wayland-info eglinfo drm_info", "...", "word*").examples(&[("pw-dump", "")]),
    // Of a scheduler of jobs.
    row("squeue sinfo sacct sstat sshare sprio sreport", "...", "word*").examples(&[("squeue -u me", "")]),
    row("scontrol sacctmgr", "... --help/info --version/info", "").sub_or(&[], Verb::First, &[
        Class { words: "update create delete shutdown reconfigure cancel hold release requeue suspend resume reboot takeover write setdebug add modify remove archive load", does: "service.control=jobs" },
        Class { words: "show list ping version help dump", does: "" },
        Class { words: "", does: "service.control=jobs" },
    ]).also(|run, given| {
        // What flows in is what it is told.
        if given.operands.is_empty() {
            meaning::declared(run, "service.control=jobs", &given.name);
        }
    }).examples(&[("scontrol show job 7", ""), ("scontrol update jobid=7 priority=0", "service.control jobs")]),
    // Of virtual machines.
    row("VBoxManage vboxmanage", "-q,--nologo -v,--version/info --help/info ...", "").sub_or(&[], Verb::First, &[
        Class { words: "controlvm startvm modifyvm createvm registervm clonevm movevm snapshot storageattach storagectl createmedium modifymedium clonemedium setextradata setproperty import export sharedfolder usbfilter natnetwork hostonlyif dhcpserver extpack", does: "container.write" },
        Class { words: "list showvminfo showmediuminfo metrics getextradata help", does: "container.read" },
        Class { words: "unregistervm closemedium", does: "container.delete" },
        Class { words: "guestcontrol", does: "container.privilege" },
        Class { words: "", does: "container.write" },
    ]).examples(&[("VBoxManage list vms", "container.read VBoxManage list vms"), ("VBoxManage unregistervm x --delete", "container.delete VBoxManage unregistervm x")]),
    // Web servers: whether what they are configured with is right, or that they run.
    row("nginx openresty tengine", "-t -T -v/info -V/info -h/info -?/info -q -c=read -p=word -e=word -g=odd -s=service.control", "word*").also(|run, given| {
        if !["-t", "-T", "-s"].iter().any(|option| given.has(option)) {
            meaning::declared(run, "service.control", "nginx");
        }
    }).examples(&[
        ("nginx -t", ""),
        ("nginx -t -c conf/nginx.conf", "file.read /workspace/conf/nginx.conf"),
        ("nginx -v", ""),
        ("nginx -s stop", "service.control stop"),
        ("nginx", "service.control nginx"),
    ]),
    row("apachectl apache2ctl", "-t -S -M -v/info -V/info -l/info -L/info -h/info -D=word -f=read -d=word -c=odd -C=odd -e=word -k=service.control", "").sub_or(&[row("configtest", "", "word*")], Verb::First, &[
        Class { words: "start stop restart graceful graceful-stop startssl", does: "service.control" },
        Class { words: "status fullstatus", does: "net.fetch=localhost" },
        Class { words: "", does: "service.control" },
    ]).also(|run, given| {
        if given.operands.is_empty() && !["-t", "-S", "-M", "-k"].iter().any(|option| given.has(option)) {
            meaning::declared(run, "service.control", "httpd");
        }
    }).examples(&[
        ("apachectl configtest", ""),
        ("apachectl -S", ""),
        ("apachectl restart", "service.control apachectl restart"),
        ("apachectl -k stop", "service.control stop"),
    ]),
    row("haproxy", "-c -v/info -vv/info -h/info -f=read -q -V -C=cd -L=word -p=odd -d -db -S=odd -dC", "word*").style(Style::Dash).also(|run, given| {
        if !given.has("-c") {
            meaning::declared(run, "service.control", "haproxy");
        }
    }).examples(&[
        ("haproxy -c -f a.cfg", "file.read /workspace/a.cfg"),
        ("haproxy -f a.cfg", "file.read /workspace/a.cfg; service.control haproxy"),
    ]),
    row("caddy", "-h,--help/info -c,--config=read -a,--adapter=word --pretty --envfile=read --diff --validate -v,--version/info --overwrite,-w!file.write=Caddyfile", "").sub_or(&[
        row("validate adapt fmt", "--config,-c=read --adapter,-a=word --pretty -p --envfile=read --diff -d --validate --overwrite,-w!file.write=Caddyfile", "read?"),
        row("version list-modules build-info help", "...", "word*"),
    ], Verb::First, &[Class { words: "", does: "service.control" }]).examples(&[
        ("caddy validate --config a", "file.read /workspace/a"),
        ("caddy reload", "service.control caddy reload"),
    ]),
    row("promtool amtool", "-h,--help/info --version/info --alertmanager.url=fetch -o,--output=word", "").sub_or(&[
        row("check check-config", "", "").sub_or(&[row("config web-config rules service-discovery", "... --http.config.file=read", "read*").examples(&[("promtool check rules a.yml", "file.read /workspace/a.yml")])], Verb::First, &[
            Class { words: "healthy ready metrics", does: "net.fetch" },
            Class { words: "", does: "process.run" },
        ]),
        row("test", "", "").sub(&[row("rules", "...", "read*")]),
    ], Verb::First, &[
        Class { words: "query debug alert", does: "net.fetch" },
        Class { words: "", does: "process.run" },
    ]).examples(&[("promtool query instant http://a up", "net.fetch configured"), ("promtool push metrics http://a", "process.run promtool")]),
    row("named-checkconf named-checkzone unbound-checkconf nsd-checkconf testparm", "... -o=write --output=write", "word*").examples(&[("named-checkconf", "")]),
    // Settings of macOS, and tools that find its tools.
    row("defaults", "-currentHost -app=word -host=word ...", "").style(Style::First).sub_or(&[], Verb::First, &[
        Class { words: "write delete rename import export", does: "persistence.install=settings" },
        Class { words: "read read-type domains find help", does: "file.read=~/Library/Preferences" },
        Class { words: "", does: "persistence.install=settings" },
    ]).examples(&[
        ("defaults read com.example.app", "file.read ~/Library/Preferences"),
        ("defaults write com.example.app a -bool true", "persistence.install settings"),
    ]),
    row("xcrun", "--sdk,-sdk=word --toolchain,-toolchain=word -f,--find,-find=word/shows -r,--run,-run -n,--no-cache -k,--kill-cache -v,--verbose -l,--log --show-sdk-path/info --show-sdk-version/info --show-sdk-platform-path/info --show-sdk-platform-version/info --show-toolchain-path/info --version,-version/info -h,--help/info", "command").style(Style::First).examples(&[
        ("xcrun simctl list devices", ""),
        ("xcrun --sdk iphoneos clang -v", "process.run clang"),
        ("xcrun simctl erase all", "process.run simctl"),
    ]),
    row("simctl", "--set=word", "").sub_or(&[], Verb::First, &[
        Class { words: "erase shutdown boot delete create clone install uninstall launch terminate openurl push spawn addmedia keychain privacy io upgrade rename pair unpair ui status_bar location pbcopy pbpaste pbsync", does: "process.run" },
        Class { words: "list getenv get_app_container listapps appinfo help", does: "" },
        Class { words: "", does: "process.run" },
    ]),
    row("lipo", "-info,-archs,-detailed_info -create -verify_arch=word -output,-o=write -thin=word -extract=word -remove=word -replace=odd", "read*").style(Style::Dash).examples(&[
        ("lipo -archs a", "file.read /workspace/a"),
        ("lipo a -thin arm64 -output b", "file.read /workspace/a; file.write /workspace/b"),
    ]),
    row("vm_stat memory_pressure", "...", "word*").examples(&[("vm_stat", "")]),
    row("ollama", "--help/info -v,--version/info", "").sub_or(&[], Verb::First, &[
        Class { words: "run rm cp create stop serve launch signin signout", does: "process.run" },
        Class { words: "list ls ps show help", does: "" },
        Class { words: "pull", does: "net.fetch=registry.ollama.ai" },
        Class { words: "push", does: "package.publish net.send" },
        Class { words: "", does: "process.run" },
    ]).examples(&[("ollama ls", ""), ("ollama run x", "process.run ollama"), ("ollama rm x", "process.run ollama"), ("ollama run x show me", "process.run ollama")]),
    // Of databases' own files, and of what they wrote.
    row("pg_waldump pg_verifybackup pg_walsummary", "--save-fullpage=write ...", "read*").examples(&[("pg_waldump 000000010000000000000001", "file.read /workspace/000000010000000000000001")]),
    row("mysqlbinlog mariadb-binlog", "gnu -d,--database=word --start-datetime=word --stop-datetime=word -j,--start-position=word --stop-position=word -v,--verbose --base64-output=word -s,--short-form -o,--offset=word --no-defaults -r,--result-file=write", "read*")
        .examples(&[("mysqlbinlog a.000001", "file.read /workspace/a.000001"), ("mysqlbinlog -R a", "unknown option_unknown; file.read /workspace/a")]),
];

/// What a virtual machine is asked that changes nothing in it. Any beginning of a diagnostic command's name is its own.
const ASKS: &[&str] = &[
    "help",
    "VM.version",
    "VM.flags",
    "VM.uptime",
    "VM.command_line",
    "VM.info",
    "VM.native_memory",
    "VM.classloaders",
    "VM.class_hierarchy",
    "VM.metaspace",
    "VM.stringtable",
    "VM.symboltable",
    "Thread.print",
    "GC.heap_info",
    "GC.class_histogram",
    "GC.finalizer_info",
    "PerfCounter.print",
    "Compiler.queue",
    "Compiler.codecache",
];

/// `jcmd PID command arguments`; without a command, the commands there are.
fn jcmd(run: &mut Run<'_>, given: &Given) {
    let Some(command) = given.operand(1) else { return };
    if command.text().is_some_and(|text| ASKS.contains(&text)) {
        return;
    }
    meaning::declared(run, "process.run", "jcmd");
    if command.text() == Some("GC.heap_dump") {
        for file in given.operands.iter().skip(2).filter(|field: &&Field| !field.prefix().starts_with('-')) {
            for name in meaning::names(run, file) {
                run.effect(Action::FILE_WRITE, Resource::path(name));
            }
        }
    }
}
