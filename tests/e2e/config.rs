//! A configuration that cannot be meant: Envoy does not start, and its log names the field.

use serde_json::json;
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::{PolicyOption, Stack, StackOptions};
use toolgate_engine::config::Config;
use toolgate_engine::note::Signer;

async fn refused(field: &str, change: fn(&mut Gateway)) {
    let policy = PolicyOption::Missing;
    let refused = Stack::refuse(StackOptions { policy, change, ..StackOptions::default() }).await;
    assert_ne!(refused.code, Some(0), "Envoy took it");
    assert!(refused.log.contains(&format!("`{field}`")), "`{field}` is not named in:\n{}", refused.log);
}

#[tokio::test]
async fn an_unknown_field() {
    refused("ledger.tokn", |gateway| gateway.plugin(|plugin| plugin["ledger"]["tokn"] = "x".into())).await;
}

#[tokio::test]
async fn another_type() {
    refused("hold_ms", |gateway| gateway.plugin(|plugin| plugin["hold_ms"] = "20s".into())).await;
}

#[tokio::test]
async fn no_key_that_may_sign_bundles() {
    refused("bundle_keys", |gateway| gateway.plugin(|plugin| plugin["bundle_keys"] = json!([]))).await;
}

#[tokio::test]
async fn two_sources_of_identity() {
    refused("principal", |gateway| {
        gateway.plugin(|plugin| plugin["principal"] = json!({"mtls": {}, "header": {"name": "x-agent"}}));
    })
    .await;
}

#[tokio::test]
async fn a_bundle_in_it_that_nobody_signed() {
    refused("bundle.inline", |gateway| gateway.plugin(|plugin| plugin["bundle"] = json!({"inline": "{}"})))
        .await;
}

#[tokio::test]
async fn nothing_at_all() {
    refused(".", |gateway| gateway.plugin_text("")).await;
}

#[tokio::test]
async fn the_mesh_gives_the_filter_what_it_reads() {
    let text =
        std::fs::read_to_string(toolgate_e2e::tools::root().join("envoy/istio/wasmplugin.yaml")).unwrap();
    let (plugin, _) = text.split_once("\n---\n").unwrap();
    let mut plugin: serde_json::Value = serde_saphyr::from_str(plugin).unwrap();
    let config = &mut plugin["spec"]["pluginConfig"];
    // As it ships, it is refused by name: a key nobody has put in must not pass for one.
    let as_shipped = Config::parse(config.to_string().as_bytes()).unwrap_err();
    assert_eq!(as_shipped.field, "bundle_keys[0]");
    let key = Signer::new("policy.corp.example", &[7; 32]).unwrap().verifier().to_string();
    config["bundle_keys"] = json!([key]);
    let parsed = Config::parse(config.to_string().as_bytes());
    assert!(parsed.is_ok(), "{:?}", parsed.err());
}
