//! Windsurf. Its source is closed.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "windsurf",
    source: "published prompts",
    servers: &[],
    tools: &[
        tool(&["run_command"], &[Clause::Directory("/Cwd"), shell("/CommandLine")]).unverified(),
        tool(&["view_file"], &[read("/AbsolutePath")]).unverified(),
        tool(&["write_to_file", "replace_file_content"], &[write("/TargetFile")]).unverified(),
    ],
};
