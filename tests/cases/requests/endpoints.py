"""Where the official SDKs send requests: SDK, method and path, a line each.

Their source is read, which says it in one form for each generator; nothing of it runs. A path that cannot be read
ends this with an error, so that none is passed over.
"""

import ast
import gzip
import json
import pathlib
import re
import sys
import sysconfig

PLACE = pathlib.Path(sysconfig.get_paths()["purelib"])

# What stands for a name, an identifier, a place in a path.
ANY = "x"

# Services of AWS whose answers are a model's or an agent's.
SERVICES = ["bedrock-runtime", "bedrock-agent-runtime", "bedrock-agentcore"]

# The method of the HTTP client in generated SDKs, by the name of their own.
VERBS = {"_get": "GET", "_get_api_list": "GET", "_post": "POST", "_put": "PUT", "_patch": "PATCH", "_delete": "DELETE"}

# What google-genai calls a thing by its whole name, by the file that does.
GOOGLE = {
    "batches.py": "batches/x",
    "caches.py": "cachedContents/x",
    "documents.py": "fileSearchStores/x/documents/x",
    "file_search_stores.py": "fileSearchStores/x",
    "models.py": "models/x",
    "operations.py": "models/x/operations/x",
    "tunings.py": "tuningJobs/x",
}

# Paths that an answer gave, which their SDK asks for as they are.
GIVEN = {"batch.results_url": "/v1/messages/batches/x/results"}


class Unread(Exception):
    """A path that is written in a form that is not known here."""


def text(node, known):
    """The text of an expression, with `ANY` for what is put in."""
    match node:
        case ast.Constant(value=str(value)):
            return re.sub(r"\{+[^{}]*\}+", ANY, value)
        case ast.JoinedStr(values=values):
            return "".join(text(value, known) if isinstance(value, ast.Constant) else ANY for value in values)
        case ast.Call(func=ast.Name(id="path_template"), args=[first, *_]):
            return text(first, known)
        case ast.Call(func=ast.Attribute(attr="format" | "format_map", value=value)):
            return text(value, known)
        case ast.Name(id=name) if name in known:
            return known[name]
        case _ if ast.unparse(node) in GIVEN:
            return GIVEN[ast.unparse(node)]
    raise Unread(ast.unparse(node))


def functions(root):
    """Each function of a package, with the name of its file."""
    for file in sorted(root.rglob("*.py")):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, node


def assigned(function):
    """The texts that a function gives names to; of two under one name the first."""
    known = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    known.setdefault(name, text(value, known))
                except Unread:
                    pass
    return known


def calls(function, *names):
    """The calls of methods with these names in a function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def by_verb(root, base):
    """`self._post("/path", …)`: anthropic and openai."""
    for file, function in functions(root):
        if file.name in ("_base_client.py", "_client.py"):
            continue
        known = assigned(function)
        for call in calls(function, *VERBS):
            verbs = [text(keyword.value, known).upper() for keyword in call.keywords if keyword.arg == "method"]
            yield (*verbs, VERBS[call.func.attr])[0], base + text(call.args[0], known)


def by_keyword(root, base, builders):
    """`_build_request(method="POST", path="/path", …)`: mistralai, and the newer part of google-genai."""
    for _, function in functions(root):
        for call in calls(function, *builders):
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            if "path" in keywords and "method" in keywords:
                # A fragment tells two functions of one path apart and is not sent.
                path = text(keywords["path"], {}).split("#")[0]
                yield text(keywords["method"], {}), path.replace(f"/{ANY}/", base, 1) if base else path


def of_cohere(root):
    for _, function in functions(root):
        for call in calls(function, "request", "stream"):
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            if "method" in keywords and call.args:
                yield text(keywords["method"], {}), "/" + text(call.args[0], {})


def of_ollama(root):
    for _, function in functions(root):
        for call in calls(function, "_request", "_request_raw"):
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if len(texts) >= 2:
                yield texts[0], texts[1]


def of_google(root):
    """A path is put together, then asked for: each path of a function with each method of it."""
    for file, function in functions(root):
        asked = list(calls(function, "request", "async_request", "request_streamed", "async_request_streamed"))
        methods = {call.args[0].value.upper() for call in asked if call.args and isinstance(call.args[0], ast.Constant)}
        if file.parent != root or not methods:
            continue
        for node in ast.walk(function):
            match node:
                # One that was read before, whole or with a query behind it.
                case ast.Assign(value=ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id="path")), *_])):
                    pass
                case ast.Assign(value=ast.Name(id="endpoint_url") | ast.Call(func=ast.Attribute(value=ast.Name(id="endpoint_url")))):
                    pass
                case ast.Assign(targets=[ast.Name(id="path" | "endpoint_url")], value=value):
                    path = text(value, {}).split("?")[0]
                    if "{model}" in ast.unparse(value):
                        path = path.replace(ANY, f"models/{ANY}", 1)
                    if path == ANY or path.startswith((f"{ANY}:", f"{ANY}/")):
                        path = GOOGLE[file.name] + path.removeprefix(ANY)
                    path = f"/v1beta/{path}".replace(f"/v1beta/upload/{ANY}/{ANY}:", f"/upload/v1beta/fileSearchStores/{ANY}:").replace(f"/v1beta/upload/{ANY}/", "/upload/v1beta/")
                    yield from ((method, path) for method in methods)


def of_aws():
    for service in SERVICES:
        (file,) = PLACE.glob(f"botocore/data/{service}/*/service-2.json.gz")
        for operation in json.loads(gzip.decompress(file.read_bytes()))["operations"].values():
            yield operation["http"]["method"], re.sub(r"\{[^{}]*\}", ANY, operation["http"]["requestUri"])


SDKS = {
    "anthropic": lambda: by_verb(PLACE / "anthropic/resources", ""),
    "openai": lambda: by_verb(PLACE / "openai/resources", "/v1"),
    "google": lambda: of_google(PLACE / "google/genai"),
    "google-interactions": lambda: by_keyword(PLACE / "google/genai/_gaos", "/v1beta/", ["_build_request", "_build_request_async"]),
    "mistral": lambda: by_keyword(PLACE / "mistralai/client", "", ["_build_request", "_build_request_async"]),
    "mistral-azure": lambda: by_keyword(PLACE / "mistralai/azure", "", ["_build_request", "_build_request_async"]),
    "mistral-google": lambda: by_keyword(PLACE / "mistralai/gcp", "", ["_build_request", "_build_request_async"]),
    "cohere": lambda: of_cohere(PLACE / "cohere"),
    "ollama": lambda: of_ollama(PLACE / "ollama"),
    "aws": of_aws,
}

if __name__ == "__main__":
    for sdk, find in SDKS.items():
        # Neither what a query adds, nor which of a provider's hosts it is.
        paths = {(method, re.sub(r"^https?://[^/]*|[?].*$", "", path)) for method, path in find()}
        lines = sorted(f"{sdk} {method} {path}" for method, path in paths)
        if not lines:
            sys.exit(f"{sdk}: no request was found, so that its source is written in another form than is known here")
        print("\n".join(lines))
