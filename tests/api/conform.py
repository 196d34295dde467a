"""Asks the deployed API what its description allows and what it does not, and holds every answer to it.

As a provider's administrator and as council staff. `make api-tests` gives it a stack of its own, because it changes what it finds.
"""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

from known import places, reader  # noqa: E402
from local import Emulator, Portal  # noqa: E402

PASSWORD = os.environ["PORTAL_DEMO_PASSWORD"]
SITE_URL = os.environ["PORTAL_SITE_URL"]
EMULATOR = Emulator(int(os.environ["PORTAL_EMULATOR_URL"].rsplit(":", 1)[1]), ROOT / ".local" / "test")
DESCRIPTION = ROOT / "static-site" / "_site" / "api" / "openapi.json"
SCHEMATHESIS = ROOT / ".local" / "venv-api" / "bin" / "schemathesis"

# Who asks, and which addresses are theirs.
PEOPLE = {
    "rosalind.quarmby@marramcare.example": ("P1001", ["--exclude-path-regex", "^/api/council/"]),
    "moira.kittiwake@brightway.example": ("P2001", ["--include-path-regex", "^/api/(actuals|invoices|reports)"]),
    "martin.selby@seaborough.example": (None, ["--include-path-regex", "^/api/council/"]),
    "dilys.harbord@seaborough.example": (None, ["--include-path-regex", "^/api/council/", "--exclude-method", "POST"]),
}

# What would take the rug from under the other questions.
NOT_ASKED = {
    "/api/sign-out": "ends the session that asks",
    "/api/providers/selection": "chooses another provider for the session that asks",
    "/api/account/password": "changes the password of the person who asks",
    "/api/account/security-code": "changes how the person who asks signs in",
    "/api/account/totp": "changes how the person who asks signs in",
    "/api/account/totp/confirmation": "changes how the person who asks signs in",
    "/api/account/totp/removal": "changes how the person who asks signs in",
    "/api/account/sessions/end-others": "ends sessions",
    "/api/account/sessions/{session_id}/end": "ends sessions",
}


def for_people() -> Path:
    """The description without keys: who asks here has a session, and sends it every time. (test_software.py asks with keys.)"""
    told = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    for operation in [operation for methods in told["paths"].values() for operation in methods.values()]:
        operation["security"] = [way for way in operation["security"] if "key" not in way]
    del told["components"]["securitySchemes"]["key"]
    kept = ROOT / ".local" / "test" / "openapi.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(told), encoding="utf-8")
    return kept


def ask(email: str, provider: str | None, chosen: list[str]) -> int:
    person = Portal(EMULATOR, SITE_URL)
    person.sign_in(email, PASSWORD, provider)
    command = [
        str(SCHEMATHESIS), "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", str(for_people()),
        "--url", EMULATOR.url, "-H", f"Host: {SITE_URL.removeprefix('http://')}",
        *chosen, *[part for path in NOT_ASKED for part in ("--exclude-path", path)],
    ]
    known = places(json.loads(DESCRIPTION.read_text()), reader(person))
    print(f"{email} knows {sum(map(len, known.values()))} places of {sum(map(bool, known.values()))} paths", flush=True)
    environment = {**os.environ, "PORTAL_SESSION": person.cookie.partition("=")[2], "PORTAL_KNOWN": json.dumps(known)}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def published() -> None:
    """The description is served at the address that it has in every portal."""
    told = Portal(EMULATOR, SITE_URL).request("GET", "/api/openapi.json")
    assert told["openapi"].startswith("3.1"), told["openapi"]


if __name__ == "__main__":
    published()
    only = sys.argv[1:]
    failed = [email for email, (provider, chosen) in PEOPLE.items() if (not only or email in only) and ask(email, provider, chosen)]
    sys.exit(f"What was answered is not what is described, for {', '.join(failed)}" if failed else 0)
