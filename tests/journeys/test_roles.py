"""No role may do what its function does not: what the roles allow, against what was really called.

The emulator refuses whatever a role does not allow (AUTH) and records every call (CloudTrail), while the demo data is
loaded, the browser tests and the journeys run. So an action that is missing fails there, and one too many fails here.
This file is the last of the journeys; its name keeps it there.
"""

import fnmatch
import hashlib
import json
import unittest

from stack import EMULATOR, STACK, functions

# What Lambda itself does in a function's name: it writes the log and takes the messages of the queue.
BY_LAMBDA = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# DynamoDB asks for the action of each part of a transaction.
IN_A_TRANSACTION = {"ConditionCheck": "ConditionCheckItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}

# Other calls that IAM knows by the name of one. A file is got by its version when the role allows no more than that.
CALLED_BY = {"SendMessageBatch": "sqs:SendMessage"}
BY_VERSION = {"s3:GetObjectVersion": "s3:GetObject"}


def deployed() -> dict[str, dict]:
    """The stack's functions by name."""
    pages = functions.get_paginator("list_functions").paginate()
    return {function["FunctionName"]: function for page in pages for function in page["Functions"]
            if function["FunctionName"].startswith(f"{STACK}-")}


def allowed(function: dict) -> set[tuple[str, str]]:
    """Every action that its role allows, with the resource."""
    iam, role = EMULATOR.client("iam"), function["Role"].rsplit("/", 1)[1]
    found = set()
    for statement in iam.get_role_policy(RoleName=role, PolicyName="what-it-does")["PolicyDocument"]["Statement"]:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        found |= {(action, resource) for action in statement["Action"] for resource in resources if action not in BY_LAMBDA}
    return found


def key_of(function: dict) -> str:
    """The access key under which the emulator runs a function."""
    digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
    return f"ASIA{digest[:16].upper()}"


def calls() -> dict[str, set[tuple[str, str]]]:
    """Every action that was called, with the resource, by access key."""
    found: dict[str, set[tuple[str, str]]] = {}
    for page in EMULATOR.client("cloudtrail").get_paginator("lookup_events").paginate():
        for event in page["Events"]:
            detail = json.loads(event["CloudTrailEvent"])
            mine = found.setdefault(event["AccessKeyId"], set())
            mine.update(actions_of(detail, [resource["ResourceName"] for resource in event["Resources"]]))
    return found


def actions_of(detail: dict, resources: list[str]) -> set[tuple[str, str]]:
    """A call as IAM names it, and what it named: a table, a queue, a bucket and key."""
    service = detail["eventSource"].split(".")[0]
    name, told = detail["eventName"], detail.get("requestParameters") or {}
    if service == "dynamodb" and name == "TransactWriteItems":
        return {(f"dynamodb:{IN_A_TRANSACTION[kind]}", part["TableName"]) for item in told["TransactItems"] for kind, part in item.items()}
    if service == "ses":
        # The only call of its second version that is a POST to where emails go out.
        return {("ses:SendEmail", told["FromEmailAddress"].rsplit("@", 1)[1])}
    named = told.get("TableName") or told.get("QueueUrl", "").rsplit("/", 1)[-1] or "/".join(resources)
    return {(CALLED_BY.get(name, f"{service}:{name}"), named)}


def covers(grant: tuple[str, str], call: tuple[str, str]) -> bool:
    """Whether a role's action on a resource is what was called: the name stands at the end of the resource's ARN."""
    (action, resource), (called, named) = grant, call
    name = resource.split(":", 5)[5].removeprefix("table/").removeprefix("identity/")
    return BY_VERSION.get(action, action) == called and fnmatch.fnmatchcase(named, name)


class Roles(unittest.TestCase):
    maxDiff = None

    def test_every_action_that_a_role_allows_is_one_that_its_function_calls(self):
        by_key = calls()
        for name, function in sorted(deployed().items()):
            called = by_key.get(key_of(function), set())
            with self.subTest(function=name):
                self.assertTrue(called, f"{name} was never called")
                unused = {grant for grant in allowed(function) if not any(covers(grant, call) for call in called)}
                self.assertEqual(unused, set(), f"{name} called {sorted(called)}")


if __name__ == "__main__":
    unittest.main()
