"""The demo council stands on any day of the year as it does today."""

import sys
import unittest
from datetime import date, datetime, time, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra"))

import demo_data  # noqa: E402

ALL_DAYS = [date(2026, 11, 22) + timedelta(days=number) for number in range(400)]


def rows(council: demo_data.Council, feed: str) -> list[dict]:
    return [row for step in council.steps for row in step.files.get(feed, [])]


def periods_of(council: demo_data.Council, cycle: str) -> list[dict]:
    return [period for period in rows(council, "periods") if period["cycle_ref"] == cycle]


class DemoData(unittest.TestCase):
    def test_on_every_day_one_period_is_open_and_the_ones_before_are_due(self):
        for today in ALL_DAYS:
            council = demo_data.council(today)
            for period in periods_of(council, demo_data.CYCLE):
                due = period["start_date"] < council.current
                self.assertEqual(period["finalise_at"] < datetime.combine(today, time.min), due, today)
                self.assertEqual(period["confirm_by"] < datetime.combine(today, time.max), due, today)

    def test_on_every_day_the_last_four_weeks_can_be_entered_before_their_window_closes(self):
        for today in ALL_DAYS:
            council = demo_data.council(today)
            for cycle in (demo_data.DELIVERED, demo_data.SOON):
                for period in periods_of(council, cycle):
                    self.assertGreater(period["confirm_by"], datetime.combine(today, time.max), (today, cycle))
                    self.assertLess(period["confirm_by"], period["finalise_at"], (today, cycle))
                    if period["start_date"] == council.delivered:
                        self.assertLess(period["end_date"], today)

    def test_periods_are_28_days_from_monday_to_sunday_without_a_gap(self):
        council = demo_data.council(ALL_DAYS[0])
        self.assertEqual(len(periods_of(council, demo_data.CYCLE)), demo_data.PAST + 1 + demo_data.FUTURE)
        for cycle in (demo_data.CYCLE, demo_data.DELIVERED, demo_data.SOON):
            periods = periods_of(council, cycle)
            for before, after in zip(periods, periods[1:]):
                self.assertEqual(before["start_date"].weekday(), 0)
                self.assertEqual(before["end_date"], before["start_date"] + timedelta(days=27))
                self.assertEqual(after["start_date"], before["end_date"] + timedelta(days=1))

    def test_every_row_has_the_columns_of_its_feed_and_names_what_was_told_before(self):
        for today in ALL_DAYS[::37]:
            council = demo_data.council(today)
            known: set[str] = set()
            for step in council.steps:
                told: set[str] = set()
                for feed, feed_rows in step.files.items():
                    columns = demo_data.COLUMNS[feed].split()
                    for row in feed_rows:
                        self.assertLessEqual(set(row), set(columns), feed)
                        told.add(str(row[columns[0]]))
                        for name in ("provider_ref", "contract_ref", "service_ref", "ss_ref", "cpli_id"):
                            if row.get(name) and name != columns[0]:
                                self.assertIn(row[name], known, f"{feed}: {row}")
                known |= told

    def test_no_two_clients_have_one_name(self):
        clients = rows(demo_data.council(ALL_DAYS[0]), "clients")
        self.assertGreaterEqual(len(clients), 60)
        self.assertEqual(len({(row["forename"], row["surname"]) for row in clients}), len(clients))


if __name__ == "__main__":
    unittest.main()
