"""What an operator is told: every failure has an alarm, every alarm a page, and what an alarm counts is counted."""

import json
import re
import unittest
from pathlib import Path

from test_template import DEAD_LETTER, FUNCTIONS, RESOURCES, ROOT, WORK, of_type

ALARMS = of_type("AWS::CloudWatch::Alarm")
NAMES = {logical: alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for logical, alarm in ALARMS.items()}
RUNBOOKS = ROOT / "docs" / "runbooks"
# What is no answer to an alarm: the list, and how all is brought back.
OTHER_PAGES = {"README", "restore"}
PARTS = ["What it means", "What to look at", "What to do", "How to know that it is over", "Never"]
METRICS = (ROOT / "shared" / "cloud" / "src" / "metrics.rs").read_text()
COUNTED = dict(re.findall(r'Self::(\w+) => \("(\w+)", "\w+"\)', METRICS))
BY_FUNCTION = set(re.findall(r"Self::(\w+)", METRICS.split("fn is_by_function")[1].split("fn name_and_unit")[0]))
TRIGGERED = {name for name, function in FUNCTIONS.items() if function.get("Events")}


def watched(metric: str) -> set[str]:
    """What has an alarm for a metric of AWS's own."""
    found = set()
    for alarm in ALARMS.values():
        if alarm["MetricName"] == metric:
            found |= {target(dimension["Value"]) for dimension in alarm["Dimensions"]}
    return found


def target(value: dict) -> str:
    return value.get("Ref") or value["Fn::GetAtt"][0]


def written() -> set[str]:
    """Every metric that some code counts, outside of the module itself and of tests."""
    found = set()
    for source in [*(ROOT / "shared").rglob("*.rs"), *(ROOT / "functions").rglob("*.rs")]:
        if "test" in source.stem or source.match("cloud/src/metrics.rs"):
            continue
        found |= set(re.findall(r"Metric::(\w+)", re.split(r"#\[cfg\(test\)\]\nmod tests \{", source.read_text())[0]))
    return found


class Alarms(unittest.TestCase):
    def test_every_alarm_names_its_page_and_every_page_has_its_alarm(self):
        pages = {page.stem for page in RUNBOOKS.glob("*.md")} - OTHER_PAGES
        self.assertEqual(set(NAMES.values()), pages)
        for logical, alarm in ALARMS.items():
            self.assertIn(f"docs/runbooks/{NAMES[logical]}.md", alarm["AlarmDescription"], logical)
        index = (RUNBOOKS / "README.md").read_text()
        self.assertEqual(re.findall(r"^\| \[([a-z-]+)\]\(\1\.md\)", index, re.M), list(NAMES.values()))

    def test_every_page_says_what_it_means_what_to_look_at_what_to_do_when_it_is_over_and_what_never_to_do(self):
        for name in NAMES.values():
            text = (RUNBOOKS / f"{name}.md").read_text()
            parts = re.split(r"^## (.+)$", text, flags=re.M)[1:]
            self.assertEqual(parts[::2], PARTS, name)
            for title, said in zip(parts[::2], parts[1::2], strict=True):
                self.assertGreater(len(said.strip()), 20, f"{name}: {title}")
            self.assertIn("`", parts[3], f"{name}: a command or a query")

    def test_links_between_pages_lead_somewhere(self):
        for page in RUNBOOKS.glob("*.md"):
            for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
                self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")

    def test_every_function_that_is_started_by_a_queue_or_a_rule_has_alarms_for_errors_and_throttles(self):
        self.assertTrue(TRIGGERED)
        self.assertEqual(watched("Errors"), TRIGGERED)
        self.assertEqual(watched("Throttles"), TRIGGERED)

    def test_every_function_that_only_answers_requests_is_behind_the_alarm_of_the_api(self):
        asked = {integration["IntegrationUri"]["Fn::GetAtt"][0] for integration in of_type("AWS::ApiGatewayV2::Integration").values()}
        self.assertEqual(set(FUNCTIONS) - TRIGGERED - asked, set())
        self.assertEqual(watched("5xx"), {"Api"})

    def test_every_queue_has_alarms_for_work_that_was_given_up_and_for_work_that_waits(self):
        self.assertEqual(watched("ApproximateNumberOfMessagesVisible"), set(DEAD_LETTER))
        self.assertEqual(watched("ApproximateAgeOfOldestMessage"), set(WORK))

    def test_work_waits_longer_than_one_retry_before_anybody_is_called(self):
        for alarm in ALARMS.values():
            if alarm["MetricName"] == "ApproximateAgeOfOldestMessage":
                [dimension] = alarm["Dimensions"]
                self.assertGreater(alarm["Threshold"], WORK[target(dimension["Value"])]["VisibilityTimeout"], alarm["AlarmName"])

    def test_every_job_that_a_rule_starts_is_missed_when_it_does_not_come(self):
        scheduled = {name for name in TRIGGERED if any(event["Type"] == "Schedule" for event in FUNCTIONS[name]["Events"].values())}
        jobs = [alarm for alarm in ALARMS.values() if alarm["MetricName"] == "JobsDone"]
        missed = {dimension["Value"]["Ref"] for alarm in jobs for dimension in alarm["Dimensions"] if dimension["Name"] == "Function"}
        self.assertEqual(missed, scheduled)
        self.assertEqual({alarm["TreatMissingData"] for alarm in jobs}, {"breaching"})

    def test_every_alarm_calls_somebody_and_says_when_it_is_over(self):
        for logical, alarm in ALARMS.items():
            self.assertEqual(alarm["AlarmActions"], [{"Ref": "AlarmTopic"}], logical)
            self.assertEqual(alarm["OKActions"], [{"Ref": "AlarmTopic"}], logical)
            self.assertIn(alarm["TreatMissingData"], ("breaching", "notBreaching"), logical)

    def test_the_dashboard_shows_every_alarm_once(self):
        [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()
        body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
        [shown] = [widget["properties"]["alarms"] for widget in body["widgets"] if widget["type"] == "alarm"]
        self.assertEqual(sorted(shown), sorted(f"${{{logical}.Arn}}" for logical in ALARMS))
        for name in re.findall(r"\$\{(\w+)", dashboard["DashboardBody"]["Fn::Sub"]):
            self.assertTrue(name == "AWS" or name in RESOURCES, name)


class Metrics(unittest.TestCase):
    def test_every_metric_is_written_by_some_code(self):
        self.assertTrue(COUNTED)
        self.assertEqual(set(COUNTED), written())

    def test_every_metric_of_ours_that_an_alarm_or_the_dashboard_reads_is_one_that_is_written(self):
        names = {(alarm["MetricName"], len(alarm["Dimensions"])) for alarm in ALARMS.values() if alarm["Namespace"] == "ProviderPortal"}
        [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()
        body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
        for widget in body["widgets"]:
            for metric in widget["properties"].get("metrics", []):
                if metric[0] == "ProviderPortal":
                    names.add((metric[1], sum(isinstance(part, str) for part in metric[2:]) // 2))
        self.assertTrue(names)
        for name, dimensions in names:
            [variant] = [variant for variant, called in COUNTED.items() if called == name]
            self.assertEqual(dimensions, 2 if variant in BY_FUNCTION else 1, name)

    def test_every_metric_is_documented_with_what_it_counts(self):
        table = (ROOT / "docs" / "operations.md").read_text()
        self.assertEqual(sorted(re.findall(r"^\| `(\w+)` \|", table, re.M)), sorted(COUNTED.values()))


if __name__ == "__main__":
    unittest.main()
