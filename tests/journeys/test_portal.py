"""The main job, from a council's files to a payment, through everything as it is deployed."""

import argparse
import base64
import hmac
import json
import time
import unittest
from decimal import Decimal

from stack import (
    DOCUMENTS, EMULATOR, ROOT, STACK, TODAY, UPLOADS, at, days, demo_data, drop, everything, functions, idle, local, portal, queue_url, refused,
    rows_of, run_job, s3, sqs, there, wait,
)

# The council's period began last week, so that it is open today.
START = TODAY - days(TODAY.weekday() + 7)
NEXT = START + days(28)
PASSWORD = "Lantern-1874"
CLERK = "odile.farrow@lakehouse.example"
STATEMENT = f"/api/scheduled-payments/CJ1/{START}"


def stamp(minute: int) -> str:
    return f"{TODAY:%Y%m%d}T21{minute:02}00"


def council_files() -> None:
    """Lake House, with one client at the specification's price, and a second one from the next period on."""
    drop(f"providers_{stamp(0)}", [
        {"provider_ref": "PJ1", "name": "Lake House", "kind": "care_home"},
        {"provider_ref": "PJ2", "name": "Mill House", "kind": "care_home"},
    ])
    drop(f"periods_{stamp(0)}", [
        {"cycle_ref": "CYJ", "start_date": start, "end_date": start + days(27), "confirm_by": f"{start + days(16)}T17:00:00",
         "finalise_at": f"{start + days(17)}T09:00:00", "pay_date": start + days(25)}
        for start in (START, NEXT)
    ])
    drop(f"contracts_{stamp(0)}", [
        {"contract_ref": ref, "provider_ref": provider, "name": name, "payment_method": "scheduled", "cycle_ref": "CYJ", "vat": "exempt",
         "confirmation": "required", "grace_days": 0, "document_gate": "no", "portal_from": START}
        for ref, provider, name in (("CJ1", "PJ1", "Lake House residential"), ("CJ2", "PJ2", "Mill House residential"))
    ])
    drop(f"services_{stamp(0)}", [
        {"service_ref": ref, "contract_ref": contract, "name": name, "purchase": "spot", "service_type": "Residential", "unit": "placement",
         "price_per": "week", "unit_step": 1, "week_starts": "mon", "end_day_paid": "yes", "frustrated_percent": 0, "tolerance_percent": 0,
         "extras": "no", "visits_required": "no"}
        for ref, contract, name in (("SJ1", "CJ1", "Lake House - Residential"), ("SJ2", "CJ2", "Mill House - Residential"))
    ])
    drop(f"clients_{stamp(0)}", [
        {"ss_ref": "A272433", "title": "Miss", "forename": "Wednesday", "surname": "Lightwater", "date_of_birth": "1941-05-02", "date_of_death": ""},
        {"ss_ref": "A272434", "title": "Mr", "forename": "Tobias", "surname": "Millrace", "date_of_birth": "1939-11-20", "date_of_death": ""},
    ])
    drop(f"cplis_{stamp(0)}", [
        {"cpli_id": "900001", "ss_ref": "A272433", "service_ref": "SJ1", "service_level": "Permanent - Residential",
         "start_date": START - days(100), "end_date": "", "authorised": "yes"},
        {"cpli_id": "900002", "ss_ref": "A272434", "service_ref": "SJ2", "service_level": "Permanent - Residential",
         "start_date": START - days(100), "end_date": "", "authorised": "yes"},
    ])
    drop(f"prices_{stamp(0)}", [
        {"cpli_id": cpli_id, "from_date": START - days(100), "quantity": 1, "unit_price": "865.46"} for cpli_id in ("900001", "900002")
    ])
    drop(f"contributions_{stamp(0)}", [
        {"cpli_id": "900001", "kind": "client", "from_date": START - days(100), "to_date": "", "weekly_amount": "162.30", "collected_by": "provider"},
    ])
    drop(f"contacts_{stamp(0)}", [
        {"contact_ref": "KJ1", "provider_ref": "PJ1", "forename": "Odile", "surname": "Farrow", "address": "", "phone": "", "email": CLERK,
         "portal_email": CLERK, "roles": "payments"},
    ])


class TheMainJob(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        council_files()
        cls.clerk = portal()
        cls.clerk.accept_invitation(CLERK, PASSWORD)
        cls.clerk.sign_in(CLERK, PASSWORD)

    def test_a1_a_bad_row_comes_back_with_its_place_and_does_not_stop_the_others(self):
        name = f"clients_{stamp(1)}"
        drop(name, "ss_ref,title,forename,surname,date_of_birth,date_of_death\r\n"
             "A272435,Mrs,Ottilie,Ferncliff,31/02/1940,\r\nA272436,Mr,Basil,Ferncliff,1938-04-01,\r\n")
        log = rows_of(there(UPLOADS, f"council/outbox/{name}_log.csv"))
        self.assertEqual(len(log), 1)
        refusal = {heading.lower(): cell for heading, cell in log[0].items()}
        self.assertEqual(refusal["row"], "2")
        self.assertTrue(refusal["code"] and refusal["message"], refusal)

    def test_a2_a_file_that_cannot_be_read_does_not_stop_the_next_one(self):
        broken = drop(f"absences_{stamp(2)}", "this is no table")
        self.assertTrue(broken["refused"]["message"], broken)
        after = drop(f"absences_{stamp(3)}", [
            {"cpli_id": "900002", "from_date": START - days(60), "to_date": START - days(50), "kind": "holiday", "pay_percent": 100},
        ])
        self.assertEqual((after["refused"], after["rows_new"], after["rows_rejected"]), (None, 1, 0))

    def test_a3_the_same_file_again_changes_nothing(self):
        idle()
        before = everything()
        key = f"council/inbox/clients_{stamp(0)}.csv"
        s3.copy_object(Bucket=UPLOADS, Key=key, CopySource={"Bucket": UPLOADS, "Key": key}, MetadataDirective="REPLACE")
        idle()
        after = everything()
        self.assertEqual(after["records"], before["records"])
        self.assertEqual(after["emails"], before["emails"])
        self.assertEqual({file for file in after["files"] if "/outbox/" in file}, {file for file in before["files"] if "/outbox/" in file})

    def test_b1_the_clerk_sees_whose_statement_it_is_and_how_each_line_is_counted(self):
        session = self.clerk.request("GET", "/api/session")
        self.assertEqual(session["provider"]["provider_ref"], "PJ1")
        care = self.clerk.request("GET", "/api/care-packages")
        self.assertEqual([row["cpli_id"] for row in care["rows"]], ["900001"])
        statement = self.clerk.request("GET", STATEMENT)
        self.assertEqual((statement["lifecycle"], statement["response"]["state"]), ("current", "unconfirmed"))
        self.assertEqual(sorted(line["amount"] for line in statement["payable"]), ["-649.20", "3461.84"])
        self.assertEqual(statement["totals"]["payable"], "2812.64")
        for line in statement["payable"]:
            self.assertIn("28 days", line["arithmetic"])

    def test_b2_what_is_of_another_provider_is_answered_like_what_is_nowhere(self):
        for theirs, nowhere in (
            (f"/api/scheduled-payments/CJ2/{START}", f"/api/scheduled-payments/CJ9/{START}"),
            (f"/api/scheduled-payments/CJ2/{START}/remittance", f"/api/scheduled-payments/CJ9/{START}/remittance"),
        ):
            self.assertEqual(refused(self.clerk, "GET", theirs), refused(self.clerk, "GET", nowhere))
            self.assertEqual(refused(self.clerk, "GET", theirs)[0], 404)
        self.assertEqual(refused(portal(), "GET", STATEMENT)[0], 401)

    def test_b3_a_statement_that_has_changed_since_it_was_read_is_not_confirmed(self):
        status, problem = refused(self.clerk, "POST", f"{STATEMENT}/confirmation", {"digest": "0" * 64, "comment": ""})
        self.assertEqual((status, problem["code"]), (409, "statement-changed"))

    def test_c1_the_clerk_confirms_the_statement(self):
        digest = self.clerk.request("GET", STATEMENT)["digest"]
        confirmed = self.clerk.request("POST", f"{STATEMENT}/confirmation", {"digest": digest, "comment": "Agreed"})
        self.assertEqual((confirmed["response"]["state"], confirmed["response"]["comment"]), ("confirmed", "Agreed"))

    def test_d1_on_the_day_a_payment_file_a_remittance_and_one_email_come_out(self):
        emails = len(self.clerk.emails(CLERK))
        run_job("finalise", {"time": at(START + days(17), 9, 15)})
        payments = wait("the payment file", lambda: there(UPLOADS, f"council/outbox/payments_CYJ_{START}_CJ1.csv"))
        idle()
        paid = sum(Decimal(row["amount"]) for row in rows_of(payments) if row["status"] == "finalised")
        statement = self.clerk.request("GET", STATEMENT)
        remittance = self.clerk.request("GET", f"{STATEMENT}/remittance")
        self.assertEqual(statement["lifecycle"], "finalised")
        self.assertEqual((paid, statement["totals"]["payable"], remittance["total"]), (Decimal("2812.64"), "2812.64", "2812.64"))
        self.assertIsNotNone(there(DOCUMENTS, f"remittances/CJ1/{START}.csv"))
        for path, amount in ((f"{STATEMENT}/statement.csv", "3461.84"), (f"{STATEMENT}/remittance.csv", "3461.84"),
                             ("/api/care-packages/download.csv", "865.46")):
            downloaded = self.clerk.download(path)
            self.assertTrue(downloaded.startswith(b"\xef\xbb\xbf"), "Excel reads it as UTF-8")
            self.assertIn(amount, downloaded.decode())
        self.assertEqual(len(self.clerk.emails(CLERK)), emails + 1)
        told = self.clerk.emails(CLERK)[-1]
        self.assertNotIn("Lightwater", told["BodyText"] + told["BodyHtml"] + told["Subject"])

    def test_d2_home_says_what_was_paid_and_what_is_open_now(self):
        areas = {area["area"]: area for area in self.clerk.request("GET", "/api/home")["areas"]}
        self.assertEqual(set(areas), {"scheduled_payments", "care_packages", "actions", "contract_documents", "purchase_orders", "contacts"})
        periods = self.clerk.request("GET", "/api/scheduled-payments?contract=CJ1")["periods"]
        shown = {period["period_start"]: (period["lifecycle"], period["payable"]) for period in periods}
        self.assertEqual(shown[str(START)], ("finalised", "2812.64"))
        self.assertEqual(shown[str(NEXT)], ("current", "2812.64"))

    def test_d3_a_second_run_and_a_message_that_comes_twice_change_nothing(self):
        idle()
        before = everything()
        run_job("finalise", {"time": at(START + days(17), 9, 30)})
        message = json.dumps({"contract_ref": "CJ1", "provider_ref": "PJ1", "now": at(START + days(17), 9, 15)})
        for _ in range(2):
            sqs.send_message(QueueUrl=queue_url("payments"), MessageBody=message)
        idle()
        self.assertEqual(everything(), before)

    def test_e1_what_is_told_later_is_put_right_in_the_next_period(self):
        drop(f"cplis_{stamp(5)}", [
            {"cpli_id": "900001", "ss_ref": "A272433", "service_ref": "SJ1", "service_level": "Permanent - Residential",
             "start_date": START - days(100), "end_date": START + days(12), "authorised": "yes"},
        ])
        statement = self.clerk.request("GET", f"/api/scheduled-payments/CJ1/{NEXT}")
        amounts = sorted(Decimal(line["amount"]) for line in statement["payable"])
        # Reversed as finalised, issued again for 13 days: the specification's 1,607.28, and -301.41 of the contribution.
        self.assertEqual(amounts, [Decimal("-3461.84"), Decimal("-301.41"), Decimal("649.20"), Decimal("1607.28")])
        self.assertTrue(all(line["cause"] for line in statement["payable"] if line["correction"]), statement["payable"])

    def test_e2_a_dry_run_says_what_it_would_come_to_and_changes_nothing(self):
        idle()
        before = everything()["records"]
        told = drop(f"DRYRUN_cplis_{stamp(6)}", [
            {"cpli_id": "900001", "ss_ref": "A272433", "service_ref": "SJ1", "service_level": "Permanent - Residential",
             "start_date": START - days(100), "end_date": START + days(11), "authorised": "yes"},
        ])
        self.assertEqual((told["dry_run"], told["rows_changed"], told["refused"]), (True, 1, None))
        # One day less of care, and of the contribution.
        self.assertEqual(told["pounds"]["payable_change"], "-100.45")
        self.assertEqual(everything()["records"], before)

    def test_e3_an_answer_to_what_has_changed_since_is_taken_back_and_the_provider_told(self):
        path = f"/api/scheduled-payments/CJ1/{NEXT}"
        read = self.clerk.request("GET", path)
        self.clerk.request("POST", f"{path}/queries", {
            "digest": read["digest"], "comment": "", "lines": [{"item_id": read["payable"][0]["item_id"], "comment": "She came back"}],
        })
        drop(f"absences_{stamp(6)}", [
            {"cpli_id": "900001", "from_date": START + days(2), "to_date": START + days(6), "kind": "hospital", "pay_percent": 60},
        ])
        emails = len(self.clerk.emails(CLERK))
        run_job("daily-jobs", {"time": at(TODAY, 12)})
        wait("the email", lambda: len(self.clerk.emails(CLERK)) > emails)
        self.assertEqual(self.clerk.request("GET", path)["response"]["state"], "unconfirmed")

    def test_e4_a_deadline_that_comes_near_is_told_once(self):
        before = len(self.clerk.emails(CLERK))
        for hour in (9, 10):
            run_job("daily-jobs", {"time": at(NEXT + days(14), hour)})
            idle()
        told = [email["Subject"] for email in self.clerk.emails(CLERK)[before:]]
        self.assertEqual(len([subject for subject in told if "Statement to confirm by" in subject]), 1, told)
        # The first run of the day also tells of the days before, once a day and person.
        self.assertEqual(len(set(told)), len(told), told)

    def test_f1_a_row_that_names_what_is_not_yet_known_is_applied_when_it_is(self):
        told = drop(f"cplis_{stamp(7)}", [
            {"cpli_id": "900003", "ss_ref": "A272437", "service_ref": "SJ1", "service_level": "Respite", "start_date": NEXT, "end_date": "",
             "authorised": "yes"},
            {"cpli_id": "900004", "ss_ref": "A272438", "service_ref": "SJ1", "service_level": "Respite", "start_date": NEXT, "end_date": "",
             "authorised": "yes"},
        ])
        self.assertEqual((told["rows_pending"], told["rows_rejected"]), (2, 0))
        # As if its file had come while the others were taken in: nothing follows it but the daily job.
        drop(f"clients_{stamp(7)}", [
            {"ss_ref": "A272437", "title": "Mr", "forename": "Cuthbert", "surname": "Reedling", "date_of_birth": "1944-01-09", "date_of_death": ""},
        ])
        run_job("daily-jobs", {"time": at(TODAY + days(1), 6)})
        shown = {row["cpli_id"] for row in self.clerk.request("GET", "/api/care-packages")["rows"]}
        self.assertIn("900003", shown)
        self.assertNotIn("900004", shown)

    def test_f2_a_row_that_waited_seven_days_in_vain_comes_back(self):
        run_job("daily-jobs", {"time": at(TODAY + days(9), 6)})
        late = rows_of(there(UPLOADS, f"council/outbox/cplis_{stamp(7)}_retry_log.csv"))
        self.assertEqual([row["row"] for row in late], ["3"])
        self.assertIn("A272438", late[0]["message"])

    def test_g1_roles_that_are_taken_away_end_the_sessions_that_used_them(self):
        self.assertEqual(self.clerk.request("GET", "/api/session")["provider"]["provider_ref"], "PJ1")
        drop(f"contacts_{stamp(8)}", [
            {"contact_ref": "KJ1", "provider_ref": "PJ1", "forename": "Odile", "surname": "Farrow", "address": "", "phone": "", "email": CLERK,
             "portal_email": CLERK, "roles": ""},
        ])
        self.assertIn(refused(self.clerk, "GET", "/api/care-packages")[0], (401, 409))


class TheAccount(unittest.TestCase):
    """What somebody may do about the own sign-in."""

    EMAIL = "rosalind.quarmby@marramcare.example"

    def test_everything_about_the_own_sign_in_can_be_changed(self):
        here, there_too = portal(), portal()
        for person in (here, there_too):
            person.sign_in(self.EMAIL, demo_data.PASSWORD)
        account = here.request("GET", "/api/account")
        other = next(session for session in account["sessions"] if not session["current"])
        here.request("POST", f"/api/account/sessions/{other['id']}/end", {"password": demo_data.PASSWORD})
        self.assertEqual(refused(there_too, "GET", "/api/account")[0], 401)
        here.request("POST", "/api/account/security-code", {"password": demo_data.PASSWORD, "security_code": "280417"})
        secret = here.request("POST", "/api/account/totp", {"password": demo_data.PASSWORD})["secret"]
        here.request("POST", "/api/account/totp/confirmation", {"code": totp(secret)})
        self.assertTrue(here.request("GET", "/api/account")["has_totp"])
        here.request("POST", "/api/account/totp/removal", {"password": demo_data.PASSWORD})
        emails = len(here.emails(self.EMAIL))
        here.request("POST", "/api/account/password", {"current_password": demo_data.PASSWORD, "new_password": "Breakwater-1881"})
        wait("the email about the password", lambda: len(here.emails(self.EMAIL)) > emails)
        here.request("POST", "/api/account/sessions/end-others", {"password": "Breakwater-1881"})
        here.request("POST", "/api/sign-out", {})
        self.assertEqual(refused(here, "GET", "/api/account")[0], 401)

    def test_a_forgotten_password_is_chosen_anew_by_an_emailed_code(self):
        person, email = portal(), "wilf.hathersage@sharedlives.example"
        known = len(person.emails(email))
        person.request("POST", "/api/password-reset", {"email": email})
        code = person.email(email, r"(?m)^\s*(\d{6})\s*$", after=known).group(1)
        person.request("POST", "/api/password-reset/password", {"email": email, "code": code, "password": "Breakwater-1882"})
        person.sign_in(email, "Breakwater-1882")
        self.assertEqual(refused(portal(), "POST", "/api/sign-in", {"email": email, "password": demo_data.PASSWORD})[0], 422)


def totp(secret: str) -> str:
    """The code that an authenticator app shows now (RFC 6238), and for long enough to be sent: it lives for 30 seconds."""
    wait("a code that is shown for some seconds more", lambda: time.time() % 30 < 25)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"



class WhatCannotBeDone(unittest.TestCase):
    def test_it_ends_in_the_dead_letter_queue_with_its_reason_and_can_be_tried_again(self):
        queue, dead = queue_url("mail"), queue_url("mail-dead-letter")
        hidden = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
        # So that it need not be waited for five times as long as in the portal.
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
        try:
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"outbox_id": "0" * 64}))
            for _ in range(2):
                given_up = wait("the message to be given up", lambda: list(local.given_up(EMULATOR, STACK, "mail", "send-email")))
                self.assertEqual([reason for _, reason in given_up], ["there is no such email"])
                for message, _ in given_up:
                    sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
                local.redrive(argparse.Namespace(stack=STACK), EMULATOR)
        finally:
            idle()
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=hidden)
            sqs.purge_queue(QueueUrl=dead)


class WhatStartsAFunction(unittest.TestCase):
    def test_every_function_takes_the_samples_of_its_events(self):
        viewer, auditor = portal(), portal()
        viewer.sign_in("desmond.achterberg@marramcare.example", demo_data.PASSWORD)
        auditor.sign_in("dilys.harbord@seaborough.example", demo_data.PASSWORD)
        for sample in sorted((ROOT / "events").glob("*.json")):
            event = json.loads(sample.read_text())
            folder = next(name for name in sorted(FOLDERS, key=len, reverse=True) if sample.stem.startswith(name))
            with self.subTest(sample=sample.name):
                if "cookies" in event:
                    event["cookies"] = [(auditor if event["rawPath"].startswith("/api/council/") else viewer).cookie]
                answer = functions.invoke(FunctionName=f"{STACK}-{folder}", Payload=json.dumps(event).encode())
                told = json.loads(answer["Payload"].read() or "null")
                self.assertNotIn("FunctionError", answer, told)
                if "routeKey" in event:
                    # What a sample asks for by name need not be there today.
                    self.assertIn(told["statusCode"], (200, 303, 404, 422), told)

    def test_every_job_is_run_by_a_rule_of_its_name_that_may(self):
        events = EMULATOR.client("events")
        scheduled = local.stop_rules(EMULATOR)
        self.assertEqual(set(scheduled), {f"{STACK}-daily-jobs", f"{STACK}-finalise", f"{STACK}-send-webhooks"})
        for name in scheduled:
            [target] = events.list_targets_by_rule(Rule=name)["Targets"]
            self.assertEqual(target["Arn"], functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"])
            policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
            rule = events.describe_rule(Name=name)["Arn"]
            allowed = [statement for statement in policy["Statement"] if statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn") == rule]
            self.assertEqual([(statement["Effect"], statement["Principal"]) for statement in allowed], [("Allow", {"Service": "events.amazonaws.com"})], policy)


FOLDERS = [folder.name for folder in (ROOT / "functions").iterdir()]


if __name__ == "__main__":
    unittest.main()
