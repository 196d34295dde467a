"""Notifications: at once, once a day, never again after a bounce, and never with a client's name."""

import json
import re
import unittest
import uuid
from datetime import datetime, timezone

from house import HELPDESK, PAYMENTS, House, staff
from stack import TABLE, TODAY, at, days, dynamodb, idle, portal, queue_url, run_job, sqs, wait

KEEPER, QUIET = "ingrid.fen@gullhouse.example", "jorun.fen@gullhouse.example"


def once() -> str:
    return str(uuid.uuid4())


def ses_says(kind: str, detail: dict, address: str) -> None:
    """What EventBridge puts into the queue when SES tells what became of the last email to somebody; the emulator's SES tells nobody."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE, FilterExpression="begins_with(PK, :outbox)",
                                                    ExpressionAttributeValues={":outbox": {"S": "OUTBOX#"}})
    sent = next(item["PK"]["S"].removeprefix("OUTBOX#") for page in pages for item in page["Items"] if address in json.dumps(item))
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    sqs.send_message(QueueUrl=queue_url("mail"), MessageBody=json.dumps({
        "version": "0", "id": once(), "detail-type": f"Email {kind}", "source": "aws.ses", "account": "000000000000", "time": now,
        "region": "eu-west-2", "resources": ["arn:aws:ses:eu-west-2:000000000000:configuration-set/portal"],
        "detail": {"eventType": kind, "mail": {"timestamp": now, "messageId": once(), "destination": [address],
                                               "tags": {"ses:configuration-set": ["portal"], "outbox_id": [sent]}}, **detail},
    }))


class Notifications(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("JN", "Gull House", 16, {KEEPER: "admin", QUIET: "payments"})
        cls.keeper, cls.quiet = cls.house.signed_in(KEEPER), cls.house.signed_in(QUIET)
        cls.payments, cls.helpdesk = staff(PAYMENTS), staff(HELPDESK)

    def raise_action(self, title: str) -> str:
        return self.payments.request("POST", "/api/council/actions", {
            "request_id": once(), "provider_ref": self.house.provider, "type_ref": "general_query", "related": {"kind": "none"}, "title": title,
            "text": "Please tell us.", "fields": {}, "assign_to": {"side": "provider"}, "due_on": None, "attachments": [],
        })["action_id"]

    def count(self, address: str) -> int:
        return len(self.keeper.emails(address))

    def test_a1_who_wants_no_email_at_once_gets_none(self):
        told = self.quiet.request("GET", "/api/account/notifications")
        self.assertIn("actions", [area["area"] for area in told["immediate"]])
        kept = self.quiet.request("PUT", "/api/account/notifications", {"daily": [], "immediate": []})
        self.assertFalse(next(area["on"] for area in kept["immediate"] if area["area"] == "actions"))
        before = self.count(KEEPER), self.count(QUIET)
        self.raise_action("Occupancy on Sunday")
        wait("the email at once", lambda: self.count(KEEPER) == before[0] + 1)
        idle()
        self.assertEqual((self.count(KEEPER), self.count(QUIET)), (before[0] + 1, before[1]))

    def test_b1_a_day_s_news_is_one_email_however_often_the_job_runs(self):
        self.keeper.request("PUT", "/api/account/notifications", {"daily": ["actions"], "immediate": ["actions"]})
        self.raise_action("Occupancy on Monday")
        idle()
        before = self.count(KEEPER), self.count(QUIET)
        for minute in (15, 30):
            run_job("daily-jobs", {"time": at(TODAY + days(12), 9, minute)})
            idle()
        told = self.keeper.emails(KEEPER)[before[0]:]
        self.assertEqual((len(told), self.count(QUIET)), (1, before[1]), [email["Subject"] for email in told])
        self.assertNotIn("Fennimore", told[0]["Subject"] + told[0]["BodyText"] + told[0]["BodyHtml"])
        type(self).digest = told[0]

    def test_b2_the_link_in_it_ends_it_without_signing_in(self):
        token = re.search(r"/unsubscribe/\S*?(?:token=|#)(\S+)", self.digest["BodyText"]).group(1)
        for _ in range(2):
            self.assertIn("masked_email", portal().request("POST", "/api/unsubscribe", {"token": token}))
        told = self.keeper.request("GET", "/api/account/notifications")
        self.assertFalse(any(area["on"] for area in told["daily"]))

    def test_c1_an_address_that_bounces_gets_no_more_email_and_its_contact_says_so(self):
        self.quiet.request("PUT", "/api/account/notifications", {"daily": [], "immediate": ["actions"]})
        ses_says("Bounce", {"bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": at(TODAY, 12), "feedbackId": once(),
                                       "bouncedRecipients": [{"emailAddress": QUIET, "action": "failed", "status": "5.1.1"}]}}, QUIET)
        path = f"/api/council/providers/{self.house.provider}/contacts"

        def contact() -> dict:
            return next(contact for contact in self.helpdesk.request("GET", path)["contacts"] if contact["portal_email"] == QUIET)

        wait("the bounce to show", lambda: contact()["email_state"]["state"] == "bounced")
        before = self.count(QUIET)
        self.raise_action("Occupancy on Tuesday")
        idle()
        self.assertEqual(self.count(QUIET), before)
        self.helpdesk.request("POST", f"{path}/{contact()['contact_ref']}/email-trust", {})
        self.assertEqual(contact()["email_state"]["state"], "ok")
        self.raise_action("Occupancy on Wednesday")
        wait("an email again", lambda: self.count(QUIET) == before + 1)


if __name__ == "__main__":
    unittest.main()
