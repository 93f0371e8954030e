//! What time it is: the machine's clock, or in a test one that is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use toolgate_engine::time::{Span, Timestamp};

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

    /// How much time has passed since then, whatever the clock was set to meanwhile. Of one that stands nothing passes.
    pub fn passed(&self, since: Instant) -> Span {
        match self {
            Self::System => Span::from_millis(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)),
            Self::Set(_) => Span::from_millis(0),
        }
    }
}

/// The log's time, which never goes back. While the clock stands behind it, it goes on at the pace at which time passes, so
/// that a clock which was ahead once gives no question and no approval more time.
#[derive(Debug, Default)]
pub struct Pace {
    /// Since when it is ahead of the clock, and what it was then.
    ahead: Option<(Instant, Timestamp)>,
}

impl Pace {
    /// The time after `last`, when the clock says `clock`; `passed` is [`Clock::passed`].
    pub fn time(
        &mut self,
        last: Timestamp,
        clock: Timestamp,
        passed: impl FnOnce(Instant) -> Span,
    ) -> Timestamp {
        if clock >= last {
            self.ahead = None;
            return clock;
        }
        let (since, from) = *self.ahead.get_or_insert_with(|| (Instant::now(), last));
        last.max(from + passed(since))
    }
}

/// Reads an RFC 3339 time such as `2026-11-22T15:43:07.123456Z`; `None` before 1970 too.
pub fn parse(text: &str) -> Option<Timestamp> {
    let point: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(point.as_microsecond()).ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_ahead_of_its_clock_goes_on_at_the_pace_of_time() {
        let at = |seconds: u64| Timestamp::from_micros(seconds * 1_000_000);
        let mut pace = Pace::default();
        assert_eq!(pace.time(at(0), at(3_600), |_| Span::from_secs(0)), at(3_600));
        // The clock was an hour ahead, and is set right.
        assert_eq!(pace.time(at(3_600), at(10), |_| Span::from_secs(0)), at(3_600));
        assert_eq!(pace.time(at(3_600), at(13), |_| Span::from_secs(3)), at(3_603));
        assert_eq!(pace.time(at(3_603), at(16), |_| Span::from_secs(6)), at(3_606));
        assert_eq!(pace.time(at(3_606), at(17), |_| Span::from_secs(5)), at(3_606));
        assert_eq!(pace.time(at(3_606), at(4_000), |_| Span::from_secs(9)), at(4_000));
        assert_eq!(pace.time(at(4_000), at(3_999), |_| Span::from_secs(0)), at(4_000));
    }
}
