//! Asking the ledger's reviewer listener: where it is, with which token, and what it answers.

use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::time::Duration;
use toolgate_ledger::visible::hides;

/// Longest answer that is read.
const MAX_ANSWER: u64 = 64 << 20;
/// Longest time an answer may take.
const WITHIN: Duration = Duration::from_secs(40);

/// Where the reviewer listener is, and who asks.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// The ledger's reviewer listener
    #[arg(long, env = "TOOLGATE_LEDGER", value_name = "URL", default_value = "http://127.0.0.1:7412")]
    pub(crate) ledger: String,
    /// The file that holds your token; else `TOOLGATE_TOKEN` in the environment does
    #[arg(long, env = "TOOLGATE_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Asks the listener.
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
    authorization: Option<String>,
}

impl Connection {
    /// A client for it.
    pub(crate) fn client(&self) -> Result<Client, String> {
        let token = match &self.token_file {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                Some(text.map_err(|error| format!("`{}`: {error}", path.display()))?)
            }
            None => std::env::var("TOOLGATE_TOKEN").ok(),
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(WITHIN))
            // A redirect would carry the token elsewhere.
            .max_redirects(0)
            .proxy(None)
            .build();
        Ok(Client {
            agent: config.into(),
            base: self.ledger.trim_end_matches('/').to_owned(),
            authorization: token.map(|token| format!("Bearer {}", token.trim())),
        })
    }
}

impl Client {
    /// `GET`; `query` is encoded here.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, String> {
        let request = self.agent.get(self.url(path)).query_pairs(query.iter().copied());
        let request =
            self.authorization.iter().fold(request, |request, value| request.header("authorization", value));
        self.read(request.call())
    }

    /// `POST` of a JSON body.
    pub(crate) fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, String> {
        let request = self.agent.post(self.url(path)).header("content-type", "application/json");
        let request =
            self.authorization.iter().fold(request, |request, value| request.header("authorization", value));
        let body = serde_json::to_vec(body).map_err(|error| error.to_string())?;
        self.read(request.send(&body[..]))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn read<T: DeserializeOwned>(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, String> {
        let mut answer = answer.map_err(|error| format!("`{}` does not answer: {error}", self.base))?;
        let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let body = body.map_err(|error| format!("the answer of `{}` broke off: {error}", self.base))?;
        if !answer.status().is_success() {
            return Err(refusal(answer.status().as_u16(), &body));
        }
        serde_json::from_slice(&body)
            .map_err(|error| format!("the answer of `{}` is not a ledger's: {error}", self.base))
    }
}

/// What a problem document says, or the bare status where there is none.
fn refusal(status: u16, body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Problem {
        code: String,
        detail: String,
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(Problem { code, detail }) if code == "unauthenticated" => {
            format!(
                "{} ({code})\nhelp: give your token with `--token-file`, or `TOOLGATE_TOKEN` in the environment",
                visible(&detail)
            )
        }
        Ok(Problem { code, detail }) => format!("{} ({})", visible(&detail), visible(&code)),
        Err(_) => format!("status {status}, and not from a ledger"),
    }
}

/// Text from elsewhere as it can be shown in a terminal: what would move the cursor, reorder the line or hide
/// is written out.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || !hides(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode());
        }
    }
    shown
}

/// [`visible`] on one line.
pub(crate) fn one_line(text: &str) -> String {
    visible(text).replace('\n', "\\n").replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_written_out() {
        assert_eq!(visible("rm -rf /srv\u{202e}txt.exe"), "rm -rf /srv\\u{202e}txt.exe");
        assert_eq!(visible("a\u{1b}[2Jb\u{200b}c"), "a\\u{1b}[2Jb\\u{200b}c");
        assert_eq!(visible("Grüße 日本\n\tx"), "Grüße 日本\n\tx");
        assert_eq!(one_line("a\nb"), "a\\nb");
    }

    #[test]
    fn a_problem_is_told_in_its_own_words() {
        let problem = br#"{"code":"spent","detail":"the approval was spent on another decision"}"#;
        assert_eq!(refusal(409, problem), "the approval was spent on another decision (spent)");
        assert_eq!(refusal(502, b"<html>"), "status 502, and not from a ledger");
    }
}
