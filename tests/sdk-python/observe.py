"""What the official Python SDKs make of responses: `observe.py < cases.jsonl`, a line out for each line in.

A case is a response, byte for byte (`tests/cases/conformance`); it is served on the loopback and read through each way the
SDK has. Out come `id` and `seen`: for each way `calls` (name and arguments, as far as they were handed over, complete or
not) and `error`, the class of what was raised.
"""

import base64
import json
import math
import socketserver
import sys
import threading
import warnings

import anthropic
import boto3
import botocore.config
import httpx2
import openai
from google import genai

warnings.simplefilter("ignore")
current: dict = {}


class Served(socketserver.StreamRequestHandler):
    """Answers every request with the current case."""

    def handle(self) -> None:
        length = 0
        while (line := self.rfile.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        self.rfile.read(length)
        body = base64.b64decode(current["body"])
        headers = current["headers"] | {"content-length": str(len(body)), "connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {current['status']} X\r\n{head}\r\n".encode("latin-1") + body)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def arguments(text):
    """Arguments as an agent would read them; the text where they cannot be read."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


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


def plain(value):
    return value.model_dump(mode="json", exclude_unset=True) if hasattr(value, "model_dump") else value


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


def converse_raw(response, calls) -> None:
    open_calls = {}
    for event in response["stream"]:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            if "toolUse" in start["start"] and start["start"]["toolUse"].get("type") != "server_tool_use":
                call = [start["start"]["toolUse"]["name"], None]
                calls.append(call)
                open_calls[start.get("contentBlockIndex")] = (call, [])
        elif "contentBlockDelta" in event and "toolUse" in event["contentBlockDelta"]["delta"]:
            delta = event["contentBlockDelta"]
            call, pieces = open_calls.get(delta.get("contentBlockIndex"), ([None, None], []))
            pieces.append(delta["delta"]["toolUse"]["input"])
            call[1] = arguments("".join(pieces))


def final(context, get, note, calls) -> None:
    with context as stream:
        note(get(stream), calls)


class Ways:
    """The ways of the SDKs, by API and what was asked for."""

    def __init__(self, address: str) -> None:
        http = httpx2.Client(timeout=5, follow_redirects=False)
        keys = {"aws_access_key_id": "unused", "aws_secret_access_key": "unused"}
        config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=5)
        claude = anthropic.Anthropic(base_url=address, api_key="unused", http_client=http, max_retries=0)
        invoke = anthropic.AnthropicBedrock(
            base_url=address, api_key="unused", aws_region="us-east-1", http_client=http, max_retries=0)
        gpt = openai.OpenAI(base_url=address, api_key="unused", http_client=http, max_retries=0)
        gemini = genai.Client(api_key="unused", http_options=genai.types.HttpOptions(base_url=address, httpx_client=http))
        bedrock = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=address, config=config, **keys)
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
                "document": {"create": lambda calls: choices(gpt.chat.completions.create(**chat), calls)},
                "stream": {
                    "raw": lambda calls: chat_raw(gpt.chat.completions.create(**chat, stream=True), calls),
                    "helper": lambda calls: final(
                        gpt.chat.completions.stream(**chat), lambda s: s.get_final_completion(), choices, calls),
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
        }

    def see(self, case: dict) -> dict:
        current.update(case)
        seen = {}
        for name, way in self.ways[case["api"]][case["how"]].items():
            calls, error = [], None
            try:
                way(calls)
            except Exception as raised:
                error = type(raised).__name__
            seen[f"python {name}"] = {"calls": strict(calls), "error": error}
        return seen


server = Server(("127.0.0.1", 0), Served)
threading.Thread(target=server.serve_forever, daemon=True).start()
ways = Ways(f"http://127.0.0.1:{server.server_address[1]}")
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], "seen": ways.see(case)}), flush=True)
