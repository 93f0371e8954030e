"""Drives the official Python SDKs the way an agent does, one conversation a line.

In, a JSON document a line: `api` (anthropic, openai, responses), `how` (create, stream, runner, runner-stream), `prompt`,
`base_url`, `ca`, `certificate`, `key`. Out, a line for each: `calls` (every call the SDK handed over, with its
arguments), `ran` (the tools that were executed), `text`, `stop`, `error`.
"""

import json
import ssl
import sys

import anthropic
import httpx2
import openai

seen: dict = {}


def get_weather(city: str) -> str:
    """The weather of a city."""
    seen["ran"].append("get_weather")
    return "sunny"


def delete_file(path: str) -> str:
    """Deletes a file."""
    seen["ran"].append("delete_file")
    return "pretended"


def transfer_funds(to_account: str, amount: int = 0, currency: str = "EUR") -> str:
    """Moves money to an account."""
    seen["ran"].append("transfer_funds")
    return "pretended"


TOOLS = {tool.__name__: tool for tool in (get_weather, delete_file, transfer_funds)}
ARGUMENT = {"get_weather": "city", "delete_file": "path", "transfer_funds": "to_account"}


def say(text: str) -> None:
    seen["text"] += text + "\n"


def schema(name: str) -> dict:
    return {"type": "object", "properties": {ARGUMENT[name]: {"type": "string"}}, "required": [ARGUMENT[name]]}


def note_anthropic(message) -> None:
    for block in message.content:
        if block.type == "text":
            say(block.text)
        elif block.type == "tool_use":
            seen["calls"].append([block.name, block.input])
    seen["stop"] = message.stop_reason


def run_anthropic(spec: dict, http: httpx2.Client) -> None:
    client = anthropic.Anthropic(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    tools = [{"name": name, "description": tool.__doc__, "input_schema": schema(name)} for name, tool in TOOLS.items()]
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


def note_openai(completion) -> list:
    choice = completion.choices[0]
    say(choice.message.content or "")
    seen["stop"] = choice.finish_reason
    calls = choice.message.tool_calls or []
    for call in calls:
        seen["calls"].append([call.function.name, json.loads(call.function.arguments)])
    return calls


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


def note_response(response) -> list:
    calls = []
    for item in response.output:
        if item.type == "message":
            for part in item.content:
                say(part.text if part.type == "output_text" else part.refusal)
        elif item.type == "function_call":
            seen["calls"].append([item.name, json.loads(item.arguments)])
            calls.append(item)
    seen["stop"] = response.status
    return calls


def run_responses(spec: dict, http: httpx2.Client) -> None:
    """The runner sends the history with every request; the streaming one lets the provider keep it."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    tools = [
        {"type": "function", "name": name, "description": tool.__doc__, "parameters": schema(name), "strict": False}
        for name, tool in TOOLS.items()
    ]
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


def converse(spec: dict) -> None:
    seen.update(calls=[], ran=[], text="", stop=None, error=None)
    trust = ssl.create_default_context(cafile=spec["ca"])
    trust.load_cert_chain(spec["certificate"], spec["key"])
    with httpx2.Client(verify=trust, timeout=60) as http:
        try:
            RUN[spec["api"]](spec, http)
        except (anthropic.APIError, openai.APIError) as error:
            seen["error"] = f"{type(error).__name__}: {error}"


RUN = {"anthropic": run_anthropic, "openai": run_openai, "responses": run_responses}

for line in sys.stdin:
    converse(json.loads(line))
    print(json.dumps(seen), flush=True)
