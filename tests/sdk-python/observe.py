"""What the official Python SDKs make of responses: `observe.py < cases.jsonl`, a line out for each line in.

A case is a response, byte for byte (`tests/cases/conformance`); it is served on the loopback and read through each way the
SDK has. Out come `id` and `seen`: for each way `calls` (name and arguments, as far as they were handed over, complete or
not) and `error`, the class of what was raised. Older SDKs (`one-back.txt`, `two-back.txt`) are tried in the same ways, as
far as they have them; the SDKs of which no older one is tried may be absent.
"""

import base64
import importlib
import inspect
import json
import math
import socketserver
import sys
import threading
import warnings

import anthropic
import boto3
import botocore.config
import httpx
import openai
from google import genai

from noted import (agent_event, agent_handlers, agent_item, agent_session, arguments, cohere_raw, cohere_v1_raw, cohere_v1_reply,
                   ollama_message, plain, returned, session_event)


def optional(name: str):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


cohere, httpx2, mistralai, ollama = map(optional, ["cohere", "httpx2", "mistralai.client", "ollama"])
warnings.simplefilter("ignore")
current: dict = {}


# What an SDK asks for before it asks for a batch's results.
BATCH = {
    "id": "b", "type": "message_batch", "processing_status": "ended", "created_at": "2026-01-01T00:00:00Z",
    "expires_at": "2026-01-02T00:00:00Z", "ended_at": None, "archived_at": None, "cancel_initiated_at": None,
    "request_counts": {"processing": 0, "succeeded": 1, "errored": 0, "canceled": 0, "expired": 0},
    "results_url": "/v1/messages/batches/b/results",
}


class Served(socketserver.StreamRequestHandler):
    """Answers every request with the current case."""

    def handle(self) -> None:
        length = 0
        path = self.rfile.readline().split(b" ")[1].decode()
        while (line := self.rfile.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        self.rfile.read(length)
        if path == "/v1/messages/batches/b":
            body = json.dumps(BATCH).encode()
            self.wfile.write(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\nconnection: close\r\n"
                             b"content-length: %d\r\n\r\n%s" % (len(body), body))
            return
        body = base64.b64decode(current["body"])
        headers = current["headers"] | {"content-length": str(len(body)), "connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {current['status']} X\r\n{head}\r\n".encode("latin-1") + body)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def strict(value):
    """A value as strict JSON: what has no place there becomes text."""
    if isinstance(value, (list, tuple)):
        return [strict(element) for element in value]
    if isinstance(value, dict):
        return {strict(str(key)): strict(member) for key, member in value.items()}
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if value is None or isinstance(value, (bool, int, float)) else repr(value)


def anthropic_blocks(blocks, calls) -> None:
    calls += [[block.name, plain(block.input)] for block in blocks if block.type == "tool_use"]


def anthropic_raw(stream, calls) -> None:
    """As an agent that puts the events together itself: by index, deltas in the order they come."""
    open_calls = {}
    for event in stream:
        if event.type == "message_start":
            anthropic_blocks(event.message.content, calls)
        elif event.type == "content_block_start" and event.content_block.type == "tool_use":
            call = [event.content_block.name, event.content_block.input]
            calls.append(call)
            open_calls[getattr(event, "index", None)] = (call, [])
        elif event.type == "content_block_delta" and event.delta.type == "input_json_delta":
            call, pieces = open_calls.get(getattr(event, "index", None), ([None, None], []))
            pieces.append(event.delta.partial_json)
            if "".join(pieces):
                call[1] = arguments("".join(pieces))


def chat_message(message, calls) -> None:
    for call in message.tool_calls or []:
        function = getattr(call, "function", None)
        custom = getattr(call, "custom", None)
        if function is not None:
            calls.append([function.name, arguments(plain(function.arguments))])
        if custom is not None:
            calls.append([custom["name"], custom["input"]] if isinstance(custom, dict) else [custom.name, custom.input])
    if message.function_call is not None:
        calls.append([message.function_call.name, arguments(message.function_call.arguments)])


def chat_raw(stream, calls) -> None:
    found, texts = {}, {}

    def add(key, name, text):
        if key not in found:
            found[key] = [name, None]
            calls.append(found[key])
        elif name:
            found[key][0] = (found[key][0] or "") + name
        if isinstance(text, str):
            texts[key] = texts.get(key, "") + text
            found[key][1] = arguments(texts[key])
        elif text is not None:
            found[key][1] = plain(text)

    for chunk in stream:
        for choice in chunk.choices or []:
            deltas = [choice.delta, getattr(choice, "message", None)]
            for delta in (delta for delta in deltas if delta is not None):
                if isinstance(delta, dict):
                    for call in delta.get("tool_calls") or []:
                        calls.append([call["function"]["name"], arguments(call["function"]["arguments"])])
                    continue
                for place, call in enumerate(delta.tool_calls or []):
                    key = (choice.index, call.index if call.index is not None else ("new", len(calls), place))
                    if call.function is not None:
                        add(key, call.function.name, call.function.arguments)
                    custom = getattr(call, "custom", None)
                    if custom is not None:
                        custom = plain(custom)
                        add((key, "custom"), custom.get("name"), custom.get("input"))
                if delta.function_call is not None:
                    add((choice.index, "function_call"), delta.function_call.name, delta.function_call.arguments)


BUILTIN = ("local_shell_call", "shell_call", "computer_call", "apply_patch_call")


def items(output, calls) -> None:
    for item in output or []:
        if item.type in ("function_call", "mcp_approval_request"):
            calls.append([item.name, arguments(item.arguments)])
        elif item.type == "custom_tool_call":
            calls.append([item.name, item.input])
        elif item.type in BUILTIN:
            calls.append([item.type, None])


def responses_raw(stream, calls) -> None:
    for event in stream:
        if event.type == "response.output_item.done":
            items([event.item], calls)
        elif event.type in ("response.completed", "response.incomplete", "response.failed"):
            items(event.response.output, calls)


def gemini_parts(response, calls) -> None:
    for candidate in response.candidates or []:
        for part in (candidate.content.parts if candidate.content else None) or []:
            if part.function_call is not None:
                call = part.function_call
                # What a piece of a call says alone is no call yet.
                if call.name or call.args:
                    calls.append([call.name, call.args])


def gemini_batch(job, calls) -> None:
    for result in (job.dest.inlined_responses if job.dest else None) or []:
        if result.response is not None:
            gemini_parts(result.response, calls)


def gemini_lines(found, calls) -> None:
    """As agents read a file of results: an answer a line, in the spelling of the API."""
    for line in found.decode().split("\n"):
        for candidate in (json.loads(line).get("response") or {}).get("candidates") or [] if line.strip() else []:
            for part in candidate["content"]["parts"]:
                if "functionCall" in part:
                    calls.append([part["functionCall"].get("name"), part["functionCall"].get("args")])


def gemini_models(found, calls) -> None:
    """The same by the SDK's own classes, which take other spellings as well."""
    for line in found.splitlines():
        response = json.loads(line).get("response") if line.strip() else None
        if response:
            gemini_parts(genai.types.GenerateContentResponse.model_validate(response), calls)


def steps(found, calls) -> None:
    calls += [[step.name, plain(step.arguments)] for step in found or [] if step.type == "function_call"]


def interactions_raw(stream, calls) -> None:
    open_calls = {}
    for event in stream:
        if event.event_type in ("interaction.created", "interaction.completed"):
            steps(getattr(event.interaction, "steps", None), calls)
        elif event.event_type == "step.start" and event.step.type == "function_call":
            call = [event.step.name, plain(event.step.arguments)]
            calls.append(call)
            open_calls[event.index] = (call, [])
        elif event.event_type == "step.delta" and event.delta.type == "arguments_delta":
            call, pieces = open_calls.get(event.index, ([None, None], []))
            pieces.append(event.delta.arguments or "")
            if "".join(pieces):
                call[1] = arguments("".join(pieces))


def converse_message(response, calls) -> None:
    for block in response["output"]["message"]["content"]:
        if "toolUse" in block and block["toolUse"].get("type") != "server_tool_use":
            calls.append([block["toolUse"]["name"], block["toolUse"]["input"]])


def converse_raw(response, calls, provided=("server_tool_use",)) -> None:
    open_calls = {}
    for event in response["stream"]:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            if "toolUse" in start["start"] and start["start"]["toolUse"].get("type") not in provided:
                call = [start["start"]["toolUse"]["name"], None]
                calls.append(call)
                open_calls[start.get("contentBlockIndex")] = (call, [])
        elif "contentBlockDelta" in event and "toolUse" in event["contentBlockDelta"]["delta"]:
            delta = event["contentBlockDelta"]
            call, pieces = open_calls.get(delta.get("contentBlockIndex"), ([None, None], []))
            pieces.append(delta["delta"]["toolUse"]["input"])
            call[1] = arguments("".join(pieces))


def functions(found, calls) -> None:
    """Calls in the shape of Chat Completions, each whole."""
    for call in found or []:
        function = getattr(call, "function", None)
        if function is not None:
            calls.append([function.name, arguments(plain(function.arguments))])


def run_waits(run, calls) -> None:
    if run.required_action is not None and run.required_action.submit_tool_outputs is not None:
        functions(run.required_action.submit_tool_outputs.tool_calls, calls)


def run_step(step, calls) -> None:
    functions(getattr(step.step_details, "tool_calls", None), calls)


def assistants_raw(stream, calls) -> None:
    """As an agent that runs what the run waits for, or what came in pieces before it."""
    found = {}
    for event in stream:
        if event.event.startswith("thread.run.step."):
            if event.event != "thread.run.step.delta":
                run_step(event.data, calls)
                continue
            for call in getattr(event.data.delta.step_details, "tool_calls", None) or []:
                if getattr(call, "function", None) is None:
                    continue
                key = (event.data.id, call.index)
                if key not in found:
                    found[key] = ([call.function.name, None], [])
                    calls.append(found[key][0])
                elif call.function.name:
                    found[key][0][0] = (found[key][0][0] or "") + call.function.name
                found[key][1].append(call.function.arguments or "")
                if "".join(found[key][1]):
                    found[key][0][1] = arguments("".join(found[key][1]))
        elif event.event.startswith("thread.run."):
            run_waits(event.data, calls)


def assistants_helper(manager, calls) -> None:
    with manager as stream:
        for event in stream:
            if event.event == "thread.run.requires_action":
                run_waits(event.data, calls)
        for step in stream.get_final_run_steps():
            run_step(step, calls)
        run_waits(stream.get_final_run(), calls)


def entries(found, calls) -> None:
    calls += [[entry.name, arguments(plain(entry.arguments))] for entry in found or [] if entry.type == "function.call"]


def conversation_raw(stream, calls) -> None:
    found = {}
    for event in stream:
        if event.data.type != "function.call.delta":
            continue
        call = event.data
        if call.output_index not in found:
            found[call.output_index] = ([call.name, None], [])
            calls.append(found[call.output_index][0])
        known, pieces = found[call.output_index]
        if isinstance(call.arguments, str):
            pieces.append(call.arguments)
            known[1] = arguments("".join(pieces))
        else:
            known[1] = plain(call.arguments)


def mistral_chat_raw(stream, calls) -> None:
    found = {}
    for event in stream:
        for choice in event.data.choices:
            for call in choice.delta.tool_calls or []:
                key = (choice.index, call.index)
                if key not in found:
                    found[key] = ([call.function.name, None], [])
                    calls.append(found[key][0])
                else:
                    found[key][0][0] += call.function.name
                if isinstance(call.function.arguments, str):
                    found[key][1].append(call.function.arguments)
                    found[key][0][1] = arguments("".join(found[key][1]))
                else:
                    found[key][0][1] = plain(call.function.arguments)


def result_lines(found, calls) -> None:
    """As agents read a file of results: a document a line, a chat completion or a response in each."""
    for line in found:
        if not line.strip():
            continue
        response = json.loads(line)["response"]
        body = (response or {}).get("body") or {}
        for choice in body.get("choices") or []:
            for call in choice["message"].get("tool_calls") or []:
                calls.append([call["function"]["name"], arguments(call["function"]["arguments"])])
        for item in body.get("output") or []:
            if item["type"] == "function_call":
                calls.append([item["name"], arguments(item["arguments"])])


def batch_results(found, calls) -> None:
    for line in found:
        if line.result.type == "succeeded":
            anthropic_blocks(line.result.message.content, calls)


def final(context, get, note, calls) -> None:
    with context as stream:
        note(get(stream), calls)


class Ways:
    """The ways of the SDKs, by API and what was asked for."""

    def __init__(self, address: str) -> None:
        # Where older SDKs raise within a stream they leave its connection open; in the end none would be free.
        self.responses = []
        hooks = {"response": [self.responses.append]}
        http = (httpx2 or httpx).Client(timeout=5, follow_redirects=False, event_hooks=hooks)
        keys = {"aws_access_key_id": "unused", "aws_secret_access_key": "unused"}
        config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=5)
        claude = anthropic.Anthropic(base_url=address, api_key="unused", http_client=http, max_retries=0)
        has_key = "api_key" in inspect.signature(anthropic.AnthropicBedrock.__init__).parameters
        invoke = anthropic.AnthropicBedrock(
            base_url=address, aws_region="us-east-1", http_client=http, max_retries=0,
            **({"api_key": "unused"} if has_key else {"aws_access_key": "unused", "aws_secret_key": "unused"}))
        gpt = openai.OpenAI(base_url=address, api_key="unused", http_client=http, max_retries=0)
        known = genai.types.HttpOptions.model_fields
        own = {"httpx_client": http} if "httpx_client" in known else {"timeout": 5_000}
        if "retry_options" in known:
            own["retry_options"] = genai.types.HttpRetryOptions(attempts=1)
        gemini = genai.Client(api_key="unused", http_options=genai.types.HttpOptions(base_url=address, **own))
        bedrock = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=address, config=config, **keys)
        agents, harness = [
            name in boto3.session.Session().get_available_services()
            and boto3.client(name, region_name="us-east-1", endpoint_url=address, config=config, **keys)
            for name in ("bedrock-agent-runtime", "bedrock-agentcore")]
        inline = {"sessionId": "s-1", "foundationModel": "m", "instruction": "x" * 40, "inputText": "x"}
        invoked = {"harnessArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/h-0123456789", "runtimeSessionId": "s" * 40}
        one = {"max_retries": 0}
        chats = cohere and cohere.ClientV2(api_key="unused", base_url=address, timeout=5)
        older = cohere and cohere.Client(api_key="unused", base_url=address, timeout=5)
        mistral = mistralai and mistralai.Mistral(api_key="unused", server_url=address, client=http)
        conversations = mistral and mistral.beta.conversations
        llama = ollama and ollama.Client(address, timeout=5)
        streams = getattr(gpt.chat.completions, "stream", None) or gpt.beta.chat.completions.stream
        threads = gpt.beta.threads
        run = {"assistant_id": "a", "thread": {}}
        said = [{"role": "user", "content": "x"}]
        message = {"model": "m", "max_tokens": 9, "messages": said}
        chat = {"model": "m", "messages": said}
        response = {"model": "m", "input": "x"}
        generate = {"model": "m", "contents": "x"}
        interact = {"model": "m", "input": "x"}
        talk = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "x"}]}]}

        def claude_ways(client):
            return {
                "document": {"create": lambda calls: anthropic_blocks(client.messages.create(**message).content, calls)},
                "stream": {
                    "raw": lambda calls: anthropic_raw(client.messages.create(**message, stream=True), calls),
                    "helper": lambda calls: final(
                        client.messages.stream(**message), lambda s: s.get_final_message().content, anthropic_blocks, calls),
                },
            }

        def choices(completion, calls):
            for choice in completion.choices or []:
                chat_message(choice.message, calls)

        self.ways = {
            "anthropic": claude_ways(claude),
            "bedrock-invoke": claude_ways(invoke),
            "openai-chat": {
                "document": {
                    "create": lambda calls: choices(gpt.chat.completions.create(**chat), calls),
                    "mistral": lambda calls: [
                        functions(choice.message.tool_calls, calls) for choice in mistral.chat.complete(**chat).choices],
                },
                "stream": {
                    "raw": lambda calls: chat_raw(gpt.chat.completions.create(**chat, stream=True), calls),
                    "helper": lambda calls: final(
                        streams(**chat), lambda s: s.get_final_completion(), choices, calls),
                    "mistral": lambda calls: mistral_chat_raw(mistral.chat.stream(**chat), calls),
                },
            },
            "openai-responses": {
                "document": {"create": lambda calls: items(gpt.responses.create(**response).output, calls)},
                "stream": {
                    "raw": lambda calls: responses_raw(gpt.responses.create(**response, stream=True), calls),
                    "helper": lambda calls: final(
                        gpt.responses.stream(**response), lambda s: s.get_final_response().output, items, calls),
                },
            },
            "gemini": {
                "document": {"create": lambda calls: gemini_parts(gemini.models.generate_content(**generate), calls)},
                "stream": {"raw": lambda calls: [gemini_parts(chunk, calls) for chunk in gemini.models.generate_content_stream(**generate)]},
            },
            "gemini-interactions": {
                "document": {"create": lambda calls: steps(gemini.interactions.create(**interact).steps, calls)},
                "stream": {"raw": lambda calls: interactions_raw(gemini.interactions.create(**interact, stream=True), calls)},
            },
            "bedrock-converse": {
                "document": {"create": lambda calls: converse_message(bedrock.converse(**talk), calls)},
                "stream": {"raw": lambda calls: converse_raw(bedrock.converse_stream(**talk), calls)},
            },
            "bedrock-agents": {"stream": {"raw": lambda calls: returned(agents.invoke_inline_agent(**inline), calls)}},
            "bedrock-agentcore": {"stream": {"raw": lambda calls: converse_raw(
                harness.invoke_harness(**invoked, messages=talk["messages"]), calls, ("server_tool_use", "mcp_tool_use"))}},
            "openai-assistants": {
                "document": {
                    "create": lambda calls: run_waits(threads.create_and_run(**run), calls),
                    "retrieve": lambda calls: run_waits(threads.runs.retrieve("r", thread_id="t"), calls),
                },
                "stream": {
                    "raw": lambda calls: assistants_raw(threads.create_and_run(**run, stream=True), calls),
                    "helper": lambda calls: assistants_helper(threads.create_and_run_stream(**run), calls),
                },
            },
            "openai-assistants-steps": {
                "document": {"list": lambda calls: [
                    run_step(step, calls) for step in threads.runs.steps.list("r", thread_id="t").data]},
            },
            "mistral": {
                "document": {"start": lambda calls: entries(conversations.start(model="m", inputs="x").outputs, calls)},
                "stream": {"raw": lambda calls: conversation_raw(conversations.start_stream(model="m", inputs="x"), calls)},
            },
            "mistral-history": {
                "document": {"get_history": lambda calls: entries(
                    conversations.get_history(conversation_id="c").entries, calls)},
            },
            "cohere": {
                "document": {"chat": lambda calls: functions(
                    chats.chat(model="m", messages=said, request_options=one).message.tool_calls, calls)},
                "stream": {"raw": lambda calls: cohere_raw(
                    chats.chat_stream(model="m", messages=said, request_options=one), calls)},
            },
            "cohere-v1": {
                "document": {"chat": lambda calls: cohere_v1_reply(older.chat(message="x", request_options=one), calls)},
                "stream": {"raw": lambda calls: cohere_v1_raw(older.chat_stream(message="x", request_options=one), calls)},
            },
            "ollama": {
                "document": {"chat": lambda calls: ollama_message(llama.chat(model="m", messages=said), calls)},
                "stream": {"raw": lambda calls: [
                    ollama_message(part, calls) for part in llama.chat(model="m", messages=said, stream=True)]},
            },
            "ollama-generate": {
                "document": {"generate": lambda calls: ollama_message(llama.generate(model="m", prompt="x"), calls)},
                "stream": {"raw": lambda calls: [
                    ollama_message(part, calls) for part in llama.generate(model="m", prompt="x", stream=True)]},
            },
            "anthropic-batches": {
                "stream": {"results": lambda calls: batch_results(claude.messages.batches.results("b"), calls)},
            },
            "openai-batches": {
                "stream": {
                    "lines": lambda calls: result_lines(gpt.files.content("f").iter_lines(), calls),
                    "text": lambda calls: result_lines(gpt.files.content("f").text.split("\n"), calls),
                    "mistral": lambda calls: result_lines(mistral.files.download(file_id="f").iter_lines(), calls),
                },
            },
            "anthropic-sessions": {
                # The page that came, and no other.
                "document": {"list": lambda calls: [session_event(event, calls) for event in claude.beta.sessions.events.list("s").data]},
                "stream": {"raw": lambda calls: [session_event(event, calls) for event in claude.beta.sessions.events.stream("s")]},
            },
            "openai-agents": {
                "document": {"list": lambda calls: [
                    agent_item(item, calls) for item in gpt.beta.agents.sessions.items.list("s").data]},
                "stream": {
                    "raw": lambda calls: [
                        agent_event(event, calls) for event in gpt.beta.agents.sessions.events.stream("s")],
                    "handlers": lambda calls: agent_handlers(gpt.beta.agents.sessions, calls),
                },
            },
            "openai-agents-session": {
                "document": {"retrieve": lambda calls: agent_session(gpt.beta.agents.sessions.retrieve("s"), calls)},
            },
            "gemini-batches": {
                "document": {
                    "get": lambda calls: gemini_batch(gemini.batches.get(name="batches/b"), calls),
                    # The page that came, and no other: the next would be the same.
                    "list": lambda calls: [gemini_batch(job, calls) for job in gemini.batches.list().page],
                },
                "stream": {
                    "lines": lambda calls: gemini_lines(gemini.files.download(file="files/f"), calls),
                    "models": lambda calls: gemini_models(gemini.files.download(file="files/f"), calls),
                },
            },
        }

        apart = {
            "mistral": mistral, "mistral-history": mistral, "cohere": chats, "cohere-v1": older, "ollama": llama,
            "ollama-generate": llama, "gemini-interactions": hasattr(gemini, "interactions"),
            "gemini-batches": hasattr(genai.types, "InlinedResponse"),
            "bedrock-agents": hasattr(agents, "invoke_inline_agent"), "bedrock-agentcore": hasattr(harness, "invoke_harness"),
            "gemini-batches": hasattr(genai.types, "InlinedResponse"), "anthropic-sessions": hasattr(claude.beta, "sessions"),
            "openai-agents": hasattr(gpt.beta, "agents"), "openai-agents-session": hasattr(gpt.beta, "agents"),
        }
        for api in [api for api, there in apart.items() if not there]:
            del self.ways[api]
        for ways in [how for api in self.ways.values() for how in api.values()]:
            if not mistral:
                ways.pop("mistral", None)

    def see(self, case: dict) -> dict:
        current.update(case)
        seen = {}
        for name, way in self.ways.get(case["api"], {}).get(case["how"], {}).items():
            calls, error = [], None
            try:
                way(calls)
            except Exception as raised:
                error = type(raised).__name__
            seen[f"python {name}"] = {"calls": strict(calls), "error": error}
            while self.responses:
                self.responses.pop().close()
        return seen


server = Server(("127.0.0.1", 0), Served)
threading.Thread(target=server.serve_forever, daemon=True).start()
ways = Ways(f"http://127.0.0.1:{server.server_address[1]}")
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], "seen": ways.see(case)}), flush=True)
