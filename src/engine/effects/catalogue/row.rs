//! What a row of the catalogue can say of a tool: which argument means what.
//!
//! Rows are constants, so there is nothing to read when the filter starts. A place in the arguments is a
//! JSON Pointer in which `*` stands for every element of an array.

/// An agent or server, and the tools it has.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name, also of the file with its cases.
    pub name: &'static str,
    /// Where the rows were read from: package, version, file.
    pub source: &'static str,
    /// Names under which people register it as a server, such as `github`; empty for an agent's own tools.
    pub servers: &'static [&'static str],
    /// Its tools.
    pub tools: &'static [Tool],
}

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Read from the source that is named.
    Verified,
    /// Known from elsewhere. Analysis is the same; a reader of the reference page is told.
    Unverified,
}

/// One tool, or several that differ in name only.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Its names, as the model writes them.
    pub names: &'static [&'static str],
    /// What its JSON arguments mean.
    pub does: &'static [Clause],
    /// What free text means, for tools that take it; the empty pointer is the whole text.
    pub text: &'static [Clause],
    /// Pointers to members the tool verifiably ignores.
    pub inert: &'static [&'static str],
    /// Whether calls share one session, so that directory, functions and variables survive.
    pub persistent: bool,
    /// Whether the row was checked against the family's source.
    pub evidence: Evidence,
    /// Whether the name is so common that it only counts with its server before it.
    pub served: bool,
}

/// A place in the arguments.
pub type At = &'static str;

/// What it means when an argument is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The tool cannot run: another tool of that name is meant, or nobody knows.
    Refused,
    /// Nothing.
    Nothing,
    /// The working directory.
    Here,
}

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its content is read.
    Read,
    /// Everything below it is read.
    ReadTree,
    /// It is listed.
    List,
    /// Everything below it is listed.
    ListTree,
    /// It is written.
    Write,
    /// Everything below it may be written.
    WriteTree,
    /// It is deleted.
    Delete,
    /// It goes away and its content lands elsewhere.
    Move,
    /// It is remembered: written below a directory of memories, and a file anywhere else.
    Remember,
}

/// One thing the arguments of a tool mean.
#[derive(Debug, Clone, Copy)]
pub enum Clause {
    /// A path.
    Path(Access, At, Absent),
    /// A path that the tool always uses.
    Fixed(Access, &'static str),
    /// A file name in a directory of its own argument.
    Joined {
        /// What is done.
        access: Access,
        /// The directory; the working directory where it is not there.
        directory: At,
        /// The name in it.
        name: At,
    },
    /// A file pattern, from a base, or from the working directory where `base` is empty.
    Pattern {
        /// What is done.
        access: Access,
        /// The pattern.
        pattern: At,
        /// What it starts from.
        base: At,
    },
    /// A pattern that narrows a search below `base`; it counts where it names secrets.
    Filter {
        /// The pattern.
        pattern: At,
        /// What is searched.
        base: At,
    },
    /// A URL that is fetched.
    Fetch(At, Absent),
    /// Every URL in a text is fetched.
    FetchLinks(At),
    /// A URL or host something is sent to.
    SendTo(At),
    /// Content that leaves the machine, to a host where it is known.
    Send(At, &'static str),
    /// Text that goes to the tool's own service: sent away if it carries more than a question.
    Ask(At),
    /// A shell command.
    Shell(At, Absent),
    /// A program and its arguments, one element each.
    Argv(At),
    /// Shell commands: a string, or an array of strings.
    Lines(At),
    /// Keystrokes into something that is already running.
    Keystrokes(At),
    /// The program that runs the command.
    Interpreter(At),
    /// Environment variables for the command.
    Environment(At),
    /// The working directory of everything else in the row.
    Directory(At),
    /// SQL text and its dialect, where the tool has only one.
    Sql(At, &'static str),
    /// Code of a language, which may itself be an argument (`/language`).
    Code(At, &'static str),
    /// Code of a language, wherever it stands.
    Language(&'static str),
    /// A patch in the form `*** Update File:`.
    Patch(At),
    /// An effect on the tool itself.
    Tool(&'static str),
    /// An effect on a host; on an unknown one where none is named.
    Host(&'static str, &'static str),
    /// An effect on the tool's database: on the tables an argument lists, where there is one.
    Database(&'static str, At),
    /// An effect on a fixed resource of a cloud, or on those that a pattern matches.
    Cloud(&'static str, &'static str),
    /// An effect on a repository.
    Repository(&'static str, Repository),
    /// An effect on a resource of a cluster, `kubernetes/context/namespace/kind/name`. The context, and whether
    /// all namespaces are meant, are read from `context` and `allNamespaces`.
    Kubernetes {
        /// What is done.
        action: &'static str,
        /// The kind of resource.
        kind: Text,
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
    },
    /// Commands within a container or pod: the clauses land there.
    Within {
        /// The container's or pod's name.
        container: At,
        /// What is done in it.
        does: &'static [Clause],
    },
    /// What follows if the argument is there and neither `false`, `null`, nor empty.
    If(At, &'static [Clause]),
    /// One of several meanings, by the value of an argument.
    Case {
        /// The argument that decides.
        at: At,
        /// What its values mean; any other is a misfit.
        arms: &'static [Arm],
        /// What it means when it is not there; `None` if it must be.
        absent: Option<&'static [Clause]>,
    },
    /// JSON in a string.
    Json(At, &'static [Clause]),
    /// A call of another tool.
    Call {
        /// The server's name.
        server: At,
        /// The tool's name.
        tool: At,
        /// Its arguments, as JSON or as JSON in a string.
        arguments: At,
    },
    /// An array of calls of other tools.
    Calls {
        /// The calls.
        each: At,
        /// The tool's name, within one of them.
        tool: At,
        /// Its arguments, within one of them.
        arguments: At,
    },
    /// An address of a resource of a server: judged where it is a URL or a file.
    Resource(At),
    /// A name that some versions would take for an option if it began with `-`.
    Reference(At),
    /// Options that were not read, where they are given.
    Options(At),
    /// Arguments which mean nothing, although their names look as if they did.
    Plain(&'static [At]),
    /// An argument without which this is another tool.
    Needs(At),
}

/// One meaning of [`Clause::Case`].
#[derive(Debug, Clone, Copy)]
pub struct Arm(pub &'static [&'static str], pub &'static [Clause]);

/// Which repository is meant.
#[derive(Debug, Clone, Copy)]
pub enum Repository {
    /// A local one, by its path.
    Local(At),
    /// The one of the working directory.
    Here,
    /// `host/owner/name`.
    Hosted {
        /// The host.
        host: &'static str,
        /// The owner.
        owner: At,
        /// The name.
        name: At,
    },
    /// Any of a host.
    Any(&'static str),
}

/// A text from the arguments, or a fixed one.
#[derive(Debug, Clone, Copy)]
pub enum Text {
    /// The argument; anything where it is not there.
    From(At),
    /// Always this.
    Fixed(&'static str),
    /// Not said.
    Any,
}

/// A tool with these names and meanings.
pub const fn tool(names: &'static [&'static str], does: &'static [Clause]) -> Tool {
    Tool {
        names,
        does,
        text: &[],
        inert: &[],
        persistent: false,
        evidence: Evidence::Verified,
        served: false,
    }
}

impl Tool {
    /// With members that the tool ignores.
    #[must_use]
    pub const fn inert(mut self, pointers: &'static [&'static str]) -> Self {
        self.inert = pointers;
        self
    }

    /// With free text that means this.
    #[must_use]
    pub const fn text(mut self, clauses: &'static [Clause]) -> Self {
        self.text = clauses;
        self
    }

    /// With a session that its calls share.
    #[must_use]
    pub const fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }

    /// With a name that says nothing without its server.
    #[must_use]
    pub const fn served(mut self) -> Self {
        self.served = true;
        self
    }

    /// Known from elsewhere than the family's source.
    #[must_use]
    pub const fn unverified(mut self) -> Self {
        self.evidence = Evidence::Unverified;
        self
    }
}

// The words of which rows are made.

/// Reads a path.
pub const fn read(at: At) -> Clause {
    Clause::Path(Access::Read, at, Absent::Refused)
}

/// Searches everything below a path, or below the working directory.
pub const fn search(at: At) -> Clause {
    Clause::Path(Access::ReadTree, at, Absent::Here)
}

/// Lists a path, or the working directory.
pub const fn list(at: At) -> Clause {
    Clause::Path(Access::List, at, Absent::Here)
}

/// Lists everything below a path, or below the working directory.
pub const fn list_tree(at: At) -> Clause {
    Clause::Path(Access::ListTree, at, Absent::Here)
}

/// Writes a path.
pub const fn write(at: At) -> Clause {
    Clause::Path(Access::Write, at, Absent::Refused)
}

/// Deletes a path.
pub const fn delete(at: At) -> Clause {
    Clause::Path(Access::Delete, at, Absent::Refused)
}

/// Moves a path away.
pub const fn take(at: At) -> Clause {
    Clause::Path(Access::Move, at, Absent::Refused)
}

/// Writes a path where one is given.
pub const fn may_write(at: At) -> Clause {
    Clause::Path(Access::Write, at, Absent::Nothing)
}

/// Reads a path where one is given.
pub const fn may_read(at: At) -> Clause {
    Clause::Path(Access::Read, at, Absent::Nothing)
}

/// Fetches a URL.
pub const fn fetch(at: At) -> Clause {
    Clause::Fetch(at, Absent::Refused)
}

/// Fetches a URL where one is given.
pub const fn may_fetch(at: At) -> Clause {
    Clause::Fetch(at, Absent::Nothing)
}

/// Searches a path, by a pattern over names as well.
pub const fn find(pattern: At, base: At) -> Clause {
    Clause::Pattern { access: Access::List, pattern, base }
}

/// Runs a shell command.
pub const fn shell(at: At) -> Clause {
    Clause::Shell(at, Absent::Refused)
}

/// What a language server is asked that changes nothing.
pub const LSP_READS: &[&str] = &[
    "goToDefinition",
    "goToImplementation",
    "findReferences",
    "hover",
    "documentSymbol",
    "workspaceSymbol",
    "prepareCallHierarchy",
    "incomingCalls",
    "outgoingCalls",
];

/// Hands work to another agent.
pub const DELEGATE: Clause = Clause::Tool("agent.delegate");

/// A patch, as one agent calls it; another reads the same tool's arguments as one operation, or as several.
pub const PATCH: &[Clause] = &[
    Clause::Patch("/input"),
    Clause::Options("/path"),
    Clause::Options("/diff"),
    Clause::Options("/operation"),
    Clause::Options("/operations"),
];

/// Operates a page or a screen.
pub const OPERATE: Clause = Clause::Tool("ui.act");

/// Raises privileges, or leaves a sandbox.
pub const RAISE: Clause = Clause::Tool("privilege.raise");

/// Leaves something that runs later.
pub const LATER: Clause = Clause::Tool("persistence.install");
