//! `dd` and its kin: blocks from one file or device to another.

use crate::effects::Action;
use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::unknown;

pub(super) const ROWS: &[Row] = &[
    row("dd dcfldd dc3dd sdd", "", "").style(Style::Raw).instead(dd).examples(&[
        ("dd if=a of=b bs=1M count=1", "file.read /workspace/a; file.write /workspace/b"),
        ("dd of=/dev/sda if=/dev/zero", "file.write /dev/sda; system.disk /dev/sda"),
        ("dd if=/etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow"),
        ("dd if=/dev/zero of=$F", "file.write ?"),
        ("dd $X", "unknown option_dynamic"),
        ("dd frob=1", "unknown option_unknown"),
        ("dd --help", ""),
        ("eval \"$(echo rm a | dd 2>/dev/null)\"", "file.delete /workspace/a"),
    ]),
    row("ddrescue", "-h,--help/info -V,--version/info -f,--force -n,--no-scrape -N,--no-trim -d,--idirect -D,--odirect -r,--retry-passes=word -b,--sector-size=word -c,--cluster-size=word -i,--input-position=word -o,--output-position=word -s,--size=word -S,--sparse -R,--reverse -A,--try-again -v,--verbose -p,--preallocate -t,--truncate -C,--complete-only -a,--min-read-rate=word -K,--skip-size=word -q,--quiet", "read write write?")
        .examples(&[("ddrescue -d /dev/sdb a.img a.map", "file.read /dev/sdb; file.write /workspace/a.img; file.write /workspace/a.map; system.disk /dev/sdb")]),
    row("bmaptool", "", "word*").sub(&[
        row("create", "-o,--output=write --no-checksum", "read").examples(&[("bmaptool create -o b a.img", "file.read /workspace/a.img; file.write /workspace/b")]),
        row("copy", "--bmap=read --nobmap --no-verify --no-sig-verify", "read write")
            .examples(&[("bmaptool copy --bmap b a.img /dev/sdb", "file.read /workspace/b; file.read /workspace/a.img; file.write /dev/sdb; system.disk /dev/sdb")]),
    ]),
];

/// What may stand before `=`, besides the files.
const WORDS: &[&str] = &[
    "bs",
    "ibs",
    "obs",
    "cbs",
    "count",
    "skip",
    "seek",
    "iseek",
    "oseek",
    "conv",
    "iflag",
    "oflag",
    "status",
    "files",
    "fillchar",
    "speed",
    "hash",
    "hashwindow",
    "hashconv",
    "hashformat",
    "pattern",
    "textpattern",
    "errlog",
    "split",
    "splitformat",
    "statusinterval",
    "sizeprobe",
    "verb",
    "pat",
    "tpat",
    "bufsz",
    "cnt",
    "iskip",
    "oskip",
    "corruptoutput",
];

fn dd(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    if arguments.iter().any(|field| matches!(field.text(), Some("--help" | "--version"))) {
        return Stream::foreign();
    }
    let mut from: Option<Field> = None;
    let mut written = false;
    let mut changes = false;
    for argument in arguments {
        let Some((name, value)) = argument.split_once('=') else {
            let dynamic = argument.text().is_none();
            if argument.text() != Some("--") {
                run.doubt(if dynamic { unknown::OPTION_DYNAMIC } else { unknown::OPTION_UNKNOWN });
            }
            continue;
        };
        match name.as_str() {
            "if" | "vf" => {
                meaning::path(run, Action::FILE_READ, &value, false);
                from = Some(value);
            }
            "of" | "ofs" | "hof" | "hofs" | "wipe" | "log" | "hlog" | "mlog" | "errlog" | "hashlog"
            | "md5log" | "sha1log" | "sha256log" | "sha512log" | "vflog" => {
                meaning::path(run, Action::FILE_WRITE, &value, false);
                written |= name.starts_with("of") && !meaning::is_stream(&value);
            }
            word if WORDS.contains(&word) => changes |= !matches!(word, "bs" | "ibs" | "obs" | "status"),
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    let flows = match &from {
        Some(file) => meaning::content(run, file).unwrap_or_else(Stream::local),
        None => input,
    };
    if written {
        return Stream::default();
    }
    let content = if changes && !flows.is_nothing() { Content::Unknown } else { flows.content };
    Stream { content, local: flows.local }
}
