//! The one native binary.

fn main() {}
