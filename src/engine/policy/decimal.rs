//! Exact decimals: the numbers of JSON, compared without rounding.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// A number as its text says, never as a double does: `9007199254740993` is not `9007199254740992`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub(crate) struct Decimal {
    text: String,
    negative: bool,
    /// Significant digits without leading and trailing zeros; empty for zero.
    digits: String,
    /// The value is `0.digits × 10^magnitude`.
    magnitude: i64,
}

/// A decimal in a bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a number")]
struct Written {
    number: String,
}

impl Decimal {
    /// Reads a number in the grammar of RFC 8259. `None` for anything else, and for exponents beyond what
    /// 64 bits count.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        let digits_only = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || leading_zero || !digits_only(whole) || !digits_only(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading_zeros = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        let magnitude = exponent.checked_add(i64::try_from(whole.len()).ok()?)?.checked_sub(leading_zeros)?;
        // There is one zero, whatever its sign and exponent.
        let zero = digits.is_empty();
        Some(Self {
            text: text.to_owned(),
            negative: negative && !zero,
            magnitude: if zero { 0 } else { magnitude },
            digits,
        })
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Digits carry no trailing zeros, so the order of texts is the order of the fractions.
            (false, false) => {
                self.magnitude.cmp(&other.magnitude).then_with(|| self.digits.cmp(&other.digits))
            }
        }
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    Some(if text.starts_with('-') { -value } else { value })
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<Written> for Decimal {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        Self::parse(&written.number).ok_or_else(|| format!("`{}` is not a number", written.number))
    }
}

impl From<Decimal> for Written {
    fn from(decimal: Decimal) -> Self {
        Self { number: decimal.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn different_texts_of_one_value_are_equal() {
        for (a, b) in [
            ("10000", "1e4"),
            ("10000", "10000.000"),
            ("0.5", "5e-1"),
            ("-0", "0"),
            ("0e99", "0.000"),
            ("120", "1.2E+2"),
            ("0.00012", "12e-5"),
        ] {
            assert_eq!(number(a), number(b), "{a} {b}");
        }
    }

    #[test]
    fn values_a_double_confuses_are_told_apart() {
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("0.1000000000000000055") > number("0.1"));
        assert!(number("10000.0000000000000000000001") > number("10000"));
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let sorted =
            ["-1e400", "-20", "-3", "-0.5", "0", "1e-400", "0.05", "0.5", "2", "19", "20", "1e18", "1e400"];
        for pair in sorted.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn what_json_does_not_take_for_a_number_is_none() {
        for bad in
            ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", "1_000", "NaN", "1e99999999999999999999"]
        {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }
}
