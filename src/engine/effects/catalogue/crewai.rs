//! CrewAI tools, whose names are sentences.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "crewai",
    source: "PyPI crewai-tools 1.15.30",
    servers: &[],
    tools: &[
        tool(&["Read a file"], &[read("/file_path")]),
        tool(
            &["File Writer Tool"],
            &[Clause::Joined { access: Access::Write, directory: "/directory", name: "/filename" }],
        ),
        tool(&["List files in directory"], &[list_tree("/directory")]),
        tool(
            &["File Compressor Tool"],
            &[Clause::Path(Access::ReadTree, "/input_path", Absent::Refused), may_write("/output_path")],
        ),
        tool(&["NL2SQLTool"], &[Clause::Sql("/sql_query", "")]),
        tool(&["Databricks SQL Query"], &[Clause::Sql("/query", "databricks")]),
        tool(&["Snowflake Database Search"], &[Clause::Sql("/query", "snowflake")]),
        tool(
            &["E2B Sandbox Files"],
            &[Clause::Case {
                at: "/action",
                arms: &[
                    Arm(&["read", "list"], &[read("/path")]),
                    Arm(&["write"], &[write("/path")]),
                    Arm(&["delete"], &[delete("/path")]),
                ],
                absent: None,
            }],
        ),
        tool(&["Read website content", "JinaScrapeWebsiteTool"], &[fetch("/website_url")]),
        tool(&["invoke_amp_automation"], &[Clause::Needs("/prompt"), DELEGATE]),
    ],
};
