"""Clips of the example: windows, gaps, ends, bounds; and the projector's shape."""

import sys
import unittest
from pathlib import Path

import numpy as np

import s2features
from records import fields, message

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))
from vila_consumer import Clips, projector

try:
    import torch
except ImportError:
    torch = None


def record(first, count=1, stream="door", end=False, pool=1, **frame_changes):
    """Frames first..first+count of a stream at 4 frames/s; each one's features are its index."""
    shape = (-(-count // pool), 5, 3)
    data = np.broadcast_to(np.arange(first, first + count, pool, dtype="<f2")[:, None, None], shape)
    frames = [
        {"index": i, "pts_micros": 250_000 * i, "capture_time_micros": 0, **frame_changes} for i in range(first, first + count)
    ]
    sent = fields(data=data.tobytes(), shape=shape, stream_id=stream, first_frame_index=first, frames=frames, end_of_stream=end)
    return s2features.decode(message({**sent, "pool": [pool, 1, 1]}))


def indices(clips):
    return [[frame.index for frame in clip.frames] for clip in clips]


class ClipsTest(unittest.TestCase):
    def test_windows_follow_each_other_across_records(self):
        clips = Clips(4)
        self.assertEqual(clips.add(record(0, 3)), [])
        found = clips.add(record(3, 6))
        self.assertEqual(indices(found), [[0, 1, 2, 3], [4, 5, 6, 7]])
        self.assertEqual(found[1].features.shape, (4, 2, 2, 3))
        np.testing.assert_array_equal(found[1].features[:, 0, 0, 0], [4, 5, 6, 7])
        self.assertEqual(found[1].seconds(), 0.75)

    def test_windows_overlap_or_leave_frames_out_by_the_step(self):
        self.assertEqual(indices(Clips(4, step=2).add(record(0, 8))), [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]])
        self.assertEqual(indices(Clips(2, step=3).add(record(0, 8))), [[0, 1], [3, 4], [6, 7]])

    def test_an_entry_of_several_frames_counts_as_one(self):
        clips = Clips(2)
        (found,) = clips.add(record(0, 3, pool=2))
        self.assertEqual(indices([found]), [[0, 2]])
        self.assertEqual(indices(clips.add(record(3, 4, pool=2))), [[3, 5]])
        self.assertEqual(clips.dropped_frames, 0)

    def test_streams_are_kept_apart(self):
        clips = Clips(2)
        clips.add(record(0, stream="a"))
        clips.add(record(7, stream="b"))
        (found,) = clips.add(record(1, stream="a"))
        self.assertEqual((found.stream_id, indices([found])), ("a", [[0, 1]]))

    def test_no_window_spans_a_gap(self):
        for name, after in (
            ("missing frame", record(4, 2)),
            ("lost by the source", record(3, 2, discontinuity=True)),
            ("long pause", record(3, 2, pts_micros=60_000_000)),
        ):
            with self.subTest(name):
                clips = Clips(4)
                clips.add(record(0, 3))
                found = clips.add(after)
                self.assertEqual(found, [])
                self.assertGreaterEqual(clips.dropped_frames, 3)

    def test_the_end_of_a_stream_gives_what_is_left(self):
        clips = Clips(4)
        clips.add(record(0, 6))
        (rest,) = clips.add(record(6, 0, end=True))
        self.assertEqual((indices([rest]), rest.ends_stream), ([[4, 5]], True))
        self.assertEqual(clips.add(record(6, 0, end=True)), [])
        strict = Clips(4, shortest=4)
        self.assertEqual(strict.add(record(0, 3, end=True)), [])
        self.assertEqual(strict.dropped_frames, 3)

    def test_streams_held_are_bounded(self):
        clips = Clips(2, max_streams=3)
        for stream in "abcd":
            clips.add(record(0, stream=stream))
        self.assertEqual(clips.dropped_frames, 1)
        self.assertEqual(clips.add(record(1, stream="a")), [])
        self.assertEqual(len(clips.add(record(1, stream="d"))), 1)

    @unittest.skipIf(torch is None, "PyTorch is not installed")
    def test_the_projector_takes_blocks_of_two_by_two(self):
        project = projector(channels=3, hidden=16)
        self.assertEqual(project(torch.zeros(4, 6, 6, 3)).shape, (4, 9, 16))
        self.assertEqual(project(torch.zeros(1, 5, 7, 3)).shape, (1, 12, 16))
        # Each token sees its own block and no other.
        one = torch.zeros(1, 4, 4, 3)
        changed = one.clone()
        changed[0, 2, 3] = torch.tensor([1.0, 2.0, 3.0])
        differs = (project(one) != project(changed)).any(-1)
        self.assertEqual(differs.tolist(), [[False, False, False, True]])


if __name__ == "__main__":
    unittest.main()
