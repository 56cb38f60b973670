#!/bin/sh
# Times the serde against a plain copy: serde.sh [--tokens 196,9216] [--channels 384,3456] [--repeats 101]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
exec java -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.SerdeBench "$@"
