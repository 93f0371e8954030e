//! Cline. `requires_approval` is the model's own opinion and means nothing here.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "cline",
    source: "github cline/cline, src/core/prompts/system-prompt/tools",
    servers: &[],
    tools: &[
        tool(&["execute_command"], &[shell("/command")]).persistent(),
        tool(&["bash"], &[shell("/command")]).persistent(),
        tool(&["read_file"], &[read("/path")]),
        tool(&["write_to_file", "replace_in_file"], &[write("/path")]),
        tool(&["apply_patch"], PATCH).text(&[Clause::Patch("")]),
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
        tool(
            &["browser_action"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["launch"], &[fetch("/url")]),
                    Arm(&["click", "hover", "scroll_down", "scroll_up", "resize"], &[OPERATE]),
                    Arm(&["type"], &[OPERATE, Clause::Send("/text", "")]),
                    Arm(&["close", "screenshot"], &[]),
                ],
                absent: None,
            }],
        ),
        tool(&["web_fetch"], &[fetch("/url"), Clause::Plain(&["/prompt"])]),
        tool(
            &["use_mcp_tool"],
            &[Clause::Call { server: "/server_name", tool: "/tool_name", arguments: "/arguments" }],
        ),
        tool(&["access_mcp_resource"], &[Clause::Resource("/uri")]),
        tool(&["new_task"], &[Clause::Needs("/context"), DELEGATE]),
        // The command is one that shows the result.
        tool(&["attempt_completion"], &[Clause::Shell("/command", Absent::Nothing)]).unverified(),
        // The top level of every source file there.
        tool(&["list_code_definition_names"], &[Clause::Path(Access::ReadTree, "/path", Absent::Refused)]).unverified(),
        tool(&["web_search"], &[Clause::Needs("/query"), Clause::Ask("/query")]).unverified(),
        tool(
            &["ask_followup_question", "plan_mode_respond", "act_mode_respond", "load_mcp_documentation", "focus_chain"],
            &[],
        )
        .unverified(),
    ],
};
