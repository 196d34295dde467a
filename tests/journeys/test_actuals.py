"""Actuals and invoices, from a template to what is paid, through everything as it is deployed."""

import json
import threading
import unittest
import uuid
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from house import PAYMENTS, staff
from openpyxl.utils import get_column_letter
from sheet import Sheet
from stack import (
    DOCUMENTS, TODAY, UPLOADS, at, apply, days, drop, everything, hand_in, idle, portal, refused, rows_of, run_job, s3, there, wait,
)

# Four whole weeks up to last Sunday, and the week that goes on now.
FIRST = TODAY - days(TODAY.weekday() + 28)
NEXT = FIRST + days(28)
WEEKS = [FIRST + days(7 * number) for number in range(4)]
TOMORROW, DAY_AFTER = TODAY + days(1), TODAY + days(2)
PASSWORD = "Teasel-1862"
MANAGER, OTHER = "beatrix.larkfield@larkfield.example", "osric.teal@teal.example"
FORM, LATER = f"/api/actuals/CA1/{FIRST}", f"/api/actuals/CA1/{NEXT}"

# Hours a week and the price of an hour, by care package.
CARE = {"910001": ("10.50", "22.34"), "910002": ("14.00", "23.77"), "910003": ("31.50", "23.77")}


def pounds(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def stamp(minute: int) -> str:
    return f"{TODAY:%Y%m%d}T20{minute:02}00"


def council_files() -> None:
    """An agency that is paid by the hour, one that charges VAT, and their windows: tomorrow, and the day after."""
    drop(f"providers_{stamp(0)}", [
        {"provider_ref": "PA1", "name": "Larkfield Homecare", "kind": "home_care", "vat_number": ""},
        {"provider_ref": "PA2", "name": "Teal Complex Care", "kind": "complex_care", "vat_number": "GB 999 9999 73"},
    ])
    drop(f"periods_{stamp(0)}", [
        {"cycle_ref": "CYA", "start_date": start, "end_date": end, "confirm_by": f"{closes}T06:00:00",
         "finalise_at": f"{closes}T09:00:00", "pay_date": closes + days(9)}
        for start, end, closes in ((FIRST, NEXT - days(1), TOMORROW), (NEXT, NEXT + days(6), DAY_AFTER))
    ])
    drop(f"contracts_{stamp(0)}", [
        {"contract_ref": ref, "provider_ref": provider, "name": name, "payment_method": how, "cycle_ref": "CYA", "vat": vat,
         "confirmation": "required", "grace_days": 0, "document_gate": "no", "portal_from": FIRST}
        for ref, provider, name, how, vat in (
            ("CA1", "PA1", "Larkfield north", "actuals", "exempt"), ("CA2", "PA2", "Teal complex care", "actuals", "standard"),
            ("CA3", "PA1", "Larkfield east", "actuals", "exempt"), ("CA4", "PA1", "Larkfield west", "actuals", "exempt"),
            ("CA5", "PA1", "Larkfield house", "scheduled", "exempt"),
        )
    ])
    drop(f"services_{stamp(0)}", [
        {"service_ref": f"SA{number}", "contract_ref": f"CA{number}", "name": f"Homecare zone {number}", "purchase": "spot",
         "service_type": "Homecare", "unit": "hour", "price_per": "unit", "unit_step": "0.25", "week_starts": "mon", "end_day_paid": "yes",
         "frustrated_percent": 0, "tolerance_percent": 10, "extras": "yes", "visits_required": "no"}
        for number in (1, 2, 3, 4, 5)
    ])
    drop(f"clients_{stamp(0)}", [
        {"ss_ref": f"A2910{number:02}", "title": "Mrs", "forename": forename, "surname": "Quillfeather", "date_of_birth": "1940-02-03"}
        for number, forename in enumerate(("Alma", "Blythe", "Corin", "Delia", "Ember", "Fern", "Greta"), 1)
    ])
    packages = [(cpli, f"A2910{number:02}", "SA1", *CARE[cpli]) for number, cpli in enumerate(CARE, 1)]
    packages += [("920001", "A291004", "SA2", "20.00", "30.10"), ("930001", "A291005", "SA3", "7.00", "23.77"),
                 ("940001", "A291006", "SA4", "7.00", "23.77"), ("960001", "A291007", "SA5", "7.00", "23.77")]
    drop(f"cplis_{stamp(0)}", [
        {"cpli_id": cpli, "ss_ref": client, "service_ref": service, "service_level": "Standard", "start_date": FIRST - days(70),
         "end_date": "", "authorised": "yes"} for cpli, client, service, _, _ in packages
    ])
    drop(f"prices_{stamp(0)}", [
        {"cpli_id": cpli, "from_date": FIRST - days(70), "quantity": hours, "unit_price": price} for cpli, _, _, hours, price in packages
    ])
    drop(f"contributions_{stamp(0)}", [
        {"cpli_id": "910002", "kind": "client", "from_date": FIRST - days(70), "to_date": "", "weekly_amount": "20.30", "collected_by": "provider"},
    ])
    drop(f"contacts_{stamp(0)}", [
        {"contact_ref": ref, "provider_ref": provider, "forename": email.split(".")[0].title(), "surname": "Larkfield", "portal_email": email,
         "roles": "actuals invoices payments"} for ref, provider, email in (("KA1", "PA1", MANAGER), ("KA2", "PA2", OTHER))
    ])


def decide(minute: int, number: int, decision: str, reason: str = "", provider: str = "PA1") -> None:
    told = drop(f"invoices_{stamp(minute)}", [{"provider_ref": provider, "number": number, "decision": decision, "reason": reason}])
    assert (told["refused"], told["rows_rejected"]) == (None, 0), told


def finalise(day: date) -> None:
    run_job("finalise", {"time": at(day, 9, 15)})
    idle()


class FromTemplateToPayment(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        council_files()
        cls.manager = portal()
        cls.manager.accept_invitation(MANAGER, PASSWORD)
        cls.manager.sign_in(MANAGER, PASSWORD)

    def test_a1_the_form_is_filled_in_from_the_plan(self):
        form = self.manager.request("GET", FORM)
        self.assertEqual((form["state"], form["can_enter"], form["can_submit"], form["missing"]), ("open", True, False, 12))
        [service] = form["services"]
        planned = {line["cpli_id"]: [Decimal(week["planned"]) for week in line["weeks"]] for line in service["lines"]}
        self.assertEqual(planned, {cpli: [Decimal(hours)] * 4 for cpli, (hours, _) in CARE.items()})
        self.assertEqual({week["state"] for line in service["lines"] for week in line["weeks"]}, {"generated"})

    def test_a2_what_is_of_another_provider_is_answered_like_what_is_nowhere(self):
        for theirs, nowhere in ((f"/api/actuals/CA2/{FIRST}", f"/api/actuals/CA9/{FIRST}"),
                                (f"/api/actuals/CA2/{FIRST}/template.xlsx", f"/api/actuals/CA9/{FIRST}/template.xlsx")):
            self.assertEqual(refused(self.manager, "GET", theirs), refused(self.manager, "GET", nowhere))
            self.assertEqual(refused(self.manager, "GET", theirs)[0], 404)

    def test_b1_a_template_filled_in_wrongly_names_every_cell_to_be_mended(self):
        sheet = Sheet(self.manager.download(f"{FORM}/template.xlsx"))
        self.assertEqual(len(sheet.rows()), 12)
        # The specification's thirteenth example, and three mistakes.
        sheet.set(sheet.find("910001", WEEKS[0]), Actual=9.75, Frustrated=0.5, Missed=0.25, ReasonCode="HOSP")
        self.wrong = {
            sheet.find("910001", WEEKS[1]): ("E20", "Actual"),
            sheet.find("910002", WEEKS[0]): ("E23", "ReasonCode"),
            sheet.find("910003", WEEKS[3]): ("E26", "WeekStart"),
        }
        for (row, (_, heading)), value in zip(self.wrong.items(), ("ten", None, "31/02/2026")):
            sheet.set(row, **{heading: value})
        sheet.set(sheet.find("910002", WEEKS[0]), Actual=13, Frustrated=1)
        cls = type(self)
        cls.file = sheet.saved()
        cls.batch = hand_in(self.manager, "october.xlsx", cls.file)
        self.assertEqual(self.batch["state"], "validated", self.batch)
        counts = self.batch["counts"]
        self.assertEqual((counts["read"], counts["new"], counts["rejected"]), (12, 9, 3))
        self.assertEqual({finding["row"]: (finding["code"], finding["column"]) for finding in self.batch["findings"]}, self.wrong)
        for finding in self.batch["findings"]:
            letter = get_column_letter(sheet.columns[finding["column"]])
            self.assertEqual(finding["cell"], f"Actuals!{letter}{finding['row']}")

    def test_b2_the_good_rows_are_applied_and_the_others_come_back_with_their_messages(self):
        applied = apply(self.manager, self.batch["batch_id"])
        self.assertEqual((applied["state"], applied["has_errors_file"]), ("partly_applied", True))
        form = self.manager.request("GET", FORM)
        self.assertEqual(form["missing"], 3)
        cls = type(self)
        cls.returned = Sheet(self.manager.download(f"/api/actuals/uploads/{self.batch['batch_id']}/errors.xlsx"))
        self.assertEqual(len(self.returned.rows()), 3)
        for row in self.returned.rows():
            self.assertTrue(row["Row"] and row["Code"] and row["Message"], row)

    def test_b3_with_exactly_the_named_cells_mended_the_returned_workbook_is_accepted(self):
        weeks = {"E20": ("Actual", 10.5), "E23": ("ReasonCode", "DECLINED"), "E26": ("WeekStart", f"{WEEKS[3]:%d/%m/%Y}")}
        for row in self.returned.rows():
            heading, value = weeks[row["Code"]]
            self.returned.set(row["row"], **{heading: value})
        mended = hand_in(self.manager, "october mended.xlsx", self.returned.saved())
        self.assertEqual((mended["state"], mended["counts"]["new"], mended["counts"]["rejected"]), ("validated", 3, 0), mended)
        self.assertEqual(apply(self.manager, mended["batch_id"])["state"], "applied")
        self.assertEqual(self.manager.request("GET", FORM)["missing"], 0)

    def test_b4_the_same_file_again_is_a_duplicate_whatever_its_name(self):
        again = hand_in(self.manager, "october again.xlsx", self.file)
        self.assertEqual((again["state"], again["refusal"]["code"]), ("duplicate", "F01"))
        self.assertIn(self.batch["batch_id"], again["refusal"]["message"])

    def test_b5_the_same_rows_in_another_file_change_nothing(self):
        template = self.manager.download(f"{FORM}/template.csv")
        again = hand_in(self.manager, "october.csv", template)
        self.assertEqual((again["state"], again["counts"]["unchanged"], again["counts"]["changed"]), ("validated", 12, 0), again)
        self.assertEqual(Decimal(again["adds"]), 0)
        self.manager.request("POST", f"/api/actuals/uploads/{again['batch_id']}/abandonment", {})
        self.assertEqual(self.manager.request("GET", f"/api/actuals/uploads/{again['batch_id']}")["state"], "abandoned")

    def test_c1_a_week_is_corrected_on_the_form_and_two_people_do_not_overwrite_each_other(self):
        entry = {"actual": "15.40", "frustrated": "0", "missed": "0", "extra": "1.40", "visits": None, "reason_code": "CRISIS", "comment": None}
        week = f"{FORM}/weeks/910002/{WEEKS[1]}"
        version = self.cell("910002", WEEKS[1])["version"]
        status, problem = refused(self.manager, "PUT", week, {**entry, "version": version})
        self.assertEqual((status, [error["field"] for error in problem["errors"]]), (422, ["actual", "extra"]))
        entry |= {"actual": "15.25", "extra": "1.25"}
        saved = self.manager.request("PUT", week, {**entry, "version": version})
        self.assertEqual((saved["week"]["actual"], saved["week"]["owed"], saved["week"]["held"]), ("15.25", "362.49", None))
        status, problem = refused(self.manager, "PUT", week, {**entry, "actual": "14.00", "extra": "0", "reason_code": None, "version": version})
        self.assertEqual((status, problem["code"]), (409, "week-changed"))

    def test_c2_what_is_over_the_tolerance_is_held_until_the_council_agrees(self):
        version = self.cell("910001", WEEKS[2])["version"]
        saved = self.manager.request("PUT", f"{FORM}/weeks/910001/{WEEKS[2]}", {
            "actual": "14.00", "frustrated": "0", "missed": "0", "extra": "3.50", "visits": None, "reason_code": "CRISIS",
            "comment": "A fall on the stairs", "version": version,
        })
        self.assertEqual((saved["week"]["state"], saved["week"]["owed"]), ("exception", "0.00"))
        [held] = self.manager.request("GET", "/api/actuals/exceptions")["rows"]
        self.assertEqual((held["cpli_id"], held["state"], Decimal(held["entered"])), ("910001", "waiting", Decimal("14.00")))
        told = drop(f"exceptions_{stamp(2)}", [
            {"cpli_id": "910001", "week_start": WEEKS[2], "decision": "cap", "quantity": "12.00", "reason": "Twelve hours were agreed by telephone"},
        ])
        self.assertEqual((told["refused"], told["rows_rejected"]), (None, 0), told)
        [decided] = self.manager.request("GET", "/api/actuals/exceptions")["rows"]
        self.assertEqual(decided["state"], "capped")
        self.assertIn("Twelve hours were agreed by telephone", decided["reason"])

    def test_d1_nothing_can_be_invoiced_before_it_is_confirmed(self):
        status, problem = refused(self.manager, "POST", "/api/invoices", {"contract_ref": "CA1", "period_start": str(FIRST)})
        self.assertEqual((status, problem["code"]), (422, "blank-invoice"))
        form = self.manager.request("POST", f"{FORM}/submission", {})
        self.assertEqual(form["state"], "submitted")
        self.assertLessEqual({week["state"] for line in form["services"][0]["lines"] for week in line["weeks"]}, {"confirmed", "exception"})

    def test_d2_an_invoice_is_made_of_the_confirmed_weeks_with_their_arithmetic(self):
        made = self.manager.request("POST", "/api/invoices", {"contract_ref": "CA1", "period_start": str(FIRST)})
        cls = type(self)
        cls.invoice = f"/api/invoices/{made['invoice_id']}"
        costs = [line for line in made["lines"] if line["kind"] == "cost"]
        self.assertEqual(len(costs), 12)
        self.assertEqual(Decimal(made["net"]), self.owed())
        self.assertEqual((made["vat"]["tax"], made["total"]), ("0.00", made["net"]))
        for line in made["lines"]:
            self.assertIn(line["amount"].lstrip("-"), line["arithmetic"].replace(",", ""))
        # A second person who asks for the same gets the same.
        again = self.manager.request("POST", "/api/invoices", {"contract_ref": "CA1", "period_start": str(FIRST)})
        self.assertEqual(again["invoice_id"], made["invoice_id"])

    def test_d3_it_is_submitted_as_it_was_seen(self):
        status, problem = refused(self.manager, "POST", f"{self.invoice}/submission", {"digest": "0" * 64, "suppliers_tax": None, "comment": None})
        self.assertEqual((status, problem["code"]), (409, "invoice-changed"))
        seen = self.manager.request("GET", self.invoice)
        sent = self.manager.request("POST", f"{self.invoice}/submission", {"digest": seen["digest"], "suppliers_tax": None, "comment": None})
        self.assertEqual((sent["state"], sent["number"]), ("submitted", 1))
        self.assertEqual(len(s3.list_objects_v2(Bucket=DOCUMENTS, Prefix=f"invoices/CA1/{FIRST}/")["Contents"]), 1)

    def test_d4_a_dispute_comes_back_with_its_reason_and_is_answered(self):
        emails = len(self.manager.emails(MANAGER))
        decide(3, 1, "dispute", "Is the fall on the stairs in the care notes?")
        wait("the email", lambda: len(self.manager.emails(MANAGER)) > emails)
        disputed = self.manager.request("GET", self.invoice)
        self.assertEqual((disputed["state"], disputed["history"][-1]["reason"]), ("disputed", "Is the fall on the stairs in the care notes?"))
        told = self.manager.emails(MANAGER)[-1]
        self.assertNotIn("Quillfeather", told["BodyText"] + told["BodyHtml"] + told["Subject"])
        answered = self.manager.request("POST", f"{self.invoice}/submission", {
            "digest": disputed["digest"], "suppliers_tax": None, "comment": "It is, on the Tuesday",
        })
        self.assertEqual((answered["state"], answered["number"]), ("submitted", 1))
        decide(4, 1, "approve")
        self.assertEqual(self.manager.request("GET", self.invoice)["state"], "approved")

    def test_d5_what_is_approved_stands_in_the_open_statement_wherever_that_is_computed(self):
        statement = self.manager.request("GET", f"/api/scheduled-payments/CA1/{FIRST}")
        self.assertEqual(Decimal(statement["totals"]["payable"]), self.owed())
        areas = {area["area"] for area in self.manager.request("GET", "/api/home")["areas"]}
        self.assertLessEqual({"actuals", "invoices"}, areas)
        for report in ("pending-payments/download?format=csv", "pending-payments/report.pdf"):
            self.assertTrue(self.manager.download(f"/api/reports/{report}"), report)
        told = drop(f"DRYRUN_cplis_{stamp(30)}", [
            {"cpli_id": "910003", "ss_ref": "A291003", "service_ref": "SA1", "service_level": "Standard", "start_date": FIRST - days(70),
             "end_date": FIRST + days(6), "authorised": "yes"},
        ])
        self.assertEqual((told["refused"], told["rows_changed"]), (None, 1))
        asked = self.manager.request("POST", "/api/actions", {
            "request_id": str(uuid.uuid4()), "type_ref": "package_ended", "related": {"kind": "care_package", "cpli_id": "910003"}, "title": "Care ends",
            "text": "At the weekend.", "fields": {"end_date": str(TODAY + days(4))}, "team_ref": "SYSTEMS", "due_on": None, "attachments": [],
        })
        self.assertTrue(staff(PAYMENTS).request("GET", f"/api/council/actions/PA1/{asked['action_id']}")["proposal"]["can_accept"])

    def test_d6_it_is_taken_away_as_csv_and_as_an_electronic_invoice(self):
        table = rows_of(self.manager.download(f"{self.invoice}/invoice.csv").decode("utf-8-sig"))
        self.assertEqual(len(table), len(self.manager.request("GET", self.invoice)["lines"]))
        electronic = self.manager.download(f"{self.invoice}/invoice.xml").decode()
        self.assertIn("urn:cen.eu:en16931:2017", electronic)
        self.assertIn(str(self.owed()), electronic)

    def test_d7_hours_of_a_contract_that_is_paid_by_plan_are_confirmed_with_its_statement(self):
        self.enter_as_planned("CA5")
        made = self.manager.request("POST", "/api/invoices", {"contract_ref": "CA5", "period_start": str(FIRST)})
        self.manager.request("POST", f"/api/invoices/{made['invoice_id']}/submission", {
            "digest": made["digest"], "suppliers_tax": None, "comment": None,
        })
        decide(5, 2, "approve")
        path = f"/api/scheduled-payments/CA5/{FIRST}"
        statement = self.manager.request("GET", path)
        self.assertEqual(statement["totals"]["payable"], "665.56")
        self.manager.request("POST", f"{path}/confirmation", {"digest": statement["digest"], "comment": ""})
        run_job("daily-jobs", {"time": at(TODAY, 12)})
        self.assertEqual(self.manager.request("GET", path)["response"]["state"], "confirmed")

    def test_e1_on_the_day_it_is_paid_to_the_penny(self):
        owed, emails = self.owed(), len(self.manager.emails(MANAGER))
        finalise(TOMORROW)
        payments = wait("the payment file", lambda: there(UPLOADS, f"council/outbox/payments_CYA_{FIRST}_CA1.csv"))
        paid = sum(Decimal(row["amount"]) for row in rows_of(payments) if row["status"] == "finalised")
        advice = rows_of(there(DOCUMENTS, f"remittances/CA1/{FIRST}.csv"))
        self.assertEqual((paid, sum(Decimal(row["amount"]) for row in advice)), (owed, owed))
        invoice = self.manager.request("GET", self.invoice)
        self.assertEqual((invoice["state"], invoice["paid_in"] if "paid_in" in invoice else str(FIRST)), ("paid", str(FIRST)))
        statement = self.manager.request("GET", f"/api/scheduled-payments/CA1/{FIRST}")
        self.assertEqual((statement["lifecycle"], Decimal(statement["totals"]["payable"])), ("finalised", owed))
        # Of this contract, and of the one that is paid by plan.
        self.assertEqual(len(self.manager.emails(MANAGER)), emails + 2)
        self.assertEqual({week["state"] for line in self.manager.request("GET", FORM)["services"][0]["lines"] for week in line["weeks"]}, {"paid"})

    def test_e2_a_second_run_changes_nothing(self):
        idle()
        before = everything()
        run_job("finalise", {"time": at(TOMORROW, 9, 30)})
        idle()
        self.assertEqual(everything(), before)

    def test_f1_a_late_change_proposes_a_credit_note_for_the_next_window(self):
        week = self.cell("910003", WEEKS[0])
        saved = self.manager.request("PUT", f"{FORM}/weeks/910003/{WEEKS[0]}", {
            "actual": "30.00", "frustrated": "0", "missed": "1.50", "extra": "0", "visits": None, "reason_code": "STAFFING", "comment": None,
            "version": week["version"],
        })
        self.assertEqual(saved["week"]["owed"], "713.10")
        self.manager.request("POST", f"{FORM}/submission", {})
        [proposal] = self.manager.request("GET", "/api/invoices?contract=CA1")["proposals"]
        # 30 hours at 23.77 instead of 31.5: 713.10 instead of 748.76.
        self.assertEqual((proposal["kind"], proposal["total"]), ("credit_note", "-35.66"))
        made = self.manager.request("POST", "/api/invoices", {"contract_ref": "CA1", "period_start": str(FIRST)})
        self.assertEqual(sorted(line["amount"] for line in made["lines"]), ["-748.76", "713.10"])
        back = next(line for line in made["lines"] if line["correction"] == "reversal")
        self.assertEqual(back["reverses"]["number"], 1)
        sent = self.manager.request("POST", f"/api/invoices/{made['invoice_id']}/submission", {
            "digest": made["digest"], "suppliers_tax": None, "comment": None,
        })
        self.assertEqual(sent["number"], 3)
        decide(6, 3, "approve")

    def test_f2_a_draft_that_is_not_wanted_is_deleted_and_takes_no_number(self):
        self.enter_as_planned("CA3")
        made = self.manager.request("POST", "/api/invoices", {"contract_ref": "CA3", "period_start": str(FIRST)})
        deleted = self.manager.request("POST", f"/api/invoices/{made['invoice_id']}/deletion", {})
        self.assertEqual((deleted["state"], deleted["number"]), ("deleted", None))

    def test_f3_two_that_are_submitted_at_once_get_numbers_without_a_gap(self):
        self.enter_as_planned("CA4")
        drafts = [self.manager.request("POST", "/api/invoices", {"contract_ref": contract, "period_start": str(FIRST)})
                  for contract in ("CA3", "CA4")]
        numbers: list[int] = []

        def submit(made: dict) -> None:
            numbers.append(self.manager.request("POST", f"/api/invoices/{made['invoice_id']}/submission", {
                "digest": made["digest"], "suppliers_tax": None, "comment": None,
            })["number"])

        together = [threading.Thread(target=submit, args=(made,)) for made in drafts]
        for one in together:
            one.start()
        for one in together:
            one.join()
        self.assertEqual(sorted(numbers), [4, 5])
        for number in numbers:
            decide(5 + number, number, "approve")

    def test_f4_the_next_window_pays_what_was_late(self):
        finalise(DAY_AFTER)
        paid = rows_of(there(UPLOADS, f"council/outbox/payments_CYA_{NEXT}_CA1.csv"))
        self.assertEqual(sorted(row["amount"] for row in paid if row["status"] == "finalised"), ["-748.76", "713.10"])
        states = {row["number"]: row["state"] for row in self.manager.request("GET", "/api/invoices")["rows"] if row["number"]}
        self.assertEqual(states, dict.fromkeys(range(1, 6), "paid"))

    def cell(self, cpli: str, week: date) -> dict:
        lines = [line for service in self.manager.request("GET", FORM)["services"] for line in service["lines"]]
        line = next(line for line in lines if line["cpli_id"] == cpli)
        return next(cell for cell in line["weeks"] if cell["week_start"] == str(week))

    def owed(self) -> Decimal:
        """What the four weeks come to, counted here: as planned, but for what the chapters before have entered."""
        entered = {("910001", WEEKS[0]): "9.75", ("910002", WEEKS[0]): "13.00", ("910002", WEEKS[1]): "15.25", ("910001", WEEKS[2]): "12.00"}
        cost = sum(pounds(Decimal(entered.get((cpli, week), hours)) * Decimal(price)) for cpli, (hours, price) in CARE.items() for week in WEEKS)
        return cost - 4 * Decimal("20.30")

    def enter_as_planned(self, contract: str) -> None:
        path = f"/api/actuals/{contract}/{FIRST}"
        self.manager.request("POST", f"{path}/as-planned", {"week_start": None, "service_ref": None})
        self.manager.request("POST", f"{path}/submission", {})


class WithoutThePortal(unittest.TestCase):
    """Files that a provider's own system drops, and what is done with those that nobody should read."""

    @classmethod
    def setUpClass(cls):
        cls.teal = portal()
        cls.teal.accept_invitation(OTHER, PASSWORD)
        cls.teal.sign_in(OTHER, PASSWORD)

    def drop(self, second: int, content: bytes, ending: str = "csv") -> tuple[dict, list[dict]]:
        name = f"ACTUALS_PA2_{TODAY:%Y%m%d}0700{second:02}"
        s3.put_object(Bucket=UPLOADS, Key=f"uploads/PA2/inbox/{name}.{ending}", Body=content)
        told = json.loads(wait(f"what came of {name}", lambda: there(UPLOADS, f"uploads/PA2/outbox/{name}_summary.json")))
        return told, rows_of(there(UPLOADS, f"uploads/PA2/outbox/{name}_log.csv") or "")

    def line(self, week: date, actual: str, *others: str, reference: str = "") -> str:
        return ",".join([reference, "PA2", "A291004", "920001", f"{week:%d/%m/%Y}", actual, *(others or ("", "", ""))])

    HEADINGS = "FileReference,ProviderRef,SSRef,CPLI_ID,WeekStart,Actual,Frustrated,Missed,ReasonCode"

    def test_a1_its_good_rows_are_applied_and_a_log_and_a_summary_come_back(self):
        told, log = self.drop(0, "\r\n".join([
            self.HEADINGS, self.line(WEEKS[0], "20.00", reference="R-1"), self.line(WEEKS[1], "19.00", "1.00", "", "HOSP", reference="R-1"),
            self.line(WEEKS[2], "19.00", "1.00", "", "", reference="R-1"),
        ]).encode())
        self.assertEqual([(row["row"], row["code"]) for row in log], [("4", "E23")], log)
        form = self.teal.request("GET", f"/api/actuals/CA2/{FIRST}")
        self.assertEqual(form["missing"], 2)
        [newest] = self.teal.request("GET", "/api/actuals/uploads")["batches"]
        self.assertEqual(newest["state"], "partly_applied")

    def test_a2_a_file_with_a_reference_that_was_applied_is_a_duplicate(self):
        _, log = self.drop(1, "\r\n".join([self.HEADINGS, self.line(WEEKS[2], "20.00", reference="R-1")]).encode())
        self.assertEqual([row["code"] for row in log], ["F01"], log)
        self.assertEqual(self.teal.request("GET", f"/api/actuals/CA2/{FIRST}")["missing"], 2)

    def test_a3_the_file_of_another_provider_is_refused(self):
        _, log = self.drop(2, "\r\n".join([self.HEADINGS, self.line(WEEKS[2], "20.00").replace("PA2", "PA1")]).encode())
        self.assertEqual([row["code"] for row in log], ["F05"], log)

    def test_a4_what_is_no_workbook_is_refused_and_the_next_file_goes_on(self):
        _, log = self.drop(3, b"PK\x03\x04" + b"\x00" * 4000, "xlsx")
        self.assertEqual([row["code"] for row in log], ["F03"], log)
        told, log = self.drop(4, "\r\n".join([self.HEADINGS, self.line(WEEKS[2], "20.00"), self.line(WEEKS[3], "20.00")]).encode("cp1252"))
        self.assertEqual(log, [])
        self.assertEqual(self.teal.request("GET", f"/api/actuals/CA2/{FIRST}")["missing"], 0)

    def test_a5_a_page_lets_no_other_ending_or_size_be_sent(self):
        for asked in ({"file_name": "october.exe", "size_bytes": 10}, {"file_name": "october.csv", "size_bytes": 21 * 1024 * 1024}):
            self.assertEqual(refused(self.teal, "POST", "/api/actuals/uploads", asked)[0], 422)

    def test_b1_what_bears_vat_is_not_submitted_without_the_vat_invoice(self):
        self.teal.request("POST", f"/api/actuals/CA2/{FIRST}/submission", {})
        made = self.teal.request("POST", "/api/invoices", {"contract_ref": "CA2", "period_start": str(FIRST)})
        net = pounds(Decimal("79.00") * Decimal("30.10"))
        self.assertEqual((Decimal(made["net"]), Decimal(made["vat"]["tax"])), (net, pounds(net / 5)))
        path = f"/api/invoices/{made['invoice_id']}"
        answer = {"digest": made["digest"], "suppliers_tax": None, "comment": None}
        self.assertEqual(refused(self.teal, "POST", f"{path}/submission", answer)[1]["code"], "vat-invoice-missing")
        # It says that it is a PDF, and is none.
        self.teal.hand_in(f"{path}/attachment", "invoice.pdf", b"MZ\x90\x00 this is a program")
        self.assertEqual(refused(self.teal, "POST", f"{path}/attachment/check", {})[1]["code"], "attachment-not-accepted")
        self.teal.hand_in(f"{path}/attachment", "invoice.pdf", b"%PDF-1.7\n% an invoice\n%%EOF\n")
        checked = self.teal.request("POST", f"{path}/attachment/check", {})
        self.assertEqual((checked["attachment"]["media_type"], checked["can_submit"]), ("application/pdf", True))
        self.assertTrue(self.teal.download(f"{path}/attachment").startswith(b"%PDF-1.7"))
        off = refused(self.teal, "POST", f"{path}/submission", {**answer, "digest": checked["digest"], "suppliers_tax": "1.00"})
        self.assertEqual(off[1]["code"], "suppliers-tax-off")
        sent = self.teal.request("POST", f"{path}/submission", {**answer, "digest": checked["digest"]})
        self.assertEqual((sent["state"], sent["number"]), ("submitted", 1))


if __name__ == "__main__":
    unittest.main()
