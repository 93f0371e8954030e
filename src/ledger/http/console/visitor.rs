//! Who is at the browser. A page takes a [`Visitor`] of a role as an argument and a form a [`Form`] of one, so that
//! none can forget to ask.

use super::glass::{self, Glass};
use super::{Frame, Trouble, to};
use crate::escalation::Reviewer;
use crate::event::is_uuid;
use crate::http::auth::{Access, Needs, User, check_role};
use crate::http::problem::{Code, Problem};
use crate::http::{App, read_body};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::marker::PhantomData;

/// Most bytes of a form.
const MAX_FORM: usize = 64 << 10;

/// A person with a role that `N` needs.
#[derive(Debug, Clone)]
pub(super) struct Visitor<N> {
    /// Who they are and what they may do.
    pub(super) user: User,
    token: String,
    dev: bool,
    glass: Vec<Glass>,
    role: PhantomData<N>,
}

/// Where somebody goes once they are signed in: a page of the console, never anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Landing(Option<String>);

impl Landing {
    /// The page that a path names; nothing, if it names none.
    pub(super) fn of(path: &str) -> Option<Self> {
        let is_page = matches!(path, "/record" | "/policy" | "/agents")
            || path.strip_prefix("/escalations/").is_some_and(is_uuid);
        is_page.then(|| Self(Some(path.to_owned())))
    }

    /// Its path, where it is not the first page.
    pub(super) fn path(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The way there through the sign-in.
    pub(super) fn sign_in(&self) -> String {
        self.0.as_ref().map_or_else(|| "/sign-in".to_owned(), |path| format!("/sign-in?to={path}"))
    }
}

/// Why somebody does not see a page.
#[derive(Debug)]
pub(super) enum Outside {
    /// They have to sign in first, and come back then.
    Unknown(Landing),
    /// It is not for them.
    Refused(Box<Trouble>),
}

impl IntoResponse for Outside {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown(landing) => to(&landing.sign_in()),
            Self::Refused(trouble) => trouble.into_response(),
        }
    }
}

/// Who the request is from: a session, or whatever proves a person on every request.
pub(super) fn find(app: &App, headers: &HeaderMap) -> Option<(User, String)> {
    let now = app.ledger.now();
    if let Some((user, session)) = app.sessions.find(headers, now) {
        return Some((user, app.sessions.form_token(&session)));
    }
    let user = app.access.user(headers, now)?;
    let token = app.sessions.form_token(&format!("person {}", user.reviewer.name));
    Some((user, token))
}

impl<N> Visitor<N> {
    /// What stands around a page for them.
    pub(super) fn frame(&self, here: &str) -> Frame {
        Frame::of(&self.user, self.token.clone(), here, self.dev, self.glass.clone())
    }

    /// A problem, told to them.
    pub(super) fn trouble(&self, problem: Problem, back: Option<&str>) -> Trouble {
        Trouble { frame: self.frame(""), problem, back: back.map(str::to_owned) }
    }
}

impl<N: Needs> FromRequestParts<App> for Visitor<N> {
    type Rejection = Outside;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Outside> {
        let (user, token) = find(app, &parts.headers)
            .ok_or_else(|| Outside::Unknown(Landing::of(parts.uri.path()).unwrap_or_default()))?;
        let dev = matches!(*app.access, Access::Everybody);
        let (glass, trouble) = match glass::open(app, &user).await {
            Ok(glass) => (glass, None),
            // Whether the policy holds cannot be said, so nothing is.
            Err(error) => (Vec::new(), Some(error)),
        };
        let visitor = Self { user, token, dev, glass, role: PhantomData };
        if let Some(error) = trouble {
            return Err(Outside::Refused(Box::new(visitor.trouble(error.into(), None))));
        }
        match check_role::<N>(&visitor.user) {
            Ok(()) => Ok(visitor),
            Err(problem) => Err(Outside::Refused(Box::new(visitor.trouble(problem, None)))),
        }
    }
}

/// A form that stood in a page of this person.
#[derive(Debug)]
pub(super) struct Form<N> {
    /// Who sent it.
    pub(super) visitor: Visitor<N>,
    fields: Vec<(String, String)>,
}

impl<N> Form<N> {
    /// Who sent it, as one who votes.
    pub(super) fn reviewer(&self) -> Reviewer {
        self.visitor.user.reviewer.clone()
    }

    /// A field that stands there once; empty otherwise.
    pub(super) fn get(&self, name: &str) -> &str {
        once(&self.fields, name)
    }

    /// All fields, in their order.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

pub(super) fn once<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let mut values = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (Some(value), None) => value,
        _ => "",
    }
}

impl<N: Needs + Send> FromRequest<App> for Form<N> {
    type Rejection = Outside;

    async fn from_request(request: Request, app: &App) -> Result<Self, Outside> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::<N>::from_request_parts(&mut parts, app).await?;
        let refused =
            |visitor: &Visitor<N>, problem| Outside::Refused(Box::new(visitor.trouble(problem, None)));
        let fields = match read_body::<MAX_FORM>(body).await {
            Ok(body) => fields(&parts.headers, &body),
            Err(problem) => Err(problem),
        };
        let fields = fields.map_err(|problem| refused(&visitor, problem))?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(
            once(&fields, "token").as_bytes(),
            visitor.token.as_bytes(),
        )) {
            let what = "the form is not of this session; open the page again";
            return Err(refused(&visitor, Problem::new(Code::OtherOrigin, what)));
        }
        Ok(Self { visitor, fields })
    }
}

/// The fields of a form's body.
pub(super) fn fields(headers: &HeaderMap, body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let kind =
        headers.get(axum::http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::new(Code::UnsupportedType, "a form is `application/x-www-form-urlencoded`"));
    }
    Ok(form_urlencoded::parse(body).into_owned().collect())
}
