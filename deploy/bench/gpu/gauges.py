"""What the device says of itself: memory, how busy it is, its fastest matrix product."""

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import List, Optional, Tuple

import torch

from contenders import Way


class Gpu:
    """A CUDA device that nothing else works on."""

    unit = "device memory"
    memory_is_of = "what cudaMemGetInfo says is taken, the cache of PyTorch's allocator included"

    def __init__(self):
        self.before = self.base = 0
        self.samples: List[Tuple[float, float]] = []  # when, busy in percent
        properties = torch.cuda.get_device_properties(0)
        self.name = properties.name
        uuid = getattr(properties, "uuid", None)
        self.select = ["-i", f"GPU-{uuid}" if uuid else "0"]
        self.watcher: Optional[subprocess.Popen] = None

    def used(self) -> int:
        torch.cuda.synchronize()
        free, total = torch.cuda.mem_get_info()
        return total - free

    def empty(self) -> None:
        """Before a side is loaded."""
        torch.cuda.empty_cache()
        self.before = self.used()

    def settle(self, side) -> None:
        """When a side is loaded: its peaks are above what is taken now."""
        self.base = self.used()

    def peak(self, side, work) -> int:
        """Bytes above the base while this was done: the allocator keeps what it has once had."""
        work()
        return self.used() - self.base

    def whole(self, side) -> int:
        """Bytes that a side has taken in all, its CUDA context and tower included."""
        return self.used() - self.before

    def watch(self) -> None:
        """Begins to ask the driver ten times a second how busy the GPU is."""
        query = ["nvidia-smi", *self.select, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "100"]
        try:
            self.watcher = subprocess.Popen(query, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        except OSError:
            return
        threading.Thread(target=self.listen, args=(self.watcher.stdout,), daemon=True).start()

    def listen(self, lines) -> None:
        for line in lines:
            if line.strip().isdigit():
                self.samples.append((time.perf_counter(), float(line)))

    def busy(self, side, work) -> Optional[float]:
        """Mean percent while this is done, without its first second: a sample tells of up to the second before it."""
        start = time.perf_counter()
        work()
        end = time.perf_counter()
        mine = [percent for when, percent in self.samples if start + 1 <= when <= end]
        return sum(mine) / len(mine) if mine else None

    def stop(self) -> None:
        if self.watcher:
            self.watcher.terminate()

    def peak_flops(self) -> Tuple[str, float]:
        return "bf16", matrix_flops(torch.bfloat16, "cuda", 8192, 50, torch.cuda.synchronize)


class Cpu:
    """The processors, for trying all this where there is no GPU."""

    name = "CPU"
    unit = "resident memory"
    memory_is_of = "VmHWM of the process, reset before; a JVM's own work blurs it"

    def empty(self) -> None:
        pass

    def settle(self, side) -> None:
        # Libraries keep buffers of their first run.
        side.single(1)
        side.run(Way(1, 1), 0)

    def peak(self, side, work) -> int:
        Path(f"/proc/{side.pid}/clear_refs").write_text("5")
        before = status(side.pid, "VmRSS")
        work()
        return status(side.pid, "VmHWM") - before

    def whole(self, side) -> int:
        return status(side.pid, "VmHWM")

    def watch(self) -> None:
        pass

    def busy(self, side, work) -> float:
        """Processor time of that side in percent of all processors'."""
        start, used = time.perf_counter(), cpu_seconds(side.pid)
        work()
        return 100 * (cpu_seconds(side.pid) - used) / (time.perf_counter() - start) / os.cpu_count()

    def stop(self) -> None:
        pass

    def peak_flops(self) -> Tuple[str, float]:
        return "float32", matrix_flops(torch.float32, "cpu", 1024, 5, lambda: None)


def matrix_flops(dtype, device: str, n: int, times: int, wait) -> float:
    """Operations per second of an n x n x n product of random numbers, the fastest of a few runs: what can be had of this device."""
    a, b = (torch.randn(n, n, device=device).to(dtype) for _ in range(2))
    best = 0.0
    for _ in range(4):
        wait()
        start = time.perf_counter()
        for _ in range(times):
            a @ b
        wait()
        best = max(best, 2 * n**3 * times / (time.perf_counter() - start))
    return best


def status(pid: int, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":"))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
