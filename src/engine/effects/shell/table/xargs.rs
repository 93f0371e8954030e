//! `xargs` and `parallel`: what flows in becomes arguments of a command.

use super::names::replaced;
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Reach, Resource, unknown, web};

pub(super) const ROWS: &[Row] = &[
    row("xargs", "--help/info --version/info -0,--null -a,--arg-file=read -d,--delimiter=word -E=word -e,--eof[=word] -I=word -i,--replace[=word] -J=word -L=word -l,--max-lines[=word] -n,--max-args=word -P,--max-procs=word -p,--interactive -o,--open-tty -R=word -S=word -r,--no-run-if-empty -s,--max-chars=word -t,--verbose -x,--exit --show-limits --process-slot-var=word", "word*")
        .style(Style::First)
        .gives(xargs)
        .examples(&[
            ("echo a 'b c' | xargs rm -r", "file.delete /workspace/a/**; file.delete /workspace/b/**; file.delete /workspace/c/**"),
            ("printf 'a b\\n' | xargs -I{} rm {}", "file.delete /workspace/a b"),
            ("printf 'a b\\0c' | xargs -0 rm", "file.delete /workspace/a b; file.delete /workspace/c"),
            ("echo x,y | xargs -d, touch", "file.write /workspace/x; file.write /workspace/y"),
            ("find /srv -print0 | xargs -0 rm -rf", "file.list /srv/**; file.delete /srv/**/**"),
            ("cat list | xargs rm", "file.read /workspace/list; file.delete ?; unknown option_dynamic"),
            ("xargs -a list cat", "file.read /workspace/list; file.read ?"),
            ("seq 3 | xargs -I N touch N.txt", "file.write /workspace/*.txt"),
            ("xargs", ""),
            ("ls | xargs -n 1 rm", "file.list /workspace; file.delete /workspace/*"),
        ]),
    row("parallel", "-h,--help/info --version/info -V/info --citation/info --bibtex/info -0,--null -a,--arg-file=read --arg-sep=odd --arg-file-sep=odd --bar --basefile,--bf=word --bg --cat --fifo -j,--jobs,--max-procs,-P=word -k,--keep-order -n,--max-args=word -N,--max-replace-args=word -I=word -i,--replace[=word] --plus -q,--quote -m -X,--xargs -L=word -l[=word] --pipe --pipe-part,--pipepart --block,--block-size=word --recstart=word --recend=word --regexp --round-robin,--round --spreadstdin -S,--sshlogin=word --slf,--sshloginfile=odd --ssh=shell --transfer --trc=word --return=word --cleanup --workdir,--wd=word -d,--delimiter=word -C,--colsep=word --header=word --eta --progress --joblog=write --resume --resume-failed --results=writetree --tmpdir=write --tmux --shebang/odd --halt,--halt-on-error=word --timeout=word --delay=word --nice=word --load=word --memfree=word --retries=word -r,--no-run-if-empty -t,--verbose -v --dry-run,--dryrun/dry --tag --tagstring=word --ungroup,-u --group --line-buffer,--lb --linebuffer -x,--exit --will-cite --silent --semaphore --sem --id=word --fg --wait --link --shuf --seqreplace=word --limit=shell --env=word --minversion=word --number-of-cpus/info --number-of-cores/info --number-of-threads/info --record-env --no-notice --gnu --filter=word --rpl=odd --files --compress --compress-program=shell --decompress-program=shell --profile,-J=odd --onall --nonall --controlmaster --term-seq=word --trim=word --latest-line --ll --color --color-failed --max-line-length-allowed --show-limits --keep-order --unsafe", "word*")
        .style(Style::First)
        .gives(parallel)
        .examples(&[
            ("parallel gzip -dc ::: a.gz b.gz", "file.read /workspace/a.gz; file.read /workspace/b.gz"),
            ("parallel 'rm {} && ls' ::: a b", "file.delete /workspace/a; file.delete /workspace/b; file.list /workspace"),
            ("parallel ::: 'rm a' 'ls b'", "file.delete /workspace/a; file.list /workspace/b"),
            ("find . -name '*.o' | parallel rm", "file.list /workspace/**; file.delete /workspace/**/*.o"),
            ("parallel -S h.example rm ::: /srv/a", "net.send h.example; file.delete /srv/a on h.example"),
            ("parallel rm :::: list", "file.read /workspace/list; file.delete ?; unknown option_dynamic"),
            ("cat a | parallel --pipe wc", "file.read /workspace/a"),
            ("parallel mv {} {.}.bak ::: x", "file.read /workspace/x/**; file.write /workspace/x.bak/**; file.write /workspace/x.bak/x/**; file.write /workspace/x/**"),
        ]),
];

/// Most arguments of one command that are written out.
const MOST: usize = 128;

/// How a text is told apart into arguments.
enum Splitting {
    /// At blanks and line ends, quotes and backslashes taken away.
    Words,
    Lines,
    At(String),
}

fn xargs(run: &mut Run<'_>, given: &Given) -> Stream {
    let input = match given.value("-a") {
        Some(file) => meaning::content(run, file).unwrap_or_else(Stream::local),
        None => given.input.clone(),
    };
    let mark = if given.has("-i") {
        Some(given.value("-i").cloned().unwrap_or_else(|| Field::literal("{}")))
    } else {
        given.value("-I").or_else(|| given.value("-J")).cloned()
    };
    let splitting = if given.has("-0") {
        Splitting::At("\0".to_owned())
    } else if let Some(delimiter) = given.value("-d") {
        Splitting::At(delimiter.text().map(unescaped).unwrap_or_default())
    } else if mark.is_some() {
        Splitting::Lines
    } else {
        Splitting::Words
    };
    let items = items(&input, &splitting);
    let echo = [Field::literal("echo")];
    let command = if given.operands.is_empty() { &echo[..] } else { &given.operands };
    run.within("xargs", None, |run| match mark.as_ref().map(|mark| mark.text().map(str::to_owned)) {
        Some(Some(mark)) if !mark.is_empty() && !given.has("-J") => {
            let mut output = Stream::default();
            for item in &items {
                let fields: Vec<Field> = command.iter().map(|field| replaced(field, &mark, item)).collect();
                output = output.then(run.program(&fields, Stream::default()));
            }
            output
        }
        Some(Some(mark)) if !mark.is_empty() => {
            let fields: Vec<Field> = command
                .iter()
                .flat_map(|field| {
                    if field.text() == Some(mark.as_str()) { items.clone() } else { vec![field.clone()] }
                })
                .collect();
            run.program(&fields, Stream::default())
        }
        Some(_) => {
            run.doubt(unknown::OPTION_DYNAMIC);
            Stream::local()
        }
        None => {
            // So many a command; where that is not settled, all of them may stand in one.
            let at_most = match given.value("-n").or_else(|| given.value("-L")).or_else(|| given.value("-l"))
            {
                Some(number) => number.text().and_then(|text| text.trim().parse::<usize>().ok()),
                None => Some(usize::MAX),
            };
            let at_most = at_most.filter(|most| *most > 0).unwrap_or(usize::MAX);
            let mut output = Stream::default();
            let before = std::mem::replace(&mut run.many, at_most > 1);
            for some in items.chunks(at_most.min(items.len().max(1))) {
                let fields: Vec<Field> = command.iter().chain(some).cloned().collect();
                output = output.then(run.program(&fields, Stream::default()));
            }
            if items.is_empty() {
                output = run.program(command, Stream::default());
            }
            run.many = before;
            output
        }
    })
}

/// `\n`, `\t`, `\0` as a delimiter is written.
fn unescaped(text: &str) -> String {
    match text {
        "\\n" => "\n".to_owned(),
        "\\t" => "\t".to_owned(),
        "\\0" => "\0".to_owned(),
        text => text.to_owned(),
    }
}

/// What flows in, as arguments.
fn items(input: &Stream, splitting: &Splitting) -> Vec<Field> {
    let mut items: Vec<Field> = match (&input.content, input.literal()) {
        (Content::Nothing, _) => Vec::new(),
        (Content::Paths(_) | Content::Numbers | Content::Names, _) => input.line(),
        (_, Some(text)) => match splitting {
            Splitting::Words => match words(text) {
                Some(words) => words.into_iter().map(Field::literal).collect(),
                None => vec![Field::any()],
            },
            Splitting::Lines => text
                .lines()
                .map(str::trim_start)
                .filter(|line| !line.is_empty())
                .map(Field::literal)
                .collect(),
            Splitting::At(delimiter) if delimiter.is_empty() => vec![Field::any()],
            Splitting::At(delimiter) => {
                let parts = text.split(delimiter.as_str()).filter(|part| !part.is_empty());
                parts.map(|part| Field::literal(part.trim_end_matches('\n'))).collect()
            }
        },
        (_, None) => vec![Field::any()],
    };
    if items.len() > MOST {
        items = vec![Field::any()];
    }
    items
}

/// Words with their quotes taken away; `None` where a quote does not end.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        end if end == c => break,
                        '\n' => return None,
                        other => word.push(other),
                    }
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// `parallel command ::: arguments :::: files`
fn parallel(run: &mut Run<'_>, given: &Given) -> Stream {
    let is_mark = |field: &Field| matches!(field.text(), Some(":::" | ":::+" | "::::" | "::::+"));
    let end = given.operands.iter().position(is_mark).unwrap_or(given.operands.len());
    let (command, rest) = given.operands.split_at_checked(end).unwrap_or((&given.operands, &[]));
    let mut items: Vec<Field> = Vec::new();
    let mut from_files = false;
    for field in rest {
        if is_mark(field) {
            from_files = field.text().is_some_and(|text| text.starts_with("::::"));
        } else if from_files {
            meaning::path(run, Action::FILE_READ, field, false);
            let stream = meaning::content(run, field).unwrap_or_else(Stream::local);
            items.extend(self::items(&stream, &Splitting::Lines));
        } else {
            items.push(field.clone());
        }
    }
    for file in given.values("-a") {
        let stream = meaning::content(run, file).unwrap_or_else(Stream::local);
        items.extend(self::items(&stream, &Splitting::Lines));
    }
    if rest.is_empty() && !given.has("-a") && !given.has("--pipe") {
        let splitting = if given.has("-0") { Splitting::At("\0".to_owned()) } else { Splitting::Lines };
        items.extend(self::items(&given.input, &splitting));
    }
    if items.len() > MOST {
        items = vec![Field::any()];
    }
    let input = if given.has("--pipe") { given.input.clone() } else { Stream::default() };
    let machines: Vec<String> = given
        .values("-S")
        .flat_map(|field| field.text().unwrap_or("?").split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|machine| machine != ":")
        .collect();
    let mark = given.value("-I").and_then(Field::text).unwrap_or("{}").to_owned();
    let job = |run: &mut Run<'_>| {
        if items.is_empty() {
            return one_job(run, command, None, &mark, &input);
        }
        let mut output = Stream::default();
        for item in &items {
            output = output.then(one_job(run, command, Some(item), &mark, &input));
        }
        output
    };
    if machines.is_empty() {
        return run.within("parallel", None, job);
    }
    let mut output = Stream::default();
    for machine in machines {
        let host = machine.rsplit(['@', '/', ' ']).next().unwrap_or_default().to_owned();
        run.effect(Action::NET_SEND, web::host(&host, None));
        output = output.then(run.within("parallel", Some(Reach::Remote(host)), job));
    }
    output
}

/// One command, with one argument put where it belongs. A shell reads it.
fn one_job(run: &mut Run<'_>, command: &[Field], item: Option<&Field>, mark: &str, input: &Stream) -> Stream {
    let Some(item) = item else {
        return match text_of(command) {
            Some(text) => run.shell_text(&Field::literal(text), input.clone()),
            None => run.program(command, input.clone()),
        };
    };
    if command.is_empty() {
        return run.shell_text(item, input.clone());
    }
    let takes = command
        .iter()
        .any(|field| field.bits().iter().any(|bit| matches!(bit, Bit::Text(text) if text.contains('{'))));
    let fill = |field: &Field| {
        let field = parts(&replaced(field, mark, item), item);
        // `{.}`, `{/}`, `{1}`: a part of the argument.
        let partly = field.text().is_some_and(|text| {
            ["{.}", "{/}", "{//}", "{/.}", "{#}", "{%}", "{1", "{2", "{3", "{="]
                .iter()
                .any(|mark| text.contains(mark))
        });
        if partly { Field::any() } else { field }
    };
    let Some(text) = text_of(command) else {
        let mut fields: Vec<Field> = command.iter().map(fill).collect();
        if !takes {
            fields.push(item.clone());
        }
        return run.program(&fields, input.clone());
    };
    if !text.contains([';', '|', '&', '<', '>', '$', '`', '"', '\'', '(', '\n', '*', '?', '\\']) {
        let mut fields: Vec<Field> =
            text.split_whitespace().map(Field::literal).map(|field| fill(&field)).collect();
        if !takes {
            fields.push(item.clone());
        }
        return run.command(&fields, input.clone());
    }
    let (Some(value), false) = (item.text(), text.contains("{=")) else {
        run.doubt(unknown::SHELL_DYNAMIC);
        run.effect(Action::CODE_RUN, Resource::Code { language: "shell".to_owned() });
        return Stream::local();
    };
    let quoted = format!("'{}'", value.replace('\'', "'\\''"));
    let text = if takes { text.replace(mark, &quoted) } else { format!("{text} {quoted}") };
    run.shell_text(&Field::literal(text), input.clone())
}

/// `{.}`, `{/}`, `{//}` and `{/.}` where the argument is settled, or a pattern for names here.
fn parts(field: &Field, item: &Field) -> Field {
    let name = match (item.text(), item.text_with_wildcards()) {
        (Some(text), _) => {
            let (directory, last) = text.rsplit_once('/').unwrap_or((".", text));
            let stem = |text: &str| {
                text.rsplit_once('.')
                    .filter(|(stem, _)| !stem.is_empty())
                    .map_or(text, |(stem, _)| stem)
                    .to_owned()
            };
            let whole = if text.contains('/') { format!("{directory}/{}", stem(last)) } else { stem(last) };
            let pairs = [
                ("{//}", directory.to_owned()),
                ("{/.}", stem(last)),
                ("{/}", last.to_owned()),
                ("{.}", whole),
            ];
            return pairs
                .iter()
                .fold(field.clone(), |field, (mark, value)| replaced(&field, mark, &Field::literal(value)));
        }
        (None, Some(pattern)) if !pattern.contains('/') && !pattern.starts_with(['-', '.', '~']) => {
            Field::of(Bit::Name)
        }
        _ => return field.clone(),
    };
    ["{/.}", "{/}", "{.}"].iter().fold(field.clone(), |field, mark| replaced(&field, mark, &name))
}

fn text_of(command: &[Field]) -> Option<String> {
    let words: Option<Vec<&str>> = command.iter().map(Field::text).collect();
    words.map(|words| words.join(" "))
}
