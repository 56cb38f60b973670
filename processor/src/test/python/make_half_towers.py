"""Makes ../resources/towers/*.pt: the golden tower vit-tiny-cls with its weights in float16 and in bfloat16.

Run: python3 make_half_towers.py
"""

import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../export"))

from torchscript_archive import fix_set_order, save_reproducibly  # noqa: E402

RESOURCES = HERE / "../resources"

if __name__ == "__main__":
    fix_set_order()
    (RESOURCES / "towers").mkdir(exist_ok=True)
    for name, dtype in {"float16": torch.float16, "bfloat16": torch.bfloat16}.items():
        tower = torch.jit.load(str(RESOURCES / "golden/vit-tiny-cls.pt")).to(dtype)
        save_reproducibly(tower, str(RESOURCES / f"towers/vit-tiny-cls-{name}.pt"))
