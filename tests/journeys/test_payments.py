"""The council's payments side, through everything as it is deployed: decided by hand, agreed by a second person, paid once."""

import csv
import io
import json
import unittest
import uuid
from decimal import Decimal
from urllib.parse import quote

from house import AUDITOR, PASSWORD, PAYMENTS, PRICE, SECOND_DESK, House, staff, told
from stack import TODAY, UPLOADS, at, days, demo_data, idle, portal, refused, run_job, there, wait

import demo_providers  # noqa: E402

FINALISER = next(email for email, (_, roles, _, _) in demo_data.STAFF.items() if roles == "finaliser")
NOTES = "/api/council/remittance-notes"
CLERK = "cleo.curlew@curlewhouse.example"


def once() -> str:
    return str(uuid.uuid4())


class Payments(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = House("JY", "Curlew House", 57, {CLERK: "actuals invoices payments"})
        # Its second contract is in a cycle that locks and is finalised tomorrow.
        cls.start = TODAY - days(TODAY.weekday() + 28)
        cls.cycle = "CYJYDUE"
        told("periods", 58, [{"cycle_ref": cls.cycle, "start_date": start, "end_date": start + days(27), "confirm_by": f"{TODAY + days(1 + 28 * n)}T06:00:00",
                             "finalise_at": f"{TODAY + days(1 + 28 * n)}T09:00:00", "pay_date": start + days(40)}
                            for n, start in enumerate((cls.start, cls.start + days(28), cls.start + days(56)))])
        told("contracts", 59, [{"contract_ref": "CJY2", "provider_ref": cls.house.provider, "name": "Curlew House short notice", "payment_method": "scheduled",
                               "cycle_ref": cls.cycle, "confirmation": "not_required", "portal_from": cls.start},
                              {"contract_ref": "CJY3", "provider_ref": cls.house.provider, "name": "Curlew House at home", "payment_method": "actuals",
                               "cycle_ref": cls.cycle, "confirmation": "not_required", "portal_from": cls.start}])
        told("services", 59, [{"service_ref": "SJY2", "contract_ref": "CJY2", "name": "Curlew House - Respite", "purchase": "spot", "unit": "placement",
                              "price_per": "week", "unit_step": 1},
                             {"service_ref": "SJY3", "contract_ref": "CJY3", "name": "Curlew House - Homecare", "purchase": "spot", "unit": "hour",
                              "price_per": "unit", "unit_step": "0.25"}])
        told("cplis", 59, [{"cpli_id": "JY9", "ss_ref": cls.house.clients[0], "service_ref": "SJY2", "service_level": "Respite",
                           "start_date": cls.start - days(60), "authorised": "yes"},
                          {"cpli_id": "JY8", "ss_ref": cls.house.clients[1], "service_ref": "SJY3", "service_level": "Standard",
                           "start_date": cls.start - days(60), "authorised": "yes"}])
        told("prices", 59, [{"cpli_id": "JY9", "from_date": cls.start - days(60), "quantity": 1, "unit_price": PRICE},
                           {"cpli_id": "JY8", "from_date": cls.start - days(60), "quantity": "10.50", "unit_price": "22.34"}])
        cls.officer, cls.second, cls.finaliser, cls.auditor = staff(PAYMENTS), staff(SECOND_DESK), staff(FINALISER), staff(AUDITOR)
        cls.about = {"provider_ref": cls.house.provider, "contract_ref": "CJY2"}
        cls.statement = f"/api/council/statements/{cls.house.provider}/CJY2/{cls.start}"
        cls.period = f"/api/council/payments/{cls.cycle}/{cls.start}"

    def adjustment(self, **other) -> dict:
        return {**self.about, "request_id": once(), "cpli_id": None, "amount": "40.00", "period_start": str(self.start), "instalments": 1,
                "reason": "Escort to a hospital appointment", **other}

    def applied(self, file: str) -> dict:
        """What the import says of a file that the portal dropped."""
        return json.loads(wait(file, lambda: there(UPLOADS, f"council/outbox/{file.removesuffix('.csv')}_summary.json")))

    def test_p1_an_adjustment_pays_what_was_shown_and_says_who_made_it(self):
        adjustment = self.adjustment()
        plan = self.officer.request("POST", "/api/council/adjustments/preview", adjustment)
        [effect] = plan["effects"]
        self.assertEqual((effect["period_start"], Decimal(effect["difference"])), (str(self.start), Decimal("40.00")))
        made = self.officer.request("POST", "/api/council/adjustments", adjustment)
        self.assertEqual(self.officer.request("POST", "/api/council/adjustments", adjustment), made)
        self.assertEqual(self.applied(made["file"])["rows_rejected"], 0)
        view = self.auditor.request("GET", self.statement)
        self.assertEqual(Decimal(view["totals"]["payable"]), Decimal(effect["then"]))
        contract = self.auditor.request("GET", f"/api/council/contracts/{self.house.provider}/CJY2")
        self.assertEqual([(row["amount"], row["made_by"]) for row in contract["adjustments"]], [("40.00", [demo_data.STAFF[PAYMENTS][0]])])
        self.assertEqual([row["file"] for row in contract["history"]], [made["file"]])

    def test_p2_a_suspension_is_shown_made_and_ended(self):
        directive = {**self.about, "request_id": once(), "cpli_id": "JY9", "kind": "suspend", "from_date": str(self.start + days(28)), "to_date": None,
                     "reason": "Under review"}
        plan = self.second.request("POST", "/api/council/directives/preview", directive)
        self.assertEqual(Decimal(plan["effects"][0]["then"]), 0)
        made = self.second.request("POST", "/api/council/directives", directive)
        self.applied(made["file"])
        contract = self.second.request("GET", f"/api/council/contracts/{self.house.provider}/CJY2")
        [known] = contract["directives"]
        end = {**self.about, "request_id": once(), "directive_ref": known["directive_ref"], "to_date": str(self.start + days(28)), "reason": "Reviewed"}
        self.second.request("POST", "/api/council/directives/end/preview", end)
        self.applied(self.second.request("POST", "/api/council/directives/end", end)["file"])
        contract = self.second.request("GET", f"/api/council/contracts/{self.house.provider}/CJY2")
        self.assertEqual(contract["directives"][0]["to_date"], end["to_date"])

    def test_p2b_an_invoice_is_approved_from_the_queue_as_the_councils_file_would(self):
        weeks = demo_providers.Delivered(self.house.signed_in(CLERK), "CJY3", self.start)
        weeks.as_planned()
        weeks.confirm()
        number = weeks.invoice()
        [row] = self.officer.request("GET", "/api/council/invoices?q=curlew")["rows"]
        self.assertEqual((row["number"], row["total"], row["age_days"]), (number, "938.28", 0))
        approve = {"request_id": once(), "provider_ref": self.house.provider, "invoice_id": row["invoice_id"], "decision": "approve", "reason": ""}
        made = self.officer.request("POST", "/api/council/invoices/decision", approve)
        self.assertEqual(self.applied(made["file"])["rows_rejected"], 0)
        self.assertEqual(self.officer.request("GET", "/api/council/invoices?q=curlew")["rows"], [])
        # What pays it was adjusted too, so that it waits as well.
        made = self.officer.request("POST", "/api/council/adjustments", self.adjustment(contract_ref="CJY3"))
        self.assertEqual(self.applied(made["file"])["rows_rejected"], 0)

    def test_p3_the_schedule_waits_for_a_second_person(self):
        run_job("finalise", {"time": at(TODAY + days(1), 10)})
        idle()
        listed = self.finaliser.request("GET", f"{self.period}?awaits=true&q={quote('curlew')}")
        self.assertEqual([(row["contract_ref"], row["state"], row["awaits_authorisation"]) for row in listed["rows"]], [("CJY2", "locked", True), ("CJY3", "locked", True)])
        waiting = {queue["queue"]: queue["count"] for queue in self.finaliser.request("GET", "/api/council/home")["queues"]}
        self.assertGreaterEqual(waiting["authorisations"], 1)
        view = self.finaliser.request("GET", self.statement)
        read = {"digest": view["digest"]}
        for person in (self.officer, self.auditor):
            self.assertEqual(refused(person, "POST", f"{self.statement}/finalisation", read)[0], 404, "their role does not allow it")

    def test_p4_while_the_cycle_is_paused_nothing_is_paid(self):
        self.finaliser.request("POST", f"/api/council/payments/{self.cycle}/pause", {"reason": "A price file is wrong"})
        read = {"digest": self.finaliser.request("GET", self.statement)["digest"]}
        status, problem = refused(self.finaliser, "POST", f"{self.statement}/finalisation", read)
        self.assertEqual((status, problem["code"]), (409, "cycle-paused"))
        schedule = self.auditor.request("GET", "/api/council/payments")
        paused = next(cycle["paused"] for cycle in schedule["cycles"] if cycle["cycle_ref"] == self.cycle)
        self.assertEqual(paused["reason"], "A price file is wrong")
        self.finaliser.request("POST", f"/api/council/payments/{self.cycle}/resumption", {"reason": "Put right"})

    def test_p4b_what_the_council_writes_at_its_foot_is_read_by_those_who_see_payments(self):
        pay_date = str(self.start + days(40))
        note = {"request_id": once(), "note_for": "contract", "reference": "CJY2", "from_date": pay_date, "to_date": pay_date, "text": "We are closed at noon."}
        written = self.officer.request("POST", NOTES, note)
        self.assertEqual(self.officer.request("POST", NOTES, note)["note_id"], written["note_id"])
        other = self.officer.request("POST", NOTES, {**note, "request_id": once(), "text": "To be withdrawn."})
        self.officer.request("POST", f"{NOTES}/withdrawal", {"note_id": other["note_id"], "reason": "It was wrong"})
        standing = [row["note_id"] for row in self.auditor.request("GET", NOTES)["rows"]]
        self.assertIn(written["note_id"], standing)
        self.assertNotIn(other["note_id"], standing)
        self.assertEqual(refused(self.auditor, "POST", NOTES, {**note, "request_id": once()})[0], 404)
        type(self).note = written["note_id"]

    def test_p5_a_second_person_pays_it_once_and_the_file_comes_again(self):
        view = self.finaliser.request("GET", self.statement)
        read = {"digest": view["digest"]}
        done = self.finaliser.request("POST", f"{self.statement}/finalisation", read)
        self.assertEqual((done["lifecycle"], done["authorisation"]["by"]), ("finalised", "Fergus Stell"))
        again = self.finaliser.request("POST", f"{self.statement}/finalisation", read)
        self.assertEqual(again["finalised_at"], done["finalised_at"])
        file = self.auditor.download(f"{self.statement}/payment-file.csv").decode("utf-8-sig")
        paid = [row for row in csv.DictReader(io.StringIO(file)) if row["status"] == "finalised"]
        self.assertEqual(sum(Decimal(row["amount"]) for row in paid), Decimal(done["totals"]["payable"]))
        self.assertIn("40.00", [row["amount"] for row in paid if row["kind"] == "manual"])

    def test_p5b_what_was_sent_keeps_its_note(self):
        self.officer.request("POST", f"{NOTES}/withdrawal", {"note_id": self.note, "reason": "It is over"})
        clerk, advice = portal(), f"/api/scheduled-payments/CJY2/{self.start}/remittance"
        clerk.sign_in(CLERK, PASSWORD)
        self.assertEqual(clerk.request("GET", advice)["council_notes"], ["We are closed at noon."])
        rows = list(csv.DictReader(io.StringIO(clerk.download(f"{advice}.csv").decode("utf-8-sig"))))
        self.assertEqual([row["Reason"] for row in rows if row["Cost or income"] == "Note"], ["We are closed at noon."])
        self.assertEqual(sum(Decimal(row["Value"]) for row in rows if row["Value"]), Decimal(clerk.request("GET", advice)["total"]))
        report = clerk.request("GET", f"/api/reports/remittance-by-period?period={self.start}")
        self.assertTrue(any(note.endswith("From the council: We are closed at noon.") for note in report["notes"]), report["notes"])
        history = self.auditor.request("GET", f"{NOTES}/history")["rows"]
        self.assertEqual([bool(row["withdrawal"]) for row in history if row["note_id"] == self.note], [True, False])

    def test_p6_a_week_over_tolerance_is_decided_as_the_councils_file_would(self):
        queue = self.officer.request("GET", "/api/council/exceptions")
        week = queue["rows"][0]
        of = {name: week[name] for name in ("provider_ref", "cpli_id", "week_start")}
        unsaid = {**of, "request_id": once(), "decision": "reject", "quantity": None, "reason": ""}
        self.assertEqual(refused(self.officer, "POST", "/api/council/exceptions/decision", unsaid)[0], 422)
        made = self.officer.request("POST", "/api/council/exceptions/decision", {**unsaid, "reason": "It was not agreed"})
        self.assertEqual(self.applied(made["file"])["rows_rejected"], 0)
        left = self.officer.request("GET", "/api/council/exceptions")["rows"]
        self.assertNotIn(of, [{name: row[name] for name in of} for row in left])
        queues = {queue["queue"]: queue["count"] for queue in self.officer.request("GET", "/api/council/home")["queues"]}
        self.assertEqual(queues["exceptions"], len(left))


if __name__ == "__main__":
    unittest.main()
