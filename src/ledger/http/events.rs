//! `POST /v1/events`: what gateways record.

use super::auth::Emitter;
use super::problem::{Code, Problem};
use super::{App, Limited, json};
use crate::event::Event;
use crate::store::events::{self, Conflict, Line};
use axum::extract::State;
use axum::response::Response;
use toolgate_engine::protocol::{EventsAck, MAX_BATCH_BYTES, MAX_LINES};

/// Stores all lines or none, and answers once they are durable.
pub(super) async fn ingest(
    State(app): State<App>,
    Emitter { peer, auth }: Emitter,
    Limited(body): Limited<MAX_BATCH_BYTES>,
) -> Result<Response, Problem> {
    if app.ledger.is_full() {
        return Err(Problem::new(Code::Full, "there is less free space than is to be kept"));
    }
    let lines = read(&body)?;
    let (stored, checkpoint) =
        app.ledger.write(body.len(), move |writer| events::ingest(writer, &peer, auth, &lines)).await?;
    match stored {
        Ok(acks) => Ok(json(&EventsAck { acks, checkpoint })),
        Err(Conflict::Equivocation { line, broke }) => Err(Problem::new(
            Code::Equivocation,
            format!("another event stands there: `{broke}` does not fit the emitter's chain"),
        )
        .at_line(line)),
        Err(Conflict::OtherPeer { line }) => {
            Err(Problem::new(Code::OtherPeer, "the emitter's events came from another gateway before")
                .at_line(line))
        }
    }
}

fn read(body: &[u8]) -> Result<Vec<Line>, Problem> {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    let mut lines = Vec::new();
    for (number, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if number >= MAX_LINES {
            return Err(Problem::new(Code::TooLarge, format!("a request has at most {MAX_LINES} lines")));
        }
        let event = Event::from_emitter(line)
            .map_err(|error| Problem::new(Code::InvalidLine, error.to_string()).at_line(number))?;
        lines.push(Line { bytes: line.to_vec(), event });
    }
    Ok(lines)
}
