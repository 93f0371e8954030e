//! Programs whose output follows from what flows in: where that is settled, so is what comes out.
//!
//! `echo … | base64 -d | sh` runs a text that is in the command; it is read like any other.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub(super) const ROWS: &[Row] = &[
    row("cat", "gnu ...", "read*")
        .gives(|run, given| {
            let whole = meaning::through(run, &given.operands, &given.input);
            // Numbers and marks in front of lines are options of these letters.
            let changes = ["-n", "-b", "-e", "-E", "-t", "-T", "-v", "-A", "-s"].iter().any(|option| given.has(option));
            if changes { unsettled(whole) } else { whole }
        })
        .examples(&[
            ("cat a ~/.netrc", "file.read /workspace/a; file.read ~/.netrc; secret.read ~/.netrc"),
            ("eval \"$(echo rm a | cat)\"", "file.delete /workspace/a"),
        ]),
    row("tac", "gnu -b,--before -r,--regex -s,--separator=word", "read*")
        .gives(|run, given| folded(run, given, |text| Some(text.lines().rev().map(|line| format!("{line}\n")).collect())))
        .examples(&[("eval \"$(printf 'a\\nrm \\\\\\n' | tac)\"", "file.delete /workspace/a"), ("tac a", "file.read /workspace/a")]),
    row("rev", "-h,--help/info -V,--version/info -0,--zero", "read*")
        .gives(|run, given| {
            folded(run, given, |text| {
                Some(text.lines().map(|line| line.chars().rev().chain(['\n']).collect::<String>()).collect())
            })
        })
        .examples(&[("eval \"$(echo 'a mr' | rev)\"", "file.delete /workspace/a")]),
    row("head tail", "gnu -c,--bytes=word -n,--lines=word -q,--quiet,--silent -v,--verbose -z,--zero-terminated -f --follow[=word] -F --pid=word -s,--sleep-interval=word --retry --max-unchanged-stats=word -r -b=word --debug -1 -# +0 +1 +2 +3 +4 +5 +6 +7 +8 +9", "read*")
        .gives(ends)
        .examples(&[
            ("head -n 5 a", "file.read /workspace/a"),
            ("tail -f a b", "file.read /workspace/a; file.read /workspace/b"),
            ("eval \"$(printf 'rm a\\nrm b\\n' | head -1)\"", "file.delete /workspace/a"),
            ("eval \"$(printf 'rm a\\nrm b\\n' | tail -n 1)\"", "file.delete /workspace/b"),
            ("find /srv | head -3 | xargs rm", "file.list /srv/**; file.delete /srv/**"),
        ]),
    row("tr", "gnu -c,-C,--complement -d,--delete -s,--squeeze-repeats -t,--truncate-set1", "word word?")
        .gives(translated)
        .examples(&[
            ("eval \"$(echo 'SN B' | tr 'A-Z' 'N-ZA-M' | tr F s)\"", "process.run sA"),
            ("eval \"$(echo rXmX a | tr -d X)\"", "file.delete /workspace/a"),
            ("eval \"$(cat x | tr a b)\"", "file.read /workspace/x; unknown shell_dynamic"),
        ]),
    row("cut", "gnu -b,--bytes=word -c,--characters=word -d,--delimiter=word -f,--fields=word -n --complement -s,--only-delimited --output-delimiter=word -z,--zero-terminated -w", "read*")
        .gives(pieces)
        .examples(&[
            ("cut -d: -f1 /etc/passwd", "file.read /etc/passwd"),
            ("rm -rf $(echo /srv/x | cut -c1)", "evasion.hide /**; file.delete /**"),
            ("rm $(echo a:b | cut -d : -f 2)", "file.delete /workspace/b"),
        ]),
    row("base64", "gnu -d,-D,--decode -i,--ignore-garbage --input=read -w,--wrap=word -b,--break=word -o,--output=write -h/info", "read?")
        .gives(|run, given| coded(run, given, from_base64))
        .examples(&[
            ("echo cm0gYQ== | base64 -d | xargs -I{} sh-not-there", "process.run sh-not-there"),
            ("eval \"$(echo cm0gYQ== | base64 -d)\"", "file.delete /workspace/a"),
            ("eval \"$(base64 -d <<< cm0gYQo)\"", "file.delete /workspace/a"),
            ("base64 -w0 a", "file.read /workspace/a"),
            ("base64 -D -i a -o b", "file.read /workspace/a; file.write /workspace/b"),
        ]),
    row("base32", "gnu -d,-D,--decode -i,--ignore-garbage -w,--wrap=word", "read?")
        .gives(|run, given| coded(run, given, from_base32))
        .examples(&[("eval \"$(echo OJWSAYI= | base32 -d)\"", "file.delete /workspace/a")]),
    row("basenc", "gnu -d,-D,--decode -i,--ignore-garbage -w,--wrap=word --base64 --base64url --base32 --base32hex --base16 --base2msbf --base2lsbf --z85 --base58", "read?")
        .gives(|run, given| {
            if given.has("--base64") {
                return coded(run, given, from_base64);
            }
            if given.has("--base16") {
                return coded(run, given, from_hex);
            }
            unsettled(meaning::through(run, &given.operands, &given.input))
        })
        .examples(&[("eval \"$(echo 726d2061 | basenc --base16 -d)\"", "file.delete /workspace/a")]),
    row("xxd", "-h/info -help/info -v/info -version/info -r,-revert -p,-ps,-postscript,-plain -a,-autoskip -b,-bits -C,-capitalize -c,-cols=word -d -E,-EBCDIC -e -g,-groupsize=word -i,-include -l,-len=word -n,-name=word -o=word -R=word -s,-seek=word -u", "read? write?")
        .gives(|run, given| {
            let clustered = given.has("-r") && given.has("-p");
            if !clustered {
                return unsettled(meaning::through(run, given.operands.get(..1).unwrap_or_default(), &given.input));
            }
            folded(run, given, from_hex)
        })
        .examples(&[
            ("eval \"$(echo 726d2061 | xxd -r -p)\"", "file.delete /workspace/a"),
            ("xxd a | head", "file.read /workspace/a"),
            ("xxd -r a b", "file.read /workspace/a; file.write /workspace/b"),
            ("eval \"$(echo 726d2061 | xxd -p -r)\"", "file.delete /workspace/a"),
        ]),
    row("od", "gnu -A,--address-radix=word -j,--skip-bytes=word -N,--read-bytes=word -S=word -t,--format=word -w[=word] --endian=word ...", "read*")
        .gives(|run, given| unsettled(meaning::through(run, &given.operands, &given.input)))
        .examples(&[("od -c a", "file.read /workspace/a")]),
];

/// The same stream, of which nothing is known but where it is from.
fn unsettled(stream: Stream) -> Stream {
    let content = if stream.is_nothing() { Content::Nothing } else { Content::Unknown };
    Stream { content, local: stream.local }
}

/// What comes out where what flows in is settled and no file is read.
fn folded(run: &Run<'_>, given: &Given, change: impl Fn(&str) -> Option<String>) -> Stream {
    let whole = meaning::through(run, &given.operands, &given.input);
    match whole.literal().and_then(change) {
        Some(text) => Stream { content: Content::Text(Field::literal(text)), local: whole.local },
        None => Stream { content: Content::Unknown, local: whole.local },
    }
}

fn coded(run: &mut Run<'_>, given: &Given, decode: fn(&str) -> Option<String>) -> Stream {
    if given.has("-d") {
        return folded(run, given, decode);
    }
    unsettled(meaning::through(run, &given.operands, &given.input))
}

fn from_base64(text: &str) -> Option<String> {
    // With or without padding, and with the few bits that some leave set: what a shell would get.
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    String::from_utf8(GeneralPurpose::new(&alphabet, config).decode(text).ok()?).ok()
}

fn from_base32(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0u32);
    for c in text.chars().filter(|c| !c.is_ascii_whitespace() && *c != '=') {
        let value = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            '2'..='7' => u32::from(c) - u32::from('2') + 26,
            _ => return None,
        };
        bits = (bits << 5 | value) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(out).ok()
}

fn from_hex(text: &str) -> Option<String> {
    let digits: Option<Vec<u32>> =
        text.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| c.to_digit(16)).collect();
    let bytes: Option<Vec<u8>> = digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect();
    String::from_utf8(bytes?).ok()
}

/// The first or the last lines.
fn ends(run: &mut Run<'_>, given: &Given) -> Stream {
    let whole = meaning::through(run, &given.operands, &given.input);
    if matches!(whole.content, Content::Paths(_) | Content::Names | Content::Numbers)
        && !given.has("-c")
        && !given.has("-v")
    {
        return whole;
    }
    let shorthand = given
        .options
        .iter()
        .filter(|(option, _)| matches!(option.name().as_bytes(), b"-#" | [b'+', ..]))
        .count();
    let count = match given.value("-n").map(Field::text) {
        // `+2` counts from the other end.
        Some(Some(count)) => count.parse::<usize>().ok().filter(|_| !count.starts_with('+')),
        Some(None) => None,
        // `-30` is read digit by digit; only the usual one is told apart.
        None => match (shorthand, given.options.iter().filter(|(option, _)| option.name() == "-1").count()) {
            (0, 0) => Some(10),
            (0, 1) => Some(1),
            _ => None,
        },
    };
    let Some(count) = count.filter(|_| !given.has("-c") && !given.has("-z") && !given.has("-r")) else {
        return unsettled(whole);
    };
    let last = given.name.ends_with("tail");
    folded(run, given, |text| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let kept = if last {
            lines.get(lines.len().saturating_sub(count)..)
        } else {
            lines.get(..count.min(lines.len()))
        };
        Some(kept?.concat())
    })
}

/// Characters for characters, where both sets are plain or ranges.
fn translated(_: &mut Run<'_>, given: &Given) -> Stream {
    let input = given.input.clone();
    let odd = given.has("-c") || given.has("-s") || given.has("-t");
    let sets = (
        given.operand(0).and_then(Field::text).and_then(set),
        given.operand(1).and_then(Field::text).and_then(set),
    );
    let text = match (input.literal(), sets, odd) {
        (Some(text), (Some(from), None), false) if given.has("-d") => {
            Some(text.chars().filter(|c| !from.contains(c)).collect::<String>())
        }
        (Some(text), (Some(from), Some(to)), false) if !given.has("-d") && !to.is_empty() => Some(
            text.chars()
                .map(|c| match from.iter().rposition(|other| *other == c) {
                    Some(at) => to.get(at).or(to.last()).copied().unwrap_or(c),
                    None => c,
                })
                .collect(),
        ),
        _ => None,
    };
    match text {
        Some(text) => Stream { content: Content::Text(Field::literal(text)), local: input.local },
        None => unsettled(input),
    }
}

/// The characters of a set of `tr`.
fn set(text: &str) -> Option<Vec<char>> {
    let mut members = Vec::new();
    let mut rest: Vec<char> = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => rest.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                '\\' => '\\',
                _ => return None,
            }),
            // `[:alpha:]` and `[a*9]`; some write ranges in brackets.
            '[' if text.contains("[:") || text.contains('*') || text.contains("[=") => return None,
            c => rest.push(c),
        }
    }
    let mut rest = rest.into_iter().peekable();
    while let Some(c) = rest.next() {
        if rest.peek() == Some(&'-') {
            rest.next();
            match rest.next() {
                Some(last) if last >= c && u32::from(last) - u32::from(c) < 256 => members.extend(c..=last),
                Some(_) => return None,
                None => members.extend([c, '-']),
            }
        } else {
            members.push(c);
        }
    }
    Some(members)
}

/// One field or character of each line, where one is asked for.
fn pieces(run: &mut Run<'_>, given: &Given) -> Stream {
    let number =
        |name: &str| given.value(name).and_then(Field::text).and_then(|text| text.parse::<usize>().ok());
    let odd = ["--complement", "-s", "--output-delimiter", "-z", "-w"].iter().any(|option| given.has(option));
    let character = number("-c").or_else(|| number("-b"));
    let field = number("-f");
    let delimiter = match given.value("-d") {
        Some(value) => value.text().and_then(|text| text.chars().next()),
        None => Some('\t'),
    };
    folded(run, given, |text| {
        if odd {
            return None;
        }
        let mut out = String::new();
        for line in text.lines() {
            match (character, field, delimiter) {
                (Some(at), None, _) => out.extend(line.chars().nth(at.checked_sub(1)?)),
                (None, Some(at), Some(delimiter)) if line.contains(delimiter) => {
                    out.push_str(line.split(delimiter).nth(at.checked_sub(1)?).unwrap_or_default());
                }
                (None, Some(_), Some(_)) => out.push_str(line),
                _ => return None,
            }
            out.push('\n');
        }
        Some(out)
    })
}
