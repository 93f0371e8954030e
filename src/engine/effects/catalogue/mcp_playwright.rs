//! The Playwright server for a browser.

use super::row::*;

const SEND: Clause = Clause::Host("net.send", "");
const SECRET: Clause = Clause::Tool("secret.read");

pub(super) const FAMILY: Family = Family {
    name: "mcp_playwright",
    source: "npm @playwright/mcp 0.0.83, README",
    servers: &["playwright", "browser"],
    tools: &[
        tool(&["browser_navigate"], &[fetch("/url")]),
        tool(&["browser_tabs"], &[may_fetch("/url")]),
        tool(&["browser_evaluate"], &[Clause::Code("/function", "javascript"), may_write("/filename")]),
        // Runs in the server, not in the page; the code may stand in a file.
        tool(
            &["browser_run_code_unsafe"],
            &[
                Clause::If("/code", &[Clause::Code("/code", "javascript")]),
                Clause::If("/filename", &[read("/filename"), Clause::Code("/filename", "javascript")]),
            ],
        ),
        tool(
            &["browser_file_upload", "browser_drop"],
            &[Clause::Path(Access::Read, "/paths/*", Absent::Nothing), SEND],
        ),
        tool(&["browser_type"], &[OPERATE, Clause::Needs("/text"), Clause::Send("/text", "")]),
        tool(&["browser_fill_form", "browser_press_key"], &[OPERATE, SEND]),
        tool(
            &[
                "browser_click",
                "browser_drag",
                "browser_hover",
                "browser_select_option",
                "browser_handle_dialog",
                "browser_navigate_back",
                "browser_mouse_click_xy",
                "browser_mouse_down",
                "browser_mouse_drag_xy",
                "browser_mouse_move_xy",
                "browser_mouse_up",
                "browser_mouse_wheel",
                "browser_resume",
                "browser_network_state_set",
                "browser_cookie_clear",
                "browser_cookie_delete",
                "browser_cookie_set",
                "browser_localstorage_clear",
                "browser_localstorage_delete",
                "browser_localstorage_set",
                "browser_sessionstorage_clear",
                "browser_sessionstorage_delete",
                "browser_sessionstorage_set",
            ],
            &[OPERATE, Clause::Plain(&["/path"])],
        ),
        // What pages are told that servers said.
        tool(&["browser_route", "browser_unroute"], &[OPERATE]),
        tool(
            &[
                "browser_snapshot",
                "browser_console_messages",
                "browser_network_requests",
                "browser_find",
                "browser_take_screenshot",
                "browser_pdf_save",
                "browser_start_tracing",
                "browser_start_recording",
                "browser_start_video",
            ],
            &[may_write("/filename")],
        ),
        // Headers of a request hold cookies and tokens; the list of requests does not show them.
        tool(&["browser_network_request"], &[SECRET, may_write("/filename")]),
        tool(
            &[
                "browser_cookie_get",
                "browser_cookie_list",
                "browser_localstorage_get",
                "browser_localstorage_list",
                "browser_sessionstorage_get",
                "browser_sessionstorage_list",
            ],
            &[SECRET, Clause::Plain(&["/path"])],
        ),
        // In releases before 0.0.40.
        tool(&["browser_tab_new"], &[may_fetch("/url")]).unverified(),
        tool(&["browser_tab_list", "browser_screen_capture", "browser_wait"], &[may_write("/filename")]).unverified(),
        tool(&["browser_tab_select", "browser_tab_close"], &[OPERATE]).unverified(),
        tool(&["browser_install"], &[Clause::Tool("package.install")]).unverified(),
        tool(&["browser_storage_state"], &[SECRET, may_write("/filename")]),
        tool(&["browser_set_storage_state"], &[OPERATE, read("/filename")]),
        tool(
            &[
                "browser_close",
                "browser_resize",
                "browser_wait_for",
                "browser_emulate_media",
                "browser_get_config",
                "browser_route_list",
                "browser_annotate",
                "browser_highlight",
                "browser_hide_highlight",
                "browser_stop_recording",
                "browser_stop_tracing",
                "browser_stop_video",
                "browser_video_chapter",
                "browser_video_hide_actions",
                "browser_video_show_actions",
                "browser_generate_locator",
                "browser_verify_element_visible",
                "browser_verify_list_visible",
                "browser_verify_text_visible",
                "browser_verify_value",
            ],
            &[],
        ),
    ],
};
