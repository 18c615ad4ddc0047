#!/usr/bin/env bash
# some-tests.sh TAG PATTERN
# Fails unless tests match PATTERN under the build tag, and lists them: `go test` calls "no tests to run" a success, and
# a renamed test must not empty a tier unseen.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 TAG PATTERN" >&2; exit 2; }
listed="$(go test -tags "$1" -list "$2" ./...)" || { echo "$listed" >&2; exit 1; }
names="$(grep '^Test' <<<"$listed" || true)"
[ -n "$names" ] || { echo "some-tests: no test matches $2 under the build tag $1: was it renamed or its tag lost?" >&2; exit 1; }
echo "$(wc -l <<<"$names") tests:" $names
