#!/bin/sh
# Makes the secrets of compose.yaml in ./secrets, each one once. To be run as root, beside that file.
set -eu
umask 077
gateway=10001  # whom the gateway runs as in its container

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

mkdir -p secrets
make() {
    if [ ! -e "secrets/$1" ]; then
        printf '%s\n' "$2" > "secrets/.$1"
        chown "$gateway" "secrets/.$1"
        chmod 0400 "secrets/.$1"
        mv "secrets/.$1" "secrets/$1"
    fi
}
make database "$(random)"
make objects "civictui
$(random)"
make metrics "$(random)"
