"""The worked examples of the specification, from a council's files to the payment, through everything as it is deployed."""

import unittest
from datetime import date
from decimal import Decimal

from stack import (
    DOCUMENTS, EMULATOR, STACK, UPLOADS, at, days, drop, idle, portal, rows_of, run_job, there,
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

EVENTS = EMULATOR.client("events")


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
        # The stack's own clock is years later: it would finalise the past before what happens in it is told.
        for rule in ("finalise", "daily-jobs"):
            EVENTS.disable_rule(Name=f"{STACK}-{rule}")
            cls.addClassCleanup(EVENTS.enable_rule, Name=f"{STACK}-{rule}")
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


if __name__ == "__main__":
    unittest.main()
