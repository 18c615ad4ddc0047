#!/usr/bin/env bash
# with-kafka.sh CMD ARGS...
# Runs a command beside a real Apache Kafka broker (scripts/kafka) on a free loopback port, with its data in a temporary
# folder. CMD finds it in STREAMGEN_KAFKA_BOOTSTRAP, and the broker's folder in STREAMGEN_KAFKA_DIR. The broker is
# stopped and its folder removed however CMD ends, and on SIGINT, SIGTERM and SIGHUP; the exit code is CMD's.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 CMD ARGS..." >&2; exit 2; }
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dir="$(mktemp -d "${TMPDIR:-/tmp}/streamgen-kafka.XXXXXX")"
cmd=

finish() {
  code=$?
  trap '' INT TERM HUP
  # CMD has a process group of its own: `go test` would leave its test binaries behind.
  if [ -n "$cmd" ]; then kill -TERM -- "-$cmd" 2>/dev/null || true; fi
  if [ -f "$dir/kafka.pid" ]; then "$here/kafka/stop-kafka.sh" "$dir" || true; fi
  if [ "$code" -ne 0 ] && [ -n "${STREAMGEN_KAFKA_LOG:-}" ]; then cp "$dir/server.log" "$STREAMGEN_KAFKA_LOG" || true; fi
  rm -rf "$dir"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port can be taken between the look and the bind, so a start that fails is tried again elsewhere.
port=
for _ in 1 2 3; do
  try=$((20000 + (RANDOM % 6000) * 2))
  if answers "$try" || answers "$((try + 1))"; then continue; fi
  # In the background, because bash runs a trap only after a foreground command has ended.
  "$here/kafka/start-kafka.sh" "$dir" "$try" >"$dir/start.out" & starting=$!
  if wait "$starting"; then port=$try; break; fi
  # The store was formatted for that port.
  rm -rf "$dir/data" "$dir/kafka.pid"
done
[ -n "$port" ] || { echo "with-kafka: the broker did not start in three tries; see the output above" >&2; exit 1; }

export STREAMGEN_KAFKA_BOOTSTRAP="127.0.0.1:$port" STREAMGEN_KAFKA_DIR="$dir"
set -m
"$@" </dev/null & cmd=$!
set +m
code=0
wait "$cmd" || code=$?
cmd=
exit "$code"
