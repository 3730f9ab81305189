#!/usr/bin/env bash
# What people's disks hold: names of every kind, holes of 100 GiB, loops, files that cannot be read or change while they
# are read, a disk that is full. Real programs. Ends with "N passed, N failed".
#
#     tests/e2e/hard_files.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
cd "$WORK" || exit 1

# said TEXT COMMAND…: the command ends with an error that has a number and says what to do, and names TEXT.
said() {
    local text=$1 status=0
    shift
    "$@" >said.out 2>said.err || status=$?
    cat said.err
    [ "$status" -ne 0 ] && grep -qE '\(E-[0-9]{4}\)' said.err && grep -qF -- "$text" said.err
}
# partly TEXT COMMAND…: the same, with exit code 3.
partly() {
    local text=$1 status=0
    shift
    "$@" >said.out 2>said.err || status=$?
    cat said.err
    [ "$status" -eq 3 ] && grep -qE '\(E-[0-9]{4}\)' said.err && grep -qF -- "$text" said.err
}
# seconds LIMIT COMMAND…: the command succeeds in that time.
seconds() {
    local limit=$1
    shift
    timeout "$limit" "$@"
}

start_server "$WORK/server"
found_organisation
join_person bernd
as anna space create Akten
as anna space share Akten bernd@example.org --role editor

# ---- names --------------------------------------------------------------------------------------------------------
mkdir names
long=$(printf 'ü%.0s' $(seq 127))x # 255 bytes
nfc=$(printf 'Caf\303\251') nfd=$(printf 'Cafe\314\201')
for name in "$long" "$nfc" "$nfd" README readme "📄 Übersicht" ' a ' '-rf' '*' 'a
b' '~' '#%?&' 'con.txt' '...' 'a\b' "$(printf 'tab\there')"; do
    printf 'content of %s' "$name" >"names/$name"
done
: >names/empty
check "put hard names" as anna put names Akten:/
check "get hard names" as bernd get Akten:/names names.out
check "all names and contents are the same" diff -r names names.out
check "as many as were put" test "$(find names.out -type f -printf x | wc -c)" -eq "$(find names -type f -printf x | wc -c)"
check "one of a pair that differs in its case" test "$(as bernd cat Akten:/names/readme)" = "content of readme"
check "composed and decomposed are two names" test "$(as bernd cat "Akten:/names/$nfd")" = "content of $nfd"
check "a name of 256 bytes is refused" said Akten: as anna mkdir "Akten:/${long}y"
check "“..” is refused" said Akten: as anna mv Akten:/names/empty Akten:/..
printf 'x' >"$(printf 'names/latin1-\344')"
check "a name that is not UTF-8 is left out, and said" partly latin1 as anna put names Akten:/
check "also when it is the one that is put" partly latin1 as anna put "$(printf 'names/latin1-\344')" Akten:/
check "and its folder" partly folder- sh -c 'mkdir "$1" && "$2" --profile profile-anna --passphrase-file passphrase put "$1" Akten:/' \
    - "$(printf 'folder-\344')" "$BIN/obhut"
check "under another name it goes" as anna put "$(printf 'names/latin1-\344')" Akten:/latin1

# ---- what is no file ----------------------------------------------------------------------------------------------
mkdir -p odd/folder
printf 'kept' >odd/kept
ln -s . odd/here
ln -s ../.. odd/folder/up
ln -s nowhere odd/broken
mkfifo odd/pipe
check "loops of links and a pipe: the rest is put" partly odd/pipe seconds 20 "$BIN/obhut" --profile "$WORK/profile-anna" \
    --passphrase-file "$WORK/passphrase" put odd Akten:/
check "links are links" as bernd get Akten:/odd odd.out
check "they point where they did" test "$(readlink odd.out/here odd.out/folder/up odd.out/broken | tr '\n' ' ')" = ". ../.. nowhere "
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    mkdir own && chmod 755 "$WORK" && chown nobody own
    cp -r profile-anna own/profile && cp passphrase own/passphrase && chown -R nobody own && chmod 600 own/passphrase
    mkdir closed && printf 'secret' >closed/closed.txt && printf 'open' >closed/open.txt && chmod 600 closed/closed.txt
    nobody() { setpriv --reuid=65534 --clear-groups "$BIN/obhut" --profile "$WORK/own/profile" --passphrase-file "$WORK/own/passphrase" "$@"; }
    check "a file that cannot be read is named, the rest is put" partly closed.txt nobody put closed Akten:/
    check "the rest is there" test "$(as bernd cat Akten:/closed/open.txt)" = open
else
    echo "SKIPPED: unreadable files: needs root and setpriv"
fi

# ---- holes --------------------------------------------------------------------------------------------------------
truncate -s 100G sparse
printf 'in the middle' | dd of=sparse bs=1 seek=50G conv=notrunc status=none
check "100 GiB of holes are put in seconds" seconds 60 "$BIN/obhut" --profile "$WORK/profile-anna" \
    --passphrase-file "$WORK/passphrase" put sparse Akten:/
check "and come back in seconds" seconds 60 "$BIN/obhut" --profile "$WORK/profile-bernd" \
    --passphrase-file "$WORK/passphrase" get Akten:/sparse sparse.out
check "with their size" test "$(stat -c %s sparse.out)" -eq $((100 << 30))
check "and their bytes" test "$(dd if=sparse.out bs=1 skip=50G count=13 status=none)" = "in the middle"
check "as holes" test "$(stat -c %b sparse.out)" -lt 20000
rm -f sparse sparse.out

# ---- changing while it is read ------------------------------------------------------------------------------------
head -c 300M /dev/zero | tr '\0' 'a' >moving
(while [ ! -e moved ]; do
    printf b | dd of=moving bs=1 seek=$((RANDOM * 9000)) conv=notrunc status=none
    sleep 0.01
done) &
mover=$!
check "a file that changes while it is read is left out, and said" partly moving as anna put moving Akten:/
touch moved
wait "$mover"
rm -f moving
check "nothing half is there" fails 4 as anna cat Akten:/moving

# ---- interrupted in the middle of one large file --------------------------------------------------------------------
head -c 900M /dev/urandom >large
interrupted() { # WHEN COMMAND…: an interrupt ends it at once, with its code
    local wait=$1 status=0
    shift
    begin anna "$@"
    sleep "$wait"
    kill -INT "$CLIENT" || return 1
    began=$SECONDS
    wait "$CLIENT" || status=$?
    echo "ended with $status after $((SECONDS - began)) s"
    [ "$status" -eq 130 ] && [ $((SECONDS - began)) -le 3 ]
}
check "put is interrupted in the middle of a file" interrupted 1 put large Akten:/
check "nothing half is there" fails 4 as anna ls Akten:/large
check "and goes on" as anna put large Akten:/
check "get is interrupted in the middle of a file" interrupted 1 get Akten:/large large.out
check "nothing half is left here" test ! -e large.out -a -z "$(find . -maxdepth 1 -name '.obhut-*.part')"
check "cat too" interrupted 1 cat Akten:/large
rm -f large

# ---- the disk is full at the client -------------------------------------------------------------------------------
head -c 5M /dev/urandom >five
as anna put five Akten:/
mkdir small
if mount -t tmpfs -o size=3m tmpfs small 2>/dev/null; then
    trap 'umount "$WORK/small" 2>/dev/null; cleanup' EXIT
    check "get to a full disk says so" said five as bernd get Akten:/five small/
    check "nothing half is left there" test -z "$(ls -A small)"
    cp -r profile-bernd small/profile
    head -c 3M /dev/zero >small/filler 2>/dev/null
    full() { "$BIN/obhut" --profile "$WORK/small/profile" --passphrase-file "$WORK/passphrase" "$@"; }
    check "a profile on a full disk says so" said '' full put five Akten:/again
    rm -f small/filler
    check "and works when there is room" full put five Akten:/again
    check "nothing was lost" as anna get Akten:/again again.out
    check "not a byte" cmp five again.out
    umount small
else
    echo "SKIPPED: full disk at the client: cannot mount a small tmpfs here"
fi

# ---- a damaged profile --------------------------------------------------------------------------------------------
cp -r profile-bernd damaged
size=$(stat -c %s damaged/profile.db)
truncate -s $((size / 2)) damaged/profile.db
rm -f damaged/profile.db-*
check "a truncated profile is an error, not a crash" said damaged "$BIN/obhut" --profile "$WORK/damaged" \
    --passphrase-file "$WORK/passphrase" ls Akten:/
: >damaged/profile.db
check "an empty one too" said damaged "$BIN/obhut" --profile "$WORK/damaged" --passphrase-file "$WORK/passphrase" ls Akten:/

check "all of it verifies" as anna verify Akten --read-data
finish
