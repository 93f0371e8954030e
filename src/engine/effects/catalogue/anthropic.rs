//! Tools that the Anthropic API defines and the client runs.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "anthropic",
    source: "PyPI anthropic 2.12.0, types",
    servers: &[],
    tools: &[
        // bash_20241022, bash_20250124
        tool(
            &["bash"],
            &[Clause::Case {
                at: "/restart",
                arms: &[
                    Arm(&["true"], &[Clause::Shell("/command", Absent::Nothing)]),
                    Arm(&["false"], &[shell("/command")]),
                ],
                absent: Some(&[shell("/command")]),
            }],
        )
        .persistent(),
        // text_editor_20241022, _20250124
        tool(
            &["str_replace_editor"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["create", "str_replace", "insert", "undo_edit"], &[write("/path")]),
                ],
                absent: None,
            }],
        ),
        // text_editor_20250429, _20250728
        tool(
            &["str_replace_based_edit_tool"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["create", "str_replace", "insert"], &[write("/path")]),
                ],
                absent: None,
            }],
        ),
        // memory_20250818; the client keeps it below /memories
        tool(
            &["memory"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(
                        &["create", "str_replace", "insert", "delete"],
                        &[Clause::Path(Access::Remember, "/path", Absent::Refused)],
                    ),
                    Arm(
                        &["rename"],
                        &[
                            Clause::Path(Access::Remember, "/old_path", Absent::Refused),
                            Clause::Path(Access::Remember, "/new_path", Absent::Refused),
                        ],
                    ),
                ],
                absent: None,
            }],
        ),
        // computer_use_20241022, _20250124, _20251124
        tool(
            &["computer"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["screenshot", "cursor_position", "wait", "zoom"], &[]),
                    Arm(
                        &[
                            "mouse_move",
                            "left_click",
                            "right_click",
                            "middle_click",
                            "double_click",
                            "triple_click",
                            "left_click_drag",
                            "left_mouse_down",
                            "left_mouse_up",
                            "scroll",
                            "key",
                            "hold_key",
                        ],
                        &[OPERATE],
                    ),
                    Arm(&["type"], &[OPERATE, Clause::Send("/text", "")]),
                ],
                absent: None,
            }],
        ),
        // Run by the provider; here for proxies that hand them on.
        tool(&["code_execution"], &[Clause::Code("/code", "python")]),
        tool(&["bash_code_execution"], &[shell("/command")]).persistent(),
        tool(
            &["text_editor_code_execution"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["create", "str_replace", "insert"], &[write("/path")]),
                ],
                absent: None,
            }],
        ),
        tool(&["web_fetch"], &[fetch("/url")]),
        tool(&["web_search"], &[Clause::Needs("/query"), Clause::Ask("/query")]),
    ],
};
