//! Recorded messages of protocols over WebSocket, for the command line.
//!
//! The gate refuses their upgrade, so none of them passes it and nothing here judges or writes one. Who has recorded some,
//! a message a line, can still see which calls are in them, and what a policy would say of those.

use super::{Api, Scan, Unreadable, keys, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node};
use crate::limits::Limits;

/// A protocol over WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// OpenAI's Realtime, `/v1/realtime`: server events. Its calls are those of Responses.
    Realtime,
    /// Gemini's Live, `…BidiGenerateContent`: server messages. Its calls are those of `generateContent`.
    Live,
}

/// Why none of it passes.
const REFUSED: &str = "it goes over WebSocket, which is refused";

impl Messages {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Realtime, Self::Live];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Realtime => "openai-realtime",
            Self::Live => "gemini-live",
        }
    }

    /// The calls in messages, each once however often it is said.
    pub(super) fn scan(self, body: &[u8], limits: Limits) -> Scan {
        let mut found = Found { calls: Vec::new(), open: Vec::new() };
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let read = lines.into_iter().try_for_each(|line| {
            let message = Document::parse(line.to_vec(), limits.depth)?;
            match self {
                Self::Realtime => found.event(&message, limits),
                Self::Live => found.message(&message, limits),
            }
        });
        let whole = read.and_then(|()| match found.open.is_empty() {
            true => Ok(()),
            false => Err(shape("the messages end within a tool call")),
        });
        let refused = whole.err().map_or_else(|| REFUSED.to_owned(), |why| why.to_string());
        Scan { calls: found.calls, provider_ran: Vec::new(), refused: Some(refused) }
    }
}

struct Found {
    calls: Vec<ToolCall>,
    /// Identifiers of calls that have begun.
    open: Vec<String>,
}

impl Found {
    fn add(&mut self, call: ToolCall) -> Result<(), Unreadable> {
        let Some(id) = call.id.as_ref() else { return Err(shape("a tool call without an identifier")) };
        self.open.retain(|open| open != id);
        let same = |known: &ToolCall| {
            known.kind == call.kind && known.tool == call.tool && known.arguments.same(&call.arguments)
        };
        match self.calls.iter().find(|known| known.id == call.id) {
            Some(known) if same(known) => Ok(()),
            Some(_) => Err(shape("one identifier for two tool calls")),
            None => {
                self.calls.push(call);
                Ok(())
            }
        }
    }

    /// An event of Realtime's server.
    fn event(&mut self, event: &Document, limits: Limits) -> Result<(), Unreadable> {
        let root = event.root();
        keys::exact(root, &["type", "item", "response", "call_id", "name", "arguments"])?;
        let tag = root.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        if tag == "response.output_item.added" {
            let item = root.get("item").filter(|item| is_call(item));
            self.open.extend(item.and_then(|item| text(item, "call_id")));
            return Ok(());
        }
        if tag == "response.function_call_arguments.done" && root.get("name").is_some() {
            return self.add(function(root, limits)?);
        }
        let output = root.pointer("/response/output").and_then(Node::elements).unwrap_or_default();
        for item in root.get("item").into_iter().chain(output) {
            if is_call(item) {
                self.add(function(item, limits)?)?;
            } else if text(item, "type").as_deref() == Some("mcp_approval_request") {
                let id = text(item, "id");
                let namespace = text(item, "server_label");
                self.add(ToolCall { kind: CallKind::Approval, id, namespace, ..function(item, limits)? })?;
            }
        }
        Ok(())
    }

    /// A message of Live's server.
    fn message(&mut self, message: &Document, limits: Limits) -> Result<(), Unreadable> {
        let root = message.root();
        keys::exact(root, &["toolCall", "tool_call"])?;
        let asks = root.get("toolCall").or_else(|| root.get("tool_call"));
        let calls = asks.and_then(|asks| asks.get("functionCalls").or_else(|| asks.get("function_calls")));
        for call in calls.and_then(Node::elements).unwrap_or_default() {
            let arguments = match call.present("args") {
                None => Arguments::Absent,
                Some(args) => Arguments::from_json_text(message.slice(args.span), limits.depth),
            };
            self.add(named(Api::Gemini, call, text(call, "id"), arguments)?)?;
        }
        Ok(())
    }
}

fn is_call(item: &Node) -> bool {
    text(item, "type").as_deref() == Some("function_call")
}

fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::as_str).map(str::to_owned)
}

/// A call of Realtime's, whose arguments are a text.
fn function(node: &Node, limits: Limits) -> Result<ToolCall, Unreadable> {
    let arguments = text(node, "arguments").filter(|text| !text.is_empty());
    let arguments =
        arguments.map_or(Arguments::Absent, |text| Arguments::from_json_text(&text, limits.depth));
    named(Api::OpenaiResponses, node, text(node, "call_id"), arguments)
}

fn named(api: Api, node: &Node, id: Option<String>, arguments: Arguments) -> Result<ToolCall, Unreadable> {
    let tool = text(node, "name").ok_or_else(|| shape("a tool call without a name"))?;
    Ok(ToolCall { api, kind: CallKind::Function, id, tool, namespace: None, arguments, choice: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn scanned(protocol: Messages, lines: &[&str]) -> (Vec<String>, String) {
        let scan = protocol.scan(lines.join("\n").as_bytes(), Limits::default());
        let calls = scan.calls.iter().map(|call| {
            let Arguments::Json(arguments) = &call.arguments else { return call.tool.clone() };
            format!("{} {}", call.tool, arguments.canonical())
        });
        (calls.collect(), scan.refused.unwrap())
    }

    const ADDED: &str = r#"{"type":"response.output_item.added","item":{"type":"function_call","name":"zap","call_id":"c","arguments":""}}"#;
    const DELTA: &str = r#"{"type":"response.function_call_arguments.delta","call_id":"c","delta":"{}"}"#;
    const DONE: &str = r#"{"type":"response.output_item.done","item":{"type":"function_call","name":"zap","call_id":"c","arguments":"{\"p\":1}"}}"#;
    const END: &str = r#"{"type":"response.done","response":{"output":[{"type":"message"},{"type":"function_call","name":"zap","call_id":"c","arguments":"{ \"p\": 1 }"}]}}"#;

    #[test]
    fn a_call_of_realtime_is_one_however_often_it_is_said() {
        let call = vec![r#"zap {"p":1}"#.to_owned()];
        assert_eq!(
            scanned(Messages::Realtime, &[ADDED, DELTA, DONE, END]),
            (call.clone(), REFUSED.to_owned())
        );
        assert_eq!(scanned(Messages::Realtime, &["", END, ""]), (call.clone(), REFUSED.to_owned()));
        let (none, why) = scanned(Messages::Realtime, &[ADDED, DELTA]);
        assert_eq!((none, why.as_str()), (Vec::new(), "the messages end within a tool call"));
        let other = END.replace("\"p\\\"", "\"q\\\"");
        assert_eq!(
            scanned(Messages::Realtime, &[DONE, &other]),
            (call, "one identifier for two tool calls".to_owned())
        );
    }

    #[test]
    fn what_realtime_asks_about_is_a_call() {
        let ask = r#"{"type":"response.output_item.done","item":{"type":"mcp_approval_request","id":"a","name":"look","server_label":"s","arguments":"{}"}}"#;
        assert_eq!(scanned(Messages::Realtime, &[ask]).0, ["look {}"]);
    }

    #[test]
    fn calls_of_live_stand_in_a_list() {
        let asks = r#"{"toolCall":{"functionCalls":[{"id":"1","name":"zap","args":{"p":1}},{"id":"2","name":"look"}]}}"#;
        let cancels = r#"{"toolCallCancellation":{"ids":["1"]}}"#;
        assert_eq!(
            scanned(Messages::Live, &[asks, cancels]),
            (vec![r#"zap {"p":1}"#.to_owned(), "look".to_owned()], REFUSED.to_owned())
        );
        assert_eq!(
            scanned(Messages::Live, &[r#"{"ToolCall":{}}"#]).1,
            "a key that differs from a known one in case only"
        );
    }
}
