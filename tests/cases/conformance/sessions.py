"""Sessions that the provider runs, well formed and odd: calls said again, awaited, previewed, or in places where few look."""

from bases import ACTION, AGENT_CALL, SESSION, USED, about, item_of
from texts import INPUTS, ZAP, changed


def uses():
    """Events of a session that are calls, or look like them."""
    for kind in ("agent.tool_use", "agent.mcp_tool_use", "agent.tool_use_of_tomorrow", "Agent.Custom_Tool_Use", "user.custom_tool_use",
                 "agent.action", "agent.message", "session.status_idle", "user.message", "agent.thread_message_received"):
        yield f"a call that is {kind}", USED | {"type": kind}
    for permission in ("allow", "ask", "deny", "ASK", None, 7):
        for kind in ("agent.tool_use", "agent.mcp_tool_use"):
            yield f"{kind} with the permission {permission!r}", USED | {"type": kind, "mcp_server_name": "s", "evaluated_permission": permission}
    for outer, evaluation in ((None, None), (None, {"type": "auto"}), ("allow", {"type": "always_ask"}), ("allow", {"type": "auto", "evaluated_permission": {"type": "ask"}}),
                              ("deny", {"type": "auto", "evaluated_permission": {"type": "ask"}}), ("allow", [{"type": "always_ask"}]),
                              ("allow", {"type": "auto", "evaluated_permission": {"type": "allow"}})):
        made = USED | {"type": "agent.mcp_tool_use", "mcp_server_name": "s"} | ({"evaluated_permission": outer} if outer else {})
        yield f"the permission {outer} by {evaluation}", made | ({"evaluation": evaluation} if evaluation else {})
    yield "an evaluation that asks", USED | {"type": "agent.mcp_tool_use", "mcp_server_name": "s", "evaluation": {"type": "always_ask"}}
    for given in (*INPUTS, [], None, 7, {}, [["p", "/x"]], ["ab"]):
        yield f"input {given!r}", USED | {"input": given}
    yield "a call that says what is awaited", USED | {"stop_reason": None}
    yield "a call that says that others are awaited", USED | {"stop_reason": {"type": "requires_action", "event_ids": ["x"]}}
    yield "a call of a subagent", USED | {"session_thread_id": "sthr_1"}
    for content in ([{"type": "tool_use", "id": "t", "name": "zap", "input": {"p": "/x"}}], USED, [USED]):
        yield f"a content that is a call {len(str(content))}", {"type": "agent.message", "id": "sevt_2", "content": content, "processed_at": "2026-01-01T00:00:00Z"}
    yield "a page in an event", {"type": "session.status_running", "id": "sevt_1", "data": [USED]}


def sessions(events):
    running, said, used, idle = events
    for name, made in uses():
        yield name, [running, made, idle]
    yield "only awaited", [running, idle]
    yield "before it is awaited", [running, idle, used]
    yield "said twice, with other input", [running, used, used | {"input": {"p": "/y"}}, idle]
    yield "said twice, with another name", [running, used, used | {"name": "look"}, idle]
    yield "said twice, as another kind", [running, used, used | {"type": "agent.tool_use"}, idle]
    yield "the turn has ended", [running, used, idle | {"stop_reason": {"type": "end_turn"}}]
    yield "nothing is awaited", [running, used, idle | {"stop_reason": {"type": "requires_action", "event_ids": []}}]
    yield "a call is awaited", [running, idle | {"stop_reason": {"type": "requires_action", "event_ids": [used]}}]
    yield "answered", [running, used, {"type": "user.custom_tool_result", "id": "r", "custom_tool_use_id": "sevt_3", "content": []}, said]
    yield "behind the end of the session", [running, {"type": "session.status_terminated", "id": "x", "processed_at": used["processed_at"]}, used]
    yield "previewed", [running, {"type": "event_start", "event": {"type": "agent.custom_tool_use", "id": "sevt_3"}}, used, idle]
    yield "in pieces", [running, {"type": "event_delta", "event_id": "sevt_3", "delta": {"type": "input_json_delta", "partial_json": ZAP}}, used, idle]
    yield "an error behind the call", [running, used, {"type": "error", "error": {"type": "api_error", "message": "x"}}]
    yield "an error of the session with a call", [running, {"type": "session.error", "id": "e", "error": {"type": "unknown_error", "message": "x"}} | {"tool": used}]


def session_events(base):
    with_event = lambda event: base | {"data": [event]}
    for name, made in uses():
        yield name, with_event(made)
    yield "said twice, with other input", base | {"data": [USED, USED | {"input": {"p": "/y"}}]}
    yield "said twice", base | {"data": [USED, USED]}
    yield "answered", base | {"data": [USED, {"type": "user.custom_tool_result", "id": "r", "custom_tool_use_id": "sevt_3", "content": []}]}
    yield "a call beside the data", base | USED
    yield "a call that is all", USED
    yield "a page within a page", base | {"data": [base]}
    yield "a session with a call", {"type": "session", "id": "s", "status": "idle", "agent": {"id": "a", "tools": []}, "event": USED}
    yield "events under another key", {"events": [USED], "next_page": None}


def agent_items():
    """Items that are calls, or look like them."""
    for kind in ("function_call_of_tomorrow", "Function_Call", "functionCall", "custom_tool_call", "mcp_call", "web_search_call", "message",
                 "function_call_output", "command_execution", "mcp_approval_request", "action"):
        yield f"a call that is {kind}", AGENT_CALL | {"type": kind}
    for status in ("in_progress", "completed", "failed", "incomplete", None):
        yield f"a call that is {status}", AGENT_CALL | {"status": status}
    for given in (*INPUTS, ZAP, None, 7, {}):
        yield f"arguments {given!r}", AGENT_CALL | {"arguments": given}
    yield "an approval", {"type": "computer_use_approval_request", "id": "i", "turn_id": "turn_1", "request_id": "a", "request": {
        "type": "browser_authentication", "credential_origin": None, "fields": [], "options": [], "reason": "zap"}}
    yield "an approval of nobody knows what", {"type": "computer_use_approval_request", "id": "i", "turn_id": "turn_1", "request_id": "a", "request": {"type": "zap"}}
    for key, within in (("item", {"type": "message", "content": []}), ("item", AGENT_CALL), ("session", {}), ("session", SESSION)):
        yield f"a call that has a {key} in it {len(str(within))}", AGENT_CALL | {key: within}
        yield f"an approval that has a {key} in it {len(str(within))}", {"type": "computer_use_approval_request", "id": "i", "turn_id": "turn_1",
            "request_id": "a", "request": {"type": "browser_authentication", "credential_origin": None, "fields": [], "options": [], "reason": "zap"}, key: within}
    for within in ({}, SESSION):
        yield f"a call without arguments that has a session in it {len(str(within))}", {
            key: member for key, member in AGENT_CALL.items() if key != "arguments"} | {"session": within}
    yield "a content that is a call", {"type": "message", "id": "m", "role": "assistant", "status": "completed", "turn_id": "turn_1", "content": [AGENT_CALL]}


def agent_actions():
    """Sessions that wait for calls, or for what looks like them."""
    approval = {"type": "mcp_approval_request", "turn_id": "turn_1", "request_id": "a", "request": {
        "type": "mcp_tool_call", "server_label": "s", "name": "zap", "arguments": {"p": "/x"}, "message": "May it?"}}
    wants = lambda *actions: SESSION | {"required_actions": list(actions)}
    yield "an approval", wants(approval)
    yield "an approval and a call", wants(approval, ACTION)
    yield "an approval without a request", wants({key: member for key, member in approval.items() if key != "request"})
    yield "an approval of another kind", wants(approval | {"request": approval["request"] | {"type": "zap"}})
    yield "an approval for a browser", wants({"type": "computer_use_approval_request", "turn_id": "turn_1", "request_id": "a", "request": {
        "type": "browser_origin_access", "origin": "https://x.example", "reason": "zap"}})
    yield "an action of tomorrow", wants(ACTION | {"type": "function_call_of_tomorrow"})
    yield "an environment", wants({"type": "environment_connection", "environment_id": "e"})
    yield "an environment with a call", wants({"type": "environment_connection", "environment_id": "e", "name": "zap", "arguments": {}})
    for status in ("idle", "in_progress", "failed", None):
        yield f"a session that is {status}", SESSION | {"status": status}
    for kind in ("agent.session.turn", "list", "Agent.Session", None, 7):
        yield f"a session whose object is {kind!r}", SESSION | {"object": kind}
    yield "a session that has a type", SESSION | {"type": "agent.session"}
    yield "a session with items", SESSION | {"required_actions": [], "items": [AGENT_CALL]}
    yield "a call among the agent's tools", SESSION | {"required_actions": [], "agent": {"id": "a", "tools": [{"type": "function", "name": "zap", "parameters": {}}]}}
    for given in (*INPUTS, ZAP, None, {}):
        yield f"arguments {given!r}", wants(ACTION | {"arguments": given})
    yield "two calls of one identifier", wants(ACTION, ACTION | {"arguments": {"p": "/y"}})


def agents(events):
    begins, said, added, done, waits = events
    for name, made in agent_items():
        yield f"{name}, added", [begins, item_of("added", made), waits]
        yield f"{name}, done", [begins, item_of("done", made), waits]
    for name, made in agent_actions():
        yield f"{name}, awaited", [begins, about("requires_action", session=made)]
    yield "only awaited", [begins, waits]
    yield "awaited in the first event", [about("created", session=SESSION)]
    yield "without arguments at first", [begins, changed([added], 0, lambda e: e["item"].update(arguments=None))[0], done, waits]
    yield "with no arguments at first", [begins, changed([added], 0, lambda e: e["item"].update(arguments={}))[0], done, waits]
    yield "only begun", [begins, changed([added], 0, lambda e: e["item"].update(arguments=""))[0]]
    yield "another name at first", [begins, changed([added], 0, lambda e: e["item"].update(name="look", arguments=""))[0], done, waits]
    yield "other arguments when it is done", [begins, added, changed([done], 0, lambda e: e["item"].update(arguments={"p": "/y"}))[0], waits]
    yield "another name when it is done", [begins, added, changed([done], 0, lambda e: e["item"].update(name="look"))[0], waits]
    yield "other arguments when it is awaited", [begins, added, changed([waits], 0, lambda e: e["session"]["required_actions"][0].update(arguments={"p": "/y"}))[0]]
    yield "another turn when it is awaited", [begins, added, changed([waits], 0, lambda e: e["session"]["required_actions"][0].update(turn_id="turn_2"))[0]]
    for one, other in ((None, ""), ("", None), (None, "turn_1"), ("turn_1", "")):
        turn = lambda event, turn: changed([event], 0, lambda e: e["item"].update(turn_id=turn))[0]
        yield f"said in the turns {one!r} and {other!r}", [begins, turn(added, one), turn(added, other), waits]
    again = changed([added], 0, lambda e: e["item"].update(name="look", arguments="", status="in_progress"))[0]
    yield "begins again with another name", [begins, done, again, waits]
    yield "begins again", [begins, done, changed([again], 0, lambda e: e["item"].update(name="zap"))[0], waits]
    yield "an item and a session", [begins, added | {"session": SESSION}]
    yield "a session and an item", [begins, waits | {"item": AGENT_CALL}]
    yield "an event of tomorrow", [begins, added | {"type": "agent.session.turn.item.renewed"}, waits]
    yield "pieces of arguments", [begins, about("turn.function_call_arguments.delta", item_id="fc_1", delta=ZAP), added, waits]
    yield "an error", [begins, added, {"type": "error", "event_id": "e", "session_id": "as_1", "error": {"code": "x", "message": "x", "type": "x"}}]
    yield "an error with a call", [begins, {"type": "error", "event_id": "e", "session_id": "as_1", "item": AGENT_CALL, "error": {"code": "x", "message": "x", "type": "x"}}]
    yield "answered", [begins, added, item_of("done", {"type": "function_call_output", "id": "o", "call_id": "call_1", "output": "x", "status": "completed", "turn_id": "turn_1"})]
    yield "idle", [begins, added, done, about("idle", session=SESSION | {"status": "idle", "required_actions": []})]


def agents_answer(base):
    for name, made in agent_items():
        yield name, base | {"data": [made]}
    yield "an action in the list", base | {"data": [SESSION]}
    yield "a call that is all", AGENT_CALL
    yield "a list within a list", base | {"data": [base]}
    yield "a list that does not say so", {"data": base["data"], "has_more": False}
    yield "a list under another name", base | {"object": "page"}
    yield "a list that is a session", SESSION | {"data": base["data"], "has_more": False}
    yield "said twice, with other arguments", base | {"data": [AGENT_CALL, AGENT_CALL | {"arguments": {"p": "/y"}}]}
    yield "two sessions that wait for one call", base | {"data": [SESSION, SESSION | {"id": "as_2"}]}
    yield "items under another key", {"object": "list", "data": [], "items": [AGENT_CALL], "has_more": False}


def agents_session(_):
    yield from agent_actions()
    yield "a session within a session", {"session": SESSION}
    yield "an item of a session", SESSION | {"item": AGENT_CALL}
