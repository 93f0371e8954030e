//! Sessions whose streams go on: read up to a pause, written, and read on.

use super::cases::{Case, Refuse, cases, events};
use super::{Api, Framing, Outcome, Reading, lines, permit, refusal, text};
use crate::call::ToolCall;
use crate::json::{Document, Node};
use crate::limits::Limits;
use crate::wire::{Codec, Owed, RequestFacts, Unreadable};

const SESSIONS: [Api; 2] = [Api::AnthropicSessions, Api::OpenaiAgents];

fn of_a_session(api: Api, framing: Framing, limits: Limits) -> Box<dyn Codec> {
    let facts = RequestFacts { continues: vec!["s_1".to_owned()], ..RequestFacts::default() };
    (api.entry().codec)(framing, limits, &facts)
}

/// A stream that is written whenever it pauses.
struct Rounds {
    codec: Box<dyn Codec>,
    output: Vec<u8>,
    /// The calls of each round.
    rounds: Vec<Vec<ToolCall>>,
    owed: Vec<Owed>,
}

impl Rounds {
    fn new(api: Api) -> Self {
        Self::with(api, Limits::default())
    }

    fn with(api: Api, limits: Limits) -> Self {
        let codec = of_a_session(api, Framing::Events, limits);
        Self { codec, output: Vec::new(), rounds: Vec::new(), owed: Vec::new() }
    }

    /// Reads, then writes if it pauses, refusing what `refuse` says.
    fn step(&mut self, chunk: Option<&[u8]>, refuse: &dyn Fn(&ToolCall) -> bool) -> Result<(), Unreadable> {
        let mut out = Reading::default();
        match chunk {
            Some(chunk) => self.codec.read(chunk, &mut out)?,
            None => self.codec.end(&mut out)?,
        }
        self.output.append(&mut out.pass_buffered);
        self.output.extend_from_slice(&chunk.unwrap_or_default()[..out.pass_chunk]);
        self.rounds.last_mut().expect("a round has begun").append(&mut out.calls);
        if self.codec.pauses() || chunk.is_none() {
            self.write(refuse);
        }
        Ok(())
    }

    fn write(&mut self, refuse: &dyn Fn(&ToolCall) -> bool) {
        let calls = self.rounds.last().expect("a round has begun");
        let outcome = |call: &ToolCall| match refuse(call) {
            true => Outcome::Refuse(refusal(call)),
            false => Outcome::Release(permit()),
        };
        let outcomes = calls.iter().map(outcome).collect();
        self.codec.write(outcomes, &mut self.output).expect("one outcome for each call");
        self.owed.extend(self.codec.owed());
        self.rounds.push(Vec::new());
    }

    fn read<'a>(
        mut self,
        chunks: impl IntoIterator<Item = &'a [u8]>,
        refuse: &dyn Fn(&ToolCall) -> bool,
    ) -> Self {
        self.rounds.push(Vec::new());
        for chunk in chunks {
            self.step(Some(chunk), refuse).expect("it can be read");
        }
        self.step(None, refuse).expect("it can be read");
        assert_eq!(self.codec.held(), 0, "nothing is kept behind the end");
        self.rounds.retain(|calls| !calls.is_empty());
        self
    }

    fn calls(&self) -> Vec<ToolCall> {
        self.rounds.concat()
    }
}

fn streams() -> Vec<Case> {
    let mut streams = cases();
    streams.retain(|case| case.framing == Framing::Events && SESSIONS.contains(&case.api));
    streams
}

fn stream(api: Api, name: &str) -> Case {
    streams().into_iter().find(|case| (case.api, case.name) == (api, name)).expect("a case of that name")
}

/// Which calls of a case are refused, by identifier: across rounds their numbers are others.
fn refused(case: &Case, refuse: Refuse) -> Vec<String> {
    let lines: Vec<&str> = case.calls.lines().collect();
    let ids = lines.iter().map(|line| line.split(' ').nth(2).expect("the identifier of a call").to_owned());
    ids.enumerate().filter(|(n, _)| refuse.refuses(*n, lines.len())).map(|(_, id)| id).collect()
}

fn among(ids: Vec<String>) -> impl Fn(&ToolCall) -> bool {
    move |call| call.id.as_ref().is_some_and(|id| ids.contains(id))
}

fn event(data: &str) -> String {
    let kind = Document::parse(data.as_bytes().to_vec(), 20).ok();
    let kind = kind.as_ref().and_then(|data| data.root().get("type").and_then(Node::as_str));
    kind.map_or_else(|| format!("data: {data}\n\n"), |kind| format!("event: {kind}\ndata: {data}\n\n"))
}

/// What a session says, by what happens; the call is `zap` with these arguments.
fn call(api: Api, id: &str, arguments: &str) -> String {
    event(&match api {
        Api::AnthropicSessions => {
            format!(r#"{{"type":"agent.custom_tool_use","id":"{id}","name":"zap","input":{arguments}}}"#)
        }
        _ => format!(
            r#"{{"type":"agent.session.turn.item.added","item":{{"type":"function_call","id":"i","call_id":"{id}","name":"zap","arguments":{arguments},"status":"in_progress","turn_id":"t"}}}}"#
        ),
    })
}

/// The session waits for this call.
fn waits(api: Api, id: &str, arguments: &str) -> String {
    event(&match api {
        Api::AnthropicSessions => format!(
            r#"{{"type":"session.status_idle","id":"w","stop_reason":{{"type":"requires_action","event_ids":["{id}"]}}}}"#
        ),
        _ => format!(
            r#"{{"type":"agent.session.requires_action","session":{{"id":"s_1","object":"agent.session","status":"requires_action","required_actions":[{{"type":"function_call","turn_id":"t","call_id":"{id}","name":"zap","arguments":{arguments}}}]}}}}"#
        ),
    })
}

fn answered(api: Api, id: &str) -> String {
    event(&match api {
        Api::AnthropicSessions => format!(
            r#"{{"type":"user.custom_tool_result","id":"r","custom_tool_use_id":"{id}","content":[]}}"#
        ),
        _ => format!(
            r#"{{"type":"agent.session.turn.item.done","item":{{"type":"function_call_output","id":"o","call_id":"{id}","output":"x","status":"completed","turn_id":"t"}}}}"#
        ),
    })
}

fn says(api: Api, words: &str) -> String {
    event(&match api {
        Api::AnthropicSessions => {
            format!(r#"{{"type":"agent.message","id":"m","content":[{{"type":"text","text":"{words}"}}]}}"#)
        }
        _ => format!(
            r#"{{"type":"agent.session.turn.item.done","item":{{"type":"message","role":"assistant","content":[{{"type":"output_text","text":"{words}"}}]}}}}"#
        ),
    })
}

fn owed_calls(owed: &Owed) -> Vec<&str> {
    owed.outputs.iter().map(|output| output.call.as_str()).collect()
}

portable! {
    fn what_is_released_round_by_round_leaves_as_it_came() {
        for case in streams() {
            for chunks in [events(case.framing, case.input), vec![case.input]] {
                let run = Rounds::new(case.api).read(chunks.iter().map(|chunk| chunk.as_bytes()), &|_| false);
                assert_eq!(text(&run.output), case.input, "{} {}", case.api.name(), case.name);
                assert_eq!(lines(&run.calls()), case.calls, "{} {}: none is announced again", case.api.name(), case.name);
            }
        }
    }

    fn what_is_refused_round_by_round_is_written_as_in_one() {
        for case in streams() {
            for (refuse, expected) in &case.refusals {
                let refuses = among(refused(&case, *refuse));
                let chunks = events(case.framing, case.input);
                let run = Rounds::new(case.api).read(chunks.iter().map(|chunk| chunk.as_bytes()), &refuses);
                assert_eq!(text(&run.output), *expected, "{} {} {refuse:?}", case.api.name(), case.name);
                assert_eq!(lines(&run.calls()), case.calls, "{} {} {refuse:?}", case.api.name(), case.name);
            }
        }
    }

    /// INVARIANT (cut), across what was written.
    fn where_the_network_cuts_changes_nothing_in_any_round() {
        for case in streams() {
            let refuses = among(refused(&case, Refuse::Last));
            let bytes = case.bytes();
            let chunks = events(case.framing, case.input);
            let expected = Rounds::new(case.api).read(chunks.iter().map(|chunk| chunk.as_bytes()), &refuses);
            let other = Rounds::new(case.api).read(bytes.chunks(1), &refuses);
            assert_eq!(text(&other.output), text(&expected.output), "{} {} byte by byte", case.api.name(), case.name);
            assert_eq!(other.calls(), expected.calls(), "{} {} byte by byte", case.api.name(), case.name);
            for cut in (0..=bytes.len()).step_by(super::STEP) {
                let (head, tail) = bytes.split_at(cut);
                let other = Rounds::new(case.api).read([head, tail], &refuses);
                assert_eq!(text(&other.output), text(&expected.output), "{} {} cut {cut}", case.api.name(), case.name);
                assert_eq!(other.calls(), expected.calls(), "{} {} cut {cut}", case.api.name(), case.name);
            }
        }
    }

    fn text_passes_at_once_between_rounds() {
        for api in SESSIONS {
            let mut rounds = Rounds::new(api);
            rounds.rounds.push(Vec::new());
            rounds.step(Some(call(api, "c", "{}").as_bytes()), &|_| false).expect("a call");
            let before = rounds.output.len();
            let words = says(api, "Well.");
            let mut out = Reading::default();
            rounds.codec.read(words.as_bytes(), &mut out).expect("text");
            assert_eq!((out.pass_chunk, rounds.codec.held(), before), (words.len(), 0, call(api, "c", "{}").len()), "{api:?}");
            assert!(!rounds.codec.pauses(), "{api:?}: nothing is held");
        }
    }

    fn a_call_said_again_is_written_as_it_was_decided_and_not_decided_again() {
        for api in SESSIONS {
            let (said, again) = (call(api, "c", r#"{"p":"/srv"}"#), call(api, "c", r#"{"p": "/srv"}"#));
            let waits = waits(api, "c", r#"{"p":"/srv"}"#);
            let chunks = [said.as_str(), &waits, &says(api, "Well."), &again, &waits];
            let run = Rounds::new(api).read(chunks.iter().map(|chunk| chunk.as_bytes()), &|_| true);
            assert_eq!(run.calls().len(), 1, "{api:?}");
            let output = text(&run.output);
            assert!(!output.contains("/srv") && !output.contains(r#""zap""#), "{api:?}: {output}");
            assert_eq!(output.matches("requires_action").count(), 0, "{api:?}: {output}");
            assert!(output.contains("Well."), "{api:?}");
            assert!(output.matches("Refused: `zap`").count() >= 2, "{api:?}: {output}");
            let run = Rounds::new(api).read(chunks.iter().map(|chunk| chunk.as_bytes()), &|_| false);
            assert_eq!(text(&run.output), chunks.concat(), "{api:?}");
        }
    }

    fn a_call_said_again_with_other_arguments_is_refused_in_any_round() {
        for api in SESSIONS {
            let mut rounds = Rounds::new(api);
            rounds.rounds.push(Vec::new());
            rounds.step(Some(call(api, "c", "{}").as_bytes()), &|_| false).expect("a call");
            let other = call(api, "c", r#"{"p":"/"}"#);
            let error = rounds.step(Some(other.as_bytes()), &|_| false).expect_err("another call");
            assert_eq!(error.to_string(), "one identifier for two tool calls", "{api:?}");
        }
    }

    /// Nothing is to be decided, and yet it is not written as it came.
    fn what_mentions_a_refused_call_is_written_again() {
        for api in SESSIONS {
            let run = Rounds::new(api);
            let waits = waits(api, "c", "{}");
            let chunks = [call(api, "c", "{}"), waits.clone()];
            let mut run = run.read(chunks.iter().map(String::as_bytes), &|_| true);
            assert_eq!((run.rounds.len(), run.rounds[0].len()), (1, 1), "{api:?}");
            let output = String::from_utf8(std::mem::take(&mut run.output)).expect("output is UTF-8");
            assert!(!output.contains("requires_action") && output.contains("idle"), "{api:?}: {output}");
            // The last event of a body, without a blank line behind it.
            let chunks = [call(api, "c", "{}"), waits.trim_end().to_owned()];
            let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &|_| true);
            let output = text(&run.output);
            assert!(!output.contains("requires_action") && output.contains("idle"), "{api:?}: {output}");
        }
    }

    fn calls_are_counted_anew_behind_what_was_written() {
        for api in SESSIONS {
            let limits = Limits { calls: 1, ..Limits::default() };
            let chunks: Vec<String> = (0..9).map(|n| call(api, &format!("c{n}"), "{}")).collect();
            let run = Rounds::with(api, limits).read(chunks.iter().map(String::as_bytes), &|_| false);
            assert_eq!(run.rounds.iter().map(Vec::len).collect::<Vec<_>>(), [1; 9], "{api:?}");
            let mut rounds = Rounds::with(api, limits);
            rounds.rounds.push(Vec::new());
            let error = rounds.step(Some(chunks.concat().as_bytes()), &|_| false).expect_err("too many at once");
            assert_eq!(error.code(), "over_limit", "{api:?}");
        }
    }

    fn a_call_that_has_begun_is_not_written_before_it_is_complete() {
        let begins = event(
            r#"{"type":"agent.session.turn.item.added","item":{"type":"function_call","id":"i","call_id":"d","name":"zap","arguments":null,"status":"in_progress","turn_id":"t"}}"#,
        );
        let api = Api::OpenaiAgents;
        let mut rounds = Rounds::new(api);
        rounds.rounds.push(Vec::new());
        rounds.step(Some(begins.as_bytes()), &|_| true).expect("a call begins");
        assert!(!rounds.codec.pauses());
        rounds.step(Some(call(api, "c", "{}").as_bytes()), &|_| true).expect("another call");
        assert!(!rounds.codec.pauses() && rounds.output.is_empty(), "what has begun holds what is complete");
        rounds.step(Some(call(api, "d", r#"{"p":"/srv"}"#).as_bytes()), &|_| true).expect("it is complete");
        let output = text(&rounds.output);
        assert!(!output.contains("/srv") && output.matches("Refused: `zap`").count() == 3, "{output}");
        // Said again without its arguments it is the same.
        rounds.step(Some(begins.as_bytes()), &|_| true).expect("it is known");
        assert!(!rounds.codec.pauses() && rounds.codec.held() == 0, "it was written");
        assert!(!text(&rounds.output).contains(r#""zap""#));
        assert_eq!(rounds.calls().len(), 2);
    }

    fn what_went_by_is_dropped_and_known() {
        for api in SESSIONS {
            let mut codec = of_a_session(api, Framing::Events, Limits::default());
            let mut out = Reading::default();
            codec.went_by();
            codec.read(call(api, "c", "{}").as_bytes(), &mut out).expect("a call");
            assert!(codec.pauses() && codec.held() > 0, "{api:?}");
            codec.went_by();
            assert_eq!((codec.pauses(), codec.held(), codec.owed()), (false, 0, None), "{api:?}");
            let waits = waits(api, "c", "{}");
            for chunk in [waits.as_str(), &call(api, "d", "{}")] {
                codec.read(chunk.as_bytes(), &mut out).expect("it goes on");
                codec.went_by();
            }
            assert_eq!(out.calls.len(), 2, "{api:?}: the session waits for a call that is known");
            codec.end(&mut out).expect("it ends");
            let mut output = Vec::new();
            codec.write(Vec::new(), &mut output).expect("nothing is left");
            assert_eq!((output.len(), codec.owed()), (0, None), "{api:?}");
        }
    }

    fn what_is_owed_grows_by_round_until_it_is_answered() {
        for api in SESSIONS {
            let chunks = [
                call(api, "a", "{}"),
                call(api, "b", "{}"),
                call(api, "released", "{}"),
                answered(api, "a"),
                call(api, "c", "{}"),
                answered(api, "b") + &answered(api, "c"),
                call(api, "d", "{}"),
            ];
            let refuse = |call: &ToolCall| call.id.as_deref() != Some("released");
            let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &refuse);
            let owed: Vec<_> = run.owed.iter().map(owed_calls).collect();
            assert_eq!(owed, [vec!["a"], vec!["a", "b"], vec!["b", "c"], vec!["d"]], "{api:?}");
            assert!(run.owed.iter().all(|owed| owed.by == ["s_1"]), "{api:?}");
        }
    }

    /// What was answered while it was being decided is not answered a second time.
    fn what_was_answered_while_it_was_held_is_not_owed() {
        for api in SESSIONS {
            let chunks = [call(api, "a", "{}") + &call(api, "b", "{}") + &answered(api, "a")];
            let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &|_| true);
            assert_eq!(run.owed.iter().map(owed_calls).collect::<Vec<_>>(), [["b"]], "{api:?}");
        }
        let own = r#"{"type":"agent.tool_use","id":"t","name":"bash","input":{},"evaluated_permission":"allow"}"#;
        let result = r#"{"type":"agent.tool_result","id":"r","tool_use_id":"t","content":[]}"#;
        let chunk = event(own) + &event(result);
        let run = Rounds::new(Api::AnthropicSessions).read([chunk.as_bytes()], &|_| true);
        assert_eq!(run.owed, [], "the provider ran it itself");
    }

    fn what_the_provider_has_denied_is_not_owed() {
        let denied = r#"{"type":"agent.tool_use","id":"t","name":"bash","input":{},"evaluated_permission":"deny"}"#;
        let run = Rounds::new(Api::AnthropicSessions).read([event(denied).as_bytes()], &|_| true);
        assert_eq!((run.calls().len(), run.owed.len()), (1, 0));
    }

    fn an_approval_is_owed_no_more_once_the_session_does_not_wait_for_it() {
        let session = |status: &str, actions: &str| {
            event(&format!(
                r#"{{"type":"agent.session.{status}","session":{{"id":"s_1","object":"agent.session","status":"{status}","required_actions":[{actions}]}}}}"#
            ))
        };
        let asks = r#"{"type":"mcp_approval_request","turn_id":"t","request_id":"p","request":{"type":"mcp_tool_call","server_label":"s","name":"zap","arguments":{}}}"#;
        let api = Api::OpenaiAgents;
        let chunks = [session("requires_action", asks), session("in_progress", ""), call(api, "c", "{}")];
        let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &|_| true);
        assert_eq!(run.owed.iter().map(owed_calls).collect::<Vec<_>>(), [["p"], ["c"]]);
        // Still waited for.
        let chunks = [session("requires_action", asks), call(api, "c", "{}"), session("requires_action", asks), call(api, "d", "{}")];
        let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &|_| true);
        assert_eq!(run.owed.iter().map(owed_calls).collect::<Vec<_>>(), [vec!["p"], vec!["p", "c"], vec!["p", "c", "d"]]);
    }

    /// A call that is forgotten is one that nobody has decided.
    fn a_call_that_was_forgotten_is_judged_again() {
        for api in SESSIONS {
            let limits = Limits { body: 4_096, ..Limits::default() };
            let mut chunks: Vec<String> = (0..64).map(|n| call(api, &format!("c{n}"), "{}")).collect();
            chunks.extend([call(api, "c63", "{}"), call(api, "c0", "{}")]);
            let run = Rounds::with(api, limits).read(chunks.iter().map(String::as_bytes), &|_| true);
            let again: Vec<_> = run.calls().into_iter().skip(64).filter_map(|call| call.id).collect();
            assert_eq!(again, ["c0"], "{api:?}");
            assert!(!text(&run.output).contains(r#""zap""#), "{api:?}");
            // Of what is owed no more is kept than an answer may have calls.
            assert_eq!(run.owed.last().map(|owed| owed.outputs.len()), Some(limits.calls), "{api:?}");
        }
    }

    fn nothing_of_a_refused_call_is_left_but_what_says_so() {
        for api in SESSIONS {
            let chunks = [
                call(api, "c", r#"{"p":"/srv/secret"}"#),
                waits(api, "c", r#"{"p":"/srv/secret"}"#),
                answered(api, "c"),
            ];
            for whole in [false, true] {
                let chunks = if whole { vec![chunks.concat()] } else { chunks.to_vec() };
                let run = Rounds::new(api).read(chunks.iter().map(String::as_bytes), &|_| true);
                let output = text(&run.output);
                assert!(!output.contains("secret") && !output.contains(r#""zap""#), "{api:?}: {output}");
            }
        }
        // What an event says besides does not keep it from being written again.
        for more in [r#","stop_reason":null"#, r#","stop_reason":{"type":"requires_action","event_ids":["x"]}"#] {
            let event = event(&format!(
                r#"{{"type":"agent.tool_use","id":"c","name":"zap","input":{{"p":"/srv/secret"}}{more}}}"#
            ));
            let run = Rounds::new(Api::AnthropicSessions).read([event.as_bytes()], &|_| true);
            assert!(!text(&run.output).contains("secret"), "{}", text(&run.output));
        }
    }

    fn a_session_that_is_withheld_while_it_is_paused_ends_with_an_error() {
        for case in [stream(Api::AnthropicSessions, "two-turns"), stream(Api::OpenaiAgents, "two-turns")] {
            let mut codec = of_a_session(case.api, Framing::Events, Limits::default());
            let mut out = Reading::default();
            codec.read(case.input.as_bytes(), &mut out).expect("a case can be read");
            let mut output = case.input.as_bytes()[..out.pass_chunk].to_vec();
            codec.withhold(&super::Refusal("withheld".to_owned()), &mut output);
            assert_eq!((codec.pauses(), codec.held()), (false, 0));
            let output = text(&output);
            assert!(output.contains("event: error\n") && output.contains("withheld"), "{output}");
            assert!(out.calls.iter().all(|call| !output.contains(&call.tool)), "{output}");
        }
    }
}
