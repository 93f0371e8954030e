//! The server for HCP Terraform.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_terraform",
    source: "documentation of hashicorp/terraform-mcp-server",
    servers: &["terraform"],
    tools: &[
        tool(&["create_run", "action_run"], &[Clause::Cloud("cloud.write", "terraform/run/*")]).unverified(),
        tool(&["create_workspace", "update_workspace"], &[Clause::Cloud("cloud.write", "terraform/workspace/*")])
            .unverified(),
        tool(&["delete_workspace_safely"], &[Clause::Cloud("cloud.delete", "terraform/workspace/*")]).unverified(),
        tool(
            &[
                "list_workspaces",
                "get_workspace_details",
                "list_runs",
                "get_run_details",
                "list_terraform_orgs",
                "list_terraform_projects",
            ],
            &[Clause::Cloud("cloud.read", "terraform/**")],
        )
        .unverified(),
        tool(
            &[
                "search_providers",
                "get_provider_details",
                "search_modules",
                "get_module_details",
                "search_policies",
                "get_policy_details",
                "get_latest_provider_version",
                "get_latest_module_version",
            ],
            &[Clause::Host("net.fetch", "registry.terraform.io")],
        )
        .unverified(),
    ],
};
