"""What there is of a provider and of a client on one page, for each role what it may read, and that it was read, as deployed."""

import unittest
from decimal import Decimal

from house import AUDITOR, BROKERAGE, CONFIGURATION, HELPDESK, PAYMENTS, House, staff
from stack import refused

CLERK = "gwendolen.ash@gatherhouse.example"


class Gathered(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = House("JG", "Gather House", 26, {CLERK: "payments"})
        cls.clerk = cls.house.signed_in(CLERK)
        cls.officer, cls.auditor = staff(PAYMENTS), staff(AUDITOR)
        cls.page, cls.client = f"/api/council/provider/{cls.house.provider}", f"/api/council/client/{cls.house.clients[0]}"

    def section(self, person, path: str, name: str) -> dict:
        return next(part for part in person.request("GET", path)["sections"] if part["section"] == name)

    def test_a1_a_providers_page_has_its_contracts_and_what_its_statement_comes_to(self):
        view = self.officer.request("GET", self.page)
        self.assertEqual(view["provider"]["name"], "Gather House")
        [contract] = self.section(self.officer, self.page, "contracts")["rows"]
        self.assertEqual((contract["what"], contract["state"]), ("Gather House residential", "on_the_portal"))
        [statement] = self.section(self.officer, self.page, "statements")["rows"]
        shown = self.clerk.request("GET", self.house.statement)
        self.assertEqual((statement["state"], Decimal(statement["amount"])), ("current", Decimal(shown["totals"]["payable"])))

    def test_a2_each_role_sees_the_parts_that_it_may_read(self):
        def parts(email):
            return {part["section"] for part in staff(email).request("GET", self.page)["sections"]}

        self.assertEqual(parts(CONFIGURATION), {"contracts"})
        self.assertEqual(parts(HELPDESK), {"contracts", "change_requests", "contacts"})
        self.assertNotIn("statements", parts(BROKERAGE))
        self.assertLessEqual({"statements", "actions", "documents", "orders", "contacts"}, parts(AUDITOR))

    def test_b1_a_clients_page_has_care_prices_and_the_lines_of_statements(self):
        view = self.officer.request("GET", self.client)
        self.assertEqual((view["name"], view["providers"]), ("Ambrose Fennimore", [{"provider_ref": self.house.provider, "name": "Gather House"}]))
        [package] = self.section(self.officer, self.client, "care_packages")["rows"]
        self.assertTrue(package["lines"][-1].endswith("1 at £865.46"), package)
        lines = self.section(self.officer, self.client, "lines")["rows"]
        self.assertEqual({Decimal(line["amount"]) for line in lines}, {Decimal("3461.84")})

    def test_b2_who_may_read_nothing_of_clients_finds_none(self):
        for email in (HELPDESK, CONFIGURATION):
            self.assertEqual(refused(staff(email), "GET", self.client)[0], 404)
        self.assertEqual(refused(self.officer, "GET", "/api/council/client/A00000")[0], 404)

    def test_c1_that_a_client_was_seen_is_found_by_the_client(self):
        rows = self.auditor.request("GET", f"/api/council/audit?client={self.house.clients[0]}")["rows"]
        self.assertIn((PAYMENTS, "client page"), [(row["by"].get("email"), seen["what"]) for row in rows for seen in row["seen"]])


if __name__ == "__main__":
    unittest.main()
