"""A whole loss, tried: a stack with the demo council is saved, destroyed, made anew and restored, and must then be as it was.

    make restore-drill

What it holds: every record of the audit is as it was written; statements, remittances and payment files are byte for
byte what they were; nobody is signed in who was; people sign in as before; a finalisation of what was already paid pays
nothing; and the next one pays what is due, each item once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from argparse import Namespace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import backup
import demo_data
import local

STACK = os.environ["PORTAL_STACK"]
PEOPLE = list(demo_data.PEOPLE)[:2]


def check(holds: bool, what: str) -> None:
    if not holds:
        raise local.Trouble(f"The drill failed: {what}")
    local.say(f"  holds: {what}")


def digests(emulator, known: dict[str, str]) -> dict[str, str]:
    """Every object of both buckets by its bytes."""
    s3, found = emulator.client("s3"), {}
    for role in ("UploadBucketName", "DocumentBucketName"):
        for key in backup.objects(s3, known[role]):
            found[f"{role}/{key}"] = hashlib.sha256(s3.get_object(Bucket=known[role], Key=key)["Body"].read()).hexdigest()
    return found


def payments(emulator, known: dict[str, str]) -> dict[str, bytes]:
    s3, bucket = emulator.client("s3"), known["UploadBucketName"]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in backup.objects(s3, bucket) if key.startswith("council/outbox/payments_")}


def shown(emulator, known: dict[str, str]) -> dict[str, str]:
    """What people see of every statement of theirs."""
    seen = {}
    for email in PEOPLE:
        portal = local.Portal(emulator, known["SiteUrl"])
        portal.sign_in(email, demo_data.PASSWORD)
        providers = portal.request("GET", "/api/providers")
        listed = providers["providers"] if isinstance(providers, dict) else providers
        portal.request("POST", "/api/providers/selection", {"provider_ref": listed[0]["provider_ref"]})
        contracts = portal.request("GET", "/api/scheduled-payments")
        for contract in contracts["contracts"]:
            ref = contract["contract_ref"]
            for period in portal.request("GET", f"/api/scheduled-payments?contract={ref}")["periods"]:
                path = f"/api/scheduled-payments/{ref}/{period['period_start']}"
                seen[f"{email} {path}"] = json.dumps(portal.request("GET", path), sort_keys=True)
    return seen


def finalise_at(emulator, known: dict[str, str], moment: datetime) -> None:
    """Tells the job a time, and waits until no contract is left in the queue."""
    told = json.dumps({"time": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()
    answer = emulator.client("lambda").invoke(FunctionName=f"{STACK}-finalise", Payload=told)
    if answer.get("FunctionError"):
        raise local.Trouble(answer["Payload"].read().decode())
    queue = local.queue_url(emulator, STACK, "payments")

    def idle() -> bool:
        counts = emulator.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"

    time.sleep(1)
    local.wait("the payments queue", idle, 300)


def each_item_once(files: dict[str, bytes]) -> int:
    """How many items were paid; none of them twice, and no contract twice in a period."""
    paid, runs = set(), set()
    for content in files.values():
        rows = [row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
        run = {(row["contract_ref"], row["period_start"]) for row in rows}
        if run & runs:
            raise local.Trouble(f"The drill failed: paid twice: {run & runs}")
        runs |= run
        for row in rows:
            if row["status"] == "finalised":
                if row["item_id"] in paid:
                    raise local.Trouble(f"The drill failed: item {row['item_id']} is paid twice")
                paid.add(row["item_id"])
    return len(paid)


def sessions(emulator, table: str) -> int:
    return sum(item["PK"]["S"].startswith("SESSION#") for item in backup.records(emulator.client("dynamodb"), table))


def tool(emulator, known: dict[str, str], *arguments: str) -> None:
    told = {"TABLE": known["TableName"], "UPLOAD_BUCKET": known["UploadBucketName"], "DOCUMENT_BUCKET": known["DocumentBucketName"]}
    environment = {**emulator.environment(), **told, "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, local.ROOT / "infra" / "backup.py", *arguments], env=environment, check=True)


def main() -> int:
    port = int(os.environ["PORTAL_EMULATOR_URL"].rsplit(":", 1)[1])
    emulator = local.Emulator(port, local.ROOT / ".local" / "test", local.AUDITED)
    target = Path(os.environ["PORTAL_TARGET"])
    today = datetime.combine(date.fromisoformat(os.environ["PORTAL_TODAY"]), datetime.min.time(), timezone.utc)
    verify = lambda: local.verify_audit(Namespace(stack=STACK, target=target), emulator)  # noqa: E731
    folder = local.ROOT / ".local" / "restore-drill"
    shutil.rmtree(folder, ignore_errors=True)

    local.say("Before the loss")
    known = local.outputs(emulator, STACK)
    # Seals the audit of the day before, as the rule does by itself.
    emulator.client("lambda").invoke(FunctionName=f"{STACK}-daily-jobs", Payload=json.dumps({"time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}).encode())
    # Whoever signs in now is in the audit and in the sessions that are saved.
    statements = shown(emulator, known)
    check(verify() == 0, "the audit is whole")
    tool(emulator, known, "save", str(folder))
    files, paid = digests(emulator, known), payments(emulator, known)
    check(bool(paid) and each_item_once(paid) > 0, f"{len(paid)} payment files pay each item once")

    local.say("The loss: nothing is left of the stack")
    urllib.request.urlopen(urllib.request.Request(f"{emulator.url}/_ministack/reset", method="POST"), timeout=120).read()
    check(not local.outputs(emulator, STACK), "there is no stack")
    began = time.monotonic()

    local.say("A new stack, and what was saved")
    known = local.deploy(emulator, STACK, local.ROOT / ".local" / "functions")
    local.allow_what_the_emulator_asks(emulator, STACK)
    local.hurry(emulator, STACK)
    tool(emulator, known, "restore", str(folder))
    seconds = time.monotonic() - began

    check(verify() == 0, "the audit is whole, record by record")
    check(sessions(emulator, known["TableName"]) == 0, "nobody is signed in who was")
    check(digests(emulator, known) == files, f"all {len(files)} objects are byte for byte what they were")
    check(shown(emulator, known) == statements, f"people sign in as before and see {len(statements)} statements as they were")

    local.say("The finalisations after it")
    finalise_at(emulator, known, today)
    check(payments(emulator, known) == paid, "what was paid is not paid again")
    finalise_at(emulator, known, today + timedelta(days=45))
    after = payments(emulator, known)
    check({key: after.get(key) for key in paid} == paid, "the files of old payments are as they were")
    check(len(after) > len(paid), f"{len(after) - len(paid)} new payment files for what is due next")
    check(each_item_once(after) > each_item_once(paid), "each item is paid once over all of them")
    finalise_at(emulator, known, today + timedelta(days=45))
    check(payments(emulator, known) == after, "the same time again pays nothing")
    check(verify() == 0, "the audit is whole")
    shutil.rmtree(folder)
    local.say(f"Restored in {seconds:.0f} s (new stack, {len(files)} objects and all records)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except local.Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        sys.exit(1)
