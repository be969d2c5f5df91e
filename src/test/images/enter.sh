#!/usr/bin/env bash
# Runs a command as a container runtime would, in a file system that another has laid out: what is not mounted to be written
# to is read-only, processes are the command's own, and the user is a number. Called inside `unshare --mount --pid --fork`.
#
#   enter.sh ROOT MOUNTS VARIABLES WORKDIR USER GROUP COMMAND...
#
# MOUNTS names a file with lines "ro SOURCE TARGET", "rw SOURCE TARGET" or "tmp TARGET"; targets exist in ROOT. VARIABLES names
# one with NAME=VALUE, which are all that the command gets.
set -euo pipefail
root=$1 mounts=$2 workdir=$4 user=$5 group=$6
mapfile -t variables <"$3"
shift 6

unshare=$(command -v unshare)
mount --make-rprivate /
mount --bind "$root" "$root"
while read -r kind source target; do
    case $kind in
    tmp) mount -t tmpfs -o mode=1777,nosuid,nodev tmp "$root$source" ;;
    rw) mount --bind "$source" "$root$target" ;;
    ro)
        mount --bind "$source" "$root$target"
        mount -o remount,bind,ro "$root$target"
        ;;
    esac
done <"$mounts"
mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"

if [ "$(cat /proc/self/uid_map | tr -s ' ' | cut -d' ' -f4)" = 4294967295 ]; then
    exec env -i "${variables[@]}" "$unshare" --root "$root" --wd "$workdir" --setgid "$group" --setuid "$user" -- "$@"
fi
# whoever is root only here has one user to give: a second namespace gives it another number
exec env -i "${variables[@]}" "$unshare" --user --map-user="$user" --map-group="$group" --root "$root" --wd "$workdir" -- "$@"
