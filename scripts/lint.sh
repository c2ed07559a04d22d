#!/usr/bin/env bash
# Style checks: clang-format, ruff, scripts that can be run, the layers, the sizes, and the terms. Usage: scripts/lint.sh [--static-analysis all|quick]
# With --static-analysis also clang-tidy on the source files and the headers of the project that they include; quick leaves out the files that
# include LibTorch, whose headers take twenty seconds to read.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.h' 'include/*.h' 'tests/*.cpp' 'tests/*.h' 'scripts/*.cpp')
clang-format --dry-run --Werror "${sources[@]}"
echo "lint: clang-format is content with ${#sources[@]} files"

mapfile -t blocked < <(git ls-files -s | awk '$1 == "100644" { print $4 }' | xargs awk 'FNR == 1 && /^#!/ { print FILENAME } { nextfile }')
if ((${#blocked[@]} > 0)); then
  echo "lint: a first line says how to run these, but they are not executable (git update-index --chmod=+x FILE): ${blocked[*]}" >&2
  exit 1
fi

"$root/.csm/venv/bin/ruff" check --no-cache --quiet scripts/csm scripts/research
echo "lint: ruff is content with scripts/csm and scripts/research"

"$root/scripts/dev/check_layers.py"
"$root/scripts/dev/check_size.py"
"$root/scripts/dev/check_terms.py"
if [[ ${1:-} != --static-analysis ]]; then exit 0; fi

# quick asks about each source file. all asks about the joined files of a build, whose LibTorch headers are then read once for many sources.
build=build/lint/${2:-}
joined=OFF
tidy=(clang-tidy -p "$build/clang_tidy" --quiet --extra-arg=-Wno-unknown-warning-option)
case ${2:-} in
  all)
    joined=ON
    # To a joined file its sources are headers.
    tidy+=('--header-filter=/(include/csm|src)/[^/]+/[^/]+\.(h|cpp)$' --checks=-bugprone-suspicious-include)
    ;;
  quick) ;;
  *)
    echo "lint: --static-analysis takes all or quick, not '${2:-}'" >&2
    exit 2
    ;;
esac
cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCSM_BUILD_TESTS=OFF -DCMAKE_UNITY_BUILD=$joined -DCMAKE_UNITY_BUILD_BATCH_SIZE=18 >/dev/null
cmake --build "$build" --target csm_git_state >/dev/null
# The files that this machine builds: those of a library that is not there have no flags.
mapfile -t units < <(sed -n 's|.*"file": "\(.*\)".*|\1|p' "$build/compile_commands.json" | grep -E '/src/.*\.(cpp|cxx)$' | sort -u)
if [[ $joined == OFF ]]; then
  # The build gives LibTorch's precompiled headers to the files that include it.
  mapfile -t units < <(comm -23 <(printf '%s\n' "${units[@]}") \
    <(sed -n 's|.*cmake_pch\.hxx.* -c \([^ ]*\.cpp\)",|\1|p' "$build/compile_commands.json" | sort -u))
fi
start=$SECONDS
# clang-tidy cannot read the precompiled headers of another compiler.
mkdir -p "$build/clang_tidy"
sed 's/-include [^ ]*cmake_pch\.hxx//' "$build/compile_commands.json" >"$build/clang_tidy/compile_commands.json"
# One file a call; its count of hidden warnings of system headers goes to stderr and is not a finding.
if ! printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 1 "${tidy[@]}" 2>"$build/clang_tidy/log"; then
  grep -v ' warnings\? generated\.$' "$build/clang_tidy/log" >&2 || true
  echo "lint: clang-tidy's findings are above" >&2
  exit 1
fi
echo "lint: clang-tidy is content with ${#units[@]} files ($((SECONDS - start)) s)"
