#!/bin/sh
# Processor time of the viewer for visible streams: viewer.sh [--streams 9] [--fps 2] [--seconds 60] [--warm-up 150] [--jpeg]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
home=$(echo "$root"/deploy/cli/target/s2-*/)
exec java -Xmx1g -cp "$here/target/classes:${home}lib/*" io.s2stream.bench.ViewerBench --launcher "${home}bin/s2" "$@"
