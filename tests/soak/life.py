"""What the council and several houses do while their portal is disturbed: as people do, each asks again until there is an answer.

    python tests/soak/life.py FILE (--seconds N | --rounds N)

Told by its environment where the stack is, as the journeys are. A round is a payment's whole life: the council's files, invitations,
answers to statements, files of actuals, a payment, a price that was wrong, and the payment that puts it right. How many
there were is written to FILE.
"""

import argparse
import csv
import io
import json
import os
import re
import sys
import threading
import time
import urllib.error
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "journeys"))

import stack  # noqa: E402
from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402
from stack import TODAY, UPLOADS, Portal, Refused, at, days, rows_of, s3  # noqa: E402

HOUSES = 3
# The first week of the statements that are open, and of the four weeks of actuals before.
START = TODAY - days(TODAY.weekday() + 7)
WEEKS = TODAY - days(TODAY.weekday() + 28)
PASSWORD = "Harebell-1867"
PATIENCE_SECONDS = 600
# Where whoever stops the emulator keeps the emails that it forgets.
STATE = Path(os.environ["SOAK_STATE"])


class Impatient(Exception):
    """Something did not happen, however often it was asked for."""


def patiently(what: str, ask, seconds: int = PATIENCE_SECONDS):
    """Asks until there is an answer. A portal that does not answer, or says that it cannot now, is asked again."""
    until, last = time.monotonic() + seconds, None
    while time.monotonic() < until:
        try:
            if (answer := ask()) is not None:
                return answer
        except Refused as refusal:
            if refusal.status < 500 and refusal.status != 429:
                raise
            last = refusal
        except (BotoCoreError, ClientError, urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError, OSError) as error:
            last = error
        time.sleep(0.2)
    raise Impatient(f"waited {seconds} seconds for {what}; the last answer was {last!r}")


class Person(Portal):
    """Somebody with a browser, who presses the button again."""

    def __init__(self, email: str):
        super().__init__(stack.EMULATOR, stack.SITE_URL)
        self.address = email

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        return json.loads(patiently(f"{method} {path}", lambda: super(Person, self).send(method, path, body)) or b"{}")

    def download(self, path: str) -> bytes:
        return patiently(path, lambda: super(Person, self).send("GET", path))

    def post(self, asked: dict, name: str, content: bytes) -> None:
        patiently(f"{name} to be taken", lambda: [super(Person, self).post(asked, name, content)])

    def found(self, holding: str, after: int = 0) -> str:
        def there() -> str | None:
            matches = [re.search(holding, email["BodyText"]) for email in emails_to(self.address)[after:]]
            return next((match.group(1) for match in reversed(matches) if match), None)

        return patiently(f"an email to {self.address} that holds {holding}", there, 240)

    def come_in(self) -> None:
        """The invitation is accepted, and accepted again if nobody answered; then they sign in, with the latest code."""
        token = self.found(r"/invitation/#(\S+)")
        try:
            self.request("POST", "/api/invitation", {"token": token, "password": PASSWORD, "security_code": None})
        except Refused as refusal:
            # It was taken, and the answer was lost.
            if refusal.status not in (404, 409, 410, 422):
                raise
        for _ in range(8):
            known = len(emails_to(self.address))
            challenge = self.request("POST", "/api/sign-in", {"email": self.address, "password": PASSWORD})
            try:
                code = self.found(r"(?m)^\s*(\d{6})\s*$", known)
                self.request("POST", "/api/sign-in/code", {"challenge": challenge["challenge"], "step": challenge["step"], "code": code})
                self.request("GET", "/api/session")
                return
            except (Refused, Impatient):
                # The code was another's, or the answer with the cookie was lost.
                continue
        raise Impatient(f"{self.address} could not sign in")


def emails_to(address: str) -> list[dict]:
    """The emails to somebody, also those that were sent before the emulator was started again: whoever stopped it kept them."""
    kept = {}
    for file in sorted(STATE.glob("mail-*.json")):
        kept |= {email["MessageId"]: email for email in json.loads(file.read_text())}
    live = patiently("the emails", lambda: Portal(stack.EMULATOR, "").emails())
    kept |= {email["MessageId"]: email for email in live}
    return sorted((email for email in kept.values() if address in email["To"]), key=lambda email: email["Timestamp"])


def drop(feed: str, stamp: str, rows: list[dict]) -> None:
    """A council's file of which every row is taken in the end."""
    out, name = io.StringIO(), f"{feed}_{stamp}"
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    patiently(f"{name} to be dropped", lambda: s3.put_object(Bucket=UPLOADS, Key=f"council/inbox/{name}.csv", Body=out.getvalue().encode()))
    told = json.loads(patiently(f"what came of {name}", lambda: there(UPLOADS, f"council/outbox/{name}_summary.json")))
    assert (told["refused"], told["rows_rejected"]) == (None, 0), (name, told)


def there(bucket: str, key: str) -> str | None:
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except s3.exceptions.NoSuchKey:
        return None


def run_job(name: str, when: str) -> None:
    """The rule fires, and again if nobody answered."""
    def fire() -> bool | None:
        answer = stack.functions.invoke(FunctionName=f"{stack.STACK}-{name}", Payload=json.dumps({"time": when}).encode())
        return None if answer.get("FunctionError") else True

    patiently(f"{name} at {when}", fire)


class House:
    """A care home with a statement that is answered, and an agency that is paid by what it delivered."""

    def __init__(self, number: int, place: int):
        self.ref = f"Q{number:02}{place}"
        self.place, self.provider, self.email = place, f"P{self.ref}", f"ida.fen@house{self.ref.lower()}.example"
        self.care, self.hours = f"C{self.ref}", f"H{self.ref}"
        self.person = Person(self.email)

    def live(self) -> None:
        """Answers a statement, and tells by two files what was delivered."""
        self.person.come_in()
        self.answer()
        template = rows_of(self.person.download(f"/api/actuals/{self.hours}/{WEEKS}/template.csv").decode("utf-8-sig"))
        batch = self.by_page("weeks.csv", filled(template[:2]))
        self.settled(batch, ("received", "checking"))
        self.applied(batch)
        name = f"ACTUALS_{self.provider}_{TODAY:%Y%m%d}1200{self.place:02}"
        patiently(name, lambda: s3.put_object(Bucket=UPLOADS, Key=f"uploads/{self.provider}/inbox/{name}.csv", Body=filled(template[2:])))
        patiently(f"what came of {name}", lambda: there(UPLOADS, f"uploads/{self.provider}/outbox/{name}_summary.json"))

    def answer(self) -> None:
        """Every third house rejects. What was answered already, whose reply was lost, stays as it is."""
        path = f"/api/scheduled-payments/{self.care}/{START}"
        what, comment = ("rejection", "A resident moved out") if self.place % 3 == 2 else ("confirmation", "")
        for _ in range(5):
            view = self.person.request("GET", path)
            if view["response"]["state"] in ("confirmed", "rejected"):
                return
            try:
                self.person.request("POST", f"{path}/{what}", {"digest": view["digest"], "comment": comment})
            except Refused as refusal:
                if refusal.status != 409:
                    raise
        raise Impatient(f"{path} could not be answered")

    def by_page(self, name: str, content: bytes) -> str:
        return self.person.hand_in("/api/actuals/uploads", name, content)["batch_id"]

    def settled(self, batch: str, passing: tuple[str, ...]) -> dict:
        def told() -> dict | None:
            view = self.person.request("GET", f"/api/actuals/uploads/{batch}")
            return None if view["state"] in passing else view

        return patiently(f"what came of upload {batch}", told)

    def applied(self, batch: str) -> None:
        try:
            self.person.request("POST", f"/api/actuals/uploads/{batch}/application", {})
        except Refused as refusal:
            # It is being applied, and the answer was lost.
            if refusal.status != 409:
                raise
        assert self.settled(batch, ("validated", "applying"))["state"] == "applied"


def filled(rows: list[dict]) -> bytes:
    """All as planned."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows({**row, "Actual": row["Planned"]} for row in rows)
    return out.getvalue().encode()


def files(houses: list[House], cycle: str, due: date) -> dict[str, list[dict]]:
    """What the council sends about the houses of a round. The cycle's statements are paid on `due` and on the day after."""
    return {
        "providers": [{"provider_ref": it.provider, "name": f"House {it.ref}", "kind": "care_home"} for it in houses],
        "periods": [{"cycle_ref": cycle, "start_date": START + days(28 * n), "end_date": START + days(28 * n + 27), "confirm_by": f"{due + days(n)}T06:00:00",
                     "finalise_at": f"{due + days(n)}T09:00:00", "pay_date": due + days(n + 9)} for n in (0, 1)]
        + [{"cycle_ref": f"{cycle}H", "start_date": WEEKS, "end_date": WEEKS + days(27), "confirm_by": f"{due + days(200)}T06:00:00",
            "finalise_at": f"{due + days(200)}T09:00:00", "pay_date": due + days(209)}],
        "contracts": [{"contract_ref": ref, "provider_ref": it.provider, "name": name, "payment_method": how, "cycle_ref": of, "confirmation": "required",
                       "portal_from": WEEKS} for it in houses
                      for ref, name, how, of in ((it.care, "Residential", "scheduled", cycle), (it.hours, "At home", "actuals", f"{cycle}H"))],
        "services": [{"service_ref": f"S{contract}", "contract_ref": contract, "name": f"Service {contract}", "purchase": "spot", "unit": unit, "price_per": per,
                      "unit_step": step} for it in houses for contract, unit, per, step in ((it.care, "placement", "week", 1), (it.hours, "hour", "unit", "0.25"))],
        "clients": [{"ss_ref": f"A{it.ref}{n}", "forename": "Ambrose", "surname": "Fennimore"} for it in houses for n in (0, 1, 2)],
        "cplis": [{"cpli_id": f"{it.ref}{n}", "ss_ref": f"A{it.ref}{n}", "service_ref": f"S{it.hours if n == 2 else it.care}", "service_level": "Standard",
                   "start_date": START - days(100), "authorised": "yes"} for it in houses for n in (0, 1, 2)],
        "prices": [{"cpli_id": f"{it.ref}{n}", "from_date": START - days(100), "quantity": "10.50" if n == 2 else 1, "unit_price": "22.34" if n == 2 else "865.46"}
                   for it in houses for n in (0, 1, 2)],
        "contacts": [{"contact_ref": f"K{it.ref}", "provider_ref": it.provider, "forename": "Ida", "surname": "Fen", "portal_email": it.email, "roles": "admin"}
                     for it in houses],
    }


def together(work: list) -> None:
    """Everything at once; the first trouble is told when all are done."""
    troubles: list[BaseException] = []

    def go(one) -> None:
        try:
            one()
        except BaseException as trouble:  # noqa: BLE001, told below
            troubles.append(trouble)

    threads = [threading.Thread(target=go, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def round_of(number: int) -> None:
    """A payment's whole life. Each round is due on days of its own, so that time never goes back."""
    houses = [House(number, place) for place in range(HOUSES)]
    cycle, due, stamp = f"CYQ{number:02}", TODAY + days(1 + 2 * number), f"{TODAY - days(1):%Y%m%d}T13{number:02}"
    for feed, rows in files(houses, cycle, due).items():
        drop(feed, f"{stamp}00", rows)
    together([house.live for house in houses])
    run_job("daily-jobs", at(due - days(1), 23, 45))
    run_job("finalise", at(due, 10))
    paid(houses, cycle, START)
    # A price was wrong from the first day of what is paid.
    drop("prices", f"{stamp}01", [{"cpli_id": f"{it.ref}0", "from_date": START, "quantity": 1, "unit_price": "908.73"} for it in houses])
    run_job("finalise", at(due + days(1), 10))
    paid(houses, cycle, START + days(28))
    run_job("daily-jobs", at(due + days(1), 12))
    run_job("send-webhooks", at(due + days(1), 12))


def paid(houses: list[House], cycle: str, start: date) -> None:
    for house in houses:
        file = f"council/outbox/payments_{cycle}_{start}_{house.care}.csv"
        patiently(file, lambda file=file: there(UPLOADS, file))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--rounds", type=int, default=60)
    arguments = parser.parse_args()
    until, done = time.monotonic() + (arguments.seconds or 1e9), 0
    while done < arguments.rounds and time.monotonic() < until:
        round_of(done)
        done += 1
        arguments.file.write_text(str(done))
        local_time = time.strftime("%H:%M:%S")
        print(f"{local_time} round {done} is over", flush=True)


if __name__ == "__main__":
    main()
