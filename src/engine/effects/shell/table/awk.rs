//! `awk`, with its program: what it runs, and which files it reads and writes by name.
//!
//! The program is read as far as that takes: into tokens, in which `system(`, pipes, `getline` and the
//! redirections of `print` are found. Whether `/` begins an expression depends on what stands before it.

use super::sed::settled;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::shell::thing;
use crate::effects::{Action, Name, Resource, unknown, web};

pub(super) const ROWS: &[Row] = &[row("awk mawk nawk bwk goawk original-awk", "gnu -F,--field-separator=word -v,--assign=word -f,--file=read/fills -E,--exec=read/fills -e,--source=word/fills -i,--include=word -l,--load=odd -b,--characters-as-bytes -c,--traditional -C,--copyright/info -d,--dump-variables[=write] -D,--debug[=word]/odd -g,--gen-pot/info -h/info -I,--trace -k,--csv -L,--lint[=word] -M,--bignum -n,--non-decimal-data -N,--use-lc-numeric -o,--pretty-print[=write] -O,--optimize -p,--profile[=write] -P,--posix -r,--re-interval -s,--no-optimize -S,--sandbox -t,--lint-old -V/info -W=odd -m=word", "word? word*")
    .gives(processed)
    .examples(&[
        ("awk '{print $1}' a", "file.read /workspace/a"),
        ("awk -F: -v n=3 '$3 > n {sum += $3 / 2} END {print sum}' /etc/passwd", "file.read /etc/passwd"),
        ("awk 'BEGIN{system(\"rm x\")}'", "file.delete /workspace/x"),
        ("awk '{system(\"rm \" $1)}' a", "file.read /workspace/a; code.run awk; unknown code_dynamic"),
        ("awk 'BEGIN{print \"rm x\" | \"sh-not-there\"}'", "process.run sh-not-there"),
        ("awk 'BEGIN{\"rm x\"|getline}'", "file.delete /workspace/x"),
        ("awk 'BEGIN{c=\"rm x\"; c|getline}'", "code.run awk; unknown code_dynamic"),
        ("awk '{print > \"out\"}' a", "file.read /workspace/a; file.write /workspace/out"),
        ("awk '{print $2 >> $1\".txt\"}' a", "file.read /workspace/a; file.write ?"),
        ("awk '{print ($1 > 2)}' a", "file.read /workspace/a"),
        ("awk 'BEGIN{while((getline l < \"b\")>0) print l}'", "file.read /workspace/b"),
        ("awk '/a\\/|b/ || $0 ~ /system(/' a", "file.read /workspace/a"),
        ("awk 'BEGIN{ARGV[1]=\"/srv/a\"; ARGC=2} {print}'", "file.read /srv/a"),
        ("awk 'BEGIN{ARGV[ARGC++]=d \"/x\"} {print}' a", "file.read /workspace/a; file.read ?"),
        ("awk 'BEGIN{for(i in ARGV) print i, ARGV[i]}' a", "file.read /workspace/a"),
        ("awk -i inplace '{print}' a", "file.read /workspace/a; file.write /workspace/a"),
        ("awk -f p.awk a", "file.read /workspace/p.awk; file.read /workspace/a; code.run awk"),
        ("awk 'BEGIN{print ENVIRON[\"HOME\"]; for(k in ENVIRON) print k}'", "secret.read environment"),
        ("awk 'BEGIN{s=\"/inet/tcp/0/h.example/80\"; print 1 |& \"/inet/tcp/0/h.example/80\"}'", "net.send h.example"),
        ("awk '@load \"filefuncs\"; {print}' a", "file.read /workspace/a; code.run awk; unknown code_dynamic"),
        ("awk \"{print \\$$n}\" a", "file.read /workspace/a; code.run awk; unknown code_dynamic"),
        ("awk 'BEGIN{if(1)/\"/;system(\"rm x\");/\"/}'", "file.delete /workspace/x"),
        ("awk 'NR>1' x=1 a", "file.read /workspace/a"),
        ("awk 'BEGIN { print \"a\" > \"/dev/stderr\" }'", ""),
    ])];

/// One token of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Number,
    Text(String),
    Expression,
    /// Operators and brackets, as they are written.
    Sign(&'static str),
    /// `;`, a line end.
    End,
}

const SIGNS: &[&str] = &[
    "||", "|&", "|", "&&", ">>", ">=", ">", "<=", "<", "==", "=", "!=", "!~", "!", "~", "++", "+=", "+",
    "--", "-=", "-", "**", "*=", "*", "/=", "/", "%=", "%", "^=", "^", "(", ")", "[", "]", "{", "}", ",",
    "?", ":", "$", "@",
];

fn processed(run: &mut Run<'_>, given: &Given) -> Stream {
    let mut operands = given.operands.as_slice();
    let mut programs: Vec<Field> = given.values("-e").cloned().collect();
    let mut loaded = false;
    for file in given.values("-f").chain(given.values("-E")) {
        match meaning::content(run, file).as_ref().map(|stream| stream.literal().map(str::to_owned)) {
            Some(Some(text)) => programs.push(Field::literal(text)),
            _ => loaded = true,
        }
    }
    if !given.is_marked("fills")
        && let Some((program, files)) = operands.split_first()
    {
        programs.push(program.clone());
        operands = files;
    }
    let mut in_place = false;
    for library in given.values("-i") {
        if library.text() == Some("inplace") {
            in_place = true;
        } else {
            meaning::path(run, Action::FILE_READ, library, false);
            loaded = true;
        }
    }
    if loaded {
        code(run);
    }
    if !given.has("-S") {
        for program in &programs {
            match settled(program) {
                Some(text) => follow(run, &text),
                None => {
                    run.doubt(unknown::CODE_DYNAMIC);
                    code(run);
                }
            }
        }
    }
    let files: Vec<Field> = operands.iter().filter(|field| !is_assignment(field)).cloned().collect();
    for file in &files {
        meaning::path(run, Action::FILE_READ, file, false);
        if in_place {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
    }
    let whole = meaning::through(run, &files, &given.input);
    Stream { content: Content::Unknown, local: whole.local || loaded }
}

fn code(run: &mut Run<'_>) {
    run.effect(Action::CODE_RUN, Resource::Code { language: "awk".to_owned() });
}

/// `name=value` among the files.
fn is_assignment(field: &Field) -> bool {
    field.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Adds what a program does.
fn follow(run: &mut Run<'_>, text: &str) {
    let Some(tokens) = tokens(text) else {
        run.doubt(unknown::CODE_DYNAMIC);
        code(run);
        return;
    };
    let at = |i: usize| tokens.get(i);
    let sign = |i: usize, wanted: &str| matches!(at(i), Some(Token::Sign(sign)) if *sign == wanted);
    // At which depth of brackets a `print` stands whose redirection may follow.
    let mut printing: Option<i32> = None;
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate() {
        match token {
            Token::Word(word) => match word.as_str() {
                "system" => match (at(i + 2), sign(i + 3, ")")) {
                    (Some(Token::Text(text)), true) => started(run, text, false, Stream::default()),
                    _ => dynamic(run),
                },
                "print" | "printf" => printing = Some(depth),
                "getline" => reads(run, &tokens, i),
                "ENVIRON" => environment(run, at(i + 1), at(i + 2)),
                "ARGV" => argument(run, &tokens, i),
                _ => {}
            },
            Token::Sign("(" | "[") => depth += 1,
            Token::Sign(")" | "]") => depth -= 1,
            Token::Sign("{" | "}") | Token::End => printing = None,
            Token::Sign("@") => {
                run.doubt(unknown::CODE_DYNAMIC);
                code(run);
            }
            Token::Sign("|" | "|&") => {
                let coprocess = sign(i, "|&");
                if matches!(at(i + 1), Some(Token::Word(word)) if word == "getline") {
                    let alone = i < 2
                        || matches!(
                            at(i - 2),
                            Some(Token::End | Token::Sign("{" | "(" | ";" | "&&" | "||" | "!" | ")" | "}"))
                        );
                    match i.checked_sub(1).and_then(at) {
                        Some(Token::Text(text)) if alone => started(run, text, coprocess, Stream::default()),
                        _ => dynamic(run),
                    }
                } else if coprocess || printing.is_some() {
                    command_at(run, &tokens, i + 1, coprocess);
                } else {
                    dynamic(run);
                }
            }
            Token::Sign(">" | ">>") if printing == Some(depth) => match (at(i + 1), ends(at(i + 2))) {
                (Some(Token::Text(file)), true) => {
                    meaning::path(run, Action::FILE_WRITE, &Field::literal(file), false)
                }
                _ => run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic)),
            },
            _ => {}
        }
    }
}

/// Whether an expression ends before this token.
fn ends(token: Option<&Token>) -> bool {
    matches!(token, None | Some(Token::End | Token::Sign("}" | ")")))
}

fn dynamic(run: &mut Run<'_>) {
    run.doubt(unknown::CODE_DYNAMIC);
    code(run);
}

/// Runs the text that stands at `i`, if it is all there is.
fn command_at(run: &mut Run<'_>, tokens: &[Token], i: usize, coprocess: bool) {
    match (tokens.get(i), ends(tokens.get(i + 1))) {
        (Some(Token::Text(text)), true) => started(run, text, coprocess, Stream::local()),
        _ => dynamic(run),
    }
}

/// A command that the program starts, or a connection.
fn started(run: &mut Run<'_>, text: &str, coprocess: bool, input: Stream) {
    if let Some(connection) = text.strip_prefix("/inet")
        && coprocess
    {
        let host = connection.split('/').nth(3).unwrap_or_default();
        run.effect(Action::NET_SEND, web::host(host, None));
        return;
    }
    let text = Field::literal(text);
    run.within("awk", None, |run| run.shell_text(&text, input));
}

/// `getline line < "file"`
fn reads(run: &mut Run<'_>, tokens: &[Token], i: usize) {
    for at in i + 1..i + 8 {
        match tokens.get(at) {
            Some(Token::Sign("<")) => {
                match tokens.get(at + 1) {
                    Some(Token::Text(file)) => {
                        meaning::path(run, Action::FILE_READ, &Field::literal(file), false)
                    }
                    _ => run.effect(Action::FILE_READ, Resource::path(Name::Dynamic)),
                }
                return;
            }
            Some(Token::Word(_) | Token::Number | Token::Text(_) | Token::Sign("$" | "[" | "]" | ",")) => {}
            _ => return,
        }
    }
}

/// `ARGV[1] = "file"`: what is read next. Where the table is filled by other means, that is decided later.
fn argument(run: &mut Run<'_>, tokens: &[Token], i: usize) {
    let before = i.checked_sub(1).and_then(|before| tokens.get(before));
    if tokens.get(i + 1) != Some(&Token::Sign("[")) {
        let only_read = match before {
            Some(Token::Word(word)) => matches!(word.as_str(), "in" | "delete" | "length"),
            _ => false,
        };
        if !only_read {
            run.effect(Action::FILE_READ, Resource::path(Name::Dynamic));
        }
        return;
    }
    let mut depth = 0;
    let close = tokens.iter().enumerate().skip(i + 1).find(|(_, token)| {
        depth += match token {
            Token::Sign("[") => 1,
            Token::Sign("]") => -1,
            _ => 0,
        };
        depth == 0
    });
    let Some((close, _)) = close else { return };
    if tokens.get(close + 1) != Some(&Token::Sign("=")) {
        return;
    }
    match (tokens.get(close + 2), ends(tokens.get(close + 3))) {
        (Some(Token::Text(file)), true) => {
            meaning::path(run, Action::FILE_READ, &Field::literal(file), false)
        }
        _ => run.effect(Action::FILE_READ, Resource::path(Name::Dynamic)),
    }
}

/// One variable by its name is like any `$NAME`; the table as a whole is a dump.
fn environment(run: &mut Run<'_>, bracket: Option<&Token>, name: Option<&Token>) {
    let named = match (bracket, name) {
        (Some(Token::Sign("[")), Some(Token::Text(name))) => {
            let name = name.to_uppercase();
            !["KEY", "TOKEN", "SECRET", "PASS", "CRED", "AUTH"].iter().any(|part| name.contains(part))
        }
        _ => false,
    };
    if !named {
        run.effect(Action::SECRET_READ, thing("environment"));
    }
}

/// The tokens of a program; `None` where it is none.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    // For each open bracket, whether a statement follows where it closes.
    let mut open: Vec<bool> = Vec::new();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..)?;
        match c {
            '\n' | ';' => {
                tokens.push(Token::End);
                rest = after;
            }
            '\\' => rest = after.strip_prefix('\r').unwrap_or(after).strip_prefix('\n')?,
            c if c.is_whitespace() => rest = after,
            '#' => rest = after.find('\n').and_then(|end| after.get(end..)).unwrap_or_default(),
            '"' => {
                let (text, left) = quoted(after)?;
                tokens.push(Token::Text(text));
                rest = left;
            }
            '/' if begins_expression(tokens.last()) => {
                rest = expression(after)?;
                tokens.push(Token::Expression);
            }
            c if c.is_ascii_digit() || c == '.' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
                tokens.push(Token::Number);
                rest = rest.get(end..)?;
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..end)?.to_owned()));
                rest = rest.get(end..)?;
            }
            _ => {
                // The first byte alone rules out nearly all.
                let first = rest.as_bytes().first();
                let sign =
                    SIGNS.iter().find(|sign| sign.as_bytes().first() == first && rest.starts_with(**sign))?;
                if *sign == "(" {
                    open.push(matches!(tokens.last(), Some(Token::Word(word)) if matches!(word.as_str(), "if" | "while" | "for" | "switch")));
                }
                tokens.push(Token::Sign(sign));
                if *sign == ")" && open.pop() == Some(true) {
                    tokens.push(Token::End);
                }
                rest = rest.get(sign.len()..)?;
            }
        }
    }
    Some(tokens)
}

/// A `/` behind something that has a value divides it.
fn begins_expression(before: Option<&Token>) -> bool {
    match before {
        Some(Token::Number | Token::Text(_) | Token::Sign(")" | "]" | "++" | "--")) => false,
        Some(Token::Word(word)) => {
            matches!(word.as_str(), "print" | "printf" | "return" | "in" | "case" | "getline" | "else" | "do")
        }
        _ => true,
    }
}

/// The text up to the closing quote, its escapes resolved, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut whole = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((whole, text.get(at + 1..)?)),
            '\n' => return None,
            '\\' => match chars.next()?.1 {
                'n' => whole.push('\n'),
                't' => whole.push('\t'),
                '\n' => {}
                c @ ('"' | '\\' | '/') => whole.push(c),
                // Escapes by number: what they stand for is not looked at, so the text is not settled.
                '0'..='9' | 'x' | 'u' => return None,
                c => whole.push(c),
            },
            c => whole.push(c),
        }
    }
    None
}

/// What follows the closing slash of a regular expression.
fn expression(text: &str) -> Option<&str> {
    let mut chars = text.char_indices();
    let mut inside = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\n' => return None,
            '[' if !inside => {
                inside = true;
                // `]` right behind the bracket is a member.
                let rest = text.get(at + 1..)?;
                let skip = usize::from(rest.starts_with('^'));
                if rest.get(skip..)?.starts_with(']') {
                    for _ in 0..=skip {
                        chars.next();
                    }
                }
            }
            ']' => inside = false,
            '/' if !inside => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}
