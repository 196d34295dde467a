"""A provider's own software: a key from the page to its revocation."""

import json
import unittest
import urllib.error
import urllib.request
import uuid
from datetime import datetime, time

import icalendar

from house import AUDITOR, HELPDESK, START, House, staff, told
from stack import EMULATOR, LONDON, SITE_URL, TODAY, days, portal, refused

ADMIN, PAYER, ADMIN_OF_WITHY = "ivo.fen@watermead.example", "juno.fen@watermead.example", "kit.fen@withycourt.example"


def once() -> str:
    return str(uuid.uuid4())


class Software:
    """A program with a key; it keeps no cookie."""

    def __init__(self, key: str):
        self.key = key

    def send(self, method: str, path: str, body: dict | None = None, cookie: str | None = None) -> tuple[int, dict, dict]:
        headers = {"Host": SITE_URL.removeprefix("http://"), "Authorization": f"Bearer {self.key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if cookie:
            headers["Cookie"] = cookie
        request = urllib.request.Request(EMULATOR.url + path, method=method, headers=headers, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"{}"), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}"), dict(error.headers)

    def code(self, method: str, path: str, body: dict | None = None, cookie: str | None = None) -> tuple[int, str]:
        status, answer, _ = self.send(method, path, body, cookie)
        return status, answer.get("code", "")


class ApiKeys(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JK", "Watermead", 6, {ADMIN: "admin", PAYER: "payments"})
        cls.admin, cls.payer = cls.house.signed_in(ADMIN), cls.house.signed_in(PAYER)

    def make(self, name: str, scopes: list[str], request_id: str | None = None) -> dict:
        body = {"request_id": request_id or once(), "name": name, "scopes": scopes, "last_day": str(TODAY + days(90))}
        return self.admin.request("POST", "/api/api-keys", body)

    def test_a1_a_key_is_told_once_and_only_to_an_administrator(self):
        body = {"request_id": once(), "name": "Rota", "scopes": ["read"], "last_day": str(TODAY)}
        self.assertEqual(refused(self.payer, "POST", "/api/api-keys", body)[0], 404)
        request_id = once()
        type(self).made = self.make("Rota", ["read"], request_id)
        self.assertIsNone(self.make("Rota", ["read"], request_id)["secret"])
        listed = self.admin.request("GET", "/api/api-keys")
        self.assertEqual([key["name"] for key in listed["keys"]], ["Rota"])
        self.assertNotIn(self.made["secret"], json.dumps(listed))

    def test_a2_the_administrators_are_told_by_email_without_the_key(self):
        self.admin.email(ADMIN, r"(/api-keys/)")
        self.assertFalse(any("pp_live_" in email["BodyText"] for email in self.admin.emails(ADMIN)))

    def test_b1_software_reads_what_the_provider_sees_and_nothing_of_another(self):
        rota = Software(self.made["secret"])
        status, answer, _ = rota.send("GET", self.house.statement)
        self.assertEqual(status, 200)
        self.assertEqual(answer, self.payer.request("GET", self.house.statement) | {key: answer[key] for key in answer if key.startswith("can_")})
        self.assertEqual(rota.code("GET", f"/api/scheduled-payments/C3001/{TODAY}")[0], 404)

    def test_b2_it_may_do_nothing_that_it_was_not_made_for(self):
        rota = Software(self.made["secret"])
        for method, path in [("POST", f"{self.house.statement}/confirmation"), ("GET", "/api/api-keys"), ("GET", "/api/account"),
                             ("GET", "/api/council/home"), ("POST", "/api/contacts/requests"), ("POST", "/api/providers/selection")]:
            self.assertEqual(rota.code(method, path, {} if method == "POST" else None), (404, "not-allowed"), path)

    def test_b3_a_cookie_beside_the_key_and_a_key_that_was_made_up_are_refused(self):
        rota = Software(self.made["secret"])
        self.assertEqual(rota.code("GET", self.house.statement, cookie=self.admin.cookie), (401, "two-credentials"))
        self.assertEqual(Software(self.made["secret"][:-1] + "x").code("GET", self.house.statement), (401, "api-key-unknown"))

    def test_c1_what_it_does_is_in_its_name(self):
        agent = self.make("Query writer", ["read", "actions"])
        status, form, _ = Software(agent["secret"]).send("GET", "/api/actions/form")
        self.assertEqual(status, 200, form)
        found = staff(AUDITOR).request("GET", f"/api/council/audit?provider={self.house.provider}")["rows"]
        by_key = [row for row in found if row["by"]["kind"] == "key"]
        self.assertEqual({row["by"]["name"] for row in by_key}, {"Rota", "Query writer"})
        self.assertTrue(any(row["seen"] for row in by_key))
        refusals = {row["outcome"]["status"] for row in by_key if row["what"] == "GET /api/api-keys"}
        self.assertEqual(refusals, {404})

    def test_d1_a_revoked_key_opens_nothing_more(self):
        rota = Software(self.made["secret"])
        listed = next(key for key in self.admin.request("GET", "/api/api-keys")["keys"] if key["name"] == "Rota")
        self.assertIsNotNone(listed["last_used_at"])
        path = f"/api/api-keys/{listed['key_id']}/revocation"
        self.assertEqual(refused(staff(HELPDESK), "POST", path, {})[0], 404)
        for _ in range(2):
            self.assertEqual(self.admin.request("POST", path, {})["state"], "revoked")
        self.assertEqual(rota.code("GET", self.house.statement), (401, "api-key-unknown"))
        self.assertEqual(refused(portal(), "GET", "/api/api-keys")[0], 401)


class Calendar(unittest.TestCase):
    """Deadlines and pay dates, read back by another program's library."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JI", "Withy Court", 7, {ADMIN_OF_WITHY: "admin"})
        cls.admin = cls.house.signed_in(ADMIN_OF_WITHY)

    def events(self, path: str) -> dict[str, icalendar.Event]:
        calendar = icalendar.Calendar.from_ical(portal().download(path).decode())
        self.assertEqual(calendar["X-WR-CALNAME"], "Withy Court: deadlines and payments")
        return {str(event["UID"]): event for event in calendar.walk("VEVENT")}

    def test_a_calendar_program_reads_pay_dates_and_deadlines_without_signing_in(self):
        made = self.admin.request("POST", "/api/calendar", {})
        path = made["url"].removeprefix(SITE_URL)
        events = self.events(path)
        paid = events[f"paid-{self.house.contract}-{START}@provider-portal"]
        self.assertEqual((paid.decoded("DTSTART"), paid.decoded("DTEND")), (START + days(25), START + days(26)))
        self.assertIn(f"/scheduled-payments/statement/?contract={self.house.contract}&period={START}", str(paid["URL"]))
        self.assertNotIn("Fennimore", portal().download(path).decode())
        self.assertEqual(set(events), set(self.events(path)), "the same events under the same ids")
        self.admin.request("POST", "/api/calendar/removal", {})
        self.assertEqual(refused(portal(), "GET", path)[0], 404)

    def test_whoever_is_asked_to_confirm_finds_the_moment_in_the_clock_of_london(self):
        told("contracts", 8, [{"contract_ref": self.house.contract, "provider_ref": self.house.provider, "name": "Withy Court residential",
                               "payment_method": "scheduled", "cycle_ref": self.house.cycle, "confirmation": "required", "portal_from": START}])
        path = self.admin.request("POST", "/api/calendar", {})["url"].removeprefix(SITE_URL)
        due = self.events(path)[f"confirm-{self.house.contract}-{START}@provider-portal"].decoded("DTSTART")
        self.assertEqual(due.astimezone(LONDON).replace(tzinfo=None), datetime.combine(START + days(16), time(17)))


if __name__ == "__main__":
    unittest.main()
