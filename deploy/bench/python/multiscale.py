"""The multiscale forward in plain PyTorch, written from the paper as a user would: the peer of ours in the benchmarks."""

import math

import torch
import torch.nn.functional as F


def multiscale(tower, images: torch.Tensor, img_sizes, max_split_size: int, resize_output_to_idx=0, split_forward=True):
    """[B, 3, S, S] -> [B, N, C * len(img_sizes)]; the names and the order of work are those of the authors' s2wrapper: all scales are
    resized and cut first. split_forward runs the tower on as many tiles as there are images, else on all tiles of a scale."""
    b = images.shape[0]
    splits = [math.ceil(size / max_split_size) for size in img_sizes]
    scales = [tiles(resize(images, size), n) for size, n in zip(img_sizes, splits)]
    maps = []
    for x, n in zip(scales, splits):
        tokens = torch.cat([tower(chunk) for chunk in x.split(b)]) if split_forward else tower(x)  # [n n B, N, C]
        g = math.isqrt(tokens.shape[1])
        maps.append(tokens.view(n, n, b, g, g, -1).permute(2, 5, 0, 3, 1, 4).reshape(b, -1, n * g, n * g))
    target = maps[resize_output_to_idx].shape[-2:]
    pooled = [F.interpolate(m.float(), size=target, mode="area").to(m.dtype) for m in maps]
    return torch.cat(pooled, 1).flatten(2).transpose(1, 2)


def resize(images: torch.Tensor, size: int) -> torch.Tensor:
    if images.shape[-1] == size:
        return images
    return F.interpolate(images.float(), size=(size, size), mode="bicubic").to(images.dtype)


def tiles(images: torch.Tensor, n: int) -> torch.Tensor:
    """[B, 3, n t, n t] -> [n n B, 3, t, t], row by row, all images of a place together."""
    b, c, side, _ = images.shape
    tile = side // n
    return images.view(b, c, n, tile, n, tile).permute(2, 4, 0, 1, 3, 5).reshape(-1, c, tile, tile)
