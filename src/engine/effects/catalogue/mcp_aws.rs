//! The server for the AWS command line.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_aws",
    source: "PyPI awslabs.aws-api-mcp-server 1.5.6",
    servers: &["aws", "aws-api", "awslabs.aws-api", "awslabs-aws-api"],
    tools: &[
        // A line of `aws`, or several.
        tool(&["call_aws"], &[Clause::Lines("/cli_command")]),
        tool(&["suggest_aws_commands"], &[Clause::Ask("/query")]),
        tool(&["get_execution_plan"], &[]),
    ],
};
