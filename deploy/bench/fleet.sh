#!/bin/sh
# Simulates cameras through a processor without a tower: fleet.sh [--streams 10000] [--frames-per-stream 10] [--partitions 64]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
exec java -Xmx1g -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.fleet.FleetBench "$@"
