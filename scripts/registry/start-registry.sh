#!/usr/bin/env bash
# start-registry.sh DIR PORT
# Starts Apicurio Registry (in memory, from Maven Central) on 127.0.0.1:PORT and PORT+1, with its log in DIR; waits until
# Confluent's interface answers at /apis/ccompat/v7, and prints the PID. 2.6.13.Final runs on Java 17.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 DIR PORT" >&2; exit 2; }
version="${APICURIO_VERSION:-2.6.13.Final}"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/streamgen-parts/apicurio-$version"
if [ ! -e "$cache/.ok" ]; then
  mkdir -p "$cache"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy "-Dartifact=io.apicurio:apicurio-registry-app:$version:tar.gz:all" \
    "-DoutputDirectory=$cache" -Dmdep.useBaseVersion=true >&2
  tar -xzf "$cache/apicurio-registry-app-$version-all.tar.gz" -C "$cache"
  rm "$cache/apicurio-registry-app-$version-all.tar.gz"
  touch "$cache/.ok"
fi
jar="$cache/quarkus-run.jar"
[ -e "$jar" ] || jar="$(ls "$cache"/*-runner.jar)"
mkdir -p "$1"; dir="$(cd "$1" && pwd)"; cd "$dir"
setsid "$java" -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dquarkus.http.host=127.0.0.1 "-Dquarkus.http.port=$2" \
  -Dquarkus.management.host=127.0.0.1 "-Dquarkus.management.port=$(($2 + 1))" -jar "$jar" >"$dir/registry.log" 2>&1 </dev/null &
pid=$!
for _ in $(seq 600); do
  kill -0 "$pid" 2>/dev/null || { tail -20 "$dir/registry.log" >&2; exit 1; }
  if curl -fs -m 2 "http://127.0.0.1:$2/apis/ccompat/v7/subjects" >/dev/null 2>&1; then echo "$pid"; exit 0; fi
  sleep 0.2
done
kill "$pid" 2>/dev/null || true
tail -20 "$dir/registry.log" >&2
exit 1
