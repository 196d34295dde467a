"""Reads, checks and reports the same files of actuals with the portal's own reader and with other tools.

Every tool is a process of its own and must find what was planted: the same counts of every code, the same pounds.
Printed are CPU seconds of all its threads and the most memory it had, from the operating system; the least of several
runs, for the machine may have other work.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).parent / "tools"
SUPPORTED = {"csv": ["polars", "duckdb", "pandas", "frictionless"], "xlsx": ["pandas", "frictionless"]}
NAMES = {("pandas", "xlsx"): "pandas + openpyxl"}


def benchmark() -> pathlib.Path:
    """The benchmark's own program, built if need be."""
    built = subprocess.run(
        ["cargo", "bench", "--quiet", "-p", "bench", "--bench", "actuals", "--no-run", "--message-format=json"],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    found = [json.loads(line).get("executable") for line in built.stdout.splitlines()]
    return pathlib.Path([it for it in found if it][-1])


def measured(command: list[str]) -> tuple[dict, float, float]:
    """What it answers, its CPU seconds, and its megabytes at most."""
    with tempfile.TemporaryFile() as out:
        started = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode != 0:
            sys.exit(f"{' '.join(command)} failed")
        out.seek(0)
        answers = json.loads(out.read().splitlines()[-1])
    return answers, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=pathlib.Path, help="where the files are made")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--only", nargs="*", help="some of: portal polars duckdb pandas frictionless")
    given = arguments.parse_args()
    program = str(benchmark())
    subprocess.run([program, "make", given.folder], check=True)
    print("| file | tool | CPU seconds | times ours | MB at most |\n|---|---|---:|---:|---:|", flush=True)
    for kind, tools in SUPPORTED.items():
        folder = given.folder / kind
        expected = json.loads((folder / "expected.json").read_text())
        rows, ours = expected["rows"], None
        for tool in ["portal", *tools]:
            if given.only and tool not in given.only:
                continue
            command = [sys.executable, str(TOOLS / f"with_{tool}.py"), str(folder)]
            if tool == "portal":
                command = [program, "check", str(given.folder), kind]
            best = None
            for _ in range(1 if tool == "frictionless" else given.runs):
                answers, seconds, megabytes = measured(command)
                if answers != expected:
                    sys.exit(f"{tool} says of {kind}: {answers}\nexpected:          {expected}")
                best = min(best or (seconds, megabytes), (seconds, megabytes))
            ours = best[0] if tool == "portal" else ours
            times = f"{best[0] / ours:.1f}" if ours else "-"
            name = NAMES.get((tool, kind), tool)
            print(f"| {rows:,} rows of {kind.upper()} | {name} | {best[0]:.2f} | {times} | {best[1]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
