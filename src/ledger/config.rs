//! The configuration of `toolgate ledger serve`: a TOML file, read strictly, and flags over it.
//!
//! A file looks like this. It needs `[[emitters]]`, and one of `[[users]]`, `[proxy]`, `[oidc]`; all else may be left out:
//!
//! ```toml
//! [listen]
//! emitter  = "127.0.0.1:7411"      # gateways
//! reviewer = "127.0.0.1:7412"      # people: reviewers, auditors, authors of policy
//! metrics  = "127.0.0.1:7413"      # nobody, if left out
//!
//! [storage]
//! keep_free_bytes = 268435456      # with less free space, events are refused
//! max_pages = 4000000              # most pages of the database, 4 KiB each
//! erase_arguments_after_days = 30  # after the end of an escalation
//!
//! [escalations]
//! pending_per_principal = 64       # more open questions of one principal are refused at once
//!
//! [grants]                         # more than one call by one approval: nobody may, if left out
//! most_uses = 20
//! most_seconds = 3600
//!
//! [[emitters]]
//! name = "gateway"
//! token_file = "gateway.token"     # or token_env = "NAME"
//!
//! [[users]]
//! name = "soc-1"
//! token_file = "soc-1.token"
//! groups = ["soc"]                 # what a policy means by `group:soc`
//! roles = ["reviewer"]             # reviewer, auditor, author, developer
//! principals = []                  # principals that act for this person; they do not approve those
//! password_file = "soc-1.argon2"   # what `toolgate ledger password` prints: to sign in at a browser
//!
//! [proxy]                          # a proxy signs people in and forwards the issuer's signed token
//! header = "authorization"         # where it stands; `authorization: Bearer` if left out
//! issuer = "https://id.corp.example"
//! audience = "toolgate"
//! keys_file = "keys.json"          # a JSON Web Key Set; or keys_url = "https://…"
//! name_claim = "email"             # a name that stays a person's; `sub` if left out
//! groups_claim = "groups"
//!
//! [oidc]                           # the ledger itself has people signed in at an OpenID provider
//! issuer = "https://id.corp.example"   # to the letter; discovery is below it
//! client_id = "toolgate"           # registered there with the address `https://…/sign-in/callback` of the console
//! client_secret_file = "oidc.secret"   # or client_secret_env; a public client has neither
//! scopes = ["email", "groups"]     # besides `openid`; `email` and `profile` if left out
//! name_claim = "email"             # as above
//! groups_claim = "groups"          # as above, in the ID token
//!
//! [groups]                         # what members of a group may do, where the issuer says who is in it
//! soc = ["reviewer", "auditor"]
//!
//! [console]
//! url = "https://toolgate.corp.example"   # where browsers reach the people's listener; for links in messages
//!
//! [[webhooks]]                     # told that people are asked (Standard Webhooks)
//! name = "soc"
//! url = "https://chat.corp.example/hooks/soc"
//! secret_file = "soc.whsec"        # `whsec_` and base64; or secret_env = "NAME"
//! groups = ["soc"]                 # whom of the policy's reviewers it reaches; all, if left out
//!
//! [slack]                          # a channel is told as well; it needs `[console]`, to which its messages lead
//! channel = "C0123456789"          # the channel's ID; the app is a member of it
//! token_file = "slack.token"       # the bot's token, of the scope `chat:write`; or token_env = "NAME"
//! groups = ["soc"]                 # as above
//! api = "https://slack.com/api"    # Slack's Web API, if it is another one
//!
//! [slack.answers]                  # people answer there; nobody does, if left out
//! listen = "127.0.0.1:7414"        # Slack alone needs to reach this; the app's Request URL ends in `/v1/slack/answers`
//! signing_secret_file = "slack.secret"   # the app's signing secret; or signing_secret_env = "NAME"
//! team = "T0123456789"             # the workspace's ID; people of others are refused
//! approve = false                  # whether people approve there, too, and not only deny
//! users = { U0123456789 = "soc-1" }   # Slack's IDs of people, and who of `[[users]]` each is
//!
//! [[bundles]]
//! name = "default"                 # handed out at /v1/bundles/default
//! file = "bundle.json"             # read at the start, and whenever it changes
//! ```
//!
//! Paths are relative to the file. A token stands in a file or in the environment, never in here; it is not
//! printed, and only its hash is kept. What is unknown, doubled or missing is refused by name.

use crate::grant::Limits;
use crate::http::auth::{Access, Known, Proofs, Role, User};
use crate::store::bundles;
pub use oidc::{CALLBACK, OidcEntry};
pub use people::ProxyEntry;
pub(crate) use people::is_safe;
use serde::Deserialize;
pub use slack::{AnswersEntry, SlackEntry};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
pub use webhooks::{Console, WebhookEntry};

mod oidc;
mod people;
mod slack;
mod webhooks;

/// Shortest token that is taken: 128 bits in base64, and a little less.
pub const MIN_TOKEN: usize = 16;

/// Why a configuration is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

fn refuse<T>(message: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError(message.into()))
}

/// The file, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Where to listen.
    pub listen: Listen,
    /// The database.
    pub storage: Storage,
    /// Questions to people.
    pub escalations: Escalations,
    /// The longest grants that reviewers may give; none if left out.
    pub grants: Limits,
    /// Gateways.
    pub emitters: Vec<EmitterEntry>,
    /// People.
    pub users: Vec<UserEntry>,
    /// Who signs people in before they come here.
    pub proxy: Option<ProxyEntry>,
    /// Where the ledger itself has people signed in.
    pub oidc: Option<OidcEntry>,
    /// What members of a group may do, where somebody else says who is in it.
    pub groups: BTreeMap<String, BTreeSet<Role>>,
    /// The console.
    pub console: Console,
    /// Who is told that people are asked.
    pub webhooks: Vec<WebhookEntry>,
    /// A channel in Slack that is told as well.
    pub slack: Option<SlackEntry>,
    /// Bundles that are handed out from files.
    pub bundles: Vec<BundleEntry>,
}

/// Where to listen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Gateways.
    pub emitter: SocketAddr,
    /// People.
    pub reviewer: SocketAddr,
    /// Whoever scrapes; nobody if left out.
    pub metrics: Option<SocketAddr>,
}

impl Default for Listen {
    fn default() -> Self {
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self { emitter: local(7411), reviewer: local(7412), metrics: None }
    }
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// With less free space, in bytes, events are refused.
    pub keep_free_bytes: u64,
    /// Most pages of the database, 4 KiB each.
    pub max_pages: Option<u32>,
    /// Days after the end of an escalation when its arguments are erased.
    pub erase_arguments_after_days: u32,
}

impl Default for Storage {
    fn default() -> Self {
        Self { keep_free_bytes: 256 << 20, max_pages: None, erase_arguments_after_days: 30 }
    }
}

/// Questions to people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Escalations {
    /// Most questions of one principal that may be open at once; at least one.
    pub pending_per_principal: NonZeroU64,
}

impl Default for Escalations {
    fn default() -> Self {
        Self { pending_per_principal: const { NonZeroU64::new(64).unwrap() } }
    }
}

/// A gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmitterEntry {
    /// Its name in receipts.
    pub name: String,
    /// The file that holds its token.
    pub token_file: Option<PathBuf>,
    /// The environment variable that holds its token.
    pub token_env: Option<String>,
}

/// A person, or what acts like one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserEntry {
    /// Their name in the log.
    pub name: String,
    /// The file that holds their token.
    pub token_file: Option<PathBuf>,
    /// The environment variable that holds their token.
    pub token_env: Option<String>,
    /// The file that holds the hash of their password.
    pub password_file: Option<PathBuf>,
    /// Groups they are in.
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// What they may do.
    #[serde(default = "reviewer_only")]
    pub roles: BTreeSet<Role>,
    /// Principals that act for them.
    #[serde(default)]
    pub principals: Vec<String>,
}

fn reviewer_only() -> BTreeSet<Role> {
    BTreeSet::from([Role::Reviewer])
}

/// A bundle that is handed out from a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleEntry {
    /// Its name in the path.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

/// Reads the environment; a test has its own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl File {
    /// Reads a file. Paths in it become relative to its folder.
    ///
    /// # Errors
    /// [`ConfigError`], with the place in the file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("`{}`: {error}", path.display())))?;
        let mut file: Self =
            toml::from_str(&text).map_err(|error| ConfigError(format!("`{}`: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let tokens = file.emitters.iter_mut().map(|entry| &mut entry.token_file);
        let tokens = tokens
            .chain(file.users.iter_mut().flat_map(|entry| [&mut entry.token_file, &mut entry.password_file]));
        let keys = file.proxy.iter_mut().map(|entry| &mut entry.keys_file);
        let secret = file.oidc.iter_mut().map(|entry| &mut entry.client_secret_file);
        for path in tokens.chain(keys).chain(secret).flatten() {
            *path = folder.join(&*path);
        }
        for secret in file.webhooks.iter_mut().filter_map(|entry| entry.secret_file.as_mut()) {
            *secret = folder.join(&*secret);
        }
        for secret in file.slack.iter_mut().flat_map(SlackEntry::files).flatten() {
            *secret = folder.join(&*secret);
        }
        for bundle in &mut file.bundles {
            bundle.file = folder.join(&bundle.file);
        }
        Ok(file)
    }

    /// Who may do what. With `dev`, everybody may do everything, on this machine only.
    ///
    /// # Errors
    /// [`ConfigError`]: nobody to authenticate, `dev` beyond loopback, a token that cannot be read, is short,
    /// or is used twice.
    pub fn access(&self, dev: bool, environment: Environment<'_>) -> Result<Access, ConfigError> {
        if dev {
            return self.access_of_nobody();
        }
        if self.emitters.is_empty() {
            return refuse(
                "no gateway can authenticate: there is no `[[emitters]]`; \
                 give each a name and a token, or use `--dev` on this machine alone",
            );
        }
        if self.users.is_empty() && self.proxy.is_none() && self.oidc.is_none() {
            return refuse(
                "nobody can review: there is no `[[users]]`, `[proxy]` or `[oidc]`; give each person a name, a \
                 token and groups, or use `--dev` on this machine alone",
            );
        }
        let mut owners = HashMap::new();
        let mut once = |what: &str, name: &str, token: String| {
            check_name(what, name)?;
            let digest = crate::http::auth::TokenDigest::of(&token);
            let owner = format!("{what} `{name}`");
            match owners.insert(digest, owner.clone()) {
                Some(other) if other == owner => refuse(format!("{owner} stands twice")),
                Some(other) => refuse(format!("{owner} has the token of {other}; each needs its own")),
                None => Ok(digest),
            }
        };
        let mut emitters = Vec::new();
        for EmitterEntry { name, token_file, token_env } in &self.emitters {
            let owner = format!("emitter `{name}`");
            let token = read_token(&owner, token_file.as_deref(), token_env.as_deref(), environment)?;
            if emitters.iter().any(|(_, known)| known == name) {
                return refuse(format!("{owner} stands twice"));
            }
            emitters.push((once("emitter", name, token)?, name.clone()));
        }
        let mut users: Vec<(Proofs, User)> = Vec::new();
        for entry in &self.users {
            let owner = format!("user `{}`", entry.name);
            if users.iter().any(|(_, user)| user.reviewer.name.eq_ignore_ascii_case(&entry.name)) {
                return refuse(format!("{owner} stands twice"));
            }
            check_name("user", &entry.name)?;
            let (file, variable) = (entry.token_file.as_deref(), entry.token_env.as_deref());
            let password = entry.password(&owner)?;
            let token = match (&password, file, variable) {
                (Some(_), None, None) => None,
                _ => Some(once("user", &entry.name, read_token(&owner, file, variable, environment)?)?),
            };
            users.push((Proofs { token, password }, entry.user()));
        }
        let proxy = self.proxy.as_ref().map(ProxyEntry::trust).transpose()?;
        let oidc = self.provider(environment)?;
        if proxy.is_none() && oidc.is_none() && !self.groups.is_empty() {
            return refuse(
                "`[groups]` says what members of a group may do; without `[proxy]` or `[oidc]` nobody says who is one",
            );
        }
        Ok(Access::Known(Box::new(Known { emitters, users, proxy, oidc, groups: self.groups.clone() })))
    }

    fn access_of_nobody(&self) -> Result<Access, ConfigError> {
        let listeners = [Some(self.listen.emitter), Some(self.listen.reviewer), self.listen.metrics];
        if let Some(open) = listeners.into_iter().flatten().find(|address| !address.ip().is_loopback()) {
            return refuse(format!(
                "`--dev` asks nobody who they are, so it listens on loopback only, not on {open}"
            ));
        }
        if !self.emitters.is_empty() || !self.users.is_empty() || self.proxy.is_some() || self.oidc.is_some()
        {
            return refuse(
                "`--dev` asks nobody who they are; take out `[[emitters]]`, `[[users]]`, `[proxy]` and `[oidc]`, or leave out `--dev`",
            );
        }
        Ok(Access::Everybody)
    }

    /// What cannot be meant, whoever may do what.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let Listen { emitter, reviewer, metrics } = &self.listen;
        let answers = self.slack.as_ref().and_then(|slack| slack.answers.as_ref());
        let answers = answers.map(|answers| &answers.listen);
        let addresses: Vec<&SocketAddr> = [Some(emitter), Some(reviewer), metrics.as_ref(), answers]
            .into_iter()
            .flatten()
            .filter(|at| at.port() != 0)
            .collect();
        let distinct: BTreeSet<_> = addresses.iter().collect();
        if distinct.len() < addresses.len() {
            return refuse("gateways, people, metrics and Slack each need an address of their own");
        }
        let mut names = BTreeSet::new();
        for BundleEntry { name, .. } in &self.bundles {
            if !bundles::is_name(name) {
                return refuse(format!(
                    "`{name}` is no name of a bundle: letters, digits, `-`, `_`, `.`, at most 100"
                ));
            }
            if !names.insert(name) {
                return refuse(format!("bundle `{name}` stands twice"));
            }
        }
        Ok(())
    }
}

fn check_name(what: &str, name: &str) -> Result<(), ConfigError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    if name.is_empty() || name.len() > 100 || !name.chars().all(plain) {
        return refuse(format!(
            "{what} `{name}`: a name is letters, digits, `-`, `_`, `.`, `@`, at most 100"
        ));
    }
    Ok(())
}

fn read_token(
    owner: &str,
    file: Option<&Path>,
    variable: Option<&str>,
    environment: Environment<'_>,
) -> Result<String, ConfigError> {
    let (token, place) = read_secret(owner, ("token", file, variable), environment)?;
    let token = token.trim();
    if token.len() < MIN_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse(format!(
            "{owner}: the token in {place} is not one: at least {MIN_TOKEN} visible ASCII characters"
        ));
    }
    Ok(token.to_owned())
}

/// What stands in a file or in the environment, and where that was.
fn read_secret(
    owner: &str,
    (what, file, variable): (&str, Option<&Path>, Option<&str>),
    environment: Environment<'_>,
) -> Result<(String, String), ConfigError> {
    match (file, variable) {
        (Some(path), None) => {
            let text = std::fs::read_to_string(path);
            let text =
                text.map_err(|error| ConfigError(format!("{owner}: `{}`: {error}", path.display())))?;
            Ok((text, format!("`{}`", path.display())))
        }
        (None, Some(name)) => match environment(name) {
            Some(text) => Ok((text, format!("the environment's `{name}`"))),
            None => refuse(format!("{owner}: `{name}` is not in the environment")),
        },
        _ => refuse(format!("{owner} needs either `{what}_file` or `{what}_env`")),
    }
}
