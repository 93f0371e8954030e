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
        // The server that GitHub itself has.
        tool(
            &[
                "list_branches",
                "list_tags",
                "list_releases",
                "list_discussions",
                "list_discussion_categories",
                "list_workflows",
                "list_workflow_runs",
                "list_workflow_jobs",
                "list_workflow_run_artifacts",
                "list_code_scanning_alerts",
                "list_dependabot_alerts",
                "list_sub_issues",
                "list_label",
                "get_commit",
                "get_tag",
                "get_label",
                "get_latest_release",
                "get_release_by_tag",
                "get_repository_tree",
                "get_issue_comments",
                "get_pull_request_diff",
                "get_discussion",
                "get_discussion_comments",
                "get_workflow_run",
                "get_workflow_run_usage",
                "get_workflow_run_logs",
                "get_job_logs",
                "get_code_scanning_alert",
                "get_dependabot_alert",
                "issue_read",
                "pull_request_read",
                "actions_get",
                "actions_list",
            ],
            &[READ],
        )
        .unverified(),
        // What was found is a secret.
        tool(&["get_secret_scanning_alert", "list_secret_scanning_alerts"], &[READ, Clause::Tool("secret.read")])
            .unverified(),
        tool(
            &["search_code", "search_issues", "search_pull_requests", "search_users", "search_orgs"],
            &[
                Clause::Needs("/query"),
                Clause::Ask("/query"),
                Clause::Repository("git.read", Repository::Any("github.com")),
            ],
        )
        .unverified(),
        tool(
            &["get_me", "get_gist", "list_gists", "list_notifications", "get_notification_details", "list_issue_types"],
            &[Clause::Repository("git.read", Repository::Any("github.com"))],
        )
        .unverified(),
        tool(
            &["issue_write", "sub_issue_write", "pull_request_review_write", "update_pull_request", "label_write"],
            &[WRITE, SEND],
        )
        .unverified(),
        tool(&["create_gist", "update_gist"], &[Clause::Needs("/content"), SEND, Clause::Plain(&["/filename"])])
            .unverified(),
        tool(&["delete_file"], &[PUSH, IN_REPOSITORY]).unverified(),
        // Runs what the repository says, with its secrets.
        tool(
            &["run_workflow", "rerun_workflow_run", "rerun_failed_jobs", "cancel_workflow_run", "actions_run_trigger"],
            &[WRITE, SEND],
        )
        .unverified(),
        tool(
            &["create_repository"],
            &[Clause::Needs("/name"), Clause::Repository("git.write", Repository::Any("github.com"))],
        ),
    ],
};
