"""Avro's binary encoding, as far as feature records need it.

A reader of its own, as those on PyPI copy `bytes` out of the message: here they are views of it, and the tensor is most of a
record. Specification: https://avro.apache.org/docs/1.12.0/specification/
"""

import struct

import numpy as np


class DecodeError(ValueError):
    """The bytes are no feature record, or one that was damaged."""


class Decoder:
    """Reads one record by its writer's schema; `bytes` become memoryviews of the buffer."""

    def __init__(self, schema):
        self._names = {}
        try:
            self._read = self._reader(schema)
        except (KeyError, TypeError, RecursionError) as e:
            raise DecodeError(f"the writer's schema can't be used: {e!r}") from e

    def decode(self, buffer):
        """Whole record, as dicts, lists and plain values.

        Raises DecodeError where the bytes don't fit the schema, with the surplus named.
        """
        cursor = _Cursor(buffer)
        try:
            value = self._read(cursor)
        except (IndexError, struct.error, UnicodeDecodeError, RecursionError) as e:
            raise DecodeError(f"the record is damaged, or was written with another schema: {e}") from e
        if cursor.remaining():
            raise DecodeError(f"{cursor.remaining()} bytes are left behind the record: it was written with another schema")
        return value

    def _reader(self, schema):
        if isinstance(schema, list):
            branches = [self._reader(branch) for branch in schema]
            return lambda cursor: branches[cursor.index(len(branches))](cursor)
        if isinstance(schema, str):
            return _PRIMITIVES.get(schema) or self._named(schema)
        kind = schema["type"]
        if kind in ("record", "enum"):
            self._names[schema["name"]] = schema
            self._names[f"{schema.get('namespace', '')}.{schema['name']}"] = schema
        if kind == "record":
            fields = [(field["name"], self._reader(field["type"])) for field in schema["fields"]]
            return lambda cursor: {name: read(cursor) for name, read in fields}
        if kind == "enum":
            symbols = schema["symbols"]
            return lambda cursor: symbols[cursor.index(len(symbols))]
        if kind == "array":
            read_item = self._reader(schema["items"])
            return lambda cursor: [read_item(cursor) for count in cursor.blocks() for _ in range(count)]
        if kind == "map":
            read_value = self._reader(schema["values"])
            return lambda cursor: {cursor.text(): read_value(cursor) for count in cursor.blocks() for _ in range(count)}
        if kind == "fixed":
            size = schema["size"]
            return lambda cursor: cursor.take(size)
        return self._reader(kind)

    def _named(self, name):
        schema = self._names.get(name) or self._names.get(name.rpartition(".")[2])
        if schema is None:
            raise DecodeError(f"the schema names a type '{name}' that it doesn't define")
        return self._reader(schema)


class _Cursor:
    def __init__(self, buffer):
        self._bytes = memoryview(buffer).cast("B")
        self._at = 0

    def remaining(self):
        return len(self._bytes) - self._at

    def take(self, count):
        if not 0 <= count <= self.remaining():
            raise IndexError(f"{count} bytes are announced, {self.remaining()} are left")
        start = self._at
        self._at += count
        return self._bytes[start : self._at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self._bytes[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)
            shift += 7
            if shift > 63:
                raise IndexError("a number has more than 64 bits")

    def index(self, count):
        value = self.varint()
        if not 0 <= value < count:
            raise IndexError(f"choice {value} of {count}")
        return value

    def blocks(self):
        while True:
            count = self.varint()
            if count == 0:
                return
            if count < 0:  # followed by the block's length in bytes
                count = -count
                self.varint()
            if count > self.remaining():  # no item of ours is empty: a bound on what damage can make us read
                raise IndexError(f"{count} items are announced, {self.remaining()} bytes are left")
            yield count

    def binary(self):
        return self.take(self.varint())

    def text(self):
        return str(self.binary(), "utf-8")

    def unpack(self, layout, size):
        return struct.unpack(layout, self.take(size))[0]


_PRIMITIVES = {
    "null": lambda cursor: None,
    "boolean": lambda cursor: bool(cursor.take(1)[0]),
    "int": _Cursor.varint,
    "long": _Cursor.varint,
    "float": lambda cursor: cursor.unpack("<f", 4),
    "double": lambda cursor: cursor.unpack("<d", 8),
    "bytes": _Cursor.binary,
    "string": _Cursor.text,
}


def default_of(field):
    """The default of a field as the decoder would have read it. Raises DecodeError if it has none."""
    if "default" not in field:
        raise DecodeError(f"the writer's schema has no field '{field['name']}': it wrote something else than feature records")
    kind, default = field["type"], field["default"]
    return np.array([ord(c) for c in default], np.uint8).data if kind == "bytes" else default
