"""Whoever was shown something of a client is found by the auditor who looks for that client, wherever it was shown."""

import hashlib
import json
import re
import unittest
import uuid

from house import AUDITOR, BROKERAGE, PAYMENTS, PRICE, START, House, staff, told
from stack import TODAY, at, days, drop, hand_in, idle, run_job

import demo_providers  # noqa: E402

CLERK = "wilma.wren@wrenhouse.example"
# What the auditor is shown of the audit is not seen of a client, and is recorded as looking.
AUDITED = re.compile(r"/api/council/audit\b")


def names(schema, known: dict, within: frozenset = frozenset()) -> set[str]:
    """The properties that an answer can have, at whatever depth."""
    if isinstance(schema, list):
        return set().union(*(names(each, known, within) for each in schema))
    if not isinstance(schema, dict):
        return set()
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return set() if name in within else names(known[name], known, within | {name})
    found = set(schema.get("properties", {}))
    return found.union(*(names(each, known, within) for each in schema.values()), *(names(each, known, within) for each in schema.get("properties", {}).values()))


def telling_of_clients(api: dict) -> set[str]:
    """The routes that are read and can answer with a client's reference, as the API's description says."""
    found = set()
    for path, operations in api["paths"].items():
        contents = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for content in contents.values():
            if "ss_ref" in names(content.get("schema", {}), api["components"]["schemas"]) and not AUDITED.match(path):
                found.add(path)
    return found


class Seen(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = house = House("JW", "Wren House", 30, {CLERK: "admin"})
        # Paid tomorrow, and at home paid as it is delivered: one contract of each, with the same clients.
        cls.first, cls.cycle = TODAY - days(TODAY.weekday() + 28), "CYJWDUE"
        told("periods", 31, [{"cycle_ref": cls.cycle, "start_date": cls.first, "end_date": cls.first + days(27), "confirm_by": f"{TODAY + days(1)}T06:00:00",
                             "finalise_at": f"{TODAY + days(1)}T09:00:00", "pay_date": cls.first + days(40)}])
        told("contracts", 32, [{"contract_ref": f"CJW{n}", "provider_ref": house.provider, "name": f"Wren House {n}", "payment_method": method,
                               "cycle_ref": cls.cycle, "confirmation": "not_required", "portal_from": cls.first} for n, method in ((2, "scheduled"), (3, "actuals"))])
        told("services", 32, [{"service_ref": "SJW2", "contract_ref": "CJW2", "name": "Wren House - Respite", "purchase": "spot", "unit": "placement",
                              "price_per": "week", "unit_step": 1, "tolerance_percent": 0, "extras": "no"},
                             {"service_ref": "SJW3", "contract_ref": "CJW3", "name": "Wren House - Homecare", "purchase": "spot", "unit": "hour",
                              "price_per": "unit", "unit_step": "0.25", "tolerance_percent": 10, "extras": "yes"}])
        told("cplis", 32, [{"cpli_id": f"JW{8 + n}", "ss_ref": client, "service_ref": f"SJW{2 + n}", "service_level": "Standard",
                           "start_date": cls.first - days(60), "authorised": "yes"} for n, client in enumerate(house.clients)])
        told("prices", 32, [{"cpli_id": "JW8", "from_date": cls.first - days(60), "quantity": 1, "unit_price": PRICE},
                           {"cpli_id": "JW9", "from_date": cls.first - days(60), "quantity": "10.50", "unit_price": "22.34"}])
        drop(f"documents_{TODAY - days(1):%Y%m%d}T120033", [{
            "document_ref": "DJW1", "provider_ref": house.provider, "service_ref": house.service, "ss_ref": house.clients[0], "cpli_id": house.cplis[0],
            "doc_type": "Individual placement agreement", "date_from": START, "date_to": "", "file": "",
        }])
        cls.clerk, cls.auditor = house.signed_in(CLERK), staff(AUDITOR)
        cls.officer, cls.brokerage = staff(PAYMENTS), staff(BROKERAGE)
        cls.actors = {person: hashlib.sha256(email.encode()).hexdigest()
                      for person, email in ((cls.clerk, CLERK), (cls.auditor, AUDITOR), (cls.officer, PAYMENTS), (cls.brokerage, BROKERAGE))}
        weeks = demo_providers.Delivered(cls.clerk, "CJW3", cls.first)
        weeks.enter(0, 0, "CRISIS", "She fell", extra="4.00")
        weeks.as_planned()
        weeks.confirm()
        draft = weeks.draft()
        cls.clerk.request("POST", f"/api/invoices/{draft['invoice_id']}/submission", {"digest": draft["digest"], "suppliers_tax": None, "comment": None})
        types = cls.clerk.request("GET", "/api/actions/form")["types"]
        team = next(kind["team_ref"] for kind in types if kind["type_ref"] == "payment_query")
        action = cls.clerk.request("POST", "/api/actions", {
            "request_id": str(uuid.uuid4()), "type_ref": "payment_query", "team_ref": team, "title": "What we were paid", "text": "Please call us.",
            "due_on": None, "related": {"kind": "client", "ss_ref": house.clients[0]}, "fields": {}, "attachments": []})
        # A week that begins on a Tuesday: the row is rejected.
        wrong = f"ProviderRef,SSRef,CPLI_ID,WeekStart,Actual\n{house.provider},{house.clients[1]},JW9,{cls.first + days(1)},10.50\n"
        batch = hand_in(cls.clerk, "wrong week.csv", wrong.encode())["batch_id"]
        run_job("finalise", {"time": at(TODAY + days(1), 10)})
        run_job("daily-jobs", {"time": at(TODAY + days(1), 5, 15)})
        idle()
        year = cls.clerk.request("GET", "/api/purchase-orders")["financial_year"]
        cls.known = {
            "provider_ref": house.provider, "contract_ref": "CJW2", "period_start": cls.first, "ss_ref": house.clients[0], "financial_year": year,
            "document_ref": "DJW1", "version": 1, "invoice_id": draft["invoice_id"], "action_id": action["action_id"], "batch_id": batch,
        }

    def latest(self, **asked: str) -> tuple[str, int, str]:
        """The latest entry of what is asked for: whose it is, its number, and what it was."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        row = self.auditor.request("GET", f"/api/council/audit?{query}")["rows"][0]
        return row["actor"], row["n"], row["what"]

    def walk(self, person, route: str, query: str = "", of: tuple[int, ...] = (), **other) -> None:
        """Reads, and looks for who did by every client that the answer names; `of` says whom, where it cannot be read off."""
        with self.subTest(route=route):
            path = re.sub(r"\{(\w+)\}", lambda name: str({**self.known, **other}[name[1]]), route) + query
            answer = person.send("GET", path)
            whole = answer.decode("utf-8", "replace")
            named = {self.house.clients[number] for number in of} or {client for client in self.house.clients if client in whole}
            self.assertTrue(named, f"{path} tells of nobody")
            entry = self.latest(actor=self.actors[person])
            self.assertEqual(entry[2], f"GET {route}")
            for client in sorted(named):
                self.assertEqual(self.latest(client=client), entry, f"{path} is not found by {client}")

    def test_a1_what_a_provider_reads_is_found_by_client(self):
        for route in self.providers():
            other = {"contract_ref": "CJW3"} if "/actuals/" in route else {}
            self.walk(self.clerk, route, **other)

    def test_a2_what_a_provider_takes_away_is_found_by_client(self):
        self.walk(self.clerk, "/api/care-packages/download.csv")
        self.walk(self.clerk, "/api/care-packages/download.xlsx", of=(0, 1))
        self.walk(self.clerk, "/api/actuals/{contract_ref}/{period_start}/template.csv", contract_ref="CJW3")
        self.walk(self.clerk, "/api/actuals/{contract_ref}/{period_start}/template.xlsx", contract_ref="CJW3", of=(1,))
        self.walk(self.clerk, "/api/actuals/uploads/{batch_id}/errors.xlsx", of=(1,))
        for file in ("csv", "xml"):
            self.walk(self.clerk, f"/api/invoices/{{invoice_id}}/invoice.{file}", of=(1,))
        for file in ("statement.csv", "remittance.csv", "remittance.pdf"):
            self.walk(self.clerk, f"/api/scheduled-payments/{{contract_ref}}/{{period_start}}/{file}", of=(0,))
        self.walk(self.clerk, "/api/purchase-orders/{financial_year}/{ss_ref}/purchase-order.pdf", of=(0,))
        self.walk(self.clerk, "/api/contract-documents/{document_ref}/{version}/document.pdf", of=(0,))
        self.walk(self.clerk, "/api/reports/{report}", report="remittance-by-period", query=f"?period={self.first}")
        for file in ("/download?format=csv", "/report.pdf"):
            route, _, query = file.partition("?")
            self.walk(self.clerk, f"/api/reports/{{report}}{route}", f"?period={self.first}&{query}", of=(0,), report="remittance-by-period")

    def test_a3_what_a_provider_reads_in_words_is_found_by_client(self):
        for route in ("/api/actions", "/api/actions/{action_id}"):
            self.walk(self.clerk, route, of=(0,))

    def test_b1_what_the_council_reads_is_found_by_client(self):
        for route in self.councils():
            query = {"/api/council/purchase-orders": f"?provider={self.house.provider}", "/api/council/documents": f"?provider={self.house.provider}",
                     "/api/council/actions/form": f"?provider={self.house.provider}", "/api/council/documents/form": f"?provider={self.house.provider}",
                     "/api/council/exceptions": "?q=wren"}.get(route, "")
            person = self.brokerage if "documents" in route else self.officer
            self.walk(person, route, query)

    def test_b2_what_the_council_takes_away_is_found_by_client(self):
        self.walk(self.officer, "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}/payment-file.csv")
        self.walk(self.officer, "/api/council/purchase-orders/{provider_ref}/{financial_year}/{ss_ref}/purchase-order.pdf", of=(0,))
        self.walk(self.brokerage, "/api/council/documents/{provider_ref}/{document_ref}/{version}/document.pdf", of=(0,))
        self.walk(self.officer, "/api/council/reports/{report}", f"?period={self.first}&provider={self.house.provider}", report="remittance-by-period")
        for route, query in (("/api/council/actions", "?team=PAYMENTS"), ("/api/council/actions/{provider_ref}/{action_id}", "")):
            self.walk(self.officer, route, query, of=(0,))

    def described(self) -> set[str]:
        return telling_of_clients(json.loads(self.clerk.send("GET", "/api/openapi.json")))

    def providers(self) -> list[str]:
        return sorted(route for route in self.described() if not route.startswith("/api/council/"))

    def councils(self) -> list[str]:
        return sorted(route for route in self.described() if route.startswith("/api/council/"))


if __name__ == "__main__":
    unittest.main()
