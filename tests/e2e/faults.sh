#!/usr/bin/env bash
# A server that goes away in the middle, a full disk under it, strangers who send nonsense, many programs on one profile,
# wrong clocks. Real programs. Ends with "N passed, N failed".
#
#     tests/e2e/faults.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
cd "$WORK" || exit 1

# said CODE COMMAND…: the command ends with that code and with an error that has a number and says what to do.
said() {
    local code=$1 status=0
    shift
    "$@" >said.out 2>said.err || status=$?
    cat said.err
    [ "$status" -eq "$code" ] && grep -qE '\(E-[0-9]{4}\)$' said.err && [ "$(wc -l <said.err)" -ge 2 ]
}
# answers STATUS CURL-ARGUMENT…
answers() {
    local status=$1 got
    shift
    got=$(curl -sS -o answer --max-time 10 -w '%{http_code}' "$@")
    echo "answered $got"
    [ "$got" = "$status" ]
}

start_server "$WORK/server"
found_organisation
join_person bernd
as anna space create Akten
as anna space share Akten bernd@example.org --role editor
head -c 1000 /dev/urandom >one

# ---- nonsense from strangers --------------------------------------------------------------------------------------
check "an unknown path" answers 404 "$SERVER_URL/v1/nothing"
check "an unknown method" answers 404 -X DELETE "$SERVER_URL/v1/server"
check "no CBOR" answers 400 -H 'content-type: application/cbor' --data-binary 'not cbor' "$SERVER_URL/v1/join"
check "the problem has a stable code" grep -q '"code"' answer
check "JSON where CBOR belongs" answers 400 --data-binary '{"a":1}' -H 'content-type: application/cbor' "$SERVER_URL/v1/sign-in"
check "endless nesting" answers 400 --data-binary @<(head -c 4000 /dev/zero | tr '\0' '\201') -H 'content-type: application/cbor' "$SERVER_URL/v1/sign-in"
check "a body over the limit" answers 413 -H 'expect:' --data-binary @<(head -c 20M /dev/zero) "$SERVER_URL/v1/join"
check "a header over the limit" answers 413 -H "x-long: $(head -c 40000 /dev/zero | tr '\0' x)" "$SERVER_URL/v1/server"
check "no signature" answers 401 "$SERVER_URL/v1/spaces"
check "an invalid signature" answers 401 -H 'signature: obhut=:AAAA:' -H 'signature-input: obhut=("@method")' "$SERVER_URL/v1/spaces"
raw() { # what the server says to these bytes
    exec 3<>"/dev/tcp/127.0.0.1/$SERVER_PORT" && printf "$1" >&3 && timeout 15 cat <&3 | head -c 12
    exec 3>&-
}
check "HTTP/1.0" test "$(raw 'GET / HTTP/1.0\r\n\r\n')" = "HTTP/1.1 400"
check "no HTTP" test "$(raw '\001\002\003\004\r\n\r\n')" = "HTTP/1.1 400"
check "two lengths" test "$(raw 'POST /v1/join HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef')" = "HTTP/1.1 400"
check "a negative length" test "$(raw 'POST /v1/join HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n')" = "HTTP/1.1 400"

# ---- slow ones ----------------------------------------------------------------------------------------------------
slow=()
for i in $(seq 200); do
    (exec 3<>"/dev/tcp/127.0.0.1/$SERVER_PORT" && printf 'GET / HTTP/1.1\r\n' >&3 && timeout 30 cat <&3) >/dev/null 2>&1 &
    slow+=($!)
done
check "200 who never finish a header do not hold others up" timeout 10 "$BIN/obhut" --profile profile-anna \
    --passphrase-file passphrase put one Akten:/beside
began=$SECONDS
for id in "${slow[@]}"; do wait "$id"; done
check "they are put out after ten seconds" test $((SECONDS - began)) -le 20

# ---- the server goes away -----------------------------------------------------------------------------------------
mkdir many
for i in $(seq 300); do head -c 200000 /dev/urandom >"many/$i"; done
for wait in 0.1 0.3 0.6 1.0; do
    # Into a folder that is there: as with cp -r, a repetition would otherwise go into the half-made one.
    check "a folder to put into" as anna mkdir "Akten:/many-$wait"
    as anna put many "Akten:/many-$wait/" >/dev/null 2>put.err &
    putting=$!
    sleep "$wait"
    kill_server
    wait "$putting"
    status=$?
    start_server "$WORK/server"
    check "put at a server killed after $wait s ends with 7 or is done" test "$status" -eq 7 -o "$status" -eq 0
    check "and goes on" as anna put many "Akten:/many-$wait/"
    check "everything is there" as bernd get "Akten:/many-$wait/many" "many-$wait"
    check "once, and the same" diff -r many "many-$wait"
done
as bernd get Akten:/many-1.0/many half >/dev/null 2>&1 &
getting=$!
sleep 0.2
kill_server
wait "$getting"
check "without a server: unreachable, and what to do" said 7 as anna ls Akten:/
# Something else answers in its place: a proxy that misses the server, or a network that wants a login.
for status in 502 404 200; do
    node "$ROOT/tests/support/page-server.mjs" "$SERVER_PORT" "$status" >page.log 2>&1 &
    page=$!
    for tries in $(seq 100); do grep -q listening page.log && break; sleep 0.05; done
    check "a page with status $status is no server's answer" said 7 as anna put one Akten:/
    check "and is told as that" grep -q E-0713 said.err
    kill "$page"
    wait "$page" 2>/dev/null
done
start_server "$WORK/server"
rm -rf half
check "get again" as bernd get Akten:/many-1.0/many half
check "is whole" diff -r many half

# ---- many programs on one profile, two people ---------------------------------------------------------------------
programs=()
for i in $(seq 6); do
    (for j in $(seq 15); do as anna put one "Akten:/anna-$i-$j" || exit 1; done) >>many.log 2>&1 &
    programs+=($!)
    (for j in $(seq 15); do as bernd put one "Akten:/bernd-$i-$j" || exit 1; done) >>many.log 2>&1 &
    programs+=($!)
done
bad=0
for id in "${programs[@]}"; do wait "$id" || bad=$((bad + 1)); done
check "six programs each on two profiles, 180 commits: $(tail -n 3 many.log)" test "$bad" -eq 0
check "every one is there" test "$(as anna ls Akten:/ | grep -cE '^(anna|bernd)-[0-9]+-[0-9]+$')" -eq 180
check "both see the same" test "$(as anna ls Akten:/)" = "$(as bernd ls Akten:/)"

# ---- invitations and members --------------------------------------------------------------------------------------
invitation=$(as anna invite carla@example.org --json | sed -n 's/.*"invitation": *"\([^"]*\)".*/\1/p')
check "join" as carla join "$invitation" --kit carla.html
check "a used invitation" said 5 as dora join "$invitation" --kit dora.html
check "a garbled one" said 2 as dora join "${invitation:0:40}" --kit dora.html
as anna space share Akten carla@example.org --role editor
check "a member reads" test "$(as carla cat Akten:/beside | cksum)" = "$(cksum <one)"
as anna space unshare Akten carla@example.org
check "a removed member is told" said 4 as carla ls Akten:/

# ---- clocks -------------------------------------------------------------------------------------------------------
if command -v faketime >/dev/null; then
    check "a clock years ahead" faketime '+3 years' "$BIN/obhut" --profile profile-anna --passphrase-file passphrase put one Akten:/ahead
    check "a clock years behind" faketime '-20 years' "$BIN/obhut" --profile profile-anna --passphrase-file passphrase put one Akten:/behind
    check "the log shows the server's year" test -z "$(as anna log Akten --json | grep -E '"time":"20(0|2[^0-9]|3)' | head -1)"
else
    echo "SKIPPED: wrong clocks: there is no faketime"
fi

# ---- an upload under a new name that was cut off, and the same command again ---------------------------------------
mkdir "$WORK/viele" && for i in $(seq 9000); do echo "$i" >"$WORK/viele/$i"; done
head -c 500000000 /dev/urandom >"$WORK/viele/zuletzt"
"$BIN/obhut" --profile "$WORK/profile-anna" --passphrase-file "$WORK/passphrase" put "$WORK/viele" "Akten:/umbenannt" >/dev/null 2>&1 &
put=$!
for _ in $(seq 100); do as anna ls "Akten:/umbenannt" >/dev/null 2>&1 && break; sleep 0.05; done
check "it is cut off half-way" kill -9 "$put"
wait "$put" 2>/dev/null
check "the same command again" as anna put "$WORK/viele" "Akten:/umbenannt"
check "goes on under the new name" fails 4 as anna ls "Akten:/umbenannt/viele"
check "and has all of it" test "$(as anna ls "Akten:/umbenannt" | wc -l)" -eq 9001
check "a third time it is a folder, as for cp -r" as anna put "$WORK/viele" "Akten:/umbenannt"
check "and goes into it" as anna ls "Akten:/umbenannt/viele"

# ---- the disk is full under the server ----------------------------------------------------------------------------
stop_server
mkdir full
if mount -t tmpfs -o size=40m tmpfs full 2>/dev/null; then
    trap 'stop_server; umount "$WORK/full" 2>/dev/null; cleanup' EXIT
    SERVER_PORT=
    start_server "$WORK/full/data"
    mkdir before && mv profile-anna root-kit anna-kit.html before/
    found_organisation
    as anna space create Akten
    as anna put one Akten:/before
    head -c 60M /dev/urandom >sixty
    check "a full disk at the server is said, and to try again" said 7 as anna put sixty Akten:/
    check "what was there is there" test "$(as anna cat Akten:/before | cksum)" = "$(cksum <one)"
    kill_server
    start_server "$WORK/full/data"
    check "the server starts with a full disk" as anna ls Akten:/
    mount -o remount,size=200m full
    check "with room, it goes on" as anna put sixty Akten:/
    check "and is whole" test "$(as anna cat Akten:/sixty | cksum)" = "$(cksum <sixty)"
    stop_server
    umount full
else
    echo "SKIPPED: full disk at the server: cannot mount a small tmpfs here"
fi
finish
