//! Claude Code, and agents built with its SDK.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "claude_code",
    source: "npm @anthropic-ai/claude-agent-sdk 0.3.330, sdk-tools.d.ts",
    servers: &[],
    tools: &[
        // `dangerouslyDisableSandbox` raises privileges in every tool.
        tool(&["Bash"], &[shell("/command")]).inert(&["/description"]).persistent(),
        tool(&["Read"], &[read("/file_path")]),
        tool(&["Write"], &[write("/file_path")]),
        tool(&["Edit"], &[write("/file_path")]),
        // In releases before 0.3.
        tool(&["MultiEdit"], &[write("/file_path")]).unverified(),
        tool(&["NotebookEdit"], &[write("/notebook_path")]),
        tool(&["Glob"], &[find("/pattern", "/path")]),
        tool(
            &["Grep"],
            &[Clause::Needs("/pattern"), search("/path"), Clause::Filter { pattern: "/glob", base: "/path" }],
        ),
        tool(&["WebFetch"], &[fetch("/url")]),
        tool(&["WebSearch"], &[Clause::Needs("/query"), Clause::Ask("/query")]),
        // `Task` until 0.2; `mode: bypassPermissions` raises privileges in every tool.
        tool(&["Agent", "Task"], &[Clause::Needs("/prompt"), DELEGATE]),
        tool(&["Monitor"], &[Clause::Shell("/command", Absent::Nothing), may_fetch("/ws/url")])
            .inert(&["/description"]),
        tool(
            &["Workflow"],
            &[
                Clause::If("/script", &[Clause::Code("/script", "workflow")]),
                Clause::If("/scriptPath", &[read("/scriptPath"), Clause::Code("/scriptPath", "workflow")]),
                DELEGATE,
            ],
        ),
        tool(&["CronCreate"], &[Clause::Needs("/prompt"), LATER, DELEGATE]),
        tool(
            &["RemoteTrigger"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["list", "get", "list_runs", "get_run_log"], &[]),
                    Arm(&["create", "update", "run"], &[LATER, DELEGATE]),
                ],
                absent: None,
            }],
        ),
        tool(
            &["EnterWorktree"],
            &[
                Clause::Repository("git.write", Repository::Here),
                Clause::Path(Access::WriteTree, "/path", Absent::Nothing),
            ],
        ),
        tool(&["ReadMcpResource", "ReadMcpResourceTool", "ReadMcpResourceDir"], &[Clause::Resource("/uri")]),
        tool(&["Artifact"], &[Clause::Host("net.send", "")]),
        tool(&["TaskStop", "TodoWrite", "AskUserQuestion", "ExitPlanMode"], &[]),
        tool(
            &[
                "TaskCreate",
                "TaskUpdate",
                "TaskList",
                "TaskGet",
                "TaskOutput",
                "BashOutput",
                "KillShell",
                "EnterPlanMode",
                "ListMcpResources",
                "ListMcpResourcesTool",
                "CronList",
                "CronDelete",
            ],
            &[],
        )
        .unverified(),
    ],
};
