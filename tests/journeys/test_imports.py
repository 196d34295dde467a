"""The council's files from the page: tried, seen, applied, and what the history says, through everything as it is deployed."""

import csv
import io
import unittest
from decimal import Decimal

import local
from house import AUDITOR, BROKERAGE, HELPDESK, START, House, staff, stamp
from stack import TODAY, UPLOADS, days, demo_data, drop, portal, refused, s3, there, wait

IMPORTS = "/api/council/imports"
CLERK = "ottoline.reed@alderhouse.example"


def csv_of(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def send(person, feed: str, text: str) -> dict:
    """Sends a file as the page does, and waits for what it would change."""
    chosen = {"file_name": f"{feed}.csv", "size_bytes": len(text.encode())}
    form = person.request("POST", f"{IMPORTS}/uploads", chosen)
    local.post_form(form["url"], form["fields"], chosen["file_name"], text.encode())
    sent = {"upload_id": form["upload_id"], "feed": feed, "file_name": chosen["file_name"]}
    for _ in range(2):
        person.request("POST", IMPORTS, sent)
    return until(person, form["upload_id"], lambda view: view["dry_run"]["state"] != "running")


def until(person, upload: str, is_so) -> dict:
    def told() -> dict | None:
        view = person.request("GET", f"{IMPORTS}/uploads/{upload}")
        return view if is_so(view) else None

    return wait(f"what came of {upload}", told)


class Imports(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = House("JI", "Alder House", 21, {CLERK: "viewer"})
        cls.clerk = cls.house.signed_in(CLERK)
        cls.brokerage = staff(BROKERAGE)
        cls.statement = cls.house.statement
        cls.prices = csv_of([
            {"cpli_id": cls.house.cplis[0], "from_date": START + days(7), "quantity": 1, "unit_price": "907.46"},
            {"cpli_id": cls.house.cplis[1], "from_date": START - days(100), "quantity": 1, "unit_price": "865.46"},
            {"cpli_id": "JI99", "from_date": START, "quantity": 1, "unit_price": "1.00"},
            {"cpli_id": cls.house.cplis[1], "from_date": START, "quantity": 1, "unit_price": "a lot"},
        ])

    def payable(self) -> Decimal:
        return Decimal(self.clerk.request("GET", self.statement)["totals"]["payable"])

    def test_a1_the_dry_run_says_what_applying_then_does_in_rows_and_pounds(self):
        before = self.payable()
        tried = send(self.brokerage, "prices", self.prices)
        self.assertEqual(self.payable(), before)
        run, pounds = tried["dry_run"], tried["pounds"]
        self.assertEqual([(row["row"], row["code"]) for row in run["log"]][0], (4, "I40"))
        [contract] = pounds["contracts"]
        self.assertEqual((contract["provider_name"], Decimal(contract["payable_before"])), ("Alder House", before))
        # Three weeks at £42 more.
        self.assertEqual(Decimal(pounds["payable_change"]), Decimal("126.00"))

        path = f"{IMPORTS}/uploads/{tried['upload_id']}"
        for _ in range(2):
            self.brokerage.request("POST", f"{path}/application", {})
        applied = until(self.brokerage, tried["upload_id"], lambda view: view["applied"]["state"] == "done")["applied"]
        self.assertEqual(applied["counts"], run["counts"])
        self.assertEqual([(row["row"], row["code"]) for row in applied["log"]], [(row["row"], row["code"]) for row in run["log"]])
        self.assertEqual(self.payable(), Decimal(contract["payable_after"]))
        type(self).applied = applied

    def test_a2_however_often_it_was_asked_there_is_one_file(self):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=UPLOADS, Prefix="council/inbox/")
        bodies = [item["Key"] for page in pages for item in page.get("Contents", [])
                  if there(UPLOADS, item["Key"]) == self.prices]
        self.assertEqual(sorted("DRYRUN_" in key for key in bodies), [False, True])

    def test_b1_the_history_says_what_became_of_it_and_who_sent_it(self):
        listed = self.brokerage.request("GET", f"{IMPORTS}?feed=prices")["rows"]
        mine = next(row for row in listed if row["file"] == self.applied["file"])
        self.assertEqual((mine["state"], mine["counts"]), ("done", self.applied["counts"]))
        self.assertTrue(mine["sent_by"])
        dropped = next(row for row in listed if row["file"] == f"prices_{stamp(21)}.csv")
        self.assertIsNone(dropped["sent_by"])
        file = staff(AUDITOR).request("GET", f"{IMPORTS}/files/prices/{self.applied['time']}")
        self.assertEqual(file["log"], self.applied["log"])
        self.assertEqual([(row["rows"], row["waits_for"]) for row in file["waiting"]], [([4], "CPLI JI99")])
        log = staff(AUDITOR).download(f"{IMPORTS}/files/prices/{self.applied['time']}/log.csv").decode()
        self.assertEqual([row["code"] for row in csv.DictReader(io.StringIO(log))], [row["code"] for row in file["log"]])

    def test_b2_a_file_that_is_refused_whole_is_in_the_history_with_why(self):
        told = drop(f"prices_{stamp(22)}", "cpli,from\n1,2\n")
        self.assertEqual(told["refused"]["code"], "F02")
        file = self.brokerage.request("GET", f"{IMPORTS}/files/prices/{stamp(22)}")
        self.assertEqual((file["state"], file["refused"]), ("refused", told["refused"]))
        tried = send(self.brokerage, "prices", "cpli,from\n1,2\n")
        self.assertEqual((tried["dry_run"]["state"], tried["may_apply"]), ("refused", False))
        status, problem = refused(self.brokerage, "POST", f"{IMPORTS}/uploads/{tried['upload_id']}/application", {})
        self.assertEqual((status, problem["code"]), (409, "file-refused"))

    def test_c1_rows_that_wait_for_a_pdf_are_tried_again_when_somebody_asks(self):
        rows = [{"document_ref": "DJI1", "provider_ref": self.house.provider, "service_ref": self.house.service, "ss_ref": "", "cpli_id": "",
                 "doc_type": "Service provision agreement", "date_from": TODAY, "date_to": "", "file": "alder-house.pdf"}]
        self.assertEqual(drop(f"documents_{stamp(21)}", rows)["rows_pending"], 1)
        of_pdf = lambda: [row for row in self.brokerage.request("GET", f"{IMPORTS}/waiting")["rows"] if "alder-house.pdf" in row["waits_for"]]  # noqa: E731
        self.assertEqual(len(of_pdf()), 1)
        pdf = self.clerk.download(f"/api/purchase-orders/{financial_year()}/{self.house.clients[0]}/purchase-order.pdf")
        s3.put_object(Bucket=UPLOADS, Key="council/inbox/alder-house.pdf", Body=pdf)
        asked = self.brokerage.request("POST", f"{IMPORTS}/waiting/retry", {})
        wait("the waiting rows", lambda: there(UPLOADS, f"council/outbox/{asked['feed']}_{asked['time']}_summary.json"))
        self.assertEqual(of_pdf(), [])

    def test_d1_who_may_look_may_not_change_and_others_may_do_neither(self):
        for email, may_look in ((AUDITOR, True), (HELPDESK, False)):
            person = staff(email)
            if may_look:
                self.assertFalse(person.request("GET", IMPORTS)["may_import"])
            else:
                self.assertEqual(refused(person, "GET", IMPORTS)[1]["code"], "not-allowed")
            self.assertEqual(refused(person, "POST", f"{IMPORTS}/waiting/retry", {})[1]["code"], "not-allowed")
        stranger = portal()
        stranger.sign_in("moira.kittiwake@brightway.example", demo_data.PASSWORD)
        self.assertEqual(refused(stranger, "GET", IMPORTS)[0], 404)


def financial_year() -> str:
    first = TODAY.year if (TODAY.month, TODAY.day) >= (4, 1) else TODAY.year - 1
    return f"{first}-{(first + 1) % 100:02}"


if __name__ == "__main__":
    unittest.main()
