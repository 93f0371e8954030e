//! Who acts: every principal that was judged in the last day, what became of its calls, what is refused most, who is
//! new, and which gateways have fallen silent. A developer sees the agents that act for them.

use super::chart::Chart;
use super::text::{Marked, Seconds};
use super::visitor::Visitor;
use super::{Frame, Trouble, html};
use crate::http::App;
use crate::http::auth::{Looks, Role};
use crate::store::{figures, freezes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeSet;
use toolgate_engine::time::Span;

/// How far back it is counted.
const HOURS: u32 = 24;
/// Most lines of refusals.
const MOST_REFUSALS: u32 = 10;
/// How far back a gateway is missed.
const MISSED: Span = Span::from_secs(7 * 24 * 3_600);

struct AgentRow {
    agent: Marked,
    query: String,
    allowed: u64,
    escalated: u64,
    denied: u64,
    chart: Chart,
    mode: String,
    is_new: bool,
    frozen: bool,
    first: String,
    ago: Seconds,
}

struct RefusalRow {
    agent: Marked,
    tool: Marked,
    rule: String,
    count: u64,
}

struct GatewayRow {
    peer: String,
    source: String,
    ago: Seconds,
    silent: bool,
}

#[derive(Template)]
#[template(path = "agents.html")]
struct Page {
    frame: Frame,
    agents: Vec<AgentRow>,
    refusals: Vec<RefusalRow>,
    gateways: Vec<GatewayRow>,
    silent: usize,
    searches: bool,
    limited: bool,
}

/// The page.
pub(super) async fn page(State(app): State<App>, visitor: Visitor<Looks>) -> Result<Response, Trouble> {
    let now = app.ledger.now();
    let day = now - Span::from_secs(u64::from(HOURS) * 3_600);
    let read = app.ledger.read(move |db| {
        let refusals = figures::top_refusals(db, day, MOST_REFUSALS)?;
        let frozen: BTreeSet<String> = freezes::list(db)?.into_iter().map(|freeze| freeze.agent).collect();
        let agents = figures::of_agents(db, now, HOURS)?;
        Ok((agents, refusals, figures::gateways(db, now, now - MISSED)?, frozen))
    });
    let (agents, refusals, gateways, frozen) =
        read.await.map_err(|error| visitor.trouble(error.into(), None))?;
    let user = &visitor.user;
    let limited = !user.has(&[Role::Reviewer, Role::Auditor, Role::Author]);
    let may_see = |agent: &str| !limited || user.reviewer.acts_as(agent);
    let ago = |at| Seconds(now.since(at).as_millis() / 1_000);
    let agents = agents.into_iter().filter(|figures| may_see(&figures.agent)).map(|figures| {
        let total = figures.total();
        let query: String = form_urlencoded::byte_serialize(figures.agent.as_bytes()).collect();
        AgentRow {
            agent: Marked::line(&figures.agent),
            query,
            allowed: total.allowed,
            escalated: total.escalated,
            denied: total.denied,
            chart: Chart::hours(&figures.hours),
            mode: figures.mode.clone(),
            is_new: figures.first >= day,
            frozen: frozen.contains(&figures.agent),
            first: figures.first.to_string(),
            ago: ago(figures.last),
        }
    });
    let agents = agents.collect();
    let refusals =
        refusals.into_iter().filter(|refusals| may_see(&refusals.agent)).map(|refusals| RefusalRow {
            agent: Marked::line(if refusals.agent.is_empty() { "nobody" } else { &refusals.agent }),
            tool: Marked::line(&refusals.tool),
            rule: refusals.rule,
            count: refusals.count,
        });
    let refusals = refusals.collect();
    let gateways: Vec<GatewayRow> = if limited {
        Vec::new()
    } else {
        let row = |gateway: figures::Gateway| GatewayRow {
            peer: gateway.peer,
            source: gateway.source,
            ago: ago(gateway.last),
            silent: gateway.silent,
        };
        gateways.into_iter().map(row).collect()
    };
    let silent = gateways.iter().filter(|gateway| gateway.silent).count();
    let searches = user.has(&[Role::Auditor]);
    Ok(html(&Page { frame: visitor.frame("/agents"), agents, refusals, gateways, silent, searches, limited }))
}
