"""Drives `openai-agents`, whose runner asks the model and runs tools until it is done, one conversation a line.

In and out as in `client.py`; `api` is `openai` or `responses`, `how` is `runner` or `runner-stream`. The streaming runner of
Responses lets the provider keep the conversation, the other sends the history. `calls` are the items that the runner made
of the answers, `text` is what it says at the end.
"""

import asyncio
import json
import os
import sys

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"

import httpx2
import openai
from agents import Agent, AgentsException, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool
from agents.items import MessageOutputItem, ToolCallItem

from trust import trust

seen: dict = {}


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    seen["ran"].append("get_weather")
    return "sunny"


@function_tool
def delete_file(path: str) -> str:
    """Deletes a file."""
    seen["ran"].append("delete_file")
    return "pretended"


@function_tool
def transfer_funds(to_account: str) -> str:
    """Moves money to an account."""
    seen["ran"].append("transfer_funds")
    return "pretended"


MODEL = {"openai": OpenAIChatCompletionsModel, "responses": OpenAIResponsesModel}


def note(item) -> None:
    if isinstance(item, ToolCallItem):
        seen["calls"].append([item.raw_item.name, json.loads(item.raw_item.arguments)])
    elif isinstance(item, MessageOutputItem):
        seen["text"] += "".join(getattr(part, "text", "") for part in item.raw_item.content) + "\n"


async def converse(spec: dict) -> None:
    async with httpx2.AsyncClient(verify=trust(spec), timeout=60) as http:
        client = openai.AsyncOpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
        model = MODEL[spec["api"]](model="gpt-e2e", openai_client=client)
        agent = Agent(name="e2e", model=model, tools=[get_weather, delete_file, transfer_funds])
        if spec["how"] == "runner-stream":
            kept = spec["api"] == "responses"
            result = Runner.run_streamed(agent, spec["prompt"], auto_previous_response_id=kept)
            async for _ in result.stream_events():
                pass
        else:
            result = await Runner.run(agent, spec["prompt"])
        for item in result.new_items:
            note(item)
        seen["text"] += f"{result.final_output}\n"


for line in sys.stdin:
    seen.update(calls=[], ran=[], text="", stop=None, error=None)
    try:
        asyncio.run(converse(json.loads(line)))
    except (AgentsException, openai.APIError) as error:
        seen["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(seen), flush=True)
