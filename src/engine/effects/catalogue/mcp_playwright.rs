//! The Playwright server for a browser.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_playwright",
    source: "npm @playwright/mcp 0.0.83, README",
    servers: &["playwright", "browser"],
    tools: &[
        tool(&["browser_navigate"], &[fetch("/url")]),
        tool(&["browser_evaluate"], &[Clause::Code("/function", "javascript")]),
        // Runs in the server, not in the page.
        tool(&["browser_run_code_unsafe"], &[Clause::Code("/code", "javascript")]),
        tool(&["browser_file_upload"], &[read("/paths/*"), Clause::Host("net.send", "")]),
        tool(&["browser_type"], &[OPERATE, Clause::Needs("/text"), Clause::Send("/text", "")]),
        tool(&["browser_fill_form", "browser_press_key"], &[OPERATE, Clause::Host("net.send", "")]),
        tool(&["browser_snapshot", "browser_console_messages", "browser_network_requests"], &[may_write("/filename")]),
        tool(&["browser_take_screenshot"], &[may_write("/filename")]),
        tool(
            &["browser_cookie_get", "browser_cookie_list", "browser_localstorage_get"],
            &[Clause::Tool("secret.read")],
        ),
        tool(&["browser_storage_state"], &[Clause::Tool("secret.read"), may_write("/filename")]),
        tool(&["browser_pdf_save", "browser_start_tracing"], &[may_write("/filename")]),
        tool(
            &[
                "browser_click",
                "browser_drag",
                "browser_hover",
                "browser_select_option",
                "browser_handle_dialog",
                "browser_navigate_back",
            ],
            &[OPERATE],
        )
        .unverified(),
        tool(&["browser_close", "browser_resize", "browser_wait_for", "browser_tabs"], &[may_fetch("/url")])
            .unverified(),
    ],
};
