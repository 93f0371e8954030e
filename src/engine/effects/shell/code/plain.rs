//! Arithmetic, plain texts and printing, in whatever language.
//!
//! Every character counts: digits, operators, brackets, texts without anything that a language could read as
//! more than a text, and names that stand on the language's list. There is nothing left in which code could hide.

use super::Deed;

/// Languages, and the names that only compute and print in them.
const NAMES: &[(&str, &str)] = &[
    (
        "perl",
        "print say int sqrt abs sin cos exp log hex oct length uc lc ucfirst join time rand localtime floor ceil fmod pow",
    ),
    (
        "ruby",
        "puts print p pp RUBY_VERSION RUBY_PLATFORM RUBY_ENGINE RUBY_PATCHLEVEL RUBY_RELEASE_DATE RUBY_COPYRIGHT RUBY_DESCRIPTION Math.sqrt Math.sin Math.cos Math.log Time.now Math.PI rand Gem.path Gem.dir Dir.pwd true false nil",
    ),
    (
        "php",
        "echo print PHP_VERSION PHP_OS PHP_OS_FAMILY PHP_EOL PHP_INT_MAX PHP_INT_SIZE PHP_MAJOR_VERSION PHP_MINOR_VERSION PHP_BINARY PHP_SAPI M_PI phpversion php_uname php_sapi_name php_ini_loaded_file time date round floor ceil sqrt pow abs max min strlen strtoupper strtolower ucfirst var_dump print_r md5 sha1 crc32 base64_encode base64_decode bin2hex json_encode memory_get_usage extension_loaded function_exists class_exists ini_get get_loaded_extensions sys_get_temp_dir rand mt_rand random_int intdiv number_format str_repeat strrev true false null",
    ),
    (
        "lua",
        "print _VERSION math.sqrt math.pi math.floor math.max math.min math.abs math.sin math.cos os.time os.date os.clock string.rep string.upper string.lower string.len tostring tonumber type collectgarbage io.write",
    ),
    (
        "r",
        "print cat sqrt sum mean median max min abs exp log sin cos pi round version R.version.string Sys.time Sys.Date getwd nchar toupper tolower c rep seq rev length sd var TRUE FALSE NULL sessionInfo .libPaths R.home paste paste0 rnorm runif set.seed packageVersion",
    ),
    (
        "julia",
        "print println sqrt sum abs exp log sin cos pi VERSION maximum minimum div mod factorial typeof length uppercase lowercase time rand versioninfo",
    ),
    ("tcl", "puts expr"),
    ("elixir", "IO.puts IO.inspect System.version div rem true false nil"),
    ("erlang", "io:format halt init:stop"),
    ("groovy", "println print Math.sqrt Math.PI Math.max Math.min Math.pow Math.abs GroovySystem.version"),
    ("haskell", "print putStrLn show sqrt sum product max min div mod length pi even odd"),
    ("ocaml", "print_endline print_int print_string print_float string_of_int sqrt Sys.ocaml_version"),
    ("lisp", "print display newline format princ sqrt expt mod max min t nil displayln write println prn"),
    (
        "octave",
        "disp printf fprintf sqrt sum mean max min abs exp log sin cos pi version mod floor ceil round det inv eye zeros ones rand",
    ),
    ("gnuplot", "print sqrt sin cos exp log pi"),
    ("swift", "print sqrt max min abs pow"),
    ("java", "System.out.println System.out.print Math.sqrt Math.PI Math.max Math.min Math.pow Math.abs"),
    ("kotlin", "println print"),
    ("scala", "println print math.sqrt math.max math.min math.pow"),
    ("dart", "print"),
];

/// Languages in which a text may stand in single quotes.
const SINGLE: &[&str] = &["perl", "ruby", "php", "lua", "r", "octave", "gnuplot", "groovy", "dart"];

/// What the code does, which is nothing; `None` if it is not read.
pub(super) fn read(language: &str, text: &str) -> Option<Vec<Deed>> {
    let names = NAMES.iter().find(|(known, _)| *known == language).map(|(_, names)| *names)?;
    let mut rest = text;
    // What stands before, blanks left out, and right before.
    let (mut before, mut adjacent) = (' ', ' ');
    while let Some(c) = rest.chars().next() {
        let length = match c {
            ' ' | '\t' | '\n' | '+' | '*' | ',' | ';' | '(' | ')' => 1,
            // `--` begins a comment in some languages.
            '-' if !rest.starts_with("--") && !rest.starts_with("->") => 1,
            // Division, and nothing that may begin a pattern or a comment.
            '/' if (before.is_ascii_digit() || before == ')')
                && !rest.starts_with("//")
                && !rest.starts_with("/*") =>
            {
                1
            }
            '%' | '^'
                if (before.is_ascii_digit() || before == ')')
                    && rest.get(1..)?.trim_start().starts_with(|c: char| c.is_ascii_digit()) =>
            {
                1
            }
            c if c.is_ascii_digit() => {
                let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                // `5x` is a number and a name to some.
                if rest.get(number..)?.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                    return None;
                }
                number
            }
            c if c.is_ascii_alphabetic() || matches!(c, '_' | '.') => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | ':'))
                    .unwrap_or(rest.len());
                let name = rest.get(..end)?;
                if !names.split(' ').any(|known| known == name) {
                    return None;
                }
                end
            }
            '"' | '\'' if c == '"' || SINGLE.contains(&language) => {
                // A mark behind a name may be part of it.
                if adjacent.is_ascii_alphanumeric() || matches!(adjacent, '_' | ')' | '"' | '\'') {
                    return None;
                }
                let end = rest.get(1..)?.find(c)?;
                let body = rest.get(1..=end)?;
                if !body
                    .replace("\\n", "")
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b" ,.:!?_-=".contains(&b))
                {
                    return None;
                }
                // What is printed as a format, or called by its name.
                if rest.get(end + 2..)?.trim_start().starts_with('(') {
                    return None;
                }
                end + 2
            }
            _ => return None,
        };
        adjacent = rest.get(..length)?.chars().next_back().unwrap_or(' ');
        before = rest.get(..length)?.trim_end().chars().next_back().unwrap_or(before);
        rest = rest.get(length..)?;
    }
    Some(Vec::new())
}
