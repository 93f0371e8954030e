//! What a machine says of itself: hardware, load, processes, who is logged in. None of it has a resource that a policy
//! speaks of, so these programs do nothing; the few options that write or end something say so.

use crate::effects::Action;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::thing;

pub(super) const ROWS: &[Row] = &[
    row("uname nproc getconf hostid tty logname whoami groups locale tzselect lsb_release sw_vers system_profiler runlevel", "...", "word*").output(Output::Names),
    row("uptime w who users lastlog lslogins pinky ac", "...", "word*"),
    row("last lastb", "-f,--file=read -n,--limit=word -s,--since=word -t,--until=word -p,--present=word --time-format=word ...", "word*").examples(&[("last -a -f /etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow")]),
    row("id", "...", "word*"),
    row("hostname domainname dnsdomainname nisdomainname", "-F,--file=read!service.control -b!service.control ...", "service.control*").examples(&[
        ("hostname", ""),
        ("hostname evil", "service.control evil"),
    ]),
    row("getent", "-s=word -i -A", "word word*").also(|run, given| {
        let shadow = |field: &Field| field.text().is_none_or(|text| text.contains("shadow"));
        if given.operands.first().is_some_and(shadow) {
            run.effect(Action::SECRET_READ, thing("shadow passwords"));
        }
    }).examples(&[("getent group wheel", ""), ("getent shadow", "secret.read shadow passwords")]),
    row("pidstat", "-e=word/odd ...", "word*").examples(&[("pidstat -u 1 3", ""), ("pidstat -e rm x", "unknown option_odd")]),
    row("free vmstat iostat mpstat sar nfsiostat cifsiostat tapestat slabtop numastat atop dstat nmon", "...", "word*"),
    row("glances", "-w!net.listen --webserver!net.listen -s!net.listen --server!net.listen -c=fetch --client=fetch --export=word!net.send ...", "word*").examples(&[("glances", ""), ("glances -w", "net.listen configured")]),
    row("top htop btop btm gtop bpytop bashtop iotop powertop nvtop radeontop s-tui ctop", "...", "word*"),
    row("ps", "-o,-O,-p,-C,-u,-U,-G,-g,-t,-s,--format,--pid,--ppid,--sort,--user,--group,--tty=word -E!secret.read=environment ...", "word*").output(Output::Numbers).also(environments).examples(&[
        ("ps aux --sort=-%mem", ""),
        ("ps -eo pid,etime", ""),
        ("ps auxe", "secret.read environment"),
    ]),
    row("pstree pgrep pidof pidwait prtstat peekfd pmap pwdx procs lsns tload", "...", "word*").output(Output::Numbers),
    row("dmidecode", "--dump-bin=write -d,--dev-mem=read --from-dump=read ...", "word*").examples(&[("dmidecode -t bios", ""), ("dmidecode --dump-bin a", "file.write /workspace/a")]),
    row("lscpu lsmem lspci lsusb lshw lsmod modinfo lsscsi lsipc lsirq lslocks lsfd lstopo lsgpio lsinitramfs cpuid cpufreq-info hwinfo inxi biosdecode sensors acpi upower x86info irqtop systool usb-devices vainfo vulkaninfo glxinfo glxgears xdpyinfo edid-decode", "...", "word*"),
    row("nvidia-smi", "-q,--query -L,--list-gpus -i,--id=word -d,--display=word -l,--loop=word --query-gpu=word --query-compute-apps=word --format=word -x -f,--filename=write -r,--gpu-reset!system.power -pm,--persistence-mode=service.control -pl,--power-limit=service.control -c,--compute-mode=service.control --version/info -h,--help/info", "word*").style(Style::Dash),
    row("neofetch fastfetch screenfetch archey pfetch macchina cpufetch", "--config=word/code -c=word/code --load-config=word/code --gen-config[=write] --ascii=read --source=read --file=read --file-raw=read --data=word --data-raw=word -l,--logo=read --kitty=read --kitty-direct=read --sixel=read --iterm=read --chafa=read --w3m=read --jp2a=read --caca=read ...", "word*").style(Style::Dash).examples(&[
        ("neofetch", ""),
        ("neofetch --ascii /etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow"),
        ("fastfetch -c /tmp/x", "process.run /tmp/x"),
    ]),
    row("lsof", "...", "word*"),
    row("fuser", "-a,--all -l,--list-signals -m,--mount=word -M,--ismountpoint -n,--namespace=word -s,--silent -u,--user -v,--verbose -V,--version/info -4,--ipv4 -6,--ipv6 -I,--inode -c -f -i,--interactive -k,--kill!process.kill -w,--writeonly", "word*").examples(&[("fuser 80/tcp", ""), ("fuser -k 80/tcp", "process.kill fuser")]),
    row("systemd-detect-virt imvirt ischroot", "...", "word*"),
    row("zdump clear reset tput tabs setterm stty mesg infocmp toe resize", "...", "word*").output(Output::Nothing),
    row("sleep usleep", "gnu", "word*").output(Output::Nothing),
    row("tldr", "... --help/info --version/info -f,--render=read -r=read", "word*").examples(&[("tldr --list", ""), ("tldr --update", "")]),
    row("man apropos whatis info cheat help whatprovides pinfo", "-P,--pager=tool -H,--html=tool -C,--config-file=odd -k,--apropos -f,--whatis -K,--global-apropos -a,--all -w,--where,--path,--location -W -l,--local-file -s,--sections=word -S=word -M,--manpath=readtree -L,--locale=word -m,--systems=word -u -t -T,--troff-device[=word] -E=word -p=word -r,--prompt=word -7 -D -d -i -I -c -V/info --version/info --help/info -?/info --regex --wildcard --names-only -e=word", "word*")
        .also(|run, given| {
            // A page with a slash in its name, or behind `-l`, is a file.
            for page in &given.operands {
                if given.has("-l") || page.prefix().contains('/') {
                    crate::effects::shell::meaning::path(run, crate::effects::Action::FILE_READ, page, false);
                }
            }
        })
        .examples(&[
        ("man /etc/hosts", "file.read /etc/hosts"),
        ("man 2 reboot", ""),
        ("man -P 'rm -rf /srv' ls", "file.delete /srv/**; unknown environment_power"),
    ]),
    row("cmatrix asciiquarium hollywood aafire oneko xeyes xclock", "...", "word*"),
    row("qalc gcalccmd calc primes arithmetic number pom pwgen uuidgen uuid dbus-uuidgen mcookie", "...", "word*").output(Output::Names),
    row("wmctrl cliclick", "...", "ui.act*").does("ui.act"),
    row("xclip xsel wl-copy wl-paste pbcopy pbpaste clip", "...", "word*").does("ui.act=clipboard"),
    row("xdg-open open gnome-open kde-open exo-open wslview", "-a=word -e -t -f -n -g -h -b=word -W -R -u=word --args=word", "ui.act*").does("ui.act").also(opened),
    row("notify-send zenity kdialog dialog whiptail osd_cat", "...", "word*").does("ui.act"),
    row("scrot import gnome-screenshot screencapture maim flameshot grim spectacle xwd", "...", "write*").does("ui.act=screen"),
    row("gsettings dconf", "", "").sub(&[
        row("get list list-keys list-schemas list-recursively range describe read dump watch monitor", "...", "word*"),
        row("set reset reset-recursively write load update", "...", "word*").does("ui.act=settings persistence.install"),
    ]),
    row("xinput xset xmodmap setxkbmap xrandr xgamma xrdb xhost", "...", "word*").does("ui.act=display"),
    row("espeak espeak-ng say spd-say festival aplay paplay mpg123 speaker-test beep", "...", "read*").does("ui.act=sound"),
];

/// What is opened may be run, and a URL is fetched.
fn opened(run: &mut crate::effects::shell::run::Run<'_>, given: &crate::effects::shell::given::Given) {
    use crate::effects::{Action, Name, Resource};
    for field in &given.operands {
        if field.prefix().contains("://") {
            crate::effects::shell::meaning::fetch(run, field);
        } else {
            for program in crate::effects::shell::meaning::names(run, field) {
                run.effect(Action::PROCESS_RUN, Resource::Program { program });
            }
        }
    }
    if let Some(program) = given.value("-a").and_then(crate::effects::shell::field::Field::text) {
        let program = Name::Literal(program.to_owned());
        run.effect(Action::PROCESS_RUN, Resource::Program { program });
    }
}

/// `ps e`, without a dash, shows the environment of every process.
fn environments(run: &mut Run<'_>, given: &Given) {
    let letters = given.operand(0).and_then(Field::text).unwrap_or_default();
    if letters.contains('e') && letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        run.effect(Action::SECRET_READ, thing("environment"));
    }
}
