"""The council's settings: changed on the page at once and from a coming day on, by a file, and withdrawn, as deployed."""

import base64
import unittest
import uuid
from datetime import datetime, timedelta

from house import AUDITOR, CONFIGURATION, HELPDESK, PAYMENTS, staff
from stack import LONDON, TODAY, days, drop, portal, refused, wait

SETTINGS = "/api/council/settings"
# Settings that no other journey goes by.
DAYS, TEXT = f"{SETTINGS}/variation_days_max", f"{SETTINGS}/action_text_length"
# The smallest picture there is: one dot.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SOON = TODAY + days(400)


def say(person, setting: str, value: str, reason: str, day=None) -> dict:
    """Changes a setting as the page does, pressed twice, and waits until it is taken in."""
    body = {"request_id": str(uuid.uuid4()), "value": value, "from_date": day and str(day), "reason": reason}
    taken = [person.request("POST", f"{setting}/changes", body) for _ in range(2)][0]
    return until(person, setting, taken)


def until(person, setting: str, taken: dict) -> dict:
    def told() -> dict | None:
        view = person.request("GET", setting)
        return view if any(change["change_ref"] == taken["change_ref"] for change in view["history"]) else None

    return wait(f"what was said of {setting}", told)


class Settings(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.person, cls.auditor = staff(CONFIGURATION), staff(AUDITOR)

    def test_a1_every_setting_is_there_with_what_it_means(self):
        groups = self.person.request("GET", SETTINGS)["groups"]
        settings = {setting["setting"]: setting for group in groups for setting in group["settings"]}
        self.assertGreaterEqual(len(settings), 36)
        self.assertTrue(all(setting["label"] and setting["meaning"].endswith(".") for setting in settings.values()))
        self.assertEqual(settings["council_name"]["since"]["by"], None, "the demo's own file said it")

    def test_a2_a_change_from_the_page_holds_at_once_and_the_history_says_who_and_why(self):
        view = say(self.person, DAYS, "9", "Longer crises")
        self.assertEqual((view["value"], view["default"]), ("9", "7"))
        [change] = view["history"]
        self.assertEqual((change["before"], change["after"], change["reason"], change["by"]), ("7", "9", "Longer crises", "Wilfred Garside"))
        self.assertEqual(change["from_date"], str(TODAY))
        waiting = staff(PAYMENTS).request("GET", "/api/council/exceptions")
        self.assertEqual(waiting["variation_days_max"], 9, "who reads it goes by it")

    def test_a3_what_it_cannot_say_is_refused_beside_its_field(self):
        for field, body in {
            "value": {"value": "0", "reason": "x"}, "reason": {"value": "9000", "reason": ""},
            "from_date": {"value": "9000", "reason": "x", "from_date": str(TODAY - days(1))},
        }.items():
            status, problem = refused(self.person, "POST", f"{TEXT}/changes", {"request_id": str(uuid.uuid4()), "from_date": None} | body)
            self.assertEqual((status, problem["errors"][0]["field"]), (422, field))

    def test_b1_a_coming_change_is_listed_and_holds_from_its_day_on(self):
        view = say(self.person, TEXT, "9000", "Longer letters", SOON)
        self.assertEqual((view["value"], view["coming"][0]["from_date"], view["coming"][0]["value"]), ("7500", str(SOON), "9000"))
        self.assertEqual(self.person.request("GET", TEXT)["value"], "7500")

    def test_b2_a_coming_change_is_withdrawn(self):
        body = {"request_id": str(uuid.uuid4()), "from_date": str(SOON), "reason": "Not now"}
        view = until(self.person, TEXT, self.person.request("POST", f"{TEXT}/withdrawals", body))
        self.assertEqual((view["coming"], view["history"][0]["withdrawn"]), ([], True))
        again = {"request_id": str(uuid.uuid4()), "from_date": str(SOON), "reason": "Not now"}
        self.assertEqual(refused(self.person, "POST", f"{TEXT}/withdrawals", again)[0], 422)

    def test_c1_a_file_says_the_same_and_the_history_says_that_it_was_a_file(self):
        # A name that no change from the page has.
        later = datetime.now(LONDON) + timedelta(seconds=5)
        outcome = drop(f"settings_{later:%Y%m%dT%H%M%S}", [
            {"setting": "variation_days_max", "value": 7, "from_date": "", "reason": "The usual again"},
            {"setting": "digest_hour", "value": 8, "from_date": TODAY - days(1), "reason": "Late"},
            {"setting": "variation_pounds_max", "value": 8, "from_date": TODAY - days(1), "reason": "Late"},
        ])
        self.assertEqual((outcome["rows_rejected"], outcome["rows_changed"]), (2, 1))
        view = self.person.request("GET", DAYS)
        self.assertEqual((view["value"], view["since"]["by"], view["history"][0]["reason"]), ("7", None, "The usual again"))

    def put_back(self, setting: str):
        if self.person.request("GET", f"{SETTINGS}/{setting}")["value"] != self.person.request("GET", f"{SETTINGS}/{setting}")["default"]:
            say(self.person, f"{SETTINGS}/{setting}", "", "The usual again")

    def said(self, setting: str, value: str):
        self.addCleanup(self.put_back, setting)
        say(self.person, f"{SETTINGS}/{setting}", value, "Ours")

    def test_c2_a_password_is_as_long_as_the_council_asks_for(self):
        self.said("password_length_min", "30")
        self.assertEqual(portal().request("GET", "/api/sign-in/options")["password_length_min"], 30)
        body = {"current_password": "Not-this-one-1", "new_password": "Teal-Kettle-42"}
        form = {"email": "nobody@nowhere.example", "code": "123456", "password": "Teal-Kettle-42"}
        for person, path, field, values in ((portal(), "/api/password-reset/password", "password", form), (self.person, "/api/account/password", "new_password", body)):
            status, problem = refused(person, "POST", path, values)
            self.assertEqual(status, 422)
            self.assertIn({"field": field, "message": "Password must be at least 30 characters"}, problem["errors"])

    def test_c3_everybody_sees_the_councils_colour_words_and_logo(self):
        status, problem = refused(self.person, "POST", f"{SETTINGS}/brand_colour/changes", {"request_id": str(uuid.uuid4()), "value": "#ffcc00", "from_date": None, "reason": "Ours"})
        self.assertEqual((status, problem["errors"][0]["field"]), (422, "value"))
        self.assertIn("1.51 to 1", problem["errors"][0]["message"])
        self.said("brand_colour", "#5B2A86")
        self.said("label_action", "query / queries")
        svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
        self.assertEqual(refused(self.person, "POST", "/api/council/logo", {"picture": svg})[0], 422)
        kept = [self.person.request("POST", "/api/council/logo", {"picture": DOT}) for _ in range(2)]
        self.assertEqual(kept[0], kept[1])
        self.said("logo", kept[0]["value"])
        appearance = portal().request("GET", "/api/sign-in/options")["appearance"]
        self.assertEqual((appearance["colour"], appearance["labels"]["action"]), ("#5b2a86", {"one": "Query", "several": "Queries"}))
        self.assertEqual(appearance, self.person.request("GET", "/api/session")["appearance"])
        self.assertEqual(portal().download(appearance["logo"]), base64.b64decode(DOT))
        self.assertEqual(refused(portal(), "GET", f"/api/logo/{'0' * 64}.png")[0], 404)

    def test_d1_the_auditor_reads_and_nobody_else_changes(self):
        self.assertFalse(self.auditor.request("GET", SETTINGS)["may_configure"])
        body = {"request_id": str(uuid.uuid4()), "value": "9", "from_date": None, "reason": "x"}
        for person in (self.auditor, staff(HELPDESK)):
            self.assertEqual(refused(person, "POST", f"{DAYS}/changes", body)[0], 404)
        self.assertEqual(refused(staff(HELPDESK), "GET", SETTINGS)[0], 404)
        self.assertEqual(refused(portal(), "GET", SETTINGS)[0], 401)


if __name__ == "__main__":
    unittest.main()
