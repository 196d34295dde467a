"""Everything that cannot be made again, in a folder, and back into an empty stack: for an operator, never for a function.

    python infra/backup.py save FOLDER       the table and both buckets, as they are now
    python infra/backup.py restore FOLDER    into a stack that was just created
    python infra/backup.py copy FROM         the records of another table, such as one that AWS restored, into the stack's

Which stack is meant is said by TABLE, UPLOAD_BUCKET and DOCUMENT_BUCKET; where AWS is, as for every AWS tool. Restoring
puts only what is not there, record by record: the table's policy refuses everybody to replace or delete what is in the
audit (infra/template.yaml), and so nothing that a new stack has already done is lost. docs/runbooks/restore.md says when.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Who was signed in, or had half signed in, is not brought back: they may have signed out since.
FORGOTTEN = ("SESSION#", "CHALLENGE#", "RESET#", "PACE#")
WRITERS = 16


def plain(value: dict) -> dict:
    """A DynamoDB value as JSON has it: bytes as base64."""
    [(kind, inner)] = value.items()
    if kind == "B":
        return {"B": base64.b64encode(inner).decode()}
    if kind == "BS":
        return {"BS": [base64.b64encode(it).decode() for it in inner]}
    if kind == "M":
        return {"M": {name: plain(it) for name, it in inner.items()}}
    if kind == "L":
        return {"L": [plain(it) for it in inner]}
    return value


def whole(value: dict) -> dict:
    """The value again."""
    [(kind, inner)] = value.items()
    if kind == "B":
        return {"B": base64.b64decode(inner)}
    if kind == "BS":
        return {"BS": [base64.b64decode(it) for it in inner]}
    if kind == "M":
        return {"M": {name: whole(it) for name, it in inner.items()}}
    if kind == "L":
        return {"L": [whole(it) for it in inner]}
    return value


def records(dynamodb, table: str):
    """Every record of a table. Only an operator may scan it."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def is_kept(item: dict) -> bool:
    return not (item["PK"]["S"].startswith(FORGOTTEN) or item["SK"]["S"].startswith(FORGOTTEN))


def put_records(dynamodb, table: str, items) -> tuple[int, int]:
    """Puts each record where there is none; how many, and how many were there."""

    def put(item: dict) -> bool:
        try:
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(PK)")
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as writers:
        done = list(writers.map(put, filter(is_kept, items)))
    return sum(done), len(done) - sum(done)


def objects(s3, bucket: str):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (item["Key"] for item in page.get("Contents", []))


def save(clients: dict, told: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=False)
    count = 0
    with (folder / "table.jsonl").open("w") as out:
        for item in records(clients["dynamodb"], told["TABLE"]):
            out.write(json.dumps({name: plain(value) for name, value in item.items()}) + "\n")
            count += 1
    print(f"{count} records")
    for role in ("UPLOAD_BUCKET", "DOCUMENT_BUCKET"):
        (folder / role).mkdir()
        listed = []
        for number, key in enumerate(objects(clients["s3"], told[role])):
            found = clients["s3"].get_object(Bucket=told[role], Key=key)
            (folder / role / str(number)).write_bytes(found["Body"].read())
            headers = {name: found[name] for name in ("ContentType", "ContentDisposition", "Metadata") if found.get(name)}
            listed.append({"key": key, "file": str(number), "headers": headers})
        (folder / f"{role}.json").write_text(json.dumps(listed, indent=1))
        print(f"{len(listed)} objects of {role}")


def restore(clients: dict, told: dict[str, str], folder: Path) -> None:
    """The records first: whoever is told of an object then knows that it was taken in."""
    with (folder / "table.jsonl").open() as lines:
        items = ({name: whole(value) for name, value in json.loads(line).items()} for line in lines)
        put, there = put_records(clients["dynamodb"], told["TABLE"], items)
    print(f"{put} records put, {there} were there")
    s3 = clients["s3"]
    for role in ("UPLOAD_BUCKET", "DOCUMENT_BUCKET"):
        # Nobody is told of objects that come back: their files were taken in long ago.
        told_of = {name: value for name, value in s3.get_bucket_notification_configuration(Bucket=told[role]).items() if name.endswith("Configurations")}
        s3.put_bucket_notification_configuration(Bucket=told[role], NotificationConfiguration={})
        try:
            there = set(objects(s3, told[role]))
            listed = [it for it in json.loads((folder / f"{role}.json").read_text()) if it["key"] not in there]
            for it in listed:
                s3.put_object(Bucket=told[role], Key=it["key"], Body=(folder / role / it["file"]).read_bytes(), **it["headers"])
        finally:
            s3.put_bucket_notification_configuration(Bucket=told[role], NotificationConfiguration=told_of)
        print(f"{len(listed)} objects of {role} put")


def main() -> int:
    import boto3

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["save", "restore", "copy"])
    parser.add_argument("where", help="a folder, or the table to copy from")
    arguments = parser.parse_args()
    clients = {name: boto3.client(name) for name in ("dynamodb", "s3")}
    told = {name: os.environ[name] for name in ("TABLE", "UPLOAD_BUCKET", "DOCUMENT_BUCKET")}
    if arguments.what == "copy":
        put, there = put_records(clients["dynamodb"], told["TABLE"], records(clients["dynamodb"], arguments.where))
        print(f"{put} records put, {there} were there")
    else:
        {"save": save, "restore": restore}[arguments.what](clients, told, Path(arguments.where))
    return 0


if __name__ == "__main__":
    sys.exit(main())
