"""Times the multiscale forward in plain PyTorch, written from the paper as a user would, on the tower of a model directory.

forward_in_pytorch.py DIR [--scales 1,2] [--batches 1,4] [--threads 2] [--repeats 9]; the peer of forward.sh, same tower file
and table. Meaningful with a PyTorch that has a fast BLAS (PyPI's; not Debian's).
"""

import argparse
import math
import statistics
import time
from pathlib import Path

import torch
import torch.nn.functional as F


def multiscale(tower, images: torch.Tensor, scales) -> torch.Tensor:
    """[B, 3, S, S] -> [B, N, C * len(scales)], the tower run on as many tiles as there are images (split_forward)."""
    b, _, side, _ = images.shape
    maps = []
    for scale in scales:
        n = math.ceil(scale)
        size = int(side * scale)
        resized = images if size == side else F.interpolate(images, size=(size, size), mode="bicubic")
        tile = size // n
        tiles = resized.view(b, 3, n, tile, n, tile).permute(2, 4, 0, 1, 3, 5).reshape(-1, 3, tile, tile)
        tokens = torch.cat([tower(chunk) for chunk in tiles.split(b)])  # [n n B, N, C]
        g = math.isqrt(tokens.shape[1])
        grid = tokens.view(n, n, b, g, g, -1).permute(2, 5, 0, 3, 1, 4).reshape(b, -1, n * g, n * g)
        maps.append(grid)
    target = maps[0].shape[-2:]
    return torch.cat([F.interpolate(m, size=target, mode="area") for m in maps], 1).flatten(2).transpose(1, 2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scales", default="1,2")
    parser.add_argument("--batches", default="1,4")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    properties = dict(
        line.split("=", 1) for line in (arguments.folder / "serving.properties").read_text().split() if "=" in line
    )
    tower = torch.jit.load(str(arguments.folder / (properties["option.modelName"] + ".pt")))
    side = int(properties["option.s2.inputSize"])
    scales = [float(scale) for scale in arguments.scales.split(",")]
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, scales {scales}\n")
    print("| frames | PyTorch S2 ms/frame | spread |\n|---|---|---|")
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        for batch in (int(b) for b in arguments.batches.split(",")):
            images = torch.randn(batch, 3, side, side)
            times = []
            for repeat in range(arguments.repeats + 2):
                start = time.perf_counter()
                multiscale(tower, images, scales)
                times.append(time.perf_counter() - start)
            times = sorted(times[2:])
            spread = 50 * (times[len(times) * 3 // 4] - times[len(times) // 4]) / statistics.median(times)
            print(f"| {batch} | {1e3 * statistics.median(times) / batch:.1f} | ±{spread:.0f} % |")
