//! The vocabulary of actions: one table, from which the constants, the families, the words and the
//! suggestions for a mistyped name all come.
//!
//! A dotted name in this table means the same in every policy. Any other dotted name is an action of your
//! own, introduced by a policy's `tools:` mapping.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A dotted name such as `file.delete`, from [`VOCABULARY`] or introduced by a policy's `tools:` mapping.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Action(pub Cow<'static, str>);

/// One action of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The dotted name.
    pub name: &'static str,
    /// What is done, as the verb of a sentence whose object is the resource: `deletes`.
    pub verb: &'static str,
    /// One line for the reference page.
    pub doc: &'static str,
}

impl Row {
    /// The first part of the name: `file` of `file.read`.
    pub fn family(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }
}

macro_rules! vocabulary {
    ($($id:ident $name:literal $verb:literal $doc:literal)+) => {
        impl Action {
            $(#[doc = $doc] pub const $id: Self = Self(Cow::Borrowed($name));)+
        }

        /// Every action that has the same meaning in all policies, in the order of the reference page.
        pub const VOCABULARY: &[Row] = &[$(Row { name: $name, verb: $verb, doc: $doc }),+];
    };
}

vocabulary! {
    FILE_READ "file.read" "reads" "Reads a file's content."
    FILE_LIST "file.list" "lists" "Lists a directory, or finds files by name."
    FILE_WRITE "file.write" "writes" "Creates, changes, moves or replaces a file or directory."
    FILE_DELETE "file.delete" "deletes" "Deletes a file or directory, or moves it away."
    FILE_PERMISSION "file.permission" "changes the permissions of" "Changes owner, mode, attributes or access lists."

    SECRET_READ "secret.read" "reads credentials in" "Reads credentials, keys, tokens or an environment dump."

    PROCESS_RUN "process.run" "runs" "Runs a program."
    PROCESS_KILL "process.kill" "ends" "Ends or signals a process."
    SERVICE_CONTROL "service.control" "controls" "Starts, stops or reconfigures a service."
    SYSTEM_DISK "system.disk" "works directly on" "Works on a disk, partition or file system below its files."
    SYSTEM_POWER "system.power" "restarts or switches off" "Restarts, halts or suspends the machine."

    CODE_RUN "code.run" "runs code in" "Runs inline or generated code that was not understood; names the language."

    NET_FETCH "net.fetch" "fetches from" "Fetches from another machine."
    NET_SEND "net.send" "sends to" "Sends data to another machine."
    NET_LISTEN "net.listen" "accepts connections on" "Opens a port, a tunnel or a forwarding."

    SQL_READ "sql.read" "reads from" "Reads rows."
    SQL_WRITE "sql.write" "changes rows of" "Inserts, updates, deletes, merges, truncates or locks rows."
    SQL_SCHEMA "sql.schema" "changes the schema of" "Creates, alters or drops tables and other objects."
    SQL_ADMIN "sql.admin" "administers" "Administers the server: settings, maintenance, sessions."
    SQL_PRIVILEGE "sql.privilege" "changes privileges on" "Changes roles, grants or the session's identity."
    SQL_OUTSIDE "sql.outside" "reaches beyond" "Reaches files, programs or other servers from within SQL."

    PRIVILEGE_RAISE "privilege.raise" "raises privileges of" "Raises privileges, or leaves a sandbox or an approval mode."
    PERSISTENCE_INSTALL "persistence.install" "leaves something that runs later in" "Leaves something that runs later by itself, or changes what guards the agent."
    EVASION_HIDE "evasion.hide" "hides traces in" "Deletes or alters logs, history or monitoring."

    PACKAGE_INSTALL "package.install" "installs" "Installs packages, with the code they run while installing."
    PACKAGE_REMOVE "package.remove" "removes" "Removes packages."
    PACKAGE_PUBLISH "package.publish" "publishes" "Publishes a package or an image."

    GIT_READ "git.read" "reads the repository" "Reads a repository, its history, issues or pull requests."
    GIT_WRITE "git.write" "changes the repository" "Commits, branches, or changes issues and pull requests."
    GIT_REWRITE "git.rewrite" "rewrites history or drops work in" "Rewrites history or drops uncommitted work."
    GIT_PUSH "git.push" "pushes to" "Changes branches of a remote repository."

    CONTAINER_READ "container.read" "reads the containers" "Reads the state of containers and images."
    CONTAINER_WRITE "container.write" "changes the containers" "Creates, starts, stops or changes containers and images."
    CONTAINER_DELETE "container.delete" "deletes the containers" "Deletes containers, images, volumes or networks."
    CONTAINER_PRIVILEGE "container.privilege" "gives power over the host to" "Runs a container with power over its host."

    KUBERNETES_READ "kubernetes.read" "reads" "Reads a cluster's resources or logs."
    KUBERNETES_WRITE "kubernetes.write" "changes" "Creates or changes a cluster's resources."
    KUBERNETES_DELETE "kubernetes.delete" "deletes" "Deletes a cluster's resources, or drains a node."
    KUBERNETES_PRIVILEGE "kubernetes.privilege" "changes access to" "Changes roles, bindings, tokens or admission of a cluster."

    CLOUD_READ "cloud.read" "reads" "Reads resources of a cloud."
    CLOUD_WRITE "cloud.write" "changes" "Creates or changes resources of a cloud."
    CLOUD_DELETE "cloud.delete" "deletes" "Deletes resources of a cloud."
    CLOUD_PRIVILEGE "cloud.privilege" "changes access to" "Changes identities, roles, policies or keys of a cloud."

    UI_ACT "ui.act" "operates" "Operates a screen or a browser page."
    MEMORY_WRITE "memory.write" "changes what is remembered in" "Changes what the agent will remember or be instructed by."
    AGENT_DELEGATE "agent.delegate" "hands work to" "Hands work to another agent."
    PROVIDER_RUN "provider.run" "lets the provider run" "Uses a tool which the provider runs itself; judged on the request."
    TOOL_USE "tool.use" "uses" "Uses a tool that does nothing else, or that nobody described."
}

impl Action {
    /// An action by its name: of the vocabulary where it has it, otherwise one of your own.
    pub fn named(name: &str) -> Self {
        match Self::known(name) {
            Some(row) => Self(Cow::Borrowed(row.name)),
            None => Self(Cow::Owned(name.to_owned())),
        }
    }

    /// The row of the vocabulary with exactly this name.
    pub fn known(name: &str) -> Option<&'static Row> {
        VOCABULARY.iter().find(|row| row.name == name)
    }

    /// The first part of the name: `file` of `file.read`.
    pub fn family(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// The verb of a sentence whose object is the resource. An action of your own is its own verb.
    pub fn verb(&self) -> Cow<'_, str> {
        match Self::known(&self.0) {
            Some(row) => Cow::Borrowed(row.verb),
            None => Cow::Owned(format!("does `{}` to", self.0)),
        }
    }
}

/// The families of the vocabulary, each once, in the order of the table.
pub fn families() -> Vec<&'static str> {
    let mut families = Vec::new();
    for row in VOCABULARY {
        if families.last() != Some(&row.family()) {
            families.push(row.family());
        }
    }
    families
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_are_two_lower_case_parts_and_unique() {
        for (i, row) in VOCABULARY.iter().enumerate() {
            let parts: Vec<&str> = row.name.split('.').collect();
            assert_eq!(parts.len(), 2, "{}", row.name);
            assert!(parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_lowercase())), "{}", row.name);
            assert!(VOCABULARY[..i].iter().all(|other| other.name != row.name), "{} twice", row.name);
        }
    }

    #[test]
    fn docs_are_sentences_and_verbs_are_not() {
        for row in VOCABULARY {
            assert!(row.doc.ends_with('.') && row.doc.starts_with(char::is_uppercase), "{}", row.name);
            assert!(!row.verb.ends_with('.') && row.verb.starts_with(char::is_lowercase), "{}", row.name);
        }
    }

    #[test]
    fn families_stand_together() {
        let families = families();
        for (i, family) in families.iter().enumerate() {
            assert!(!families[..i].contains(family), "rows of {family} are apart");
        }
    }

    #[test]
    fn a_name_outside_the_table_is_its_own() {
        assert_eq!(Action::named("file.read"), Action::FILE_READ);
        assert!(Action::known("payment.transfer").is_none());
        assert_eq!(Action::named("payment.transfer").family(), "payment");
    }
}
