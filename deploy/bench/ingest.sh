#!/bin/sh
# Times ingest against the ffmpeg command: ingest.sh [--video FILE] [--side 448] [--encoding raw|jpeg] [--repeats 7]
#   BENCH_JAVA_OPTS  options of the JVM; otherwise those of s2 ingest
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
# shellcheck disable=SC2086
exec java ${BENCH_JAVA_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseParallelGC} -Xmx1g -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.IngestBench "$@"
