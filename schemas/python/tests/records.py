"""Feature records for tests, written by fastavro: an encoder that knows nothing of ours."""

import io
import json
import struct

import fastavro
import numpy as np

from s2features.record import SCHEMA

WRITER = fastavro.parse_schema(json.loads(json.dumps(SCHEMA)))


def fields(dtype="FLOAT16", data=None, shape=(2, 5, 3), **changes):
    """A record of stream 'door' with a class token and a grid of 2 x 2, as fastavro takes it."""
    return {
        "stream_id": "door",
        "first_frame_index": 7,
        "frames": [
            {"index": 7 + i, "pts_micros": 40_000 * i, "capture_time_micros": 1_700_000_000_000_000 + 40_000 * i}
            for i in range(shape[0])
        ],
        "shape": list(shape),
        "grid": [2, 2],
        "prefix_tokens": 1,
        "dtype": dtype,
        "image_sizes": [[224, 224], [448, 448]],
        "tower": "vit",
        "tower_sha256": "0" * 64,
        "processor_version": "1",
        "data": data if data is not None else np.zeros(shape, "<f2").tobytes(),
        **changes,
    }


def message(record, schema=WRITER, schema_id=1):
    """In Confluent's wire format."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, record)
    return struct.pack(">bI", 0, schema_id) + out.getvalue()
