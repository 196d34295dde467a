"""What the demo's providers did since: weeks entered by form and by file, some of them held, invoices in every state.

They do it as providers do, through the portal's own pages and the bucket, and the council answers with its files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from local import Portal

# Drops a council's file and waits for its answer.
Desk = Callable[[str, list[dict]], None]
# Drops a provider's file and waits for its answer.
Inbox = Callable[[str, bytes], None]


def visits(hours: Decimal) -> int:
    """Three quarters of an hour each."""
    return int(-(-hours // Decimal("0.75")))


class Delivered:
    """One contract's four weeks, as one of the provider's people enters and invoices them."""

    def __init__(self, person: Portal, contract: str, first: date):
        self.person, self.contract, self.first = person, contract, first
        self.path = f"/api/actuals/{contract}/{first}"

    def week(self, number: int) -> date:
        return self.first + timedelta(days=7 * number)

    def lines(self) -> list[tuple[dict, dict]]:
        """Each care package with its service, as they were commissioned."""
        found = [(service, line) for service in self.person.request("GET", self.path)["services"] for line in service["lines"]]
        return sorted(found, key=lambda one: one[1]["cpli_id"])

    def enter(self, number: int, week: int, reason: str, comment: str | None = None, **difference: str) -> str:
        """A week that differs from the plan: by what is frustrated, missed or extra. The care package it is of."""
        service, line = self.lines()[number]
        cell = next(cell for cell in line["weeks"] if cell["week_start"] == str(self.week(week)))
        told = {kind: Decimal(difference.get(kind, "0")) for kind in ("frustrated", "missed", "extra")}
        actual = Decimal(cell["planned"]) - told["frustrated"] - told["missed"] + told["extra"]
        self.person.request("PUT", f"{self.path}/weeks/{line['cpli_id']}/{self.week(week)}", {
            "actual": str(actual), **{kind: str(amount) for kind, amount in told.items()}, "reason_code": reason, "comment": comment,
            "visits": visits(actual) if service["visits_required"] else None, "version": cell["version"],
        })
        return line["cpli_id"]

    def as_planned(self, week: int | None = None) -> None:
        self.person.request("POST", f"{self.path}/as-planned", {"week_start": week if week is None else str(self.week(week)), "service_ref": None})

    def confirm(self) -> None:
        self.person.request("POST", f"{self.path}/submission", {})

    def draft(self) -> dict:
        return self.person.request("POST", "/api/invoices", {"contract_ref": self.contract, "period_start": str(self.first)})

    def invoice(self) -> int:
        """Created and submitted: its number."""
        made = self.draft()
        return self.person.request("POST", f"/api/invoices/{made['invoice_id']}/submission", {
            "digest": made["digest"], "suppliers_tax": None, "comment": None,
        })["number"]


def homecare_south(manager: Portal, first: date, desk: Desk, finalise: Callable[[], None]) -> None:
    """Everything was entered, invoiced, approved and paid; then a client's stay in hospital became known."""
    weeks = Delivered(manager, "C2002", first)
    weeks.enter(0, 1, "HOSP", frustrated="3.50")
    weeks.enter(2, 2, "HOLIDAY", "Two days with her daughter", frustrated="4.00")
    weeks.enter(3, 0, "STAFFING", missed="0.75")
    weeks.as_planned()
    weeks.confirm()
    desk("invoices", [{"provider_ref": "P2001", "number": weeks.invoice(), "decision": "approve", "reason": None}])
    finalise()
    weeks.enter(4, 3, "HOSP", "Told by the ward this week", frustrated="9.00")
    weeks.confirm()


def homecare_north(manager: Portal, first: date, desk: Desk, inbox: Inbox, stamp: str) -> None:
    """The first two weeks came as a file with a mistake in it; two of the third are over what was commissioned."""
    weeks = Delivered(manager, "C2001", first)
    template = csv.DictReader(io.StringIO(manager.download(f"{weeks.path}/template.csv").decode("utf-8-sig")))
    begun = {f"{weeks.week(number):%d/%m/%Y}" for number in (0, 1)}
    rows = [row for row in template if row["WeekStart"] in begun]
    for row in rows:
        row["Visits"] = str(visits(Decimal(row["Actual"])))
    rows[3] |= {"Actual": str(Decimal(rows[3]["Actual"]) - 1), "Frustrated": "1.00", "ReasonCode": "NOACCESS"}
    rows[5] |= {"Actual": str(Decimal(rows[5]["Actual"]) - 2), "Missed": "2.00", "ReasonCode": ""}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    inbox(f"uploads/P2001/inbox/ACTUALS_P2001_{stamp}.csv", out.getvalue().encode())
    weeks.enter(0, 2, "CRISIS", "Her husband was in hospital", extra="3.50")
    over = weeks.enter(3, 2, "CRISIS", extra="5.00")
    desk("exceptions", [{"cpli_id": over, "week_start": weeks.week(2), "decision": "cap", "quantity": None,
                         "reason": "Ask for a variation before care goes on for longer"}])
    desk("variations", [{"variation_ref": "V8001", "cpli_id": weeks.lines()[6][1]["cpli_id"], "from_date": weeks.week(2), "to_date": weeks.week(3),
                         "quantity": "4.00", "reason": "More help while her daughter is away"}])


def complex_care(manager: Portal, first: date) -> None:
    """Confirmed, with a draft that waits for its VAT invoice."""
    weeks = Delivered(manager, "C5001", first)
    weeks.as_planned()
    weeks.confirm()
    weeks.draft()


def short_breaks(carer: Portal, first: date, desk: Desk) -> None:
    """A carer's timesheets, and an invoice that the council asks about."""
    weeks = Delivered(carer, "C4002", first)
    weeks.enter(1, 2, "CRISIS", "His sister was taken ill", extra="1")
    weeks.as_planned()
    weeks.confirm()
    desk("invoices", [{"provider_ref": "P4001", "number": weeks.invoice(), "decision": "dispute",
                       "reason": "Was the third night agreed with the placement team?"}])


def deliver(portals: Callable[[str], Portal], first: date, desk: Desk, inbox: Inbox, finalise: Callable[[], None], stamp: str) -> None:
    """All of it. `portals` signs somebody in; `finalise` runs the job at the time that the first window closes."""
    brightway = portals("moira.kittiwake@brightway.example")
    homecare_south(brightway, first, desk, finalise)
    homecare_north(brightway, first, desk, inbox, stamp)
    complex_care(portals("edwin.larch@terncare.example"), first)
    short_breaks(portals("wilf.hathersage@sharedlives.example"), first, desk)
