"""Streams that are well formed and mean something odd: indices, identities, calls in places where few look."""

import copy

ZAP = '{"p":"/x"}'


def changed(events, at, change):
    events = copy.deepcopy(events)
    change(events[at])
    return events


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


STREAMS = {
    "anthropic": anthropic,
    "openai-chat": chat,
    "openai-responses": responses,
    "gemini": gemini,
    "gemini-interactions": interactions,
    "bedrock-converse": converse,
    "bedrock-invoke": anthropic,
}
