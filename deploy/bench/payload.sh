#!/bin/sh
# Size, cosine to float32 and compression of each element type: payload.sh --model DIR [--frames 8]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
exec java -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.PayloadBench "$@"
