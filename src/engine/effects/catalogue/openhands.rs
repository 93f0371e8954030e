//! OpenHands.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "openhands",
    source: "PyPI openhands-tools 1.58.2",
    servers: &[],
    tools: &[
        // `execute_bash` in older releases.
        tool(
            &["terminal", "TerminalTool", "execute_bash"],
            &[Clause::Case {
                at: "/is_input",
                arms: &[
                    Arm(&["true"], &[Clause::Needs("/command"), Clause::Keystrokes("/command")]),
                    Arm(&["false"], &[shell("/command")]),
                ],
                absent: Some(&[shell("/command")]),
            }],
        )
        .persistent(),
        tool(
            &["file_editor", "FileEditorTool"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["create", "str_replace", "insert", "undo_edit"], &[write("/path")]),
                ],
                absent: None,
            }],
        ),
        tool(&["apply_patch"], &[Clause::Patch("/patch")]),
        tool(
            &["grep"],
            &[Clause::Needs("/pattern"), search("/path"), Clause::Filter { pattern: "/include", base: "/path" }],
        ),
        tool(&["glob"], &[find("/pattern", "/path")]),
        tool(&["browser_navigate"], &[fetch("/url")]),
        tool(&["browser_type"], &[OPERATE, Clause::Needs("/text"), Clause::Send("/text", "")]),
        tool(&["delegate"], &[DELEGATE]),
        tool(&["task_tracker"], &[Clause::Plain(&["/command"])]),
        tool(&["execute_ipython_cell"], &[Clause::Code("/code", "python")]).unverified(),
        tool(&["think", "finish"], &[]).unverified(),
        tool(
            &["planning_file_editor"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["create", "str_replace", "insert", "undo_edit"], &[write("/path")]),
                ],
                absent: None,
            }],
        )
        .unverified(),
        tool(&["browser_get_state", "browser_get_content", "browser_list_tabs"], &[]).unverified(),
        tool(&["browser_scroll", "browser_go_back", "browser_switch_tab"], &[OPERATE]).unverified(),
    ],
};
