"""docs/asvs.md has every requirement of OWASP ASVS 5.0.0 at levels 1 and 2 once, and what it names is there."""

import re
import unittest
from collections import Counter

from test_template import ROOT

# The numbers of each section by level, as the standard's own list has them: section: level 1; level 2.
SECTIONS = """
1.1: ; 1 2
1.2: 1 2 3 4 5; 6 7 8 9
1.3: 1 2; 3 4 5 6 7 8 9 10 11
1.4: ; 1 2 3
1.5: 1; 2
2.1: 1; 2 3
2.2: 1 2; 3
2.3: 1; 2 3 4
2.4: ; 1
3.2: 1 2;
3.3: 1; 2 3 4
3.4: 1 2; 3 4 5 6
3.5: 1 2 3; 4 5
3.7: ; 1 2
4.1: 1; 2 3
4.2: ; 1
4.3: ; 1 2
4.4: 1; 2 3 4
5.1: ; 1
5.2: 1 2; 3
5.3: 1 2;
5.4: ; 1 2 3
6.1: 1; 2 3
6.2: 1 2 3 4 5 6 7 8; 9 10 11 12
6.3: 1 2; 3 4
6.4: 1 2; 3 4
6.5: ; 1 2 3 4 5
6.6: ; 1 2 3
6.8: ; 1 2 3 4
7.1: ; 1 2 3
7.2: 1 2 3 4;
7.3: ; 1 2
7.4: 1 2; 3 4 5
7.5: ; 1 2
7.6: ; 1 2
8.1: 1; 2
8.2: 1 2; 3
8.3: 1;
8.4: ; 1
9.1: 1 2 3;
9.2: 1; 2 3 4
10.1: ; 1 2
10.2: ; 1 2
10.3: ; 1 2 3 4
10.4: 1 2 3 4 5; 6 7 8 9 10 11
10.5: ; 1 2 3 4 5
10.6: ; 1 2
10.7: ; 1 2 3
11.1: ; 1 2
11.2: ; 1 2 3
11.3: 1 2; 3
11.4: 1; 2 3 4
11.5: ; 1
11.6: ; 1
12.1: 1; 2 3
12.2: 1 2;
12.3: ; 1 2 3 4
13.1: ; 1
13.2: ; 1 2 3 4 5
13.3: ; 1 2
13.4: 1; 2 3 4 5
14.1: ; 1 2
14.2: 1; 2 3 4
14.3: 1; 2 3
15.1: 1; 2 3
15.2: 1; 2 3
15.3: 1; 2 3 4 5 6 7
16.1: ; 1
16.2: ; 1 2 3 4 5
16.3: ; 1 2 3 4
16.4: ; 1 2 3
16.5: ; 1 2 3
17.1: ; 1
17.2: ; 1 2 3 4
17.3: ; 1 2
"""
ASKED = {
    (f"V{section}.{number}", level)
    for section, levels in (line.split(":") for line in SECTIONS.strip().splitlines())
    for level, numbers in zip("12", levels.split(";"), strict=True)
    for number in numbers.split()
}
DOCUMENT = (ROOT / "docs" / "asvs.md").read_text()
ROWS = re.findall(r"^\| (V\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+) \|$", DOCUMENT, re.M)


class Asvs(unittest.TestCase):
    def test_every_requirement_of_levels_1_and_2_is_there_once_with_its_level(self):
        self.assertEqual(Counter(level for _, level in ASKED), {"1": 70, "2": 183})
        self.assertEqual(len(ROWS), len(ASKED))
        self.assertEqual({(number, level) for number, level, *_ in ROWS}, ASKED)

    def test_each_is_met_by_something_that_is_there_or_says_why_not(self):
        for number, _, asked, state, shown in ROWS:
            self.assertTrue(asked.strip(), number)
            self.assertIn(state, ("met", "not applicable", "NOT met"), number)
            self.assertGreater(len(shown), 10, number)
            if state == "met":
                self.assertTrue("`" in shown or " above" in shown or "here" in shown, f"{number}: a file, a test, or a decision above")

    def test_every_file_that_is_named_is_there_and_every_test_is_in_it(self):
        for number, *_, shown in ROWS:
            for place in re.findall(r"`([^`]+)`", shown):
                if "/" in place or place.endswith((".toml", ".lock", ".md")):
                    self.assertTrue((ROOT / place).exists(), f"{number}: {place}")
            for place, name in re.findall(r"`([^`]+\.(?:rs|py))` ([a-z]+(?:_[a-z0-9]+){2,})", shown):
                self.assertIn(name, (ROOT / place).read_text(), f"{number}: {place}")

    def test_decisions_that_are_said_to_be_above_are_above(self):
        for number, *_, shown in ROWS:
            for title in re.findall(r'"([^"]+)" above', shown):
                self.assertIn(f"**{title}", DOCUMENT, number)

    def test_the_counts_are_those_of_the_rows(self):
        counts = Counter((level, state) for _, level, _, state, _ in ROWS)
        for level in "12":
            self.assertIn("| {} | {} | {} | {} |".format(level, *(counts[level, state] for state in ("met", "not applicable", "NOT met"))), DOCUMENT)


if __name__ == "__main__":
    unittest.main()
