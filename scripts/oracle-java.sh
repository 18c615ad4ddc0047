#!/usr/bin/env bash
# oracle-java.sh: compiles the Java side of the oracle when its sources are newer than the last build, and runs it on
# standard input and output (oracle/README.md has the protocol).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$here/build-java.sh" "$here/../oracle"
cd "$here/../oracle"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp 'target/classes:target/lib/*' oracle.Main
