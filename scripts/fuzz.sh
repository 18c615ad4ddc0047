#!/usr/bin/env bash
# fuzz.sh TIME    runs every fuzz target for TIME, one after the other (go test fuzzes one target of one package a run)
set -euo pipefail
time="${1:?usage: $0 TIME}"
listed="$(go test -list '^Fuzz' ./...)" || { echo "$listed" >&2; exit 1; }
# go test prints the targets of a package first and then a line with the package.
awk '/^Fuzz/ {names[n++] = $1} /^ok/ {for (i = 0; i < n; i++) print $2, names[i]; n = 0}' <<<"$listed" |
  while read -r package target; do
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package" </dev/null
  done
