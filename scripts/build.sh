#!/usr/bin/env bash
# Builds CSM with a preset. Usage: scripts/build.sh [PRESET [TARGET ...]], default: release and everything.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
preset=${1:-release}
shift || true
mkdir -p .csm
log=.csm/build.$preset.log

if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
echo "build: compiling preset $preset (minutes the first time; the log is $log)"
targets=()
if (($# > 0)); then targets=(--target "$@"); fi
if ! cmake --build --preset "$preset" "${targets[@]}" >>"$log" 2>&1; then
  grep -E -A 12 'error|FAILED' "$log" | head -n 60 >&2
  echo "build: failed, the whole log is $log" >&2
  exit 1
fi
