//! The proxy-wasm filter: what the host calls becomes an [`Input`](toolgate_engine::gate::Input), what the gate
//! wants becomes hostcalls. What is decided here is which of the host's words an input is made of, nothing about calls.
//!
//! | file | is |
//! |---|---|
//! | `host.rs` | the only file with hostcalls |
//! | `stream.rs` | one request and response: callbacks of a stream |
//! | `root.rs` | what happens between streams: records sent, people asked, bytes released, the policy fetched |
//! | `shared.rs` | what both share |
//! | `metrics.rs` | the fixed set of counters |
//!
//! # What the host makes necessary
//!
//! Bytes that waited are released, and the side service is called, from the root's tick only. Writing more than
//! the listener's buffer limit into a paused body ends the stream inside the hostcall: the host then calls back
//! into this VM while the SDK still borrows the stream it is working on. In the tick it borrows no stream, and
//! `shared.rs` is not borrowed across a hostcall either. The tick is asked for through a queue of the host's, which calls
//! the root in the same way as a timer does, and sooner.

#![expect(missing_docs, reason = "the SDK's macro makes a public function")]

mod host;
mod metrics;
mod root;
mod shared;
mod stream;

use proxy_wasm::traits::RootContext;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(proxy_wasm::types::LogLevel::Info);
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(root::Root::default()) });
}}
