"""Exports the demo tower: a small vision transformer with random weights, for trying the pipeline without a download.

Run: python3 export_demo_tower.py [target.pt]; PyTorch 1.13 gives the committed file bit for bit. The features vary with the
picture but mean nothing: use a trained tower for anything else than a demonstration or a test.
"""

import sys
from pathlib import Path

import torch
from torch import nn

from torchscript_archive import fix_set_order, save_reproducibly

MODEL = Path(__file__).parent.parent / "src/main/model/demo-vit/demo-vit.pt"
SEED = 20240319
IMAGE, PATCH, DIM, LAYERS, HEADS, HIDDEN = 224, 16, 192, 4, 3, 384


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(DIM, 3 * DIM)
        self.project = nn.Linear(DIM, DIM)
        self.heads = HEADS
        self.scale = (DIM // HEADS) ** -0.5

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [B, N, DIM]
        b, n, c = x.shape
        qkv = self.qkv(x).view(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0] * self.scale, qkv[1], qkv[2]
        weights = torch.matmul(q, k.transpose(-2, -1)).softmax(-1)
        return self.project(torch.matmul(weights, v).transpose(1, 2).reshape(b, n, c))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(DIM)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(DIM)
        self.mlp = nn.Sequential(nn.Linear(DIM, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, DIM))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class DemoVit(nn.Module):
    """[B, 3, 224, 224] float32 -> [B, 196, 192] float32."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, DIM, PATCH, PATCH)
        self.positions = nn.Parameter(torch.empty(1, (IMAGE // PATCH) ** 2, DIM))
        self.layers = nn.Sequential(*[Layer() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(DIM)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2) + self.positions
        return self.norm(self.layers(x))


def make() -> DemoVit:
    """The tower with its seeded weights; one generator in a fixed order, so that the result depends on nothing else."""
    generator = torch.Generator().manual_seed(SEED)
    tower = DemoVit().eval().requires_grad_(False)
    for name, parameter in tower.named_parameters():
        if name == "positions":
            parameter.normal_(0.0, 0.1, generator=generator)
        elif parameter.dim() > 1:
            # Variance-keeping. Attention gets a little more, or it would be a plain mean over all tokens; at 2.0 the tower
            # would magnify rounding errors a hundredfold.
            gain = 1.4 if "qkv" in name else 1.0
            parameter.normal_(0.0, gain * parameter[0].numel() ** -0.5, generator=generator)
        elif name.endswith("bias"):
            parameter.zero_()
        else:
            parameter.fill_(1.0)
    return tower


if __name__ == "__main__":
    fix_set_order()
    target = sys.argv[1] if len(sys.argv) > 1 else str(MODEL)
    save_reproducibly(torch.jit.script(make()), target)
