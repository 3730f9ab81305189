#!/usr/bin/env bash
# Backup and restore with the real programs: backups of a running server, incremental, a lost data directory, clients
# that go on by themselves, an honest drill, and a dishonest rollback. Ends with "N passed, N failed".
#
#     tests/e2e/restore.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
cd "$WORK" || exit 1

# says PATTERN COMMAND…: it succeeds and prints that.
says() {
    local pattern=$1
    shift
    "$@" >said 2>&1 && cat said && grep -qE -- "$pattern" said
}
# said CODE NUMBER COMMAND…: the error has that exit code and number.
said() {
    local code=$1 number=$2 status=0
    shift 2
    "$@" >said.out 2>said.err || status=$?
    cat said.err
    [ "$status" -eq "$code" ] && grep -qF "$number" said.err
}
obhutd() { "$BIN/obhutd" "$@"; }

start_server "$WORK/server"
found_organisation
join_person bernd
as anna space create Akten
as anna space share Akten bernd@example.org --role editor
mkdir papers && for i in $(seq 200); do head -c 30000 /dev/urandom >"papers/$i"; done
as anna put papers Akten:/

# ---- backups of a running server ----------------------------------------------------------------------------------
(for i in $(seq 20); do as bernd put papers/1 "Akten:/during-$i"; done) >during.log 2>&1 &
writer=$!
check "a backup while others write" says '[1-9][0-9]* new' obhutd --data server --backup backup
wait "$writer"
check "they were not disturbed" test ! -s during.log
check "a second one takes only what is new" says 'backup:' obhutd --data server --backup backup
check "every byte of it is whole" says ' 0 damaged' obhutd --data backup --scrub
check "the data directory of a running server is scrubbed too" says ' 0 damaged' obhutd --data server --scrub
check "nor restored into" fails 4 obhutd --data server --restore backup
check "no backup is no backup" fails 5 obhutd --data none --restore papers
check "the drill loses nothing" says 'lost: nothing' env OBHUTD="$BIN/obhutd" "$ROOT/script/drill" server backup

# ---- the disk is gone ---------------------------------------------------------------------------------------------
cp -r profile-bernd bernd-before
as anna put papers Akten:/again
check "the newest backup" obhutd --data server --backup backup
cp -r server rolled-back
kill_server
rm -rf server
check "restored into an empty directory" says 'incarnation [0-9]{9,}' obhutd --data server --restore backup
check "and not over it" fails 5 obhutd --data server --restore backup
start_server "$WORK/server" --restore-wait 0
check "everything can be read" as bernd get Akten:/again again
check "and is the same" diff -r papers again
check "an editor is told that a manager has to come first" said 5 E-0731 as bernd put papers/2 Akten:/by-bernd
check "a manager goes on, without anything by hand" as anna put papers/3 Akten:/by-anna
check "then everybody does" as bernd put papers/2 Akten:/by-bernd
check "both see the same" test "$(as anna ls Akten:/)" = "$(as bernd ls Akten:/)"
check "sharing goes on" as anna space share Akten bernd@example.org --role manager
check "nobody has an alarm" test -z "$(as anna status --json | grep '"alarm"')$(as bernd status --json | grep '"alarm"')"
check "all of it verifies" as anna verify Akten --read-data
check "the next backup" obhutd --data server --backup backup

# ---- large files that the backup lacks -------------------------------------------------------------------------------
# lose_since_backup: the server is what it was at the newest backup, honestly restored.
lose_since_backup() {
    kill_server
    rm -rf server
    obhutd --data server --restore backup >/dev/null && start_server "$WORK/server" --restore-wait 0
}
head -c 41943040 /dev/urandom >film
seq 3000000 >table # compressible, 22 MB
cp film film-as-it-was
as anna put film table Akten:/
check "others have seen them" as bernd ls Akten:/film
lose_since_backup
check "who did not make them waits" said 5 E-0689 as bernd ls Akten:/film
check "they come back by themselves" as anna ls Akten:/film
check "whole" as bernd get Akten:/film came-film
check "the same" cmp film came-film
check "the compressed one too" as bernd get Akten:/table came-table
check "the same bytes" cmp table came-table
check "nobody has to do anything" fails 1 grep -q '"condition": *"file-' <(as anna status --json)
check "work goes on after it" as anna put papers/1 Akten:/after-the-film
check "all of it verifies still" as anna verify Akten --read-data

check "a backup before the next film" obhutd --data server --backup backup
head -c 41943040 /dev/urandom >second
cp second second-as-it-was
as anna put second papers/7 Akten:/
as bernd ls Akten:/ >/dev/null
lose_since_backup
printf 'changed' | dd of=second bs=1 seek=20000000 conv=notrunc status=none
check "a changed file is not sent" said 5 E-0689 as anna ls Akten:/second
check "the status names it" says "$WORK/second" as anna status
check "for scripts too" says '"condition": *"file-behind"' as anna status --json
cp second-as-it-was second
check "as it was, it comes back" as anna ls Akten:/second
check "others read it" as bernd get Akten:/second came-second
check "and it is the same" cmp second-as-it-was came-second

check "a backup before the last film" obhutd --data server --backup backup
head -c 41943040 /dev/urandom >third
as anna put third papers/8 Akten:/
as bernd ls Akten:/ >/dev/null
lose_since_backup
rm third
check "a file that is gone" said 5 E-0689 as anna ls Akten:/third
check "is given up by a manager" as anna space reset Akten --yes
check "the rest of its change is there" as bernd get Akten:/8 came-8
check "the same as it was" cmp papers/8 came-8
check "what is lost is not" fails 4 as bernd ls Akten:/third
check "the status says what to put again" says '“/third” of “Akten” was lost' as anna status
head -c 41943040 /dev/urandom >third
check "put again" as anna put third Akten:/
check "it is there" as bernd get Akten:/third came-third
check "and nothing more is said" fails 1 grep -q '"condition": *"file-' <(as anna status --json)
check "no alarm in all of it" test -z "$(as anna status --json | grep '"alarm"')$(as bernd status --json | grep '"alarm"')"

# ---- what others went on without -------------------------------------------------------------------------------------
check "a backup before bernd's afternoon" obhutd --data server --backup backup
as bernd put papers/9 Akten:/afternoon
lose_since_backup
check "anna goes on without it" as anna put papers/10 Akten:/evening
check "bernd's first look shows his own work" as bernd ls Akten:/afternoon
check "and that nothing waits" says '"waiting": *0' as bernd status --json
check "anna has it too" as anna ls Akten:/afternoon
check "and nobody has an alarm" test -z "$(as anna status --json | grep '"alarm"')$(as bernd status --json | grep '"alarm"')"

# ---- an older copy under the same number --------------------------------------------------------------------------
stop_server
mv server newest && mv rolled-back server
start_server "$WORK/server"
check "a rollback is found" said 9 E- as bernd ls Akten:/
stop_server
mv server rolled-back && mv newest server
start_server "$WORK/server"
check "with the right server everything goes on" as anna ls Akten:/

# ---- the directory went on without what devices have seen -----------------------------------------------------------
check "a backup before the change" obhutd --data server --backup backup
cp -r profile-anna old-anna
check "an invitation that the backup lacks" as anna invite carla@example.org
check "others have seen it" says 'carla' as bernd people
kill_server
rm -rf server
check "restored again" says 'incarnation' obhutd --data server --restore backup
start_server "$WORK/server" --restore-wait 0
mv profile-anna new-anna && mv old-anna profile-anna
check "a device that knew nothing of it goes on" as anna invite dora@example.org
mv profile-anna old-anna && mv new-anna profile-anna
check "the others refuse" said 5 E-0693 as anna people
check "all of them" said 5 E-0693 as bernd people
check "a reset takes the root kit" said 2 E- as anna org reset --yes
check "the root gives up what was lost" says '"reset": *true' as anna org reset --root-kit root-kit --reason backup --yes --json
check "and not twice" said 2 E-0691 as anna org reset --root-kit root-kit --yes
check "its device follows" says 'dora' as anna people
check "the others by themselves" says 'dora' as bernd people
check "what was lost is lost" fails 1 grep -q carla said
check "work goes on" as bernd put papers/4 Akten:/after-the-reset
check "it was no alarm (E-0257: the rollback above)" \
    test -z "$({ as anna status --json; as bernd status --json; } | grep '"alarm"' | grep -v E-0257)"
check "programs of this version may write" says '0.1.0' as anna org policy --oldest-client 0.1.0
check "it is not lowered" fails 5 as anna org policy --oldest-client 0.0.9
check "nor set beyond the program that sets it" fails 10 as anna org policy --oldest-client 9.0.0
check "and they do" as bernd put papers/5 Akten:/new-enough
finish
