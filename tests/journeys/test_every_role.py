"""Every route, asked as nobody and as everybody with one role alone: it answers those whom the list allows, and refuses the others.

The list is what the functions declare (`tests/tests/snapshots/routes__tests__who_may.snap`), and is written down to be read.
"""

import json
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from house import PASSWORD, START, House, told
from stack import ROOT, Refused, portal

LIST = ROOT / "tests" / "tests" / "snapshots" / "routes__tests__who_may.snap"
PROVIDER = ("viewer", "actuals", "invoices", "payments", "signatory", "admin")
COUNCIL = ("helpdesk", "team_member", "contracts", "payments_officer", "finaliser", "configuration", "auditor")

# What the gate answers, by who asks; whatever else is answered, it let them through.
REFUSED = {"nobody": (401, "signed-out"), "no_provider": (409, "choose-provider")}
NOT_ALLOWED = (404, "not-allowed")

# What is somebody's own to end: asked last, and by somebody who signs in again.
ENDS = ("POST /api/sign-out",)


def listed() -> tuple[list[str], dict[str, dict[str, bool]]]:
    """Who there is, and for each route whether they may ask it."""
    head, *rows = LIST.read_text().split("---\n", 2)[2].strip().splitlines()
    who = head.split()
    routes = {}
    for row in rows:
        marks, method, path = row.split()
        routes[f"{method} {path}"] = dict(zip(who, (mark == "x" for mark in marks), strict=True))
    return who, routes


def address(house: House, path: str) -> str:
    """A path with what is known of the house in it, and elsewhere the name of nothing."""
    known = {"provider_ref": house.provider, "contract_ref": house.contract, "period_start": START, "cycle_ref": house.cycle,
             "ss_ref": house.clients[0], "cpli_id": house.cplis[0], "week_start": START, "financial_year": "2026-27",
             "feed": "providers", "time": "20200101T000000", "report": "remittance-by-period", "version": 1, "revision": 1}
    return re.sub(r"\{(\w+)\}", lambda name: str(known.get(name[1], "0" * 32)), path)


def somebody(house: House, who: str):
    """A person with this one role and no other."""
    email = f"{who}.fen@everyrole.example"
    if who == "nobody":
        return portal()
    if who in PROVIDER:
        return house.signed_in(email)
    if who == "no_provider":
        second = "PER2"
        told("providers", 41, [{"provider_ref": second, "name": "Every Role Lodge", "kind": "care_home"}])
        told("contacts", 41, [{"contact_ref": f"KNP{number}", "provider_ref": provider, "forename": "Nan", "surname": "Fen", "email": email,
                               "portal_email": email, "roles": "viewer"} for number, provider in enumerate((house.provider, second))])
    else:
        number = 42 + COUNCIL.index(who)
        told("staff", number, [{"staff_ref": f"STE{number}", "forename": "Sam", "surname": "Fen", "email": email, "roles": who, "teams": ""}])
    person = portal()
    person.accept_invitation(email, PASSWORD)
    person.sign_in(email, PASSWORD)
    return person


def answer(person, house: House, route: str) -> tuple[int, str | None]:
    """The status and, of a refusal, its code."""
    method, path = route.split()
    try:
        person.send(method, address(house, path), None if method == "GET" else {})
    except Refused as refusal:
        return refusal.status, json.loads(refusal.body or "{}").get("code")
    return 200, None


def refusal(who: str, route: str) -> tuple[int, str]:
    """Whoever has to choose a provider is told so where that would help, and nowhere else."""
    if who == "no_provider" and "/api/council/" in route:
        return NOT_ALLOWED
    return REFUSED.get(who, NOT_ALLOWED)


def otherwise(who: str, person, house: House, routes: dict[str, dict[str, bool]]) -> dict[str, str]:
    """The routes that answer somebody otherwise than the list says."""
    wrong, gate = {}, {NOT_ALLOWED, *REFUSED.values()}
    for route in sorted(routes, key=lambda route: (route in ENDS, route)):
        status, code = answer(person, house, route)
        if routes[route][who]:
            if (status, code) in gate or status >= 500:
                wrong[route] = f"may, but {status} {code}"
        elif (status, code) != refusal(who, route):
            wrong[route] = f"may not, but {status} {code}"
    return wrong


class EveryRole(unittest.TestCase):
    maxDiff = None

    def test_every_route_answers_those_who_may_ask_it_and_nobody_else(self):
        everybody, routes = listed()
        self.assertEqual(everybody, ["nobody", "no_provider", *PROVIDER, *COUNCIL])
        house = House("ER", "Every Role House", 40, {f"{role}.fen@everyrole.example": role for role in PROVIDER})
        people = {who: somebody(house, who) for who in everybody}
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(lambda who: otherwise(who, people[who], house, routes), everybody)
        for who, wrong in zip(everybody, found, strict=True):
            with self.subTest(who=who):
                self.assertEqual(wrong, {})


if __name__ == "__main__":
    unittest.main()
