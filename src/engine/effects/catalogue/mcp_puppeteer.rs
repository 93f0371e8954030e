//! The reference server for a browser.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_puppeteer",
    source: "npm @modelcontextprotocol/server-puppeteer 2025.5.12",
    servers: &["puppeteer"],
    tools: &[
        // `allowDangerous` raises privileges in every tool; launch options name programs and arguments.
        tool(&["puppeteer_navigate"], &[fetch("/url"), Clause::Options("/launchOptions")]),
        tool(&["puppeteer_evaluate"], &[Clause::Code("/script", "javascript")]),
        tool(&["puppeteer_fill"], &[OPERATE, Clause::Needs("/value"), Clause::Send("/value", "")]),
        tool(&["puppeteer_click", "puppeteer_hover", "puppeteer_select"], &[OPERATE]),
        tool(&["puppeteer_screenshot"], &[]),
    ],
};
