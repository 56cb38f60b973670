"""Which bridge serves which PyTorch; needs no PyTorch."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from torch_bridge import NoBridge, Torch, candidates, choose, writable

HERE = ["2.7.1-cpu", "2.7.1-cu128", "2.11.0-built"]


def torch(version, flavor, cxx11_abi=True):
    return Torch(version, flavor, cxx11_abi, Path("/opt/torch"))


class Candidates(unittest.TestCase):
    def test_should_take_the_same_flavour_first(self):
        self.assertEqual(["2.7.1-cu128", "2.7.1-cpu"], candidates(torch("2.7.1", "cu128"), HERE))

    def test_should_take_that_of_another_cuda_before_the_one_without(self):
        self.assertEqual(["2.7.1-cu128", "2.7.1-cpu"], candidates(torch("2.7.1", "cu126"), HERE))

    def test_should_take_none_for_cuda_when_pytorch_has_none(self):
        self.assertEqual(["2.7.1-cpu"], candidates(torch("2.7.1", "cpu"), HERE))

    def test_should_take_one_built_here_for_any_flavour(self):
        for flavor in ("cpu", "cu130"):
            self.assertEqual(["2.11.0-built"], candidates(torch("2.11.0", flavor), HERE))

    def test_should_take_none_of_another_version_or_abi(self):
        self.assertEqual([], candidates(torch("2.7.0", "cpu"), HERE))
        self.assertEqual([], candidates(torch("2.7.1", "cpu", cxx11_abi=False), HERE))


class Refusal(unittest.TestCase):
    def test_should_say_what_is_here_and_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in HERE:
                (Path(folder) / name).mkdir()
            with self.assertRaises(NoBridge) as refused:
                choose(torch("2.9.1", "cu130"), Path(folder))
        for part in ("PyTorch 2.9.1 for cu130", "2.7.1-cpu, 2.7.1-cu128", "pip install torch==2.7.1", "--djl"):
            self.assertIn(part, str(refused.exception))


class Writable(unittest.TestCase):
    def test_should_take_the_users_folder_where_the_pack_is_read_only(self):
        with tempfile.TemporaryDirectory() as folder:
            # A file in a folder's place can be made no folder in, not even by root.
            pack, users = Path(folder) / "pack", Path(folder) / "users"
            pack.write_text("")
            self.assertEqual(users / "cache", writable("cache", [pack, users]))
            self.assertTrue((users / "cache").is_dir())

            with self.assertRaises(NoBridge) as refused:
                writable("cache", [pack])
            self.assertIn("XDG_CACHE_HOME", str(refused.exception))

    def test_should_take_the_pack_where_it_can_be_written_to(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(Path(folder) / "cache", writable("cache", [Path(folder), Path(folder) / "users"]))


if __name__ == "__main__":
    unittest.main()
