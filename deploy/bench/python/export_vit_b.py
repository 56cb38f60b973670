"""Exports a ViT-B/16-sized tower with random weights as a model directory, for measuring: export_vit_b.py DIR [--layers 12].

Needs PyTorch 1.13 or later.
"""

import argparse
from pathlib import Path

import torch
from torch import nn

IMAGE, PATCH, DIM, HEADS, HIDDEN = 224, 16, 768, 12, 3072


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(DIM), nn.LayerNorm(DIM)
        self.qkv, self.project = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.mlp = nn.Sequential(nn.Linear(DIM, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, DIM))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [k, N, DIM]
        k, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(k, n, 3, 12, 64).permute(2, 0, 3, 1, 4)
        weights = (torch.matmul(qkv[0], qkv[1].transpose(-2, -1)) * 0.125).softmax(-1)
        x = x + self.project(torch.matmul(weights, qkv[2]).transpose(1, 2).reshape(k, n, c))
        return x + self.mlp(self.norm2(x))


class Tower(nn.Module):
    def __init__(self, layers: int):
        super().__init__()
        self.patches = nn.Conv2d(3, DIM, PATCH, PATCH)
        self.positions = nn.Parameter(torch.randn(1, (IMAGE // PATCH) ** 2, DIM) * 0.02)
        self.layers = nn.Sequential(*[Layer() for _ in range(layers)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [k, 3, 224, 224] -> [k, 196, DIM]
        return self.layers(self.patches(x).flatten(2).transpose(1, 2) + self.positions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layers", type=int, default=12)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.jit.script(Tower(arguments.layers).eval()).save(str(arguments.folder / "vit-b-16.pt"))
    (arguments.folder / "serving.properties").write_text(
        "engine=PyTorch\noption.modelName=vit-b-16\noption.s2.inputSize=224\noption.s2.prefixTokens=0\n"
        "option.s2.imageMean=0.5,0.5,0.5\noption.s2.imageStd=0.5,0.5,0.5\n"
    )
    print(f"wrote {arguments.folder}")
