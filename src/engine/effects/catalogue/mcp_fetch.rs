//! The reference server for fetching pages.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_fetch",
    source: "PyPI mcp-server-fetch 2026.10.24",
    servers: &["fetch"],
    tools: &[tool(&["fetch"], &[fetch("/url")])],
};
