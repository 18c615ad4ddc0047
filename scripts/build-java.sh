#!/usr/bin/env bash
# build-java.sh DIR    compiles the Maven project in DIR into DIR/target/classes, with what it needs in DIR/target/lib, when its
# sources are newer than the last build. Several at once wait for one another.
set -euo pipefail
cd "${1:?usage: $0 DIR}"
mkdir -p target
exec 9>target/.lock
flock 9
if [ ! -f target/.built ] || [ -n "$(find pom.xml src -newer target/.built -print -quit)" ]; then
  rm -rf target/classes target/lib target/.built
  # Silent unless it fails: even a quiet Maven writes escape sequences.
  said="$(mvn -q -B compile dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib 2>&1)" ||
    { echo "$said" >&2; exit 1; }
  touch target/.built
fi
