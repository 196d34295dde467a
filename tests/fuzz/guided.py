"""Has libFuzzer look for input that breaks a property: python tests/fuzz/guided.py SECONDS [target ...]

Every target gets so many seconds, as many at a time as there are processors. What was found on the way is kept in
`.local/fuzz` and looked at first the next time; an input that breaks a property is kept in the corpus, where `make test` tries it.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ["CARGO_TARGET_DIR"])
# The table needs no optimiser to be right, and overflow has to show.
PROFILE = {"LTO": "off", "OPT_LEVEL": "1", "STRIP": "none", "DEBUG": "line-tables-only", "OVERFLOW_CHECKS": "true"}
BUILT = {**os.environ, **{f"CARGO_PROFILE_RELEASE_{name}": value for name, value in PROFILE.items()}}
INPUT_SECONDS_MAX, MEMORY_MB_MAX = 5, 1024


def cargo_fuzz(command: str, *words: str) -> list[str]:
    # Without a sanitizer it builds with the compiler that everything else is built with.
    return ["cargo", "fuzz", command, "--fuzz-dir", str(HERE), "--target-dir", str(TARGET), "--sanitizer", "none", "--features", "guided", *words]


def look(name: str, seconds: int) -> tuple[str, bool]:
    """What came of one target, in a line, and whether its property held."""
    found, kept = ROOT / ".local" / "fuzz" / name, HERE / "corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(
        cargo_fuzz("run", name, str(found), str(kept), "--", f"-max_total_time={seconds}", f"-dict={HERE / 'words' / name}.dict", "-max_len=16384",
                   f"-timeout={INPUT_SECONDS_MAX}", f"-rss_limit_mb={MEMORY_MB_MAX}", f"-artifact_prefix={kept}/found-"),
        cwd=ROOT, env=BUILT, capture_output=True, text=True, errors="replace",
    )
    reached = re.findall(r"cov: (\d+) ft: (\d+)", ran.stderr)
    inputs = re.search(r"Done (\d+) runs", ran.stderr)
    if ran.returncode == 0 and reached and inputs:
        return f"{name}: {int(inputs[1]):,} inputs, {int(reached[-1][0]):,} places reached, {len(list(found.iterdir())):,} inputs kept for the next time", True
    return f"{name}: DOES NOT HOLD\n" + "\n".join(ran.stderr.splitlines()[-40:]), False


def main() -> int:
    seconds, *names = sys.argv[1:]
    names = names or sorted(target.stem for target in (HERE / "fuzz_targets").glob("*.rs"))
    subprocess.run(cargo_fuzz("build"), cwd=ROOT, env=BUILT, check=True)
    held = True
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for line, holds in threads.map(lambda name: look(name, int(seconds)), names):
            print(line, flush=True)
            held &= holds
    print("All hold" if held else "What broke a property lies in tests/fuzz/corpus as found-…", flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
