//! opencode.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "opencode",
    source: "github anomalyco/opencode, packages/opencode/src/tool/{bash,edit,apply_patch}.ts",
    servers: &[],
    tools: &[
        tool(&["bash"], &[Clause::Directory("/workdir"), shell("/command")]).inert(&["/description"]),
        tool(&["edit"], &[write("/filePath")]),
        tool(&["apply_patch"], &[Clause::Patch("/patchText")]),
        // The rest by the same convention of names.
        tool(&["read"], &[read("/filePath")]).unverified(),
        tool(&["write"], &[write("/filePath")]).unverified(),
        tool(&["glob"], &[find("/pattern", "/path")]).unverified(),
        tool(
            &["grep"],
            &[
                Clause::Needs("/pattern"),
                search("/path"),
                Clause::Filter { pattern: "/include", base: "/path" },
            ],
        )
        .unverified(),
        tool(&["list"], &[list("/path")]).unverified(),
        tool(&["webfetch"], &[fetch("/url")]).unverified(),
        tool(&["task"], &[Clause::Needs("/prompt"), DELEGATE]).unverified(),
        tool(&["patch"], &[Clause::Patch("/patchText")]).unverified(),
        tool(&["batch"], &[Clause::Calls { each: "/tool_calls/*", tool: "/tool", arguments: "/parameters" }])
            .unverified(),
        tool(&["multiedit"], &[write("/filePath")]).unverified(),
        tool(&["websearch", "codesearch"], &[Clause::Needs("/query"), Clause::Ask("/query")]).unverified(),
        tool(
            &["lsp"],
            &[Clause::Case { at: "/operation", arms: &[Arm(LSP_READS, &[read("/filePath")])], absent: None }],
        )
        .unverified(),
        tool(&["todowrite", "todoread", "question"], &[]).unverified(),
    ],
};
