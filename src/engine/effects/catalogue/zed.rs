//! Zed. Its paths begin with the name of a project.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "zed",
    source: "zed.dev, documentation of the agent's tools",
    servers: &[],
    tools: &[
        tool(&["terminal"], &[Clause::Needs("/cd"), Clause::Directory("/cd"), shell("/command")]).unverified(),
        tool(&["read_file"], &[read("/path")]).unverified(),
        tool(&["list_directory"], &[Clause::Path(Access::List, "/path", Absent::Refused)]).unverified(),
        tool(
            &["find_path"],
            &[Clause::Fixed(Access::ListTree, "."), Clause::Needs("/glob"), Clause::Filter { pattern: "/glob", base: "" }],
        )
        .unverified(),
        tool(
            &["grep"],
            &[
                Clause::Needs("/regex"),
                Clause::Fixed(Access::ReadTree, "."),
                Clause::Filter { pattern: "/include_pattern", base: "" },
            ],
        )
        .unverified(),
        tool(&["diagnostics"], &[may_read("/path")]).unverified(),
        tool(&["edit_file"], &[Clause::Needs("/mode"), write("/path")]).unverified(),
        tool(&["create_directory"], &[write("/path")]).unverified(),
        tool(&["copy_path"], &[Clause::Path(Access::ReadTree, "/source_path", Absent::Refused), write("/destination_path")])
            .unverified(),
        tool(&["move_path"], &[take("/source_path"), write("/destination_path")]).unverified(),
        tool(&["delete_path"], &[delete("/path")]).unverified(),
        tool(&["now", "thinking"], &[]).unverified(),
    ],
};
