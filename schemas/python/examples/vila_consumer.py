"""Feeds clips of T frames per camera to a projector of VILA's shape, as a video language model would take them.

    pip install "./schemas/python[kafka,torch]"
    python schemas/python/examples/vila_consumer.py 127.0.0.1:9092 http://127.0.0.1:8081 --frames 8

The projector's weights are random here: `projector` says where the real ones go.
"""

import argparse
from dataclasses import dataclass

import numpy as np

import s2features


@dataclass
class Clip:
    """T consecutive frames of one stream; entries of several frames, where the processor pooled them."""

    stream_id: str
    frames: list  # of s2features.Frame: of each entry the first
    features: np.ndarray  # [T, h, w, C]
    ends_stream: bool = False

    def seconds(self):
        return (self.frames[-1].pts_micros - self.frames[0].pts_micros) / 1e6


class Clips:
    """Cuts each stream into windows of `length` frames, a new one every `step` frames.

    A window never spans a gap: where frames are missing (their indices jump, or the source says that it lost some) or more than
    `max_gap_seconds` lie between two, frames before it that don't fill a window are dropped and counted. At the end of a stream
    what is left is given as a shorter clip if it has `shortest` frames. Holds at most `length` frames per stream, and at most
    `max_streams` streams: the one not heard of for longest is forgotten.
    """

    def __init__(self, length, step=None, max_gap_seconds=5.0, shortest=1, max_streams=1000):
        if length < 1 or (step or length) < 1:
            raise ValueError(f"a window of {length} frames every {step} frames makes no sense")
        self.length, self.step, self.shortest = length, step or length, shortest
        self.max_gap_micros, self.max_streams = max_gap_seconds * 1e6, max_streams
        self.dropped_frames = 0
        self._open = {}  # stream id -> _Window; in the order last heard of

    def add(self, record):
        """Clips that this record completes, in order."""
        window = self._open.pop(record.stream_id, None) or _Window()
        clips = []
        for block, features in zip(record.blocks, record.grid_features):
            if window.frames and self._is_gap(window.last, block[0], window.features[-1].shape != features.shape):
                self.dropped_frames += window.unseen
                window = _Window()
            window.append(block, features)
            if len(window.frames) == self.length:
                clips.append(window.clip(record.stream_id))
                window.slide(self.step)
        if not record.end_of_stream:
            self._keep(record.stream_id, window)
        elif window.unseen >= self.shortest:
            clips.append(window.clip(record.stream_id, ends_stream=True))
        else:
            self.dropped_frames += window.unseen
        return clips

    def _is_gap(self, last, frame, other_shape):
        return (
            other_shape
            or frame.discontinuity
            or frame.index != last.index + 1
            or frame.pts_micros - last.pts_micros > self.max_gap_micros
        )

    def _keep(self, stream_id, window):
        self._open[stream_id] = window
        if len(self._open) > self.max_streams:
            forgotten = self._open.pop(next(iter(self._open)))
            self.dropped_frames += forgotten.unseen


class _Window:
    def __init__(self):
        self.frames, self.features = [], []  # [h, w, C] each
        self.unseen = 0  # frames that were in no clip yet
        self.skip = 0  # frames between windows, where step > length
        self.last = None

    def append(self, block, features):
        self.last = block[-1]
        if self.skip:
            self.skip -= 1
            return
        self.frames.append(block[0])
        self.features.append(features)
        self.unseen += 1

    def slide(self, step):
        self.skip = max(0, step - len(self.frames))
        self.frames, self.features, self.unseen = self.frames[step:], self.features[step:], 0

    def clip(self, stream_id, ends_stream=False):
        return Clip(stream_id, list(self.frames), np.stack(self.features), ends_stream)


def projector(channels, hidden):
    """[T, h, w, C] -> [T, h/2 * w/2, hidden]: the shape of VILA's `mlp_downsample`, with random weights.

    The real one: put VILA's checkpoint's `mm_projector` weights into `layers` with load_state_dict, and use the tower and the
    scales it was trained with.
    """
    import torch
    from torch import nn

    class Projector(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(
                nn.LayerNorm(4 * channels), nn.Linear(4 * channels, hidden), nn.GELU(), nn.Linear(hidden, hidden)
            )

        def forward(self, x):
            frames, height, width, _ = x.shape
            x = nn.functional.pad(x, (0, 0, 0, width % 2, 0, height % 2))  # odd grids get a row or column of zeros
            x = x.unfold(1, 2, 2).unfold(2, 2, 2)  # [T, h/2, w/2, C, 2, 2]
            return self.layers(x.permute(0, 1, 2, 4, 5, 3).reshape(frames, -1, 4 * channels))

    torch.manual_seed(0)
    return Projector().eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brokers")
    parser.add_argument("registry")
    parser.add_argument("--frames", type=int, default=8, help="frames per clip, T")
    parser.add_argument("--step", type=int, help="frames from one clip to the next; default: T")
    parser.add_argument("--hidden", type=int, default=2560, help="width of the language model")
    parser.add_argument("--start", default="latest", choices=["latest", "earliest"])
    parser.add_argument("--idle-timeout", type=float, help="stop after so many seconds without a record")
    options = parser.parse_args()

    import torch

    clips, project = Clips(options.frames, options.step), None
    records = s2features.subscribe(
        options.brokers, registry=options.registry, start=options.start, idle_timeout=options.idle_timeout
    )
    for record in records:
        for clip in clips.add(record):
            project = project or projector(clip.features.shape[-1], options.hidden)
            with torch.inference_mode():
                tokens = project(torch.from_numpy(clip.features.astype(np.float32)))  # [T, h/2 * w/2, hidden]
            # Here the language model would take `tokens`, flattened to [T * h/2 * w/2, hidden], between its text tokens.
            print(
                f"{clip.stream_id}  frames {clip.frames[0].index}..{clip.frames[-1].index}  {clip.seconds():.2f} s"
                f"  tokens {list(tokens.shape)}  norm {tokens.norm():.1f}{'  end of stream' if clip.ends_stream else ''}",
                flush=True,
            )
    if clips.dropped_frames:
        print(f"{clips.dropped_frames} frames were in no clip, as they stood beside gaps")


if __name__ == "__main__":
    main()
