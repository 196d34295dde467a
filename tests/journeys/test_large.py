"""Many rows by the page: 5,000, or as many as PORTAL_LARGE_ROWS says (`make journey-large`: what a page takes at most)."""

import io
import os
import time
import unittest

from stack import STACK, TODAY, apply, days, drop, functions, hand_in, portal

ROWS = int(os.environ.get("PORTAL_LARGE_ROWS", "5000"))
PACKAGES = 50 if ROWS < 50_000 else 500
WEEKS = ROWS // PACKAGES
# The four weeks that end with the last whole one, and as many before as the rows need.
PERIODS = -(-WEEKS // 4)
START = TODAY - days(TODAY.weekday() + 28 * PERIODS)
PASSWORD, MANAGER = "Harebell-1771", "tamsin.greylag@greylag.example"


def stamp() -> str:
    return f"{TODAY:%Y%m%d}T190000"


def council_files() -> None:
    drop(f"providers_{stamp()}", [{"provider_ref": "PL1", "name": "Greylag Homecare", "kind": "home_care"}])
    drop(f"periods_{stamp()}", [
        {"cycle_ref": "CYL", "start_date": start, "end_date": start + days(27), "confirm_by": f"{start + days(36)}T17:00:00",
         "finalise_at": f"{start + days(37)}T09:00:00", "pay_date": start + days(45)}
        for start in (START + days(28 * number) for number in range(PERIODS + 1))
    ])
    drop(f"contracts_{stamp()}", [
        {"contract_ref": "CL1", "provider_ref": "PL1", "name": "Greylag", "payment_method": "actuals", "cycle_ref": "CYL", "vat": "exempt",
         "confirmation": "required", "portal_from": START},
    ])
    drop(f"services_{stamp()}", [
        {"service_ref": "SL1", "contract_ref": "CL1", "name": "Homecare", "purchase": "spot", "unit": "hour", "price_per": "unit"},
    ])
    numbers = range(PACKAGES)
    drop(f"clients_{stamp()}", [{"ss_ref": f"L{100000 + number}", "forename": "Perdita", "surname": f"Sorrel{number}"} for number in numbers])
    drop(f"cplis_{stamp()}", [
        {"cpli_id": f"{800000 + number}", "ss_ref": f"L{100000 + number}", "service_ref": "SL1", "start_date": START, "authorised": "yes"}
        for number in numbers
    ])
    drop(f"prices_{stamp()}", [
        {"cpli_id": f"{800000 + number}", "from_date": START, "quantity": "7.00", "unit_price": "23.77"} for number in numbers
    ])
    drop(f"contacts_{stamp()}", [
        {"contact_ref": "KL1", "provider_ref": "PL1", "forename": "Tamsin", "surname": "Greylag", "portal_email": MANAGER, "roles": "actuals"},
    ])


def file_of_all_weeks() -> bytes:
    out = io.StringIO()
    out.write("ProviderRef,SSRef,CPLI_ID,WeekStart,Actual,ReasonCode\r\n")
    for number in range(PACKAGES):
        for week in range(WEEKS):
            out.write(f"PL1,L{100000 + number},{800000 + number},{START + days(7 * week):%d/%m/%Y},7.00,\r\n")
    return out.getvalue().encode()


class ManyRows(unittest.TestCase):
    def test_as_many_rows_as_a_page_takes_are_checked_and_applied_in_a_small_function(self):
        council_files()
        manager = portal()
        manager.accept_invitation(MANAGER, PASSWORD)
        manager.sign_in(MANAGER, PASSWORD)
        content = file_of_all_weeks()
        begun = time.monotonic()
        checked = hand_in(manager, "all-weeks.csv", content, seconds=600)
        read = time.monotonic()
        counts = checked["counts"]
        self.assertEqual((checked["state"], counts["read"], counts["new"], counts["rejected"]), ("validated", PACKAGES * WEEKS, PACKAGES * WEEKS, 0))
        applied = apply(manager, checked["batch_id"], seconds=900)
        self.assertEqual(applied["state"], "applied", applied)
        print(f"\n{PACKAGES * WEEKS} rows, {len(content) / 1e6:.1f} MB: checked in {read - begun:.1f} s, applied in {time.monotonic() - read:.1f} s")
        self.assertEqual(functions.get_function_configuration(FunctionName=f"{STACK}-import-actuals")["MemorySize"], 256)
        form = manager.request("GET", f"/api/actuals/CL1/{START}")
        self.assertEqual(form["missing"], 0)


if __name__ == "__main__":
    unittest.main()
