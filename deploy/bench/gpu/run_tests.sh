#!/bin/sh
# Tests of the comparison on a GPU, without one: what of a pack serves which PyTorch; a pack's size; what becomes of a run whose memory is too
# small; all of run.sh on the CPU, where a Python with PyTorch of the version in pom.xml is at hand, else a pack's forward with libtorch from
# Maven Central against Debian's PyTorch.
#
#   run_tests.sh [PYTHON]    PYTHON: with such a PyTorch; default: what processor/export/run_tests.sh has installed
#
# Takes the distribution that is in deploy/cli/target. Says which parts are SKIPPED, and why.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
# Several threads wait for each other longest where others want the processors as well.
export OMP_NUM_THREADS=1

python3 -m unittest discover -s "$here/tests" -p test_torch_bridge.py

lib=$(ls -d "$root"/deploy/cli/target/s2-*/lib | head -1)
natives=$(ls "$lib"/pytorch-native-cpu-*.jar)
version=$(basename "$natives" | cut -d- -f4)
"$here/pack.sh" --out "$work" --lib "$lib"
pack=$work/s2-gpu-bench

python=${1:-}
if [ -z "$python" ]; then
  for complete in "${S2_EXPORT_VENVS:-${XDG_CACHE_HOME:-$HOME/.cache}/s2-export}"/*/complete; do
    candidate=$(dirname "$complete")/bin/python
    if [ "$("$candidate" -c 'from importlib.metadata import version; print(version("torch").split("+")[0])' 2>/dev/null)" = "$version" ]; then
      python=$candidate
    fi
  done
fi
if [ -n "$python" ]; then
  "$python" "$here/tests/test_out_of_memory.py" >"$work/memory.out" 2>&1 || { cat "$work/memory.out"; exit 1; }
  # Terabytes of images fit neither side.
  PYTHON=$python "$pack/run.sh" --device cpu --size vit-b-16 --layers 1 --cases 1 --batches 1,1000000 --rounds 1 --seconds 0 --sweep-seconds 0 \
    >"$work/run.out" || { cat "$work/run.out"; exit 1; }
  for line in '| frames/s, vit-b-16-224-2 float32' '| 1000000 | - | - | - | - |'; do
    grep -qF "$line" "$work/run.out" || { cat "$work/run.out"; exit 1; }
  done
  echo "gpu bench: run.sh ran on the CPU with PyTorch $version."
  exit
fi
echo "gpu bench: run.sh SKIPPED, no Python with PyTorch $version is at hand."

if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  /usr/bin/python3 "$here/tests/test_out_of_memory.py" >"$work/memory.out" 2>&1 || { cat "$work/memory.out"; exit 1; }
  (cd "$work" && jar xf "$natives")
  mv "$work"/pytorch/cpu/* "$work/lib"
  /usr/bin/python3 "$here/tests/test_pack.py" "$pack" "$work/lib" "$version" "$root/processor/src/main/model/demo-vit"
else
  echo "gpu bench: a pack's forward SKIPPED, Debian's python3-torch isn't installed."
fi
