//! A one-way switch between a test and what it started.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Longest any test waits for a state; reaching it is a failure that says which.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Raised once, seen by everybody who waits for it, before or after.
#[derive(Debug, Clone)]
pub struct Signal(Arc<watch::Sender<bool>>);

impl Default for Signal {
    fn default() -> Self {
        Self::new()
    }
}

impl Signal {
    /// A signal nobody has raised.
    pub fn new() -> Self {
        Self(Arc::new(watch::channel(false).0))
    }

    /// Lets everybody who waits go on.
    pub fn raise(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it is raised.
    pub async fn wait(&self) {
        // The sender lives as long as `self`, so the channel cannot close.
        let _ = self.0.subscribe().wait_for(|raised| *raised).await;
    }
}

/// Asks `probe` again and again until it has an answer. For states of other processes, which nobody signals.
///
/// # Panics
/// When [`PATIENCE`] is over; `what` says what was waited for.
pub async fn eventually<T, F>(what: &str, mut probe: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
