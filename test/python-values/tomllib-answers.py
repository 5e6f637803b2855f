"""Python's own answer for each TOML document of standard input (JSON strings, one a line): a line of JSON each."""

import datetime
import json
import struct
import sys
import tomllib


def tagged(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return ["int", hex(value)]
    if isinstance(value, float):
        return ["float", "nan" if value != value else struct.pack(">d", value).hex()]
    if isinstance(value, (datetime.date, datetime.time)):
        return ["date", value.isoformat()]
    if isinstance(value, list):
        return ["list", [tagged(item) for item in value]]
    if isinstance(value, dict):
        return ["table", sorted([key, tagged(item)] for key, item in value.items())]
    return ["text", value]


for line in sys.stdin:
    document = json.loads(line)
    try:
        answer = tagged(tomllib.loads(document))
    except (ValueError, RecursionError):  # of which TOMLDecodeError is one
        answer = None
    print(json.dumps(answer))
