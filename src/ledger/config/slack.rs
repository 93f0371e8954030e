//! The channel in Slack, and who may answer there.

use super::people::is_safe;
use super::{ConfigError, Environment, File, read_secret, read_token, refuse};
use crate::http::auth::Role;
use crate::notify::slack::answers::Answers;
use crate::notify::slack::{Slack, Token};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// A channel that is told that people are asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlackEntry {
    /// The channel's ID.
    pub channel: String,
    /// The file that holds the bot's token.
    pub token_file: Option<PathBuf>,
    /// The environment variable that holds it.
    pub token_env: Option<String>,
    /// The reviewer groups it is for, by their names in the policy; all, if left out.
    pub groups: Option<BTreeSet<String>>,
    /// Slack's Web API; `https`, or loopback.
    #[serde(default = "slack_com")]
    pub api: String,
    /// Who may answer there; nobody, if left out.
    pub answers: Option<AnswersEntry>,
}

fn slack_com() -> String {
    "https://slack.com/api".to_owned()
}

/// What people may answer there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersEntry {
    /// Where Slack is answered.
    pub listen: SocketAddr,
    /// The file that holds the app's signing secret.
    pub signing_secret_file: Option<PathBuf>,
    /// The environment variable that holds it.
    pub signing_secret_env: Option<String>,
    /// The workspace's ID.
    pub team: String,
    /// Whether people may approve, too.
    #[serde(default)]
    pub approve: bool,
    /// Slack's IDs of people, and their names in `[[users]]`.
    pub users: BTreeMap<String, String>,
}

impl SlackEntry {
    /// The files it names.
    pub(super) fn files(&mut self) -> [Option<&mut PathBuf>; 2] {
        let secret = self.answers.as_mut().and_then(|answers| answers.signing_secret_file.as_mut());
        [self.token_file.as_mut(), secret]
    }
}

impl File {
    /// The channel in Slack.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn slack(&self, environment: Environment<'_>) -> Result<Option<Slack>, ConfigError> {
        let Some(entry) = &self.slack else { return Ok(None) };
        let SlackEntry { channel, token_file, token_env, groups, api, answers } = entry;
        if !is_id(channel, "CGD") {
            return refuse(format!(
                "`[slack]`: `{channel}` is no channel's ID, such as `C0123456789`; a name can be given to another channel"
            ));
        }
        if !is_safe(api) {
            return refuse("`[slack]`: `api` is neither `https` nor of this machine");
        }
        let Some(console) = &self.console.url else {
            return refuse("`[slack]` needs the `url` of `[console]`, to which its messages lead");
        };
        if groups.as_ref().is_some_and(BTreeSet::is_empty) {
            return refuse("`[slack]`: `groups` names nobody; leave it out for all");
        }
        let token = read_token("`[slack]`", token_file.as_deref(), token_env.as_deref(), environment)?;
        if !token.starts_with("xox") {
            return refuse("`[slack]`: the token is not one of Slack's, such as `xoxb-…`");
        }
        let answers = answers.as_ref().map(|answers| self.answers(answers, environment)).transpose()?;
        Ok(Some(Slack {
            name: format!("slack:{channel}"),
            api: api.trim_end_matches('/').to_owned(),
            channel: channel.clone(),
            token: Token(token),
            console: console.trim_end_matches('/').to_owned(),
            groups: groups.clone(),
            answers: answers.map(Arc::new),
        }))
    }

    fn answers(&self, entry: &AnswersEntry, environment: Environment<'_>) -> Result<Answers, ConfigError> {
        let AnswersEntry { signing_secret_file, signing_secret_env, team, approve, users, .. } = entry;
        let from = ("signing_secret", signing_secret_file.as_deref(), signing_secret_env.as_deref());
        let (secret, place) = read_secret("`[slack.answers]`", from, environment)?;
        let secret = secret.trim();
        if secret.len() < super::MIN_TOKEN || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse(format!(
                "`[slack.answers]`: the signing secret in {place} is not one: at least {} visible ASCII characters",
                super::MIN_TOKEN
            ));
        }
        if !is_id(team, "TE") {
            return refuse(format!(
                "`[slack.answers]`: `{team}` is no workspace's ID, such as `T0123456789`"
            ));
        }
        if users.is_empty() {
            return refuse(
                "`[slack.answers]`: `users` names nobody, so nobody could answer; leave it out for that",
            );
        }
        for (id, name) in users {
            if !is_id(id, "UW") {
                return refuse(format!(
                    "`[slack.answers]`: `{id}` is no person's ID, such as `U0123456789`; names can be chosen there"
                ));
            }
            let listed = self.users.iter().find(|user| user.name == *name);
            match listed {
                Some(user) if user.roles.contains(&Role::Reviewer) => {}
                Some(_) => return refuse(format!("`[slack.answers]`: `{name}` is not a reviewer")),
                None => {
                    return refuse(format!(
                        "`[slack.answers]`: `{name}` is none of `[[users]]`, where the groups of who answers in Slack stand"
                    ));
                }
            }
        }
        Ok(Answers::new(secret, team.clone(), *approve, users.clone()))
    }
}

/// Whether a text has the form of Slack's IDs, the first letter being one of these.
fn is_id(text: &str, first: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|letter| first.contains(letter))
        && (8..=20).contains(&text.len())
        && letters.all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: &[(&str, &str)] = &[
        ("TOKEN", "xoxb-0123456789-abcdefghij"),
        ("SECRET", "8f742231b10e8888abcd99yyyzzz85a5"),
        ("SHORT", "xoxb"),
        ("OTHER", "0123456789abcdefghij"),
    ];

    const GOOD: &str = r#"
[console]
url = "https://toolgate.corp.example/"

[slack]
channel = "C0123456789"
token_env = "TOKEN"

[slack.answers]
listen = "127.0.0.1:7414"
signing_secret_env = "SECRET"
team = "T0123456789"
users = { U0123456789 = "soc-1" }

[[users]]
name = "soc-1"

[[users]]
name = "auditor"
roles = ["auditor"]
"#;

    fn read(text: &str) -> Result<Option<Slack>, ConfigError> {
        let file: File = toml::from_str(text).map_err(|error| ConfigError(error.to_string()))?;
        file.check()?;
        let known = |name: &str| SECRETS.iter().find(|(known, _)| *known == name);
        file.slack(&|name| known(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_is_not_said_is_the_safe_one() {
        let slack = read(GOOD).unwrap().unwrap();
        assert_eq!(
            (slack.api.as_str(), slack.console.as_str()),
            ("https://slack.com/api", "https://toolgate.corp.example")
        );
        assert!(slack.answers.as_ref().is_some_and(|answers| !answers.approve));
        assert!(read("").unwrap().is_none());
        let told = format!("{slack:?}");
        assert!(!told.contains("xox") && !told.contains("8f742231"), "{told}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_and_no_secret_is_told() {
        for (good, bad, why) in [
            ("\"C0123456789\"", "\"#soc\"", "no channel's ID"),
            (
                "channel =",
                "api = \"http://slack.example/api\"\nchannel =",
                "neither `https` nor of this machine",
            ),
            ("url = \"https://toolgate.corp.example/\"", "", "needs the `url` of `[console]`"),
            ("channel =", "groups = []\nchannel =", "names nobody"),
            ("token_env = \"TOKEN\"", "", "needs either `token_file` or `token_env`"),
            ("\"TOKEN\"", "\"SHORT\"", "is not one"),
            ("\"TOKEN\"", "\"OTHER\"", "not one of Slack's"),
            ("\"SECRET\"", "\"SHORT\"", "the signing secret in"),
            ("\"SECRET\"", "\"MISSING\"", "not in the environment"),
            ("\"T0123456789\"", "\"corp\"", "no workspace's ID"),
            ("{ U0123456789 = \"soc-1\" }", "{}", "nobody could answer"),
            ("U0123456789 =", "jo =", "no person's ID"),
            ("= \"soc-1\" }", "= \"soc-9\" }", "none of `[[users]]`"),
            ("= \"soc-1\" }", "= \"auditor\" }", "is not a reviewer"),
            (":7414", ":7411", "an address of their own"),
            ("team =", "teams =", "unknown field"),
        ] {
            assert!(GOOD.contains(good), "{good}");
            let refused = read(&GOOD.replacen(good, bad, 1)).unwrap_err().0;
            assert!(refused.contains(why), "{bad}: {refused}");
            assert!(
                SECRETS.iter().all(|(_, secret)| *secret == "xoxb" || !refused.contains(secret)),
                "{refused}"
            );
        }
    }
}
