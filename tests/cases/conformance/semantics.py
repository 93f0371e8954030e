"""Streams and answers that are well formed and mean something odd: indices, identities, calls in places where few look."""

import copy

from bases import CALL, ENTRY, GENERATED, MESSAGE, RUN, STEP_OF_RUN, TURN, Named, candidate, in_two_places, told
from aws import aws_agents
from sessions import agents, agents_answer, agents_session, session_events, sessions
from texts import INPUTS, ZAP, changed


def anthropic(events):
    start = copy.deepcopy(events[4])
    for index in (0, 2, -1, "1", None, 1.0, True, 2**40):
        made = copy.deepcopy(events)
        for event in made[4:7]:
            event["index"] = index
        yield f"index {index!r}", made
    made = copy.deepcopy(events)
    for event in made[4:7]:
        del event["index"]
    yield "no index", made
    yield "input in the start and no deltas", changed(events[:5] + events[6:], 4, lambda e: e["content_block"].update(input={"p": "/x"}))
    yield "input in the start and in deltas", changed(events, 4, lambda e: e["content_block"].update(input={"q": 1}))
    yield "the call in message_start", [changed(events, 0, lambda e: e["message"].update(content=[
        {"type": "tool_use", "id": "toolu_1", "name": "zap", "input": {"p": "/x"}}]))[0], *events[1:4], *events[7:]]
    yield "deltas behind the stop", events[:5] + [events[6], events[5]] + events[7:]
    yield "a delta of JSON for the text", events[:3] + [events[5] | {"index": 0}] + events[3:]
    for json in ('{"p":', '{"p":"/x"} x', '{"p":"/y","p":"/x"}', '{"p":NaN}', "", "[]", '{"p":"\\ud800"}', "[" * 110 + "]" * 110):
        yield f"input {json[:20]!r}", changed(events, 5, lambda e, json=json: e["delta"].update(partial_json=json))
    yield "a second start with the same index", events[:5] + [start] + events[5:]
    yield "a second message_start with the call", events[:4] + [changed(events, 0, lambda e: e["message"].update(content=[
        {"type": "tool_use", "id": "toolu_2", "name": "zap", "input": {}}]))[0], *events[7:]]
    yield "the stop reason denies it", changed(events, 7, lambda e: e["delta"].update(stop_reason="end_turn"))
    yield "the type of data is another than the name", changed(events, 4, lambda e: e.update(type="ping"))
    yield "a type of tomorrow", changed(events, 4, lambda e: e["content_block"].update(type="tool_use_20300101"))
    yield "a type in another case", changed(events, 4, lambda e: e["content_block"].update(type="Tool_Use"))
    yield "the provider's own", changed(events, 4, lambda e: e["content_block"].update(type="server_tool_use", name="web_search"))
    yield "events behind message_stop", events[:4] + events[7:] + events[4:7]
    yield "a delta of another type", changed(events, 5, lambda e: e["delta"].update(type="tool_delta"))
    yield "the name in a delta", changed(events, 5, lambda e: e["delta"].update(name="zap2"))
    yield "an error in mid-stream", events[:5] + [{"type": "error", "error": {"type": "overloaded_error", "message": "x"}}] + events[5:]


def chat(events):
    call = lambda **more: {"id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ZAP}} | more
    delta = lambda made: changed(events, 1, lambda e: e["choices"][0].update(delta=made))[1]
    rest = events[3:]
    for index in (1, -1, "0", None, 0.0, 2**40):
        yield f"index {index!r}", [events[0], delta({"tool_calls": [call(index=index)]}), *rest]
    yield "no index", [events[0], delta({"tool_calls": [call()]}), *rest]
    yield "a gap in the indices", [events[0], delta({"tool_calls": [call(index=0), call(index=2, id="call_2")]}), *rest]
    yield "a second identifier for one index", [events[0], delta({"tool_calls": [call(index=0)]}),
                                               delta({"tool_calls": [call(index=0, id="call_2")]}), *rest]
    yield "two calls of one index in one delta", [events[0], delta({"tool_calls": [call(index=0), call(index=0, id="call_2")]}), *rest]
    yield "a name in two pieces", [events[0], delta({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "z"}}]}),
                                   delta({"tool_calls": [{"index": 0, "function": {"name": "ap", "arguments": ZAP}}]}), *rest]
    yield "arguments that are an object", [events[0], delta({"tool_calls": [call(index=0, function={"name": "zap", "arguments": {"p": "/x"}})]}), *rest]
    yield "a free-text tool", [events[0], delta({"tool_calls": [{"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "zap", "input": "x"}}]}), *rest]
    yield "both kinds of tool", [events[0], delta({"tool_calls": [call(index=0, custom={"name": "zap", "input": "x"})]}), *rest]
    yield "the old function_call", [events[0], delta({"function_call": {"name": "zap", "arguments": ZAP}}), *rest]
    yield "the old one and the new one", [events[0], delta({"function_call": {"name": "zap", "arguments": ZAP}, "tool_calls": [call(index=0)]}), *rest]
    yield "a message in the place of a delta", [events[0], changed(events, 1, lambda e: e["choices"].__setitem__(
        0, {"index": 0, "message": {"role": "assistant", "tool_calls": [call()]}, "finish_reason": None}))[1], *rest]
    yield "a message beside a delta", [events[0], changed(events, 1, lambda e: e["choices"][0].update(
        delta={}, message={"role": "assistant", "tool_calls": [call()]}))[1], *rest]
    for index in (1, -1, "0", None):
        yield f"a choice of index {index!r}", [events[0], changed(events, 1, lambda e: e["choices"][0].update(index=index, delta={"tool_calls": [call(index=0)]}))[1], *rest]
    yield "another object", changed(events, 1, lambda e: e.update(object="chat.completion"))
    yield "an error beside choices", changed(events, 1, lambda e: e.update(error={"message": "x"}))
    yield "the finish reason denies it", changed(events, 3, lambda e: e["choices"][0].update(finish_reason="stop"))
    yield "calls behind the finish reason", [events[0], events[3], events[1], events[2], events[4]]
    yield "[DONE] in front of the call", [events[0], events[4], *events[1:]]
    for arguments in ('{"p":', '{"p":"/y","p":"/x"}', '{"p":NaN}', "", "null", '{"p":"/x"} x'):
        yield f"arguments {arguments!r}", changed(events, 2, lambda e: e["choices"][0]["delta"]["tool_calls"][0]["function"].update(arguments=arguments))
    yield "a dictionary of calls", [events[0], delta({"tool_calls": {"0": call(index=0)}}), *rest]
    yield "calls in the prototype", [events[0], delta({"__proto__": {"tool_calls": [call(index=0)]}}), *rest]


def responses(events):
    created, added, pieces, done_pieces, done, completed = events
    empty = changed(events, 5, lambda e: e["response"].update(output=[]))[5]
    other = lambda at, change: changed(events, at, change)
    yield "only in the last event", [created, completed]
    yield "only in output_item.done", [created, done, empty]
    yield "no output in the last event", [*events[:5], changed(events, 5, lambda e: e["response"].update(output=None))[5]]
    yield "in the first event", [changed(events, 0, lambda e: e["response"].update(output=copy.deepcopy(completed["response"]["output"])))[0], empty]
    yield "incomplete", other(5, lambda e: e.update(type="response.incomplete") or e["response"].update(status="incomplete"))
    yield "failed", other(5, lambda e: e.update(type="response.failed") or e["response"].update(status="failed"))
    yield "behind the last event", [created, empty, *events[1:5]]
    for index in (1, -1, "0", None):
        made = copy.deepcopy(events)
        for event in made[1:5]:
            event["output_index"] = index
        yield f"index {index!r}", made
    yield "another response", other(5, lambda e: e["response"].update(id="resp_2"))
    yield "another name when it is done", other(4, lambda e: e["item"].update(name="look"))
    yield "another name in the last event", other(5, lambda e: e["response"]["output"][0].update(name="look"))
    yield "other arguments when they are done", other(3, lambda e: e.update(arguments='{"p":"/y"}'))
    yield "other arguments in the last event", other(5, lambda e: e["response"]["output"][0].update(arguments='{"p":"/y"}'))
    yield "other arguments in a delta", other(2, lambda e: e.update(delta='{"p":"/y"}'))
    yield "a message that becomes a call", other(1, lambda e: e.update(item={"type": "message", "id": "fc_1", "role": "assistant", "content": [], "status": "in_progress"}))
    yield "two items of one index", [created, added, added, *events[2:]]
    yield "an event of tomorrow", other(4, lambda e: e.update(type="response.output_item.renewed"))
    yield "an item of tomorrow", [created, *[changed([event], 0, lambda e: e["item"].update(type="function_call_of_tomorrow"))[0] for event in (added, done)], empty]
    for kind, more in (("custom_tool_call", {"input": "x"}), ("local_shell_call", {"action": {"type": "exec", "command": ["zap"], "env": {}}}),
                       ("shell_call", {"action": {"commands": ["zap"]}}), ("computer_call", {"action": {"type": "click", "x": 1, "y": 1, "button": "left"}, "pending_safety_checks": []}),
                       ("apply_patch_call", {"operation": {"type": "delete_file", "path": "/zap"}}),
                       ("mcp_approval_request", {"server_label": "s", "arguments": "{}"})):
        item = {"type": kind, "id": "i_1", "call_id": "call_1", "name": "zap", "status": "completed"} | more
        yield kind, [created, added | {"item": item}, done | {"item": item}, changed(events, 5, lambda e, item=item: e["response"].update(output=[item]))[5]]


def gemini(events):
    part = lambda made: changed(events, 1, lambda e: e["candidates"][0]["content"].update(parts=made))
    call = {"name": "zap", "args": {"p": "/x"}}
    yield "text in the part of the call", part([{"text": "x", "functionCall": call}])
    yield "a thought that is a call", part([{"thought": True, "functionCall": call}])
    yield "the other spelling", part([{"function_call": call}])
    yield "both spellings", part([{"function_call": call, "functionCall": call}])
    yield "no arguments", part([{"functionCall": {"name": "zap"}}])
    yield "arguments in pieces", part([{"functionCall": {"name": "zap", "willContinue": True}},
        {"functionCall": {"partialArgs": [{"jsonPath": "$.p", "stringValue": "/x"}], "willContinue": True}}, {"functionCall": {}}])
    yield "arguments in pieces that never end", part([{"functionCall": {"name": "zap", "willContinue": True}}])
    yield "a call without a name", part([{"functionCall": {"args": {"p": "/x"}}}])
    yield "a call in a second candidate", changed(events, 1, lambda e: e["candidates"].append(
        {"index": 1, "content": {"role": "model", "parts": [{"functionCall": call}]}}))
    yield "a call that the provider ran", part([{"toolCall": {"name": "zap"}}])
    yield "code that the provider ran", part([{"executableCode": {"language": "PYTHON", "code": "zap()"}}])
    yield "a call that was malformed", changed(events, 2, lambda e: e["candidates"][0].update(finishReason="MALFORMED_FUNCTION_CALL"))
    yield "a call in the feedback", changed(events, 1, lambda e: e.update(promptFeedback={"functionCall": call}))
    yield "a call in the content, not in a part", changed(events, 1, lambda e: e["candidates"][0]["content"].update(functionCall=call))
    yield "parts that are an object", part({"functionCall": call})
    yield "a list of lists", part([[{"functionCall": call}]])
    yield "automatic history", changed(events, 1, lambda e: e.update(automaticFunctionCallingHistory=[{"role": "model", "parts": [{"functionCall": call}]}]))


def interactions(events):
    yield "in the first event", changed(events, 0, lambda e: e["interaction"].update(steps=[events[1]["step"] | {"arguments": {"p": "/x"}}]))
    yield "only in the last event", [events[0], *changed(events, 4, lambda e: e["interaction"].update(steps=[events[1]["step"] | {"arguments": {"p": "/x"}}]))[4:]]
    yield "arguments in the start and in deltas", changed(events, 1, lambda e: e["step"].update(arguments={"q": 1}))
    yield "arguments without a start", [events[0], *events[2:]]
    for index in (1, -1, "0", None):
        made = copy.deepcopy(events)
        for event in made[1:4]:
            event["index"] = index
        yield f"index {index!r}", made
    yield "the type under another key", changed(events, 1, lambda e: e.update(type=e.pop("event_type")))
    yield "two types", changed(events, 1, lambda e: e.update(type="ping"))
    yield "a step of tomorrow", changed(events, 1, lambda e: e["step"].update(type="function_call_of_tomorrow"))
    yield "the provider's own", changed(events, 1, lambda e: e["step"].update(type="code_execution_call"))
    yield "completed", changed(events, 4, lambda e: e["interaction"].update(status="completed"))
    yield "behind the last event", [events[0], events[4], *events[1:4], events[5]]
    yield "behind [DONE]", [events[0], events[4], events[5], *events[1:4]]
    yield "an old list of outputs", changed(events, 4, lambda e: e["interaction"].update(outputs=[events[1]["step"]]))


def converse(events):
    for index in (0, 2, -1, "1", None):
        made = copy.deepcopy(events)
        for event, key in zip(made[3:6], ("contentBlockStart", "contentBlockDelta", "contentBlockStop")):
            event[key]["contentBlockIndex"] = index
        yield f"index {index!r}", made
    yield "behind messageStop", events[:3] + events[6:7] + events[3:6] + events[7:]
    yield "two members of a union", changed(events, 3, lambda e: e["contentBlockStart"]["start"].update(toolResult={"toolUseId": "t_2"}))
    yield "the provider's own", changed(events, 3, lambda e: e["contentBlockStart"]["start"]["toolUse"].update(type="server_tool_use"))
    yield "a type of tomorrow", changed(events, 3, lambda e: e["contentBlockStart"]["start"]["toolUse"].update(type="tomorrow"))
    yield "the stop reason denies it", changed(events, 6, lambda e: e["messageStop"].update(stopReason="end_turn"))
    yield "input without a start", events[:3] + events[4:]
    yield "two starts", events[:4] + events[3:]
    for json in ('{"p":', '{"p":"/y","p":"/x"}', '{"p":NaN}', "", '{"p":"/x"} x'):
        yield f"input {json!r}", changed(events, 4, lambda e: e["contentBlockDelta"]["delta"]["toolUse"].update(input=json))


def harness(events):
    """What only a harness does: messages that follow each other, with tools that it runs itself."""
    yield from converse(events)
    kind = lambda kind: changed(events, 3, lambda e: e["contentBlockStart"]["start"]["toolUse"].update(type=kind))
    for name in ("mcp_tool_use", "TOOL_USE", "", None, ["server_tool_use"]):
        yield f"of the type {name!r}", kind(name)
    yield "without a type", changed(events, 3, lambda e: e["contentBlockStart"]["start"]["toolUse"].pop("type"))
    start, stop = events[:1], [{"messageStop": {"stopReason": "tool_use"}}]
    own = [{"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t_0", "name": "look", "type": "server_tool_use"}}}},
           {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": ZAP}}}}, {"contentBlockStop": {"contentBlockIndex": 1}}]
    given = [{"messageStart": {"role": "user"}}, {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolResult": {"toolUseId": "t_0"}}}},
             {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolResult": [{"text": "x"}]}}}, {"contentBlockStop": {"contentBlockIndex": 0}},
             {"messageStop": {"stopReason": "tool_result"}}]
    hook = [{"hookEvent": {"hookEventId": "h_1", "name": "x", "type": "before_tool_call"}}]
    yield "in a second message", start + own + stop + given + events
    yield "a result behind it", events + given
    yield "in two messages", events[:7] + events
    yield "of a user", [{"messageStart": {"role": "user"}}, *events[1:]]
    yield "in a message without a start", start + own + stop + events[1:]
    yield "with the input of an earlier message", start + own + stop + start + events[4:]
    yield "open at the end of its message", events[:4] + stop + events
    yield "a hook in front", hook + events
    yield "a hook within", events[:4] + hook + events[4:]
    yield "the metadata in between", events[:3] + events[7:] + events[3:]
    yield "as a result", changed(events, 3, lambda e: e["contentBlockStart"].update(start={"toolResult": {"toolUseId": "t_1", "name": "zap", "input": {}}}))


LOOK = {"name": "look", "parameters": {"p": "/y"}}


def assistants(events):
    first, step, begins, piece, waits, done = events
    again = lambda **more: RUN | {"required_action": {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [CALL | more]}}}
    run = lambda name, data: Named(f"thread.run.{name}", data)
    whole = STEP_OF_RUN | {"step_details": {"type": "tool_calls", "tool_calls": [CALL | {"function": CALL["function"] | {"output": None}}]}}
    yield "only in the run", [first, waits, done]
    yield "only in pieces", [first, step, begins, piece, run("completed", RUN | {"status": "completed", "required_action": None}), done]
    yield "only in a step", [first, Named("thread.run.step.completed", whole), run("completed", RUN | {"status": "completed", "required_action": None}), done]
    yield "in the step's beginning", [first, Named("thread.run.step.created", whole), waits, done]
    for status in ("completed", "in_progress", "failed", "queued", "cancelled", "expired", "incomplete", "renewed"):
        yield f"a run that is {status}", [first, step, begins, piece, run(status, RUN | {"status": status}), done]
    yield "another name in the run", [first, step, begins, piece, run("requires_action", again(function={"name": "look", "arguments": ZAP})), done]
    yield "other arguments in the run", [first, step, begins, piece, run("requires_action", again(function={"name": "zap", "arguments": '{"p":"/y"}'})), done]
    yield "another identifier in the run", [first, step, begins, piece, run("requires_action", again(id="call_2")), done]
    yield "no identifier in the run", [first, step, begins, piece, run("requires_action", again(id=None)), done]
    yield "twice in the run", [first, waits | {}, Named(waits.name, RUN | {"required_action": {
        "type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [CALL, CALL]}}}), done]
    for name in ("error", "thread.created", "thread.message.created", "thread.run.step.completed", "thread.run.x.requires_action", "ping", "done"):
        yield f"the run is named {name}", [first, step, begins, piece, Named(name, waits), done]
    for kind in ("thread", "thread.message", "thread.run.step", "response", "list", "Thread.Run"):
        yield f"the run is a {kind}", [first, step, begins, piece, Named(waits.name, waits | {"object": kind}), done]
    yield "behind [DONE]", [first, done, step, begins, piece, waits]
    yield "a name in two pieces", [first, step, told({"index": 0, "id": "call_1", "type": "function", "function": {"name": "z", "arguments": ""}}),
                                   told({"index": 0, "type": "function", "function": {"name": "ap", "arguments": ZAP}}), waits, done]
    for index in (1, -1, "0", None, 0.0, 2**40):
        yield f"index {index!r}", [first, step, told({"index": index, "id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ZAP}}), waits, done]
    yield "no index", [first, step, told({"id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ZAP}}), waits, done]
    for kind in ("code_interpreter", "file_search", "custom", "tomorrow"):
        yield f"a call that is {kind}", [first, step, told({"index": 0, "id": "call_1", "type": kind, kind: {"input": "zap()"}, "function": {"name": "zap", "arguments": ZAP}}), waits, done]
    yield "a message with a call", [first, Named("thread.message.completed", {
        "id": "msg_1", "object": "thread.message", "role": "assistant", "content": [], "tool_calls": [CALL]}), waits, done]
    yield "another action", [first, run("requires_action", RUN | {"required_action": {"type": "submit_tool_approvals", "submit_tool_approvals": {"tool_calls": [CALL]}}}), done]
    yield "two actions", [first, run("requires_action", RUN | {"required_action": RUN["required_action"] | {"submit_more": {"tool_calls": [CALL]}}}), done]
    for text in INPUTS:
        yield f"arguments {text!r}", [first, run("requires_action", again(function={"name": "zap", "arguments": text})), done]


def assistants_run(run):
    again = lambda **more: run | {"required_action": {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [CALL | more]}}}
    for status in ("completed", "in_progress", "failed", "queued", "cancelled", "expired", "incomplete", "renewed", None):
        yield f"status {status!r}", run | {"status": status}
    for kind in ("thread", "thread.message", "thread.run.step", "thread.run.step.delta", "thread.deleted", "response", "list"):
        yield f"the run is a {kind}", run | {"object": kind}
    for text in (*INPUTS, {"p": "/x"}, None):
        yield f"arguments {text!r}", again(function={"name": "zap", "arguments": text})
    yield "a call of another type", again(type="custom", custom={"name": "zap", "input": "x"})
    yield "another action", run | {"required_action": {"type": "submit_tool_approvals", "submit_tool_approvals": {"tool_calls": [CALL]}}}
    yield "calls beside the action", run | {"tool_calls": [CALL]}
    yield "calls in the action itself", run | {"required_action": {"type": "submit_tool_outputs", "tool_calls": [CALL], "submit_tool_outputs": {"tool_calls": []}}}
    yield "a tool of the run that looks like a call", run | {"tools": [{"type": "function", "function": {"name": "zap", "arguments": "{}"}}]}


def mistral(events):
    started, text, call, done = events
    again = lambda **more: call | more
    for index in (0, -1, "1", None, 1.0, 2**40):
        yield f"index {index!r}", [started, text, again(output_index=index), done]
    yield "in pieces", [started, text, again(arguments='{"p":'), again(arguments='"/x"}'), done]
    yield "in pieces with text between", [started, again(arguments='{"p":'), text, again(arguments='"/x"}'), done]
    yield "a second name for one call", [started, again(arguments='{"p":'), again(arguments='"/x"}', name="look"), done]
    yield "a second identifier for one call", [started, again(arguments='{"p":'), again(arguments='"/x"}', tool_call_id="D681PevKc"), done]
    yield "two calls of one index", [started, call, again(tool_call_id="D681PevKc", id="fc_2", name="look"), done]
    yield "two calls interleaved", [started, again(arguments='{"p":'), again(arguments='{"p":', output_index=2, id="fc_2", tool_call_id="D681PevKc"),
                                   again(arguments='"/x"}'), again(arguments='"/x"}', output_index=2, id="fc_2", tool_call_id="D681PevKc"), done]
    yield "arguments that are an object", [started, again(arguments={"p": "/x"}), done]
    yield "arguments that are an object, in pieces", [started, again(arguments={"p": "/x"}), again(arguments={"p": "/y"}), done]
    yield "behind the end", [started, text, done, call]
    yield "a second start", [started, started, call, done]
    yield "an error behind the call", [started, call, {"type": "conversation.response.error", "message": "x", "code": 1}, done]
    yield "an event of tomorrow", [started, again(type="function.call.delta.of.tomorrow"), done]
    yield "a handoff with a call", [started, {"type": "agent.handoff.started", "output_index": 1, "id": "h_1", "previous_agent_id": "a", "previous_agent_name": "zap", "name": "zap", "arguments": ZAP}, done]
    for kind in ("web_search", "code_interpreter", "zap"):
        yield f"a tool execution of {kind}", [started, {"type": "tool.execution.started", "output_index": 1, "id": "t_1", "name": kind, "arguments": ZAP}, done]
    yield "a message with a call", [started, text | {"tool_calls": [CALL]}, call, done]
    yield "a message whose content is a call", [started, text | {"content": {"type": "function.call", "name": "zap", "arguments": ZAP}}, done]
    yield "a confirmation is asked for", [started, again(confirmation_status="pending"), done]
    yield "a confirmation was given", [started, again(confirmation_status="allowed"), done]
    for text in INPUTS:
        yield f"arguments {text!r}", [started, again(arguments=text), done]


def mistral_answer(base):
    key = "outputs" if "outputs" in base else "entries"
    with_entry = lambda entry: base | {key: [entry]}
    for text in (*INPUTS, {"p": "/x"}, None, 7):
        yield f"arguments {text!r}", with_entry(ENTRY | {"arguments": text})
    for kind in ("conversation", "conversation.response", "conversation.history", "conversation.messages", "list", None):
        yield f"object {kind!r}", base | {"object": kind}
    yield "a conversation with entries", base | {"object": "conversation"}
    yield "a call in the metadata", {"object": "conversation", "id": "conv_1", "created_at": 1, "metadata": ENTRY}
    yield "an update with items", {"object": "conversation", "id": "conv_1", "created_at": 1, "metadata": {}, "items": [ENTRY]}
    yield "no identifier", with_entry({k: v for k, v in ENTRY.items() if k != "tool_call_id"})
    for kind in ("tool.execution", "agent.handoff", "message.output", "message.input", "function.result"):
        yield f"a call that is {kind}", with_entry(ENTRY | {"type": kind, "content": "Well.", "role": "assistant"})
    yield "a content that is a call", with_entry({"object": "entry", "type": "message.output", "role": "assistant", "content": [ENTRY]})
    yield "a confirmation is asked for", with_entry(ENTRY | {"confirmation_status": "pending"})


def cohere(events):
    start, plan, begins, piece, ends, last, done = events
    numbered = lambda index: [event | {"index": index} for event in (begins, piece, ends)]
    named = lambda name, **more: changed([begins], 0, lambda e: e["delta"]["message"]["tool_calls"].update(
        function={"name": name, "arguments": ""} | more))[0]
    for index in (1, -1, "0", None, 0.0, 2**40):
        yield f"index {index!r}", [start, plan, *numbered(index), last, done]
    yield "arguments in the start", [start, plan, named("zap", arguments=ZAP), ends, last, done]
    yield "arguments in the start and behind", [start, plan, named("zap", arguments='{"q":1}'), piece, ends, last, done]
    yield "arguments that are an object", [start, plan, named("zap", arguments={"p": "/x"}), ends, last, done]
    yield "a list of calls in the start", changed(events, 2, lambda e: e["delta"]["message"].update(tool_calls=[CALL]))
    yield "in message-start", [changed([start], 0, lambda e: e["delta"]["message"].update(tool_calls=[CALL]))[0], plan, last, done]
    yield "in message-end", [start, plan, changed([last], 0, lambda e: e["delta"].update(message={"tool_calls": [CALL]}))[0], done]
    yield "a plan with a call", [start, changed([plan], 0, lambda e: e["delta"]["message"].update(tool_calls=CALL))[0], *events[2:]]
    yield "a content with a call", [start, {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": "Well."}, "tool_calls": CALL}}}, last, done]
    yield "two starts of one index", [start, begins, named("look"), piece, ends, last, done]
    yield "two calls interleaved", [start, begins, begins | {"index": 1}, piece | {"index": 1}, piece, ends, ends | {"index": 1}, last, done]
    yield "the name in a delta", [start, begins, changed([piece], 0, lambda e: e["delta"]["message"]["tool_calls"]["function"].update(name="look"))[0], ends, last, done]
    yield "another identifier in a delta", [start, begins, changed([piece], 0, lambda e: e["delta"]["message"]["tool_calls"].update(id="call_2"))[0], ends, last, done]
    yield "a delta behind the end of the call", [start, begins, ends, piece, last, done]
    yield "behind message-end", [start, plan, last, begins, piece, ends, done]
    yield "behind [DONE]", [start, plan, last, done, begins, piece, ends]
    yield "an event of tomorrow", [start, changed([begins], 0, lambda e: e.update(type="tool-call-begin"))[0], piece, ends, last, done]
    yield "the finish reason denies it", [*events[:5], changed([last], 0, lambda e: e["delta"].update(finish_reason="COMPLETE"))[0], done]
    yield "a finish with an error", [*events[:5], changed([last], 0, lambda e: e["delta"].update(finish_reason="ERROR", error="x"))[0], done]
    yield "a call that is no function", changed(events, 2, lambda e: e["delta"]["message"]["tool_calls"].update(type="custom"))
    for text in INPUTS:
        yield f"arguments {text!r}", changed(events, 3, lambda e, text=text: e["delta"]["message"]["tool_calls"]["function"].update(arguments=text))


def cohere_answer(base):
    called = lambda **more: base | {"message": base["message"] | {"tool_calls": [CALL | more]}}
    for text in (*INPUTS, {"p": "/x"}, None):
        yield f"arguments {text!r}", called(function={"name": "zap", "arguments": text})
    yield "calls beside the message", base | {"tool_calls": [CALL]}
    yield "a call in the content", base | {"message": base["message"] | {"content": [{"type": "tool_call", "name": "zap", "input": {}}, CALL]}}
    yield "a call in the citations", base | {"message": base["message"] | {"citations": [{"sources": [{"type": "tool", "tool_output": CALL}]}]}}
    yield "an error with calls", {"message": "x", "id": "c_1", "tool_calls": [CALL]}
    yield "the finish reason denies it", base | {"finish_reason": "COMPLETE"}
    yield "a message that is text", base | {"message": "x"}


def cohere_v1(events):
    start, text, calls, end = events
    ends = lambda **more: end | {"response": end["response"] | more}
    pieces = [{"is_finished": False, "event_type": "tool-calls-chunk", "tool_call_delta": delta} for delta in (
        {"index": 0, "name": "zap"}, {"index": 0, "parameters": '{"p":'}, {"index": 0, "parameters": '"/x"}'})]
    yield "in pieces", [start, text, *pieces, calls, end]
    yield "only in pieces", [start, text, *pieces, ends(tool_calls=None, chat_history=[])]
    yield "only whole", [start, calls, ends(tool_calls=None, chat_history=[])]
    yield "only at the end", [start, text, end]
    yield "only in the history", [start, text, ends(tool_calls=None)]
    yield "other pieces", [start, pieces[0], pieces[1], changed(pieces, 2, lambda e: e["tool_call_delta"].update(parameters='"/y"}'))[2], calls, end]
    yield "another call at the end", [start, calls, ends(tool_calls=[LOOK])]
    yield "another call in the history", [start, calls, ends(chat_history=[TURN | {"tool_calls": [LOOK]}])]
    yield "one more at the end", [start, calls, ends(tool_calls=[*TURN["tool_calls"], LOOK])]
    yield "one more in the history", [start, calls, ends(chat_history=[TURN | {"tool_calls": [*TURN["tool_calls"], LOOK]}])]
    yield "another turn behind in the history", [start, calls, ends(chat_history=[TURN, {"role": "USER", "message": "x"}])]
    yield "twice whole", [start, calls, calls, end]
    for index in (1, -1, "0", None, 0.0):
        yield f"pieces of index {index!r}", [start, *[changed([e], 0, lambda e, index=index: e["tool_call_delta"].update(index=index))[0] for e in pieces], calls, end]
    yield "a text with a call", [start, {"is_finished": False, "event_type": "text-generation", "text": "Well.", "tool_calls": TURN["tool_calls"]}, calls, end]
    yield "an event of tomorrow", [start, calls | {"event_type": "tool-calls"}, end]
    yield "an end that is not finished", [start, calls, end | {"is_finished": False}]
    yield "finished in front", [start, calls | {"is_finished": True}, end]
    yield "behind the end", [start, text, ends(tool_calls=None, chat_history=[]), calls]
    for reason in ("ERROR", "ERROR_TOXIC", "MAX_TOKENS", "USER_CANCEL", None):
        yield f"the end is {reason}", [start, calls, end | {"finish_reason": reason}]
    for kind in ("search-queries-generation", "search-results", "debug", "citation-generation"):
        yield f"an event {kind} with a call", [start, {"is_finished": False, "event_type": kind, "tool_calls": TURN["tool_calls"]}, calls, end]
    for parameters in ("x", [], None, 7, '{"p":"/x"}'):
        yield f"parameters {parameters!r}", [start, changed([calls], 0, lambda e, p=parameters: e["tool_calls"][0].update(parameters=p))[0], end]


def cohere_v1_answer(base):
    for parameters in ("x", [], None, 7, '{"p":"/x"}'):
        yield f"parameters {parameters!r}", base | {"tool_calls": [{"name": "zap", "parameters": parameters}], "chat_history": []}
    yield "only in the history", base | {"tool_calls": None}
    yield "another call in the history", base | {"chat_history": [TURN | {"tool_calls": [LOOK]}]}
    yield "a call in an earlier turn", base | {"chat_history": [TURN, {"role": "USER", "message": "x"}]}
    yield "a call in an earlier turn beside none", base | {"tool_calls": None, "chat_history": [TURN, {"role": "USER", "message": "x"}]}
    yield "an error with calls", {"message": "x", "tool_calls": TURN["tool_calls"]}
    yield "no text", {"response_id": "r_1", "tool_calls": TURN["tool_calls"]}


def ollama(events):
    first, calls, last = events
    zap = {"function": {"name": "zap", "arguments": {"p": "/x"}}}
    at = lambda made: calls | made if "response" in calls else calls | {"message": calls["message"] | made}
    yield "in the last record", [first, at({"tool_calls": [zap]}) | {"done": True}]
    yield "behind the last record", [first, last, calls]
    yield "behind the last record, which is last again", [first, last, calls | {"done": True}]
    for done in ("true", 1, None, 0):
        yield f"done {done!r} in front", [first | {"done": done}, calls, last]
    yield "in both places", [first, calls | {"message": {"role": "assistant", "content": "", "tool_calls": [zap]}, "response": "", "tool_calls": [zap]}, last]
    yield "beside the message", [first, calls | {"tool_calls": [zap]}, last]
    yield "in a message of another role", [first, calls | {"message": {"role": "tool", "content": "", "tool_calls": [zap]}}, last]
    yield "twice", [first, at({"tool_calls": [zap, zap]}), last]
    yield "in two records", [first, calls, calls, last]
    for arguments in ("x", '{"p":"/x"}', [], None, 7, {}):
        yield f"arguments {arguments!r}", [first, at({"tool_calls": [{"function": {"name": "zap", "arguments": arguments}}]}), last]
    yield "no arguments", [first, at({"tool_calls": [{"function": {"name": "zap"}}]}), last]
    yield "an index", [first, at({"tool_calls": [{"function": {"index": 1, "name": "zap", "arguments": {"p": "/x"}}}]}), last]
    yield "a call without a function", [first, at({"tool_calls": [{"name": "zap", "arguments": {"p": "/x"}}]}), last]
    yield "a call of another type", [first, at({"tool_calls": [{"type": "custom", "custom": {"name": "zap", "input": "x"}, **zap}]}), last]
    yield "the old function_call", [first, at({"function_call": zap["function"]}), last]
    yield "calls by number", [first, at({"tool_calls": {"0": zap}}), last]
    yield "a text that is a list", [first, at({"content": [{"type": "text", "text": "x"}], "tool_calls": [zap]}), last]
    yield "thinking with a call", [first, at({"thinking": {"tool_calls": [zap]}, "tool_calls": [zap]}), last]


def ollama_answer(base):
    """What changes the one record with calls in a stream of three changes the one that is the whole answer."""
    for name, made in ollama([{}, base, base]):
        if len(made) == 3 and made[1] not in ({}, base):
            yield name, made[1]


def batch(events):
    calm, found, other = events
    for result in ("errored", "canceled", "expired", "tomorrow", None):
        made = copy.deepcopy(found)
        if "result" in made:
            made["result"]["type"] = result
            yield f"a result that is {result}", [calm, made, other]
    for status in (400, 500, "200", None):
        if "response" in found:
            yield f"a result of status {status!r}", [calm, changed([found], 0, lambda e, s=status: e["response"].update(status_code=s))[0], other]
    for error in ({"code": "x", "message": "x"}, "x", {"message": MESSAGE}):
        yield f"an error {str(error)[:20]!r} beside it", [calm, found | {"error": error}, other]
    yield "twice", [calm, found, found, other]
    yield "under one name", [calm, found | {"custom_id": "r1"}, other]
    yield "without a name", [calm, {key: value for key, value in found.items() if key != "custom_id"}, other]
    yield "an uploaded request", [calm, {"custom_id": "r2", "method": "POST", "url": "/v1/chat/completions", "body": MESSAGE}, other]
    yield "a message that is bare", [calm, MESSAGE, other]
    yield "a message that is text", [calm, changed([found], 0, lambda e: e.get("result", e.get("response", {})).update(message="x", body="x"))[0], other]
    if "response" in found:
        body = lambda made: [calm, changed([found], 0, lambda e: e["response"].update(body=made))[0], other]
        chat = found["response"]["body"]
        yield "an object that is none", body(chat | {"object": "tomorrow"})
        yield "an object of both", body(chat | {"output": [{"type": "function_call", "name": "zap", "arguments": ZAP}]})
        yield "a response with choices", body(chat | {"object": "response"})
        yield "a response with both", body(chat | {"object": "response", "output": []})
        yield "a list of embeddings with a call", body({"object": "list", "data": [{"object": "embedding", "tool_calls": [CALL]}]})
        yield "a message of Anthropic's", body(MESSAGE)
        yield "a text that is an answer", body("Well.")


def gemini_batch(events):
    calm, found, other = events
    call = {"functionCall": {"name": "zap", "args": {"p": "/x"}}}
    yield "twice", [calm, found, found, other]
    yield "under one name", [calm, found | {"key": "r1"}, other]
    yield "without a name", [calm, {"response": GENERATED}, other]
    yield "an error beside it", [calm, found | {"error": {"code": 3, "message": "x"}}, other]
    yield "an error with a call", [calm, {"key": "r2", "error": {"code": 3, "message": "x", "details": [call]}}, other]
    yield "a call beside the answer", [calm, found | call, other]
    yield "a vector in the answer", [calm, {"key": "r2", "response": GENERATED | {"embedding": {"values": [1]}}}, other]
    yield "a vector with a call", [calm, {"key": "r2", "response": {"embedding": {"values": [1]}} | call}, other]
    yield "an uploaded request", [calm, {"key": "r2", "request": {"contents": [GENERATED["candidates"][0]["content"]]}}, other]
    yield "an answer that is bare", [calm, GENERATED, other]
    yield "an answer that is text", [calm, {"key": "r2", "response": "Well."}, other]
    yield "a batch", [calm, in_two_places([{"response": GENERATED}]), other]
    for name, made in gemini([calm["response"], GENERATED, calm["response"]]):
        yield f"an answer with {name}", [calm, {"key": "r2", "response": made[1]}, other]


def gemini_batch_answer(base):
    call = {"functionCall": {"name": "zap", "args": {"p": "/x"}}}
    calm, found = {"response": candidate([{"text": "Well."}], "STOP"), "metadata": {"key": "r1"}}, {"response": GENERATED, "metadata": {"key": "r2"}}
    look = {"response": candidate([{"functionCall": {"name": "look", "args": {}}}], "STOP"), "metadata": {"key": "r2"}}
    both = in_two_places([calm, found])
    output = both["response"]
    says = lambda *results: {"inlinedResponses": {"inlinedResponses": list(results)}}
    within = lambda made: both | {"metadata": both["metadata"] | {"output": made}}
    one = lambda made: within(made) | {"response": None}
    yield "in both places", both
    yield "in the response alone", both | {"metadata": {"state": "BATCH_STATE_SUCCEEDED"}}
    yield "no operation", {"name": "batches/b", "state": "BATCH_STATE_SUCCEEDED", "output": output}
    yield "in three places", both | {"output": output}
    yield "another call in the response", both | {"response": says(calm, look)}
    yield "another call in the metadata", within(says(calm, look))
    yield "no call in the response", both | {"response": says(calm, calm)}
    yield "no call in the metadata", within(says(calm, calm))
    yield "no results in the metadata", within(says())
    yield "another order in the metadata", within(says(found, calm))
    yield "one more in the metadata", within(says(calm, found, look))
    yield "a file in the metadata", within({"responsesFile": "files/f"})
    yield "the other spelling", one({"inlined_responses": {"inlined_responses": [found]}})
    yield "both spellings", one(says(calm) | {"inlined_responses": {"inlined_responses": [found]}})
    yield "both spellings within", one({"inlinedResponses": {"inlinedResponses": [calm], "inlined_responses": [found]}})
    yield "bare results", one({"inlinedResponses": [found]})
    yield "an answer for a vector", one({"inlinedEmbedContentResponses": {"inlinedResponses": [found]}})
    yield "a vector beside it", one(says({"response": {"embedding": {"values": [1]}}}, found))
    yield "a vector in it", one(says({"response": GENERATED | {"embedding": {"values": [1]}}}))
    yield "a vector with a call", one(says({"response": {"embedding": {"values": [1]}} | call}))
    yield "an error beside it", one(says(found | {"error": {"code": 3, "message": "x"}}))
    yield "a call beside the answer", one(says(calm | call))
    yield "a call in the metadata of a result", one(says(calm | {"metadata": {"key": "r1"} | call}))
    yield "a call in the error", both | {"error": {"code": 3, "message": "x"} | call}
    yield "not done", both | {"done": False}
    yield "failed", {"name": "batches/b", "metadata": {"state": "BATCH_STATE_FAILED"}, "done": True, "error": {"code": 13, "message": "x"}}
    yield "no name", {key: member for key, member in both.items() if key != "name"}
    yield "an answer that is bare", GENERATED
    yield "a list", {"operations": [both, both | {"name": "batches/c"}]}
    yield "a list with a page behind", {"operations": [both], "nextPageToken": "x"}
    yield "a list of lists", {"operations": [[both]]}
    yield "a list beside a batch", both | {"operations": [both]}
    yield "a list of answers", {"operations": [GENERATED]}
    yield "a list in another case", {"Operations": [both]}
    yield "a list by its other name", {"batch_jobs": [both], "batchJobs": [both]}
    for name, made in gemini([GENERATED, GENERATED, GENERATED]):
        yield f"an answer with {name}", one(says({"response": made[1]}))


STREAMS = {
    "anthropic": anthropic,
    "openai-chat": chat,
    "openai-responses": responses,
    "gemini": gemini,
    "gemini-interactions": interactions,
    "bedrock-converse": converse,
    "bedrock-invoke": anthropic,
    "openai-assistants": assistants,
    "mistral": mistral,
    "cohere": cohere,
    "cohere-v1": cohere_v1,
    "ollama": ollama,
    "ollama-generate": ollama,
    "anthropic-batches": batch,
    "openai-batches": batch,
    "anthropic-sessions": sessions,
    "openai-agents": agents,
    "gemini-batches": gemini_batch,
    "bedrock-agents": aws_agents,
    "bedrock-agentcore": harness,
}

ANSWERS = {
    "openai-assistants": assistants_run,
    "mistral": mistral_answer,
    "mistral-history": mistral_answer,
    "cohere": cohere_answer,
    "cohere-v1": cohere_v1_answer,
    "ollama": ollama_answer,
    "ollama-generate": ollama_answer,
    "anthropic-sessions": session_events,
    "openai-agents": agents_answer,
    "openai-agents-session": agents_session,
    "gemini-batches": gemini_batch_answer,
}
