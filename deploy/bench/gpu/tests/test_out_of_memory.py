"""What becomes of the comparison when a side runs out of memory; needs PyTorch, no GPU, no Java. The faults are put in."""

import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "python")]

import side_by_side
from contenders import Ended, OutOfMemory, Way, is_out_of_memory

WAY = Way(1, 1)


class Bench(side_by_side.Bench):
    """Two cases, whose parts fail as told."""

    def __init__(self, folder, search=None, compare=None, profile=None):
        sys.argv[1:] = "--device cpu --size vit-b-16 --layers 1 --profile".split()
        super().__init__(side_by_side.parse(), [], {}, Path(folder))
        self.gauge.peak_flops = lambda: ("float32", 1.0)
        self.failures = {"search": search, "compare": compare, "profile": profile}

    def fail(self, part):
        if self.failures[part]:
            raise self.failures[part]

    def search(self, case, log):
        self.fail("search")
        return WAY, WAY

    def compare(self, case, log, ways, kind, peak):
        self.fail("compare")
        self.row(f"compared {case.name}", "1", "1")

    def profiles(self, case, ways):
        return [lambda: self.fail("profile") or "kernels"]


class Parts(unittest.TestCase):
    def rows(self, **failures):
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(folder, **failures)
            bench.run()
            return bench.rows

    def test_should_say_whose_memory_was_too_small_and_go_on_with_the_next_case(self):
        for part in ("search", "compare"):
            for ours, cells in ((True, "| out of memory |  |"), (False, "|  | out of memory |")):
                rows = self.rows(**{part: OutOfMemory(ours)})
                self.assertEqual(2, len(rows), part)
                for row in rows:
                    self.assertTrue(row.startswith("| frames/s, vit-b-16-224-"), row)
                    self.assertIn(cells, row)

    def test_should_go_on_without_a_profile(self):
        for trouble in (OutOfMemory(ours=True), Ended("nsys may not"), RuntimeError("CUPTI")):
            self.assertEqual(["| compared vit-b-16-224-2 | 1 | 1 |  |  |  |", "| compared vit-b-16-224-3 | 1 | 1 |  |  |  |"], self.rows(profile=trouble))

    def test_should_not_go_on_when_our_side_ended(self):
        with self.assertRaises(Ended):
            self.rows(search=Ended("SIGSEGV"))


class Errors(unittest.TestCase):
    def test_should_know_what_pytorch_says_of_a_full_memory(self):
        for text in ("CUDA out of memory. Tried to allocate 2 GiB", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"):
            self.assertTrue(is_out_of_memory(RuntimeError(text)))
        self.assertFalse(is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
