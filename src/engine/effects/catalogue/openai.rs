//! Tools that the OpenAI Responses API defines. The names are the item types without a function of their own.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "openai",
    source: "PyPI openai 3.54.0, types/responses",
    servers: &[],
    tools: &[
        tool(&["shell_call"], &[Clause::Lines("/action/commands"), Clause::Options("/action/command")]),
        tool(
            &["local_shell_call"],
            &[
                Clause::Directory("/action/working_directory"),
                Clause::Argv("/action/command"),
                Clause::Environment("/action/env"),
                // One agent runs these in its place.
                Clause::Options("/action/commands"),
            ],
        ),
        tool(
            &["apply_patch_call"],
            &[Clause::Options("/operations"), Clause::Options("/operation/move_to"), Clause::Case {
                at: "/operation/type",
                arms: &[
                    Arm(&["create_file", "update_file"], &[write("/operation/path")]),
                    Arm(&["delete_file"], &[delete("/operation/path")]),
                ],
                absent: None,
            }],
        ),
        tool(&["computer_call"], &[OPERATE]),
        tool(&["code_interpreter_call"], &[Clause::Code("/code", "python")]),
        // JavaScript that calls other tools.
        tool(&["program"], &[Clause::Code("/code", "javascript")]),
        tool(
            &["mcp_call"],
            &[Clause::Call { server: "/server_label", tool: "/name", arguments: "/arguments" }],
        ),
        tool(&["web_search_call", "file_search_call"], &[]),
        // Written by models of the Chat API in place of several calls.
        tool(
            &["multi_tool_use.parallel"],
            &[Clause::Calls { each: "/tool_uses/*", tool: "/recipient_name", arguments: "/parameters" }],
        )
        .unverified(),
    ],
};
