//! A filter that copies every body into the VM and lets it go: what any filter that reads bodies costs at least.

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, BufferType, ContextType};

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| Box::new(Root));
}}

struct Root;

impl Context for Root {}

impl RootContext for Root {
    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream { read: 0 }))
    }
}

struct Stream {
    read: usize,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_body(&mut self, size: usize, _: bool) -> Action {
        self.copy(BufferType::HttpRequestBody, size);
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, _: bool) -> Action {
        self.copy(BufferType::HttpResponseBody, size);
        Action::Continue
    }
}

impl Stream {
    fn copy(&mut self, buffer: BufferType, size: usize) {
        if let Ok(Some(bytes)) = hostcalls::get_buffer(buffer, 0, size) {
            self.read += bytes.len();
        }
    }
}
