"""Reads the feature records of s2-stream.

    import s2features

    for record in s2features.subscribe("127.0.0.1:9092", registry="http://127.0.0.1:8081", group="my-model"):
        print(record.stream_id, record.first_frame_index, record.features.shape)  # [B, N, C]

`decode` does the same with the bytes of one message, whoever read them.
"""

from .avro import DecodeError
from .record import Frame, Record, decode
from .registry import Registry, RegistryError
from .topic import KafkaError, subscribe

__all__ = ["DecodeError", "Frame", "KafkaError", "Record", "Registry", "RegistryError", "decode", "subscribe"]
