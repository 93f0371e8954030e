//! Python, where it only computes and prints, or opens, fetches and runs what it names literally.

mod deeds;
mod names;
mod tokens;

use super::Deed;
use crate::effects::Action;
use names::{ATTRIBUTES, BUILTINS, KEYWORDS, MODULES, PACKAGES, POWERS, VERSIONS};
use std::collections::{BTreeMap, BTreeSet};
use tokens::Token;

/// What the code does; `None` if it is not read.
pub(super) fn read(text: &str) -> Option<Vec<Deed>> {
    let tokens = tokens::tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        imported: BTreeMap::new(),
        bound: BTreeSet::new(),
        deeds: Vec::new(),
        has_paths: false,
    };
    reader.imports()?;
    reader.bindings();
    reader.at = 0;
    reader.all()?;
    // What is changed in the environment changes what a command does.
    let runs = reader.deeds.iter().any(|deed| matches!(deed, Deed::Shell(_) | Deed::Program(_)));
    if runs && tokens.iter().filter_map(Token::name).any(|name| name.contains("environ")) {
        return None;
    }
    // A path that was found can change its file by what is harmless to a text.
    let changes =
        |name: &str| matches!(name, "replace" | "copy" | "type" | "open" | "unlink" | "rename" | "map");
    if reader.has_paths && tokens.iter().filter_map(Token::name).any(changes) {
        return None;
    }
    Some(reader.deeds)
}

/// What an imported name stands for: a module, and the names behind it.
#[derive(Debug, Clone)]
struct Imported {
    module: String,
    /// Empty for the module itself.
    chain: String,
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    imported: BTreeMap<String, Imported>,
    /// Names that the text itself binds.
    bound: BTreeSet<String>,
    deeds: Vec<Deed>,
    /// Whether paths are among the values, not only their names.
    has_paths: bool,
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    fn name_at(&self, at: usize) -> Option<&str> {
        self.token(at).and_then(Token::name)
    }

    fn sign_at(&self, at: usize, sign: &str) -> bool {
        self.token(at).is_some_and(|token| token.is(sign))
    }

    fn text_at(&self, at: usize) -> Option<&str> {
        match self.token(at) {
            Some(Token::Text(Some(text))) => Some(text),
            _ => None,
        }
    }

    /// `a.b.c` from here, and where it ends.
    fn dotted(&self, from: usize) -> Option<(String, usize)> {
        let mut name = self.name_at(from)?.to_owned();
        let mut at = from + 1;
        while self.sign_at(at, ".") {
            name.push('.');
            name.push_str(self.name_at(at + 1)?);
            at += 2;
        }
        Some((name, at))
    }

    /// Reads every import, wherever it stands.
    fn imports(&mut self) -> Option<()> {
        for at in 0..self.tokens.len() {
            let behind_a_dot = at.checked_sub(1).is_some_and(|before| self.sign_at(before, "."));
            match self.name_at(at) {
                Some("import") if !behind_a_dot && !self.is_behind_from(at) => self.import(at + 1)?,
                Some("from") if !behind_a_dot && !self.is_behind_yield(at) => self.import_from(at + 1)?,
                _ => {}
            }
        }
        Some(())
    }

    fn is_behind_from(&self, at: usize) -> bool {
        // `from a.b import`: back over a dotted name.
        let mut before = at;
        while before > 0
            && (self.name_at(before - 1).is_some_and(|name| name != "from") || self.sign_at(before - 1, "."))
        {
            before -= 1;
        }
        before > 0 && self.name_at(before - 1) == Some("from")
    }

    fn is_behind_yield(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| matches!(self.name_at(before), Some("yield")))
    }

    fn import(&mut self, from: usize) -> Option<()> {
        let mut at = from;
        loop {
            let (module, after) = self.dotted(at)?;
            at = after;
            known(&module)?;
            self.deeds.push(Deed::Import(module.clone()));
            if self.name_at(at) == Some("as") {
                let alias = self.name_at(at + 1)?.to_owned();
                self.alias(alias, Imported { module, chain: String::new() })?;
                at += 2;
            } else {
                let first = module.split('.').next().unwrap_or(&module).to_owned();
                known(&first)?;
                self.alias(first.clone(), Imported { module: first, chain: String::new() })?;
            }
            if !self.sign_at(at, ",") {
                break;
            }
            at += 1;
        }
        matches!(self.token(at), None | Some(Token::End)).then_some(())
    }

    fn import_from(&mut self, from: usize) -> Option<()> {
        let (module, mut at) = self.dotted(from)?;
        known(&module)?;
        self.deeds.push(Deed::Import(module.clone()));
        if self.name_at(at) != Some("import") {
            return None;
        }
        at += 1;
        let bracket = self.sign_at(at, "(");
        at += usize::from(bracket);
        loop {
            let name = self.name_at(at)?.to_owned();
            at += 1;
            let mut alias = name.clone();
            if self.name_at(at) == Some("as") {
                self.name_at(at + 1)?.clone_into(&mut alias);
                at += 2;
            }
            self.alias(alias, Imported { module: module.clone(), chain: name })?;
            if !self.sign_at(at, ",") {
                break;
            }
            at += 1;
            if bracket && self.sign_at(at, ")") {
                break;
            }
        }
        if bracket {
            if !self.sign_at(at, ")") {
                return None;
            }
            at += 1;
        }
        matches!(self.token(at), None | Some(Token::End)).then_some(())
    }

    /// A name that stands for two things, or for something that is always there, is not followed.
    fn alias(&mut self, alias: String, imported: Imported) -> Option<()> {
        let other = self
            .imported
            .get(&alias)
            .is_some_and(|known| known.module != imported.module || known.chain != imported.chain);
        if other || KEYWORDS.contains(&alias.as_str()) || POWERS.contains(&alias.as_str()) {
            return None;
        }
        self.imported.insert(alias, imported);
        Some(())
    }

    /// Collects the names that the text binds: by assignment, `for`, `as`, `def`, `lambda`.
    fn bindings(&mut self) {
        let mut bound = BTreeSet::new();
        let bind = |at: usize, bound: &mut BTreeSet<String>| {
            let attribute = at.checked_sub(1).is_some_and(|before| self.sign_at(before, "."));
            if let Some(name) = self.name_at(at).filter(|_| !attribute) {
                bound.insert(name.to_owned());
            }
        };
        for at in 0..self.tokens.len() {
            match self.token(at) {
                Some(Token::Sign(
                    "=" | ":=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=" | "**=" | "|=" | "&=" | "^="
                    | ">>=" | "<<=",
                )) => {
                    // Back over the targets: `a, b = …`.
                    let mut before = at;
                    while let Some(one) = before.checked_sub(1)
                        && (self.name_at(one).is_some_and(|name| !KEYWORDS.contains(&name))
                            || [",", "(", ")", "[", "]", "*"].iter().any(|sign| self.sign_at(one, sign)))
                    {
                        bind(one, &mut bound);
                        before = one;
                    }
                }
                Some(Token::Name(name)) if name == "as" => bind(at + 1, &mut bound),
                Some(Token::Name(name)) if name == "for" => {
                    let mut next = at + 1;
                    while self.token(next).is_some()
                        && self.name_at(next) != Some("in")
                        && !matches!(self.token(next), Some(Token::End))
                    {
                        bind(next, &mut bound);
                        next += 1;
                    }
                }
                Some(Token::Name(name)) if name == "def" || name == "lambda" => {
                    let mut next = at + 1;
                    while self.token(next).is_some()
                        && !self.sign_at(next, ":")
                        && !matches!(self.token(next), Some(Token::End))
                    {
                        bind(next, &mut bound);
                        next += 1;
                    }
                }
                _ => {}
            }
        }
        self.bound = bound;
    }

    fn all(&mut self) -> Option<()> {
        while let Some(token) = self.token(self.at).cloned() {
            let at = self.at;
            self.at += 1;
            match token {
                Token::Name(name) => {
                    let name = name.clone();
                    self.name(at, &name)?;
                }
                // What a text is may be called: no.
                Token::Text(_) if self.sign_at(at + 1, "(") => return None,
                Token::Sign("@") => return None,
                Token::Text(_) | Token::Number | Token::End | Token::Sign(_) => {}
            }
        }
        Some(())
    }

    fn name(&mut self, at: usize, name: &str) -> Option<()> {
        let behind_a_dot = at.checked_sub(1).is_some_and(|before| self.sign_at(before, "."));
        if behind_a_dot {
            return self.attribute(at, name);
        }
        // The names in an import were read as what they are.
        if matches!(name, "import" | "from") && !self.is_behind_yield(at) {
            while self.token(self.at).is_some_and(|token| *token != Token::End) {
                self.at += 1;
            }
            return Some(());
        }
        if KEYWORDS.contains(&name) {
            return Some(());
        }
        // The name of an argument.
        if self.sign_at(at + 1, "=") && !POWERS.contains(&name) && !name.starts_with('_') {
            return (!self.imported.contains_key(name)).then_some(());
        }
        if let Some(imported) = self.imported.get(name).cloned() {
            return self.imported_name(at, &imported);
        }
        match name {
            "open" => self.open(at),
            "help" => {
                let module = self.text_at(at + 2).map(|text| text.split('.').next().unwrap_or(text))?;
                let known = self.sign_at(at + 1, "(")
                    && self.sign_at(at + 3, ")")
                    && (MODULES.iter().any(|(name, _)| *name == module) || BUILTINS.contains(&module));
                self.at = at + 4;
                known.then_some(())
            }
            _ if POWERS.contains(&name) || name.starts_with('_') => {
                (name == "_" || name == "__name__").then_some(())
            }
            _ if BUILTINS.contains(&name) || self.bound.contains(name) => Some(()),
            _ => None,
        }
    }

    fn attribute(&mut self, at: usize, name: &str) -> Option<()> {
        // An attribute that is set.
        if self.sign_at(at + 1, "=") || self.sign_at(at + 1, ":=") {
            return None;
        }
        if name == "format" {
            // On a literal alone, and nothing of what it is given is looked into.
            let text = at.checked_sub(2).and_then(|before| self.text_at(before))?;
            let plain = !text.contains("__")
                && !text
                    .split('{')
                    .skip(1)
                    .any(|part| part.split(['}', ':', '!']).next().unwrap_or_default().contains(['.', '[']));
            return plain.then_some(());
        }
        ATTRIBUTES.contains(&name).then_some(())
    }

    /// A name that came from a module: the whole chain must be known.
    fn imported_name(&mut self, at: usize, imported: &Imported) -> Option<()> {
        // A name that is bound anew is not followed.
        if [":=", "+=", "-="].iter().any(|sign| self.sign_at(at + 1, sign)) {
            return None;
        }
        let (whole, end) = self.dotted(at)?;
        let own = whole.split_once('.').map_or("", |(_, rest)| rest);
        let chain = match (imported.chain.is_empty(), own.is_empty()) {
            (true, _) => own.to_owned(),
            (false, true) => imported.chain.clone(),
            (false, false) => format!("{}.{own}", imported.chain),
        };
        if self.sign_at(end, "=") {
            return None;
        }
        let full =
            if chain.is_empty() { imported.module.clone() } else { format!("{}.{chain}", imported.module) };
        if let Some(done) = self.deed(&full, end) {
            return done;
        }
        if full == "sys.path" {
            self.at = end;
            return self.is_only_shown(at, end).then_some(());
        }
        // Behind a known name stand attributes of its value.
        let mut known = chain.as_str();
        loop {
            if !known.is_empty() && is_harmless(&imported.module, known) {
                let attributes = chain.get(known.len()..).unwrap_or_default();
                let plain = attributes
                    .split('.')
                    .filter(|name| !name.is_empty())
                    .all(|name| ATTRIBUTES.contains(&name));
                if !plain || PACKAGES.contains(&imported.module.as_str()) && !attributes.is_empty() {
                    return None;
                }
                self.at = end;
                return Some(());
            }
            known = known.rsplit_once('.').map(|(before, _)| before)?;
        }
    }

    /// Whether a value that nobody may change goes straight into a function that shows or copies it, or a loop.
    fn is_only_shown(&self, at: usize, end: usize) -> bool {
        let function = at.checked_sub(2).and_then(|before| self.name_at(before)).unwrap_or_default();
        let behind_a_dot = at.checked_sub(3).is_some_and(|before| self.sign_at(before, "."));
        let shows =
            matches!(function, "print" | "len" | "repr" | "str" | "sorted" | "list" | "tuple" | "enumerate");
        let called =
            shows && !behind_a_dot && !self.bound.contains(function) && !self.imported.contains_key(function);
        let looped =
            at.checked_sub(1).and_then(|before| self.name_at(before)) == Some("in") && self.sign_at(end, ":");
        called && self.sign_at(at - 1, "(") && self.sign_at(end, ")") || looped
    }

    /// What names with effects do; `None` for others, `Some(None)` where they are not called as they must be.
    fn deed(&mut self, full: &str, end: usize) -> Option<Option<()>> {
        let path = |reader: &mut Self, action: Action, tree: bool| -> Option<()> {
            let text = reader.text_at(end + 1)?.to_owned();
            if !reader.sign_at(end, "(") || !reader.sign_at(end + 2, ")") {
                return None;
            }
            reader.deeds.push(Deed::File(action, text, tree));
            reader.at = end + 3;
            Some(())
        };
        Some(match full {
            "os.environ" | "os.getenv" | "os.environb" | "os.get_exec_path" => {
                // It may be read, not set.
                let harmless = ["HOME", "PATH", "USER", "PWD", "SHELL", "LANG", "TERM"];
                let named = self
                    .text_at(end + 1)
                    .or_else(|| self.text_at(end + 3))
                    .is_some_and(|name| harmless.contains(&name));
                let get = full == "os.getenv" || self.sign_at(end, "[");
                if !(named && get) {
                    self.deeds.push(Deed::Environment);
                }
                self.at = end;
                Some(())
            }
            "os.environ.get" | "os.environ.items" | "os.environ.keys" | "os.environ.values"
            | "os.environ.copy" => {
                self.deeds.push(Deed::Environment);
                self.at = end;
                Some(())
            }
            "os.listdir" | "os.scandir" | "os.walk" => {
                let (tree, empty) = (full == "os.walk", self.sign_at(end, "(") && self.sign_at(end + 1, ")"));
                if empty {
                    self.deeds.push(Deed::File(Action::FILE_LIST, ".".to_owned(), false));
                    self.at = end + 2;
                    Some(())
                } else {
                    path(self, Action::FILE_LIST, tree)
                }
            }
            "os.stat" => path(self, Action::FILE_LIST, false),
            "os.remove" | "os.unlink" | "os.rmdir" => path(self, Action::FILE_DELETE, false),
            "shutil.rmtree" => path(self, Action::FILE_DELETE, true),
            "os.mkdir" | "os.makedirs" => path(self, Action::FILE_WRITE, false),
            "glob.glob" | "glob.iglob" => {
                let root = self.text_at(end + 1).filter(|_| self.sign_at(end, "(")).map(|text| {
                    let fixed = text.split(['*', '?', '[']).next().unwrap_or_default();
                    match fixed.rsplit_once('/') {
                        Some(("", _)) => "/".to_owned(),
                        Some((directory, _)) => directory.to_owned(),
                        None => ".".to_owned(),
                    }
                });
                let recursive = self.sign_at(end + 2, ",")
                    && self.name_at(end + 3) == Some("recursive")
                    && self.sign_at(end + 4, "=")
                    && self.name_at(end + 5) == Some("True")
                    && self.sign_at(end + 6, ")");
                root.filter(|_| recursive || self.sign_at(end + 2, ")")).map(|root| {
                    self.deeds.push(Deed::File(Action::FILE_LIST, root, true));
                    self.at = end + 2;
                })
            }
            "os.system" | "os.popen" | "subprocess.getoutput" | "subprocess.getstatusoutput" => {
                let text = self
                    .text_at(end + 1)
                    .filter(|_| self.sign_at(end, "(") && self.sign_at(end + 2, ")"))
                    .map(str::to_owned);
                text.map(|text| {
                    self.deeds.push(Deed::Shell(text));
                    self.at = end + 3;
                })
            }
            "subprocess.run"
            | "subprocess.call"
            | "subprocess.check_call"
            | "subprocess.check_output"
            | "subprocess.Popen" => self.subprocess(end),
            "urllib.request.urlopen" | "requests.get" | "requests.head" => {
                let url = self.text_at(end + 1).filter(|_| self.sign_at(end, "(")).map(str::to_owned);
                match url {
                    Some(url) if self.sign_at(end + 2, ")") => {
                        self.at = end + 3;
                        self.deeds.push(Deed::Fetch(url));
                        Some(())
                    }
                    // `timeout=5`
                    Some(url)
                        if self.sign_at(end + 2, ",")
                            && self.name_at(end + 3) == Some("timeout")
                            && self.sign_at(end + 4, "=")
                            && self.token(end + 5) == Some(&Token::Number)
                            && self.sign_at(end + 6, ")") =>
                    {
                        self.at = end + 7;
                        self.deeds.push(Deed::Fetch(url));
                        Some(())
                    }
                    _ => None,
                }
            }
            "pathlib.Path" => self.path_object(end),
            "pathlib.Path.home" | "pathlib.Path.cwd" => {
                self.has_paths = true;
                self.at = end;
                Some(())
            }
            _ => return None,
        })
    }
}

/// Whether a module may be imported.
fn known(module: &str) -> Option<()> {
    let whole = |name: &str| MODULES.iter().any(|(known, _)| *known == name) || PACKAGES.contains(&name);
    whole(module).then_some(())
}

/// Whether a chain behind a module only computes.
fn is_harmless(module: &str, chain: &str) -> bool {
    if PACKAGES.contains(&module) {
        return VERSIONS.contains(&chain);
    }
    let of = |module: &str, chain: &str| {
        MODULES.iter().any(|(known, names)| {
            *known == module
                && (*names == "*" && !chain.contains('.') && !chain.starts_with('_')
                    || names.split(' ').any(|name| name == chain))
        })
    };
    // `import urllib.request` binds `urllib`, and `request` stands behind it.
    of(module, chain)
        || chain.split_once('.').is_some_and(|(first, rest)| of(&format!("{module}.{first}"), rest))
}
