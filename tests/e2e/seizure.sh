#!/usr/bin/env bash
# Seizure: everything that a really used server has (disk, database, memory image, logs, the traffic without its TLS) holds
# none of the planted marks, while it does hold what it is known to hold. (What a thief of the server's secrets can forge,
# tests/hostile shows: the adversary there has all of them.)
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Marks that people wrote; each is looked for in several encodings.
MARKS=(Grundsteuerbescheid-7f3a geheim.Umlaufmappe Zwetschgenkuchen42 Akten-Mark-9d1c "correct horse battery staple")

start_server "$WORK/server"
# Between people and the server stands a proxy that writes down what passes.
"$BIN/obhut-hostile" --server "$SERVER_URL" --strategy honest --record "$WORK/traffic" >"$WORK/proxy.log" 2>&1 &
PROXY_PID=$!
trap 'kill "$PROXY_PID" 2>/dev/null || true; cleanup' EXIT
for _ in $(seq 200); do grep -q 'listening on' "$WORK/proxy.log" && break; sleep 0.05; done
SERVER_URL=$(sed -n 's|.*listening on \(http://127.0.0.1:[0-9]*\).*|\1|p' "$WORK/proxy.log")
found_organisation
join_person bernd
mkdir -p "$WORK/in/geheim.Umlaufmappe"
printf 'Der Grundsteuerbescheid-7f3a ist faellig. Zwetschgenkuchen42\n%.0s' $(seq 2000) >"$WORK/in/geheim.Umlaufmappe/Grundsteuerbescheid-7f3a.txt"
printf 'kurz: Zwetschgenkuchen42' >"$WORK/in/geheim.Umlaufmappe/kurz"
as anna space create Akten-Mark-9d1c
as anna space share Akten-Mark-9d1c bernd@example.org --role editor
as anna put "$WORK/in/geheim.Umlaufmappe" Akten-Mark-9d1c:/
as bernd get Akten-Mark-9d1c:/geheim.Umlaufmappe "$WORK/out"
as bernd mv Akten-Mark-9d1c:/geheim.Umlaufmappe/kurz Akten-Mark-9d1c:/Zwetschgenkuchen42
check "bernd reads what anna wrote" diff -r "$WORK/in/geheim.Umlaufmappe" "$WORK/out"

# The memory image, while the server is warm; gcore comes with gdb, so read /proc instead.
image() {
    local range from to
    : >"$WORK/image"
    while read -r range perms _; do
        [[ $perms == r* ]] || continue
        from=$((16#${range%-*})) to=$((16#${range#*-}))
        dd if="/proc/$SERVER_PID/mem" bs=4096 skip=$((from / 4096)) count=$(((to - from) / 4096)) status=none \
            2>/dev/null >>"$WORK/image" || true
    done </proc/"$SERVER_PID"/maps
}
image
stop_server
kill "$PROXY_PID" && wait "$PROXY_PID" 2>/dev/null || true

sound() { grep -rlaF -- "$1" "$2"; }
no_mark_in() {
    local place=$1 mark form
    for mark in "${MARKS[@]}"; do
        for form in "$mark" "$(printf %s "$mark" | base64 | cut -c1-20)" "$(printf %s "$mark" | od -An -tx1 | tr -d ' \n')"; do
            ! sound "$form" "$place" || { echo "found: $mark"; return 1; }
        done
        # UTF-16, as some programs keep text.
        ! grep -rlaP -- "$(printf %s "$mark" | sed 's/./\\x{&}/g; s/\\x{\(.\)}/\1\\x00/g')" "$place" || {
            echo "found in UTF-16: $mark"
            return 1
        }
    done
}
check "the search finds what is there" bash -c "! [ -z \"\$(grep -rlaF Zwetschgenkuchen42 '$WORK/in')\" ]"
# What a server needs to know, and may: where that is not found, the search is blind.
known() { grep -qaF anna@example.org -r "$1"; }
check "the search reads the server's disk" known "$WORK/server"
check "the search reads the server's memory" known "$WORK/image"
check "the search reads the traffic" known "$WORK/traffic"
check "the server's log is there" grep -q listening "$WORK/server.log"
check "nothing planted on the server's disk" no_mark_in "$WORK/server"
check "nothing planted in the server's memory" no_mark_in "$WORK/image"
check "nothing planted in the server's log" no_mark_in "$WORK/server.log"
check "nothing planted in the traffic" no_mark_in "$WORK/traffic"
# What cannot be compressed further hides no text.
check "segments do not compress" bash -c "cat '$WORK'/server/segments/* | gzip -1 | wc -c | awk -v n=\$(cat '$WORK'/server/segments/* | wc -c) '{exit !(\$1 > n * 0.55)}'"
finish
