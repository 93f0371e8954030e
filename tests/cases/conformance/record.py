"""Puts together what the SDKs made of the cases: `record.py cases.jsonl python.jsonl javascript.jsonl > seen.jsonl`. With
`--otherwise seen.jsonl` first, what older SDKs made of the cases they read otherwise than it says.

A line has the case's `id`, the beginning of its body's SHA-256 (none where a compressor wrote it), and for each way of each
SDK the calls it handed over, each with its arguments; where it raised, `error` says what.
"""

import base64
import hashlib
import json
import sys


def short(found):
    if found["error"] is None:
        return found["calls"]
    return {"calls": found["calls"], "error": found["error"]} if found["calls"] else {"error": found["error"]}


names = sys.argv[1:]
today = {}
if names[:1] == ["--otherwise"]:
    today = {case["id"]: case["seen"] for case in map(json.loads, open(names[1], encoding="utf-8"))}
    names = names[2:]
cases, *observed = (list(map(json.loads, open(name, encoding="utf-8"))) for name in names)
for case, *found in zip(cases, *observed, strict=True):
    assert all(one["id"] == case["id"] for one in found), case["id"]
    packed = "content-encoding" in case["headers"]
    digest = None if packed else hashlib.sha256(base64.b64decode(case["body"])).hexdigest()[:16]
    seen = {way: short(what) for one in found for way, what in one["seen"].items()}
    if today:
        seen = {way: what for way, what in seen.items() if today[case["id"]].get(way) != what}
        if not seen:
            continue
        print(json.dumps({"id": case["id"], "seen": seen}, separators=(",", ":")))
        continue
    print(json.dumps({"id": case["id"], "body": digest, "seen": seen}, separators=(",", ":")))
