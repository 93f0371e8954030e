//! Continue. `builtin_` stood before its tools' names.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "continue_dev",
    source: "github continuedev/continue, core/tools/definitions",
    servers: &[],
    tools: &[
        tool(&["run_terminal_command", "builtin_run_terminal_command"], &[shell("/command")]).persistent().unverified(),
        tool(&["read_file", "read_file_range", "builtin_read_file"], &[read("/filepath")]).unverified(),
        tool(&["ls", "builtin_ls"], &[list("/dirPath")]).unverified(),
        tool(
            &["grep_search", "builtin_grep_search"],
            &[Clause::Needs("/query"), Clause::Fixed(Access::ReadTree, ".")],
        )
        .unverified(),
        tool(
            &["file_glob_search", "builtin_file_glob_search"],
            &[
                Clause::Needs("/pattern"),
                Clause::Fixed(Access::ListTree, "."),
                Clause::Filter { pattern: "/pattern", base: "" },
            ],
        )
        .unverified(),
        tool(&["view_diff"], &[Clause::Repository("git.read", Repository::Here)]).unverified(),
        tool(&["create_new_file", "edit_existing_file", "single_find_and_replace"], &[write("/filepath")]).unverified(),
        tool(&["fetch_url_content"], &[fetch("/url")]).unverified(),
        tool(&["read_currently_open_file"], &[]).unverified(),
    ],
};
