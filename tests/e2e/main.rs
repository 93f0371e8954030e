//! End-to-end tests, one file a subject.

mod harness;
