"""What a tower on this machine's processors could reach at most: tower_limit.py [--tiles 5] [--threads 2] [--repeats 7].

Times, in turn, the tower of vit-b-16's size of export_vit.py as it is, frozen, and optimised for inference, and its matrix products
alone: whatever surrounds them, nothing that multiplies in the same precision with the same library is faster. Prints a table in
Markdown: median (lowest to highest).
"""

import argparse
import statistics
import time

import torch
from export_vit import SIZES, Tower


def products(tower: Tower, tokens: torch.Tensor, hidden: torch.Tensor) -> None:
    for layer in tower.layers:
        layer.qkv(tokens)
        layer.project(tokens)
        layer.mlp[0](tokens)
        layer.mlp[2](hidden)


def seconds(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    size = SIZES["vit-b-16"]
    tower = Tower(size).eval().requires_grad_(False)
    tiles = torch.randn(arguments.tiles, 3, size.image, size.image)
    rows = arguments.tiles * (size.image // size.patch) ** 2
    tokens, hidden = torch.randn(rows, size.dim), torch.randn(rows, size.hidden)
    frozen = torch.jit.freeze(torch.jit.script(tower))
    optimised = torch.jit.optimize_for_inference(torch.jit.script(tower))
    runs = {
        "the tower": lambda: tower(tiles),
        "frozen": lambda: frozen(tiles),
        "optimised for inference": lambda: optimised(tiles),
        "its matrix products alone": lambda: products(tower, tokens, hidden),
    }
    times = {name: [] for name in runs}
    with torch.inference_mode():
        for _ in range(arguments.repeats + 2):
            for name, run in runs.items():
                times[name].append(seconds(run))
    print(f"vit-b-16, float32, {arguments.tiles} tiles, {arguments.threads} threads, PyTorch {torch.__version__}\n")
    print("| | s | of the tower's speed |\n|---|---|---|")
    base = statistics.median(times["the tower"][2:])
    for name, all_times in times.items():
        counted = all_times[2:]
        median = statistics.median(counted)
        print(f"| {name} | {median:.3f} ({min(counted):.3f} to {max(counted):.3f}) | {base / median:.2f} |")
