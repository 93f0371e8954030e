//! The input of a call that comes in pieces, and whether it is the input of the item when that is done.

use super::super::super::{Unreadable, shape};
use super::item;
use crate::json::{self, Node};

/// What was read of a call's input so far.
pub(super) enum Input {
    /// One text: the arguments of a function, the input of a custom tool.
    Text(Text),
    /// Several: the commands of a shell.
    Commands(Vec<Text>),
    /// It comes whole, in the item.
    Whole,
}

/// A text in pieces.
#[derive(Default)]
pub(super) struct Text {
    /// The pieces; `None` if there was none.
    pieces: Option<String>,
    /// What the event says that ends it.
    whole: Option<String>,
}

/// Most commands of one call of a shell.
const COMMANDS: usize = 256;

impl Input {
    /// None so far, for an item that was added.
    pub(super) fn of(item: &Node) -> Self {
        match item::tag(item) {
            Some("function_call" | "custom_tool_call") => Self::Text(Text::default()),
            Some("shell_call") => Self::Commands(Vec::new()),
            _ => Self::Whole,
        }
    }

    /// Takes an event that brings input of the item `added`.
    pub(super) fn take(&mut self, tag: &str, root: &Node, added: &Node) -> Result<(), Unreadable> {
        let owner = item::tag(added);
        let (key, of) = match tag {
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                ("delta", None)
            }
            "response.function_call_arguments.done" => ("arguments", None),
            "response.custom_tool_call_input.done" => ("input", None),
            "response.shell_call_command.delta" => ("delta", Some("shell_call")),
            _ => ("command", Some("shell_call")),
        };
        let kind = of.or(if tag.contains("function_call") {
            Some("function_call")
        } else {
            Some("custom_tool_call")
        });
        if owner != kind {
            return Err(shape("tool input of another kind than its item"));
        }
        if let Some(name) = root.present("name")
            && name.as_str() != added.get("name").and_then(Node::as_str)
        {
            return Err(shape("a second name for one tool call"));
        }
        let prefilled = ["/arguments", "/input", "/action/commands"]
            .iter()
            .any(|at| added.pointer(at).is_some_and(|node| !item::is_blank(node)));
        if prefilled && tag.ends_with(".delta") {
            return Err(shape("a piece of tool input for a call that had its input"));
        }
        let value = root.get(key).and_then(Node::as_str);
        let value = value.ok_or_else(|| shape("a piece of tool input that is not a string"))?;
        match self {
            Self::Text(text) => text.take(tag, value),
            Self::Commands(commands) => {
                let index = root.get("command_index").and_then(Node::as_index);
                let index = index.and_then(|index| usize::try_from(index).ok());
                let index = index.ok_or_else(|| shape("a command's index that is not a number from 0"))?;
                if tag.ends_with(".added") {
                    let before_is_done = commands.last().is_none_or(|text| text.whole.is_some());
                    if index != commands.len() || !before_is_done || index >= COMMANDS {
                        return Err(shape("a command out of order"));
                    }
                    let pieces = (!value.is_empty()).then(|| value.to_owned());
                    commands.push(Text { pieces, whole: None });
                    return Ok(());
                }
                if index.checked_add(1) != Some(commands.len()) {
                    return Err(shape("a command out of order"));
                }
                match commands.last_mut() {
                    Some(text) => text.take(tag, value),
                    None => Err(shape("a command out of order")),
                }
            }
            Self::Whole => Err(shape("tool input for an item that takes none")),
        }
    }

    /// Takes a piece like the last one, if more of what that one brought may come.
    pub(super) fn again(&mut self, piece: &str) -> Option<()> {
        let text = match self {
            Self::Text(text) => text,
            Self::Commands(commands) => commands.last_mut()?,
            Self::Whole => return None,
        };
        text.pieces.as_mut()?.push_str(piece);
        Some(())
    }

    /// Whether what was read is the input of the item, now that it is done.
    pub(super) fn check(&self, item: &Node, depth: usize) -> Result<(), Unreadable> {
        let same = match self {
            Self::Whole => true,
            Self::Text(text) => {
                let key = if item::tag(item) == Some("function_call") { "arguments" } else { "input" };
                match item.get(key) {
                    Some(node) => match node.as_str() {
                        Some(input) => text.is(input, key == "arguments", depth),
                        None => text.is(&node.canonical(), true, depth),
                    },
                    None => text.is("", false, depth),
                }
            }
            Self::Commands(commands) if commands.is_empty() => true,
            Self::Commands(commands) => {
                let said = item.pointer("/action/commands").and_then(Node::elements).unwrap_or_default();
                said.len() == commands.len()
                    && commands
                        .iter()
                        .zip(said)
                        .all(|(text, said)| said.as_str().is_some_and(|said| text.is(said, false, depth)))
            }
        };
        if same { Ok(()) } else { Err(shape("a tool call with two different inputs")) }
    }
}

impl Text {
    fn take(&mut self, tag: &str, value: &str) -> Result<(), Unreadable> {
        if self.whole.is_some() {
            return Err(shape("tool input after its end"));
        }
        if tag.ends_with(".delta") {
            self.pieces.get_or_insert_default().push_str(value);
        } else {
            self.whole = Some(value.to_owned());
        }
        Ok(())
    }

    /// Whether everything that was read says the same as `input`. Servers that put an answer together write JSON in
    /// their own way.
    fn is(&self, input: &str, is_json: bool, depth: usize) -> bool {
        let canonical = |text: &str| json::parse(text, depth).ok().map(|node| node.canonical());
        let same = |text: &String| {
            text == input || (is_json && canonical(text).is_some_and(|text| Some(text) == canonical(input)))
        };
        self.pieces.iter().all(same) && self.whole.iter().all(same)
    }
}
