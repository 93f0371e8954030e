"""An agent that nobody watches: a call that waits for a person is asked for again until somebody has answered.

Arguments: the gateway's address, its authority, the agent's certificate and key, what to do, and for how many
seconds to go on asking. Ends with 0 when all is done, 3 when a person or the policy said no or the question is over
without a yes, 4 when nobody answered in time.

Nothing here speaks to the ledger, and nothing here could approve anything. In the place of a refused call the gateway
puts a text that begins with `Not executed:` and says whether the same call may be sent again. To ask again is also
to wait: the gateway holds each attempt for a while, and the same call is the same question, so nobody is paged twice.
A no that comes between two attempts ends the question; the next attempt is a new one, with a new ID. That is where this
program stops: what was said is in `toolgate explain --decision`, and a program does not ask people twice.
"""

import re
import ssl
import sys
import time

import anthropic
import httpx2

REFUSED = "Not executed:"
AGAIN = "Retry the same call"
QUESTION = re.compile(r"^Approval `([0-9a-f-]+)`", re.MULTILINE)
PAUSES = (1, 2, 5, 10, 30)


def transfer_funds(to_account: str) -> str:
    """Moves money to an account."""
    return f"pretended to pay {to_account}"


TOOLS = [
    {
        "name": "transfer_funds",
        "description": transfer_funds.__doc__,
        "input_schema": {"type": "object", "properties": {"to_account": {"type": "string"}}, "required": ["to_account"]},
    }
]


def ask(client: anthropic.Anthropic, messages: list):
    with client.messages.stream(model="any", max_tokens=1024, tools=TOOLS, messages=messages) as stream:
        return stream.get_final_message()


def say(what: str, *texts: str) -> None:
    """A line."""
    print(what, *(" ".join(text.split()) for text in texts), flush=True)


def refusals(message) -> list:
    return [block.text for block in message.content if block.type == "text" and REFUSED in block.text]


def run(client: anthropic.Anthropic, prompt: str, patience: float) -> int:
    messages = [{"role": "user", "content": prompt}]
    deadline = time.monotonic() + patience
    tries, asked = 0, None
    while True:
        message = ask(client, messages)
        results = []
        for block in message.content:
            if block.type == "tool_use":
                say("ran", f"{block.name} {block.input}")
                result = transfer_funds(**block.input)
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": result})
        if results:
            # What else was refused stands in the message, where the model reads it.
            messages += [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
            tries, asked = 0, None
            continue
        refused = refusals(message)
        if not refused:
            say("done", *(block.text for block in message.content if block.type == "text"))
            return 0
        if not all(AGAIN in text for text in refused):
            say("declined", *refused)
            return 3
        questions = [match for text in refused for match in QUESTION.findall(text)]
        if asked and questions and questions != asked:
            say("over", *refused)
            return 3
        asked = questions or asked
        pause = PAUSES[min(tries, len(PAUSES) - 1)]
        tries += 1
        if time.monotonic() + pause > deadline:
            say("gave up", *refused)
            return 4
        # The same conversation once more, with nothing added: the model proposes the same call.
        say("waits", *refused)
        time.sleep(pause)


def main() -> int:
    gateway, authority, certificate, key, prompt, patience = sys.argv[1:]
    trust = ssl.create_default_context(cafile=authority)
    trust.load_cert_chain(certificate, key)
    with httpx2.Client(verify=trust, timeout=120) as http:
        client = anthropic.Anthropic(base_url=f"{gateway}/anthropic", api_key="unused", http_client=http, max_retries=0)
        return run(client, prompt, float(patience))


sys.exit(main())
