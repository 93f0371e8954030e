//! Strings by their bytes, looked at eight at a time: what stands for itself, and where a string ends within other bytes.

use super::Reader;
use std::borrow::Cow;

/// The content of the string that `bytes` stand within, up to its closing quote: unescaped, and how many bytes it takes.
/// `None` if it is not strict, in any way whatever.
pub(crate) fn string_body(bytes: &[u8]) -> Option<(Cow<'_, str>, usize)> {
    let plain = plain(bytes);
    if bytes.get(plain) == Some(&b'"') {
        return Some((Cow::Borrowed(std::str::from_utf8(bytes.get(..plain)?).ok()?), plain));
    }
    let mut at = plain;
    loop {
        match bytes.get(at)? {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    let text = std::str::from_utf8(bytes.get(..=at)?).ok()?;
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, values: 0 };
    let string = reader.string_rest().ok()?;
    (reader.at == at + 1).then_some((Cow::Owned(string), at))
}

/// As [`string_body`], where nobody asks for the content.
pub(crate) fn string_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut ascii = true;
    loop {
        let rest = bytes.get(at..)?;
        at += if ascii { plain_ascii(rest) } else { plain(rest) };
        match bytes.get(at..)? {
            [b'"', ..] => break,
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => at += 2,
            [0x80..=0xff, ..] if ascii => ascii = false,
            _ => return string_body(bytes).map(|(_, length)| length),
        }
    }
    (ascii || std::str::from_utf8(bytes.get(..at)?).is_ok()).then_some(at)
}

/// How many bytes at the start stand for themselves in a string: neither quote nor backslash nor control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    run(bytes, |byte| !matches!(byte, b'"' | b'\\' | 0..0x20), 0)
}

/// As [`plain`], and ASCII.
fn plain_ascii(bytes: &[u8]) -> usize {
    run(bytes, |byte| !matches!(byte, b'"' | b'\\' | 0..0x20 | 0x80..), HIGH)
}

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES * 128;

/// How many bytes at the start are `plain`, which quote, backslash and control characters are not, nor bytes with one of
/// the bits of `others`. Looked at eight at a time.
fn run(bytes: &[u8], plain: impl Fn(u8) -> bool, others: u64) -> usize {
    // The high bit of each byte that is less than `n` (at most 128): right up to the first such byte, which is all that
    // is asked.
    let less = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word & HIGH;
    let (words, _) = bytes.as_chunks::<8>();
    let special = words.iter().position(|word| {
        let word = u64::from_le_bytes(*word);
        let (quote, backslash) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
        (word & others) | less(word, 0x20) | less(quote, 1) | less(backslash, 1) != 0
    });
    let from = special.unwrap_or(words.len()) * 8;
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| plain(**byte)).count()
}
