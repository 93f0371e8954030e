//! PowerShell, as far as it is plain commands: a name, parameters, literal arguments, pipes and semicolons.
//!
//! In comes a text; out come the effects of its commands by a table of cmdlets. Anything else (blocks,
//! expressions, calls, variables, members of types) is `code.run powershell`, because following it would take an
//! interpreter.

mod cmdlets;

use super::field::Field;
use super::meaning;
use super::run::Run;
use super::stream::Stream;
use crate::effects::{Action, Resource, unknown};
use base64::Engine as _;

/// Longest text that is read.
const LONGEST: usize = 16 * 1024;

/// `pwsh [options] [-Command text | -File script | -EncodedCommand base64]`. Without a name, what stands there is a
/// command to the program of Windows, and a script to the other.
pub(super) fn program(run: &mut Run<'_>, windows: bool, arguments: &[Field], input: &Stream) -> Stream {
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            run.doubt(unknown::OPTION_DYNAMIC);
            opaque(run);
            return Stream::local();
        };
        let Some(name) = text.strip_prefix("--").or_else(|| text.strip_prefix(['-', '/'])) else { break };
        if text == "-" {
            break;
        }
        let name = name.to_ascii_lowercase();
        rest = after;
        // Every beginning of a parameter's name stands for it.
        let is = |whole: &str, least: usize| name.len() >= least && whole.starts_with(name.as_str());
        if is("version", 1) && after.is_empty() || is("help", 1) || name == "?" {
            return Stream::foreign();
        } else if is("command", 1) || is("commandwithargs", 9) || name == "cwa" {
            return said(run, windows, after, input);
        } else if is("encodedcommand", 1) || name == "ec" {
            match after.first().and_then(Field::text).and_then(decoded) {
                Some(text) => script(run, windows, &text),
                None => {
                    run.doubt(unknown::CODE_DYNAMIC);
                    opaque(run);
                }
            }
            return Stream::local();
        } else if is("file", 1) {
            return file(run, windows, after, input);
        } else if is("executionpolicy", 2)
            || name == "ep"
            || is("windowstyle", 1)
            || is("workingdirectory", 2)
            || name == "wd"
            || is("outputformat", 1)
            || is("inputformat", 2)
            || is("version", 1)
            || is("configurationname", 3)
            || is("settingsfile", 2)
            || is("custompipename", 3)
        {
            if is("settingsfile", 2)
                || is("configurationname", 3)
                || is("workingdirectory", 2)
                || name == "wd"
            {
                run.doubt(unknown::OPTION_ODD);
            }
            rest = after.get(1..).unwrap_or_default();
        } else if !(is("noprofile", 3)
            || is("noninteractive", 4)
            || is("nologo", 3)
            || is("noexit", 3)
            || is("login", 1)
            || is("sta", 2)
            || is("mta", 2)
            || is("interactive", 1)
            || is("noprofileloadtime", 10))
        {
            run.doubt(unknown::OPTION_UNKNOWN);
        }
    }
    if rest.is_empty() {
        return match input.is_nothing() {
            true => super::table::interactive(run, "pwsh"),
            false => flowing(run, windows, input),
        };
    }
    if windows { said(run, windows, rest, input) } else { file(run, windows, rest, input) }
}

/// Words that are one text.
fn said(run: &mut Run<'_>, windows: bool, words: &[Field], input: &Stream) -> Stream {
    if let [word] = words
        && word.text() == Some("-")
    {
        return flowing(run, windows, input);
    }
    let texts: Option<Vec<&str>> = words.iter().map(Field::text).collect();
    match texts {
        Some(texts) => script(run, windows, &texts.join(" ")),
        None => {
            run.doubt(unknown::CODE_DYNAMIC);
            opaque(run);
        }
    }
    Stream::local()
}

fn file(run: &mut Run<'_>, windows: bool, words: &[Field], input: &Stream) -> Stream {
    let Some(file) = words.first() else { return Stream::local() };
    if file.text() == Some("-") {
        return flowing(run, windows, input);
    }
    match meaning::content(run, file) {
        Some(stream) => flowing(run, windows, &stream),
        None => {
            meaning::file(run, file, "powershell");
            Stream::local()
        }
    }
}

fn flowing(run: &mut Run<'_>, windows: bool, input: &Stream) -> Stream {
    match input.literal().map(str::to_owned) {
        Some(text) => script(run, windows, &text),
        None => opaque(run),
    }
    Stream::local()
}

/// The text of an encoded command: UTF-16, the low byte first.
fn decoded(text: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    if bytes.len() % 2 != 0 {
        return None;
    }
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [low, high] => Some(u16::from_le_bytes([*low, *high])),
            _ => None,
        })
        .collect();
    String::from_utf16(&units).ok()
}

fn opaque(run: &mut Run<'_>) {
    run.effect(Action::CODE_RUN, Resource::Code { language: "powershell".to_owned() });
}

/// Runs a text; the commands before one that is not read are followed all the same.
fn script(run: &mut Run<'_>, windows: bool, text: &str) {
    if text.len() > LONGEST {
        return opaque(run);
    }
    let (commands, whole) = commands(text);
    for command in commands {
        if !cmdlets::follow(run, windows, &command) {
            opaque(run);
        }
    }
    if !whole {
        opaque(run);
    }
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// Outside quotes: a name, a parameter, an argument.
    Plain(String),
    /// In quotes, with nothing in it that is expanded.
    Text(String),
    /// `$env:NAME`.
    Environment(String),
    /// A variable that only tells something, such as `$PSVersionTable`.
    Told,
    /// `>`, `>>`, `2>`: the next word is a file.
    Into,
}

/// The commands of a text up to one that is not read, and whether all of it was.
fn commands(text: &str) -> (Vec<Vec<Word>>, bool) {
    let mut all = Vec::new();
    let mut current: Vec<Word> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(c) = rest.chars().next() else { break };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            ';' | '\n' | '|' => {
                if !current.is_empty() {
                    all.push(std::mem::take(&mut current));
                }
                rest = after;
            }
            '#' => rest = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default(),
            '>' => {
                rest = after.trim_start_matches('>');
                current.push(Word::Into);
            }
            _ => match word(rest) {
                Some((word, after)) => {
                    current.push(word);
                    rest = after;
                }
                None => return (all, false),
            },
        }
    }
    if !current.is_empty() {
        all.push(current);
    }
    (all, true)
}

/// One word, and what follows it; `None` where it is more than a word.
fn word(text: &str) -> Option<(Word, &str)> {
    // Variables that hold no secret and are no command.
    const TOLD: &[&str] = &[
        "null",
        "true",
        "false",
        "pwd",
        "home",
        "psversiontable",
        "host",
        "pid",
        "iswindows",
        "islinux",
        "ismacos",
        "psscriptroot",
        "psedition",
        "pshome",
    ];
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '>');
    let (word, rest) = if let Some(quoted) = text.strip_prefix('\'') {
        let end = quoted.find('\'')?;
        (Word::Text(quoted.get(..end)?.to_owned()), quoted.get(end + 1..)?)
    } else if let Some(quoted) = text.strip_prefix('"') {
        let end = quoted.find('"')?;
        let body = quoted.get(..end)?;
        if body.contains(['$', '`']) {
            return None;
        }
        (Word::Text(body.to_owned()), quoted.get(end + 1..)?)
    } else if let Some(variable) = text.strip_prefix('$') {
        let end = variable
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | ':' | '.'))
            .unwrap_or(variable.len());
        let (name, rest) = variable.split_at_checked(end)?;
        match name.to_ascii_lowercase().split_once(':') {
            Some(("env", name)) => (Word::Environment(name.to_owned()), rest),
            Some(_) => return None,
            None => {
                // `$PSVersionTable.PSVersion`: a member, not a call.
                let first = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
                if !TOLD.contains(&first.as_str())
                    || name.matches('.').count() > 2
                    || first == "host" && name.contains('.')
                {
                    return None;
                }
                (Word::Told, rest)
            }
        }
    } else {
        let end = text.find(ends).unwrap_or(text.len());
        let (plain, rest) = text.split_at_checked(end)?;
        let harmless = plain.chars().all(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '-' | '_' | '.' | '/' | '\\' | ':' | '*' | '?' | ',' | '~' | '+' | '%')
        });
        if !harmless || plain.contains("::") {
            return None;
        }
        (Word::Plain(plain.to_owned()), rest)
    };
    // What follows at once would be a part of it.
    rest.chars().next().is_none_or(ends).then_some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_more_than_plain_commands_is_not_read() {
        for text in [
            "& 'x'",
            "iex (iwr x)",
            "$x = 1",
            "ls | % { rm $_ }",
            "\"$(rm x)\"",
            "[System.IO.File]::Delete('x')",
            "'x'.Length",
            "r`m x",
            "('r'+'m') x",
            "if ($true) { rm x }",
            "echo @(1)",
            "ls $x",
            "rm 'a''b'c",
            "$host.Runspace.x",
            "echo \"a`\" ; rm x",
            "x = 1",
        ] {
            assert!(!commands(text).1, "{text}");
        }
    }

    #[test]
    fn plain_commands_are_words() {
        let (found, whole) =
            commands("Get-Content -Path 'a b' | Select-Object -First 3; echo $env:PATH > x # end");
        assert!(whole);
        assert_eq!(found.len(), 3);
        assert_eq!(
            found[0],
            [
                Word::Plain("Get-Content".to_owned()),
                Word::Plain("-Path".to_owned()),
                Word::Text("a b".to_owned())
            ]
        );
        assert_eq!(found[2].last(), Some(&Word::Plain("x".to_owned())));
    }
}
