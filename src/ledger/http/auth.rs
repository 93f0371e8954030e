//! Who is asking: bearer tokens, and what their owners may do.
//!
//! A handler takes its role as an argument ([`Emitter`], [`Person`] of a role), so none can forget to ask. The
//! listeners are apart as well: what a gateway may do is not routed where people are, and the other way round.

use super::App;
use super::problem::{Code, Problem};
use crate::escalation::{Membership, Reviewer};
use crate::store::Auth;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::marker::PhantomData;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// See and decide escalations.
    Reviewer,
    /// Read the log.
    Auditor,
    /// Publish policy bundles.
    Author,
}

/// The hash of a token; the token itself is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The hash of this token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

/// A person who may come to the reviewers' listener.
#[derive(Debug, Clone)]
pub struct User {
    /// Their token's hash.
    pub token: TokenDigest,
    /// Who they are.
    pub reviewer: Reviewer,
    /// What they may do.
    pub roles: BTreeSet<Role>,
}

/// Who may do what.
#[derive(Debug, Clone)]
pub enum Access {
    /// Nobody is asked who they are. Only on loopback, only with `--dev`.
    Everybody,
    /// These, by bearer token.
    Tokens {
        /// Gateways: token and name.
        emitters: Vec<(TokenDigest, String)>,
        /// People.
        users: Vec<User>,
    },
}

impl Access {
    /// How the ledger knows a peer.
    pub const fn auth(&self) -> Auth {
        match self {
            Self::Everybody => Auth::None,
            Self::Tokens { .. } => Auth::Token,
        }
    }

    /// Who could be asked to approve.
    pub fn reviewers(&self) -> Vec<Reviewer> {
        match self {
            Self::Everybody => vec![everybody()],
            Self::Tokens { users, .. } => {
                let reviews = |user: &&User| user.roles.contains(&Role::Reviewer);
                users.iter().filter(reviews).map(|user| user.reviewer.clone()).collect()
            }
        }
    }

    fn emitter(&self, token: Option<&str>) -> Option<String> {
        match self {
            Self::Everybody => Some("dev".to_owned()),
            Self::Tokens { emitters, .. } => {
                let at = find(token?, emitters.iter().map(|(token, _)| token))?;
                emitters.get(at).map(|(_, name)| name.clone())
            }
        }
    }

    fn user(&self, token: Option<&str>) -> Option<User> {
        match self {
            Self::Everybody => Some(User {
                token: TokenDigest([0; 32]),
                reviewer: everybody(),
                roles: BTreeSet::from([Role::Reviewer, Role::Auditor, Role::Author]),
            }),
            Self::Tokens { users, .. } => {
                let at = find(token?, users.iter().map(|user| &user.token))?;
                users.get(at).cloned()
            }
        }
    }
}

fn everybody() -> Reviewer {
    Reviewer { name: "dev".to_owned(), groups: Membership::Every, principals: Vec::new() }
}

/// Which of the hashes is this token's. Takes as long whichever it is, or none.
fn find<'a>(token: &str, known: impl Iterator<Item = &'a TokenDigest>) -> Option<usize> {
    let TokenDigest(asked) = TokenDigest::of(token);
    let mut found = Choice::from(0);
    let mut at = 0;
    for (number, TokenDigest(digest)) in (0u64..).zip(known) {
        let same = asked.ct_eq(digest);
        at = u64::conditional_select(&at, &number, same);
        found |= same;
    }
    bool::from(found).then(|| usize::try_from(at).ok())?
}

fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    // Two headers could be read differently by somebody in between.
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A gateway.
#[derive(Debug, Clone)]
pub struct Emitter {
    /// Its name.
    pub peer: String,
    /// How it is known.
    pub auth: Auth,
}

impl FromRequestParts<App> for Emitter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = app.access.emitter(bearer(parts));
        let peer =
            peer.ok_or_else(|| Problem::new(Code::Unauthenticated, "a gateway's bearer token is needed"))?;
        Ok(Self { peer, auth: app.access.auth() })
    }
}

/// What a handler asks of a person.
pub trait Needs {
    /// The role.
    const ROLE: Role;
}

macro_rules! roles {
    ($($name:ident = $role:expr, $doc:literal);* $(;)?) => {
        $(#[doc = $doc] #[derive(Debug, Clone, Copy)] pub struct $name; impl Needs for $name { const ROLE: Role = $role; })*
    };
}
roles! {
    Reviews = Role::Reviewer, "Sees and decides escalations.";
    Audits = Role::Auditor, "Reads the log.";
    Publishes = Role::Author, "Publishes policy bundles.";
}

/// A person with the role `N` needs.
#[derive(Debug, Clone)]
pub struct Person<N> {
    /// Who.
    pub reviewer: Reviewer,
    role: PhantomData<N>,
}

impl<N: Needs> FromRequestParts<App> for Person<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let user = app.access.user(bearer(parts));
        let user =
            user.ok_or_else(|| Problem::new(Code::Unauthenticated, "a person's bearer token is needed"))?;
        if !user.roles.contains(&N::ROLE) {
            let role = format!("{:?}", N::ROLE).to_lowercase();
            return Err(Problem::new(Code::RoleMissing, format!("you do not have the role `{role}`")));
        }
        Ok(Self { reviewer: user.reviewer, role: PhantomData })
    }
}
