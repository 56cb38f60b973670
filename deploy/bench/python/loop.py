"""A straight loop from a video file to S2 features in Kafka, as one would write it in Python: the peer of ingest and processor.

loop.py MODEL VIDEO BOOTSTRAP --side 448. PyAV decodes and scales, PyTorch runs the tower of the model directory on the tiles of scales
[1, 2], as many tiles at a time as there are frames in a batch (split_forward), confluent-kafka sends float16. Each line of standard
input is a topic: the whole video is processed into it, and a line 'done SECONDS FRAMES' is printed, from the opening of the file to the
last acknowledgement. The model is loaded and warmed up before 'ready'.
"""

import argparse
import sys
import time
from pathlib import Path

import av
import numpy as np
import torch
from confluent_kafka import Producer

from multiscale import multiscale

BATCH = 8


def frames(video: str, side: int):
    with av.open(video) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24", width=side, height=side, interpolation="BICUBIC")


def batches(source):
    batch = []
    for frame in source:
        batch.append(frame)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Loop:
    def __init__(self, folder: Path, producer: Producer, side: int):
        properties = dict(line.split("=", 1) for line in (folder / "serving.properties").read_text().split() if "=" in line)
        self.tower = torch.jit.load(str(folder / f"{properties['option.modelName']}.pt"))
        self.tile = int(properties["option.s2.inputSize"])
        self.mean = self.channels(properties["option.s2.imageMean"])
        self.std = self.channels(properties["option.s2.imageStd"])
        self.producer = producer
        self.side = side

    @staticmethod
    def channels(numbers: str) -> torch.Tensor:
        return torch.tensor([float(x) for x in numbers.split(",")]).view(1, 3, 1, 1)

    def features(self, batch) -> np.ndarray:
        pixels = torch.from_numpy(np.stack(batch)).permute(0, 3, 1, 2).float().div_(255)
        images = pixels.sub_(self.mean).div_(self.std).contiguous()
        return multiscale(self.tower, images, (self.tile, images.shape[-1]), self.tile).half().numpy()

    def run(self, video: str, topic: str) -> int:
        count = 0
        for batch in batches(frames(video, self.side)):
            for features in self.features(batch):
                self.producer.produce(topic, key=b"bench", value=features.tobytes(), on_delivery=self.delivered)
                self.producer.poll(0)
                count += 1
        self.producer.flush()
        return count

    @staticmethod
    def delivered(error, message) -> None:
        if error is not None:
            sys.exit(f"not delivered: {error}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("video")
    parser.add_argument("bootstrap")
    parser.add_argument("--side", type=int, default=448)
    arguments = parser.parse_args()
    producer = Producer({"bootstrap.servers": arguments.bootstrap, "message.max.bytes": 16 << 20, "linger.ms": 0, "acks": "all"})
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        loop = Loop(arguments.model, producer, arguments.side)
        black = np.zeros((arguments.side, arguments.side, 3), np.uint8)
        for _ in range(2):
            loop.features([black] * 2)
        print("ready", flush=True)
        for line in sys.stdin:
            start = time.perf_counter()
            done = loop.run(arguments.video, line.strip())
            print(f"done {time.perf_counter() - start:.4f} {done}", flush=True)
