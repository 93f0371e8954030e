//! One part of a candidate's content: whether it calls a function, and what the provider says it ran.

use super::super::super::{Unreadable, alike, keys, shape};
use super::partial::Partial;
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// What of a part the gate must know.
#[derive(Default)]
pub(super) struct Part<'a> {
    /// Its function call, or the piece of one.
    pub(super) call: Option<Piece<'a>>,
    /// What the provider ran, if it says so.
    pub(super) provider_ran: Option<String>,
}

/// A `functionCall`: a whole one, or in a stream perhaps a piece.
pub(super) struct Piece<'a> {
    id: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    args: Arguments,
    pub(super) partial_args: Option<&'a [Node]>,
    /// More of the same call follows.
    pub(super) will_continue: bool,
}

/// A call that is complete.
pub(super) struct WholeCall {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) args: Arguments,
}

impl WholeCall {
    pub(super) fn into_tool_call(self, choice: u32) -> ToolCall {
        ToolCall {
            api: Api::Gemini,
            kind: CallKind::Function,
            id: self.id,
            tool: self.name,
            namespace: None,
            arguments: self.args,
            choice,
        }
    }
}

/// Which ends of its call a part has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// The call is whole.
    Both,
    /// It begins with it.
    First,
    /// Neither.
    None,
    /// It ends with it.
    Last,
}

/// Members of a part in which nothing is called. Their content may quote calls.
const INERT: &[&str] = &[
    "text",
    "thought",
    "thoughtSignature",
    "inlineData",
    "fileData",
    "functionResponse",
    "codeExecutionResult",
    "toolResponse",
    "videoMetadata",
    "mediaResolution",
    "partMetadata",
    "audioTranscription",
    "mediaProcessing",
    "speechMetadata",
    "documentMetadata",
    "spreadsheetMetadata",
    "audioMetadata",
];

/// Whether a key is that of a function call.
pub(super) fn is_call_key(key: &str) -> bool {
    matches!(key, "functionCall" | "function_call")
}

/// Whether a part has a function call.
pub(super) fn has_call(part: &Node) -> bool {
    part.members().iter().any(|member| is_call_key(&member.key) && !member.node.is_null())
}

/// Whether a key is this one, in either spelling.
fn is(key: &str, known: &str) -> bool {
    let mut rest = key;
    let snake = known.chars().all(|c| {
        let after = if c.is_ascii_uppercase() { rest.strip_prefix('_') } else { Some(rest) };
        after.and_then(|after| after.strip_prefix(c.to_ascii_lowercase())).is_some_and(|after| {
            rest = after;
            true
        })
    });
    key == known || (snake && rest.is_empty())
}

/// The member with this key, in either spelling; `null` is as good as none.
///
/// # Errors
/// If it is there in both: which of them counts depends on the reader.
pub(in crate::wire::apis) fn either<'a>(node: &'a Node, key: &str) -> Result<Option<&'a Node>, Unreadable> {
    let mut found = node.members().iter().filter(|member| is(&member.key, key));
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(member), None) => Ok(Some(&member.node).filter(|node| !node.is_null())),
        (Some(_), Some(_)) => Err(shape("a key in two spellings")),
    }
}

/// Reads a part.
pub(super) fn read<'a>(document: &Document, part: &'a Node, limits: &Limits) -> Result<Part<'a>, Unreadable> {
    if !matches!(part.value, Value::Object(_)) {
        return Err(shape("a part that is not an object"));
    }
    keys::exact(
        part,
        &["functionCall", "function_call", "executableCode", "executable_code", "toolCall", "tool_call"],
    )?;
    let mut found = Part::default();
    for member in part.members() {
        let key = member.key.as_str();
        if is_call_key(key) || member.node.is_null() {
            continue;
        }
        if is(key, "executableCode") {
            found.provider_ran = Some("code_execution".to_owned());
        } else if is(key, "toolCall") {
            let kind = either(&member.node, "toolType")?.and_then(Node::as_str);
            found.provider_ran = Some(kind.unwrap_or("toolCall").to_owned());
        } else if !INERT.iter().any(|known| is(key, known))
            && (key.to_ascii_lowercase().contains("call") || looks_like_call(&member.node))
        {
            return Err(shape("a part of unknown kind that looks like a tool call"));
        }
    }
    if let Some(call) = either(part, "functionCall")? {
        found.call = Some(piece(document, call, limits)?);
    }
    Ok(found)
}

/// Whether any object within has what a home-made agent loop looks for: a name, and something to call it with.
fn looks_like_call(node: &Node) -> bool {
    alike::any(node, &|node| {
        let has = |key: &str| node.get(key).is_some();
        (has("name") && ["args", "arguments", "input", "partialArgs"].into_iter().any(has))
            || alike::has_key(node, is_call_key)
    })
}

fn piece<'a>(document: &Document, call: &'a Node, limits: &Limits) -> Result<Piece<'a>, Unreadable> {
    if !matches!(call.value, Value::Object(_)) {
        return Err(shape("a function call that is not an object"));
    }
    keys::exact(
        call,
        &["id", "name", "args", "partialArgs", "partial_args", "willContinue", "will_continue"],
    )?;
    let args = match call.present("args") {
        None => Arguments::Absent,
        Some(args) => Arguments::from_json_text(document.slice(args.span), limits.depth),
    };
    let partial_args = match either(call, "partialArgs")? {
        None => None,
        Some(node) => Some(node.elements().ok_or_else(|| shape("partial arguments that are not a list"))?),
    };
    let will_continue = match either(call, "willContinue")?.map(|node| &node.value) {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return Err(shape("a function call that continues neither truly nor falsely")),
    };
    Ok(Piece {
        id: keys::name(call, "id")?,
        name: keys::name(call, "name")?,
        args,
        partial_args,
        will_continue,
    })
}

impl Piece<'_> {
    /// Whether it is a call of its own.
    pub(super) const fn is_whole(&self) -> bool {
        !self.will_continue && self.partial_args.is_none() && self.name.is_some()
    }

    /// The call, if nothing of it is elsewhere.
    ///
    /// # Errors
    /// If it has no name, or comes in pieces.
    pub(super) fn whole(self) -> Result<WholeCall, Unreadable> {
        if self.will_continue || self.partial_args.is_some() {
            return Err(shape("a piece of a function call in a whole answer"));
        }
        let name = self.name.ok_or_else(|| shape("a function call without a name"))?;
        Ok(WholeCall { id: self.id.map(str::to_owned), name: name.to_owned(), args: self.args })
    }

    /// The call that begins with this piece, as far as it goes.
    ///
    /// # Errors
    /// If it has no name, or its arguments come both whole and in pieces.
    pub(super) fn begin(&self, limits: &Limits) -> Result<OpenCall, Unreadable> {
        let name = self.name.ok_or_else(|| shape("a piece of a function call that has not begun"))?;
        let mut open = OpenCall {
            id: self.id.map(str::to_owned),
            name: name.to_owned(),
            args: Partial::default(),
            depth: limits.depth,
        };
        open.args_of(self)?;
        Ok(open)
    }
}

/// A call of which more follows.
pub(super) struct OpenCall {
    id: Option<String>,
    name: String,
    args: Partial,
    depth: usize,
}

impl OpenCall {
    /// Adds a piece.
    ///
    /// # Errors
    /// If it is not one of this call.
    pub(super) fn add(&mut self, piece: &Piece<'_>) -> Result<(), Unreadable> {
        if piece.name.is_some() {
            return Err(shape("a function call within another"));
        }
        match (&self.id, piece.id) {
            (_, None) => {}
            (Some(known), Some(id)) if known == id => {}
            _ => return Err(shape("a second identifier for one function call")),
        }
        self.args_of(piece)
    }

    fn args_of(&mut self, piece: &Piece<'_>) -> Result<(), Unreadable> {
        if !matches!(piece.args, Arguments::Absent) {
            return Err(shape("a function call whose arguments come whole and in pieces"));
        }
        piece.partial_args.unwrap_or_default().iter().try_for_each(|arg| self.args.add(arg, self.depth))
    }

    /// It is complete.
    ///
    /// # Errors
    /// If one of its arguments is not.
    pub(super) fn complete(self) -> Result<WholeCall, Unreadable> {
        let args = self.args.arguments(self.depth)?;
        Ok(WholeCall { id: self.id, name: self.name, args })
    }
}
