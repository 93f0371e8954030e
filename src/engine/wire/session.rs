//! Sessions that a provider runs and tells of event by event: in a stream that goes on as long as the session does, or in
//! a list of what has happened.
//!
//! An API file adds [`SessionApi`]: what one object says, and how it is written again. The same call may be said by
//! several objects; it is known by its identifier, is one call, and what became of it is remembered as long as the stream
//! lasts. A stream pauses where calls wait: the session goes on when the client has answered them.
//!
//! The provider keeps the session with the call in it. What it waits for after a refusal goes with the next events that the
//! client sends there.
//!
//! INVARIANT (bound): of [`kept::REMEMBERED`] calls, and of no more than a body may have bytes, a stream remembers what became of
//! them. One that is said again later is judged again.

mod kept;

use super::decided::Decided;
use super::document::{DocumentApi, DocumentCodec};
use super::endpoint::below;
use super::event_name::Naming;
use super::skeleton::Free;
use super::stream::{Flow, NewEvent, Piece, Step, StreamApi, StreamCodec};
use super::{
    CALLS, Codec, Framing, Output, Owed, Reading, RequestFacts, Target, Unreadable, alike, keys, limit, list,
    rebuild, shape,
};
use crate::call::{CallKind, ToolCall};
use crate::digest::action_digest;
use crate::json::{Document, Node};
use crate::limits::Limits;
use crate::order::sorted;
use kept::{Earlier, Waiting};
use rebuild::Change;
use std::collections::{BTreeMap, BTreeSet};

/// What one object of a session says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Its calls.
    pub(crate) calls: Vec<Called>,
    /// Identifiers of calls which it speaks of without saying them whole.
    pub(crate) mentions: Vec<String>,
    /// Calls that have begun, and are said whole later.
    pub(crate) begun: Vec<ToolCall>,
    /// Identifiers of calls that were answered: the provider waits for them no more.
    pub(crate) answered: Vec<String>,
    /// Where it is the session that says what it waits for: the identifiers of that. It waits for no other approval.
    pub(crate) awaited: Option<BTreeSet<String>>,
    /// A text whose content decides nothing.
    pub(crate) text: Option<Free>,
}

/// A call, and how the provider is told that it was refused.
#[derive(Debug)]
pub(crate) struct Called {
    /// Its identifier is what the provider knows it by.
    pub(crate) call: ToolCall,
    /// The event which says so.
    pub(crate) answer: Answer,
}

/// An event by which the provider is told that a call was refused.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It has room for a text, between these.
    Text(String, &'static str),
    /// It says no, and not why.
    No(String),
    /// There is none: nobody waits for it.
    Nothing,
}

/// What stands in the place of one object.
pub(crate) struct Written {
    /// The name of its event, where it is another one.
    pub(crate) name: Option<&'static str>,
    /// The object.
    pub(crate) text: String,
}

/// The texts in the place of refused calls, by identifier.
pub(crate) struct Refusals<'a> {
    earlier: Option<&'a Earlier>,
    numbers: &'a BTreeMap<String, usize>,
    decided: &'a Decided,
}

impl Refusals<'_> {
    /// The text in the place of a call, if it was refused.
    pub(crate) fn text(&self, id: &str) -> Option<&str> {
        match self.numbers.get(id) {
            Some(number) => self.decided.text(*number),
            None => self.earlier.and_then(|earlier| earlier.refusal(id)),
        }
    }
}

/// What an API knows of its sessions.
pub(crate) trait SessionApi: 'static {
    /// Whether its SDKs go by the names of events, and skip one that has none.
    const NAMING: Naming;

    /// What an object says.
    ///
    /// # Errors
    /// If it is none of this API, or two readers of it would differ.
    fn said(&self, document: &Document, object: &Node, out: &mut Reading) -> Result<Said, Unreadable>;

    /// The objects of a list; `None` if the document is one object.
    ///
    /// # Errors
    /// As [`SessionApi::said`].
    fn list<'d>(&self, root: &'d Node) -> Result<Option<&'d [Node]>, Unreadable>;

    /// An object that says or mentions refused calls without them.
    fn rewritten(&self, document: &Document, object: &Node, refusals: &Refusals<'_>) -> Written;

    /// What a stream says in front of an object that was written again.
    fn precedes(&self, _: &Document, _: &Node, _: &Refusals<'_>) -> Option<NewEvent> {
        None
    }

    /// Whether a document is an error in the API's own form.
    fn is_error(&self, document: &Document) -> bool;

    /// A whole document that says `refusal` and nothing else.
    fn instead(&self, refusal: &str) -> String;

    /// The events that say it.
    fn events(&self, refusal: &str) -> Vec<NewEvent>;

    /// See [`StreamApi::broken_off`].
    fn broken_off(&self, refusal: &str) -> NewEvent;
}

/// What a request has that sends events to a session.
const EVENTS: &str = "events";

/// The call that an event of the client's answers, as an API tells it.
pub(crate) type Answers = fn(&Node) -> Option<&str>;

/// The session that a request is about: the first segment below the place in its path where sessions stand.
pub(crate) fn kept_in(target: &Target, place: &str) -> Vec<String> {
    let segments = below(target.path(), place).unwrap_or_default();
    segments.first().map(|session| (*session).to_owned()).into_iter().collect()
}

/// Notes what a request sends to its session.
///
/// # Errors
/// If its events are none.
pub(crate) fn note(root: &Node, answers: Answers, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    let events = list(root, EVENTS)?;
    // The provider always keeps the session.
    facts.state.push("session".to_owned());
    if !events.is_empty() {
        facts.state.push(EVENTS.to_owned());
    }
    let answers = events.iter().filter(|event| answers(event).is_some()).count();
    facts.history_calls = u32::try_from(answers).unwrap_or(u32::MAX);
    Ok(())
}

/// The request as it goes on: with the answers to refused calls in front of the events that the client sends. `None` if it
/// goes on as it came.
///
/// # Errors
/// As [`note`].
pub(crate) fn forward(
    document: &Document,
    owed: &[Output],
    answers: Answers,
) -> Result<Option<String>, Unreadable> {
    let given = list(document.root(), EVENTS)?;
    // The client may have got the call at another time, and then answers it itself.
    let owed = owed.iter().filter(|output| given.iter().all(|event| answers(event) != Some(&output.call)));
    let mut events: Vec<String> = owed.filter_map(|output| output.item.clone()).collect();
    if events.is_empty() || given.is_empty() {
        return Ok(None);
    }
    events.extend(given.iter().map(|event| document.slice(event.span).to_owned()));
    let change = Change::Set(rebuild::array(&events));
    Ok(Some(rebuild::object(document, document.root(), &[(EVENTS, change)])))
}

/// A codec of what happens in the session that a request is about.
pub(crate) fn codec<S: SessionApi>(
    api: S,
    framing: Framing,
    limits: Limits,
    request: &RequestFacts,
) -> Box<dyn Codec> {
    let session = request.continues.first().cloned();
    match framing {
        Framing::Document => {
            let sent = request.state.iter().any(|field| field == EVENTS);
            Box::new(DocumentCodec::new(SessionDocument { api, session, sent }, limits))
        }
        _ => Box::new(StreamCodec::new(SessionStream::new(api, limits, session), limits)),
    }
}

/// The identifier of a call, which every call of a session has.
fn id(call: &ToolCall) -> Result<&str, Unreadable> {
    let id = call.id.as_deref().filter(|id| !id.is_empty());
    id.ok_or_else(|| shape("a tool call of a session without an identifier"))
}

/// What two sayings of one call have in common, how it is answered included.
fn print(Called { call, answer }: &Called) -> String {
    let kind = call.kind.name();
    let digest = action_digest(None, &call.tool, call.namespace.as_deref(), &call.arguments, &[], None);
    let answer = match answer {
        Answer::Text(event, _) | Answer::No(event) => event,
        Answer::Nothing => "",
    };
    format!("{kind} {digest} {answer}")
}

fn output(called: &Called, text: &str) -> Option<Output> {
    let item = match &called.answer {
        Answer::Text(before, behind) => format!("{before}{}{behind}", rebuild::string(text)),
        Answer::No(event) => event.clone(),
        Answer::Nothing => return None,
    };
    Some(Output { call: called.call.id.clone()?, item: Some(item) })
}

/// The identifiers of the calls that an object speaks of.
fn spoken(said: &Said) -> Vec<&str> {
    let calls = said.calls.iter().map(|called| &called.call).chain(&said.begun);
    let ids = calls.filter_map(|call| call.id.as_deref());
    ids.chain(said.mentions.iter().map(String::as_str)).collect()
}

/// A streamed session.
struct SessionStream<S> {
    api: S,
    limits: Limits,
    /// The session that is told of.
    session: Option<String>,
    /// The calls since the last writing, and their numbers by identifier.
    calls: Vec<Called>,
    numbers: BTreeMap<String, usize>,
    /// Those of them that were answered already.
    answered: BTreeSet<String>,
    /// The names of calls that have begun, by identifier.
    begun: BTreeMap<String, String>,
    earlier: Earlier,
    waiting: Waiting,
    /// What is held speaks of a call that was refused earlier.
    changes: bool,
}

impl<S: SessionApi> SessionStream<S> {
    fn new(api: S, limits: Limits, session: Option<String>) -> Self {
        Self {
            api,
            limits,
            session,
            calls: Vec::new(),
            numbers: BTreeMap::new(),
            answered: BTreeSet::new(),
            begun: BTreeMap::new(),
            earlier: Earlier::default(),
            waiting: Waiting::default(),
            changes: false,
        }
    }

    /// A call is said; whether for the first time.
    fn call(&mut self, called: Called, out: &mut Reading) -> Result<(), Unreadable> {
        let id = id(&called.call)?.to_owned();
        if self.begun.remove(&id).is_some_and(|name| name != called.call.tool) {
            return Err(shape("one identifier for two tool calls"));
        }
        let print = print(&called);
        let known = match self.numbers.get(&id) {
            Some(number) => self.calls.get(*number).map(|known| self::print(known) == print),
            None => self.earlier.get(&id).map(|known| known.print == print),
        };
        match known {
            Some(false) => return Err(shape("one identifier for two tool calls")),
            Some(true) => {}
            None if self.calls.len() >= self.limits.calls => {
                return Err(limit(CALLS));
            }
            None => {
                out.calls.push(called.call.clone());
                self.numbers.insert(id.clone(), self.calls.len());
                self.calls.push(called);
            }
        }
        Ok(())
    }

    /// A call begins that is said whole later, or was before.
    fn begins(&mut self, call: ToolCall) -> Result<(), Unreadable> {
        let id = id(&call)?.to_owned();
        let whole = match self.numbers.get(&id) {
            Some(number) => self.calls.get(*number).map(|known| known.call.tool.as_str()),
            None => self.earlier.get(&id).map(|known| known.tool.as_str()),
        };
        match whole {
            Some(tool) if tool == call.tool => return Ok(()),
            Some(_) => return Err(shape("one identifier for two tool calls")),
            None => {}
        }
        if self.begun.len() >= self.limits.calls {
            return Err(limit(CALLS));
        }
        match self.begun.insert(id, call.tool.clone()) {
            Some(name) if name != call.tool => Err(shape("one identifier for two tool calls")),
            _ => Ok(()),
        }
    }

    /// A call was answered, so that nobody waits for it.
    fn answer(&mut self, id: String) {
        self.waiting.remove(&id);
        if self.numbers.contains_key(&id) {
            self.answered.insert(id);
        }
    }

    fn flow(&self) -> Flow {
        if self.calls.is_empty() && self.begun.is_empty() && !self.changes { Flow::Pass } else { Flow::Hold }
    }
}

impl<S: SessionApi> StreamApi for SessionStream<S> {
    /// Only events that say or mention calls are marked.
    type Mark = ();

    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<()>, Unreadable> {
        let document = Document::parse(data.as_bytes().to_vec(), self.limits.depth)?;
        let root = document.root();
        if name == Some("error") && root.get("type").is_none() {
            keys::exact(root, &["type"])?;
            alike::nothing_beside(root, &[])?;
            return Ok(Step::to(self.flow(), None));
        }
        let tag = root.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        S::NAMING.check(name, tag)?;
        let said = self.api.said(&document, root, out)?;
        let speaks = !spoken(&said).is_empty();
        self.changes |= spoken(&said).into_iter().any(|id| self.earlier.refusal(id).is_some());
        for call in said.begun {
            self.begins(call)?;
        }
        for called in said.calls {
            self.call(called, out)?;
        }
        for id in said.answered {
            self.answer(id);
        }
        if let Some(awaited) = &said.awaited {
            self.waiting.keep(awaited);
        }
        Ok(Step { flow: self.flow(), mark: speaks.then_some(()), free: said.text.filter(|_| !speaks) })
    }

    fn again(&mut self, _: &str) -> Result<Step<()>, Unreadable> {
        Ok(Step::to(self.flow(), None))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.begun.is_empty() { Ok(()) } else { Err(shape("the stream ended within a tool call")) }
    }

    fn calls(&self) -> usize {
        self.calls.len()
    }

    fn pauses(&self) -> bool {
        self.begun.is_empty()
    }

    fn changes(&self) -> bool {
        self.changes
    }

    fn rewrite(
        &mut self,
        (): (),
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let refusals = Refusals { earlier: Some(&self.earlier), numbers: &self.numbers, decided };
        let said = self.api.said(document, document.root(), &mut Reading::default())?;
        if spoken(&said).into_iter().all(|id| refusals.text(id).is_none()) {
            pieces.push(Piece::Same);
            return Ok(());
        }
        let precedes = self.api.precedes(document, document.root(), &refusals);
        pieces.extend(precedes.map(Piece::New));
        let Written { name, text } = self.api.rewritten(document, document.root(), &refusals);
        pieces.push(match name {
            None => Piece::Data(text),
            name => Piece::New(NewEvent { name, data: text }),
        });
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        self.api.events(refusal)
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        self.changes = false;
        self.numbers.clear();
        let answered = std::mem::take(&mut self.answered);
        for (number, called) in std::mem::take(&mut self.calls).into_iter().enumerate() {
            let refusal = decided.text(number);
            let output = refusal.and_then(|text| output(&called, text));
            if let Some(output) = output.filter(|output| !answered.contains(&output.call)) {
                let is_approval = called.call.kind == CallKind::Approval;
                self.waiting.insert(output, is_approval, self.limits.calls);
            }
            let print = print(&called);
            let ToolCall { id, tool, .. } = called.call;
            let known = kept::Known { tool, print, refusal: refusal.map(str::to_owned) };
            self.earlier.insert(id.unwrap_or_default(), known, self.limits.body);
        }
        // What was owed before is known already.
        let outputs = self.waiting.told();
        let by = self.session.clone().filter(|_| outputs.is_some());
        Owed { by: by.into_iter().collect(), outputs: outputs.unwrap_or_default() }
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        self.api.broken_off(refusal)
    }
}

/// A session, or something that happened in one, or a list of those.
struct SessionDocument<S> {
    api: S,
    /// The session that is told of.
    session: Option<String>,
    /// It answers a request that sent events, so that what was owed is owed no more.
    sent: bool,
}

/// What the objects of a document say.
struct Objects<'d> {
    objects: Vec<(&'d Node, Said)>,
    is_list: bool,
    numbers: BTreeMap<String, usize>,
}

impl<S: SessionApi> SessionDocument<S> {
    /// The objects, and the numbers of their calls: one that is said again is the same.
    fn objects<'d>(&self, document: &'d Document, out: &mut Reading) -> Result<Objects<'d>, Unreadable> {
        let root = document.root();
        let list = self.api.list(root)?;
        let nodes = list.unwrap_or_else(|| std::slice::from_ref(root));
        let mut found = Objects { objects: Vec::new(), is_list: list.is_some(), numbers: BTreeMap::new() };
        let mut prints = Vec::new();
        let mut awaited = BTreeSet::new();
        for node in nodes {
            let said = self.api.said(document, node, out)?;
            // Of two sessions; a client answers each, and may run each.
            if said.awaited.iter().flatten().any(|id| !awaited.insert(id.clone())) {
                return Err(shape("one identifier for two tool calls"));
            }
            for called in &said.calls {
                let (call, print) = (&called.call, print(called));
                match found.numbers.get(id(call)?).and_then(|number| prints.get(*number)) {
                    Some(known) if *known == print => {}
                    Some(_) => return Err(shape("one identifier for two tool calls")),
                    None => {
                        found.numbers.insert(id(call)?.to_owned(), prints.len());
                        prints.push(print);
                        out.calls.push(call.clone());
                    }
                }
            }
            found.objects.push((node, said));
        }
        let begun = found.objects.iter().flat_map(|(_, said)| &said.begun);
        if begun.into_iter().any(|call| !id(call).is_ok_and(|id| found.numbers.contains_key(id))) {
            return Err(shape("a tool call that has begun and is not complete"));
        }
        Ok(found)
    }
}

impl<S: SessionApi> DocumentApi for SessionDocument<S> {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if !self.api.is_error(document) {
            self.objects(document, out)?;
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let Objects { objects, is_list, numbers } = self.objects(document, &mut Reading::default())?;
        let refusals = Refusals { earlier: None, numbers: &numbers, decided };
        let mut texts: Vec<String> =
            objects.iter().map(|(node, _)| self.api.rewritten(document, node, &refusals).text).collect();
        Ok(match texts.pop() {
            Some(text) if !is_list => text,
            last => {
                texts.extend(last);
                let data = Change::Set(rebuild::array(&texts));
                rebuild::object(document, document.root(), &[("data", data)])
            }
        })
    }

    fn instead(&self, refusal: &str) -> String {
        self.api.instead(refusal)
    }

    fn kept_as(&self, document: &Document) -> Vec<String> {
        let calls =
            || self.objects(document, &mut Reading::default()).is_ok_and(|found| !found.numbers.is_empty());
        self.session.clone().filter(|_| self.sent || calls()).into_iter().collect()
    }

    fn outputs(&self, document: &Document, decided: &Decided) -> Vec<Output> {
        let Ok(found) = self.objects(document, &mut Reading::default()) else { return Vec::new() };
        let answered = found.objects.iter().flat_map(|(_, said)| &said.answered).collect();
        let answered: Vec<&String> = sorted(answered, Ord::cmp);
        let mut outputs: Vec<Output> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for called in found.objects.iter().flat_map(|(_, said)| &said.calls) {
            let Some(id) = called.call.id.as_ref() else { continue };
            if answered.binary_search(&id).is_ok() || !seen.insert(id) {
                continue;
            }
            let text = found.numbers.get(id).and_then(|number| decided.text(*number));
            outputs.extend(text.and_then(|text| output(called, text)));
        }
        outputs
    }
}
