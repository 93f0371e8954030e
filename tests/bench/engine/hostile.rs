//! Texts of 64 KiB that were made to be slow: how long the reader of a shell command and that of SQL take for the worst of
//! them. A VM has one thread, and so nobody else is served meanwhile.

use crate::{Bench, timed};
use serde_json::json;
use std::time::Duration;
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects::{self, ToolMappings};
use toolgate_engine::wire::Api;

/// The longest text that is read.
const LENGTH: usize = 64 << 10;

/// How often a figure is taken; noise only adds.
const TIMES: usize = 3;

/// A name, and a text: what stands in front, what is repeated with `#` as a number, what is put behind.
type Shape = (&'static str, &'static str, &'static str, End);

/// What closes a text.
#[derive(Debug, Clone, Copy)]
enum End {
    Nothing,
    Once(&'static str),
    /// As often as something was opened.
    Each(&'static str),
}

const SHELL: &[Shape] = &[
    ("subshells", "", "(", End::Each(")")),
    ("groups", "", "{ ", End::Each(";}")),
    ("substitutions in each other", "", "$(", End::Each(")")),
    ("quoted substitutions in each other", "", "\"$(", End::Each(")\"")),
    ("backquotes", "", "`a` ", End::Nothing),
    ("substitutions", "echo ", "$(a) ", End::Nothing),
    ("substitutions in one word", "echo ", "$(a)", End::Nothing),
    ("process substitutions", "cat ", "<(a) ", End::Nothing),
    ("pipes", "a", "|a", End::Nothing),
    ("pipes of filters", "cat a", "|sort", End::Nothing),
    ("lists", "", "a;", End::Nothing),
    ("lists by success", "a", "&&a", End::Nothing),
    ("lists by failure", "a", "||a", End::Nothing),
    ("conditions in each other", "", "if a;then ", End::Each(";fi")),
    ("conditions", "", "if a;then b;else c;fi;", End::Nothing),
    ("loops in each other", "", "for i in 1 2;do ", End::Each(";done")),
    ("loops over many", "for i in ", "a# ", End::Nothing),
    ("loops over numbers in each other", "", "for i in {1..9999};do ", End::Each(";done")),
    ("loops", "", "for i in a b;do rm $i;done;", End::Nothing),
    ("endless loops in each other", "", "while a;do ", End::Each(";done")),
    ("cases", "case $a in ", "a#)b;;", End::Nothing),
    ("cases in each other", "", "case $a in a)", End::Each(";;esac")),
    ("functions", "", "f#(){ a;};", End::Nothing),
    ("functions of functions", "", "f(){ f;f;};f;", End::Nothing),
    ("functions in each other", "", "f(){ ", End::Each(";}")),
    ("calls of a function", "f(){ rm a;};", "f;", End::Nothing),
    ("aliases", "", "alias a#=b;", End::Nothing),
    ("here-documents", "", "cat <<E\na\nE\n", End::Nothing),
    ("here-documents of one line", "cat ", "<<E ", End::Each("\nE")),
    ("here-documents with substitutions", "", "cat <<E\n$(a)\nE\n", End::Nothing),
    ("a here-document for a shell", "sh <<E\n", "rm a#\n", End::Nothing),
    ("here-strings", "", "cat <<<a;", End::Nothing),
    ("one word", "", "a", End::Nothing),
    ("one quoted word", "echo '", "a", End::Nothing),
    ("quotes", "echo ", "'a'", End::Nothing),
    ("words", "echo ", "a ", End::Nothing),
    ("backslashes", "echo ", "\\a", End::Nothing),
    ("characters by number", "echo ", "$'\\x61'", End::Nothing),
    ("alternatives", "echo ", "{a,b}", End::Nothing),
    ("words of alternatives", "echo ", "{a,b}{c,d} ", End::Nothing),
    ("alternatives in each other", "echo ", "{a,", End::Each("}")),
    ("open braces", "echo ", "{a,{", End::Nothing),
    ("ranges", "echo ", "{1..9}", End::Nothing),
    ("files by pattern", "rm ", "*a?[b] ", End::Nothing),
    ("brackets", "rm ", "[", End::Nothing),
    ("assignments", "", "a#=1;", End::Nothing),
    ("assignments of one name", "", "a=1;", End::Nothing),
    ("a value doubled", "a=a;", "a=$a$a;", End::Nothing),
    ("a value that grows", "a=a;", "a=x$a;", End::Nothing),
    (
        "uses of a long value",
        "a=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;",
        "rm $a;",
        End::Nothing,
    ),
    ("choices of a value", "", "[ a ]&&a=#;", End::Nothing),
    ("choices of a directory", "", "[ a ]&&cd a#;", End::Nothing),
    ("choices used", "", "[ a ]&&a=#;rm $a;", End::Nothing),
    ("directories", "", "cd a;", End::Nothing),
    ("directories and files", "", "cd a;rm b;", End::Nothing),
    ("an array that grows", "", "a+=(b);", End::Nothing),
    ("an array used", "a=(1 2 3 4 5 6 7 8 9);", "rm \"${a[@]}\";", End::Nothing),
    ("a long array used", "", "a+=(b);rm \"${a[@]}\";", End::Nothing),
    ("positions", "", "set -- a \"$@\";", End::Nothing),
    ("defaults in each other", "echo ", "${a:-", End::Each("}")),
    ("defaults", "echo ", "${a:-b}", End::Nothing),
    ("replacements", "a=aaaaaaaaaaaa;echo ", "${a//a/b}", End::Nothing),
    ("prefixes", "a=aaaaaaaaaaaaaaaaaaaaaaa;echo ", "${a##*a}", End::Nothing),
    ("arithmetic in each other", "echo $((", "(", End::Each(")")),
    ("arithmetic", "echo $((", "1+", End::Nothing),
    ("tests", "[[ a", " && a", End::Nothing),
    ("redirections", "a", ">b# ", End::Nothing),
    ("files", "rm ", "a# ", End::Nothing),
    ("effects", "", "rm a#;", End::Nothing),
    ("effects of one command", "", "curl http://a#/;", End::Nothing),
    ("files written and run", "", "echo a>b#;sh b#;", End::Nothing),
    ("files written", "", "echo a>b#;", End::Nothing),
    ("unknowns", "", "a#;", End::Nothing),
    ("options", "rm ", "-r ", End::Nothing),
    ("long options", "grep ", "--exclude=a ", End::Nothing),
    ("options of git", "git ", "-c a.b=c ", End::Nothing),
    ("wrappers", "", "sudo ", End::Once("a")),
    ("wrappers of many kinds", "", "sudo nice env time ", End::Once("a")),
    ("variables of a wrapper", "env ", "a#=b ", End::Nothing),
    ("machines behind machines", "", "ssh a ", End::Nothing),
    ("shells in shells", "", "bash -c ", End::Nothing),
    ("evaluation", "", "eval ", End::Nothing),
    ("evaluations", "", "eval a;", End::Nothing),
    ("evaluation of values", "a='rm b';", "eval $a;", End::Nothing),
    ("lists for commands", "", "xargs ", End::Nothing),
    ("searches", "find ", "-name a -o ", End::Nothing),
    ("searches that run", "find . ", "-exec rm {} ; ", End::Nothing),
    ("searches that run, quoted", "find . ", "-exec rm {} \\; ", End::Nothing),
    ("addresses", "curl ", "http://a#/ ", End::Nothing),
    ("addresses by alternatives", "curl 'http://a/", "{a,b}", End::Nothing),
    ("scripts of sed", "sed '", "s/a/b/;", End::Once("'")),
    ("scripts of awk", "awk '", "{print $1}", End::Once("'")),
    ("scripts of awk in each other", "awk '", "{", End::Once("'")),
    ("scripts of jq", "jq '", ".a|", End::Once("'")),
    ("code of python", "python -c '", "a(", End::Once("'")),
    ("code of python, lines", "python -c '", "a=1\n", End::Once("'")),
    ("code of python, lists", "python -c '", "[", End::Once("'")),
    ("code of node", "node -e '", "a(", End::Once("'")),
    ("code of node, lines", "node -e '", "a=1;", End::Once("'")),
    ("code of node, patterns", "node -e '", "/", End::Once("'")),
    ("code of node, templates", "node -e '", "`${", End::Once("'")),
    ("code of perl", "perl -e '", "a(", End::Once("'")),
    ("code of perl, lines", "perl -e '", "$a=1;", End::Once("'")),
    ("code of ruby", "ruby -e '", "a(", End::Once("'")),
    ("code of php", "php -r '", "$a=1;", End::Once("'")),
    ("powershell", "pwsh -c '", "ls;", End::Once("'")),
    ("powershell in each other", "pwsh -c '", "(", End::Once("'")),
    ("powershell, pipes", "pwsh -c '", "ls|", End::Once("'")),
    ("archives", "tar -cf a ", "-C b c ", End::Nothing),
    ("make", "make ", "A#=b ", End::Nothing),
    ("copies", "rsync ", "a#:b ", End::Nothing),
    ("dd", "dd ", "if=a ", End::Nothing),
    ("printing for a shell", "printf '%s' ", "a ", End::Once("|sh")),
    ("clouds", "aws ", "s3 rm ", End::Nothing),
    ("clusters", "kubectl delete ", "pod a# ", End::Nothing),
    ("containers", "docker run ", "-v /a#:/b ", End::Nothing),
    ("terminals", "tmux ", "new-session a ; ", End::Nothing),
    ("terminals, quoted", "tmux ", "new-session a \\; ", End::Nothing),
    ("comments", "", "#a\n", End::Nothing),
    ("empty lines", "", "\n", End::Nothing),
    ("paths", "rm ", "a/../", End::Nothing),
    ("deep paths", "rm ", "a/", End::Nothing),
    ("dots", "rm ", "../", End::Nothing),
    ("homes", "rm ", "~a ", End::Nothing),
    ("accents", "rm ", "\u{e9}", End::Nothing),
    ("SQL in a client", "psql -c '", "SELECT 1;", End::Once("'")),
    ("scripts for sqlite", "sqlite3 a '", "DELETE FROM a#;", End::Once("'")),
];

const SQL: &[Shape] = &[
    ("parentheses", "SELECT ", "(", End::Each(")")),
    ("queries in each other", "SELECT ", "(SELECT ", End::Each(")")),
    ("open parentheses", "SELECT 1 FROM ", "(", End::Nothing),
    ("tables of expressions", "WITH a AS (SELECT 1)", ",a# AS (SELECT 1)", End::Once(" SELECT 1")),
    ("tables of expressions in each other", "", "WITH a AS (", End::Each(") SELECT 1")),
    (
        "changes in expressions",
        "WITH a AS (SELECT 1)",
        ",a# AS (DELETE FROM b# RETURNING 1)",
        End::Once(" SELECT 1"),
    ),
    ("unions", "SELECT 1", " UNION SELECT 1", End::Nothing),
    ("statements", "", "SELECT 1;", End::Nothing),
    ("changes", "", "DELETE FROM a#;", End::Nothing),
    ("changes without an end", "", "DELETE FROM a# ", End::Nothing),
    ("semicolons", "", ";", End::Nothing),
    ("comments", "SELECT 1 ", "/*a*/", End::Nothing),
    ("comments in each other", "SELECT 1 ", "/*", End::Each("*/")),
    ("open comments", "SELECT 1 ", "/*", End::Nothing),
    ("comments that are run", "SELECT 1 ", "/*!50000 a*/", End::Nothing),
    ("comments that are run in each other", "SELECT 1 ", "/*!", End::Each("*/")),
    ("line comments", "SELECT 1 ", "--a\n", End::Nothing),
    ("line comments of one dialect", "SELECT 1 ", "#a\n", End::Nothing),
    ("strings", "SELECT ", "'a',", End::Once("1")),
    ("quotes", "SELECT ", "'", End::Nothing),
    ("names in quotes", "SELECT ", "\"a\",", End::Once("1")),
    ("names in backquotes", "SELECT ", "`a`,", End::Once("1")),
    ("names in brackets", "SELECT ", "[a],", End::Once("1")),
    ("brackets", "SELECT ", "[", End::Each("]")),
    ("backslashes", "SELECT '", "\\'", End::Once("'")),
    ("dollar quotes", "SELECT ", "$a#$b$a#$,", End::Once("1")),
    ("open dollar quotes", "SELECT ", "$a#$", End::Nothing),
    ("mixed quotes", "SELECT ", "'\"`[$a$--/*", End::Nothing),
    ("names with parts", "SELECT ", "a.", End::Once("a")),
    ("columns", "SELECT ", "a#,", End::Once("1")),
    ("tables", "SELECT 1 FROM ", "a#,", End::Once("a")),
    ("joins", "SELECT 1 FROM a", " JOIN a# ON 1=1", End::Nothing),
    ("values", "SELECT a FROM b WHERE a IN (", "#,", End::Once("1)")),
    ("rows", "INSERT INTO a VALUES ", "(1),", End::Once("(1)")),
    ("calls", "SELECT ", "count(1),", End::Once("1")),
    ("calls in each other", "SELECT ", "abs(", End::Each(")")),
    ("unknown calls", "SELECT ", "f#(1),", End::Once("1")),
    ("cases", "SELECT ", "CASE WHEN ", End::Each(" THEN 1 END")),
    ("conditions", "SELECT 1 FROM a WHERE 1=1", " AND 1=1", End::Nothing),
    ("signs", "SELECT 1", "+-", End::Nothing),
    ("casts", "SELECT 1", "::int", End::Nothing),
    ("windows", "SELECT 1", ",sum(a) OVER (PARTITION BY b)", End::Once(" FROM c")),
    ("strings of SQL", "EXECUTE '", "EXECUTE ''", End::Once("'")),
    ("statements in strings", "", "EXECUTE 'DELETE FROM a#';", End::Nothing),
    ("blocks", "", "DO $$ BEGIN DELETE FROM a#; END $$;", End::Nothing),
    ("prepared", "", "PREPARE a# AS SELECT 1;", End::Nothing),
    ("grants", "GRANT SELECT ON ", "a#,", End::Once("a TO b")),
    ("drops", "DROP TABLE ", "a#,", End::Once("a")),
    ("explained", "", "EXPLAIN ", End::Once("SELECT 1")),
    ("keywords", "", "SELECT ", End::Nothing),
    ("keywords that change", "", "DELETE ", End::Nothing),
    ("keywords of every kind", "", "INTO UPDATE SET FROM WITH TABLE ", End::Nothing),
    ("begins", "", "BEGIN ", End::Nothing),
    ("ends", "", "END;", End::Nothing),
    ("client commands", "", "\\d a#\n", End::Nothing),
    ("settings", "", "SET a#=1;", End::Nothing),
    ("accents", "SELECT ", "\u{e9}", End::Nothing),
    ("one name", "SELECT ", "a", End::Nothing),
    ("digits", "SELECT ", "1", End::Nothing),
    ("question marks", "SELECT ", "?", End::Nothing),
    ("at signs", "SELECT ", "@", End::Nothing),
    ("copies", "", "COPY a# FROM STDIN;\n", End::Nothing),
    ("delimiters", "", "DELIMITER //\n", End::Nothing),
    ("labels", "SELECT ", ":a#,", End::Once("1")),
    ("hints", "SELECT ", "/*+ a */", End::Once("1")),
];

pub(crate) fn run(bench: &Bench) {
    kind(bench, "shell command", SHELL);
    kind(bench, "SQL", SQL);
}

/// One row for all of a kind, and where somebody asks for them one for each.
fn kind(bench: &Bench, name: &str, shapes: &[Shape]) {
    let all = format!("hostile: {name}, the worst of {} texts", shapes.len());
    if !all.starts_with(&bench.only) {
        return;
    }
    let mut worst = Duration::ZERO;
    for shape in shapes {
        let call = call(name, shape, LENGTH);
        let spent = (0..TIMES).map(|_| once(&call)).min().unwrap_or_default();
        worst = worst.max(spent);
        if bench.only.starts_with("hostile") {
            println!("{name}: {}\t{:.0}\t{}", shape.0, spent.as_secs_f64() * 1e6, growth(name, shape, spent));
        }
    }
    println!("{all}\t{:.2}\t{:.2}", worst.as_secs_f64() * 1e6, worst.as_secs_f64() * 1e6);
}

/// How many times as long twice the text takes: 2 where time is linear.
fn growth(name: &str, shape: &Shape, spent: Duration) -> String {
    let half = self::call(name, shape, LENGTH / 2);
    let half = (0..TIMES).map(|_| once(&half)).min().unwrap_or_default();
    format!("{:.1}", spent.as_secs_f64() / half.as_secs_f64())
}

fn call(name: &str, shape: &Shape, length: usize) -> ToolCall {
    let text = text(*shape, length);
    let (tool, arguments) = match name {
        "SQL" => ("run_sql", json!({"query": text})),
        _ => ("Bash", json!({"command": text})),
    };
    ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: None,
        tool: tool.to_owned(),
        namespace: None,
        arguments: Arguments::from_json_text(&arguments.to_string(), 64),
        choice: 0,
    }
}

fn text((_, front, repeated, end): Shape, length: usize) -> String {
    let (each, once) = match end {
        End::Nothing => ("", ""),
        End::Once(once) => ("", once),
        End::Each(each) => (each, ""),
    };
    let one = |n: usize| repeated.replace('#', &n.to_string());
    let mut text = front.to_owned();
    let mut n = 0;
    while text.len() + one(n).len() + each.len() * (n + 1) + once.len() <= length {
        text.push_str(&one(n));
        n += 1;
    }
    text + &each.repeat(n) + once
}

fn once(call: &ToolCall) -> Duration {
    let tools: ToolMappings = serde_json::from_value(json!({"run_sql": {"sql": "/query"}})).unwrap();
    let mut spent = Duration::ZERO;
    timed(&mut spent, || effects::analyse(call, &tools, Some("/workspace")));
    spent
}
