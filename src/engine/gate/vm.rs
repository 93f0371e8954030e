//! What all streams of one VM share: the configuration, the policy in force, the emitter, the room there is.

use super::outstanding::Key;
use crate::config::{Config, ConfigError};
use crate::emitter::Emitter;
use crate::ids::Ids;
use crate::orders::Orders;
use crate::policy::Bundle;
use crate::record::StartBody;
use crate::room::Room;
use crate::time::Timestamp;
use std::rc::Rc;

/// The state of one VM of the proxy.
#[derive(Debug)]
pub struct Vm {
    /// The plugin configuration.
    pub config: Config,
    /// The decoded audit key.
    pub audit_key: Option<Vec<u8>>,
    /// The policy in force. While there is none, nothing passes.
    pub policy: Option<Rc<Bundle>>,
    /// What people have ordered for the time being.
    pub orders: Orders,
    /// The record's outgoing side.
    pub emitter: Emitter,
    /// Identifiers.
    pub ids: Ids,
    /// What seals the outputs of refused calls that providers wait for.
    pub(super) outstanding: Option<Key>,
    room: Room,
}

impl Vm {
    /// A VM without a policy.
    ///
    /// # Errors
    /// [`ConfigError`] for an audit key that cannot be read.
    pub fn new(
        config: Config,
        seed: [u8; 32],
        start: StartBody,
        now: Timestamp,
    ) -> Result<Self, ConfigError> {
        let mut ids = Ids::new(seed);
        let emitter = Emitter::new(&ids.next(now), start);
        let audit_key = config.audit_key()?;
        let outstanding = Key::of(&config);
        let orders = Orders::new(&config);
        Ok(Self { config, audit_key, policy: None, orders, emitter, ids, outstanding, room: Room::default() })
    }

    /// Changes what a stream keeps; see [`Room::keep`].
    pub(super) fn keep(&mut self, who: Option<&str>, before: usize, after: usize) -> bool {
        self.room.keep(who, before, after, self.config.limits.vm)
    }

    /// Bytes that all streams keep together.
    pub const fn held(&self) -> usize {
        self.room.held()
    }
}
