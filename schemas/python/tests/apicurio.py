"""Apicurio Registry's server as a process of its own, from where Maven unpacks it for the integration tests."""

import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from demo import ROOT

RUNNERS = sorted((ROOT / "deploy/local/target/apicurio").glob("*-runner.jar"))
START_SECONDS = 180


class Apicurio:
    """Started, with its Confluent API at `url`; `with` ends it."""

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
        self._log = tempfile.TemporaryFile()
        options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={port}"]
        self._process = subprocess.Popen(
            ["java", *options, "-jar", RUNNERS[-1].name], cwd=RUNNERS[-1].parent, stdout=self._log, stderr=self._log
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise AssertionError("Apicurio does not start")
            time.sleep(0.3)
        return self

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/subjects", timeout=5):
                return True
        except OSError:
            return False

    def __exit__(self, *unused):
        self._process.terminate()
        self._process.wait(60)
        self._log.close()
