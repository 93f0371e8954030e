//! `find`: its expression is read as a program over sets of files.
//!
//! Each test narrows the set, each action does something to what is left of it: `-delete`, `-exec … ;`,
//! `-fprint`. What a test cannot narrow it leaves as it was, so a set never lacks a file.

use super::landing;
use super::names::{directory_pattern, files_below, is_component, narrow, replaced};
use crate::effects::shell::command::below;
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, places, unknown};

pub(super) const ROWS: &[Row] = &[row("find bfs", "", "").style(Style::Raw).instead(find).examples(&[
    ("find", "file.list /workspace/**"),
    ("find /srv -name '*.log' -mtime +3 -delete", "file.list /srv/**; file.delete /srv/**/*.log"),
    ("find . -name '*.o' -exec rm {} +", "file.list /workspace/**; file.delete /workspace/**/*.o"),
    (
        "find . -type f -exec sed -i s/a/b/ {} \\;",
        "file.list /workspace/**; file.read /workspace/**/*; file.write /workspace/**/*",
    ),
    (
        "find . \\( -name a -o -name b \\) -execdir rm -rf {} \\;",
        "file.list /workspace/**; file.delete /workspace/**/a/**; file.delete /workspace/**/b/**",
    ),
    ("find . -name a -o -delete", "file.list /workspace/**; file.delete /workspace/**"),
    ("find . ! -name a -delete", "file.list /workspace/**; file.delete /workspace/**"),
    (
        "find . -iname '*.O' -delete",
        "file.list /workspace/**; file.delete /workspace/**; file.delete /workspace/**/*.O",
    ),
    (
        "find . -path '*/node_modules/*' -delete",
        "file.list /workspace/**; file.delete /workspace/**/node_modules/**",
    ),
    (
        "find . -fprint out -fls /tmp/ls",
        "file.list /workspace/**; file.write /workspace/out; file.write /tmp/ls",
    ),
    (
        "find a b -ok rm -r c \\;",
        "file.list /workspace/a/**; file.list /workspace/b/**; file.delete /workspace/c/**",
    ),
    ("find -files0-from x -delete", "file.read /workspace/x; file.list ?/**; file.delete ?"),
    ("find . -frobnicate", "file.list /workspace/**; unknown option_unknown"),
    ("find . -name x | xargs rm", "file.list /workspace/**; file.delete /workspace/**/x"),
    ("find . -exec rm {}", "file.list /workspace/**; file.delete /workspace/**; unknown option_value"),
    ("find --help", ""),
])];

/// Deepest nesting of parentheses that is followed.
const DEEPEST: usize = 32;

/// Most names a set of files is written out to; beyond it the trees as a whole are meant.
const MOST_NAMES: usize = 16;

const WITHOUT_ARGUMENT: &str = "-true -false -empty -executable -readable -writable -nouser -nogroup -depth -d -daystart -follow -mount -xdev -x -noleaf -ignore_readdir_race -noignore_readdir_race -warn -nowarn -prune -quit -sparse -hidden -nohidden -unique -s -X -E -acl -xattr";

const WITH_ARGUMENT: &str = "-amin -anewer -atime -cmin -cnewer -ctime -fstype -gid -group -ilname -inum -ipath -iregex -iwholename -links -lname -maxdepth -mindepth -mmin -mtime -newer -perm -regex -regextype -samefile -size -type -uid -used -user -xtype -context -Bmin -Btime -Bnewer -mnewer -flags -since -asince -csince";

/// Files, as far as tests say which.
#[derive(Debug, Clone)]
struct Set {
    /// Whether any file may be in it; the patterns are then some that are.
    all: bool,
    /// Whether directories are left out, and with them most roots.
    files: bool,
    /// Patterns of what stands below a root.
    patterns: Vec<String>,
}

impl Set {
    const fn all() -> Self {
        Self { all: true, files: false, patterns: Vec::new() }
    }

    const fn nothing() -> Self {
        Self { all: false, files: true, patterns: Vec::new() }
    }

    fn join(mut self, other: Self) -> Self {
        self.all |= other.all;
        self.files &= other.files;
        for pattern in other.patterns {
            if !self.patterns.contains(&pattern) {
                self.patterns.push(pattern);
            }
        }
        self
    }

    /// What is left when only files that match `pattern` stay. A set that is narrow already stays as it is.
    fn narrowed(self, pattern: Option<String>) -> Self {
        match pattern {
            Some(pattern) if self.all => Self { all: false, files: self.files, patterns: vec![pattern] },
            _ => self,
        }
    }

    /// The same set, of which some files are known.
    fn hinted(mut self, pattern: Option<String>) -> Self {
        if self.all {
            self.patterns.extend(pattern);
        }
        self
    }
}

/// An expression on its way.
struct Finder<'r, 'a, 'f> {
    run: &'r mut Run<'a>,
    words: &'f [Field],
    at: usize,
    depth: usize,
    /// Where it starts: the path, and the name as it was written.
    roots: Vec<(Name, Option<String>)>,
    /// What it prints, and whether that is names alone.
    printed: Option<Set>,
    output: Stream,
    acts: bool,
}

fn find(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if arguments
        .iter()
        .any(|field| matches!(field.text(), Some("-help" | "--help" | "-version" | "--version")))
    {
        return Stream::foreign();
    }
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("-H" | "-L" | "-P" | "-E" | "-X" | "-d" | "-s" | "-x") => rest = after,
            Some("-D") => rest = after.get(1..).unwrap_or_default(),
            Some("-f") => rest = after,
            Some(text) if text.starts_with("-O") => rest = after,
            _ => break,
        }
    }
    let paths = rest.iter().take_while(|field| !begins_expression(field)).count();
    let (paths, words) = rest.split_at_checked(paths).unwrap_or((rest, &[]));
    let mut roots = Vec::new();
    for field in paths {
        if field.may_be_option() {
            run.doubt(unknown::OPTION_DYNAMIC);
        }
        let written = field.text().map(str::to_owned);
        roots.extend(meaning::names(run, field).into_iter().map(|name| (name, written.clone())));
    }
    for (i, field) in words.iter().enumerate() {
        if field.text() == Some("-files0-from") {
            let list = words.get(i + 1).cloned().unwrap_or_default();
            meaning::path(run, Action::FILE_READ, &list, false);
            roots.push((Name::Dynamic, None));
        }
    }
    if roots.is_empty() {
        let here = meaning::names(run, &Field::literal("."));
        roots.extend(here.into_iter().map(|name| (name, Some(".".to_owned()))));
    }
    for (root, _) in &roots {
        run.effect(Action::FILE_LIST, Resource::tree(root.clone()));
    }
    let mut finder =
        Finder { run, words, at: 0, depth: 0, roots, printed: None, output: Stream::default(), acts: false };
    let found = finder.list(Set::all());
    if finder.at < words.len() {
        finder.run.doubt(unknown::OPERAND);
    }
    let printed = match finder.printed.take() {
        Some(set) => Some(set),
        None if !finder.acts => Some(found),
        None => None,
    };
    let mut output = std::mem::take(&mut finder.output);
    let names = printed.map(|set| finder.names(&set));
    if let Some(names) = names {
        for name in &names {
            // Looking for credentials by name says more than looking at all names.
            if matches!(name, Name::Glob(_))
                && !places::amounts_to(&Action::FILE_LIST, name, false).is_empty()
            {
                run.effect(Action::FILE_LIST, Resource::path(name.clone()));
            }
        }
        output = Stream::paths(names).then(output);
    }
    output
}

fn begins_expression(field: &Field) -> bool {
    field.prefix().starts_with('-')
        || matches!(field.text(), Some("(" | "!" | ","))
        || field.text() == Some(")")
}

impl Finder<'_, '_, '_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).and_then(Field::text)
    }

    fn next(&mut self) -> Option<Field> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        if word.is_none() {
            self.run.doubt(unknown::OPTION_VALUE);
        }
        word
    }

    /// `a , b`
    fn list(&mut self, set: Set) -> Set {
        let mut found = self.either(set.clone());
        while self.peek() == Some(",") {
            self.at += 1;
            found = self.either(set.clone());
        }
        found
    }

    /// `a -o b`: what `b` sees are files for which `a` was false, any of them.
    fn either(&mut self, set: Set) -> Set {
        let mut found = self.both(set.clone());
        while matches!(self.peek(), Some("-o" | "-or")) {
            self.at += 1;
            found = found.join(self.both(set.clone()));
        }
        found
    }

    /// `a b`, `a -a b`
    fn both(&mut self, set: Set) -> Set {
        let mut set = set;
        loop {
            match self.peek() {
                Some("-a" | "-and") => self.at += 1,
                Some("-o" | "-or" | "," | ")") => return set,
                _ if self.at >= self.words.len() => return set,
                _ => set = self.one(set),
            }
        }
    }

    fn one(&mut self, set: Set) -> Set {
        let Some(word) = self.next() else { return set };
        let Some(text) = word.text().map(str::to_owned) else {
            self.run.doubt(unknown::OPTION_DYNAMIC);
            return set;
        };
        match text.as_str() {
            "!" | "-not" => {
                if self.at < self.words.len() {
                    self.one(set.clone());
                }
                return set;
            }
            "(" => {
                if self.depth >= DEEPEST {
                    self.run.doubt(unknown::SHELL_NESTED);
                    self.at = self.words.len();
                    return set;
                }
                self.depth += 1;
                let found = self.list(set);
                self.depth -= 1;
                if self.peek() == Some(")") {
                    self.at += 1;
                } else {
                    self.run.doubt(unknown::OPTION_VALUE);
                }
                return found;
            }
            "-name" | "-wholename" | "-path" | "-iname" => {
                let Some(pattern) = self.next() else { return set };
                let pattern = pattern.text_with_wildcards();
                let narrow = match text.as_str() {
                    "-name" | "-iname" => pattern.filter(|pattern| is_component(pattern)),
                    _ => pattern.and_then(|pattern| directory_pattern(&pattern)),
                };
                return if text == "-iname" { set.hinted(narrow) } else { set.narrowed(narrow) };
            }
            "-type" | "-xtype" => {
                let kind = self.next();
                let files = kind.and_then(|kind| kind.text().map(|kind| !kind.contains('d'))) == Some(true);
                return Set { files: set.files || files, ..set };
            }
            "-false" => return Set::nothing(),
            _ => {}
        }
        if WITHOUT_ARGUMENT.split(' ').any(|word| word == text) {
            return set;
        }
        if WITH_ARGUMENT.split(' ').any(|word| word == text) || text.starts_with("-newer") && text.len() == 8
        {
            self.next();
            return set;
        }
        self.action(&text, &set);
        set
    }

    fn action(&mut self, text: &str, set: &Set) {
        match text {
            "-print" | "-print0" => self.print(set),
            "-printf" => {
                let format = self.next().and_then(|field| field.text().map(str::to_owned));
                // `%p` is the name as `-print` has it, `%f` its last part.
                match format.as_deref() {
                    Some("%p\\n" | "%p\\0") => self.print(set),
                    _ => self.says(Stream::local()),
                }
            }
            "-ls" => self.says(Stream::local()),
            "-delete" => {
                self.acts = true;
                for name in self.names(set) {
                    self.run.effect(Action::FILE_DELETE, Resource::path(name));
                }
            }
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                self.acts = true;
                if let Some(file) = self.next() {
                    meaning::path(self.run, Action::FILE_WRITE, &file, false);
                }
                if text == "-fprintf" {
                    self.next();
                }
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => self.exec(text, set),
            "-files0-from" => {
                self.next();
            }
            _ => self.run.doubt(unknown::OPTION_UNKNOWN),
        }
    }

    fn print(&mut self, set: &Set) {
        let before = self.printed.take().unwrap_or_else(Set::nothing);
        self.printed = Some(before.join(set.clone()));
    }

    fn says(&mut self, output: Stream) {
        self.acts = true;
        self.output = std::mem::take(&mut self.output).then(output);
    }

    /// `-exec command {} ;`, `-exec command {} +`
    fn exec(&mut self, option: &str, set: &Set) {
        let in_its_directory = option.ends_with("dir");
        let wrapper = format!("find {option}");
        let mut command: Vec<Field> = Vec::new();
        let mut many = false;
        while let Some(word) = self.next() {
            many = word.text() == Some("+") && command.last().and_then(Field::text) == Some("{}");
            if many || word.text() == Some(";") {
                break;
            }
            command.push(word);
        }
        let takes = command.iter().any(|field| field.bits().iter().any(has_braces));
        let names = if takes { self.names(set) } else { vec![Name::Dynamic] };
        let mut output = Stream::default();
        for name in names {
            let fields: Vec<Field> =
                command.iter().map(|field| replaced(field, "{}", &landing::field(name.clone()))).collect();
            output = output.then(self.run.within(&wrapper, None, |run| {
                let state = run.state.clone();
                if in_its_directory {
                    run.state.move_to(None);
                }
                let before = std::mem::replace(&mut run.many, many);
                let output = run.program(&fields, Stream::default());
                run.many = before;
                let written = std::mem::take(&mut run.state.written);
                run.state = state;
                run.state.written = written;
                output
            }));
        }
        self.says(output);
    }

    /// The files of a set, as names.
    fn names(&self, set: &Set) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut add = |name: Name| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        for (root, written) in &self.roots {
            let mut whole = set.all;
            for pattern in &set.patterns {
                match narrow(root, written.as_deref(), pattern) {
                    Some(found) => found.into_iter().for_each(&mut add),
                    None => whole = true,
                }
            }
            if whole {
                if set.files && set.all {
                    files_below(root, written.as_deref()).into_iter().for_each(&mut add);
                } else {
                    add(below(root.clone()));
                }
            }
        }
        if names.len() > MOST_NAMES {
            names = self.roots.iter().map(|(root, _)| below(root.clone())).collect();
            names.dedup();
        }
        names
    }
}

fn has_braces(bit: &Bit) -> bool {
    matches!(bit, Bit::Text(text) if text.contains("{}"))
}
