//! The only file with hostcalls. Each takes and gives plain values, and has an answer for every failure.

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, LogLevel, MapType, MetricType};
use std::time::{Duration, UNIX_EPOCH};
use toolgate_engine::time::Timestamp;

/// Something the host would not do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused;

/// Which side of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Request,
    Response,
}

impl Side {
    const fn headers(self) -> MapType {
        match self {
            Self::Request => MapType::HttpRequestHeaders,
            Self::Response => MapType::HttpResponseHeaders,
        }
    }

    const fn body(self) -> BufferType {
        match self {
            Self::Request => BufferType::HttpRequestBody,
            Self::Response => BufferType::HttpResponseBody,
        }
    }
}

pub(crate) fn now() -> Timestamp {
    let since = hostcalls::get_current_time().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Timestamp::from_micros(since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX)))
}

pub(crate) fn info(text: &str) {
    let _ = hostcalls::log(LogLevel::Info, text);
}

pub(crate) fn warn(text: &str) {
    let _ = hostcalls::log(LogLevel::Warn, text);
}

pub(crate) fn error(text: &str) {
    let _ = hostcalls::log(LogLevel::Error, text);
}

/// 32 bytes nobody can guess.
pub(crate) fn entropy() -> Result<[u8; 32], Refused> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| Refused)?;
    Ok(seed)
}

pub(crate) fn configuration() -> Vec<u8> {
    hostcalls::get_buffer(BufferType::PluginConfiguration, 0, usize::MAX).ok().flatten().unwrap_or_default()
}

pub(crate) fn tick_every(period: Duration) {
    let _ = hostcalls::set_tick_period(period);
}

/// Makes a queue that tells this root alone when something is put into it, if nobody else takes the same name.
pub(crate) fn queue(name: &str) -> Option<u32> {
    hostcalls::register_shared_queue(name).ok()
}

/// Puts something into a queue, whose root is called once this callback is over.
pub(crate) fn put(queue: u32) -> Result<(), Refused> {
    hostcalls::enqueue_shared_queue(queue, Some(b".")).map_err(|_| Refused)
}

/// Takes one thing out of a queue.
pub(crate) fn take(queue: u32) {
    let _ = hostcalls::dequeue_shared_queue(queue);
}

/// All headers of one side, names in lower case. A value that is not UTF-8 keeps its place with replacement
/// characters, so that it can equal nothing that is expected.
pub(crate) fn headers(side: Side) -> Vec<(String, String)> {
    let pairs = hostcalls::get_map_bytes(side.headers()).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| (name, text(value))).collect()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Removes a header, of which `headers` are all. Where it is none of them the host need not be asked, unless it gave
/// none: then it may have any.
pub(crate) fn remove_header(side: Side, headers: &[(String, String)], name: &str) {
    if headers.is_empty() || headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
        let _ = hostcalls::remove_map_value(side.headers(), name);
    }
}

/// The chunk that is being given, or what the host has buffered of it.
pub(crate) fn chunk(side: Side, size: usize) -> Vec<u8> {
    if size == 0 {
        return Vec::new();
    }
    hostcalls::get_buffer(side.body(), 0, size).ok().flatten().unwrap_or_default()
}

/// Replaces the chunk that is being given, or everything the host has buffered.
pub(crate) fn replace_chunk(side: Side, bytes: &[u8]) {
    // Any size that is no smaller than what is there means all of it.
    let _ = hostcalls::set_buffer(side.body(), 0, usize::MAX >> 1, bytes);
}

/// A property as text.
pub(crate) fn property(path: &[&str]) -> Option<String> {
    let bytes = hostcalls::get_property(path.to_vec()).ok().flatten()?;
    String::from_utf8(bytes).ok()
}

/// Sets the filter state `wasm.<name>`, for access logs, where the stream is still there: without one the host says that
/// nothing is found, which the call below takes for a panic, and reading says so without.
pub(crate) fn filter_state(name: &str, value: &str) {
    if !matches!(hostcalls::get_property(vec!["request", "time"]), Ok(Some(_))) {
        return;
    }
    let _ = hostcalls::set_property(vec![name], Some(value.as_bytes()));
}

/// What the map that all VMs of the process share holds under a key, and the number of that state.
pub(crate) fn shared(key: &str) -> (Option<Vec<u8>>, Option<u32>) {
    hostcalls::get_shared_data(key).unwrap_or_default()
}

/// Replaces it, if it is still in the state of that number.
pub(crate) fn share(key: &str, value: &[u8], state: Option<u32>) -> Result<(), Refused> {
    hostcalls::set_shared_data(key, Some(value), state).map_err(|_| Refused)
}

pub(crate) fn reply(status: u16, body: &str) {
    // SDKs that retry on their own are told not to: the same request would be judged the same.
    let mut headers = vec![("content-type", "application/json")];
    if status < 500 {
        headers.push(("x-should-retry", "false"));
    }
    let _ = hostcalls::send_http_response(u32::from(status), headers, Some(body.as_bytes()));
}

pub(crate) fn reset_response() {
    let _ = hostcalls::reset_http_response();
}

/// Makes another stream the one that hostcalls act on.
pub(crate) fn act_on(context: u32) -> Result<(), Refused> {
    hostcalls::set_effective_context(context).map_err(|_| Refused)
}

pub(crate) fn resume_request() {
    let _ = hostcalls::resume_http_request();
}

pub(crate) fn resume_response() {
    let _ = hostcalls::resume_http_response();
}

/// Sends a request to a cluster; the token names it in the answer's callback.
pub(crate) fn call(
    cluster: &str,
    headers: Vec<(&str, &str)>,
    body: Option<&[u8]>,
    timeout: Duration,
) -> Result<u32, Refused> {
    hostcalls::dispatch_http_call(cluster, headers, body, Vec::new(), timeout).map_err(|_| Refused)
}

/// The status and body of the answer that is being given; `None` if nothing came back.
pub(crate) fn answer(headers: usize, size: usize) -> Option<(u16, Vec<u8>)> {
    if headers == 0 {
        return None;
    }
    let status =
        hostcalls::get_map_value_bytes(MapType::HttpCallResponseHeaders, ":status").ok().flatten()?;
    let status = std::str::from_utf8(&status).ok()?.parse().ok()?;
    let body = if size == 0 {
        Vec::new()
    } else {
        hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, size).ok().flatten().unwrap_or_default()
    };
    Some((status, body))
}

pub(crate) fn counter(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Counter, name).ok()
}

pub(crate) fn histogram(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Histogram, name).ok()
}

pub(crate) fn gauge(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Gauge, name).ok()
}

pub(crate) fn count(metric: Option<u32>) {
    if let Some(id) = metric {
        let _ = hostcalls::increment_metric(id, 1);
    }
}

pub(crate) fn observe(metric: Option<u32>, value: u64) {
    if let Some(id) = metric {
        let _ = hostcalls::record_metric(id, value);
    }
}
