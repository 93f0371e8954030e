//! The reference server for files.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_filesystem",
    source: "npm @modelcontextprotocol/server-filesystem 2026.8.31",
    servers: &["filesystem", "file-system", "fs", "files"],
    tools: &[
        tool(&["read_file", "read_text_file", "read_media_file", "get_file_info"], &[read("/path")]),
        tool(&["read_multiple_files"], &[read("/paths/*")]),
        tool(&["write_file", "create_directory"], &[write("/path")]),
        tool(
            &["edit_file"],
            &[Clause::Needs("/edits"), write("/path"), Clause::Plain(&["/dryRun"])],
        ),
        tool(
            &["list_directory", "list_directory_with_sizes"],
            &[Clause::Path(Access::List, "/path", Absent::Refused)],
        ),
        tool(&["directory_tree"], &[Clause::Path(Access::ListTree, "/path", Absent::Refused)]),
        tool(&["move_file"], &[take("/source"), write("/destination")]),
        tool(
            &["search_files"],
            &[
                Clause::Needs("/pattern"),
                Clause::Filter { pattern: "/pattern", base: "/path" },
                Clause::Path(Access::ListTree, "/path", Absent::Refused),
            ],
        ),
        tool(&["list_allowed_directories"], &[]),
    ],
};
