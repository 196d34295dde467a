"""Plants each fault in a copy of the tree and wants a test to fail: python tests/faults/run.py [part of a name ...]

A fault that the compiler refuses, that no test notices, or that can no longer be planted is an error.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TREE = ROOT / ".local" / "faults"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def faults() -> list[dict]:
    """All of them, as they are written down."""
    return tomllib.loads((HERE / "faults.toml").read_text())["fault"]


def cannot_be_planted(fault: dict, root: pathlib.Path = ROOT) -> str | None:
    """Why there is no place for a fault, or more than one."""
    file = root / fault["file"]
    if not file.is_file():
        return f"{fault['file']} is gone"
    found = file.read_text().count(fault["find"])
    return None if found == 1 else f"{fault['file']} has its text {found} times"


def copy_tree() -> None:
    """The tree as it is, without what git ignores; files that did not change keep their times."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout
    wanted = {pathlib.Path(name) for name in listed.decode().split("\0") if name}
    for name in sorted(wanted):
        source, copy = ROOT / name, TREE / name
        if not source.is_file():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            shutil.copyfile(source, copy)
    for copy in [it for it in TREE.rglob("*.rs") if it.relative_to(TREE) not in wanted]:
        copy.unlink()


def cargo(fault: dict, *more: str) -> subprocess.CompletedProcess:
    words = ["cargo", *os.environ.get("CARGO_FLAGS", "").split(), "test", "--quiet", "--package", fault["package"],
             fault.get("target", "--tests")]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(TARGET), "RUST_BACKTRACE": "0"}
    return subprocess.run([*words, *more], cwd=TREE, env=environment, capture_output=True, text=True,
                          errors="replace")


def try_fault(fault: dict) -> str:
    """What became of a fault: `caught by …`, or what is wrong."""
    why = cannot_be_planted(fault, TREE)
    if why:
        return f"CANNOT BE PLANTED: {why}"
    file = TREE / fault["file"]
    text = file.read_text()
    try:
        file.write_text(text.replace(fault["find"], fault["replace"]))
        built = cargo(fault, "--no-run")
        if built.returncode != 0:
            errors = [line for line in built.stderr.splitlines() if line.startswith("error")]
            return f"DOES NOT COMPILE: {errors[:2]}"
        run = cargo(fault, "--", fault.get("tests", ""))
    finally:
        file.write_text(text)
    failed = [line.split()[0] for line in failures(run.stdout)]
    if run.returncode == 0 or not failed:
        return "NOT CAUGHT"
    return f"caught by {len(failed)}: {failed[0]}"


def failures(output: str) -> list[str]:
    """The names of tests that failed."""
    names, in_list = [], False
    for line in output.splitlines():
        if line == "failures:":
            names, in_list = [], True
        elif in_list and line.startswith("    ") and "::" in line:
            names.append(line.strip())
    return names


def main() -> int:
    wanted = sys.argv[1:]
    chosen = [it for it in faults() if not wanted or any(word in it["name"] or word == it["package"] for word in wanted)]
    copy_tree()
    missed = 0
    for fault in chosen:
        began = time.monotonic()
        what = try_fault(fault)
        missed += not what.startswith("caught")
        print(f"{fault['package']:<12} {fault['name']:<62} {what}  ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} faults were caught")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
