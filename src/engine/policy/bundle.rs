//! A compiled policy and its digest: the only form in which the engine takes policy.
//!
//! A bundle is a file of two parts. `body` is the policy as canonical JSON text; its SHA-256 is the
//! digest. `note` is a C2SP signed note that names the digest:
//!
//! ```text
//! {"body":"{\"default\":…}","note":"toolgate bundle\n
//!                                   name platform\n
//!                                   version 7\n
//!                                   schema 1\n
//!                                   digest sha256:…\n
//!                                   \n
//!                                   — policy.corp.example base64(…)\n"}
//! ```
//!
//! The version stands in the note only, so the digest says what the policy says and nothing else. Whoever
//! hands bundles on can withhold one, and cannot change one.

use super::decide;
use super::index::Index;
use super::rules::{Fallback, Mode, Policy, SCHEMA};
use super::{Decision, Explanation, Question, Verdict};
use crate::call::Arguments;
use crate::effects::ToolMappings;
use crate::json::{self, Document, Node};
use crate::note::{self, NoteError, Verifier};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The first line of a bundle's note.
const ORIGIN: &str = "toolgate bundle";

/// Deepest nesting of a bundle's JSON.
const DEPTH: usize = 32;

/// A compiled policy whose digest and signature were checked.
#[derive(Debug, Clone)]
pub struct Bundle {
    policy: Policy,
    index: Index,
    version: u64,
    digest: String,
}

/// Why a bundle is not taken. Each text says what was expected and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not a bundle at all.
    #[error("not a bundle: {0}; expected the file that `toolgate compile` writes")]
    Unreadable(String),
    /// No verifier key was given.
    #[error("no verifier key is configured, so no bundle can be trusted; name at least one")]
    NoKeys,
    /// A verifier key cannot be read.
    #[error("the verifier key number {0}: {1}")]
    Key(usize, NoteError),
    /// The note is unsigned, or nobody known signed it.
    #[error(
        "the bundle is not signed by any of the configured keys (`{0}`); sign it with `toolgate compile --key`, or configure its signer's key"
    )]
    NotSigned(String),
    /// A known key's signature is wrong, or the note is malformed.
    #[error(
        "the bundle's signature is not good: {0}; it was changed after it was signed, fetch or compile it anew"
    )]
    Signature(NoteError),
    /// The note does not say what a bundle's note says.
    #[error("the bundle's note is not one of a bundle: {0}; compile it anew")]
    Note(&'static str),
    /// The body is not the one that was signed.
    #[error(
        "the bundle's body has the digest `{found}`, and its note names `{signed}`; it was changed after it was signed, fetch or compile it anew"
    )]
    Digest {
        /// What the note names.
        signed: String,
        /// What the body has.
        found: String,
    },
    /// Another schema version.
    #[error(
        "the bundle has schema version {found}, and this version of Toolgate reads {SCHEMA}; compile the policy with the `toolgate` of the same release"
    )]
    Schema {
        /// What the bundle says.
        found: String,
    },
    /// The body has a key that this version does not know, and which might forbid something.
    #[error(
        "the bundle has the key `{0}`, which this version of Toolgate does not know; compile the policy with the `toolgate` of the same release"
    )]
    UnknownKey(String),
    /// The body is not a policy.
    #[error("the bundle's policy cannot be read: {0}; compile it anew")]
    Policy(String),
    /// An older version than one that was had.
    #[error(
        "the bundle has version {offered}, and version {had} was in force already; compile it with a higher `--version`"
    )]
    Older {
        /// In force.
        had: u64,
        /// Offered.
        offered: u64,
    },
    /// The same version with another content.
    #[error(
        "the bundle has version {0} like the one in force, and another content; compile it with a higher `--version`"
    )]
    SameVersion(u64),
    /// A bundle of another policy.
    #[error(
        "the bundle is of the policy `{offered}`, and `{had}` is in force; a gateway keeps to one policy, restart it to change"
    )]
    OtherPolicy {
        /// In force.
        had: String,
        /// Offered.
        offered: String,
    },
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    body: String,
    note: String,
}

/// What a bundle's note says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    name: String,
    version: u64,
    schema: String,
    digest: String,
}

impl Bundle {
    /// Opens a bundle file (what `toolgate compile` wrote). `keys` are the verifier keys of signed notes
    /// (`name+hash+base64`); the signature of one of them must be good.
    ///
    /// # Errors
    /// [`BundleError`], with what was expected and what to do.
    pub fn open(file: &[u8], keys: &[String]) -> Result<Self, BundleError> {
        if keys.is_empty() {
            return Err(BundleError::NoKeys);
        }
        let mut known = Vec::with_capacity(keys.len());
        for (i, key) in keys.iter().enumerate() {
            known.push(Verifier::parse(key).map_err(|error| BundleError::Key(i + 1, error))?);
        }
        let file = File::read(file)?;
        let not_signed = || {
            let names: Vec<&str> = known.iter().map(Verifier::name).collect();
            BundleError::NotSigned(names.join("`, `"))
        };
        if !file.note.contains("\n\n") {
            return Err(not_signed());
        }
        let text = note::open(&file.note, &known).map_err(|error| match error {
            NoteError::Unsigned(_) => not_signed(),
            error => BundleError::Signature(error),
        })?;
        Self::stated(&Statement::read(text)?, &file.body)
    }

    /// Opens a bundle file without looking at its signatures. For tools that show or test what somebody
    /// wrote; never for what is enforced.
    ///
    /// # Errors
    /// As [`Bundle::open`].
    pub fn open_unverified(file: &[u8]) -> Result<Self, BundleError> {
        let file = File::read(file)?;
        let end = file.note.find("\n\n").map_or(file.note.len(), |at| at + 1);
        Self::stated(&Statement::read(file.note.get(..end).unwrap_or_default())?, &file.body)
    }

    /// A bundle of a policy that was just compiled, unsigned. For tests and tools; the filter has only
    /// [`Bundle::open`].
    ///
    /// # Errors
    /// [`BundleError::Policy`] if the policy contradicts itself.
    pub fn from_policy(policy: Policy, version: u64) -> Result<Self, BundleError> {
        policy.check().map_err(BundleError::Policy)?;
        let digest = digest(&canonical(&policy)?);
        Ok(Self { index: Index::of(&policy), policy, version, digest })
    }

    fn stated(statement: &Statement, body: &str) -> Result<Self, BundleError> {
        let found = digest(body);
        if statement.digest != found {
            return Err(BundleError::Digest { signed: statement.digest.clone(), found });
        }
        if statement.schema != SCHEMA.to_string() {
            return Err(BundleError::Schema { found: statement.schema.clone() });
        }
        let policy = read_policy(body)?;
        if policy.name != statement.name {
            return Err(BundleError::Note("it names another policy than its body"));
        }
        Ok(Self { index: Index::of(&policy), policy, version: statement.version, digest: found })
    }

    /// Whether this bundle may take the place of `old`.
    ///
    /// # Errors
    /// [`BundleError::Older`], [`BundleError::SameVersion`], [`BundleError::OtherPolicy`].
    pub fn supersedes(&self, old: &Self) -> Result<(), BundleError> {
        if self.policy.name != old.policy.name {
            let (had, offered) = (old.policy.name.clone(), self.policy.name.clone());
            return Err(BundleError::OtherPolicy { had, offered });
        }
        if self.version < old.version {
            return Err(BundleError::Older { had: old.version, offered: self.version });
        }
        if self.version == old.version && self.digest != old.digest {
            return Err(BundleError::SameVersion(self.version));
        }
        Ok(())
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        &self.policy.name
    }

    /// Rises with every release; an older one than was had before is refused.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// `sha256:<hex>` of the canonical bytes.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the policy says of its own tools.
    pub const fn tools(&self) -> &ToolMappings {
        &self.policy.tools
    }

    /// What relative paths are relative to.
    pub fn working_directory(&self) -> Option<&str> {
        self.policy.working_directory.as_deref()
    }

    /// The whole policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether any rule asks a person, so that a side service is needed.
    pub fn escalates(&self) -> bool {
        let asks = |fallback: &Fallback| !fallback.reviewers().is_empty();
        asks(&self.policy.default)
            || asks(&self.policy.unknown)
            || self.policy.rules.iter().any(|rule| !rule.to.is_empty())
    }

    /// Whether nothing is enforced for this principal. Only the plugin's own switch makes it count.
    pub fn observes(&self, principal: Option<&str>) -> bool {
        // Observing widens, so a doubtful match does not count.
        self.policy.mode == Mode::Observe
            || self.policy.observe.as_ref().is_some_and(|patterns| {
                patterns.iter().any(|pattern| pattern.matches(principal) == super::Met::Yes)
            })
    }

    /// What the policy says.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        decide::decide(&self.policy, &self.index, question)
    }

    /// What becomes of a call by this policy: what it says, unless nobody could act on that. The gate judges by this,
    /// and so does whoever wants to know what a gate would have done.
    pub fn judge(&self, question: &Question<'_>) -> Decision {
        if let Arguments::Malformed { error, .. } = &question.call.arguments {
            let because = format!("Its arguments can be read in more than one way ({}).", error.problem);
            return Decision::denied("malformed_arguments", &because);
        }
        let decision = self.decide(question);
        if decision.verdict == Verdict::Escalate && question.principal.is_none() {
            // An approval is for one agent; nobody in particular cannot have one.
            let because = "It needs a person's approval, and the agent is not known.";
            return Decision::denied("no_principal", because);
        }
        decision
    }

    /// What the policy says, without the index.
    #[cfg(test)]
    pub(crate) fn decide_by_every_rule(&self, question: &Question<'_>) -> Decision {
        decide::decide_by_every_rule(&self.policy, question)
    }

    /// What the policy says, with everything that led there.
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        decide::explain(&self.policy, &self.index, question)
    }
}

/// The text that a bundle's signer signs.
///
/// # Errors
/// [`BundleError::Policy`] if the policy cannot be written, which no compiled policy can fail at.
pub fn note_text(policy: &Policy, version: u64) -> Result<String, BundleError> {
    let digest = digest(&canonical(policy)?);
    let name = &policy.name;
    Ok(format!("{ORIGIN}\nname {name}\nversion {version}\nschema {SCHEMA}\ndigest {digest}\n"))
}

/// A bundle file: `note` is the text of [`note_text`], signed or as it is.
///
/// # Errors
/// As [`note_text`].
pub fn file(policy: &Policy, note: String) -> Result<String, BundleError> {
    let file = File { body: canonical(policy)?, note };
    let text = serde_json::to_string(&file).map_err(|error| BundleError::Policy(error.to_string()))?;
    Ok(text + "\n")
}

/// The canonical bytes of a policy: keys sorted, no white space.
fn canonical(value: &impl Serialize) -> Result<String, BundleError> {
    let text = serde_json::to_string(value).map_err(|error| BundleError::Policy(error.to_string()))?;
    let node = json::parse(&text, DEPTH).map_err(|error| BundleError::Policy(error.to_string()))?;
    Ok(node.canonical())
}

fn digest(body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    let mut out = String::from("sha256:");
    for byte in hash {
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

/// The digest of anything that can be written canonically.
pub(super) fn digest_of(value: &impl Serialize) -> Result<String, BundleError> {
    canonical(value).map(|text| digest(&text))
}

impl File {
    fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        let unreadable = |error: json::Error| BundleError::Unreadable(error.to_string());
        let document = Document::parse(bytes.to_vec(), DEPTH).map_err(unreadable)?;
        serde_json::from_slice(document.text().as_bytes())
            .map_err(|error| BundleError::Unreadable(plain(&error)))
    }
}

impl Statement {
    fn read(text: &str) -> Result<Self, BundleError> {
        let mut lines = text.lines();
        if lines.next() != Some(ORIGIN) {
            return Err(BundleError::Note("it does not begin with `toolgate bundle`"));
        }
        let mut value = |key: &str, wrong: &'static str| {
            lines
                .next()
                .and_then(|line| line.strip_prefix(key)?.strip_prefix(' '))
                .ok_or(BundleError::Note(wrong))
        };
        let name = value("name", "it names no policy")?.to_owned();
        let version = value("version", "it names no version")?;
        let schema = value("schema", "it names no schema version")?.to_owned();
        let digest = value("digest", "it names no digest")?.to_owned();
        if lines.next().is_some() && schema == SCHEMA.to_string() {
            return Err(BundleError::Note("it says more than this version of Toolgate understands"));
        }
        let version = version.parse().map_err(|_| BundleError::Note("its version is not a number"))?;
        Ok(Self { name, version, schema, digest })
    }
}

fn read_policy(body: &str) -> Result<Policy, BundleError> {
    // Strictly first: serde would take the last of two equal keys without a word.
    let root = json::parse(body, DEPTH).map_err(|error| BundleError::Policy(error.to_string()))?;
    let schema = root.get("schema").and_then(Node::as_index);
    if schema != Some(SCHEMA) {
        let found = schema.map_or_else(|| "none".to_owned(), |schema| schema.to_string());
        return Err(BundleError::Schema { found });
    }
    // As bytes, like everything else here: what reads them is compiled once.
    let policy: Policy = serde_json::from_slice(body.as_bytes()).map_err(|error| {
        let text = plain(&error);
        match text.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
            Some(key) => BundleError::UnknownKey(key.to_owned()),
            None => BundleError::Policy(text),
        }
    })?;
    policy.check().map_err(BundleError::Policy)?;
    Ok(policy)
}

/// The message of a serde error on one line.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace("\nhelp: ", "; ")
}

#[cfg(test)]
mod tests;
