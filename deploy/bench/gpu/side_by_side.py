"""Times S2's forward against the authors' algorithm in PyTorch on one device, in turn in one run, and prints one table.

Run by run.sh of a pack that pack.sh has made. On a CPU (--device cpu --size vit-b-16 --layers 1) everything is run as on a GPU, to try it.
"""

import argparse
import faulthandler
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import torch

import export_vit
import gauges
import kernels
import torch_bridge
from contenders import PEER, Case, Ended, OutOfMemory, Ours, Theirs, Way

# SigLIP's input size, scales, resize_output_to_idx: as VILA-1.5-S2 and NVILA have them.
CASES = [(384, (1, 2), 0), (448, (1, 2, 3), -1)]
SIGLIP = "siglip-so400m-14"
UNSPLIT_UP_TO = 16
SAME = 0.999
PROFILE_SECONDS = 120


class Clock:
    """How long the whole may take."""

    def __init__(self, minutes: float):
        self.end = time.monotonic() + 60 * minutes

    def left(self) -> float:
        return self.end - time.monotonic()


class Bench:
    def __init__(self, arguments, java: List[str], environment: dict, folder: Path):
        self.arguments, self.java, self.environment, self.folder = arguments, java, environment, folder
        self.gauge = gauges.Cpu() if arguments.device == "cpu" else gauges.Gpu()
        self.clock = Clock(arguments.minutes)
        self.rows: List[str] = []
        self.shortened: List[str] = []

    def cases(self):
        for image, factors, resize_to in (CASES[number - 1] for number in self.arguments.cases):
            size = export_vit.SIZES[self.arguments.size]
            size = size._replace(image=image if self.arguments.size == SIGLIP else size.image)
            size = size._replace(layers=self.arguments.layers or size.layers)
            name = f"{self.arguments.size}-{size.image}-{len(factors)}"
            yield Case(name, size, self.arguments.dtype, factors, resize_to, self.folder / name, self.arguments.device)

    def run(self) -> str:
        kind, peak = self.gauge.peak_flops()
        say(f"fastest {kind} matrix product: {peak / 1e12:.3g} TFLOP/s")
        self.gauge.watch()
        try:
            for case in self.cases():
                self.measure(case, kind, peak)
        finally:
            self.gauge.stop()
        head = f"| what | ours | {PEER}, eager PyTorch {torch.__version__} | ratio, median (lowest to highest) | target | |"
        return "\n".join([head, "|---|---|---|---|---|---|", *self.rows])

    def measure(self, case: Case, kind: str, peak: float) -> None:
        case.prepare()
        with open(case.folder / "ours.log", "w") as log, torch.inference_mode():
            ways = self.part(f"frames/s, {case.name}", lambda: self.search(case, log))
            if ways is None:
                return
            # New ones, as their allocators keep what the search has had.
            self.part(f"frames/s, {case.name} {case.dtype}, {case.img_sizes}", lambda: self.compare(case, log, ways, kind, peak))
            if self.arguments.profile:
                self.profile(case, ways)

    def part(self, what: str, work: Callable):
        """What this returns; where the memory is too small, a row that says so, and None: the rest goes on."""
        try:
            return work()
        except OutOfMemory as full:
            self.row(what, *(("out of memory", "") if full.ours else ("", "out of memory")))
            return None

    def search(self, case: Case, log) -> Tuple[Way, Way]:
        """That both compute the same, and the best way of each."""
        self.gauge.empty()
        theirs = Theirs(case)
        with closing(Ours(self.java, self.environment, case, log)) as ours:
            self.same(case, ours, theirs)
            return self.sweep(case, ours, theirs)

    def compare(self, case: Case, log, ways: Tuple[Way, Way], kind: str, peak: float) -> None:
        self.gauge.empty()
        with closing(Ours(self.java, self.environment, case, log)) as ours:
            self.part(f"peak {self.gauge.unit}, {case.img_sizes}, {ways[0]}", lambda: self.memory(case, ours, ways[0]))
            theirs = Theirs(case)
            self.part(f"theirs above the loaded tower, {ways[1]}", lambda: self.their_memory(theirs, ways[1]))
            self.release()
            self.duel(case, ours, theirs, ways, kind, peak)

    def same(self, case: Case, ours: Ours, theirs: Theirs) -> None:
        a, b = ours.features(), theirs.features()
        if a.shape != b.shape:
            sys.exit(f"{case.name}: ours are {list(a.shape)}, theirs {list(b.shape)}")
        cosine = torch.nn.functional.cosine_similarity(a.flatten(0, 1).double(), b.flatten(0, 1).double(), dim=-1)
        worst, difference = cosine.min().item(), (a - b).abs().max().item()
        say(f"{case.name}: features {list(a.shape)}, lowest cosine of a token {worst:.6f}, largest difference {difference:.2g}")
        if not worst >= SAME:
            sys.exit(f"{case.name}: the sides don't compute the same, so there is nothing to compare")

    def sweep(self, case: Case, ours: Ours, theirs: Theirs) -> Tuple[Way, Way]:
        """The best way of each side, measured shortly."""
        chunk, reserve = self.arguments.chunk, self.clock.left() / 2
        say(f"\n{case.name}, scales {case.img_sizes}, frames/s by frames at once\n")
        say(f"| frames | ours, as many tiles at a time | ours, {chunk} tiles | theirs, split | theirs, unsplit |\n|---|---|---|---|---|")
        rates: Tuple[Dict[Way, float], Dict[Way, float]] = ({}, {})
        for frames in self.arguments.batches:
            ways = [(ours, Way(frames, frames)), (ours, Way(frames, min(chunk, frames * case.tiles)))]
            ways += [(theirs, Way(frames, frames)), (theirs, Way(frames, 0))]
            cells = []
            for side, way in ways:
                known = rates[side is theirs]
                rate = known.get(way) or (self.quick(side, way) if way.tiles or frames <= UNSPLIT_UP_TO else None)
                if rate:
                    known[way] = rate
                cells.append(f"{rate:.3g}" if rate else "-")
            say(f"| {frames} | " + " | ".join(cells) + " |")
            if self.clock.left() < reserve:
                self.shortened.append(f"{case.name}: no more than {frames} frames at once were tried")
                break
        for known in rates:
            if not known:
                raise OutOfMemory(ours=known is rates[0])
        return best(rates[0]), best(rates[1])

    def quick(self, side, way: Way) -> Optional[float]:
        try:
            side.run(way, 0)
            return side.run(way, self.arguments.sweep_seconds)
        except OutOfMemory:
            return None
        finally:
            self.release()  # What their allocator keeps, ours hasn't.

    def memory(self, case: Case, ours: Ours, way: Way) -> None:
        """Without the batch, which a service has in the host's memory."""
        ours.give(way.frames)
        batch = case.batch_bytes(way.frames)
        self.gauge.settle(ours)
        single = self.gauge.peak(ours, lambda: ours.single(way.tiles))
        single_whole = self.gauge.whole(ours) - batch
        peak = self.gauge.peak(ours, lambda: ours.run(way, 0))
        whole = self.gauge.whole(ours) - batch
        of = f"peak {self.gauge.unit}, {case.img_sizes}, {way}"
        self.row(of, size(whole), f"our single scale on as many tiles, {size(single_whole)}", [whole / single_whole], "≤ 1.05")
        bound = 1.05 * single + way.frames * case.result_bytes() + case.image_bytes()
        what = "the same above the loaded tower"
        self.row(what, size(peak), f"1.05 × single scale, result, one image: {size(bound)}", [peak / bound], "≤ 1.00")

    def their_memory(self, theirs: Theirs, way: Way) -> None:
        theirs.give(way.frames)
        self.gauge.settle(theirs)
        single = self.gauge.peak(theirs, lambda: theirs.single(way.frames))
        self.release()
        peak = self.gauge.peak(theirs, lambda: theirs.run(way, 0))
        self.row(f"theirs above the loaded tower, {way}", "", f"{size(peak)}, their single scale {size(single)}")
        self.release()

    def release(self) -> None:
        if self.arguments.device != "cpu":
            torch.cuda.empty_cache()

    def duel(self, case: Case, ours: Ours, theirs: Theirs, ways: Tuple[Way, Way], kind: str, peak: float) -> None:
        """Both sides in turn, round by round, the other one first in every second."""
        our_way, their_way = ways
        sides = [(ours, our_way, [], []), (theirs, their_way, [], [])]
        for side, way, _, _ in sides:
            side.run(way, 0)
        for done in range(self.arguments.rounds):
            if done and self.clock.left() < 3 * self.arguments.seconds:
                self.shortened.append(f"{case.name}: {done} rounds in place of {self.arguments.rounds}")
                break
            for side, way, rates, busy in sides if done % 2 == 0 else reversed(sides):
                seconds = self.arguments.seconds
                busy.append(self.gauge.busy(side, lambda: rates.append(side.run(way, seconds))))
        (_, _, our_rates, our_busy), (_, _, their_rates, their_busy) = sides
        a, b = statistics.median(our_rates), statistics.median(their_rates)
        what = f"frames/s, {case.name} {case.dtype}, {case.img_sizes}"
        self.row(what, f"{a:.3g} ({our_way})", f"{b:.3g} ({their_way})", [x / y for x, y in zip(our_rates, their_rates)], "≥ 1.00")
        self.row(f"tiles/s, {case.tiles} a frame", f"{a * case.tiles:.4g}", f"{b * case.tiles:.4g}")
        share = [100 * rate * case.tiles * case.size.flops() / peak for rate in (a, b)]
        self.row(f"of the fastest {kind} matrix product, {peak / 1e12:.3g} TFLOP/s", f"{share[0]:.0f} %", f"{share[1]:.0f} %")
        self.row(f"{self.gauge.name} busy", percent(our_busy), percent(their_busy))

    def profile(self, case: Case, ways: Tuple[Way, Way]) -> None:
        """Of few frames: ncu takes some ten milliseconds for each kernel."""
        if self.clock.left() < PROFILE_SECONDS:
            self.shortened.append(f"{case.name}: no profile")
            return
        for kernels_of in self.profiles(case, ways):
            self.release()
            try:
                say(kernels_of())
            except (OutOfMemory, Ended, RuntimeError) as trouble:
                say(f"{case.name}: no profile: {trouble}")  # The comparison doesn't need it.

    def profiles(self, case: Case, ways: Tuple[Way, Way]) -> List[Callable]:
        our_way, their_way = (Way(min(way.frames, 8), min(way.tiles, 8)) for way in ways)
        return [lambda: kernels.theirs(case, their_way), lambda: kernels.ours(self.java, self.environment, case, our_way)]

    def row(self, what: str, ours: str, theirs: str, ratios=(), target: str = "") -> None:
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else ""
        line = f"| {what} | {ours} | {theirs} | {ratio} | {target} | {verdict(list(ratios), target)} |"
        self.rows.append(line)
        say(line)


def best(rates: Dict[Way, float]) -> Way:
    """The smallest that is within two percent of the fastest: more at once only takes more memory."""
    return min(way for way, rate in rates.items() if rate >= 0.98 * max(rates.values()))


def verdict(ratios: List[float], target: str) -> str:
    """As in s2 bench: noisy where the rounds lie more than a fifth apart, on both sides of the target; else the median decides."""
    if not target:
        return ""
    sign, limit = target.split()
    met = [ratio >= float(limit) if sign == "≥" else ratio <= float(limit) for ratio in (*ratios, statistics.median(ratios))]
    if max(ratios) - min(ratios) > 0.2 * statistics.median(ratios) and any(met) and not all(met):
        return "noisy"
    return "met" if met[-1] else "missed"


def size(count: float) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def percent(samples: List[Optional[float]]) -> str:
    known = [sample for sample in samples if sample is not None]
    return f"{statistics.mean(known):.0f} %" if known else "not known (no nvidia-smi, or the rounds are too short)"


def say(line: str) -> None:
    print(line, flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--size", choices=export_vit.SIZES, default=SIGLIP)
    parser.add_argument("--cases", default="1,2", help="1: 384/768 (two scales), 2: 448/896/1344 (three), at another --size its own")
    parser.add_argument("--layers", type=int, help="fewer than the size has, to try the harness")
    parser.add_argument("--dtype", choices=["float32", "float16"], help="float16 on a GPU, float32 on a CPU")
    parser.add_argument("--batches", default="1,4,8,16,32,64", help="frames at once that both sides try (default: %(default)s)")
    parser.add_argument("--chunk", type=int, default=32, help="tiles at a time that ours tries for each of these (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each side in a round (default: %(default)s)")
    parser.add_argument("--sweep-seconds", type=float, default=1, help="of each way that is tried (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=8, help="for all of it; what doesn't fit is left out and named (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="print each side's kernels as well, by the vendor's profilers")
    parser.add_argument("--folder", type=Path, help="keeps towers and logs there")
    arguments = parser.parse_args()
    arguments.batches = sorted(int(batch) for batch in arguments.batches.split(","))
    arguments.cases = [int(number) for number in arguments.cases.split(",")]
    arguments.dtype = arguments.dtype or ("float32" if arguments.device == "cpu" else "float16")
    return arguments


def main() -> None:
    arguments = parse()
    started = time.monotonic()
    # Lines are printed as they are measured; whatever hangs, they are not lost.
    faulthandler.dump_traceback_later(60 * arguments.minutes + 90, exit=True)
    try:
        torch_here = torch_bridge.found()
        bridge = torch_bridge.choose(torch_here)
    except torch_bridge.NoBridge as refusal:
        sys.exit(str(refusal))
    say(f"{torch_here}\nbridge: {bridge.parent.name}")
    with tempfile.TemporaryDirectory(prefix="s2-side-by-side-") as temporary:
        folder = arguments.folder or Path(temporary)
        environment = torch_bridge.environment(torch_here, bridge, folder / "djl", arguments.device == "cuda")
        bench = Bench(arguments, torch_bridge.java(), environment, folder)
        try:
            table = bench.run()
        except Ended as ended:
            sys.exit(str(ended))
    say(f"\n{time.strftime('%Y-%m-%d')}; {bench.gauge.name}, {torch_here.flavor}, memory is {bench.gauge.memory_is_of};")
    say(f"{arguments.rounds} rounds of {arguments.seconds:g} s each in turn, {time.monotonic() - started:.0f} s in all.\n\n{table}")
    for note in bench.shortened:
        say(f"\nShortened to stay within {arguments.minutes:g} minutes: {note}.")


if __name__ == "__main__":
    main()
