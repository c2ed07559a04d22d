#!/usr/bin/env bash
# Style checks: clang-format and the layers. Usage: scripts/lint.sh [--static-analysis [BUILD_FOLDER]]
# With --static-analysis also clang-tidy on every source file and the headers of the project that it includes; the build folder, default
# build/release, must have been built (a header is made there).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.h' 'include/*.h' 'tests/*.cpp' 'tests/*.h')
clang-format --dry-run --Werror "${sources[@]}"
echo "lint: clang-format is content with ${#sources[@]} files"

"$root/scripts/check_layers.py"
if [[ ${1:-} != --static-analysis ]]; then exit 0; fi

build=${2:-build/release}
if [[ ! -f $build/compile_commands.json ]]; then
  echo "lint: $build holds no compile_commands.json, so clang-tidy does not know the flags. Run scripts/build.sh release first." >&2
  exit 1
fi
mapfile -t units < <(git ls-files 'src/*.cpp')
start=$SECONDS
# One file a call; its count of hidden warnings of system headers goes to stderr and is no finding.
if ! printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>"$build/clang_tidy.log"; then
  grep -v ' warnings\? generated\.$' "$build/clang_tidy.log" >&2 || true
  echo "lint: clang-tidy found what stands above" >&2
  exit 1
fi
echo "lint: clang-tidy is content with ${#units[@]} files ($((SECONDS - start)) s)"
