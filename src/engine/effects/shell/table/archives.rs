//! Archives and compression, `tar` apart: `zip`, `gzip` and its kin, `7z`, `rar`, `cpio`, `ar`.
//!
//! What is compressed or expanded in place stays under another name, so the file is written, not deleted;
//! what an option deletes afterwards is deleted.

use super::landing;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("zip", "--help/info --version/info -h2/info -L/info -r,--recurse-paths -R -q,--quiet -v,--verbose -j,--junk-paths -m,--move -d,--delete -u,--update -f,--freshen -FS,--filesync -y,--symlinks -x,--exclude=word -i,--include=word -n,--suffixes=word -e,--encrypt -P,--password=word -o,--latest-time -O,--out=write -b,--temp-path=write -T,--test -TT,--unzip-command=shell -t=word -tt=word -l -ll -X -D,--no-dir-entries -A -J -F,--fix -FF,--fixfix -g,--grow -k -s,--split-size=word -sp -sf,--show-files/info -sc/info -so/info -z -c -@ -0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -Z=word -lf,--logfile-path=write -la -li -dc -dd -db -du -dv -ds=word -nw -MM -S -p -w -$", "write word*")
        .also(zipped)
        .output(Output::Nothing)
        .examples(&[
            ("zip -r9 a.zip src -x '*.o'", "file.read /workspace/src/**; file.write /workspace/a.zip"),
            ("zip -m a.zip x", "file.read /workspace/x; file.delete /workspace/x; file.write /workspace/a.zip"),
            ("zip -d a.zip x", "file.write /workspace/a.zip"),
            ("zip a.zip x -T -TT 'rm y #'", "file.read /workspace/x; file.write /workspace/a.zip; file.delete /workspace/y"),
            ("zip a.zip x -TTsh", "file.read /workspace/x; file.write /workspace/a.zip; unknown option_odd"),
        ]),
    row("zipsplit zipcloak zipnote", "-h/info -v/info -L/info -n=word -r=word -i -p -t -s -q -w -b=write -d,--decrypt -O,--output-file=write", "write")
        .examples(&[("zipcloak a.zip", "file.write /workspace/a.zip")]),
    row("unzip", "-l -t -v -z -p -c -Z -d=word -o -n -q -j -a -aa -b -B -C -D -DD -E -F -f -i -J -K -k -L -M -N -q -qq -s -S -T -u -U -UU -V -W -X -Y -2 -x -P=word -O=word -I=word -:/odd -h/info -hh/info --help/info -^", "word word*")
        .gives(unzipped)
        .examples(&[
            ("unzip -l a.zip", "file.read /workspace/a.zip"),
            ("unzip a.zip -d out", "file.read /workspace/a.zip; file.write /workspace/out/**/*"),
            ("unzip -p a.zip x", "file.read /workspace/a.zip"),
            ("unzip -: a.zip", "file.read /workspace/a.zip; file.write /workspace/**/*; unknown option_odd"),
            ("unzip -n a.zip x", "file.read /workspace/a.zip; file.write /workspace/**/*"),
        ]),
    row("zipinfo lsar zipgrep zzcat als acat adiff", "...", "read word*").examples(&[("zipinfo a.zip", "file.read /workspace/a.zip")]),
    row("funzip", "-password=word", "read?").examples(&[("funzip a.zip", "file.read /workspace/a.zip")]),
    row("zipalign", "-c -f -p -v -z -P=word", "word read write?").examples(&[("zipalign 4 a b", "file.read /workspace/a; file.write /workspace/b")]),
    row("gzip p7zip pigz zopfli compress bzip2 pbzip2 lbzip2 xz pixz lzma lzip plzip lzop brotli", PACKERS, "word*").gives(packed).examples(&[
        ("gzip a", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/a.gz"),
        ("gzip -k a", "file.read /workspace/a; file.write /workspace/a.gz"),
        ("gzip -dc a.gz", "file.read /workspace/a.gz"),
        ("gzip -d a.gz", "file.read /workspace/a.gz; file.write /workspace/a.gz; file.write /workspace/a"),
        ("bzip2 -9 a b", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/a.bz2; file.read /workspace/b; file.write /workspace/b; file.write /workspace/b.bz2"),
        ("gzip -9 /dev/sda1", "file.read /dev/sda1; file.write /dev/sda1; file.write /dev/sda1.gz; system.disk /dev/sda1; system.disk /dev/sda1.gz"),
        ("gzip -r src", "file.read /workspace/src/**; file.write /workspace/src/**"),
        ("brotli -o b a", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/b"),
    ]),
    row("lrzip", "-h,-?,--help/info -V,--version/info -b,--bzip2 -g,--gzip -l,--lzo -n,--no-compress -z,--zpaq -d,--decompress -e,--encrypt[=word] -D,--delete -f,--force -i,--info -k,--keep-broken -L,--level=word -m,--maxram=word -N,--nice-level=word -o,--outfile=write -O,--outdir=writetree -p,--threads=word -q,--quiet -S,--suffix=word -t,--test -T,--threshold -U,--unlimited -v,--verbose -w,--window=word -c,--stdout", "word*").gives(packed).examples(&[("lrzip -b a", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/a.lrz")]),
    row("gunzip unpigz uncompress bunzip2 unxz unlzma gzexe bzip2recover", PACKERS, "word*").gives(unpacked).examples(&[
        ("gunzip a.gz", "file.read /workspace/a.gz; file.write /workspace/a.gz; file.write /workspace/a"),
        ("gunzip -t a.gz", "file.read /workspace/a.gz"),
        ("gunzip x", "file.read /workspace/x; file.write /workspace/x; file.write /workspace/*"),
    ]),
    row("zcat gzcat bzcat xzcat lzcat lz4cat zstdcat unzstdcat lzopcat", PACKERS, "read*").output(Output::Filtered).examples(&[("zcat a.gz", "file.read /workspace/a.gz")]),
    row("zstd unzstd zstdmt pzstd lz4 unlz4 lz4c", "-h,--help/info -H/info -V,--version/info -d,--decompress,--uncompress -z,--compress -k,--keep -f,--force -c,--stdout,--to-stdout -l,--list -t,--test -r -q,--quiet -v,--verbose -o=write -D=read --rm -C,--check --no-check --content-size --no-content-size --progress --no-progress -T,--threads=word -M,--memory=word --ultra --fast[=word] --long[=word] --adapt[=word] --auto-threads=word --single-thread --rsyncable --format=word --stream-size=word --size-hint=word --filelist=read --output-dir-flat=writetree --output-dir-mirror=writetree --patch-from=read --train --train-cover[=word] --train-fastcover[=word] --train-legacy[=word] --maxdict=word --dictID=word -b=word -e=word -i=word -B=word -p=word --priority=word --exclude-compressed --sparse --no-sparse --pass-through --no-pass-through --asyncio --no-asyncio --trace=write --best --favor-decSpeed -m,--multiple -# -a -s -S -P -n --no-frame-crc --list -x", "word*")
        .gives(zstandard)
        .examples(&[
            ("zstd a", "file.read /workspace/a; file.write /workspace/a.zst"),
            ("zstd --rm -19 a", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/a.zst"),
            ("zstd -dc a.zst", "file.read /workspace/a.zst"),
            ("zstd -d a.zst -o b", "file.read /workspace/a.zst; file.write /workspace/b"),
            ("lz4 a b", "file.read /workspace/a; file.read /workspace/b; file.write /workspace/a.lz4; file.write /workspace/b.lz4; file.write /workspace/b"),
        ]),
    row("7z 7za 7zr 7zz", "", "").style(Style::Raw).instead(seven).examples(&[
        ("7z a a.7z src", "file.read /workspace/src/**; file.write /workspace/a.7z"),
        ("7z x a.7z -oout", "file.read /workspace/a.7z; file.write /workspace/out/**/*"),
        ("7z l a.7z", "file.read /workspace/a.7z"),
        ("7z a -sdel a.7z x", "file.read /workspace/x/**; file.delete /workspace/x/**; file.write /workspace/a.7z"),
        ("7z x -spf a.7z", "file.read /workspace/a.7z; file.write ?"),
        ("7z q a.7z", "unknown subcommand_unknown"),
    ]),
    row("rar unrar", "", "").style(Style::Raw).instead(rar).examples(&[
        ("unrar x a.rar", "file.read /workspace/a.rar; file.write /workspace/**/*"),
        ("unrar e a.rar out/", "file.read /workspace/a.rar; file.write /workspace/out/**/*"),
        ("unrar lb a.rar", "file.read /workspace/a.rar"),
        ("rar a -df a.rar x", "file.read /workspace/x/**; file.delete /workspace/x/**; file.write /workspace/a.rar"),
    ]),
    row("cpio gcpio", "gnu -o,--create -i,--extract -p,--pass-through -t,--list -d,--make-directories -m,--preserve-modification-time -u,--unconditional -v,--verbose -V,--dot -0,--null -a,--reset-access-time -A,--append -b,--swap -B -c -C,--io-size=word -D,--directory=cd -E,--pattern-file=read -f,--nonmatching -F,--file=word -H,--format=word -I=read -k -l,--link -L,--dereference -M,--message=word -n,--numeric-uid-gid -O=write -r,--rename -R,--owner=word -s,--swap-bytes -S,--swap-halfwords -z --block-size=word --force-local --no-absolute-filenames --absolute-filenames --no-preserve-owner --only-verify-crc --quiet --rsh-command=shell --sparse --to-stdout --device-independent,--reproducible --renumber-inodes --ignore-devno", "word*")
        .gives(copied_in_and_out)
        .examples(&[
            ("find src | cpio -o > a.cpio", "file.list /workspace/src/**; file.read /workspace/src/**; file.write /workspace/a.cpio"),
            ("cpio -t < a.cpio", "file.read /workspace/a.cpio"),
            ("cpio -idm --no-absolute-filenames < a.cpio", "file.read /workspace/a.cpio; file.write /workspace/**/*"),
            ("cpio -i < a.cpio", "file.read /workspace/a.cpio; file.write /workspace/**/*; file.write ?"),
            ("cpio -i --to-stdout < a.cpio", "file.read /workspace/a.cpio"),
        ]),
    row("pax", "-r -w -v -n -c -d -i -k -l -t -u -z -j -X -O -P -H -L -Z -s=word -f=word -b=word -x=word -p=word -o=odd -a -0", "readtree*")
        .also(|run, given| {
            if let Some(archive) = given.value("-f") {
                let action = if given.has("-w") { Action::FILE_WRITE } else { Action::FILE_READ };
                meaning::path(run, action, archive, false);
            }
            if given.has("-r") {
                run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
            }
        })
        .examples(&[("pax -wf a.tar src", "file.read /workspace/src/**; file.write /workspace/a.tar"), ("pax -rf a.tar", "file.read /workspace/a.tar; file.write ?"), ("pax -f a.tar", "file.read /workspace/a.tar")]),
    row("ar llvm-ar gcc-ar ranlib llvm-ranlib", "", "").style(Style::Raw).instead(library).examples(&[
        ("ar rcs a.a x.o", "file.read /workspace/x.o; file.write /workspace/a.a"),
        ("ar t a.a", "file.read /workspace/a.a"),
        ("ar -M <<< 'CREATE /srv/x'", "unknown option_odd"),
        ("ar x a.a", "file.read /workspace/a.a; file.write /workspace/**/*"),
    ]),
    row("unar", "-o,-output-directory=word -f,-force-overwrite -r,-force-rename -s,-force-skip -d,-force-directory -D,-no-directory -p,-password=word -e,-encoding=word -E,-password-encoding=word -i,-indexes -nr,-no-recursion -t,-copy-time -q,-quiet -k,-forks=word -h,-help/info -v,-version/info", "read word*")
        .style(Style::Dash)
        .also(|run, given| landing::unpacked(run, given.value("-o")))
        .examples(&[("unar -o out a.rar", "file.read /workspace/a.rar; file.write /workspace/out/**/*")]),
    row("aunpack dtrx unp atool apack arepack ouch patool", "", "").style(Style::Raw).instead(any_archive).examples(&[
        ("atool -X out a.tgz", "file.read /workspace/a.tgz; file.write /workspace/out/**/*"),
        ("dtrx a.tgz", "file.read /workspace/a.tgz; file.write /workspace/**/*"),
        ("ouch compress a a.zip", "file.read /workspace/a; file.read /workspace/a.zip; file.write /workspace/**/*"),
    ]),
    row("unsquashfs", "-d,-dest=writetree -f,-force -l,-ls -ll,-lls,-linfo -lc -n,-no-progress -q,-quiet -cat -s,-stat -e=read -i,-info -li -no-xattrs -x -p,-processors=word -max-depth=word -excludes -help/info -version/info -h/info -v/info", "read word*")
        .style(Style::Dash)
        .also(|run, given| {
            let only_shows = ["-l", "-ll", "-lc", "-cat", "-s"].iter().any(|option| given.has(option));
            if !only_shows && !given.has("-d") {
                landing::unpacked(run, Some(&Field::literal("squashfs-root")));
            }
        })
        .examples(&[("unsquashfs a.sfs", "file.read /workspace/a.sfs; file.write /workspace/squashfs-root/**/*"), ("unsquashfs -l a.sfs", "file.read /workspace/a.sfs")]),
    row("mksquashfs", "-comp=word -b=word -e=word -ef=read -wildcards -regex -noappend -no-progress -processors=word -mem=word -all-root -root-owned -no-xattrs -xattrs -quiet -info -keep-as-directory -no-compression -noI -noD -noF -noX -Xcompression-level=word -reproducible -sort=read -help/info -version/info", "readtree+ write")
        .style(Style::Dash)
        .examples(&[("mksquashfs a b.sfs -comp xz", "file.read /workspace/a/**; file.write /workspace/b.sfs")]),
    row("genisoimage mkisofs xorrisofs", "-o,-output=write -J,-joliet -R,-rock -r,-rational-rock -V,-volid=word -A=word -P=word -p=word -l -L -v,-verbose -quiet -udf -iso-level=word -allow-limited-size -allow-lowercase -m,-exclude=word -x=word -b,-eltorito-boot=word -c=word -no-emul-boot -boot-load-size=word -boot-info-table -graft-points -path-list=read -input-charset=word -f,-follow-links -hfs -help/info -version/info", "readtree*")
        .style(Style::Dash)
        .examples(&[("mkisofs -o a.iso src", "file.read /workspace/src/**; file.write /workspace/a.iso")]),
    row("isoinfo isosize", "-d -l -f -R -J -i=read -x,--sectors -d,--divisor=word -h/info -version/info", "read*").style(Style::Dash).examples(&[("isoinfo -l -i a.iso", "file.read /workspace/a.iso")]),
    row("rpm2cpio", "...", "read*").output(Output::Filtered).examples(&[("rpm2cpio a.rpm", "file.read /workspace/a.rpm")]),
    row("zforce znew", "-f -t -v -9 -P -K", "write+").examples(&[("zforce a", "file.write /workspace/a")]),
    row("cabextract innoextract", "-h,--help/info -v,--version/info -l,--list -t,--test -d,--directory,--output-dir=word -F,--filter=word -e -q,--quiet -s,--silent -L,--lowercase -p,--pipe", "read+")
        .also(|run, given| {
            if !["-l", "-t", "-p"].iter().any(|option| given.has(option)) {
                landing::unpacked(run, given.value("-d"));
            }
        })
        .examples(&[("cabextract -d out a.cab", "file.read /workspace/a.cab; file.write /workspace/out/**/*")]),
    row("asar", "-h,--help/info -V,--version/info", "word*").sub(&[
        row("list l", "-i", "read").examples(&[("asar list a.asar", "file.read /workspace/a.asar")]),
        row("pack p", "--ordering=read --unpack=word --unpack-dir=word --exclude-hidden", "readtree write").examples(&[("asar pack a b.asar", "file.read /workspace/a/**; file.write /workspace/b.asar")]),
        row("extract e", "", "read writetree").examples(&[("asar extract a.asar b", "file.read /workspace/a.asar; file.write /workspace/b/**")]),
        row("extract-file ef", "", "read word").examples(&[("asar ef a.asar x", "file.read /workspace/a.asar; file.write /workspace/**/*")]).also(|run, _| landing::unpacked(run, None)),
    ]),
    row("upx", "-d -t -l -k -q -v -f -o=write -1 -9 --best --brute --ultra-brute -h,--help/info -V/info -L/info", "write+").examples(&[("upx a", "file.write /workspace/a")]),
    row("shar", "-h,--help/info ...", "readtree*").examples(&[("shar a", "file.read /workspace/a/**")]),
];

const PACKERS: &str = "-h,--help/info -V,--version/info -L,--license/info -H,--long-help/info -c,--stdout,--to-stdout -d,--decompress,--uncompress -f,--force -k,--keep -l,--list -n,--no-name -N,--name -q,--quiet -r,--recursive -S,--suffix=word -t,--test -v,--verbose -0 -1,--fast -2 -3 -4 -5 -6 -7 -8 -9,--best -11 -z,--compress -s,--small -e,--extreme -a,--ascii -T,--threads=word -p,--processes=word -b,--blocksize=word -B=word -C,--check=word -F,--format=word -M,--memlimit,--memory=word --rsyncable --synchronous --robot --single-stream --no-sparse --ignore-check --files[=read] --files0[=read] -o,--output=write -O,--outdir=writetree -q,--quality=word -w,--lgwin=word -j,--rm -Z,--no-copy-stat -D,--delete -m -i,--independent -K,--zip -x --dictionary=read --lzma2[=word] --block-size=word --flush-timeout=word -P -U -A -g,--gzip --bzip2 --zpaq --lzo --encrypt[=word]";

/// Compressed files and what their programs call them.
const SUFFIXES: &[&str] =
    &[".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4", ".lz", ".lzo", ".br", ".Z", ".z", ".zip", ".lrz", ".7z"];

fn zipped(run: &mut Run<'_>, given: &Given) {
    // `-TTsh` names a program that is run as well.
    let hides = given.options.iter().filter(|(option, _)| option.name() == "-T").count() > 1;
    if hides {
        run.doubt(unknown::OPTION_ODD);
    }
    if given.has("-d") {
        return;
    }
    let tree = given.has("-r") || given.has("-R");
    for file in given.operands.iter().skip(1) {
        meaning::path(run, Action::FILE_READ, file, tree);
        if given.has("-m") {
            meaning::path(run, Action::FILE_DELETE, file, tree);
        }
    }
    if given.has("-@") {
        for file in given.input.line() {
            meaning::path(run, Action::FILE_READ, &file, false);
            if given.has("-m") {
                meaning::path(run, Action::FILE_DELETE, &file, false);
            }
        }
    }
}

fn unzipped(run: &mut Run<'_>, given: &Given) -> Stream {
    if let Some(archive) = given.operand(0) {
        meaning::path(run, Action::FILE_READ, &archive.clone(), false);
    }
    let only_shows = ["-l", "-t", "-v", "-z", "-p", "-c", "-Z"].iter().any(|option| given.has(option));
    if !only_shows && !given.operands.is_empty() {
        landing::unpacked(run, given.value("-d"));
    }
    Stream::local()
}

/// The suffix a program gives what it compresses.
fn suffix(program: &str) -> &'static str {
    match program {
        "bzip2" | "pbzip2" | "lbzip2" => ".bz2",
        "xz" | "pixz" => ".xz",
        "lzma" => ".lzma",
        "lzip" | "plzip" => ".lz",
        "lzop" => ".lzo",
        "brotli" => ".br",
        "compress" => ".Z",
        "zstd" | "zstdmt" | "pzstd" | "unzstd" => ".zst",
        "lz4" | "lz4c" | "unlz4" => ".lz4",
        "lrzip" => ".lrz",
        "p7zip" => ".7z",
        _ => ".gz",
    }
}

fn packed(run: &mut Run<'_>, given: &Given) -> Stream {
    in_place(run, given, given.has("-d"), given.has("-k"))
}

fn unpacked(run: &mut Run<'_>, given: &Given) -> Stream {
    in_place(run, given, true, given.has("-k"))
}

fn zstandard(run: &mut Run<'_>, given: &Given) -> Stream {
    let expands = given.has("-d") || given.name.starts_with("un");
    let output = in_place(run, given, expands, !given.has("--rm"));
    // `lz4 in out`
    if given.name.contains("lz4")
        && !given.has("-m")
        && !given.has("-c")
        && let Some(target) = given.operand(1)
    {
        meaning::path(run, Action::FILE_WRITE, &target.clone(), false);
    }
    if given.has("-b") {
        return Stream::local();
    }
    output
}

/// Compresses or expands files where they are.
fn in_place(run: &mut Run<'_>, given: &Given, expands: bool, keeps: bool) -> Stream {
    let tree = given.has("-r");
    let only_shows = ["-c", "-l", "-t"].iter().any(|option| given.has(option));
    for file in &given.operands {
        meaning::path(run, Action::FILE_READ, file, tree);
        if only_shows || meaning::is_stream(file) {
            continue;
        }
        for name in meaning::names(run, file) {
            if tree {
                run.effect(Action::FILE_WRITE, Resource::tree(name));
                continue;
            }
            if !given.has("-o") {
                let made = if !expands {
                    landing::with_suffix(&name, suffix(&given.name))
                } else {
                    landing::without_suffix(&name, SUFFIXES).unwrap_or_else(|| landing::beside(&name))
                };
                run.effect(Action::FILE_WRITE, Resource::path(made));
            }
            if !keeps {
                run.effect(Action::FILE_WRITE, Resource::path(name));
            }
        }
    }
    let flows = only_shows || given.operands.is_empty();
    if !flows {
        return Stream::default();
    }
    Stream { content: Content::Unknown, local: !given.operands.is_empty() || given.input.local }
}

/// `7z a archive files`, `7z x archive -oDIR`.
fn seven(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let (switches, words): (Vec<&Field>, Vec<&Field>) =
        arguments.iter().partition(|field| field.prefix().starts_with('-'));
    let given = |name: &str| switches.iter().any(|field| field.text() == Some(name));
    let Some((verb, words)) = words.split_first() else { return Stream::local() };
    let Some((archive, files)) = words.split_first() else { return Stream::local() };
    match verb.text() {
        Some("a" | "u") => {
            meaning::path(run, Action::FILE_WRITE, archive, false);
            for file in files {
                let list = file.strip_prefix("@");
                if list.is_some() {
                    run.effect(Action::FILE_READ, Resource::path(Name::Dynamic));
                }
                meaning::path(run, Action::FILE_READ, list.as_ref().unwrap_or(file), true);
                if given("-sdel") {
                    meaning::path(run, Action::FILE_DELETE, file, true);
                }
            }
        }
        Some("d" | "rn") => meaning::path(run, Action::FILE_WRITE, archive, false),
        Some("e" | "x") => {
            meaning::path(run, Action::FILE_READ, archive, false);
            let to = switches.iter().find_map(|field| field.strip_prefix("-o"));
            if given("-spf") {
                run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
            } else if !given("-so") {
                landing::unpacked(run, to.as_ref());
            }
        }
        Some("l" | "t" | "h") => meaning::path(run, Action::FILE_READ, archive, false),
        Some("b" | "i") => {}
        _ => run.doubt(unknown::SUBCOMMAND),
    }
    Stream::local()
}

/// `rar a archive files`, `unrar x archive directory/`.
fn rar(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let (switches, words): (Vec<&Field>, Vec<&Field>) =
        arguments.iter().partition(|field| field.prefix().starts_with('-'));
    let deletes = switches.iter().any(|field| matches!(field.text(), Some("-df" | "-dw" | "-dr")));
    let Some((verb, words)) = words.split_first() else { return Stream::local() };
    let Some((archive, files)) = words.split_first() else { return Stream::local() };
    let verb = verb.text().unwrap_or_default();
    match verb.get(..1) {
        Some("a" | "f" | "u" | "m") => {
            meaning::path(run, Action::FILE_WRITE, archive, false);
            for file in files {
                meaning::path(run, Action::FILE_READ, file, true);
                if deletes || verb.starts_with('m') {
                    meaning::path(run, Action::FILE_DELETE, file, true);
                }
            }
        }
        Some("e" | "x") => {
            meaning::path(run, Action::FILE_READ, archive, false);
            let to = files.iter().find(|field| field.text().is_some_and(|text| text.ends_with('/')));
            landing::unpacked(run, to.copied());
        }
        Some("l" | "v" | "t" | "p" | "i") => meaning::path(run, Action::FILE_READ, archive, false),
        Some("c" | "d" | "k" | "r" | "s") => meaning::path(run, Action::FILE_WRITE, archive, false),
        _ => run.doubt(unknown::SUBCOMMAND),
    }
    Stream::local()
}

/// With `-o`, the names of the files flow in; with `-i`, names come out of the archive.
fn copied_in_and_out(run: &mut Run<'_>, given: &Given) -> Stream {
    let archive = given.value("-F").cloned();
    if given.has("-o") || given.has("-p") {
        for file in given.input.line() {
            meaning::path(run, Action::FILE_READ, &file, false);
        }
        if given.has("-p") {
            landing::unpacked(run, given.operand(0));
        }
        if let Some(archive) = &archive {
            meaning::path(run, Action::FILE_WRITE, archive, false);
        }
        return Stream::local();
    }
    if let Some(archive) = &archive {
        meaning::path(run, Action::FILE_READ, archive, false);
    }
    if given.has("-i") && !given.has("-t") && !given.has("--to-stdout") {
        landing::unpacked(run, None);
        if !given.has("--no-absolute-filenames") {
            run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
        }
    }
    Stream::local()
}

/// `ar rcs archive members`
fn library(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut words = arguments.iter().filter(|field| !field.prefix().starts_with("--"));
    let verb = words.next().and_then(Field::text).unwrap_or_default().trim_start_matches('-').to_owned();
    // A script that flows in says what is made where.
    if verb == "M" {
        run.doubt(unknown::OPTION_ODD);
        return Stream::local();
    }
    let Some(archive) = words.next() else {
        // `ranlib archive`
        for file in arguments {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
        return Stream::default();
    };
    match verb.chars().next() {
        Some('t' | 'p') => meaning::path(run, Action::FILE_READ, archive, false),
        Some('x') => {
            meaning::path(run, Action::FILE_READ, archive, false);
            landing::unpacked(run, None);
        }
        Some('r' | 'q' | 'd' | 'm' | 's' | 'c') => {
            meaning::path(run, Action::FILE_WRITE, archive, false);
            if verb.contains(['r', 'q']) {
                for member in words {
                    meaning::path(run, Action::FILE_READ, member, false);
                }
            }
        }
        _ => run.doubt(unknown::SUBCOMMAND),
    }
    Stream::local()
}

/// Front ends of many programs: what they read is named, what they make stands here.
fn any_archive(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    const VERBS: &[&str] = &["compress", "decompress", "extract", "list", "create", "test", "c", "d", "l"];
    let mut shows = arguments.is_empty();
    let mut directory: Option<Field> = None;
    let mut rest = arguments.iter().enumerate();
    while let Some((i, argument)) = rest.next() {
        let text = argument.text();
        shows |= matches!(text, Some("-l" | "--list" | "list" | "l" | "test" | "-t"));
        if matches!(text, Some("-X" | "--extract-to" | "-d" | "--dir" | "--outdir" | "-O")) {
            directory = rest.next().map(|(_, value)| value.clone());
        } else if let Some(value) = argument.strip_prefix("--extract-to=") {
            directory = Some(value);
        } else if !(argument.prefix().starts_with('-')
            || i == 0 && text.is_some_and(|text| VERBS.contains(&text)))
        {
            meaning::path(run, Action::FILE_READ, argument, false);
        }
    }
    if !shows {
        landing::unpacked(run, directory.as_ref());
    }
    Stream::local()
}
