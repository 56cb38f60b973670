"""Exports the conversion to bfloat16, which DJL lacks: asked for that type it ends the process.

Run: python3 export_cast.py [target.pt]; any PyTorch from 1.13 on. Without a target it writes the processor's resource.
"""

import sys
from pathlib import Path

import torch

from torchscript_archive import fix_set_order, save_reproducibly

RESOURCE = Path(__file__).parent.parent / "src/main/resources/io/s2stream/processor/tower/cast.pt"


class Cast(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x

    @torch.jit.export
    def bfloat16(self, x: torch.Tensor) -> torch.Tensor:
        """The same values in bfloat16, rounded to nearest even."""
        return x.to(torch.bfloat16)


if __name__ == "__main__":
    fix_set_order()
    target = sys.argv[1] if len(sys.argv) > 1 else str(RESOURCE)
    save_reproducibly(torch.jit.script(Cast()), target)
