"""The deployed stack that the journeys go through, as `infra/local.py test` started it."""

import csv
import io
import json
import os
import sys
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

import demo_data  # noqa: E402, F401
import local  # noqa: E402
from local import Emulator, Portal, Refused, wait  # noqa: E402

LONDON = ZoneInfo("Europe/London")
TODAY = date.fromisoformat(os.environ["PORTAL_TODAY"])
STACK = os.environ["PORTAL_STACK"]
SITE_URL = os.environ["PORTAL_SITE_URL"]
UPLOADS = os.environ["PORTAL_UPLOAD_BUCKET_NAME"]
DOCUMENTS = os.environ["PORTAL_DOCUMENT_BUCKET_NAME"]
TABLE = os.environ["PORTAL_TABLE_NAME"]
EMULATOR = Emulator(int(os.environ["PORTAL_EMULATOR_URL"].rsplit(":", 1)[1]), ROOT / ".local" / "test")

s3 = EMULATOR.client("s3")
sqs = EMULATOR.client("sqs")
dynamodb = EMULATOR.client("dynamodb")
functions = EMULATOR.client("lambda")

def portal() -> Portal:
    """A browser of its own: nobody is signed in."""
    return Portal(EMULATOR, SITE_URL)


def refused(person: Portal, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
    """The status and the problem that a request is answered with."""
    try:
        answer = person.request(method, path, body)
    except Refused as refusal:
        return refusal.status, json.loads(refusal.body)
    raise AssertionError(f"{method} {path} was answered {answer}")


def drop(name: str, rows: list[dict] | str) -> dict:
    """Drops a council file, and gives back the summary of what came of it."""
    if not isinstance(rows, str):
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        rows = out.getvalue()
    s3.put_object(Bucket=UPLOADS, Key=f"council/inbox/{name}.csv", Body=rows.encode())
    return json.loads(wait(f"what came of {name}", lambda: there(UPLOADS, f"council/outbox/{name}_summary.json")))


def there(bucket: str, key: str) -> str | None:
    """A file's text, if it is there yet."""
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except s3.exceptions.NoSuchKey:
        return None


def rows_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def run_job(name: str, event: dict) -> dict:
    answer = functions.invoke(FunctionName=f"{STACK}-{name}", Payload=json.dumps(event).encode())
    told = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise AssertionError(f"{name} failed: {told}")
    return json.loads(told or "null")


def minute() -> None:
    """The webhooks' rule fires; the queue does the rest. Its time has whole seconds, so it fires in the next one: what is due
    then is not tried before."""
    soon = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=1)
    wait("the next second", lambda: datetime.now(timezone.utc) >= soon)
    run_job("send-webhooks", {"time": soon.isoformat().replace("+00:00", "Z")})


def idle() -> None:
    """Waits until every queue is empty and nothing of it is being worked on."""

    def empty() -> bool:
        for queue in local.QUEUES:
            told = sqs.get_queue_attributes(QueueUrl=queue_url(queue), AttributeNames=["All"])["Attributes"]
            if int(told["ApproximateNumberOfMessages"]) or int(told["ApproximateNumberOfMessagesNotVisible"]):
                return False
        return True

    wait("the queues to empty", empty)


def queue_url(name: str) -> str:
    return local.queue_url(EMULATOR, STACK, name)


def hand_in(person, name: str, content: bytes, seconds: int = 60) -> dict:
    """A file by the page, checked: what the portal says of it."""
    batch = person.hand_in("/api/actuals/uploads", name, content)["batch_id"]
    return settled(person, batch, ("received", "checking"), seconds)


def settled(person, batch: str, passing: tuple[str, ...], seconds: int = 60) -> dict:
    def told() -> dict | None:
        view = person.request("GET", f"/api/actuals/uploads/{batch}")
        return None if view["state"] in passing else view

    return wait(f"what came of upload {batch}", told, seconds)


def apply(person, batch: str, seconds: int = 60) -> dict:
    person.request("POST", f"/api/actuals/uploads/{batch}/application", {})
    return settled(person, batch, ("validated", "applying"), seconds)


def everything() -> dict:
    """The whole state that a run may change: records, files and emails. Sessions come and go with their requests, and who asked is recorded."""
    records = {}
    for page in dynamodb.get_paginator("scan").paginate(TableName=TABLE):
        for item in page["Items"]:
            if not item["PK"]["S"].startswith(("SESSION#", "CHALLENGE#", "AUDIT")):
                records[f"{item['PK']['S']} / {item['SK']['S']}"] = item
    files = {}
    for bucket in (UPLOADS, DOCUMENTS):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in page.get("Versions", []):
                if version["Key"].startswith("audit/"):
                    continue
                files[f"{bucket}/{version['Key']} {version['VersionId']}"] = version["ETag"]
    return {"records": records, "files": files, "emails": [email["MessageId"] for email in portal().emails()]}


def let_sessions_rest() -> None:
    """As if everybody who is signed in had asked for nothing for two minutes."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE, FilterExpression="attribute_exists(last_seen_at)")
    for item in [item for page in pages for item in page["Items"]]:
        seen = datetime.fromisoformat(item["last_seen_at"]["S"]) - timedelta(minutes=2)
        dynamodb.update_item(
            TableName=TABLE, Key={"PK": item["PK"], "SK": item["SK"]}, UpdateExpression="SET last_seen_at = :seen",
            ExpressionAttributeValues={":seen": {"S": seen.isoformat().replace("+00:00", "Z")}},
        )


def at(day: date, hour: int, minute: int = 0) -> str:
    """An instant in London as jobs are told it."""
    local = datetime.combine(day, time(hour, minute), tzinfo=LONDON)
    return local.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def days(count: int) -> timedelta:
    return timedelta(days=count)
