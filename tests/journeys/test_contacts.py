"""Contacts and change requests from both sides: what is accepted takes effect, and takes access away at once."""

import threading
import unittest
import uuid

from house import AUDITOR, HELPDESK, PAYMENTS, PASSWORD, House, staff
from stack import Refused, drop, idle, portal, refused, wait
from house import stamp

ADMIN, LEAVER, NEWCOMER = "cora.fen@saltmarsh.example", "dunstan.fen@saltmarsh.example", "elspeth.moss@saltmarsh.example"


def once() -> str:
    return str(uuid.uuid4())


class Contacts(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JC", "Saltmarsh House", 2, {ADMIN: "admin", LEAVER: "payments"})
        cls.admin, cls.leaver = cls.house.signed_in(ADMIN), cls.house.signed_in(LEAVER)
        cls.helpdesk = staff(HELPDESK)
        cls.desk = f"/api/council/change-requests/{cls.house.provider}"

    def asked(self, kind: str, contact_ref: str | None, contact: dict | None = None, roles: list[str] | None = None) -> dict:
        return self.admin.request("POST", "/api/contacts/requests", {
            "request_id": once(), "type": kind, "contact_ref": contact_ref, "contact": contact, "roles": roles,
        })

    def contacts(self) -> dict[str, dict]:
        return {contact["portal_email"]: contact for contact in self.admin.request("GET", "/api/contacts")["contacts"]}

    def test_a1_organisation_details_are_read(self):
        told = self.admin.request("GET", "/api/organisation")
        self.assertEqual((told["name"], told["kind"], told["address"]), ("Saltmarsh House", "care_home", "3 Harbour Steps, Seaborough"))

    def test_a2_only_an_administrator_asks_and_only_the_helpdesk_decides(self):
        body = {"request_id": once(), "type": "delete_contact_role", "contact_ref": self.contacts()[LEAVER]["contact_ref"], "contact": None, "roles": ["payments"]}
        self.assertEqual(refused(self.leaver, "POST", "/api/contacts/requests", body)[0], 404)
        made = self.asked("delete_contact_role", self.contacts()[LEAVER]["contact_ref"], roles=["payments"])
        for person in (staff(AUDITOR), staff(PAYMENTS)):
            self.assertEqual(refused(person, "POST", f"{self.desk}/{made['request_ref']}/acceptance", {})[0], 404)
        self.assertEqual(self.admin.request("POST", f"/api/contacts/requests/{made['request_ref']}/withdrawal", {})["state"], "withdrawn")
        status, problem = refused(self.helpdesk, "POST", f"{self.desk}/{made['request_ref']}/acceptance", {})
        self.assertEqual((status, problem["code"]), (409, "request-decided"))

    def test_b1_an_accepted_new_contact_is_invited_and_signs_in(self):
        contact = {"forename": "Elspeth", "surname": "Moss", "address": None, "phone": "01632 960222", "email": NEWCOMER, "portal_email": NEWCOMER,
                   "roles": ["payments"]}
        made = self.asked("new_contact", None, contact)
        queue = self.helpdesk.request("GET", "/api/council/change-requests")["rows"]
        self.assertIn(made["request_ref"], [row["request_ref"] for row in queue])
        for _ in range(2):
            self.helpdesk.request("POST", f"{self.desk}/{made['request_ref']}/acceptance", {})
        newcomer = portal()
        newcomer.accept_invitation(NEWCOMER, PASSWORD)
        newcomer.sign_in(NEWCOMER, PASSWORD)
        self.assertEqual(newcomer.request("GET", "/api/session")["provider"]["provider_ref"], self.house.provider)
        idle()
        self.assertEqual(len([email for email in newcomer.emails(NEWCOMER) if "/invitation/" in email["BodyText"]]), 1)
        rows = self.admin.request("GET", "/api/contacts/requests")["rows"]
        self.assertEqual(next(row["state"] for row in rows if row["request_ref"] == made["request_ref"]), "accepted")

    def test_b2_a_role_that_is_taken_away_ends_its_sessions_at_once(self):
        self.assertEqual(self.leaver.request("GET", "/api/session")["provider"]["provider_ref"], self.house.provider)
        made = self.asked("delete_contact_role", self.contacts()[LEAVER]["contact_ref"], roles=["payments"])
        self.helpdesk.request("POST", f"{self.desk}/{made['request_ref']}/acceptance", {})
        self.assertIn(refused(self.leaver, "GET", self.house.statement)[0], (401, 409))

    def test_b3_of_two_who_decide_at_once_one_decides_and_the_other_is_told(self):
        made = self.asked("update_contact", self.contacts()[NEWCOMER]["contact_ref"], {
            "forename": "Elspeth", "surname": "Moss-Garland", "address": None, "phone": None, "email": NEWCOMER, "portal_email": NEWCOMER, "roles": ["payments"],
        })
        other, answers = staff(HELPDESK), []

        def decide(person, path: str, body: dict) -> None:
            try:
                answers.append((200, person.request("POST", f"{self.desk}/{made['request_ref']}/{path}", body)["state"]))
            except Refused as refusal:
                answers.append((refusal.status, refusal.body))

        threads = [threading.Thread(target=decide, args=told) for told in (
            (self.helpdesk, "acceptance", {}), (other, "rejection", {"reason": "Not the name in her passport."}),
        )]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(status for status, _ in answers), [200, 409], answers)
        decided = next(said for status, said in answers if status == 200)
        rows = self.admin.request("GET", "/api/contacts/requests")["rows"]
        row = next(row for row in rows if row["request_ref"] == made["request_ref"])
        self.assertEqual(row["state"], decided)
        self.assertIn("Harriet", row["decided_by"])

    def test_c1_nobody_is_both_the_council_s_and_a_provider_s(self):
        told = drop(f"contacts_{stamp(3)}", [{"contact_ref": "KJC9", "provider_ref": self.house.provider, "forename": "Harriet", "surname": "Lowther",
                                              "portal_email": HELPDESK, "roles": "viewer"}])
        self.assertEqual(told["rows_rejected"], 1)
        told = drop(f"staff_{stamp(3)}", [{"staff_ref": "ST99", "forename": "Cora", "surname": "Fen", "email": ADMIN, "roles": "helpdesk", "teams": ""}])
        self.assertEqual(told["rows_rejected"], 1)

    def test_c2_staff_whose_roles_are_taken_away_are_out_at_once(self):
        email = "ivor.leaving@seaborough.example"
        row = {"staff_ref": "ST90", "forename": "Ivor", "surname": "Leaving", "email": email, "roles": "helpdesk", "teams": ""}
        drop(f"staff_{stamp(4)}", [row])
        person = portal()
        self.assertIn("council", person.email(email, r"(?is).*").group(0))
        person.accept_invitation(email, PASSWORD)
        person.sign_in(email, PASSWORD)
        self.assertEqual(person.request("GET", "/api/session")["council"]["roles"], ["helpdesk"])
        self.assertTrue(person.request("GET", "/api/council/home")["queues"])
        self.assertEqual(refused(person, "GET", "/api/home")[0], 404)
        drop(f"staff_{stamp(5)}", [{**row, "roles": ""}])
        wait("the session to end", lambda: refused_or_none(person))


def refused_or_none(person) -> int | None:
    try:
        person.request("GET", "/api/council/home")
    except Refused as refusal:
        return refusal.status
    return None


if __name__ == "__main__":
    unittest.main()
