//! AutoGen extensions.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "autogen",
    source: "PyPI autogen-ext 0.7.5",
    servers: &[],
    tools: &[
        tool(&["CodeExecutor"], &[Clause::Code("/code", "python")]),
        // Where it sends stands in the agent's configuration.
        tool(&["http"], &[Clause::Host("net.send", "")]),
    ],
};
