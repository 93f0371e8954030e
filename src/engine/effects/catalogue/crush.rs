//! Crush.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "crush",
    source: "github charmbracelet/crush, internal/agent/tools",
    servers: &[],
    tools: &[
        tool(&["view"], &[read("/file_path")]).unverified(),
        // The agent of GitHub has it as well.
        tool(&["view"], &[read("/path")]).unverified(),
        tool(&["ls"], &[list_tree("/path")]).unverified(),
        tool(&["edit", "multiedit"], &[write("/file_path")]).unverified(),
        tool(&["download"], &[fetch("/url"), write("/file_path")]).unverified(),
        tool(&["sourcegraph"], &[Clause::Needs("/query"), Clause::Ask("/query")]).unverified(),
    ],
};
