"""The two sides of the comparison: ours in a JVM, the authors' algorithm in this process. Both answer to the same calls."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Tuple

import torch

import export_vit
from multiscale import multiscale

try:
    from s2wrapper import forward as s2wrapper
except ImportError:
    s2wrapper = None

# The authors' own code where it is installed (it wants einops), else the same written from their paper.
PEER = "the authors' s2wrapper" if s2wrapper else "the authors' algorithm (s2wrapper isn't installed)"


class OutOfMemory(Exception):
    """The device's memory is too small for what a side was told to do."""

    def __init__(self, ours: bool):
        super().__init__(("ours" if ours else "theirs") + ": out of memory")
        self.ours = ours


class Ended(Exception):
    """Our side's process ended by itself; the message has the end of its log."""


class Way(NamedTuple):
    """How a side is called."""

    frames: int
    tiles: int  # at a time through the tower; 0: all of a scale

    def __str__(self):
        return f"{counted(self.frames, 'frame')}, {counted(self.tiles, 'tile') if self.tiles else 'all tiles of a scale'} at a time"


class Case(NamedTuple):
    """What both sides compute."""

    name: str
    size: export_vit.Size
    dtype: str
    factors: Tuple[int, ...]
    resize_to: int
    folder: Path  # the model directory
    device: str  # cpu or cuda

    @property
    def img_sizes(self):
        return [factor * self.size.image for factor in self.factors]

    @property
    def tiles(self) -> int:
        return sum(factor**2 for factor in self.factors)

    @property
    def images_file(self) -> Path:
        return self.folder / "images.raw"

    def result_bytes(self) -> int:
        """Of one frame, float32, which is what the forward makes of any tower."""
        grid = self.size.image // self.size.patch * self.factors[self.resize_to]
        return 4 * grid**2 * self.size.dim * len(self.factors)

    def batch_bytes(self, frames: int) -> int:
        """Of that many images as both sides are given them."""
        return frames * 3 * self.img_sizes[-1] ** 2 * getattr(torch, self.dtype).itemsize

    def image_bytes(self) -> int:
        """Of one float32 image of the largest scale."""
        return 4 * 3 * self.img_sizes[-1] ** 2

    def prepare(self) -> None:
        """Exports the tower and writes images."""
        export_vit.export(self.folder, self.name, self.size, self.dtype)
        self.write_images()

    def write_images(self, count: int = 2) -> None:
        """Normalised noise of the largest scale's size."""
        side = self.img_sizes[-1]
        pixels = torch.rand(count, 3, side, side).sub_(0.5).div_(0.5).to(getattr(torch, self.dtype))
        self.images_file.write_bytes(pixels.numpy().tobytes())

    def images(self) -> torch.Tensor:
        """[n, 3, S, S] as prepare wrote them, on the device."""
        flat = torch.frombuffer(bytearray(self.images_file.read_bytes()), dtype=getattr(torch, self.dtype))
        side = self.img_sizes[-1]
        return flat.view(-1, 3, side, side).to(self.device)


class Ours:
    """S2's forward in a JVM that does what it is told on its standard input (ForwardOnCommand)."""

    def __init__(self, java, environment: dict, case: Case, log):
        self.case, self.log = case, log
        self.process = subprocess.Popen(
            [*java, "io.s2stream.bench.ForwardOnCommand", "--model", str(case.folder), "--images", str(case.images_file)]
            + ["--device", "cpu" if case.device == "cpu" else "gpu", "--resize-to", str(case.resize_to)]
            + ["--sizes", ",".join(map(str, case.img_sizes))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
        self.pid = self.process.pid
        self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("s2: "):
                words = line.split()
                if words[1] == "full":
                    raise OutOfMemory(ours=True)
                return words[2:]
        raise Ended(f"our side ended with {self.process.wait()}; what it said is in {self.log.name}:\n{tail(Path(self.log.name))}")

    def tell(self, command: str):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; its answer, which there is none, says so.
        return self.answer()

    def single(self, tiles: int) -> None:
        self.tell(f"single {tiles}")

    def give(self, frames: int) -> None:
        """Puts a batch on the device, as the first run with so many frames does."""
        self.tell(f"give {frames}")

    def run(self, way: Way, seconds: float) -> float:
        """Frames per second over that long, one forward at least."""
        forwards, passed = self.tell(f"run {way.frames} {way.tiles} {seconds}")
        return way.frames * int(forwards) / float(passed)

    def features(self) -> torch.Tensor:
        """[n, N, C] float32 of the case's images."""
        file = self.case.folder / "features.raw"
        tokens, channels = map(int, self.tell(f"write {file}"))
        return torch.frombuffer(bytearray(file.read_bytes()), dtype=torch.float32).view(-1, tokens, channels)

    def close(self) -> str:
        """Ends the process; returns what it, or a profiler around it, printed besides its answers."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # It has ended by itself.
        with self.process.stdout as output:
            rest = output.read()
        self.process.wait()
        return rest


class Theirs:
    """Splits by the number of frames, or not. PyTorch without TorchScript, attention by scaled_dot_product_attention, on the weights of the same file."""

    def __init__(self, case: Case):
        self.case, self.pid = case, os.getpid()
        self.given = self.batch = None
        with torch.device("meta"):
            tower = export_vit.Tower(case.size)
        with self.memory():
            weights = torch.jit.load(str(case.folder / f"{case.name}.pt"), map_location=case.device).state_dict()
            tower.load_state_dict(weights, assign=True)
            self.tower = tower.eval().requires_grad_(False)
            self.given = self.batch = case.images()

    def forward(self, images: torch.Tensor, split: bool) -> torch.Tensor:
        case = self.case
        call = s2wrapper or multiscale
        return call(
            *(self.tower, images),
            img_sizes=case.img_sizes,
            max_split_size=case.size.image,
            resize_output_to_idx=case.resize_to,
            split_forward=split,
        )

    def wait(self) -> None:
        if self.case.device != "cpu":
            torch.cuda.synchronize()

    @contextmanager
    def memory(self):
        """Raises OutOfMemory, whatever PyTorch calls it, when the device's is too small; the batch is gone then."""
        try:
            yield
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            self.batch = self.given
            raise OutOfMemory(ours=False) from error

    def single(self, tiles: int) -> None:
        side = self.case.size.image
        with self.memory():
            self.tower(torch.zeros(tiles, 3, side, side, dtype=self.given.dtype, device=self.case.device))
            self.wait()

    def give(self, frames: int) -> None:
        if self.batch.shape[0] != frames:
            self.batch = self.given
            with self.memory():
                self.batch = self.given.repeat(-(-frames // self.given.shape[0]), 1, 1, 1)[:frames].contiguous()
                self.wait()

    def run(self, way: Way, seconds: float) -> float:
        """Frames per second over that long, one forward at least."""
        self.give(way.frames)
        with self.memory():
            start, forwards, passed = time.perf_counter(), 0, 0.0
            while forwards == 0 or passed < seconds:
                self.forward(self.batch, way.tiles > 0)
                self.wait()
                forwards, passed = forwards + 1, time.perf_counter() - start
            return way.frames * forwards / passed

    def features(self) -> torch.Tensor:
        with self.memory():
            return self.forward(self.given, True).float().cpu()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Also what isn't torch.OutOfMemoryError: of the CPU's allocator, and of libraries that allocate by themselves."""
    parts = ["out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", "you tried to allocate"]
    return any(part in str(error) for part in parts)


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def tail(file: Path, lines: int = 30) -> str:
    return "\n".join(file.read_text().splitlines()[-lines:])
