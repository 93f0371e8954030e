//! Programs that run a command with something changed around it: its priority, its time, its limits, its output.

use super::identity::{or_shell, shell_or_input};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    // priority, time, limits
    row("nice gnice gnunice", "gnu -n,--adjustment=word -#", "command").style(Style::First).examples(&[
        ("nice rm a", "file.delete /workspace/a"),
        ("nice -n5 rm a", "file.delete /workspace/a"),
        ("nice -10 rm a", "file.delete /workspace/a"),
        ("nice --adjustment 5 rm a", "file.delete /workspace/a"),
    ]),
    row("ionice", "gnu -c,--class=word -n,--classdata=word -p,--pid=word -P,--pgid=word -u,--uid=word -t,--ignore", "word*").style(Style::First).gives(unless_pid).examples(&[
        ("ionice -c2 -n7 rm a", "file.delete /workspace/a"),
        ("ionice -c 3 -p 42 43", ""),
    ]),
    row("chrt", "gnu -a,--all-tasks -b,--batch -d,--deadline -e,--ext -f,--fifo -i,--idle -o,--other -r,--rr -R,--reset-on-fork -T,--sched-runtime=word -P,--sched-period=word -D,--sched-deadline=word -p,--pid -m,--max/info -v,--verbose", "word*").style(Style::First).gives(behind_one).examples(&[
        ("chrt -i 0 rm a", "file.delete /workspace/a"),
        ("chrt -p 42", ""),
    ]),
    row("taskset", "gnu -a,--all-tasks -p,--pid -c,--cpu-list", "word*").style(Style::First).gives(behind_one).examples(&[
        ("taskset -c 0 rm a", "file.delete /workspace/a"),
        ("taskset -cp 0 42", ""),
    ]),
    row("numactl", "gnu -i,--interleave=word -p,--preferred=word -P,--preferred-many=word -m,--membind=word -N,--cpunodebind=word -C,--physcpubind=word -l,--localalloc -b,--balancing -a,--all -s,--show/info -H,--hardware/info -w,--weighted-interleave=word", "command?").style(Style::First).examples(&[("numactl -N 0 rm a", "file.delete /workspace/a"), ("numactl --show", "")]),
    row("nohup gnohup gnunohup", "gnu", "command").style(Style::First).examples(&[("nohup rm a &", "file.delete /workspace/a")]),
    row("setsid", "gnu -c,--ctty -f,--fork -w,--wait -h/info -V/info", "command").style(Style::First).examples(&[("setsid -w rm a", "file.delete /workspace/a")]),
    row("timeout gtimeout gnutimeout", "gnu -s,--signal=word -k,--kill-after=word -f,--foreground -p,--preserve-status -v,--verbose", "word command").style(Style::First).examples(&[
        ("timeout 5 rm a", "file.delete /workspace/a"),
        ("timeout -k 1s --signal=KILL 5 rm a", "file.delete /workspace/a"),
        ("timeout -x 5 rm a", "unknown option_unknown; file.delete /workspace/a"),
    ]),
    row("time gtime gnutime", "gnu -a,--append -f,--format=word -o,--output=write -p,--portability -q,--quiet -v,--verbose -l -h", "command?").style(Style::First).examples(&[
        ("/usr/bin/time -o log rm a", "file.write /workspace/log; file.delete /workspace/a"),
    ]),
    row("stdbuf gstdbuf gnustdbuf", "gnu -i,--input=word -o,--output=word -e,--error=word", "command").style(Style::First).examples(&[("stdbuf -oL rm a", "file.delete /workspace/a")]),
    row("catchsegv eatmydata notty", "gnu", "command").style(Style::First).examples(&[("catchsegv rm a", "file.delete /workspace/a"), ("eatmydata -- rm a", "file.delete /workspace/a")]),
    row("chronic", "-e -v", "command").style(Style::First).examples(&[("chronic rm a", "file.delete /workspace/a")]),
    row("cpulimit", "-l,--limit=word -p,--pid=word -e,--exe=word -P,--path=word -b,--background -f,--foreground -c,--cpu=word -k,--kill!process.kill -r,--restore -s,--signal=word!process.kill -v,--verbose -q,--quiet -z,--lazy -i,--include-children -m,--monitor-forks -h,--help/info -V,--version/info", "command?").style(Style::First).examples(&[("cpulimit -l 50 -- rm a", "file.delete /workspace/a"), ("cpulimit -p 42 -l 50", "")]),
    row("prlimit", "gnu -p,--pid=word -o,--output=word --noheadings --raw --verbose -c,--core[=word] -d,--data[=word] -e,--nice[=word] -f,--fsize[=word] -i,--sigpending[=word] -l,--memlock[=word] -m,--rss[=word] -n,--nofile[=word] -q,--msgqueue[=word] -r,--rtprio[=word] -s,--stack[=word] -t,--cpu[=word] -u,--nproc[=word] -v,--as[=word] -x,--locks[=word] -y,--rttime[=word]", "command?").style(Style::First).examples(&[("prlimit --nofile=10 rm a", "file.delete /workspace/a"), ("prlimit", "")]),
    row("softlimit", "-m=word -a=word -c=word -d=word -f=word -o=word -p=word -s=word -t=word -r=word -l=word", "command").style(Style::First),
    row("trickle", "-h/info -V/info -v -s -d=word -u=word -w=word -t=word -l=word -n=word -p=word -L=word -P=odd", "command").style(Style::First).examples(&[("trickle -d 10 -u 10 rm a", "file.delete /workspace/a")]),
    row("caffeinate", "-d -i -m -s -u -t=word -w=word", "command?").style(Style::First).examples(&[("caffeinate -i rm a", "file.delete /workspace/a"), ("caffeinate -t 10", "")]),
    row("systemd-inhibit", "gnu --what=word --who=word --why=word --mode=word --list/info --no-pager --no-legend --no-ask-password", "command?").style(Style::First).examples(&[("systemd-inhibit --what=sleep rm a", "file.delete /workspace/a")]),
    row("gnome-session-inhibit", "gnu --app-id=word --reason=word --inhibit=word --inhibit-only -l,--list/info", "command?").style(Style::First).examples(&[("gnome-session-inhibit --reason x rm a", "file.delete /workspace/a")]),
    row("setarch linux32 linux64 i386 i486 i586 i686 x86_64 uname26 ppc ppc32 ppc64 sparc sparc64 s390 s390x", "", "").style(Style::Raw).instead(setarch).examples(&[
        ("setarch -R rm a", "file.delete /workspace/a"),
        ("setarch x86_64 -R -- rm a", "file.delete /workspace/a"),
        ("linux32 rm a", "file.delete /workspace/a"),
        ("setarch x86_64", "process.run sh"),
        ("setarch --list", ""),
    ]),
    row("arch", "-x86_64 -arm64 -arm64e -i386 -32 -64 -c -d=word -e=assign -h/info --help/info --version/info", "command?").style(Style::Dash).gives(|run, given| {
        if given.operands.is_empty() { return Stream::foreign(); }
        run.within("arch", None, |run| run.program(&given.operands, given.input.clone()))
    })
    .examples(&[("arch", ""), ("arch -x86_64 rm a", "file.delete /workspace/a")]),
    row("faketime", "gnu -f -m -p=word --exclude-monotonic --disable-shm -h/info -v/info", "word command").style(Style::First).examples(&[("faketime '2020-01-01' rm a", "file.delete /workspace/a")]),
    row("datefudge", "-s,--static", "word command").style(Style::First),
    row("flock", "gnu -s,--shared -x,-e,--exclusive -u,--unlock -n,--nb,--nonblock -w,--wait,--timeout=word -E,--conflict-exit-code=word -o,--close -F,--no-fork --verbose -c,--command=shell --fcntl --start=word --length=word", "word*").style(Style::First).gives(flock).examples(&[
        ("flock /tmp/l rm a", "file.write /tmp/l; file.delete /workspace/a"),
        ("flock /tmp/l -c 'rm a'", "file.write /tmp/l; file.delete /workspace/a"),
        ("flock -n 9", ""),
        ("flock -n /tmp/l sh -c 'rm a'", "file.write /tmp/l; file.delete /workspace/a"),
    ]),
    row("setlock", "-n -N -x -X -s -S", "write command").style(Style::First),
    row("retry", "gnu -d,--delay=word -m,--message=word -t,--times=word -u,--until=word -w,--while=word -v,--verbose -n=word", "command").style(Style::First),
    row("unbuffer", "-p", "command").style(Style::First).examples(&[("unbuffer -p rm a", "file.delete /workspace/a")]),
    row("rlwrap rlfe", "gnu -a[=word] -A,--ansi-colour-aware -b,--break-chars=word -c,--complete-filenames -C,--command-name=word -D,--history-no-dupes=word -e,--extra-char-after-completion=word -f,--file=read -g,--forget-matching=word -h -H,--history-filename=write -i,--case-insensitive -I,--pass-sigint-as-sigterm -l,--logfile=write -m[=word] -M,--multi-line-ext=word -n,--no-warnings -N,--no-children -o,--one-shot -O,--only-cook=word -p[=word] -P,--pre-given=word -q,--quote-characters=word -r,--remember -R,--renice -s,--histsize=word -S,--substitute-prompt=word -t,--set-term-name=word -U,--mirror-arguments -v -w,--wait-before-prompt=word -W,--polling -z,--filter=odd", "command").style(Style::First).examples(&[
        ("rlwrap rm a", "file.delete /workspace/a"),
        ("rlwrap -z x rm a", "unknown option_odd; file.delete /workspace/a"),
    ]),
    row("proxychains proxychains4 proxychains-ng", "-q -f=read/odd -h/info --help/info", "command").style(Style::First).examples(&[("proxychains -q rm a", "file.delete /workspace/a")]),
    row("torsocks torify tsocks", "gnu -u,--user=word -p,--pass=word -a,--address=word -P,--port=word -i,--isolate -d,--debug -q,--quiet", "command?").style(Style::First).gives(or_shell).examples(&[("torsocks rm a", "file.delete /workspace/a")]),
    row("dbus-run-session", "gnu --config-file=odd --dbus-daemon=odd", "command").style(Style::First).examples(&[("dbus-run-session -- rm a", "file.delete /workspace/a")]),
    row("dbus-launch", "gnu --auto-syntax --binary-syntax --csh-syntax --sh-syntax --close-stderr --exit-with-session --exit-with-x11 --autolaunch=word --config-file=odd", "command?").style(Style::First).examples(&[("dbus-launch --exit-with-session rm a", "file.delete /workspace/a")]),
    row("xvfb-run xvfb-run-safe", "-h,--help/info -a,--auto-display,--auto-servernum -d -e,--error-file=write -f,--auth-file=write -l,--listen-tcp!net.listen -n,--server-num=word -p,--xauth-protocol=word -s,--server-args=word -w,--wait=word", "command").style(Style::First).examples(&[("xvfb-run -a rm a", "file.delete /workspace/a")]),
    row("primusrun optirun prime-run gamemoderun mangohud gamescope vglrun", "", "command").style(Style::First).examples(&[("primusrun rm a", "file.delete /workspace/a")]),
    row("aa-exec", "gnu -p,--profile=word -n,--namespace=word -d,--debug -i,--immediate -v,--verbose", "command").style(Style::First).examples(&[("aa-exec -p x rm a", "file.delete /workspace/a")]),
    row("runcon", "gnu -c,--compute -t,--type=word -u,--user=word -r,--role=word -l,--range=word", "word*").style(Style::First).does("privilege.raise").gives(|run, given| {
        let by_parts = given.has("-t") || given.has("-u") || given.has("-r") || given.has("-l") || given.has("-c");
        let rest = given.operands.get(usize::from(!by_parts)..).unwrap_or_default().to_vec();
        run.within("runcon", None, |run| run.program(&rest, given.input.clone()))
    })
    .examples(&[("runcon x:y:z rm a", "privilege.raise runcon; file.delete /workspace/a")]),
    row("cgexec", "-g=word --sticky", "command").style(Style::First).examples(&[("cgexec -g cpu:x rm a", "file.delete /workspace/a")]),
    row("pidproxy", "", "word command").style(Style::First),
    row("tini dumb-init catatonit", "-s -v -vv -vvv -w -g -p=word -e=word -h/info --version/info -c,--single-child -r=word --rewrite=word", "command").style(Style::First).examples(&[("tini -- rm a", "file.delete /workspace/a")]),
    row("busybox toybox coreutils uutils sbase-box ubase-box", "", "").style(Style::Raw).instead(applet).examples(&[
        ("busybox rm -rf a", "file.delete /workspace/a/**"),
        ("busybox sh -c 'rm a'", "file.delete /workspace/a"),
        ("busybox sh &", "process.run sh"),
        ("busybox --list", ""),
        ("busybox --install -s", "persistence.install busybox"),
        ("busybox", ""),
        ("toybox rm a", "file.delete /workspace/a"),
    ]),
    row("wine wine64 box64 box86 qemu-x86_64 qemu-aarch64 qemu-arm qemu-i386 qemu-riscv64", "", "run word*").style(Style::First).examples(&[("wine x.exe", "process.run /workspace/x.exe"), ("qemu-aarch64 ./x", "process.run /workspace/x")]),

    // what a command does, watched
    row("strace strace64", "-h,--help/info -V,--version/info -o,--output=write -e,--trace,--expr=word -p,--attach=word!secret.read -a=word -b=word -c -C -d,--debug -D,--daemonize -E,--env=assign -f,--follow-forks -ff -F -i,--instruction-pointer -I,--interruptible=word -k,--stack-traces -n -N -O=word -P,--trace-path=word -q,-qq,-qqq -r -s,--string-limit=word -S,--summary-sort-by=word -t,-tt,-ttt -T -u,--user=word -U,--summary-columns=word -v,--no-abbrev -w,--summary-wall-clock -x,-xx -X,--const-print-style=word -y,-yy -Y -z -Z -A,--output-append-mode --summary --summary-only --seccomp-bpf --tips[=word] --decode-fds[=word] --absolute-timestamps[=word] --relative-timestamps[=word] --syscall-times[=word] --quiet[=word] --output-separately --inject=word --fault=word --kvm=word --successful-only --failed-only --status=word --always-show-pid", "command?").style(Style::First).also(piped).examples(&[
        ("strace -f -e trace=open rm a", "file.delete /workspace/a"),
        ("strace -c rm a", "file.delete /workspace/a"),
        ("strace -o log rm a", "file.write /workspace/log; file.delete /workspace/a"),
        ("strace -o '|rm b' mkdir a", "file.write /workspace/a; file.delete /workspace/b; file.write /workspace/|rm b"),
        ("strace -p 42", "secret.read strace"),
        ("strace -E LD_PRELOAD=/x rm a", "unknown environment_power; file.delete /workspace/a"),
    ]),
    row("ltrace", "-h,--help/info -V,--version/info -a,--align=word -A=word -b,--no-signals -c -C,--demangle -D,--debug=word -e=word -f -F,--config=odd -i -l,--library=word -L -n,--indent=word -o,--output=write -p=word!secret.read -r -s=word -S -t,-tt,-ttt -T -u=word -w,--where=word -x=word", "command?").style(Style::First).examples(&[("ltrace -o log rm a", "file.write /workspace/log; file.delete /workspace/a")]),
    row("valgrind", "-h,--help/info --version/info -q,--quiet -v,--verbose -d --tool=word --trace-children=word --trace-children-skip=word --child-silent-after-fork=word --vgdb=word --vgdb-error=word --track-fds=word --time-stamp=word --log-fd=word --log-file=write --log-socket=send --xml=word --xml-fd=word --xml-file=write --num-callers=word --error-limit=word --error-exitcode=word --exit-on-first-error=word --error-markers=word --show-error-list=word -s --suppressions=read --gen-suppressions=word --input-fd=word --main-stacksize=word --max-threads=word --fullpath-after=word --demangle=word --default-suppressions=word --leak-check=word --leak-resolution=word --show-leak-kinds=word --errors-for-leak-kinds=word --leak-check-heuristics=word --show-reachable=word --undef-value-errors=word --track-origins=word --keep-stacktraces=word --freelist-vol=word --callgrind-out-file=write --cachegrind-out-file=write --massif-out-file=write --dhat-out-file=write --dump-instr=word --collect-jumps=word --cache-sim=word --branch-sim=word --simulate-cache=word --instr-atstart=word --collect-atstart=word --toggle-collect=word --pages-as-heap=word --stacks=word --time-unit=word --detailed-freq=word --max-snapshots=word --threshold=word --history-level=word --read-var-info=word --smc-check=word --sigill-diagnostics=word --read-inline-info=word --fair-sched=word --run-libc-freeres=word --partial-loads-ok=word --free-fill=word --malloc-fill=word --alignment=word --redzone-size=word --tool-arg=word --D1=word --I1=word --LL=word --separate-threads=word", "command?").style(Style::First).examples(&[("valgrind --leak-check=full rm a", "file.delete /workspace/a"), ("valgrind --log-file=x rm a", "file.write /workspace/x; file.delete /workspace/a")]),
    row("perf", "gnu -h/info -v/info", "").sub(&[
        row("stat", "-e,--event=word -i,--no-inherit -p,--pid=word -t,--tid=word -a,--all-cpus -c,--scale -d,--detailed -r,--repeat=word -B,--big-num -C,--cpu=word -A,--no-aggr -n,--null -v,--verbose -x,--field-separator=word -o,--output=write --append -G,--cgroup=word --pre=shell --post=shell -I,--interval-print=word --interval-count=word --timeout=word --metric-only -M,--metrics=word -j,--json-output --per-core --per-socket --per-thread -D,--delay=word -T,--transaction --topdown -S,--sync", "command?").style(Style::First),
        row("record", "-e,--event=word --filter=word -a,--all-cpus -p,--pid=word!secret.read -t,--tid=word -u,--uid=word -r,--realtime=word -R,--raw-samples -c,--count=word -o,--output=write -i,--no-inherit -F,--freq=word -m,--mmap-pages=word -g --call-graph=word -q,--quiet -v,--verbose -s,--stat -d,--data -T,--timestamp -C,--cpu=word -b,--branch-any -j,--branch-filter=word -D,--delay=word --per-thread -z,--compression-level[=word] --switch-events -k,--clockid=word --max-size=word -n,--no-samples -N,--no-buildid-cache --call-graph[=word]", "command?").style(Style::First).does("file.write=perf.data"),
        row("trace", "-e,--expr,--event=word -o,--output=write -p,--pid=word!secret.read -t,--tid=word -a,--all-cpus -s,--summary -S,--with-summary --duration=word -v,--verbose -T,--time -C,--cpu=word -F,--pf=word -u,--uid=word -i,--input=read --call-graph=word --max-stack=word", "command?").style(Style::First),
        row("report annotate diff", "... -i,--input=read --addr2line=run --objdump=run", "word*"),
        row("list top", "...", "word*"),
        row("script", "-i,--input=read -F,--fields=word -s,--script=run -g,--gen-script=word --header -v,--verbose -D -l,--list", "run?"),
        row("bench", "...", "word*"),
    ])
    .examples(&[
        ("perf stat -r 5 rm a", "file.delete /workspace/a"),
        ("perf record -g -- rm a", "file.write /workspace/perf.data; file.delete /workspace/a"),
        ("perf report -i x", "file.read /workspace/x"),
        ("perf stat --pre 'rm b' mkdir a", "file.write /workspace/a; file.delete /workspace/b"),
    ]),
    row("hyperfine", "gnu -h/info -V/info -w,--warmup=word -m,--min-runs=word -M,--max-runs=word -r,--runs=word -s,--setup=shell -p,--prepare=shell -c,--cleanup=shell -C,--conclude=shell --reference=shell -P,--parameter-scan=word -D,--parameter-step-size=word -L,--parameter-list=word -S,--shell=word -N -i,--ignore-failure[=word] --style=word --sort=word -u,--time-unit=word --export-asciidoc=write --export-csv=write --export-json=write --export-markdown=write --export-orgmode=write --show-output --output=write --input=read -n,--command-name=word --reference-name=word", "word*").gives(hyperfine).examples(&[
        ("hyperfine 'rm a' 'rm b'", "file.delete /workspace/a; file.delete /workspace/b"),
        ("hyperfine --prepare 'rm a' -w 3 'mkdir x'", "file.delete /workspace/a; file.write /workspace/x"),
        ("hyperfine -S ./x 'mkdir x'", "process.run /workspace/x; file.write /workspace/x"),
        ("hyperfine -L d /srv,/etc 'rm {d}'", "unknown shell_dynamic"),
    ]),
    row("multitime", "-f=word -n=word -l -s=word -I=word -i=shell -o=shell -q -r=shell -v -b=word", "command").style(Style::First),
    row("gdb gdbtui rust-gdb cgdb arm-none-eabi-gdb gdb-multiarch", "", "").style(Style::Raw).instead(|run, arguments, input| debugger(run, "gdb", arguments, input)).examples(&[
        ("gdb --batch -ex run -ex bt --args rm a", "file.delete /workspace/a"),
        ("gdb -nx -ex '!rm a' -ex quit", "code.run gdb"),
        ("gdb -batch -ex 'shell rm a'", "code.run gdb"),
        ("gdb -x cmds ./prog", "process.run /workspace/cmds; process.run /workspace/prog"),
        ("gdb -p 42", "secret.read gdb"),
        ("gdb --version", ""),
        ("echo '!rm a' | gdb -q", "code.run gdb"),
    ]),
    row("lldb rust-lldb", "", "").style(Style::Raw).instead(|run, arguments, input| debugger(run, "lldb", arguments, input)).examples(&[
        ("lldb -b -o run -o bt -- rm a", "file.delete /workspace/a"),
        ("lldb -o 'platform shell rm a'", "code.run lldb"),
    ]),
    row("rr", "", "").sub(&[
        row("record", "-n,--no-syscall-buffer -c=word -h,--chaos -o,--output-trace-dir=write -v,--env=assign -w -i=word -s -u,--cpu-unbound -N", "command").style(Style::First),
        row("replay ps dump ls traceinfo pack rerun", "...", "word*"),
    ]),
    row("xctrace sample heaptrack heaptrack_print", "-o,--output=write -d -r -i -p=word!secret.read", "command").style(Style::First),
    row("uftrace", "", "").sub(&[row("record live", "-d=write -F=word -N=word -a -k -D=word -t=word --no-libcall", "command").style(Style::First), row("replay report graph info tui dump", "...", "word*")]),
    row("progress", "-q -d -w -W=word -m -M -a=word -c=word -p=word -i=word -o=word -h/info", "word*"),
];

/// With the ID of a process there is no command.
fn unless_pid(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("-p") || given.has("-P") || given.has("-u") || given.operands.is_empty() {
        return Stream::local();
    }
    run.within(&given.name, None, |run| run.program(&given.operands, given.input.clone()))
}

/// A mask or a priority, then a command; with the ID of a process there is none.
fn behind_one(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("-p") {
        return Stream::local();
    }
    match given.operands.get(1..) {
        Some(rest) if !rest.is_empty() => {
            run.within(&given.name, None, |run| run.program(rest, given.input.clone()))
        }
        _ => Stream::local(),
    }
}

/// `setarch [architecture] [options] [program]`
fn setarch(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const NAMES: &[&str] = &[
        "linux32", "linux64", "i386", "i486", "i586", "i686", "athlon", "x86_64", "ppc", "ppc32", "ppc64",
        "sparc", "sparc64", "s390", "s390x", "arm", "armv7l", "aarch64", "uname26", "mips", "mips64",
        "riscv64",
    ];
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("--list" | "--help" | "--version" | "-h" | "-V") => return Stream::foreign(),
            Some("--") => {
                rest = after;
                break;
            }
            Some("--uname-2.6" | "--verbose" | "--show" | "--3gb" | "--4gb") => rest = after,
            Some(text)
                if text.len() > 1
                    && text.starts_with('-')
                    && text.chars().skip(1).all(|c| "BFILRSTXZ3v".contains(c)) =>
            {
                rest = after;
            }
            Some(text)
                if text.starts_with("--addr-")
                    || text.starts_with("--fdpic")
                    || text.starts_with("--read-implies")
                    || text.starts_with("--mmap-page")
                    || text.starts_with("--32bit")
                    || text.starts_with("--short-inode")
                    || text.starts_with("--whole-seconds")
                    || text.starts_with("--sticky") =>
            {
                rest = after;
            }
            Some(text) if text.starts_with('-') => {
                run.doubt(unknown::OPTION_UNKNOWN);
                rest = after;
            }
            Some(text) if NAMES.contains(&text) => rest = after,
            _ => break,
        }
    }
    run.within("setarch", None, |run| {
        if rest.is_empty() { shell_or_input(run, &input) } else { run.program(rest, input) }
    })
}

/// `flock file command…`, `flock file -c text`, `flock descriptor`
fn flock(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((file, rest)) = given.operands.split_first() else { return Stream::default() };
    let descriptor =
        file.text().is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
    if rest.is_empty() && descriptor {
        return Stream::default();
    }
    meaning::path(run, Action::FILE_WRITE, file, false);
    let text = match rest {
        [flag, text] if matches!(flag.text(), Some("-c" | "--command")) => Some(text.clone()),
        _ => None,
    };
    run.within("flock", None, |run| match text {
        Some(text) => run.shell_text(&text, given.input.clone()),
        None => run.program(rest, given.input.clone()),
    })
}

/// `busybox applet…`
fn applet(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    match arguments.first().map(Field::text) {
        None | Some(Some("--list" | "--list-full" | "--help" | "--version" | "--long")) => Stream::foreign(),
        Some(Some("--install")) => {
            run.effect(Action::PERSISTENCE_INSTALL, crate::effects::shell::thing("busybox"));
            Stream::default()
        }
        Some(_) => run.within("busybox", None, |run| run.program(arguments, input)),
    }
}

/// `strace -o '|command'` hands its output to a command.
fn piped(run: &mut Run<'_>, given: &Given) {
    let commands: Vec<Field> = given
        .values("-o")
        .filter_map(|value| value.strip_prefix("|").or_else(|| value.strip_prefix("!")))
        .collect();
    for command in commands {
        run.within("strace", None, |run| run.shell_text(&command, Stream::local()));
    }
    if given.values("-o").any(|value| value.text().is_none() && value.prefix().is_empty()) {
        run.doubt(unknown::SHELL_DYNAMIC);
    }
}

/// Each operand is a command for a shell.
fn hyperfine(run: &mut Run<'_>, given: &Given) -> Stream {
    if let Some(shell) =
        given.value("-S").filter(|shell| !super::identity::is_a_shell(shell) && shell.text() != Some("none"))
    {
        meaning::file(run, &shell.clone(), "shell");
    }
    // Their values are put into the commands.
    if given.has("-P") || given.has("-L") {
        run.doubt(unknown::SHELL_DYNAMIC);
        return Stream::local();
    }
    for operand in &given.operands {
        run.within("hyperfine", None, |run| run.shell_text(operand, Stream::default()));
    }
    Stream::local()
}

/// Commands of a debugger that look at a program, run it and step through it.
const HARMLESS: &[&str] = &[
    "run",
    "r",
    "start",
    "starti",
    "bt",
    "backtrace",
    "where",
    "info",
    "i",
    "list",
    "l",
    "quit",
    "q",
    "continue",
    "c",
    "next",
    "n",
    "step",
    "s",
    "finish",
    "up",
    "down",
    "frame",
    "f",
    "break",
    "b",
    "tbreak",
    "disassemble",
    "x",
    "thread",
    "detach",
    "kill",
    "delete",
    "help",
    "process",
    "exit",
    "br",
    "breakpoint",
    "image",
    "version",
];

fn debugger(run: &mut Run<'_>, name: &'static str, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    let mut program: Vec<Field> = Vec::new();
    let mut code = false;
    let mut reads_input = true;
    while let Some(argument) = rest.next() {
        let Some(text) = argument.text() else {
            if argument.may_be_option() || argument.prefix().starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            program.push(argument.clone());
            continue;
        };
        let (option, attached) = match text.split_once('=').filter(|_| text.starts_with('-')) {
            Some((option, _)) => (option, argument.split_once('=').map(|(_, value)| value)),
            None => (text, None),
        };
        let plain = option.strip_prefix("--").or_else(|| option.strip_prefix('-'));
        let mut value = |attached: Option<Field>| attached.or_else(|| rest.next().cloned());
        match (name, plain) {
            (_, Some("version" | "help" | "configuration" | "v" | "h")) => return Stream::foreign(),
            (_, Some("args" | "")) => {
                program.extend(rest.cloned());
                break;
            }
            (_, Some("batch" | "b" | "batch-silent")) => reads_input = false,
            (
                _,
                Some(
                    "q"
                    | "quiet"
                    | "silent"
                    | "nx"
                    | "n"
                    | "nh"
                    | "nw"
                    | "tui"
                    | "return-child-result"
                    | "no-lldbinit"
                    | "X"
                    | "Q",
                ),
            ) if name == "gdb" || !matches!(plain, Some("n")) => {}
            ("gdb", Some("ex" | "iex" | "eval-command" | "init-eval-command"))
            | (
                "lldb",
                Some("o" | "O" | "k" | "K" | "one-line" | "one-line-before-file" | "one-line-on-crash"),
            ) => {
                let command = value(attached);
                let first = command.as_ref().and_then(Field::text).map(|text| {
                    let word = text.split([' ', '/']).next().unwrap_or_default().to_owned();
                    (word, text.contains(['$', '(', '|', '`', '\n', '!', '=']))
                });
                let harmless = first.is_some_and(|(word, power)| {
                    HARMLESS.contains(&word.as_str()) && !power
                        || command.as_ref().and_then(Field::text).is_some_and(|text| {
                            matches!(
                                text,
                                "set pagination off"
                                    | "set confirm off"
                                    | "set print pretty on"
                                    | "set logging off"
                                    | "thread apply all bt"
                            )
                        })
                });
                code |= !harmless;
            }
            (
                _,
                Some(
                    "x" | "command" | "ix" | "init-command" | "s" | "source" | "S" | "source-before-file"
                    | "source-quietly",
                ),
            ) => {
                if let Some(file) = value(attached) {
                    meaning::file(run, &file, name);
                }
            }
            (_, Some("p" | "pid" | "attach-pid" | "attach-name" | "c" | "core")) => {
                if let Some(target) = value(attached) {
                    let core = matches!(plain, Some("c" | "core"));
                    match core {
                        true => meaning::path(run, Action::FILE_READ, &target, false),
                        false => run.effect(Action::SECRET_READ, crate::effects::shell::thing(name)),
                    }
                }
            }
            (_, Some("f" | "file" | "exec" | "e" | "se" | "symbols")) => program.extend(value(attached)),
            ("gdb", Some("cd" | "d" | "directory")) | (_, Some("arch" | "a")) => {
                value(attached);
            }
            (_, Some(_)) if option.starts_with('-') => run.doubt(unknown::OPTION_UNKNOWN),
            _ => program.push(argument.clone()),
        }
    }
    if reads_input && !input.is_nothing() {
        code = true;
    }
    if code {
        run.effect(Action::CODE_RUN, crate::effects::Resource::Code { language: name.to_owned() });
    }
    if !program.is_empty() {
        run.within(name, None, |run| run.program(&program, Stream::default()));
    }
    Stream::local()
}
