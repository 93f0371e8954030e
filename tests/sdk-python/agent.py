"""The agent that every client is: its tools, and what it saw in a conversation."""

import json

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


def functions() -> list:
    """The tools as Chat Completions and its kin offer them."""
    return [
        {"type": "function", "function": {"name": name, "description": tool.__doc__, "parameters": schema(name)}}
        for name, tool in TOOLS.items()
    ]


def note_anthropic(message) -> None:
    for block in message.content:
        if block.type == "text":
            say(block.text)
        elif block.type == "tool_use":
            seen["calls"].append([block.name, block.input])
    seen["stop"] = message.stop_reason


def note_openai(completion) -> list:
    choice = completion.choices[0]
    say(choice.message.content or "")
    seen["stop"] = choice.finish_reason
    calls = choice.message.tool_calls or []
    for call in calls:
        seen["calls"].append([call.function.name, json.loads(call.function.arguments)])
    return calls


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
