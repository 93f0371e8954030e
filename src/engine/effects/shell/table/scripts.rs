//! Perl, Ruby and PHP: code in an argument, often for every line of files; a script; or what flows in.

use super::frameworks::artisan;
use super::python_run::{flowing, of_the_project};
use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    row("perl perl5", "", "").style(Style::Raw).instead(perl).examples(&[
        ("perl -e 'print 2**10'", ""),
        ("perl -pe 's/a/b/' x", "file.read /workspace/x"),
        ("perl -i -pe 's/a/b/' x", "file.read /workspace/x; file.write /workspace/x"),
        ("perl -pi.bak -e 's/a/b/' x y", "file.read /workspace/x; file.write /workspace/x; file.read /workspace/y; file.write /workspace/y"),
        ("perl -ne 'print if /x/' x", "file.read /workspace/x"),
        ("perl -lane 'print if /x/'", ""),
        ("perl -ne 'unlink $_' < x", "file.read /workspace/x; code.run perl"),
        ("perl -ne 'print' 'rm /srv/a|'", "file.delete /srv/a"),
        ("perl -MEvil -e1", "unknown option_odd"),
        ("perl -MList::Util=sum -e 'print 1'", ""),
        ("perl -d:Evil -e 1", "unknown option_odd"),
        ("perl -I/tmp -e 1", "process.run /tmp"),
        ("perl -e \"$x\"", "unknown code_dynamic; code.run perl"),
        ("perl -v", ""),
        ("perl -c x.pl", "process.run perl"),
        ("perl x.pl", "process.run perl"),
        ("perl /tmp/x.pl", "process.run perl; process.run /tmp/x.pl"),
        ("perl -MMIME::Base64 -e 'system decode_base64(\"eA==\")'", "code.run perl"),
        ("echo 'system 1' | perl", "code.run perl"),
    ]),
    row("perldoc", "-f=word -q=word -v=word -a=word -m -l -T -t -u -U -i -F -X -D -r -o=word -w=word -L=word -d=write -h/info -V/info", "word*").examples(&[("perldoc -f sprintf", ""), ("perldoc -d /srv/x perlfunc", "file.write /srv/x")]),
    row("ruby ruby2.7 ruby3.0 ruby3.1 ruby3.2 ruby3.3 jruby truffleruby", "", "").style(Style::Raw).instead(ruby).examples(&[
        ("ruby -e 'puts RUBY_VERSION'", ""),
        ("ruby -e 'system \"x\"'", "code.run ruby"),
        ("ruby -ne 'puts 1' x", "file.read /workspace/x"),
        ("ruby -rjson -e 'puts 1'", ""),
        ("ruby -r./evil -e 'puts 1'", "unknown option_odd"),
        ("ruby -v", ""),
        ("ruby -v -e 'system \"x\"'", "code.run ruby"),
        ("ruby -c x.rb", "file.read /workspace/x.rb"),
        ("ruby x.rb", "process.run ruby"),
        ("echo 'x' | ruby", "code.run ruby"),
    ]),
    row("php php7 php8 php7.4 php8.0 php8.1 php8.2 php8.3 php8.4 php-cli phpdbg", "", "").style(Style::Raw).instead(php).examples(&[
        ("php -r 'echo PHP_VERSION;'", ""),
        ("php -r 'system(\"id\");'", "code.run php"),
        ("php -d auto_prepend_file=/tmp/x.php -r 1", "unknown option_odd"),
        ("php -d memory_limit=1G x.php", "process.run php"),
        ("php -l x.php", "file.read /workspace/x.php"),
        ("php -S localhost:8000", "net.listen localhost:8000; process.run php"),
        ("php -v", ""),
        ("php -i", "secret.read environment"),
        ("php artisan migrate:fresh --force", "process.run php; sql.schema ?"),
        ("php artisan tinker --execute='User::truncate();'", "code.run php"),
        ("php artisan route:list", "process.run php"),
        ("echo '<?php x();' | php", "code.run php"),
    ]),
];

/// Modules that only add functions.
const PERL_MODULES: &[&str] = &[
    "strict",
    "warnings",
    "utf8",
    "bigint",
    "bignum",
    "integer",
    "feature",
    "open",
    "List::Util",
    "Data::Dumper",
    "JSON::PP",
    "JSON",
    "JSON::XS",
    "MIME::Base64",
    "POSIX",
    "Time::HiRes",
    "Time::Local",
    "Time::Piece",
    "Digest::MD5",
    "Digest::SHA",
    "Encode",
    "Scalar::Util",
    "Text::Wrap",
    "URI::Escape",
    "5.010",
    "English",
];

fn perl(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    let mut code: Option<Field> = None;
    let (mut loops, mut writes) = (false, false);
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            if first.may_be_option() || first.prefix().starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            break;
        };
        if text == "--" {
            rest = after;
            break;
        }
        if matches!(text, "--version" | "--help") {
            return Stream::foreign();
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        rest = after;
        for (at, letter) in text.char_indices().skip(1) {
            let attached = text.get(at + letter.len_utf8()..).unwrap_or_default();
            let mut argument = || {
                if attached.is_empty() {
                    let next = rest.first().cloned();
                    rest = rest.get(1..).unwrap_or_default();
                    next
                } else {
                    Some(Field::literal(attached))
                }
            };
            match letter {
                'e' | 'E' => {
                    // Several are lines of one program.
                    let line = argument().unwrap_or_default();
                    match &mut code {
                        Some(code) => {
                            code.extend(&Field::literal("\n"));
                            code.extend(&line);
                        }
                        None => code = Some(line),
                    }
                    break;
                }
                'n' | 'p' => loops = true,
                'i' => {
                    writes = true;
                    // What stands behind is the ending of the copy.
                    break;
                }
                'l' | '0' => {
                    // Octal digits may follow.
                    if attached.starts_with(|c: char| c.is_ascii_digit() || c == 'x') {
                        break;
                    }
                }
                'F' => {
                    let pattern = argument();
                    let plain = pattern
                        .as_ref()
                        .and_then(Field::text)
                        .is_some_and(|text| !text.contains(['@', '$', '(']));
                    if !plain {
                        run.doubt(unknown::OPTION_ODD);
                    }
                    loops = true;
                    break;
                }
                'M' | 'm' => {
                    let module = argument();
                    let known = module.as_ref().and_then(Field::text).is_some_and(|text| {
                        let name = text.trim_start_matches('-').split(['=', ' ']).next().unwrap_or_default();
                        PERL_MODULES.contains(&name) && !text.contains([';', '(', '{'])
                    });
                    if !known {
                        run.doubt(unknown::OPTION_ODD);
                    }
                    break;
                }
                'I' => {
                    if let Some(directory) = argument() {
                        meaning::file(run, &directory, "perl");
                    }
                    break;
                }
                'v' | 'V' | 'h' | '?' => return Stream::foreign(),
                'a' | 'c' | 'w' | 'W' | 'X' | 't' | 'T' | 'f' | 'g' | 'U' | 'C' => {
                    if letter == 'C' {
                        break;
                    }
                }
                _ => {
                    run.doubt(unknown::OPTION_ODD);
                    break;
                }
            }
        }
    }
    if let Some(code) = code {
        meaning::code(run, "perl", &code);
        if loops || writes {
            files_of_perl(run, rest, writes);
        }
        return Stream::local();
    }
    match rest.split_first() {
        Some((file, operands)) if !meaning::is_stream(file) || meaning::content(run, file).is_some() => {
            of_the_project(run, "perl", "perl", file);
            if loops || writes {
                files_of_perl(run, operands, writes);
            }
        }
        _ => return flowing(run, "perl", "perl", &input),
    }
    Stream::local()
}

/// The files a loop reads. A name with a pipe at one of its ends is a command, one behind `>` is written.
fn files_of_perl(run: &mut Run<'_>, operands: &[Field], writes: bool) {
    for field in operands {
        let text = field.text_with_wildcards().unwrap_or_default();
        let text = text.trim();
        if let Some(command) = text.strip_suffix('|').or_else(|| text.strip_prefix('|')) {
            let command = Field::literal(command);
            run.within("perl", None, |run| run.shell_text(&command, Stream::default()));
            continue;
        }
        if text.starts_with(['>', '+']) {
            run.doubt(unknown::OPERAND);
        }
        meaning::path(run, Action::FILE_READ, field, false);
        if writes {
            meaning::path(run, Action::FILE_WRITE, field, false);
        }
    }
}

fn ruby(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    // `ruby -c file`: it is read, and not run.
    if let [flag, file] = arguments
        && matches!(flag.text(), Some("-c" | "-wc" | "-cw"))
    {
        meaning::path(run, Action::FILE_READ, file, false);
        return Stream::local();
    }
    const LIBRARIES: &[&str] = &[
        "json",
        "yaml",
        "date",
        "time",
        "set",
        "csv",
        "pp",
        "securerandom",
        "digest",
        "base64",
        "bigdecimal",
        "benchmark",
        "erb",
        "ostruct",
        "prime",
        "uri",
        "open3",
        "fileutils",
        "stringio",
        "openssl",
        "net/http",
        "rexml/document",
    ];
    let mut rest = arguments;
    let mut ran = false;
    let (mut loops, mut writes) = (false, false);
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            if first.may_be_option() || first.prefix().starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            break;
        };
        if text == "--" {
            rest = after;
            break;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        rest = after;
        if text.starts_with("--") {
            match text {
                "--version" | "--help" | "--copyright" => return Stream::foreign(),
                "--verbose"
                | "--yjit"
                | "--jit"
                | "--mjit"
                | "--disable-gems"
                | "--disable=gems"
                | "--enable=frozen-string-literal" => {}
                _ => run.doubt(unknown::OPTION_UNKNOWN),
            }
            continue;
        }
        for (at, letter) in text.char_indices().skip(1) {
            let attached = text.get(at + letter.len_utf8()..).unwrap_or_default();
            let mut argument = || {
                if attached.is_empty() {
                    let next = rest.first().cloned();
                    rest = rest.get(1..).unwrap_or_default();
                    next
                } else {
                    Some(Field::literal(attached))
                }
            };
            match letter {
                'e' => {
                    ran = true;
                    meaning::code(run, "ruby", &argument().unwrap_or_default());
                    break;
                }
                'r' => {
                    let known = argument()
                        .as_ref()
                        .and_then(Field::text)
                        .is_some_and(|text| LIBRARIES.contains(&text));
                    if !known {
                        run.doubt(unknown::OPTION_ODD);
                    }
                    break;
                }
                'I' => {
                    if let Some(directory) = argument() {
                        meaning::file(run, &directory, "ruby");
                    }
                    break;
                }
                'n' | 'p' | 'a' => loops = true,
                'i' => {
                    writes = true;
                    break;
                }
                'h' if text.len() == 2 => return Stream::foreign(),
                // It says its version, and goes on where there is something to go on with.
                'v' if text.len() == 2 && after.is_empty() && !ran => return Stream::foreign(),
                'w' | 'W' | 'l' | 'c' | 'd' | 'v' | 'y' | 'U' => {
                    if letter == 'W' {
                        break;
                    }
                }
                '0' | 'E' | 'K' | 'F' | 'T' => break,
                _ => {
                    run.doubt(unknown::OPTION_ODD);
                    break;
                }
            }
        }
    }
    if ran {
        if loops || writes {
            files_of_perl(run, rest, writes);
        }
        return Stream::local();
    }
    match rest.first() {
        Some(file) if !meaning::is_stream(file) || meaning::content(run, file).is_some() => {
            of_the_project(run, "ruby", "ruby", file);
            Stream::local()
        }
        _ => flowing(run, "ruby", "ruby", &input),
    }
}

fn php(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const SETTINGS: &[&str] = &[
        "memory_limit",
        "display_errors",
        "error_reporting",
        "max_execution_time",
        "date.timezone",
        "xdebug.mode",
        "display_startup_errors",
        "log_errors",
        "opcache.enable",
        "opcache.enable_cli",
        "short_open_tag",
        "zend.assertions",
        "pcov.enabled",
        "phar.readonly",
    ];
    let mut rest = arguments;
    let mut ran = false;
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            if first.may_be_option() || first.prefix().starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            break;
        };
        if text == "--" {
            rest = after;
            break;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        rest = after;
        let (option, attached) = match text.strip_prefix("--") {
            Some(_) => match text.split_once('=') {
                Some((name, value)) => (name, value),
                None => (text, ""),
            },
            None => text.split_at_checked(2).unwrap_or((text, "")),
        };
        let mut argument = || {
            if attached.is_empty() {
                let next = rest.first().cloned();
                rest = rest.get(1..).unwrap_or_default();
                next
            } else {
                Some(Field::literal(attached))
            }
        };
        match option {
            "-v" | "--version" | "-h" | "--help" | "-m" | "--modules" | "--ini" | "--rf" | "--rc"
            | "--re" | "--ri" => return Stream::foreign(),
            "-i" | "--info" => {
                run.effect(Action::SECRET_READ, super::super::thing("environment"));
                return Stream::local();
            }
            "-r" | "--run" | "-B" | "--process-begin" | "-R" | "--process-code" | "-E" | "--process-end" => {
                ran = true;
                meaning::code(run, "php", &argument().unwrap_or_default());
            }
            "-f" | "--file" | "-F" | "--process-file" => {
                ran = true;
                if let Some(file) = argument() {
                    of_the_project(run, "php", "php", &file);
                }
            }
            "-l" | "--syntax-check" | "-w" | "--strip" | "-s" => {
                for file in rest {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
                return Stream::local();
            }
            "-S" | "--server" => {
                ran = true;
                let address =
                    argument().as_ref().and_then(Field::text).map(str::to_owned).unwrap_or_default();
                run.effect(Action::NET_LISTEN, crate::effects::web::host(&address, None));
                meaning::declared(run, "process.run", "php");
            }
            "-t" | "--docroot" => {
                argument();
            }
            "-d" | "--define" => {
                let known = argument()
                    .as_ref()
                    .and_then(Field::text)
                    .is_some_and(|text| SETTINGS.contains(&text.split('=').next().unwrap_or_default()));
                if !known {
                    run.doubt(unknown::OPTION_ODD);
                }
            }
            "-n" | "--no-php-ini" | "-a" | "-q" | "-C" | "-H" | "--no-header" => {}
            _ => run.doubt(unknown::OPTION_ODD),
        }
    }
    if ran {
        return Stream::local();
    }
    let Some((file, operands)) = rest.split_first() else { return flowing(run, "php", "php", &input) };
    if meaning::is_stream(file) && meaning::content(run, file).is_none() {
        return flowing(run, "php", "php", &input);
    }
    let is_artisan = file.text().is_some_and(|text| {
        matches!(text.rsplit('/').next(), Some("artisan" | "console" | "yii" | "think" | "spark"))
    });
    if is_artisan && artisan(run, operands) {
        return Stream::local();
    }
    of_the_project(run, "php", "php", file);
    Stream::local()
}
