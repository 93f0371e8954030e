//! JavaScript, where it only computes and prints, or reads, fetches and runs what it names literally.

mod names;
mod tokens;

use super::Deed;
use crate::effects::Action;
use names::{ATTRIBUTES, GLOBALS, KEYWORDS, MODULES, POWERS, PROCESS, TAKEN};
use std::collections::{BTreeMap, BTreeSet};
use tokens::Token;

/// What the code does; `None` if it is not read.
pub(super) fn read(text: &str) -> Option<Vec<Deed>> {
    let tokens = tokens::tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        modules: BTreeMap::new(),
        bound: BTreeSet::new(),
        deeds: Vec::new(),
    };
    for module in ["fs", "os", "path", "util", "url", "querystring", "child_process", "crypto"] {
        // `node -e` has them without being asked.
        reader.modules.insert(module.to_owned(), module.to_owned());
    }
    reader.bindings()?;
    reader.all()?;
    // What is changed in the environment changes what a command does.
    let runs = reader.deeds.iter().any(|deed| matches!(deed, Deed::Shell(_) | Deed::Program(_)));
    if runs && reader.deeds.contains(&Deed::Environment) {
        return None;
    }
    Some(reader.deeds)
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    /// Names that stand for modules.
    modules: BTreeMap<String, String>,
    /// Names that the text itself binds.
    bound: BTreeSet<String>,
    deeds: Vec<Deed>,
}

impl Reader<'_> {
    fn name_at(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn sign_at(&self, at: usize, sign: &str) -> bool {
        matches!(self.tokens.get(at), Some(Token::Sign(own)) if *own == sign)
    }

    fn text_at(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Text(Some(text))) => Some(text),
            _ => None,
        }
    }

    fn before(&self, at: usize, sign: &str) -> bool {
        at.checked_sub(1).is_some_and(|before| self.sign_at(before, sign))
    }

    /// `require('module')` from here: the module, and where it ends.
    fn required(&self, at: usize) -> Option<(String, usize)> {
        let module = self.text_at(at + 2).filter(|_| {
            self.name_at(at) == Some("require") && self.sign_at(at + 1, "(") && self.sign_at(at + 3, ")")
        })?;
        Some((module.strip_prefix("node:").unwrap_or(module).to_owned(), at + 4))
    }

    /// Names that are bound: by a declaration, as a parameter, by `catch`.
    fn bindings(&mut self) -> Option<()> {
        for at in 0..self.tokens.len() {
            let Some(name) = self.name_at(at) else { continue };
            match name {
                "const" | "let" | "var" => {
                    if let Some(names) = self.taken_from_data(at) {
                        for name in names {
                            self.bind(name)?;
                        }
                        continue;
                    }
                    let bound = self.name_at(at + 1)?.to_owned();
                    if let Some((module, end)) = self.required(at + 3).filter(|_| self.sign_at(at + 2, "="))
                        && MODULES.iter().any(|(known, _)| *known == module)
                    {
                        // A module as it is, with nothing behind it, by a name that means nothing else.
                        let other = self.modules.get(&bound).is_some_and(|known| *known != module);
                        let ends = matches!(
                            self.tokens.get(end),
                            None | Some(Token::Sign(";" | ",")) | Some(Token::Name(_))
                        );
                        if other
                            || !ends
                            || self.bound.contains(&bound)
                            || TAKEN.contains(&bound.as_str()) && bound != module
                        {
                            return None;
                        }
                        self.modules.insert(bound, module);
                        continue;
                    }
                    self.bind(bound)?;
                }
                "function" => {
                    let mut next = at + 1;
                    while let Some(token) = self.tokens.get(next) {
                        match token {
                            Token::Name(name) => {
                                let name = name.clone();
                                self.bind(name)?;
                            }
                            Token::Sign(")") => break,
                            Token::Sign("(" | ",") => {}
                            _ => return None,
                        }
                        next += 1;
                    }
                }
                "catch" if !self.before(at, ".") && self.sign_at(at + 1, "(") => {
                    let name = self.name_at(at + 2)?.to_owned();
                    self.bind(name)?;
                }
                _ => {}
            }
            // `a => …`
            if self.sign_at(at + 1, "=>") {
                let name = self.name_at(at)?.to_owned();
                self.bind(name)?;
            }
        }
        // `(a, b) => …`, and `let a = 1, b = 2`
        for at in 0..self.tokens.len() {
            if self.sign_at(at, "=>") && self.before(at, ")") {
                let mut before = at.checked_sub(2)?;
                while !self.sign_at(before, "(") {
                    match self.tokens.get(before)? {
                        Token::Name(name) => {
                            let name = name.clone();
                            self.bind(name)?;
                        }
                        Token::Sign(",") => {}
                        _ => return None,
                    }
                    before = before.checked_sub(1)?;
                }
            }
            if self.sign_at(at, "=") && self.before(at, "}") && self.ends_taking(at - 1) {
                continue;
            }
            if self.sign_at(at, "=") && self.is_declaration_of_module(at) {
                continue;
            }
            if self.sign_at(at, "=") && !self.before(at, "]") {
                let name = at.checked_sub(1).and_then(|before| self.name_at(before))?.to_owned();
                // An attribute that is set.
                if at.checked_sub(2).is_some_and(|before| self.sign_at(before, ".")) {
                    return None;
                }
                self.bind(name)?;
            } else if self.sign_at(at, "=") {
                return None;
            }
        }
        Some(())
    }

    /// Whether this `=` is that of `const name = require('module')`.
    fn is_declaration_of_module(&self, at: usize) -> bool {
        let declares = at
            .checked_sub(2)
            .and_then(|before| self.name_at(before))
            .is_some_and(|name| matches!(name, "const" | "let" | "var"));
        let name = at.checked_sub(1).and_then(|before| self.name_at(before));
        declares
            && self
                .required(at + 1)
                .is_some_and(|(module, _)| name.is_some_and(|name| self.modules.get(name) == Some(&module)))
    }

    /// The names of `const { name, version } = require('./package.json')`: members of a document, and nothing else.
    fn taken_from_data(&self, at: usize) -> Option<Vec<String>> {
        if !self.sign_at(at + 1, "{") {
            return None;
        }
        let mut names = Vec::new();
        let mut next = at + 2;
        loop {
            let name = self.name_at(next).filter(|name| is_data(name))?;
            names.push(name.to_owned());
            next += 1;
            if self.sign_at(next, "}") {
                break;
            }
            if !self.sign_at(next, ",") {
                return None;
            }
            next += 1;
        }
        let (module, _) = self.required(next + 2).filter(|_| self.sign_at(next + 1, "="))?;
        (module.starts_with(['.', '/']) && module.ends_with(".json")).then_some(names)
    }

    /// Whether the brace that ends here is that of such a declaration.
    fn ends_taking(&self, at: usize) -> bool {
        let open = (0..at).rev().find(|before| self.sign_at(*before, "{"));
        let declares = open
            .and_then(|open| open.checked_sub(1))
            .filter(|at| self.name_at(*at).is_some_and(|name| matches!(name, "const" | "let" | "var")));
        declares.is_some_and(|declares| self.taken_from_data(declares).is_some())
    }

    fn bind(&mut self, name: String) -> Option<()> {
        let taken = KEYWORDS.contains(&name.as_str())
            || POWERS.contains(&name.as_str())
            || TAKEN.contains(&name.as_str())
            || GLOBALS.iter().any(|(known, _)| *known == name)
            || name.contains("__")
            || self.modules.contains_key(&name);
        if taken {
            return None;
        }
        self.bound.insert(name);
        Some(())
    }

    fn all(&mut self) -> Option<()> {
        while let Some(token) = self.tokens.get(self.at) {
            let at = self.at;
            self.at += 1;
            match token {
                Token::Name(name) => {
                    let name = name.clone();
                    self.name(at, &name)?;
                }
                Token::Sign("[") => self.bracket(at)?,
                // A key that is a text or computed may be any; what is taken apart may be anything.
                Token::Text(_) if self.sign_at(at + 1, ":") && !self.before(at, "?") => return None,
                Token::Sign("]") if self.sign_at(at + 1, ":") => return None,
                Token::Text(_) if self.sign_at(at + 1, "(") => return None,
                Token::Sign("}") if self.sign_at(at + 1, "=") && self.ends_taking(at) => {}
                Token::Sign("}")
                    if self.sign_at(at + 1, "=")
                        || self.sign_at(at + 1, "of")
                        || self.name_at(at + 1) == Some("of") =>
                {
                    return None;
                }
                Token::Text(_) | Token::Number | Token::Sign(_) => {}
            }
        }
        Some(())
    }

    /// `[…]` behind a value takes a member of it, which must be named; elsewhere it is a list.
    fn bracket(&mut self, at: usize) -> Option<()> {
        let member = match at.checked_sub(1).and_then(|before| self.tokens.get(before)) {
            Some(Token::Name(name)) => !matches!(
                name.as_str(),
                "return" | "in" | "of" | "case" | "typeof" | "void" | "await" | "new" | "else" | "throw"
            ),
            Some(Token::Number | Token::Text(_) | Token::Sign(")" | "]" | "}" | "?.")) => true,
            _ => false,
        };
        if !member {
            // `let [a] = …` takes something apart.
            let declares = at
                .checked_sub(1)
                .and_then(|before| self.name_at(before))
                .is_some_and(|name| matches!(name, "let" | "const" | "var"));
            return (!declares).then_some(());
        }
        let harmless = match self.tokens.get(at + 1) {
            Some(Token::Number) => true,
            Some(Token::Text(Some(name))) => is_data(name),
            _ => false,
        };
        // A member that is called is named behind a dot.
        (harmless && self.sign_at(at + 2, "]") && !self.sign_at(at + 3, "(")).then_some(())
    }

    fn name(&mut self, at: usize, name: &str) -> Option<()> {
        if name.contains("__") || name.contains('$') && name != "$" {
            return None;
        }
        if self.before(at, ".") || self.before(at, "?.") {
            return ATTRIBUTES.contains(&name).then_some(());
        }
        // The key of an object.
        if self.sign_at(at + 1, ":") && (self.before(at, "{") || self.before(at, ",")) {
            return is_data(name).then_some(());
        }
        match name {
            "require" => return self.require(at),
            "process" => return self.process(at),
            "fetch" => {
                let url = self
                    .text_at(at + 2)
                    .filter(|_| self.sign_at(at + 1, "(") && self.sign_at(at + 3, ")"))?
                    .to_owned();
                self.deeds.push(Deed::Fetch(url));
                self.at = at + 4;
                return Some(());
            }
            "Buffer" => {
                let whole = self.sign_at(at + 1, ".") && self.name_at(at + 2) == Some("from");
                self.at = at + 3;
                return whole.then_some(());
            }
            "new" => {
                return matches!(
                    self.name_at(at + 1),
                    Some("Date" | "Set" | "Map" | "Array" | "Error" | "TypeError")
                )
                .then_some(());
            }
            _ => {}
        }
        if let Some(module) = self.modules.get(name).cloned() {
            // Its declaration.
            if self.sign_at(at + 1, "=") && self.name_at(at + 2) == Some("require") {
                self.at = at + 6;
                return Some(());
            }
            return self.member(&module, at + 1);
        }
        if KEYWORDS.contains(&name) {
            return Some(());
        }
        if POWERS.contains(&name) {
            return None;
        }
        if self.bound.contains(name) {
            return Some(());
        }
        let (_, members) = GLOBALS.iter().find(|(known, _)| *known == name)?;
        if self.sign_at(at + 1, ".") {
            let member = self.name_at(at + 2)?;
            let known = *members == "*" && is_data(member) || members.split(' ').any(|one| one == member);
            self.at = at + 3;
            return known.then_some(());
        }
        // `console`, `Object` and their kin as values may be asked for anything.
        let called = self.sign_at(at + 1, "(")
            || at.checked_sub(1).and_then(|before| self.name_at(before)) == Some("new");
        let passed = matches!(
            name,
            "String"
                | "Number"
                | "Boolean"
                | "parseInt"
                | "parseFloat"
                | "isNaN"
                | "BigInt"
                | "encodeURIComponent"
        );
        (called && !matches!(name, "Object" | "console" | "JSON" | "Math" | "Intl") || passed).then_some(())
    }

    /// A member of a module, from the dot on.
    fn member(&mut self, module: &str, at: usize) -> Option<()> {
        if !self.sign_at(at, ".") {
            return None;
        }
        let member = self.name_at(at + 1)?.to_owned();
        let end = at + 2;
        let first = self.text_at(end + 1).filter(|_| self.sign_at(end, "(")).map(str::to_owned);
        let closes = self.sign_at(end + 2, ")");
        // `, 'utf8'`
        let encoded =
            self.sign_at(end + 2, ",") && self.text_at(end + 3).is_some() && self.sign_at(end + 4, ")");
        let deed = match (module, member.as_str(), first) {
            ("fs", "readFileSync", Some(path)) if closes || encoded => {
                Some(Deed::File(Action::FILE_READ, path, false))
            }
            ("fs", "existsSync" | "statSync" | "readdirSync" | "lstatSync", Some(path)) if closes => {
                Some(Deed::File(Action::FILE_LIST, path, false))
            }
            ("fs", "unlinkSync" | "rmdirSync", Some(path)) if closes => {
                Some(Deed::File(Action::FILE_DELETE, path, false))
            }
            ("fs", "mkdirSync", Some(path)) if closes => Some(Deed::File(Action::FILE_WRITE, path, false)),
            ("fs", "writeFileSync" | "appendFileSync", Some(path)) if self.sign_at(end + 2, ",") => {
                Some(Deed::File(Action::FILE_WRITE, path, false))
            }
            ("fs", "rmSync", Some(path)) => Some(Deed::File(Action::FILE_DELETE, path, true)),
            ("child_process", "execSync", Some(text)) if closes => Some(Deed::Shell(text)),
            _ => None,
        };
        if let Some(deed) = deed {
            // What stands in the brackets behind the name of the file is read on.
            self.at = end + 2;
            self.deeds.push(deed);
            return Some(());
        }
        let (_, members) = MODULES.iter().find(|(known, _)| *known == module)?;
        self.at = end;
        members.split(' ').any(|one| one == member).then_some(())
    }

    fn require(&mut self, at: usize) -> Option<()> {
        let (module, end) = self.required(at)?;
        if let Some((known, _)) = MODULES.iter().find(|(known, _)| *known == module) {
            return self.member(known, end);
        }
        // A document of the project: data.
        if !module.starts_with(['.', '/']) || !module.ends_with(".json") {
            return None;
        }
        self.deeds.push(Deed::File(Action::FILE_READ, module, false));
        let mut next = end;
        while self.sign_at(next, ".") {
            let name = self.name_at(next + 1)?;
            if !is_data(name) && !ATTRIBUTES.contains(&name) {
                return None;
            }
            next += 2;
        }
        self.at = next;
        Some(())
    }

    fn process(&mut self, at: usize) -> Option<()> {
        if !self.sign_at(at + 1, ".") {
            return None;
        }
        let mut next = at + 1;
        let mut chain = String::new();
        while self.sign_at(next, ".") {
            let name = self.name_at(next + 1)?;
            let longer = if chain.is_empty() { name.to_owned() } else { format!("{chain}.{name}") };
            if chain == "env" {
                break;
            }
            if longer != "env"
                && !PROCESS.split(' ').any(|one| one == longer || one.starts_with(&format!("{longer}.")))
            {
                break;
            }
            chain = longer;
            next += 2;
        }
        self.at = next;
        if chain == "env" {
            self.deeds.push(Deed::Environment);
            // `.NAME`: a member, and not one that is set.
            if self.sign_at(next, ".") {
                let name = self.name_at(next + 1)?;
                if !is_data(name) || self.sign_at(next + 2, "=") {
                    return None;
                }
                self.at = next + 2;
            }
            return Some(());
        }
        PROCESS.split(' ').any(|one| one == chain).then_some(())
    }
}

/// Whether a name is one that data may have and nothing inherits.
fn is_data(name: &str) -> bool {
    !POWERS.contains(&name)
        && !name.contains("__")
        && !name.is_empty()
        && !matches!(name, "toString" | "valueOf" | "then" | "toJSON")
}
