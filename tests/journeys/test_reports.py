"""Reports, through everything as it is deployed: each is its downloads, and what the payment files come to."""

import csv
import io
import json
import unittest
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import openpyxl

from house import AUDITOR, HELPDESK, PAYMENTS, for_everybody, staff
from stack import TODAY, UPLOADS, days, demo_data, idle, portal, refused, rows_of, s3, there, wait

PERSON = "desmond.achterberg@marramcare.example"
RISKY = ("=", "+", "@", "\t", "\r")


def payment_files() -> list[dict]:
    """The rows of every payment file that there is."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=UPLOADS, Prefix="council/outbox/payments_")
    names = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [row for name in names for row in rows_of(there(UPLOADS, name))]


def paid(rows: list[dict]) -> Decimal:
    return sum((Decimal(row["amount"]) for row in rows if row["status"] == "finalised"), Decimal(0))


def column(report: dict, name: str) -> list:
    at = [each["name"] for each in report["columns"]].index(name)
    return [row[at] for row in report["rows"]]


def value(report: dict) -> Decimal:
    return sum(map(Decimal, column(report, "value")), Decimal(0))


def plain(cell, kind: str) -> str | None:
    """A cell of a workbook, as the API writes it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if kind == "money":
        assert isinstance(cell, (int, float)), f"{cell!r} is no number"
        return str(Decimal(str(cell)).quantize(Decimal("0.01")))
    return str(Decimal(str(cell)).normalize()) if kind == "number" else str(cell)


def said(cell: str | None, kind: str) -> str | None:
    return str(Decimal(cell).normalize()) if cell is not None and kind == "number" else cell


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.person = portal()
        cls.person.sign_in(PERSON, demo_data.PASSWORD)
        cls.auditor = staff(AUDITOR)
        cls.files = payment_files()

    def same_as_its_files(self, who, path: str, query: str = ""):
        report = who.request("GET", f"{path}?{query}")
        kinds = [each["kind"] for each in report["columns"]]
        text = who.download(f"{path}/download?format=csv&{query}").decode("utf-8-sig")
        headings, *rows = csv.reader(io.StringIO(text))
        self.assertEqual(headings, [each["label"] for each in report["columns"]])
        for cells in rows:
            self.assertFalse([cell for cell in cells if cell.startswith(RISKY)], path)
        unguarded = [[cell.removeprefix("'") if cell[1:2] in ("=", "+", "-", "@") else cell for cell in row] for row in rows]
        self.assertEqual(unguarded, [[cell or "" for cell in row] for row in report["rows"]], path)
        book = openpyxl.load_workbook(io.BytesIO(who.download(f"{path}/download?format=xlsx&{query}")))
        sheet = list(book["Report"].iter_rows(min_row=2, max_row=1 + len(rows), max_col=len(kinds)))
        self.assertFalse([cell for row in sheet for cell in row if cell.data_type == "f"], "a formula")
        read = [[plain(cell.value, kind) for cell, kind in zip(row, kinds)] for row in sheet] if rows else []
        self.assertEqual(read, [[said(cell, kind) for cell, kind in zip(row, kinds)] for row in report["rows"]], path)
        return report

    def test_a1_every_report_is_its_downloads(self):
        for who, api in [(self.person, "/api/reports"), (self.auditor, "/api/council/reports")]:
            offered = who.request("GET", api)["reports"]
            self.assertGreater(len(offered), 4)
            for each in offered:
                with self.subTest(each["report"], api=api):
                    self.same_as_its_files(who, f"{api}/{each['report']}")
                    printed = who.download(f"{api}/{each['report']}/report.pdf")
                    self.assertEqual(for_everybody(printed), [])

    def test_b1_the_remittance_of_a_period_is_what_its_payment_files_come_to(self):
        path, by_period = "/api/council/reports/remittance-by-period", defaultdict(list)
        for row in self.files:
            by_period[row["period_start"]].append(row)
        self.assertTrue(by_period)
        for start, rows in sorted(by_period.items())[-3:]:
            with self.subTest(start):
                for view in ("", "&summary=true", "&show_pairs=true"):
                    report = self.auditor.request("GET", f"{path}?period={start}{view}")
                    self.assertEqual(value(report), paid(rows))
                    self.assertEqual(Decimal(report["totals"][0][[each["name"] for each in report["columns"]].index("value")]), paid(rows))

    def test_b2_so_is_that_of_each_contract_of_a_provider(self):
        path = "/api/reports/remittance-by-period"
        first = self.person.request("GET", path)
        for start in [choice["value"] for choice in first["filters"][0]["choices"]][:2]:
            report = self.same_as_its_files(self.person, path, f"period={start}&show_pairs=true")
            contracts = defaultdict(Decimal)
            for contract, amount in zip(column(report, "contract"), column(report, "value")):
                contracts[contract.rsplit("(", 1)[1].rstrip(")")] += Decimal(amount)
            self.assertTrue(contracts)
            for contract, amount in contracts.items():
                rows = [row for row in self.files if row["contract_ref"] == contract and row["period_start"] == start]
                self.assertEqual(amount, paid(rows), (contract, start))

    def test_b3_what_was_finalised_on_a_day_is_there_by_that_day_as_well(self):
        by_day = self.person.request("GET", "/api/reports/remittance-by-finalisation")
        days_known = [choice["value"] for choice in by_day["filters"][0]["choices"]]
        every = sum((value(self.person.request("GET", f"/api/reports/remittance-by-finalisation?finalised={day}")) for day in days_known), Decimal(0))
        periods = self.person.request("GET", "/api/reports/remittance-by-period")["filters"][0]["choices"]
        again = sum((value(self.person.request("GET", f"/api/reports/remittance-by-period?period={choice['value']}")) for choice in periods), Decimal(0))
        self.assertEqual(every, again)

    def test_c1_the_cash_of_thirteen_weeks_is_what_is_pending_and_what_is_on_its_way(self):
        cash = self.person.request("GET", "/api/reports/expected-cash")
        self.assertEqual(len(cash["rows"]), 13)
        self.assertLessEqual(cash["rows"][0][0], str(TODAY))
        self.assertGreater(cash["rows"][0][0], str(TODAY - days(7)))
        pending = self.person.request("GET", "/api/reports/pending-payments")
        expected = sum(map(Decimal, column(cash, "expected")), Decimal(0))
        waiting = sum(map(Decimal, column(pending, "payable")), Decimal(0))
        self.assertGreaterEqual(expected, waiting)

    def test_d1_nobody_reads_what_is_for_others(self):
        self.assertEqual(refused(self.person, "GET", "/api/council/reports/prompt-payment")[0], 404)
        self.assertEqual(refused(self.person, "GET", "/api/reports/prompt-payment")[0], 404)
        self.assertEqual(refused(staff(HELPDESK), "GET", "/api/council/reports")[0], 404)

    def test_e1_a_large_report_is_made_in_the_background_and_a_link_comes_by_email(self):
        officer = staff(PAYMENTS)
        path = "/api/council/reports/remittance-by-period"
        period = officer.request("GET", path)["filters"][0]["value"]
        body = {"request_id": f"journey-{TODAY}", "report": "remittance-by-period", "format": "csv", "asked": {"period": period}}
        asked = officer.request("POST", "/api/council/report-jobs", body)
        self.assertEqual(officer.request("POST", "/api/council/report-jobs", body)["job_id"], asked["job_id"])
        job = f"/api/council/report-jobs/{asked['job_id']}"
        seen = []

        def over() -> dict | None:
            seen.append(view := officer.request("GET", job))
            return view if view["state"] == "done" else None

        done = wait("the report", over)
        percents = [view["percent"] for view in seen if view["percent"] is not None]
        self.assertEqual((percents, percents[-1]), (sorted(percents), 100), "it never goes back")
        self.assertEqual(done["parts"]["done"], done["parts"]["of"])
        made = officer.download(f"{job}/file").decode("utf-8-sig")
        now = officer.download(f"{path}/download?format=csv&period={period}").decode("utf-8-sig")
        self.assertEqual((made, done["rows"]), (now, len(list(csv.reader(io.StringIO(now)))) - 1))
        idle()
        mails = [mail for mail in portal().emails() if asked["job_id"] in json.dumps(mail)]
        self.assertEqual(len(mails), 1)
        clients = {row["ss_ref"] for row in self.files if row["ss_ref"]}
        self.assertFalse([client for client in clients if client in json.dumps(mails)], "a client in an email")
        self.assertEqual(refused(self.auditor, "GET", job)[0], 404, "another person's")


if __name__ == "__main__":
    unittest.main()
