"""Every code that the portal may answer with has a page that says what happened and what to do next."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "static-site" / "src" / "_data" / "problems.json"
PAGES = json.loads(DATA.read_text(encoding="utf-8"))

CODE_FN = re.compile(r"fn code\(&self\)\s*->\s*(?:&'static str|Code)\s*\{")
CODE = re.compile(r'"([a-z][a-z0-9-]*|[FEWI]\d\d)"|\bCode::([FEWI]\d\d)\b')
CODED = re.compile(r"""FieldError::coded\([^;]*?"([a-z][a-z0-9-]*|[FEWI]\d\d)\"""")
EDGE = re.compile(r'Self::edge\(\s*"([a-z][a-z0-9-]*)"')
VARIANT = re.compile(r"^    ([FEWI]\d\d),$", re.MULTILINE)
SCRIPTED = re.compile(r"code: '([a-z][a-z0-9-]*)'")


def body(text: str, start: int) -> str:
    """The text from `start`, just behind an opening brace, to the brace that closes it."""
    depth, at = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[start : at - 1]


def without_tests(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text.split("#[cfg(test)]\nmod tests {", 1)[0]


def rust_sources() -> list[Path]:
    found = [path for top in ("shared", "functions") for path in sorted((ROOT / top).rglob("src/**/*.rs"))]
    return [path for path in found if "tests" not in path.parts and path.stem != "tests" and path.parts[-3] != "testing"]


def answered() -> dict[str, str]:
    """Each code that a function may answer with, and a file that names it."""
    codes: dict[str, str] = {}
    for path in rust_sources():
        text = without_tests(path)
        found = [each for start in CODE_FN.finditer(text) for pair in CODE.findall(body(text, start.end())) for each in pair]
        found += CODED.findall(text) + EDGE.findall(text) + VARIANT.findall(text)
        codes |= {code: str(path.relative_to(ROOT)) for code in found if code}
    return codes


def made_up_by_pages() -> dict[str, str]:
    """Each code that a page gives to a problem of its own."""
    folder = ROOT / "static-site" / "src" / "assets" / "js"
    return {code: path.name for path in sorted(folder.rglob("*.js")) for code in SCRIPTED.findall(path.read_text(encoding="utf-8")) if code != "unknown"}


class ProblemPages(unittest.TestCase):
    def test_the_sources_are_read_as_they_are_written(self):
        codes = answered()
        for code in ("not-found", "statement-changed", "request-too-large", "F01", "E27", "W43", "I99"):
            self.assertIn(code, codes)

    def test_every_code_has_its_page(self):
        explained = {page["code"] for page in PAGES}
        missing = {code: where for code, where in (made_up_by_pages() | answered()).items() if code not in explained}
        self.assertEqual(missing, {}, f"say in {DATA.relative_to(ROOT)} what happened and what to do next")

    def test_no_page_explains_a_code_that_nothing_answers_with(self):
        known = answered() | made_up_by_pages()
        self.assertEqual([page["code"] for page in PAGES if page["code"] not in known], [])

    def test_every_page_says_once_what_happened_and_what_to_do_next(self):
        self.assertEqual(len({page["code"] for page in PAGES}), len(PAGES))
        for page in PAGES:
            with self.subTest(page["code"]):
                ours = page.get("ours", False)
                self.assertEqual(set(page) - {"ours", "next"}, {"code", "area", "title", "what"})
                self.assertNotEqual(ours, bool(page.get("next")), "either a defect of ours, or something to do")
                for text in (page["what"], *page.get("next", [])):
                    self.assertRegex(text, r"^[A-Z].*[.]$")
                self.assertRegex(page["title"], r"^[A-Z].*[^.]$")

    def test_no_two_pages_have_the_same_title_in_one_area(self):
        named = [(page["area"], page["title"]) for page in PAGES]
        self.assertEqual(sorted(set(named)), sorted(named))


if __name__ == "__main__":
    unittest.main()
