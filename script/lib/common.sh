# Shared by the scripts in script/: where things are, how to talk, how to fail.
# Sourced, never run; expects `set -euo pipefail` in the caller.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DEPS=${OBHUT_DEPS_DIR:-$ROOT/.deps}
LOGS=$DEPS/log

# One short line of progress. Goes to stderr, so that a script's stdout stays its result.
say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [WHAT_TO_DO]...
die() {
    printf 'error: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# logged NAME COMMAND...: runs a command with its output in a log file; on failure shows the end
# of it and where the rest is. The caller decides what happens then.
logged() {
    local log=$LOGS/$1.log status=0
    shift
    mkdir -p "$LOGS"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 15 "$log" | sed 's/^/  | /' >&2
        say "  full log: $log"
    fi
    return "$status"
}

# The name of the Debian release, e.g. bookworm.
debian_codename() {
    local name
    name=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    [ -n "$name" ] || die "this system does not say which Debian release it is" \
        "Obhut builds on Debian 12 (bookworm); see /etc/os-release"
    printf '%s' "$name"
}

# The major version of the `node` on the path, 0 without one.
node_major() {
    local version
    version=$(node --version 2>/dev/null) || version=v0
    version=${version#v}
    printf '%s' "${version%%.*}"
}
