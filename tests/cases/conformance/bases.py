"""The answers that the cases grow from: one for each API and framing, with one call of `zap`."""

from base64 import b64encode

ARGUMENTS = '{"p":"/x"}'

MESSAGE = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
    "content": [{"type": "text", "text": "Well."}, {"type": "tool_use", "id": "toolu_1", "name": "zap", "input": {"p": "/x"}}],
    "stop_reason": "tool_use", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
}
ITEM = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "zap", "arguments": ARGUMENTS, "status": "completed"}
TEXT_ITEM = {
    "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
    "content": [{"type": "output_text", "text": "Well.", "annotations": [], "logprobs": []}],
}
RESPONSE = {
    "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "error": None, "incomplete_details": None,
    "instructions": None, "metadata": {}, "model": "m", "output": [TEXT_ITEM, ITEM], "parallel_tool_calls": True,
    "temperature": 1, "tool_choice": "auto", "tools": [], "top_p": 1,
}
INTERACTION = {
    "id": "v1_1", "object": "interaction", "model": "m", "status": "requires_action", "created": "2026-01-01T00:00:00Z",
    "updated": "2026-01-01T00:00:00Z",
}
STEP = {"type": "function_call", "id": "f_1", "name": "zap", "arguments": {"p": "/x"}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ARGUMENTS}}
RUN = {
    "id": "run_1", "object": "thread.run", "created_at": 1, "assistant_id": "asst_1", "thread_id": "thread_1",
    "status": "requires_action", "required_action": {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [CALL]}},
    "last_error": None, "model": "m", "instructions": "Well.", "tools": [], "metadata": {}, "parallel_tool_calls": True,
}
STEP_OF_RUN = {
    "id": "step_1", "object": "thread.run.step", "created_at": 1, "run_id": "run_1", "assistant_id": "asst_1",
    "thread_id": "thread_1", "type": "tool_calls", "status": "in_progress", "last_error": None, "metadata": {},
    "step_details": {"type": "tool_calls", "tool_calls": []},
}
ENTRY = {"object": "entry", "type": "function.call", "id": "fc_1", "tool_call_id": "D681PevKb", "name": "zap", "arguments": ARGUMENTS}
SAID = {"object": "entry", "type": "message.output", "id": "msg_1", "role": "assistant", "content": "Well."}
INVOCATION = {"functionInvocationInput": {"actionGroup": "g", "actionInvocationType": "RESULT", "function": "zap", "parameters": [
    {"name": "p", "type": "string", "value": "/x"}]}}
TURN = {"role": "CHATBOT", "message": "Well.", "tool_calls": [{"name": "zap", "parameters": {"p": "/x"}}]}
CHAT = {"id": "c_1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{
    "index": 0, "message": {"role": "assistant", "content": "Well.", "refusal": None, "tool_calls": [CALL]},
    "logprobs": None, "finish_reason": "tool_calls",
}], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}

AT = "2026-01-01T00:00:00Z"
USED = {"type": "agent.custom_tool_use", "id": "sevt_3", "name": "zap", "input": {"p": "/x"}, "processed_at": AT}
RUNNING = {"type": "session.status_running", "id": "sevt_1", "processed_at": AT}
SPOKEN = {"type": "agent.message", "id": "sevt_2", "content": [{"type": "text", "text": "Well."}], "processed_at": AT}
IDLE = {"type": "session.status_idle", "id": "sevt_4", "stop_reason": {"type": "requires_action", "event_ids": ["sevt_3"]},
        "stop_details": None, "processed_at": AT}
AGENT_CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "zap", "arguments": {"p": "/x"}, "status": "completed",
              "turn_id": "turn_1"}
AGENT_SAID = {"type": "message", "id": "msg_1", "role": "assistant", "phase": None, "status": "completed", "turn_id": "turn_1",
              "content": [{"type": "output_text", "text": "Well."}]}
ACTION = {"type": "function_call", "turn_id": "turn_1", "call_id": "call_1", "name": "zap", "arguments": {"p": "/x"}}
SESSION = {
    "id": "as_1", "object": "agent.session", "status": "requires_action", "created_at": 1, "last_active_at": 1, "error": None,
    "metadata": {}, "vault_ids": [], "environment": {"type": "none"}, "required_actions": [ACTION],
}


class Named(dict):
    """An event whose name stands nowhere in its data."""

    def __init__(self, name, data):
        super().__init__(data)
        self.name = name

    def __reduce__(self):
        return (Named, (self.name, dict(self)))


def candidate(parts, reason=None):
    made = {"content": {"role": "model", "parts": parts}, "index": 0}
    return {"candidates": [made | ({"finishReason": reason} if reason else {})], "modelVersion": "m"}


def in_two_places(results):
    """A batch of Gemini's that is done, with these results in both places where they stand."""
    output = {"inlinedResponses": {"inlinedResponses": results}}
    return {"name": "batches/b", "metadata": {"model": "models/m", "state": "BATCH_STATE_SUCCEEDED", "name": "batches/b", "output": output},
            "done": True, "response": output}


GENERATED = candidate([{"text": "Well."}, {"functionCall": {"name": "zap", "args": {"p": "/x"}}}], "STOP")

DOCUMENTS = {
    "anthropic": MESSAGE,
    "openai-chat": CHAT,
    "openai-responses": RESPONSE,
    "gemini": GENERATED,
    "gemini-interactions": INTERACTION | {"steps": [{"type": "model_output", "content": [{"type": "text", "text": "Well."}]}, STEP]},
    "bedrock-converse": {
        "output": {"message": {"role": "assistant", "content": [
            {"text": "Well."}, {"toolUse": {"toolUseId": "t_1", "name": "zap", "input": {"p": "/x"}}}]}},
        "stopReason": "tool_use", "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1},
    },
    "bedrock-invoke": MESSAGE,
    "openai-assistants": RUN,
    "openai-assistants-steps": {"object": "list", "first_id": "step_1", "last_id": "step_1", "has_more": False, "data": [
        STEP_OF_RUN | {"status": "completed", "step_details": {"type": "tool_calls", "tool_calls": [CALL]}}]},
    "mistral": {"object": "conversation.response", "conversation_id": "conv_1", "outputs": [SAID, ENTRY],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}},
    "mistral-history": {"object": "conversation.history", "conversation_id": "conv_1", "entries": [SAID, ENTRY]},
    "cohere": {
        "id": "c_1", "finish_reason": "TOOL_CALL",
        "message": {"role": "assistant", "tool_plan": "Well.", "tool_calls": [CALL]},
    },
    "cohere-v1": {
        "response_id": "r_1", "text": "Well.", "generation_id": "g_1", "chat_history": [{"role": "USER", "message": "x"}, TURN],
        "finish_reason": "COMPLETE", "tool_calls": TURN["tool_calls"],
    },
    "ollama": {
        "model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {
            "role": "assistant", "content": "Well.", "tool_calls": [{"function": {"name": "zap", "arguments": {"p": "/x"}}}]},
        "done": True, "done_reason": "stop",
    },
    "ollama-generate": {
        "model": "m", "created_at": "2026-01-01T00:00:00Z", "response": "Well.",
        "tool_calls": [{"function": {"name": "zap", "arguments": {"p": "/x"}}}], "done": True, "done_reason": "stop",
    },
    "anthropic-sessions": {"data": [RUNNING, SPOKEN, USED], "next_page": None},
    "openai-agents": {"object": "list", "data": [AGENT_SAID, AGENT_CALL], "first_id": "msg_1", "last_id": "fc_1", "has_more": False},
    "openai-agents-session": SESSION,
    # In one of the two places, so that what is changed on the way to the call is all there is.
    "gemini-batches": {key: member for key, member in in_two_places([{"response": GENERATED, "metadata": {"key": "r1"}}]).items()
                       if key != "response"},
}

# The way from a document to its call: keys, and the last element of a list for -1.
WAYS = {
    "anthropic": ["content", -1, ("type", "name", "input")],
    "openai-chat": ["choices", -1, "message", "tool_calls", -1, ("type", "function"), "function", ("name", "arguments")],
    "openai-responses": ["output", -1, ("type", "name", "arguments")],
    "gemini": ["candidates", -1, "content", "parts", -1, ("functionCall",), "functionCall", ("name", "args")],
    "gemini-interactions": ["steps", -1, ("type", "name", "arguments")],
    "bedrock-converse": ["output", "message", "content", -1, ("toolUse",), "toolUse", ("name", "input")],
    "bedrock-invoke": ["content", -1, ("type", "name", "input")],
    "openai-assistants": ["required_action", ("type",), "submit_tool_outputs", "tool_calls", -1, ("id", "type"), "function", ("name", "arguments")],
    "openai-assistants-steps": ["data", -1, ("object",), "step_details", ("type",), "tool_calls", -1, ("id", "type"), "function", ("name", "arguments")],
    "mistral": ["outputs", -1, ("type", "tool_call_id", "name", "arguments")],
    "mistral-history": ["entries", -1, ("type", "name", "arguments")],
    "cohere": ["message", ("role",), "tool_calls", -1, ("id", "type"), "function", ("name", "arguments")],
    "cohere-v1": ["tool_calls", -1, ("name", "parameters")],
    "ollama": ["message", "tool_calls", -1, "function", ("name", "arguments")],
    "ollama-generate": ["tool_calls", -1, "function", ("name", "arguments")],
    "anthropic-sessions": ["data", -1, ("type", "id", "name", "input")],
    "openai-agents": ["data", -1, ("type", "call_id", "name", "arguments")],
    "openai-agents-session": [("object",), "required_actions", -1, ("type", "call_id", "name", "arguments")],
    "gemini-batches": ["metadata", "output", "inlinedResponses", "inlinedResponses", -1, "response", "candidates", -1, "content",
                       "parts", -1, "functionCall", ("name", "args")],
}


def anthropic_events(call_index=1):
    return [
        {"type": "message_start", "message": MESSAGE | {"content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Well."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": call_index,
         "content_block": {"type": "tool_use", "id": "toolu_1", "name": "zap", "input": {}}},
        {"type": "content_block_delta", "index": call_index, "delta": {"type": "input_json_delta", "partial_json": ARGUMENTS}},
        {"type": "content_block_stop", "index": call_index},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]


def chunk(delta, reason=None):
    return {"id": "c_1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def told(delta, kind="step.delta"):
    """A piece of a run's step."""
    return Named(f"thread.run.{kind}", {"id": "step_1", "object": f"thread.run.{kind}", "delta": {
        "step_details": {"type": "tool_calls", "tool_calls": [delta]}}})


def record(message, done=False):
    """A piece of a conversation with Ollama."""
    made = {"model": "m", "created_at": "2026-01-01T00:00:00Z"} | message | {"done": done}
    return made | ({"done_reason": "stop"} if done else {})


def result(number, body):
    """A result of a batch of OpenAI's."""
    return {"id": f"batch_req_{number}", "custom_id": f"r{number}", "response": {
        "status_code": 200, "request_id": "req_1", "body": body}, "error": None}


def about(kind, **more):
    """What is told of a session of OpenAI's agents."""
    return {"type": f"agent.session.{kind}", "event_id": "evt_1"} | more


def item_of(kind, item, index=0):
    return about(f"turn.item.{kind}", session_id="as_1", turn_id="turn_1", output_index=index, item=item)


def begun(item):
    return item | {"status": "in_progress"} | ({"arguments": ""} if "arguments" in item else {"content": []})


def said(text):
    """A chunk of an agent of Bedrock's."""
    return {"chunk": {"bytes": b64encode(text.encode()).decode()}}


def traced(step):
    return {"trace": {"agentId": "A1", "trace": {"orchestrationTrace": step}}}


EVENTS = {
    "anthropic": anthropic_events(),
    "openai-chat": [
        chunk({"role": "assistant", "content": "Well."}),
        chunk({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ""}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": ARGUMENTS}}]}),
        chunk({}, "tool_calls"),
        "[DONE]",
    ],
    "openai-responses": [
        event | {"sequence_number": number} for number, event in enumerate([
            {"type": "response.created", "response": RESPONSE | {"status": "in_progress", "output": []}},
            {"type": "response.output_item.added", "output_index": 0, "item": begun(ITEM)},
            {"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 0, "delta": ARGUMENTS},
            {"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0, "name": "zap", "arguments": ARGUMENTS},
            {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
            {"type": "response.completed", "response": RESPONSE | {"output": [ITEM]}},
        ])
    ],
    "gemini": [
        candidate([{"text": "Well."}]),
        candidate([{"functionCall": {"name": "zap", "args": {"p": "/x"}}}]),
        candidate([{"text": ""}], "STOP"),
    ],
    "gemini-interactions": [
        {"event_type": "interaction.created", "interaction": INTERACTION | {"status": "in_progress"}},
        {"event_type": "step.start", "index": 0, "step": STEP | {"arguments": {}}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "arguments_delta", "arguments": ARGUMENTS}},
        {"event_type": "step.stop", "index": 0},
        {"event_type": "interaction.completed", "interaction": INTERACTION},
        "[DONE]",
    ],
    "bedrock-converse": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Well."}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t_1", "name": "zap"}}}},
        {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": ARGUMENTS}}}},
        {"contentBlockStop": {"contentBlockIndex": 1}},
        {"messageStop": {"stopReason": "tool_use"}},
        {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}},
    ],
    "bedrock-invoke": anthropic_events(),
    "openai-assistants": [
        Named("thread.run.created", RUN | {"status": "queued", "required_action": None}),
        Named("thread.run.step.created", STEP_OF_RUN),
        told({"index": 0, "id": "call_1", "type": "function", "function": {"name": "zap", "arguments": "", "output": None}}),
        told({"index": 0, "type": "function", "function": {"arguments": ARGUMENTS}}),
        Named("thread.run.requires_action", RUN),
        "[DONE]",
    ],
    "mistral": [
        {"type": "conversation.response.started", "created_at": "2026-01-01T00:00:00Z", "conversation_id": "conv_1"},
        {"type": "message.output.delta", "created_at": "2026-01-01T00:00:00Z", "output_index": 0, "id": "msg_1", "content_index": 0,
         "model": "m", "role": "assistant", "content": "Well."},
        {"type": "function.call.delta", "created_at": "2026-01-01T00:00:00Z", "output_index": 1, "id": "fc_1", "model": "m", "name": "zap",
         "tool_call_id": "D681PevKb", "arguments": ARGUMENTS},
        {"type": "conversation.response.done", "created_at": "2026-01-01T00:00:00Z",
         "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}},
    ],
    "cohere": [
        {"type": "message-start", "id": "c_1", "delta": {"message": {
            "role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}}},
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "Well."}}},
        {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": {
            "id": "call_1", "type": "function", "function": {"name": "zap", "arguments": ""}}}}},
        {"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": {"function": {"arguments": ARGUMENTS}}}}},
        {"type": "tool-call-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": {"tokens": {"input_tokens": 1, "output_tokens": 1}}}},
        "[DONE]",
    ],
    "cohere-v1": [
        {"is_finished": False, "event_type": "stream-start", "generation_id": "g_1"},
        {"is_finished": False, "event_type": "tool-calls-chunk", "text": "Well."},
        {"is_finished": False, "event_type": "tool-calls-generation", "tool_calls": TURN["tool_calls"]},
        {"is_finished": True, "event_type": "stream-end", "finish_reason": "COMPLETE", "response": {
            "response_id": "r_1", "text": "Well.", "generation_id": "g_1", "chat_history": [TURN], "finish_reason": "COMPLETE",
            "tool_calls": TURN["tool_calls"]}},
    ],
    "ollama": [
        record({"message": {"role": "assistant", "content": "Well."}}),
        record({"message": {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "zap", "arguments": {"p": "/x"}}}]}}),
        record({"message": {"role": "assistant", "content": ""}}, True),
    ],
    "ollama-generate": [
        record({"response": "Well."}),
        record({"response": "", "tool_calls": [{"function": {"name": "zap", "arguments": {"p": "/x"}}}]}),
        record({"response": ""}, True),
    ],
    "anthropic-batches": [
        {"custom_id": "r1", "result": {"type": "succeeded", "message": MESSAGE | {"content": [{"type": "text", "text": "Well."}],
                                                                               "stop_reason": "end_turn"}}},
        {"custom_id": "r2", "result": {"type": "succeeded", "message": MESSAGE}},
        {"custom_id": "r3", "result": {"type": "expired"}},
    ],
    "openai-batches": [
        result(1, CHAT | {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Well."}, "finish_reason": "stop"}]}),
        result(2, CHAT),
        result(3, RESPONSE | {"output": [TEXT_ITEM]}),
    ],
    "anthropic-sessions": [RUNNING, SPOKEN, USED, IDLE],
    "openai-agents": [
        about("in_progress", session=SESSION | {"status": "in_progress", "required_actions": []}),
        item_of("done", AGENT_SAID),
        item_of("added", AGENT_CALL | {"status": "in_progress"}, 1),
        item_of("done", AGENT_CALL, 1),
        about("requires_action", session=SESSION),
    ],
    "gemini-batches": [
        {"key": "r1", "response": candidate([{"text": "Well."}], "STOP")},
        {"key": "r2", "response": GENERATED},
        {"key": "r3", "error": {"code": 3, "message": "x"}},
    ],
    "bedrock-agents": [
        traced({"modelInvocationOutput": {"rawResponse": {"content": "zap, with /x"}}}),
        traced({"invocationInput": {"invocationType": "ACTION_GROUP", "actionGroupInvocationInput": {
            "actionGroupName": "g", "executionType": "RETURN_CONTROL", "function": "zap",
            "parameters": INVOCATION["functionInvocationInput"]["parameters"]}}}),
        {"returnControl": {"invocationId": "i_1", "invocationInputs": [INVOCATION]}},
    ],
    "bedrock-agentcore": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Well."}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t_1", "name": "zap", "type": "tool_use"}}}},
        {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": ARGUMENTS}}}},
        {"contentBlockStop": {"contentBlockIndex": 1}},
        {"messageStop": {"stopReason": "tool_use"}},
        {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}},
    ],
}

# The media type of a stream: events where nothing else is said.
LINES = {
    "cohere-v1": "application/stream+json",
    "ollama": "application/x-ndjson",
    "ollama-generate": "application/x-ndjson",
    "anthropic-batches": "application/x-jsonl",
    "openai-batches": "application/octet-stream",
    "gemini-batches": "application/octet-stream",
}

# Where the call begins in a stream: the event, and the way within it; of a frame with a type, within what it says.
BEGINS = {
    "anthropic": (4, ["content_block", ("type", "name", "input")]),
    "openai-chat": (1, ["choices", -1, "delta", "tool_calls", -1, ("index", "id", "type"), "function", ("name", "arguments")]),
    "openai-responses": (1, ["item", ("type", "id", "call_id", "name")]),
    "gemini": (1, ["candidates", -1, "content", "parts", -1, "functionCall", ("name", "args")]),
    "gemini-interactions": (1, ["step", ("type", "id", "name", "arguments")]),
    "bedrock-converse": (3, [("contentBlockIndex",), "start", "toolUse", ("toolUseId", "name")]),
    "bedrock-invoke": (4, ["content_block", ("type", "name", "input")]),
    "openai-assistants": (2, [("object", "id"), "delta", "step_details", ("type",), "tool_calls", -1, ("index", "id", "type"), "function", ("name", "arguments")]),
    "mistral": (2, [("type", "output_index", "name", "tool_call_id", "arguments")]),
    "cohere": (2, [("type", "index"), "delta", "message", "tool_calls", ("id", "type"), "function", ("name", "arguments")]),
    "cohere-v1": (2, [("is_finished", "event_type"), "tool_calls", -1, ("name", "parameters")]),
    "ollama": (1, ["message", "tool_calls", -1, "function", ("name", "arguments")]),
    "ollama-generate": (1, ["tool_calls", -1, "function", ("name", "arguments")]),
    "anthropic-batches": (1, ["result", ("type",), "message", "content", -1, ("type", "name", "input")]),
    "openai-batches": (1, ["response", ("status_code",), "body", ("object",), "choices", -1, "message", "tool_calls", -1, ("type",), "function", ("name", "arguments")]),
    "anthropic-sessions": (2, [("type", "id", "name", "input")]),
    "openai-agents": (2, [("type",), "item", ("type", "call_id", "name", "arguments")]),
    "gemini-batches": (1, ["response", "candidates", -1, "content", "parts", -1, "functionCall", ("name", "args")]),
    "bedrock-agents": (2, [("invocationId",), "invocationInputs", -1, ("functionInvocationInput",), "functionInvocationInput", ("actionGroup", "function", "parameters")]),
    "bedrock-agentcore": (3, [("contentBlockIndex",), "start", "toolUse", ("toolUseId", "name", "type")]),
}
