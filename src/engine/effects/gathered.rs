//! Effects while they are found: each once, with what they amount to, and no more than a bound.

use super::unknown::{self, Why};
use super::{Action, Effect, Effects, Name, Place, Reach, Resource, Unknown, places};

/// Most effects that are followed in one call. Beyond it the call has an unknown.
pub(super) const MOST: usize = 256;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    effects: Effects,
    /// How many effects were added, those that were there already included.
    added: usize,
    /// Whether one more came than are followed.
    overflown: bool,
    /// What says that another tool of the same name is meant.
    pub(super) mismatch: Vec<Unknown>,
    /// Where effects land at present.
    pub(super) reach: Reach,
    /// The wrappers that effects stand under at present.
    pub(super) via: Vec<String>,
    /// Which part of a command they stand in at present.
    pub(super) place: Option<Place>,
    /// How many texts within the command are being read: the span then stays that of the outermost.
    pub(super) fixed_span: usize,
}

impl Gathered {
    /// Whether no more is taken: the call has its unknown for that, and looking further is in vain.
    pub(super) fn is_full(&self) -> bool {
        self.overflown || self.added > 4 * MOST
    }

    /// Adds an effect, and what it amounts to where its resource is a special place.
    pub(super) fn add(&mut self, action: Action, resource: Resource) {
        self.added += 1;
        if self.is_full() {
            self.doubt(unknown::TOO_MANY, "");
            return;
        }
        if let Resource::Path { path, tree } = &resource {
            for further in places::amounts_to(&action, path, *tree) {
                self.push(further, resource.clone());
            }
        }
        self.push(action, resource);
    }

    /// Adds what could not be followed.
    pub(super) fn doubt(&mut self, why: Why, at: &str) {
        let mut unknown = why.at(at);
        unknown.span = self.place.as_ref().filter(|place| place.at == at).map(|place| place.span.clone());
        self.note(unknown);
    }

    /// Adds what could not be followed, as another reading said it.
    pub(super) fn note(&mut self, unknown: Unknown) {
        let known =
            self.effects.unknown.iter().any(|known| {
                known.code == unknown.code && known.what == unknown.what && known.at == unknown.at
            });
        if self.effects.unknown.len() < MOST && !known {
            self.effects.unknown.push(unknown);
        }
    }

    /// Notes that the arguments do not fit the tool.
    pub(super) fn misfit(&mut self, why: Why, at: &str) {
        if self.mismatch.len() < MOST {
            self.mismatch.push(why.at(at));
        }
    }

    /// Adds everything another reading found, its misfits left out.
    pub(super) fn absorb(&mut self, effects: Effects) {
        for effect in effects.known {
            self.push_whole(effect);
        }
        for unknown in effects.unknown {
            self.note(unknown);
        }
    }

    /// The machines that something is asked of.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Resource> {
        let known = self.effects.known.iter();
        known.filter(|effect| effect.action == Action::NET_FETCH).map(|effect| &effect.resource)
    }

    /// Whether nothing was found at all.
    pub(super) fn is_empty(&self) -> bool {
        self.effects.known.is_empty() && self.effects.unknown.is_empty()
    }

    /// What was found; the use of the tool where that is nothing.
    pub(super) fn finish(mut self, tool: &str) -> Effects {
        if self.is_empty() {
            self.push(Action::TOOL_USE, Resource::Tool { tool: tool.to_owned() });
        }
        self.effects
    }

    /// What was found, be it nothing.
    pub(super) fn into_effects(self) -> Effects {
        self.effects
    }

    fn push(&mut self, action: Action, resource: Resource) {
        let reach = self.reach.clone();
        let (via, place) = (self.via.clone(), self.place.clone());
        self.push_whole(Effect { action, resource, reach, via, place });
    }

    fn push_whole(&mut self, effect: Effect) {
        if self.effects.known.iter().any(|known| known.is_like(&effect)) {
            return;
        }
        if self.effects.known.len() >= MOST {
            self.overflown = true;
            self.doubt(unknown::TOO_MANY, "");
            return;
        }
        self.effects.known.push(effect);
    }
}

impl Resource {
    /// A single file or directory.
    pub const fn path(path: Name) -> Self {
        Self::Path { path, tree: false }
    }

    /// A directory and everything below it.
    pub const fn tree(path: Name) -> Self {
        Self::Path { path, tree: true }
    }

    /// A host of which nothing but the name is said.
    pub const fn host(host: Name) -> Self {
        Self::Host { host, port: None, url: None }
    }
}
