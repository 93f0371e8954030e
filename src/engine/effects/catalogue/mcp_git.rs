//! The reference server for git. Versions before 2026 handed names that begin with `-` on as options.

use super::row::*;

const READ: Clause = Clause::Repository("git.read", Repository::Local("/repo_path"));
const WRITE: Clause = Clause::Repository("git.write", Repository::Local("/repo_path"));

pub(super) const FAMILY: Family = Family {
    name: "mcp_git",
    source: "PyPI mcp-server-git 2026.10.19",
    servers: &["git"],
    tools: &[
        tool(&["git_status", "git_diff_unstaged", "git_diff_staged"], &[READ]),
        tool(&["git_diff"], &[READ, Clause::Reference("/target")]),
        tool(&["git_show"], &[READ, Clause::Reference("/revision")]),
        tool(
            &["git_log"],
            &[READ, Clause::Reference("/start_timestamp"), Clause::Reference("/end_timestamp")],
        ),
        tool(&["git_branch"], &[READ, Clause::Reference("/contains"), Clause::Reference("/not_contains")]),
        tool(&["git_commit", "git_reset"], &[WRITE]),
        // What is added goes wherever the repository goes.
        tool(
            &["git_add"],
            &[
                WRITE,
                Clause::Reference("/files/*"),
                Clause::Joined { access: Access::Read, directory: "/repo_path", name: "/files/*" },
            ],
        ),
        tool(
            &["git_create_branch"],
            &[WRITE, Clause::Reference("/branch_name"), Clause::Reference("/base_branch")],
        ),
        // Changes the files as well.
        tool(
            &["git_checkout"],
            &[
                WRITE,
                Clause::Reference("/branch_name"),
                Clause::Path(Access::WriteTree, "/repo_path", Absent::Refused),
            ],
        ),
    ],
};
