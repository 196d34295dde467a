"""The checks of a file of actuals with frictionless: a check of its own kind, row by row."""

import csv
import datetime
import json
import pathlib
import re
import sys

import attrs
from frictionless import Check, Checklist, Detector, Resource, errors, formats, system

TODAY = datetime.date(2026, 11, 22)
REASONS = set("HOSP HOLIDAY DECEASED DECLINED NOACCESS CARERAWAY CRISIS STAFFING ENDED OTHER".split())
NUMBER = re.compile(r"(\d{1,7}|\d{1,3}(,\d{3})+)(\.\d{0,4}0*)?")
BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ]00:00(:00)?)?")
NOT_PLAIN = re.compile(r"[\W_]")
SIX_DAYS = datetime.timedelta(days=6)


def ten_thousandths(text: str) -> int | None:
    return round(float(text.replace(",", "")) * 10_000) if NUMBER.fullmatch(text) else None


def date(text: str) -> datetime.date | None:
    try:
        if found := BRITISH.fullmatch(text):
            return datetime.date(int(found[3]), int(found[2]), int(found[1]))
        if found := ISO.fullmatch(text):
            return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    return None


def plain(text: str) -> str:
    return NOT_PLAIN.sub("", text.lower())


def facts(folder: pathlib.Path) -> dict[str, dict]:
    def read(name: str) -> list[dict]:
        with open(folder / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    services = {it["service_ref"]: it for it in read("services.csv")}
    packages = {}
    for package in read("packages.csv"):
        package = services[package["service_ref"]] | package
        for name in ("quantity", "unit_price", "new_quantity", "new_unit_price", "unit_step"):
            package[name] = ten_thousandths(package[name])
        for name in ("start_date", "changes_on", "closed_to"):
            package[name] = date(package[name])
        title, forename, surname = package["title"], package["forename"], package["surname"]
        package["names"] = {plain(it) for it in (title + forename + surname, forename + surname, surname + forename)}
        packages[package["cpli_id"]] = package
    return packages


@attrs.define(kw_only=True, repr=False)
class Actuals(Check):
    """Every rule of a row, and those of the whole file at its end."""

    type = "actuals"
    Errors = [errors.RowError]

    folder: pathlib.Path

    def connect(self, resource):
        super().connect(resource)
        self.packages = facts(self.folder)
        self.clients = {it["ss_ref"] for it in self.packages.values()}
        self.weeks, self.lines, self.accepted, self.rejected = {}, {}, {}, set()
        self.codes, self.rows = {}, 0
        self.log = csv.writer(open(folder / "log.csv", "w", encoding="utf-8", newline=""))

    def validate_row(self, row):
        self.rows += 1
        number = row.row_number
        found, worth = self.findings({name: "" if value is None else str(value) for name, value in row.items()}, number)
        if not found:
            self.accepted[number] = worth
        for column, code in found:
            yield self.told(row, number, column, code)

    def told(self, row, number, column, code):
        self.codes[code] = self.codes.get(code, 0) + 1
        self.rejected.add(number)
        self.accepted.pop(number, None)
        self.log.writerow([number, column, code])
        return errors.RowError(note=f"{column} {code}", cells=[], row_number=number)

    def validate_end(self):
        for column, seen in (("CPLI_ID", self.weeks), ("LineRef", self.lines)):
            for numbers in seen.values():
                if len(numbers) > 1:
                    for number in numbers:
                        yield self.told(None, number, column, "E24")

    def findings(self, row, number):
        found = []
        say = lambda column, code: found.append((column, code))
        assert row["ProviderRef"] == "P1001"
        if len(row["FileReference"]) > 35:
            say("FileReference", "E27")
        package = self.packages.get(row["CPLI_ID"])
        is_client = row["SSRef"] in self.clients
        if not is_client:
            say("SSRef", "E10")
        if package is None or (package["ss_ref"] != row["SSRef"] and is_client):
            say("CPLI_ID", "E12")
        elif package["authorised"] != "yes":
            say("CPLI_ID", "E13")
        week = date(row["WeekStart"])
        active = bool(package and week and week + SIX_DAYS >= package["start_date"])
        if week is None:
            say("WeekStart", "E26")
        else:
            if package and week.weekday() != 0:
                say("WeekStart", "E15")
            elif week > TODAY:
                say("WeekStart", "E16")
            elif package and not active:
                say("WeekStart", "E14")
            elif package and package["closed_to"] and week <= package["closed_to"]:
                say("WeekStart", "E17")
            if package:
                self.weeks.setdefault((row["CPLI_ID"], week), []).append(number)
        if line := row["LineRef"]:
            if len(line) > 35:
                say("LineRef", "E27")
            self.lines.setdefault(line, []).append(number)
        counts = []
        for column in ("Actual", "Frustrated", "Missed", "Extra"):
            count = 0 if column != "Actual" and not row[column] else ten_thousandths(row[column])
            counts.append(count)
            if count is None:
                say(column, "E20")
        visits = row["Visits"]
        if not visits.isdigit() and (visits or (package and package["visits_required"] == "yes")):
            say("Visits", "E20")
        if len(row["Comment"]) > 500:
            say("Comment", "E27")
        if package is None or counts[0] is None:
            return found, None
        return found, self.quantities(row, package, week, active, counts, say)

    def quantities(self, row, package, week, active, counts, say):
        actual, frustrated, missed, extra = counts
        if extra and package["extras"] != "yes":
            say("Extra", "E25")
            extra = 0
        after = week is not None and week >= package["changes_on"]
        planned, price = (package["new_quantity"], package["new_unit_price"]) if after else (package["quantity"], package["unit_price"])
        step = package["unit_step"]
        off = actual % step != 0 and (not active or actual != planned)
        if off:
            say("Actual", "E21")
        if not active:
            return None
        if actual != planned and row["ReasonCode"].upper() not in REASONS:
            say("ReasonCode", "E23")
        if frustrated is None or missed is None or extra is None:
            return None
        wrong = actual + frustrated + missed - extra != planned
        if off or wrong:
            for column, count in (("Frustrated", frustrated), ("Missed", missed), ("Extra", extra)):
                if count % step:
                    say(column, "E21")
        if wrong:
            say("Actual", "E22")
        payable = actual * 100 + frustrated * int(package["frustrated_percent"])
        over = payable > planned * (100 + int(package["tolerance_percent"])) and payable > planned * 100
        name = row["ClientName"]
        return (payable * price + 50_000_000) // 100_000_000, over, bool(name) and plain(name) not in package["names"]


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    workbook = folder / "actuals.xlsx"
    control = {"control": formats.ExcelControl(sheet="Actuals", stringified=True)} if workbook.exists() else {}
    path = workbook if control else folder / "actuals.csv"
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), detector=Detector(field_type="string"), **({"control": control["control"]} if control else {}))
        check = Actuals(folder=folder)
        report = resource.validate(Checklist(checks=[check]), limit_errors=10_000_000)
    worth = check.accepted.values()
    codes = dict(sorted(check.codes.items()))
    codes["W40"] = sum(over for _, over, _ in worth)
    codes["W41"] = sum(renamed for _, _, renamed in worth)
    adds = sum(pence for pence, _, _ in worth)
    print(json.dumps({"rows": check.rows, "accepted": len(worth), "rejected": len(check.rejected), "adds": f"{adds // 100}.{adds % 100:02}", "codes": codes}))
