//! Beside two other parsers: which programs each of them finds.

use toolgate_engine::effects::shell::parse::parse;
use toolgate_shell_oracles::programs::{self, Shown};
use toolgate_shell_oracles::{cases, expect_disagreements, generated};

/// A parser that is compared with: the programs it finds in a text, sorted; `None` if it does not accept it.
trait Oracle {
    fn name(&self) -> &'static str;

    fn programs(&self, text: &str) -> Option<Vec<String>>;

    /// Whether it looks into everything. Otherwise it may find fewer.
    fn complete(&self) -> bool;
}

/// `shuck-parser`.
struct Shuck;

impl Oracle for Shuck {
    fn name(&self) -> &'static str {
        "shuck"
    }

    fn programs(&self, text: &str) -> Option<Vec<String>> {
        let result = shuck_parser::parser::Parser::new(text).parse();
        if !result.is_ok() {
            return None;
        }
        let offset = |word: &Shown, end: &str| -> Option<usize> {
            word.field("span")?.field(end)?.field("offset")?.text()?.parse().ok()
        };
        let programs = programs::shown(&result.file, &|shown| {
            let Shown::Named(name, _) = shown else { return None };
            match name.as_str() {
                "SimpleCommand" => {
                    let word = shown.field("name")?;
                    let program = programs::of_text(text.get(offset(word, "start")?..offset(word, "end")?)?);
                    (!program.is_empty()).then_some(program)
                }
                "DeclClause" => {
                    let span = shown.field("variant_span")?;
                    let at = |end| span.field(end)?.field("offset")?.text()?.parse::<usize>().ok();
                    text.get(at("start")?..at("end")?).map(str::to_owned)
                }
                "BreakCommand" => Some("break".to_owned()),
                "ContinueCommand" => Some("continue".to_owned()),
                "ReturnCommand" => Some("return".to_owned()),
                "ExitCommand" => Some("exit".to_owned()),
                _ => None,
            }
        });
        Some(programs)
    }

    fn complete(&self) -> bool {
        true
    }
}

/// `rable`, which keeps words within `${…}`, arithmetic and here-documents as text.
struct Rable;

impl Oracle for Rable {
    fn name(&self) -> &'static str {
        "rable"
    }

    fn programs(&self, text: &str) -> Option<Vec<String>> {
        let nodes = rable::parse(text, true).ok()?;
        Some(programs::shown(&nodes, &|shown| {
            let words = shown.named("Command")?.field("words")?.items();
            let word = words.first()?.field("kind")?.field("value")?.text()?;
            Some(programs::of_text(word))
        }))
    }

    fn complete(&self) -> bool {
        false
    }
}

const NOT_ACCEPTED: &str = "not accepted";

/// How what an oracle found in a text differs from what is read.
fn difference(oracle: &dyn Oracle, text: &str, own: &[String]) -> Option<String> {
    let Some(found) = oracle.programs(text) else { return Some(NOT_ACCEPTED.to_owned()) };
    let missing: Vec<_> = own.iter().filter(|program| !found.contains(program)).collect();
    let more: Vec<_> = found.iter().filter(|program| !own.contains(program)).collect();
    let differs = oracle.complete() && !missing.is_empty() || !more.is_empty();
    differs.then(|| format!("does not find {missing:?}, finds {more:?}"))
}

fn compare_cases(oracle: &dyn Oracle) {
    let mut found = Vec::new();
    for case in cases() {
        let Ok(script) = parse(&case.text) else { continue };
        if let Some(how) = difference(oracle, &case.text, &programs::of(&script)) {
            found.push((case.text, how));
        }
    }
    expect_disagreements(oracle.name(), &found);
}

#[test]
fn shuck_finds_the_same_programs_in_the_cases() {
    compare_cases(&Shuck);
}

#[test]
fn rable_finds_no_other_programs_in_the_cases() {
    compare_cases(&Rable);
}

#[test]
fn every_program_of_a_generated_script_is_found() {
    for seed in 0..800 {
        let script = generated::script(seed);
        let read =
            parse(&script.text).unwrap_or_else(|why| panic!("seed {seed}: {}\n{}", why.what, script.text));
        assert_eq!(programs::of(&read), script.programs, "seed {seed}:\n{}", script.text);
    }
}

/// What the generator wrote is known; this shows that the generator means what it writes. `shuck-parser` does not accept
/// most of these scripts, which bash does.
#[test]
fn rable_finds_no_other_programs_in_generated_scripts() {
    let mut accepted = 0;
    for seed in 0..100 {
        let script = generated::script(seed);
        match difference(&Rable, &script.text, &script.programs) {
            Some(how) if how == NOT_ACCEPTED => {}
            Some(how) => panic!("seed {seed}: {how}\n{}", script.text),
            None => accepted += 1,
        }
    }
    assert!(accepted > 90, "{accepted} were accepted");
}
