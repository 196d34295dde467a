"""The identifiers of what there is, found as a person finds them: by reading the pages of the API."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import quote

NAMES = re.compile(r"\{(\w+)\}")
ROUNDS = 3
PLACES_MAX = 4


def places(description: dict, read) -> dict[str, list[dict[str, str]]]:
    """For each path with names in it, up to four sets of values that are there, of what `read` may read."""
    readable = [path for path, methods in description["paths"].items() if "get" in methods and shows_json(methods["get"])]
    found, seen = defaultdict(list), set()
    for _ in range(ROUNDS):
        for path in readable:
            for values in found[path] if NAMES.search(path) else [{}]:
                address = NAMES.sub(lambda name: quote(values[name[1]], safe=""), path)
                if address in seen:
                    continue
                seen.add(address)
                for known in contexts(read(address), values):
                    note(description, found, known)
    return found


def shows_json(operation: dict) -> bool:
    """A page, and neither a file nor the way to one."""
    return "303" not in operation["responses"] and "application/json" in operation["responses"].get("200", {}).get("content", {})


def note(description: dict, found: dict, known: dict[str, str]) -> None:
    """Every path of which all names are known so is a place to ask."""
    for path in description["paths"]:
        names = NAMES.findall(path)
        if names and len(found[path]) < PLACES_MAX and all(known.get(name) for name in names):
            values = {name: known[name] for name in names}
            if values not in found[path]:
                found[path].append(values)


def contexts(value, around: dict[str, str]) -> Iterator[dict[str, str]]:
    """What an answer names, each with what stands around it."""
    if isinstance(value, list):
        for each in value:
            yield from contexts(each, around)
    elif isinstance(value, dict):
        inside = {**around, **{name: str(plain) for name, plain in value.items() if isinstance(plain, (str, int)) and not isinstance(plain, bool)}}
        yield inside
        for each in value.values():
            yield from contexts(each, inside)


def reader(person):
    """What a person is shown at an address; nothing, where the portal refuses."""

    def read(address: str):
        try:
            return json.loads(person.download(address))
        except Exception as refusal:
            if getattr(refusal, "status", 500) >= 500:
                raise
            return {}

    return read
