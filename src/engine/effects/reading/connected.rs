//! What a tool does by itself, or to what it is connected with: repositories, clusters, databases.

use super::reader::Reader;
use crate::effects::catalogue::row::{Repository, Text};
use crate::effects::{Action, Name, Resource, path, unknown};

impl Reader<'_> {
    pub(super) fn tool(&mut self, action: &'static str) {
        self.out.add(Action::named(action), Resource::Tool { tool: self.tool.to_owned() });
    }

    pub(super) fn repository(&mut self, action: &'static str, which: Repository) {
        let name = match which {
            Repository::Here => self.local_repository(".", ""),
            Repository::Local(at) => {
                let Some((at, text)) = self.texts(at, false).into_iter().next() else {
                    return;
                };
                self.local_repository(&text, &at)
            }
            Repository::Hosted { host, owner, name } => {
                let (owner, name) = (self.texts(owner, false), self.texts(name, false));
                let (Some((owner_at, owner)), Some((name_at, name))) = (owner.first(), name.first()) else {
                    return;
                };
                let plain = |text: &str| {
                    !text.is_empty()
                        && !matches!(text, "." | "..")
                        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                };
                if plain(owner) && plain(name) {
                    // The host does not tell upper from lower case.
                    Name::Literal(format!("{host}/{owner}/{name}").to_lowercase())
                } else {
                    let at = if plain(owner) { name_at } else { owner_at };
                    self.out.doubt(unknown::NAME_UNUSUAL, at);
                    Name::Dynamic
                }
            }
            Repository::Any(host) => Name::Glob(format!("{host}/**")),
        };
        self.out.add(Action::named(action), Resource::Repository { repository: name });
    }

    pub(super) fn local_repository(&mut self, text: &str, at: &str) -> Name {
        path::read(text, self.directory.as_deref()).unwrap_or_else(|why| {
            self.out.doubt(why, at);
            Name::Dynamic
        })
    }

    pub(super) fn kubernetes(&mut self, action: &'static str, kind: Text, namespace: Text, name: Text) {
        let kinds = self.text(kind);
        let (namespace, name) = (self.text(namespace), self.text(name));
        let namespace = namespace.filter(|_| !self.is_given("/allNamespaces"));
        let context = self.text(Text::From("/context"));
        let kinds = kinds.as_deref().unwrap_or("*").to_lowercase();
        // `pods,secrets` and `secret/db` are how kubectl takes several kinds, or a kind with its name.
        for kind in kinds.split(',') {
            let (kind, own_name) = match kind.split_once('/') {
                Some((kind, name)) => (kind, Some(name.to_owned())),
                None => (kind, None),
            };
            let name = own_name.as_deref().or(name.as_deref()).unwrap_or("*");
            let any = |text: &Option<String>| text.clone().unwrap_or_else(|| "*".to_owned());
            let (context, namespace) = (any(&context), any(&namespace));
            let parts = ["kubernetes", &context, &namespace, kind, name];
            let plain = |part: &&str| {
                let part: &str = part;
                part == "*"
                    || (!part.is_empty()
                        && part
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':')))
            };
            let cloud = if !parts.iter().all(plain) {
                self.out.doubt(unknown::NAME_UNUSUAL, self.at);
                Name::Dynamic
            } else if parts.contains(&"*") {
                Name::Glob(parts.join("/"))
            } else {
                Name::Literal(parts.join("/"))
            };
            let resource = Resource::Cloud { cloud };
            let secret = matches!(kind.split('.').next(), Some("secret" | "secrets" | "*"));
            if action == "kubernetes.read" && secret {
                self.out.add(Action::SECRET_READ, resource.clone());
            }
            let plain_kind = kind.split('.').next().unwrap_or(kind).trim_end_matches('s');
            let access = ACCESS_KINDS.iter().any(|access| match access.len() {
                ..5 => plain_kind == *access,
                _ => kind.starts_with(access),
            });
            if matches!(action, "kubernetes.write" | "kubernetes.delete") && access {
                self.out.add(Action::KUBERNETES_PRIVILEGE, resource.clone());
            }
            self.out.add(Action::named(action), resource);
        }
    }

    pub(super) fn text(&mut self, text: Text) -> Option<String> {
        match text {
            Text::From(at) => self.word(at).filter(|text| !text.is_empty()),
            Text::Fixed(text) => Some(text.to_owned()),
            Text::Any => None,
        }
    }
}

/// Kinds that say who may do what in a cluster: a short name whole, a long one as its beginning.
const ACCESS_KINDS: &[&str] = &[
    "role",
    "rolebinding",
    "clusterrole",
    "serviceaccount",
    "sa",
    "validatingwebhook",
    "mutatingwebhook",
    "validatingadmission",
    "mutatingadmission",
    "certificatesigningrequest",
    "csr",
    "apiservice",
];
