#!/bin/sh
# Packs what the comparison on a GPU needs into one folder and one archive, for a machine that has only Python, PyTorch and CUDA:
# a Java runtime of the few modules needed, our jars and theirs, DJL's native part, the scripts. Less than 60 MB, or it fails.
#
#   pack.sh [--out DIR] [--djl CHECKOUT] [--bridges DIR] [--lib DIR]
#
# --djl      a git checkout of DJL (github.com/deepjavalibrary/djl) that has the tag of our version: its C++ source comes along, for a
#            PyTorch that Maven Central has no native part for (run.sh --build-bridge)
# --bridges  folder with native parts built so before, each as VERSION-built/libdjl_torch.so
# --lib      lib folder of a distribution (default: builds one)
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
out=$here/../target djl='' bridges='' lib=''
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2 ;;
    --djl) djl=$2 ;;
    --bridges) bridges=$2 ;;
    --lib) lib=$2 ;;
    *) sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2; exit 2 ;;
  esac
  shift 2
done
fail() {
  echo "pack.sh: $1" >&2
  exit 1
}
absolute() {
  (cd "$1" 2>/dev/null && pwd -P) || fail "there is no folder $1"
}
mkdir -p "$out"
out=$(absolute "$out")
[ -z "$djl" ] || djl=$(absolute "$djl")
[ -z "$bridges" ] || bridges=$(absolute "$bridges")
[ -z "$lib" ] || lib=$(absolute "$lib")

java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -x "$java_home/bin/jlink" ] || fail "no jlink in $java_home: set JAVA_HOME to a JDK"
if [ -z "$lib" ]; then
  rm -rf "$root"/deploy/cli/target/s2-*
  (cd "$root" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl deploy/cli -am package)
  lib=$(echo "$root"/deploy/cli/target/s2-*/lib)
fi
platform=linux-$(uname -m)
pack=$out/s2-gpu-bench
rm -rf "$pack" "$pack.tar.gz"
mkdir -p "$pack/lib" "$pack/python" "$pack/bridges"

# What the forward, its tower and its benchmarks load: no Kafka, no FFmpeg, no libtorch.
one() {
  found=$(ls "$lib/$1"-[0-9]*.jar 2>/dev/null) || fail "no $1 in $lib"
  [ "$(echo "$found" | wc -l)" = 1 ] || fail "more than one $1 in $lib: build it anew"
  echo "$found"
}
for jar in bench processor schemas api pytorch-engine jna gson slf4j-api picocli jspecify commons-compress commons-io \
  jackson-annotations jackson-core jackson-databind jackson-dataformat-yaml snakeyaml avro; do
  cp "$(one $jar)" "$pack/lib/"
done

# Each native part of DJL for this platform, named by the version of PyTorch and the flavour.
jni=$(one pytorch-jni)
version=$(basename "$jni" | cut -d- -f3)
(cd "$pack/bridges" && "$java_home/bin/jar" xf "$jni" "jnilib/$platform")
for flavor in "$pack/bridges/jnilib/$platform"/*; do
  mv "$flavor" "$pack/bridges/$version-$(basename "$flavor")"
done
rm -r "$pack/bridges/jnilib"
[ -z "$bridges" ] || cp -r "$bridges"/*-built "$pack/bridges/"

if [ -n "$djl" ]; then
  tag=v$(basename "$pack"/lib/api-*.jar .jar | cut -d- -f2)
  native=engines/pytorch/pytorch-native/src/main/native
  library=engines/pytorch/pytorch-engine/src/main/java/ai/djl/pytorch/jni/PyTorchLibrary.java
  source=$(mktemp -d)
  git -C "$djl" archive "$tag" $native api/src/main/native $library | tar x -C "$source" || fail "no $tag in $djl: git fetch --tags"
  mkdir "$pack/djl"
  mv "$source/$native"/* "$source/api/src/main/native"/* "$pack/djl/"
  "$java_home/bin/javac" -cp "$pack/lib/*" -h "$pack/djl" -d "$source/classes" "$source/$library"
  cp "$java_home/include/jni.h" "$java_home/include/linux/jni_md.h" "$pack/djl/"
  rm -r "$source"
fi

"$java_home/bin/jlink" --output "$pack/jre" --compress=2 --strip-java-debug-attributes --no-man-pages --no-header-files \
  --add-modules java.base,java.logging,java.management,jdk.management,jdk.unsupported
cp "$here"/*.py "$here/../python/export_vit.py" "$here/../python/multiscale.py" "$pack/python/"
cp "$here/run.sh" "$pack/"

bytes=$(du -sb "$pack" | cut -f1)
[ "$bytes" -lt 60000000 ] || fail "$pack has $bytes bytes, more than 60 MB"
tar czf "$pack.tar.gz" -C "$out" s2-gpu-bench
echo "$pack: $((bytes / 1000000)) MB, packed $(($(stat -c %s "$pack.tar.gz") / 1000000)) MB"
