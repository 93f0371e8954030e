//! The ledger without its HTTP: a directory that is held, its writer, its readers, its publisher and what they
//! do from time to time. Everything the handlers need, and all that a test needs without them.

use crate::clock::Clock;
use crate::directory::{Directory, DirectoryError, Paths};
use crate::escalation::Input;
use crate::own;
use crate::publish::{PublishError, Publisher};
use crate::say::say;
use crate::sequencer::{Observer, Sequencer, WriteError, die};
use crate::store::{self, StoreError, Writer, break_glass, escalations, grants};
use crate::tlog::Checkpoint;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use toolgate_engine::ids::Ids;
use toolgate_engine::record::Seen;
use toolgate_engine::time::{Span, Timestamp};

/// Database connections that read.
const READERS: usize = 8;
/// Least time between two publications.
const PUBLISH_EVERY: Duration = Duration::from_millis(200);
/// Stands for every escalation where one is waited for; no ID is empty.
const ANY: &str = "";
/// How often the ledger looks after itself.
pub const TICK: Duration = Duration::from_secs(1);

/// How a ledger is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most pages of the database.
    pub max_pages: Option<u32>,
    /// With less free space, in bytes, nothing new is taken.
    pub keep_free: u64,
    /// How long after the end of an escalation its arguments are kept.
    pub keep_arguments: Span,
    /// Where the time comes from.
    pub clock: Clock,
    /// Whether nobody is asked who they are.
    pub dev: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_pages: None,
            keep_free: 0,
            keep_arguments: Span::from_secs(30 * 24 * 3_600),
            clock: Clock::System,
            dev: false,
        }
    }
}

/// Why a ledger does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The published files.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first write.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Anything else the machine refuses.
    #[error("{0}")]
    Io(String),
}

/// A running ledger. Clones are the same one; [`Ledger::stop`] ends it.
#[derive(Debug, Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
    sequencer: Sequencer,
}

#[derive(Debug)]
struct Inner {
    directory: Directory,
    options: Options,
    readers: Readers,
    waiters: Waiters,
    publication: Arc<Publication>,
    head: Arc<Mutex<Seen>>,
    health: Health,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What keeps the ledger from taking more.
#[derive(Debug, Default)]
struct Health {
    disk_low: AtomicBool,
    /// Commits since the start.
    commits: Arc<AtomicU64>,
}

impl Ledger {
    /// Takes hold of a directory, recovers it and publishes what was not published yet.
    ///
    /// # Errors
    /// [`StartError`]; whatever is not clearly this log's is refused.
    pub async fn start(root: &Path, options: Options) -> Result<Self, StartError> {
        let (directory, signer, head) = Directory::open(root)?;
        let paths = directory.paths.clone();
        let db = store::open_writer(&paths.database(), options.max_pages)?;
        let reader = store::open_reader(&paths.database())?;
        let mut publisher = Publisher::open(&paths.tiles(), reader, &head, signer.verifier())?;
        publisher.publish()?;

        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| StartError::Io(error.to_string()))?;
        let seen = Seen { size: head.edge.size(), root: head.edge.root().to_string() };
        let head = Arc::new(Mutex::new(seen));
        let publication = Arc::new(Publication::default());
        let waiters = Waiters::default();
        let health = Health::default();
        let observer = Told {
            waiters: waiters.clone(),
            publication: Arc::clone(&publication),
            head: Arc::clone(&head),
            commits: Arc::clone(&health.commits),
        };
        let (sequencer, writing) =
            Sequencer::start(db, signer, options.clock.clone(), Ids::new(seed), observer)?;
        let publishing = {
            let publication = Arc::clone(&publication);
            let thread = std::thread::Builder::new().name("publisher".to_owned());
            let thread = thread.spawn(move || publication.run(&mut publisher));
            thread.map_err(|error| StartError::Io(error.to_string()))?
        };
        let readers = Readers::new(paths.database());
        let threads = Mutex::new(vec![writing, publishing]);
        let dev = options.dev;
        let inner = Inner { directory, options, readers, waiters, publication, head, health, threads };
        let ledger = Self { inner: Arc::new(inner), sequencer };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        match ledger.write(0, move |writer| writer.append_own(own::Started { version, dev })).await {
            // Without room for a word the log can still be read, and says so to whoever wants to write.
            Err(WriteError::Store(StoreError::Full)) => say(StoreError::Full),
            done => drop(done?),
        }
        Ok(ledger)
    }

    /// Runs `job` in the next commit; see [`Sequencer::write`].
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn write<T: Send + 'static>(
        &self,
        bytes: usize,
        job: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<(T, Seen), WriteError> {
        self.sequencer.write(bytes, job).await
    }

    /// Reads from the database, as it was after some commit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        let turn = self.inner.readers.turns.acquire().await.map_err(|_| StoreError::Closed)?;
        let done = tokio::task::spawn_blocking(move || inner.readers.run(job)).await;
        drop(turn);
        done.map_err(|error| StoreError::Refused(error.to_string()))?
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.inner.options.clock.now()
    }

    /// Where things are.
    pub fn paths(&self) -> &Paths {
        &self.inner.directory.paths
    }

    /// The newest commit's size and root.
    pub fn head(&self) -> Seen {
        lock(&self.inner.head).clone()
    }

    /// Number of entries in the published files.
    pub fn published(&self) -> u64 {
        lock(&self.inner.publication.state).published
    }

    /// Waits until the published files hold `size` entries; whether they do by then. Blocks.
    pub fn wait_published(&self, size: u64, within: Duration) -> bool {
        let publication = &self.inner.publication;
        let state = lock(&publication.state);
        let waited = publication.done.wait_timeout_while(state, within, |state| state.published < size);
        waited.unwrap_or_else(PoisonError::into_inner).0.published >= size
    }

    /// Commits since the start.
    pub fn commits(&self) -> u64 {
        self.inner.health.commits.load(Ordering::Relaxed)
    }

    /// Told of every change of one escalation from now on.
    pub fn watch(&self, escalation: &str) -> Watch {
        self.inner.waiters.watch(escalation)
    }

    /// Told of every change of any escalation from now on.
    pub fn watch_all(&self) -> Watch {
        self.inner.waiters.watch(ANY)
    }

    /// Why nothing new is taken, if that is so.
    pub fn unready(&self) -> Option<String> {
        if self.inner.health.disk_low.load(Ordering::Relaxed) {
            return Some("there is less free space than `storage.keep_free_bytes`".to_owned());
        }
        lock(&self.inner.publication.state).trouble.clone()
    }

    /// Whether there is too little room for anything new.
    pub fn is_full(&self) -> bool {
        self.inner.health.disk_low.load(Ordering::Relaxed)
    }

    /// What is to be done from time to time: look after the disk, write down what has expired, erase what is
    /// kept too long. The database's file gone or replaced ends the process.
    ///
    /// # Errors
    /// [`WriteError`]; it can be called again.
    pub async fn tick(&self) -> Result<(), WriteError> {
        if !self.inner.directory.is_whole() {
            die("the database's file was removed or replaced while it was served");
        }
        self.look_after_disk().await?;
        let now = self.now();
        let overdue = self.read(move |db| escalations::overdue(db, now)).await?;
        for id in overdue {
            self.write(0, move |writer| escalations::step(writer, &id, Input::Tick).map(|_| ())).await?;
        }
        let before = now - self.inner.options.keep_arguments;
        let erasable = self.read(move |db| escalations::erasable(db, before)).await?;
        for id in erasable {
            self.write(0, move |writer| escalations::erase(writer, &id)).await?;
        }
        if self.read(move |db| break_glass::is_due(db, now)).await? {
            self.write(0, break_glass::sweep).await?;
        }
        if self.read(move |db| grants::is_due(db, now, before)).await? {
            self.write(0, move |writer| grants::sweep(writer, before)).await?;
        }
        Ok(())
    }

    async fn look_after_disk(&self) -> Result<(), WriteError> {
        let keep = self.inner.options.keep_free;
        let disk = rustix::fs::statvfs(&self.paths().root);
        let Ok(disk) = disk else { return Ok(()) };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let low = free < keep;
        let was_low = self.inner.health.disk_low.swap(low, Ordering::Relaxed);
        if low && !was_low {
            say(format_args!("{free} bytes free, {keep} are to be kept: events are refused"));
            self.write(0, move |writer| writer.append_own(own::DiskLow { free, keep })).await?;
        }
        Ok(())
    }

    /// Writes that it ends, commits and publishes everything, and lets go of the directory.
    pub async fn stop(self) {
        // With no room left for it, the chain simply ends here.
        let _ = self.write(0, |writer| writer.append_own(own::Stopped {})).await;
        let Self { inner, sequencer } = self;
        sequencer.stop().await;
        let threads = std::mem::take(&mut *lock(&inner.threads));
        let publication = Arc::clone(&inner.publication);
        let ended = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // The writer ends when nobody can hand it a job; the publisher once it has seen the last commit.
                if thread.thread().name() == Some("publisher") {
                    publication.stop();
                }
                let _ = thread.join();
            }
        });
        let _ = ended.await;
    }
}

/// What the writer tells after a commit.
struct Told {
    waiters: Waiters,
    publication: Arc<Publication>,
    head: Arc<Mutex<Seen>>,
    commits: Arc<AtomicU64>,
}

impl Observer for Told {
    fn committed(&mut self, checkpoint: &Checkpoint, changed: &[String]) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        *lock(&self.head) = Seen { size: checkpoint.size, root: checkpoint.root.to_string() };
        for escalation in changed {
            self.waiters.tell(escalation);
        }
        if !changed.is_empty() {
            self.waiters.tell(ANY);
        }
        lock(&self.publication.state).wanted = true;
        self.publication.wake.notify_one();
    }
}

/// Connections that read, made when they are first needed.
#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Readers {
    fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default(), turns: Semaphore::new(READERS) }
    }

    fn run<T>(&self, job: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = lock(&self.idle).pop();
        let db = idle.map_or_else(|| store::open_reader(&self.path), Ok)?;
        let result = job(&db);
        lock(&self.idle).push(db);
        result
    }
}

/// Who waits for which escalation.
#[derive(Debug, Clone, Default)]
struct Waiters(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

/// Waits for changes of one escalation.
#[derive(Debug)]
pub struct Watch {
    waiters: Waiters,
    escalation: String,
    changes: Option<watch::Receiver<()>>,
}

impl Waiters {
    fn watch(&self, escalation: &str) -> Watch {
        let mut map = lock(&self.0);
        let changes = map.entry(escalation.to_owned()).or_insert_with(|| watch::Sender::new(())).subscribe();
        Watch { waiters: self.clone(), escalation: escalation.to_owned(), changes: Some(changes) }
    }

    fn tell(&self, escalation: &str) {
        if let Some(sender) = lock(&self.0).get(escalation) {
            sender.send_replace(());
        }
    }
}

impl Watch {
    /// Returns once the escalation has changed since this was made or last returned.
    pub async fn changed(&mut self) {
        if let Some(changes) = &mut self.changes {
            // The sender lives as long as anyone waits.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.changes = None;
        let mut map = lock(&self.waiters.0);
        if map.get(&self.escalation).is_some_and(|sender| sender.receiver_count() == 0) {
            map.remove(&self.escalation);
        }
    }
}

/// What the publisher has to do and how far it is.
#[derive(Debug, Default)]
struct Publication {
    state: Mutex<PublicationState>,
    wake: Condvar,
    done: Condvar,
}

#[derive(Debug, Default)]
struct PublicationState {
    wanted: bool,
    stopping: bool,
    published: u64,
    trouble: Option<String>,
}

impl Publication {
    fn run(&self, publisher: &mut Publisher) {
        lock(&self.state).published = publisher.size();
        loop {
            let mut state = lock(&self.state);
            while !state.wanted && !state.stopping {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            let stopping = state.stopping;
            state.wanted = false;
            drop(state);
            let done = publisher.publish();
            let mut state = lock(&self.state);
            match done {
                Ok(size) => {
                    (state.published, state.trouble) = (size, None);
                    self.done.notify_all();
                }
                Err(PublishError::Forked(why)) => die(&why),
                Err(error) => {
                    say(format_args!("the log could not be published: {error}"));
                    state.trouble =
                        Some("the log could not be published; the ledger's log says why".to_owned());
                    state.wanted = true;
                }
            }
            if stopping {
                return;
            }
            // Commits come faster than files are worth writing.
            let waited = self.wake.wait_timeout_while(state, PUBLISH_EVERY, |state| !state.stopping);
            drop(waited);
        }
    }

    fn stop(&self) {
        lock(&self.state).stopping = true;
        self.wake.notify_one();
    }
}

/// What a panicking thread left is still whole: every change under these locks is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
