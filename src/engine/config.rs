//! The plugin configuration: JSON in a `StringValue`, read strictly.
//!
//! An unknown field, a missing one, a value that cannot be meant: an error that names the field, and the
//! proxy refuses the configuration. Nothing has a default that would open the gate.

use crate::break_glass::Glass;
use crate::limits::Limits;
use crate::note::Verifier;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// Everything an operator sets for one filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the record goes and people are asked.
    pub ledger: Ledger,
    /// Where the policy comes from.
    pub bundle: BundleSource,
    /// Verifier keys of those who may sign a bundle, each `name+hash+base64` (C2SP signed-note). At least one.
    pub bundle_keys: Vec<String>,
    /// The one source of the principal.
    pub principal: PrincipalSource,
    /// Where the person is named for whom the principal acts, if anywhere. They approve none of its calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonSource>,
    /// Where the provider is named, for rules about it.
    #[serde(default)]
    pub provider: ProviderSource,
    /// Bounds; see [`Limits`].
    #[serde(default)]
    pub limits: Limits,
    /// How long an escalated call is held for a person, in milliseconds; 0 refuses at once and lets the
    /// agent retry once it is approved. Stay below the client's and the route's time limits.
    #[serde(default = "default_hold_ms")]
    pub hold_ms: u64,
    /// The plugin's own switch for `observe`: without it a bundle in observe is enforced.
    #[serde(default)]
    pub observe: bool,
    /// Tools the provider may run itself, by the type or name they have in requests; `*` for any. Such calls cannot be
    /// refused in the answer, so a request that turns on any other is refused. Those named here are judged by the
    /// policy before the request goes on.
    #[serde(default)]
    pub provider_executed: Vec<String>,
    /// What becomes of a request that turns on a tool which the provider may not run: one that is not named in
    /// `provider_executed`, or that the policy does not allow.
    #[serde(default)]
    pub provider_refused: ProviderRefused,
    /// The MCP servers whose tool calls are judged. An endpoint of any other is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mcp_servers: Vec<McpServer>,
    /// Whose break-glass counts here. Without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
    /// The key of the action digest, base64. With it the record holds keyed hashes, so that arguments with
    /// few possible values cannot be guessed from them. Auditors need the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_key: Option<String>,
}

/// Whose word lets calls through that the policy refuses; see [`break_glass`](crate::break_glass).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// The verifier key of the ledger's log, `name+hash+base64`: what two people want there counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_key: Option<String>,
    /// Verifier keys of people; two of them together can do without the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// What two of them signed, for the time that there is no ledger. One that is over does nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl BreakGlass {
    /// The ledger's key.
    pub(crate) fn ledger_key(&self) -> Option<Verifier> {
        Verifier::parse(self.ledger_key.as_ref()?).ok()
    }

    /// What people signed; [`Config::parse`] has seen to it that all of it is good.
    pub(crate) fn signed_by_people(&self) -> Vec<Glass> {
        let people: Vec<Verifier> = self.people.iter().filter_map(|key| Verifier::parse(key).ok()).collect();
        self.notes.iter().filter_map(|note| Glass::of_people(note, &people).ok()).collect()
    }

    fn check(&self) -> Result<(), ConfigError> {
        let mut known: Vec<Verifier> = Vec::new();
        let named = |n: usize| format!("break_glass.people[{n}]");
        let ledger = self.ledger_key.iter().map(|key| ("break_glass.ledger_key".to_owned(), key));
        let people = self.people.iter().enumerate().map(|(n, key)| (named(n), key));
        for (field, key) in ledger.chain(people) {
            let key = Verifier::parse(key).map_err(|error| ConfigError::new(&field, &error.to_string()))?;
            if known.iter().any(|other| other.is_key_of(&key) || other.name() == key.name()) {
                return Err(ConfigError::new(
                    &field,
                    "it is there twice; everybody has a key and a name of their own",
                ));
            }
            known.push(key);
        }
        let people = known.get(self.ledger_key.iter().len()..).unwrap_or_default();
        for (n, note) in self.notes.iter().enumerate() {
            Glass::of_people(note, people)
                .map_err(|error| ConfigError::new(&format!("break_glass.notes[{n}]"), &error.to_string()))?;
        }
        Ok(())
    }
}

/// An MCP server, and where its endpoint is: every field that is given must fit, and the first entry that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpServer {
    /// What policies call it (`server`).
    pub name: String,
    /// The name of the proxy's route to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The `:authority` of requests to it. Without a port it fits with any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path of its endpoint; what lies below it is taken for the same server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl McpServer {
    /// Whether a request with this route, authority and path (decoded, without query) goes to it.
    pub fn is_asked(&self, route: Option<&str>, host: Option<&str>, path: &str) -> bool {
        let host_fits = |wanted: &String| {
            host.is_some_and(|host| {
                let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
                host.eq_ignore_ascii_case(wanted) || name.eq_ignore_ascii_case(wanted)
            })
        };
        self.route.as_ref().is_none_or(|wanted| route == Some(wanted))
            && self.host.as_ref().is_none_or(host_fits)
            && self.path.as_ref().is_none_or(|wanted| {
                let below = path.strip_prefix(wanted.as_str());
                below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
            })
    }

    /// Whether nothing but the request's `:authority` says that it goes there.
    pub const fn is_known_by_host_alone(&self) -> bool {
        self.route.is_none() && self.path.is_none()
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.name.is_empty() {
            return Err("`name` is empty");
        }
        if self.route.is_none() && self.host.is_none() && self.path.is_none() {
            return Err("it says nowhere; expected `route`, `host` or `path`");
        }
        if self
            .path
            .as_ref()
            .is_some_and(|path| path.len() < 2 || !path.starts_with('/') || path.ends_with('/'))
        {
            return Err("expected a `path` such as `/mcp`");
        }
        Ok(())
    }
}

const fn default_hold_ms() -> u64 {
    20_000
}

/// The side service, as the proxy reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The proxy's cluster of the emitters' listener.
    pub cluster: String,
    /// The `:authority` of requests to it.
    #[serde(default = "default_authority")]
    pub authority: String,
    /// The bearer token of this gateway, one of the ledger's `[[emitters]]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// How long the ledger may take, in milliseconds: for the record of an allowed call, which is refused then, and beside
    /// what is waited for by itself for every other answer.
    #[serde(default = "default_ack_timeout_ms")]
    pub ack_timeout_ms: u64,
}

fn default_authority() -> String {
    "toolgate-ledger".to_owned()
}

const fn default_ack_timeout_ms() -> u64 {
    1_000
}

impl Ledger {
    /// [`Ledger::ack_timeout_ms`] as a length of time.
    pub const fn ack_timeout(&self) -> Span {
        Span::from_millis(self.ack_timeout_ms)
    }
}

/// What becomes of a request with a tool that the provider may not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderRefused {
    /// It is refused.
    #[default]
    Refuse,
    /// It goes on without the tool, whose entry is cut out of the list of tools; where that cannot be done it is refused.
    /// Bodies then go on without `content-length`, since one may change.
    Remove,
}

/// Where the policy comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BundleSource {
    /// The text of a bundle file.
    Inline(String),
    /// The side service, asked from time to time. The last good bundle is kept.
    Poll(BundlePoll),
}

/// How the side service is asked for a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundlePoll {
    /// The bundle's name there.
    pub name: String,
    /// Seconds between two questions.
    #[serde(default = "default_every_seconds")]
    pub every_seconds: u64,
    /// The oldest version that is taken. A worker that starts anew knows no version it had, so whoever operates
    /// the side service could hand it an old bundle; this is the floor nobody there can lower.
    #[serde(default)]
    pub min_version: u64,
}

const fn default_every_seconds() -> u64 {
    15
}

/// The one source of the principal. There is no fall-back, and a source that gives several values gives none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PrincipalSource {
    /// The URI SAN of the client's certificate.
    Mtls {},
    /// A claim that the proxy's `jwt_authn` filter verified.
    Jwt {
        /// That filter's `payload_in_metadata`.
        payload_key: String,
        /// The claim, a string.
        #[serde(default = "default_claim")]
        claim: String,
    },
    /// A request header which the operator declares to be set, and stripped from outside, by somebody trusted.
    Header {
        /// Its name.
        name: String,
    },
}

/// Where the person is named for whom a principal acts. A request that names nobody is the principal's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonSource {
    /// A claim that the proxy's `jwt_authn` filter verified.
    Jwt {
        /// That filter's `payload_in_metadata`.
        payload_key: String,
        /// The claim, a string.
        #[serde(default = "default_claim")]
        claim: String,
    },
    /// A request header which the operator declares to be set, and stripped from outside, by somebody trusted.
    Header {
        /// Its name.
        name: String,
    },
}

/// Where the provider's host is named. A client writes what it likes into `:authority`, so that counts only where it
/// decides where the request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProviderSource {
    /// In the metadata of the proxy's route: `provider`, a string under `toolgate`. Where it is not, no provider is known.
    Route {},
    /// In the request's `:authority`, by which alone the operator declares the proxy to choose where it goes.
    Authority {},
}

impl Default for ProviderSource {
    fn default() -> Self {
        Self::Route {}
    }
}

fn default_claim() -> String {
    "sub".to_owned()
}

impl PrincipalSource {
    /// The word for it in records.
    pub const fn via(&self) -> &'static str {
        match self {
            Self::Mtls {} => "mtls",
            Self::Jwt { .. } => "jwt",
            Self::Header { .. } => "header",
        }
    }
}

fn check_header(of: &str, name: &str) -> Result<(), ConfigError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        let problem = "expected a header name in lower case, such as `x-agent-id`";
        return Err(ConfigError::new(&format!("{of}.header.name"), problem));
    }
    Ok(())
}

fn check_claim(of: &str, payload_key: &str, claim: &str) -> Result<(), ConfigError> {
    if payload_key.is_empty() || claim.is_empty() {
        let problem = "`payload_key` and `claim` must not be empty";
        return Err(ConfigError::new(&format!("{of}.jwt"), problem));
    }
    Ok(())
}

/// Why a configuration is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin configuration: `{field}`: {problem}")]
pub struct ConfigError {
    /// The field, as a dotted path; `.` for the whole.
    pub field: String,
    /// What is wrong with it and what was expected.
    pub problem: String,
}

impl ConfigError {
    fn new(field: &str, problem: &str) -> Self {
        Self { field: field.to_owned(), problem: problem.to_owned() }
    }
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ConfigError`], naming the field.
    pub fn parse(text: &[u8]) -> Result<Self, ConfigError> {
        if text.is_empty() {
            return Err(ConfigError::new(".", "it is empty; expected JSON in a StringValue"));
        }
        let mut reader = serde_json::Deserializer::from_slice(text);
        let config: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|e| ConfigError { field: e.path().to_string(), problem: e.inner().to_string() })?;
        reader.end().map_err(|e| ConfigError { field: ".".to_owned(), problem: e.to_string() })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let named = [("ledger.cluster", &self.ledger.cluster), ("ledger.authority", &self.ledger.authority)];
        for (field, value) in named {
            if value.is_empty() {
                return Err(ConfigError::new(field, "it is empty"));
            }
        }
        if self.ledger.ack_timeout_ms == 0 {
            return Err(ConfigError::new(
                "ledger.ack_timeout_ms",
                "0 would refuse every call; expected at least 1",
            ));
        }
        if self.bundle_keys.is_empty() {
            return Err(ConfigError::new(
                "bundle_keys",
                "no key, so no bundle could ever be accepted; expected at least one `name+hash+base64`",
            ));
        }
        for (n, key) in self.bundle_keys.iter().enumerate() {
            if let Err(error) = Verifier::parse(key) {
                return Err(ConfigError::new(&format!("bundle_keys[{n}]"), &error.to_string()));
            }
        }
        match &self.bundle {
            BundleSource::Poll(poll) if poll.name.is_empty() => {
                return Err(ConfigError::new("bundle.poll.name", "it is empty"));
            }
            BundleSource::Poll(poll) if poll.every_seconds == 0 => {
                return Err(ConfigError::new("bundle.poll.every_seconds", "expected at least 1"));
            }
            BundleSource::Poll(_) | BundleSource::Inline(_) => {}
        }
        match &self.principal {
            PrincipalSource::Header { name } => check_header("principal", name)?,
            PrincipalSource::Jwt { payload_key, claim } => check_claim("principal", payload_key, claim)?,
            PrincipalSource::Mtls {} => {}
        }
        match &self.on_behalf_of {
            Some(PersonSource::Header { name }) => check_header("on_behalf_of", name)?,
            Some(PersonSource::Jwt { payload_key, claim }) => {
                check_claim("on_behalf_of", payload_key, claim)?;
            }
            None => {}
        }
        if let Some(glass) = &self.break_glass {
            glass.check()?;
        }
        for (n, server) in self.mcp_servers.iter().enumerate() {
            server.check().map_err(|problem| ConfigError::new(&format!("mcp_servers[{n}]"), problem))?;
        }
        self.limits
            .check()
            .map_err(|(field, problem)| ConfigError::new(&format!("limits.{field}"), problem))?;
        self.audit_key().map(drop)
    }

    /// The decoded [`Config::audit_key`].
    ///
    /// # Errors
    /// [`ConfigError`] if it is not base64 of at least 16 bytes.
    pub fn audit_key(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        use base64::Engine as _;
        let Some(text) = &self.audit_key else { return Ok(None) };
        match base64::engine::general_purpose::STANDARD.decode(text) {
            Ok(key) if key.len() >= 16 => Ok(Some(key)),
            Ok(_) | Err(_) => Err(ConfigError::new("audit_key", "expected base64 of at least 16 bytes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
        "ledger": {"cluster": "toolgate_ledger", "token": "t"},
        "bundle": {"poll": {"name": "default"}},
        "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
        "principal": {"mtls": {}}
    }"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        Config::parse(GOOD.replace(from, to).as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_short_configuration_gets_the_defaults() {
        let config = Config::parse(GOOD.as_bytes()).unwrap();
        assert_eq!(config.limits, Limits::default());
        assert!(!config.observe);
        assert_eq!(config.principal.via(), "mtls");
    }

    #[test]
    fn every_mistake_names_its_field() {
        let cases = [
            ("\"token\"", "\"tokem\"", "`ledger.tokem`"),
            ("\"cluster\": \"toolgate_ledger\"", "\"cluster\": \"\"", "`ledger.cluster`"),
            ("[\"test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\"]", "[]", "`bundle_keys`"),
            ("test+", "test-", "`bundle_keys[0]`"),
            ("{\"mtls\": {}}", "{\"mtls\": {}, \"header\": {\"name\": \"x\"}}", "`principal`"),
            ("{\"mtls\": {}}", "{\"header\": {\"name\": \"X Agent\"}}", "`principal.header.name`"),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"on_behalf_of\": {\"header\": {\"name\": \"X Person\"}}",
                "`on_behalf_of.header.name`",
            ),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"on_behalf_of\": {\"jwt\": {\"payload_key\": \"\"}}",
                "`on_behalf_of.jwt`",
            ),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"on_behalf_of\": {\"mtls\": {}}", "`on_behalf_of`"),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"hold_ms\": \"soon\"", "`hold_ms`"),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"limits\": {\"release\": 0}", "`limits.release`"),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"audit_key\": \"AAAA\"", "`audit_key`"),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"obsreve\": true", "obsreve"),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"break_glass\": {\"ledger_key\": \"x\"}",
                "`break_glass.ledger_key`",
            ),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"break_glass\": {\"people\": [\"test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\", \"test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\"]}",
                "`break_glass.people[1]`",
            ),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"break_glass\": {\"notes\": [\"x\"]}",
                "`break_glass.notes[0]`",
            ),
            ("{\"mtls\": {}}", "{\"mtls\": {}}, \"mcp_servers\": [{\"name\": \"a\"}]", "`mcp_servers[0]`"),
            (
                "{\"mtls\": {}}",
                "{\"mtls\": {}}, \"mcp_servers\": [{\"name\": \"a\", \"path\": \"mcp\"}]",
                "`mcp_servers[0]`",
            ),
            (
                "\"name\": \"default\"",
                "\"name\": \"default\", \"every_seconds\": 0",
                "`bundle.poll.every_seconds`",
            ),
        ];
        for (from, to, expected) in cases {
            let message = refused(from, to);
            assert!(message.contains(expected), "{message}");
        }
        assert!(Config::parse(b"").is_err());
        assert!(Config::parse(format!("{GOOD} x").as_bytes()).is_err());
    }

    /// Every field with a value, as `a.b` paths.
    fn fields(value: &serde_json::Value, path: &str, out: &mut Vec<String>) {
        match value.as_object() {
            Some(object) if !object.is_empty() => {
                for (key, value) in object {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    fields(value, &path, out);
                }
            }
            _ => out.push(path.to_owned()),
        }
    }

    #[test]
    fn the_reference_page_has_every_field_and_no_other() {
        let page = include_str!("../../envoy/README.md");
        let documented: std::collections::BTreeSet<&str> = page
            .lines()
            .skip_while(|line| !line.starts_with("| field"))
            .take_while(|line| line.starts_with('|'))
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let mut config = Config::parse(GOOD.as_bytes()).unwrap();
        config.audit_key = Some(String::new());
        config.break_glass = Some(BreakGlass {
            ledger_key: Some(String::new()),
            people: vec![String::new()],
            notes: vec![String::new()],
        });
        config.mcp_servers = vec![McpServer { name: String::new(), route: None, host: None, path: None }];
        let mut known = Vec::new();
        for bundle in [
            BundleSource::Inline(String::new()),
            BundleSource::Poll(BundlePoll { name: String::new(), every_seconds: 1, min_version: 0 }),
        ] {
            for principal in [
                PrincipalSource::Mtls {},
                PrincipalSource::Jwt { payload_key: String::new(), claim: String::new() },
                PrincipalSource::Header { name: String::new() },
            ] {
                let on_behalf_of = match &principal {
                    PrincipalSource::Mtls {} => None,
                    PrincipalSource::Jwt { payload_key, claim } => {
                        Some(PersonSource::Jwt { payload_key: payload_key.clone(), claim: claim.clone() })
                    }
                    PrincipalSource::Header { name } => Some(PersonSource::Header { name: name.clone() }),
                };
                for provider in [ProviderSource::Route {}, ProviderSource::Authority {}] {
                    let (bundle, principal) = (bundle.clone(), principal.clone());
                    let on_behalf_of = on_behalf_of.clone();
                    let config = Config { bundle, principal, on_behalf_of, provider, ..config.clone() };
                    fields(&serde_json::to_value(config).unwrap(), "", &mut known);
                }
            }
        }
        let known: std::collections::BTreeSet<&str> = known.iter().map(String::as_str).collect();
        assert_eq!(documented, known);
    }
}
