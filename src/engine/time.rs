//! Points in time, as the host tells them. The engine has no clock of its own.

use std::fmt;
use std::ops::{Add, Sub};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(u64);

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(u64);

impl Timestamp {
    /// The point `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The point that [`Display`](fmt::Display) writes as `text`; what it would write in another way is none.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| -> Option<u64> {
            text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second, micros) =
            (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 26)?);
        // Counted from 1 March, a leap day is the last of its year; 153 days are five months then.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
        // As many days before 1970-01-01 lies the last of February of the year 0.
        let seconds = ((days.checked_sub(719_469)? * 24 + hour) * 60 + minute) * 60 + second;
        let point = Self(seconds * 1_000_000 + micros);
        (point.to_string() == text).then_some(point)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, the resolution of a version 7 UUID.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// How long ago `earlier` was; zero if it is not earlier, because a host clock may step back.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Whether it is time for what is due at `due` and waits no longer than `longest`. What is due later than that was put
    /// off by a clock that has been set back since, and is not waited for.
    pub fn is_due(self, due: Self, longest: Span) -> bool {
        self >= due || due.since(self) > longest
    }
}

impl Span {
    /// A length of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// A length of `seconds` seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// This length `n` times.
    pub const fn times(self, n: u64) -> Self {
        Self(self.0.saturating_mul(n))
    }

    /// Whole milliseconds in this length.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

/// RFC 3339 in UTC with six decimals, such as `2026-11-22T15:43:07.123456Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Beyond the year 9999 RFC 3339 has no form; the last instant it can write stands in.
        const LAST: i64 = 253_402_207_200_000_000;
        let micros = i64::try_from(self.0).unwrap_or(LAST).min(LAST);
        let point = jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{point:.6}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_rfc_3339_with_six_decimals() {
        assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00.000000Z");
        assert_eq!(Timestamp::from_micros(1_763_826_187_123_456).to_string(), "2025-11-22T15:43:07.123456Z");
        assert!(Timestamp::from_micros(u64::MAX).to_string().starts_with("9999-"));
    }

    #[test]
    fn what_is_printed_is_read_and_nothing_else() {
        for day in 0..200_000 {
            let point = Timestamp(day * 86_400_000_000 + 86_399_999_999);
            assert_eq!(Timestamp::parse(&point.to_string()), Some(point), "{point}");
        }
        for text in [
            "",
            "2026-02-29T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-00-01T00:00:00.000000Z",
            "2026-01-00T00:00:00.000000Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:60:00.000000Z",
            "2026-01-01T00:00:60.000000Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01 00:00:00.000000Z",
            "2026-01-01T00:00:00.000000z",
            "2026-01-01T00:00:00.000000+00:00",
            "+026-01-01T00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "0000-01-01T00:00:00.000000Z",
            "2026-01-01T00:00:00.000000Zé",
            "é26-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_due_is_not_put_off_by_a_clock_that_was_set_back() {
        let at = |seconds: u64| Timestamp::from_micros(seconds * 1_000_000);
        let longest = Span::from_secs(5);
        for (now, due, expected) in
            [(10, 10, true), (11, 10, true), (9, 10, false), (5, 10, false), (4, 10, true)]
        {
            assert_eq!(at(now).is_due(at(due), longest), expected, "{now} {due}");
        }
    }

    #[test]
    fn a_clock_that_steps_back_gives_no_time_passed() {
        let later = Timestamp::from_micros(10);
        assert_eq!(Timestamp::from_micros(3).since(later), Span::default());
    }
}
