#!/usr/bin/env bash
# Checks the POM of the profile 'confluent' without its repository, which needn't be reachable: that it can be built, and has
# what the documentation says.
set -euo pipefail
cd "$(dirname "$0")/../.."
pom=$(mktemp)
trap 'rm -f "$pom"' EXIT
mvn -B -q -Pconfluent -pl deploy/cli org.apache.maven.plugins:maven-help-plugin:3.5.1:effective-pom -Doutput="$pom"
for needed in '<artifactId>kafka-avro-serializer</artifactId>' '<url>https://packages.confluent.io/maven/</url>'; do
  grep -qF "$needed" "$pom" || { echo "the profile 'confluent' lacks $needed" >&2; exit 1; }
done
echo "The profile 'confluent' has Confluent's serializer and repository."
