"""What a request of the official SDKs can say: SDK, path, place, and a body that says something there, by tabs.

Their types are walked: every field of a body, every kind of tool, and what lies deeper wherever its name may have to
do with what somebody runs or asks. A type that stands in several places is walked where it is found first. Bodies are
as small as the types allow.
"""

import collections
import gzip
import inspect
import json
import re
import types
import typing

import typing_extensions
from typing_extensions import Annotated, Literal, NotRequired, Required, get_args, get_origin, is_typeddict

from endpoints import PLACE

# Names of members that are of interest below the fields of a body.
DEEP = re.compile(
    r"tool|function|definition|mcp|server|connector|plugin|skill|agent|environment|container|model|fallback|webhook"
    r"|callback|^ur[li]$|execut|command|code$|resources"
)
# Of those, what says how much and not what, or what it was called.
SHALLOW = re.compile(r"result|error|caller|cache|citation|description|_index|_name|use_id|call_id|_code|return_code|tool_id")

ALIAS = (typing_extensions.TypeAliasType, getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType))


def plain(kind):
    """A type without what only annotates it."""
    while True:
        if get_origin(kind) in (Annotated, Required, NotRequired):
            kind = get_args(kind)[0]
        elif isinstance(kind, ALIAS):
            kind = kind.__value__
        elif isinstance(get_origin(kind), ALIAS):
            kind = get_origin(kind).__value__[get_args(kind)]
        else:
            return kind


def choices(kind):
    """The types of a union, one by one."""
    kind = plain(kind)
    if get_origin(kind) in (typing.Union, types.UnionType):
        for one in get_args(kind):
            yield from choices(one)
    elif kind is not type(None):
        yield kind


def members(kind):
    """The members of an object's type and the required ones of them; nothing of what is none."""
    if is_typeddict(kind):
        found = typing.get_type_hints(kind, include_extras=True)
        # Annotations that are texts do not count for `__required_keys__`.
        needed = {name for name, inner in found.items() if get_origin(inner) is Required}
        return found, needed | ({"type"} & found.keys())
    if isinstance(kind, Shape):
        return (kind.members(), kind.required) if kind.shape["type"] == "structure" else None
    fields = getattr(kind, "model_fields", None)
    if fields is not None:
        needed = {name for name, field in fields.items() if field.is_required()}
        return {name: field.annotation for name, field in fields.items()}, needed | ({"type"} & fields.keys())
    return None


def element(kind):
    """What a list is of, and whether it is a map."""
    if isinstance(kind, Shape):
        return kind.element()
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal or not args:
        return None
    name = getattr(origin, "__name__", "")
    return (args[-1], True) if "ict" in name or "apping" in name else (args[0], False)


def tag(kind):
    """The `type` of an object, where its type says which."""
    found = members(kind)
    for one in choices(found[0].get("type", str)) if found else ():
        if get_origin(one) is Literal:
            return get_args(one)[0]
    return None


def example(kind, inside=()):
    """The smallest value of a type."""
    kind = next(choices(kind), str)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if kind in inside:
        return {}
    found, of = members(kind), element(kind)
    if found:
        return {name: example(found[0][name], (*inside, kind)) for name in sorted(found[1])}
    if of:
        value = example(of[0], (*inside, kind))
        return {"x": value} if of[1] else [value]
    if inspect.isclass(kind):
        for base, value in ((bool, True), (int, 1), (float, 1.5)):
            if issubclass(kind, base):
                return value
    return "x"


def places(kind):
    """Each place below a type that is worth looking at, once, and a value that has it; nearest first."""
    told = set()
    for place, value in walk(kind):
        # Objects of a union may have members of one name.
        if place not in told:
            told.add(place)
            yield place, value


def walk(kind):
    walked = set()
    waiting = collections.deque((one, "", lambda value: value) for one in choices(kind))
    while waiting:
        kind, place, around = waiting.popleft()
        found, of = members(kind), element(kind)
        if of:
            for one in choices(of[0]):
                waiting.append((one, place + ("{}" if of[1] else "[]"), wrapped(around, of[1])))
            continue
        if not found or kind in walked:
            continue
        walked.add(kind)
        if tag(kind):
            place = f"{place}<{tag(kind)}>"
            yield place, around(example(kind))
        for name, inner in found[0].items():
            put = within(around, {} if getattr(kind, "is_union", False) else example(kind), name)
            below = f"{place}.{name}"
            # A tool of some is what its one member is.
            if not place or place.endswith("tools[]") or (DEEP.search(name) and not SHALLOW.search(name)):
                yield below, put(example(inner))
            waiting.extend((one, below, put) for one in choices(inner))


def wrapped(around, is_map):
    return lambda value: around({"x": value} if is_map else [value])


def within(around, base, name):
    return lambda value: around({**base, name: value})


class Shape:
    """A type of botocore's."""

    def __init__(self, shapes, name):
        self.shapes, self.name, self.shape = shapes, name, shapes[name]
        found = self.members()
        self.is_union = self.shape.get("union", False)
        self.required = set(list(found)[:1]) if self.is_union else found.keys() & self.shape.get("required", ())

    def members(self):
        """Those that stand in the body. A union is an object with one of them."""
        found = self.shape.get("members", {})
        return {name: self.of(member) for name, member in found.items() if "location" not in member}

    def of(self, member):
        kind = self.shapes[member["shape"]]["type"]
        simple = {"string": str, "integer": int, "long": int, "float": float, "double": float, "boolean": bool}
        return simple.get(kind, str) if kind not in ("structure", "list", "map") else Shape(self.shapes, member["shape"])

    def element(self):
        match self.shape["type"]:
            case "list":
                return self.of(self.shape["member"]), False
            case "map":
                return self.of(self.shape["value"]), True
        return None

    def __eq__(self, other):
        return isinstance(other, Shape) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


def of_aws():
    for service, wanted in {
        "bedrock-runtime": ["Converse"],
        "bedrock-agent-runtime": ["InvokeAgent", "InvokeInlineAgent"],
        "bedrock-agentcore": ["InvokeHarness"],
    }.items():
        (file,) = PLACE.glob(f"botocore/data/{service}/*/service-2.json.gz")
        model = json.loads(gzip.decompress(file.read_bytes()))
        for operation in wanted:
            told = model["operations"][operation]
            kind = Shape(model["shapes"], told["input"]["shape"])
            yield "aws", re.sub(r"\{[^{}]*\}", "x", told["http"]["requestUri"]), kind, {}


def of_function(function, name):
    """The parameters of a function as an object's type."""
    hints = typing.get_type_hints(function, include_extras=True)
    hints = {key: kind for key, kind in hints.items() if key not in ("return", "request_options", "accepts")}
    return typing_extensions.TypedDict(name, hints, total=False)


def of_types():
    import anthropic.types.beta as anthropic
    import openai.types as openai
    from anthropic.types.beta import message_create_params, session_create_params, session_update_params
    from anthropic.types.beta.sessions import event_send_params, resource_add_params
    from cohere.raw_base_client import RawBaseCohere
    from cohere.v2.raw_client import RawV2Client
    from google.genai._gaos.types import interactions
    from mistralai.client import models as mistral
    from ollama._types import ChatRequest, GenerateRequest
    from openai.types.beta import thread_create_and_run_params, thread_create_params
    from openai.types.beta.agents import session_create_params as agent_session_params
    from openai.types.beta.agents.sessions import event_create_params
    from openai.types.beta.threads import message_create_params as thread_message_params, run_create_params
    from openai.types.chat import completion_create_params
    from openai.types.conversations import conversation_create_params, item_create_params
    from openai.types.responses import response_compact_params, response_create_params

    model = {"model": "m"}
    yield "anthropic", "/v1/messages", message_create_params.MessageCreateParamsNonStreaming, model
    yield "anthropic", "/v1/sessions", session_create_params.SessionCreateParams, {}
    yield "anthropic", "/v1/sessions/x", session_update_params.SessionUpdateParams, {}
    yield "anthropic", "/v1/sessions/x/events", event_send_params.EventSendParams, {}
    yield "anthropic", "/v1/sessions/x/resources", resource_add_params.ResourceAddParams, {}
    yield "openai", "/v1/chat/completions", completion_create_params.CompletionCreateParamsNonStreaming, model
    yield "openai", "/v1/responses", response_create_params.ResponseCreateParamsNonStreaming, model
    yield "openai", "/v1/responses/compact", response_compact_params.ResponseCompactParams, model
    yield "openai", "/v1/conversations", conversation_create_params.ConversationCreateParams, {}
    yield "openai", "/v1/conversations/x/items", item_create_params.ItemCreateParams, {}
    yield "openai", "/v1/threads", thread_create_params.ThreadCreateParams, {}
    yield "openai", "/v1/threads/runs", thread_create_and_run_params.ThreadCreateAndRunParamsNonStreaming, {}
    yield "openai", "/v1/threads/x/runs", run_create_params.RunCreateParamsNonStreaming, {}
    yield "openai", "/v1/threads/x/messages", thread_message_params.MessageCreateParams, {}
    yield "openai", "/v1/agents/sessions", agent_session_params.SessionCreateParams, {}
    yield "openai", "/v1/agents/sessions/x/events", event_create_params.EventCreateParams, {}
    yield "google", "/v1beta/interactions", interactions.CreateModelInteractionParam, model
    yield "google-agent", "/v1beta/interactions", interactions.CreateAgentInteractionParam, {}
    yield "mistral", "/v1/chat/completions", mistral.ChatCompletionRequestTypedDict, model
    yield "mistral", "/v1/agents/completions", mistral.AgentsCompletionRequestTypedDict, {}
    yield "mistral", "/v1/fim/completions", mistral.FIMCompletionRequestTypedDict, model
    yield "mistral", "/v1/conversations", mistral.ConversationRequestTypedDict, {}
    yield "mistral", "/v1/conversations/x", mistral.ConversationAppendRequestTypedDict, {}
    yield "mistral", "/v1/conversations/x/restart", mistral.ConversationRestartRequestTypedDict, {}
    yield "mistral", "/v1/responses", mistral.CreateResponseRequestTypedDict, model
    yield "cohere", "/v2/chat", of_function(RawV2Client.chat, "Chat"), model
    yield "cohere", "/v1/chat", of_function(RawBaseCohere.chat, "ChatV1"), model
    yield "ollama", "/api/chat", ChatRequest, model
    yield "ollama", "/api/generate", GenerateRequest, model


def of_google():
    """google-genai writes a body out of its own names: its writers are asked."""
    from google.genai import models, types as google

    kind = google.GenerateContentConfigDict
    for place, config in places(kind):
        for write in (models._GenerateContentParameters_to_mldev, models._GenerateContentParameters_to_vertex):
            client = types.SimpleNamespace(vertexai=write is models._GenerateContentParameters_to_vertex)
            try:
                body = write(client, {"model": "models/x", "contents": [{"parts": [{"text": "x"}]}], "config": config})
            except (ValueError, KeyError, AttributeError, TypeError):
                continue
            body.pop("_url", None)
            yield place, body
            break


def lines():
    for sdk, path, kind, base in [*of_types(), *of_aws()]:
        yield sdk, path, "", {**example(kind), **base}
        for place, body in places(kind):
            yield sdk, path, place, {**base, **body} if place.startswith(".model") else {**body, **base}
    yield "google", "/v1beta/models/x:generateContent", "", {"contents": [{"parts": [{"text": "x"}]}]}
    for place, body in of_google():
        yield "google", "/v1beta/models/x:generateContent", place, body


if __name__ == "__main__":
    for sdk, path, place, body in lines():
        print(sdk, path, place or "-", json.dumps(body, default=str), sep="\t")
