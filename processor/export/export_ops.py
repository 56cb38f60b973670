"""Exports the tensor operations that the processor needs and DJL lacks or gets wrong.

Run: python3 export_ops.py [target.pt]; any PyTorch from 1.13 on. Without a target it writes the processor's resource.
Every function works on the device of its arguments and none of them allocates more than its result.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from torchscript_archive import fix_set_order, save_reproducibly

RESOURCE = Path(__file__).parent.parent / "src/main/resources/io/s2stream/processor/s2/ops.pt"


class Ops(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x

    @torch.jit.export
    def normalize(self, pixels: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
        """[H, W, 3] uint8 -> [1, 3, H, W] float32, contiguous: (pixel / 255 - mean) / std, both [1, 3, 1, 1]."""
        planes = pixels.permute(2, 0, 1).unsqueeze(0)
        out = torch.empty(planes.shape, dtype=torch.float32, device=pixels.device)
        return out.copy_(planes).div_(255.0).sub_(mean).div_(std)

    @torch.jit.export
    def bicubic(self, image: torch.Tensor, height: int, width: int) -> torch.Tensor:
        """[B, C, h, w] -> [B, C, height, width] float32: a = -0.75, no antialiasing, pixel centres at half integers."""
        return F.interpolate(image.to(torch.float32), size=[height, width], mode="bicubic", align_corners=False)

    @torch.jit.export
    def put_tile(self, slots: torch.Tensor, slot: int, image: torch.Tensor, top: int, left: int) -> None:
        """Copies the tile of image [1, C, H, W] at (top, left) into slots[slot], slots [k, C, h, w]; zeros beyond the edge."""
        target = slots[slot]
        height = min(target.size(1), image.size(2) - top)
        width = min(target.size(2), image.size(3) - left)
        if height < target.size(1) or width < target.size(2):
            target.zero_()
        if height > 0 and width > 0:
            target[:, :height, :width].copy_(image[0, :, top : top + height, left : left + width])

    @torch.jit.export
    def place(
        self, grid: torch.Tensor, features: torch.Tensor, slot: int, prefix: int, side: int, top: int, left: int
    ) -> None:
        """Copies the feature map of one tile into grid [C, H, W] at (top, left), what lies beyond the edge is cut off.

        features: [k, prefix + side * side, C] tokens or [k, C, h, w] maps.
        """
        tile = features[slot]
        if tile.dim() == 2:
            tile = tile[prefix:].view(side, side, -1).permute(2, 0, 1)
        height = min(tile.size(1), grid.size(1) - top)
        width = min(tile.size(2), grid.size(2) - left)
        if height > 0 and width > 0:
            grid[:, top : top + height, left : left + width].copy_(tile[:, :height, :width])

    @torch.jit.export
    def pool(self, grid: torch.Tensor, out: torch.Tensor) -> None:
        """Area-pools grid [C, H, W] into out [C, h, w], both of any strides."""
        size = [out.size(1), out.size(2)]
        out.copy_(F.interpolate(grid.unsqueeze(0), size=size, mode="area").squeeze(0))

    @torch.jit.export
    def pool_tokens(self, grid: torch.Tensor, out: torch.Tensor, frame: int, prefix: int, channel: int, width: int) -> None:
        """Area-pools grid [C, H, W] into out[frame, prefix:, channel : channel + C], out [B, prefix + h * width, c]."""
        tokens = out[frame, prefix:, channel : channel + grid.size(0)]
        self.pool(grid, tokens.view(-1, width, grid.size(0)).permute(2, 0, 1))

    @torch.jit.export
    def pool_map(self, grid: torch.Tensor, out: torch.Tensor, frame: int, channel: int) -> None:
        """Area-pools grid [C, H, W] into out[frame, channel : channel + C], out [B, c, h, w]."""
        self.pool(grid, out[frame, channel : channel + grid.size(0)])

    @torch.jit.export
    def add_prefix(
        self, features: torch.Tensor, slot: int, prefix: int, out: torch.Tensor, frame: int, channel: int, divisor: float
    ) -> None:
        """Adds the prefix tokens of one tile, divided by `divisor`, to out[frame, :prefix, channel : channel + C]."""
        tokens = features[slot, :prefix]
        out[frame, :prefix, channel : channel + tokens.size(1)].add_(tokens.to(out.dtype) / divisor)


if __name__ == "__main__":
    fix_set_order()
    target = sys.argv[1] if len(sys.argv) > 1 else str(RESOURCE)
    save_reproducibly(torch.jit.script(Ops()), target)
