//! Places in the file system that mean more than a file: reading `~/.ssh/id_rsa` also reads a secret,
//! writing `.git/hooks/pre-commit` also leaves something that runs later.
//!
//! In comes what is done to a path; out come the further actions that this amounts to. They are added to
//! the effect on the file, so a rule may speak of either.
//!
//! A tree or a pattern counts when it aims at such a place: when it lies in it, names it, or is a
//! directory that always holds it (`/`, `/etc`, a home). Searching `/workspace` does not count although
//! there may be a `.env` in it, and neither does reading `*.json`: otherwise every search would be one for
//! secrets. A rule on `path` sees that case, because for `deny` it is enough that tree and pattern may meet.
//!
//! Listing a directory that holds nothing but credentials, or looking for files by the name of one, is on its
//! way to them and counts as reading them; listing one that holds them among others does not.

mod place;
mod table;
mod target;

use super::{Action, Name};
use table::{ACCOUNTS, CREDENTIALS, DISKS, HARMLESS, INSTRUCTIONS, LATER, METADATA, POWER, TRACES};
use target::Target;

/// The further actions which doing `action` to `path` (or to the whole tree below it) amounts to.
pub fn amounts_to(action: &Action, path: &Name, tree: bool) -> Vec<Action> {
    let mut further = Vec::new();
    let Some(target) = Target::of(path, tree) else {
        return further;
    };
    let reads = *action == Action::FILE_READ;
    if *action == Action::FILE_LIST {
        if target.aims_at(&CREDENTIALS) {
            further.push(Action::SECRET_READ);
        }
        return further;
    }
    let writes = *action == Action::FILE_WRITE || *action == Action::FILE_PERMISSION;
    let deletes = *action == Action::FILE_DELETE;
    if reads && (target.meets(&CREDENTIALS) || target.is_home_or_above()) && !target.is_one_of(&HARMLESS) {
        further.push(Action::SECRET_READ);
    }
    if writes && target.meets(&LATER) {
        further.push(Action::PERSISTENCE_INSTALL);
    }
    if writes && target.meets(&INSTRUCTIONS) {
        further.push(Action::MEMORY_WRITE);
    }
    if writes && target.meets(&ACCOUNTS) {
        further.push(Action::PRIVILEGE_RAISE);
    }
    if (writes || deletes) && target.meets(&TRACES) {
        further.push(Action::EVASION_HIDE);
    }
    // A search from the root passes by the devices; it does not aim at them.
    let above = target.tree && target.parts.len() < 2;
    if (reads || writes || deletes) && !above && target.meets(&DISKS) {
        further.push(Action::SYSTEM_DISK);
    }
    if writes && target.meets(&POWER) {
        further.push(Action::SYSTEM_POWER);
    }
    further
}

/// Whether a host hands out credentials to whoever can reach it: the metadata services of clouds.
pub fn is_metadata_host(host: &str) -> bool {
    METADATA.contains(&host)
}

#[cfg(test)]
mod tests;
