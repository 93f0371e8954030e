//! LangChain community tools.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "langchain",
    source: "PyPI langchain-community 0.4.2",
    servers: &[],
    tools: &[
        tool(&["terminal"], &[Clause::Lines("/commands")]),
        tool(&["sql_db_query", "query_sql_db"], &[Clause::Sql("/query", "")]),
        // Asks a model about the query; runs nothing.
        tool(&["sql_db_query_checker"], &[]),
        // Shows sample rows.
        tool(&["sql_db_schema"], &[Clause::Needs("/table_names"), Clause::Database("sql.read", "/table_names")]),
        tool(&["sql_db_list_tables"], &[Clause::Database("sql.read", "")]),
        tool(&["read_file"], &[read("/file_path")]),
        tool(&["write_file"], &[write("/file_path")]),
        tool(&["copy_file"], &[read("/source_path"), write("/destination_path")]),
        tool(&["move_file"], &[take("/source_path"), write("/destination_path")]),
        tool(&["file_delete"], &[delete("/file_path")]),
        tool(&["file_search"], &[list_tree("/dir_path"), Clause::Needs("/pattern"), Clause::Filter { pattern: "/pattern", base: "/dir_path" }]),
        tool(&["list_directory"], &[list("/dir_path")]),
        tool(&["requests_get"], &[fetch("/url")]),
        // One argument, which holds JSON with `url` and `data`.
        tool(
            &["requests_post", "requests_patch", "requests_put"],
            &[Clause::Json("/text", &[Clause::SendTo("/url")])],
        ),
        tool(&["requests_delete"], &[Clause::SendTo("/url")]),
        tool(&["navigate_browser"], &[fetch("/url")]),
        tool(
            &["send_gmail_message"],
            &[Clause::Needs("/message"), Clause::Host("net.send", "gmail.googleapis.com")],
        ),
        tool(&["send_message"], &[Clause::Needs("/message"), Clause::Send("/message", "")]),
        tool(&["bearly_interpreter", "e2b_data_analysis"], &[Clause::Code("/python_code", "python")]),
        tool(&["riza_exec_python"], &[Clause::Code("/code", "python")]),
        tool(&["riza_exec_javascript"], &[Clause::Code("/code", "javascript")]),
        // In langchain-experimental.
        tool(&["Python_REPL"], &[Clause::Code("/query", "python")]).unverified(),
    ],
};
