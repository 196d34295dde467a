"""The worked examples of the specification, from a council's files to the payment, through everything as it is deployed."""

import json
import unittest
from datetime import date
from decimal import Decimal

from stack import (
    DOCUMENTS, TODAY, UPLOADS, at, days, drop, idle, portal, queue_url, rows_of, run_job, s3, sqs, there,
)

PASSWORD = "Firtree-1903"
CLERK = "mabel.oakhanger@firtree.example"
PRICE = "865.46"
SEP22, OCT22, NOV22, DEC22 = date(2022, 9, 5), date(2022, 10, 3), date(2022, 10, 31), date(2022, 11, 28)
OCT23, NOV23, MAR25 = date(2023, 10, 2), date(2023, 10, 30), date(2025, 3, 17)

# Each example is a contract of its own: when the portal starts, when care starts and ends.
CARE = {
    "1": (NOV22, date(2022, 1, 3), None),
    "2": (NOV22, date(2022, 11, 3), None),
    "3": (NOV22, date(2022, 1, 3), date(2022, 11, 12)),
    "3-nights": (NOV22, date(2022, 1, 3), date(2022, 11, 12)),
    "4": (OCT23, date(2023, 10, 23), date(2023, 10, 27)),
    "5": (NOV23, date(2022, 1, 3), None),
    "5-grace": (NOV23, date(2022, 1, 3), None),
    "6": (MAR25, date(2022, 1, 3), None),
    "7": (OCT22, date(2022, 10, 3), None),
    "8": (OCT22, date(2022, 10, 29), date(2022, 10, 30)),
    "9": (NOV22, date(2022, 1, 3), None),
    "9-council": (NOV22, date(2022, 1, 3), None),
    "10": (NOV22, date(2022, 1, 3), date(2022, 12, 11)),
    "11": (NOV22, date(2022, 1, 3), None),
}

# What each statement must come to: payable, the amounts of its payable items, non-payable.
RESULTS = {
    ("1", NOV22): ("3461.84", ["3461.84"], "0.00"),
    ("2", NOV22): ("3090.93", ["3090.93"], "0.00"),
    ("3", NOV22): ("1607.28", ["1607.28"], "0.00"),
    ("3-nights", NOV22): ("1483.65", ["1483.65"], "0.00"),
    ("4", OCT23): ("618.19", ["618.19"], "0.00"),
    ("5", NOV23): ("2967.29", ["2967.29"], "0.00"),
    ("5-grace", NOV23): ("3338.20", ["3338.20"], "0.00"),
    ("6", MAR25): ("3542.20", ["1854.56", "1687.64"], "0.00"),
    ("7", OCT22): ("3461.84", ["3461.84"], "0.00"),
    ("7", NOV22): ("-1360.01", ["-3461.84", "2101.83"], "0.00"),
    ("8", OCT22): ("247.27", ["247.27"], "0.00"),
    ("8", NOV22): ("-123.63", ["-247.27", "123.64"], "0.00"),
    ("9", NOV22): ("2812.64", ["3461.84", "-649.20"], "0.00"),
    ("9-council", NOV22): ("3461.84", ["3461.84"], "0.00"),
    ("10", NOV22): ("3461.84", ["3461.84"], "0.00"),
    ("10", DEC22): ("1038.55", ["1038.55"], "0.00"),
    ("11", NOV22): ("0.00", [], "3461.84"),
    ("11", DEC22): ("6923.68", ["3461.84", "3461.84"], "0.00"),
    ("12", NOV22): ("1891.65", ["1891.65"], "0.00"),
}


def cycle(start: date) -> str:
    return f"cyx{start:%y}"


def english(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def drop_rows(feed: str, second: int, header: str, rows: list[str], end: str = "\r\n") -> dict:
    """Drops a file as a spreadsheet saves it; every row of it is taken, now or when what it names is known."""
    told = drop(f"{feed}_20260105T0600{second:02}", "\ufeff" + end.join([header, *rows]) + end)
    assert (told["refused"], told["rows_rejected"]) == (None, 0), told
    return told


def care_packages() -> dict[str, tuple]:
    """Care package by reference: its contract, start and end. Ten beds of the last example are empty for 17 days."""
    found = {f"x-{case}": (case, start, end) for case, (_, start, end) in CARE.items()}
    for bed in range(10):
        found[f"x-12-{bed}"] = ("12", date(2022, 1, 3), date(2022, 11, 10) if bed == 9 else None)
    return found


def council_files() -> None:
    """The files come in the wrong order, as other systems write them; references in lower case."""
    packages, cases = care_packages(), {**CARE, "12": (NOV22, None, None)}
    dead = date(2023, 11, 22)
    prices = [f"{PRICE},x-{case},03/01/2022,1" for case in CARE]
    drop_rows("prices", 0, "unit_price,cpli_id,from_date,quantity", [*prices, "908.73,x-6,01/04/2025,1"])
    drop_rows("contributions", 1, "collected_by,weekly_amount,cpli_id,kind,from_date", [
        "provider,162.30,x-9,client,2022-01-03", "council,162.30,x-9-council,client,2022-01-03",
    ])
    drop_rows("absences", 2, "cpli_id,from_date,to_date,kind,pay_percent", [
        "x-10,31/10/2022,27/11/2022,hospital,100", "x-10,28/11/2022,11/12/2022,hospital,60",
    ], end="\n")
    drop_rows("capacity", 3, "service_ref,from_date,to_date,beds,void_weekly_rate,void_percent", [f"sx-12,2022-01-03,27/11/2022,10,{PRICE},90"])
    drop_rows("directives", 4, "directive_ref,contract_ref,cpli_id,kind,from_date,to_date,reason", [
        "dx-11,cx-11,,suspend,31/10/2022,,We are asking about the fees",
    ])
    drop_rows("cplis", 5, "cpli_id,service_ref,ss_ref,authorised,start_date,end_date", [
        f"{cpli},sx-{case},hx-{case if case.startswith('5') else '1'},yes,{english(start)},{english(end)}"
        for cpli, (case, start, end) in packages.items()
    ])
    drop_rows("clients", 6, "surname,forename,ss_ref,date_of_death,favourite_colour", [
        "Copperwheat,Ivo,hx-1,,green", f"Copperwheat,Una,hx-5,{english(dead)},", f"Copperwheat,Rex,hx-5-grace,{english(dead)},red",
    ])
    drop_rows("services", 7, "service_ref,contract_ref,name,purchase,unit,price_per,end_day_paid", [
        f"sx-{case},cx-{case},Firtree {case},{'block' if case == '12' else 'spot'},placement,week,{'no' if case == '3-nights' else ''}"
        for case in cases
    ])
    drop_rows("contracts", 8, "contract_ref,provider_ref,name,payment_method,cycle_ref,confirmation,grace_days,portal_from", [
        f"cx-{case},px1,Firtree {case},scheduled,{cycle(since)},not_required,{3 if case == '5-grace' else ''},{english(since)}"
        for case, (since, _, _) in cases.items()
    ])
    drop_rows("contacts", 9, "contact_ref,provider_ref,forename,surname,portal_email,roles", [f"kx1,px1,Mabel,Oakhanger,{CLERK},payments"])
    drop_rows("periods", 10, "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date", [
        f"{cycle(start)},{english(start)},{english(start + days(27))},{english(start + days(16))} 17:00,{english(start + days(17))} 09:00,"
        f"{english(start + days(25))}"
        for start in (OCT22, NOV22, DEC22, OCT23, NOV23, MAR25)
    ])
    drop_rows("providers", 11, "kind,provider_ref,name", ["care_home,px1,Firtree Lodge"])


def finalise(start: date) -> None:
    run_job("finalise", {"time": at(start + days(17), 9, 15)})
    idle()


class TheWorkedExamples(unittest.TestCase):
    """What every example comes to, on the statement, in the payment file and in both remittances."""

    @classmethod
    def setUpClass(cls):
        council_files()
        cls.clerk = portal()
        cls.clerk.accept_invitation(CLERK, PASSWORD)
        cls.clerk.sign_in(CLERK, PASSWORD)
        cls.emails = len(cls.clerk.emails(CLERK))
        finalise(OCT22)
        drop_rows("cplis", 20, "cpli_id,service_ref,ss_ref,authorised,start_date,end_date", [
            "x-7,sx-7,hx-1,yes,03/10/2022,19/10/2022", "x-8,sx-8,hx-1,yes,29/10/2022,29/10/2022",
        ])
        finalise(NOV22)
        drop_rows("directives", 21, "directive_ref,contract_ref,cpli_id,kind,from_date,to_date,reason", [
            "dx-11,cx-11,,suspend,31/10/2022,27/11/2022,We asked about the fees",
        ])
        for start in (DEC22, OCT23, NOV23, MAR25):
            finalise(start)

    def test_every_worked_example_comes_to_its_result_wherever_it_is_read(self):
        for (case, start), (payable, amounts, non_payable) in RESULTS.items():
            with self.subTest(example=case, start=str(start)):
                path = f"/api/scheduled-payments/cx-{case}/{start}"
                statement = self.clerk.request("GET", path)
                self.assertEqual(statement["lifecycle"], "finalised")
                self.assertEqual((statement["totals"]["payable"], statement["totals"]["non_payable"]), (payable, non_payable))
                self.assertEqual(sorted(line["amount"] for line in statement["payable"]), sorted(amounts))
                for line in statement["payable"]:
                    self.assertIn(line["amount"].lstrip("-"), line["arithmetic"].replace(",", ""))
                paid = rows_of(there(UPLOADS, f"council/outbox/payments_{cycle(start)}_{start}_cx-{case}.csv"))
                self.assertEqual(sorted(row["amount"] for row in paid if row["status"] == "finalised"), sorted(amounts))
                self.assertEqual(sum(Decimal(row["amount"]) for row in paid if row["status"] != "finalised"), Decimal(non_payable))
                self.assertEqual(self.clerk.request("GET", f"{path}/remittance")["total"], payable)
                advice = rows_of(there(DOCUMENTS, f"remittances/cx-{case}/{start}.csv"))
                self.assertEqual(sum(Decimal(row["amount"]) for row in advice), Decimal(payable))

    def test_every_statement_with_a_line_is_told_by_one_email_with_what_is_paid(self):
        told = [email["Subject"] for email in self.clerk.emails(CLERK)[self.emails:]]
        self.assertEqual(sum(subject.startswith("Payment of £2,812.64 on 25 November 2022") for subject in told), 1)
        self.assertEqual(sum(subject.startswith("No payment for 31 October 2022") for subject in told), 3)
        # Every example, and the period after it of the five that go on then: 1, 2, 9, 9-council and the empty beds of 12.
        self.assertEqual(len(told), len(RESULTS) + 4)

    def test_what_is_released_says_where_it_was_held(self):
        held = rows_of(there(UPLOADS, f"council/outbox/payments_{cycle(NOV22)}_{NOV22}_cx-11.csv"))
        paid = rows_of(there(UPLOADS, f"council/outbox/payments_{cycle(DEC22)}_{DEC22}_cx-11.csv"))
        self.assertEqual([(row["status"], row["reason"]) for row in held], [("suspended", "We are asking about the fees")])
        self.assertEqual([row["reason"] for row in paid], ["", f"Brought from the period of {NOV22}, item {held[0]['item_id']}"])


# The first of the periods that are open for an answer today.
FIRST = TODAY - days(TODAY.weekday())
PERIODS = [FIRST + days(28 * number) for number in range(4)]
FULL = "3461.84"


class WhatTheProviderSays(unittest.TestCase):
    """What is paid when a provider says yes, no or nothing, in three periods one after another."""

    MANAGER = "jonah.aldershaw@rowan.example"

    @classmethod
    def setUpClass(cls):
        contracts = ("silent", "rejects")
        drop_rows("providers", 30, "kind,provider_ref,name", ["care_home,px2,Rowan House"])
        drop_rows("periods", 30, "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date", [
            f"cyx,{start},{start + days(27)},{start + days(16)} 17:00,{start + days(17)} 09:00,{start + days(25)}" for start in PERIODS
        ])
        drop_rows("contracts", 30, "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from", [
            f"cx-{it},px2,Rowan {it},scheduled,cyx,{FIRST}" for it in contracts
        ])
        drop_rows("services", 30, "service_ref,contract_ref,name,purchase,unit,price_per", [
            f"sx-{it},cx-{it},Rowan,spot,placement,week" for it in contracts
        ])
        drop_rows("clients", 30, "surname,forename,ss_ref", ["Harebell,Win,hx-9"])
        drop_rows("cplis", 30, "cpli_id,service_ref,ss_ref,authorised,start_date", [f"x-{it},sx-{it},hx-9,yes,2022-01-03" for it in contracts])
        drop_rows("prices", 30, "unit_price,cpli_id,from_date,quantity", [f"{PRICE},x-{it},2022-01-03,1" for it in contracts])
        drop_rows("contacts", 30, "contact_ref,provider_ref,forename,surname,portal_email,roles", [
            f"kx2,px2,Jonah,Aldershaw,{cls.MANAGER.upper()},payments",
        ])
        cls.manager = portal()
        cls.manager.accept_invitation(cls.MANAGER, PASSWORD)
        cls.manager.sign_in(cls.MANAGER, PASSWORD)

    def settle(self, contract: str, start: date) -> list[str]:
        """Settles one contract by a message that comes three times at once; the subjects of the emails of it."""
        known = len(self.manager.emails(self.MANAGER))
        message = {"contract_ref": contract, "provider_ref": "px2", "now": at(start + days(17), 9, 15)}
        for _ in range(3):
            sqs.send_message(QueueUrl=queue_url("payments"), MessageBody=json.dumps(message))
        idle()
        key = f"council/outbox/payments_cyx_{start}_{contract}.csv"
        versions = s3.list_object_versions(Bucket=UPLOADS, Prefix=key)["Versions"]
        self.assertEqual(len(versions), 1, "written once, however many messages there are")
        return sorted(email["Subject"].split(" - ")[0] for email in self.manager.emails(self.MANAGER)[known:])

    def statement(self, contract: str, start: date) -> dict:
        return self.manager.request("GET", f"/api/scheduled-payments/{contract}/{start}")

    def answer(self, contract: str, start: date, how: str, comment: str = "") -> dict:
        digest = self.statement(contract, start)["digest"]
        return self.manager.request("POST", f"/api/scheduled-payments/{contract}/{start}/{how}", {"digest": digest, "comment": comment})

    def test_the_third_silence_in_a_row_holds_the_payment_until_it_is_confirmed(self):
        for start in PERIODS[:2]:
            told = self.settle("cx-silent", start)
            self.assertEqual((len(told), told[1]), (2, "Statement not confirmed in time"))
            self.assertIn("Payment of £3,461.84", told[0])
        told = self.settle("cx-silent", PERIODS[2])
        self.assertEqual((len(told), told[1]), (2, "Payment suspended"))
        held = self.statement("cx-silent", PERIODS[2])
        self.assertEqual((held["totals"]["payable"], held["totals"]["non_payable"]), ("0.00", FULL))
        self.assertEqual(self.statement("cx-silent", PERIODS[3])["totals"]["payable"], FULL)
        self.answer("cx-silent", PERIODS[2], "confirmation")
        after = self.statement("cx-silent", PERIODS[3])
        self.assertEqual(([line["amount"] for line in after["payable"]], after["warning"]), ([FULL, FULL], None))

    def test_what_is_rejected_is_paid_when_it_is_confirmed_after_all(self):
        self.assertEqual(self.answer("cx-rejects", FIRST, "rejection", "She moved in on Friday")["response"]["state"], "rejected")
        told = self.settle("cx-rejects", FIRST)
        self.assertEqual((len(told), told[1]), (2, "Payment held because you rejected the statement"))
        rows = rows_of(there(UPLOADS, f"council/outbox/payments_cyx_{FIRST}_cx-rejects.csv"))
        self.assertEqual([(row["status"], row["reason"]) for row in rows], [("suspended", "You rejected this statement: She moved in on Friday")])
        self.answer("cx-rejects", FIRST, "confirmation")
        self.answer("cx-rejects", PERIODS[1], "confirmation", "Both are right")
        told = self.settle("cx-rejects", PERIODS[1])
        self.assertEqual(len(told), 1)
        self.assertIn("Payment of £6,923.68", told[0])


if __name__ == "__main__":
    unittest.main()
