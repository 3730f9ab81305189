#!/usr/bin/env bash
# The first session, with the real programs, line by line as the documents show it; then real documents from the folder
# `shared` beside the project, byte for byte. Ends with "N passed, N failed".
#
#     tests/e2e/first_session.sh [FOLDER WITH obhut AND obhutd]
set -uo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/${1:-build/release/bin}
[[ ${1:-} != /* ]] || bin=$1
shared=${OBHUT_SHARED:-$PWD/../shared}
work=$(mktemp -d)
server=
passed=0
failed=0

cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    [ -z "$server" ] || wait "$server" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

# check NAME COMMAND…: the command succeeds.
check() {
    local name=$1
    shift
    if "$@" >"$work/out" 2>"$work/err"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s (exit %d)\n' "$name" "$?"
        sed 's/^/    /' "$work/out" "$work/err" | head -20
    fi
}

# refused NAME EXIT COMMAND…: it fails with that exit code and says what to do.
refused() {
    local name=$1 expected=$2 status=0
    shift 2
    "$@" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -eq "$expected" ] && grep -qE '^obhut: .*\(E-[0-9]{4}\)$' "$work/err" && [ "$(wc -l <"$work/err")" -ge 2 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: exit %d, expected %d\n' "$name" "$status" "$expected"
        sed 's/^/    /' "$work/err" | head -20
    fi
}

silent() { check "$1 says nothing" test ! -s "$work/out" -a ! -s "$work/err"; }

start_server() {
    local try
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + RANDOM % 20000))
        "$bin/obhutd" --data "$work/server" --listen "127.0.0.1:$port" >"$work/server.log" 2>&1 &
        server=$!
        for _ in $(seq 100); do
            kill -0 "$server" 2>/dev/null || break
            curl -fs --max-time 2 "http://127.0.0.1:$port/healthz" >/dev/null 2>&1 && return
            sleep 0.05
        done
        wait "$server" 2>/dev/null
        server=
    done
    echo "the server does not start:"
    cat "$work/server.log"
    echo "0 passed, 1 failed"
    exit 1
}

export LC_ALL=C
unset OBHUT_PROFILE XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
start_server
cd "$work" || exit 1
(umask 077 && echo "correct horse battery staple" >P)
printf 'Sehr geehrte Damen und Herren,\n' >brief.odt
mkdir -p ordner/leer "ordner/Übersicht 📄"
head -c 3000000 /dev/urandom >ordner/gross.bin
: >ordner/nichts
printf 'x' >"ordner/Übersicht 📄/a b.txt"
ln -s ../brief.odt ordner/verweis
truncate -s 32M ordner/lücken
chmod 640 brief.odt
touch -d '2020-02-29 12:34:56.789' brief.odt

obhut() { "$bin/obhut" "$@"; }
a() { "$bin/obhut" --profile A --passphrase-file P "$@"; }
b() { "$bin/obhut" --profile B --passphrase-file P "$@"; }

# ---- the first session --------------------------------------------------------------------------------------------
check "org create" obhut --profile A --passphrase-file P org create "Rathaus" --server "http://127.0.0.1:$port" --email anna@example.org
check "the root kit is in the current folder, for its owner only" test "$(stat -c %a obhut-root-kit.txt)" = 600
obhut --profile A --passphrase-file P invite bernd@example.org --json >invitation.json 2>err
check "invite --json carries the invitation" grep -q '"invitation":"' invitation.json
invitation=$(sed -n 's/.*"invitation":"\([^"]*\)".*/\1/p' invitation.json)
check "join" obhut --profile B --passphrase-file P join "$invitation"
check "space create" obhut --profile A --passphrase-file P space create Akten
silent "space create"
check "space share" obhut --profile A --passphrase-file P space share Akten bernd@example.org --role editor
check "put" obhut --profile A --passphrase-file P put brief.odt ordner/ Akten:/
silent "put"
check "get" obhut --profile B --passphrase-file P get Akten:/brief.odt out.odt
check "what Bernd got is what Anna put" cmp brief.odt out.odt
check "mode and time came along" test "$(stat -c '%a %y' brief.odt)" = "$(stat -c '%a %y' out.odt)"

# ---- folders, links, holes ----------------------------------------------------------------------------------------
check "get a folder" b get Akten:/ordner geholt
check "the folder is the same" diff -r --no-dereference ordner geholt
check "a link stays a link" test "$(readlink geholt/verweis)" = ../brief.odt
check "holes stay holes" test "$(stat -c %b geholt/lücken)" -lt 1000
check "diff finds no difference" test -z "$(b diff Akten:/ordner ordner 2>&1)"
check "ls lists" test "$(b ls Akten:/)" = "$(printf 'brief.odt\nordner/')"
check "cat writes the bytes" test "$(b cat Akten:/brief.odt)" = "$(cat brief.odt)"

# ---- a second version, the trash, the past ------------------------------------------------------------------------
printf 'Zweite Fassung\n' >brief.odt
check "put again" b put brief.odt Akten:/
check "the newest version is there" test "$(a cat Akten:/brief.odt)" = "Zweite Fassung"
check "history knows both" test "$(a history Akten:/brief.odt --json | wc -l)" -eq 2
check "restore a version" a restore Akten:/brief.odt --version 1
check "the first version is back" test "$(b cat Akten:/brief.odt)" = "Sehr geehrte Damen und Herren,"
check "mkdir" a mkdir -p Akten:/ablage/2024
check "mv" a mv Akten:/brief.odt Akten:/ablage/2024/
check "cp" b cp Akten:/ablage/2024/brief.odt Akten:/kopie.odt
check "rm" b rm Akten:/kopie.odt
refused "removed is removed" 4 a cat Akten:/kopie.odt
check "trash list" test "$(a trash list Akten --json | wc -l)" -ge 1
check "trash restore" a trash restore Akten:/kopie.odt
check "it is back" a cat Akten:/kopie.odt
check "an unchanged folder is not read again" grep -q '"unchanged":[1-9]' <(a put ordner Akten:/ --json)
check "log names the signer" grep -q 'bernd@example.org' <(a log Akten)
check "people" grep -q 'bernd@example.org' <(a people)
check "members" test "$(a space members Akten --json | wc -l)" -eq 2
check "status" a status
check "verify reads everything" a verify Akten --read-data
check "export" a export auszug Akten
check "the export is what was put" cmp out.odt auszug/Akten/ablage/2024/brief.odt
sed -n 's/.*"path":"\([^"]*\)".*"kind":"file".*"sha256":"\([0-9a-f]*\)".*/\2  \1/p' auszug/manifest.jsonl >sums
check "its list has the SHA-256 of every file" test "$(wc -l <sums)" -eq "$(find auszug -mindepth 2 -type f -printf x | wc -c)"
check "and they are right" sh -c 'cd auszug && sha256sum --quiet -c ../sums'
check "it has the links" test "$(grep -c '"kind":"symlink".*"target":"../brief.odt"' auszug/manifest.jsonl)" -eq 1
check "and the folders" test "$(grep -c '"kind":"folder"' auszug/manifest.jsonl)" -eq "$(find auszug/Akten -mindepth 1 -type d -printf x | wc -c)"

# ---- the agent ----------------------------------------------------------------------------------------------------
check "unlock" a unlock --for 5m
check "unlocked needs no password" obhut --profile A ls Akten:/
check "lock" obhut --profile A lock
refused "locked again" 6 obhut --profile A ls Akten:/ </dev/null

# ---- refusals -----------------------------------------------------------------------------------------------------
(umask 077 && echo wrong >Q)
refused "a wrong password" 6 obhut --profile A --passphrase-file Q ls Akten:/
refused "a used invitation" 5 obhut --profile C --passphrase-file P join "$invitation"
refused "no such space" 4 a ls Nichts:/
refused "no such file" 4 b get Akten:/nichts out
refused "an unknown command" 2 a putt x
refused "a second organisation" 5 obhut --profile D --passphrase-file P org create Zwei --server "http://127.0.0.1:$port" --email d@example.org
printf 'kaputt' >invitation.bad
refused "no invitation" 2 obhut --profile E --passphrase-file P join "$(cat invitation.bad)"

# ---- real documents -----------------------------------------------------------------------------------------------
if [ -d "$shared/data/office" ]; then
    check "put real documents" a put "$shared/data/office" Akten:/dokumente
    check "get them as the other person" b get Akten:/dokumente dokumente
    check "they are the same, byte for byte" diff -r "$shared/data/office" dokumente
else
    echo "SKIPPED: real documents: there is no folder $shared/data/office"
fi

# ---- removal ------------------------------------------------------------------------------------------------------
check "space unshare" obhut --profile A --passphrase-file P space unshare Akten bernd@example.org
check "write after the removal" a put ordner/nichts Akten:/danach
refused "the removed person gets nothing" 4 b get Akten:/brief.odt weg
check "the others go on" a ls Akten:/

# ---- what the server has ------------------------------------------------------------------------------------------
for planted in Akten brief.odt "Sehr geehrte" "correct horse"; do
    check "the server does not know “$planted”" test -z "$(grep -rlaF "$planted" "$work/server" "$work/server.log")"
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
