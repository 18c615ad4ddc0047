#!/usr/bin/env bash
# stop-kafka.sh DIR    stops (SIGTERM, then SIGKILL after 20 s) the broker that start-kafka.sh DIR started
set -euo pipefail
pid="$(cat "$1/kafka.pid")"
rm -f "$1/kafka.pid"
kill "$pid" 2>/dev/null || exit 0
for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.1; done
kill -9 "$pid"
