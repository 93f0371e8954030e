//! Servers that ask a search engine, or a library's documentation, and those that fetch pages through a service.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_search",
    source: "READMEs of the servers",
    servers: &[
        "tavily",
        "brave",
        "brave-search",
        "exa",
        "perplexity",
        "firecrawl",
        "duckduckgo",
        "context7",
        "deepwiki",
        "searxng",
        "microsoft-docs",
    ],
    tools: &[
        tool(
            &[
                "tavily-search",
                "tavily_search",
                "brave_web_search",
                "brave_local_search",
                "brave_news_search",
                "exa_search",
                "web_search_exa",
                "get_code_context_exa",
                "perplexity_search",
                "duckduckgo_search",
                "duckduckgo_results_json",
                "searxng_web_search",
                "google_search",
                "firecrawl_search",
                "microsoft_docs_search",
                "query-docs",
            ],
            &[Clause::Needs("/query"), Clause::Ask("/query"), Clause::Options("/scrapeOptions/actions")],
        )
        .unverified(),
        tool(
            &["perplexity_ask", "perplexity_research", "perplexity_reason"],
            &[Clause::Needs("/messages"), Clause::Ask("/messages/*/content")],
        )
        .unverified(),
        tool(&["ask_question"], &[Clause::Needs("/repoName"), Clause::Ask("/question")]).unverified(),
        tool(&["read_wiki_structure", "read_wiki_contents"], &[Clause::Needs("/repoName")]).unverified(),
        tool(&["resolve-library-id"], &[Clause::Needs("/libraryName"), Clause::Ask("/libraryName"), Clause::Ask("/query")])
            .unverified(),
        tool(
            &["get-library-docs"],
            &[Clause::Needs("/context7CompatibleLibraryID"), Clause::Ask("/topic")],
        )
        .unverified(),
        tool(&["tavily-extract", "tavily_extract"], &[Clause::Needs("/urls"), Clause::Fetch("/urls/*", Absent::Nothing)])
            .unverified(),
        tool(
            &["firecrawl_scrape", "firecrawl_map", "tavily-crawl", "tavily_crawl", "tavily-map", "tavily_map"],
            &[fetch("/url"), Clause::Options("/actions")],
        )
        .unverified(),
    ],
};
