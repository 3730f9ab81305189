#!/usr/bin/env bash
# Links by URL, drops, trash: with the real programs, people with and without an account. Ends with "N passed, N failed".
#
#     tests/e2e/links.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"

# field NAME: the value of a text in the last line of JSON on standard input.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | tail -n 1; }
# guest COMMAND…: obhut without any profile.
guest() { "$BIN/obhut" --profile "$WORK/no-profile" "$@"; }
# holds TEXT COMMAND…: its output has that text; lacks: it has not.
holds() { local text=$1; shift; "$@" >"$WORK/held" 2>&1 || { cat "$WORK/held"; return 1; }; grep -qF -- "$text" "$WORK/held" || { cat "$WORK/held"; return 1; }; }
lacks() { local text=$1; shift; "$@" >"$WORK/held" 2>&1 || { cat "$WORK/held"; return 1; }; ! grep -qF -- "$text" "$WORK/held"; }

start_server "$WORK/data" || exit 1
found_organisation
join_person bernd
as anna space create Akten >/dev/null
as anna space share Akten bernd@example.org --role editor >/dev/null
mkdir -p "$WORK/in/projekt/plan"
printf 'erster Stand\n' >"$WORK/in/brief.txt"
head -c 3000000 /dev/urandom >"$WORK/in/projekt/gross.bin"
printf 'a\n' >"$WORK/in/projekt/plan/a.txt"
check "files go in" as anna put "$WORK/in/brief.txt" "$WORK/in/projekt" Akten:/

# A file.
url=$(as anna link create Akten:/brief.txt --json | field url)
check "the link has a secret" test "${#url}" -gt 80
check "a guest gets the file" guest get "$url" "$WORK/brief.txt"
check "byte for byte" cmp "$WORK/in/brief.txt" "$WORK/brief.txt"
printf 'zweiter Stand\n' >"$WORK/in/brief.txt"
check "the file changes" as bernd put "$WORK/in/brief.txt" Akten:/
check "the link shows the version it was made for" guest get "$url" "$WORK/again.txt"
check "still the first" grep -q erster "$WORK/again.txt"

# A folder follows.
folder=$(as anna link create Akten:/projekt --json | field url)
check "a guest gets the folder" guest get "$folder" "$WORK/out1"
check "all of it" diff -r "$WORK/in/projekt" "$WORK/out1"
printf 'neu\n' >"$WORK/in/projekt/plan/b.txt"
printf 'anders\n' >"$WORK/in/projekt/plan/a.txt"
check "somebody else changes it" as bernd put "$WORK/in/projekt" Akten:/
check "the link follows" guest get "$folder" "$WORK/out2"
check "to the byte" diff -r "$WORK/in/projekt" "$WORK/out2"
check "verify finds nothing" as bernd verify Akten

# Password, limit, expiry, end.
printf 'sesam oeffne dich\n' >"$WORK/secret"; chmod 600 "$WORK/secret"
printf 'falsch\n' >"$WORK/wrong"; chmod 600 "$WORK/wrong"
locked=$(as anna link create Akten:/brief.txt --password-file "$WORK/secret" --limit 1 --expires 7d --json | field url)
check "the wrong password does not open" fails 4 guest get "$locked" "$WORK/x" --password-file "$WORK/wrong"
check "the right one does" guest get "$locked" "$WORK/locked.txt" --password-file "$WORK/secret"
check "once" fails 4 guest get "$locked" "$WORK/x" --password-file "$WORK/secret"
check "the list has all" holds "projekt" as bernd link list Akten
id=$(as bernd link list Akten --json | grep '"kind": *"folder"' | field id)
check "anybody in the space ends one" as bernd link revoke Akten "$id"
check "it is ended" fails 4 guest get "$folder" "$WORK/out3"
third=$(as anna link create Akten:/projekt --json | field url)
check "who has the URL ends it by that" as bernd link revoke Akten "$third"
check "it is ended, too" fails 4 guest get "$third" "$WORK/out4"
check "an id that nobody knows is an error" fails 4 as bernd link revoke Akten 00112233445566778899aabbccddeeff
# Upload: a guest puts, everybody in the space sees it, one files it, and it is there once.
as anna mkdir Akten:/eingang >/dev/null
upload=$(as anna link create Akten:/eingang --upload --json | field url)
printf 'Antrag\n' >"$WORK/antrag.txt"
check "a guest puts a file" guest put "$WORK/antrag.txt" "$upload"
check "a guest cannot look into it" fails 2 guest get "$upload" "$WORK/x"
as bernd status >/dev/null 2>&1
check "the next command of anybody files it" holds antrag.txt as bernd ls Akten:/eingang
check "byte for byte" test "$(as anna cat Akten:/eingang/antrag.txt)" = Antrag
check "a guest puts another of that name" guest put "$WORK/antrag.txt" "$upload"
as anna ls Akten:/eingang >/dev/null 2>&1 &
as bernd ls Akten:/eingang >/dev/null 2>&1
wait $!
check "filed once though two looked at once" test "$(as bernd ls Akten:/eingang | wc -l)" -eq 2

# Drops between colleagues.
check "anna sends" as anna send bernd@example.org "$WORK/in/brief.txt" --text "zur Durchsicht"
check "bernd is shown it" holds "zur Durchsicht" as bernd inbox
check "and from whom" holds "anna" as bernd inbox
drop=$(as bernd inbox --json | field id)
as bernd mkdir Akten:/post >/dev/null
check "bernd files it" as bernd inbox file "$drop" Akten:/post
check "byte for byte" cmp "$WORK/in/brief.txt" <(as anna cat Akten:/post/brief.txt)
check "it is in the inbox no more" lacks "zur Durchsicht" as bernd inbox
check "filing it again is refused" fails 4 as bernd inbox file "$drop" Akten:/post
check "send to nobody" fails 4 as anna send niemand@example.org "$WORK/in/brief.txt"

# Trash.
check "removed" as anna rm Akten:/post/brief.txt
check "it is in the trash" holds brief.txt as bernd trash list Akten
check "emptied" as bernd trash empty Akten --yes
check "gone" lacks brief.txt as anna trash list Akten
check "verify finds nothing after that" as anna verify Akten --read-data

# Somebody leaves: the links that person could know end with the membership.
check "bernd is removed" as anna space unshare Akten bernd@example.org --yes
check "upload links are closed" fails 4 guest put "$WORK/antrag.txt" "$upload"
check "no secret reached the server" lacks "${url##*#}" cat "$WORK/server.log"

finish
