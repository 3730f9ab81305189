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
    "$@" >said && cat said && grep -qE -- "$pattern" said
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
