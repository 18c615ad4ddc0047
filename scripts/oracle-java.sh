#!/usr/bin/env bash
# oracle-java.sh: compiles the Java side of the oracle when its sources are newer than the last build, and runs it on
# standard input and output (oracle/README.md has the protocol).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../oracle"
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
exec 9>&-
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp 'target/classes:target/lib/*' oracle.Main
