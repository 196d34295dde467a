"""Nobody asks without end: networks are told apart as CloudFront says it, and by nothing that a client can write."""

import json
import os
import unittest
import urllib.error
import urllib.request

from stack import EMULATOR, STACK

API = os.environ["PORTAL_API_URL"]
# Nothing is typed, so that nobody's account is counted.
NOTHING = b"{}"


def ask(headers: dict[str, str]) -> tuple[int, str | None]:
    """The status of a request of somebody who is not signed in, and how long it is told to wait."""
    request = urllib.request.Request(f"{API}/api/password-reset", method="POST", data=NOTHING, headers={"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, None
    except urllib.error.HTTPError as refused:
        json.loads(refused.read())
        return refused.code, refused.headers.get("Retry-After")


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = EMULATOR.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]
        cls.edge = stack.split("/")[2]

    def through(self, client: str) -> tuple[int, str | None]:
        return ask({"X-Portal-Edge": self.edge, "X-Forwarded-For": f"10.9.8.7, {client}, 203.0.113.9"})

    def test_a_network_is_told_to_wait_and_its_neighbour_is_not(self):
        statuses = [self.through("2001:db8:7::1") for _ in range(230)]
        answered = [status for status, _ in statuses if status == 422]
        told = [wait for status, wait in statuses if status == 429]
        self.assertEqual(len(answered) + len(told), len(statuses), statuses)
        self.assertGreaterEqual(len(answered), 200)
        self.assertTrue(told and all(int(wait) >= 1 for wait in told), told)
        self.assertEqual(self.through("2001:db8:7::ffff")[0], 429, "the same household")
        self.assertEqual(self.through("2001:db8:8::1")[0], 422, "another")

    def test_what_a_client_says_of_itself_counts_for_nothing(self):
        self.assertEqual(ask({"X-Portal-Edge": "guessed", "X-Forwarded-For": "2001:db8:7::1, 203.0.113.9"})[0], 422)


if __name__ == "__main__":
    unittest.main()
