//! The request items of HTTPie: `name=value` and `name@file` are a body, `name==value` is the query, `name:value`
//! a header.

use super::is_settled;
use crate::effects::Action;
use crate::effects::shell::address::{self, Deed};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;

pub(super) fn http(run: &mut Run<'_>, given: &Given) {
    let mut operands = given.operands.iter().peekable();
    let method = operands.peek().and_then(|one| one.text()).filter(|text| {
        given.operands.len() > 1 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic())
    });
    let method = method.map(str::to_ascii_uppercase);
    if method.is_some() {
        operands.next();
    }
    let Some(url) = operands.next() else { return };
    let flows = !given.input.is_nothing() && !given.has("-I");
    let mut sends = flows
        || given.has("--raw")
        || method.is_some_and(|name| !matches!(name.as_str(), "GET" | "HEAD" | "OPTIONS"));
    sends |= given.values("-a").any(|value| !is_settled(value));
    for item in operands {
        sends |= is_body(run, item) || !is_settled(item);
    }
    for proxy in given.values("--proxy") {
        let proxy = proxy.split_once(':').map_or_else(Field::any, |(_, proxy)| proxy);
        address::contact(run, Deed::Send, &proxy);
    }
    // `:8000/x` is the machine itself.
    let url = match url.text() {
        Some(text) if text.starts_with(':') => {
            let rest = text.strip_prefix(':').unwrap_or_default();
            let slash = if rest.starts_with('/') { "" } else { ":" };
            Field::literal(format!("http://localhost{slash}{rest}"))
        }
        _ => url.clone(),
    };
    if sends {
        meaning::send(run, &url)
    } else {
        meaning::fetch(run, &url)
    }
    if given.has("-d") && !given.has("-o") {
        super::save_as(run, None, &super::file_name(&url, Field::literal("index.html")));
    }
}

/// Whether an item is part of a body; a file it names is read.
fn is_body(run: &mut Run<'_>, item: &Field) -> bool {
    let text = item.prefix().to_owned();
    let Some(at) = text.find(['=', '@', ':']) else { return true };
    let rest = text.get(at..).unwrap_or_default();
    let operator = ["=@", ":=@", "==", ":=", "=", "@", ":"].iter().find(|one| rest.starts_with(**one));
    let Some(operator) = operator else { return true };
    if operator.ends_with('@')
        && let Some(file) = item.strip_prefix(text.get(..at + operator.len()).unwrap_or_default())
    {
        let file = match file.text() {
            Some(text) => Field::literal(text.split(';').next().unwrap_or_default()),
            None => file,
        };
        meaning::path(run, Action::FILE_READ, &file, false);
    }
    !matches!(*operator, "==" | ":")
}
