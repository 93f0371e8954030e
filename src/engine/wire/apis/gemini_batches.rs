//! Gemini's batches: `POST …/models/M:batchGenerateContent`, `…/batches` and `…/batches/B`, and the file of a batch's
//! results, `GET …/files/F:download`, a result a line.
//!
//! A batch comes as an operation, alone or in a list. Its results stand in the metadata's output, in the operation's
//! response, or in both, as they do once it is done; a batch that is no operation has them in its own output. Places that
//! do not say the same are refused, since one client reads this and another that. What stands in each is one answer: judged
//! once, and where a call of it is refused written again in every place. An answer is read as one of `generateContent`, and
//! refusals stand where they do there.
//!
//! A batch that embeds texts has vectors for results, and no calls. Any other file is refused: it may hold whole answers
//! that nobody judged.
//!
//! Deliberately absent: `batchPredictionJobs` of Vertex, whose results lie in a bucket.

use super::super::batch::{Batch, Found, Results};
use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::lines::Lines;
use super::super::stream::StreamCodec;
use super::super::{
    ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Target, Unreadable, alike, keys, rebuild, shape,
};
use super::gemini::{self, Response, either, error_body, is_error_body};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

/// Below which batches stand. Anthropic's stand below messages, Vertex has other words.
const VERSIONS: &[&str] = &["/v1/batches", "/v1beta/batches", "/v1alpha/batches"];

/// What begins a batch.
const GENERATES: &str = ":batchGenerateContent";
const EMBEDS: &str = ":asyncBatchEmbedContent";

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Lines];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    let Some((place, last)) = path.rsplit_once('/') else { return false };
    let (name, verb) = last.find(':').map_or((last, ""), |colon| last.split_at(colon));
    let lists = |place: &str| VERSIONS.iter().any(|end| place.ends_with(end));
    // OpenAI's are called so, and its servers have them at the same place.
    let batch = || lists(place) && !name.starts_with("batch_");
    let models = || ["/models", "/tunedModels"].iter().any(|kind| place.ends_with(kind));
    match (method, verb) {
        ("GET", "") => lists(path) || batch(),
        ("DELETE", "") => batch(),
        _ if name.is_empty() => false,
        ("POST", ":cancel") => batch(),
        ("POST", GENERATES | EMBEDS) => models(),
        ("GET", ":download") => place.ends_with("/files"),
        _ => false,
    }
}

/// A batch asks for many answers at once. What a file asks for that the client has uploaded is not seen here.
fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    let mut all = RequestFacts { model: model(target).map(str::to_owned), ..RequestFacts::default() };
    if target.ends_with(EMBEDS) || root.members().is_empty() {
        return Ok(all);
    }
    keys::exact(root, &["batch"])?;
    let batch = either(root, "batch")?.ok_or_else(|| shape("a batch without requests"))?;
    keys::exact(batch, &["model", "inputConfig", "input_config", "webhookConfig", "webhook_config"])?;
    // What comes of it goes to whomever the request names.
    if let Some(hook) = either(batch, "webhookConfig")? {
        all.provider(document, "webhook", hook);
    }
    same_model(all.model.as_deref(), batch)?;
    let input = either(batch, "inputConfig")?.ok_or_else(|| shape("a batch without requests"))?;
    keys::exact(input, &["requests", "fileName", "file_name"])?;
    let (list, file) = (either(input, "requests")?, either(input, "fileName")?);
    if let Some(file) = file {
        all.provider(document, "batch.file", file);
    }
    let requests = match list {
        None if file.is_some() => &[],
        None => return Err(shape("a batch without requests")),
        Some(list) => {
            keys::exact(list, &["requests"])?;
            let requests = either(list, "requests")?.and_then(Node::elements);
            requests.ok_or_else(|| shape("a batch without requests"))?
        }
    };
    for element in requests {
        keys::exact(element, &["request"])?;
        let request = either(element, "request")?.ok_or_else(|| shape("a batch with an empty request"))?;
        same_model(all.model.as_deref(), request)?;
        let request = document.slice(request.span).as_bytes().to_vec();
        let request =
            Document::parse(request, usize::MAX).map_err(|_| shape("a request that cannot be read"))?;
        all.join(gemini::facts(target, &request)?);
    }
    Ok(all)
}

fn model(target: &Target) -> Option<&str> {
    let kinds = ["/models/", "/tunedModels/"];
    [GENERATES, EMBEDS].iter().find_map(|verb| kinds.iter().find_map(|kind| target.between(kind, verb)))
}

/// Whether `node` names no other model than the path does: whose answer it were would be a guess.
fn same_model(model: Option<&str>, node: &Node) -> Result<(), Unreadable> {
    keys::exact(node, &["model"])?;
    let named = node.present("model");
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    match (model, named) {
        (_, None) | (None, _) => Ok(()),
        (Some(model), Some(named)) if named.as_str().is_some_and(|named| last(named) == last(model)) => {
            Ok(())
        }
        _ => Err(shape("a batch whose requests name another model than its path")),
    }
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Batches(setup), limits)),
        _ => {
            let batch = Batch::new(Answers(setup), limits);
            Box::new(StreamCodec::framed(batch, Lines::new(limits.event), limits))
        }
    }
}

/// A batch, or a list of them.
struct Batches(Setup);

impl Batches {
    /// An answer that stands in a document, as one of its own, with its calls.
    fn answer(&self, document: &Document, place: &Node) -> Result<(Document, Reading), Unreadable> {
        let answer = Document::parse(document.slice(place.span).as_bytes().to_vec(), self.0.limits.depth)?;
        let mut found = Reading::default();
        Response(self.0.clone()).calls(&answer, &mut found)?;
        Ok((answer, found))
    }
}

impl DocumentApi for Batches {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if is_error_body(document) {
            return Ok(());
        }
        for places in answers(document.root())? {
            if let Some(place) = places.first() {
                let (_, mut found) = self.answer(document, place)?;
                out.calls.append(&mut found.calls);
                out.provider_ran.append(&mut found.provider_ran);
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let mut first = 0;
        let mut changed = Vec::new();
        for places in answers(document.root())? {
            let mut calls = 0;
            // Each from its own bytes: places that say the same may be written differently.
            for place in places {
                let (answer, found) = self.answer(document, place)?;
                calls = found.calls.len();
                let own = decided.of(first..first + calls);
                if !own.all_released() {
                    changed.push((place.span, Response(self.0.clone()).rewrite(&answer, &own)?));
                }
            }
            first += calls;
        }
        Ok(rebuild::all_replaced(document, changed))
    }

    /// A batch that failed, with the refusal where clients look for what went wrong: in the operation, and in its results.
    fn instead(&self, refusal: &str) -> String {
        let error = status(refusal);
        format!(
            r#"{{"name":"batches/toolgate","metadata":{{"name":"batches/toolgate","state":"BATCH_STATE_FAILED","output":{{"inlinedResponses":{{"inlinedResponses":[{{"error":{error}}}]}}}}}},"done":true,"error":{error}}}"#
        )
    }
}

/// An error as operations and results have it: `PERMISSION_DENIED` by its number.
fn status(message: &str) -> String {
    format!(r#"{{"code":7,"message":{}}}"#, rebuild::string(message))
}

/// The answers in a document, in order: of each all the places where it stands.
fn answers(root: &Node) -> Result<Vec<Vec<&Node>>, Unreadable> {
    keys::exact(root, &["operations"])?;
    let mut found = Vec::new();
    match root.get("operations") {
        Some(operations) => {
            alike::nothing_beside(root, &["operations"])?;
            let operations = operations.elements().ok_or_else(|| shape("batches that are not a list"))?;
            for operation in operations {
                answers_of(operation, &mut found)?;
            }
        }
        // A list without batches; what becomes of a batch that is cancelled or deleted.
        None if matches!(&root.value, Value::Object(members) if members.is_empty()) => {}
        None => answers_of(root, &mut found)?,
    }
    Ok(found)
}

/// The answers of one batch.
fn answers_of<'a>(batch: &'a Node, found: &mut Vec<Vec<&'a Node>>) -> Result<(), Unreadable> {
    const PLACES: &[&str] = &["metadata", "response", "output"];
    keys::exact(batch, &["name", "metadata", "response", "output"])?;
    if batch.get("name").and_then(Node::as_str).is_none() {
        return Err(shape("the document is neither a batch nor a list of them"));
    }
    alike::nothing_beside(batch, PLACES)?;
    let metadata = object(batch.get("metadata"))?;
    if let Some(metadata) = metadata {
        keys::exact(metadata, &["output"])?;
        alike::nothing_beside(metadata, &["output"])?;
    }
    let outputs = [metadata.and_then(|node| node.get("output")), batch.get("response"), batch.get("output")];
    let mut lists = Vec::new();
    for output in outputs {
        lists.extend(inlined(output)?);
    }
    let Some((first, others)) = lists.split_first() else { return Ok(()) };
    for other in others {
        let same = first.iter().zip(*other).all(|(one, other)| one.canonical() == other.canonical());
        if first.len() != other.len() || !same {
            return Err(shape("a batch whose results stand in two places that do not say the same"));
        }
    }
    for number in 0..first.len() {
        let mut places = Vec::new();
        for list in &lists {
            places.extend(list.get(number).map(answer).transpose()?.flatten());
        }
        found.push(places);
    }
    Ok(())
}

/// The results that an output has.
fn inlined(output: Option<&Node>) -> Result<Option<&[Node]>, Unreadable> {
    const KEYS: &[&str] = &["inlinedResponses", "inlined_responses"];
    let within = |node: &'_ Node| {
        keys::exact(node, KEYS)?;
        alike::nothing_beside(node, KEYS)
    };
    let Some(output) = object(output)? else { return Ok(None) };
    within(output)?;
    let Some(list) = object(either(output, "inlinedResponses")?)? else { return Ok(None) };
    within(list)?;
    match either(list, "inlinedResponses")? {
        None => Ok(Some(&[])),
        Some(results) => results.elements().map(Some).ok_or_else(|| shape("results that are not a list")),
    }
}

/// A member that is an object, unless it is absent or `null`.
fn object(member: Option<&Node>) -> Result<Option<&Node>, Unreadable> {
    let member = member.filter(|node| !node.is_null());
    if member.is_some_and(|node| !matches!(node.value, Value::Object(_))) {
        return Err(shape("a batch, or what it holds, that is not an object"));
    }
    Ok(member)
}

/// The answer of a result; `None` where the request failed, or asked for a vector.
fn answer(result: &Node) -> Result<Option<&Node>, Unreadable> {
    if !matches!(result.value, Value::Object(_)) {
        return Err(shape("a result of a batch that is not an object"));
    }
    keys::exact(result, &["response"])?;
    alike::nothing_beside(result, &["response"])?;
    let Some(response) = object(result.get("response"))? else { return Ok(None) };
    keys::exact(response, &["candidates", "embedding"])?;
    let vector = response.get("embedding").is_some_and(|node| matches!(node.value, Value::Object(_)));
    if vector && response.get("candidates").is_none() {
        alike::nothing_beside(response, &[])?;
        return Ok(None);
    }
    Ok(Some(response))
}

/// The lines of the results.
struct Answers(Setup);

impl Results for Answers {
    fn answer<'a>(&self, line: &'a Node) -> Result<Option<Found<'a>>, Unreadable> {
        keys::exact(line, &["key", "response", "error"])?;
        let there = |key: &str| line.get(key).is_some_and(|node| !node.is_null());
        let found = answer(line)?;
        if !there("response") && !there("error") {
            return Err(shape("a line that is no result of a batch"));
        }
        Ok(found.map(|response| -> Found<'_> { (response, Box::new(Response(self.0.clone()))) }))
    }

    fn withheld(&self, refusal: &str) -> String {
        format!(r#"{{"key":"toolgate","error":{}}}"#, status(refusal))
    }
}
