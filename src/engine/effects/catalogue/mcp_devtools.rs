//! The server for the developer tools of Chrome.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_devtools",
    source: "github ChromeDevTools/chrome-devtools-mcp, docs/tool-reference.md",
    servers: &["chrome-devtools", "devtools"],
    tools: &[
        tool(&["navigate_page"], &[may_fetch("/url")]).unverified(),
        tool(&["new_page"], &[fetch("/url")]).unverified(),
        tool(&["take_snapshot", "take_screenshot"], &[may_write("/filePath")]).unverified(),
        tool(
            &[
                "list_pages",
                "list_console_messages",
                "get_console_message",
                "list_network_requests",
                "resize_page",
                "performance_start_trace",
                "performance_stop_trace",
                "performance_analyze_insight",
            ],
            &[may_write("/filePath")],
        )
        .unverified(),
        // Headers of a request hold cookies and tokens; the list of requests does not show them.
        tool(
            &["get_network_request"],
            &[Clause::Tool("secret.read"), may_write("/requestFilePath"), may_write("/responseFilePath")],
        )
        .unverified(),
        tool(&["evaluate_script"], &[Clause::Code("/function", "javascript")]).unverified(),
        tool(&["upload_file"], &[OPERATE, read("/filePath"), Clause::Host("net.send", "")]).unverified().served(),
        tool(&["fill", "fill_form"], &[OPERATE, Clause::Host("net.send", "")]).unverified().served(),
        tool(&["click", "drag", "hover", "press_key", "handle_dialog", "select_page", "close_page"], &[OPERATE])
            .unverified()
            .served(),
    ],
};
