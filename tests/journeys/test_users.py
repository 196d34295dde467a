"""The helpdesk and the people it helps: found, invited again, locked, unlocked, reset, signed out; and what each of them is told."""

import re
import unittest
import uuid

from house import AUDITOR, HELPDESK, PASSWORD, SECOND_DESK, House, staff
from stack import idle, portal, refused

ADMIN, NEW = "greta.rill@rillside.example", "hugo.rill@rillside.example"
ADDRESS = "/api/council/users"
OTHER = "Sandpiper-1902"


def once() -> dict:
    return {"request_id": str(uuid.uuid4())}


class Users(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JU", "Rillside House", 52, {ADMIN: "admin", NEW: "viewer"})
        cls.helpdesk, cls.auditor = staff(HELPDESK), staff(AUDITOR)
        cls.person = cls.house.signed_in(ADMIN)

    def found(self, **query) -> list[dict]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self.helpdesk.request("GET", f"{ADDRESS}?{asked}")["rows"]

    def user(self, email: str) -> str:
        (row,) = self.found(q=email)
        return f"{ADDRESS}/{row['user_id']}"

    def subjects(self, email: str) -> list[str]:
        idle()
        return [email["Subject"].split(" - ")[0] for email in portal().emails(email)]

    def test_a1_people_are_found_with_what_they_may_and_how_far_they_are(self):
        rows = {row["email"]: row for row in self.found(provider=self.house.provider)}
        self.assertEqual({email: row["state"] for email, row in rows.items()}, {ADMIN: "active", NEW: "invited"})
        self.assertEqual(rows[ADMIN]["providers"], [{"provider_ref": self.house.provider, "provider_name": "Rillside House", "roles": ["admin"]}])
        self.assertIsNotNone(rows[ADMIN]["signed_in_at"])
        self.assertEqual([row["email"] for row in self.found(provider=self.house.provider, state="invited")], [NEW])
        (desk,) = self.found(q=HELPDESK, side="council")
        self.assertEqual((desk["roles"], desk["providers"]), (["helpdesk"], []))
        view = self.helpdesk.request("GET", self.user(ADMIN))
        self.assertEqual((len(view["sessions"]), view["second_step"], view["you"]), (1, "emailed_code", False))

    def test_a2_whoever_is_not_of_the_helpdesk_reads_or_sees_nothing(self):
        self.assertEqual(self.auditor.request("GET", self.user(ADMIN))["help"], [])
        self.assertEqual(refused(self.auditor, "POST", f"{self.user(ADMIN)}/lock", {"reason": "No"})[1]["code"], "not-allowed")
        self.assertEqual(refused(self.person, "GET", ADDRESS)[1]["code"], "not-allowed")

    def test_b1_a_new_invitation_is_sent_once_and_the_link_before_no_longer_works(self):
        idle()
        first = portal().email(NEW, r"/invitation/#([0-9a-f]{64})").group(1)
        request = once()
        for _ in range(2):
            self.helpdesk.request("POST", f"{self.user(NEW)}/invitation", request)
        idle()
        links = [re.search(r"/invitation/#([0-9a-f]{64})", email["BodyText"]) for email in portal().emails(NEW)]
        second = [link.group(1) for link in links if link and link.group(1) != first]
        self.assertEqual(len(second), 1)
        visitor = portal()
        accept = {"password": PASSWORD, "security_code": None}
        self.assertEqual(refused(visitor, "POST", "/api/invitation", {"token": first, **accept})[1]["code"], "invitation-ended")
        visitor.request("POST", "/api/invitation", {"token": second[0], **accept})
        visitor.sign_in(NEW, PASSWORD)
        self.assertEqual(refused(self.helpdesk, "POST", f"{self.user(NEW)}/invitation", once())[1]["code"], "has-password")

    def test_c1_whoever_is_locked_is_out_at_once_and_learns_nothing_by_trying(self):
        view = self.helpdesk.request("POST", f"{self.user(ADMIN)}/lock", {"reason": "Left on Friday"})
        self.assertEqual((view["state"], view["sessions"]), ("locked", []))
        self.helpdesk.request("POST", f"{self.user(ADMIN)}/lock", {"reason": "Once more"})
        self.assertEqual(refused(self.person, "GET", "/api/session")[0], 401)
        visitor = portal()
        right = refused(visitor, "POST", "/api/sign-in", {"email": ADMIN, "password": PASSWORD})
        nobody = refused(visitor, "POST", "/api/sign-in", {"email": "nobody@rillside.example", "password": PASSWORD})
        self.assertEqual(right, nobody)
        before = self.subjects(ADMIN)
        visitor.request("POST", "/api/password-reset", {"email": ADMIN})
        self.assertEqual(self.subjects(ADMIN), before)
        self.assertEqual(before.count("Your account is locked"), 1)
        self.assertEqual(self.found(q=ADMIN, state="locked")[0]["email"], ADMIN)
        self.assertEqual(self.auditor.request("GET", self.user(ADMIN))["lock"]["reason"], "Left on Friday")
        self.assertEqual(refused(self.helpdesk, "POST", f"{self.user(ADMIN)}/password-reset", once())[1]["code"], "locked-by-council")

    def test_c2_whoever_is_unlocked_signs_in_again(self):
        self.helpdesk.request("POST", f"{self.user(ADMIN)}/unlock", {})
        type(self).person = portal()
        self.person.sign_in(ADMIN, PASSWORD)
        self.assertIn("Your account is unlocked", self.subjects(ADMIN))

    def test_d1_a_password_reset_lets_the_person_choose_a_new_password(self):
        type(self).person = portal()
        self.person.sign_in(NEW, PASSWORD)
        reset = once()
        view = self.helpdesk.send("POST", f"{self.user(NEW)}/password-reset", reset)
        self.helpdesk.request("POST", f"{self.user(NEW)}/password-reset", reset)
        idle()
        letters = [email["BodyText"] for email in portal().emails(NEW) if "Our helpdesk sends you this code" in email["BodyText"]]
        self.assertEqual(len(letters), 1)
        code = re.search(r"^\s*(\d{6})\s*$", letters[0], re.M).group(1)
        self.assertNotIn(code, str(view))
        self.assertEqual(refused(self.helpdesk, "POST", f"{self.user(NEW)}/password-reset", once())[0], 429)
        visitor = portal()
        visitor.request("POST", "/api/password-reset/password", {"email": NEW, "code": code, "password": OTHER})
        visitor.sign_in(NEW, OTHER)
        self.assertEqual(refused(self.person, "GET", "/api/session")[0], 401)
        type(self).person = visitor

    def test_d2_without_their_security_code_a_person_is_signed_out_and_told(self):
        self.person.request("POST", "/api/account/security-code", {"password": OTHER, "security_code": "402915"})
        self.assertTrue(self.helpdesk.request("GET", self.user(NEW))["has_security_code"])
        view = self.helpdesk.request("POST", f"{self.user(NEW)}/second-step/removal", {"identity_check": "called_back"})
        self.assertEqual((view["has_security_code"], view["sessions"]), (False, []))
        self.assertIn("Your second step was taken away", self.subjects(NEW))
        self.assertEqual(refused(self.person, "GET", "/api/session")[0], 401)
        self.person.sign_in(NEW, OTHER)

    def test_d3_somebody_is_signed_out_everywhere(self):
        view = self.helpdesk.request("POST", f"{self.user(NEW)}/sessions/end", {})
        self.assertEqual(view["sessions"], [])
        self.assertEqual(refused(self.person, "GET", "/api/session")[0], 401)

    def test_d4_whoever_tried_too_often_is_found_and_let_in_again(self):
        visitor = portal()
        for _ in range(6):
            self.assertEqual(refused(visitor, "POST", "/api/sign-in", {"email": NEW, "password": "Not-this-one-1"})[0], 422)
        self.assertEqual([row["email"] for row in self.found(provider=self.house.provider, state="locked_after_tries")], [NEW])
        self.assertEqual(self.found(provider=self.house.provider, state="locked"), [])
        self.helpdesk.request("POST", f"{self.user(NEW)}/unlock", {})
        self.assertEqual(self.found(provider=self.house.provider, state="locked_after_tries"), [])
        visitor.sign_in(NEW, OTHER)

    def test_e1_nobody_of_the_helpdesk_locks_themselves(self):
        own = self.user(HELPDESK)
        self.assertTrue(self.helpdesk.request("GET", own)["you"])
        self.assertEqual(refused(self.helpdesk, "POST", f"{own}/lock", {"reason": "Oops"})[1]["code"], "own-account")
        colleague = self.helpdesk.request("GET", self.user(SECOND_DESK))
        self.assertIn("lock", colleague["help"])

    def test_e2_the_auditor_finds_what_was_done_to_whom(self):
        row = self.found(q=ADMIN)[0]["user_id"]
        desk = self.found(q=HELPDESK)[0]["user_id"]
        entries = self.auditor.request("GET", f"/api/council/audit?actor={desk}&kind=changed")["rows"]
        done = [entry["what"] for entry in entries if entry["about"].get("user_id") == row]
        self.assertTrue(any(what.endswith("/lock") for what in done), entries)
        checks = [entry["about"]["identity_check"] for entry in entries if "identity_check" in entry["about"]]
        self.assertIn("called_back", checks, entries)


if __name__ == "__main__":
    unittest.main()
