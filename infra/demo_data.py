"""An invented council's files, made around a day, so that the portal always has a past, a present and a future.

Seaborough, its providers and everybody in them are made up. `council(today)` gives the files in the order in which they
are dropped, with the days on which periods are finalised between them; run by itself it writes the files to a folder:

    python infra/demo_data.py --today 2026-11-22 --out /tmp/seaborough
"""

from __future__ import annotations

import argparse
import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

COLUMNS = {
    "settings": "setting value",
    "providers": "provider_ref name kind parent_ref address phone email vat_number",
    "contacts": "contact_ref provider_ref forename surname address phone email portal_email roles",
    "contracts": "contract_ref provider_ref name payment_method cycle_ref vat confirmation grace_days document_gate portal_from",
    "services": "service_ref contract_ref name purchase service_type unit price_per unit_step week_starts end_day_paid "
    "frustrated_percent tolerance_percent extras visits_required",
    "clients": "ss_ref title forename surname date_of_birth date_of_death",
    "cplis": "cpli_id ss_ref service_ref service_level start_date end_date authorised",
    "prices": "cpli_id from_date quantity unit_price",
    "contributions": "cpli_id kind from_date to_date weekly_amount collected_by",
    "absences": "cpli_id from_date to_date kind pay_percent",
    "capacity": "service_ref from_date to_date beds void_weekly_rate void_percent void_provider_ref",
    "periods": "cycle_ref start_date end_date confirm_by finalise_at pay_date",
    "adjustments": "adjustment_ref contract_ref cpli_id amount reason period_start instalments made_by",
    "directives": "directive_ref contract_ref cpli_id kind from_date to_date reason made_by",
    "variations": "variation_ref cpli_id from_date to_date quantity reason",
    "exceptions": "cpli_id week_start decision quantity reason",
    "invoices": "provider_ref number decision reason",
    "teams": "team_ref name",
    "staff": "staff_ref forename surname email roles teams",
    "documents": "document_ref provider_ref service_ref ss_ref cpli_id doc_type date_from date_to file",
}

CYCLE = "CYC28"
# Care that is paid by what was delivered is paid after its four weeks. The window of the second cycle closes tomorrow.
DELIVERED, SOON = "CYC28A", "CYC28B"
# Locks with the run that pays homecare, and waits then.
DUE = "CYC28C"
PERIOD_DAYS = 28
PAST, FUTURE = 14, 6  # periods the council's file names
SHOWN = 5  # past periods since the portal was switched on
PASSWORD = "Driftwood-2049"

# Who signs in to look around: contact, providers with roles, and what to expect. One finance clerk serves three homes.
CONTACTS = {
    "imogen.tarrant@marramcare.example": (
        "K5001", {"P1001": "payments", "P1002": "payments", "P1003": "payments"},
        "payments at the group's three homes (Gannet House, Samphire Court, Marram Lodge)",
    ),
    "rosalind.quarmby@marramcare.example": ("K5002", {"P1001": "admin"}, "provider admin at Gannet House"),
    "desmond.achterberg@marramcare.example": ("K5003", {"P1001": "viewer"}, "viewer at Gannet House"),
    "nerys.pendry@havenfield.example": (
        "K5004", {"P3001": "payments", "P3002": "viewer"}, "payments at Havenfield, a block contract with voids",
    ),
    "wilf.hathersage@sharedlives.example": (
        "K5005", {"P4001": "payments actuals invoices"}, "everything for a Shared Lives household, with its timesheets",
    ),
    "callum.broadmeadow@brightway.example": ("K5006", {"P2001": "actuals"}, "actuals at Brightway Homecare"),
    "priya.stannard@brightway.example": ("K5007", {"P2001": "invoices"}, "invoices at Brightway Homecare"),
    "moira.kittiwake@brightway.example": ("K5008", {"P2001": "admin"}, "provider admin at Brightway Homecare: actuals and invoices"),
    "beatrice.marlowe@marramcare.example": (
        "K5010", {"P1001": "signatory", "P1002": "signatory"}, "signatory at Gannet House and Samphire Court: agrees contract documents",
    ),
    "edwin.larch@terncare.example": ("K5009", {"P5001": "actuals invoices"}, "actuals and invoices at Tern Complex Care, which charges VAT"),
}
PEOPLE = {email: expect for email, (_, _, expect) in CONTACTS.items()}

# The council's own people, who sign in at the same address: reference, roles, teams, and what to expect.
TEAMS = {"PAYMENTS": "Adult Social Care Payments", "BROKERAGE": "Brokerage", "SYSTEMS": "Systems Team"}
STAFF = {
    "harriet.lowther@seaborough.example": ("ST01", "helpdesk", "", "the helpdesk: contacts and change requests"),
    "martin.selby@seaborough.example": (
        "ST02", "team_member payments_officer", "PAYMENTS SYSTEMS", "Payments: answers actions, and accepts the changes that they propose",
    ),
    "joan.petrel@seaborough.example": ("ST03", "team_member payments_officer", "PAYMENTS SYSTEMS", "Payments, at the next desk"),
    "olwen.tasker@seaborough.example": ("ST04", "team_member contracts", "BROKERAGE", "Brokerage: answers its actions, publishes contract documents"),
    "tobias.wren@seaborough.example": ("ST05", "team_member", "SYSTEMS", "the Systems Team: answers its actions, decides nothing"),
    "fergus.stell@seaborough.example": ("ST06", "finaliser", "", "a finaliser: authorises what the payments officers decided by hand"),
    "dilys.harbord@seaborough.example": ("ST07", "auditor", "", "an auditor: reads everything, changes nothing"),
    "wilfred.garside@seaborough.example": ("ST08", "configuration", "", "configuration: changes the council's settings"),
}
COUNCIL = {email: expect for email, (_, _, _, expect) in STAFF.items()}

WOMEN = (
    "Ada Agnes Annie Beryl Betty Clara Doris Dorothy Edith Edna Elsie Ethel Florence Freda Gladys Gwen Harriet Hilda Ida Irene "
    "Ivy Jessie Kathleen Lilian Mabel Maisie Marjorie Maud Mavis Mildred Muriel Nora Olive Phyllis Queenie Rose Sybil Vera "
    "Violet Winifred"
).split()
MEN = (
    "Albert Alfred Arthur Bernard Cecil Clifford Cyril Ernest Frank George Harold Herbert Horace Jack Leonard Lionel Norman "
    "Percy Reginald Sidney Stanley Walter Wilfred"
).split()
SURNAMES = (
    "Ashdown Barleycorn Birchall Bramley Brindle Candlish Catterick Coldwell Copperthwaite Dalebrook Drinkwater "
    "Eversholt Fairweather Fenwright Foxglove Garthside Goldfinch Greenhalgh Hallowes Hartgrove Hawksworth Heatherley "
    "Hollingbury Inglewood Jessamy Kestrel Kingfisher Lambswick Larkspur Loxley Marlpit Mayberry Merriweather Moorcroft "
    "Nettlefold Nightingale Oakhanger Orchard Pennyfeather Pickersgill Plumtree Quickfall Ravenscar Redfearn Rowanberry "
    "Saltmarsh Sandpiper Sedgewick Silverdale Southernwood Sparrowhawk Starling Stonecrop Summerscale Thistlewood "
    "Thornycroft Tidewell Underhill Velvet Wainscot Waterhouse Wheatear Whinchat Windrush Woodruff Yarrow"
).split()


def pounds(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass
class Step:
    """Files dropped together, then a job run: `finalise` is the time it is told."""

    says: str
    files: dict[str, list[dict]] = field(default_factory=dict)
    papers: dict[str, bytes] = field(default_factory=dict)  # PDFs that lie beside the files, by name
    finalise: datetime | None = None
    finalised: list[str] = field(default_factory=list)


@dataclass
class Council:
    """Everything that is loaded, in order."""

    steps: list[Step]
    current: date  # first day of the current period
    delivered: date  # first day of the four weeks whose actuals are due
    delivered_and_paid: Step  # the window that closes tomorrow
    rejected: tuple[str, str]  # provider and contract whose current statement is rejected in the portal


class Seaborough:
    """Collects the rows of each feed while the providers are described one by one."""

    def __init__(self, today: date):
        self.today = today
        # The current period began last week, so today always lies before its confirm-by day.
        self.current = today - timedelta(days=today.weekday() + 7)
        # Four whole weeks up to last Sunday.
        self.delivered = today - timedelta(days=today.weekday() + PERIOD_DAYS)
        self.random = random.Random("Seaborough")
        self.forenames = [(name, ["Mrs", "Miss", "Ms"]) for name in WOMEN] + [(name, ["Mr"]) for name in MEN]
        self.surnames = SURNAMES.copy()
        self.random.shuffle(self.forenames)
        self.random.shuffle(self.surnames)
        self.rows: dict[str, list[dict]] = {feed: [] for feed in COLUMNS}
        self.people_named = 0

    def start(self, number: int) -> date:
        """First day of a period; 0 is the current one, -1 the one before."""
        return self.current + timedelta(days=PERIOD_DAYS * number)

    def day(self, number: int, offset: int) -> date:
        return self.start(number) + timedelta(days=offset)

    def finalise_at(self, number: int) -> datetime:
        return datetime.combine(self.day(number, 17), time(9))

    def uplift(self) -> date:
        """The last 1 April."""
        return date(self.today.year if self.today >= date(self.today.year, 4, 1) else self.today.year - 1, 4, 1)

    def add(self, feed: str, **row) -> dict:
        self.rows[feed].append(row)
        return row

    def client(self, died: date | None = None) -> str:
        number = self.people_named
        self.people_named += 1
        forename, titles = self.forenames[number % len(self.forenames)]
        surname = self.surnames[number % len(self.surnames)]
        born = date(1931, 1, 1) + timedelta(days=self.random.randrange(365 * 22))
        ss_ref = f"A{272101 + number * 37}"
        title = self.random.choice(titles)
        self.add("clients", ss_ref=ss_ref, title=title, forename=forename, surname=surname, date_of_birth=born, date_of_death=died)
        return ss_ref

    def care(self, service: str, level: str, price: str, start: date | None = None, end: date | None = None,
             died: date | None = None, authorised: bool = True, quantity: str = "1") -> str:
        """A client with one line of care, priced before and after the last 1 April."""
        ss_ref = self.client(died)
        cpli_id = str(410200 + len(self.rows["cplis"]) * 3)
        start = start or self.start(-PAST) - timedelta(days=self.random.randrange(30, 700))
        self.add("cplis", cpli_id=cpli_id, ss_ref=ss_ref, service_ref=service, service_level=level, start_date=start,
                 end_date=end, authorised="yes" if authorised else "no")
        uplift, now = self.uplift(), Decimal(price)
        if start < uplift:
            self.add("prices", cpli_id=cpli_id, from_date=start, quantity=quantity, unit_price=pounds(now / Decimal("1.048")))
            self.add("prices", cpli_id=cpli_id, from_date=uplift, quantity=quantity, unit_price=price)
        else:
            self.add("prices", cpli_id=cpli_id, from_date=start, quantity=quantity, unit_price=price)
        next_uplift = date(uplift.year + 1, 4, 1)
        if end is None:
            self.add("prices", cpli_id=cpli_id, from_date=next_uplift, quantity=quantity, unit_price=pounds(now * Decimal("1.039")))
        return cpli_id

    def contributes(self, cpli_id: str, kind: str, weekly: str, collected_by: str = "provider", since: date | None = None) -> None:
        self.add("contributions", cpli_id=cpli_id, kind=kind, from_date=since or self.start(-PAST) - timedelta(days=700),
                 to_date=None, weekly_amount=weekly, collected_by=collected_by)

    def service(self, service: str, contract: str, name: str, **other) -> None:
        row = {"purchase": "spot", "service_type": "Residential", "unit": "placement", "price_per": "week", "unit_step": "1",
               "week_starts": "mon", "end_day_paid": "yes", "frustrated_percent": "0", "tolerance_percent": "0", "extras": "no",
               "visits_required": "no"}
        self.add("services", service_ref=service, contract_ref=contract, name=name, **{**row, **other})

    # -------------------------------------------------------------- who there is

    def organisations(self) -> None:
        for row in [
            ("P1000", "Marram Care Group", "care_home", None, "1 Harbour Parade, Seaborough"),
            ("P1001", "Gannet House", "care_home", "P1000", "14 Cliff Road, Seaborough"),
            ("P1002", "Samphire Court", "care_home", "P1000", "2 Saltern Lane, Seaborough"),
            ("P1003", "Marram Lodge", "care_home", "P1000", "9 Dune Walk, Seaborough"),
            ("P1005", "Whimbrel House", "care_home", None, "22 Estuary Road, Seaborough"),
            ("P2001", "Brightway Homecare", "home_care", None, "Unit 4, Quayside Works, Seaborough"),
            ("P3001", "Havenfield Care Centre", "care_home", None, "Havenfield Avenue, Seaborough"),
            ("P3002", "Havenfield void ledger", "void_ledger", "P3001", "Havenfield Avenue, Seaborough"),
            ("P4001", "The Hathersage household", "shared_lives", None, "31 Meadow Rise, Seaborough"),
            # The number that HMRC's own examples have; its check digits are right.
            ("P5001", "Tern Complex Care", "complex_care", None, "7 Signal Yard, Seaborough", "GB 999 9999 73"),
        ]:
            ref, name, kind, parent, address, *vat_number = row
            self.add("providers", provider_ref=ref, name=name, kind=kind, parent_ref=parent, address=address,
                     phone=f"01632 960{ref[1:]}"[:12], email=f"office.{ref.lower()}@providers.example",
                     vat_number=next(iter(vat_number), None))
        for email, (ref, roles, _) in CONTACTS.items():
            forename, surname = (part.capitalize() for part in email.split("@")[0].split("."))
            for provider, granted in roles.items():
                self.add("contacts", contact_ref=ref, provider_ref=provider, forename=forename, surname=surname,
                         phone="01632 960999", email=email, portal_email=email, roles=granted)

    def council(self) -> None:
        for ref, name in TEAMS.items():
            self.add("teams", team_ref=ref, name=name)
        for email, (ref, roles, teams, _) in STAFF.items():
            forename, surname = (part.capitalize() for part in email.split("@")[0].split("."))
            self.add("staff", staff_ref=ref, forename=forename, surname=surname, email=email, roles=roles, teams=teams)

    def calendar(self) -> None:
        for number in range(-PAST, FUTURE + 1):
            self.add("periods", cycle_ref=CYCLE, start_date=self.start(number), end_date=self.day(number, PERIOD_DAYS - 1),
                     confirm_by=datetime.combine(self.day(number, 16), time(17)), finalise_at=self.finalise_at(number),
                     pay_date=self.day(number, 25))
        closes = self.today + timedelta(days=1)
        for cycle, first, shut, paid in [
            (DELIVERED, self.delivered + timedelta(days=37), time(17), timedelta(days=1)),
            (SOON, closes, time(6), timedelta()),
            (DUE, closes, time(6), timedelta()),
        ]:
            for number in range(FUTURE + 1):
                moved = timedelta(days=PERIOD_DAYS * number)
                start, last_day = self.delivered + moved, first + moved
                self.add("periods", cycle_ref=cycle, start_date=start, end_date=start + timedelta(days=PERIOD_DAYS - 1),
                         confirm_by=datetime.combine(last_day, shut), finalise_at=datetime.combine(last_day + paid, time(9)),
                         pay_date=last_day + timedelta(days=8))

    def contract(self, ref: str, provider: str, name: str, confirmation: str = "not_required", shown: int = SHOWN, **other) -> None:
        row = {"payment_method": "scheduled", "cycle_ref": CYCLE, "vat": "exempt", "grace_days": "0", "document_gate": "no",
               "portal_from": self.start(-shown)}
        self.add("contracts", contract_ref=ref, provider_ref=provider, name=name, confirmation=confirmation, **{**row, **other})

    # -------------------------------------------------------------- their care

    def gannet_house(self) -> list[dict]:
        """The home to look around in: everything that can happen to a line happens here."""
        self.contract("C1001", "P1001", "Gannet House residential", grace_days="3")
        self.service("S1001", "C1001", "Gannet House - Residential")
        self.service("S1002", "C1001", "Gannet House - Respite", service_type="Respite", end_day_paid="no")
        level = "Permanent - Residential"
        lines = [self.care("S1001", level, price) for price in ["865.46", "865.46", "912.30", "848.00", "865.46", "934.10"]]
        for cpli_id, weekly in zip(lines, ["162.30", "148.75", "203.11", "95.40", "171.05"]):
            self.contributes(cpli_id, "client", weekly, "council" if cpli_id == lines[4] else "provider")
        self.contributes(lines[2], "third_party", "60.00")
        self.care("S1001", level, "865.46", start=self.day(-1, 9))
        self.care("S1001", level, "902.15", start=self.day(0, 3))
        self.care("S1001", level, "902.15", start=self.day(1, 7), authorised=False)
        self.care("S1001", level, "855.20", died=self.day(-2, 20))
        self.care("S1001", level, "840.00", end=self.day(-7, 12))
        for number in (-3, -1, 0):
            self.care("S1002", "Respite - Residential", "910.00", start=self.day(number, 4), end=self.day(number, 11))
        self.add("absences", cpli_id=lines[1], from_date=self.day(-4, 20), to_date=self.day(-3, 18), kind="hospital", pay_percent="100")
        self.add("absences", cpli_id=lines[1], from_date=self.day(-3, 19), to_date=self.day(-2, 3), kind="hospital", pay_percent="60")
        self.add("adjustments", adjustment_ref="J7001", contract_ref="C1001", cpli_id=None, amount="-360.00", instalments="3",
                 reason="Overpaid in the last year, recovered in three parts", period_start=self.start(-1))
        self.add("adjustments", adjustment_ref="J7002", contract_ref="C1001", cpli_id=lines[0], amount="45.50", instalments=None,
                 reason="Escort to a hospital appointment", period_start=self.start(0))
        for ref, cpli_id, kind, begins, ends, reason in [
            ("D6001", lines[3], "suspend", self.start(-2), None, "Awaiting the outcome of a funding review"),
            ("D6002", lines[5], "cancel", self.start(-3), self.day(-3, PERIOD_DAYS - 1), "Paid by another council in this period"),
            ("D6003", lines[2], "carry_forward", self.start(0), self.day(0, PERIOD_DAYS - 1), "The new rate is being agreed"),
        ]:
            self.add("directives", directive_ref=ref, contract_ref="C1001", cpli_id=cpli_id, kind=kind, from_date=begins,
                     to_date=ends, reason=reason)
        return [row for row in self.rows["cplis"] if row["cpli_id"] in lines]

    def samphire_court(self) -> list[dict]:
        """Its current statement is rejected."""
        self.contract("C1002", "P1002", "Samphire Court nursing")
        self.service("S1003", "C1002", "Samphire Court - Nursing", service_type="Nursing")
        lines = [self.care("S1003", "Permanent - Nursing", price)
                 for price in ["1012.75", "1012.75", "1048.20", "996.60", "1012.75", "1012.75", "1100.00", "1012.75", "985.35", "1012.75"]]
        for index, cpli_id in enumerate(lines):
            self.contributes(cpli_id, "fnc", "254.06", "provider" if index % 2 else "council")
            self.contributes(cpli_id, "client", pounds(Decimal(120) + 9 * index))
        self.care("S1003", "Permanent - Nursing", "1012.75", end=self.day(-1, 13))
        self.care("S1003", "Permanent - Nursing", "1040.00", start=self.day(-2, 2))
        return [row for row in self.rows["cplis"] if row["cpli_id"] in lines]

    def marram_lodge(self) -> None:
        """Three periods in a row were not confirmed: payments are suspended until somebody confirms."""
        self.contract("C1003", "P1003", "Marram Lodge residential", confirmation="required", shown=3)
        self.service("S1004", "C1003", "Marram Lodge - Residential")
        self.service("S1005", "C1003", "Marram Lodge - Dementia", service_type="Residential dementia")
        for index, price in enumerate(["865.46", "872.00", "848.00", "865.46", "860.10", "865.46"]):
            self.contributes(self.care("S1004", "Permanent - Residential", price), "client", pounds(Decimal(110) + 13 * index))
        for price in ["934.10", "934.10", "951.75", "934.10"]:
            self.care("S1005", "Permanent - Dementia", price)

    def whimbrel_house(self) -> None:
        """A payments officer adjusted its statement, so that it waits for a second person."""
        self.contract("C1005", "P1005", "Whimbrel House residential", cycle_ref=DUE, portal_from=self.delivered)
        self.service("S1007", "C1005", "Whimbrel House - Residential")
        self.care("S1007", "Permanent - Residential", "865.46")
        self.add("adjustments", adjustment_ref="J7003", contract_ref="C1005", cpli_id=None, amount="75.00", instalments=None,
                 reason="Repair of a door that a resident damaged", period_start=self.delivered, made_by="ST02")

    def paid_by_delivery(self, ref: str, provider: str, name: str, cycle: str = DELIVERED, **other) -> None:
        """A contract whose first weeks in the portal are the last four."""
        self.contract(ref, provider, name, payment_method="actuals", cycle_ref=cycle, portal_from=self.delivered, **other)

    def brightway(self) -> None:
        """Paid by what was delivered, so nothing of it is scheduled."""
        self.paid_by_delivery("C2001", "P2001", "Brightway homecare, north")
        self.homecare("S2001", "C2001", "Homecare - Zone 1 North", visits_required="yes")
        for hours in ["10.50", "14.00", "7.00", "3.50", "21.00", "12.25", "5.25", "8.75", "17.50", "31.50", "9.00", "11.25", "6.75"]:
            self.care("S2001", "Homecare - Standard", "23.77", quantity=hours)

    def homecare(self, service: str, contract: str, name: str, **other) -> None:
        row = {"service_type": "Homecare", "unit": "hour", "price_per": "unit", "unit_step": "0.25", "tolerance_percent": "10",
               "extras": "yes"}
        self.service(service, contract, name, **{**row, **other})

    def delivered_and_paid(self) -> None:
        """Brightway's other contract: the window of its last four weeks closes tomorrow."""
        self.paid_by_delivery("C2002", "P2001", "Brightway homecare, south", SOON)
        self.homecare("S2002", "C2002", "Homecare - Zone 2 South", frustrated_percent="50")
        lines = [self.care("S2002", "Homecare - Standard", "24.10", quantity=hours) for hours in ["7.00", "10.50", "14.00", "5.25", "21.00"]]
        self.contributes(lines[2], "client", "38.50")

    def tern(self) -> None:
        """Complex care that is not exempt from VAT."""
        self.paid_by_delivery("C5001", "P5001", "Tern complex care", vat="standard")
        self.homecare("S5001", "C5001", "Complex care at home", service_type="Complex care", tolerance_percent="5")
        for hours, price in [("56.00", "27.35"), ("84.00", "26.90"), ("42.00", "27.35"), ("70.00", "28.10")]:
            self.care("S5001", "Complex care - Enhanced", price, quantity=hours)

    def short_breaks(self) -> None:
        """A Shared Lives carer's timesheets: days of one service, nights of another."""
        self.paid_by_delivery("C4002", "P4001", "Hathersage short breaks")
        for ref, name, unit in [("S4002", "Short breaks by day", "day"), ("S4003", "Short breaks overnight", "night")]:
            self.service(ref, "C4002", name, service_type="Shared Lives", unit=unit, price_per="unit", extras="yes")
        for nights in ("2", "3"):
            self.care("S4002", "Short breaks - Band 2", "62.40", quantity="2")
            self.care("S4003", "Short breaks - Band 2", "81.15", quantity=nights)

    def havenfield(self) -> list[dict]:
        """Ten beds are bought; those that nobody lives in are paid to the void ledger."""
        self.contract("C3001", "P3001", "Havenfield block")
        self.service("S3001", "C3001", "Havenfield - Residential block", purchase="block")
        lines = [self.care("S3001", "Permanent - Residential", "795.00") for _ in range(7)]
        self.care("S3001", "Permanent - Residential", "795.00", start=self.day(-2, 10))
        self.care("S3001", "Permanent - Residential", "795.00", end=self.day(-3, 6))
        for index, cpli_id in enumerate(lines):
            self.contributes(cpli_id, "client", pounds(Decimal(98) + 11 * index))
        self.add("capacity", service_ref="S3001", from_date=self.start(-PAST), to_date=None, beds="10", void_weekly_rate="675.59",
                 void_percent="90", void_provider_ref="P3002")
        return [row for row in self.rows["cplis"] if row["cpli_id"] in lines]

    def hathersage(self) -> None:
        """Paid by the day."""
        self.contract("C4001", "P4001", "Hathersage Shared Lives")
        self.service("S4001", "C4001", "Shared Lives - Long term", service_type="Shared Lives", unit="day", price_per="day")
        first = self.care("S4001", "Shared Lives - Band 2", "71.43")
        self.care("S4001", "Shared Lives - Band 3", "88.20", start=self.day(-4, 6))
        self.contributes(first, "client", "84.90")
        self.add("absences", cpli_id=first, from_date=self.day(-2, 14), to_date=self.day(-2, 20), kind="holiday", pay_percent="50")

    def documents(self, gannet: list[dict], samphire: list[dict]) -> dict[str, bytes]:
        """What there is to agree, with and without a PDF of the council's own. The PDFs that lie beside the manifest."""
        agreement, level = "Individual placement agreement", "Framework terms"
        for ref, provider, service, cpli, kind, begins, file in [
            ("DA1001", "P1001", "S1001", gannet[0], agreement, self.uplift(), "DA1001.pdf"),
            ("DA1002", "P1001", "S1001", gannet[2], agreement, self.uplift(), None),
            ("DA1003", "P1001", None, None, level, self.uplift(), "DA1003.pdf"),
            ("DA1004", "P1002", "S1003", samphire[0], agreement, self.uplift(), None),
            ("DA1005", "P1002", "S1003", samphire[1], agreement, self.uplift(), None),
        ]:
            self.add("documents", document_ref=ref, provider_ref=provider, service_ref=service, ss_ref=cpli and cpli["ss_ref"],
                     cpli_id=cpli and cpli["cpli_id"], doc_type=kind, date_from=begins, date_to=None, file=file)
        return {
            "DA1001.pdf": pdf("Individual placement agreement", [
                "Between Seaborough Council and Gannet House.", "", "1. The home provides care and accommodation as the care plan says.",
                "2. The council pays the weekly price of the care package, every four weeks.", "3. Either side may end it with 28 days' notice.",
            ]),
            "DA1003.pdf": pdf("Framework terms for residential care", [
                "These terms hold for every placement at the home.", "", "1. Fees are reviewed each April.", "2. Statements are confirmed in the portal.",
            ]),
        }

    # -------------------------------------------------------------- what happened since

    def steps(self) -> list[Step]:
        for setting, value in [("council_name", "Seaborough Council"), ("support_email", "provider.support@seaborough.example")]:
            self.add("settings", setting=setting, value=value)
        self.organisations()
        self.council()
        self.calendar()
        gannet, samphire = self.gannet_house(), self.samphire_court()
        self.marram_lodge()
        self.brightway()
        havenfield = self.havenfield()
        self.hathersage()
        self.delivered_and_paid()
        self.tern()
        self.short_breaks()
        self.whimbrel_house()
        papers = self.documents(gannet, samphire)

        def files(*feeds: str) -> dict[str, list[dict]]:
            return {feed: self.rows[feed] for feed in feeds}

        steps = [
            Step("Settings, providers, clients and the payment calendar", files("settings", "providers", "clients", "periods", "teams")),
            Step("Contracts, and the people who are invited", files("contracts", "contacts", "staff")),
            Step("Services", files("services")),
            Step("Care package line items and block capacity", files("cplis", "capacity")),
            Step("Prices, contributions, absences, adjustments and directives",
                 files("prices", "contributions", "absences", "adjustments", "directives")),
        ]
        ended = {**gannet[4], "end_date": self.day(-3, 18)}
        left = {**havenfield[6], "end_date": self.day(-1, 8)}
        late = {
            # Told after the third period was paid: one client left in it, one pays more since then.
            -2: Step("Told late: an end of care and a higher contribution", {
                "cplis": [ended],
                "contributions": [{"cpli_id": samphire[0]["cpli_id"], "kind": "client", "from_date": self.day(-4, 14), "to_date": None,
                                   "weekly_amount": "151.20", "collected_by": "provider"}],
            }),
            # Told after the last one was paid: a hospital stay, and a block bed that was empty.
            0: Step("Told late: a stay in hospital, an empty block bed, a corrected price", {
                "cplis": [left],
                "absences": [{"cpli_id": gannet[0]["cpli_id"], "from_date": self.day(-1, 5), "to_date": self.day(-1, 18), "kind": "hospital",
                              "pay_percent": "60"}],
                "prices": [{"cpli_id": samphire[6]["cpli_id"], "from_date": self.start(-2), "quantity": "1", "unit_price": "1088.40"}],
            }),
        }
        for number in range(-SHOWN, 0):
            if number in late:
                steps.append(late[number])
            finalised = [row["contract_ref"] for row in self.rows["contracts"]
                         if row["payment_method"] == "scheduled" and row["portal_from"] <= self.start(number)]
            steps.append(Step(f"Finalising the period from {self.start(number):%-d %B %Y}", finalise=self.finalise_at(number),
                              finalised=[f"council/outbox/payments_{CYCLE}_{self.start(number)}_{contract}.csv" for contract in finalised]))
        asked = [{**row, "confirmation": "required"} for row in self.rows["contracts"] if row["payment_method"] == "scheduled"]
        steps.append(Step("From now on providers are asked to confirm", {"contracts": asked}))
        steps.append(late[0])
        steps.append(Step("Contract documents to agree", files("documents"), papers))
        return steps


def council(today: date) -> Council:
    """Seaborough as it stands on a day."""
    seaborough = Seaborough(today)
    first, closes = seaborough.delivered, datetime.combine(today + timedelta(days=1), time(9))
    return Council(
        steps=seaborough.steps(), current=seaborough.current, delivered=first, rejected=("P1002", "C1002"),
        delivered_and_paid=Step("Paying homecare by tomorrow's run", finalise=closes,
                                finalised=[f"council/outbox/payments_{SOON}_{first}_C2002.csv"]),
    )


def pdf(title: str, lines: list[str]) -> bytes:
    """A page as a council's own system prints it: text, without structure."""

    def escaped(line: str) -> bytes:
        return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")

    shown = [b"BT /F1 18 Tf 72 760 Td (%s) Tj ET" % escaped(title)]
    shown += [b"BT /F1 11 Tf 72 %d Td (%s) Tj ET" % (720 - 18 * number, escaped(line)) for number, line in enumerate(lines)]
    stream = b"\n".join(shown)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


def text(value: object) -> str:
    if value is None:
        return ""
    return value.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(value, datetime) else str(value)


def csv_of(feed: str, rows: list[dict]) -> bytes:
    """A council's file: UTF-8, a header row, ISO dates."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[feed].split(), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: text(value) for column, value in row.items()} for row in rows)
    return out.getvalue().encode()


def file_name(today: date, step: int, feed: str) -> str:
    """Yesterday evening, a minute a step: later than any earlier file, earlier than whatever is dropped next."""
    stamp = datetime.combine(today - timedelta(days=1), time(20)) + timedelta(minutes=step)
    return f"{feed}_{stamp:%Y%m%dT%H%M%S}.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today(), help="the day the data is made around")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(council(arguments.today).steps):
        for feed, rows in step.files.items():
            (arguments.out / file_name(arguments.today, number, feed)).write_bytes(csv_of(feed, rows))


if __name__ == "__main__":
    main()
