"""The checks of a file of actuals with polars."""

import json
import pathlib
import sys

import polars as pl

TODAY = pl.date(2026, 11, 22)
REASONS = "HOSP HOLIDAY DECEASED DECLINED NOACCESS CARERAWAY CRISIS STAFFING ENDED OTHER".split()
NUMBER = r"^(\d{1,7}|\d{1,3}(,\d{3})+)(\.\d{0,4}0*)?$"


def ten_thousandths(column: pl.Expr) -> pl.Expr:
    number = column.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    return pl.when(column.str.contains(NUMBER)).then((number * 10_000).round().cast(pl.Int64))


def plain(column: pl.Expr) -> pl.Expr:
    return column.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")


def facts(folder: pathlib.Path) -> pl.DataFrame:
    packages = pl.read_csv(folder / "packages.csv", infer_schema=False)
    services = pl.read_csv(folder / "services.csv", infer_schema=False)
    joined = packages.join(services, on="service_ref")
    count = [ten_thousandths(pl.col(it)).alias(it) for it in
             ("quantity", "unit_price", "new_quantity", "new_unit_price", "unit_step")]
    days = [pl.col(it).str.to_date("%Y-%m-%d", strict=False) for it in ("start_date", "changes_on", "closed_to")]
    whole = [pl.col(it).cast(pl.Int64) for it in ("frustrated_percent", "tolerance_percent")]
    yes = [(pl.col(it) == "yes").alias(it) for it in ("authorised", "extras", "visits_required")]
    return joined.with_columns(*count, *days, *whole, *yes, pl.lit(True).alias("known"))


def check(folder: pathlib.Path, rows: pl.DataFrame) -> dict:
    packages = facts(folder)
    rows = rows.with_row_index("row", offset=2)
    assert (rows["ProviderRef"] == "P1001").all()
    names = rows.select("CPLI_ID", "ClientName").unique().join(packages, left_on="CPLI_ID", right_on="cpli_id")
    title, forename, surname = (pl.col(it) for it in ("title", "forename", "surname"))
    called = plain(pl.col("ClientName"))
    same = (called == plain(title + forename + surname)) | (called == plain(forename + surname)) | (called == plain(surname + forename))
    names = names.select("CPLI_ID", "ClientName", (~same & (pl.col("ClientName") != "")).alias("renamed"))
    rows = rows.join(packages, left_on="CPLI_ID", right_on="cpli_id", how="left", maintain_order="left")
    rows = rows.join(names, on=["CPLI_ID", "ClientName"], how="left", maintain_order="left")
    british = pl.col("WeekStart").str.contains(r"^\d{1,2}/\d{1,2}/\d{4}$")
    week = pl.coalesce(
        pl.when(british).then(pl.col("WeekStart").str.to_date("%d/%m/%Y", strict=False)),
        pl.col("WeekStart").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
    )
    rows = rows.with_columns(
        week.alias("week"),
        ten_thousandths(pl.col("Actual")).alias("a"),
        *(pl.when(pl.col(it) == "").then(0).otherwise(ten_thousandths(pl.col(it))).alias(to)
          for it, to in (("Frustrated", "f"), ("Missed", "m"), ("Extra", "x"))),
        pl.col("known").fill_null(value=False),
        pl.col("SSRef").is_in(packages["ss_ref"].unique().implode()).alias("client"),
        pl.col("ReasonCode").str.to_uppercase().is_in(REASONS).alias("reason"),
    )
    week, known = pl.col("week"), pl.col("known")
    after = week >= pl.col("changes_on")
    rows = rows.with_columns(
        pl.when(after).then("new_quantity").otherwise("quantity").alias("planned"),
        pl.when(after).then("new_unit_price").otherwise("unit_price").alias("price"),
        (known & week.is_not_null() & (week + pl.duration(days=6) >= pl.col("start_date"))).fill_null(value=False).alias("active"),
        pl.when(pl.col("extras")).then("x").otherwise(0).alias("counted"),
    )
    seen = known & week.is_not_null()
    weeks = rows.filter(seen).group_by("CPLI_ID", "week").len().filter(pl.col("len") > 1)
    lines = rows.filter(pl.col("LineRef") != "").group_by("LineRef").len().filter(pl.col("len") > 1)
    again = rows.filter(seen).join(weeks, on=["CPLI_ID", "week"], how="semi")["row"]
    lined = rows.join(lines, on="LineRef", how="semi")["row"]

    a, f, m, x, planned, step = (pl.col(it) for it in ("a", "f", "m", "x", "planned", "unit_step"))
    active = pl.col("active")
    other = known & (pl.col("ss_ref") != pl.col("SSRef"))
    e12 = ~known | (other & pl.col("client"))
    e15 = known & (week.dt.weekday() != 1)
    e16 = ~e15 & (week > TODAY)
    e14 = known & ~e15 & ~e16 & ~active & week.is_not_null()
    e17 = known & ~e15 & ~e16 & active & (week <= pl.col("closed_to"))
    differs = active & (a != planned)
    off = known & (a % step != 0) & (~active | (a != planned))
    wrong = active & (a + f + m - pl.col("counted") != planned)
    beside = active & f.is_not_null() & m.is_not_null() & x.is_not_null() & (off | wrong)
    rules = {
        ("FileReference", "E27"): pl.col("FileReference").str.len_chars() > 35,
        ("SSRef", "E10"): ~pl.col("client"),
        ("CPLI_ID", "E12"): e12,
        ("CPLI_ID", "E13"): known & ~e12 & ~pl.col("authorised"),
        ("WeekStart", "E26"): week.is_null(),
        ("WeekStart", "E15"): e15,
        ("WeekStart", "E16"): e16,
        ("WeekStart", "E14"): e14,
        ("WeekStart", "E17"): e17,
        ("CPLI_ID", "E24"): pl.col("row").is_in(again.implode()),
        ("LineRef", "E24"): pl.col("row").is_in(lined.implode()),
        ("LineRef", "E27"): pl.col("LineRef").str.len_chars() > 35,
        ("Actual", "E20"): a.is_null(),
        ("Frustrated", "E20"): f.is_null(),
        ("Missed", "E20"): m.is_null(),
        ("Extra", "E20"): x.is_null(),
        ("Visits", "E20"): ~pl.col("Visits").str.contains(r"^\d+$") & (pl.col("visits_required").fill_null(value=False) | (pl.col("Visits") != "")),
        ("Comment", "E27"): pl.col("Comment").str.len_chars() > 500,
        ("Extra", "E25"): known & (x > 0) & ~pl.col("extras"),
        ("Actual", "E21"): off,
        ("Frustrated", "E21"): beside & (f % step != 0),
        ("Missed", "E21"): beside & (m % step != 0),
        ("Extra", "E21"): beside & (pl.col("counted") % step != 0),
        ("ReasonCode", "E23"): differs & ~pl.col("reason"),
        ("Actual", "E22"): wrong,
    }
    found = rows.select("row", *(rule.fill_null(value=False).alias(f"{column},{code}") for (column, code), rule in rules.items()))
    bad = found.filter(pl.any_horizontal(pl.exclude("row")))
    log = bad.unpivot(index="row", variable_name="what").filter("value").select("row", "what")
    log = log.with_columns(pl.col("what").str.split_exact(",", 1).struct.rename_fields(["column", "code"])).unnest("what")
    log.write_csv(folder / "log.csv")
    codes = dict(log.group_by("code").len().sort("code").iter_rows())
    good = rows.filter(~pl.any_horizontal(*(rule.fill_null(value=False) for rule in rules.values())))
    payable = a * 100 + f * pl.col("frustrated_percent")
    said = good.select(
        ((payable * pl.col("price") + 50_000_000) // 100_000_000).sum().alias("adds"),
        ((payable > planned * (100 + pl.col("tolerance_percent"))) & (payable > planned * 100)).sum().alias("W40"),
        pl.col("renamed").sum().alias("W41"),
    ).row(0, named=True)
    adds = said.pop("adds")
    codes.update(said)
    return {"rows": len(rows), "accepted": len(good), "rejected": len(bad), "adds": f"{adds // 100}.{adds % 100:02}", "codes": codes}


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    print(json.dumps(check(where, pl.read_csv(where / "actuals.csv", infer_schema=False).fill_null(""))))
