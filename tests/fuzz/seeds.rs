//! The cases of the project as inputs of the bodies.

#[path = "../cases/frames.rs"]
mod frames;

use crate::gate::ENDPOINTS;
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
        let body = if extension == ".in.frames" { frames::encoded(&text) } else { text.into_bytes() };
        [vec![n, 16], body].concat()
    };
    files(&streams.join(folder)).into_iter().filter(of_kind).map(read).collect()
}
