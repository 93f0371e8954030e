//! Sub-commands judged by their words: `aws ec2 describe-instances` reads, `aws s3 rb` deletes.
//!
//! Clouds have thousands of sub-commands and name them alike. The first class whose pattern fits a word says
//! what they do; what fits none changes something, because reading is what has few names.

use super::given::Given;
use super::meaning;
use super::row::{Class, Verb};
use super::run::Run;
use crate::effects::unknown;

/// Most words of a sub-command that are looked at; behind them stand names.
const MOST: usize = 5;

/// Adds the effects of the class that fits the verb.
pub(super) fn judge(run: &mut Run<'_>, given: &Given, verb: Verb, classes: &'static [Class]) {
    let settled = given.settled.unwrap_or(given.operands.len()).min(MOST);
    let mut words: Vec<&str> = Vec::new();
    for field in given.operands.iter().take(settled) {
        match field.text() {
            Some(text) => words.push(text),
            // What stands in place of a verb may be any verb; what stands behind one is a name.
            None if words.len() < 2 => {
                run.doubt(unknown::SUBCOMMAND);
                break;
            }
            None => break,
        }
    }
    let class_of = |word: &str| {
        classes
            .iter()
            .find(|class| class.words.split_ascii_whitespace().any(|pattern| is_like(pattern, word)))
    };
    // `heroku config`: a thing alone is a verb where there is none.
    let thing = |word: &&&str| class_of(&format!(".{word}"));
    let rest = || classes.iter().find(|class| class.words.is_empty());
    let mut also = None;
    let chosen = match verb {
        Verb::First => first_verb(&words, class_of).or_else(|| {
            // A word behind the thing that is no thing may be a verb nobody knows.
            if words.last().is_some_and(|word| thing(&word).is_none()) {
                also = rest();
            }
            words.iter().find_map(|word| thing(&word))
        }),
        Verb::Second => words.get(1).or(words.first()).and_then(|word| class_of(word)),
        Verb::Last => words.last().and_then(|word| class_of(word)),
    };
    match paired(&words, classes).or(chosen).or_else(rest) {
        Some(class) => {
            let name = format!("{} {}", given.name, words.join(" "));
            meaning::declared(run, class.does, &name);
            if let Some(also) = also {
                meaning::declared(run, also.does, &name);
            }
        }
        None => run.doubt(unknown::SUBCOMMAND),
    }
}

/// Words that are verbs where nothing else is one, and things where a verb stands behind them: `logging logs delete`.
const THINGS: &[&str] = &[
    "log", "logs", "history", "status", "info", "version", "versions", "view", "search", "query", "queries",
    "head", "metrics", "events", "state", "check", "checks", "test", "access", "ps", "activity", "releases",
    "preview", "export", "import",
];

/// The class of the first word that is a verb.
fn first_verb<'c>(words: &[&str], class_of: impl Fn(&str) -> Option<&'c Class>) -> Option<&'c Class> {
    let mut verbs = words.iter().filter_map(|word| class_of(word).map(|class| (word, class)));
    let (word, class) = verbs.next()?;
    let behind = THINGS.contains(word).then(|| verbs.next()).flatten();
    Some(behind.map_or(class, |(_, class)| class))
}

/// The class of a verb that means something else behind a certain thing: `credential/show`.
fn paired(words: &[&str], classes: &'static [Class]) -> Option<&'static Class> {
    let fits = |pattern: &str| {
        let (thing, verb) = pattern.split_once('/')?;
        let at = words.iter().position(|word| is_like(thing, word))?;
        words.get(at + 1..)?.iter().any(|word| is_like(verb, word)).then_some(())
    };
    classes.iter().find(|class| class.words.split_ascii_whitespace().any(|pattern| fits(pattern).is_some()))
}

/// Whether a word matches a pattern with at most one `*` at each end.
fn is_like(pattern: &str, word: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => word.contains(pattern.trim_matches('*')),
        (Some(end), None) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == pattern,
    }
}
