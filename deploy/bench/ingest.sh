#!/bin/sh
# Times ingest against the ffmpeg command: ingest.sh [--video FILE] [--side 448] [--repeats 7]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
exec java -XX:+UseParallelGC -Xmx1g -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.IngestBench "$@"
