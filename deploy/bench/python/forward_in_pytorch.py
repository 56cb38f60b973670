"""Times the multiscale forward in plain PyTorch, written from the paper as a user would, on the towers of model directories.

forward_in_pytorch.py DIR... [--s2 FILE] [--scales 1,2] [--batches 1,4] [--threads 2] [--repeats 9]; the peer of forward.sh on the
same tower files. FILE is what forward.sh printed: its figure of the same tower, threads and frames, with the best k, is set
beside PyTorch's. Meaningful with a PyTorch that has a fast BLAS (PyPI's; not Debian's).
"""

import argparse
import math
import statistics
import time
from pathlib import Path

import torch

from multiscale import multiscale


def ours(file: Path) -> dict:
    """(tower, threads, frames) -> ms per frame of S2 with the best k, from the lines of forward.sh's first table."""
    best = {}
    for line in file.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 9 and cells[7].endswith(" %"):
            key = (cells[0], int(cells[1]), int(cells[2]))
            best[key] = min(float(cells[6]), best.get(key, math.inf))
    return best


def seconds(tower, images: torch.Tensor, scales, repeats: int) -> list:
    """Times of so many forwards after two untimed ones, ascending."""
    side = images.shape[-1]
    sizes = [int(side * scale) for scale in scales]
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        multiscale(tower, images, sizes, side)
        times.append(time.perf_counter() - start)
    return sorted(times[2:])


def measure(folder: Path, batches, scales, repeats: int, s2: dict) -> None:
    properties = dict(line.split("=", 1) for line in (folder / "serving.properties").read_text().split() if "=" in line)
    name, side = properties["option.modelName"], int(properties["option.s2.inputSize"])
    tower = torch.jit.load(str(folder / f"{name}.pt"))
    for batch in batches:
        times = seconds(tower, torch.randn(batch, 3, side, side), scales, repeats)
        milliseconds = 1e3 * statistics.median(times) / batch
        spread = 50 * (times[len(times) * 3 // 4] - times[len(times) // 4]) / statistics.median(times)
        java = s2.get((name, torch.get_num_threads(), batch))
        beside = f"{java:.1f} | {milliseconds / java:.2f}" if java else "- | -"
        print(f"| {name} | {torch.get_num_threads()} | {batch} | {milliseconds:.1f} | ±{spread:.0f} % | {beside} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--s2", type=Path, metavar="FILE")
    parser.add_argument("--scales", default="1,2")
    parser.add_argument("--batches", default="1,4")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    scales = [float(scale) for scale in arguments.scales.split(",")]
    print(f"PyTorch {torch.__version__}, scales {scales}, median of {arguments.repeats}\n")
    print("| tower | threads | frames | PyTorch ms/frame | spread | S2 ms/frame, best k | PyTorch / S2 |\n|---|---|---|---|---|---|---|")
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        for folder in arguments.folders:
            batches = [int(batch) for batch in arguments.batches.split(",")]
            measure(folder, batches, scales, arguments.repeats, ours(arguments.s2) if arguments.s2 else {})
