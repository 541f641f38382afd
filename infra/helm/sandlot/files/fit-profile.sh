#!/bin/sh
# Prints an AppArmor profile as the apparmor_parser of this host reads it: whole from version 4 on; for older ones without
# the rule for user namespaces, which they do not know and do not limit.
#
#   sh infra/apparmor/fit-profile.sh infra/apparmor/sandlot
#
# By trying, since no version says what a distribution has added. APPARMOR_PARSER: another command for it.
set -eu

parser=${APPARMOR_PARSER:-apparmor_parser}

# Its command may be of several words.
reads() {
  $parser --skip-kernel-load --skip-cache
}

if refusal=$(reads <"$1" 2>&1); then
  exec cat "$1"
fi
older=$(grep -v -e '^abi <abi/4' -e '^ *userns,$' "$1")
if ! printf '%s\n' "$older" | reads >&2; then
  printf '%s\n' "$refusal" >&2
  exit 1
fi
printf '%s\n' "$older"
