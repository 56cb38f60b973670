#!/usr/bin/env bash
# Tests of s2features against a running demo, with Confluent's client from PyPI, in a virtual environment kept for the next run.
#
# run_tests.sh [PYTHON]   any Python from 3.9 on; default: Debian's, whose python3-torch is used where it is installed
#
# Where packages can't be had it says so and succeeds. S2_PYTHON_VENVS: where the environments are kept.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
  echo "s2features: tests SKIPPED, $1."
  exit 0
}

python=${1:-/usr/bin/python3}
command -v "$python" >/dev/null || skip "there is no $python"
# Of the system's torch as well: numpy, which the environment gets where there is none, has to suit it.
system_torch=$("$python" -c 'import torch; print(torch.__version__)' 2>/dev/null || true)
fingerprint=$({ cat requirements.txt pyproject.toml; "$python" -VV; command -v "$python"; echo "$system_torch"; } |
  sha256sum | cut -c1-16)
venv=${S2_PYTHON_VENVS:-${XDG_CACHE_HOME:-$HOME/.cache}/s2features}/$fingerprint
if [ ! -e "$venv/complete" ]; then
  "$python" -m venv --clear --system-site-packages "$venv" >/dev/null || skip "$python can't make a virtual environment"
  pip=("$venv/bin/python" -m pip --disable-pip-version-check)
  timeout 60 "${pip[@]}" install -q --dry-run --no-deps --timeout 5 --retries 0 "$(grep fastavro== requirements.txt)" \
    >/dev/null 2>&1 || skip "no package index answers, so Confluent's client can't be installed"
  "${pip[@]}" install -q --no-cache-dir -r requirements.txt
  touch "$venv/complete"
fi
if [ ! -e "$venv/node_modules/@confluentinc" ] && command -v npm >/dev/null; then
  timeout 300 npm install --silent --no-audit --no-fund --prefix "$venv" "$(cat requirements-npm.txt)" >/dev/null 2>&1 \
    || echo "s2features: tests of Confluent's JavaScript client SKIPPED, npm can't install it."
fi
if [ -e "$venv/node_modules/@confluentinc" ]; then export NODE_PATH=$venv/node_modules; fi
# As a user installs it, from the folder; anew each time, as it may have changed.
"$venv/bin/python" -m pip --disable-pip-version-check install -q --no-cache-dir --force-reinstall --no-deps .
rm -rf build src/*.egg-info
# Once, as tests start ./s2 at the same time.
if [ -z "${S2_COMMAND:-}" ]; then ../../s2 --version; fi
"$venv/bin/python" -m unittest discover tests
"$venv/bin/python" -c 'import sys, confluent_kafka, numpy
print(f"s2features: tested with Python {sys.version.split()[0]}, confluent-kafka {confluent_kafka.__version__}, numpy {numpy.__version__}.")'
