"""What is not asked of the emulator, because it is the emulator that would answer."""

import re
from urllib.parse import unquote

import schemathesis

CONTROL = re.compile(r"[#?\x00-\x1f\x7f-\x9f\u2028\u2029]")


@schemathesis.hook
def filter_case(_, case) -> bool:
    """It takes an address with a line break for a page of the site, and one with # for a shorter one."""
    return not any(CONTROL.search(unquote(str(value))) for value in (case.path_parameters or {}).values())
