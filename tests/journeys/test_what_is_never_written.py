"""Names, addresses, numbers, passwords and codes of nobody else are sent through every path, right and wrong, and are written nowhere that
is not theirs: in no log, metric, email, message to software, or refusal of somebody who may not ask.

It comes late by its name, so that what every other journey left in the logs is read too.
"""

import json
import re
import unittest
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

from house import PASSWORD, START, House, told
from stack import EMULATOR, STACK, TODAY, UPLOADS, Refused, days, demo_data, functions, hand_in, idle, minute, portal, refused, run_job, s3, there, wait
from test_every_role import ENDS, address
from test_software import Receiver

ADMIN, OTHER, ALL_ROLES = "opal.fen@canaryhouse.example", "petra.fen@finchhouse.example", "quentin.fen@seaborough.example"
NAME, ADDRESS, NHS_NUMBER, SECRET, CODE = "Zephyrine Quillimont", "17 Vexhollow Mews", "943 476 5919", "Oxlip-Zzyx-4417", "730914"
TEXT = f"{NAME} of {ADDRESS}, {NHS_NUMBER}"
# Whose names the other journeys sent about.
CANARIES = re.compile(rf"zephyrine|quillimont|vexhollow|943 ?476 ?5919|{SECRET}|\b{CODE}\b|fennimore|quillfeather", re.I)


def everything_logged() -> dict[str, list[str]]:
    """What each function logged, and what was logged of the requests to them."""
    logs, found = EMULATOR.client("logs"), {}
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in (group["logGroupName"] for group in page["logGroups"]):
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            found[group] = [event["message"] for events_page in events for event in events_page["events"]]
    return found


class Filler:
    """Bodies and queries as the API's description has them, with a text wherever text is taken."""

    def __init__(self, api: dict, known: dict, text: str = TEXT):
        self.schemas, self.known, self.text = api["components"]["schemas"], known, text

    def right(self, schema: dict, name: str = "", depth: int = 0):
        """Everything that can be is the text; what has a form of its own has that."""
        schema = self.resolved(schema)
        kind, first = schema.get("type"), (schema.get("enum") or schema.get("examples") or [None])[0]
        if name == "request_id":
            return str(uuid.uuid4())
        if name in self.known:
            return str(self.known[name])
        if "const" in schema or "enum" in schema:
            return schema.get("const", first)
        if kind == "object" or "properties" in schema:
            return {} if depth > 4 else {each: self.right(inner, each, depth + 1) for each, inner in schema.get("properties", {}).items()}
        if kind == "array":
            return [] if depth > 4 else [self.right(schema.get("items", {}), name, depth + 1)]
        if kind in ("integer", "number", "boolean"):
            return {"integer": 1, "number": 1, "boolean": False}[kind]
        if schema.get("format") == "date":
            return str(TODAY)
        if "pattern" in schema or "format" in schema:
            return first or str(START)
        if "password" in name:
            return SECRET
        return CODE if "code" in name else self.text

    def wrong(self, schema: dict, depth: int = 0):
        """Everything is the text, whatever it should be."""
        schema = self.resolved(schema)
        if schema.get("type") == "object" or "properties" in schema:
            return {} if depth > 4 else {each: self.wrong(inner, depth + 1) for each, inner in schema.get("properties", {}).items()}
        return self.text if schema.get("type") != "array" else [self.text]

    def resolved(self, schema: dict) -> dict:
        while True:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
            elif choices := schema.get("oneOf") or schema.get("anyOf"):
                schema = next((choice for choice in choices if choice.get("type") != "null"), {})
            elif "allOf" in schema:
                parts = [self.resolved(part) for part in schema["allOf"]]
                schema = {"type": "object", "properties": {name: inner for part in parts for name, inner in part.get("properties", {}).items()}}
            elif isinstance(schema.get("type"), list):
                schema = {**schema, "type": next(kind for kind in schema["type"] if kind != "null")}
            else:
                return schema


class NeverWritten(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.house = House("JQ", "Canary House", 47, {ADMIN: "admin"})
        cls.finches = House("JZ", "Finch House", 48, {OTHER: "viewer"}, clients=("Ottoline",))
        told("clients", 59, [{"ss_ref": cls.finches.clients[0], "forename": "Ottoline", "surname": "Finch"}])
        forename, surname = NAME.split()
        told("clients", 49, [{"ss_ref": client, "title": "Miss", "forename": forename, "surname": surname, "date_of_birth": "1931-04-05"} for client in cls.house.clients])
        told("staff", 49, [{"staff_ref": "STQ1", "forename": "Quentin", "surname": "Fen", "email": ALL_ROLES, "teams": "PAYMENTS",
                           "roles": "helpdesk team_member contracts payments_officer finaliser configuration auditor"}])
        cls.admin, cls.other, cls.officer = cls.house.signed_in(ADMIN), cls.finches.signed_in(OTHER), portal()
        cls.officer.accept_invitation(ALL_ROLES, PASSWORD)
        cls.officer.sign_in(ALL_ROLES, PASSWORD)
        cls.admin.request("POST", "/api/webhooks", {"request_id": str(uuid.uuid4()), "url": cls.receiver.url, "kinds": ["action.answered", "file.processed", "statement.opened"]})
        cls.api = portal().request("GET", "/api/openapi.json")
        known = {"provider_ref": cls.house.provider, "contract_ref": cls.house.contract, "ss_ref": cls.house.clients[0], "cpli_id": cls.house.cplis[0],
                 "service_ref": cls.house.service, "cycle_ref": cls.house.cycle, "period_start": START, "type_ref": "general_query", "team_ref": "PAYMENTS"}
        cls.fillers = {"canaries": Filler(cls.api, known), "nothing": Filler(cls.api, known, "Nobody")}

    @classmethod
    def tearDownClass(cls):
        cls.receiver.shutdown()
        cls.receiver.server_close()

    def asked(self, person, route: tuple[str, str, dict], how: str, filler: Filler) -> tuple[int, str]:
        """The status of an answer and its text."""
        method, path, operation = route
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        fill = getattr(filler, how)
        asked = {each["name"]: fill(each["schema"], each["name"]) if how == "right" else filler.text
                 for each in operation.get("parameters", []) if each["in"] == "query"}
        query = urllib.parse.urlencode({name: value for name, value in asked.items() if isinstance(value, str)})
        try:
            answer = person.send(method, address(self.house, path) + (f"?{query}" if query else ""), None if body is None else fill(body))
        except Refused as refusal:
            return refusal.status, refusal.body
        return 200, answer.decode("utf-8", "replace")

    def test_a1_every_route_is_asked_with_them_and_tells_them_to_nobody_who_may_not_ask(self):
        routes = [(method.upper(), path, operation) for path, methods in self.api["paths"].items() for method, operation in methods.items()
                  if method in ("get", "post", "put", "delete") and f"{method.upper()} {path}" not in ENDS]
        self.assertGreater(len(routes), 150)
        people = {"the administrator": self.admin, "the officer": self.officer, "another house": self.other, "nobody": portal()}

        def go(work) -> str | None:
            route, who, how, sent = work
            status, text = self.asked(people[who], route, how, self.fillers[sent])
            heard = sorted(set(CANARIES.findall(text)))
            # Whoever may ask is told what they typed wrongly; whoever sent nothing of it hears nothing of it, whatever is answered.
            tells = heard if who in ("another house", "nobody") and (sent == "nothing" or status in (401, 403, 404)) else []
            return f"{who}: {route[0]} {route[1]} ({how}, {sent}) is {status} and says {tells}" if status >= 500 or tells else None

        work = [(route, *how) for route in routes for how in (
            ("the administrator", "right", "canaries"), ("the administrator", "wrong", "canaries"), ("the officer", "right", "canaries"),
            ("the officer", "wrong", "canaries"), ("another house", "right", "canaries"), ("another house", "right", "nothing"), ("nobody", "right", "canaries"))]
        with ThreadPoolExecutor(4) as pool:
            self.assertEqual([line for line in pool.map(go, work) if line], [])

    def test_b1_files_right_and_wrong_carry_them(self):
        row = dict.fromkeys(("ss_ref", "title", "forename", "surname", "date_of_birth", "cpli_id", "provider_ref"), TEXT)
        heading = {TEXT: TEXT, NAME: NHS_NUMBER}
        for number, feed in enumerate(demo_data.COLUMNS):
            columns = dict.fromkeys(demo_data.COLUMNS[feed].split(), TEXT)
            self.council(f"{feed}_{TODAY - days(1):%Y%m%d}T1400{number:02}", columns)
        self.council(f"clients_{TODAY - days(1):%Y%m%d}T140100", row)
        self.council(f"clients_{TODAY - days(1):%Y%m%d}T140101", heading)
        s3.put_object(Bucket=UPLOADS, Key=f"council/inbox/{NAME}.csv", Body=TEXT.encode())
        s3.put_object(Bucket=UPLOADS, Key=f"uploads/{self.house.provider}/inbox/{NAME}.csv", Body=TEXT.encode())
        weeks = "ProviderRef,SSRef,ClientName,CPLI_ID,WeekStart,Actual,ReasonCode,Comment\n" + "".join(
            f"{self.house.provider},{client},{NAME},{cpli},{START},{amount},{TEXT},{TEXT}\n".replace(f",{TEXT}", f',"{TEXT}"')
            for client, cpli in zip(self.house.clients, self.house.cplis) for amount in (1, NAME))
        for name, content in ((f"{NAME}.csv", weeks.encode()), (f"{NAME}.xlsx", TEXT.encode()), (f"{NAME} 2.csv", TEXT.encode() + b"\x00\xff")):
            self.assertIn(hand_in(self.admin, name, content)["state"], ("rejected", "validated"), name)
        self.assertEqual(refused(self.admin, "POST", "/api/actuals/uploads", {"file_name": f"{NAME}.exe", "size_bytes": 9})[0], 422)

    def council(self, name: str, row: dict) -> None:
        """A file of one row that is wrong in every place."""
        quoted = [",".join(f'"{cell}"' for cell in line) for line in (row, row.values())]
        s3.put_object(Bucket=UPLOADS, Key=f"council/inbox/{name}.csv", Body="\n".join(quoted).encode())
        wait(f"what came of {name}", lambda: there(UPLOADS, f"council/outbox/{name}_summary.json"))

    def test_c1_what_people_write_to_each_other_and_the_jobs_carry_them(self):
        made = self.admin.request("POST", "/api/actions", {
            "request_id": str(uuid.uuid4()), "type_ref": "general_query", "related": {"kind": "client", "ss_ref": self.house.clients[0]}, "title": NAME,
            "text": TEXT, "fields": {}, "team_ref": "PAYMENTS", "due_on": None, "attachments": []})
        self.officer.request("POST", f"/api/council/actions/{self.house.provider}/{made['action_id']}/posts", {
            "request_id": str(uuid.uuid4()), "text": TEXT, "assign_to": {"side": "provider"}, "attachments": []})
        self.assertIn(refused(portal(), "POST", "/api/sign-in", {"email": ADMIN, "password": SECRET})[0], (401, 422, 429))
        for job in ("daily-jobs", "finalise"):
            run_job(job, {"time": f"{TODAY}T23:50:00Z"})
        idle()
        minute()
        wait("a message to software", lambda: self.receiver.of("action.answered"))
        idle()

    def test_d1_no_log_of_any_function_has_them(self):
        logged = everything_logged()
        told_of = {f"/aws/lambda/{function['FunctionName']}" for page in functions.get_paginator("list_functions").paginate() for function in page["Functions"]}
        silent = {group for group in told_of if group.startswith(f"/aws/lambda/{STACK}-") and not logged.get(group)}
        self.assertLess(len(silent), 4, silent)
        found = {group: lines for group, events in logged.items() if (lines := [line[:400] for line in events if CANARIES.search(line)][:3])}
        self.assertEqual(found, {})

    def test_d2_no_metric_email_or_message_to_software_has_them(self):
        metrics = [metric for page in EMULATOR.client("cloudwatch").get_paginator("list_metrics").paginate() for metric in page["Metrics"]]
        self.assertEqual([metric for metric in metrics if CANARIES.search(json.dumps(metric))], [])
        # A real code of six digits may be the canary by chance, so it is not looked for in the emails that carry codes.
        emails = [email for email in portal().emails() if CANARIES.search(re.sub(rf"\b{CODE}\b", "", json.dumps([email["Subject"], email["BodyText"], email["BodyHtml"]])))]
        self.assertEqual([(email["Subject"], email["To"]) for email in emails], [])
        self.assertEqual([body for _, body in self.receiver.heard if CANARIES.search(body.decode())], [])

    def test_d3_no_address_in_an_answer_has_them(self):
        """Whatever a link leads to is named by references."""
        for person, path in ((self.admin, "/api/actions"), (self.admin, "/api/care-packages"), (self.officer, "/api/council/home"), (self.admin, self.house.statement)):
            links = re.findall(r'"(/[a-z][^"]*)"', json.dumps(person.request("GET", path)))
            self.assertEqual([link for link in links if CANARIES.search(link)], [], path)


if __name__ == "__main__":
    unittest.main()
