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
        tool(&["list_dir", "LS"], &[Clause::Path(Access::List, "/target_directory", Absent::Refused)]).unverified(),
        tool(&["LS"], &[list("/path")]).unverified(),
        tool(
            &["grep_search"],
            &[
                Clause::Needs("/query"),
                Clause::Fixed(Access::ReadTree, "."),
                Clause::Filter { pattern: "/include_pattern", base: "" },
            ],
        )
        .unverified(),
        tool(
            &["codebase_search", "SemanticSearch"],
            &[
                Clause::Needs("/query"),
                Clause::Fixed(Access::ReadTree, "."),
                Clause::Path(Access::ReadTree, "/target_directories/*", Absent::Nothing),
            ],
        )
        .unverified(),
        // Part of a name, or a pattern.
        tool(
            &["file_search"],
            &[
                Clause::Needs("/query"),
                Clause::Fixed(Access::ListTree, "."),
                Clause::Filter { pattern: "/query", base: "" },
            ],
        )
        .unverified(),
        tool(&["glob_file_search", "Glob"], &[find("/glob_pattern", "/target_directory")]).unverified(),
        tool(&["read_lints", "ReadLints"], &[Clause::Path(Access::ReadTree, "/paths/*", Absent::Nothing)]).unverified(),
        tool(&["diff_history", "fetch_rules", "todo_write"], &[]).unverified(),
        tool(&["update_memory"], &[Clause::Tool("memory.write")]).unverified(),
        tool(&["edit_notebook"], &[write("/target_notebook")]).unverified(),
        tool(&["StrReplace"], &[write("/path")]).unverified(),
        tool(&["write"], &[write("/file_path")]).unverified(),
        tool(&["web_search"], &[Clause::Needs("/search_term"), Clause::Ask("/search_term")]).unverified(),
        tool(&["Read"], &[read("/path")]).unverified(),
        tool(&["Write"], &[write("/path")]).unverified(),
        tool(&["Delete"], &[delete("/path")]).unverified(),
    ],
};
