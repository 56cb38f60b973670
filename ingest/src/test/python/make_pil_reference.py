"""Makes the resize reference of PilReferenceTest: a detailed picture and what Pillow makes of it.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy==2.4.6
    venv/bin/python make_pil_reference.py ../resources/io/s2stream/ingest/source

Pillow's bicubic is what the image processors of CLIP and SigLIP towers resize with.
"""

import pathlib
import sys

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 270, 480
SIDE = 192


def photograph_like(rng):
    """Noise with the 1/f spectrum of photographs, plus soft edges, as [H, W, 3] uint8."""
    fy = np.fft.fftfreq(HEIGHT)[:, None]
    fx = np.fft.fftfreq(WIDTH)[None, :]
    amplitude = 1 / np.maximum(np.hypot(fy, fx), 1 / WIDTH)
    channels = []
    for _ in range(3):
        phase = np.exp(2j * np.pi * rng.random((HEIGHT, WIDTH)))
        plane = np.real(np.fft.ifft2(amplitude * phase))
        channels.append(plane / plane.std())
    picture = np.stack(channels, axis=-1)
    picture = 0.4 * picture + 0.8 * picture.mean(axis=-1, keepdims=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    disc = np.clip((90 - np.hypot(y - 130, x - 300)) / 2, 0, 1)[..., None]
    picture = picture * (1 - disc) + disc * np.array([1.2, -0.4, -0.9])
    return np.clip(118 + 50 * picture, 0, 255).astype(np.uint8)


def main():
    folder = pathlib.Path(sys.argv[1])
    picture = Image.fromarray(photograph_like(np.random.default_rng(20240607)))
    picture.save(folder / "picture-480x270.png", optimize=True)
    picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(
        folder / "picture-192x192-pillow.png", optimize=True
    )


if __name__ == "__main__":
    main()
