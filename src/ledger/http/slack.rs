//! What people answer in [Slack](crate::notify::slack): the one path of a listener that only Slack needs to reach.
//!
//! Slack wants an answer within three seconds. A vote takes a commit, so it is usually told with the answer itself; where
//! it takes longer it goes on, and its message in the channel says what came of it. Nothing here votes: that is
//! [`votes::cast`], with the same refusals as anywhere.

use super::auth::single;
use super::problem::{Code, Problem};
use super::votes::{self, Ballot};
use super::{App, Limited, json};
use crate::escalation::Reviewer;
use crate::notify::slack::answers::Answers;
use crate::notify::slack::message::{APPROVE, COMMENT, DENY, OPEN, WHY_NOT, why_not};
use crate::notify::slack::{Slack, look};
use crate::say::say;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json as value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol;

/// Most bytes of a request of Slack's.
const MAX_REQUEST: usize = 256 << 10;
/// How long a vote is waited for; Slack gives three seconds, the way there and back among them.
const ACK_WITHIN: Duration = Duration::from_millis(1_500);

/// What Slack tells of: somebody pressed a button, or sent a form.
#[derive(Debug, Deserialize)]
struct Interaction {
    #[serde(rename = "type")]
    kind: String,
    team: Option<Team>,
    user: Person,
    trigger_id: Option<String>,
    #[serde(default)]
    actions: Vec<Action>,
    view: Option<View>,
}

#[derive(Debug, Deserialize)]
struct Team {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Person {
    id: String,
    team_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Action {
    action_id: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Deserialize)]
struct View {
    callback_id: String,
    private_metadata: String,
    state: Form,
}

/// Blocks, their elements, and what stands in them.
#[derive(Debug, Deserialize)]
struct Form {
    values: BTreeMap<String, BTreeMap<String, Field>>,
}

#[derive(Debug, Deserialize)]
struct Field {
    value: Option<String>,
}

/// What an answer is about: an escalation and the digest of the call that was shown.
#[derive(Debug, Clone)]
struct About {
    id: String,
    digest: String,
}

impl About {
    fn read(text: &str) -> Result<Self, Problem> {
        let parts = text.split_once(' ').filter(|(id, _)| crate::event::is_uuid(id));
        let (id, digest) = parts.ok_or_else(|| malformed("a button that is none of the ledger's"))?;
        Ok(Self { id: id.to_owned(), digest: digest.to_owned() })
    }
}

fn malformed(what: &str) -> Problem {
    Problem::new(Code::Malformed, what)
}

/// An answer from Slack.
pub(super) async fn answer(
    State(app): State<App>,
    headers: HeaderMap,
    Limited(body): Limited<MAX_REQUEST>,
) -> Result<Response, Problem> {
    const TIME: HeaderName = HeaderName::from_static("x-slack-request-timestamp");
    const SIGNATURE: HeaderName = HeaderName::from_static("x-slack-signature");
    let desk = Desk::of(&app)?;
    let (time, signature) = (single(&headers, &TIME), single(&headers, &SIGNATURE));
    let taken = desk.answers.take(time, signature, &body, app.ledger.now());
    taken.map_err(|why| Problem::new(Code::Unauthenticated, why.to_string()))?;
    let mut fields = form_urlencoded::parse(&body).filter(|(name, _)| name == "payload");
    let (Some((_, payload)), None) = (fields.next(), fields.next()) else {
        return Err(malformed("the body is a form with one `payload`"));
    };
    let told: Interaction = serde_json::from_str(&payload)
        .map_err(|error| malformed(&format!("`payload` is not what is expected: {error}")))?;
    match told.kind.as_str() {
        "block_actions" => desk.pressed(told).await,
        "view_submission" => desk.denied(told).await,
        _ => Err(malformed("`payload` is of another type than `block_actions` and `view_submission`")),
    }
}

/// What is needed to answer one request.
#[derive(Clone)]
struct Desk {
    app: App,
    slack: Arc<Slack>,
    answers: Arc<Answers>,
}

impl Desk {
    fn of(app: &App) -> Result<Self, Problem> {
        let slack = app.slack.clone().and_then(|slack| Some((slack.answers.clone()?, slack)));
        let (answers, slack) = slack.ok_or_else(|| Problem::not_found("such path on this listener"))?;
        Ok(Self { app: app.clone(), slack, answers })
    }

    fn who(&self, told: &Interaction) -> Result<Reviewer, String> {
        let teams = [told.team.as_ref().map(|team| team.id.as_str()), told.user.team_id.as_deref()];
        let who = self.answers.reviewer(&teams, &told.user.id, &self.app.access);
        who.map_err(|why| why.to_string())
    }

    /// Somebody pressed a button.
    async fn pressed(self, told: Interaction) -> Result<Response, Problem> {
        let [Action { action_id, value }] = told.actions.as_slice() else {
            return Err(malformed("one button is pressed at a time"));
        };
        if action_id == OPEN {
            return Ok(noted());
        }
        let (about, user) = (About::read(value)?, told.user.id.clone());
        let who = match self.who(&told) {
            Ok(who) => who,
            Err(why) => return Ok(self.whispering(user, why)),
        };
        match action_id.as_str() {
            DENY => {
                let trigger = told.trigger_id.as_deref();
                let trigger = trigger.ok_or_else(|| malformed("a button without `trigger_id`"))?;
                let form = why_not(trigger, value);
                // Slack opens it only soon after the button, and wants its answer meanwhile.
                tokio::spawn(async move {
                    if self.slack.call("views.open", form).await.is_err() {
                        self.whisper(&user, "The form did not open. Press again, or use the console.").await;
                    }
                });
                Ok(noted())
            }
            APPROVE => match self.vote(who, about, None, &user).await {
                Some(Err(why)) => Ok(self.whispering(user, why)),
                Some(Ok(())) | None => Ok(noted()),
            },
            _ => Err(malformed("a button that is none of the ledger's")),
        }
    }

    /// Somebody sent the form that says why not.
    async fn denied(self, told: Interaction) -> Result<Response, Problem> {
        let who = self.who(&told);
        let Some(View { callback_id, private_metadata, state }) = told.view else {
            return Err(malformed("a form without `view`"));
        };
        if callback_id != WHY_NOT {
            return Err(malformed("a form that is none of the ledger's"));
        }
        let about = About::read(&private_metadata)?;
        let field = state.values.get(COMMENT).and_then(|block| block.get(COMMENT));
        let comment = field.and_then(|field| field.value.clone()).unwrap_or_default();
        let voted = match who {
            Ok(who) => self.vote(who, about, Some(comment), &told.user.id).await,
            Err(why) => Some(Err(why)),
        };
        Ok(match voted {
            // Shown in the form, which stays open.
            Some(Err(why)) => json(&value!({ "response_action": "errors", "errors": { COMMENT: why } })),
            Some(Ok(())) | None => noted(),
        })
    }

    /// Votes: no with a comment, yes without. `None` if that takes longer than Slack waits; it goes on, and a refusal is
    /// whispered.
    async fn vote(
        &self,
        who: Reviewer,
        about: About,
        no: Option<String>,
        user: &str,
    ) -> Option<Result<(), String>> {
        let (desk, user) = (self.clone(), user.to_owned());
        let (told, mut heard) = oneshot::channel();
        tokio::spawn(async move {
            if let Err(Err(why)) = told.send(desk.cast(who, about, no).await) {
                desk.whisper(&user, &why).await;
            }
        });
        match tokio::time::timeout(ACK_WITHIN, &mut heard).await {
            Ok(answer) => answer.ok(),
            Err(_) => {
                // What came at the last moment is told here; from now on the other side tells it.
                heard.close();
                heard.try_recv().ok()
            }
        }
    }

    async fn cast(
        &self,
        who: Reviewer,
        About { id, digest }: About,
        no: Option<String>,
    ) -> Result<(), String> {
        let verdict = if no.is_some() { Verdict::Deny } else { Verdict::Allow };
        if verdict == Verdict::Allow {
            self.check_approvable(&id).await?;
        }
        let vote = protocol::Vote { verdict, digest, comment: no };
        let cast = votes::cast(&self.app, who, &id, Ballot { vote, grant: None }, None).await;
        cast.map(|_| ()).map_err(|problem| problem.detail().to_owned())
    }

    /// One approves what was shown, all of it. A button is only a picture: that it stood there proves nothing.
    async fn check_approvable(&self, id: &str) -> Result<(), String> {
        if !self.answers.approve {
            return Err("Calls are not approved in Slack here; open it in the console.".to_owned());
        }
        let (now, ids) = (self.app.ledger.now(), vec![id.to_owned()]);
        let found = self.app.ledger.read(move |db| look(db, &ids, now)).await;
        match found.map_err(|error| Problem::from(error).detail().to_owned())? {
            Some(look) if look.call.whole => Ok(()),
            Some(_) => {
                Err("The message does not show all of this call; open it in the console to approve it."
                    .to_owned())
            }
            None => Err("There is no such question.".to_owned()),
        }
    }

    /// Answers Slack, and tells one person why nothing came of it.
    fn whispering(self, user: String, why: String) -> Response {
        tokio::spawn(async move { self.whisper(&user, &why).await });
        noted()
    }

    async fn whisper(&self, user: &str, text: &str) {
        if let Err(why) = self.slack.whisper(user, text).await {
            say(format_args!("Slack: {why}"));
        }
    }
}

/// Slack is told nothing but that it was heard.
fn noted() -> Response {
    StatusCode::OK.into_response()
}
