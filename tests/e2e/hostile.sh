#!/usr/bin/env bash
# A server that lies in one named way at a time, against the real programs. Ends with "N passed, N failed".
#
#     tests/e2e/hostile.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
LIAR_PID=

end_liar() {
    [ -n "$LIAR_PID" ] || return 0
    kill "$LIAR_PID" 2>/dev/null
    wait "$LIAR_PID" 2>/dev/null
    LIAR_PID=
}
trap 'end_liar; cleanup' EXIT

# liar STRATEGY [ARGUMENT…]: stands before the server at the port that the profiles know; honest at first.
liar() {
    local strategy=$1 tries
    shift
    end_liar
    : >"$WORK/liar.log"  # what the one before said is no answer of this one
    "$BIN/obhut-hostile" --server "$SERVER_URL" --listen "127.0.0.1:${LIAR_PORT:-0}" --strategy "$strategy" "$@" \
        >"$WORK/liar.log" 2>&1 &
    LIAR_PID=$!
    for tries in $(seq 200); do
        LIAR_PORT=$(sed -n 's|.*listening on http://127.0.0.1:\([0-9]*\).*|\1|p' "$WORK/liar.log" | tail -n 1)
        [ -n "$LIAR_PORT" ] && return 0
        kill -0 "$LIAR_PID" 2>/dev/null || { cat "$WORK/liar.log"; return 1; }
        sleep 0.05
    done
    return 1
}
# lie: from now on.
lie() {
    kill -USR1 "$LIAR_PID"
    for _ in $(seq 100); do grep -q 'begins to lie' "$WORK/liar.log" && return 0; sleep 0.02; done
    return 1
}
lied() { [ "$(wc -l <"$WORK/liar.log")" -gt 2 ] || { echo "it did not lie:"; cat "$WORK/liar.log"; return 1; }; }
# victim COMMAND…: bernd with a fresh copy of the profile, as it was before this lie.
victim() { "$BIN/obhut" --profile "$WORK/victim" --passphrase-file "$WORK/passphrase" "$@"; }
fresh_victim() { rm -rf "$WORK/victim" && cp -r "$WORK/profile-bernd" "$WORK/victim"; }
# holds TEXT COMMAND…: what it prints has that text, whatever its exit code.
holds() { local text=$1; shift; "$@" >"$WORK/held" 2>&1; grep -qF -- "$text" "$WORK/held" || { cat "$WORK/held"; return 1; }; }
# honest again: the victim goes on, and everything is there.
recovers() {
    liar honest || return 1
    [ "$(victim cat Akten:/brief.txt)" = "$1" ]
}

start_server "$WORK/data" || exit 1
liar honest || exit 1
direct=$SERVER_URL
SERVER_URL=http://127.0.0.1:$LIAR_PORT
found_organisation
join_person carla
SERVER_URL=$direct
invitation=$(as anna invite bernd@example.org --json | sed -n 's/.*"invitation": *"\([^"]*\)".*/\1/p')
check "everybody joins through it" test -n "$invitation"
check "bernd joins through it" as bernd join "$invitation" --kit "$WORK/bernd-kit.html"
as anna space create Akten >/dev/null
as anna space share Akten bernd@example.org --role editor >/dev/null
printf 'erster Stand\n' >"$WORK/brief.txt"
head -c 300000 /dev/urandom >"$WORK/bild.bin"
as anna put "$WORK/brief.txt" "$WORK/bild.bin" Akten:/ >/dev/null
check "bernd reads through it" test "$(as bernd cat Akten:/brief.txt)" = "erster Stand"

# ---- what is changed or kept back -----------------------------------------------------------------------------------
for strategy in flip-objects withhold-objects; do
    fresh_victim
    liar "$strategy" && lie
    code=9 && [ $strategy = withhold-objects ] && code=4
    check "$strategy: an error" fails $code victim get Akten:/bild.bin "$WORK/got"
    check "$strategy: no file" test ! -e "$WORK/got"
    check "$strategy: it lied" lied
    check "$strategy: honest again" recovers "erster Stand"
done
printf 'zweiter Stand\n' >"$WORK/brief.txt"
for strategy in forge-links forge-entries; do
    fresh_victim
    liar "$strategy"
    [ $strategy = forge-links ] && as anna put "$WORK/brief.txt" Akten:/ >/dev/null
    [ $strategy = forge-entries ] && as anna invite "$strategy@example.org" >/dev/null
    lie
    check "$strategy: an error" fails 9 victim cat Akten:/brief.txt
    check "$strategy: it lied" lied
    check "$strategy: an alarm" holds '"alarm"' victim status --json
    check "$strategy: honest again" recovers "zweiter Stand"
done
fresh_victim
liar swap-keys && lie
check "swap-keys: nothing is sealed to them" fails 9 victim send carla@example.org "$WORK/brief.txt"
check "swap-keys: it lied" lied
liar honest
check "swap-keys: nothing has come" test -z "$(as carla inbox --json | grep brief)"

# ---- keys, lists, what was sent -------------------------------------------------------------------------------------
fresh_victim
check "wrong-boxes: carla comes" as anna space share Akten carla@example.org --role reader
check "wrong-boxes: and goes" as anna space unshare Akten carla@example.org
as anna put "$WORK/bild.bin" Akten:/neu.bin >/dev/null
liar wrong-boxes && lie
check "wrong-boxes: an error" fails 9 victim cat Akten:/brief.txt
check "wrong-boxes: it lied" lied
check "wrong-boxes: honest again" recovers "zweiter Stand"
fresh_victim
victim cat Akten:/brief.txt >/dev/null
liar hide-spaces && lie
check "hide-spaces: nothing old is shown as new" fails 9 victim cat Akten:/brief.txt
check "hide-spaces: it lied" lied
check "hide-spaces: an alarm" holds '"E-1000"' victim status --json
check "hide-spaces: in plain words" holds 'nobody has signed that you are out of it' victim status
check "hide-spaces: honest again" recovers "zweiter Stand"
check "hide-spaces: the alarm stays until somebody dismisses it" holds '"alarm"' victim status --json
check "hide-spaces: no other one is dismissed" fails 2 victim status --dismiss 99
check "hide-spaces: it is dismissed" victim status --dismiss 1
check "hide-spaces: and gone" test -z "$(victim status --json | grep '"alarm":1,')"
fresh_victim
as carla send bernd@example.org "$WORK/brief.txt" --text eins >/dev/null
as carla send bernd@example.org "$WORK/brief.txt" --text zwei >/dev/null
liar withhold-drops && lie
check "withhold-drops: one has come" test "$(victim inbox --json | grep -c '"text"')" -eq 1
check "withhold-drops: one is missed" holds '"missing"' victim inbox --json
check "withhold-drops: it lied" lied
liar honest
check "withhold-drops: both come" test "$(victim inbox --json | grep -c '"text"')" -eq 2

# ---- what was before ------------------------------------------------------------------------------------------------
fresh_victim
liar stale-chain
victim cat Akten:/brief.txt >/dev/null
printf 'dritter Stand\n' >"$WORK/brief.txt"
victim put "$WORK/brief.txt" Akten:/ >/dev/null
lie
check "stale-chain: an error" fails 9 victim cat Akten:/brief.txt
check "stale-chain: it lied" lied
check "stale-chain: honest again" recovers "dritter Stand"
fresh_victim
liar stale-log
victim ls Akten:/ >/dev/null
stop_server && cp -r "$WORK/data" "$WORK/copy" && start_server "$WORK/data"
as anna invite dora@example.org >/dev/null
check "stale-log: the victim has seen the newer one" holds dora victim people
lie
check "stale-log: an error" fails 9 victim people
check "stale-log: it lied" lied
check "stale-log: honest again" recovers "dritter Stand"

# ---- two servers ----------------------------------------------------------------------------------------------------
fresh_victim
first_pid=$SERVER_PID first_port=$SERVER_PORT
SERVER_PORT=
start_server "$WORK/copy"
copy_pid=$SERVER_PID copy_url=$SERVER_URL
SERVER_PID=$first_pid SERVER_PORT=$first_port SERVER_URL=http://127.0.0.1:$first_port
liar split --second "$copy_url"
victim people >/dev/null
lie
check "split: an error" fails 9 victim people
check "split: it lied" lied
check "split: honest again" recovers "dritter Stand"
kill "$copy_pid" && wait "$copy_pid" 2>/dev/null

# ---- acknowledgements -----------------------------------------------------------------------------------------------
fresh_victim
liar lose-answers && lie
for i in 1 2 3 4 5 6; do
    for _ in 1 2 3 4 5; do victim put "$WORK/brief.txt" "Akten:/verloren-$i" >/dev/null 2>&1 && break; done
done
check "lose-answers: it lied" lied
liar honest
check "lose-answers: nothing lost, nothing twice" test "$(victim ls Akten:/ | grep -c '^verloren-')" -eq 6
check "all of it verifies" as anna verify Akten --read-data
cp -r "$WORK/victim/." "$WORK/profile-bernd/"
fresh_victim
liar pretend-to-store && lie
check "pretend-to-store: is not believed" fails 9 victim put "$WORK/brief.txt" Akten:/vorgetaeuscht
check "pretend-to-store: it lied" lied
check "pretend-to-store: honest again" recovers "dritter Stand"
victim put "$WORK/brief.txt" Akten:/vorgetaeuscht >/dev/null 2>&1
check "pretend-to-store: nothing is lost" test "$(victim cat Akten:/vorgetaeuscht)" = "dritter Stand"

# ---- a kit that counts no more ----------------------------------------------------------------------------------------
cp "$WORK/bernd-kit.html" "$WORK/old-kit.html"
liar stale-kit
check "stale-kit: the kit opens while it counts" as laptop signin --kit "$WORK/old-kit.html" --email bernd@example.org
check "stale-kit: another kit" as bernd kit --replace --paper "$WORK/old-kit.html" --new-password-file "$WORK/passphrase" "$WORK/new-kit.html" --kept
lie
check "stale-kit: it does not any more" fails 9 as tablet signin --kit "$WORK/old-kit.html" --email bernd@example.org
check "stale-kit: it lied" lied
check "stale-kit: nobody came in" fails 6 as tablet ls Akten:/

finish
