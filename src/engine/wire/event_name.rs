//! The name of a server-sent event. It says the type once more that the event's data says, or nothing, and clients differ on
//! which of the two they go by.

use super::{Unreadable, shape};

/// Whether the events of an API have names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// All have, and its SDKs skip one that has none.
    Always,
    /// Nobody goes by them.
    Optional,
}

impl Naming {
    /// Looks at the name of an event of type `tag`.
    ///
    /// # Errors
    /// If the name is another one, or there is none where clients skip such an event.
    pub(crate) fn check(self, name: Option<&str>, tag: &str) -> Result<(), Unreadable> {
        match (name, self) {
            (Some(name), _) if name != tag => Err(shape("an event whose name is not its type")),
            (None, Self::Always) => Err(shape("an event without a name")),
            _ => Ok(()),
        }
    }
}

/// Which events of a stream so far had something that some clients go by, a name or a word for what they are, where
/// others take each alike.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// There was no event.
    #[default]
    Unknown,
    /// All of them.
    All,
    /// None of them.
    None,
    /// Some had and others had not.
    Some,
}

impl Share {
    /// As it is behind one more event.
    pub(crate) const fn and(self, has: bool) -> Self {
        match (self, has) {
            (Self::Unknown | Self::All, true) => Self::All,
            (Self::Unknown | Self::None, false) => Self::None,
            (Self::All, false) | (Self::None, true) | (Self::Some, _) => Self::Some,
        }
    }
}
