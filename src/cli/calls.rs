//! Calls as the command line takes them: `{"id", "tool", "arguments"}`, one a line where there are many.
//!
//! `dialect` says which SQL the tool's database speaks, in the words of the policy's `tools:` mapping, which counts
//! where both say one. Without it, and where nobody knows the name, what any dialect would do counts.
//!
//! `arguments` is a JSON value, or a text for a tool that takes text; it is copied as it stands, so that
//! numbers keep their digits. Other keys are left alone. A line that is no call is answered with a line that
//! says so, and the rest goes on.

use crate::output::Stopped;
use std::io::{BufRead, Write};
use std::process::ExitCode;
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::json::{Document, Value};
use toolgate_engine::limits::Limits;
use toolgate_engine::wire::Api;

/// Most bytes of a line.
const LONGEST_LINE: u64 = 64 << 20;

/// A call with the name its line gave it.
#[derive(Debug)]
pub(crate) struct Line {
    /// The text of `id`, as JSON; `null` where there is none.
    pub(crate) id: String,
    /// The call.
    pub(crate) call: ToolCall,
    /// The dialect of the tool's database.
    pub(crate) dialect: Option<String>,
}

/// Reads one call.
pub(crate) fn read(text: &str) -> Result<Line, (String, String)> {
    let nameless = |error: String| ("null".to_owned(), error);
    let document = Document::parse(text.as_bytes().to_vec(), Limits::default().depth + 2)
        .map_err(|error| nameless(error.to_string()))?;
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(nameless("expected an object with `tool` and `arguments`".to_owned()));
    }
    let id = root.get("id").map_or("null", |node| document.slice(node.span)).to_owned();
    let text_of = |key: &str| match root.get(key) {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => match node.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err((id.clone(), format!("`{key}` is not a text"))),
        },
    };
    let tool = text_of("tool")?.ok_or_else(|| (id.clone(), "`tool` is missing".to_owned()))?;
    let namespace = text_of("namespace")?;
    let dialect = text_of("dialect")?;
    let (kind, arguments) = match root.get("arguments") {
        None => (CallKind::Function, Arguments::Absent),
        Some(node) => match node.as_str() {
            Some(text) => (CallKind::Custom, Arguments::Text(text.to_owned())),
            None => {
                let text = document.slice(node.span);
                (CallKind::Function, Arguments::from_json_text(text, Limits::default().depth))
            }
        },
    };
    Ok(Line { id, call: call(tool, namespace, kind, arguments), dialect })
}

/// A call that no API carried.
pub(crate) fn call(
    tool: String,
    namespace: Option<String>,
    kind: CallKind,
    arguments: Arguments,
) -> ToolCall {
    ToolCall { api: Api::Anthropic, kind, id: None, tool, namespace, arguments, choice: 0 }
}

/// Answers every line of standard input with a line. 0 if all of them were calls, 1 if some were not.
pub(crate) fn each_line(
    out: &mut impl Write,
    mut answer: impl FnMut(&Line) -> serde_json::Map<String, serde_json::Value>,
) -> Result<ExitCode, Stopped> {
    let mut input = std::io::stdin().lock();
    let mut all_good = true;
    for number in 1u64.. {
        let mut bytes = Vec::new();
        if (&mut input as &mut dyn BufRead).take_line(&mut bytes)? == 0 {
            break;
        }
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = match std::str::from_utf8(line) {
            Ok(text) => read(text),
            Err(_) => Err(("null".to_owned(), "the line is not UTF-8".to_owned())),
        };
        match read {
            Ok(line) => {
                let rest = serde_json::to_string(&answer(&line))
                    .map_err(|error| Stopped::Failed(error.to_string()))?;
                // The ID is copied as it was written: its digits are the caller's.
                writeln!(out, "{{\"id\":{},{}", line.id, rest.trim_start_matches('{'))?;
            }
            Err((id, error)) => {
                all_good = false;
                let error = serde_json::Value::String(format!("line {number}: {error}"));
                writeln!(out, "{{\"id\":{id},\"error\":{error}}}")?;
            }
        }
    }
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A line of bounded length.
trait TakeLine {
    fn take_line(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<usize>;
}

impl TakeLine for dyn BufRead + '_ {
    fn take_line(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<usize> {
        use std::io::Read;
        let read = self.take(LONGEST_LINE).read_until(b'\n', bytes)?;
        if !bytes.ends_with(b"\n") && u64::try_from(read).is_ok_and(|read| read == LONGEST_LINE) {
            let text = format!("a line is longer than {LONGEST_LINE} bytes");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text));
        }
        Ok(read)
    }
}
