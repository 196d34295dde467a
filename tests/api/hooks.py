"""What is asked of what is there; and what is not asked of the emulator, because it is the emulator that would answer."""

import json
import os
import re
from collections import Counter
from urllib.parse import quote, unquote

import schemathesis
from schemathesis.core.parameters import ParameterLocation

CONTROL = re.compile(r"[#?\x00-\x1f\x7f-\x9f\u2028\u2029]")


@schemathesis.hook
def filter_case(_, case) -> bool:
    """It takes an address with a line break for a page of the site, and one with # for a shorter one."""
    return not any(CONTROL.search(unquote(str(value))) for value in (case.path_parameters or {}).values())


# By path, the names of what is there (known.py); and how often each path was asked.
KNOWN = json.loads(os.environ.get("PORTAL_KNOWN", "{}"))
ASKED = Counter()


@schemathesis.hook
def before_call(_, case, kwargs) -> None:
    """Two of three questions are about something that is there, the third about what was made up."""
    known = KNOWN.get(case.operation.path)
    if not known or case.meta is None or case.meta.is_negative_at(ParameterLocation.PATH):
        return
    ASKED[case.operation.label] += 1
    asked = ASKED[case.operation.label]
    if asked % 3:
        values = known[asked % len(known)]
        case.path_parameters = {name: quote(value, safe="") for name, value in values.items()}
