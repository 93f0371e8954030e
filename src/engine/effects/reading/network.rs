//! URLs and hosts in arguments: what is fetched, what is sent.

use super::reader::Reader;
use crate::effects::catalogue::row::{Access, At};
use crate::effects::url::{self, Target};
use crate::effects::{Action, Name, Resource, unknown, web};

impl Reader<'_> {
    /// Fetches the URL that `text` is.
    pub(in crate::effects) fn fetch(&mut self, text: &str, at: &str) {
        match url::read(text) {
            Ok(Target::Web(found)) => web::fetch(&found, &mut self.out),
            Ok(Target::File(path)) => self.path_text(Access::Read, &path, at),
            Ok(Target::Blank) => self.tool("tool.use"),
            Err(why) => {
                self.out.doubt(why, at);
                self.out.add(Action::NET_FETCH, Resource::host(Name::Dynamic));
            }
        }
    }

    /// Sends to the URL or host that `text` is.
    pub(in crate::effects) fn send_to(&mut self, text: &str, at: &str) {
        match url::read(text) {
            Ok(Target::Web(found)) => web::send(&found, &mut self.out),
            Ok(Target::File(_) | Target::Blank) | Err(_) => {
                self.out.doubt(unknown::URL_UNUSUAL, at);
                self.out.add(Action::NET_SEND, Resource::host(Name::Dynamic));
            }
        }
    }

    pub(super) fn links(&mut self, at: At) {
        for (at, text) in self.texts(at, false) {
            let mut found = false;
            for word in
                text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|'))
            {
                let Some(middle) = word.find("://") else {
                    continue;
                };
                if self.out.is_full() {
                    break;
                }
                let before = word.get(..middle).unwrap_or_default();
                let scheme = before.len() - before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
                let link = word.get(scheme..).unwrap_or_default();
                found = true;
                self.fetch(link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}']), &at);
            }
            if !found {
                self.out.misfit(unknown::ARGUMENT_VALUE, &at);
            }
        }
    }

    /// An address of a server's resource.
    pub(super) fn resource(&mut self, at: At) {
        self.tool("tool.use");
        for (at, text) in self.texts(at, false) {
            if url::is_one(&text) {
                self.fetch(&text, &at);
            }
        }
    }
}

pub(super) fn fixed_host(host: &'static str) -> Name {
    if host.is_empty() { Name::Dynamic } else { Name::Literal(host.to_owned()) }
}
