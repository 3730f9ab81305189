# Shared by the end-to-end scripts: real programs, real processes, a server of their own on a free loopback port.
# Sourced. A script calls check for each claim and finish at its end. Only processes started here are ended, by id.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${OBHUT_BIN:-$ROOT/build/release/bin}
SHARED=${OBHUT_SHARED:-$ROOT/../shared}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/obhut-e2e.XXXXXX")
PASSED=0
FAILED=0
SERVER_PID=
SERVER_PORT=
SERVER_URL=
export LC_ALL=C.UTF-8
unset OBHUT_PROFILE
printf 'correct horse battery staple\n' >"$WORK/passphrase"
chmod 600 "$WORK/passphrase"

cleanup() {
    stop_server
    rm -rf "$WORK"
}
trap cleanup EXIT

# check NAME COMMAND…: one claim; what the command printed is shown when it fails.
check() {
    local name=$1
    shift
    if "$@" >"$WORK/check.log" 2>&1; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        printf 'FAILED %s: %s\n' "$name" "$*"
        head -n 20 "$WORK/check.log" | sed 's/^/    /'
    fi
}

# fails CODE COMMAND…: the command ends with that exit code.
fails() {
    local code=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$code" ] || {
        printf 'exit code %d, expected %d\n' "$status" "$code"
        return 1
    }
}

finish() {
    printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
    [ "$FAILED" -eq 0 ]
}

# start_server DATA [ARGUMENT…]: port 0 the first time, the same port again after that, so that profiles stay valid.
start_server() {
    local data=$1 tries
    shift
    : >"$WORK/server.log"
    "$BIN/obhutd" --data "$data" --listen "127.0.0.1:${SERVER_PORT:-0}" "$@" >"$WORK/server.log" 2>&1 &
    SERVER_PID=$!
    for tries in $(seq 200); do
        SERVER_URL=$(sed -n 's|.*listening on \(https*://127.0.0.1:[0-9]*\).*|\1|p' "$WORK/server.log" | tail -n 1)
        [ -n "$SERVER_URL" ] && curl -fskS --max-time 2 "$SERVER_URL/healthz" >/dev/null 2>&1 && break
        kill -0 "$SERVER_PID" 2>/dev/null || { cat "$WORK/server.log"; return 1; }
        sleep 0.05
    done
    SERVER_PORT=${SERVER_URL##*:}
}

stop_server() {
    [ -n "$SERVER_PID" ] || return 0
    kill "$SERVER_PID" 2>/dev/null || true
    wait "$SERVER_PID" 2>/dev/null || true
    SERVER_PID=
}

kill_server() {
    kill -9 "$SERVER_PID" 2>/dev/null || true
    wait "$SERVER_PID" 2>/dev/null || true
    SERVER_PID=
}

# as NAME COMMAND…: obhut with that person's profile.
as() {
    local who=$1
    shift
    "$BIN/obhut" --profile "$WORK/profile-$who" --passphrase-file "$WORK/passphrase" "$@"
}

# begin NAME COMMAND…: the same in the background; CLIENT is the program itself. (`as … &` is a shell around it, and what
# kills that leaves the program alive.)
begin() {
    local who=$1
    shift
    "$BIN/obhut" --profile "$WORK/profile-$who" --passphrase-file "$WORK/passphrase" "$@" >/dev/null 2>&1 &
    CLIENT=$!
}

# found_organisation: anna founds it; join_person NAME: anna invites, NAME joins.
found_organisation() {
    as anna org create Rathaus --server "$SERVER_URL" --email anna@example.org --kit "$WORK/anna-kit.html" \
        --root-kit "$WORK/root-kit" >/dev/null
}
join_person() {
    local invitation
    invitation=$(as anna invite "$1@example.org" --json | sed -n 's/.*"invitation": *"\([^"]*\)".*/\1/p')
    as "$1" join "$invitation" --kit "$WORK/$1-kit.html" >/dev/null
}
