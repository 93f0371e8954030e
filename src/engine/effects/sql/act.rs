//! The actions of SQL, short enough for tables.

use crate::effects::Action;

/// What a statement or a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Reads rows, or what the server tells of itself.
    Read,
    /// Changes or locks rows.
    Write,
    /// Changes tables and other objects.
    Schema,
    /// Administers the server or the session.
    Admin,
    /// Changes roles, grants or the session's identity.
    Privilege,
    /// Reaches files, programs or other servers.
    Outside,
    /// Reads credentials.
    Secret,
    /// Leaves something that runs later.
    Persist,
}

impl Act {
    /// The action of the vocabulary.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Read => Action::SQL_READ,
            Self::Write => Action::SQL_WRITE,
            Self::Schema => Action::SQL_SCHEMA,
            Self::Admin => Action::SQL_ADMIN,
            Self::Privilege => Action::SQL_PRIVILEGE,
            Self::Outside => Action::SQL_OUTSIDE,
            Self::Secret => Action::SECRET_READ,
            Self::Persist => Action::PERSISTENCE_INSTALL,
        }
    }
}
