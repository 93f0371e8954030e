//! Small reference servers: knowledge graph, thinking aloud, time.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_reference",
    source: "github modelcontextprotocol/servers, README",
    servers: &["memory", "sequential-thinking", "sequentialthinking", "time"],
    tools: &[
        tool(
            &[
                "create_entities",
                "create_relations",
                "add_observations",
                "delete_entities",
                "delete_observations",
                "delete_relations",
            ],
            &[Clause::Tool("memory.write")],
        )
        .unverified(),
        tool(&["read_graph", "search_nodes", "open_nodes"], &[]).unverified(),
        tool(&["sequentialthinking", "get_current_time", "convert_time"], &[]).unverified(),
    ],
};
