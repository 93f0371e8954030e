//! What the shell does itself.

mod text;

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::state::Variable;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{environment, meaning, thing};
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row(": true false", "...", "word*").output(Output::Nothing),
    row("echo", "", "").style(Style::Raw).instead(text::echo),
    row("printf", "", "").style(Style::Raw).instead(text::printf),
    row("cd pushd", "", "").style(Style::Raw).instead(change_directory),
    row("popd", "-n", "word*").also(|run, _| run.enter(None)),
    row("pwd", "-L -P", "").gives(|run, _| match run.state.directory() {
        Some(directory) => Stream::text(format!("{directory}\n")),
        None => Stream::local(),
    }),
    row("shopt", "-s -u -p -q -o", "word*").also(unusual),
    row("dirs jobs times wait umask hash ulimit fg bg disown suspend logout caller getopts bind compgen complete compopt", "...", "word*").also(unusual),
    row("let", "", "word*").style(Style::Raw).also(|run, given| {
        for field in &given.operands {
            run.number(field);
            let text = field.text_with_wildcards().unwrap_or_default();
            run.loop_variables(&[crate::effects::shell::syntax::Piece::Plain(text)]);
        }
    }),
    row("export", "", "").style(Style::Raw).instead(|run, arguments, _| declare(run, arguments, true)),
    row("declare typeset local readonly", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, _| declare(run, arguments, false)),
    row("unset", "-f -v -n", "word*").also(|run, given| {
        for name in given.operands.iter().filter_map(Field::text) {
            environment::removed(run, name);
            run.state.unset(name);
        }
        given.operands.iter().for_each(|field| run.variable_name(field));
    }),
    row("set", "", "").style(Style::Raw).instead(set),
    row("shift", "", "word?").also(|run, _| {
        if let Some(fields) = &mut run.state.positional
            && !fields.is_empty()
        {
            fields.remove(0);
        }
    }),
    row("eval", "", "").style(Style::Raw).instead(eval),
    row("source .", "", "").style(Style::Raw).instead(source),
    row("alias", "", "").style(Style::Raw).instead(alias),
    row("unalias", "-a", "word*").also(|run, given| {
        for name in given.operands.iter().filter_map(Field::text) {
            run.state.aliases.insert(name.to_owned(), None);
        }
    }),
    row("trap", "", "").style(Style::Raw).instead(trap),
    row("exec", "-a=word -c -l", "command").style(Style::First).also(|run, given| {
        // It becomes `$0`.
        let is_name = |name: &Field| name.text().is_some_and(|text| !text.contains('/') && text != "..");
        if given.value("-a").is_some_and(|name| !is_name(name)) {
            run.doubt(unknown::OPTION_ODD);
        }
    }),
    row("command", "", "").style(Style::Raw).instead(|run, arguments, input| {
        let mut rest = arguments;
        while let Some((first, after)) = rest.split_first() {
            match first.text() {
                Some("-p" | "--") => rest = after,
                Some("-v" | "-V" | "-pv" | "-pV") => return super::list::programs(after),
                _ => break,
            }
        }
        if rest.first().is_some_and(|first| first.prefix().starts_with('-')) {
            run.doubt(unknown::OPTION_UNKNOWN);
        }
        run.within("command", None, |run| run.program(rest, input))
    }),
    row("builtin noglob nocorrect", "", "command").style(Style::First),
    row("type", "-a -f -p -P -t", "word*"),
    row("read mapfile readarray", "", "").style(Style::Raw).instead(read),
    row("test [", "", "").style(Style::Raw).instead(test),
    row("exit return break continue", "", "").style(Style::Raw).instead(|_, _, _| Stream::default()),
    row("history", "", "").style(Style::Raw).instead(history),
    row("kill", "", "").style(Style::Raw).instead(kill).examples(&[
        ("kill -9 42", "process.kill 42"),
        ("kill -s TERM 42 43", "process.kill 42; process.kill 43"),
        ("kill -9 -1", "process.kill -1"),
        ("kill -l", ""),
    ]),
    row("enable", "-a -d -n -p -s -f=odd", "word*"),
];

fn change_directory(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut targets = arguments
        .iter()
        .filter(|field| !matches!(field.text(), Some("-L" | "-P" | "-e" | "-@" | "--" | "-n")));
    let target = targets.next();
    // zsh puts the second in the place of the first in the name of the current directory.
    if targets.next().is_some() {
        run.enter(None);
        return Stream::default();
    }
    let directory = match target {
        None => match run.state.variable("HOME") {
            Some(home) => {
                let home = home.scalar();
                meaning::literal_path(run, &home)
            }
            None => Some("~".to_owned()),
        },
        Some(field) if field.text() == Some("-") => None,
        Some(field) => match meaning::names(run, field).into_iter().next() {
            Some(Name::Literal(path)) => Some(path),
            _ => None,
        },
    };
    run.enter(directory);
    Stream::default()
}

fn declare(run: &mut Run<'_>, arguments: &[Field], exports: bool) -> Stream {
    let mut prints = true;
    let (mut exports, mut keeps, mut numbers) = (exports, true, false);
    for field in arguments {
        if let Some(text) = field.text()
            && text.starts_with(['-', '+'])
        {
            let removes = text.starts_with('+');
            numbers |= !removes && text.contains('i');
            exports |= !removes && text.contains('x');
            // `export -n` and `declare +x`.
            keeps &= !(removes && text.contains('x') || exports && text.contains('n'));
            // A variable that stands for another, or whose letters are changed, is not what is assigned to it.
            if !exports && text.contains(['n', 'u', 'l', 'c']) {
                run.doubt(unknown::SHELL_DYNAMIC);
            }
            continue;
        }
        prints = false;
        let name = field.prefix().split(['=', '+']).next().unwrap_or_default();
        run.variable_name(&Field::literal(name));
        run.leaves_with_function(name);
        if numbers && !name.is_empty() {
            run.state.integers.insert(name.to_owned());
        }
        if !keeps {
            run.state.unexport(name);
        } else if exports {
            run.state.export(name);
        }
        match field.split_once('=') {
            Some((name, value)) => {
                let (name, value) = match name.strip_suffix('+') {
                    Some(name) => (name.to_owned(), Field::any()),
                    None => (name, value),
                };
                if numbers {
                    run.number(&value);
                }
                let array = value.prefix().starts_with('(');
                let value = if array { Variable::Unknown } else { Variable::Scalar(value) };
                run.assign_variable(&name, value);
            }
            None => match field.text() {
                // What was set before now reaches programs.
                Some(name) => {
                    if let Some(value) = run.state.variable(name).cloned() {
                        environment::assigned(run, name, &value);
                    }
                }
                None => run.doubt(unknown::ENVIRONMENT_POWER),
            },
        }
    }
    if prints {
        run.effect(Action::SECRET_READ, thing("environment"));
    }
    Stream::local()
}

fn set(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if arguments.is_empty() {
        run.effect(Action::SECRET_READ, thing("environment"));
        return Stream::local();
    }
    let mut rest = arguments.iter();
    let mut values: Option<Vec<Field>> = None;
    while let Some(field) = rest.next() {
        match field.text() {
            Some("--") => {
                values = Some(rest.cloned().collect());
                break;
            }
            Some(sign @ ("-o" | "+o")) => match rest.next().map(Field::text) {
                Some(Some("history")) => run.effect(Action::EVASION_HIDE, thing("shell history")),
                Some(Some(option)) if sign == "-o" && super::shells::changes_meaning(option) => {
                    run.doubt(unknown::OPTION_ODD)
                }
                Some(None) => run.doubt(unknown::OPTION_DYNAMIC),
                _ => {}
            },
            Some(text) if text.len() > 1 && text.starts_with(['-', '+']) => {
                // Assignments anywhere among the words.
                if text.starts_with('-') && text.contains('k') {
                    run.doubt(unknown::OPTION_ODD);
                }
                if text.contains('e') {
                    run.state.stops_at_errors = text.starts_with('-');
                }
                // `-o` at the end of a cluster takes a word.
                if text.ends_with('o') && rest.next().and_then(Field::text) == Some("history") {
                    run.effect(Action::EVASION_HIDE, thing("shell history"));
                }
            }
            _ => {
                values = Some(std::iter::once(field.clone()).chain(rest.cloned()).collect());
                break;
            }
        }
    }
    if let Some(values) = values {
        run.state.positional = Some(values);
    }
    Stream::default()
}

/// The arguments behind a first `--`, which ends the options there are not.
fn behind_dashes(arguments: &[Field]) -> &[Field] {
    match arguments {
        [first, rest @ ..] if first.text() == Some("--") => rest,
        arguments => arguments,
    }
}

fn eval(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let arguments = behind_dashes(arguments);
    let mut text = String::new();
    for (i, field) in arguments.iter().enumerate() {
        let Some(part) = field.text() else {
            run.doubt(unknown::SHELL_DYNAMIC);
            return Stream::local();
        };
        if i > 0 {
            text.push(' ');
        }
        text.push_str(part);
    }
    run.out.via.push("eval".to_owned());
    let output = run.script(&text, input);
    run.out.via.pop();
    output
}

fn source(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let arguments = behind_dashes(arguments);
    let Some(file) = arguments.first() else { return Stream::default() };
    if matches!(file.text(), Some("/dev/stdin" | "/dev/fd/0" | "-")) {
        return match input.literal().map(str::to_owned) {
            Some(text) => sourced(run, &text, arguments),
            None => run.shell_input(&input, arguments.iter().skip(1).cloned().collect()),
        };
    }
    match meaning::content(run, file) {
        Some(stream) => match stream.literal().map(str::to_owned) {
            Some(text) => sourced(run, &text, arguments),
            None => {
                run.shell_input(&stream, Vec::new());
                Stream::local()
            }
        },
        // Where a project keeps its own Python, entering it is a part of running that.
        None if file.text().is_some_and(|path| path.ends_with("/bin/activate")) => {
            meaning::own_code(run, file);
            Stream::default()
        }
        None => {
            meaning::file(run, file, "shell");
            Stream::local()
        }
    }
}

/// Runs a text in this very shell, with arguments of its own if there are any.
fn sourced(run: &mut Run<'_>, text: &str, arguments: &[Field]) -> Stream {
    let own: Vec<Field> = arguments.iter().skip(1).cloned().collect();
    if own.is_empty() {
        return run.script(text, Stream::default());
    }
    let before = run.state.positional.replace(own);
    let output = run.script(text, Stream::default());
    run.state.positional = before;
    output
}

fn alias(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    for field in arguments {
        match field.split_once('=') {
            Some((name, value)) => {
                if run.persistent && super::find(&name).is_some() {
                    run.doubt(unknown::SHELL_LATER);
                }
                match value.text() {
                    // What it would do is said where it is defined: in a session it may be used in a later call.
                    Some(text) => {
                        let text = text.to_owned();
                        run.within("alias", None, |run| {
                            let state = run.state.clone();
                            run.script(&text, Stream::default());
                            run.state = state;
                        });
                        run.state.aliases.insert(name, Some(text));
                    }
                    None => {
                        run.state.aliases.insert(name, None);
                    }
                }
            }
            None if field.text().is_none() => run.doubt(unknown::SHELL_DYNAMIC),
            None => {}
        }
    }
    Stream::default()
}

fn trap(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let command = arguments.iter().find(|field| !matches!(field.text(), Some("--" | "-p" | "-l")));
    if let Some(command) = command
        && !matches!(command.text(), Some("" | "-"))
        && arguments.len() > 1
    {
        // It runs in this shell, whenever that is.
        match command.text().map(str::to_owned) {
            Some(text) => {
                if run.state.traps.insert(text.clone()) {
                    run.trap(&text);
                }
            }
            None => run.doubt(unknown::SHELL_DYNAMIC),
        }
    }
    Stream::default()
}

fn read(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let lines = input.line();
    let one = match lines.as_slice() {
        [line] => line.clone(),
        [first, rest @ ..] => rest.iter().fold(first.clone(), |joined, line| joined.join(line)),
        [] => Field::any(),
    };
    let mut skip = false;
    let names: Vec<String> = arguments
        .iter()
        .filter_map(|field| {
            let text = field.text()?;
            if std::mem::take(&mut skip) {
                return None;
            }
            if text.starts_with('-') {
                skip = matches!(
                    text.as_bytes().last(),
                    Some(b'd' | b'i' | b'n' | b'N' | b'p' | b't' | b'u' | b'C' | b'c' | b'O' | b's')
                ) && text.len() == 2;
                return None;
            }
            Some(text.to_owned())
        })
        .collect();
    let callback = arguments.iter().position(|field| field.prefix().starts_with("-C"));
    if let Some(at) = callback {
        // It runs for every so many lines, with arguments that are not in the text.
        run.doubt(unknown::SHELL_DYNAMIC);
        if let Some(command) = arguments.get(at + 1).and_then(Field::text).map(str::to_owned) {
            run.script(&command, Stream::default());
        }
    }
    let alone = names.len() == 1;
    if names.is_empty() {
        // `read` fills REPLY, `mapfile` MAPFILE.
        run.assign_variable("REPLY", Variable::Scalar(one.clone()));
        run.assign_variable("MAPFILE", Variable::Unknown);
    }
    for name in names {
        run.variable_name(&Field::literal(&name));
        let value = if alone { Variable::Scalar(one.clone()) } else { Variable::Scalar(Field::any()) };
        run.assign_variable(&name, value);
    }
    Stream::default()
}

/// `test -v name`: an index in the name is arithmetic. What `-eq` compares is not, here.
fn test(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    for pair in arguments.windows(2) {
        if let [option, name] = pair
            && matches!(option.text(), Some("-v" | "-R"))
        {
            run.variable_name(name);
        }
    }
    Stream::default()
}

fn kill(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut signal = true;
    let mut skip = false;
    for field in arguments {
        if std::mem::take(&mut skip) {
            continue;
        }
        match field.text() {
            Some("-l" | "-L" | "--list" | "--table" | "--help") => return Stream::foreign(),
            Some("-s" | "-n" | "--signal") => {
                (skip, signal) = (true, false);
            }
            Some("--") => signal = false,
            // Only the first may be a signal: a negative number behind it is a group of processes.
            Some(text) if signal && text.len() > 1 && text.starts_with('-') => signal = false,
            _ => {
                signal = false;
                run.effect(Action::PROCESS_KILL, Resource::Program { program: field.name() });
            }
        }
    }
    Stream::default()
}

fn history(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let texts: Vec<&str> = arguments.iter().filter_map(Field::text).collect();
    let hides = texts.iter().any(|text| {
        text.starts_with('-') && text.contains(['c', 'd', 'w', 'r', 'a', 'n']) || *text == "clear"
    });
    if hides {
        run.effect(Action::EVASION_HIDE, thing("shell history"));
    }
    run.effect(Action::SECRET_READ, thing("shell history"));
    // `-a`, `-w` write the file that is named, `-r`, `-n` read it.
    let options =
        |letters: [char; 2]| texts.iter().any(|text| text.starts_with('-') && text.contains(letters));
    let (writes, reads) = (options(['a', 'w']), options(['r', 'n']));
    for file in arguments.iter().filter(|argument| !argument.prefix().starts_with('-')) {
        if writes {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
        if reads {
            meaning::path(run, Action::FILE_READ, file, false);
        }
    }
    Stream::local()
}

/// `bind -x`, `complete -C` and their kin run text later.
fn unusual(run: &mut Run<'_>, given: &Given) {
    let texts: Vec<&str> = given.operands.iter().filter_map(Field::text).collect();
    // `getopts letters name`, `wait -p name` set variables.
    if matches!(given.name.as_str(), "getopts" | "wait") {
        for name in &texts {
            run.assign_variable(name, Variable::Scalar(Field::any()));
        }
        if given.name == "getopts" {
            run.assign_variable("OPTARG", Variable::Scalar(Field::any()));
        }
    }
    let odd = |name: &&str| super::shells::changes_meaning(name);
    if given.name == "shopt" && given.has("-s") && texts.iter().any(odd) {
        run.doubt(unknown::OPTION_ODD);
    }
    let teaches = matches!(given.name.as_str(), "bind" | "complete" | "compgen") && !texts.is_empty();
    if teaches || given.name == "hash" && texts.len() > 1 {
        run.doubt(unknown::SHELL_LATER);
    }
}
