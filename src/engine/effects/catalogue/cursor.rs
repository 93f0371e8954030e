//! Cursor. Its source is closed.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "cursor",
    source: "published prompts, and the hook documentation of cursor.com",
    servers: &[],
    tools: &[
        tool(&["run_terminal_cmd", "Shell"], &[shell("/command")]).unverified().persistent(),
        tool(&["read_file"], &[read("/target_file")]).unverified(),
        tool(&["edit_file"], &[write("/target_file")]).unverified(),
        tool(&["search_replace"], &[write("/file_path")]).unverified(),
        tool(&["delete_file"], &[delete("/target_file")]).unverified(),
        tool(&["list_dir"], &[list("/relative_workspace_path")]).unverified(),
        tool(&["grep_search", "codebase_search"], &[Clause::Needs("/query"), Clause::Fixed(Access::ReadTree, ".")]).unverified(),
        tool(&["web_search"], &[Clause::Needs("/search_term"), Clause::Ask("/search_term")]).unverified(),
        tool(&["Read"], &[read("/path")]).unverified(),
        tool(&["Write"], &[write("/path")]).unverified(),
        tool(&["Delete"], &[delete("/path")]).unverified(),
    ],
};
