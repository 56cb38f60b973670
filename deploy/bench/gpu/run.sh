#!/bin/sh
# Times S2's forward against the authors' algorithm in PyTorch on this machine's GPU; needs Python with PyTorch 2.5 or later, nothing else.
#
#   ./run.sh [--minutes 8] ...       the whole comparison; ./run.sh --help tells the options
#   ./run.sh --bridge                which PyTorch is here and which part of this pack fits it
#   ./run.sh --build-bridge          compiles that part for the PyTorch here, from DJL's source in a pack made with --djl
#   ./run.sh --forward ...           the tables of forward.sh, with its options: the overhead over the bare tower, and where the time goes
#
# PYTHON: the Python to use (default: python3).
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
python=${PYTHON:-python3}
command -v "$python" >/dev/null || { echo "run.sh: no $python here; set PYTHON" >&2; exit 2; }
export PYTHONDONTWRITEBYTECODE=1

case "${1:-}" in
  --bridge) exec "$python" "$here/python/torch_bridge.py" ;;
  --forward)
    shift
    exec "$python" "$here/python/torch_bridge.py" java io.s2stream.bench.ForwardBench "$@"
    ;;
  --build-bridge) exec "$python" "$here/python/torch_bridge.py" build ;;
esac
exec "$python" "$here/python/side_by_side.py" "$@"
