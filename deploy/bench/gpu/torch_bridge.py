"""Finds the PyTorch of this Python and the native part of DJL (libdjl_torch.so, here: the bridge) that matches it.

torch_bridge.py             says what was found, which bridge serves it, and why the others don't
torch_bridge.py java ...    runs the pack's Java with this PyTorch
torch_bridge.py build       compiles a bridge for this PyTorch from DJL's source, where pack.sh was given it; needs g++ and minutes

The bridge is C++ against libtorch's C++ interface, which changes with every release: it serves the version it was built against, whatever
that PyTorch's CUDA is, as it calls little of CUDA itself. Maven Central has it for few versions; docs/performance.md lists them.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

HOME = Path(__file__).resolve().parent.parent
# For what is made here, where the pack itself can't be written to.
USERS = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "s2-gpu-bench"
NAME = "libdjl_torch.so"
# One for all PyTorches of a version: compiled without the few calls of CUDA.
BUILT = "built"


class Torch(NamedTuple):
    version: str  # 2.7.1
    flavor: str  # cpu, or cu126
    cxx11_abi: bool
    folder: Path  # of the package

    @property
    def lib(self) -> Path:
        return self.folder / "lib"

    def __str__(self) -> str:
        abi = "the C++11 ABI" if self.cxx11_abi else "the ABI from before C++11"
        return f"PyTorch {self.version} for {self.flavor} with {abi}, libraries in {self.lib}"


class NoBridge(Exception):
    """No bridge serves this PyTorch; the message says what to do."""


def found() -> Torch:
    """The PyTorch of this Python."""
    if importlib.util.find_spec("torch") is None:
        raise NoBridge(f"{sys.executable} has no PyTorch: run with PYTHON=... set to one that has")
    import torch

    version = re.match(r"\d+\.\d+\.\d+", torch.__version__)
    cuda = torch.version.cuda
    if cuda is None and torch.version.hip is not None:
        raise NoBridge(f"PyTorch {torch.__version__} is for ROCm, for which DJL has nothing")
    return Torch(
        version.group() if version else torch.__version__,
        "cu" + cuda.replace(".", "") if cuda else "cpu",
        torch.compiled_with_cxx11_abi(),
        Path(torch.__file__).resolve().parent,
    )


def candidates(torch: Torch, names: List[str]) -> List[str]:
    """Of bridges named VERSION-FLAVOR those made for this PyTorch's version, best first: its own flavour, another CUDA, built here, CPU."""
    if not torch.cxx11_abi:
        return []

    def rank(name: str) -> int:
        flavor = name.rpartition("-")[2]
        return [flavor == torch.flavor, flavor.startswith("cu") and torch.flavor != "cpu", flavor == BUILT, flavor == "cpu"].index(True)

    mine = [name for name in names if name.rpartition("-")[0] == torch.version]
    if torch.flavor == "cpu":
        mine = [name for name in mine if not name.rpartition("-")[2].startswith("cu")]
    return sorted(mine, key=rank)


def library_path(torch: Torch) -> str:
    """DJL asks for CUDA's runtime by its plain name; libtorch mostly finds what it needs by itself."""
    nvidia = sorted(torch.folder.parent.glob("nvidia/*/lib"))
    return ":".join([*map(str, nvidia), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])


def missing(torch: Torch, bridge: Path) -> Optional[str]:
    """What the loader finds missing when it binds all the bridge's symbols to this PyTorch's, as in a JVM; None: nothing."""
    load = f"import os, ctypes; ctypes.CDLL({str(torch.lib / 'libtorch.so')!r}); ctypes.CDLL({str(bridge)!r}, mode=os.RTLD_NOW)"
    environment = {**os.environ, "LD_LIBRARY_PATH": library_path(torch)}
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, env=environment)
    return None if done.returncode == 0 else done.stderr.strip().rpartition("\n")[2] or f"the loader ended with {done.returncode}"


def writable(name: str, places: Sequence[Path] = (HOME, USERS)) -> Path:
    """A folder of this name that can be written to: in the pack, or where that is read-only in the user's cache."""
    refused = []
    for place in places:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place / name):
                return place / name
        except OSError as refusal:
            refused.append(str(refusal))
    raise NoBridge(f"nothing can be written: {'; '.join(refused)}. Set XDG_CACHE_HOME to a folder where it can")


def choose(torch: Torch, *folders: Path) -> Path:
    """The bridge to use; raises NoBridge with what is there and what to do."""
    here = {}
    for folder in folders or (HOME / "bridges", USERS / "bridges"):
        here.update({path.name: path for path in (folder.iterdir() if folder.is_dir() else [])})
    names = sorted(here)
    refused = []
    for name in candidates(torch, names):
        trouble = missing(torch, here[name] / NAME)
        if trouble is None:
            return here[name] / NAME
        refused.append(f"  {name} doesn't load: {trouble}")
    versions = sorted({name.rpartition("-")[0] for name in names})
    lines = [f"No bridge serves this PyTorch. Found: {torch}.", f"Bridges here: {', '.join(names) or 'none'}.", *refused, "What to do:"]
    if not torch.cxx11_abi:
        lines.append("- take a PyTorch with the C++11 ABI: PyPI's from 2.7 on have it; no bridge for the other one is published for those")
    for version in versions:
        lines.append(f"- a PyTorch that a bridge is here for: pip install torch=={version}, or")
    lines.append("- build one against this PyTorch: " + how_to_build())
    raise NoBridge("\n".join(lines))


def how_to_build() -> str:
    if (HOME / "djl").is_dir():
        return "./run.sh --build-bridge (needs g++; some minutes of processor time, PyTorch's headers come with it)"
    return "make the pack with pack.sh --djl CHECKOUT-OF-DJL, then ./run.sh --build-bridge there"


def build(torch: Torch, source: Path = HOME / "djl") -> Path:
    """Compiles DJL's C++ source against this PyTorch's headers. Returns the bridge."""
    if not source.is_dir():
        raise NoBridge(f"there is no {source}: " + how_to_build())
    out = writable("bridges") / f"{torch.version}-{BUILT}" / NAME
    objects = out.parent / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    include = torch.folder / "include"
    flags = ["-std=c++" + os.environ.get("CXX_STANDARD", "17"), "-O2", "-fPIC", f"-D_GLIBCXX_USE_CXX11_ABI={int(torch.cxx11_abi)}"]
    flags += ["-w", *(f"-I{path}" for path in (source, include, include / "torch/csrc/api/include"))]
    compiler = os.environ.get("CXX", "g++")

    def compile_one(file: Path) -> Path:
        made = objects / (file.stem + ".o")
        run([compiler, *flags, "-c", str(file), "-o", str(made)])
        return made

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = [str(path) for path in pool.map(compile_one, sorted(source.glob("*.cc")))]
    libraries = [f"-L{torch.lib}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    # PyTorch's libraries need others that only its own process finds.
    run([compiler, "-shared", "-Wl,--allow-shlib-undefined", "-s", "-o", str(out), *made, *libraries])
    for path in made:
        os.remove(path)
    objects.rmdir()
    return out


def run(command: List[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise NoBridge(f"{' '.join(command[:1])} failed on {command[-3]}:\n{done.stderr[:3000]}")


def environment(torch: Torch, bridge: Path, cache: Path, gpu: bool) -> dict:
    """Variables for a JVM: DJL then takes this PyTorch's libraries and finds the bridge where it keeps those it has unpacked.

    gpu: whether the CUDA driver is here. For a CUDA flavour DJL loads libraries that need it; the CPU's works with any PyTorch."""
    flavor = torch.flavor if gpu else "cpu"
    djl = re.search(r"api-([\d.]+)\.jar", " ".join(path.name for path in (HOME / "lib").iterdir()))
    if djl is None:
        raise NoBridge(f"there is no api-VERSION.jar of DJL in {HOME / 'lib'}")
    place = cache / "pytorch" / f"{torch.version}-{flavor}-linux-{os.uname().machine}" / f"{djl.group(1)}-{NAME}"
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink():
        place.unlink()
    place.symlink_to(bridge)
    return {
        **os.environ,
        "PYTORCH_LIBRARY_PATH": str(torch.lib),
        "PYTORCH_VERSION": torch.version,
        "PYTORCH_FLAVOR": flavor,
        "DJL_CACHE_DIR": str(cache),
        "LD_LIBRARY_PATH": library_path(torch),
    }


def has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def java() -> List[str]:
    """The pack's Java with the pack's jars; a class and its arguments follow."""
    return [str(HOME / "jre/bin/java"), "-XX:+UseSerialGC", "-Xmx2g", "-cp", str(HOME / "lib/*")]


def main(command: str, *rest: str) -> None:
    torch = found()
    if command == "java":
        call = [*java(), *rest]
        os.execve(call[0], call, environment(torch, choose(torch), writable("cache"), has_gpu()))
    print(torch)
    print(f"bridge: {build(torch) if command == 'build' else choose(torch)}")


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or ["show"]))
    except NoBridge as refusal:
        sys.exit(str(refusal))
