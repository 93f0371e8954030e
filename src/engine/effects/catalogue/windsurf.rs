//! Windsurf. Its source is closed.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "windsurf",
    source: "published prompts",
    servers: &[],
    tools: &[
        tool(&["run_command"], &[Clause::Directory("/Cwd"), shell("/CommandLine")]).unverified(),
        tool(&["view_file", "view_file_outline", "view_line_range"], &[read("/AbsolutePath")]).unverified(),
        tool(&["view_code_item"], &[read("/File")]).unverified(),
        tool(&["search_in_file"], &[read("/AbsolutePath"), Clause::Needs("/Query")]).unverified(),
        tool(&["write_to_file", "replace_file_content"], &[write("/TargetFile")]).unverified(),
        tool(&["list_dir"], &[Clause::Path(Access::List, "/DirectoryPath", Absent::Refused)]).unverified(),
        tool(
            &["grep_search"],
            &[
                Clause::Needs("/Query"),
                Clause::Path(Access::ReadTree, "/SearchPath", Absent::Refused),
                Clause::Filter { pattern: "/Includes/*", base: "/SearchPath" },
            ],
        )
        .unverified(),
        tool(
            &["find_by_name"],
            &[
                Clause::Path(Access::ListTree, "/SearchDirectory", Absent::Refused),
                Clause::Filter { pattern: "/Pattern", base: "/SearchDirectory" },
            ],
        )
        .unverified(),
        tool(
            &["codebase_search"],
            &[Clause::Needs("/Query"), Clause::Path(Access::ReadTree, "/TargetDirectories/*", Absent::Refused)],
        )
        .unverified(),
        tool(&["search_web"], &[Clause::Needs("/query"), Clause::Ask("/query")]).unverified(),
        tool(&["read_url_content"], &[fetch("/Url")]).unverified(),
        tool(&["view_web_document_content_chunk"], &[Clause::Needs("/position"), fetch("/url")]).unverified(),
        tool(&["create_memory"], &[Clause::Tool("memory.write")]).unverified(),
        tool(
            &["command_status", "view_content_chunk", "read_terminal", "trajectory_search", "suggested_responses"],
            &[],
        )
        .unverified(),
    ],
};
