"""What an agent does in a session that the provider runs."""

import asyncio
import inspect

import anthropic
import httpx2
import openai

from agent import TOOLS, say, seen
from trust import trust


def run_anthropic_sessions(spec: dict, http: httpx2.Client) -> None:
    """A session of Managed Agents: its history, its stream, and the runner that answers its calls."""
    if spec["how"] == "runner":
        asyncio.run(answer_anthropic_session(spec))
        return
    client = anthropic.Anthropic(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    if spec["how"] == "create":
        for event in client.beta.sessions.events.list("sesn_e2e"):
            note_session_event(event)
        return
    with client.beta.sessions.events.stream("sesn_e2e") as stream:
        for event in stream:
            note_session_event(event)
            if event.type == "session.status_idle":
                return


async def answer_anthropic_session(spec: dict) -> None:
    tools = [anthropic.beta_async_tool(in_an_event_loop(tool)) for tool in TOOLS.values()]
    async with httpx2.AsyncClient(verify=trust(spec), timeout=60) as http:
        client = anthropic.AsyncAnthropic(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
        async for call in client.beta.sessions.events.tool_runner("sesn_e2e", tools=tools, max_idle=0.2):
            seen["calls"].append([call.name, call.event.input])


def in_an_event_loop(tool):
    async def run(**arguments):
        return tool(**arguments)

    run.__name__, run.__doc__, run.__annotations__ = tool.__name__, tool.__doc__, tool.__annotations__
    run.__signature__ = inspect.signature(tool)
    return run


def note_session_event(event) -> None:
    if event.type == "agent.message":
        say("".join(block.text for block in event.content))
    elif event.type in ("agent.custom_tool_use", "agent.tool_use", "agent.mcp_tool_use"):
        seen["calls"].append([event.name, event.input])
    elif event.type == "session.status_idle":
        seen["stop"] = event.stop_reason.type


def run_openai_agents(spec: dict, http: httpx2.Client) -> None:
    """A session of OpenAI's agents: its items, and a turn in which handlers answer its calls."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    sessions = client.beta.agents.sessions
    if spec["how"] == "create":
        for item in sessions.items.list("as_e2e"):
            note_item(item)
        return
    handlers = {name: lambda arguments, tool=tool: tool(**arguments) for name, tool in TOOLS.items()}
    with sessions.stream("as_e2e", input=spec["prompt"], tool_handlers=handlers) as stream:
        for event in stream:
            if event.type == "agent.session.turn.item.done":
                note_item(event.item)
            seen["stop"] = event.type


def note_item(item) -> None:
    if item.type == "message":
        say("".join(part.text for part in item.content))
    elif item.type == "function_call":
        seen["calls"].append([item.name, item.arguments])


SESSIONS = {
    "anthropic-sessions": run_anthropic_sessions,
    "openai-agents": run_openai_agents,
}
