"""Makes the expected features of the extractor's exactness test, in PyTorch and from the definition alone.

Run: python3 make_extractor_fixture.py; writes ../resources/extract/*.npy, every 37th value of the [N, C] features. The frames are
made by the same integer arithmetic as in the Java test: a gradient with a disc, a grating and noise.
"""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
TOWER = HERE / "../../main/model/demo-vit/demo-vit.pt"
TARGET = HERE / "../resources/extract"
TILE = 224
CASES = [("frame448-scales-1-2", 448, (224, 448)), ("frame300-scales-1-3", 300, (224, 672))]


def frame(side: int) -> np.ndarray:
    y, x, c = np.meshgrid(np.arange(side), np.arange(side), np.arange(3), indexing="ij")
    value = (x * (c + 1) + 2 * y) // 3
    value = value + np.where((x - 200) ** 2 + (y - 150) ** 2 < 90 * 90, 70, 0)
    value = value + np.where((x // 5 + y // 11) % 2 == 0, 25 * c, 0)
    value = value + (x * 7919 + y * 104729 + c * 31) % 23
    return (value % 256).astype(np.uint8)


def features(tower, rgb: np.ndarray, sizes) -> torch.Tensor:
    image = (torch.from_numpy(rgb).permute(2, 0, 1).float() / 255 - 0.5) / 0.5
    grids = []
    for size in sizes:
        resized = F.interpolate(image[None], size=(size, size), mode="bicubic", align_corners=False)[0]
        count = math.ceil(size / TILE)
        tile = size // count
        rows = []
        for i in range(count):
            row = []
            for j in range(count):
                sub = resized[:, i * tile : (i + 1) * tile, j * tile : (j + 1) * tile]
                tokens = tower(sub[None])[0]
                side = math.isqrt(tokens.shape[0])
                row.append(tokens.T.reshape(-1, side, side))
            rows.append(torch.cat(row, dim=2))
        grids.append(torch.cat(rows, dim=1))
    target = grids[0].shape[1:]
    pooled = [F.interpolate(g[None], size=target, mode="area")[0] for g in grids]
    return torch.cat(pooled).flatten(1).T


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    model = torch.jit.load(str(TOWER))
    for name, side, sizes in CASES:
        result = features(model, frame(side), sizes).numpy().ravel()
        np.save(TARGET / f"{name}.npy", result[::37].astype("<f4"))
        print(name, result.shape, float(np.abs(result).max()), float(result.std()))
