#!/usr/bin/env bash
# Builds the unit tests with the address and undefined behaviour sanitizers and runs them. Usage: scripts/sanitize.sh [NAME ...],
# default: all of them; NAME without test_, as core.
# LibTorch, OpenCV, HDF5 and Open MPI are not instrumented. Each test program runs once, not once for each of its tests: loading LibTorch under the
# sanitizers takes longer than the tests.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
targets=("${@/#/test_}")
"$root/scripts/build.sh" sanitize "${targets[@]:-unit_tests}"
programs=("$root"/build/sanitize/bin/test_*)
if (($# > 0)); then programs=("${targets[@]/#/$root/build/sanitize/bin/}"); fi

export ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
# The encoder that writes the tests' HEIC files keeps memory of its own.
echo "leak:libx265" >"$root/build/sanitize/leaks.txt"
export LSAN_OPTIONS=suppressions=$root/build/sanitize/leaks.txt:print_suppressions=0
failed=()
for program in "${programs[@]}"; do
  name=$(basename "$program")
  log=$root/build/sanitize/$name.log
  if "$program" --gtest_brief=1 >"$log" 2>&1; then
    echo "sanitize: $name: $(grep -E '^\[  PASSED  \]' "$log")"
  else
    failed+=("$name")
    grep -v '^\[' "$log" | head -n 60 >&2 || true
    echo "sanitize: $name failed, all of its output is in $log" >&2
  fi
done
if ((${#failed[@]} > 0)); then exit 1; fi
echo "sanitize: no findings"
