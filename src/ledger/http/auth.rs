//! Who is asking, and what they may do.
//!
//! | who | how | where |
//! |---|---|---|
//! | a gateway | bearer token | the gateways' listener |
//! | a program, a person at a shell | bearer token | the people's listener |
//! | a person whom a proxy signed in | the [signed token](jwt) it forwards, never a header with a bare name | the people's listener |
//! | a person at a browser | a [session], after a password, a code, or a [provider's](oidc) word | the console's pages alone |
//!
//! A handler takes its role as an argument ([`Emitter`], [`Person`] of a role), so none can forget to ask. The
//! listeners are apart as well: what a gateway may do is not routed where people are, and the other way round.

pub mod jwt;
pub mod oidc;
pub mod session;

use super::App;
use super::problem::{Code, Problem};
use crate::escalation::{Membership, Reviewer};
use crate::store::Auth;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use toolgate_engine::protocol::{Assurance, ReviewerGroup};
use toolgate_engine::time::Timestamp;

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
    /// See the policy, and what was decided about the agents that act for them.
    Developer,
}

impl Role {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Auditor => "auditor",
            Self::Author => "author",
            Self::Developer => "developer",
        }
    }
}

/// The hash of a token; the token itself is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The hash of this token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Whether it is this token's. Takes as long either way.
    pub fn is_of(&self, token: &str) -> bool {
        self.0.ct_eq(&Self::of(token).0).into()
    }
}

/// A person who may come to the people's listener.
#[derive(Debug, Clone)]
pub struct User {
    /// Who they are.
    pub reviewer: Reviewer,
    /// What they may do.
    pub roles: BTreeSet<Role>,
}

impl User {
    /// Whether they have one of these roles.
    pub fn has(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

/// How somebody of the configuration proves who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proofs {
    /// Their token's hash.
    pub token: Option<TokenDigest>,
    /// Their password's hash, in PHC form.
    pub password: Option<String>,
}

/// Who may do what.
#[derive(Debug)]
pub enum Access {
    /// Nobody is asked who they are. Only on loopback, only with `--dev`.
    Everybody,
    /// These.
    Known(Box<Known>),
}

/// Who may do what, by name or by what somebody trusted says of them.
#[derive(Debug, Default)]
pub struct Known {
    /// Gateways: token and name.
    pub emitters: Vec<(TokenDigest, String)>,
    /// People of the configuration.
    pub users: Vec<(Proofs, User)>,
    /// Who signs people in before they come here.
    pub proxy: Option<jwt::Trust>,
    /// Where the ledger itself has people signed in.
    pub oidc: Option<oidc::Provider>,
    /// What members of a group may do, where others say who is in it.
    pub groups: BTreeMap<String, BTreeSet<Role>>,
}

impl Access {
    /// How the ledger knows a peer.
    pub const fn auth(&self) -> Auth {
        match self {
            Self::Everybody => Auth::None,
            Self::Known(_) => Auth::Token,
        }
    }

    /// Whether enough people could approve a call of any of `asks` for this group; how many are known if not. Who is
    /// in a group that somebody else keeps is not known here, so those could.
    pub fn could_approve(&self, group: &ReviewerGroup, asks: &[&str]) -> Result<(), usize> {
        let Self::Known(known) = self else { return Ok(()) };
        if group.assurance == Some(Assurance::Oidc) && known.proxy.is_none() && known.oidc.is_none() {
            return Err(0);
        }
        let elsewhere = |member: &String| match member.split_once(':') {
            Some(("group", name)) => {
                known.groups.get(name).is_some_and(|roles| roles.contains(&Role::Reviewer))
            }
            Some(("user", _)) => !known.groups.is_empty(),
            _ => false,
        };
        if (known.proxy.is_some() || known.oidc.is_some()) && group.members.iter().any(elsewhere) {
            return Ok(());
        }
        let may = |(_, user): &&(Proofs, User)| {
            user.has(&[Role::Reviewer])
                && !asks.iter().any(|asks| user.reviewer.acts_as(asks))
                && group.members.iter().any(|member| user.reviewer.is(member))
        };
        let people = known.users.iter().filter(may).count();
        if people < group.approvals as usize { Err(people) } else { Ok(()) }
    }

    fn emitter(&self, token: Option<&str>) -> Option<String> {
        match self {
            Self::Everybody => Some("dev".to_owned()),
            Self::Known(known) => {
                let emitters = &known.emitters;
                let at = find(token?, emitters.iter().map(|(token, _)| Some(token)))?;
                emitters.get(at).map(|(_, name)| name.clone())
            }
        }
    }

    /// The person these headers prove, without a session.
    pub(super) fn user(&self, headers: &HeaderMap, now: Timestamp) -> Option<User> {
        let known = match self {
            Self::Everybody => return Some(everybody()),
            Self::Known(known) => known,
        };
        if let Some(token) = bearer(headers, &AUTHORIZATION)
            && let Some(at) = find(token, known.users.iter().map(|(proofs, _)| proofs.token.as_ref()))
        {
            return known.users.get(at).map(|(_, user)| user.clone());
        }
        let trust = known.proxy.as_ref()?;
        let claimed = trust.verify(bearer(headers, trust.header())?, now)?;
        known.signed_in_elsewhere(claimed)
    }
}

impl Known {
    /// A person somebody else signed in: who they are, and what their groups may do here.
    pub(super) fn signed_in_elsewhere(&self, claimed: jwt::Claimed) -> Option<User> {
        let jwt::Claimed { name, groups } = claimed;
        let roles = groups.iter().filter_map(|group| self.groups.get(group)).flatten().copied().collect();
        // Whom their principals act for stands in the configuration, whoever signed them in.
        let listed = self.users.iter().find(|(_, user)| user.reviewer.name.eq_ignore_ascii_case(&name));
        let principals = listed.map(|(_, user)| user.reviewer.principals.clone()).unwrap_or_default();
        let groups = Membership::Listed(groups);
        let reviewer = Reviewer { name, groups, principals, assurance: Assurance::Oidc };
        Some(User { reviewer, roles })
    }
}

fn everybody() -> User {
    User {
        reviewer: Reviewer {
            name: "dev".to_owned(),
            groups: Membership::Every,
            principals: Vec::new(),
            assurance: Assurance::Local,
        },
        roles: BTreeSet::from([Role::Reviewer, Role::Auditor, Role::Author, Role::Developer]),
    }
}

/// Which of the hashes is this token's. Takes as long whichever it is, or none.
fn find<'a>(token: &str, known: impl Iterator<Item = Option<&'a TokenDigest>>) -> Option<usize> {
    let TokenDigest(asked) = TokenDigest::of(token);
    let mut found = Choice::from(0);
    let mut at = 0;
    for (number, digest) in (0u64..).zip(known) {
        let Some(TokenDigest(digest)) = digest else { continue };
        let same = asked.ct_eq(digest);
        at = u64::conditional_select(&at, &number, same);
        found |= same;
    }
    bool::from(found).then(|| usize::try_from(at).ok())?
}

/// The token in a header. Only `authorization` has a scheme in front of it.
fn bearer<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = single(headers, name)?;
    if *name != AUTHORIZATION {
        return Some(value.trim());
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The value of a header that stands there once: two could be read differently by somebody in between.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
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
        let peer = app.access.emitter(bearer(&parts.headers, &AUTHORIZATION));
        let peer =
            peer.ok_or_else(|| Problem::new(Code::Unauthenticated, "a gateway's bearer token is needed"))?;
        Ok(Self { peer, auth: app.access.auth() })
    }
}

/// What a handler asks of a person.
pub trait Needs {
    /// One of these roles.
    const ROLES: &'static [Role];
}

macro_rules! roles {
    ($($name:ident = $roles:expr, $doc:literal);* $(;)?) => {
        $(#[doc = $doc] #[derive(Debug, Clone, Copy)] pub struct $name; impl Needs for $name { const ROLES: &'static [Role] = $roles; })*
    };
}
roles! {
    Reviews = &[Role::Reviewer], "Sees and decides escalations.";
    Asks = &[Role::Reviewer, Role::Developer], "Asks for break-glass; a developer for those that act for them.";
    Audits = &[Role::Auditor], "Reads the log.";
    Traces = &[Role::Auditor, Role::Developer], "Reads what became of calls; a developer of those that act for them.";
    Wonders = &[Role::Reviewer, Role::Auditor, Role::Developer], "Asks why a call was judged so; a developer as above.";
    Publishes = &[Role::Author], "Publishes policy bundles.";
    Looks = &[Role::Reviewer, Role::Auditor, Role::Author, Role::Developer], "Has any role at all.";
}

/// A person with the role `N` needs.
#[derive(Debug, Clone)]
pub struct Person<N> {
    /// Who.
    pub reviewer: Reviewer,
    /// All they may do.
    pub roles: BTreeSet<Role>,
    role: PhantomData<N>,
}

impl<N> Person<N> {
    /// Whether what this principal did is theirs to read: one of these roles reads of all, others of the principals
    /// that act for them, to the letter. What nobody was known to do is nobody's own.
    pub fn reads(&self, agent: Option<&str>, of_all: &[Role]) -> bool {
        of_all.iter().any(|role| self.roles.contains(role))
            || agent.is_some_and(|agent| self.reviewer.owns(agent))
    }
}

impl<N: Needs> FromRequestParts<App> for Person<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let user = app.access.user(&parts.headers, app.ledger.now());
        let user =
            user.ok_or_else(|| Problem::new(Code::Unauthenticated, "a person's bearer token is needed"))?;
        check_role::<N>(&user)?;
        Ok(Self { reviewer: user.reviewer, roles: user.roles, role: PhantomData })
    }
}

/// Whether a person may do what needs `N`.
pub(super) fn check_role<N: Needs>(user: &User) -> Result<(), Problem> {
    if user.has(N::ROLES) {
        return Ok(());
    }
    let roles: Vec<String> = N::ROLES.iter().map(|role| format!("`{}`", role.name())).collect();
    Err(Problem::new(Code::RoleMissing, format!("you do not have the role {}", roles.join(" or "))))
}
