#!/usr/bin/env bash
# codecs-java.sh: compiles the Java side of the oracle when its sources are newer than the last build, and runs the judge of Avro and
# Protobuf on standard input and output (oracle.Codecs has the protocol).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$here/build-java.sh" "$here/../oracle"
cd "$here/../oracle"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp 'target/classes:target/lib/*' oracle.Codecs
