#!/bin/sh
# The Python client in clients/python: scripts/python.sh test [arguments of pytest], scripts/python.sh wheel. Its tools come from the
# Python package index into target/python, once. PYTHON names the interpreter. Exit status 75: the tools cannot be had here, and why.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
client=$root/clients/python
tools=$root/target/python
away=75

fail() {
    echo "Python client: $*" >&2
    exit $away
}

# The first one that is new enough and can make environments.
choose_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            return
        fi
    done
    fail "no Python 3.10 or newer with venv was found (Debian: apt-get install python3-venv)"
}

install() {
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 \
        --constraint "$client/constraints.txt" "$@"
}

# prepared names what is installed, once all of it is; without it the next call fetches what is missing.
prepare() {
    needed=$(cat "$client/requirements.txt" "$client/requirements-more.txt" "$client/constraints.txt" \
        "$client/pyproject.toml" | cksum)
    if [ -x "$tools/bin/python" ] && [ "$(cat "$tools/prepared" 2>/dev/null)" = "$needed" ]; then
        return
    fi
    if [ ! -x "$tools/bin/python" ] || [ "$(cat "$tools/begun" 2>/dev/null)" != "$needed" ]; then
        choose_python
        rm -rf "$tools"
        "$python" -m venv "$tools" || fail "$python cannot make an environment in $tools"
        echo "$needed" >"$tools/begun"
    fi
    install --requirement "$client/requirements.txt" 2>"$tools/pip.log" \
        || fail "the packages of clients/python/requirements.txt cannot be fetched: $(grep -m 1 ERROR "$tools/pip.log")"
    install --no-deps --no-build-isolation --editable "$client"
    # one by one: a Python may lack a build of one of them
    complete=true
    for package in $(grep -v '^#' "$client/requirements-more.txt"); do
        if ! install "$package" 2>/dev/null; then
            echo "Python client: $package cannot be fetched; what needs it is left out"
            complete=false
        fi
    done
    if $complete; then echo "$needed" >"$tools/prepared"; fi
}

has() {
    [ -x "$tools/bin/$1" ]
}

command=${1:-test}
[ $# -eq 0 ] || shift
prepare
cd "$client"
case $command in
    test)
        if has ruff; then
            "$tools/bin/ruff" format --quiet --check --diff
            "$tools/bin/ruff" check --quiet
        fi
        if has mypy; then "$tools/bin/mypy" --cache-dir "$tools/mypy"; fi
        "$tools/bin/python" -m pytest -o cache_dir="$tools/pytest" "$@"
        ;;
    wheel)
        # the same bytes in each build
        SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000} "$tools/bin/python" -m hatchling build -d "$root/target/python-dist"
        ;;
    *)
        echo "scripts/python.sh: got \"$command\"; allowed: test, wheel" >&2
        exit 1
        ;;
esac
