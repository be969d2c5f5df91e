#!/bin/sh
# Prints the home of a JDK that can build Understudy: JAVA_HOME if it will do, else the one on the PATH, else the newest
# among those installed where JDKs usually are.
set -u
needed=21

# The feature version of the JDK in a folder (21, 25), or 0.
version_of() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || { echo 0; return; }
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    echo "${version:-0}"
}

on_path=$(javac -J-XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')

for home in "${JAVA_HOME:-}" "$on_path"; do
    if [ "$(version_of "$home")" -ge "$needed" ]; then
        echo "$home"
        exit 0
    fi
done

best=
best_version=0
for home in /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/*; do
    version=$(version_of "$home")
    if [ "$version" -ge "$needed" ] && [ "$version" -gt "$best_version" ]; then
        best=$home
        best_version=$version
    fi
done

if [ -z "$best" ]; then
    echo "Understudy needs JDK $needed or newer and found none: install one (Debian 13, Ubuntu 24.04: apt-get install openjdk-21-jdk; others: https://adoptium.net), or set JAVA_HOME to yours." >&2
    exit 1
fi
echo "$best"
