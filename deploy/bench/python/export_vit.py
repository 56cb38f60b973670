"""Exports a vision transformer of a known size with random weights as a model directory, for measuring.

export_vit.py DIR [--size vit-b-16|siglip-so400m-14] [--image SIDE] [--dtype float32|float16] [--layers N]; PyTorch 1.13 or later, from
2.0 on with SDPA attention, which a GPU should have.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn


class Size(NamedTuple):
    image: int
    patch: int
    dim: int
    heads: int
    hidden: int
    layers: int

    def flops(self) -> int:
        """Floating-point operations of one tile, two for each multiply-add: the patches' convolution, and in each layer the four
        projections of the attention, its two products of N x N, and the two products of the MLP. Norms and the like aren't counted."""
        n, d = (self.image // self.patch) ** 2, self.dim
        layer = 2 * n * (4 * d * d + 2 * d * self.hidden) + 4 * n * n * d
        return 2 * n * 3 * self.patch**2 * d + self.layers * layer


SIZES = {
    "vit-b-16": Size(224, 16, 768, 12, 3072, 12),
    "siglip-so400m-14": Size(384, 14, 1152, 16, 4304, 27),
}


def plain_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    weights = torch.matmul(query, key.transpose(-2, -1)) * query.size(-1) ** -0.5
    return torch.matmul(weights.softmax(-1), value)


attention = getattr(F, "scaled_dot_product_attention", plain_attention)


class Layer(nn.Module):
    def __init__(self, size: Size):
        super().__init__()
        self.heads = size.heads
        self.norm1, self.norm2 = nn.LayerNorm(size.dim), nn.LayerNorm(size.dim)
        self.qkv, self.project = nn.Linear(size.dim, 3 * size.dim), nn.Linear(size.dim, size.dim)
        self.mlp = nn.Sequential(nn.Linear(size.dim, size.hidden), nn.GELU(), nn.Linear(size.hidden, size.dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [k, N, dim]
        k, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(k, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.project(attention(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape(k, n, c))
        return x + self.mlp(self.norm2(x))


class Tower(nn.Module):
    def __init__(self, size: Size):
        super().__init__()
        self.patches = nn.Conv2d(3, size.dim, size.patch, size.patch)
        self.positions = nn.Parameter(torch.randn(1, (size.image // size.patch) ** 2, size.dim) * 0.02)
        self.layers = nn.Sequential(*[Layer(size) for _ in range(size.layers)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [k, 3, image, image] -> [k, N, dim]
        return self.layers(self.patches(x).flatten(2).transpose(1, 2) + self.positions)


def export(folder: Path, name: str, size: Size, dtype: str) -> None:
    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    tower = torch.jit.script(Tower(size).eval().requires_grad_(False).to(getattr(torch, dtype)))
    tower.save(str(folder / f"{name}.pt"))
    (folder / "serving.properties").write_text(
        f"engine=PyTorch\noption.modelName={name}\noption.s2.inputSize={size.image}\noption.s2.prefixTokens=0\n"
        f"option.s2.imageMean=0.5,0.5,0.5\noption.s2.imageStd=0.5,0.5,0.5\noption.s2.dtype={dtype}\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="vit-b-16")
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    parser.add_argument("--image", type=int, help="input size, if another than the size has")
    parser.add_argument("--layers", type=int, help="fewer or more than the size has")
    arguments = parser.parse_args()
    size = SIZES[arguments.size]
    size = size._replace(image=arguments.image or size.image, layers=arguments.layers or size.layers)
    export(arguments.folder, arguments.size, size, arguments.dtype)
    print(f"wrote {arguments.folder}")
