"""The checks of a file of actuals with pandas; workbooks through openpyxl."""

import json
import pathlib
import sys

import numpy
import pandas

TODAY = pandas.Timestamp("2026-11-22")
REASONS = "HOSP HOLIDAY DECEASED DECLINED NOACCESS CARERAWAY CRISIS STAFFING ENDED OTHER".split()
NUMBER = r"(?:\d{1,7}|\d{1,3}(?:,\d{3})+)(?:\.\d{0,4}0*)?"


def ten_thousandths(column: pandas.Series, empty: float = numpy.nan) -> numpy.ndarray:
    written = column.str.fullmatch(NUMBER).to_numpy(bool)
    number = pandas.to_numeric(column.str.replace(",", "", regex=False).where(written), errors="coerce")
    return numpy.where((column == "").to_numpy(bool), empty, (number.to_numpy(float) * 10_000).round())


def plain(column: pandas.Series) -> pandas.Series:
    return column.str.lower().str.replace(r"[\W_]", "", regex=True)


def facts(folder: pathlib.Path) -> pandas.DataFrame:
    read = lambda name: pandas.read_csv(folder / name, dtype=str, keep_default_na=False)
    packages = read("packages.csv").merge(read("services.csv"), on="service_ref")
    for name in ("quantity", "unit_price", "new_quantity", "new_unit_price", "unit_step"):
        packages[name] = ten_thousandths(packages[name])
    for name in ("start_date", "changes_on", "closed_to"):
        packages[name] = pandas.to_datetime(packages[name], format="%Y-%m-%d", errors="coerce")
    for name in ("frustrated_percent", "tolerance_percent"):
        packages[name] = packages[name].astype(float)
    return packages.set_index("cpli_id")


def check(folder: pathlib.Path, rows: pandas.DataFrame) -> dict:
    packages = facts(folder)
    assert (rows["ProviderRef"] == "P1001").all()
    at = packages.index.get_indexer(rows["CPLI_ID"])
    known = at >= 0
    of = lambda name: packages[name].to_numpy()[at]
    is_it = lambda name: known & (of(name) == "yes")

    names = rows[["CPLI_ID", "ClientName"]][known].drop_duplicates().join(packages[["title", "forename", "surname"]], on="CPLI_ID")
    title, forename, surname = names["title"], names["forename"], names["surname"]
    called = plain(names["ClientName"])
    same = (called == plain(title + forename + surname)) | (called == plain(forename + surname)) | (called == plain(surname + forename))
    others = pandas.MultiIndex.from_frame(names[["CPLI_ID", "ClientName"]][~same & (names["ClientName"] != "")])
    renamed = pandas.MultiIndex.from_frame(rows[["CPLI_ID", "ClientName"]]).isin(others)

    text = rows["WeekStart"]
    british = text.str.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}")
    week = pandas.to_datetime(text.where(british), format="%d/%m/%Y", errors="coerce")
    if not british.all():
        week = week.fillna(pandas.to_datetime(text.str.slice(0, 10).where(~british), format="%Y-%m-%d", errors="coerce"))
    dated = week.notna().to_numpy()
    weekday, week = week.dt.day_of_week.to_numpy(), week.to_numpy()
    actual = ten_thousandths(rows["Actual"])
    frustrated, missed, extra = (ten_thousandths(rows[it], 0) for it in ("Frustrated", "Missed", "Extra"))
    client = rows["SSRef"].isin(packages["ss_ref"]).to_numpy()
    after = week >= of("changes_on")
    planned = numpy.where(after, of("new_quantity"), of("quantity"))
    price = numpy.where(after, of("new_unit_price"), of("unit_price"))
    step = of("unit_step")
    active = known & dated & (week + numpy.timedelta64(6, "D") >= of("start_date"))
    extras = is_it("extras")
    counted = numpy.where(extras, extra, 0)
    weeks = pandas.DataFrame({"id": at, "week": week})
    again = known & dated & weeks.duplicated(keep=False).where(known & dated, other=False).to_numpy()
    lines = rows["LineRef"]

    e12 = ~known | ((of("ss_ref") != rows["SSRef"].to_numpy()) & client)
    e15 = known & dated & (weekday != 0)
    e16 = ~e15 & (week > TODAY.to_numpy())
    of_week = known & dated & ~e15 & ~e16
    numbered = ~numpy.isnan(actual)
    off = known & numbered & (actual % step != 0) & (~active | (actual != planned))
    whole = active & numbered & ~numpy.isnan(frustrated) & ~numpy.isnan(missed) & ~numpy.isnan(extra)
    wrong = whole & (actual + frustrated + missed - counted != planned)
    beside = whole & (off | wrong)
    reason = rows["ReasonCode"].str.upper().isin(REASONS).to_numpy()
    visits = rows["Visits"]
    no_visits = ~visits.str.fullmatch(r"\d+").to_numpy(bool)
    rules = {
        ("FileReference", "E27"): (rows["FileReference"].str.len() > 35).to_numpy(),
        ("SSRef", "E10"): ~client,
        ("CPLI_ID", "E12"): e12,
        ("CPLI_ID", "E13"): known & ~e12 & ~is_it("authorised"),
        ("WeekStart", "E26"): ~dated,
        ("WeekStart", "E15"): e15,
        ("WeekStart", "E16"): e16,
        ("WeekStart", "E14"): of_week & ~active,
        ("WeekStart", "E17"): of_week & active & (week <= of("closed_to")),
        ("CPLI_ID", "E24"): again,
        ("LineRef", "E24"): (lines.duplicated(keep=False) & (lines != "")).to_numpy(),
        ("LineRef", "E27"): (lines.str.len() > 35).to_numpy(),
        ("Actual", "E20"): ~numbered,
        ("Frustrated", "E20"): numpy.isnan(frustrated),
        ("Missed", "E20"): numpy.isnan(missed),
        ("Extra", "E20"): numpy.isnan(extra),
        ("Visits", "E20"): no_visits & (is_it("visits_required") | (visits != "").to_numpy()),
        ("Comment", "E27"): (rows["Comment"].str.len() > 500).to_numpy(),
        ("Extra", "E25"): known & (extra > 0) & ~extras,
        ("Actual", "E21"): off,
        ("Frustrated", "E21"): beside & (frustrated % step != 0),
        ("Missed", "E21"): beside & (missed % step != 0),
        ("Extra", "E21"): beside & (counted % step != 0),
        ("ReasonCode", "E23"): active & numbered & (actual != planned) & ~reason,
        ("Actual", "E22"): wrong,
    }
    bad = numpy.logical_or.reduce(list(rules.values()))
    log = [pandas.DataFrame({"row": numpy.flatnonzero(rule) + 2, "column": column, "code": code}) for (column, code), rule in rules.items()]
    log = pandas.concat(log)
    log.to_csv(folder / "log.csv", index=False)
    codes = {code: int(count) for code, count in log["code"].value_counts().sort_index().items()}
    good = ~bad
    payable = (actual * 100 + frustrated * of("frustrated_percent"))[good].astype("int64")
    planned = planned[good].astype("int64")
    owed = (payable * price[good].astype("int64") + 50_000_000) // 100_000_000
    adds = int(owed.sum())
    over = (payable > planned * (100 + of("tolerance_percent")[good].astype("int64"))) & (payable > planned * 100)
    codes.update(W40=int(over.sum()), W41=int((renamed & good).sum()))
    return {"rows": len(rows), "accepted": int(good.sum()), "rejected": int(bad.sum()), "adds": f"{adds // 100}.{adds % 100:02}", "codes": codes}


def workbook(path: pathlib.Path) -> pandas.DataFrame:
    rows = pandas.read_excel(path, sheet_name="Actuals", dtype=object, engine="openpyxl", keep_default_na=False)
    return rows.astype(str)


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    if (where / "actuals.xlsx").exists():
        given = workbook(where / "actuals.xlsx")
    else:
        given = pandas.read_csv(where / "actuals.csv", dtype=str, keep_default_na=False)
    print(json.dumps(check(where, given)))
