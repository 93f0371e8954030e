//! What is known of a text's surroundings, the same whether SQL is read or not.

use crate::effects::Name;

/// Where SQL runs.
#[derive(Debug, Clone, Default)]
pub struct Setting<'a> {
    /// The server, where it is known.
    pub host: Option<Name>,
    /// The database's name, where it is known.
    pub database: Option<Name>,
    /// The dialect; `None` if any may be meant. A name nobody knows is as good as none.
    pub dialect: Option<&'a str>,
    /// JSON Pointer to the text within the arguments.
    pub at: &'a str,
}
