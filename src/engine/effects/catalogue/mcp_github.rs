//! The reference server for GitHub.

use super::row::*;

const REPOSITORY: Repository = Repository::Hosted { host: "github.com", owner: "/owner", name: "/repo" };
const READ: Clause = Clause::Repository("git.read", REPOSITORY);
const WRITE: Clause = Clause::Repository("git.write", REPOSITORY);
const PUSH: Clause = Clause::Repository("git.push", REPOSITORY);
const SEND: Clause = Clause::Host("net.send", "api.github.com");
/// Paths in a repository are none on this machine.
const IN_REPOSITORY: Clause = Clause::Plain(&["/path", "/files"]);

pub(super) const FAMILY: Family = Family {
    name: "mcp_github",
    source: "npm @modelcontextprotocol/server-github 2025.4.8",
    servers: &["github"],
    tools: &[
        tool(
            &[
                "get_file_contents",
                "list_commits",
                "list_issues",
                "list_pull_requests",
                "get_issue",
                "get_pull_request",
                "get_pull_request_files",
                "get_pull_request_status",
                "get_pull_request_comments",
                "get_pull_request_reviews",
            ],
            &[READ, IN_REPOSITORY],
        ),
        tool(
            &["search_repositories"],
            &[
                Clause::Needs("/query"),
                Clause::Ask("/query"),
                Clause::Repository("git.read", Repository::Any("github.com")),
            ],
        ),
        tool(
            &["search_code", "search_issues", "search_users"],
            &[
                Clause::Needs("/q"),
                Clause::Ask("/q"),
                Clause::Repository("git.read", Repository::Any("github.com")),
            ],
        ),
        tool(&["create_or_update_file"], &[PUSH, SEND, IN_REPOSITORY, Clause::Needs("/content")]),
        tool(&["push_files"], &[PUSH, SEND, IN_REPOSITORY, Clause::Needs("/files")]),
        tool(
            &["create_issue", "update_issue", "add_issue_comment", "create_pull_request", "create_pull_request_review"],
            &[WRITE, SEND],
        ),
        // What is merged cannot be unmerged.
        tool(&["merge_pull_request", "update_pull_request_branch", "create_branch"], &[PUSH]),
        tool(&["fork_repository"], &[READ, Clause::Repository("git.write", Repository::Any("github.com"))]),
        tool(
            &["create_repository"],
            &[Clause::Needs("/name"), Clause::Repository("git.write", Repository::Any("github.com"))],
        ),
    ],
};
