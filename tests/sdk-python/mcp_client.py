"""Calls tools of an MCP server over streamable HTTP, with the official SDK.

In, one JSON document: `url`, `mode` (`legacy` or a revision), `calls` (pairs of tool and arguments), `ca`,
`certificate`, `key`. Out, another: `tools` (the names the server lists), `results` (for each call whether it is an error,
and its text), `failed` (what the SDK raised).
"""

import asyncio
import json
import ssl
import sys

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client


async def run(spec: dict, seen: dict) -> None:
    trust = ssl.create_default_context(cafile=spec["ca"])
    trust.load_cert_chain(spec["certificate"], spec["key"])
    async with httpx2.AsyncClient(verify=trust, timeout=60) as http:
        transport = streamable_http_client(spec["url"], http_client=http)
        async with Client(transport, mode=spec["mode"]) as client:
            seen["tools"] = [tool.name for tool in (await client.list_tools()).tools]
            for name, arguments in spec["calls"]:
                result = await client.call_tool(name, arguments)
                text = "\n".join(block.text for block in result.content if block.type == "text")
                seen["results"].append({"error": bool(result.is_error), "text": text})


seen = {"tools": [], "results": [], "failed": None}
try:
    asyncio.run(run(json.load(sys.stdin), seen))
except BaseException as error:  # an ExceptionGroup, mostly
    seen["failed"] = repr(error)
print(json.dumps(seen))
