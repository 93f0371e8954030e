//! The statements under "What it means", one by one, and what the whole promises.

mod index;
mod properties;
mod statements;
pub(crate) mod support;
