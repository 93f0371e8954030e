//! The ledger signs people in itself, at an OpenID provider: OpenID Connect Core 1.0, the authorization code flow with
//! PKCE (RFC 7636), `state` and `nonce`.
//!
//! ```text
//! begin    the provider's page, with state, nonce and challenge; a cookie ties the attempt to this browser
//! finish   state and cookie are of one attempt, which is gone then; the code becomes an ID token, from the token
//!          endpoint; its signature, issuer, audience, nonce and times are right, or nobody is signed in
//! ```
//!
//! What the provider's metadata says is taken from its discovery document, whose issuer is the configured one to the
//! letter. Every address in it is `https` or this machine; redirects are not followed. Deliberately absent: algorithms
//! with a shared secret and `none`, whatever the provider offers, and tokens that came through the browser.

use super::TokenDigest;
use super::jwt::Claimed;
use super::session::{cookie, random};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse as _,
};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use toolgate_engine::time::{Span, Timestamp};

/// The cookie of an attempt.
const COOKIE_NAME: &str = "__Host-toolgate-provider";
/// How long somebody may take at the provider, and most attempts at once; the oldest gives way.
const ATTEMPTS: (Span, usize) = (Span::from_secs(600), 10_000);
/// How long the provider's metadata and keys are used before they are asked for again.
const FRESH: Span = Span::from_secs(300);
/// How long the provider may take to answer.
const WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of its answer.
const MAX_ANSWER: u64 = 1 << 20;
/// What an ID token may be signed with: nothing that the ledger could have signed itself.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Which provider, and what the ledger is there.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Whose word counts.
    pub issuer: IssuerUrl,
    /// The ledger's name there.
    pub client: ClientId,
    /// What proves it, besides the challenge.
    pub secret: Option<ClientSecret>,
    /// Where the provider sends people back to.
    pub redirect: RedirectUrl,
    /// What is asked for, besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that names a person, and the one that lists their groups.
    pub claims: (String, String),
}

/// A provider, and who is on the way there.
#[derive(Debug)]
pub struct Provider {
    registration: Registration,
    http: Http,
    known: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
    attempts: Mutex<HashMap<TokenDigest, Attempt>>,
}

#[derive(Debug)]
struct Attempt {
    browser: TokenDigest,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    landing: Option<String>,
    until: Timestamp,
}

/// Somebody goes to the provider.
#[derive(Debug)]
pub struct Begun {
    /// Where.
    pub address: String,
    /// What ties them to it: the value of `set-cookie`.
    pub cookie: String,
}

/// Why a provider signs nobody in. The words are for the operator; they hold no token, code or secret.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The provider gives no answer, or none that can be used.
    #[error("the provider: {0}")]
    Provider(String),
    /// No such attempt of this browser: it is too old, was used, or is somebody else's.
    #[error("nobody of this browser is on the way")]
    Unbound,
    /// What came back proves nobody.
    #[error("what the provider gave proves nobody: {0}")]
    Unproven(String),
    /// There is no randomness.
    #[error("the machine gives no randomness")]
    Random,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreachable(String);

impl Provider {
    /// A provider; nothing is asked of it before the first sign-in.
    pub fn new(registration: Registration) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(WITHIN)).max_redirects(0).proxy(None);
        let http = Http(config.http_status_as_error(false).build().into());
        Self { registration, http, known: Mutex::default(), attempts: Mutex::default() }
    }

    /// What people know it by: its host.
    pub fn host(&self) -> String {
        self.registration.issuer.url().host_str().unwrap_or_default().to_owned()
    }

    /// Sends somebody on their way; `landing` is where they go once they are signed in.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin(&self, landing: Option<String>, now: Timestamp) -> Result<Begun, Failure> {
        let metadata = self.metadata(now, FRESH).await?;
        let client = self.client(metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let random = || random().map_err(|_| Failure::Random);
        let (state, nonce, browser) = (random()?, random()?, random()?);
        let (given, nonce) = (state.clone(), Nonce::new(nonce));
        let asked = nonce.clone();
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(given),
            move || asked,
        );
        for scope in &self.registration.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, ..) = request.set_pkce_challenge(challenge).url();
        let until = now + ATTEMPTS.0;
        let attempt = Attempt { browser: TokenDigest::of(&browser), nonce, verifier, landing, until };
        let mut attempts = lock(&self.attempts);
        attempts.retain(|_, attempt| now < attempt.until);
        if attempts.len() >= ATTEMPTS.1
            && let Some(oldest) =
                attempts.iter().min_by_key(|(_, attempt)| attempt.until).map(|(state, _)| *state)
        {
            attempts.remove(&oldest);
        }
        attempts.insert(TokenDigest::of(&state), attempt);
        let cookie = format!("{COOKIE_NAME}={browser}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600");
        Ok(Begun { address: address.to_string(), cookie })
    }

    /// Takes back who was sent: who they are, and where they wanted to go. Whatever comes of it, the attempt is over.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn finish(
        &self,
        headers: &HeaderMap,
        (state, code): (&str, String),
        now: Timestamp,
    ) -> Result<(Claimed, Option<String>), Failure> {
        let attempt = self.take(headers, state, now).ok_or(Failure::Unbound)?;
        let metadata = self.metadata(now, FRESH).await?;
        let client = self.client(metadata)?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Failure::Provider(error.to_string()))?
            .set_pkce_verifier(attempt.verifier);
        let tokens = exchange.request_async(&self.http).await;
        let tokens = tokens.map_err(|error| Failure::Unproven(format!("the code: {error}")))?;
        let token = tokens.id_token().ok_or_else(|| Failure::Unproven("there is no ID token".to_owned()))?;
        if let Err(error) = self.verify(token, &client, &attempt.nonce, now) {
            // The provider may have changed its keys since they were asked for.
            let unknown_key = matches!(
                error,
                ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)
            );
            if !unknown_key {
                return Err(Failure::Unproven(error.to_string()));
            }
            let client = self.client(self.metadata(now, Span::default()).await?)?;
            self.verify(token, &client, &attempt.nonce, now)
                .map_err(|error| Failure::Unproven(error.to_string()))?;
        }
        let (name, groups) = &self.registration.claims;
        let claimed = payload(token).and_then(|claims| Claimed::of(&claims, name, groups));
        let claimed = claimed
            .ok_or_else(|| Failure::Unproven(format!("`{name}` or `{groups}` is not what it should be")))?;
        Ok((claimed, attempt.landing))
    }

    /// Gives an attempt up that came back without a code.
    pub fn forget(&self, headers: &HeaderMap, state: &str, now: Timestamp) {
        let _ = self.take(headers, state, now);
    }

    /// The attempt of this state, if it is this browser's. A guess of another browser takes nothing away.
    fn take(&self, headers: &HeaderMap, state: &str, now: Timestamp) -> Option<Attempt> {
        let browser = cookie(headers, COOKIE_NAME)?;
        let mut attempts = lock(&self.attempts);
        let state = TokenDigest::of(state);
        attempts.get(&state).filter(|attempt| attempt.browser.is_of(&browser))?;
        attempts.remove(&state).filter(|attempt| now < attempt.until)
    }

    fn verify(
        &self,
        token: &CoreIdToken,
        client: &Client,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<(), ClaimsVerificationError> {
        let clock = move || time(now).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(clock);
        token.claims(&verifier, nonce).map(|_| ())
    }

    /// What the provider says of itself, no older than `fresh`.
    async fn metadata(&self, now: Timestamp, fresh: Span) -> Result<CoreProviderMetadata, Failure> {
        let known = lock(&self.known).as_ref().filter(|(at, _)| now < *at + fresh).cloned();
        if let Some((_, metadata)) = known {
            return Ok(metadata);
        }
        let found = CoreProviderMetadata::discover_async(self.registration.issuer.clone(), &self.http).await;
        let metadata = found.map_err(|error| Failure::Provider(format!("discovery: {error}")))?;
        *lock(&self.known) = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Client, Failure> {
        let Registration { client, secret, redirect, .. } = self.registration.clone();
        let authorization = metadata.authorization_endpoint().as_str();
        if !crate::config::is_safe(authorization) {
            return Err(Failure::Provider(format!(
                "`{authorization}` is neither `https` nor of this machine"
            )));
        }
        let methods = metadata.token_endpoint_auth_methods_supported();
        let by_post = methods.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client = CoreClient::from_provider_metadata(metadata, client, secret).set_redirect_uri(redirect);
        Ok(client.set_auth_type(if by_post { AuthType::RequestBody } else { AuthType::BasicAuth }))
    }
}

/// Asks the provider: nowhere but where nobody can listen, and never where a redirect leads.
#[derive(Debug, Clone)]
struct Http(ureq::Agent);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unreachable;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unreachable>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let address = request.uri().to_string();
            if !crate::config::is_safe(&address) {
                return Err(Unreachable(format!("`{address}` is neither `https` nor of this machine")));
            }
            let http = self.0.clone();
            let asked = tokio::task::spawn_blocking(move || {
                let (head, mut body) = http.run(request)?.into_parts();
                let body = body.with_config().limit(MAX_ANSWER).read_to_vec()?;
                Ok::<_, ureq::Error>(HttpResponse::from_parts(head, body))
            });
            let answer = asked.await.map_err(|error| Unreachable(error.to_string()))?;
            answer.map_err(|error| Unreachable(format!("`{address}`: {error}")))
        })
    }
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// All claims of a token that was verified: those of groups have no standard.
fn payload(token: &CoreIdToken) -> Option<serde_json::Map<String, serde_json::Value>> {
    let text = token.to_string();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn time(now: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(now.as_micros() / 1_000_000).ok()?, 0)
}

/// What takes the cookie of an attempt away.
pub fn over() -> String {
    format!("{COOKIE_NAME}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
