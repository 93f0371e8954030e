"""What an agent does with the SDKs beside conversations: results of batches, an older API, a thread that goes on."""

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


FURTHER = {
    "cohere-v1": run_cohere_v1,
    "anthropic-batches": run_anthropic_batches,
    "openai-batches": run_openai_batches,
    "mistral-batches": run_mistral_batches,
    "gemini-batches": run_gemini_batches,
    "next-turn": run_next_turn,
    "update": run_update,
}
