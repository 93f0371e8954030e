//! When the next tick is asked for, and through what.
//!
//! A timer is late by as much as the host's clock is coarse. So a tick is asked for through a queue of the host's, which
//! calls as soon as the callback that asked is over; the timer comes as well, for whatever the queue forgets. In come
//! what the host did; out goes whether there is something to put into the queue, and whether a tick is due.
//! Deliberately absent: what is done in a tick, and the timer's period.

/// A queue through which a tick can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// There is none, or it turned out not to work: ticks come by the timer alone.
    Absent,
    /// No tick was asked for.
    Idle {
        /// The host's number for the queue.
        queue: u32,
        /// How often in a row the timer came and the queue did not.
        missed: u32,
    },
    /// A tick was asked for and has not come.
    Set {
        /// The host's number for the queue.
        queue: u32,
        /// How often in a row the timer came and the queue did not.
        missed: u32,
    },
}

impl Alarm {
    /// So often in a row a queue may not call before it is given up. While a tick is asked for the timer is slow, so each
    /// time costs its whole period.
    pub const MISSED_MOST: u32 = 3;

    /// Through this queue, if the host gave one.
    pub const fn new(queue: Option<u32>) -> Self {
        match queue {
            Some(queue) => Self::Idle { queue, missed: 0 },
            None => Self::Absent,
        }
    }

    /// Asks for a tick; the queue to put something into, unless that was done and no tick has come since.
    pub const fn set(&mut self) -> Option<u32> {
        let Self::Idle { queue, missed } = *self else { return None };
        *self = Self::Set { queue, missed };
        Some(queue)
    }

    /// Whether a tick was asked for and has not come.
    pub const fn is_set(self) -> bool {
        matches!(self, Self::Set { .. })
    }

    /// The queue called; whether a tick is due, which the timer has not brought meanwhile.
    pub const fn called(&mut self) -> bool {
        let due = self.is_set();
        if let Self::Idle { queue, .. } | Self::Set { queue, .. } = *self {
            *self = Self::Idle { queue, missed: 0 };
        }
        due
    }

    /// The timer came, and with it a tick.
    pub const fn timed(&mut self) {
        if let Self::Set { queue, missed } = *self {
            let missed = missed + 1;
            *self = if missed < Self::MISSED_MOST { Self::Idle { queue, missed } } else { Self::Absent };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_is_set_once_for_a_tick() {
        let mut alarm = Alarm::new(Some(7));
        assert!(!alarm.is_set());
        assert_eq!(alarm.set(), Some(7));
        assert!(alarm.is_set());
        assert_eq!(alarm.set(), None, "one is on the way");
        assert!(alarm.called());
        assert!(!alarm.called(), "nobody asked for this one");
        assert_eq!(alarm.set(), Some(7));
    }

    #[test]
    fn what_the_timer_brought_is_not_due_again() {
        let mut alarm = Alarm::new(Some(7));
        alarm.set();
        alarm.timed();
        assert!(!alarm.is_set());
        assert!(!alarm.called());
        alarm.set();
        alarm.timed();
        assert_eq!(alarm.set(), Some(7), "asked for again before the first call came");
        assert!(alarm.called());
        assert!(!alarm.called());
    }

    #[test]
    fn a_queue_that_never_calls_is_given_up() {
        let mut alarm = Alarm::new(Some(7));
        for _ in 0..Alarm::MISSED_MOST {
            assert_eq!(alarm.set(), Some(7));
            alarm.timed();
        }
        assert_eq!(alarm, Alarm::Absent);
        assert_eq!(alarm.set(), None);
        assert!(!alarm.called(), "too late");
        assert_eq!(alarm, Alarm::Absent);
    }

    #[test]
    fn a_queue_that_is_late_is_kept() {
        let mut alarm = Alarm::new(Some(7));
        for _ in 0..3 * Alarm::MISSED_MOST {
            assert_eq!(alarm.set(), Some(7));
            alarm.timed();
            assert!(!alarm.called());
        }
        for _ in 0..3 * Alarm::MISSED_MOST {
            alarm.timed();
        }
        assert_eq!(
            alarm.set(),
            Some(7),
            "a timer that comes when nothing was asked for says nothing of the queue"
        );
    }

    #[test]
    fn without_a_queue_there_is_the_timer() {
        let mut alarm = Alarm::new(None);
        assert_eq!(alarm.set(), None);
        assert!(!alarm.is_set());
        alarm.timed();
        assert!(!alarm.called());
        assert_eq!(alarm, Alarm::Absent);
    }
}
