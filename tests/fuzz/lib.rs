//! What must hold for any bytes.
//!
//! Each body takes bytes, makes of them what traffic could be, and panics where something does not hold that must.
//! The same bodies are run by `make test`, over the cases and changes to them drawn from a fixed seed (`mutated.rs`), and
//! by libFuzzer as long as one likes (`targets/`, `scripts/soak.sh`).
//!
//! ```text
//! calls    a shell command, or a text of SQL   → the same effects twice, and no disguise that is milder
//! gate     an API, cuts, a body                → what was allowed leaves unchanged, what was refused not at all
//! seeds    tests/cases                         → bytes for the bodies
//! ```

pub mod calls;
pub mod gate;
pub mod seeds;

/// A body.
pub type Body = fn(&[u8]);

/// Every body, by the name of its target.
pub const BODIES: &[(&str, Body)] = &[("shell", calls::shell), ("sql", calls::sql), ("gate", gate::gate)];
