#!/bin/sh
# What it costs to know the caller: requests a second of a service that knows its callers, over those of one that asks for nothing. Two
# services without a test, by turns: one anonymous, and one that is asked with a token of its file, and with a JWT whose key it has.
# Goals: 0.95 with a token, 0.85 with a JWT.
#   bench/access.sh [seconds a round, 10] [rounds, 9]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-9}
anonymous=${BENCH_PORT:-18086}
known=$((anonymous + 1))
name=access
. bench/turns.sh

needs wrk curl awk sha256sum
scripts/tool.sh bench.Issuer caller >"$directory/issuer.txt" &
services="$services $!"
tries=0
until [ "$(wc -l <"$directory/issuer.txt")" -ge 2 ]; do
    tries=$((tries + 1))
    [ $tries -lt 30 ] || { echo "The issuer of tokens does not start; does 'make compile' work?" >&2; exit 1; }
    sleep 1
done
issuer=$(sed -n 1p "$directory/issuer.txt")
jwt=$(sed -n 2p "$directory/issuer.txt")
token=only-for-this-benchmark
echo "bench caller $(printf %s "$token" | sha256sum | cut -d' ' -f1)" >"$directory/tokens"
chmod 600 "$directory/tokens"

start_service "$anonymous"
export UNDERSTUDY_AUTH=tokens,oidc UNDERSTUDY_TOKENS_FILE="$PWD/$directory/tokens" OIDC_ISSUER="$issuer" OIDC_AUDIENCE=understudy
start_service "$known"

round() {
    case $1 in
        anonymous) predictions "$1" "$2" "http://127.0.0.1:$anonymous" 0 ;;
        token) predictions "$1" "$2" "http://127.0.0.1:$known" 0 -H "Authorization: Bearer $token" ;;
        jwt) predictions "$1" "$2" "http://127.0.0.1:$known" 0 -H "Authorization: Bearer $jwt" ;;
    esac
}

by_turns anonymous token jwt

awk -v anonymous="$(median anonymous 2)" -v token="$(median token 2)" -v jwt="$(median jwt 2)" -v failed="$(failures)" 'BEGIN {
    printf "anonymous %.0f requests/s; with a token %.0f: %.3f of it (goal 0.95); with a JWT %.0f: %.3f of it (goal 0.85); failed: %d\n",
        anonymous, token, token / anonymous, jwt, jwt / anonymous, failed }'
