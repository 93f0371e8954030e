//! An HTTP/1.1 response read incrementally: just enough to take the framing off, strict about what is left.

use super::Seen;
use crate::script::position;
use std::io;

/// A response being read.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) seen: Seen,
    method: String,
    rest: Vec<u8>,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Head,
    Sized(usize),
    ChunkSize,
    Chunk(usize),
    Trailers,
    UntilEof,
    Done,
}

impl Response {
    pub(super) fn new(method: &str) -> Self {
        Self { seen: Seen::default(), method: method.to_owned(), rest: Vec::new(), state: State::Head }
    }

    /// Takes the next bytes; true when the response is complete.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> io::Result<bool> {
        self.rest.extend_from_slice(bytes);
        while self.step()? {}
        if matches!(self.state, State::Done) && !self.rest.is_empty() {
            return Err(broken("bytes after the end of the response"));
        }
        Ok(matches!(self.state, State::Done))
    }

    /// The connection ended; true when that completes the response.
    pub(super) fn eof(&mut self) -> io::Result<bool> {
        match self.state {
            State::UntilEof | State::Done => Ok(true),
            State::Head | State::Sized(_) | State::ChunkSize | State::Chunk(_) | State::Trailers => {
                Err(broken("the connection ended in the middle"))
            }
        }
    }

    /// Whether it got further.
    fn step(&mut self) -> io::Result<bool> {
        match self.state {
            State::Head => {
                let Some(end) = position(&self.rest, b"\r\n\r\n") else { return Ok(false) };
                let head: Vec<u8> = self.rest.drain(..end + 4).collect();
                self.head(&String::from_utf8_lossy(&head))
            }
            State::Sized(0) | State::Done => {
                self.state = State::Done;
                Ok(false)
            }
            State::Sized(left) => {
                let took = self.take(left);
                self.state = State::Sized(left - took);
                Ok(took > 0)
            }
            State::ChunkSize => {
                let Some(line) = self.line() else { return Ok(false) };
                let size = usize::from_str_radix(&line, 16).map_err(|_| broken("a chunk's size"))?;
                self.state = if size == 0 { State::Trailers } else { State::Chunk(size) };
                Ok(true)
            }
            State::Chunk(0) => {
                let Some(line) = self.line() else { return Ok(false) };
                if !line.is_empty() {
                    return Err(broken("bytes after a chunk"));
                }
                self.state = State::ChunkSize;
                Ok(true)
            }
            State::Chunk(left) => {
                let took = self.take(left);
                self.state = State::Chunk(left - took);
                Ok(took > 0)
            }
            State::Trailers => {
                let Some(line) = self.line() else { return Ok(false) };
                match line.split_once(':') {
                    Some((name, value)) => {
                        self.seen.trailers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                    }
                    None => self.state = State::Done,
                }
                Ok(true)
            }
            State::UntilEof => Ok(self.take(usize::MAX) > 0),
        }
    }

    fn head(&mut self, head: &str) -> io::Result<bool> {
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let status: u16 = status.ok_or_else(|| broken("a status line"))?;
        if (102..200).contains(&status) || status == 100 {
            return Ok(true);
        }
        self.seen.status = Some(status);
        self.seen.headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        self.state = if self.method == "HEAD" || matches!(status, 204 | 304) {
            State::Done
        } else if let Some(length) = self.seen.header("content-length") {
            State::Sized(length.parse().map_err(|_| broken("a content-length"))?)
        } else if self.seen.header("transfer-encoding") == Some("chunked") {
            State::ChunkSize
        } else {
            State::UntilEof
        };
        Ok(true)
    }

    fn take(&mut self, at_most: usize) -> usize {
        let count = self.rest.len().min(at_most);
        self.seen.body.extend(self.rest.drain(..count));
        count
    }

    fn line(&mut self) -> Option<String> {
        let end = position(&self.rest, b"\r\n")?;
        let line: Vec<u8> = self.rest.drain(..end + 2).collect();
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::other(what.to_owned())
}
