//! OpenAI Codex.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "codex",
    source: "github openai/codex, codex-rs/tools/src/local_tool.rs and apply_patch_tool.rs",
    servers: &[],
    tools: &[
        // `sandbox_permissions` and `additional_permissions` raise privileges in every tool.
        tool(&["shell"], &[Clause::Directory("/workdir"), Clause::Argv("/command")]).inert(&["/justification"]),
        tool(&["shell_command"], &[Clause::Directory("/workdir"), shell("/command")]).inert(&["/justification"]),
        tool(
            &["exec_command"],
            &[Clause::Directory("/workdir"), shell("/cmd"), Clause::Interpreter("/shell")],
        )
        .inert(&["/justification"]),
        // Into a session that `exec_command` left open.
        tool(&["write_stdin"], &[Clause::Keystrokes("/chars")]).persistent(),
        // As a function, and as a custom tool whose whole input is the patch.
        tool(&["apply_patch"], PATCH).text(&[Clause::Patch("")]),
        tool(
            &["local_shell"],
            &[
                Clause::Directory("/action/working_directory"),
                Clause::Argv("/action/command"),
                Clause::Environment("/action/env"),
            ],
        ),
        tool(&["js_repl"], &[Clause::Code("/code", "javascript")]).text(&[Clause::Code("", "javascript")]),
        tool(&["request_permissions"], &[RAISE]),
        tool(&["view_image"], &[read("/path")]),
        tool(&["update_plan"], &[]),
        tool(&["read_file"], &[read("/file_path")]).unverified(),
        tool(&["list_dir"], &[Clause::Path(Access::List, "/dir_path", Absent::Refused)]).unverified(),
        tool(
            &["grep_files"],
            &[Clause::Needs("/pattern"), search("/path"), Clause::Filter { pattern: "/include", base: "/path" }],
        )
        .unverified(),
        tool(&["list_mcp_resources", "list_mcp_resource_templates", "request_user_input"], &[]).unverified(),
    ],
};
