#!/usr/bin/env bash
# Style and static checks: clang-format on all C++ files, clang-tidy on the files that do not include LibTorch (its headers cost half a
# minute each). Usage: scripts/lint.sh [BUILD_FOLDER], default build/release, which must have been configured.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
build=${1:-build/release}

mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.h' 'include/*.h' 'tests/*.cpp' 'tests/*.h')
clang-format --dry-run --Werror "${sources[@]}"
echo "lint: clang-format is content with ${#sources[@]} files"

mapfile -t units < <(git ls-files 'src/*.cpp' | xargs grep -LE '#include <(ATen|torch|c10)/')
printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
"$root/scripts/check_layers.py"
echo "lint: clang-tidy is content with ${#units[@]} files"
