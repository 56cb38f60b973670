"""Bytes to records: every element type, other versions of the schema, damage."""

import copy
import unittest

import fastavro
import numpy as np

import s2features
from records import fields, message
from s2features.record import SCHEMA

try:
    import torch
except ImportError:
    torch = None

SHAPE = (2, 5, 3)
VALUES = np.random.default_rng(1).normal(size=SHAPE).astype("<f4")
NO_TORCH = "PyTorch is not installed"


def bfloat16_bits(values):
    """The upper halves of float32, cut off: what a bfloat16 of these very bits means."""
    return (values.view("<u4") >> 16).astype("<u2")


def quantised(values):
    scales = np.abs(values).max(-1) / 127
    return np.rint(values / scales[..., None]).astype(np.int8), scales.astype("<f4")


class ElementTypesTest(unittest.TestCase):
    def test_float32_and_float16_are_views_of_the_message(self):
        for dtype, numpy in (("FLOAT32", "<f4"), ("FLOAT16", "<f2")):
            with self.subTest(dtype):
                sent = VALUES.astype(numpy)
                buffer = bytearray(message(fields(dtype, sent.tobytes())))
                record = s2features.decode(buffer)
                np.testing.assert_array_equal(record.features, sent)
                self.assertEqual(record.features.dtype, numpy)
                buffer[-2:] = b"\0\0"
                self.assertNotEqual(record.features[-1, -1, -1], sent[-1, -1, -1])
                self.assertFalse(record.features.flags.writeable)

    def test_bfloat16_becomes_float32_of_the_same_value(self):
        bits = bfloat16_bits(VALUES)
        record = s2features.decode(message(fields("BFLOAT16", bits.tobytes())))
        self.assertEqual(record.features.dtype, np.float32)
        np.testing.assert_array_equal(record.features, (bits.astype("<u4") << 16).view("<f4"))
        np.testing.assert_allclose(record.features, VALUES, rtol=2**-7)

    def test_int8_is_scaled_token_by_token(self):
        data, scales = quantised(VALUES)
        record = s2features.decode(message(fields("INT8", data.tobytes(), token_scales=scales.tobytes())))
        np.testing.assert_array_equal(record.features, data * scales[..., None])
        np.testing.assert_array_equal(record.scales, scales)
        self.assertLess(np.abs(record.features - VALUES).max(), scales.max() * 0.51)

    def test_pooled_frames_are_told_by_their_blocks(self):
        listed = [{"index": 7 + i, "pts_micros": 1_000_000 * i, "capture_time_micros": 5 + i} for i in range(5)]
        record = s2features.decode(message(fields(frames=listed, pool=[3, 1, 1])))
        self.assertEqual(record.pool, (3, 1, 1))
        self.assertEqual([[frame.index for frame in block] for block in record.blocks], [[7, 8, 9], [10, 11]])
        np.testing.assert_array_equal(record.pts_seconds, [0, 3])
        self.assertEqual(len(record.features), 2)
        with self.assertRaisesRegex(s2features.DecodeError, "lists 5 frames, 2 per entry, but B is 2"):
            s2features.decode(message(fields(frames=listed, pool=[2, 1, 1])))

    @unittest.skipIf(torch is None, NO_TORCH)
    def test_tensors_hold_what_the_arrays_hold(self):
        data, scales = quantised(VALUES)
        for dtype, payload, expected in (
            ("FLOAT32", VALUES.tobytes(), torch.float32),
            ("FLOAT16", VALUES.astype("<f2").tobytes(), torch.float16),
            ("BFLOAT16", bfloat16_bits(VALUES).tobytes(), torch.bfloat16),
            ("INT8", data.tobytes(), torch.float32),
        ):
            with self.subTest(dtype):
                record = s2features.decode(message(fields(dtype, payload, token_scales=scales.tobytes())))
                self.assertEqual(record.tensor.dtype, expected)
                self.assertEqual(tuple(record.tensor.shape), SHAPE)
                np.testing.assert_array_equal(record.tensor.to(torch.float32).numpy(), record.features.astype("<f4"))


class LayoutTest(unittest.TestCase):
    def test_parts_and_times(self):
        record = s2features.decode(message(fields("FLOAT32", VALUES.tobytes())))
        np.testing.assert_array_equal(record.prefix, VALUES[:, :1])
        self.assertEqual(record.grid_features.shape, (2, 2, 2, 3))
        np.testing.assert_array_equal(record.grid_features[1, 1, 0], VALUES[1, 1 + 2])
        self.assertTrue(np.shares_memory(record.grid_features, record.features))
        np.testing.assert_array_equal(record.pts_seconds, [0, 0.04])
        self.assertEqual(record.capture_times[1] - record.capture_times[0], np.timedelta64(40, "ms"))
        self.assertEqual(record.frames[1], s2features.Frame(8, 40_000, 1_700_000_000_040_000, False))

    def test_end_of_stream_has_no_frames(self):
        record = s2features.decode(message(fields(data=b"", shape=(0, 5, 3), end_of_stream=True)))
        self.assertTrue(record.end_of_stream)
        self.assertEqual(record.features.shape, (0, 5, 3))
        self.assertEqual(record.grid_features.shape, (0, 2, 2, 3))


    def test_skipped_frames_have_no_features(self):
        record = s2features.decode(message({**fields(data=b"", shape=(2, 5, 3), skipped="late"), "shape": [0, 5, 3]}))
        self.assertEqual((record.skipped, len(record.frames), record.features.shape), ("late", 2, (0, 5, 3)))


class OtherVersionsTest(unittest.TestCase):
    def test_fields_of_a_later_version_are_passed_over(self):
        later = copy.deepcopy(SCHEMA)
        later["fields"].insert(3, {"name": "mood", "type": ["null", {"type": "map", "values": "double"}], "default": None})
        later["fields"][2]["type"]["items"]["fields"].append({"name": "speed", "type": "float", "default": 0})
        sent = fields("FLOAT32", VALUES.tobytes(), mood={"good": 0.5})
        record = s2features.decode(message(sent, fastavro.parse_schema(copy.deepcopy(later)), 9), {9: later}.__getitem__)
        np.testing.assert_array_equal(record.features, VALUES)
        self.assertEqual(record.mood, {"good": 0.5})

    def test_fields_an_earlier_version_lacks_have_their_defaults(self):
        earlier = copy.deepcopy(SCHEMA)
        earlier["fields"] = [f for f in earlier["fields"] if f["name"] not in ("end_of_stream", "token_scales")]
        sent = message(fields("FLOAT32", VALUES.tobytes()), fastavro.parse_schema(copy.deepcopy(earlier)))
        record = s2features.decode(sent, lambda schema_id: earlier)
        self.assertIs(record.end_of_stream, False)
        self.assertIsNone(record.token_scales)

    def test_an_element_type_of_a_later_version_is_named(self):
        with self.assertRaisesRegex(s2features.DecodeError, "stream 'door'.*later version"):
            s2features.decode(message(fields("UNKNOWN")))


class DamageTest(unittest.TestCase):
    def test_every_truncation_is_refused(self):
        whole = message(fields())
        for length in range(len(whole)):
            with self.assertRaises(s2features.DecodeError, msg=f"{length} bytes"):
                s2features.decode(whole[:length])

    def test_surplus_is_refused(self):
        with self.assertRaisesRegex(s2features.DecodeError, "1 bytes are left"):
            s2features.decode(message(fields()) + b"\0")

    def test_noise_never_ends_in_anything_but_a_refusal(self):
        whole = message(fields())
        random = np.random.default_rng(5)
        for _ in range(2000):
            damaged = bytearray(whole)
            damaged[random.integers(5, len(whole))] = random.integers(256)
            try:
                s2features.decode(damaged)
            except s2features.DecodeError:
                pass

    def test_other_messages_are_named(self):
        with self.assertRaisesRegex(s2features.DecodeError, "not in Confluent's wire format"):
            s2features.decode(b'{"json": 1}')
        frame = {"type": "record", "name": "FrameBatch", "namespace": "io.s2stream.schemas", "fields": []}
        with self.assertRaisesRegex(s2features.DecodeError, r"schema 3\) is a io.s2stream.schemas.FrameBatch"):
            s2features.decode(b"\0\0\0\0\3", lambda schema_id: frame)

    def test_sizes_that_contradict_each_other_are_refused(self):
        for wrong in ({"shape": [2, 5, 4]}, {"grid": [2, 3]}, {"frames": []}, {"dtype": "INT8"}, {"shape": [2, 5]}):
            with self.subTest(wrong), self.assertRaisesRegex(s2features.DecodeError, "stream 'door', first frame 7"):
                s2features.decode(message({**fields(), **wrong}))


if __name__ == "__main__":
    unittest.main()
