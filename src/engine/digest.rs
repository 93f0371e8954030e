//! The action digest: one short name for exactly this call of this agent.
//!
//! An approval is bound to it and a record carries it. It survives another layout of the same JSON, because
//! a model that tries again does not repeat its white space, and it never merges two calls which a tool
//! could tell apart. Every part carries its length, so no two lists of parts are the same bytes:
//!
//! ```text
//! "toolgate/action/v1" ‖ part(agent) ‖ part(namespace) ‖ part(tool) ‖ kind ‖ part(arguments)
//! part(x)   = 0x00, where x is absent; otherwise 0x01 ‖ length as u64, big endian ‖ x
//! kind      = 0x00 absent, 0x01 JSON, 0x02 free text, 0x03 JSON that could not be read
//! arguments = `args/v1` of JSON: keys sorted, numbers copied token for token (not RFC 8785, which would make
//!             9007199254740993 and 9007199254740992 one account); otherwise the text as it came
//! ```
//!
//! With a key it is an HMAC (RFC 2104), because a digest of `{"pin":"4821"}` could be guessed from the record.

use crate::call::{Arguments, ToolCall};
use crate::json::{Node, Value};
use crate::record::ActionDigest;
use crate::redact::{self, Level};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The digest of one call of one agent: `hmac-sha256:<hex>` with an audit key, otherwise `sha256:<hex>`.
///
/// `inert` are pointers to members that the tool verifiably ignores; they are no part of the digest.
pub fn action_digest(
    agent: Option<&str>,
    tool: &str,
    namespace: Option<&str>,
    arguments: &Arguments,
    inert: &[&str],
    key: Option<&[u8]>,
) -> String {
    let mut sink = Sink::new(key);
    sink.write(b"toolgate/action/v1");
    sink.part(agent);
    sink.part(namespace);
    sink.part(Some(tool));
    match arguments {
        Arguments::Absent => {
            sink.write(&[0]);
            sink.part(None);
        }
        Arguments::Json(document) => {
            sink.write(&[1]);
            sink.part(Some(&bound(document.root(), inert)));
        }
        Arguments::Text(text) => {
            sink.write(&[2]);
            sink.part(Some(text));
        }
        Arguments::Malformed { text, .. } => {
            sink.write(&[3]);
            sink.part(Some(text));
        }
    }
    sink.finish()
}

/// What a record says of the arguments of one call.
pub fn of_call(
    agent: Option<&str>,
    call: &ToolCall,
    inert: &[&str],
    key: Option<&[u8]>,
    level: Level,
) -> ActionDigest {
    let digest = action_digest(agent, &call.tool, call.namespace.as_deref(), &call.arguments, inert, key);
    let bytes = match &call.arguments {
        Arguments::Absent => 0,
        Arguments::Json(document) => document.text().len(),
        Arguments::Text(text) | Arguments::Malformed { text, .. } => text.len(),
    };
    let preview = redact::preview(&call.arguments, level);
    ActionDigest {
        digest,
        bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
        preview: preview.text,
        redacted: preview.redacted,
        truncated: preview.truncated,
    }
}

/// `args/v1` without the inert members.
fn bound(root: &Node, inert: &[&str]) -> String {
    if !inert.iter().any(|pointer| root.pointer(pointer).is_some()) {
        return root.canonical();
    }
    let mut kept = root.clone();
    for pointer in inert {
        remove(&mut kept, pointer);
    }
    kept.canonical()
}

/// Takes the member at `pointer` out of its object. Elements of arrays stay: removing one would move others.
fn remove(root: &mut Node, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    let mut node = root;
    for token in parent.split('/').skip(1) {
        let token = json_token(token);
        let Value::Object(members) = &mut node.value else {
            return;
        };
        let Some(member) = members.iter_mut().find(|member| member.key == token) else {
            return;
        };
        node = &mut member.node;
    }
    if let Value::Object(members) = &mut node.value {
        let key = json_token(key);
        members.retain(|member| member.key != key);
    }
}

fn json_token(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

enum Sink {
    Plain(Sha256),
    Keyed(Box<Hmac<Sha256>>),
}

impl Sink {
    fn new(key: Option<&[u8]>) -> Self {
        match key.map(Hmac::<Sha256>::new_from_slice) {
            Some(Ok(mac)) => Self::Keyed(Box::new(mac)),
            // HMAC takes keys of every length, so the error cannot come about.
            Some(Err(_)) | None => Self::Plain(Sha256::new()),
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        match self {
            Self::Plain(hash) => hash.update(bytes),
            Self::Keyed(mac) => mac.update(bytes),
        }
    }

    fn part(&mut self, text: Option<&str>) {
        match text {
            None => self.write(&[0]),
            Some(text) => {
                self.write(&[1]);
                self.write(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                self.write(text.as_bytes());
            }
        }
    }

    fn finish(self) -> String {
        let (name, bytes) = match self {
            Self::Plain(hash) => ("sha256", hash.finalize().to_vec()),
            Self::Keyed(mac) => ("hmac-sha256", mac.finalize().into_bytes().to_vec()),
        };
        named(name, &bytes)
    }
}

/// `<algorithm>:<hex>`, as digests and hashes are written everywhere. A formatter takes ten times as long, and every
/// record has several.
pub(crate) fn named(algorithm: &str, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(algorithm.len() + 1 + 2 * bytes.len());
    out.push_str(algorithm);
    out.push(':');
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn digest(arguments: &Arguments) -> String {
        action_digest(
            Some("spiffe://corp.example/ns/x/sa/y"),
            "Bash",
            None,
            arguments,
            &["/description"],
            None,
        )
    }

    fn json(text: &str) -> Arguments {
        Arguments::from_json_text(text, 64)
    }

    #[test]
    fn layout_and_order_do_not_matter() {
        assert_eq!(
            digest(&json(r#"{"a":1,"b":[1,2]}"#)),
            digest(&json("{ \"b\": [1, 2],\n \"\\u0061\": 1 }"))
        );
    }

    #[test]
    fn calls_that_a_tool_could_tell_apart_are_apart() {
        let calls = [
            Arguments::Absent,
            json("null"),
            json("{}"),
            json("[]"),
            json("\"\""),
            json(r#"{"id":9007199254740993}"#),
            json(r#"{"id":9007199254740992}"#),
            json(r#"{"id":9007199254740992.0}"#),
            json(r#"{"id":"9007199254740992"}"#),
            json(r#"{"a":null}"#),
            json(r#"{"amt":0.1}"#),
            json(r#"{"amt":0.1000000000000000055511151231257827}"#),
            Arguments::Text(String::new()),
            Arguments::Text("null".to_owned()),
            Arguments::Text("{}".to_owned()),
            json("{"),
            json(r#"{"a":1,"a":2}"#),
        ];
        let digests: std::collections::BTreeSet<String> = calls.iter().map(digest).collect();
        assert_eq!(digests.len(), calls.len());
    }

    #[test]
    fn agent_tool_and_namespace_are_parts_of_their_own() {
        let of = |agent, tool, namespace| action_digest(agent, tool, namespace, &json("{}"), &[], None);
        let all = [
            of(None, "t", None),
            of(Some(""), "t", None),
            of(Some("t"), "t", None),
            of(None, "t", Some("")),
            of(None, "t", Some("n")),
            of(Some("n"), "t", None),
            of(None, "tn", None),
            of(None, "", Some("t")),
        ];
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn inert_members_are_not_bound() {
        let with =
            |pointers: &[&str], text: &str| action_digest(None, "t", None, &json(text), pointers, None);
        assert_eq!(
            digest(&json(r#"{"command":"ls","description":"x"}"#)),
            digest(&json(r#"{"command":"ls"}"#))
        );
        assert_ne!(digest(&json(r#"{"command":"ls","d":"x"}"#)), digest(&json(r#"{"command":"ls"}"#)));
        assert_eq!(with(&["/a/b"], r#"{"a":{"b":1,"c":2}}"#), with(&["/a/b"], r#"{"a":{"c":2}}"#));
        assert_ne!(with(&["/a/0"], r#"{"a":[1,2]}"#), with(&["/a/0"], r#"{"a":[2]}"#));
    }

    // The preimage written out by hand: the format is a promise to whoever checks a record later.
    #[test]
    fn the_format_does_not_drift() {
        let mut preimage = b"toolgate/action/v1".to_vec();
        for part in [Some("a"), None, Some("t")] {
            match part {
                None => preimage.push(0),
                Some(text) => {
                    preimage.push(1);
                    preimage.extend(u64::try_from(text.len()).unwrap().to_be_bytes());
                    preimage.extend(text.as_bytes());
                }
            }
        }
        preimage.push(1);
        preimage.push(1);
        preimage.extend(9_u64.to_be_bytes());
        preimage.extend(br#"{"x":1e0}"#);
        let hex: String = Sha256::digest(&preimage).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            action_digest(Some("a"), "t", None, &json(r#"{ "x" : 1e0 }"#), &[], None),
            format!("sha256:{hex}")
        );
    }

    // RFC 4231, test case 2, through the same type.
    #[test]
    fn keyed_digests_are_hmac_sha256() {
        let mut sink = Sink::new(Some(b"Jefe"));
        sink.write(b"what do ya want for nothing?");
        assert_eq!(
            sink.finish(),
            "hmac-sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let keyed = |key: &[u8]| action_digest(None, "t", None, &json("{}"), &[], Some(key));
        assert_ne!(keyed(b"a"), keyed(b"b"));
        assert_ne!(keyed(b""), action_digest(None, "t", None, &json("{}"), &[], None));
    }

    #[test]
    fn a_record_shows_what_the_level_allows() {
        let call = ToolCall {
            api: crate::wire::Api::Anthropic,
            kind: crate::call::CallKind::Function,
            id: None,
            tool: "t".to_owned(),
            namespace: None,
            arguments: json(r#"{ "password": "hunter2" }"#),
            choice: 0,
        };
        let entry = of_call(None, &call, &[], None, Level::Redacted);
        assert_eq!(entry.preview.as_deref(), Some(r#"{"password":"[redacted]"}"#));
        assert_eq!((entry.bytes, entry.redacted), (25, 1));
    }
}
