"""The roll-out: what the council announces above every page, and a contract that its provider sees from its first day on the portal on."""

import unittest
import uuid

from house import AUDITOR, BROKERAGE, HELPDESK, START, House, staff
from stack import TODAY, days, drop, portal, refused, rows_of, there, UPLOADS

CONFIGURATION = "wilfred.garside@seaborough.example"
ANNOUNCEMENTS, ROLL_OUT = "/api/council/announcements", "/api/council/roll-out"
PERSON = "nessa.brook@brookside.example"


def texts(answer: dict) -> list[str]:
    return [each["text"] for each in answer["announcements"]]


def contract(house: House, ref: str, first) -> dict:
    return {"contract_ref": ref, "provider_ref": house.provider, "name": f"Brookside {ref}", "payment_method": "scheduled",
            "cycle_ref": house.cycle, "portal_from": first}


class RollOut(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JR", "Brookside House", 53, {PERSON: "payments"})
        cls.person, cls.staff = cls.house.signed_in(PERSON), staff(CONFIGURATION)
        cls.text = f"The portal is closed on Friday {uuid.uuid4().hex[:6]}"

    def announce(self, request: str, **other) -> dict:
        return self.staff.request("POST", ANNOUNCEMENTS, {
            "request_id": request, "text": self.text, "audience": "everybody", "from_date": str(TODAY), "to_date": str(TODAY + days(3)), "replaces": None, **other,
        })

    def said(self) -> dict[str, bool]:
        """To whom the portal says it."""
        return {"nobody": self.text in texts(portal().request("GET", "/api/sign-in/options")),
                "provider": self.text in texts(self.person.request("GET", "/api/session")),
                "council": self.text in texts(staff(HELPDESK).request("GET", "/api/session"))}

    def contracts(self, person) -> list[str]:
        return [each["contract_ref"] for each in person.request("GET", "/api/scheduled-payments")["contracts"]]

    def test_a1_what_is_announced_to_everybody_stands_above_every_page_once(self):
        request = str(uuid.uuid4())
        for _ in range(2):
            view = self.announce(request)
        self.assertEqual([row["standing"] for row in view["rows"] if row["text"] == self.text], ["shown"])
        self.assertEqual(self.said(), {"nobody": True, "provider": True, "council": True})

    def test_a2_another_text_takes_its_place_and_the_history_keeps_both(self):
        (row,) = [row for row in self.staff.request("GET", ANNOUNCEMENTS)["rows"] if row["text"] == self.text]
        view = self.announce(str(uuid.uuid4()), audience="providers", replaces=row["announcement_id"])
        self.assertEqual([row["standing"] for row in view["rows"] if row["text"] == self.text], ["shown", "replaced"])
        self.assertEqual(self.said(), {"nobody": False, "provider": True, "council": False})
        newest = view["rows"][0]["announcement_id"]
        self.staff.request("POST", f"{ANNOUNCEMENTS}/{newest}/withdrawal", {})
        self.assertEqual(self.said(), {"nobody": False, "provider": False, "council": False})

    def test_a3_only_the_configuration_role_announces_and_the_auditor_reads(self):
        auditor = staff(AUDITOR)
        self.assertFalse(auditor.request("GET", ANNOUNCEMENTS)["may_announce"])
        for person in (auditor, staff(HELPDESK), self.person):
            self.assertEqual(refused(person, "POST", ANNOUNCEMENTS, {})[1]["code"], "not-allowed")
        coming = self.announce(str(uuid.uuid4()), from_date=str(TODAY + days(1)))
        self.assertEqual(coming["rows"][0]["standing"], "coming")
        self.assertFalse(any(self.said().values()))
        self.staff.request("POST", f"{ANNOUNCEMENTS}/{coming['rows'][0]['announcement_id']}/withdrawal", {})

    def test_b1_a_contract_appears_to_its_provider_exactly_from_its_first_day(self):
        stamp = f"{TODAY:%Y%m%d}T1900"
        drop(f"contracts_{stamp}01", [contract(self.house, "CJR2", TODAY + days(1)), contract(self.house, "CJR3", TODAY)])
        self.assertEqual(self.contracts(self.person), [self.house.contract, "CJR3"])
        view = staff(BROKERAGE).request("GET", f"{ROLL_OUT}?q={self.house.provider}")
        self.assertEqual({row["contract_ref"]: row["shown"] for row in view["rows"]}, {self.house.contract: True, "CJR2": False, "CJR3": True})
        self.assertIn(str(TODAY + days(1)), [day["date"] for day in view["days"]])
        self.assertTrue(view["may_change"])
        self.assertFalse(staff(AUDITOR).request("GET", ROLL_OUT)["may_change"])

    def test_b2_another_first_day_is_tried_before_it_is_applied_and_a_locked_contract_stays(self):
        officer = staff(BROKERAGE)
        rows = officer.request("GET", f"{ROLL_OUT}?q=CJR2")["rows"]
        row = {name: rows[0][name] for name in ("contract_ref", "provider_ref", "name", "payment_method", "cycle_ref")}
        stamp = f"{TODAY:%Y%m%d}T1901"
        tried = drop(f"DRYRUN_contracts_{stamp}00", [{**row, "portal_from": TODAY}])
        self.assertEqual((tried["refused"], tried["rows_rejected"]), (None, 0))
        self.assertNotIn("CJR2", self.contracts(self.person))
        drop(f"contracts_{stamp}01", [{**row, "portal_from": TODAY}])
        self.assertIn("CJR2", self.contracts(self.person))
        locked = next(each for each in officer.request("GET", f"{ROLL_OUT}?state=shown")["rows"] if each["locked_to"] and each["payment_method"] == "scheduled")
        moved = {**{name: locked[name] for name in row}, "portal_from": START + days(400)}
        told = drop(f"DRYRUN_contracts_{stamp}02", [moved])
        self.assertEqual(told["rows_rejected"], 1)
        log = rows_of(there(UPLOADS, f"council/outbox/DRYRUN_contracts_{stamp}02_log.csv"))
        self.assertEqual([line["code"] for line in log], ["I29"])


if __name__ == "__main__":
    unittest.main()
