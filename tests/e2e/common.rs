//! What several subjects say in the same words.

use serde_json::{Value, json};
use toolgate_e2e::Turn;

/// The rule of `tests/policy/base` that denies.
pub(crate) const DENYING_RULE: &str = "nothing-is-deleted";

/// A call the policy allows.
pub(crate) fn weather(city: &str) -> Turn {
    Turn::text("Let me see.").call("get_weather", &json!({"city": city}))
}

/// A call the policy denies; `note` is an argument that no effect names.
pub(crate) fn deletion(note: &str) -> Turn {
    Turn::text("I clean up.").call("delete_file", &json!({"path": "/srv/old.csv", "note": note}))
}

/// A call the policy escalates.
pub(crate) fn transfer(account: &str) -> Turn {
    Turn::text("I pay.").call("transfer_funds", &json!({"to_account": account}))
}

fn of_type(records: &[Value], kind: &str) -> Vec<Value> {
    records.iter().filter(|record| record["type"] == kind).cloned().collect()
}

/// The decisions among records.
pub(crate) fn decisions(records: &[Value]) -> Vec<Value> {
    of_type(records, "io.toolgate.decision.v1")
}

/// The outcomes among records.
pub(crate) fn outcomes(records: &[Value]) -> Vec<Value> {
    of_type(records, "io.toolgate.outcome.v1")
}

/// The answers refused as a whole among records.
pub(crate) fn withheld(records: &[Value]) -> Vec<Value> {
    of_type(records, "io.toolgate.response.v1")
}

/// One test of several scenarios, one after the other at the same gateway: that starts in seconds, of which a proxy takes
/// most to compile the filter.
macro_rules! at_one_gateway {
    ($start:expr => $test:ident: $($scenario:ident),+) => {
        #[tokio::test]
        async fn $test() {
            let mut stack = $start.await;
            $(
                stack.begin(stringify!($scenario)).await;
                $scenario(&mut stack).await;
            )+
            stack.finish().await;
        }
    };
}
pub(crate) use at_one_gateway;
