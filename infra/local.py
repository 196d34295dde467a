"""Runs the portal on one machine: the emulator, the same template, the site and the demo data.

    python infra/local.py run      start, deploy, load, serve until Ctrl-C
    python infra/local.py up       the same in the background; `down` ends it
    python infra/local.py reset    forget everything that was kept
    python infra/local.py test -- COMMAND...
                                   a stack of its own for COMMAND, gone afterwards

The Makefile calls it with the paths and ports it is to use; `--help` names them.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import hashlib
import itertools
import json
import mimetypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from datetime import date, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "infra" / "template.yaml"
REGION = "eu-west-2"
MAIL_DOMAIN = "seaborough.example"
# The emulator's root account; it checks no secrets of it.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
# Tests run where roles are enforced and every call is recorded (tests/journeys/test_what_roles_allow.py).
AUDITED = {"AUTH": "true", "CLOUDTRAIL_RECORDING": "1", "CLOUDTRAIL_MAX_EVENTS": "1000000", "PERSIST_STATE": "0", "S3_PERSIST": "0"}
STARTED = time.monotonic()


def say(text: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f}s] {text}", flush=True)


class Trouble(Exception):
    """What went wrong and what to do about it, for the person at the terminal."""


class Refused(Trouble):
    """The portal's answer to a request that it did not grant."""

    def __init__(self, what: str, status: int, body: str):
        super().__init__(f"{what} was answered {status}: {body[:500]}")
        self.status, self.body = status, body


# ------------------------------------------------------------------ the emulator


class Emulator:
    """MiniStack as a child process, with its state in one folder."""

    def __init__(self, port: int, state: Path, options: dict[str, str] | None = None):
        self.port, self.state, self.options = port, state, options or {}
        self.url = f"http://127.0.0.1:{port}"
        self.log = state / "emulator.log"
        self.pid_file = state / "emulator.pid"

    def environment(self) -> dict[str, str]:
        """Functions inherit it, which is how they find the emulator."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.url,
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / "s3"),
            "TMPDIR": str(self.state / "tmp"),
            **self.options,
        }

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/ready", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def running(self) -> int | None:
        """The process that a file says we started, if it is still alive."""
        try:
            pid = int(self.pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"ministack" in command else None

    def start(self) -> None:
        if self.running() and self.ready():
            say(f"The emulator already runs on port {self.port}")
            return
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise Trouble(f"Port {self.port} is in use. Say another: make run PORT=4567") from error
        # What functions were unpacked to; large, and unpacked again.
        shutil.rmtree(self.state / "tmp", ignore_errors=True)
        (self.state / "tmp").mkdir(parents=True)
        say(f"Starting the emulator on port {self.port}, its log is {self.log.relative_to(ROOT) if self.log.is_relative_to(ROOT) else self.log}")
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.state,
            )
        self.pid_file.write_text(str(process.pid))
        for _ in range(300):
            if self.ready():
                return
            if process.poll() is not None:
                break
            time.sleep(0.1)
        raise Trouble(f"The emulator did not start. Its log says why: {self.log}\n{self.log.read_text()[-2000:]}")

    def stop(self, says: str = "Stopping the emulator; what it holds is kept") -> None:
        """Ends it by its id and waits, because it saves its state on the way out."""
        pid = self.running()
        if pid is None:
            return
        if says:
            say(says)
        os.kill(pid, signal.SIGTERM)
        for _ in range(300):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if self.running() is None:
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
        # Functions that outlived it: they are in the group that we made for it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGTERM)
        self.pid_file.unlink(missing_ok=True)

    def client(self, service: str):
        import boto3
        from botocore.config import Config

        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION,
            aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, read_timeout=180, retries={"max_attempts": 1}),
        )


# ------------------------------------------------------------------ the stack


def function_folders() -> list[str]:
    """The functions as the template names them."""
    return re.findall(r"^      CodeUri: \.\./\.local/bundle/([a-z-]+)\.zip$", TEMPLATE.read_text(), re.M)


def bundle(target: Path, into: Path) -> None:
    """Zips each built function as Lambda wants it: one executable called bootstrap."""
    into.mkdir(parents=True, exist_ok=True)
    for folder in function_folders():
        built, zipped = target / folder, into / f"{folder}.zip"
        if not built.exists():
            raise Trouble(f"{folder} is not built. Run: cargo build --workspace --bins")
        if zipped.exists() and zipped.stat().st_mtime > built.stat().st_mtime:
            continue
        bare = into / f"{folder}.bootstrap"
        if shutil.which("strip"):
            subprocess.run(["strip", "--strip-all", "-o", bare, built], check=True)
        else:
            shutil.copyfile(built, bare)
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(entry, bare.read_bytes())
        bare.unlink()


def packaged(emulator: Emulator, bundles: Path, bucket: str) -> str:
    """The template's address, with its code in a bucket under its hash, as `sam package` does it."""
    s3 = emulator.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    template = TEMPLATE.read_text()
    for folder in function_folders():
        body = (bundles / f"{folder}.zip").read_bytes()
        key = f"{hashlib.sha256(body).hexdigest()[:32]}.zip"
        with contextlib.suppress(s3.exceptions.ClientError):
            s3.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
        template = template.replace(f"CodeUri: ../.local/bundle/{folder}.zip", f"CodeUri: s3://{bucket}/{key}")
    # A longer one than 51,200 bytes is not taken with the request.
    s3.put_object(Bucket=bucket, Key="template.yaml", Body=template.encode())
    return f"{emulator.url}/{bucket}/template.yaml"


def deploy(emulator: Emulator, stack: str, bundles: Path) -> dict[str, str]:
    """Creates or updates the stack; its outputs by name."""
    cloudformation = emulator.client("cloudformation")
    arguments = {
        "StackName": stack,
        "TemplateURL": packaged(emulator, bundles, f"{stack}-code"),
        "Parameters": [
            {"ParameterKey": "LocalPort", "ParameterValue": str(emulator.port)},
            {"ParameterKey": "MailFrom", "ParameterValue": f"no-reply@{MAIL_DOMAIN}"},
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    known = outputs(emulator, stack)
    say(f"{'Updating' if known else 'Creating'} the stack {stack}")
    try:
        if known:
            cloudformation.update_stack(**arguments)
        else:
            cloudformation.create_stack(**arguments)
    except cloudformation.exceptions.ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        return known
    for _ in range(600):
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(0.2)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise Trouble(f"The stack is {status}.\n" + "\n".join(failed[::-1]))
    return outputs(emulator, stack)


def allow_what_the_emulator_asks(emulator: Emulator, stack: str) -> None:
    """Gives roles what only the emulator asks for where it enforces them, to whoever has what AWS asks for.

    To send ten messages at once AWS asks for `sqs:SendMessage`; the emulator for `sqs:SendMessageBatch`, which IAM does
    not know. To send an email AWS looks at the identity and the address; the emulator asks for leave to send as anybody.
    """
    iam = emulator.client("iam")
    for folder in function_folders():
        role = emulator.client("lambda").get_function_configuration(FunctionName=f"{stack}-{folder}")["Role"].rsplit("/", 1)[1]
        extra = []
        for statement in iam.get_role_policy(RoleName=role, PolicyName="what-it-does")["PolicyDocument"]["Statement"]:
            if "sqs:SendMessage" in statement["Action"]:
                extra.append({**statement, "Action": ["sqs:SendMessageBatch"]})
            if "ses:SendEmail" in statement["Action"]:
                extra.append({"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": "*"})
        if extra:
            document = json.dumps({"Version": "2012-10-17", "Statement": extra})
            iam.put_role_policy(RoleName=role, PolicyName="as-the-emulator-asks", PolicyDocument=document)


def hurry(emulator: Emulator, stack: str) -> None:
    """A message that failed comes again while a test waits for it, not after minutes; but not while a large file is read."""
    for queue, seconds in (("import", 10), ("payments", 10), ("mail", 10), ("uploads", 120), ("reports", 60)):
        emulator.client("sqs").set_queue_attributes(QueueUrl=queue_url(emulator, stack, queue), Attributes={"VisibilityTimeout": str(seconds)})


def stop_rules(emulator: Emulator) -> list[str]:
    """A job runs when a test says so, and at the time that it says: one that ran by itself would change what another test compares."""
    events = emulator.client("events")
    scheduled = [rule["Name"] for rule in events.list_rules()["Rules"] if rule.get("ScheduleExpression")]
    for name in scheduled:
        events.disable_rule(Name=name)
    return scheduled


def outputs(emulator: Emulator, stack: str) -> dict[str, str]:
    """What the stack says of itself; empty when there is none."""
    cloudformation = emulator.client("cloudformation")
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except (cloudformation.exceptions.ClientError, IndexError):
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def write_environment(emulator: Emulator, stack: str, file: Path) -> None:
    """What all functions are told, for `cargo lambda watch --env-file`."""
    told = {**CREDENTIALS, "AWS_ENDPOINT_URL": emulator.url}
    for folder in function_folders():
        told |= emulator.client("lambda").get_function_configuration(FunctionName=f"{stack}-{folder}")["Environment"]["Variables"]
    file.write_text("".join(f"{name}={value}\n" for name, value in sorted(told.items())))


def upload_site(emulator: Emulator, bucket: str, site: Path) -> None:
    """Copies the built site into its bucket."""
    s3 = emulator.client("s3")
    files = [file for file in sorted(site.rglob("*")) if file.is_file()]
    if not files:
        raise Trouble(f"The site is not built: {site} is empty. Run: npm --prefix static-site run build")
    for file in files:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        s3.put_object(Bucket=bucket, Key=file.relative_to(site).as_posix(), Body=file.read_bytes(), ContentType=kind)
    say(f"Copied {len(files)} files of the site")


# ------------------------------------------------------------------ the portal as its people use it


class Portal:
    """Requests to the site's address as a browser makes them, and the emails that came of them."""

    def __init__(self, emulator: Emulator, site_url: str):
        self.emulator, self.site_url = emulator, site_url
        self.cookie: str | None = None

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        """The reply's JSON."""
        return json.loads(self.send(method, path, body) or b"{}")

    def download(self, path: str) -> bytes:
        """A file, as it is saved."""
        return self.send("GET", path)

    def send(self, method: str, path: str, body: dict | None = None) -> bytes:
        """The reply. A browser resolves names under .localhost by itself, Python does not."""
        host = self.site_url.removeprefix("http://")
        headers = {"Host": host, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.cookie:
            headers["Cookie"] = self.cookie
        request = urllib.request.Request(
            self.emulator.url + path, method=method, headers=headers, data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with OPENER.open(request, timeout=60) as answer:
                if cookie := answer.headers.get("Set-Cookie"):
                    self.cookie = cookie.split(";")[0]
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 303:
                # To the bucket, by a link that was signed for a minute: another host, so without the cookie.
                with urllib.request.urlopen(error.headers["Location"], timeout=60) as answer:
                    return answer.read()
            raise Refused(f"{method} {path}", error.code, error.read().decode()) from error

    def hand_in(self, path: str, name: str, content: bytes) -> dict:
        """Sends a file as a page does: by a form that the portal signs, straight into the bucket. What the portal said of it."""
        asked = self.request("POST", path, {"file_name": name, "size_bytes": len(content)})
        self.post(asked, name, content)
        return asked

    def post(self, asked: dict, name: str, content: bytes) -> None:
        """Sends a file by the form that the portal signed."""
        post_form(asked["url"], asked["fields"], name, content)

    def emails(self, to: str | None = None) -> list[dict]:
        with urllib.request.urlopen(f"{self.emulator.url}/_ministack/ses/messages", timeout=10) as answer:
            boxes = json.loads(answer.read())["messages"]
        found = [email for box in boxes.values() for email in box if to is None or to in email["To"]]
        return sorted(found, key=lambda email: email["Timestamp"])

    def email(self, to: str, holding: str, after: int = 0) -> re.Match:
        """Waits for an email to somebody that holds a pattern."""

        def found() -> re.Match | None:
            matches = [re.search(holding, email["BodyText"]) for email in self.emails(to)[after:]]
            return next((match for match in reversed(matches) if match), None)

        return wait(f"an email to {to}", found)

    def accept_invitation(self, email: str, password: str) -> None:
        token = self.email(email, r"/invitation/#(\S+)").group(1)
        self.request("POST", "/api/invitation", {"token": token, "password": password, "security_code": None})

    def sign_in(self, email: str, password: str, provider: str | None = None) -> None:
        known = len(self.emails(email))
        challenge = self.request("POST", "/api/sign-in", {"email": email, "password": password})
        code = self.email(email, r"(?m)^\s*(\d{6})\s*$", after=known).group(1)
        self.request("POST", "/api/sign-in/code", {"challenge": challenge["challenge"], "step": challenge["step"], "code": code})
        if provider:
            self.request("POST", "/api/providers/selection", {"provider_ref": provider})


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Elsewhere has other headers, so whoever asks goes there themselves."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirects)


def post_form(url: str, fields: dict[str, str], name: str, content: bytes) -> None:
    """Posts a file as a browser does, its fields first."""
    boundary = hashlib.sha256(content).hexdigest()
    head = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(url, data=body, method="POST", headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
    try:
        with urllib.request.urlopen(request, timeout=120):
            pass
    except urllib.error.HTTPError as error:
        raise Refused(f"POST {url}", error.code, error.read().decode()) from error


def wait(what: str, ask, seconds: int = 60):
    """Asks until there is an answer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise Trouble(f"Waited {seconds} seconds for {what}. The emulator's log and the dead-letter queues say why.")


# ------------------------------------------------------------------ the demo data


def load_demo(emulator: Emulator, stack: str, known: dict[str, str], today: date) -> None:
    """The council's files through the bucket, its past through the job, its people through their invitations."""
    import demo_conversations
    import demo_data

    council, bucket = demo_data.council(today), known["UploadBucketName"]
    say(f"Loading Seaborough Council as of {today:%-d %B %Y}")
    for number, step in enumerate(council.steps):
        say(f"  {step.says}")
        for name, content in step.papers.items():
            emulator.client("s3").put_object(Bucket=bucket, Key=f"council/inbox/{name}", Body=content)
        drop_together(emulator, bucket, {demo_data.file_name(today, number, feed): demo_data.csv_of(feed, rows) for feed, rows in step.files.items()})
        if step.finalise:
            finalise(emulator, stack, bucket, step)
    say("  Accepting the invitations of the people who sign in")
    for email in [*demo_data.PEOPLE, *demo_data.COUNCIL]:
        Portal(emulator, known["SiteUrl"]).accept_invitation(email, demo_data.PASSWORD)

    @functools.cache
    def signed_in(email: str) -> Portal:
        portal = Portal(emulator, known["SiteUrl"])
        portal.sign_in(email, demo_data.PASSWORD)
        return portal

    say("  Rejecting a statement, as a provider would")
    clerk, (provider, contract) = signed_in(next(iter(demo_data.PEOPLE))), council.rejected
    clerk.request("POST", "/api/providers/selection", {"provider_ref": provider})
    statement = f"/api/scheduled-payments/{contract}/{council.current}"
    digest = clerk.request("GET", statement)["digest"]
    clerk.request("POST", f"{statement}/rejection", {
        "digest": digest, "comment": "Two residents left in the last period and are still on this statement.",
    })
    say("  Entering and invoicing what was delivered, as providers would")
    deliver(emulator, stack, known, council, today, signed_in)
    say("  Asking and answering, as both sides would")
    demo_conversations.converse(signed_in, functools.partial(let_days_pass, emulator, known["TableName"]), today)


def let_days_pass(emulator: Emulator, table: str, action: dict, said: date, due: date) -> None:
    """Nobody can ask for yesterday, and a demo needs something that is late: moves an action that was raised just now."""
    dynamodb, moved = emulator.client("dynamodb"), {action["created_at"][:10] + "T": f"{said}T", action["due_on"]: str(due)}
    for partition in (f"PROVIDER#{action['provider_ref']}", f"TEAM#{action['assigned_to']['team_ref']}"):
        pages = dynamodb.get_paginator("query").paginate(
            TableName=table, KeyConditionExpression="PK = :pk", ExpressionAttributeValues={":pk": {"S": partition}},
        )
        for item in [item for page in pages for item in page["Items"] if action["action_id"] in item["SK"]["S"]]:
            told = json.dumps(item)
            for now, then in moved.items():
                told = told.replace(now, then)
            dynamodb.delete_item(TableName=table, Key={"PK": item["PK"], "SK": item["SK"]})
            dynamodb.put_item(TableName=table, Item=json.loads(told))


def deliver(emulator: Emulator, stack: str, known: dict[str, str], council, today: date, signed_in) -> None:
    """What providers paid by delivery did since, between files of the council that answer them."""
    import demo_data
    import demo_providers

    bucket, numbers = known["UploadBucketName"], itertools.count(len(council.steps))

    def desk(feed: str, rows: list[dict]) -> None:
        drop_together(emulator, bucket, {demo_data.file_name(today, next(numbers), feed): demo_data.csv_of(feed, rows)})

    def inbox(key: str, content: bytes) -> None:
        emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        outbox = key.replace("/inbox/", "/outbox/").removesuffix(".csv")
        outcome(emulator, bucket, f"{outbox}_summary.json")

    def close_window() -> None:
        finalise(emulator, stack, bucket, council.delivered_and_paid)

    stamp = f"{today - timedelta(days=1):%Y%m%d}183000"
    demo_providers.deliver(signed_in, council.delivered, desk, inbox, close_window, stamp)


def drop_together(emulator: Emulator, bucket: str, files: dict[str, bytes]) -> None:
    """Drops files of the council by their names, and waits until all are applied."""
    for name, content in files.items():
        emulator.client("s3").put_object(Bucket=bucket, Key=f"council/inbox/{name}", Body=content)
    for name in files:
        applied(emulator, bucket, name)


def applied(emulator: Emulator, bucket: str, name: str) -> None:
    """Waits until a dropped file is applied, and says what of it was not."""
    told = outcome(emulator, bucket, f"council/outbox/{name.removesuffix('.csv')}_summary.json")
    if told["refused"] or told["rows_rejected"]:
        say(f"    {name} was not applied whole, see council/outbox in {bucket}: {told}")


def outcome(emulator: Emulator, bucket: str, key: str) -> dict:
    """What came of a dropped file, once it is there."""
    s3 = emulator.client("s3")

    def summary() -> bytes | None:
        try:
            return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None

    return json.loads(wait(key, summary))


def finalise(emulator: Emulator, stack: str, bucket: str, step) -> None:
    """Runs the job at the time a period is due, and waits for its payment files."""
    due = step.finalise.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(timezone.utc)
    answer = emulator.client("lambda").invoke(
        FunctionName=f"{stack}-finalise", Payload=json.dumps({"time": due.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode(),
    )
    if answer.get("FunctionError"):
        raise Trouble(f"The finalise function failed: {answer['Payload'].read().decode()}")
    s3 = emulator.client("s3")

    def done() -> bool:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="council/outbox/payments_")
        return set(step.finalised) <= {item["Key"] for page in pages for item in page.get("Contents", [])}

    wait(f"the payment files of {step.finalise:%-d %B %Y}", done)


# ------------------------------------------------------------------ commands


def bring_up(arguments, emulator: Emulator) -> dict[str, str]:
    """Emulator, stack and site; the demo data when there is none yet."""
    bundles = arguments.state.parent / "functions"
    say("Bundling the functions")
    bundle(arguments.target, bundles)
    emulator.start()
    known = deploy(emulator, arguments.stack, bundles)
    if emulator.options == AUDITED:
        allow_what_the_emulator_asks(emulator, arguments.stack)
        hurry(emulator, arguments.stack)
        stop_rules(emulator)
    write_environment(emulator, arguments.stack, arguments.state / "functions.env")
    upload_site(emulator, known["SiteBucketName"], ROOT / "static-site" / "_site")
    loaded = arguments.state / "demo.json"
    if not loaded.exists():
        load_demo(emulator, arguments.stack, known, arguments.today)
        loaded.write_text(json.dumps({"today": str(arguments.today)}))
    else:
        say(f"The demo data of {json.loads(loaded.read_text())['today']} is kept; `make reset` makes it anew")
    return known


def welcome(emulator: Emulator, known: dict[str, str]) -> None:
    import demo_data

    print(f"\nThe portal:  {known['SiteUrl']}/\n\nSign in with the password {demo_data.PASSWORD} as")
    for email, what in demo_data.PEOPLE.items():
        print(f"  {email:40} {what}")
    print("and at the council, at the same address, as")
    for email, what in demo_data.COUNCIL.items():
        print(f"  {email:40} {what}")
    print(f"\nCodes and other emails:  make mail, or {emulator.url}/_ministack/ses/messages")
    print(f"Council files go to s3://{known['UploadBucketName']}/council/inbox/ (endpoint {emulator.url})\n", flush=True)


def run(arguments, emulator: Emulator) -> int:
    try:
        welcome(emulator, bring_up(arguments, emulator))
        say("Serving. Ctrl-C stops it and keeps its state.")
        while emulator.running():
            time.sleep(0.5)
        raise Trouble(f"The emulator ended. Its log says why: {emulator.log}")
    except KeyboardInterrupt:
        print()
        return 0
    finally:
        emulator.stop()


def up(arguments, emulator: Emulator) -> int:
    welcome(emulator, bring_up(arguments, emulator))
    say("Running in the background. `make down` stops it.")
    return 0


def down(_arguments, emulator: Emulator) -> int:
    emulator.stop()
    return 0


def reset(arguments, emulator: Emulator) -> int:
    emulator.stop()
    shutil.rmtree(arguments.state, ignore_errors=True)
    say(f"Forgot what was kept in {arguments.state}")
    return 0


def mail(arguments, emulator: Emulator) -> int:
    for email in Portal(emulator, "").emails():
        print(f"{email['Timestamp']}  To: {', '.join(email['To'])}\nSubject: {email['Subject']}\n\n{email['BodyText'].strip()}\n{'-' * 72}")
    return 0


def redrive(arguments, emulator: Emulator) -> int:
    """Says why work was given up and gives it back to its queue. In AWS, `aws sqs start-message-move-task` does the latter."""
    for queue, folder in QUEUES.items():
        for message, reason in given_up(emulator, arguments.stack, queue, folder):
            say(f"{queue}: {reason}\n           {message['Body'][:200]}")
            sqs = emulator.client("sqs")
            sqs.send_message(QueueUrl=queue_url(emulator, arguments.stack, queue), MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=queue_url(emulator, arguments.stack, f"{queue}-dead-letter"), ReceiptHandle=message["ReceiptHandle"])
    return 0


def verify_audit(arguments, emulator: Emulator) -> int:
    """Says whether every record of who saw and changed what is as it was written (docs/audit.md)."""
    known = outputs(emulator, arguments.stack) if emulator.ready() else {}
    if not known:
        raise Trouble("The portal does not run. Start it first: make up")
    told = {"TABLE": known["TableName"], "DOCUMENT_BUCKET": known["DocumentBucketName"]}
    return subprocess.run([arguments.target / "verify-audit"], env={**emulator.environment(), **told}).returncode


# Each queue with the function that it starts.
QUEUES = {"import": "import-file", "uploads": "import-actuals", "payments": "finalise", "reports": "report-jobs", "mail": "send-email", "webhooks": "send-webhooks"}


def queue_url(emulator: Emulator, stack: str, queue: str) -> str:
    return emulator.client("sqs").get_queue_url(QueueName=f"{stack}-{queue}")["QueueUrl"]


def given_up(emulator: Emulator, stack: str, queue: str, folder: str):
    """Each message of a dead-letter queue, with the reason that its function last logged for it."""
    sqs, dead = emulator.client("sqs"), queue_url(emulator, stack, f"{queue}-dead-letter")
    pages = emulator.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{stack}-{folder}")
    lines = [event["message"] for page in pages for event in page["events"] if '"message_id"' in event["message"]]
    reasons = {line["message_id"]: line.get("reason", "") for line in map(json.loads, lines)}
    while messages := sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            yield message, reasons.get(message["MessageId"], "no reason was logged")


def test(arguments, emulator: Emulator) -> int:
    """A stack of its own, emptied before and ended after, whatever happens. The command learns where it is."""
    import demo_data

    shutil.rmtree(arguments.state, ignore_errors=True)
    emulator.options = AUDITED
    try:
        known = bring_up(arguments, emulator)
        environment = {
            **emulator.environment(),
            "PATH": os.environ["PATH"],
            "PORTAL_STACK": arguments.stack,
            "PORTAL_EMULATOR_URL": emulator.url,
            "PORTAL_TODAY": str(arguments.today),
            "PORTAL_TARGET": str(arguments.target),
            "PORTAL_DEMO_PASSWORD": demo_data.PASSWORD,
            **{"PORTAL_" + re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): value for name, value in known.items()},
        }
        say(f"Running: {' '.join(arguments.command)}")
        return subprocess.run(arguments.command, env=environment, cwd=ROOT).returncode
    finally:
        # Silently: the last lines are the tests' own summary.
        emulator.stop(says="")
        shutil.rmtree(arguments.state / "tmp", ignore_errors=True)


COMMANDS = {"run": run, "up": up, "down": down, "reset": reset, "mail": mail, "redrive": redrive, "verify-audit": verify_audit, "test": test}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", default="portal", help="the stack's name")
    parser.add_argument("--port", type=int, default=4566, help="where the emulator listens; 0 is any free one")
    parser.add_argument("--target", type=Path, default=ROOT / "target" / "debug", help="where cargo put the functions")
    parser.add_argument("--state", type=Path, help="what is kept between runs (.local/state; .local/test for tests)")
    commands = parser.add_subparsers(dest="name", required=True)
    for name in COMMANDS:
        command = commands.add_parser(name)
        command.add_argument("--today", type=date.fromisoformat, default=date.today(), help="the day the demo data is made around")
        if name == "test":
            command.add_argument("command", nargs=argparse.REMAINDER, help="what to run against the stack")
    arguments = parser.parse_args()
    arguments.state = (arguments.state or ROOT / ".local" / ("test" if arguments.name == "test" else "state")).resolve()
    if arguments.name == "test" and arguments.command[:1] == ["--"]:
        arguments.command = arguments.command[1:]
    # Ends like Ctrl-C, so that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        return COMMANDS[arguments.name](arguments, Emulator(arguments.port or free_port(), arguments.state))
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
