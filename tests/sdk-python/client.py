"""Drives the official Python SDKs the way an agent does, one conversation a line.

In, a JSON document a line: `api` (the keys of `RUN` and of `further.py`), `how` (create, stream, runner, runner-stream), `prompt`,
`base_url`, `ca`, `certificate`, `key`. Out, a line for each: `calls` (every call the SDK handed over, with its
arguments), `ran` (the tools that were executed), `text`, `stop`, `error`.
"""

import json
import os
import sys

import anthropic
import boto3
import botocore.config
import botocore.exceptions
import cohere
import httpx
import httpx2
import ollama
import openai
from cohere.core.api_error import ApiError as CohereError
from google import genai
from mistralai.client import Mistral
from mistralai.client.errors import MistralError

from agent import TOOLS, functions, note_anthropic, note_openai, note_response, say, schema, seen
from further import FURTHER
from trust import trust

def run_anthropic(spec: dict, http: httpx2.Client) -> None:
    converse_anthropic(
        spec, anthropic.Anthropic(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    )


def run_invoke(spec: dict, http: httpx2.Client) -> None:
    converse_anthropic(
        spec,
        anthropic.AnthropicBedrock(
            base_url=spec["base_url"], api_key="unused", aws_region="us-east-1", http_client=http, max_retries=0
        ),
    )


def converse_anthropic(spec: dict, client) -> None:
    tools = [{"name": name, "description": tool.__doc__, "input_schema": schema(name)} for name, tool in TOOLS.items()]
    tools += spec.get("tools", [])
    request = {"model": "claude-e2e", "max_tokens": 1024, "messages": [{"role": "user", "content": spec["prompt"]}]}
    how = spec["how"]
    if how == "create":
        note_anthropic(client.messages.create(**request, tools=tools))
    elif how == "stream":
        with client.messages.stream(**request, tools=tools) as stream:
            note_anthropic(stream.get_final_message())
    else:
        runnable = [anthropic.beta_tool(tool) for tool in TOOLS.values()]
        streaming = how == "runner-stream"
        runner = client.beta.messages.tool_runner(**request, tools=runnable, stream=streaming)
        for turn in runner:
            note_anthropic(turn.get_final_message() if streaming else turn)


def run_openai(spec: dict, http: httpx2.Client) -> None:
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    tools = [
        {"type": "function", "function": {"name": name, "description": tool.__doc__, "parameters": schema(name)}}
        for name, tool in TOOLS.items()
    ]
    messages = [{"role": "user", "content": spec["prompt"]}]
    streaming = spec["how"] in ("stream", "runner-stream")
    while True:
        if streaming:
            with client.chat.completions.stream(model="gpt-e2e", messages=messages, tools=tools) as stream:
                completion = stream.get_final_completion()
        else:
            completion = client.chat.completions.create(model="gpt-e2e", messages=messages, tools=tools)
        calls = note_openai(completion)
        if not calls or not spec["how"].startswith("runner"):
            return
        # The chat API has no runner in this SDK; this is the loop its documentation shows.
        messages.append(completion.choices[0].message.model_dump(exclude_none=True, exclude={"parsed"}))
        for call in calls:
            result = TOOLS[call.function.name](**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})


def run_responses(spec: dict, http: httpx2.Client) -> None:
    """The runner sends the history with every request; the streaming one lets the provider keep it."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    tools = [
        {"type": "function", "name": name, "description": tool.__doc__, "parameters": schema(name), "strict": False}
        for name, tool in TOOLS.items()
    ] + spec.get("tools", [])
    request = {"model": "gpt-e2e", "tools": tools, "input": [{"role": "user", "content": spec["prompt"]}]}
    streaming = spec["how"] in ("stream", "runner-stream")
    while True:
        if streaming:
            with client.responses.stream(**request) as stream:
                response = stream.get_final_response()
        else:
            response = client.responses.create(**request, store=False)
        calls = note_response(response)
        if not calls or not spec["how"].startswith("runner"):
            return
        outputs = []
        for call in calls:
            result = TOOLS[call.name](**json.loads(call.arguments))
            outputs.append({"type": "function_call_output", "call_id": call.call_id, "output": result})
        if streaming:
            request |= {"previous_response_id": response.id, "input": outputs}
        else:
            request["input"] = request["input"] + response.output + outputs


def run_assistants(spec: dict, http: httpx2.Client) -> None:
    """A run waits at the provider, which takes the outputs of all its calls at once."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    threads = client.beta.threads
    streaming = spec["how"] in ("stream", "runner-stream")
    thread = {"messages": [{"role": "user", "content": spec["prompt"]}]}
    request = {"assistant_id": "asst_e2e", "model": "gpt-e2e", "tools": functions(), "thread": thread}

    def watched(manager):
        with manager as stream:
            stream.until_done()
            return stream.current_run

    if streaming:
        run = watched(threads.create_and_run_stream(**request))
    else:
        run = threads.create_and_run_poll(**request, poll_interval_ms=1)
    while True:
        seen["stop"] = run.status
        if run.last_error:
            say(run.last_error.message)
        calls = run.required_action.submit_tool_outputs.tool_calls if run.required_action else []
        seen["calls"] += [[call.function.name, json.loads(call.function.arguments)] for call in calls]
        if run.status != "requires_action" or not spec["how"].startswith("runner"):
            break
        outputs = [
            {"tool_call_id": call.id, "output": TOOLS[call.function.name](**json.loads(call.function.arguments))}
            for call in calls
        ]
        submitted = {"run_id": run.id, "thread_id": run.thread_id, "tool_outputs": outputs}
        if streaming:
            run = watched(threads.runs.submit_tool_outputs_stream(**submitted))
        else:
            run = threads.runs.submit_tool_outputs(**submitted)
    for message in threads.messages.list(run.thread_id):
        say("".join(part.text.value for part in message.content))


def note_gemini(response) -> None:
    """Notes one response, which in a stream is an event."""
    for candidate in response.candidates or []:
        for part in (candidate.content and candidate.content.parts) or []:
            if part.text and not part.thought:
                seen["text"] += part.text
            if part.function_call:
                seen["calls"].append([part.function_call.name, part.function_call.args])
        if candidate.finish_reason:
            seen["stop"] = candidate.finish_reason.value
            say("")


def run_gemini(spec: dict, http: httpx2.Client) -> None:
    options = genai.types.HttpOptions(base_url=spec["base_url"], httpx_client=http)
    client = genai.Client(api_key="unused", http_options=options)
    request = {"model": "gemini-e2e", "contents": spec["prompt"]}
    how = spec["how"]
    if how.startswith("runner"):
        # The SDK runs Python functions by itself, and keeps the turns that led to its last answer.
        config = {"tools": list(TOOLS.values())}
        if how == "runner":
            response = client.models.generate_content(**request, config=config)
            for turn in response.automatic_function_calling_history or []:
                if turn.role == "model":
                    candidate = genai.types.Candidate(content=turn)
                    note_gemini(genai.types.GenerateContentResponse(candidates=[candidate]))
            note_gemini(response)
            return
        stream = client.models.generate_content_stream(**request, config=config)
    else:
        functions = [
            {"name": name, "description": tool.__doc__, "parameters_json_schema": schema(name)}
            for name, tool in TOOLS.items()
        ]
        config = {"tools": [{"function_declarations": functions}]}
        if how == "create":
            note_gemini(client.models.generate_content(**request, config=config))
            return
        stream = client.models.generate_content_stream(**request, config=config)
    for response in stream:
        note_gemini(response)


def note_interaction(interaction) -> None:
    for step in interaction.steps:
        if step.type == "function_call":
            seen["calls"].append([step.name, step.arguments])
        elif step.type == "model_output":
            for part in step.content or []:
                say(part.text)
    seen["stop"] = interaction.status


def put_together(events) -> list:
    """The steps of a stream, as an agent puts them together, and the interaction's identifier."""
    steps, stopped = {}, None
    for event in events:
        if event.event_type == "step.start":
            steps[event.index] = {"step": event.step, "json": "", "text": ""}
        elif event.event_type == "step.delta" and event.delta.type == "arguments_delta":
            steps[event.index]["json"] += event.delta.arguments or ""
        elif event.event_type == "step.delta" and event.delta.type == "text":
            steps[event.index]["text"] += event.delta.text
        elif event.event_type == "interaction.completed":
            stopped = event.interaction
        elif event.event_type == "error":
            raise RuntimeError(event.error.message)
    calls = []
    for step in steps.values():
        if step["step"].type == "function_call":
            calls.append((step["step"].id, step["step"].name, json.loads(step["json"] or "{}")))
        elif step["text"]:
            say(step["text"])
    seen["calls"] += [[name, arguments] for _, name, arguments in calls]
    seen["stop"] = stopped.status
    return [stopped.id, calls]


def run_interactions(spec: dict, http: httpx2.Client) -> None:
    """The SDK runs no tools here; the provider keeps what was said."""
    options = genai.types.HttpOptions(base_url=spec["base_url"], httpx_client=http)
    client = genai.Client(api_key="unused", http_options=options)
    tools = [
        {"type": "function", "name": name, "description": tool.__doc__, "parameters": schema(name)}
        for name, tool in TOOLS.items()
    ]
    request = {"model": "gemini-e2e", "tools": tools, "input": spec["prompt"]}
    while True:
        if spec["how"] in ("stream", "runner-stream"):
            kept, calls = put_together(client.interactions.create(**request, stream=True))
        else:
            interaction = client.interactions.create(**request)
            note_interaction(interaction)
            kept = interaction.id
            steps = [step for step in interaction.steps if step.type == "function_call"]
            calls = [(step.id, step.name, step.arguments) for step in steps]
        if not calls or not spec["how"].startswith("runner"):
            return
        results = []
        for call, name, arguments in calls:
            result = TOOLS[name](**arguments)
            results.append({"type": "function_result", "call_id": call, "name": name, "result": result})
        request |= {"previous_interaction_id": kept, "input": results}


def note_converse(message: dict, stop: str) -> list:
    calls = []
    for block in message["content"]:
        if "text" in block:
            say(block["text"])
        elif "toolUse" in block:
            calls.append(block["toolUse"])
            seen["calls"].append([block["toolUse"]["name"], block["toolUse"]["input"]])
    seen["stop"] = stop
    return calls


def streamed_message(stream) -> tuple:
    """A message and its stop reason from the events of a stream, as the documentation puts them together."""
    blocks, stop = {}, None
    for event in stream:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]
            if "toolUse" in delta["delta"]:
                blocks[delta["contentBlockIndex"]]["toolUse"]["input"] += delta["delta"]["toolUse"]["input"]
            elif "text" in delta["delta"]:
                block = blocks.setdefault(delta["contentBlockIndex"], {"text": ""})
                block["text"] += delta["delta"]["text"]
        elif "messageStop" in event:
            stop = event["messageStop"]["stopReason"]
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
    return {"role": "assistant", "content": list(blocks.values())}, stop


def run_converse(spec: dict, _: httpx2.Client) -> None:
    os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "unused"
    config = botocore.config.Config(
        client_cert=(spec["certificate"], spec["key"]), retries={"total_max_attempts": 1}, read_timeout=60
    )
    client = boto3.client(
        "bedrock-runtime", region_name="us-east-1", endpoint_url=spec["base_url"], verify=spec["ca"], config=config
    )
    tools = [
        {"toolSpec": {"name": name, "description": tool.__doc__, "inputSchema": {"json": schema(name)}}}
        for name, tool in TOOLS.items()
    ]
    messages = [{"role": "user", "content": [{"text": spec["prompt"]}]}]
    request = {"modelId": "e2e.model-v1:0", "toolConfig": {"tools": tools}, "messages": messages}
    while True:
        if spec["how"] in ("stream", "runner-stream"):
            message, stop = streamed_message(client.converse_stream(**request)["stream"])
        else:
            response = client.converse(**request)
            message, stop = response["output"]["message"], response["stopReason"]
        calls = note_converse(message, stop)
        if not calls or not spec["how"].startswith("runner"):
            return
        results = []
        for call in calls:
            result = TOOLS[call["name"]](**call["input"])
            results.append({"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": result}]}})
        messages += [message, {"role": "user", "content": results}]


def note_cohere(plan: str, text: str, calls: list, stop: str) -> list:
    """Notes a message whose calls are identifier, name and JSON arguments."""
    say("\n".join(part for part in (plan, text) if part))
    seen["calls"] += [[name, json.loads(arguments)] for _, name, arguments in calls]
    seen["stop"] = stop
    return calls


def streamed_cohere(events) -> list:
    """A message from the events of a stream, as the documentation puts it together."""
    plan, text, calls, stop = "", "", [], None
    for event in events:
        if event.type == "tool-plan-delta":
            plan += event.delta.message.tool_plan
        elif event.type == "content-delta":
            text += event.delta.message.content.text
        elif event.type == "tool-call-start":
            call = event.delta.message.tool_calls
            calls.append([call.id, call.function.name, call.function.arguments])
        elif event.type == "tool-call-delta":
            calls[event.index][2] += event.delta.message.tool_calls.function.arguments
        elif event.type == "message-end":
            stop = event.delta.finish_reason
    return [plan, text, calls, stop]


def run_cohere(spec: dict, _: httpx2.Client) -> None:
    with httpx.Client(verify=trust(spec), timeout=60) as http:
        client = cohere.ClientV2(api_key="unused", base_url=spec["base_url"], httpx_client=http)
        messages = [{"role": "user", "content": spec["prompt"]}]
        request = {"model": "command-e2e", "messages": messages, "tools": functions()}
        while True:
            if spec["how"] in ("stream", "runner-stream"):
                plan, text, calls, stop = streamed_cohere(client.chat_stream(**request))
            else:
                response = client.chat(**request)
                plan = response.message.tool_plan or ""
                text = "\n".join(part.text for part in response.message.content or [] if part.type == "text")
                calls = [[c.id, c.function.name, c.function.arguments] for c in response.message.tool_calls or []]
                stop = response.finish_reason
            note_cohere(plan, text, calls, stop)
            if not calls or not spec["how"].startswith("runner"):
                return
            said = [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in calls]
            messages.append({"role": "assistant", "tool_plan": plan, "tool_calls": said})
            for call, name, arguments in calls:
                result = TOOLS[name](**json.loads(arguments))
                document = {"type": "document", "document": {"data": json.dumps({"result": result})}}
                messages.append({"role": "tool", "tool_call_id": call, "content": [document]})


def run_mistral_chat(spec: dict, http: httpx2.Client) -> None:
    client = Mistral(api_key="unused", server_url=spec["base_url"], client=http)
    messages = [{"role": "user", "content": spec["prompt"]}]
    request = {"model": "mistral-e2e", "messages": messages, "tools": functions()}
    while True:
        text, calls = "", []
        if spec["how"] in ("stream", "runner-stream"):
            for event in client.chat.stream(**request):
                choice = event.data.choices[0]
                text += choice.delta.content or ""
                calls += choice.delta.tool_calls or []
                seen["stop"] = choice.finish_reason or seen["stop"]
        else:
            choice = client.chat.complete(**request).choices[0]
            text, calls, seen["stop"] = choice.message.content, choice.message.tool_calls or [], choice.finish_reason
        say(text or "")
        seen["calls"] += [[call.function.name, json.loads(call.function.arguments)] for call in calls]
        if not calls or not spec["how"].startswith("runner"):
            return
        messages.append({"role": "assistant", "content": text, "tool_calls": [call.model_dump() for call in calls]})
        for call in calls:
            result = TOOLS[call.function.name](**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "name": call.function.name, "content": result})


def streamed_conversation(events) -> list:
    """The identifier of a conversation, and its outputs from the events of a stream, by their index."""
    kept, outputs = None, {}
    for event in events:
        data = event.data
        if data.type == "conversation.response.started":
            kept = data.conversation_id
        elif data.type in ("message.output.delta", "function.call.delta"):
            outputs.setdefault(data.output_index, []).append(data)
        elif data.type == "conversation.response.done":
            seen["stop"] = "done"
        elif data.type == "conversation.response.error":
            raise RuntimeError(data.message)
    calls = []
    for pieces in outputs.values():
        if pieces[0].type == "message.output.delta":
            say("".join(piece.content for piece in pieces))
        else:
            arguments = "".join(piece.arguments for piece in pieces)
            calls.append([pieces[0].tool_call_id, pieces[0].name, arguments])
    return [kept, calls]


def run_mistral(spec: dict, http: httpx2.Client) -> None:
    """The provider keeps what was said; each turn sends the results alone."""
    conversations = Mistral(api_key="unused", server_url=spec["base_url"], client=http).beta.conversations
    streaming = spec["how"] in ("stream", "runner-stream")
    ask = conversations.start_stream if streaming else conversations.start
    request = {"model": "mistral-e2e", "inputs": spec["prompt"], "tools": functions()}
    while True:
        if streaming:
            kept, calls = streamed_conversation(ask(**request))
        else:
            response = ask(**request)
            kept, calls, seen["stop"] = response.conversation_id, [], "done"
            for entry in response.outputs:
                if entry.type == "message.output":
                    say(entry.content)
                elif entry.type == "function.call":
                    calls.append([entry.tool_call_id, entry.name, entry.arguments])
        seen["calls"] += [[name, json.loads(arguments)] for _, name, arguments in calls]
        if not calls or not spec["how"].startswith("runner"):
            return
        results = [
            {"type": "function.result", "tool_call_id": call, "result": TOOLS[name](**json.loads(arguments))}
            for call, name, arguments in calls
        ]
        ask = conversations.append_stream if streaming else conversations.append
        request = {"conversation_id": kept, "inputs": results}


def run_ollama(spec: dict, _: httpx2.Client) -> None:
    client = ollama.Client(spec["base_url"], verify=trust(spec), timeout=60)
    messages = [{"role": "user", "content": spec["prompt"]}]
    request = {"model": "ollama-e2e", "messages": messages, "tools": functions()}
    while True:
        streaming = spec["how"] in ("stream", "runner-stream")
        parts = client.chat(**request, stream=True) if streaming else [client.chat(**request)]
        text, calls = "", []
        for part in parts:
            text += part.message.content or ""
            calls += part.message.tool_calls or []
            seen["stop"] = part.done_reason or seen["stop"]
        say(text)
        seen["calls"] += [[call.function.name, dict(call.function.arguments)] for call in calls]
        if not calls or not spec["how"].startswith("runner"):
            return
        messages.append({"role": "assistant", "content": text, "tool_calls": calls})
        for call in calls:
            result = TOOLS[call.function.name](**call.function.arguments)
            messages.append({"role": "tool", "tool_name": call.function.name, "content": result})


def converse(spec: dict) -> None:
    seen.update(calls=[], ran=[], text="", stop=None, error=None)
    with httpx2.Client(verify=trust(spec), timeout=60) as http:
        try:
            RUN[spec["api"]](spec, http)
        except ERRORS as error:
            seen["error"] = f"{type(error).__name__}: {error}"


RUN = {
    "anthropic": run_anthropic,
    "openai": run_openai,
    "responses": run_responses,
    "gemini": run_gemini,
    "interactions": run_interactions,
    "converse": run_converse,
    "invoke": run_invoke,
    "cohere": run_cohere,
    "mistral-chat": run_mistral_chat,
    "mistral": run_mistral,
    "ollama": run_ollama,
    "assistants": run_assistants,
} | FURTHER
ERRORS = (
    anthropic.APIError,
    openai.APIError,
    genai.errors.APIError,
    botocore.exceptions.ClientError,
    botocore.exceptions.EventStreamError,
    CohereError,
    MistralError,
    ollama.ResponseError,
)

for line in sys.stdin:
    converse(json.loads(line))
    print(json.dumps(seen), flush=True)
