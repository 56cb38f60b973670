"""Exports the tensor operations that the processor needs and DJL lacks or gets wrong.

Run: python3 export_ops.py [target.pt]; any PyTorch from 1.13 on. Without a target it writes the processor's resource.
Every function works on the device of its arguments; none of them allocates more than its result or a few features of one tile.
"""

import sys
from pathlib import Path
from typing import List

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
    def bicubic_part(
        self, image: torch.Tensor, height: int, width: int, rows: List[int], columns: List[int]
    ) -> torch.Tensor:
        """Some rows and columns of what bicubic returns, from a crop of image [B, C, h, w] alone.

        rows: first wanted, how many, origin, first and end of the crop; columns likewise. Row `origin` of the result, at most the
        first wanted, must start exactly where the crop does.
        """
        crop = image[:, :, rows[3] : rows[4], columns[3] : columns[4]].to(torch.float32)
        top, left = rows[0] - rows[2], columns[0] - columns[2]
        down, across = float(height) / image.size(2), float(width) / image.size(3)
        out = torch._C._nn.upsample_bicubic2d(crop, [top + rows[1], left + columns[1]], False, down, across)
        return out[:, :, top:, left:]

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

    def cells(self, features: torch.Tensor, slot: int, prefix: int, height: int, width: int) -> torch.Tensor:
        """The first height x width patch features of one tile as [height, width, C]; features as in put_pooled."""
        tile = features[slot]
        if tile.dim() == 3:
            return tile[:, :height, :width].permute(1, 2, 0)
        side = int(round((tile.size(0) - prefix) ** 0.5))
        return tile[prefix:].view(side, side, -1)[:height, :width]

    def target(
        self, out: torch.Tensor, frame: int, prefix: int, channel: int, channels: int, grid_width: int
    ) -> torch.Tensor:
        """A frame's block of channels in the result as [h, w, channels]; out as in put_pooled."""
        if out.dim() == 4:
            return out[frame, channel : channel + channels].permute(1, 2, 0)
        return out[frame, prefix:, channel : channel + channels].view(-1, grid_width, channels)

    @torch.jit.export
    def put_pooled(
        self,
        features: torch.Tensor,
        slot: int,
        prefix: int,
        cells: List[int],
        out: torch.Tensor,
        frame: int,
        channel: int,
        grid_width: int,
        window: List[int],
    ) -> None:
        """Area-pools the first `cells` (h, w) of one tile into the `window` (top, left, h, w) of a frame's block of channels.

        features: [k, prefix + side * side, C] tokens or [k, C, h, w] maps; out: [B, prefix + h * grid_width, c] or [B, c, h, w].
        """
        tile = self.cells(features, slot, prefix, cells[0], cells[1])
        block = self.target(out, frame, prefix, channel, tile.size(2), grid_width)
        block = block[window[0] : window[0] + window[2], window[1] : window[1] + window[3]]
        if cells[0] != window[2] or cells[1] != window[3]:
            maps = tile.permute(2, 0, 1).unsqueeze(0).to(torch.float32)
            tile = F.interpolate(maps, size=[window[2], window[3]], mode="area").squeeze(0).permute(1, 2, 0)
        block.copy_(tile)

    @torch.jit.export
    def add_pooled(
        self,
        features: torch.Tensor,
        slot: int,
        prefix: int,
        rows: torch.Tensor,
        columns: torch.Tensor,
        out: torch.Tensor,
        frame: int,
        channel: int,
        grid_width: int,
        window: List[int],
    ) -> None:
        """As put_pooled where windows of the pooling cross the edges of tiles: adds this tile's part of the means.

        rows [h, cells] and columns [w, cells]: weight of each of the tile's rows and columns in each row and column of the window.
        """
        tile = self.cells(features, slot, prefix, rows.size(1), columns.size(1)).to(torch.float32)
        height, width, channels = tile.shape
        pooled = torch.matmul(rows, tile.reshape(height, width * channels))
        pooled = torch.matmul(columns, pooled.view(rows.size(0), width, channels))
        block = self.target(out, frame, prefix, channel, channels, grid_width)
        block[window[0] : window[0] + window[2], window[1] : window[1] + window[3]].add_(pooled)

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
