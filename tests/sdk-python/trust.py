"""How a client trusts the gateway, and shows who it is."""

import ssl


def trust(spec: dict) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=spec["ca"])
    context.load_cert_chain(spec["certificate"], spec["key"])
    return context
