"""An agent that streams with Anthropic's official SDK and says what it gets, as it gets it.

Arguments: the gateway's address, its authority, the agent's certificate and key, what to ask.
"""

import ssl
import sys

import anthropic
import httpx2

gateway, authority, certificate, key, prompt = sys.argv[1:]
trust = ssl.create_default_context(cafile=authority)
trust.load_cert_chain(certificate, key)
with httpx2.Client(verify=trust, timeout=120) as http:
    client = anthropic.Anthropic(base_url=f"{gateway}/anthropic", api_key="unused", http_client=http, max_retries=0)
    print(f"> {prompt}", flush=True)
    ask = {"model": "any", "max_tokens": 100, "messages": [{"role": "user", "content": prompt}]}
    with client.messages.stream(**ask) as stream:
        for event in stream:
            if event.type == "text":
                print(event.text, end="", flush=True)
            elif event.type == "content_block_stop" and event.content_block.type == "text":
                print(flush=True)
            elif event.type == "content_block_stop" and event.content_block.type == "tool_use":
                call = event.content_block
                arguments = ", ".join(f"{name}={value!r}" for name, value in call.input.items())
                print(f"tool call: {call.name}({arguments})", flush=True)
        print(f"done: {stream.get_final_message().stop_reason}", flush=True)
