#!/usr/bin/env bash
# docs/administration.md, block by block, with the real programs. Ends with "N passed, N failed".
#
#     tests/e2e/administration.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
cd "$WORK" || exit 1
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | tail -n 1; }
obhutd() { "$BIN/obhutd" "$@"; }
holds() { local text=$1; shift; "$@" >held 2>&1; grep -qF -- "$text" held || { cat held; return 1; }; }
lacks() { local text=$1; shift; "$@" >held 2>&1; ! grep -qF -- "$text" held || { cat held; return 1; }; }

# ---- 1. Set up
check "server init wants the certificate to be there" fails 4 "$BIN/obhut" server init srv --certificate none.pem --private-key none.pem
check "and makes nothing without it" test ! -e srv
check "server init" "$BIN/obhut" server init srv --listen 127.0.0.1:0
start_server "$WORK/srv/data" || exit 1
check "org create" as anna org create "Rathaus" --server "$SERVER_URL" --email anna@example.org --kit anna.html --root-kit root.txt
invitation=$(as anna invite bernd@example.org --admin --root-kit root.txt --json | field invitation)
check "an administrator joins" as bernd join "$invitation" --kit bernd.html
check "and is one" holds '"administrator":true' as bernd status --json
check "invite --withdraw" as bernd invite eva@example.org
check "is taken back" as bernd invite eva@example.org --withdraw
join_person carla

# ---- 2. Somebody leaves
as bernd space create Akten >/dev/null
as bernd space share Akten carla@example.org --role editor >/dev/null
echo eins >eins && as bernd put eins Akten:/ >/dev/null
check "link list" as bernd link list Akten
as bernd space create Archiv >/dev/null
as bernd space share Archiv carla@example.org --role reader >/dev/null
as carla space list >/dev/null
check "nobody is raised where somebody may write" fails 2 as carla space raise Archiv
check "people disable" as anna people disable bernd@example.org --yes
check "people shows it" holds disabled as anna people --json
check "the last manager is gone: an editor manages" as carla space share Akten anna@example.org --role manager
check "who is disabled is out" fails 6 as bernd ls Akten:/
raising=$(as carla space raise Archiv --json | field code)
check "a reader does not raise themselves" fails 5 as carla space raise "$raising" --yes
check "space raise" as anna space raise "$raising" --yes
check "and manages" as carla put eins Archiv:/neu
check "also the owner" holds '"owner":' as carla space policy Archiv --owner carla@example.org --json
check "charges nobody else" fails 5 as carla space policy Archiv --owner anna@example.org
check "people enable" as anna people enable bernd@example.org

# ---- 3. A stolen device, without another one
as anna status >/dev/null 2>&1
check "signin by the sheet" as bernd2 signin --kit bernd.html --email bernd@example.org
old=$(as bernd status --json | field device)
check "device list by an administrator" holds "${old:0:8}" as anna device list bernd@example.org
check "device revoke" as bernd2 device revoke "${old:0:8}" --yes
check "the thief is out" fails 6 as bernd ls Akten:/

# ---- 4. A lost kit, a forgotten password
check "another sheet, announced" as bernd2 kit --replace new.html --new-password-file passphrase
check "it is shown" holds kit-notice as bernd2 status --json
check "and taken back" as bernd2 kit --cancel
check "signin by the recovery key" as bernd3 signin --kit bernd.html --email bernd@example.org --recover

# ---- 5. Backup
check "server backup" holds '"segments":' "$BIN/obhut" server backup srv backup --json
check "server scrub of a backup" holds '"damaged":0' "$BIN/obhut" server scrub backup --json
check "drill" holds 'lost: nothing' env OBHUTD="$BIN/obhutd" "$ROOT/script/drill" srv
check "drill of the data itself" holds 'lost: nothing' env OBHUTD="$BIN/obhutd" "$ROOT/script/drill" srv/data
check "server scrub of a running server" holds '"damaged":0' "$BIN/obhut" server scrub srv --json
check "server incarnation" holds '"incarnation":1' "$BIN/obhut" server incarnation srv --json
check "is not counted up under a running server" fails 8 "$BIN/obhut" server incarnation srv --new --yes
check "server quota" holds '"owner":' "$BIN/obhut" server quota srv --json
check "limits need settings" fails 4 "$BIN/obhut" server quota srv/data --user 1GB
check "a limit is set" holds '"limit":1000000000' "$BIN/obhut" server quota srv --user 1GB --json
check "and set anew" holds '"limit":2000000000' "$BIN/obhut" server quota srv --user 2GB --space 500MB --json
check "the rest of the settings stays" grep -q '^# Settings' srv/obhutd.toml

# ---- 6. The disk is gone: what is newer than the backup comes back from the devices
head -c 200000 /dev/urandom >bericht
check "put after the backup" as carla put bericht Akten:/
as carla space create Kasse >/dev/null
as carla put eins Kasse:/ >/dev/null
printf 'zwei\n' >zwei && as anna put zwei Akten:/ >/dev/null
kill_server
rm -rf srv/data
check "restore" obhutd --data srv/data --restore backup
start_server "$WORK/srv/data"
check "what others made waits for them" holds space-behind as anna status --json
as carla status >/dev/null 2>&1
as anna status >/dev/null 2>&1
as carla status >/dev/null 2>&1
check "carla's report is back" cmp bericht <(as anna cat Akten:/bericht)
check "anna's file is back" test "$(as carla cat Akten:/zwei)" = zwei
check "carla's space is back" test "$(as carla cat Kasse:/eins)" = eins
check "everybody goes on" as anna put eins Akten:/danach
check "nothing is missing any more" lacks space-behind as anna status --json
check "nobody has an alarm" lacks '"alarm"' as carla status --json
check "all of it verifies" as anna verify Akten --read-data
check "directory changes wait ten minutes" holds E-0714 as anna invite dora@example.org

# ---- reset: a device that never comes back
stop_server
check "another backup" "$BIN/obhut" server backup srv backup2
start_server "$WORK/srv/data"
printf 'drei\n' >drei && as carla put drei Akten:/drei >/dev/null
check "anna has seen it" test "$(as anna cat Akten:/drei)" = drei
as anna put eins Akten:/vier >/dev/null
kill_server
rm -rf profile-carla srv/data
check "restored again" obhutd --data srv/data --restore backup2
start_server "$WORK/srv/data"
check "it says what is missing" holds space-behind as anna status --json
check "space reset" as anna space reset Akten --reason backup --yes
check "what carla alone had is gone" fails 4 as anna cat Akten:/drei
check "anna's own is there again" test "$(as anna cat Akten:/vier)" = eins
check "all of it verifies after that" as anna verify Akten --read-data
check "nothing is missing then" lacks space-behind as anna status --json

[ -z "${KEEP:-}" ] || { trap - EXIT; echo "kept $WORK $SERVER_PORT"; exit; }
finish
