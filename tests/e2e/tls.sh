#!/usr/bin/env bash
# TLS with the real programs: a certificate of one's own authority, those that must not be believed, exchange while running, and a proxy in
# front that ends TLS. Ends with "N passed, N failed".
#
#     tests/e2e/tls.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
cd "$WORK" || exit 1
PROXY_PID=
end_proxy() {
    [ -n "$PROXY_PID" ] || return 0
    kill "$PROXY_PID" 2>/dev/null
    wait "$PROXY_PID" 2>/dev/null
    PROXY_PID=
}
trap 'end_proxy; cleanup' EXIT

# authority NAME: NAME.ca.pem and its key.
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.ca.key" -out "$1.ca.pem" -days 30 \
        -subj "/CN=$1" 2>>openssl.log
}
# certificate NAME AUTHORITY SUBJECT_NAMES [COMMAND…]: NAME.pem (with its chain) and NAME.key; COMMAND may set the clock.
certificate() {
    local name=$1 authority=$2 names=$3
    shift 3
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2>>openssl.log
    "$@" openssl x509 -req -in "$name.csr" -CA "$authority.ca.pem" -CAkey "$authority.ca.key" -days 2 -out "$name.leaf" \
        -extfile <(echo "subjectAltName=$names") 2>>openssl.log
    cat "$name.leaf" "$authority.ca.pem" >"$name.pem"
}
use() { cp "$1.pem" chain.pem && cp "$1.key" key.pem; }  # the files that the server is told of
serve() { start_server "$1" --certificate chain.pem --private-key key.pem "${@:2}"; }
shown() { openssl s_client -connect "127.0.0.1:$SERVER_PORT" "$@" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256; }
fingerprint() { openssl x509 -in "$1.leaf" -noout -fingerprint -sha256; }
shows() { [ "$(shown)" = "$(fingerprint "$1")" ]; }
# hang_up EVENT: tells the server to read its files again, and waits for what it says of it.
hang_up() {
    : >"$WORK/server.log"
    kill -HUP "$SERVER_PID"
    for _ in $(seq 100); do grep -q "$1" "$WORK/server.log" && return 0; sleep 0.05; done
    cat "$WORK/server.log"
    return 1
}
holds() { local text=$1; shift; "$@" >held 2>&1; grep -qF -- "$text" held || { cat held; return 1; }; }
# believing AUTHORITY COMMAND…
believing() { SSL_CERT_FILE=$WORK/$1.ca.pem "${@:2}"; }

authority town
authority other
certificate first town DNS:localhost,IP:127.0.0.1
certificate second town DNS:localhost,IP:127.0.0.1
certificate elsewhere town DNS:office.example.org
certificate expired town DNS:localhost,IP:127.0.0.1 faketime '2020-01-01 00:00:00'
certificate foreign other DNS:localhost,IP:127.0.0.1

# ---- the server itself speaks TLS
use first
serve data || exit 1
check "the server says https" grep -q "listening on https://127.0.0.1:$SERVER_PORT" server.log
URL=https://localhost:$SERVER_PORT
export SSL_CERT_FILE=$WORK/town.ca.pem
check "an organisation over TLS" as anna org create Rathaus --server "$URL" --email anna@example.org --kit anna.html --root-kit root.txt
SERVER_URL=$URL join_person bernd
check "a space" as anna space create Akten
check "is shared" as anna space share Akten bernd@example.org --role editor
head -c 30000000 /dev/urandom >gross
check "a large file goes up" as anna put gross Akten:/
check "and comes down" as bernd get Akten:/gross zurueck
check "the same" cmp gross zurueck
as anna link create Akten:/gross --json >link.json
check "a visitor without an account" "$BIN/obhut" get "$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' link.json)" besuch
check "gets the same" cmp gross besuch

# ---- whom a client does not believe
check "without the authority: not trusted" fails 9 believing other as bernd ls Akten:/
check "with a number to quote" holds E-0743 believing other as bernd ls Akten:/
check "an authority's file that is not there is no reason to believe" fails 9 env SSL_CERT_FILE=/nonexistent/ca.pem "$BIN/obhut" \
    --profile "$WORK/profile-bernd" --passphrase-file passphrase ls Akten:/
check "TLS 1.1 is not spoken" fails 1 openssl s_client -connect "127.0.0.1:$SERVER_PORT" -tls1_1 -cipher ALL:@SECLEVEL=0
check "plain HTTP to it ends in an error" fails 7 "$BIN/obhut" --profile plain --passphrase-file passphrase \
    org create X --server "http://localhost:$SERVER_PORT" --email x@example.org --root-kit no
for bad in elsewhere expired foreign; do
    use "$bad"
    check "$bad: exchanged" hang_up '"reloaded"'
    check "$bad: not trusted" holds E-0743 as bernd ls Akten:/
    check "$bad: nothing is put" fails 9 as bernd put passphrase Akten:/x
done

# ---- exchange while it runs
use second
check "a new certificate counts at once" hang_up '"reloaded"'
check "it is the new one" shows second
check "and work goes on" as bernd ls Akten:/
echo garbage >chain.pem
check "garbage is refused" hang_up '"certificate-kept"'
check "the old one stays" shows second
cp first.pem chain.pem
check "another's key is refused" hang_up '"certificate-kept"'
check "the old one stays again" shows second
cat "$WORK/server.log" >>all.log
check "the log names no file" fails 1 grep -q 'chain.pem' all.log

# ---- those who connect and say nothing
for _ in $(seq 60); do
    exec {silent}<>"/dev/tcp/127.0.0.1/$SERVER_PORT"
    silents+=("$silent")
done
check "sixty silent connections keep nobody out" timeout 5 "$BIN/obhut" --profile "$WORK/profile-bernd" --passphrase-file passphrase ls Akten:/
for silent in "${silents[@]}"; do exec {silent}>&-; done
stop_server
check "a key that does not fit stops the start" fails 3 "$BIN/obhutd" --data data --listen 127.0.0.1:0 --certificate first.pem --private-key second.key

# ---- a proxy in front ends TLS
SERVER_PORT=
start_server behind --proxy 127.0.0.1 || exit 1
token=$(sed -n 's/.*takes the token \([a-z2-7]*\).*/\1/p' server.log | head -n 1)
check "the server prints a token" test -n "$token"
node "$ROOT/tests/support/tls-proxy.mjs" first.pem first.key "$SERVER_PORT" >proxy.log 2>&1 &
PROXY_PID=$!
for _ in $(seq 100); do grep -q listening proxy.log && break; sleep 0.05; done
PROXY=https://localhost:$(sed -n 's/listening on //p' proxy.log)
founding=(org create Rathaus --server "$PROXY" --email carla@example.org --root-kit proxied-root.txt)
check "through a proxy nobody is on the same machine" holds E-0720 as carla "${founding[@]}"
rm -rf profile-carla proxied-root.txt
check "nor with a wrong token" holds E-0720 as carla "${founding[@]}" --token "${token%?}$([ "${token: -1}" = a ] && echo b || echo a)"
rm -rf profile-carla proxied-root.txt
check "the token founds" as carla "${founding[@]}" --token "$token"
check "put through the proxy" as carla space create Akten
check "a large one too" as carla put gross Akten:/
rm -f zurueck
check "and back" as carla get Akten:/gross zurueck
check "the same through the proxy" cmp gross zurueck
stop_server
SERVER_PORT_BEFORE=$SERVER_PORT
check "the server gone behind it is told as such" fails 7 as carla ls Akten:/
SERVER_PORT=$SERVER_PORT_BEFORE
start_server behind --proxy 127.0.0.1 || exit 1
check "and work goes on when it is back" as carla ls Akten:/
finish
