"""How the Python SDKs give out the calls of Cohere's and Ollama's answers, and of sessions and agents that the provider runs, for `observe.py`."""

import contextlib
import json


def arguments(text):
    """Arguments as an agent would read them; the text where they cannot be read."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def plain(value):
    return value.model_dump(mode="json", exclude_unset=True) if hasattr(value, "model_dump") else value


def session_event(event, calls) -> None:
    """What the client runs, or is asked about."""
    asks = event.type == "agent.mcp_tool_use" and event.evaluated_permission not in ("allow", "deny")
    if asks or event.type in ("agent.custom_tool_use", "agent.tool_use"):
        calls.append([event.name, plain(event.input)])
    if event.type in ("agent.custom_tool_use", "agent.tool_use") and isinstance(event.input, (list, str)):
        # As the SDK's own runner does with whatever is there.
        with contextlib.suppress(ValueError, TypeError):
            calls.append([event.name, dict(event.input)])


def agent_item(item, calls) -> None:
    if item.type == "function_call":
        calls.append([item.name, arguments(plain(item.arguments))])
    elif item.type == "computer_use_approval_request":
        calls.append([item.request.type, None])


def agent_session(session, calls) -> None:
    for action in session.required_actions or []:
        if action.type == "mcp_approval_request":
            calls.append([action.request.name, plain(action.request.arguments)])
        else:
            agent_item(action, calls)


def agent_event(event, calls) -> None:
    if event.type in ("agent.session.turn.item.added", "agent.session.turn.item.done"):
        # A client that acts on the first of them finds no object where the arguments come later.
        if event.item.type != "function_call" or event.item.arguments not in (None, ""):
            agent_item(event.item, calls)
    elif getattr(event, "session", None) is not None:
        agent_session(event.session, calls)


class Handlers(dict):
    """A handler for every tool, which notes its call."""

    def __init__(self, calls) -> None:
        super().__init__()
        self.calls = calls

    def get(self, name, _=None):
        return lambda given: self.calls.append([name, given]) or "done"


def agent_handlers(sessions, calls) -> None:
    """As the SDK runs the tools of a session that it begins; its results are posted to the same server."""
    stream = sessions.create(environment={"type": "none"}, agent={"model": "m"}, input="x", stream=True, tool_handlers={"zap": print})
    stream._dispatcher.handlers = Handlers(calls)
    for _ in stream:
        pass


def cohere_raw(stream, calls) -> None:
    found = {}
    for event in stream:
        message = getattr(event.delta, "message", None) if hasattr(event, "delta") and event.delta else None
        call = getattr(message, "tool_calls", None)
        if event.type not in ("tool-call-start", "tool-call-delta") or call is None:
            continue
        for call in call if isinstance(call, list) else [call]:
            if event.type == "tool-call-start" or event.index not in found:
                found[event.index] = ([call.function.name, None], [])
                calls.append(found[event.index][0])
            known, pieces = found[event.index]
            if isinstance(call.function.arguments, str):
                pieces.append(call.function.arguments)
                known[1] = arguments("".join(pieces)) if "".join(pieces) else known[1]
            elif call.function.arguments is not None:
                known[1] = plain(call.function.arguments)


def cohere_v1_calls(found, calls) -> None:
    calls += [[call.name, plain(call.parameters)] for call in found or []]


def cohere_v1_reply(reply, calls) -> None:
    cohere_v1_calls(reply.tool_calls, calls)
    # What an agent sends back.
    for turn in (reply.chat_history or [])[-1:]:
        cohere_v1_calls(getattr(turn, "tool_calls", None), calls)


def cohere_v1_raw(stream, calls) -> None:
    for event in stream:
        if event.event_type == "tool-calls-generation":
            cohere_v1_calls(event.tool_calls, calls)
        elif event.event_type == "stream-end":
            cohere_v1_reply(event.response, calls)


def ollama_message(part, calls) -> None:
    message = getattr(part, "message", part)
    for call in getattr(message, "tool_calls", None) or []:
        calls.append([call.function.name, plain(dict(call.function.arguments))])


def parameter(given) -> object:
    """A value of an agent's call, as agents read it: by its type, as far as it is one of that."""
    value = given.get("value")
    try:
        if given.get("type") in ("number", "array", "object"):
            return json.loads(value)
        if given.get("type") == "integer":
            return int(value)
    except (TypeError, ValueError):
        return value
    return value == "true" if given.get("type") == "boolean" and value in ("true", "false") else value


def returned(response, calls) -> None:
    """What an agent of Bedrock's gives back for its client to run."""
    for event in response["completion"]:
        for given in event.get("returnControl", {}).get("invocationInputs", []):
            if "functionInvocationInput" in given:
                found = given["functionInvocationInput"]
                call, parameters = [found["function"], None], found.get("parameters", [])
            elif "apiInvocationInput" in given:
                found = given["apiInvocationInput"]
                call, parameters = [f"{found['httpMethod'].upper()} {found['apiPath']}", None], found.get("parameters", [])
                for media in found.get("requestBody", {}).get("content", {}).values():
                    parameters = parameters + media.get("properties", [])
            else:
                continue
            calls.append(call)
            call[1] = {one["name"]: parameter(one) for one in parameters}
