"""Makes ../resources/extract/pooled.pt: a model that returns one vector per image, which is no tower.

Run: python3 make_pooled_tower.py
"""

import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../export"))

from torchscript_archive import save_reproducibly  # noqa: E402


class Pooled(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean([2, 3])


if __name__ == "__main__":
    save_reproducibly(torch.jit.script(Pooled()), str(HERE / "../resources/extract/pooled.pt"))
