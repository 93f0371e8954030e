"""What an agent does with the SDKs beside conversations: results of batches, an older API, a thread that goes on."""

import asyncio
import inspect
import json

import anthropic
import cohere
import httpx
import httpx2
import openai
from google import genai
from mistralai.client import Mistral

from agent import TOOLS, functions, note_anthropic, note_openai, note_response, say, seen
from trust import trust


def run_cohere_v1(spec: dict, _: httpx2.Client) -> None:
    """The older chat, where a turn is sent back as the provider's history has it."""
    with httpx.Client(verify=trust(spec), timeout=60) as http:
        client = cohere.Client(api_key="unused", base_url=spec["base_url"], httpx_client=http)
        tools = [{"name": name, "description": tool.__doc__} for name, tool in TOOLS.items()]
        request = {"model": "command-e2e", "message": spec["prompt"], "tools": tools}
        if spec["how"] == "stream":
            [response] = [event.response for event in client.chat_stream(**request) if event.event_type == "stream-end"]
        else:
            response = client.chat(**request)
        say(response.text)
        said = response.chat_history[-1] if response.chat_history else response
        for calls in (response.tool_calls, said.tool_calls):
            seen["calls"] += [[call.name, call.parameters] for call in calls or []]
        seen["stop"] = response.finish_reason


def run_anthropic_batches(spec: dict, http: httpx2.Client) -> None:
    client = anthropic.Anthropic(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    for result in client.messages.batches.results("msgbatch_e2e"):
        note_anthropic(result.result.message)


def run_openai_batches(spec: dict, http: httpx2.Client) -> None:
    """The SDK has the file; what its lines are is known from the requests: chat completions, and responses."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    note_results(client.files.content("file_e2e").iter_lines())


def run_mistral_batches(spec: dict, http: httpx2.Client) -> None:
    client = Mistral(api_key="unused", server_url=spec["base_url"], client=http)
    note_results(client.files.download(file_id="file_e2e").iter_lines())


def note_results(lines) -> None:
    for line in lines:
        body = json.loads(line)["response"]["body"]
        if body["object"] == "response":
            note_response(openai.types.responses.Response.construct(**body))
        else:
            note_openai(openai.types.chat.ChatCompletion.construct(**body))


def run_gemini_batches(spec: dict, http: httpx2.Client) -> None:
    """A batch that is looked at, that stands in a list, and whose results are a file."""
    options = genai.types.HttpOptions(base_url=spec["base_url"], httpx_client=http)
    client = genai.Client(api_key="unused", http_options=options)
    request = genai.types.InlinedRequest(contents="x", config={"tools": [{"function_declarations": [{"name": "get_weather"}]}]})
    begun = client.batches.create(model="gemini-e2e", src=[request], config={"display_name": "nightly"})
    job = client.batches.get(name=begun.name)
    listed = [job for job in client.batches.list() if job.name == begun.name]
    for result in [result for found in (job, *listed) for result in found.dest.inlined_responses]:
        note_generated(result.response or result)
    for line in client.files.download(file="files/e2e").decode().splitlines():
        result = json.loads(line)
        note_generated(genai.types.GenerateContentResponse.model_validate(result["response"]))
    client.batches.cancel(name=begun.name)
    client.batches.delete(name=begun.name)
    seen["stop"] = job.state.name


def note_generated(response) -> None:
    if isinstance(response, genai.types.InlinedResponse):
        say(response.error.message)
        return
    for candidate in response.candidates:
        for part in candidate.content.parts:
            if part.text:
                say(part.text)
            if part.function_call:
                seen["calls"].append([part.function_call.name, part.function_call.args])


def run_next_turn(spec: dict, http: httpx2.Client) -> None:
    """An agent that submits nothing where there is nothing to run: the thread takes its next turn once the run is cancelled."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    threads = client.beta.threads
    request = {"assistant_id": "asst_e2e", "model": "gpt-e2e", "tools": functions()}
    run = threads.create_and_run_poll(**request, thread={"messages": []}, poll_interval_ms=1)
    calls = run.required_action.submit_tool_outputs.tool_calls
    seen["calls"] += [[call.function.name, json.loads(call.function.arguments)] for call in calls]
    say(run.last_error.message)
    try:
        threads.messages.create(run.thread_id, role="user", content="Go on.")
    except openai.BadRequestError as error:
        say(error.body["message"])
        threads.runs.cancel(run.id, thread_id=run.thread_id)
        threads.messages.create(run.thread_id, role="user", content="Go on.")
    run = threads.runs.create_and_poll(thread_id=run.thread_id, **request, poll_interval_ms=1)
    seen["stop"] = run.status


def run_update(spec: dict, http: httpx2.Client) -> None:
    """A conversation of OpenAI's is told what it is called, where one of Mistral's would go on."""
    client = openai.OpenAI(base_url=spec["base_url"], api_key="unused", http_client=http, max_retries=0)
    say(client.conversations.update("conv_e2e", metadata={"topic": "night"}).metadata["topic"])


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
            seen["calls"].append([call.name, call.input])


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


FURTHER = {
    "anthropic-sessions": run_anthropic_sessions,
    "openai-agents": run_openai_agents,
    "cohere-v1": run_cohere_v1,
    "anthropic-batches": run_anthropic_batches,
    "openai-batches": run_openai_batches,
    "mistral-batches": run_mistral_batches,
    "gemini-batches": run_gemini_batches,
    "next-turn": run_next_turn,
    "update": run_update,
}
