//! SWE-agent.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "swe_agent",
    source: "github SWE-agent/SWE-agent, tools/edit_anthropic/config.yaml",
    servers: &[],
    tools: &[
        tool(&["bash"], &[shell("/command")]).persistent(),
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
        tool(&["submit"], &[]),
    ],
};
