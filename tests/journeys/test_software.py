"""A provider's own software: keys, webhooks and the calendar, from the page to their end."""

import csv
import io
import json
import threading
import unittest
import urllib.error
import urllib.request
import uuid
from datetime import datetime, time, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import icalendar

from house import AUDITOR, HELPDESK, START, House, staff, told
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from stack import EMULATOR, LONDON, SITE_URL, TODAY, UPLOADS, apply, at, days, hand_in, idle, minute, portal, refused, rows_of, run_job, s3, there, wait

ADMIN, PAYER = "ivo.fen@watermead.example", "juno.fen@watermead.example"
ADMIN_OF_ROWAN = "maud.fen@rowanhouse.example"
ADMIN_OF_WITHY, ADMIN_OF_OSIER = "kit.fen@withycourt.example", "lena.fen@osierlodge.example"


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
        cls.house = House("JK", "Watermead", 27, {ADMIN: "admin", PAYER: "payments"})
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


    def test_d2_the_helpdesk_revokes_a_key_with_a_reason_that_the_provider_reads(self):
        helpdesk, made = staff(HELPDESK), self.make("Payroll", ["read"])
        payroll = Software(made["secret"])
        self.assertEqual(payroll.code("GET", self.house.statement)[0], 200)
        keys = f"/api/council/api-keys/{self.house.provider}"
        listed = helpdesk.request("GET", keys)
        self.assertTrue(listed["may_revoke"])
        self.assertNotIn(made["secret"], json.dumps(listed))
        self.assertFalse(staff(AUDITOR).request("GET", keys)["may_revoke"])
        path = f"{keys}/{made['key']['key_id']}/revocation"
        self.assertEqual(refused(helpdesk, "POST", path, {"reason": " "})[0], 422)
        self.assertEqual(refused(staff(AUDITOR), "POST", path, {"reason": "No"})[1]["code"], "not-allowed")
        self.assertEqual(refused(self.admin, "POST", path, {"reason": "No"})[1]["code"], "not-allowed")
        for reason in ("Seen on a web page", "Once more"):
            key = helpdesk.request("POST", path, {"reason": reason})
            self.assertEqual((key["state"], key["revoked_reason"]), ("revoked", "Seen on a web page"))
        self.assertEqual(payroll.code("GET", self.house.statement), (401, "api-key-unknown"))
        idle()
        told = [email for email in self.admin.emails(ADMIN) if email["Subject"].startswith("An API key was revoked")]
        self.assertEqual(len(told), 1)
        self.assertNotIn("web page", told[0]["BodyText"])
        own = next(key for key in self.admin.request("GET", "/api/api-keys")["keys"] if key["name"] == "Payroll")
        self.assertEqual(own["revoked_reason"], "Seen on a web page")


class Receiver(ThreadingHTTPServer):
    """A provider's software that listens on this machine, and answers as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Listener)
        self.heard: list[tuple[dict, bytes]] = []
        self.status = 204
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/portal"

    def of(self, kind: str) -> list[tuple[dict, bytes]]:
        return [each for each in self.heard if json.loads(each[1])["type"] == kind]


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802, the library's name
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing on the terminal."""


class Webhooks(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.house = House("JO", "Osier Lodge", 9, {ADMIN_OF_OSIER: "admin"})
        cls.admin = cls.house.signed_in(ADMIN_OF_OSIER)

    @classmethod
    def tearDownClass(cls):
        cls.receiver.shutdown()
        cls.receiver.server_close()

    def hear(self, kind: str, number: int) -> list[tuple[dict, bytes]]:
        minute()
        return wait(f"{number} messages of {kind}", lambda: len(self.receiver.of(kind)) >= number and self.receiver.of(kind))

    def test_a1_only_an_address_that_may_be_asked_is_taken(self):
        for url in ("http://rota.example/", "https://169.254.169.254/latest/", "https://localhost/", "https://ada:pw@rota.example/"):
            status, problem = refused(self.admin, "POST", "/api/webhooks", {"request_id": once(), "url": url, "kinds": ["statement.opened"]})
            self.assertEqual((status, [error["field"] for error in problem["errors"]]), (422, ["url"]), url)
        kinds = ["statement.opened", "action.answered", "file.processed"]
        made = self.admin.request("POST", "/api/webhooks", {"request_id": once(), "url": self.receiver.url, "kinds": kinds})
        type(self).secret, type(self).path = made["secret"], f"/api/webhooks/{made['endpoint']['endpoint_id']}"
        self.assertNotIn(made["secret"], json.dumps(self.admin.request("GET", "/api/webhooks")))

    def test_b1_a_test_message_is_signed_as_the_standard_says(self):
        self.admin.request("POST", f"{self.path}/test", {})
        [(headers, body)] = self.hear("endpoint.test", 1)
        self.assertEqual(Webhook(self.secret).verify(body, headers)["data"]["provider_ref"], self.house.provider)
        with self.assertRaises(WebhookVerificationError):
            Webhook(self.secret).verify(body.replace(b"endpoint.test", b"endpoint.tests"), headers)

    def test_b2_what_happens_is_told_with_what_to_ask_for(self):
        answered = self.answered()
        [(headers, body)] = self.hear("action.answered", 1)
        told_of = Webhook(self.secret).verify(body, headers)["data"]
        self.assertEqual((told_of["action_id"], told_of["url"]), (answered, f"/api/actions/{answered}"))
        self.assertNotIn(b"Fennimore", body)

    def answered(self) -> str:
        """An action that somebody answered."""
        types = self.admin.request("GET", "/api/actions/form")["types"]
        team = next(kind["team_ref"] for kind in types if kind["type_ref"] == "general_query")
        made = self.admin.request("POST", "/api/actions", {
            "request_id": once(), "type_ref": "general_query", "related": {"kind": "none"}, "title": "A question", "text": "When?", "fields": {},
            "team_ref": team, "due_on": None, "attachments": [],
        })
        self.admin.request("POST", f"/api/actions/{made['action_id']}/posts", {"request_id": once(), "text": "And where?", "attachments": []})
        return made["action_id"]

    def test_c1_software_that_is_away_is_told_again_under_the_same_id_and_signed_by_both_secrets(self):
        self.receiver.status = 503
        self.admin.request("POST", f"{self.path}/test", {})
        first = self.hear("endpoint.test", 2)[-1]
        row = wait("what came of it", lambda: next((row for row in self.log() if row["last_answer"] == "503"), None))
        self.assertEqual((row["state"], row["tries"]), ("waiting", 1))
        self.receiver.status = 200
        new = self.admin.request("POST", f"{self.path}/secret", {})["secret"]
        self.admin.request("POST", f"{self.path}/deliveries/{row['delivery_id']}/repetition", {})
        second = self.hear("endpoint.test", 3)[-1]
        self.assertEqual((first[0]["webhook-id"], first[1]), (second[0]["webhook-id"], second[1]))
        for secret in (self.secret, new):
            Webhook(secret).verify(second[1], second[0])
        wait("that it was taken", lambda: next(row for row in self.log() if row["delivery_id"] == first[0]["webhook-id"].removeprefix("msg_"))["state"] == "delivered")

    def log(self) -> list[dict]:
        return self.admin.request("GET", f"{self.path}/deliveries")["rows"]

    def test_d1_an_address_that_is_removed_hears_nothing_more(self):
        self.admin.request("POST", f"{self.path}/removal", {})
        heard = len(self.receiver.heard)
        self.answered()
        minute()
        idle()
        self.assertEqual(len(self.receiver.heard), heard)
        self.assertEqual(refused(self.admin, "GET", f"{self.path}/deliveries")[0], 404)


class EveryFact(unittest.TestCase):
    """What the jobs and the files make happen reaches the software once each, signed; its tests run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.house = house = House("JF", "Rowan House", 35, {ADMIN_OF_ROWAN: "admin"})
        house.due_tomorrow(36)
        # A third contract is paid by what was delivered in the last four weeks.
        cls.weeks_from = TODAY - days(TODAY.weekday() + 28)
        for feed, row in {
            "periods": {"cycle_ref": "CYJFACT", "start_date": cls.weeks_from, "end_date": cls.weeks_from + days(27), "confirm_by": f"{TODAY + days(30)}T06:00:00",
                        "finalise_at": f"{TODAY + days(30)}T09:00:00", "pay_date": TODAY + days(40)},
            "contracts": {"contract_ref": "CJF3", "provider_ref": house.provider, "name": "Rowan at home", "payment_method": "actuals", "cycle_ref": "CYJFACT",
                          "confirmation": "not_required", "portal_from": cls.weeks_from},
            "services": {"service_ref": "SJF3", "contract_ref": "CJF3", "name": "Rowan - Homecare", "purchase": "spot", "unit": "hour", "price_per": "unit",
                         "unit_step": "0.25"},
            "cplis": {"cpli_id": "JF9", "ss_ref": house.clients[1], "service_ref": "SJF3", "service_level": "Standard", "start_date": START - days(90),
                      "authorised": "yes"},
            "prices": {"cpli_id": "JF9", "from_date": START - days(90), "quantity": "10.50", "unit_price": "22.34"},
        }.items():
            told(feed, 37, [row])
        cls.admin = house.signed_in(ADMIN_OF_ROWAN)
        kinds = ["statement.opened", "statement.locked", "statement.finalised", "file.processed"]
        cls.secret = cls.admin.request("POST", "/api/webhooks", {"request_id": once(), "url": cls.receiver.url, "kinds": kinds})["secret"]

    @classmethod
    def tearDownClass(cls):
        cls.receiver.shutdown()
        cls.receiver.server_close()

    def heard(self, kind: str, facts: set[str], name: str) -> None:
        """Each of the facts has come, under one id however often its message did; every message is signed, and none names a client."""
        def verified() -> list[tuple[str, str]]:
            messages = self.receiver.of(kind)
            for headers, body in messages:
                data = Webhook(self.secret).verify(body, headers)["data"]
                self.assertEqual(data["provider_ref"], self.house.provider)
                self.assertNotRegex(body.decode(), "(?i)fennimore|ambrose|beatrix")
            return [(json.loads(body)["data"][name], headers["webhook-id"]) for headers, body in messages]

        minute()
        wait(f"{kind} of {facts}", lambda: facts <= {fact for fact, _ in verified()})
        minute()
        idle()
        told_of = {}
        for fact, message in verified():
            told_of.setdefault(fact, set()).add(message)
        self.assertEqual({fact: len(ids) for fact, ids in told_of.items()}, dict.fromkeys(facts, 1), kind)

    def test_a1_a_statement_that_is_open_is_told_once_however_often_the_job_looks(self):
        now = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
        for _ in range(2):
            run_job("daily-jobs", {"time": now})
            idle()
        self.heard("statement.opened", {self.house.contract, "CJF2"}, "contract_ref")

    def test_b1_a_statement_that_locks_and_is_paid_is_told_once_each_however_often_the_run_comes(self):
        for minutes in (0, 0, 15):
            run_job("finalise", {"time": at(TODAY + days(1), 10, minutes)})
            idle()
        self.assertEqual(self.admin.request("GET", f"/api/scheduled-payments/CJF2/{START}")["lifecycle"], "finalised")
        self.heard("statement.locked", {"CJF2"}, "contract_ref")
        self.heard("statement.finalised", {"CJF2"}, "contract_ref")
        [(_, body)] = self.receiver.of("statement.finalised")[:1]
        asked = json.loads(body)["data"]["url"]
        self.assertEqual(self.admin.request("GET", asked)["lifecycle"], "finalised", "the address in the message is the statement's")

    def test_c1_files_by_the_page_and_by_the_inbox_are_told_once_whether_applied_or_refused(self):
        template = rows_of(self.admin.download(f"/api/actuals/CJF3/{self.weeks_from}/template.csv").decode("utf-8-sig"))
        wrong = hand_in(self.admin, "notes.csv", b"Dear council,\nall went well.\n")
        self.assertEqual(wrong["state"], "rejected", wrong)
        first = hand_in(self.admin, "november.csv", self.filled(template[:2]))
        self.assertEqual(apply(self.admin, first["batch_id"])["state"], "applied")
        name = f"ACTUALS_{self.house.provider}_{TODAY:%Y%m%d}120000"
        s3.put_object(Bucket=UPLOADS, Key=f"uploads/{self.house.provider}/inbox/{name}.csv", Body=self.filled(template[2:]))
        summary = json.loads(wait("what came of the drop", lambda: there(UPLOADS, f"uploads/{self.house.provider}/outbox/{name}_summary.json")))
        batches = {batch["batch_id"] for batch in self.admin.request("GET", "/api/actuals/uploads")["batches"]}
        self.assertEqual(len(batches), 3, summary)
        self.heard("file.processed", batches, "batch_id")

    def filled(self, rows: list[dict]) -> bytes:
        """All as planned."""
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows({**row, "Actual": row["Planned"]} for row in rows)
        return out.getvalue().encode()


class Calendar(unittest.TestCase):
    """Deadlines and pay dates, read back by another program's library."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JX", "Withy Court", 28, {ADMIN_OF_WITHY: "admin"})
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
        told("contracts", 29, [{"contract_ref": self.house.contract, "provider_ref": self.house.provider, "name": "Withy Court residential",
                               "payment_method": "scheduled", "cycle_ref": self.house.cycle, "confirmation": "required", "portal_from": START}])
        path = self.admin.request("POST", "/api/calendar", {})["url"].removeprefix(SITE_URL)
        due = self.events(path)[f"confirm-{self.house.contract}-{START}@provider-portal"].decoded("DTSTART")
        self.assertEqual(due.astimezone(LONDON).replace(tzinfo=None), datetime.combine(START + days(16), time(17)))


if __name__ == "__main__":
    unittest.main()
