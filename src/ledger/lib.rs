//! The side service.

pub mod tlog;
