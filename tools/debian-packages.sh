#!/usr/bin/env bash
# Install the programs that some tests drive, each from the Debian package that has it.
# Only root may; anybody else is told, and those tests skip themselves (tests/tools.py).
set -euo pipefail

# program:package
wanted=(
  tmux:tmux strace:strace node:nodejs npm:npm gpsd:gpsd gpsfake:gpsd-clients
  screen:screen sshd:openssh-server ssh:openssh-client
  psql:postgresql zsh:zsh tcsh:tcsh mandoc:mandoc man:man-db
  nginx:nginx caddy:caddy systemd-analyze:systemd
)
missing=()
for pair in "${wanted[@]}"; do
  command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed: ${missing[*]}; the tests that drive them will be skipped" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
