"""Odd answers of agents that AWS runs: returns of control, and the traces that tell of them."""

from bases import said
from texts import changed


def aws_agents(events):
    """Returns of control, and the traces that tell of them."""
    output, invoked, returned = events
    found = returned["returnControl"]["invocationInputs"][0]["functionInvocationInput"]
    function = lambda **more: {"functionInvocationInput": found | more}
    gives = lambda *inputs, **more: {"returnControl": {"invocationId": "i_1", "invocationInputs": list(inputs)} | more}
    parameters = lambda *given: gives(function(parameters=list(given)))
    p = found["parameters"][0]
    operation = {"apiInvocationInput": {"actionGroup": "g", "apiPath": "/zap", "httpMethod": "post", "parameters": [p]}}
    body = lambda *media: {"requestBody": {"content": {kind: {"properties": [{"name": "q", "type": "string", "value": kind}]} for kind in media}}}
    yield "alone", [returned]
    yield "behind text", [said("Well."), *events]
    yield "text in between", [output, said("Well."), returned]
    yield "text behind", [*events, said("Well.")]
    yield "only traced", [output, invoked, said("Well.")]
    yield "two", [output, gives(function(), function())]
    yield "two returns", [output, returned, returned]
    yield "an identifier that is a number", [gives(function(), invocationId=7)]
    for kind in ("RESULT", "USER_CONFIRMATION", "USER_CONFIRMATION_AND_RESULT", "TOMORROW", None, 7):
        yield f"of the type {kind!r}", [gives(function(actionInvocationType=kind))]
    for name, value in (("number", "7"), ("number", "1_000"), ("integer", "7"), ("integer", "7.0"), ("boolean", "true"), ("boolean", "True"),
                        ("array", '["a"]'), ("array", "[a]"), ("object", '{"a":1}'), ("object", '{"a":1,"a":2}'), ("tomorrow", "7"), (None, "7"),
                        ("number", " 7"), ("integer", "007"), ("string", "true")):
        yield f"a {name} {value!r}", [parameters({"name": "p", "type": name, "value": value})]
    for value in (7, True, ["a"], {"a": 1}, None):
        yield f"a value {value!r}", [parameters(p | {"value": value})]
    yield "a parameter twice", [parameters(p, p | {"value": "/y"})]
    yield "a parameter without a name", [parameters({"type": "string", "value": "/x"})]
    yield "a parameter without a value", [parameters({"name": "p", "type": "string"})]
    yield "a parameter with a value in another case", [parameters({"name": "p", "type": "string", "Value": "/x"})]
    yield "parameters by name", [gives(function(parameters={"p": "/x"}))]
    yield "parameters that are null", [gives(function(parameters=None))]
    for method in ("post", "POST", "Post", "POST /y", "", None):
        yield f"an operation by {method!r}", [gives({"apiInvocationInput": operation["apiInvocationInput"] | {"httpMethod": method}})]
    for path in ("zap", "/zap?x=1", "https://a.example/zap", None):
        yield f"an operation at {path!r}", [gives({"apiInvocationInput": operation["apiInvocationInput"] | {"apiPath": path}})]
    yield "an operation with a body", [gives({"apiInvocationInput": operation["apiInvocationInput"] | body("application/json")})]
    yield "an operation with two bodies", [gives({"apiInvocationInput": operation["apiInvocationInput"] | body("application/json", "text/plain")})]
    yield "an operation with a parameter twice", [gives({"apiInvocationInput": operation["apiInvocationInput"] | {
        "requestBody": {"content": {"application/json": {"properties": [p]}}}}})]
    yield "a function and an operation", [gives(function(), operation)]
    yield "both in one", [gives(function() | operation)]
    yield "a function named as an operation", [gives(function(function="POST /zap"))]
    yield "an invocation of tomorrow", [gives({"toolInvocationInput": found})]
    yield "another function in the trace", [output, changed([invoked], 0, lambda e: e["trace"]["trace"]["orchestrationTrace"]["invocationInput"][
        "actionGroupInvocationInput"].update(function="look"))[0], returned]
    yield "in a trace", [{"trace": {"trace": {"orchestrationTrace": {"rationale": {"text": "x"}}}, "returnControl": returned["returnControl"]}}]
    yield "another agent's", [{"trace": {"agentId": "A2", "trace": {"orchestrationTrace": {"observation": {"agentCollaboratorInvocationOutput": {
        "output": {"returnControlPayload": returned["returnControl"]}}}}}}}, said("Well.")]
    yield "in a chunk", [{"chunk": said("Well.")["chunk"] | {"returnControl": returned["returnControl"]}}]
    yield "a chunk of text", [{"chunk": {"bytes": "Well."}}, returned]
