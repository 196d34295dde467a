"""Holds the deployed portal to one thing while its processes die: what comes of it is what would have come of it anyway.

    make soak MINUTES=10 SEED=1

The same life (life.py) is lived twice, each in a stack of its own. The first time the functions' processes are killed (SIGKILL)
every second or two, those at work first, and the emulator is stopped and started again now and then; what was given up
is given back to its queue, as an operator would (`make redrive`). The second time nothing is disturbed. Then what is
there is compared: payment files, remittances, statements, records and emails, without times and names that are made of chance.
Ends with 1 and the difference if there is one.
"""

import argparse
import difflib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

import local  # noqa: E402
from local import QUEUES, Emulator, Portal, free_port, say  # noqa: E402

STACK = "soak"
LIFE = Path(__file__).with_name("life.py")
# What differs between any two lives: instants, names of uploads, codes, and what only one person knows.
CHANCE = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"), "<instant>"),
    (re.compile(r"\d{8}T\d{6}\d*(-[0-9A-F]{4,16})?"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b"), "<chance>"),
    (re.compile(r"(/#|#token=|\?token=)[A-Za-z0-9_-]+"), "<token>"),
    (re.compile(r"http://[a-z0-9.]+localhost:\d+"), "<site>"),
    (re.compile(r"\b\d{1,2}(:\d\d)?(am|pm)( on \d{1,2} [A-Z][a-z]+( \d{4})?)?\b"), "<moment>"),
]
# Records that come and go with what people's browsers do, however often they have to ask; and who asked, one entry each time.
PASSING = re.compile(r"^(SESSION#|CHALLENGE#|AUDIT|TRIES#|PACE#|RESET#|INVITE#|UNSUBSCRIBE#|ACCOUNT#|USERS$|OUTBOX)")
# How often a record was written, and when.
HISTORY = {"version", "ttl", "expires_at", "last_seen_at", "lease_until"}
SIGN_IN = re.compile(r"(?m)^\s*\d{6}\s*$")


def plain(text: str) -> str:
    """Without what is made of chance."""
    for pattern, word in CHANCE:
        text = pattern.sub(word, text)
    return text


class Life:
    """One stack, and the life that is lived in it."""

    def __init__(self, name: str, target: Path, today: date):
        self.state = ROOT / ".local" / "soak" / name
        self.name, self.target, self.today = name, target, today
        self.kills, self.restarts, self.redriven = Counter(), 0, Counter()
        subprocess.run(["rm", "-rf", str(self.state)], check=True)
        self.state.mkdir(parents=True)
        self.emulator = Emulator(free_port(), self.state)
        self.look: dict[int, int] = {}

    def bring_up(self) -> None:
        bundles = ROOT / ".local" / "functions"
        local.bundle(self.target, bundles)
        self.emulator.start()
        self.known = local.deploy(self.emulator, STACK, bundles)
        local.hurry(self.emulator, STACK)
        # The life says when a rule fires, so that both lives are told the same times.
        local.stop_rules(self.emulator)

    def lived(self, *how: str) -> subprocess.Popen:
        variables = {"PORTAL_" + re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): value for name, value in self.known.items()}
        environment = {**os.environ, **variables, "PORTAL_STACK": STACK, "PORTAL_EMULATOR_URL": self.emulator.url, "PORTAL_TODAY": str(self.today),
                       "SOAK_STATE": str(self.state)}
        return subprocess.Popen([sys.executable, str(LIFE), str(self.state / "rounds"), *how], env=environment, cwd=ROOT)

    # -------------------------------------------------------------- what disturbs

    def functions(self) -> list[tuple[int, str, int]]:
        """The processes of functions that this emulator started: id, name, and the processor time that they took."""
        parent, found = self.emulator.running(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[1]) != parent:
                    continue
                variables = dict(pair.split("=", 1) for pair in (folder / "environ").read_text().split("\0") if "=" in pair)
                name = variables.get("AWS_LAMBDA_FUNCTION_NAME", "")
                if variables.get("AWS_ENDPOINT_URL") == self.emulator.url and name.startswith(f"{STACK}-"):
                    found.append((int(folder.name), name.removeprefix(f"{STACK}-"), int(fields[11]) + int(fields[12])))
            except (OSError, ValueError, IndexError):
                continue
        return found

    def kill_one(self, rng: random.Random) -> None:
        """One that worked since we last looked, if any did."""
        found = self.functions()
        busy = [each for each in found if self.look.get(each[0], 0) < each[2]]
        self.look = {pid: spent for pid, _, spent in found}
        if choice := busy or found:
            pid, name, _ = rng.choice(sorted(choice))
            try:
                os.kill(pid, signal.SIGKILL)
                self.kills[name] += 1
            except ProcessLookupError:
                pass

    def restart(self) -> None:
        """The emulator ends as it ends by itself, with what it holds, and starts again. It forgets emails, so they are kept first, while no
        function can send another."""
        for pid, _, _ in self.functions():
            try:
                os.kill(pid, signal.SIGSTOP)
            except ProcessLookupError:
                continue
        time.sleep(0.5)
        self.keep_emails()
        for pid, _, _ in self.functions():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.emulator.stop(says="")
        self.emulator.start()
        self.restarts += 1

    def keep_emails(self) -> None:
        file = self.state / f"mail-{self.restarts:03}.json"
        partial = file.with_suffix(".part")
        partial.write_text(json.dumps(Portal(self.emulator, "").emails()))
        partial.rename(file)

    def redrive(self) -> None:
        for queue, folder in QUEUES.items():
            for message, _ in local.given_up(self.emulator, STACK, queue, folder):
                sqs = self.emulator.client("sqs")
                sqs.send_message(QueueUrl=local.queue_url(self.emulator, STACK, queue), MessageBody=message["Body"])
                sqs.delete_message(QueueUrl=local.queue_url(self.emulator, STACK, f"{queue}-dead-letter"), ReceiptHandle=message["ReceiptHandle"])
                self.redriven[queue] += 1

    def disturbed(self, life: subprocess.Popen, rng: random.Random) -> None:
        restart_at, redrive_at = time.monotonic() + rng.uniform(40, 80), time.monotonic() + 20
        while life.poll() is None:
            time.sleep(rng.uniform(0.5, 2.5))
            self.kill_one(rng)
            if time.monotonic() > restart_at:
                self.restart()
                restart_at = time.monotonic() + rng.uniform(60, 120)
            if time.monotonic() > redrive_at:
                self.redrive()
                redrive_at = time.monotonic() + 20

    # -------------------------------------------------------------- what came of it

    def drained(self, rounds: int) -> None:
        """The rules fire once more, at the last time that they were told; then nothing waits anywhere."""
        last = self.today + timedelta(days=2 * rounds)
        for name, hour in (("finalise", 13), ("daily-jobs", 13), ("send-webhooks", 13)):
            self.settle()
            when = f"{last}T{hour}:00:00+00:00"
            answer = self.emulator.client("lambda").invoke(FunctionName=f"{STACK}-{name}", Payload=json.dumps({"time": when.replace("+00:00", "Z")}).encode())
            if answer.get("FunctionError"):
                raise local.Trouble(f"{name} failed: {answer['Payload'].read().decode()}")
        self.settle()

    def settle(self) -> None:
        def empty() -> bool:
            self.redrive()
            sqs = self.emulator.client("sqs")
            for queue in QUEUES:
                told = sqs.get_queue_attributes(QueueUrl=local.queue_url(self.emulator, STACK, queue), AttributeNames=["All"])["Attributes"]
                if int(told["ApproximateNumberOfMessages"]) or int(told["ApproximateNumberOfMessagesNotVisible"]):
                    return False
            return True

        local.wait("the queues to empty", empty, 600)

    def outcome(self) -> dict[str, Counter]:
        """Everything that is to be the same, by kind."""
        s3, found = self.emulator.client("s3"), {"payment files": Counter(), "remittances": Counter(), "statements": Counter(), "other files": Counter()}
        for bucket in (self.known["UploadBucketName"], self.known["DocumentBucketName"]):
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for key in [item["Key"] for item in page.get("Contents", [])]:
                    if key.startswith("audit/"):
                        continue
                    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8", "replace")
                    kind = "payment files" if "/payments_" in key else next((it for it in ("remittances", "statements") if key.startswith(f"{it}/")), "other files")
                    found[kind][plain(f"{key}\n{body}")] += 1
        found["records"] = Counter()
        for page in self.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=self.known["TableName"]):
            for item in page["Items"]:
                if not PASSING.match(item["PK"]["S"]):
                    told = {name: value for name, value in item.items() if name not in HISTORY}
                    found["records"][plain(json.dumps(told, sort_keys=True))] += 1
        self.keep_emails()
        emails = {}
        for file in self.state.glob("mail-*.json"):
            emails |= {email["MessageId"]: email for email in json.loads(file.read_text())}
        # How often somebody asked for a code depends on how often they were interrupted.
        found["emails"] = Counter(plain(f"{email['To']}\n{email['Subject']}\n{email['BodyText']}") for email in emails.values() if not SIGN_IN.search(email["BodyText"]))
        return found


def compared(disturbed: dict[str, Counter], calm: dict[str, Counter]) -> bool:
    """Prints what is the same, and every difference."""
    same = True
    print(f"\n{'compared':16} {'disturbed':>10} {'calm':>10} {'only there':>11} {'only here':>10}")
    differences = []
    for kind in calm:
        here, there = disturbed[kind] - calm[kind], calm[kind] - disturbed[kind]
        print(f"{kind:16} {disturbed[kind].total():10} {calm[kind].total():10} {here.total():11} {there.total():10}")
        if here or there:
            same = False
            one, other = sorted(there.elements()), sorted(here.elements())
            diff = difflib.unified_diff("\n".join(one).splitlines(), "\n".join(other).splitlines(), f"{kind}, calm", f"{kind}, disturbed", lineterm="", n=1)
            differences += list(diff)[:60]
    print("\n".join(differences))
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", type=Path, default=ROOT / "target" / "debug")
    arguments = parser.parse_args()
    rng, today, lives = random.Random(arguments.seed), date.today(), []
    try:
        disturbed = Life("disturbed", arguments.target, today)
        lives.append(disturbed)
        disturbed.bring_up()
        say(f"Disturbing everything for {arguments.minutes:g} minutes, seed {arguments.seed}")
        life = disturbed.lived("--seconds", str(arguments.minutes * 60))
        try:
            disturbed.disturbed(life, rng)
        finally:
            life.kill()
        if life.returncode:
            raise local.Trouble("The life was not lived to its end; what it said is above")
        rounds = int((disturbed.state / "rounds").read_text())
        disturbed.drained(rounds)
        first = disturbed.outcome()
        disturbed.emulator.stop(says="")
        calm = Life("calm", arguments.target, today)
        lives.append(calm)
        calm.bring_up()
        say(f"The same {rounds} rounds, undisturbed")
        if calm.lived("--rounds", str(rounds)).wait():
            raise local.Trouble("The undisturbed life was not lived to its end; what it said is above")
        calm.drained(rounds)
        second = calm.outcome()
        print(f"\n{'killed (SIGKILL)':24} {'times':>6}")
        for name, times in sorted(disturbed.kills.items()):
            print(f"{name:24} {times:6}")
        print(f"{'all functions':24} {disturbed.kills.total():6}\n{'emulator, SIGTERM':24} {disturbed.restarts:6}\n{'messages given back':24} {disturbed.redriven.total():6}")
        same = compared(first, second)
        print(f"\n{'The same.' if same else 'NOT the same.'} {rounds} rounds, seed {arguments.seed}")
        return 0 if same else 1
    except local.Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    finally:
        for each in lives:
            each.emulator.stop(says="")


if __name__ == "__main__":
    sys.exit(main())
