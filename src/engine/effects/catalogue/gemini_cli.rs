//! Gemini CLI.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "gemini_cli",
    source: "npm @google/gemini-cli-core 0.61.0, dist/src/tools",
    servers: &[],
    tools: &[
        tool(&["run_shell_command"], &[Clause::Directory("/dir_path"), shell("/command")])
            .inert(&["/description"]),
        tool(&["read_file"], &[read("/file_path")]),
        tool(
            &["read_many_files"],
            &[Clause::Pattern { access: Access::Read, pattern: "/include/*", base: "" }],
        ),
        tool(&["write_file"], &[write("/file_path")]),
        tool(&["replace"], &[write("/file_path")]),
        tool(&["glob"], &[find("/pattern", "/dir_path")]),
        tool(
            &["grep_search"],
            &[
                Clause::Needs("/pattern"),
                search("/dir_path"),
                Clause::Filter { pattern: "/include_pattern", base: "/dir_path" },
            ],
        ),
        tool(&["list_directory"], &[Clause::Path(Access::List, "/dir_path", Absent::Refused)]),
        // The URLs stand in the prompt.
        tool(&["web_fetch"], &[Clause::FetchLinks("/prompt")]),
        tool(&["google_web_search"], &[Clause::Needs("/query"), Clause::Ask("/query")]),
        tool(&["save_memory"], &[Clause::Fixed(Access::Write, "~/.gemini/GEMINI.md")]),
        tool(&["activate_skill", "invoke_agent"], &[DELEGATE]),
        tool(&["read_mcp_resource"], &[Clause::Resource("/uri")]),
        tool(&["write_todos"], &[]),
        // In releases before 0.20, or under another name there.
        tool(&["read_file"], &[read("/absolute_path")]).unverified(),
        tool(
            &["read_many_files"],
            &[Clause::Pattern { access: Access::Read, pattern: "/paths/*", base: "" }],
        )
        .unverified(),
        tool(&["list_directory"], &[Clause::Path(Access::List, "/path", Absent::Refused)]).unverified(),
        tool(&["glob"], &[find("/pattern", "/path")]).unverified(),
        tool(
            &["search_file_content"],
            &[Clause::Needs("/pattern"), search("/path"), Clause::Filter { pattern: "/include", base: "/path" }],
        )
        .unverified(),
        tool(
            &["search_file_content"],
            &[Clause::Needs("/pattern"), search("/dir_path"), Clause::Filter { pattern: "/include", base: "/dir_path" }],
        )
        .unverified(),
        tool(&["exit_plan_mode"], &[may_read("/plan_path")]).unverified(),
        tool(&["ask_user", "enter_plan_mode"], &[]).unverified(),
    ],
};
