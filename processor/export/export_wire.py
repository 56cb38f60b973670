"""Exports the conversions of features to what goes over the wire where DJL has no such type: bfloat16 and scaled int8.

Run: python3 export_wire.py [target.pt]; any PyTorch from 1.13 on. Without a target it writes the processor's resource.
"""

import sys
from pathlib import Path

import torch

from torchscript_archive import fix_set_order, save_reproducibly

RESOURCE = Path(__file__).parent.parent / "src/main/resources/io/s2stream/processor/extract/wire.pt"


class Wire(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x

    @torch.jit.export
    def bfloat16(self, x: torch.Tensor) -> torch.Tensor:
        """[B, N, C] float32 -> the same in bfloat16, rounded to nearest even, contiguous."""
        return x.to(torch.bfloat16).contiguous()

    @torch.jit.export
    def int8_scales(self, x: torch.Tensor) -> torch.Tensor:
        """[B, N, C] float32 -> [B, N] float32: each token's largest magnitude / 127; 0 for a token of zeros."""
        return (x.abs().amax(dim=2) / 127.0).contiguous()

    @torch.jit.export
    def int8(self, x: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        """[B, N, C] float32 and its int8_scales -> [B, N, C] int8 in -127..127, rounded to nearest even.

        A token with a value that isn't finite has a scale that isn't, and so reads as NaN throughout rather than as something
        plausible: its values are 0 here.
        """
        divisor = torch.where(scales > 0, scales, torch.ones_like(scales)).unsqueeze(2)
        return torch.nan_to_num(torch.round(x / divisor), nan=0.0).clamp(-127, 127).to(torch.int8).contiguous()


if __name__ == "__main__":
    fix_set_order()
    target = sys.argv[1] if len(sys.argv) > 1 else str(RESOURCE)
    save_reproducibly(torch.jit.script(Wire()), target)
