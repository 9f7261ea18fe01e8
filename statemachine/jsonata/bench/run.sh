#!/usr/bin/env bash
# Writes docs/jsonata.md: runs the conformance suite, the differential test and the benchmarks beside the reference implementation
# (npm jsonata@2.0.6), and puts their results into bench/page.md.
#
#   STEPLOOM_CONFORMANCE   folder of the upstream suite (default ../shared/conformance beside the project)
#   STEPLOOM_NODE_MODULES  folder that holds the npm package (default: installed into the user's cache)
#   STEPLOOM_DIFFERENTIAL  how many generated expressions to compare (default 10000)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(git rev-parse --show-toplevel)

if [ -z "${STEPLOOM_NODE_MODULES:-}" ]; then
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/steploom/jsonata-2.0.6
  [ -d "$cache/node_modules/jsonata" ] || npm install --silent --ignore-scripts --prefix "$cache" jsonata@2.0.6
  export STEPLOOM_NODE_MODULES=$cache/node_modules
fi
export STEPLOOM_DIFFERENTIAL=${STEPLOOM_DIFFERENTIAL:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

go test -count=1 -v -run TestConformance . >"$work/conformance" || { cat "$work/conformance"; exit 1; }
go test -count=1 -v -run TestDifferential . >"$work/differential" || { cat "$work/differential"; exit 1; }
STEPLOOM_BENCH_TABLE=$work/table go test -count=1 -timeout 30m -run TestBenchmarkTable . >/dev/null
grep -h '^conformance:' "$work/conformance" >"$work/conformance.line"
grep -h '^differential:' "$work/differential" >"$work/differential.line"
printf 'Measured with %s and Node %s on %s.\n' "$(go env GOVERSION)" "$(node --version)" "$(go env GOOS)/$(go env GOARCH), $(nproc) cores" >"$work/machine"

while IFS= read -r line; do
  case $line in
    @conformance) cat "$work/conformance.line" ;;
    @differential) cat "$work/differential.line" ;;
    @benchmarks) cat "$work/table" ;;
    @machine) cat "$work/machine" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <bench/page.md >"$root/docs/jsonata.md"
echo "wrote docs/jsonata.md"
