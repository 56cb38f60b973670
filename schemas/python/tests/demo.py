"""A running `s2 demo --keep`, for tests: a real broker, registry, ingest and processor, as a user starts them."""

import contextlib
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

ROOT = Path(__file__).resolve().parents[3]
S2 = Path(os.environ.get("S2_COMMAND", ROOT / "s2"))
MODEL = ROOT / "processor/src/main/model/demo-vit"
START_SECONDS = 300  # the first start may build
FRAMES = 80  # the demo's clip of 20 s at 4 frames/s
STREAM = "clip"


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
    def processor(self, topic, dtype):
        """A further processor over the same frames, which writes another element type into a topic of its own."""
        config = f"""
            kafka: {{bootstrap.servers: "{self.brokers}", schema.registry.url: "{self.registry}"}}
            application-id: {topic}
            features-topic: {topic}
            dtype: {dtype}
            tower: {{model-dir: "{MODEL}"}}
            s2: {{scales: [1, 2]}}
            max-frames-per-record: 1
        """
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(textwrap.dedent(config))
            file.flush()
            process = subprocess.Popen([S2, "process", "--config", file.name], stdout=subprocess.DEVNULL)
            try:
                yield process
            finally:
                process.terminate()
                process.wait(60)

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
