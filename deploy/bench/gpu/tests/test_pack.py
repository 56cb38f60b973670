"""The forward of a pack with its own Java, against PyTorch on the same tower and images.

test_pack.py PACK LIB VERSION MODEL: LIB, a folder of that name, holds libtorch VERSION for the CPU, MODEL is a model directory; any PyTorch from 1.13 on.
"""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

PACK, LIB, VERSION, MODEL = (Path(argument) for argument in sys.argv[1:5])
sys.path.insert(0, str(PACK / "python"))

import torch

import export_vit
import torch_bridge
from contenders import Case, OutOfMemory, Ours, Way
from multiscale import multiscale

# Of 2.4 MB each: terabytes.
MORE_THAN_FIT = 1_000_000


class Pack(unittest.TestCase):
    def test_should_compute_what_pytorch_computes(self):
        with tempfile.TemporaryDirectory() as temporary, torch.inference_mode():
            # given
            folder = Path(temporary) / "model"
            shutil.copytree(MODEL, folder)
            case = Case(MODEL.name, export_vit.SIZES["vit-b-16"], "float32", (1, 2), -1, folder, "cpu")
            case.write_images()
            here = torch_bridge.Torch(str(VERSION), "cpu", True, LIB.parent)
            bridge = PACK / "bridges" / f"{VERSION}-cpu" / torch_bridge.NAME
            environment = torch_bridge.environment(here, bridge, Path(temporary) / "djl", gpu=False)

            # when
            with open(Path(temporary) / "log", "w") as log:
                ours = Ours(torch_bridge.java(), environment, case, log)
                features = ours.features()
                with self.assertRaises(OutOfMemory):
                    ours.give(MORE_THAN_FIT)
                rate = ours.run(Way(3, 4), 0.1)
                ours.close()

            # then
            tower = torch.jit.load(str(folder / f"{MODEL.name}.pt"))
            expected = multiscale(tower, case.images(), case.img_sizes, case.size.image, case.resize_to)
            torch.testing.assert_close(features, expected, rtol=0, atol=1e-4)
            self.assertGreater(rate, 0)
            self.assertEqual(0, ours.process.returncode)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
