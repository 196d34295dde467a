"""Every file that the portal gives away, of a provider whose every name is a formula: read back, nothing is lost and no cell computes.

A file that the API's description offers and that is not read here fails the last test, so none is forgotten.
"""

import csv
import io
import json
import unittest
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl

from house import AUDITOR, BROKERAGE, PASSWORD, staff, told
from sheet import Sheet
from stack import ROOT, TODAY, Refused, at, days, drop, hand_in, idle, portal, run_job, wait
from test_imports import csv_of, send

FIRST = TODAY - days(TODAY.weekday() + 28)
TOMORROW = TODAY + days(1)
PERSON = "ottilie.formby@formby.example"

# What a spreadsheet would compute, call by telephone, quote, or show from right to left.
FORENAMES = ('=HYPERLINK("http://elsewhere.example";"Open")', "+44 1632 960001", "-2+3", "@SUM(A1:A9)", "'=1+1", "＝1+1", 'Bee, "the" é ŵ;')
CLIENTS = [f"{forename} O'Formby" for forename in FORENAMES]
SERVICE, LEVEL = "=cmd|' /C calc'!A0", "-Nights; \"waking\""
NAMES = {*CLIENTS, SERVICE, LEVEL}

COMPUTES = ("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def unguarded(cell: str) -> str:
    """The rule of docs/for-software.md: an apostrophe stands before what a spreadsheet would compute."""
    rest = cell.removeprefix("'").lstrip("' ")
    return cell[1:] if cell.startswith("'") and rest.startswith((*COMPUTES, "-")) else cell


def number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()


class Exports(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None
    read: set[str] = set()

    @classmethod
    def setUpClass(cls):
        for feed, rows in {
            "providers": [{"provider_ref": "PEX", "name": "=Formby+House", "kind": "home_care", "address": "-1 Dune Road"}],
            "periods": [{"cycle_ref": "CYEX", "start_date": FIRST, "end_date": FIRST + days(27), "confirm_by": f"{TOMORROW}T06:00:00",
                         "finalise_at": f"{TOMORROW}T09:00:00", "pay_date": TOMORROW + days(9)}],
            "contracts": [{"contract_ref": ref, "provider_ref": "PEX", "name": f"@{ref}", "payment_method": how, "cycle_ref": "CYEX",
                           "confirmation": "not_required", "portal_from": FIRST} for ref, how in (("CEX1", "scheduled"), ("CEX2", "actuals"))],
            "services": [{"service_ref": f"SEX{number}", "contract_ref": f"CEX{number}", "name": SERVICE, "purchase": "spot", "unit": "hour",
                          "price_per": "week" if number == 1 else "unit", "week_starts": "mon", "tolerance_percent": 10, "extras": "yes"} for number in (1, 2)],
            "clients": [{"ss_ref": f"A29900{number}", "forename": forename, "surname": "O'Formby"} for number, forename in enumerate(FORENAMES)],
            "cplis": [{"cpli_id": f"99{service}00{number}", "ss_ref": f"A29900{number}", "service_ref": f"SEX{service}", "service_level": LEVEL,
                       "start_date": FIRST - days(70), "authorised": "yes"} for service in (1, 2) for number in range(len(FORENAMES))],
            "prices": [{"cpli_id": f"99{service}00{number}", "from_date": FIRST - days(70), "quantity": "31.50", "unit_price": "23.77"}
                       for service in (1, 2) for number in range(len(FORENAMES))],
            "contacts": [{"contact_ref": "KEX", "provider_ref": "PEX", "forename": "Ottilie", "surname": "Formby", "portal_email": PERSON,
                          "roles": "admin"}],
        }.items():
            told(feed, 50, rows)
        cls.person = portal()
        cls.person.accept_invitation(PERSON, PASSWORD)
        cls.person.sign_in(PERSON, PASSWORD)
        cls.auditor = staff(AUDITOR)

    def file(self, who, route: str, path: str) -> bytes:
        self.read.add(route)
        return who.download(path)

    def rows(self, content: bytes) -> list[dict[str, str]]:
        """A CSV file as it was meant, none of whose cells computes."""
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        for cell in (cell for row in table for cell in row):
            self.assertFalse(cell.startswith(COMPUTES) or (cell.startswith("-") and not number(cell)), cell)
        headings, *rows = table
        return [dict(zip(headings, map(unguarded, row), strict=True)) for row in rows]

    def sheet(self, content: bytes, name: str) -> list[dict]:
        """A workbook's sheet, of which no cell computes in any of its sheets."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertEqual([cell.value for cell in cells if cell.data_type == "f"], [])
        headings, *rows = book[name].iter_rows(values_only=True)
        return [dict(zip(headings, row)) for row in rows]

    def holds(self, rows: list[dict], *names: str):
        self.assertEqual({name for name in names if not any(name in row.values() for row in rows)}, set())

    def test_a1_care_packages(self):
        shown = self.person.request("GET", "/api/care-packages")["rows"]
        route = "/api/care-packages/download.csv"
        rows = self.rows(self.file(self.person, route, route))
        self.holds(rows, *NAMES)
        told_of = {"SSRef": "ss_ref", "Client": "client", "Service": "service", "Service level": "service_level", "Cost": "cost",
                   "Pricing": "pricing", "CPLI id": "cpli_id", "Start": "start_date", "Contract": "contract_ref"}
        expected = [[row[name] for name in told_of.values()] for row in shown]
        self.assertEqual([[row[heading] for heading in told_of] for row in rows], expected)
        route = "/api/care-packages/download.xlsx"
        book = [row for row in self.sheet(self.file(self.person, route, route), "Care packages") if row["CPLI id"]]
        for row in book:
            row["Start"] = str(row["Start"].date())
        self.assertEqual([[row[heading] for heading in told_of] for row in book], expected)

    def test_a2_statement(self):
        path = f"/api/scheduled-payments/CEX1/{FIRST}"
        shown = self.person.request("GET", path)
        rows = self.rows(self.file(self.person, "/api/scheduled-payments/{contract_ref}/{period_start}/statement.csv", f"{path}/statement.csv"))
        self.holds(rows, *NAMES)
        lines = [line for part in ("payable", "non_payable", "held") for line in shown[part]]
        self.assertEqual([(row["Item"], row["Amount"], row["Client"], row["How it comes about"]) for row in rows],
                         [(line["item_id"], line["amount"], line["client"], line["arithmetic"]) for line in lines])

    def test_b1_template_and_the_mistakes_in_it(self):
        path, route = f"/api/actuals/CEX2/{FIRST}", "/api/actuals/{contract_ref}/{period_start}"
        rows = self.rows(self.file(self.person, f"{route}/template.csv", f"{path}/template.csv"))
        self.holds(rows, *NAMES)
        content = self.file(self.person, f"{route}/template.xlsx", f"{path}/template.xlsx")
        book = self.sheet(content, "Actuals")
        self.holds(book, *NAMES)
        self.assertEqual([row["CPLI_ID"] for row in book if row["CPLI_ID"]], [row["CPLI_ID"] for row in rows])
        sheet, comment = Sheet(content), "=1+1 she said"
        for row in sheet.rows():
            sheet.set(row["row"], Actual=row["Planned"])
        wrong = sheet.find("992000", FIRST)
        sheet.set(wrong, Actual="=lots", Comment=comment)
        for cell in (sheet.sheet.cell(wrong, sheet.columns[name]) for name in ("Actual", "Comment")):
            cell.data_type = "s"
        batch = hand_in(self.person, "formby.xlsx", sheet.saved())
        self.assertEqual((batch["state"], batch["counts"]["rejected"]), ("validated", 1), batch)
        errors = self.file(self.person, "/api/actuals/uploads/{batch_id}/errors.xlsx", f"/api/actuals/uploads/{batch['batch_id']}/errors.xlsx")
        self.holds(self.sheet(errors, "Actuals"), CLIENTS[0], comment, "=lots")
        self.person.request("POST", f"/api/actuals/uploads/{batch['batch_id']}/abandonment", {})

    def test_b2_invoice(self):
        path = f"/api/actuals/CEX2/{FIRST}"
        self.person.request("POST", f"{path}/as-planned", {"week_start": None, "service_ref": None})
        self.person.request("POST", f"{path}/submission", {})
        made = self.person.request("POST", "/api/invoices", {"contract_ref": "CEX2", "period_start": str(FIRST)})
        invoice = f"/api/invoices/{made['invoice_id']}"
        seen = self.person.request("GET", invoice)
        self.person.request("POST", f"{invoice}/submission", {"digest": seen["digest"], "suppliers_tax": None, "comment": None})
        rows = self.rows(self.file(self.person, "/api/invoices/{invoice_id}/invoice.csv", f"{invoice}/invoice.csv"))
        self.holds(rows, *NAMES, "=Formby+House", "@CEX2")
        # Each week is rounded by itself: £748.76.
        self.assertEqual(sum(Decimal(row["Amount"]) for row in rows), Decimal("2995.04") * len(FORENAMES))
        tree = ElementTree.fromstring(self.file(self.person, "/api/invoices/{invoice_id}/invoice.xml", f"{invoice}/invoice.xml"))
        words = " ".join(tree.itertext())
        self.assertEqual([name for name in (SERVICE, "=Formby+House") if name not in words], [])

    def test_c1_remittance_and_payment_file(self):
        run_job("finalise", {"time": at(TOMORROW, 9, 15)})
        idle()
        path, route = f"/api/scheduled-payments/CEX1/{FIRST}", "/api/scheduled-payments/{contract_ref}/{period_start}"
        rows = self.rows(self.file(self.person, f"{route}/remittance.csv", f"{path}/remittance.csv"))
        self.holds(rows, *CLIENTS)
        total = Decimal("2995.02") * len(FORENAMES)
        self.assertEqual(sum(Decimal(row["Value"]) for row in rows), total)
        sent = self.file(self.auditor, "/api/council/statements/{provider_ref}/{contract_ref}/{period_start}/payment-file.csv",
                         f"/api/council/statements/PEX/CEX1/{FIRST}/payment-file.csv")
        self.assertEqual(sum(Decimal(row["amount"]) for row in self.rows(sent) if row["status"] == "finalised"), total)

    def test_c2_reports(self):
        for who, api in [(self.person, "/api/reports"), (self.auditor, "/api/council/reports")]:
            names = set()
            for each in who.request("GET", api)["reports"]:
                path = f"{api}/{each['report']}"
                shown = who.request("GET", path)
                rows = self.rows(self.file(who, f"{api}/{{report}}/download", f"{path}/download?format=csv"))
                self.assertEqual([list(row.values()) for row in rows], [[cell or "" for cell in row] for row in shown["rows"]], path)
                book = self.sheet(who.download(f"{path}/download?format=xlsx"), "Report")
                names |= {cell for row in (*rows, *book) for cell in row.values()}
                self.file(who, f"{api}/{{report}}/report.pdf", f"{path}/report.pdf")
            self.assertTrue(who is self.auditor or NAMES - {LEVEL} <= names, NAMES - names)

    def test_d1_what_came_of_the_councils_files(self):
        rows = [{"adjustment_ref": "=1+1", "contract_ref": "CEX1", "cpli_id": "", "amount": "=2+2", "reason": "x", "period_start": FIRST},
                {"adjustment_ref": "AEX", "contract_ref": "CEX1", "cpli_id": "CNOBODY", "amount": "1.00", "reason": "-3+3", "period_start": FIRST}]
        stamp = f"{TODAY:%Y%m%d}T120051"
        outcome = drop(f"adjustments_{stamp}", rows)
        self.assertEqual((outcome["rows_rejected"], outcome["rows_pending"]), (1, 1))
        route, path = "/api/council/imports/files/{feed}/{time}", f"/api/council/imports/files/adjustments/{stamp}"
        log = self.rows(self.file(self.auditor, f"{route}/log.csv", f"{path}/log.csv"))
        self.assertIn("=2+2", " ".join(cell for row in log for cell in row.values()))
        officer = staff(BROKERAGE)
        upload = send(officer, "adjustments", csv_of(rows))["upload_id"]
        tried = self.file(officer, "/api/council/imports/uploads/{upload_id}/log.csv", f"/api/council/imports/uploads/{upload}/log.csv")
        self.assertEqual([row["code"] for row in self.rows(tried)], [row["code"] for row in log])
        # The care package that the second row waits for comes, but of the other contract.
        told("cplis", 51, [{"cpli_id": "CNOBODY", "ss_ref": "A299000", "service_ref": "SEX2", "service_level": LEVEL, "start_date": FIRST,
                            "authorised": "no"}])
        again = wait("the row that waited", lambda: self.there(f"{path}/retry-log.csv"))
        self.read.add(f"{route}/retry-log.csv")
        self.assertEqual([row["row"] for row in self.rows(again)], ["3"])

    def there(self, path: str) -> bytes | None:
        """A file, if it is made yet."""
        try:
            return self.auditor.download(path)
        except Refused as refusal:
            self.assertEqual(refusal.status, 404)
            return None

    def test_d2_the_audit(self):
        route = "/api/council/audit/entries.csv"
        rows = self.rows(self.file(self.auditor, route, f"{route}?provider=PEX"))
        self.assertIn(PERSON, {row["email"] for row in rows})

    def test_e1_no_file_of_the_description_was_forgotten(self):
        described = json.loads((ROOT / "static-site" / "_site" / "api" / "openapi.json").read_text())["paths"]
        tables = {path for path, methods in described.items() if path.endswith((".csv", ".xlsx", ".xml", "/download", "/report.pdf"))}
        self.assertEqual(tables - self.read, set())


if __name__ == "__main__":
    unittest.main()
