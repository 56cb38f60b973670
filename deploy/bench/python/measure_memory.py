"""Measures the memory of the multiscale forward: by how much one forward raises the peak of the resident memory.

Run: python3 measure_memory.py [--cases NAME ...] [--layers 1]; first, in the project's root:
mvn -q -Dquick -Dmaven.test.skip=true -pl deploy/cli -am package

The towers are transformers of ViT-B's width with random weights, made here; depth doesn't change the peak, so one layer will do.
Each figure comes from a process of its own, which has run the same once before: libraries keep buffers of their first run.
Columns: the bare tower on the batch, the Java forward, the S2 algorithm in plain PyTorch with its tower run in chunks of the batch
(what split_forward=True of the authors' wrapper does), and the bare tower in PyTorch. The bound is 1.05 x bare tower + result +
one resized image (the largest); the last column is the same ratio for PyTorch. Freed memory that the allocator keeps would blur all that, so it is told to return large blocks at once.
"""

import argparse
import ctypes
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).resolve().parent
LIBRARIES = HERE.parents[1] / "cli/target"
# name: tile, patch, sizes, resize_output_to_idx
CASES = {
    "scales 1,2": (224, 16, (224, 448), 0),
    "scales 1,2,3": (224, 16, (224, 448, 672), 0),
    "llava-1.5-s2": (336, 14, (336, 672, 1008), 0),
    "vila-1.5-s2": (384, 14, (384, 768), 0),
    "nvila": (448, 14, (448, 896, 1344), -1),
    "378 to 3780 px": (378, 14, (378, 3780), 0),
}
DIM, HEADS, HIDDEN = 768, 12, 3072


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(DIM), nn.LayerNorm(DIM)
        self.qkv, self.project = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.heads = HEADS
        self.mlp = nn.Sequential(nn.Linear(DIM, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, DIM))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        weights = (torch.matmul(qkv[0], qkv[1].transpose(-2, -1)) * (c // self.heads) ** -0.5).softmax(-1)
        x = x + self.project(torch.matmul(weights, qkv[2]).transpose(1, 2).reshape(b, n, c))
        return x + self.mlp(self.norm2(x))


class Tower(nn.Module):
    def __init__(self, image: int, patch: int, layers: int):
        super().__init__()
        self.patches = nn.Conv2d(3, DIM, patch, patch)
        self.positions = nn.Parameter(torch.zeros(1, (image // patch) ** 2, DIM))
        self.layers = nn.Sequential(*[Layer() for _ in range(layers)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(self.patches(x).flatten(2).transpose(1, 2) + self.positions)


def split(x: torch.Tensor, n: int) -> torch.Tensor:
    """[B, C, n h, n w] -> [n n B, C, h, w], tiles row by row."""
    b, c, h, w = x.shape
    return x.view(b, c, n, h // n, n, w // n).permute(2, 4, 0, 1, 3, 5).reshape(-1, c, h // n, w // n)


def merge(x: torch.Tensor, n: int) -> torch.Tensor:
    """The inverse of split."""
    b, c, h, w = x.shape
    return x.view(n, n, b // (n * n), c, h, w).permute(2, 3, 0, 4, 1, 5).reshape(-1, c, n * h, n * w)


def multiscale(tower, images: torch.Tensor, tile: int, sizes, resize_to: int) -> torch.Tensor:
    tiles, splits = [], [math.ceil(size / tile) for size in sizes]
    for size, n in zip(sizes, splits):
        tiles.append(split(F.interpolate(images, size=(size, size), mode="bicubic"), n))
    maps = []
    for x, n in zip(tiles, splits):
        features = torch.cat([tower(chunk) for chunk in x.split(images.shape[0])])
        side = math.isqrt(features.shape[1])
        maps.append(merge(features.transpose(1, 2).reshape(features.shape[0], -1, side, side), n))
    target = maps[resize_to].shape[-2:]
    return torch.cat([F.interpolate(m, size=target, mode="area") for m in maps], dim=1).flatten(2).transpose(1, 2)


def status(key: str) -> int:
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":"))


def probe(path: str, mode: str, images: int, tile: int, sizes, resize_to: int) -> None:
    """One measurement of PyTorch in this process; prints the growth in bytes."""
    torch.set_num_threads(1)
    tower = torch.jit.load(path)
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        batch = torch.randn(images, 3, tile, tile)
        run = (lambda: tower(batch)) if mode == "single" else (lambda: multiscale(tower, batch, tile, sizes, resize_to))
        run()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        before = status("VmRSS")
        out = run()
        print(status("VmHWM") - before, out.numel() * 4)


def measure(command) -> tuple:
    """(growth, bytes of the result) of a probe in its own process."""
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-3000:]}")
    return tuple(int(number) for number in done.stdout.split()[-2:])


def table(names, batches, layers: int, classpath: str) -> None:
    # The optimizing compiler takes and returns megabytes at its own times: leave it out.
    java = ["java", "-XX:TieredStopAtLevel=1", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-cp", classpath]
    print("| case | batch | bare tower | S2 | bound | S2 / bound | PyTorch bare | PyTorch split | split / its bound |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names:
        tile, patch, sizes, resize_to = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/tower.pt"
            torch.jit.script(Tower(tile, patch, layers).eval().requires_grad_(False)).save(path)
            for batch in batches:
                shape = [str(batch), str(tile), ",".join(map(str, sizes)), str(resize_to)]
                ours = [*java, "io.s2stream.bench.MemoryProbe", path]
                plain = [sys.executable, __file__, "--probe", path]
                single, _ = measure([*ours, "single", *shape, str(batch)])
                growth, out = measure([*ours, "s2", *shape, str(batch)])
                torch_single, _ = measure([*plain, "single", *shape])
                torch_growth, _ = measure([*plain, "s2", *shape])
                image = 3 * 4 * max(sizes) ** 2
                bound = 1.05 * single + out + image
                peer = torch_growth / (1.05 * torch_single + out + image)
                cells = [single, growth, bound, growth / bound, torch_single, torch_growth, peer]
                texts = [f"{c / 1e6:.1f} MB" if c > 1000 else f"{c:.2f}" for c in cells]
                print(f"| {name} | {batch} | " + " | ".join(texts) + " |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        path, mode, images, tile, sizes, resize_to = sys.argv[2:]
        probe(path, mode, int(images), int(tile), [int(s) for s in sizes.split(",")], int(resize_to))
        sys.exit()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--layers", type=int, default=1)
    options = parser.parse_args()
    folders = list(LIBRARIES.glob("s2-*/lib"))
    if not folders:
        sys.exit(f"no s2-*/lib in {LIBRARIES}: build the distribution first, see --help")
    table(options.cases, options.batches, options.layers, f"{folders[0]}/*")
