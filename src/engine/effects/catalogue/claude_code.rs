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
        tool(&["MultiEdit"], &[write("/file_path"), Clause::Path(Access::Write, "/edits/*/file_path", Absent::Nothing)])
            .unverified(),
        tool(&["NotebookEdit"], &[write("/notebook_path")]),
        tool(&["NotebookRead"], &[read("/notebook_path")]).unverified(),
        tool(&["LS"], &[Clause::Path(Access::List, "/path", Absent::Refused)]).unverified(),
        tool(
            &["LSP"],
            &[Clause::Case { at: "/operation", arms: &[Arm(LSP_READS, &[read("/filePath")])], absent: None }],
        )
        .unverified(),
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
        // A script, one on disk, or one of the project by its name.
        tool(&["Workflow"], &[may_read("/scriptPath"), Clause::Language("workflow"), DELEGATE]),
        tool(&["CronCreate"], &[Clause::Needs("/prompt"), LATER, DELEGATE]),
        tool(
            &["ScheduleWakeup"],
            &[Clause::Case {
                at: "/stop",
                arms: &[Arm(&["true"], &[]), Arm(&["false"], &[LATER, DELEGATE])],
                absent: Some(&[LATER, DELEGATE]),
            }],
        ),
        tool(
            &["RemoteTrigger"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["list", "get", "list_runs", "get_run_log"], &[]),
                    Arm(&["create", "update", "run", "create_webhook_trigger"], &[LATER, DELEGATE]),
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
        // Leaving with `remove` drops the branch and, if told so, uncommitted work.
        tool(
            &["ExitWorktree"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["keep"], &[]),
                    Arm(&["remove"], &[Clause::Repository("git.rewrite", Repository::Here)]),
                ],
                absent: None,
            }],
        ),
        tool(&["ReadMcpResource", "ReadMcpResourceDir"], &[Clause::Resource("/uri")]),
        tool(
            &["Artifact"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["publish"], PUBLISH),
                    Arm(&["upload_asset"], PUBLISH),
                    Arm(&["delete_asset", "pin", "unpin", "watch", "unwatch"], &[Clause::Host("net.send", HOME)]),
                    Arm(&["list", "read", "list_types", "status", "list_assets"], &[Clause::Host("net.fetch", HOME)]),
                    Arm(
                        &["read_asset"],
                        &[
                            Clause::Host("net.fetch", HOME),
                            Clause::Path(Access::WriteTree, "/out_dir", Absent::Nothing),
                        ],
                    ),
                ],
                absent: Some(PUBLISH),
            }],
        ),
        tool(
            &["Projects"],
            &[Clause::Case {
                at: "/method",
                arms: &[
                    Arm(
                        &["project_info", "project_read", "project_search", "project_memory_list", "project_memory_read"],
                        &[Clause::Host("net.fetch", HOME), Clause::Plain(&["/path"])],
                    ),
                    Arm(&["project_write"], &[Clause::Host("net.send", HOME), may_read("/local_path")]),
                    Arm(&["project_delete"], &[Clause::Host("net.send", HOME)]),
                ],
                absent: None,
            }],
        )
        .unverified(),
        tool(&["ClaudeDesign", "SendFeedback"], &[Clause::Host("net.send", HOME)]).unverified(),
        tool(&["PushNotification"], &[Clause::Ask("/message")]).unverified(),
        tool(&["ProposeSkills"], &[Clause::Tool("memory.write")]).unverified(),
        tool(
            &[
                "TaskStop",
                "TaskCreate",
                "TaskUpdate",
                "TaskList",
                "TaskGet",
                "TodoWrite",
                "AskUserQuestion",
                "EnterPlanMode",
                "ExitPlanMode",
                "CronList",
                "CronDelete",
                "ListMcpResources",
                "RefreshMcpTools",
                "ReportFindings",
                "ProposeGoal",
                "ReadNotifications",
                "OfferChromeSetup",
                "ShowOnboardingRolePicker",
            ],
            &[],
        ),
        // In releases before 0.3, or under another name there.
        tool(&["ReadMcpResourceTool"], &[Clause::Resource("/uri")]).unverified(),
        tool(&["TaskOutput", "AgentOutputTool", "BashOutput", "KillShell", "KillBash", "ListMcpResourcesTool"], &[])
            .unverified(),
        tool(&["exit_plan_mode", "TodoRead", "ToolSearch"], &[]).unverified(),
    ],
};

const HOME: &str = "claude.ai";

/// Files become pages and assets that others can open.
const PUBLISH: &[Clause] = &[
    Clause::Host("net.send", HOME),
    may_read("/file_path"),
    Clause::Path(Access::Read, "/file_paths/*", Absent::Nothing),
    Clause::Plain(&["/url"]),
];
