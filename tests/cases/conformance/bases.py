"""The answers that the cases grow from: one for each API and framing, with one call of `zap`."""

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


def candidate(parts, reason=None):
    made = {"content": {"role": "model", "parts": parts}, "index": 0}
    return {"candidates": [made | ({"finishReason": reason} if reason else {})], "modelVersion": "m"}


DOCUMENTS = {
    "anthropic": MESSAGE,
    "openai-chat": {
        "id": "c_1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": "Well.", "refusal": None, "tool_calls": [CALL]},
            "logprobs": None, "finish_reason": "tool_calls",
        }],
    },
    "openai-responses": RESPONSE,
    "gemini": candidate([{"text": "Well."}, {"functionCall": {"name": "zap", "args": {"p": "/x"}}}], "STOP"),
    "gemini-interactions": INTERACTION | {"steps": [{"type": "model_output", "content": [{"type": "text", "text": "Well."}]}, STEP]},
    "bedrock-converse": {
        "output": {"message": {"role": "assistant", "content": [
            {"text": "Well."}, {"toolUse": {"toolUseId": "t_1", "name": "zap", "input": {"p": "/x"}}}]}},
        "stopReason": "tool_use", "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1},
    },
    "bedrock-invoke": MESSAGE,
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


def begun(item):
    return item | {"status": "in_progress"} | ({"arguments": ""} if "arguments" in item else {"content": []})


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
}
