"""Actions from both sides, through everything as it is deployed: a question with a file, and a death that changes a statement."""

import unittest
import uuid
from decimal import Decimal

from house import AUDITOR, BROKERAGE, HELPDESK, PAYMENTS, START, SYSTEMS, House, staff
from stack import TODAY, UPLOADS, days, idle, portal, refused, s3, there, wait

MANAGER, VIEWER = "alma.fen@fenhouse.example", "boris.fen@fenhouse.example"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082",
)


def once() -> str:
    return str(uuid.uuid4())


class Actions(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = House("JA", "Fen House", 1, {MANAGER: "payments", VIEWER: "viewer"})
        cls.manager, cls.viewer = cls.house.signed_in(MANAGER), cls.house.signed_in(VIEWER)
        cls.payments, cls.auditor = staff(PAYMENTS), staff(AUDITOR)
        cls.desk = f"/api/council/actions/{cls.house.provider}"

    def ask(self, type_ref: str, title: str, **other) -> dict:
        form = self.manager.request("GET", "/api/actions/form")
        team = next(kind["team_ref"] for kind in form["types"] if kind["type_ref"] == type_ref)
        return {"request_id": once(), "type_ref": type_ref, "related": {"kind": "none"}, "title": title, "text": "Please look at this.", "fields": {},
                "team_ref": team, "due_on": None, "attachments": [], **other}

    def test_a1_an_action_sent_twice_is_one_action_with_its_file(self):
        sent = self.manager.hand_in("/api/actions/attachments", "statement line.png", PNG)
        asked = self.ask("payment_query", "A line that we do not know", attachments=[sent["upload_id"]])
        made = self.manager.request("POST", "/api/actions", asked)
        self.assertEqual(self.manager.request("POST", "/api/actions", asked)["action_id"], made["action_id"])
        type(self).query = made["action_id"]
        rows = self.manager.request("GET", "/api/actions")["rows"]
        self.assertEqual([(row["title"], row["state"], row["assigned_to"]["side"]) for row in rows], [(asked["title"], "open", "council")])
        [file] = made["posts"][0]["attachments"]
        self.assertEqual((file["file_name"], file["media_type"], file["size_bytes"]), ("statement line.png", "image/png", len(PNG)))
        for person, path in ((self.manager, "/api/actions"), (self.payments, self.desk)):
            self.assertEqual(person.download(f"{path}/{self.query}/attachments/{file['attachment_id']}"), PNG)

    def test_a2_a_file_that_is_not_what_its_name_says_is_not_attached(self):
        sent = self.manager.hand_in("/api/actions/attachments", "scan.pdf", b"MZ this is a program")
        status, problem = refused(self.manager, "POST", "/api/actions", self.ask("general_query", "See the scan", attachments=[sent["upload_id"]]))
        self.assertEqual(status, 422, problem)

    def test_a3_who_may_not_act_may_not_ask_and_another_provider_s_action_is_nowhere(self):
        self.assertEqual(refused(self.viewer, "POST", "/api/actions", self.ask("general_query", "May I?"))[0], 404)
        stranger = portal()
        stranger.sign_in("moira.kittiwake@brightway.example", "Driftwood-2049")
        theirs = refused(stranger, "GET", f"/api/actions/{self.query}")
        self.assertEqual(theirs, refused(stranger, "GET", f"/api/actions/{uuid.uuid4()}"))
        self.assertEqual(theirs[0], 404)
        self.assertEqual(refused(staff(HELPDESK), "GET", f"{self.desk}/{self.query}")[0], 404)

    def test_b1_an_answer_is_with_the_provider_and_an_email_says_so_without_a_name(self):
        emails = len(self.manager.emails(MANAGER))
        mine = self.payments.request("GET", "/api/council/actions?team=PAYMENTS")["rows"]
        self.assertIn(self.query, [row["action_id"] for row in mine])
        answer = {"request_id": once(), "text": "It is for Ambrose's escort.", "assign_to": {"side": "provider"}, "attachments": []}
        for _ in range(2):
            view = self.payments.request("POST", f"{self.desk}/{self.query}/posts", answer)
        self.assertEqual([post["side"] for post in view["posts"]], ["provider", "council"])
        wait("the email about the answer", lambda: len(self.manager.emails(MANAGER)) > emails)
        idle()
        told = self.manager.emails(MANAGER)[emails:]
        self.assertEqual(len(told), 1)
        for word in ("Ambrose", "Fennimore", "escort"):
            self.assertNotIn(word, told[0]["Subject"] + told[0]["BodyText"] + told[0]["BodyHtml"])
        lamp = next(area for area in self.manager.request("GET", "/api/home")["areas"] if area["area"] == "actions")
        self.assertTrue(lamp)

    def test_b2_an_auditor_reads_it_and_answers_nothing(self):
        self.assertEqual(self.auditor.request("GET", f"{self.desk}/{self.query}")["title"], "A line that we do not know")
        self.assertEqual(refused(self.auditor, "POST", f"{self.desk}/{self.query}/completion", {"request_id": once(), "text": None})[0], 404)

    def test_b3_it_is_done_and_reopened_and_of_two_who_close_it_the_second_is_told(self):
        path = f"/api/actions/{self.query}"
        self.assertEqual(self.manager.request("POST", f"{path}/completion", {"request_id": once(), "text": None})["state"], "done")
        self.assertEqual(self.manager.request("GET", "/api/actions")["rows"], [])
        status, problem = refused(self.payments, "POST", f"{self.desk}/{self.query}/completion", {"request_id": once(), "text": None})
        self.assertEqual((status, problem["code"]), (409, "action-changed"))
        again = self.manager.request("POST", f"{path}/reopening", {"request_id": once(), "text": "It is on the next one, too."})
        self.assertEqual(again["state"], "open")

    def test_c1_a_death_that_is_accepted_changes_the_statement_by_the_pounds_that_were_predicted(self):
        before = Decimal(self.manager.request("GET", self.house.statement)["totals"]["payable"])
        died = START + days(2)
        asked = self.ask("death", "A death", related={"kind": "client", "ss_ref": self.house.clients[0]}, fields={"date_of_death": str(died)})
        action = self.manager.request("POST", "/api/actions", asked)["action_id"]
        proposal = self.payments.request("GET", f"{self.desk}/{action}")["proposal"]
        self.assertTrue(proposal["can_accept"], proposal)
        # 25 of 28 days less, and the same in the period after: £865.46 a week.
        [effect] = [effect for effect in proposal["effects"] if effect["period_start"] == str(START)]
        self.assertEqual(Decimal(effect["difference"]), Decimal("370.91") - Decimal("3461.84"))
        self.assertEqual(refused(staff(SYSTEMS), "POST", f"{self.desk}/{action}/decision", {"request_id": once(), "decision": "accept", "reason": None})[0], 404)
        accepted = {"request_id": once(), "decision": "accept", "reason": None}
        for _ in range(2):
            view = self.payments.request("POST", f"{self.desk}/{action}/decision", accepted)
        self.assertEqual(view["decision"]["outcome"], "accepted")
        wait("the statement to change", lambda: Decimal(self.manager.request("GET", self.house.statement)["totals"]["payable"]) == before + Decimal(effect["difference"]))
        idle()
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=UPLOADS, Prefix="council/inbox/clients_")["Contents"]]
        dropped = [text for text in (there(UPLOADS, key) for key in keys) if self.house.clients[0] in text and str(died) in text]
        self.assertEqual(len(dropped), 1, "once")

    def test_c2_a_proposal_that_is_declined_changes_nothing_and_says_why(self):
        before = self.manager.request("GET", self.house.statement)["totals"]
        asked = self.ask("package_ended", "She moved", related={"kind": "care_package", "cpli_id": self.house.cplis[1]}, fields={"end_date": str(TODAY)})
        action = self.manager.request("POST", "/api/actions", asked)["action_id"]
        self.payments.request("POST", f"{self.desk}/{action}/decision", {"request_id": once(), "decision": "decline", "reason": "She came back."})
        view = self.manager.request("GET", f"/api/actions/{action}")
        self.assertEqual((view["decision"]["outcome"], view["decision"]["reason"]), ("declined", "She came back."))
        self.assertEqual(self.manager.request("GET", self.house.statement)["totals"], before)

    def test_c3_an_end_of_care_that_is_accepted_goes_the_same_way(self):
        ends = TODAY + days(6)
        asked = self.ask("package_ended", "She goes home", related={"kind": "care_package", "cpli_id": self.house.cplis[1]}, fields={"end_date": str(ends)})
        action = self.manager.request("POST", "/api/actions", asked)["action_id"]
        self.payments.request("POST", f"{self.desk}/{action}/decision", {"request_id": once(), "decision": "accept", "reason": None})

        def ended() -> bool:
            rows = self.manager.request("GET", "/api/care-packages")["rows"]
            return next(row["end_date"] for row in rows if row["cpli_id"] == self.house.cplis[1]) == str(ends)

        wait("the end of the care package", ended)

    def test_d1_a_variation_that_is_accepted_goes_the_same_way(self):
        brokerage, desk = staff(BROKERAGE), "/api/council/actions/P2001"
        rows = brokerage.request("GET", "/api/council/actions?team=BROKERAGE&type=variation")["rows"]
        variation = next(row["action_id"] for row in rows if row["provider_ref"] == "P2001")
        view = brokerage.request("POST", f"{desk}/{variation}/decision", {"request_id": once(), "decision": "accept", "reason": None})
        self.assertEqual(view["decision"]["outcome"], "accepted")
        wait("the file of variations", lambda: s3.list_objects_v2(Bucket=UPLOADS, Prefix="council/inbox/variations_").get("Contents"))
        idle()


if __name__ == "__main__":
    unittest.main()
