"""Writes docs/figures.md: every figure that `make bench` measured, with the aim, the peers and what it would need to be better."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import tomllib

HERE = pathlib.Path(__file__).parent
HEAD = """# What it costs

All figures of `make bench`, which writes this page, and what each would need to be better. What a file of actuals costs, and why, is
in [benchmarks.md](benchmarks.md).

Measured on {day} on {machine}. *CPU* is of all threads of a process, in user and system, as the operating system counts it; time is of a
machine that has other work, so the least of several tries is given. The peers are the same query of care packages in Python with boto3 and
in Node with AWS's SDK (`tests/bench/peers`), which must give the same answer; unlike ours they do not record who looked.

| what | aim | ours | Python | Node | to be better |
|---|---|---:|---:|---:|---|
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=pathlib.Path, help="where the figures are")
    arguments.add_argument("page", type=pathlib.Path, help="the page to write")
    given = arguments.parse_args()
    lines = [json.loads(line) for path in sorted(given.folder.glob("*.jsonl")) for line in path.read_text().splitlines()]
    costs = {path.stem: json.loads(path.read_text()) for path in given.folder.glob("*.json") if path.stem != "table"}
    prices = tomllib.loads((HERE / "prices.toml").read_text())
    rows = [*starts(lines), *units(costs), *kernel(lines), *pages(lines)]
    text = HEAD.format(day=datetime.date.today().isoformat(), machine=machine())
    text += "".join(f"| {' | '.join(row)} |\n" for row in rows)
    text += functions(lines) + pounds(lines, costs, prices)
    given.page.write_text(text)


def machine() -> str:
    cpu = next(line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = [
        subprocess.run([tool, "--version"], check=True, capture_output=True, text=True).stdout.split("(")[0].strip()
        for tool in ("rustc", "node")
    ]
    load = os.getloadavg()[1]
    return f"{os.cpu_count()} cores of {cpu} with {memory:.0f} GB (load {load:.0f}); {versions[0]}, Python {platform.python_version()}, Node {versions[1]}"


def named(lines: list[dict], figure: str) -> dict[str, dict]:
    return {line.get("name", figure): line for line in lines if line["figure"] == figure}


def starts(lines: list[dict]) -> list[tuple]:
    asked = named(lines, "request")
    if not asked:
        return []
    ours, python, node = (asked[name] for name in ("care-packages", "Python and boto3", "Node and its SDK"))
    built = named(lines, "start")["care-packages"]

    def of(key, form):
        return [form(it[key]) for it in (ours, python, node)]

    def ms(value):
        return f"{value:.1f} ms"

    def mb(value):
        return f"{value / 1024:.1f} MB"

    return [
        ("CPU from start to the first poll", "4 ms", *of("cpu_ms", ms), "nothing: the first question to the table is in it, which the first request is spared"),
        ("time from start to the first poll", "", *of("wall_ms", ms), "as above"),
        ("resident at the first poll", "8 MB", *of("resident_kb", mb), "fewer pages touched: a binary without what the function does not call"),
        ("resident after 200 requests", "", *of("resident_after_kb", mb), "answers that are written as they are made"),
        ("CPU of the first request", "as a warm one", *of("first_cpu_ms", ms), "memory is there before it (`web::Api::serve`); what is left is code that is touched first"),
        ("CPU of a warm request", "", *of("warm_cpu_ms", ms), "to be profiled: signing and parsing are likely"),
        ("binary, stripped", "4 MB", f"{built['binary_bytes'] / 1e6:.1f} MB", "", "", "downloads in a function of their own (a workbook's writer is 0.5 MB); opt-level z is 0.6 MB less and a fifth more CPU a request; code that may lie anywhere (relocations are 0.3 MB)"),
        ("zip that is uploaded", "", f"{built['zip_bytes'] / 1e6:.1f} MB", "", "", "as above"),
    ]


def units(costs: dict[str, dict]) -> list[tuple]:
    rows = []
    if it := costs.get("care-packages"):
        allowed = it["allowed_half_reads"] / 2
        rows += [
            (f"read units, list of {it['care_packages']} care packages ({it['bytes']:,} bytes)", f"{allowed}", f"{it['list_half_reads'] / 2}", "", "", "shorter names of attributes"),
            ("round trips to that list", "2", f"{it['round_trips_to_the_list']}", "5, and a write", "2", "the session would have to be in the cookie"),
            ("read and write units of the whole request", "", f"{it['half_reads'] / 2} and {it['writes']}", "", "", "the session and the settings kept in the process for some seconds; who looked recorded for many at once"),
        ]
    if it := costs.get("finalise"):
        n = it["contracts"]
        rows += [
            (f"write units of a payment of {it['lines']} lines with all that goes with it ({n} contracts)", "8", f"{it['writes'] / n:.1f}: payment {it['payment_writes'] / n:g}, what is to be told {it['outbox_writes'] / n:g}, audit {it['audit_writes'] / n:.1f}", "", "", "nothing that is needed: the payment, how far the contract is and what is to be told are small records of one transaction"),
        ]
    if it := costs.get("tell"):
        n = it["contracts"]
        rows.append(("telling it then, to one person, by the daily email and to software", "", f"{it['writes'] / n:.1f}: emails {it['outbox_writes'] / n:g}, daily news {it['news_writes'] / n:g}, webhooks {it['webhook_writes'] / n:g}", "", "", "what is told to one reader alone kept as its email at once; one record of an email and of its waiting"))
    return rows


def kernel(lines: list[dict]) -> list[tuple]:
    rows = []
    for name, it in named(lines, "kernel").items():
        aim = "1,000,000" if name in ("entitlement", "statement") else ""
        rows.append((f"care-package periods a second on one core: {name}", aim, f"{it['care_package_periods_a_second']:,.0f}", "", "", "lines that borrow their words from the facts"))
    if it := named(lines, "national").get("national"):
        rows.append((f"{it['councils']} councils, {it['care_packages']:,} care packages, a period: CPU", "", f"{it['cpu_seconds']:.1f} s, {it['peak_kb'] / 1024:.0f} MB", "", "", "to be profiled: the statements written as JSON are likely (900 MB)"))
    if it := named(lines, "sign-in").get("sign-in"):
        rows.append((f"{it['sign_ins']:,} sign-ins in one process (argon2id, 19 MiB, two passes)", "128 MB, no growth", f"{it['peak_kb'] / 1024:.0f} MB, {it['growth_kb']} KB of growth", "", "", "its 19 MiB kept for the next password: what is asked for anew each time leaves five times that with the allocator"))
        rows.append(("CPU of checking a password", "", f"{it['cpu_ms_each']:.1f} ms", "", "", "nothing: the work is what makes it safe"))
    return rows


def pages(lines: list[dict]) -> list[tuple]:
    rows = []
    for name, it in named(lines, "first-view").items():
        rows.append((f"first view of {name}", "60 KB, 5 requests", f"{it['bytes'] / 1024:.0f} KB, {it['requests']} requests", "", "", "the style sheet cut to what the page uses"))
    if it := named(lines, "long-list").get("long-list"):
        rows.append((f"list of {it['care_packages']:,} care packages: the page's own thread until it is shown", "", f"{it['loaded_ms']:.0f} ms", "", "", "pages of fewer rows than a hundred"))
        rows.append(("the same, a frame of scrolling", "16 ms", f"{it['scrolling_ms_a_frame']:.1f} ms", "", "", "nothing that a person would notice"))
    return rows


def functions(lines: list[dict]) -> str:
    started = named(lines, "start")
    if not started:
        return ""
    text = "\n## Every function\n\n| function | CPU to the first poll | time | resident | binary | zip |\n|---|---:|---:|---:|---:|---:|\n"
    for name, it in started.items():
        text += f"| {name} | {it['cpu_ms']:.1f} ms | {it['wall_ms']:.1f} ms | {it['resident_kb'] / 1024:.1f} MB | {it['binary_bytes'] / 1e6:.1f} MB | {it['zip_bytes'] / 1e6:.1f} MB |\n"
    return text


def pounds(lines: list[dict], costs: dict[str, dict], prices: dict) -> str:
    views, lock, pay, tell = (costs.get(name) for name in ("care-packages", "lock", "finalise", "tell"))
    if not (views and lock and pay and tell):
        return ""
    work = prices["workload"]
    a_month = work["people"] * work["days_a_month"] * work["views_a_person_and_day"]
    warm = named(lines, "request").get("care-packages", {}).get("warm_cpu_ms", 5.0)
    view = requested(views, prices, warm / 1000 + views["round_trips"] * work["away_seconds"])
    period = sum(settled(it, prices, work) for it in (lock, pay)) + written(tell, prices) / tell["contracts"]
    kept = work["people"] * work["days_a_month"] * work["months_kept"] * work["stored_kb_a_person_and_day"] / 1e6
    stored = kept * (prices["dynamodb"]["stored_gb_month"] + prices["dynamodb"]["backup_gb_month"])
    parts = {
        f"{a_month:,} views": a_month * view,
        "a period locked and paid": work["periods_a_month"] * period,
        "what is kept of who saw what": stored,
    }
    rate = prices["dollars_a_pound"]
    text = f"\n## In pounds\n\nBy the prices of `tests/bench/prices.toml` ({prices['date']}, {prices['region']}; to be checked before use), of one provider with one contract of {pay['lines']} people, {work['people']} of whose staff look {work['views_a_person_and_day']} times a day, a month:\n\n| what | pounds |\n|---|---:|\n"
    text += "".join(f"| {name} | {dollars / rate:.4f} |\n" for name, dollars in parts.items())
    text += f"| **all** | **{sum(parts.values()) / rate:.4f}** |\n"
    if it := named(lines, "national").get("national"):
        whole = it["contracts"] * period
        text += f"\nA national run, {it['councils']} councils and {it['care_packages']:,} care packages in {it['contracts']:,} contracts, locked and paid once: **£{whole / rate:,.2f}** for £{float(it['pounds']):,.2f} of care.\n"
    return text


def requested(it: dict, prices: dict, seconds: float) -> float:
    """Dollars of one request of a page."""
    dynamo, function, site = prices["dynamodb"], prices["lambda"], prices["cloudfront"]
    units = it["half_reads"] / 2 * dynamo["read_units_million"] + it["writes"] * dynamo["write_units_million"]
    function = function["requests_million"] + seconds * function["gb_second"] * prices["workload"]["function_gb"] * 1e6
    return (units + function + prices["api_gateway"]["requests_million"] + site["requests_ten_thousand"] * 100) / 1e6 + it["bytes"] / 1e9 * site["out_gb"]


def written(it: dict, prices: dict) -> float:
    """Dollars of what the table is asked for."""
    dynamo = prices["dynamodb"]
    return (it["half_reads"] / 2 * dynamo["read_units_million"] + it["writes"] * dynamo["write_units_million"]) / 1e6


def settled(it: dict, prices: dict, work: dict) -> float:
    """Dollars of locking or of paying one contract."""
    objects, n = prices["s3"], it["contracts"]
    stored = it["puts"] * objects["puts_thousand"] + it["gets"] * objects["gets_thousand"]
    messages = prices["ses"]["emails_thousand"] / 1000 + 6 * prices["sqs"]["requests_million"] / 1e6
    function = prices["lambda"]["requests_million"] / 1e6 + work["settling_seconds"] * work["function_gb"] * prices["lambda"]["gb_second"]
    return written(it, prices) / n + stored / 1000 / n + messages + 2 * function


if __name__ == "__main__":
    main()
