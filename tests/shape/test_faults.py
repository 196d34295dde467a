"""Every planted fault can still be planted: its text is in its file, once."""

import importlib.util
import pathlib
import unittest

RUN = pathlib.Path(__file__).resolve().parent.parent / "faults" / "run.py"
spec = importlib.util.spec_from_file_location("faults_run", RUN)
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)


class EveryFaultTest(unittest.TestCase):
    def test_it_can_still_be_planted(self):
        why = {fault["name"]: run.cannot_be_planted(fault) for fault in run.faults()}
        self.assertEqual({name: it for name, it in why.items() if it}, {})

    def test_there_are_at_least_forty_each_with_a_name_and_another_text(self):
        faults = run.faults()
        self.assertGreaterEqual(len({fault["name"] for fault in faults}), 40)
        self.assertEqual(len({fault["name"] for fault in faults}), len(faults))
        self.assertEqual([it["name"] for it in faults if it["find"] == it["replace"]], [])


if __name__ == "__main__":
    unittest.main()
