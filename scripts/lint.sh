#!/usr/bin/env bash
# Style checks: clang-format and the layers. Usage: scripts/lint.sh [--static-analysis [BUILD_FOLDER]]
# With --static-analysis also clang-tidy on the files that do not include LibTorch (its headers cost half a minute each); the build folder,
# default build/release, must have been configured.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.h' 'include/*.h' 'tests/*.cpp' 'tests/*.h')
clang-format --dry-run --Werror "${sources[@]}"
echo "lint: clang-format is content with ${#sources[@]} files"

"$root/scripts/check_layers.py"
if [[ ${1:-} != --static-analysis ]]; then exit 0; fi

build=${2:-build/release}
mapfile -t units < <(git ls-files 'src/*.cpp' | xargs grep -LE '#include <(ATen|torch|c10)/')
printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "lint: clang-tidy is content with ${#units[@]} files"
