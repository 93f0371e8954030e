//! Programs that are asked: of a store, an image, a journal, a capture, a desktop. What they are asked is read; what is
//! not named here changes something.

use crate::effects::shell::row::{Class, Row, Style, Verb, row};

pub(super) const ROWS: &[Row] = &[
    row("ceph", "-s,--status -w,--watch -f,--format=word --help/info -v,--version/info --cluster=word -c,--conf=read -k,--keyring=odd", "").sub_or(&[], Verb::First, &[
        Class { words: "delete rm destroy purge create set unset in out down up reweight* add enable disable deep-scrub scrub repair tell injectargs mv rename import auth config config-key", does: "service.control=ceph" },
        Class { words: "status health df tree ls lspools dump stat get show versions report fsid perf pg-stat help quorum_status mon_status", does: "" },
        Class { words: "", does: "service.control=ceph" },
    ]).examples(&[("ceph osd tree", ""), ("ceph -s", ""), ("ceph osd pool delete a a --yes", "service.control ceph; unknown option_unknown")]),
    row("qemu-img", "-h,--help/info -V,--version/info", "").sub(&[
        row("info check compare map measure", "-f=word -F=word --output=word -U,--force-share -q -T=word --backing-chain -p -s", "read+"),
        row("convert", "-f=word -O=word -o=word -p -c -q -S=word -t=word -T=word -m=word -W -n -U", "read+ write"),
        row("create", "-f=word -o=word -q -b=read -F=word -u", "write word?"),
        row("resize", "-f=word -q --shrink --preallocation=word", "write word"),
    ]).examples(&[("qemu-img info a.qcow2", "file.read /workspace/a.qcow2"), ("qemu-img convert -O raw a b", "file.read /workspace/a; file.write /workspace/b"), ("qemu-img commit a", "unknown subcommand_unknown")]),
    row("cloud-init", "-h,--help/info -v,--version/info -l,--long -w,--wait --format=word -d,--debug", "").sub_or(&[], Verb::First, &[
        Class { words: "clean init modules single devel", does: "service.control=cloud-init" },
        Class { words: "status features analyze schema", does: "" },
        // What a machine was given to begin with holds its secrets.
        Class { words: "query collect-logs", does: "secret.read" },
        Class { words: "", does: "service.control=cloud-init" },
    ]).examples(&[("cloud-init status --long", ""), ("cloud-init query userdata", "secret.read cloud-init query userdata"), ("cloud-init clean", "service.control cloud-init")]),
    row("pro ua", "-h,--help/info --version/info --format=word --all --wait", "").sub_or(&[], Verb::First, &[
        Class { words: "attach detach enable disable fix refresh collect-logs config", does: "service.control=subscription" },
        Class { words: "status help version security-status", does: "" },
        Class { words: "", does: "service.control=subscription" },
    ]).examples(&[("pro status", ""), ("pro detach", "service.control subscription")]),
    row("postconf", "-d -n -m -l -A -a -h -H -f -F -M -P -p -o=word -t -T=word -x -c=read -C=word -S -q", "word*").examples(&[("postconf -n", ""), ("postconf -e a=b", "unknown option_unknown")]),
    row("varnishlog varnishncsa varnishstat varnishtop", "-n=word -q=word -g=word -i=word -I=word -x=word -X=word -1 -a -A -c -b -C -d -f=word -F=word -j -k=word -r=read -w=write -t=word -V/info -h/info", "word*").examples(&[("varnishlog -g request", ""), ("varnishlog -w a", "file.write /workspace/a")]),
    // Of files.
    row("yara", "-s,--print-strings -m,--print-meta -g,--print-tags -e,--print-namespace -w,--no-warnings -n,--negate -c,--count -r,--recursive/tree -f,--fast-scan -t,--tag=word -i,--identifier=word -d,--define=word -p,--threads=word -l,--max-rules=word -a,--timeout=word -C -x=read -h,--help/info -v,--version/info", "read+").examples(&[("yara -r a.yar src", "file.read /workspace/a.yar/**; file.read /workspace/src/**")]),
    row("clamscan clamdscan", "-h,--help/info -V,--version/info -r,--recursive/tree -i,--infected -v -o --quiet --stdout --no-summary --bell -l,--log=write --exclude=word --exclude-dir=word --include=word --max-filesize=word --max-scansize=word -f,--file-list=read -d,--database=read -m,--multiscan --fdpass", "read*")
        .examples(&[("clamscan -r src", "file.read /workspace/src/**"), ("clamscan --remove a", "file.read /workspace/a; unknown option_unknown")]),
    row("wasm-objdump wasm-validate wasm-stats llvm-bcanalyzer", "-h,--headers -x,--details -d,--disassemble -s,--full-contents -j,--section=word -r,--reloc --debug -v --no-check --ignore-custom-section-errors -dump --help/info --version/info --enable-all", "read*").examples(&[("wasm-objdump -h a.wasm", "file.read /workspace/a.wasm")]),
    row("wasm2wat wat2wasm", "-o,--output=write -f,--fold-exprs --enable-all --generate-names --no-check -v --help/info --version/info --debug-names", "read*").examples(&[("wat2wasm a.wat -o a.wasm", "file.read /workspace/a.wat; file.write /workspace/a.wasm")]),
    row("rlog ident rcsdiff", "...", "read*").examples(&[("rlog a.c", "file.read /workspace/a.c")]),
    row("capinfos", "...", "read+").examples(&[("capinfos a.pcap", "file.read /workspace/a.pcap")]),
    row("mergecap", "-a -s=word -w=write -F=word -v -h/info", "read+").examples(&[("mergecap -w c a b", "file.write /workspace/c; file.read /workspace/a; file.read /workspace/b")]),
    row("mmdblookup geoiplookup geoiplookup6", "-f,--file=read -i,--ip=word -d=word -h,--help/info -v,--version/info", "word*"),
    row("dyff", "--help/info", "").sub(&[row("between last-applied json yaml", "... -o=word", "read*"), row("version", "", "")]).examples(&[("dyff between a.yml b.yml", "file.read /workspace/a.yml; file.read /workspace/b.yml")]),
    row("ledger hledger", "... -f,--file=read -o,--output-file,--output=write --pager=shell", "").sub_or(&[], Verb::First, &[
        Class { words: "add import edit web ui rewrite", does: "process.run" },
        Class { words: "", does: "" },
    ]).examples(&[("hledger balance -f a.journal", "file.read /workspace/a.journal"), ("hledger add", "process.run hledger")]),
    // Of what is installed.
    row("llvm-config mysql_config wx-config freetype-config libpng-config python3-config python-config", "...", "word*").examples(&[("llvm-config --cflags", "")]),
    row("rvm", "--help/info --version/info", "").sub_or(&[], Verb::First, &[
        Class { words: "use alias gemset do reset reload wrapper rubygems cleanup", does: "process.run" },
        Class { words: "list ls info current version help notes known strings", does: "" },
        Class { words: "install upgrade get reinstall", does: "package.install" },
        Class { words: "remove uninstall implode", does: "package.remove" },
        Class { words: "", does: "process.run" },
    ]).examples(&[("rvm list", ""), ("rvm install 3.3", "package.install rvm")]),
    row("lvmconfig lvmdiskscan manpath", "... -f,--file=write -C=read", "word*").examples(&[("lvmconfig --type full", "")]),
    row("semver", "...", "word*").examples(&[("semver -r '>1' 1.2.3", "")]),
    row("wn", "...", "word*").examples(&[("wn house -over", "")]),
    // Of processes and desktops.
    row("gops", "--help,-h/info", "").sub_or(&[], Verb::First, &[
        Class { words: "setgc gc pprof-heap pprof-cpu trace", does: "process.run" },
        Class { words: "tree stack memstats version stats process help", does: "" },
        Class { words: "", does: "process.run" },
    ]).examples(&[("gops", ""), ("gops setgc 7 10", "process.run gops")]),
    row("xprop", "-root -id=word -name=word -font=word -len=word -notype -spy -display=word -fs=read -frame -help/info -version/info -grammar/info", "word*").style(Style::Dash).examples(&[("xprop -root WM_NAME", ""), ("xprop -set A b", "unknown option_unknown")]),
    row("xdg-user-dir", "", "word?"),
    row("xdg-mime xdg-settings", "--help/info --version/info --manual/info --list/info", "").sub_or(&[], Verb::First, &[
        Class { words: "default install uninstall set", does: "persistence.install=desktop" },
        Class { words: "query get check", does: "" },
        Class { words: "", does: "persistence.install=desktop" },
    ]).examples(&[("xdg-mime query filetype a.png", ""), ("xdg-settings set default-web-browser x", "persistence.install desktop")]),
    row("pmset", "-g", "word*").style(Style::Dash).also(|run, given| {
        if !given.has("-g") {
            crate::effects::shell::meaning::declared(run, "system.power=settings", "pmset");
        }
    }).examples(&[("pmset -g batt", ""), ("pmset sleepnow", "system.power settings")]),
    row("ioreg kextstat", "...", "word*").examples(&[("ioreg -l", "")]),
    // Of other machines.
    row("lychee linkchecker", "... -F,--file-output=write -o,--output=write -c,--config=read --header=word/sent", "word*").does("net.fetch").examples(&[("lychee docs", "net.fetch configured")]),
];
