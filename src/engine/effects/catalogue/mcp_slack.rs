//! The reference server for Slack.

use super::row::*;

const FETCH: Clause = Clause::Host("net.fetch", "slack.com");
const SEND: Clause = Clause::Host("net.send", "slack.com");

pub(super) const FAMILY: Family = Family {
    name: "mcp_slack",
    source: "npm @modelcontextprotocol/server-slack 2025.4.25",
    servers: &["slack"],
    tools: &[
        tool(&["slack_post_message", "slack_reply_to_thread"], &[Clause::Needs("/text"), SEND]),
        tool(&["slack_add_reaction"], &[SEND]),
        tool(
            &[
                "slack_list_channels",
                "slack_get_channel_history",
                "slack_get_thread_replies",
                "slack_get_users",
                "slack_get_user_profile",
            ],
            &[FETCH],
        ),
    ],
};
