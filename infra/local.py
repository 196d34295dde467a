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
import hashlib
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "infra" / "template.yaml"
REGION = "eu-west-2"
# The emulator's root account; it checks no secrets of it.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
STARTED = time.monotonic()


def say(text: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f}s] {text}", flush=True)


class Trouble(Exception):
    """What went wrong and what to do about it, for the person at the terminal."""


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
        (self.state / "tmp").mkdir(parents=True, exist_ok=True)
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

    def stop(self) -> None:
        """Ends it by its id and waits, because it saves its state on the way out."""
        pid = self.running()
        if pid is None:
            return
        say("Stopping the emulator; what it holds is kept")
        os.kill(pid, signal.SIGTERM)
        for _ in range(300):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if self.running() is None:
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
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
    """The template with its code in a bucket under its hash, as `sam package` does it."""
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
    return template


def deploy(emulator: Emulator, stack: str, bundles: Path) -> dict[str, str]:
    """Creates or updates the stack; its outputs by name."""
    cloudformation = emulator.client("cloudformation")
    template = packaged(emulator, bundles, f"{stack}-code")
    arguments = {
        "StackName": stack,
        "TemplateBody": template,
        "Parameters": [{"ParameterKey": "LocalPort", "ParameterValue": str(emulator.port)}],
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


def outputs(emulator: Emulator, stack: str) -> dict[str, str]:
    """What the stack says of itself; empty when there is none."""
    cloudformation = emulator.client("cloudformation")
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except (cloudformation.exceptions.ClientError, IndexError):
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


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
