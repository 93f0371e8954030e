//! Calls that do something plain: a file opened by its name, a path object, another program.

use super::{Deed, Reader, Token};
use crate::effects::Action;

impl Reader<'_> {
    /// `open(name[, mode][, encoding=…])`
    pub(super) fn open(&mut self, at: usize) -> Option<()> {
        if !self.sign_at(at + 1, "(") {
            return None;
        }
        let file = self.text_at(at + 2)?.to_owned();
        let mut next = at + 3;
        let mut mode = "r".to_owned();
        while self.sign_at(next, ",") {
            if let Some(text) = self.text_at(next + 1) {
                text.clone_into(&mut mode);
                next += 2;
                continue;
            }
            let name = self.name_at(next + 1)?;
            let value = self.text_at(next + 3).filter(|_| self.sign_at(next + 2, "="))?;
            match name {
                "mode" => value.clone_into(&mut mode),
                "encoding" | "errors" | "newline" => {}
                _ => return None,
            }
            next += 4;
        }
        if !self.sign_at(next, ")") {
            return None;
        }
        self.at = next + 1;
        if mode.is_empty() || !mode.bytes().all(|b| b"rwaxbt+U".contains(&b)) {
            return None;
        }
        if mode.contains(['r', '+', 'U']) || !mode.contains(['w', 'a', 'x']) {
            self.deeds.push(Deed::File(Action::FILE_READ, file.clone(), false));
        }
        if mode.contains(['w', 'a', 'x', '+']) {
            self.deeds.push(Deed::File(Action::FILE_WRITE, file, false));
        }
        Some(())
    }

    /// `Path("x").read_text()`: what is done to the file stands behind its name.
    pub(super) fn path_object(&mut self, end: usize) -> Option<()> {
        let file = self
            .text_at(end + 1)
            .filter(|_| self.sign_at(end, "(") && self.sign_at(end + 2, ")"))
            .map(str::to_owned)?;
        self.at = end + 3;
        let method = self.name_at(end + 4).filter(|_| self.sign_at(end + 3, "."));
        let action = match method {
            Some("read_text" | "read_bytes") => (Action::FILE_READ, false),
            Some("iterdir") => (Action::FILE_LIST, false),
            Some("glob" | "rglob") => (Action::FILE_LIST, true),
            Some("write_text" | "write_bytes" | "touch" | "mkdir") => (Action::FILE_WRITE, false),
            Some("unlink" | "rmdir") => (Action::FILE_DELETE, false),
            Some("exists" | "is_file" | "is_dir" | "name" | "stem" | "suffix" | "parts" | "is_absolute") => {
                return Some(());
            }
            _ => return None,
        };
        self.has_paths |= matches!(method, Some("iterdir" | "glob" | "rglob"));
        self.deeds.push(Deed::File(action.0, file, action.1));
        self.at = end + 5;
        Some(())
    }

    /// `subprocess.run(["a", "b"], …)`, `subprocess.run("a b", shell=True, …)`
    pub(super) fn subprocess(&mut self, end: usize) -> Option<()> {
        if !self.sign_at(end, "(") {
            return None;
        }
        let mut next = end + 1;
        let mut words: Vec<String> = Vec::new();
        let list = self.sign_at(next, "[");
        if list {
            next += 1;
            while let Some(text) = self.text_at(next) {
                words.push(text.to_owned());
                next += 1;
                if !self.sign_at(next, ",") {
                    break;
                }
                next += 1;
            }
            if !self.sign_at(next, "]") {
                return None;
            }
        } else {
            words.push(self.text_at(next)?.to_owned());
        }
        next += 1;
        let mut shell = false;
        while self.sign_at(next, ",") {
            let name = self.name_at(next + 1)?;
            if !self.sign_at(next + 2, "=") {
                return None;
            }
            let (value, after) = match self.token(next + 3)? {
                Token::Name(_) => self.dotted(next + 3)?,
                Token::Number | Token::Text(Some(_)) => (String::new(), next + 4),
                _ => return None,
            };
            match name {
                "shell" if value == "True" || value == "False" => shell = value == "True",
                "capture_output" | "text" | "check" | "stdout" | "stderr" | "universal_newlines"
                | "timeout" | "encoding" => {}
                _ => return None,
            }
            next = after;
        }
        if !self.sign_at(next, ")") || words.is_empty() || list && shell {
            return None;
        }
        self.at = next + 1;
        match (list, shell) {
            (false, true) => self.deeds.push(Deed::Shell(words.concat())),
            _ => self.deeds.push(Deed::Program(words)),
        }
        Some(())
    }
}
