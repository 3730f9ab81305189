#!/usr/bin/env bash
# People come and go, with the real programs: groups, a stolen laptop, a colleague who leaves, kits, spaces that end.
# Ends with "N passed, N failed".
set -uo pipefail
source "$(dirname "$0")/lib.sh"

start_server "$WORK/server" || exit 1
cd "$WORK" || exit 1
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

check "found" found_organisation
check "bernd joins" join_person bernd
check "carla joins" join_person carla
as anna status >/dev/null 2>&1 # takes the newcomers into the group of all
printf 'eins\n' >eins
printf 'zwei\n' >zwei

# ---- groups -------------------------------------------------------------------------------------------------------
check "group create" as anna group create Bauamt bernd@example.org
check "group members" test "$(as anna group members Bauamt --json | wc -l)" -eq 2
check "space create" as anna space create Akten
check "share with a group" as anna space share Akten group:Bauamt --role editor
check "put" as anna put eins Akten:/
check "a member of the group reads" test "$(as bernd cat Akten:/eins)" = eins
check "who is not in it does not" fails 4 as carla cat Akten:/eins
check "group add" as anna group add Bauamt carla@example.org
check "who joins reads at once" test "$(as carla cat Akten:/eins)" = eins
check "not everybody changes a group" fails 5 as carla group add Bauamt anna@example.org
check "the last manager stays" fails 5 as anna group remove Bauamt anna@example.org
check "group remove" as anna group remove Bauamt carla@example.org
check "put after the removal" as anna put zwei Akten:/
check "who was removed reads nothing" fails 4 as carla cat Akten:/zwei
check "the others do" test "$(as bernd cat Akten:/zwei)" = zwei
check "group list" grep -q Bauamt <(as bernd group list)

# ---- inboxes and names of groups ----------------------------------------------------------------------------------
check "send to a group" as carla send group:Bauamt zwei
check "a member sees it" grep -q '"to":"group:Bauamt"' <(as bernd inbox --json)
check "who is not in it does not" test -z "$(as carla inbox --json)"
check "status tells of it" grep -q inbox-waiting <(as bernd status --json)
letter=$(as bernd inbox --json | field id)
as bernd space create Privat >/dev/null
check "not into a space of one's own" fails 2 as bernd inbox file "$letter" Privat:/post
check "inbox file" as bernd inbox file "$letter" group:Bauamt:/post
check "every member has it" test "$(as anna cat group:Bauamt:/post/zwei)" = zwei
check "it is filed once" test -z "$(as anna inbox --json)"
check "not to all" fails 2 as carla send group:all zwei
check "a group of who is no administrator" as carla group create Kasse bernd@example.org
check "its name waits" grep -q name-waiting <(as carla status --json)
check "the others see a number" fails 4 as bernd group members Kasse
as anna status >/dev/null 2>&1 # writes the name down
check "then its name" as bernd group members Kasse
as carla people >/dev/null
check "nothing waits any more" fails 1 grep -q name-waiting <(as carla status --json)
check "one's own name" as carla people rename carla@example.org "Carla Klein"
as anna status >/dev/null 2>&1
check "is everybody's" grep -q 'Carla Klein' <(as bernd people)
check "nobody names another" fails 5 as carla people rename bernd@example.org "Bernd"

# ---- a stolen laptop ----------------------------------------------------------------------------------------------
as laptop signin --kit "$WORK/bernd-kit.html" --email bernd@example.org >signin.log 2>&1
check "the laptop reads" test "$(as laptop cat Akten:/zwei)" = zwei
laptop=$(as laptop status --json | field device)
check "device revoke" as bernd device revoke "${laptop:0:8}" --yes
check "the laptop is refused" fails 6 as laptop put eins Akten:/drei
check "the laptop knows" grep -q device-ended <(as laptop status --json)
check "others go on" as anna put eins Akten:/drei
check "bernd reads on" test "$(as bernd cat Akten:/drei)" = eins
check "a revoked laptop signs out" as laptop signout --yes
check "and has no profile" fails 6 as laptop ls Akten:/

# ---- invitations, and a colleague who leaves ----------------------------------------------------------------------
invitation=$(as anna invite dora@example.org --json | field invitation)
check "invite --withdraw" as anna invite dora@example.org --withdraw
check "a withdrawn invitation is over" fails 5 as dora join "$invitation"
check "people disable" as anna people disable bernd@example.org --yes
check "who is disabled reads nothing" fails 6 as bernd ls Akten:/
check "people lists it" grep -q '"disabled"' <(as anna people --json)
check "people enable" as anna people enable bernd@example.org
as bernd status >/dev/null 2>&1 # renews bernd's key
as anna status >/dev/null 2>&1  # gives the group's key to it
as anna ls Akten:/ >/dev/null 2>&1
check "and reads again" test "$(as bernd cat Akten:/eins)" = eins

# ---- kits ---------------------------------------------------------------------------------------------------------
printf 'quite another password\n' >neu
chmod 600 neu
check "a new password" as carla kit --password --paper carla-kit.html --new-password-file neu
check "the old one opens nothing" fails 6 as carla ls Akten:/
cp neu passphrase-carla && chmod 600 passphrase-carla
carla() { "$BIN/obhut" --profile "$WORK/profile-carla" --passphrase-file "$WORK/passphrase-carla" "$@"; }
check "the new one does" carla people
check "another kit by the old one" carla kit --replace --paper carla-kit.html --new-password-file neu carla-neu.html --kept
check "the new kit counts" test -s carla-neu.html
check "another kit by notice" carla kit --replace --new-password-file neu
check "status tells of the notice" grep -q kit-notice <(carla status --json)
check "not before seven days" fails 5 carla kit --replace --new-password-file neu
check "cancelled" carla kit --cancel
check "nothing runs any more" fails 2 carla kit --cancel

# ---- spaces that end ----------------------------------------------------------------------------------------------
check "space policy" as anna space policy Akten --trash 90
check "it is kept" test "$(as anna space policy Akten --json | sed -n 's/.*"trash":\([0-9]*\).*/\1/p')" = 90
check "another space" as anna space create Kasse
check "shared" as anna space share Kasse carla@example.org --role manager
check "space leave" as anna space leave Kasse --yes
check "who left has it no more" fails 4 as anna ls Kasse:/
check "space close" carla space close Kasse --yes
check "closed is closed" fails 4 carla ls Kasse:/
check "group delete" as anna group delete Bauamt --yes
check "signout keeps the last way in" as anna signout --yes

finish
