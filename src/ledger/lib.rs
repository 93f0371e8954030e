//! The side service.
