"""What an agent does with the SDKs beside conversations: results of batches, an older API, a thread that goes on, agents that AWS
runs."""

import json

import anthropic
import boto3
import botocore.config
import cohere
import httpx
import httpx2
import openai
from google import genai
from mistralai.client import Mistral

from agent import ARGUMENT, TOOLS, functions, note_anthropic, note_openai, note_response, say, schema, seen
from sessions import SESSIONS
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


def aws(spec: dict, service: str):
    config = botocore.config.Config(
        client_cert=(spec["certificate"], spec["key"]), retries={"total_max_attempts": 1}, read_timeout=60
    )
    keys = {"aws_access_key_id": "unused", "aws_secret_access_key": "unused"}
    return boto3.client(
        service, region_name="us-east-1", endpoint_url=spec["base_url"], verify=spec["ca"], config=config, **keys
    )


def run_inline_agent(spec: dict, _: httpx2.Client) -> None:
    client = aws(spec, "bedrock-agent-runtime")
    described = [
        {"name": name, "description": tool.__doc__, "parameters": {ARGUMENT[name]: {"type": "string", "required": True}}}
        for name, tool in TOOLS.items()
    ]
    group = {
        "actionGroupName": "files",
        "actionGroupExecutor": {"customControl": "RETURN_CONTROL"},
        "functionSchema": {"functions": described},
    }
    agent = {"foundationModel": "e2e.model-v1:0", "instruction": "Do what is needed, and nothing that is not needed."}
    loop_agent(spec, lambda state, **said: client.invoke_inline_agent(
        sessionId="e2e-inline", actionGroups=[group], **agent, **said, **({"inlineSessionState": state} if state else {})))


def run_kept_agent(spec: dict, _: httpx2.Client) -> None:
    client = aws(spec, "bedrock-agent-runtime")
    loop_agent(spec, lambda state, **said: client.invoke_agent(
        agentId="AGENT12345", agentAliasId="TSTALIASID", sessionId="e2e-kept", **said,
        **({"sessionState": state} if state else {})))


def loop_agent(spec: dict, invoke) -> None:
    """An agent of Bedrock's, whose client runs what it gives back. Where there is nothing to run, the user speaks again, once."""
    said, state, again = {"inputText": spec["prompt"]}, None, True
    while True:
        returned, text = None, b""
        for event in invoke(state, **said, enableTrace=True)["completion"]:
            text += event.get("chunk", {}).get("bytes", b"")
            returned = event.get("returnControl", returned)
        if text:
            say(text.decode())
        if not spec["how"].startswith("runner"):
            note_returned(returned)
            return
        if returned is None and (state or not again):
            return
        if returned is None:
            said, again = {"inputText": "Go on."}, False
            continue
        results = []
        for found in note_returned(returned):
            result = TOOLS[found["function"]](**{one["name"]: one["value"] for one in found["parameters"]})
            body = {"TEXT": {"body": result}}
            results.append({"functionResult": {
                "actionGroup": found["actionGroup"], "function": found["function"], "responseBody": body}})
        said, state = {}, {"invocationId": returned["invocationId"], "returnControlInvocationResults": results}


def note_returned(returned) -> list:
    calls = [given["functionInvocationInput"] for given in (returned or {}).get("invocationInputs", [])]
    for call in calls:
        seen["calls"].append([call["function"], {one["name"]: one["value"] for one in call["parameters"]}])
    return calls


def run_harness(spec: dict, _: httpx2.Client) -> None:
    """What the harness says and asks for, message by message."""
    client = aws(spec, "bedrock-agentcore")
    tools = [
        {"type": "inline_function", "name": name, "config": {"inlineFunction": {
            "description": tool.__doc__, "inputSchema": schema(name)}}}
        for name, tool in TOOLS.items()
    ]
    response = client.invoke_harness(
        harnessArn="arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/e2e-0123456789", runtimeSessionId="e" * 40,
        messages=[{"role": "user", "content": [{"text": spec["prompt"]}]}], tools=tools)
    blocks = {}
    for event in response["stream"]:
        if "messageStart" in event:
            blocks = {}
        elif "contentBlockStart" in event:
            start = event["contentBlockStart"]
            if start["start"].get("toolUse", {}).get("type") == "tool_use":
                blocks[start["contentBlockIndex"]] = [start["start"]["toolUse"]["name"], ""]
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]
            if "text" in delta["delta"]:
                say(delta["delta"]["text"])
            elif "toolUse" in delta["delta"] and delta["contentBlockIndex"] in blocks:
                blocks[delta["contentBlockIndex"]][1] += delta["delta"]["toolUse"]["input"]
        elif "messageStop" in event:
            seen["calls"] += [[name, json.loads(arguments or "{}")] for name, arguments in blocks.values()]
            seen["stop"] = event["messageStop"]["stopReason"]


FURTHER = {
    "bedrock-inline-agent": run_inline_agent,
    "bedrock-kept-agent": run_kept_agent,
    "bedrock-harness": run_harness,
    "cohere-v1": run_cohere_v1,
    "anthropic-batches": run_anthropic_batches,
    "openai-batches": run_openai_batches,
    "mistral-batches": run_mistral_batches,
    "gemini-batches": run_gemini_batches,
    "next-turn": run_next_turn,
    "update": run_update,
} | SESSIONS
