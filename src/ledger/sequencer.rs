//! The one writer: takes what has arrived, commits it as one batch, and only then answers.
//!
//! Every commit that appends carries a freshly signed checkpoint, so an acknowledgement is always covered by
//! one. A job that fails takes back its own changes and nobody else's. A database that cannot be trusted any
//! more ends the process: start-up knows how to recover, a guess here does not.

use crate::clock::{Clock, Pace};
use crate::say::say;
use crate::store::{self, LogState, StoreError, Writer};
use crate::tlog::Checkpoint;
use crate::tlog::note::Signer;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use toolgate_engine::ids::Ids;
use toolgate_engine::record::Seen;
use toolgate_engine::time::Timestamp;

/// Most jobs in one commit.
const BATCH_JOBS: usize = 1_024;
/// Most bytes, as callers declare them, in one commit.
const BATCH_BYTES: u32 = 8 << 20;
/// Most bytes, as callers declare them, that wait. Beyond them callers are turned away.
const QUEUE_BYTES: usize = 64 << 20;
/// What a job counts for at least.
const JOB_BYTES: u32 = 4 << 10;
/// How the process ends when the disk or the database cannot be trusted (`EX_IOERR`).
pub const EXIT_IO: i32 = 74;

/// Why a job has no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// Too much waits already; try again.
    #[error("too much waits to be written")]
    Busy,
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Hands jobs to the writer.
#[derive(Debug, Clone)]
pub struct Sequencer {
    jobs: mpsc::UnboundedSender<Queued>,
    room: Arc<Semaphore>,
    stopping: Arc<AtomicBool>,
}

struct Queued {
    job: Box<dyn Job>,
    room: OwnedSemaphorePermit,
}

impl std::fmt::Debug for Queued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queued").field("room", &self.room.num_permits()).finish_non_exhaustive()
    }
}

/// What the writer tells the rest after a commit.
pub trait Observer: Send {
    /// The log stands there now, and these escalations changed.
    fn committed(&mut self, checkpoint: &Checkpoint, changed: &[String]);
}

impl Sequencer {
    /// Starts the writer on this database. It ends with [`Sequencer::stop`].
    ///
    /// # Errors
    /// When the thread cannot be started or the log's state cannot be read.
    pub fn start(
        db: Connection,
        signer: Signer,
        clock: Clock,
        ids: Ids,
        observer: impl Observer + 'static,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let state = LogState::load(&db)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let mut worker = Worker {
            db,
            signer,
            clock,
            ids,
            state,
            observer: Box::new(observer),
            regressed: false,
            pace: Pace::default(),
        };
        let thread = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || worker.run(queue, &stop))
            .map_err(|error| StoreError::Refused(error.to_string()))?;
        Ok((Self { jobs, room: Arc::new(Semaphore::new(QUEUE_BYTES)), stopping }, thread))
    }

    /// Commits what waits and ends the writer. What comes later is told that the service is closed.
    pub async fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the writer, which looks at the flag after every batch.
        let _ = self.write(0, |_| Ok(())).await;
    }

    /// Runs `job` in the next commit and gives its result once that is durable, with the checkpoint that covers
    /// it. `bytes` is about how much it holds.
    ///
    /// # Errors
    /// [`WriteError`]; then nothing of the job was stored.
    pub async fn write<T: Send + 'static>(
        &self,
        bytes: usize,
        job: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<(T, Seen), WriteError> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).clamp(JOB_BYTES, BATCH_BYTES);
        let room = Arc::clone(&self.room).try_acquire_many_owned(bytes).map_err(|_| WriteError::Busy)?;
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Call { job: Some(job), result: None, reply });
        self.jobs.send(Queued { job, room }).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// One caller's part of a batch.
trait Job: Send {
    /// Does it, inside the transaction. On an error its changes are taken back.
    fn run(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError>;
    /// Answers the caller, after the commit or its failure.
    fn answer(self: Box<Self>, committed: Result<&Seen, &StoreError>);
}

struct Call<F, T> {
    job: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<(T, Seen), WriteError>>,
}

impl<F, T> Job for Call<F, T>
where
    F: FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        let Some(job) = self.job.take() else { return Ok(()) };
        let result = job(writer);
        let answer = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        answer
    }

    fn answer(self: Box<Self>, committed: Result<&Seen, &StoreError>) {
        let answer = match (committed, self.result) {
            (Ok(seen), Some(Ok(value))) => Ok((value, seen.clone())),
            (Ok(_), Some(Err(error))) => Err(error.into()),
            (Err(error), _) => Err(error.clone().into()),
            (Ok(_), None) => Err(StoreError::Closed.into()),
        };
        // A caller that went away does not want its answer.
        drop(self.reply.send(answer));
    }
}

struct Worker {
    db: Connection,
    signer: Signer,
    clock: Clock,
    ids: Ids,
    state: LogState,
    observer: Box<dyn Observer>,
    regressed: bool,
    pace: Pace,
}

impl Worker {
    fn run(&mut self, mut queue: mpsc::UnboundedReceiver<Queued>, stopping: &AtomicBool) {
        while let Some(first) = queue.blocking_recv() {
            let mut bytes = first.room.num_permits();
            let mut batch = vec![first];
            // Everything that came while the last commit was under way shares the next one.
            while batch.len() < BATCH_JOBS && bytes < BATCH_BYTES as usize {
                let Ok(next) = queue.try_recv() else { break };
                bytes += next.room.num_permits();
                batch.push(next);
            }
            self.batch(batch);
            if stopping.load(Ordering::SeqCst) && queue.is_empty() {
                break;
            }
        }
        // Everything into the one file, so that a copy of it is whole. Not needed for durability.
        let _ = self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn batch(&mut self, mut batch: Vec<Queued>) {
        let before = self.state.clone();
        let mut changed = Vec::new();
        match self.commit(&mut batch, &mut changed) {
            Ok(checkpoint) => {
                let seen = Seen { size: checkpoint.size, root: checkpoint.root.to_string() };
                // Before the answers: who has one finds the rest of the service as far.
                self.observer.committed(&checkpoint, &changed);
                for queued in batch {
                    queued.job.answer(Ok(&seen));
                }
            }
            Err(error) => {
                if let StoreError::Fatal(why) = &error {
                    die(why);
                }
                // SQLite may have rolled back by itself; then there is nothing to roll back.
                if !self.db.is_autocommit()
                    && let Err(error) = self.db.execute_batch("ROLLBACK")
                {
                    die(&error.to_string());
                }
                self.state = before;
                for queued in batch {
                    queued.job.answer(Err(&error));
                }
            }
        }
    }

    fn commit(&mut self, batch: &mut [Queued], changed: &mut Vec<String>) -> Result<Checkpoint, StoreError> {
        let clock = self.clock.now();
        let now = self.pace.time(self.state.t, clock, |since| self.clock.passed(since));
        let size = self.state.edge.size();
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        for queued in batch {
            self.db.execute_batch("SAVEPOINT job")?;
            let (state, told) = (self.state.clone(), changed.len());
            let done = queued.job.run(&mut self.writer(now, changed));
            match done {
                Ok(()) => self.db.execute_batch("RELEASE job")?,
                // These concern everybody in the batch: the transaction may be gone.
                Err(error @ (StoreError::Full | StoreError::Fatal(_))) => return Err(error),
                Err(_) => {
                    self.db.execute_batch("ROLLBACK TO job; RELEASE job")?;
                    self.state = state;
                    changed.truncate(told);
                }
            }
        }
        self.note_regression(clock, now, changed)?;
        let origin = self.signer.verifier().name().to_owned();
        let checkpoint = Checkpoint { origin, size: self.state.edge.size(), root: self.state.edge.root() };
        if checkpoint.size > size {
            let note =
                checkpoint.sign(&self.signer).map_err(|error| StoreError::Refused(error.to_string()))?;
            let mut head = self.db.prepare_cached(
                "UPDATE head SET size = ?1, edge = ?2, t = ?3, checkpoint = ?4 WHERE log = 1",
            )?;
            let edge = self.state.edge.to_bytes();
            head.execute((checkpoint.size, edge, store::micros(self.state.t), note))?;
        }
        match self.db.execute_batch("COMMIT").map_err(StoreError::from) {
            Ok(()) => Ok(checkpoint),
            Err(StoreError::Full) => Err(StoreError::Full),
            // Whether it was committed is not known, and what is not known is not answered.
            Err(error) => Err(StoreError::Fatal(error.to_string())),
        }
    }

    /// What a job writes with.
    fn writer<'a>(&'a mut self, now: Timestamp, changed: &'a mut Vec<String>) -> Writer<'a> {
        Writer {
            db: &self.db,
            now,
            signer: &self.signer,
            state: &mut self.state,
            ids: &mut self.ids,
            changed,
        }
    }

    /// Says once in the log that the clock stepped back.
    fn note_regression(
        &mut self,
        clock: Timestamp,
        now: Timestamp,
        changed: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        // A second is what time services correct without a step.
        let regressed = now.since(clock).as_millis() > 1_000;
        if regressed && !self.regressed {
            self.writer(now, changed).append_own(crate::own::ClockRegressed { clock: clock.to_string() })?;
        }
        self.regressed = regressed;
        Ok(())
    }
}

/// Ends the process at once. Nothing is retried after a failed sync: what the kernel dropped stays dropped.
pub(crate) fn die(why: &str) -> ! {
    say(format_args!("{why}; ending, so that the next start recovers what was committed"));
    std::process::exit(EXIT_IO)
}
