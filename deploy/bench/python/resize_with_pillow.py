"""Writes each picture as PNG and what Pillow's bicubic makes of it: resize_with_pillow.py FOLDER SIDE,SIDE PICTURE...

FOLDER then holds NAME.png and, for each side, NAME-SIDE.png; scaling.sh compares ingest's scaling with them.
"""

import pathlib
import sys

from PIL import Image


def main():
    folder = pathlib.Path(sys.argv[1])
    sides = [int(side) for side in sys.argv[2].split(",")]
    for path in map(pathlib.Path, sys.argv[3:]):
        picture = Image.open(path).convert("RGB")
        picture.save(folder / f"{path.stem}.png")
        for side in sides:
            picture.resize((side, side), Image.Resampling.BICUBIC).save(folder / f"{path.stem}-{side}.png")


if __name__ == "__main__":
    main()
