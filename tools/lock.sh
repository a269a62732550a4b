#!/usr/bin/env bash
# Write requirements/*.txt anew from pyproject.toml: exact versions with the hashes of all files
# of each release, valid for every Python from 3.11 on and every machine.
#
#   tools/lock.sh            keep the pinned versions that still fit
#   tools/lock.sh --upgrade  take the newest versions that fit
#
# The resolver comes into an environment of its own, for it is needed for nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install -qq --disable-pip-version-check 'uv==0.13.9'

# No header: it would hold the command line, and no address of an index belongs into the file.
compile() {
  "$work/env/bin/uv" pip compile --quiet --cache-dir "$work/cache" \
    --universal --python-version 3.11 --generate-hashes --no-header "$@" >/dev/null
  local file=${*: -1}
  sed -i '/^# Made by/d; 1i # Made by tools/lock.sh; do not edit.' "$file"
}

mkdir -p requirements
compile "$@" --extra gateway --extra heif --extra sql pyproject.toml --output-file requirements/run.txt
compile "$@" --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
