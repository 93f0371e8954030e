//! The running service: listeners, what is done from time to time, and an orderly end.

use crate::config::{BundleEntry, ConfigError, Environment, File};
use crate::http::auth::Access;
use crate::http::auth::session::Sessions;
use crate::http::{self, App};
use crate::notify;
use crate::say::say;
use crate::service::{Ledger, Options, StartError, TICK};
use crate::store::bundles;
use axum::Router;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use toolgate_engine::time::Span;

/// How long requests may take to finish once the service ends.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// What the operator wrote.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The ledger.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An address is taken, or not ours.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
}

/// A service that answers.
#[derive(Debug)]
pub struct Server {
    /// Where gateways are answered.
    pub emitter: SocketAddr,
    /// Where people are answered.
    pub reviewer: SocketAddr,
    /// Where metrics are, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Where Slack is answered, if anywhere.
    pub slack: Option<SocketAddr>,
    ledger: Ledger,
    tasks: JoinSet<()>,
    end: watch::Sender<bool>,
}

impl Server {
    /// Starts everything; returns when the first request can be answered.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn start(
        root: &Path,
        config: &File,
        dev: bool,
        options: Options,
        environment: Environment<'_>,
    ) -> Result<Self, ServeError> {
        config.check()?;
        let access = Arc::new(config.access(dev, environment)?);
        let webhooks = config.webhooks(environment)?;
        let slack = config.slack(environment)?.map(Arc::new);
        let sessions = Sessions::new().map_err(|error| StartError::Io(error.to_string()))?;
        let emitter = listen(config.listen.emitter).await?;
        let reviewer = listen(config.listen.reviewer).await?;
        let metrics = match config.listen.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let slack_listener = match config.slack.as_ref().and_then(|slack| slack.answers.as_ref()) {
            Some(answers) => Some(listen(answers.listen).await?),
            None => None,
        };
        let storage = &config.storage;
        let options = Options {
            max_pages: storage.max_pages,
            keep_free: storage.keep_free_bytes,
            keep_arguments: Span::from_secs(u64::from(storage.erase_arguments_after_days) * 24 * 3_600),
            dev,
            ..options
        };
        let ledger = Ledger::start(root, options).await?;
        let mut files = BundleFiles::new(&config.bundles);
        files.publish(&ledger).await?;
        ledger.tick().await.map_err(StartError::from)?;

        let (end, ended) = watch::channel(false);
        let app = App {
            ledger: ledger.clone(),
            access: Arc::clone(&access),
            sessions: Arc::new(sessions),
            grants: config.grants,
            pending_per_principal: config.escalations.pending_per_principal.get(),
            slack: slack.clone(),
            ending: ended.clone(),
        };
        let mut tasks = JoinSet::new();
        let mut serve = |(listener, address): (TcpListener, SocketAddr), router: Router| {
            let mut ended = ended.clone();
            let graceful = async move {
                let _ = ended.wait_for(|ended| *ended).await;
            };
            tasks.spawn(async move {
                // It ends only by the signal: a connection that fails is its own affair.
                let _ = axum::serve(listener, router).with_graceful_shutdown(graceful).await;
            });
            address
        };
        let emitter = serve(emitter, http::emitter(app.clone()));
        let reviewer = serve(reviewer, http::reviewer(app.clone()));
        let slack_listener = slack_listener.map(|listener| serve(listener, http::slack(app.clone())));
        let metrics = metrics.map(|listener| serve(listener, http::metrics(app)));
        if let Access::Known(known) = &*access
            && let Some(trust) = &known.proxy
        {
            let (trust, mut ended) = (trust.clone(), ended.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = trust.keep_fresh() => {}
                    _ = ended.wait_for(|ended| *ended) => {}
                }
            });
        }
        for webhook in webhooks {
            tasks.spawn(notify::run(ledger.clone(), webhook, ended.clone()));
        }
        if let Some(slack) = slack {
            tasks.spawn(notify::run(ledger.clone(), notify::slack::Serving::new(slack), ended.clone()));
        }
        tasks.spawn(look_after(ledger.clone(), files, ended));
        Ok(Self { emitter, reviewer, metrics, slack: slack_listener, ledger, tasks, end })
    }

    /// Ends it: no new connection, what is under way is finished, everything is committed and published.
    pub async fn stop(mut self) {
        self.end.send_replace(true);
        let finished = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_WITHIN, finished).await.is_err() {
            self.tasks.shutdown().await;
        }
        self.ledger.stop().await;
    }

    /// The ledger behind it.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

/// Lets this process open as many files as whoever started it allows at most. A gateway waits for a person with a
/// connection a call, and what most systems begin with, 1024, is for programs of another time.
pub fn raise_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where it cannot be raised it stays as it is, and connections beyond it wait.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |error| ServeError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn look_after(ledger: Ledger, mut files: BundleFiles, mut ended: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = ended.wait_for(|ended| *ended) => return,
        }
        if let Err(error) = ledger.tick().await {
            say(error);
        }
        // A file that cannot be read now may be in the middle of being replaced; the last one stays.
        if let Err(error) = files.publish(&ledger).await {
            say(error);
        }
    }
}

/// Bundles that are handed out from files.
struct BundleFiles {
    entries: Vec<BundleEntry>,
    /// What each file looked like when it was last read.
    known: HashMap<PathBuf, (SystemTime, u64)>,
}

impl BundleFiles {
    fn new(entries: &[BundleEntry]) -> Self {
        Self { entries: entries.to_vec(), known: HashMap::new() }
    }

    /// Publishes every file that has changed since it was last read.
    async fn publish(&mut self, ledger: &Ledger) -> Result<(), ServeError> {
        for BundleEntry { name, file } in &self.entries {
            let failed = |error| StartError::Io(format!("bundle `{name}`: `{}`: {error}", file.display()));
            let about = std::fs::metadata(file).map_err(failed)?;
            let looks = (about.modified().map_err(failed)?, about.len());
            if self.known.get(file) == Some(&looks) {
                continue;
            }
            let bytes = std::fs::read(file).map_err(failed)?;
            if bytes.is_empty() {
                continue;
            }
            let to = name.clone();
            let by = format!("file {}", file.file_name().unwrap_or_default().to_string_lossy());
            let (taken, _) = ledger
                .write(bytes.len(), move |writer| bundles::publish(writer, &to, &bytes, &by))
                .await
                .map_err(StartError::from)?;
            // What is read again unchanged is refused again unchanged: once is enough to be told.
            self.known.insert(file.clone(), looks);
            taken
                .map_err(|error| StartError::Io(format!("bundle `{name}`: `{}`: {error}", file.display())))?;
        }
        Ok(())
    }
}
