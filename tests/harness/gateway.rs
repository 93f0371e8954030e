//! The shipped configuration of the proxy, with the few places changed that a test machine needs changed.
//!
//! | what | becomes |
//! |---|---|
//! | the admin and the agents' address | `127.0.0.1`, port 0: a free one |
//! | files under `/etc/toolgate` | those the test made |
//! | the model hosts' addresses and the authorities they are checked against | the scripted model and its authority |
//! | the ledger's address, token and bundle key | those of the ledger the test started |
//!
//! Nothing else is touched unless a test asks for it, so the file that ships is the file that is tested.

use crate::tools;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The clusters of the models.
const MODELS: [&str; 4] = ["anthropic", "openai", "gemini", "bedrock"];

/// A configuration of the proxy.
#[derive(Debug, Clone)]
pub struct Gateway(Value);

/// What stands where the shipped file has `/etc/toolgate` and the model hosts.
#[derive(Debug)]
pub struct Places<'a> {
    /// The gateway's certificate and key.
    pub identity: (PathBuf, PathBuf),
    /// The authority of agents' certificates.
    pub agents: &'a Path,
    /// The filter.
    pub filter: &'a Path,
    /// The model.
    pub model: SocketAddr,
    /// The authority of the model's certificate.
    pub model_authority: &'a Path,
    /// The ledger's emitter listener.
    pub ledger: SocketAddr,
}

impl Gateway {
    /// `envoy/envoy.yaml` as it ships.
    pub fn shipped() -> Self {
        let text = std::fs::read_to_string(tools::root().join("envoy/envoy.yaml")).unwrap();
        Self(serde_saphyr::from_str(&text).unwrap())
    }

    /// Puts in what this machine has.
    #[must_use]
    pub fn at(mut self, places: &Places<'_>) -> Self {
        let local = json!({"socket_address": {"address": "127.0.0.1", "port_value": 0}});
        self.0["admin"]["address"] = local.clone();
        self.listener()["address"] = local;
        let tls = &mut self.listener()["filter_chains"][0]["transport_socket"]["typed_config"]["common_tls_context"];
        tls["tls_certificates"][0]["certificate_chain"]["filename"] = path(&places.identity.0);
        tls["tls_certificates"][0]["private_key"]["filename"] = path(&places.identity.1);
        tls["validation_context"]["trusted_ca"]["filename"] = path(places.agents);
        self.wasm()["vm_config"]["code"]["local"]["filename"] = path(places.filter);
        for model in MODELS {
            let cluster = self.cluster(model);
            endpoint(cluster, places.model);
            cluster["transport_socket"]["typed_config"]["common_tls_context"]["validation_context"]["trusted_ca"]
                ["filename"] = path(places.model_authority);
        }
        endpoint(self.cluster("toolgate_ledger"), places.ledger);
        self
    }

    /// The same without TLS on either leg, where only speed is looked at.
    #[must_use]
    pub fn plain(mut self, filter: &Path, model: SocketAddr, ledger: SocketAddr) -> Self {
        let local = json!({"socket_address": {"address": "127.0.0.1", "port_value": 0}});
        self.0["admin"]["address"] = local.clone();
        self.listener()["address"] = local;
        remove(&mut self.listener()["filter_chains"][0], "transport_socket");
        self.wasm()["vm_config"]["code"]["local"]["filename"] = path(filter);
        for name in MODELS {
            let cluster = self.cluster(name);
            endpoint(cluster, model);
            // Without TLS there is nothing that could agree on a protocol.
            remove(cluster, "transport_socket");
            remove(cluster, "typed_extension_protocol_options");
        }
        endpoint(self.cluster("toolgate_ledger"), ledger);
        self
    }

    /// The agents' listener.
    pub fn listener(&mut self) -> &mut Value {
        named(&mut self.0["static_resources"]["listeners"], "agents")
    }

    /// Its connection manager.
    pub fn http(&mut self) -> &mut Value {
        &mut self.listener()["filter_chains"][0]["filters"][0]["typed_config"]
    }

    /// The filter's entry in the chain.
    pub fn wasm(&mut self) -> &mut Value {
        &mut named(&mut self.http()["http_filters"], "toolgate")["typed_config"]["config"]
    }

    /// A cluster.
    pub fn cluster(&mut self, name: &str) -> &mut Value {
        named(&mut self.0["static_resources"]["clusters"], name)
    }

    /// Changes the plugin's configuration.
    pub fn plugin(&mut self, change: impl FnOnce(&mut Value)) {
        let text = &mut self.wasm()["configuration"]["value"];
        let mut plugin: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        change(&mut plugin);
        *text = Value::from(plugin.to_string());
    }

    /// Replaces the plugin's configuration by any text.
    pub fn plugin_text(&mut self, text: &str) {
        self.wasm()["configuration"]["value"] = Value::from(text);
    }

    /// The listener's buffer limit, and with it what the filter may release after a wait.
    pub fn release_limit(&mut self, bytes: usize) {
        self.listener()["per_connection_buffer_limit_bytes"] = Value::from(bytes);
        self.plugin(|plugin| plugin["limits"]["release"] = Value::from(bytes));
    }

    /// The file for Envoy; JSON is YAML.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap()
    }
}

fn named<'a>(list: &'a mut Value, name: &str) -> &'a mut Value {
    let entries = list.as_array_mut().unwrap().iter_mut();
    entries
        .into_iter()
        .find(|entry| entry["name"] == name)
        .unwrap_or_else(|| panic!("no `{name}` in envoy.yaml"))
}

fn endpoint(cluster: &mut Value, address: SocketAddr) {
    let socket = &mut cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"]["socket_address"];
    *socket = json!({"address": address.ip().to_string(), "port_value": address.port()});
}

fn remove(object: &mut Value, key: &str) {
    object.as_object_mut().unwrap().remove(key);
}

fn path(path: &Path) -> Value {
    Value::from(path.to_str().unwrap())
}
