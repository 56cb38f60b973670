#!/bin/sh
# Times the multiscale forward: against the bare tower on as many tiles, and where its time goes.
#
#   forward.sh --model DIR [--scales 1,2] [--threads 1,2] [--batches 1,4] [--chunks 1,8] [--tables overhead,phases]
#   forward.sh --model DIR --device gpu ...
#
# The distribution holds libtorch for the CPU. For a GPU give it that of a PyTorch with CUDA, of the version in pom.xml:
#   pip install torch==2.7.1
#   export PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128 PYTORCH_LIBRARY_PATH=.../site-packages/torch/lib
#   export LD_LIBRARY_PATH=$PYTORCH_LIBRARY_PATH:$(echo .../site-packages/nvidia/*/lib | tr ' ' ':')
# There the phases are timed with CUDA_LAUNCH_BLOCKING=1: without it the GPU works on while the next phase begins.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)

bench() {
  java -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.ForwardBench "$@"
}

case " $* " in
  *" --tables"*) bench "$@" ;;
  *" gpu"*|*"=gpu"*)
    bench --tables overhead "$@"
    CUDA_LAUNCH_BLOCKING=1 bench --tables phases "$@"
    ;;
  *) bench "$@" ;;
esac
