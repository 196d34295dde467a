"""The checks of a file of actuals with DuckDB."""

import json
import pathlib
import sys

import duckdb

NUMBER = r"^(\d{1,7}|\d{1,3}(,\d{3})+)(\.\d{0,4}0*)?$"
REASONS = "'HOSP','HOLIDAY','DECEASED','DECLINED','NOACCESS','CARERAWAY','CRISIS','STAFFING','ENDED','OTHER'"



def number(column: str) -> str:
    return f"CASE WHEN regexp_matches({column}, '{NUMBER}') THEN (replace({column}, ',', '')::DECIMAL(12, 4) * 10000)::BIGINT END"


def plain(text: str) -> str:
    return rf"regexp_replace(lower({text}), '[^\p{{L}}\p{{N}}]', '', 'g')"


def counted(column: str) -> str:
    return f"({column}::DECIMAL(12, 4) * 10000)::BIGINT"


PACKAGES = f"""
CREATE TABLE packages AS SELECT p.* EXCLUDE (cpli_id), p.cpli_id AS id, s.* EXCLUDE (service_ref, unit_step, extras, visits_required, closed_to),
  {counted('quantity')} AS q1, {counted('unit_price')} AS p1, {counted('new_quantity')} AS q2, {counted('new_unit_price')} AS p2,
  {counted('s.unit_step')} AS step, s.extras = 'yes' AS extras, s.visits_required = 'yes' AS visits_required,
  p.start_date::DATE AS starts, p.changes_on::DATE AS changes, try_cast(s.closed_to AS DATE) AS closed
FROM read_csv('{{folder}}/packages.csv', all_varchar = true) p
JOIN read_csv('{{folder}}/services.csv', all_varchar = true) s USING (service_ref)
"""

ROWS = f"""
CREATE TABLE checked AS
WITH given AS (
  SELECT row_number() OVER () + 1 AS "row", * EXCLUDE (Service, ServiceLevel, Unit, Planned),
    coalesce(CASE WHEN regexp_matches(WeekStart, '^\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}$') THEN try_strptime(WeekStart, '%d/%m/%Y') END,
      try_strptime(WeekStart[:10], '%Y-%m-%d'))::DATE AS week,
    {number('Actual')} AS a,
    CASE WHEN Frustrated = '' THEN 0 ELSE {number('Frustrated')} END AS f,
    CASE WHEN Missed = '' THEN 0 ELSE {number('Missed')} END AS m,
    CASE WHEN Extra = '' THEN 0 ELSE {number('Extra')} END AS x
  FROM read_csv('{{folder}}/actuals.csv', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', strict_mode = false,
    nullstr = '\\N')
), names AS (
  SELECT DISTINCT CPLI_ID, ClientName,
    ClientName <> '' AND {plain('ClientName')} NOT IN ({plain('title || forename || surname')}, {plain('forename || surname')}, {plain('surname || forename')}) AS renamed
  FROM (SELECT DISTINCT CPLI_ID, ClientName FROM given) JOIN packages ON CPLI_ID = id
), known AS (
  SELECT given.*, p.* EXCLUDE (q1, q2, p1, p2), p.id IS NOT NULL AS is_known, names.renamed,
    SSRef IN (SELECT ss_ref FROM packages) AS is_client,
    CASE WHEN week >= changes THEN q2 ELSE q1 END AS planned,
    CASE WHEN week >= changes THEN p2 ELSE p1 END AS price,
    coalesce(week + 6 >= starts, false) AS active,
    CASE WHEN p.extras THEN x ELSE 0 END AS xc
  FROM given LEFT JOIN packages p ON given.CPLI_ID = p.id LEFT JOIN names ON given.CPLI_ID = names.CPLI_ID AND given.ClientName = names.ClientName
), again AS (
  SELECT CPLI_ID, week FROM known WHERE is_known AND week IS NOT NULL GROUP BY ALL HAVING count(*) > 1
), lined AS (
  SELECT LineRef FROM known WHERE LineRef <> '' GROUP BY ALL HAVING count(*) > 1
)
SELECT *,
  NOT is_known OR (ss_ref <> SSRef AND is_client) AS e12,
  is_known AND isodow(week) <> 1 AS e15,
  coalesce(NOT e15, true) AND week > DATE '2026-11-22' AS e16,
  is_known AND NOT e15 AND NOT e16 AS of_week,
  is_known AND a % step <> 0 AND (NOT active OR a <> planned) AS off,
  active AND a + f + m - xc <> planned AS wrong,
  coalesce(active AND f + m + x >= 0 AND (off OR wrong), false) AS beside,
  list_filter([
    CASE WHEN length(FileReference) > 35 THEN 'FileReference,E27' END,
    CASE WHEN NOT is_client THEN 'SSRef,E10' END,
    CASE WHEN e12 THEN 'CPLI_ID,E12' END,
    CASE WHEN is_known AND NOT e12 AND authorised <> 'yes' THEN 'CPLI_ID,E13' END,
    CASE WHEN week IS NULL THEN 'WeekStart,E26' END,
    CASE WHEN e15 THEN 'WeekStart,E15' END,
    CASE WHEN e16 THEN 'WeekStart,E16' END,
    CASE WHEN of_week AND NOT active THEN 'WeekStart,E14' END,
    CASE WHEN of_week AND active AND week <= closed THEN 'WeekStart,E17' END,
    CASE WHEN is_known AND (CPLI_ID, week) IN (SELECT (CPLI_ID, week) FROM again) THEN 'CPLI_ID,E24' END,
    CASE WHEN LineRef IN (FROM lined) THEN 'LineRef,E24' END,
    CASE WHEN length(LineRef) > 35 THEN 'LineRef,E27' END,
    CASE WHEN a IS NULL THEN 'Actual,E20' END,
    CASE WHEN f IS NULL THEN 'Frustrated,E20' END,
    CASE WHEN m IS NULL THEN 'Missed,E20' END,
    CASE WHEN x IS NULL THEN 'Extra,E20' END,
    CASE WHEN NOT regexp_matches(Visits, '^\\d+$') AND (coalesce(visits_required, false) OR Visits <> '') THEN 'Visits,E20' END,
    CASE WHEN length(Comment) > 500 THEN 'Comment,E27' END,
    CASE WHEN is_known AND x > 0 AND NOT extras THEN 'Extra,E25' END,
    CASE WHEN off THEN 'Actual,E21' END,
    CASE WHEN beside AND f % step <> 0 THEN 'Frustrated,E21' END,
    CASE WHEN beside AND m % step <> 0 THEN 'Missed,E21' END,
    CASE WHEN beside AND xc % step <> 0 THEN 'Extra,E21' END,
    CASE WHEN active AND a <> planned AND upper(ReasonCode) NOT IN ({REASONS}) THEN 'ReasonCode,E23' END,
    CASE WHEN wrong THEN 'Actual,E22' END
  ], lambda it: it IS NOT NULL) AS found,
  a * 100 + f * frustrated_percent::BIGINT AS payable,
  payable > planned * (100 + tolerance_percent::BIGINT) AND payable > planned * 100 AS held
FROM known
"""

LOG = """
COPY (SELECT "row", split_part(what, ',', 1) AS "column", split_part(what, ',', 2) AS code
      FROM (SELECT "row", unnest(found) AS what FROM checked WHERE len(found) > 0)) TO '{folder}/log.csv' (HEADER)
"""


def check(folder: pathlib.Path) -> dict:
    base = duckdb.connect()
    for statement in (PACKAGES, ROWS, LOG):
        base.execute(statement.replace("{folder}", str(folder)))
    assert base.execute("SELECT bool_and(ProviderRef = 'P1001') FROM checked").fetchone() == (True,)
    rows, accepted, adds, over, renamed = base.execute(
        "SELECT count(*), count(*) FILTER (len(found) = 0), sum((payable * price + 50000000) // 100000000) FILTER (len(found) = 0),"
        " count(*) FILTER (len(found) = 0 AND held), count(*) FILTER (len(found) = 0 AND renamed) FROM checked"
    ).fetchone()
    codes = dict(base.execute(
        "SELECT what[-3:], count(*) FROM (SELECT unnest(found) AS what FROM checked WHERE len(found) > 0) GROUP BY 1 ORDER BY 1"
    ).fetchall())
    codes.update(W40=over, W41=renamed)
    adds = int(adds)
    return {"rows": rows, "accepted": accepted, "rejected": rows - accepted, "adds": f"{adds // 100}.{adds % 100:02}", "codes": codes}


if __name__ == "__main__":
    print(json.dumps(check(pathlib.Path(sys.argv[1]))))
