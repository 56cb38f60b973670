"""A running `s2 demo --keep`, for tests: a real broker, registry, ingest and processor, as a user starts them."""

import atexit
import contextlib
import functools
import json
import os
import queue
import re
import signal
import subprocess
import tempfile
import textwrap
import threading
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

ROOT = Path(__file__).resolve().parents[3]
S2 = Path(os.environ.get("S2_COMMAND", ROOT / "s2"))
MODEL = ROOT / "processor/src/main/model/demo-vit"
PICTURE = ROOT / "ingest/src/test/resources/io/s2stream/ingest/source/picture-480x270.png"
START_SECONDS = 300  # the first start may build
FRAMES = 80  # the demo's clip of 20 s at 4 frames/s
STREAM = "clip"


@contextlib.contextmanager
def _service(command, config):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(textwrap.dedent(config))
        file.flush()
        process = subprocess.Popen([S2, command, "--config", file.name], stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


class Demo:
    """Started with all its frames processed; `with` ends it."""

    def __enter__(self):
        self._process = subprocess.Popen([S2, "demo", "--keep"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            lines = self._read("all files are done")
            where = re.search(r"broker (\S+), schema registry (\S+)", "".join(lines))
            self.brokers, self.registry = where.groups()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _read(self, awaited):
        lines, arrived = [], queue.Queue()
        threading.Thread(target=self._pass_on, args=(arrived,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while awaited not in "".join(lines[-1:]):
            line = arrived.get(timeout=max(0.1, deadline - time.monotonic()))
            if not line:
                raise AssertionError("the demo ended early:\n" + "".join(lines))
            lines.append(line)
        return lines

    @contextlib.contextmanager
    def processor(self, topic, dtype, frames_topic="s2.frames", registry=None, pool="{}", frames_per_record=1):
        """A further processor, which writes other features into a topic of its own."""
        config = f"""
            kafka: {{bootstrap.servers: "{self.brokers}", schema.registry.url: "{registry or self.registry}"}}
            application-id: {topic}
            frames-topic: {frames_topic}
            features-topic: {topic}
            dead-letter-topic: {topic}.dlq
            topics: {{partitions: 1}}
            dtype: {dtype}
            tower: {{model-dir: "{MODEL}"}}
            s2: {{scales: [1, 2]}}
            pool: {pool}
            max-frames-per-record: {frames_per_record}
        """
        with _service("process", config) as process:
            yield process

    @contextlib.contextmanager
    def ingest(self, topic, registry):
        """A further ingest, of one picture as stream 'picture', with another registry."""
        config = f"""
            kafka: {{bootstrap.servers: "{self.brokers}", schema.registry.url: "{registry}"}}
            frames-topic: {topic}
            topics: {{partitions: 1}}
            image-size: [448]
            sampling: {{fps: 1}}
            streams: [{{id: picture, uri: "{PICTURE}"}}]
        """
        with _service("ingest", config) as process:
            yield process

    def create(self, topic):
        """Makes a topic of one partition."""
        admin = self._admin()
        for made in admin.create_topics([NewTopic(topic, 1, 1, config={"max.message.bytes": "10000000"})]).values():
            made.result()

    def wait_for(self, topic):
        """Until a service has made its topic."""
        deadline = time.monotonic() + START_SECONDS
        while topic not in self._admin().list_topics(timeout=10).topics:
            if time.monotonic() > deadline:
                raise AssertionError(f"nobody makes topic {topic}")
            time.sleep(0.5)

    def _admin(self):
        return AdminClient({"bootstrap.servers": self.brokers})

    def run_features(self, *options, topic="s2.features", topics=None, registry=None):
        """The lines of `s2 features --json`, from the topic's beginning on."""
        command = [S2, "features", "--bootstrap-servers", self.brokers, "--schema-registry", registry or self.registry]
        command += ["--topics", topics] if topics else ["--topic", topic]
        command += ["--from-beginning", "--json", *options]
        done = subprocess.run(command, timeout=120, capture_output=True)
        if done.returncode != 0:
            raise AssertionError("s2 features: " + done.stderr.decode())
        return [json.loads(line) for line in done.stdout.splitlines()]

    @staticmethod
    @functools.cache
    def running():
        """The one of all tests, as starting takes longer than most of them; ended with this process."""
        demo = Demo().__enter__()
        atexit.register(demo.__exit__)
        return demo

    def _pass_on(self, arrived):
        for line in self._process.stdout:
            arrived.put(line)
        arrived.put("")

    def __exit__(self, *unused):
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._process.stdout.close()
