#!/usr/bin/env bash
# Seizure: everything that a really used server has (disk, database, memory image, logs, the traffic) holds none of the
# planted marks; and theft: with every secret of the server an attacker opens nothing and forges no write.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Marks that people wrote; each is looked for in several encodings.
MARKS=(Grundsteuerbescheid-7f3a geheim.Umlaufmappe Zwetschgenkuchen42 Akten-Mark-9d1c "correct horse battery staple")

start_server "$WORK/server"
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
check "nothing planted on the server's disk" no_mark_in "$WORK/server"
check "nothing planted in the server's memory" no_mark_in "$WORK/image"
check "nothing planted in the server's log" no_mark_in "$WORK/server.log"
# What cannot be compressed further hides no text.
check "segments do not compress" bash -c "cat '$WORK'/server/segments/* | gzip -1 | wc -c | awk -v n=\$(cat '$WORK'/server/segments/* | wc -c) '{exit !(\$1 > n * 0.55)}'"
finish
