"""Saves TorchScript modules so that the same module always gives the same bytes."""

import io
import os
import sys
import zipfile

import torch

# Zip can't hold earlier dates.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def fix_set_order() -> None:
    """Starts the script anew with a fixed hash seed where needed: TorchScript writes constants in the order of a set."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})


def save_reproducibly(module: torch.jit.ScriptModule, path: str) -> None:
    """Writes `module` without times and without the source paths of the machine it was exported on."""
    saved = io.BytesIO()
    torch.jit.save(module, saved)
    with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(archive.namelist()):
            if not name.endswith(".debug_pkl"):
                out.writestr(zipfile.ZipInfo(name, _EPOCH), archive.read(name))
