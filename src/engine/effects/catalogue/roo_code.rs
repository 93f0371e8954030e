//! Roo Code.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "roo_code",
    source: "github RooCodeInc/Roo-Code, src/core/prompts/tools/native-tools",
    servers: &[],
    tools: &[
        tool(&["execute_command"], &[Clause::Directory("/cwd"), shell("/command")]).persistent(),
        // `script_runner` picks the interpreter.
        tool(&["execute_command"], &[Clause::Code("/script_content", "/script_runner")]).persistent(),
        tool(&["read_file"], &[read("/path")]),
        tool(&["read_file"], &[read("/files/*/path")]).unverified(),
        tool(&["read_file"], &[read("/args/file/*/path")]).unverified(),
        tool(&["list_code_definition_names"], &[Clause::Path(Access::ReadTree, "/path", Absent::Refused)]).unverified(),
        tool(&["codebase_search"], &[Clause::Needs("/query"), search("/path")]).unverified(),
        tool(&["write_to_file", "apply_diff"], &[write("/path")]),
        tool(&["insert_content", "search_and_replace"], &[write("/path")]).unverified(),
        tool(&["edit_file", "search_replace"], &[write("/file_path")]),
        tool(&["apply_patch"], &[Clause::Patch("/patch")]),
        tool(
            &["list_files"],
            &[Clause::Case {
                at: "/recursive",
                arms: &[
                    Arm(&["true"], &[Clause::Path(Access::ListTree, "/path", Absent::Refused)]),
                    Arm(&["false"], &[Clause::Path(Access::List, "/path", Absent::Refused)]),
                ],
                absent: Some(&[Clause::Path(Access::List, "/path", Absent::Refused)]),
            }],
        ),
        tool(
            &["search_files"],
            &[
                Clause::Needs("/regex"),
                Clause::Path(Access::ReadTree, "/path", Absent::Refused),
                Clause::Filter { pattern: "/file_pattern", base: "/path" },
            ],
        ),
        tool(&["write_stdin"], &[Clause::Needs("/chars"), Clause::Keystrokes("/chars")]).persistent(),
        tool(
            &["browser_action"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["launch"], &[fetch("/url")]),
                    Arm(&["click", "hover", "scroll_down", "scroll_up", "resize", "press"], &[OPERATE]),
                    Arm(&["type"], &[OPERATE, Clause::Send("/text", "")]),
                    Arm(&["close", "screenshot"], &[]),
                ],
                absent: None,
            }],
        ),
        tool(&["new_task"], &[Clause::Needs("/message"), DELEGATE]),
        tool(&["use_mcp_tool"], &[Clause::Call { server: "/server_name", tool: "/tool_name", arguments: "/arguments" }])
            .unverified(),
        tool(&["access_mcp_resource"], &[Clause::Resource("/uri")]).unverified(),
        tool(&["attempt_completion", "ask_followup_question", "switch_mode", "update_todo_list"], &[]).unverified(),
        tool(&["fetch_instructions", "read_command_output"], &[]).unverified(),
    ],
};
