//! `$'…'`: a quoted text with the escapes of C.

use super::words::Pieces;
use super::{Parser, Read};
use crate::effects::unknown;

impl Parser<'_> {
    /// `'…'` behind a dollar sign. Refused is what cannot stand in an argument, or is read differently: NUL, half a
    /// character, half an escape.
    pub(super) fn ansi(&mut self, pieces: &mut Pieces) -> Read<()> {
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let byte = self.peek();
            self.at += 1;
            match byte {
                0 => return Err(unknown::SHELL_QUOTE),
                b'\'' => break,
                b'\\' => self.escape(&mut bytes)?,
                byte => bytes.push(byte),
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| unknown::SHELL_ESCAPE)?;
        if text.contains('\0') {
            return Err(unknown::SHELL_ESCAPE);
        }
        pieces.quoted(&text);
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Read<()> {
        let byte = self.peek();
        self.at += 1;
        let byte = match byte {
            b'a' => 7,
            b'b' => 8,
            b'e' | b'E' => 27,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' | b'\'' | b'"' | b'?' => byte,
            b'0'..=b'7' => {
                self.at -= 1;
                let code = self.digits(8, 3)?;
                u8::try_from(code).map_err(|_| unknown::SHELL_ESCAPE)?
            }
            b'x' => {
                let code = self.digits(16, 2)?;
                u8::try_from(code).map_err(|_| unknown::SHELL_ESCAPE)?
            }
            b'u' | b'U' => {
                let code = self.digits(16, if byte == b'u' { 4 } else { 8 })?;
                let character = char::from_u32(code).ok_or(unknown::SHELL_ESCAPE)?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            b'c' if self.peek().is_ascii_alphabetic() => {
                self.at += 1;
                self.bytes.get(self.at - 1).copied().unwrap_or_default() & 0x1F
            }
            // In zsh these are a control and a meta key.
            0 | b'c' | b'C' | b'M' => return Err(unknown::SHELL_ESCAPE),
            other => {
                bytes.push(b'\\');
                other
            }
        };
        bytes.push(byte);
        Ok(())
    }

    /// One to `most` digits.
    fn digits(&mut self, base: u32, most: usize) -> Read<u32> {
        let mut code = 0;
        let mut read = 0;
        while let Some(digit) = char::from(self.peek()).to_digit(base).filter(|_| read < most) {
            // Eight hexadecimal digits fit.
            code = code * base + digit;
            read += 1;
            self.at += 1;
        }
        if read == 0 { Err(unknown::SHELL_ESCAPE) } else { Ok(code) }
    }
}
