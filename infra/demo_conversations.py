"""What the demo's providers and the council's people have said to each other since: actions in every state, change requests,
an answered document. They say it through the portal, as they would.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from local import Portal


def request_id(what: str) -> str:
    """Of this one thing, so that it is made once however often it is asked for."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://seaborough.example/{what}"))


def raised(person: Portal, type_ref: str, title: str, text: str, fields: dict[str, str] | None = None, due_on: date | None = None,
           **related: str) -> dict:
    """An action by a provider's person, for the team that its type names."""
    form = person.request("GET", "/api/actions/form")
    kind = next(kind for kind in form["types"] if kind["type_ref"] == type_ref)
    return person.request("POST", "/api/actions", {
        "request_id": request_id(title), "type_ref": type_ref, "related": {"kind": "none", **related}, "title": title, "text": text,
        "fields": fields or {}, "team_ref": kind["team_ref"], "due_on": due_on and str(due_on), "attachments": [],
    })


class Desk:
    """Somebody at the council, about one provider's actions."""

    def __init__(self, person: Portal, provider: str):
        self.person, self.path = person, f"/api/council/actions/{provider}"

    def answer(self, action: dict, text: str) -> None:
        """Now it is with the provider."""
        self.person.request("POST", f"{self.path}/{action['action_id']}/posts", {
            "request_id": request_id(text), "text": text, "assign_to": {"side": "provider"}, "attachments": [],
        })

    def complete(self, action: dict, text: str) -> None:
        self.person.request("POST", f"{self.path}/{action['action_id']}/completion", {"request_id": request_id(text), "text": text})


def care_packages(person: Portal) -> list[dict]:
    """Those that go on, as the page lists them."""
    rows = person.request("GET", "/api/care-packages")["rows"]
    return sorted((row for row in rows if row["authorised"] and row["end_date"] is None), key=lambda row: row["cpli_id"])


# Moves an action to the day on which it was said and the day on which it was due.
Past = Callable[[dict, date, date], None]


def at_gannet_house(admin: Portal, payments: Portal, past: Past, today: date) -> None:
    """A query that was answered, one that nobody answered in time, one that is done, and a death that proposes a change in pounds."""
    desk, lines = Desk(payments, "P1001"), care_packages(admin)
    asked = raised(admin, "payment_query", "Escort to hospital is missing", "We went to an appointment with a resident and agreed £45.50 "
                   "with your team. It is not on the statement.")
    desk.answer(asked, "It is on the open statement as a manual adjustment now. Please look, and close this if you agree.")
    done = raised(admin, "general_query", "New bank details", "Where do we send them?")
    desk.complete(done, "By post to the address on our letters, please: never by email and never here.")
    late = raised(admin, "payment_query", "Third-party contribution", "The family pays £60.00 a week to us, not to you. Please look at CPLI "
                  f"{lines[2]['cpli_id']}.", due_on=today + timedelta(days=21), kind="care_package", cpli_id=lines[2]["cpli_id"])
    past(late, today - timedelta(days=16), today - timedelta(days=4))
    # A woman whose care is paid as usual, neither suspended nor carried forward, so that the effect is in pounds.
    hers = next(line for line in lines if line["cpli_id"] == "410203")
    died = today - timedelta(days=2)
    raised(admin, "death", f"Death on {died:%-d %B %Y}", "She died in the early hours, with her family beside her.", {"date_of_death": str(died)},
           kind="client", ss_ref=hers["ss_ref"])


def at_brightway(manager: Portal, today: date) -> None:
    """More care than was planned, for a week."""
    line, first = care_packages(manager)[1], today - timedelta(days=5)
    raised(manager, "variation", "Crisis cover this week", "Her daughter has gone into hospital herself.", {
        "kind": "one_off_crisis", "from_date": str(first), "to_date": str(first + timedelta(days=2)), "per": "day", "contracted_hours": "2",
        "actual_hours": "3.5", "reason": "Nobody else was at home overnight",
    }, kind="care_package", cpli_id=line["cpli_id"])


def change_requests(gannet: Portal, brightway: Portal, helpdesk: Portal) -> None:
    """One that waits, one that was rejected with a reason."""
    gannet.request("POST", "/api/contacts/requests", {
        "request_id": request_id("night manager"), "type": "new_contact", "contact_ref": None, "roles": None,
        "contact": {"forename": "Tamsin", "surname": "Garbutt", "address": None, "phone": "01632 960144", "email": "tamsin.garbutt@marramcare.example",
                    "portal_email": "tamsin.garbutt@marramcare.example", "roles": ["payments"]},
    })
    contact = next(contact for contact in brightway.request("GET", "/api/contacts")["contacts"] if contact["contact_ref"] == "K5007")
    told = {field: contact[field] for field in ("forename", "surname", "address", "phone", "email", "portal_email", "roles")}
    asked = brightway.request("POST", "/api/contacts/requests", {
        "request_id": request_id("shared mailbox"), "type": "update_contact", "contact_ref": "K5007", "roles": None,
        "contact": {**told, "portal_email": "office@brightway.example"},
    })
    helpdesk.request("POST", f"/api/council/change-requests/P2001/{asked['request_ref']}/rejection",
                     {"reason": "Everybody signs in with an address of their own. A shared mailbox cannot have access."})


def converse(people: Callable[[str], Portal], past: Past, today: date) -> None:
    """All of it. `people` signs somebody in."""
    gannet, brightway = people("rosalind.quarmby@marramcare.example"), people("moira.kittiwake@brightway.example")
    at_gannet_house(gannet, people("martin.selby@seaborough.example"), past, today)
    at_brightway(brightway, today)
    change_requests(gannet, brightway, people("harriet.lowther@seaborough.example"))
