#!/usr/bin/env bash
# Install PouchDB, its server and both ends of tus into tests/peers/node_modules, at the versions of
# its lock.
#
# Where node or npm is missing or too old, or nothing can be downloaded, the tests and benchmarks that
# need them skip themselves, saying so; under CI=true that is an error instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/peers"

without() {
  echo "$1; what is tested against other programs will be skipped" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 0
}

for program in node npm; do
  command -v "$program" >/dev/null || without "$program is not installed (tools/debian-packages.sh)"
done
cmp -s package-lock.json node_modules/.installed && exit 0
npm ci --engine-strict --silent --no-progress >/dev/null \
  || without "npm could not install tests/peers (node 20.19 or newer is needed)"
# Last of all, and with what it was made of, so that half an installation is never taken for one.
cp package-lock.json node_modules/.installed
