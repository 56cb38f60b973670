"""Makes the colour bars of ColourMatrixTest in codecs that the ffmpeg of the build decodes but can't encode.

    apt-get install ffmpeg        # Debian's, with libx265 and libvpx of more than 8 bits
    python3 make_bars.py ../resources/io/s2stream/ingest/source/bars

Writes one clip for each codec, matrix and range, and clips.csv, which says what is in each. The coded values come from the
formulas of BT.601-7, BT.709-6 and BT.2020-2 ("signal format"); ffmpeg only encodes them.
"""

import csv
import pathlib
import subprocess
import sys

# The same as in ColourMatrixTest.
BARS = [
    (0.75, 0.75, 0.75),
    (0.75, 0.75, 0),
    (0, 0.75, 0.75),
    (0, 0.75, 0),
    (0.75, 0, 0.75),
    (0.75, 0, 0),
    (0, 0, 0.75),
    (1, 1, 1),
    (0.9, 0.16, 0.08),
    (0.35, 0.63, 0.4),
    (0, 0, 0),
]
BAR_WIDTH = 32
SECONDS = 0.4

X265 = ["-c:v", "libx265", "-preset", "slow", "-crf", "12", "-tag:v", "hvc1"]
VP9 = ["-c:v", "libvpx-vp9", "-crf", "12", "-b:v", "0"]
CODECS = [("hevc", "yuv420p", 8, X265), ("hevc", "yuv420p10le", 10, X265), ("vp9", "yuv420p10le", 10, VP9)]
TAGS = {
    601: ("smpte170m", "smpte170m", "smpte170m"),
    709: ("bt709", "bt709", "bt709"),
    2020: ("bt2020nc", "bt2020", "bt2020-10"),
}
WEIGHTS = {601: (0.299, 0.114), 709: (0.2126, 0.0722), 2020: (0.2627, 0.0593)}
ROTATIONS = [0, 90, 180, 270]
RATES = ["10/1", "30000/1001", "25/1"]


def coded(rgb, matrix, full, bits):
    """Y, Cb and Cr of a colour as integers of that many bits."""
    kr, kb = WEIGHTS[matrix]
    y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]
    cb = (rgb[2] - y) / (2 * (1 - kb))
    cr = (rgb[0] - y) / (2 * (1 - kr))
    unit, top = 1 << (bits - 8), (1 << bits) - 1
    luma = top * y if full else unit * (16 + 219 * y)
    scale = top if full else 224 * unit
    return [min(top, max(0, int(v + 0.5))) for v in (luma, scale * cb + 128 * unit, scale * cr + 128 * unit)]


def scene(matrix, full, bits, width, height, rate):
    working = "yuv444p" if bits == 8 else "yuv444p10le"
    graph, labels = "", ""
    for i, bar in enumerate(BARS):
        y, u, v = coded(bar, matrix, full, bits)
        wide = width - i * BAR_WIDTH if i == len(BARS) - 1 else BAR_WIDTH
        graph += f"color=size={wide}x{height}:rate={rate}:duration={SECONDS},format={working}"
        graph += f",lutyuv=y={y}:u={u}:v={v}[b{i}];"
        labels += f"[b{i}]"
    return f"{graph}{labels}hstack=inputs={len(BARS)}"


def encode(file, codec, pixels, options, matrix, full, rotation, graph):
    space, primaries, transfer = TAGS[matrix]
    tags = ["-colorspace", space, "-color_primaries", primaries, "-color_trc", transfer]
    tags += ["-color_range", "pc" if full else "tv"]
    if codec == "hevc":
        # Without its long text on how it was called, which is most of so small a clip.
        tags += ["-x265-params", f"info=0:log-level=error:range={'full' if full else 'limited'}"]
    exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart"]
    upright = file.with_name("upright-" + file.name)
    run("-f", "lavfi", "-i", graph, "-pix_fmt", pixels, *options, *tags, *exact, upright)
    # A player has to turn it clockwise by so much. ffmpeg up to version 5 takes that as metadata, of copies alone, and
    # counts the other way round.
    run("-i", upright, "-c", "copy", "-metadata:s:v:0", f"rotate={(360 - rotation) % 360}", *exact, file)
    upright.unlink()


def run(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = []
    for codec, pixels, bits, options in CODECS:
        for matrix in TAGS:
            for full in (False, True):
                i = len(rows)
                rotation, rate = ROTATIONS[i % 4], RATES[i % 3]
                height, width = (64, 352) if i % 3 == 0 else (34 + 2 * i, 354)
                file = folder / f"{codec}-{bits}-{matrix}-{'full' if full else 'limited'}.mp4"
                graph = scene(matrix, full, bits, width, height, rate)
                encode(file, codec, pixels, options, matrix, full, rotation, graph)
                rows.append([file.name, codec, pixels, bits, matrix, full, rotation, height, width, rate])
    with open(folder / "clips.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow("file codec pixels bits matrix full rotation height width rate".split())
        writer.writerows(rows)


if __name__ == "__main__":
    main()
