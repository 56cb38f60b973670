"""Confluent's clients in Python and JavaScript: they read our records and we theirs, with our registry and with Apicurio's."""

import base64
import json
import os
import shutil
import subprocess
import unittest

import numpy as np

import s2features
from records import fields
from s2features.record import SCHEMA

try:
    from confluent_kafka import Consumer, Producer, TopicPartition
    from confluent_kafka.schema_registry import SchemaRegistryClient
    from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
    from confluent_kafka.serialization import MessageField, SerializationContext

    from apicurio import RUNNERS, Apicurio
    from demo import ROOT, STREAM, Demo
except ImportError:
    raise unittest.SkipTest("confluent-kafka with its schema registry client is not installed") from None

SCHEMA_FILE = ROOT / "schemas/src/main/avro/FeatureRecord.avsc"
SCRIPT = ROOT / "schemas/python/tests/confluent_client.mjs"
NODE = shutil.which("node") if os.environ.get("NODE_PATH") else None
NO_NODE = "node and @confluentinc/schemaregistry are not installed"
WAIT_SECONDS = 90
VALUES = np.arange(30, dtype="<f2").reshape(2, 5, 3)
SENT = fields(data=VALUES.tobytes())


class ClientsTest(unittest.TestCase):
    """With the demo's own registry."""

    topic, stream = "s2.features", STREAM

    @classmethod
    def setUpClass(cls):
        cls.demo = Demo.running()
        cls.registry = cls.demo.registry

    @classmethod
    def _enter(cls, context):  # Python 3.11 has enterClassContext
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    def test_python_reads_ours(self):
        message = self.first_message()
        theirs = AvroDeserializer(SchemaRegistryClient({"url": self.registry}))(message, None)
        self.check(theirs, message)

    @unittest.skipIf(NODE is None, NO_NODE)
    def test_javascript_reads_ours(self):
        message = self.first_message()
        theirs = json.loads(self.node("read", self.topic, stdin=message))
        self.check({**theirs, "data": base64.b64decode(theirs["data"])}, message)

    def check(self, theirs, message):
        ours = s2features.decode(message, s2features.Registry(self.registry))
        self.assertEqual(theirs["stream_id"], self.stream)
        self.assertEqual((theirs["stream_id"], theirs["dtype"]), (ours.stream_id, "FLOAT16"))
        self.assertEqual(theirs["frames"][0]["capture_time_micros"], ours.frames[0].capture_time_micros)
        np.testing.assert_array_equal(np.frombuffer(theirs["data"], "<f2").reshape(theirs["shape"]), ours.features)

    def test_we_read_what_python_writes(self):
        serialize = AvroSerializer(SchemaRegistryClient({"url": self.registry}), SCHEMA_FILE.read_text())
        message = serialize(SENT, SerializationContext("from-python", MessageField.VALUE))
        self.check_ours("from-python", message)

    @unittest.skipIf(NODE is None, NO_NODE)
    def test_we_read_what_javascript_writes(self):
        defaults = {field["name"]: field["default"] for field in SCHEMA["fields"] if "default" in field}
        record = {**defaults, **SENT, "data": base64.b64encode(SENT["data"]).decode()}
        record["frames"] = [{"discontinuity": False, **frame} for frame in SENT["frames"]]
        message = self.node("write", "from-javascript", SCHEMA_FILE, stdin=json.dumps(record).encode())
        self.check_ours("from-javascript", base64.b64decode(message))

    def check_ours(self, topic, message):
        np.testing.assert_array_equal(s2features.decode(message, s2features.Registry(self.registry)).features, VALUES)
        topic = f"{topic}-{self.stream}"
        self.demo.create(topic)
        producer = Producer({"bootstrap.servers": self.demo.brokers})
        producer.produce(topic, message, "door")
        self.assertEqual(producer.flush(30), 0)
        (seen,) = self.demo.run_features("--max", "1", topic=topic, registry=self.registry)
        self.assertEqual((seen["stream_id"], seen["shape"], seen["first_frame_index"]), ("door", [2, 5, 3], 7))
        self.assertEqual(seen["data_bytes"], len(SENT["data"]))

    def node(self, *arguments, stdin):
        mode, *rest = arguments
        command = [NODE, SCRIPT, mode, self.registry, *rest]
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def first_message(self):
        consumer = Consumer(
            {"bootstrap.servers": self.demo.brokers, "group.id": "first", "isolation.level": "read_committed"}
        )
        consumer.assign([TopicPartition(self.topic, 0, 0)])
        message = consumer.poll(WAIT_SECONDS)
        consumer.close()
        self.assertIsNotNone(message, f"no record in {self.topic}")
        self.assertIsNone(message.error())
        return message.value()


@unittest.skipIf(not RUNNERS, "Maven has not unpacked Apicurio yet: mvn pre-integration-test -pl deploy/local -am -DskipTests")
class ApicurioClientsTest(ClientsTest):
    """With a registry of others: a picture goes through ingest and processor with it."""

    topic, stream = "apicurio.features", "picture"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = cls._enter(Apicurio()).url
        cls._enter(cls.demo.ingest("apicurio.frames", cls.registry))
        cls._enter(cls.demo.processor(cls.topic, "float16", "apicurio.frames", cls.registry))
        cls.demo.wait_for(cls.topic)


if __name__ == "__main__":
    unittest.main()
