#!/usr/bin/env bash
# Makes sure that a JDK (17 or newer) and Maven are there, which the real Kafka broker and the oracle need: installs them with apt-get
# when it can, and fails saying what is missing when it cannot. A tier that was asked for is never skipped silently.
set -euo pipefail

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
javac="${JAVA_HOME:+$JAVA_HOME/bin/}javac"
have_java() { command -v "$javac" >/dev/null && [ "$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null; }
have_mvn() { command -v mvn >/dev/null; }

if have_java && have_mvn; then exit 0; fi
if command -v apt-get >/dev/null; then
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  echo "installing Java 17 and Maven with apt-get" >&2
  "${as_root[@]}" apt-get update -q >&2 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends openjdk-17-jdk-headless maven >&2 ||
    echo "apt-get failed" >&2
fi
have_java || { echo "need-java: no JDK 17 or newer: install one, or set JAVA_HOME to it" >&2; exit 1; }
have_mvn || { echo "need-java: no Maven: install it, so that mvn is on the PATH" >&2; exit 1; }
