"""Where a side's time on the GPU goes, by the vendor's profilers: ours by nsys or ncu, theirs by PyTorch's, which is CUPTI as well."""

import shutil
from pathlib import Path
from typing import List, Optional

import torch

from contenders import Case, Ours, Theirs, Way


def profiler(folder: Path) -> Optional[List[str]]:
    """The command to put before ours; its report comes on standard output when ours ends."""
    if shutil.which("nsys"):
        return ["nsys", "profile", "--trace=cuda", "--sample=none", "--stats=true", "--force-overwrite=true", "-o", str(folder / "ours")]
    if shutil.which("ncu"):
        # Clocks stay as they are; one metric, so each kernel runs once.
        return ["ncu", "--clock-control=none", "--metrics=gpu__time_duration.sum", "--print-summary=per-kernel"]
    return None


def ours(java: List[str], environment: dict, case: Case, way: Way) -> str:
    """Kernels of one forward in a process of its own, its start included."""
    tool = profiler(case.folder)
    if tool is None:
        return "neither nsys nor ncu is here: our side's kernels are not known"
    with open(case.folder / "profile.log", "w") as log:
        side = Ours([*tool, *java], environment, case, log)
        try:
            side.run(way, 0)
        finally:
            report = side.close()
    return f"{' '.join(tool)}, our start and a forward of {way}:\n{report}"


def theirs(case: Case, way: Way) -> str:
    """Operations of one forward."""
    side = Theirs(case)
    side.run(way, 0)
    activities = [torch.profiler.ProfilerActivity.CPU]
    if case.device != "cpu":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=activities) as profile:
        side.run(way, 0)
    order = "self_cpu_time_total" if case.device == "cpu" else "self_device_time_total"
    return f"PyTorch's profiler, their forward of {way}:\n{profile.key_averages().table(sort_by=order, row_limit=15)}"
