//! The cases of the project as inputs of the bodies.

use crate::gate::ENDPOINTS;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// All seeds of a body, in an order that is always the same.
///
/// # Panics
/// If the cases cannot be read.
pub fn of(body: &str) -> Vec<Vec<u8>> {
    let cases = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../cases"));
    let seeds: Vec<Vec<u8>> = match body {
        "shell" => ["effects/shell", "effects/shell-syntax", "effects/catalogue"]
            .iter()
            .flat_map(|folder| lines(&cases.join(folder)))
            .filter_map(|case| Some(case["arguments"]["command"].as_str().or(case["text"].as_str())?.into()))
            .collect(),
        "sql" => lines(&cases.join("effects/sql"))
            .filter_map(|case| Some([b"\0", case["sql"].as_str()?.as_bytes()].concat()))
            .zip(0u8..=u8::MAX)
            .map(|(mut seed, n)| {
                seed[0] = n;
                seed
            })
            .collect(),
        "gate" => (0..)
            .zip(ENDPOINTS)
            .flat_map(|(n, endpoint)| answers(&cases.join("streams"), n, endpoint))
            .collect(),
        _ => Vec::new(),
    };
    assert!(!seeds.is_empty(), "there are no seeds for `{body}`");
    seeds
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn lines(folder: &Path) -> impl Iterator<Item = Value> + use<> {
    let texts = files(folder).into_iter().map(|file| fs::read_to_string(file).expect("a file of cases"));
    let lines: Vec<String> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(&line).expect("a case"))
}

/// The recorded answers that an endpoint can give.
fn answers(streams: &Path, n: u8, (path, content_type, stream): &(&str, &str, bool)) -> Vec<Vec<u8>> {
    let folder = match *path {
        "/v1/messages" => "anthropic",
        "/v1/chat/completions" => "openai-chat",
        "/v1/responses" => "openai-responses",
        "/v1beta/interactions" => "gemini-interactions",
        "/model/m/converse" | "/model/m/converse-stream" => "bedrock-converse",
        "/model/m/invoke-with-response-stream" => "bedrock-invoke",
        _ => "gemini",
    };
    let extension = match (*content_type, stream) {
        ("text/event-stream", _) => ".in.sse",
        ("application/json", false) => ".in.json",
        ("application/json", true) => ".in.jsonarray",
        _ => ".in.frames",
    };
    let of_kind = |file: &PathBuf| file.to_string_lossy().ends_with(extension);
    let read = |file: PathBuf| {
        let text = fs::read_to_string(file).expect("a recorded answer");
        let body = if extension == ".in.frames" {
            text.lines().flat_map(frame).collect()
        } else {
            text.into_bytes()
        };
        [vec![n, 16], body].concat()
    };
    files(&streams.join(folder)).into_iter().filter(of_kind).map(read).collect()
}

/// A frame as the cases show it: the name of its event, and its payload.
fn frame(line: &str) -> Vec<u8> {
    let (name, payload) = line.split_once(' ').unwrap_or((line, ""));
    let wrapped = payload.split_once("b64(").and_then(|(head, rest)| Some((head, rest.rsplit_once(')')?)));
    let payload = match wrapped {
        Some((head, (json, tail))) => format!("{head}\"{}\"{tail}", STANDARD.encode(json)),
        None => payload.to_owned(),
    };
    let (kind, message, name) = match name.strip_prefix('!') {
        Some(exception) => (":exception-type", "exception", exception),
        None => (":event-type", "event", name),
    };
    let mut head = Vec::new();
    for (key, value) in [(kind, name), (":content-type", "application/json"), (":message-type", message)] {
        head.push(u8::try_from(key.len()).expect("a short name"));
        head.extend_from_slice(key.as_bytes());
        head.push(7);
        head.extend_from_slice(&u16::try_from(value.len()).expect("a short value").to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let number = |n: usize| u32::try_from(n).expect("a small frame").to_be_bytes();
    let mut out = [number(16 + head.len() + payload.len()), number(head.len())].concat();
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(payload.as_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}
