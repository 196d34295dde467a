"""Who saw and who changed what is recorded and found by the auditor, and nobody can change a record without being found."""

import contextlib
import hashlib
import json
import os
import subprocess
import unittest
from collections.abc import Iterator
from pathlib import Path

from house import AUDITOR, HELPDESK, PASSWORD, House, staff
from stack import DOCUMENTS, TABLE, TODAY, at, days, dynamodb, idle, portal, refused, rows_of, run_job, s3

CLERK = "odette.fen@audleyhouse.example"
VERIFIER = Path(os.environ["PORTAL_TARGET"]) / "verify-audit"


def verified() -> tuple[int, str]:
    """What `make verify-audit` says, and its exit code."""
    told = subprocess.run([VERIFIER], env={**os.environ, "TABLE": TABLE, "DOCUMENT_BUCKET": DOCUMENTS}, capture_output=True, text=True, timeout=300)
    return told.returncode, told.stdout + told.stderr


def put(item: dict) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item)


def delete(item: dict) -> None:
    dynamodb.delete_item(TableName=TABLE, Key={"PK": item["PK"], "SK": item["SK"]})


@contextlib.contextmanager
def kept(*items: dict) -> Iterator[None]:
    """Whatever is done to some records, they are put back."""
    try:
        yield
    finally:
        for item in items:
            put(item)


class Audit(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JV", "Audley House", 19, {CLERK: "viewer"})
        cls.clerk, cls.auditor = cls.house.signed_in(CLERK), staff(AUDITOR)
        cls.actor = hashlib.sha256(CLERK.encode()).hexdigest()

    def found(self, **asked: str) -> list[dict]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return self.auditor.request("GET", f"/api/council/audit?{query}")["rows"]

    def chain(self) -> list[dict]:
        """The clerk's entries as they lie in the table."""
        asked = {"KeyConditionExpression": "PK = :pk", "ExpressionAttributeValues": {":pk": {"S": f"AUDIT#{self.actor}"}}}
        return dynamodb.query(TableName=TABLE, ConsistentRead=True, **asked)["Items"]

    def head(self) -> dict:
        return dynamodb.get_item(TableName=TABLE, Key={"PK": {"S": "AUDIT"}, "SK": {"S": f"HEAD#{self.actor}"}})["Item"]

    def assertFound(self, *words: str) -> None:
        code, said = verified()
        self.assertEqual(code, 1, said)
        for word in words:
            self.assertIn(word, said)

    def test_a1_what_a_person_sees_is_found_by_provider_client_and_person(self):
        self.clerk.request("GET", "/api/care-packages?client=Fennimore")
        seen = [row for row in self.found(provider=self.house.provider) if row["what"] == "GET /api/care-packages"]
        self.assertEqual([(row["by"]["email"], row["outcome"]["status"], row["about"]) for row in seen], [(CLERK, 200, {"client": "…"})])
        self.clerk.request("GET", "/api/care-packages")
        by_client = self.found(client=self.house.clients[0])
        self.assertEqual([row["seen"][0]["what"] for row in by_client if row["by"].get("email") == CLERK], ["care packages"])
        self.assertNotIn("Fennimore", json.dumps(self.found(provider=self.house.provider)))
        person = self.auditor.request("POST", "/api/council/audit/people", {"email": CLERK})
        self.assertEqual(person["actor"], self.actor)
        self.assertIn("POST /api/sign-in/code", [row["what"] for row in self.found(actor=self.actor)])

    def test_a2_a_refused_change_and_a_wrong_password_are_recorded_without_what_was_typed(self):
        self.assertEqual(refused(self.clerk, "POST", f"{self.house.statement}/confirmation", {"digest": "x"})[0], 404)
        self.assertEqual(refused(portal(), "POST", "/api/sign-in", {"email": CLERK, "password": "Wrong-Sandpiper-1"})[0], 422)
        told = [(row["what"], row["outcome"]["status"]) for row in self.found(actor=self.actor, kind="refused")]
        self.assertIn(("POST /api/sign-in", 422), told)
        self.assertIn(("POST /api/scheduled-payments/{contract_ref}/{period_start}/confirmation", 404), told)
        whole = json.dumps([row["body"]["S"] for row in self.chain()])
        self.assertNotIn("Sandpiper", whole)
        self.assertNotIn(PASSWORD, whole)

    def test_a3_what_the_portal_does_by_itself_is_recorded(self):
        files = self.found(actor="job:import-file:clients")
        self.assertIn("file applied", [row["what"] for row in files])

    def test_a4_the_download_holds_what_the_page_shows(self):
        shown = self.found(actor=self.actor)
        rows = rows_of(self.auditor.download(f"/api/council/audit/entries.csv?actor={self.actor}").decode())
        self.assertEqual([(row["n"], row["what"]) for row in rows], [(str(row["n"]), row["what"]) for row in shown])

    def test_a5_nobody_but_the_auditor_looks(self):
        self.assertEqual(refused(staff(HELPDESK), "GET", "/api/council/audit")[1]["code"], "not-allowed")
        self.assertEqual(refused(self.clerk, "GET", "/api/council/audit")[0], 404)

    def test_b1_what_nobody_touched_is_whole(self):
        idle()
        code, said = verified()
        self.assertEqual(code, 0, said)
        self.assertIn("OK: every record is as it was written", said)

    def test_b2_a_flipped_byte_of_any_part_of_any_record_is_found(self):
        for number, item in enumerate(self.chain(), 1):
            for name in ("body", "hash"):
                text = item[name]["S"]
                place = (number * 7) % len(text)
                with self.subTest(number=number, name=name), kept(item):
                    put({**item, name: {"S": text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1:]}})
                    self.assertFound(f"entry {number} of {self.actor} was changed")

    def test_b3_a_deleted_a_moved_and_a_last_entry_are_found(self):
        first, second, *_, last = self.chain()
        with kept(second):
            delete(second)
            self.assertFound(f"entry 2 of {self.actor} is missing")
        with kept(first, second):
            put({**first, "body": second["body"], "hash": second["hash"]})
            put({**second, "body": first["body"], "hash": first["hash"]})
            self.assertFound(f"entry 1 of {self.actor} is not in its place")
        with kept(last):
            delete(last)
            self.assertFound(f"of {self.actor} is missing")

    def test_b4_a_chain_without_its_head_and_a_copy_that_differs_are_found(self):
        head = self.head()
        with kept(head):
            delete(head)
            self.assertFound(self.actor)
        pk = f"AUDITOF#PROVIDER#{self.house.provider}"
        asked = {"KeyConditionExpression": "PK = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}, "Limit": 1}
        copy = dynamodb.query(TableName=TABLE, **asked)["Items"][0]
        with kept(copy):
            put({**copy, "body": {"S": copy["body"]["S"].replace("GET", "PUT").replace("POST", "PUT")}})
            self.assertFound("is not the same in a list")

    def test_c1_what_was_sealed_cannot_be_cut_off_though_the_head_says_so_too(self):
        run_job("daily-jobs", {"time": at(TODAY + days(1), 0, 15)})
        self.assertEqual(verified()[0], 0, verified()[1])
        *_, before, last = self.chain()
        head = self.head()
        with kept(last, head):
            delete(last)
            put({**head, "n": {"N": str(int(head["n"]["N"]) - 1)}, "hash": before["hash"]})
            self.assertFound(f"entry {head['n']['N']} of {self.actor} is missing")

    def test_c2_a_seal_that_was_changed_is_found(self):
        key = f"audit/seals/{TODAY}.json"
        seal = s3.get_object(Bucket=DOCUMENTS, Key=key)["Body"].read()
        try:
            s3.put_object(Bucket=DOCUMENTS, Key=key, Body=seal.replace(b'"n":1,', b'"n":2,', 1))
            self.assertFound(f"the seal of {TODAY} is missing or was changed")
        finally:
            s3.put_object(Bucket=DOCUMENTS, Key=key, Body=seal)
        self.assertEqual(verified()[0], 0)


if __name__ == "__main__":
    unittest.main()
