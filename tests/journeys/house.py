"""A small provider for a journey of its own: one contract, one service, a few clients, and its people."""

from datetime import date
from decimal import Decimal

import page

from stack import TODAY, UPLOADS, days, demo_data, drop, portal, there

# The period that is open today.
START = TODAY - days(TODAY.weekday() + 7)
PRICE = Decimal("865.46")
PASSWORD = "Harebell-1867"
HELPDESK, PAYMENTS, SECOND_DESK, BROKERAGE, SYSTEMS, _, AUDITOR, CONFIGURATION = demo_data.STAFF


def stamp(second: int) -> str:
    """Yesterday: whatever the portal itself drops in the course of a journey is later."""
    return f"{TODAY - days(1):%Y%m%d}T1200{second:02}"


def told(feed: str, second: int, rows: list[dict]) -> None:
    """Drops a council's file of which every row is taken; a name that was used is one that somebody else has."""
    assert there(UPLOADS, f"council/outbox/{feed}_{stamp(second)}_summary.json") is None, f"{feed} of second {second} came before"
    outcome = drop(f"{feed}_{stamp(second)}", rows)
    assert (outcome["refused"], outcome["rows_rejected"], outcome["rows_pending"]) == (None, 0, 0), (feed, outcome)


class House:
    """Care home `name`; all its references have `ref` in them."""

    def __init__(self, ref: str, name: str, second: int, people: dict[str, str], clients: tuple[str, ...] = ("Ambrose", "Beatrix"), care_from: date | None = None):
        self.ref, self.name, self.second, self.people = ref, name, second, people
        self.provider, self.contract, self.service, self.cycle = f"P{ref}", f"C{ref}", f"S{ref}", f"CY{ref}"
        self.clients = [f"A{ref}{number}" for number in range(len(clients))]
        self.cplis = [f"{ref}{number}" for number in range(len(clients))]
        self.statement = f"/api/scheduled-payments/{self.contract}/{START}"
        care_from = care_from or START - days(100)
        for feed, rows in {
            "providers": [{"provider_ref": self.provider, "name": name, "kind": "care_home", "address": "3 Harbour Steps, Seaborough"}],
            "periods": [{"cycle_ref": self.cycle, "start_date": start, "end_date": start + days(27), "confirm_by": f"{start + days(16)}T17:00:00",
                         "finalise_at": f"{start + days(17)}T09:00:00", "pay_date": start + days(25)} for start in (START, START + days(28))],
            "contracts": [{"contract_ref": self.contract, "provider_ref": self.provider, "name": f"{name} residential", "payment_method": "scheduled",
                           "cycle_ref": self.cycle, "confirmation": "not_required", "portal_from": START}],
            "services": [{"service_ref": self.service, "contract_ref": self.contract, "name": f"{name} - Residential", "purchase": "spot",
                          "service_type": "Residential", "unit": "placement", "price_per": "week", "unit_step": 1}],
            "clients": [{"ss_ref": client, "forename": forename, "surname": "Fennimore"} for client, forename in zip(self.clients, clients)],
            "cplis": [{"cpli_id": cpli, "ss_ref": client, "service_ref": self.service, "service_level": "Permanent - Residential",
                       "start_date": care_from, "authorised": "yes"} for cpli, client in zip(self.cplis, self.clients)],
            "prices": [{"cpli_id": cpli, "from_date": care_from, "quantity": 1, "unit_price": PRICE} for cpli in self.cplis],
            "contacts": [{"contact_ref": f"K{ref}{number}", "provider_ref": self.provider, "forename": email.split(".")[0].capitalize(), "surname": "Fen",
                          "email": email, "portal_email": email, "roles": roles} for number, (email, roles) in enumerate(people.items())],
        }.items():
            told(feed, second, rows)

    def due_tomorrow(self, second: int) -> str:
        """A second contract, for the first client, whose statement of the period that is open today locks and is finalised tomorrow."""
        contract, service, cpli, cycle = f"C{self.ref}2", f"S{self.ref}2", f"{self.ref}8", f"CY{self.ref}DUE"
        for feed, rows in {
            "periods": [{"cycle_ref": cycle, "start_date": START + days(28 * n), "end_date": START + days(28 * n + 27), "confirm_by": f"{closes}T06:00:00",
                         "finalise_at": f"{closes}T09:00:00", "pay_date": START + days(28 * n + 40)} for n, closes in enumerate((TODAY + days(1), START + days(50)))],
            "contracts": [{"contract_ref": contract, "provider_ref": self.provider, "name": f"{self.name} short notice", "payment_method": "scheduled",
                           "cycle_ref": cycle, "confirmation": "not_required", "portal_from": START}],
            "services": [{"service_ref": service, "contract_ref": contract, "name": f"{self.name} - Respite", "purchase": "spot", "unit": "placement",
                          "price_per": "week", "unit_step": 1}],
            "cplis": [{"cpli_id": cpli, "ss_ref": self.clients[0], "service_ref": service, "service_level": "Respite", "start_date": START - days(90),
                       "authorised": "yes"}],
            "prices": [{"cpli_id": cpli, "from_date": START - days(90), "quantity": 1, "unit_price": PRICE}],
        }.items():
            told(feed, second, rows)
        return contract

    def signed_in(self, email: str):
        """One of its people, whose invitation is accepted at the first time."""
        person = portal()
        person.accept_invitation(email, PASSWORD)
        person.sign_in(email, PASSWORD)
        return person


def for_everybody(pdf: bytes) -> list[str]:
    """What a validator says against a PDF that the portal made; it is to be PDF/UA-1."""
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    return [] if report.is_compliant else [failure.rule_id for failure in report.failures] or ["not compliant"]


def staff(email: str):
    """One of the council's own people."""
    person = portal()
    person.sign_in(email, demo_data.PASSWORD)
    return person
