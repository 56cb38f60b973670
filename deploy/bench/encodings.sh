#!/bin/sh
# Bytes, cost and the features' cosine for each encoding: encodings.sh --pictures FOLDER [--model DIR] [--side 448]
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
exec java -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.EncodingBench \
  --model "$root/processor/src/main/model/demo-vit" "$@"
