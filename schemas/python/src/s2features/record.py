"""Feature records: the metadata, and the tensor as numpy array or torch tensor."""

import functools
import json
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .avro import DecodeError, Decoder, default_of

NAME = "io.s2stream.schemas.FeatureRecord"
SCHEMA = json.loads(Path(__file__).with_name("FeatureRecord.avsc").read_text("utf-8"))

_NUMPY = {"FLOAT32": "<f4", "FLOAT16": "<f2", "BFLOAT16": "<u2", "INT8": "i1"}
_decoders = {}  # by the schema's text


class Frame(NamedTuple):
    """What is known of one frame."""

    index: int
    pts_micros: int
    capture_time_micros: int
    discontinuity: bool


def decode(message, schemas=None):
    """Record of one message in Confluent's wire format: a zero byte, four of schema id, the Avro record.

    message: bytes, or anything with a buffer; kept as long as the record, whose tensor is a view of it.
    schemas: gives the parsed schema of an id, see Registry. Without it the message must be written with the schema this
    package brings: with an earlier or later one it is refused, or, where only defaults differ, read as it is.

    Raises DecodeError for anything that is no feature record.
    """
    view = memoryview(message).cast("B")
    if len(view) < 5 or view[0] != 0:
        raise DecodeError(f"a message of {len(view)} bytes is not in Confluent's wire format, which starts with a byte 0")
    (schema_id,) = struct.unpack(">I", view[1:5])
    writer = SCHEMA if schemas is None else schemas(schema_id)
    found = f"{writer.get('namespace', '')}.{writer.get('name', '')}" if isinstance(writer, dict) else str(writer)
    if found.lstrip(".") != NAME:
        raise DecodeError(f"the message (schema {schema_id}) is a {found}, expected a {NAME}")
    fields = _decoder(writer).decode(view[5:])
    for field in SCHEMA["fields"]:
        if field["name"] not in fields:
            fields[field["name"]] = default_of(field)
    return Record(fields)


def _decoder(schema):
    text = json.dumps(schema)
    if text not in _decoders:
        if len(_decoders) >= 100:  # schemas come from outside: a bound
            _decoders.clear()
        _decoders[text] = Decoder(schema)
    return _decoders[text]


class Record:
    """The features of the frames of one message: B entries of N tokens of C channels.

    stream_id, first_frame_index, shape, grid, prefix_tokens, pool, dtype, image_sizes, tower, tower_sha256, processor_version
    and end_of_stream are attributes, as is every other field of the schema; docs/feature-records.md explains them. An entry is of
    one frame, or the mean of pool[0] frames, see `blocks`. Where `skipped` says why frames were left out, B is 0 although
    `frames` lists them.
    """

    def __init__(self, fields):
        frames = fields["frames"]
        names = Frame._fields
        self.__dict__.update(fields)
        self.frames = [Frame(*(frame.get(name, False) for name in names)) for frame in frames]
        self.shape = tuple(fields["shape"])  # [B, N, C]
        self.grid = tuple(fields["grid"])  # [h, w]
        self.pool = tuple(fields["pool"])  # [t, h, w]
        self._check()

    def __repr__(self):
        end = ", end of stream" if self.end_of_stream else ""
        return f"Record({self.stream_id!r}, frame {self.first_frame_index}, {list(self.shape)} {self.dtype}{end})"

    @functools.cached_property
    def features(self):
        """[B, N, C] as numpy array.

        float32 and float16 are read-only views of the message: nothing is copied. bfloat16, which numpy lacks, and int8 are
        converted once, to float32.
        """
        raw = self.raw
        if self.dtype == "BFLOAT16":
            wide = raw.astype("<u4")
            wide <<= 16
            return wide.view("<f4")
        if self.dtype == "INT8":
            return raw * self.scales[..., None]
        return raw

    @functools.cached_property
    def tensor(self):
        """[B, N, C] as torch tensor on the CPU: float32, float16 or bfloat16 as on the wire, int8 as float32. Copied once."""
        import torch

        if self.dtype == "BFLOAT16":
            return torch.from_numpy(self.raw.view("<i2").copy()).view(torch.bfloat16)
        return torch.from_numpy(self.features if self.dtype == "INT8" else self.features.copy())

    @property
    def raw(self):
        """[B, N, C] as on the wire, a read-only view: bfloat16 as the uint16 of its bits, int8 before scaling."""
        array = np.frombuffer(self.data, _NUMPY[self.dtype]).reshape(self.shape)
        array.flags.writeable = False
        return array

    @property
    def scales(self):
        """[B, N] float32, a view: what int8 values are multiplied by. None for other types."""
        if self.dtype != "INT8":
            return None
        return np.frombuffer(self.token_scales, "<f4").reshape(self.shape[:2])

    @property
    def prefix(self):
        """[B, prefix_tokens, C]: class and register tokens; a view of features."""
        return self.features[:, : self.prefix_tokens]

    @property
    def grid_features(self):
        """[B, h, w, C]: the patch tokens in rows and columns; a view of features."""
        return self.features[:, self.prefix_tokens :].reshape(self.shape[0], *self.grid, self.shape[2])

    @property
    def blocks(self):
        """[B] lists of frames: those that each entry is of. One frame each, unless frames were pooled."""
        size = self.pool[0]
        return [self.frames[i * size : (i + 1) * size] for i in range(self.shape[0])]

    @property
    def pts_seconds(self):
        """[B] float64: presentation time of each entry's first frame, seconds from the start of the source."""
        return np.array([block[0].pts_micros for block in self.blocks], np.int64) / 1e6

    @property
    def capture_times(self):
        """[B] datetime64[us], UTC: when each entry's first frame was captured, or decoded where the source doesn't say."""
        return np.array([block[0].capture_time_micros for block in self.blocks], "<i8").view("<M8[us]")

    def _check(self):
        where = f"feature record of stream '{self.stream_id}', first frame {self.first_frame_index}: "
        if self.dtype not in _NUMPY:
            raise DecodeError(f"{where}element type {self.dtype} is of a later version; update s2features")
        if len(self.shape) != 3 or min(self.shape) < 0:
            raise DecodeError(f"{where}shape {self.shape} is not [B, N, C]")
        frames, tokens, channels = self.shape
        expected = frames * tokens * channels * np.dtype(_NUMPY[self.dtype]).itemsize
        if len(self.data) != expected:
            raise DecodeError(f"{where}data has {len(self.data)} bytes, {self.dtype} {self.shape} needs {expected}")
        if self.dtype == "INT8" and len(self.token_scales or b"") != frames * tokens * 4:
            raise DecodeError(f"{where}INT8 needs token_scales of {frames * tokens * 4} bytes")
        if len(self.pool) != 3 or min(self.pool) < 1:
            raise DecodeError(f"{where}pool {self.pool} is not [t, h, w]")
        if self.skipped is None and -(-len(self.frames) // self.pool[0]) != frames:
            raise DecodeError(f"{where}it lists {len(self.frames)} frames, {self.pool[0]} per entry, but B is {frames}")
        if len(self.grid) != 2 or tokens != self.prefix_tokens + self.grid[0] * self.grid[1]:
            raise DecodeError(f"{where}{tokens} tokens are not {self.prefix_tokens} and a grid of {self.grid}")
