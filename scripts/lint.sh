#!/usr/bin/env bash
# Style checks: clang-format and the layers. Usage: scripts/lint.sh [--static-analysis all|quick [BUILD_FOLDER]]
# With --static-analysis also clang-tidy on the source files and the headers of the project that they include; quick leaves out the files that
# include LibTorch, whose headers take twenty seconds a file. The build folder, default build/release, must have been built (a header is made there).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.h' 'include/*.h' 'tests/*.cpp' 'tests/*.h' 'scripts/*.cpp')
clang-format --dry-run --Werror "${sources[@]}"
echo "lint: clang-format is content with ${#sources[@]} files"

"$root/scripts/check_layers.py"
if [[ ${1:-} != --static-analysis ]]; then exit 0; fi

build=${3:-build/release}
if [[ ! -f $build/compile_commands.json ]]; then
  echo "lint: $build holds no compile_commands.json, so clang-tidy does not know the flags. Run scripts/build.sh release first." >&2
  exit 1
fi
case ${2:-} in
  all) mapfile -t units < <(git ls-files 'src/*.cpp') ;;
  # What a file includes is known to the build.
  quick) mapfile -t units < <(comm -12 <(git ls-files 'src/*.cpp' | sort) <(ninja -C "$build" -t deps | awk -v root="$root/" '
           /: #deps/ { unit = ""; heavy = 0 }
           /^    / { if (unit == "") unit = $1; if ($1 ~ /\/torch\/include\/(ATen|torch|c10)\//) heavy = 1 }
           /^$/ { sub(root, "", unit); sub(/^(\.\.\/)+/, "", unit); if (!heavy && unit ~ /^src\/.*\.cpp$/) print unit }' | sort -u)) ;;
  *)
    echo "lint: --static-analysis takes all or quick, not '${2:-}'" >&2
    exit 2
    ;;
esac
start=$SECONDS
# One file a call; its count of hidden warnings of system headers goes to stderr and is no finding.
if ! printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>"$build/clang_tidy.log"; then
  grep -v ' warnings\? generated\.$' "$build/clang_tidy.log" >&2 || true
  echo "lint: clang-tidy found what stands above" >&2
  exit 1
fi
echo "lint: clang-tidy is content with ${#units[@]} files ($((SECONDS - start)) s)"
