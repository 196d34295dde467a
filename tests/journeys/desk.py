"""What the browser tests need that no browser does: spreadsheets filled in, the council's files, the payment run.

    python tests/journeys/desk.py prepare                 an agency with one open period, and its person's invitation
    python tests/journeys/desk.py house                   a care home with an open statement, and a file that makes three weeks of it dearer
    python tests/journeys/desk.py software                a care home whose administrator has software, and a statement that is paid tomorrow
    python tests/journeys/desk.py paid                    it is tomorrow
    python tests/journeys/desk.py minute                  a minute later: what happened is told to software
    python tests/journeys/desk.py fill IN.xlsx OUT.xlsx   three cells wrong; says which
    python tests/journeys/desk.py mend IN.xlsx OUT.xlsx   those cells put right in the workbook that came back
    python tests/journeys/desk.py approve NUMBER
    python tests/journeys/desk.py coming                  a contract that comes to the portal in four weeks
    python tests/journeys/desk.py pay                     what was paid, as the payment file and the remittance say

Each prints what came of it as JSON.
"""

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from house import PASSWORD as HOUSE_PASSWORD
from house import PRICE, START, House
from sheet import Sheet
from stack import DOCUMENTS, TODAY, UPLOADS, at, days, drop, idle, minute, portal, rows_of, run_job, there, wait

FIRST = TODAY - days(TODAY.weekday() + 28)
CLOSES = TODAY + days(1)
PERSON, PASSWORD = "marguerite.dunlin@dunlin.example", "Bullrush-1849"


def stamp(minute: int) -> str:
    return f"{TODAY:%Y%m%d}T18{minute:02}00"


def prepare() -> dict:
    for feed, rows in {
        "providers": [{"provider_ref": "PB1", "name": "Dunlin Homecare", "kind": "home_care"}],
        "periods": [{"cycle_ref": "CYB", "start_date": FIRST, "end_date": FIRST + days(27), "confirm_by": f"{CLOSES}T06:00:00",
                     "finalise_at": f"{CLOSES}T09:00:00", "pay_date": CLOSES + days(9)}],
        "contracts": [{"contract_ref": "CB1", "provider_ref": "PB1", "name": "Dunlin homecare", "payment_method": "actuals", "cycle_ref": "CYB",
                       "portal_from": FIRST}],
        "services": [{"service_ref": "SB1", "contract_ref": "CB1", "name": "Homecare - Zone 3", "purchase": "spot", "unit": "hour",
                      "price_per": "unit", "tolerance_percent": 10, "extras": "yes"}],
        "clients": [{"ss_ref": f"A29300{number}", "forename": forename, "surname": "Wigeon"} for number, forename in enumerate(("Ivor", "June"))],
        "cplis": [{"cpli_id": f"95000{number}", "ss_ref": f"A29300{number}", "service_ref": "SB1", "service_level": "Standard",
                   "start_date": FIRST, "authorised": "yes"} for number in (0, 1)],
        "prices": [{"cpli_id": "950000", "from_date": FIRST, "quantity": "10.50", "unit_price": "22.34"},
                   {"cpli_id": "950001", "from_date": FIRST, "quantity": "14.00", "unit_price": "23.77"}],
        "contacts": [{"contact_ref": "KB1", "provider_ref": "PB1", "forename": "Marguerite", "surname": "Dunlin", "portal_email": PERSON,
                      "roles": "actuals invoices"}],
    }.items():
        told = drop(f"{feed}_{stamp(0)}", rows)
        assert (told["refused"], told["rows_rejected"]) == (None, 0), told
    portal().accept_invitation(PERSON, PASSWORD)
    # Example 13 of the specification in one week, everything else as planned.
    total = Decimal("217.82") + 3 * Decimal("234.57") + 3 * Decimal("332.78") + Decimal("309.01")
    return {"email": PERSON, "password": PASSWORD, "contract": "CB1", "period_start": str(FIRST), "total": str(total)}


def house() -> dict:
    home = House("BR", "Bracken House", 34, {"bryony.fen@brackenhouse.example": "viewer"})
    rows = [{"cpli_id": home.cplis[0], "from_date": START + days(7), "quantity": 1, "unit_price": PRICE + 42},
            {"cpli_id": home.cplis[1], "from_date": START - days(100), "quantity": 1, "unit_price": PRICE},
            {"cpli_id": home.cplis[1], "from_date": START, "quantity": 1, "unit_price": "a lot"}]
    text = "\r\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)])
    return {"provider": home.provider, "name": home.name, "cycle": home.cycle, "file": text, "change": "126.00"}


def software() -> dict:
    email = "sorrel.fen@sedgewharf.example"
    home = House("SW", "Sedge Wharf", 38, {email: "admin"})
    contract = home.due_tomorrow(39)
    home.signed_in(email)
    return {"email": email, "password": HOUSE_PASSWORD, "provider": home.provider, "contract": contract, "period_start": str(START)}


def paid() -> dict:
    run_job("finalise", {"time": at(CLOSES, 9, 15)})
    payments = wait("the payment file", lambda: there(UPLOADS, f"council/outbox/payments_CYSWDUE_{START}_CSW2.csv"))
    idle()
    return {"payment_file": str(sum(Decimal(row["amount"]) for row in rows_of(payments) if row["status"] == "finalised"))}


def told_software() -> dict:
    minute()
    return {}


def fill(source: Path, target: Path) -> dict:
    sheet, weeks = Sheet(source.read_bytes()), [FIRST + days(7 * number) for number in range(4)]
    sheet.set(sheet.find("950000", weeks[0]), Actual=9.75, Frustrated=0.5, Missed=0.25, ReasonCode="HOSP")
    wrong = [(sheet.find("950000", weeks[1]), "Actual", "ten and a half"), (sheet.find("950001", weeks[2]), "WeekStart", "31/02/2026"),
             (sheet.find("950001", weeks[3]), "Frustrated", 1)]
    for row, heading, value in wrong:
        sheet.set(row, **{heading: value})
    sheet.set(wrong[2][0], Actual=13)
    target.write_bytes(sheet.saved())
    return {"rows": len(sheet.rows()), "rejected": len(wrong)}


def mend(source: Path, target: Path) -> dict:
    sheet, third = Sheet(source.read_bytes()), FIRST + days(14)
    mended: dict[str, tuple[str, object]] = {
        "E20": ("Actual", 10.5), "E26": ("WeekStart", date(third.year, third.month, third.day)), "E23": ("ReasonCode", "DECLINED"),
    }
    codes = [row["Code"] for row in sheet.rows()]
    for row in sheet.rows():
        heading, value = mended[row["Code"]]
        sheet.set(row["row"], **{heading: value})
    target.write_bytes(sheet.saved())
    return {"codes": codes}


def approve(number: str) -> dict:
    return drop(f"invoices_{stamp(1)}", [{"provider_ref": "PB1", "number": number, "decision": "approve", "reason": ""}])


def pay() -> dict:
    run_job("finalise", {"time": at(CLOSES, 9, 15)})
    payments = wait("the payment file", lambda: there(UPLOADS, f"council/outbox/payments_CYB_{FIRST}_CB1.csv"))
    idle()
    advice = rows_of(there(DOCUMENTS, f"remittances/CB1/{FIRST}.csv"))
    return {"payment_file": str(sum(Decimal(row["amount"]) for row in rows_of(payments) if row["status"] == "finalised")),
            "remittance": str(sum(Decimal(row["amount"]) for row in advice))}


def coming() -> dict:
    for feed, rows in {
        "providers": [{"provider_ref": "PB9", "name": "Teal House", "kind": "care_home"}],
        "contracts": [{"contract_ref": "CB9", "provider_ref": "PB9", "name": "Teal House, residential", "payment_method": "scheduled",
                       "cycle_ref": "CYC28", "portal_from": TODAY + days(28)}],
    }.items():
        # Yesterday: whatever the portal itself drops from a page is later.
        told = drop(f"{feed}_{TODAY - days(1):%Y%m%d}T180200", rows)
        assert (told["refused"], told["rows_rejected"]) == (None, 0), told
    return {"contract": "CB9", "day": str(TODAY + days(28))}


def main(command: str, *arguments: str) -> None:
    commands = {"prepare": prepare, "house": house, "approve": approve, "pay": pay, "fill": fill, "mend": mend, "coming": coming,
                "software": software, "paid": paid, "minute": told_software}
    given = [Path(argument) for argument in arguments] if command in ("fill", "mend") else arguments
    print(json.dumps(commands[command](*given)))


if __name__ == "__main__":
    main(*sys.argv[1:])
