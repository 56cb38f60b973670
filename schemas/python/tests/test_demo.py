"""A running demo, read with the real Kafka client: what a subscriber does, with and without a registry."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import s2features

try:
    import confluent_kafka

    from demo import FRAMES, ROOT, STREAM, Demo
except ImportError:
    raise unittest.SkipTest("confluent-kafka is not installed") from None

try:
    import torch
except ImportError:
    torch = None

IDLE_SECONDS = 10
TYPED_FRAMES = 8


def load(path):
    """What is in a .npz or .safetensors file, the latter read by its specification."""
    if path.endswith(".npz"):
        return np.load(path)
    content = Path(path).read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    types = {"F16": "<f2", "F32": "<f4", "I64": "<i8"}
    return {
        name: np.frombuffer(content[8 + length :][slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def means(cube, sizes):
    """Means over blocks of these sizes on the first axes; what is left at an end is a block of its own."""
    for axis, size in enumerate(sizes):
        starts = np.arange(0, cube.shape[axis], size)
        counts = np.diff(np.append(starts, cube.shape[axis])).reshape([-1 if i == axis else 1 for i in range(cube.ndim)])
        cube = np.add.reduceat(cube.astype(np.float64), starts, axis) / counts
    return cube


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = Demo.running()

    def read(self, until=None, idle_timeout=IDLE_SECONDS, **options):
        """Records up to and with the end-of-stream mark, or the `until`th."""
        records = []
        for record in s2features.subscribe(self.demo.brokers, start="earliest", idle_timeout=idle_timeout, **options):
            records.append(record)
            if record.end_of_stream or len(records) == until:
                break
        return records

    def test_every_frame_arrives_once_and_in_order(self):
        *records, end = self.read(registry=self.demo.registry)
        self.assertEqual([frame.index for record in records for frame in record.frames], list(range(FRAMES)))
        self.assertTrue(end.end_of_stream)
        self.assertEqual(end.first_frame_index, FRAMES)
        first = records[0]
        self.assertEqual((first.stream_id, first.dtype, first.tower), (STREAM, "FLOAT16", "demo-vit"))
        self.assertEqual(first.features.shape, first.shape)
        self.assertEqual(first.grid_features.shape, (1, *first.grid, first.shape[2]))
        self.assertTrue(np.isfinite(first.features.astype(np.float32)).all())
        self.assertGreater(first.features.astype(np.float32).std(), 0.01)
        steps = np.diff([record.pts_seconds[0] for record in records])
        np.testing.assert_allclose(steps, 0.25, atol=0.041)  # 4 frames/s of a clip with 25

    def test_records_are_the_same_without_a_registry(self):
        with_registry = self.read(registry=self.demo.registry)
        without = self.read()
        self.assertEqual(len(without), FRAMES + 1)
        for one, other in zip(with_registry, without):
            self.assertEqual(one.first_frame_index, other.first_frame_index)
            np.testing.assert_array_equal(one.features, other.features)

    def test_every_element_type_means_the_same(self):
        reference = self.read(until=TYPED_FRAMES, registry=self.demo.registry)
        for dtype, worst_cosine in (("float32", 0.9999999), ("bfloat16", 0.9999), ("int8", 0.999)):
            topic = f"features-{dtype}"
            with self.subTest(dtype), self.demo.processor(topic, dtype):
                self.demo.wait_for(topic)
                records = self.read(until=TYPED_FRAMES, topic=topic, registry=self.demo.registry, idle_timeout=60)
                self.assertEqual(len(records), TYPED_FRAMES)
                for record, other in zip(records, reference):
                    self.assertEqual((record.dtype, record.shape), (dtype.upper(), other.shape))
                    ours, theirs = record.features.astype(np.float64), other.features.astype(np.float64)
                    cosines = (ours * theirs).sum(-1) / np.linalg.norm(ours, axis=-1) / np.linalg.norm(theirs, axis=-1)
                    self.assertGreater(cosines.min(), worst_cosine)

    def test_pooled_features_are_means_of_the_whole_ones(self):
        self.regroup("grouped-frames", [3, 2])
        whole_features, pooled_features = "whole-features", "pooled-features"
        with self.demo.processor(whole_features, "float32", "grouped-frames", frames_per_record=3):
            with self.demo.processor(
                pooled_features, "float32", "grouped-frames", pool="{t: 2, h: 3, w: 4}", frames_per_record=3
            ):
                self.demo.wait_for(whole_features)
                self.demo.wait_for(pooled_features)
                whole = self.read(until=2, topic=whole_features, registry=self.demo.registry, idle_timeout=60)
                pooled = self.read(until=2, topic=pooled_features, registry=self.demo.registry, idle_timeout=60)
        self.assertEqual([record.shape[0] for record in pooled], [2, 1])
        self.assertEqual([len(record.frames) for record in pooled], [3, 2])
        for one, other in zip(whole, pooled):
            self.assertEqual((one.pool, other.pool, other.grid), ((1, 1, 1), (2, 3, 4), (5, 4)))
            self.assertEqual(one.frames, other.frames)
            np.testing.assert_array_equal(other.pts_seconds, one.pts_seconds[::2])
            np.testing.assert_allclose(other.grid_features, means(one.grid_features, other.pool), atol=1e-5)
            if torch is not None:
                cube = torch.from_numpy(one.grid_features.copy()).permute(3, 0, 1, 2)[None]  # [1, C, T, h, w]
                blocks = torch.nn.functional.avg_pool3d(cube, other.pool, ceil_mode=True, count_include_pad=False)
                np.testing.assert_allclose(other.grid_features, blocks[0].permute(1, 2, 3, 0).numpy(), atol=1e-5)

    @unittest.skipIf(torch is None, "PyTorch is not installed")
    def test_the_example_feeds_clips_of_the_demo_to_its_projector(self):
        command = [sys.executable, ROOT / "schemas/python/examples/vila_consumer.py", self.demo.brokers, self.demo.registry]
        command += ["--frames", "8", "--hidden", "64", "--start", "earliest", "--idle-timeout", "10"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), FRAMES // 8, done.stdout)
        for i, line in enumerate(lines):
            self.assertRegex(line, rf"^{STREAM}  frames {8 * i}\.\.{8 * i + 7}  1\.7\d s  tokens \[8, 49, 64\]  norm \d")

    def regroup(self, topic, sizes):
        """Frames of the demo in batches of these sizes, in a topic of their own."""
        from confluent_kafka.schema_registry import SchemaRegistryClient
        from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
        from confluent_kafka.serialization import MessageField, SerializationContext

        registry = SchemaRegistryClient({"url": self.demo.registry})
        batches = [AvroDeserializer(registry)(message, None) for message in self.messages("s2.frames", sum(sizes))]
        serialize = AvroSerializer(registry, (ROOT / "schemas/src/main/avro/FrameBatch.avsc").read_text())
        self.demo.create(topic)
        producer = confluent_kafka.Producer({"bootstrap.servers": self.demo.brokers, "message.max.bytes": 10_000_000})
        for size in sizes:
            group, batches = batches[:size], batches[size:]
            batch = {**group[0], "frames": [frame for one in group for frame in one["frames"]]}
            producer.produce(topic, serialize(batch, SerializationContext(topic, MessageField.VALUE)), STREAM)
        self.assertEqual(producer.flush(30), 0)

    def test_a_group_goes_on_where_it_stopped(self):
        first = self.read(until=30, registry=self.demo.registry, group="resumes")
        rest = self.read(registry=self.demo.registry, group="resumes")
        self.assertEqual(first[-1].first_frame_index, 29)
        # The 30th counted as read only once the next would have been asked for.
        self.assertEqual(rest[0].first_frame_index, 29)
        self.assertEqual(len(rest), FRAMES + 1 - 29)

    def test_other_streams_are_left_out(self):
        self.assertEqual(self.read(registry=self.demo.registry, stream="nobody"), [])
        self.assertEqual(len(self.read(registry=self.demo.registry, stream=STREAM)), FRAMES + 1)

    def test_topics_are_read_by_pattern_also_those_made_later(self):
        (message,) = self.messages("s2.features", 1)
        for group in (None, "by-pattern"):
            with self.subTest(group=group):
                prefix = f"pattern-{group}"
                self.fill(f"{prefix}.a", message)
                self.fill(f"{prefix}.b", message)
                records = s2features.subscribe(
                    self.demo.brokers,
                    rf"^{prefix}\..*",
                    self.demo.registry,
                    group,
                    start="earliest",
                    idle_timeout=30,
                    config={"topic.metadata.refresh.interval.ms": 2000},
                )
                self.assertEqual([next(records).first_frame_index, next(records).first_frame_index], [0, 0])
                self.fill(f"{prefix}.c", message)
                self.assertEqual(next(records).first_frame_index, 0)
                records.close()
        lines = self.demo.run_features("--max", "3", topics=r"pattern-None\..*")
        self.assertEqual({line["topic"] for line in lines}, {"pattern-None.a", "pattern-None.b", "pattern-None.c"})

    def fill(self, topic, message):
        self.demo.create(topic)
        producer = confluent_kafka.Producer({"bootstrap.servers": self.demo.brokers})
        producer.produce(topic, message, STREAM)
        self.assertEqual(producer.flush(30), 0)

    def test_errors_say_what_is_wrong(self):
        with self.assertRaisesRegex(s2features.KafkaError, "'nowhere'.*nknown topic"):
            next(s2features.subscribe(self.demo.brokers, "nowhere"))
        with self.assertRaisesRegex(s2features.RegistryError, "/schemas/ids/999.*404"):
            s2features.Registry(self.demo.registry)(999)
        with self.assertRaisesRegex(s2features.DecodeError, "is a io.s2stream.schemas.FrameBatch"):
            next(s2features.subscribe(self.demo.brokers, "s2.frames", registry=self.demo.registry, start="earliest"))

    def test_the_command_saves_what_we_read(self):
        ours = self.read(until=3, registry=self.demo.registry)
        for form in ("npz", "safetensors"):
            with self.subTest(form), tempfile.TemporaryDirectory() as folder:
                lines = self.demo.run_features("--save", folder, "--format", form, "--stats", "--pca", f"{folder}/pca", "--max", "3")
                os.remove(f"{folder}/pca")
                self.assertEqual(sorted(os.listdir(folder)), [f"{STREAM}-{i:09d}.{form}" for i in range(3)])
                for i, (record, line) in enumerate(zip(ours, lines)):
                    saved = load(f"{folder}/{STREAM}-{i:09d}.{form}")
                    np.testing.assert_array_equal(saved["features"], record.features)
                    np.testing.assert_array_equal(saved["pts_micros"], [record.frames[0].pts_micros])
                    np.testing.assert_array_equal(saved["index"], [i])
                    norms = np.linalg.norm(record.features.astype(np.float64), axis=-1)
                    self.assertAlmostEqual(line["stats"]["mean_norm"], norms.mean(), places=6)
                    self.assertEqual("drift" in line["stats"], i > 0)

    def test_confluents_deserializer_reads_the_same(self):
        from confluent_kafka.schema_registry import SchemaRegistryClient
        from confluent_kafka.schema_registry.avro import AvroDeserializer

        deserialize = AvroDeserializer(SchemaRegistryClient({"url": self.demo.registry}))
        messages, ours = self.messages("s2.features", FRAMES + 1), self.read(registry=self.demo.registry)
        self.assertEqual(len(messages), len(ours))
        for message, record in zip(messages, ours):
            theirs = deserialize(message, None)
            np.testing.assert_array_equal(np.frombuffer(theirs["data"], "<f2").reshape(theirs["shape"]), record.features)
            self.assertEqual(theirs["frames"], [frame._asdict() for frame in record.frames])

    def messages(self, topic, count):
        consumer = confluent_kafka.Consumer(
            {"bootstrap.servers": self.demo.brokers, "group.id": "plain", "isolation.level": "read_committed"}
        )
        consumer.assign([confluent_kafka.TopicPartition(topic, 0, 0)])
        found = [consumer.poll(IDLE_SECONDS) for _ in range(count)]
        consumer.close()
        return [message.value() for message in found]


if __name__ == "__main__":
    unittest.main()
