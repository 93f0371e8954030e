//! What time it is: the machine's clock, or in a test one that is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use toolgate_engine::time::Timestamp;

/// A source of the time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// One that stands until it is set, in microseconds since 1970.
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// The time now. A machine whose clock stands before 1970 is taken to be at its beginning.
    pub fn now(&self) -> Timestamp {
        let micros = match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX)),
            Self::Set(micros) => micros.load(Ordering::SeqCst),
        };
        Timestamp::from_micros(micros)
    }
}

/// Reads an RFC 3339 time such as `2026-11-22T15:43:07.123456Z`; `None` before 1970 too.
pub fn parse(text: &str) -> Option<Timestamp> {
    let point: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(point.as_microsecond()).ok().map(Timestamp::from_micros)
}
