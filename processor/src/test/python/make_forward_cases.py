"""Makes the cases in ../resources/cases: combinations of options that the authors' golden cases leave out.

Run: python3 make_forward_cases.py; needs NumPy and PyTorch, which only runs the towers of ../resources/golden. The forward is written
here from its definition, in float64 and cell by cell, and shares no code with PyTorch's interpolation nor with the processor's.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def weight(distance: float) -> float:
    """Cubic convolution, a = -0.75."""
    a, x = -0.75, abs(distance)
    if x <= 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a if x < 2 else 0.0


def resize_matrix(old: int, new: int) -> np.ndarray:
    """[new, old]: bicubic along one axis, pixel centres at half integers, edges repeated, no antialiasing."""
    matrix = np.zeros((new, old))
    for i in range(new):
        position = (i + 0.5) * old / new - 0.5
        first = math.floor(position) - 1
        for j in range(first, first + 4):
            matrix[i, min(max(j, 0), old - 1)] += weight(position - j)
    return matrix


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    down, across = resize_matrix(image.shape[-2], height), resize_matrix(image.shape[-1], width)
    return (down @ image @ across.T).astype(np.float32).astype(np.float64)


def pool(grid: np.ndarray, height: int, width: int) -> np.ndarray:
    """[B, C, h, w]: means over the windows floor(i n / m) .. ceil((i + 1) n / m)."""
    h, w = grid.shape[-2:]
    out = np.zeros(grid.shape[:2] + (height, width))
    for i in range(height):
        for j in range(width):
            rows = slice(i * h // height, -(-(i + 1) * h // height))
            columns = slice(j * w // width, -(-(j + 1) * w // width))
            out[:, :, i, j] = grid[:, :, rows, columns].mean((2, 3))
    return out


def run(tower, tile: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return tower(torch.from_numpy(tile.astype(np.float32))).numpy().astype(np.float64)


def forward(tower, images, scales=None, img_sizes=None, max_split_size=0, split_mode="exact", resize_output_to_idx=0,
            num_prefix_token=0, output_shape="bnc", split_forward=False):
    input_height, input_width = images.shape[2:]
    most = max_split_size or input_height
    sizes = img_sizes if img_sizes is not None else [[int(input_height * s), int(input_width * s)] for s in scales]
    sizes = [[s, s] if isinstance(s, int) else s for s in sizes]
    grids, prefixes = [], []
    for height, width in sizes:
        rows, columns = math.ceil(height / most), math.ceil(width / most)
        side = height // rows if split_mode == "exact" else most
        canvas = resize(images.astype(np.float64), height, width)
        if split_mode == "resize":
            canvas = resize(canvas, rows * side, columns * side)
        elif split_mode == "pad":
            canvas = np.pad(canvas, ((0, 0), (0, 0), (0, rows * side - height), (0, columns * side - width)))
        merged, prefix = [], 0
        for r in range(rows):
            row = []
            for c in range(columns):
                out = run(tower, canvas[:, :, r * side : (r + 1) * side, c * side : (c + 1) * side])
                if output_shape == "bnc":
                    prefix = prefix + out[:, :num_prefix_token] / (rows * columns)
                    out = out[:, num_prefix_token:]
                    g = math.isqrt(out.shape[1])
                    out = out.reshape(out.shape[0], g, g, -1).transpose(0, 3, 1, 2)
                row.append(out)
            merged.append(np.concatenate(row, 3))
        grid = np.concatenate(merged, 2)
        if split_mode == "pad":
            h, w = grid.shape[2:]
            grid = grid[:, :, : math.ceil(height / (rows * side) * h), : math.ceil(width / (columns * side) * w)]
        grids.append(grid)
        prefixes.append(prefix)
    target = grids[resize_output_to_idx].shape[2:]
    out = np.concatenate([pool(grid, *target) for grid in grids], 1)
    if output_shape == "bchw":
        return out
    tokens = out.reshape(out.shape[0], out.shape[1], -1).transpose(0, 2, 1)
    return np.concatenate([np.concatenate(prefixes, 2), tokens], 1) if num_prefix_token else tokens


# id, model, input shape, options
CASES = [
    ("pad-prefix-three-scales", "vit-tiny-cls", (2, 3, 40, 60), dict(
        img_sizes=[[32, 32], [50, 70], [20, 97]], max_split_size=32, split_mode="pad", num_prefix_token=1,
        resize_output_to_idx=-2)),
    ("resize-twice-prefix-tall", "vit-tiny-cls", (1, 3, 71, 33), dict(
        img_sizes=[[100, 33], [31, 64]], max_split_size=32, split_mode="resize", num_prefix_token=1, split_forward=True)),
    ("fractions-uneven-windows", "conv-tiny", (2, 3, 32, 32), dict(
        scales=[0.75, 1.25, 2.5], max_split_size=24, output_shape="bchw", resize_output_to_idx=-2)),
    ("sizes-win-over-scales", "vit-tiny", (2, 3, 45, 45), dict(
        scales=[1, 7], img_sizes=[96, 32], max_split_size=32, split_forward=True)),
    ("pad-maps-odd-tile", "conv-tiny", (1, 3, 30, 50), dict(
        img_sizes=[[30, 50], [61, 45]], max_split_size=37, split_mode="pad", output_shape="bchw", resize_output_to_idx=1)),
    ("pooled-down-to-the-smallest", "vit-tiny", (1, 3, 64, 64), dict(
        scales=[1.5, 0.5], max_split_size=32, resize_output_to_idx=1)),
]


if __name__ == "__main__":
    folder = RESOURCES / "cases"
    folder.mkdir(exist_ok=True)
    index = []
    for number, (name, model, shape, options) in enumerate(CASES):
        images = np.random.default_rng(number).standard_normal(shape).astype(np.float32)
        tower = torch.jit.load(str(RESOURCES / "golden" / f"{model}.pt"))
        np.save(folder / f"{name}.in.npy", images)
        features = forward(tower, images, **options)
        np.save(folder / f"{name}.out.npy", np.ascontiguousarray(features, np.float32))
        index.append({
            "id": name,
            "kind": "s2",
            "model": f"{model}.pt",
            "input": f"{name}.in.npy",
            "options": options,
            "expected": {"output": f"{name}.out.npy"},
        })
    (folder / "index.json").write_text(json.dumps({"cases": index}, indent=1) + "\n")
