"""Makes the cases, one JSON document a line: `python3 generate.py > cases.jsonl`.

`id`; `api` and `how` (document, stream) say what the client asked for; `status`, `headers` and `body` (base64) are the
response, byte for byte. The same input makes the same cases on every machine, but for what a compressor writes.
"""

import base64
import copy
import gzip
import json
import struct
import sys
import zlib

from bases import ARGUMENTS, BEGINS, DOCUMENTS, EVENTS, LINES, WAYS, Named
from semantics import ANSWERS, STREAMS

JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}
FRAMES = {"content-type": "application/vnd.amazon.eventstream"}


class Pairs(list):
    """An object as its members, so that a key can occur twice."""


class Raw(str):
    """Text that stands where a value would."""


def pairs(value):
    if isinstance(value, dict):
        return Pairs([key, pairs(member)] for key, member in value.items())
    return [pairs(element) for element in value] if isinstance(value, list) else value


def text(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{key if isinstance(key, Raw) else json.dumps(key)}:{text(member)}" for key, member in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def escaped(key):
    """A key whose first letter is an escape."""
    return Raw(f'"\\u{ord(key[0]):04x}{key[1:]}"')


def twin(key):
    return key.swapcase() if key.lower() != key.swapcase() else key.upper()


def snake(key):
    """The other of the two spellings that some readers take."""
    if "_" in key:
        first, *rest = key.split("_")
        return first + "".join(word.title() for word in rest)
    return "".join("_" + c.lower() if c.isupper() else c for c in key)


def member(node, key):
    return next(pair for pair in node if pair[0] == key)


def walk(root, way):
    """Every object on a way, with the key that leads on."""
    node = root
    for step in way:
        if step == -1:
            node = node[-1]
        elif isinstance(step, tuple):
            yield from ((node, key) for key in step)
        else:
            yield node, step
            node = member(node, step)[1]


def key_mutations(base, way):
    """The answer with each key on the way to the call made ambiguous, misspelt, or of another type."""
    places = [key for _, key in walk(pairs(base), way)]
    for place, name in enumerate(places):
        def changed(change, place=place):
            root = pairs(base)
            node, key = list(walk(root, way))[place]
            change(node, member(node, key))
            return text(root)

        where = f"{place}-{name}"
        calm = {"name": "look", "type": "text"}.get(name)
        yield f"{where} twice, the other behind", changed(lambda node, pair: node.append([pair[0], calm]))
        yield f"{where} twice, the other in front", changed(lambda node, pair: node.insert(0, [pair[0], calm]))
        yield f"{where} twice, once escaped", changed(lambda node, pair: node.append([escaped(pair[0]), calm]))
        yield f"{where} escaped", changed(lambda node, pair: pair.__setitem__(0, escaped(pair[0])))
        yield f"{where} in another case", changed(lambda node, pair: pair.__setitem__(0, twin(pair[0])))
        yield f"{where} with a twin in another case", changed(lambda node, pair: node.append([twin(pair[0]), pair[1]]))
        yield f"{where} missing", changed(lambda node, pair: node.remove(pair))
        yield f"{where} null", changed(lambda node, pair: pair.__setitem__(1, None))
        yield f"{where} a number", changed(lambda node, pair: pair.__setitem__(1, 7))
        yield f"{where} in a list", changed(lambda node, pair: pair.__setitem__(1, [pair[1]]))
        yield f"{where} as text", changed(lambda node, pair: pair.__setitem__(1, text(pair[1])))
        if snake(name) != name:
            yield f"{where} in the other spelling", changed(lambda node, pair: pair.__setitem__(0, snake(pair[0])))
            yield f"{where} in both spellings", changed(lambda node, pair: node.append([snake(pair[0]), pair[1]]))


# What a tool may be called so that one reader takes it for another than the next.
NAMES = ("functions.zap", "zap ", "ZAP", "z\u0430p", "zap\u200b", "zap\u0000", "", "zap:1", "default_api.zap")
UNKNOWN = {"type": "call_of_tomorrow", "id": "x_1", "name": "zap", "input": {"p": "/y"}, "arguments": "{}"}


def name_mutations(base, way):
    """The answer with its tool under names that look alike."""
    at = max(n for n, (_, key) in enumerate(walk(pairs(base), way)) if key in ("name", "function"))
    for name in NAMES:
        root = pairs(base)
        node, key = list(walk(root, way))[at]
        member(node, key)[1] = name
        yield f"the name {ascii(name)}", text(root)


def list_mutations(base, way):
    """The answer with each list on the way to the call changed: a second place, an element nobody knows, another shape."""
    for place in (n for n, step in enumerate(way) if step == -1):
        def changed(change, place=place):
            root = node = pairs(base)
            for step in way[:place]:
                if step == -1:
                    node = node[-1]
                elif not isinstance(step, tuple):
                    holder = member(node, step)
                    node = holder[1]
            change(node, holder)
            return text(root)

        where = f"list {place}"
        yield f"{where}: the last twice", changed(lambda node, holder: node.append(node[-1]))
        yield f"{where}: an element of tomorrow behind", changed(lambda node, holder: node.append(pairs(UNKNOWN)))
        yield f"{where}: an element of tomorrow alone", changed(lambda node, holder: node.__setitem__(slice(None), [pairs(UNKNOWN)]))
        yield f"{where}: null behind", changed(lambda node, holder: node.append(None))
        yield f"{where}: within a list", changed(lambda node, holder: holder.__setitem__(1, [node]))
        yield f"{where}: by number", changed(lambda node, holder: holder.__setitem__(1, Pairs([["0", node[-1]]])))
        yield f"{where}: its last alone", changed(lambda node, holder: holder.__setitem__(1, node[-1]))


def with_member(document, value):
    return document.replace("{", '{"pad":' + value + ",", 1)


def spellings(document):
    """One JSON document, as bytes that readers differ on. Appendix J of every parser's nightmares."""
    plain = document.encode()
    yield "as it is", plain
    yield "white space around it", b" \r\n\t" + plain + b"\n\n "
    yield "a byte order mark", b"\xef\xbb\xbf" + plain
    yield "two byte order marks", b"\xef\xbb\xbf" * 2 + plain
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield encoding, document.encode(encoding)
        yield f"{encoding} with a mark", ("\ufeff" + document).encode(encoding)
    yield "a byte that is no UTF-8", plain.replace(b"Well", b"W\xffll")
    yield "an overlong encoding", plain.replace(b"Well", b"W\xc0\xaell")
    yield "a surrogate in UTF-8", plain.replace(b"Well", b"W\xed\xa0\x80ll")
    for name, tail in (("a word", b" x"), ("a bracket", b"}"), ("a NUL", b"\0"), ("a comma", b","), ("a comment", b"//x")):
        yield f"{name} behind it", plain + tail
    yield "a form feed in front", b"\x0c" + plain
    yield "another document in front", b"{}\n" + plain
    yield "another document behind", plain + b"\n{}"
    for value in ("NaN", "Infinity", "-Infinity", "1e999", "1E400", "9" * 300, "9" * 5000, "01", "+1", ".5", "0x1f", "'x'",
                  '"\\ud800"', '"\\udc00\\ud800"', '"\\x41"', '"a\x01b"', '"a\nb"', '"\\u00"', "/**/1", "1,", "undefined", "True"):
        yield f"a member {value[:12]!r} of {len(value)}", with_member(document, value).encode()
    for depth in (90, 130, 500, 990, 3000):
        yield f"a member {depth} deep", with_member(document, "[" * depth + "]" * depth).encode()
    yield "in a list", b"[" + plain + b"]"
    yield "as text", json.dumps(document).encode()
    yield "cut short", plain[:-1]
    yield "cut in the call", plain[: plain.index(b"zap") + 2]


def wrappings(document):
    """One JSON document behind heads that clients believe or do not."""
    plain = document.encode()
    for content_type in ("text/plain", "text/html; charset=utf-8", "text/event-stream", "application/octet-stream",
                         "APPLICATION/JSON", "application/vnd.x+json", "application/json; charset=utf-16",
                         "application/json; charset=utf-7", ""):
        yield f"content type {content_type!r}", 200, {"content-type": content_type}, plain
    yield "no content type", 200, {}, plain
    for status in (201, 202, 206, 226, 299, 400, 404, 429, 500, 503):
        yield f"status {status}", status, JSON, plain
    packed = gzip.compress(plain, mtime=0)
    raw = zlib.compressobj(wbits=-15)
    for coding, body in (("gzip", packed), ("GZIP", packed), ("x-gzip", packed), ("deflate", zlib.compress(plain)),
                         ("deflate", raw.compress(plain) + raw.flush()), ("gzip, gzip", gzip.compress(packed, mtime=0)),
                         ("deflate, gzip", gzip.compress(zlib.compress(plain), mtime=0)), ("gzip", packed + b"x"),
                         ("gzip", gzip.compress(b"{}", mtime=0) + packed), ("identity", plain), ("foo", plain), ("", packed)):
        yield f"coding {coding!r} of {len(body) == len(plain)}", 200, JSON | ({"content-encoding": coding} if coding else {}), body


def tag_of(event):
    """What an event's line with its name says."""
    if isinstance(event, Named):
        return event.name
    return event.get("type") or event.get("event_type") if isinstance(event, dict) else None


def sse(events, named, end="\n"):
    out = []
    for event in events:
        data = event if isinstance(event, str) else text(pairs(event))
        tag = tag_of(event)
        out.append((f"event: {tag}{end}" if named and tag else "") + f"data: {data}{end}{end}")
    return out


def framings(events, named):
    """A stream of events, framed in ways that readers differ on."""
    whole = sse(events, named)
    stream = "".join(whole)
    call = next(n for n, event in enumerate(whole) if "zap" in event)

    def each(change):
        return "".join(map(change, whole)).encode()

    yield "as it is", stream.encode()
    for name, end in (("CRLF", "\r\n"), ("CR", "\r")):
        yield name, stream.replace("\n", end).encode()
    yield "LF, then CRLF", each(lambda event: event[:-1] + "\r\n")
    yield "LF, then CR", each(lambda event: event[:-1] + "\r")
    yield "CRLF, then CR", each(lambda event: event.replace("\n", "\r\n")[:-2] + "\r")
    yield "no space after the colon", each(lambda event: event.replace("data: ", "data:").replace("event: ", "event:"))
    for name, space in (("two spaces", "  "), ("a tab", "\t"), ("a no-break space", "\u00a0")):
        yield f"{name} after the colon", each(lambda event: event.replace("data: ", f"data:{space}").replace("event: ", f"event:{space}"))
    yield "the name behind the data", each(lambda event: "\n".join(reversed(event.strip().split("\n"))) + "\n\n")
    yield "data in several lines", each(lambda event: event.replace(",", ",\ndata: "))
    yield "no blank line at the end", stream[:-1].encode()
    yield "no line end at the end", stream[:-2].encode()
    yield "one line end between events", "".join(event[:-1] for event in whole).encode()
    yield "a byte order mark", ("\ufeff" + stream).encode()
    yield "a byte order mark before the call", "".join(whole[:call] + ["\ufeff"] + whole[call:]).encode()
    yield "comments between", each(lambda event: ": comment\n\n" + event)
    yield "comments within", each(lambda event: ": comment\n" + event)
    yield "a space before the fields", each(lambda event: "\n".join(" " + line if line else line for line in event.split("\n")))
    yield "fields in upper case", each(lambda event: event.replace("data:", "DATA:").replace("event:", "EVENT:"))
    yield "a field nobody knows", each(lambda event: "dat: {}\n" + event)
    unnamed = "".join(sse(events, False))
    yield "no names", unnamed.encode()
    for name in ("foo", "ping", "message", "error", "thread.run.created", "done"):
        yield f"all named {name}", "".join(f"event: {name}\n{event}" for event in sse(events, False)).encode()
    yield "two names, the first ping", each(lambda event: "event: ping\n" + event)
    yield "identifiers", each(lambda event: "id: 7\n" + event)
    yield "an identifier and blank lines", each(lambda event: "id: 7\n" + event + "\n\n")
    yield "a retry", each(lambda event: "retry: 1\n" + event)
    yield "an event without data", ("event: ping\n\n" + stream).encode()
    yield "an event with empty data", ("data:\n\n" + stream).encode()
    yield "a NUL", stream.replace("Well", "W\0ll").encode()
    yield "separators of lines that are none", stream.replace("Well", "W\u2028\u2029\u0085\u000bl".replace("\u000b", "\\u000b")).encode()
    yield "a byte that is no UTF-8", stream.encode().replace(b"Well", b"W\xffll").replace(b"zap", b"zap\xff")
    yield "UTF-16", stream.encode("utf-16")
    yield "data behind the JSON of the call", "".join(
        event.replace("}\n\n", "} x\n\n") if n == call else event for n, event in enumerate(whole)).encode()
    yield "two documents in one event", "".join(
        event.replace("data: ", "data: {}") if n == call else event for n, event in enumerate(whole)).encode()
    lines = "".join(event for event in (text(pairs(event)) + "\n" for event in events if isinstance(event, dict)))
    yield "lines of JSON", lines.encode()
    yield "a line of JSON among events", "".join(
        event.split("data: ", 1)[1] if n == call else event for n, event in enumerate(whole)).encode()
    yield "a pretty line of JSON among events", "".join(
        json.dumps(events[n], indent=1) + "\n\n" if n == call else event for n, event in enumerate(whole)).encode()
    yield "a list of the events", text(pairs([event for event in events if isinstance(event, dict)])).encode()
    for depth in (90, 200, 990):
        yield f"an event {depth} deep", "".join(
            event.replace('data: {', 'data: {"pad":' + "[" * depth + "]" * depth + ",") if n == call else event
            for n, event in enumerate(whole)).encode()
    yield "[DONE] in front", ("data: [DONE]\n\n" + stream).encode()
    yield "[DONE] and more in front", ("data: [DONE] x\n\n" + stream).encode()
    yield "the call behind the end", "".join(whole[:call] + whole[call + 1:] + [whole[call]]).encode()
    yield "cut before the last event", "".join(whole[:-1]).encode()
    yield "cut in the last event", stream[:-12].encode()


# What may be odd about one event among ordinary ones: where a reader skips it, what the others say is another call.
ODD = {
    "no name": lambda event: "".join(line for line in event.splitlines(True) if not line.startswith("event:")),
    "another name": lambda event: "event: foo\n" + event.split("\n", 1)[1] if event.startswith("event:") else "event: foo\n" + event,
    "an empty name": lambda event: "event:\n" + event.split("\n", 1)[1] if event.startswith("event:") else "event:\n" + event,
    "the name behind the data": lambda event: "\n".join(reversed(event.strip().split("\n"))) + "\n\n",
    "no space after the colon": lambda event: event.replace("data: ", "data:"),
    "two spaces after the colon": lambda event: event.replace("data: ", "data:  "),
    "a comment in front": lambda event: ": c\n" + event,
    "a comment with a brace in front": lambda event: ": {\n\n" + event,
    "a comment behind": lambda event: event[:-1] + ": c\n\n",
    "an identifier": lambda event: "id: 7\n" + event,
    "a retry": lambda event: "retry: 1\n" + event,
    "data in several lines": lambda event: event.replace(",", ",\ndata: "),
    "a byte order mark": lambda event: "\ufeff" + event,
    "CR": lambda event: event.replace("\n", "\r"),
    "a blank line that ends in CR in front": lambda event: "\r" + event,
    "a field nobody knows": lambda event: "dat: {}\n" + event,
    "an empty line of data in front": lambda event: event.replace("data: ", "data\ndata: "),
}


def one_odd(events, named):
    """The same, with one event of the stream framed otherwise than the rest."""
    whole = sse(events, named)
    for what, change in ODD.items():
        for n, event in enumerate(whole):
            if change(event) != event:
                yield f"{what} at event {n}", "".join(whole[:n] + [change(event)] + whole[n + 1:]).encode()


def replaced(value, old, new):
    """A value with these texts, or values, in the place of others."""
    if value == old:
        return new
    if isinstance(value, list):
        return [replaced(element, old, new) for element in value]
    if isinstance(value, dict):
        made = copy.deepcopy(value)
        made.update({key: replaced(node, old, new) for key, node in value.items()})
        return made
    return value


def members(value, way=()):
    """The ways to all members of all objects within."""
    for key, node in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield (*way, key)
        yield from members(node, (*way, key))


def odd_pieces(events):
    """The same with the arguments in three pieces, of which the middle one has one member that is none, or something else."""
    at = next((n for n, event in enumerate(events) if any(piece in json.dumps(event) for piece in PIECES)), None)
    if at is None:
        return
    # What says the call whole says what the pieces come to.
    whole = replaced(replaced(events, ARGUMENTS, '{"p":10}'), {"p": "/x"}, {"p": 10})
    piece = lambda text: replaced(events[at], ARGUMENTS, text)
    made = lambda middle: [*whole[:at], piece('{"p":1'), middle, piece("}"), *whole[at + 1:]]
    yield "in three pieces", made(piece("0"))
    # The one member of an event in a frame is the frame's name.
    framed = len(events[at]) == 1
    for way in members(piece("0")):
        for what in () if framed and len(way) == 1 else ("nothing", None, 7, "", {}, "custom"):
            middle = piece("0")
            node = middle
            for key in way[:-1]:
                node = node[key]
            if what == "nothing":
                del node[way[-1]]
            else:
                node[way[-1]] = what
            yield f"in three pieces, {'/'.join(map(str, way))} is {what!r} in the middle", made(middle)
    for key in ("object", "type", "name", "id", "model"):
        if not framed and key not in events[at]:
            middle = piece("0")
            middle[key] = "zap"
            yield f"in three pieces, with {key} in the middle", made(middle)


# Where arguments come in pieces.
PIECES = ('"partial_json"', '"response.function_call_arguments.delta"', '"arguments_delta"', '{"index": 0, "function": {"arguments": "{',
          '"thread.run.step.delta", "delta": {"step_details": {"type": "tool_calls", "tool_calls": [{"index": 0, "type"',
          '"function.call.delta"', '"tool-call-delta"', '{"toolUse": {"input"')


def lines(events):
    return [text(pairs(event)) + "\n" for event in events]


def line_framings(events):
    """One JSON document a line, in ways that readers differ on."""
    whole = lines(events)
    stream = "".join(whole)
    call = next(n for n, line in enumerate(whole) if "zap" in line)
    other = lambda made: "".join(whole[:call] + [made] + whole[call + 1:]).encode()
    line = whole[call]

    yield "as it is", stream.encode()
    yield "no line end at the end", stream[:-1].encode()
    for name, end in (("CRLF", "\r\n"), ("CR", "\r"), ("LF and CR", "\n\r"), ("an empty line", "\n\n"), ("a line of spaces", "\n  \n"),
                      ("VT", "\v"), ("FF", "\f"), ("FS", "\x1c"), ("NEL", "\x85"), ("a line separator", "\u2028"), ("NUL", "\0"),
                      ("nothing", ""), ("a space", " "), ("a comma", ",\n"), ("a record separator", "\n\x1e")):
        yield f"{name} between", end.join(line[:-1] for line in whole).encode() + b"\n"
    for name, c in (("CR", "\r"), ("VT", "\v"), ("FF", "\f"), ("FS", "\x1c"), ("GS", "\x1d"), ("RS", "\x1e"), ("NEL", "\x85"),
                    ("a line separator", "\u2028"), ("a paragraph separator", "\u2029")):
        yield f"{name} in a text", stream.replace("Well.", f"W{c}ll").encode()
        yield f"a call behind {name} in a text", stream.replace("Well.", f"W{c}{line[:-1]}{c}ll").encode()
        yield f"a call behind {name} in one line", other(f"{{}}{c}{line}")
        yield f"{name} in front of the call", other(c + line)
    yield "a call on two lines", other(line.replace(",", ",\n", 1))
    yield "a call over many lines", other(json.dumps(events[call], indent=1) + "\n")
    yield "a byte order mark", ("\ufeff" + stream).encode()
    yield "a byte order mark before the call", other("\ufeff" + line)
    yield "as events", "".join(f"data: {line}\n" for line in whole).encode()
    yield "the call as an event", other(f"data: {line}")
    yield "in a list", ("[" + ",".join(whole) + "]").encode()
    yield "a line that is a list", other(f"[{line[:-1]}]\n")
    yield "a line that is text", other(json.dumps(line[:-1]) + "\n")
    yield "a comment", other(f"// {line}")
    yield "an error in front", other(f'{{"error":"x"}}\n{line}')
    yield "an error beside the call", other(line.replace("{", '{"error":"x",', 1))
    yield "an error that is empty beside the call", other(line.replace("{", '{"error":"",', 1))
    yield "no error beside the call", other(line.replace("{", '{"error":null,', 1))
    yield "the call behind the end", "".join(whole[:call] + whole[call + 1:] + [line]).encode()
    yield "the call behind the end without a line end", "".join(whole[:call] + whole[call + 1:] + [line[:-1]]).encode()
    yield "[DONE] in front", ("[DONE]\n" + stream).encode()
    yield "UTF-16", stream.encode("utf-16")
    yield "cut in the last line", stream[:-4].encode()
    for name, body in spellings(line[:-1]):
        yield f"the call's line: {name}", "".join(whole[:call]).encode() + body + b"\n" + "".join(whole[call + 1:]).encode()


def orders(events):
    """The events in other numbers and orders."""
    for n in range(len(events)):
        yield f"without event {n}", events[:n] + events[n + 1:]
        yield f"event {n} twice", events[: n + 1] + events[n:]
        if n + 1 < len(events):
            yield f"events {n} and {n + 1} swapped", events[:n] + [events[n + 1], events[n]] + events[n + 2:]
    yield "the whole stream twice", events + events


def frame(headers, payload, damage=None):
    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode() for name, value in headers)
    prelude = struct.pack(">II", len(head) + len(payload) + 16, len(head))
    crc = zlib.crc32(prelude) ^ (1 if damage == "prelude" else 0)
    message = prelude + struct.pack(">I", crc) + head + payload
    return message + struct.pack(">I", zlib.crc32(message) ^ (1 if damage == "message" else 0))


def framed(api, event, damage=None, **other):
    if api == "bedrock-invoke":
        data = text(pairs(event)) if isinstance(event, dict) else event
        payload = '{"bytes":"' + base64.b64encode(data.encode()).decode() + '","p":"ab"}'
        kind = "chunk"
    else:
        [(kind, value)] = pairs(event) if isinstance(event, dict) else [event]
        payload = text(value)[:-1] + (',"p":"ab"}' if len(value) else '"p":"ab"}')
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"} | other
    return frame([(k, v) for k, v in headers.items() if v is not None], payload.encode(), damage)


def frame_cases(api, events, call):
    whole = [framed(api, event) for event in events]

    def other(made):
        return b"".join(whole[:call] + [made] + whole[call + 1:])

    yield "as it is", b"".join(whole)
    for damage in ("prelude", "message"):
        yield f"a wrong checksum of the {damage}", other(framed(api, events[call], damage))
    yield "another type of message", other(framed(api, events[call], **{":message-type": "exception"}))
    yield "no type of message", other(framed(api, events[call], **{":message-type": None}))
    yield "an unknown type of event", other(framed(api, events[call], **{":event-type": "tomorrow"}))
    yield "no type of event", other(framed(api, events[call], **{":event-type": None}))
    yield "another type of content", other(framed(api, events[call], **{":content-type": "application/xml"}))
    kind = "contentBlockStart" if api == "bedrock-invoke" else next(iter(events[call]))
    yield "a type of event in another case", other(framed(api, events[call], **{":event-type": None, ":Event-Type": kind}))
    yield "a truncated last frame", b"".join(whole)[:-3]
    yield "bytes behind", b"".join(whole) + b"\0" * 7
    yield "a frame behind", b"".join(whole) + whole[call]
    yield "another order of headers", other(framed(api, events[call], **{":z": "1"}))
    yield "a stream of events", "".join(sse(events, False)).encode()


def case(identifier, api, how, status, headers, body):
    # A document is not all that a stream's client may be answered with, nor the other way round.
    return {"id": identifier, "api": api, "how": how, "status": status, "headers": headers, "body": body}


# Further places of what is read elsewhere already, by the same reader: encodings and heads are the same there.
FURTHER = ("openai-assistants-steps", "mistral-history", "ollama-generate", "openai-agents-session")


def documents():
    for api, base in DOCUMENTS.items():
        document = text(pairs(base))
        for name, body in () if api in FURTHER else spellings(document):
            yield case(f"{api} document: {name}", api, "document", 200, JSON, body)
        for number, (name, status, headers, body) in () if api in FURTHER else enumerate(wrappings(document)):
            yield case(f"{api} document: {number} {name}", api, "document", status, headers, body)
        for mutations in (key_mutations, name_mutations, list_mutations):
            for name, body in mutations(base, WAYS[api]):
                yield case(f"{api} document: {name}", api, "document", 200, JSON, body.encode())
        for name, made in ANSWERS.get(api, lambda base: [])(base):
            yield case(f"{api} document: {name}", api, "document", 200, JSON, text(pairs(made)).encode())


# Streams whose events are named.
NAMED = ("anthropic", "openai-responses", "gemini-interactions", "openai-assistants", "mistral", "cohere", "anthropic-sessions",
         "openai-agents")


def streams():
    for api, events in EVENTS.items():
        at, way = BEGINS[api]
        named = api in NAMED
        binary = api.startswith("bedrock")

        def body(events, api=api, named=named, binary=binary):
            if api in LINES:
                return "".join(lines(events)).encode()
            if binary:
                return b"".join(framed(api, event) for event in events)
            return "".join(sse(events, named)).encode()

        head = FRAMES if binary else {"content-type": LINES[api]} if api in LINES else SSE
        made = () if api in FURTHER else line_framings(events) if api in LINES else frame_cases(api, events, at) if binary else (*framings(events, named), *one_odd(events, named))
        for name, made in made:
            yield case(f"{api} stream: {name}", api, "stream", 200, head, made)
        for name, made in orders(events):
            yield case(f"{api} stream: {name}", api, "stream", 200, head, body(made))
        for name, made in odd_pieces(events):
            yield case(f"{api} stream: {name}", api, "stream", 200, head, body(made))
        for name, made in STREAMS.get(api, lambda events: [])(copy.deepcopy(events)):
            yield case(f"{api} stream: {name}", api, "stream", 200, head, body(made))
        said = next(iter(events[at].values())) if binary and api != "bedrock-invoke" else events[at]
        for mutations in (key_mutations, name_mutations, list_mutations):
            for name, data in mutations(said, way):
                yield case(f"{api} stream: {name}", api, "stream", 200, head, body_with(api, events, at, data, named, binary))
        if api in DOCUMENTS:
            document = text(pairs(DOCUMENTS[api])).encode()
            yield case(f"{api} stream: a document", api, "stream", 200, head, document)
            yield case(f"{api} stream: a document that says so", api, "stream", 200, JSON, document)
            yield case(f"{api} document: a stream", api, "document", 200, JSON, body(events))
        for kind in ("application/json", "text/event-stream", "application/x-ndjson", "text/plain", "") if api in LINES else ():
            yield case(f"{api} stream: content type {kind!r}", api, "stream", 200, {"content-type": kind}, body(events))
        for status in (206, 299, 500):
            yield case(f"{api} stream: status {status}", api, "stream", status, head, body(events))


def body_with(api, events, at, data, named, binary):
    """The stream with one event that is text already, perhaps with a key twice."""
    if api in LINES:
        return "".join(lines(events[:at]) + [data + "\n"] + lines(events[at + 1:])).encode()
    if not binary:
        tag = tag_of(events[at])
        line = (f"event: {tag}\n" if named and tag else "") + f"data: {data}\n\n"
        return ("".join(sse(events[:at], named)) + line + "".join(sse(events[at + 1:], named))).encode()
    if api == "bedrock-invoke":
        made = framed(api, data)
    else:
        headers = [(":event-type", next(iter(events[at]))), (":content-type", "application/json"), (":message-type", "event")]
        made = frame(headers, data.encode())
    before = b"".join(framed(api, event) for event in events[:at])
    return before + made + b"".join(framed(api, event) for event in events[at + 1:])


def cases():
    seen = set()
    for made in [*documents(), *streams()]:
        if made["id"] in seen:
            raise SystemExit(f"two cases are called {made['id']!r}")
        seen.add(made["id"])
        yield made | {"body": base64.b64encode(made["body"]).decode()}


if __name__ == "__main__":
    for made in cases():
        json.dump(made, sys.stdout, ensure_ascii=True, separators=(",", ":"))
        sys.stdout.write("\n")
