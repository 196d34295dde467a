"""No role may do what its function does not: what the roles allow, against what was really called.

The emulator refuses whatever a role does not allow (AUTH) and records every call (CloudTrail), while the demo data is
loaded, the browser tests and the journeys run. So an action that is missing fails there, and one too many fails here.
This file is the last of the journeys; its name keeps it there.
"""

import fnmatch
import hashlib
import json
import math
import unittest
from collections.abc import Iterator
from urllib.request import Request, urlopen

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from stack import EMULATOR, STACK, UPLOADS, functions, local, portal, s3

# What Lambda itself does in a function's name: it writes the log and takes the messages of the queue.
BY_LAMBDA = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# DynamoDB asks for the action of each part of a transaction.
IN_A_TRANSACTION = {"ConditionCheck": "ConditionCheckItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}

# Other calls that IAM knows by the name of one. A file is got by its version when the role allows no more than that.
CALLED_BY = {"SendMessageBatch": "sqs:SendMessage"}
BY_VERSION = {"s3:GetObjectVersion": "s3:GetObject"}


# What is called only where somebody else was faster, or somebody died half-way, or days went by: tests in process do it.
CUT_OFF = {"ReadsWhatWasCutOff", "DropsWhatWasCutOff", "TellsOfAnAddressThatFailedForDays"}
# Nobody lists a bucket: with this right S3 answers 404 and not 403 for an object that is not there, which the emulator does anyway.
NEVER_CALLED = {"TellsAbsentFromRefused"}


def deployed() -> dict[str, dict]:
    """The stack's functions by name."""
    pages = functions.get_paginator("list_functions").paginate()
    return {function["FunctionName"]: function for page in pages for function in page["Functions"]
            if function["FunctionName"].startswith(f"{STACK}-")}


def statements(function: dict) -> list[dict]:
    """What its role says."""
    iam, role = EMULATOR.client("iam"), function["Role"].rsplit("/", 1)[1]
    return iam.get_role_policy(RoleName=role, PolicyName="what-it-does")["PolicyDocument"]["Statement"]


def allowed(function: dict) -> set[tuple[str, str]]:
    """Every action that its role allows, with the resource."""
    found = set()
    for statement in statements(function):
        if statement["Sid"] in CUT_OFF | NEVER_CALLED:
            continue
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        found |= {(action, resource) for action in statement["Action"] for resource in resources if action not in BY_LAMBDA}
    return found


def key_of(function: dict) -> str:
    """The access key under which the emulator runs a function."""
    digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
    return f"ASIA{digest[:16].upper()}"


def events_of(access_key: str) -> Iterator[dict]:
    """Every recorded call under an access key, newest first. The emulator gives fifty at once and no token for the next."""
    credentials = Credentials(local.CREDENTIALS["AWS_ACCESS_KEY_ID"], local.CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    asked = {"LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": access_key}]}
    headers = {"Content-Type": "application/x-amz-json-1.1",
               "X-Amz-Target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"}
    while True:
        request = AWSRequest("POST", f"{EMULATOR.url}/", data=json.dumps(asked), headers=headers)
        SigV4Auth(credentials, "cloudtrail", local.REGION).add_auth(request)
        with urlopen(Request(request.url, method="POST", data=request.data.encode(), headers=dict(request.headers))) as answer:
            page = json.loads(answer.read())["Events"]
        yield from page
        if not page:
            return
        asked["EndTime"] = math.nextafter(page[-1]["EventTime"], 0)


def calls(access_key: str) -> set[tuple[str, str]]:
    """Every action that was called under an access key, with the resource."""
    found = set()
    for event in events_of(access_key):
        found |= actions_of(json.loads(event["CloudTrailEvent"]), [resource["ResourceName"] for resource in event["Resources"]])
    return found


def actions_of(detail: dict, resources: list[str]) -> set[tuple[str, str]]:
    """A call as IAM names it, and what it named: a table, a queue, a bucket and key."""
    service = detail["eventSource"].split(".")[0]
    name, told = detail["eventName"], detail.get("requestParameters") or {}
    if service == "dynamodb" and name == "TransactWriteItems":
        return {(f"dynamodb:{IN_A_TRANSACTION[kind]}", part["TableName"]) for item in told["TransactItems"] for kind, part in item.items()}
    named = told.get("TableName") or told.get("QueueUrl", "").rsplit("/", 1)[-1] or "/".join(resources)
    return {(CALLED_BY.get(name, f"{service}:{name}"), named)}


def emails_sent() -> set[tuple[str, str]]:
    """The emulator records no calls of its mail service, but it shows the emails. One role may send any, under one configuration set."""
    domains = {email["Source"].rsplit("@", 1)[1].rstrip(">") for email in portal().emails()}
    return {("ses:SendEmail", name) for name in (*domains, f"configuration-set/{STACK}")}


def handed_in() -> set[tuple[str, str]]:
    """What pages sent by forms that a function had signed, which the emulator records as nobody's calls."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=UPLOADS)
    keys = {version["Key"] for page in pages for version in page.get("Versions", [])}
    return {("s3:PutObject", f"{UPLOADS}/{key}") for key in keys if key.startswith(("council/documents/", "council/desk/")) or key.split("/")[2:3] in (["page"], ["vat"], ["actions"])}


def covers(grant: tuple[str, str], call: tuple[str, str]) -> bool:
    """Whether a role's action on a resource is what was called: the name stands at the end of the resource's ARN."""
    (action, resource), (called, named) = grant, call
    name = resource.split(":", 5)[5].removeprefix("table/").removeprefix("identity/")
    return BY_VERSION.get(action, action) == called and fnmatch.fnmatchcase(named, name)


class Roles(unittest.TestCase):
    maxDiff = None

    def test_every_action_that_a_role_allows_is_one_that_its_function_calls(self):
        for name, function in sorted(deployed().items()):
            called = calls(key_of(function)) | emails_sent()
            if any(statement["Sid"] == "SignsUploads" for statement in statements(function)):
                called |= handed_in()
            with self.subTest(function=name):
                self.assertTrue(called, f"{name} was never called")
                unused = {grant for grant in allowed(function) if not any(covers(grant, call) for call in called)}
                self.assertEqual(unused, set(), f"{name} called {sorted(called)}")


if __name__ == "__main__":
    unittest.main()
