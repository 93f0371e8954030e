//! SQL in a module that was built without its reader, for gateways whose agents have no database: every text is an
//! unknown, as it is where the reader gives up.

#[path = "sql/setting.rs"]
mod setting;

use super::gathered::Gathered;
use super::{Effects, unknown};
pub use setting::Setting;

/// Whether both are names of one dialect: none is known here.
pub(super) fn is_one_dialect(_: &str, _: &str) -> bool {
    false
}

/// That the text was not read.
pub fn read(_: &str, setting: &Setting<'_>) -> Effects {
    let mut out = Gathered::default();
    out.doubt(unknown::SQL_NOT_READ, setting.at);
    out.into_effects()
}
