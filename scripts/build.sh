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

# Ten lines of a build, from those of ninja, which begin with "[12/180]".
show_progress() {
  local line percent last=0 begin=$SECONDS
  while IFS= read -r line; do
    if [[ ! $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then continue; fi
    percent=$((100 * BASH_REMATCH[1] / BASH_REMATCH[2]))
    if ((percent >= last + 10)); then
      last=$((percent / 10 * 10))
      echo "build: $percent % of ${BASH_REMATCH[2]} steps, $((SECONDS - begin)) s"
    fi
  done
}

echo "build: compiling preset $preset (minutes the first time; the log is $log)"
targets=()
if (($# > 0)); then targets=(--target "$@"); fi
if ! cmake --build --preset "$preset" "${targets[@]}" 2>&1 | tee -a "$log" | show_progress; then
  grep -E -A 12 'error|FAILED' "$log" | head -n 60 >&2
  echo "build: failed, the whole log is $log" >&2
  exit 1
fi
