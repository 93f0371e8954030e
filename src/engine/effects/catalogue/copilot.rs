//! Copilot in VS Code. `copilot_` stands before a tool's name where an extension hands it on.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "copilot",
    source: "github microsoft/vscode-copilot-chat, package.json",
    servers: &[],
    tools: &[
        tool(&["run_in_terminal"], &[shell("/command")]).persistent().unverified(),
        tool(&["read_file", "copilot_readFile", "copilot_getNotebookSummary"], &[read("/filePath")]).unverified(),
        tool(&["list_dir", "copilot_listDirectory"], &[Clause::Path(Access::List, "/path", Absent::Refused)])
            .unverified(),
        tool(
            &["copilot_findFiles"],
            &[
                Clause::Needs("/query"),
                Clause::Fixed(Access::ListTree, "."),
                Clause::Filter { pattern: "/query", base: "" },
            ],
        )
        .unverified(),
        tool(
            &["grep_search", "copilot_findTextInFiles"],
            &[
                Clause::Needs("/query"),
                Clause::Fixed(Access::ReadTree, "."),
                Clause::Filter { pattern: "/includePattern", base: "" },
            ],
        )
        .unverified(),
        tool(
            &["semantic_search", "copilot_searchCodebase"],
            &[Clause::Needs("/query"), Clause::Fixed(Access::ReadTree, ".")],
        )
        .unverified(),
        tool(&["list_code_usages"], &[Clause::Needs("/symbolName"), Clause::Fixed(Access::ReadTree, ".")]).unverified(),
        tool(&["read_project_structure"], &[Clause::Fixed(Access::ListTree, ".")]).unverified(),
        tool(&["get_errors", "test_search"], &[Clause::Path(Access::Read, "/filePaths/*", Absent::Nothing)]).unverified(),
        tool(&["get_changed_files"], &[Clause::Repository("git.read", Repository::Here), may_read("/repositoryPath")])
            .unverified(),
        tool(&["fetch_webpage"], &[Clause::Needs("/urls"), Clause::Fetch("/urls/*", Absent::Nothing)]).unverified(),
        tool(
            &["github_repo"],
            &[Clause::Needs("/query"), Clause::Ask("/query"), Clause::Repository("git.read", Repository::Any("github.com"))],
        )
        .unverified(),
        tool(&["create_file", "replace_string_in_file", "insert_edit_into_file", "edit_notebook_file"], &[write("/filePath")])
            .unverified(),
        tool(&["multi_replace_string_in_file"], &[Clause::Path(Access::Write, "/replacements/*/filePath", Absent::Refused)])
            .unverified(),
        tool(&["create_directory"], &[write("/dirPath")]).unverified(),
        tool(&["apply_patch"], PATCH).unverified(),
        tool(
            &[
                "get_terminal_output",
                "terminal_last_command",
                "terminal_selection",
                "get_task_output",
                "get_search_view_results",
                "get_project_setup_info",
                "get_vscode_api",
                "test_failure",
                "manage_todo_list",
            ],
            &[Clause::Plain(&["/workspaceFolder"])],
        )
        .unverified(),
    ],
};
