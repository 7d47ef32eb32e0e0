#!/usr/bin/env bash
# Run a command inside a root built by chroot.sh:
#
#   enter.sh ROOT [-b HOST_FOLDER:FOLDER_INSIDE]... COMMAND...
#
# Mounts and processes are in private namespaces: nothing stays mounted and no child outlives it,
# however it ends, and any number may run at once. End it with SIGKILL.
set -euo pipefail
export root=$1
shift
pairs=()
while [ "${1:-}" = -b ]; do
  pairs+=("$2")
  shift 2
done
export binds="${pairs[*]:-}"
exec unshare --mount --pid --fork --kill-child=KILL --propagation private -- bash -c '
  set -e
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mkdir -m 1777 "$root/tmp/.X11-unix"
  for bind in $binds; do
    mkdir -p "$root${bind#*:}"
    mount --bind "${bind%%:*}" "$root${bind#*:}"
  done
  exec chroot "$root" "$@"' enter "$@"
