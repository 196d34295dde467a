"""Every paper that the portal prints is PDF/UA-1: tagged, titled, in a language, with nothing that cannot be read aloud."""

import pathlib
import re
import unittest

import page

# Written by `make papers`: one of each kind, short and long, with texts that are hard to print.
PAPERS = pathlib.Path(__file__).resolve().parents[2] / ".local" / "papers"
KINDS = {"purchase-order", "remittance", "contract-document", "report"}


def failures(pdf: bytes) -> list[str]:
    """What a validator says against it."""
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    return [] if report.is_compliant else sorted({failure.rule_id for failure in report.failures}) or ["not compliant"]


class Papers(unittest.TestCase):
    def setUp(self):
        self.papers = sorted(PAPERS.glob("*.pdf"))

    def test_there_is_one_of_every_kind(self):
        names = {paper.stem for paper in self.papers}
        self.assertTrue(KINDS <= names, f"{names}: run make papers")

    def test_every_paper_is_for_everybody(self):
        for paper in self.papers:
            with self.subTest(paper.name):
                self.assertEqual(failures(paper.read_bytes()), [])

    def test_what_is_not_for_everybody_is_found_out(self):
        paper = (PAPERS / "purchase-order.pdf").read_bytes()
        # The same number of bytes, so that nothing else is wrong with it.
        for what, said, unsaid in [
            ("says that it is PDF/UA", rb"<pdfuaid:part>1<", rb"<pdfuaid:part>9<"),
            ("has a language", rb"/Lang\(en-GB\)", rb"/Lung(en-GB)"),
            ("is tagged", rb"/Marked true", rb"/Marked null"),
            ("shows its title", rb"/DisplayDocTitle true", rb"/DisplayDocTitle null"),
            ("names its parts", rb"/StructTreeRoot ", rb"/StructTreeRoof "),
        ]:
            with self.subTest(what):
                broken, count = re.subn(said, unsaid, paper)
                self.assertGreater(count, 0, "the paper says it elsewhere now")
                self.assertNotEqual(failures(broken), [])


if __name__ == "__main__":
    unittest.main()
