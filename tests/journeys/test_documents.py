"""Contract documents from both sides: published by file and by page, answered with the password, agreed by the job when time is up."""

import hashlib
import threading
import unittest
import uuid

from house import AUDITOR, BROKERAGE, HELPDESK, PASSWORD, START, House, for_everybody, stamp, staff
from stack import TODAY, UPLOADS, Refused, at, days, demo_data, drop, idle, portal, refused, run_job, s3, wait

SIGNATORY, SECOND, READER = "edda.fen@reedhouse.example", "frode.fen@reedhouse.example", "gerda.fen@reedhouse.example"
AREA = "/api/contract-documents"


def once() -> str:
    return str(uuid.uuid4())


class Documents(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JD", "Reed House", 6, {SIGNATORY: "signatory", SECOND: "signatory", READER: "viewer"})
        cls.signatory, cls.second, cls.reader = (cls.house.signed_in(email) for email in (SIGNATORY, SECOND, READER))
        cls.brokerage = staff(BROKERAGE)
        cls.desk = f"/api/council/documents/{cls.house.provider}"

    def manifest(self, second: int, *references: str, **other) -> dict:
        return drop(f"documents_{stamp(second)}", [{
            "document_ref": reference, "provider_ref": self.house.provider, "service_ref": self.house.service, "ss_ref": self.house.clients[0],
            "cpli_id": self.house.cplis[0], "doc_type": "Individual placement agreement", "date_from": START, "date_to": "", "file": "", **other,
        } for reference in references])

    def answer(self, person, document: str, kind: str, version: int = 1, password: str = PASSWORD, **other) -> dict:
        return person.request("POST", f"{AREA}/{document}/{kind}", {"version": version, "password": password, **other})

    def test_a1_a_pdf_of_the_manifest_is_published_as_it_is(self):
        pdf = demo_data.pdf("Placement agreement", ["Between the council and Reed House."])
        s3.put_object(Bucket=UPLOADS, Key="council/inbox/agreement_jd1.pdf", Body=pdf)
        told = self.manifest(6, "DJ1", file="agreement_jd1.pdf")
        self.assertEqual((told["refused"], told["rows_rejected"], told["rows_new"]), (None, 0, 1))
        shown = self.reader.request("GET", f"{AREA}/DJ1")
        self.assertEqual((shown["state"], shown["version"], shown["file"]["sha256"]), ("published", 1, hashlib.sha256(pdf).hexdigest()))
        self.assertEqual(self.reader.download(f"{AREA}/DJ1/1/document.pdf"), pdf)
        self.assertTrue(shown["note"].startswith("Published by "), shown["note"])

    def test_a2_without_a_pdf_one_is_made_of_the_care_package(self):
        told = self.manifest(7, "DJ2", "DJ3", "DJ4")
        self.assertEqual((told["refused"], told["rows_rejected"], told["rows_new"]), (None, 0, 3))
        made = self.reader.download(f"{AREA}/DJ2/1/document.pdf")
        self.assertEqual(for_everybody(made), [])
        self.assertEqual(hashlib.sha256(made).hexdigest(), self.reader.request("GET", f"{AREA}/DJ2")["file"]["sha256"])

    def test_a3_a_file_that_is_not_there_is_said_in_the_log(self):
        told = self.manifest(8, "DJ9", file="nowhere.pdf")
        self.assertEqual(told["rows_new"], 0, told)

    def test_b1_it_is_agreed_with_the_password_and_only_by_a_signatory(self):
        self.assertEqual(refused(self.reader, "POST", f"{AREA}/DJ1/agreement", {"version": 1, "password": PASSWORD})[0], 404)
        self.assertEqual(refused(self.signatory, "POST", f"{AREA}/DJ1/agreement", {"version": 1, "password": "Wrong-1234"})[0], 422)
        for _ in range(2):
            agreed = self.answer(self.signatory, "DJ1", "agreement")
        self.assertEqual(agreed["state"], "agreed")
        self.assertRegex(agreed["note"], r"^Agreed by Edda Fen on ")
        [record] = self.brokerage.request("GET", f"{self.desk}/DJ1")["record"]
        self.assertEqual((record["outcome"], record["intact"]), ("agreed", True))
        self.assertIn("Edda Fen", record["by"])

    def test_b2_another_provider_s_document_is_nowhere(self):
        stranger = portal()
        stranger.sign_in("moira.kittiwake@brightway.example", demo_data.PASSWORD)
        self.assertEqual(refused(stranger, "GET", f"{AREA}/DJ1"), refused(stranger, "GET", f"{AREA}/DJ999"))
        self.assertEqual(refused(staff(HELPDESK), "GET", f"{self.desk}/DJ1")[0], 404)

    def test_b3_of_two_who_answer_at_once_one_is_recorded_and_the_other_is_told_who_was_first(self):
        answers = []

        def say(person, kind: str, **other) -> None:
            try:
                answers.append((200, self.answer(person, "DJ2", kind, **other)["state"]))
            except Refused as refusal:
                answers.append((refusal.status, refusal.body))

        threads = [threading.Thread(target=say, args=(self.signatory, "agreement")),
                   threading.Thread(target=say, args=(self.second, "rejection"), kwargs={"reason": "The start date is incorrect."})]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(status for status, _ in answers), [200, 409], answers)
        [record] = self.brokerage.request("GET", f"{self.desk}/DJ2")["record"]
        self.assertEqual(record["outcome"], next(said for status, said in answers if status == 200))
        self.assertIn(record["by"].split(" (")[0], next(said for status, said in answers if status == 409))

    def test_c1_a_rejected_one_is_replaced_by_a_new_version_that_says_what_changed(self):
        rejected = self.answer(self.second, "DJ3", "rejection", reason="The end date is missing.")
        self.assertIn("Reason: The end date is missing.", rejected["note"])
        self.assertIn("DJ3", [row["document_ref"] for row in self.brokerage.request("GET", "/api/council/documents?state=rejected")["rows"]])
        body = {"request_id": once(), "provider_ref": self.house.provider, "document_ref": "DJ3", "doc_type": "Individual placement agreement",
                "service_ref": self.house.service, "ss_ref": self.house.clients[0], "cpli_id": self.house.cplis[0], "date_from": str(START),
                "date_to": str(START + days(363)), "upload_id": None}
        for _ in range(2):
            published = self.brokerage.request("POST", "/api/council/documents", body)
        self.assertEqual(published["version"], 2)
        shown = self.signatory.request("GET", f"{AREA}/DJ3")
        self.assertEqual((shown["version"], shown["state"]), (2, "published"))
        self.assertTrue(shown["differences"])
        status, problem = refused(self.second, "POST", f"{AREA}/DJ3/agreement", {"version": 1, "password": PASSWORD})
        self.assertEqual((status, problem["code"]), (409, "document-superseded"))
        self.assertEqual(self.answer(self.second, "DJ3", "agreement", version=2)["state"], "agreed")

    def test_c2_the_page_publishes_an_uploaded_pdf(self):
        pdf = demo_data.pdf("Placement agreement", ["By the page."])
        sent = self.brokerage.request("POST", "/api/council/documents/uploads",
                                      {"provider_ref": self.house.provider, "file_name": "agreement.pdf", "size_bytes": len(pdf)})
        self.brokerage.post(sent, "agreement.pdf", pdf)
        made = self.brokerage.request("POST", "/api/council/documents", {
            "request_id": once(), "provider_ref": self.house.provider, "document_ref": None, "doc_type": "Framework terms", "service_ref": None, "ss_ref": None,
            "cpli_id": None, "date_from": str(START), "date_to": None, "upload_id": sent["upload_id"]})
        self.assertEqual(self.reader.download(f"{AREA}/{made['document_ref']}/1/document.pdf"), pdf)
        status, _ = refused(staff(AUDITOR), "POST", f"{self.desk}/{made['document_ref']}/manual-agreement", {"version": 1, "reason": "No."})
        self.assertEqual(status, 404)

    def test_d1_what_is_not_answered_is_reminded_of_and_then_agreed_by_the_job_once(self):
        emails = len(self.signatory.emails(SIGNATORY))
        for hour in (10, 11):
            run_job("daily-jobs", {"time": at(TODAY + days(6), hour)})
            idle()
        self.assertEqual(self.signatory.request("GET", f"{AREA}/DJ4")["state"], "published")
        self.assertGreater(len(self.signatory.emails(SIGNATORY)), emails, "a reminder")
        for hour in (10, 11):
            run_job("daily-jobs", {"time": at(TODAY + days(9), hour)})
            idle()
        agreed = wait("the job's agreement", lambda: next(filter(lambda view: view["state"] == "agreed_manually", [self.signatory.request("GET", f"{AREA}/DJ4")]), None))
        self.assertRegex(agreed["note"], r"^Agreed manually by ")
        self.assertEqual(len(self.brokerage.request("GET", f"{self.desk}/DJ4")["record"]), 1)
        status, problem = refused(self.signatory, "POST", f"{AREA}/DJ4/rejection", {"version": 1, "password": PASSWORD, "reason": "Too late."})
        self.assertEqual((status, problem["code"]), (409, "document-answered"))


if __name__ == "__main__":
    unittest.main()
