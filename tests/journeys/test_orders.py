"""Purchase orders and PDFs, through everything as it is deployed."""

import unittest
from decimal import Decimal

from house import AUDITOR, HELPDESK, House, for_everybody, staff, told
from stack import TODAY, at, days, demo_data, idle, let_sessions_rest, portal, refused, run_job

CLERK = "hulda.fen@dunehouse.example"


class Orders(unittest.TestCase):
    """One story; its tests are its chapters and run in this order."""

    @classmethod
    def setUpClass(cls):
        cls.year_from = demo_data.Seaborough(TODAY).uplift()
        cls.year = f"{cls.year_from.year}-{(cls.year_from.year + 1) % 100:02}"
        cls.house = House("JP", "Dune House", 11, {CLERK: "viewer"}, care_from=cls.year_from)
        cls.clerk = cls.house.signed_in(CLERK)
        cls.path = f"/api/purchase-orders/{cls.year}/{cls.house.clients[0]}"

    def test_a1_a_client_and_a_financial_year_have_one_order_with_its_arithmetic(self):
        listed = self.clerk.request("GET", f"/api/purchase-orders?financial_year={self.year}")
        self.assertEqual(sorted(row["ss_ref"] for row in listed["rows"]), self.house.clients)
        order = self.clerk.request("GET", self.path)
        length = 366 if self.year_from.replace(year=self.year_from.year + 1).year % 4 == 0 else 365
        expected = (Decimal("865.46") * length / 7).quantize(Decimal("0.01"))
        self.assertEqual((order["revision"], Decimal(order["total"])), (1, expected))
        self.assertIn("865.46", order["lines"][0]["arithmetic"])

    def test_a2_the_pdf_is_the_order_and_stays_as_it_was_made(self):
        first = self.clerk.download(f"{self.path}/purchase-order.pdf")
        self.assertEqual(for_everybody(first), [])
        self.assertEqual(self.clerk.download(f"{self.path}/purchase-order.pdf"), first)

    def test_b1_a_price_that_changes_makes_a_revision_and_keeps_the_one_before(self):
        before = self.clerk.request("GET", self.path)
        old = self.clerk.download(f"{self.path}/purchase-order.pdf?revision=1")
        told("prices", 12, [{"cpli_id": self.house.cplis[0], "from_date": self.year_from + days(182), "quantity": 1, "unit_price": "900.00"}])
        run_job("daily-jobs", {"time": at(TODAY + days(1), 5, 15)})
        idle()
        after = self.clerk.request("GET", self.path)
        self.assertEqual(after["revision"], 2)
        self.assertNotEqual(after["total"], before["total"])
        self.assertTrue(after["differences"])
        self.assertEqual([revision["revision"] for revision in after["revisions"]], [2, 1])
        self.assertEqual(self.clerk.request("GET", f"{self.path}?revision=1")["total"], before["total"])
        self.assertEqual(self.clerk.download(f"{self.path}/purchase-order.pdf?revision=1"), old)
        self.assertNotEqual(self.clerk.download(f"{self.path}/purchase-order.pdf"), old)

    def test_c1_the_council_reads_it_too_and_others_do_not(self):
        theirs = f"/api/council/purchase-orders/{self.house.provider}/{self.year}/{self.house.clients[0]}"
        auditor = staff(AUDITOR)
        self.assertEqual(auditor.request("GET", theirs)["total"], self.clerk.request("GET", self.path)["total"])
        self.assertTrue(auditor.download(f"{theirs}/purchase-order.pdf").startswith(b"%PDF-"))
        self.assertEqual(refused(staff(HELPDESK), "GET", theirs)[0], 404)
        stranger = portal()
        stranger.sign_in("moira.kittiwake@brightway.example", demo_data.PASSWORD)
        self.assertEqual(refused(stranger, "GET", self.path)[0], 404)

    def test_d1_a_remittance_advice_is_a_pdf_as_well(self):
        council, person = demo_data.council(TODAY), portal()
        person.sign_in("desmond.achterberg@marramcare.example", demo_data.PASSWORD)
        paid = council.current - days(28)
        made = person.download(f"/api/scheduled-payments/C1001/{paid}/remittance.pdf")
        self.assertEqual(for_everybody(made), [])
        self.assertEqual(refused(person, "GET", f"/api/scheduled-payments/C1002/{paid}/remittance.pdf")[0], 404)

    def test_e1_whoever_goes_on_asking_stays_signed_in(self):
        auditor = staff(AUDITOR)
        let_sessions_rest()
        self.assertTrue(self.clerk.download(f"{self.path}/purchase-order.pdf").startswith(b"%PDF-"))
        self.assertTrue(auditor.request("GET", "/api/council/home")["queues"])


if __name__ == "__main__":
    unittest.main()
