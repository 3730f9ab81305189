#!/usr/bin/env bash
# Crash loop: server and client are killed (SIGKILL) at random moments while files are put; whatever a command
# acknowledged is there afterwards, byte for byte, and everything still verifies.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

ROUNDS=${OBHUT_CRASH_ROUNDS:-12}
RANDOM=${OBHUT_SEED:-7}
echo "seed $RANDOM rounds $ROUNDS"

start_server "$WORK/server"
found_organisation
as anna space create Akten
mkdir -p "$WORK/in" "$WORK/acknowledged"
killed=0

for round in $(seq "$ROUNDS"); do
    mkdir "$WORK/in/$round"
    for n in $(seq 60); do head -c $((RANDOM * 3)) /dev/urandom >"$WORK/in/$round/f$n"; done
    begin anna put "$WORK/in/$round" Akten:/
    sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
    if [ $((round % 2)) -eq 0 ]; then
        kill_server
        start_server "$WORK/server"
    else
        kill -9 "$CLIENT" 2>/dev/null || true
    fi
    status=0
    wait "$CLIENT" 2>/dev/null || status=$?
    [ "$status" -ne 0 ] || cp -r "$WORK/in/$round" "$WORK/acknowledged/"
    [ "$status" -ne 137 ] || killed=$((killed + 1))
    # The person tries again; now it must work.
    check "round $round: putting again works" as anna put "$WORK/in/$round" Akten:/
    cp -rT "$WORK/in/$round" "$WORK/acknowledged/$round"
done

check "clients were killed: $killed" test "$killed" -ge 1
kill_server
start_server "$WORK/server"
check "all that was acknowledged is fetched" as anna get Akten:/ "$WORK/out"
check "byte for byte" diff -r "$WORK/acknowledged" "$WORK/out"
check "everything verifies" as anna verify --read-data

# ---- the founding, killed: the same command again comes to its end, and the root kit is that of what there is ----
stop_server
SERVER_PORT=
for round in $(seq 10); do
    start_server "$WORK/founding-$round"
    founding=(org create Rathaus --server "$SERVER_URL" --email f@example.org --kit "$WORK/f$round.html"
        --root-kit "$WORK/f$round.root")
    begin "f$round" "${founding[@]}"
    sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
    kill -9 "$CLIENT" 2>/dev/null || true
    wait "$CLIENT" 2>/dev/null || true
    if ! as "f$round" status >/dev/null 2>&1; then check "round $round: founding again" as "f$round" "${founding[@]}"; fi
    check "round $round: the root kit makes an administrator" as "f$round" invite g@example.org --admin --root-kit "$WORK/f$round.root"
    check "round $round: the kit signs in" as "g$round" signin --kit "$WORK/f$round.html" --email f@example.org
    stop_server
done
finish
