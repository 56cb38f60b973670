#!/bin/sh
# Distance of ingest's scaling from Pillow's bicubic on photographs: scaling.sh PYTHON PICTURE...
# PYTHON is one with Pillow. Such photographs come with scikit-image:
#   python3 -m venv /tmp/pillow && /tmp/pillow/bin/pip install pillow==13.0.0 scikit-image==0.26.0
#   pictures=$(/tmp/pillow/bin/python -c 'import os, skimage; print(os.path.dirname(skimage.__file__))')/data
#   deploy/bench/scaling.sh /tmp/pillow/bin/python $pictures/astronaut.png $pictures/chelsea.png $pictures/coffee.png $pictures/rocket.jpg
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
python=$1
shift
sides=224,384,448,768
references=$(mktemp -d)
trap 'rm -rf "$references"' EXIT
"$python" "$here/python/resize_with_pillow.py" "$references" $sides "$@"
(cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli,deploy/bench -am package)
java -cp "$here/target/classes:$(echo "$root"/deploy/cli/target/s2-*/lib)/*" io.s2stream.bench.ScalingBench \
  --references "$references" --sides $sides
