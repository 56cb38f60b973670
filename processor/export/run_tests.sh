#!/usr/bin/env bash
# Tests of export_tower.py, in a virtual environment that is kept for the next run.
#
# run_tests.sh          with requirements.txt; the first run downloads 3 GB on Linux, most of it CUDA that PyTorch's wheel
#                       asks for. PIP_EXTRA_INDEX_URL set to PyTorch's index of CPU wheels makes it 200 MB.
# run_tests.sh debian   with Debian's python3-torch and requirements-debian.txt; 20 MB, skips SDPA and float16.
#
# Where packages can't be had it says so and succeeds. S2_EXPORT_VENVS: where the environments are kept.
# S2_EXPORT_INSTALL_SECONDS: gives up after that long, in place of never.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
  echo "export_tower.py: tests SKIPPED, $1."
  exit 0
}

case "${1:-current}" in
  current) python=python3 requirements=requirements.txt venv_options=() ;;
  debian)
    python=/usr/bin/python3 requirements=requirements-debian.txt venv_options=(--system-site-packages)
    "$python" -c 'import torch' 2>/dev/null || skip "Debian's python3-torch isn't installed"
    ;;
  *)
    echo "usage: run_tests.sh [current|debian]" >&2
    exit 2
    ;;
esac

fingerprint=$({ cat "$requirements"; "$python" -VV; command -v "$python"; } | sha256sum | cut -c1-16)
venv=${S2_EXPORT_VENVS:-${XDG_CACHE_HOME:-$HOME/.cache}/s2-export}/$fingerprint
if [ ! -e "$venv/complete" ]; then
  "$python" -m venv --clear "${venv_options[@]}" "$venv" >/dev/null || skip "$python can't make a virtual environment"
  pip=("$venv/bin/python" -m pip --disable-pip-version-check)
  timeout 60 "${pip[@]}" install -q --dry-run --no-deps --timeout 5 --retries 0 "$(grep transformers== "$requirements")" \
    >/dev/null 2>&1 || skip "no package index answers, so PyTorch and transformers can't be installed"
  if [ "$requirements" = requirements.txt ] && [ "$(df --output=avail -k "$venv" | tail -1)" -lt 9000000 ]; then
    skip "PyTorch with its CUDA packages needs 9 GB of disk under $venv"
  fi
  status=0
  timeout "${S2_EXPORT_INSTALL_SECONDS:-0}" "${pip[@]}" install -q --no-cache-dir --no-compile -r "$requirements" || status=$?
  [ $status -ne 124 ] || skip "PyTorch and transformers weren't installed within $S2_EXPORT_INSTALL_SECONDS s"
  [ $status -eq 0 ] || exit $status
  touch "$venv/complete"
fi
"$venv/bin/python" -W ignore -m unittest discover tests
"$venv/bin/python" -c 'import torch, transformers
print(f"export_tower.py: tested with PyTorch {torch.__version__}, transformers {transformers.__version__}.")'
