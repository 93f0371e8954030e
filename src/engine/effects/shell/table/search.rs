//! (to come)

use crate::effects::shell::row::Row;

pub(super) const ROWS: &[Row] = &[];
