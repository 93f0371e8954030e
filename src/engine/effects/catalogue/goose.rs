//! goose. Its own tools come as those of a server called `developer`.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "goose",
    source: "github block/goose, crates/goose/src/agents/platform_extensions/developer/mod.rs",
    servers: &["developer"],
    tools: &[
        tool(&["shell"], &[shell("/command")]),
        tool(&["write", "edit"], &[write("/path")]),
        tool(&["tree"], &[list_tree("/path")]),
        tool(&["analyze"], &[Clause::Path(Access::ReadTree, "/path", Absent::Refused)]).unverified(),
        // Older releases.
        tool(&["list_windows"], &[]).unverified(),
        tool(
            &["text_editor"],
            &[Clause::Case {
                at: "/command",
                arms: &[
                    Arm(&["view"], &[read("/path")]),
                    Arm(&["write", "str_replace", "insert", "undo_edit"], &[write("/path")]),
                ],
                absent: None,
            }],
        )
        .unverified(),
    ],
};
