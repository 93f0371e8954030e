//! Amazon Q and Kiro on the command line.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "amazon_q",
    source: "github aws/amazon-q-developer-cli, tool_index.json",
    servers: &[],
    tools: &[
        tool(&["fs_read"], &[Clause::Needs("/operations"), Clause::Path(Access::ReadTree, "/operations/*/path", Absent::Nothing), Clause::Path(Access::Read, "/operations/*/image_paths/*", Absent::Nothing)])
            .unverified(),
        tool(&["fs_read"], &[Clause::Path(Access::ReadTree, "/path", Absent::Refused)]).unverified(),
        tool(
            &["fs_write"],
            &[Clause::Case {
                at: "/command",
                arms: &[Arm(&["create", "str_replace", "insert", "append"], &[write("/path")])],
                absent: None,
            }],
        )
        .unverified(),
    ],
};
