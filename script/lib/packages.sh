# Debian packages by purpose, and how missing ones are installed. Sourced after common.sh.

NODE_MAJOR_MIN=18  # the first one whose WASI runs our tests

PACKAGES_BUILD=(
    ca-certificates git g++ cmake ninja-build ccache pkg-config
    # the core compiled to WebAssembly; binaryen has wasm-opt, which clang calls after linking
    binaryen clang-19 lld-19 libc++-19-dev-wasm32 libclang-rt-19-dev-wasm32 wasi-libc
    # the native clang's sanitizers and fuzzer
    libclang-rt-19-dev
    libboost1.81-dev libcli11-dev libcurl4-openssl-dev libfmt-dev libqrencode-dev libsecret-1-dev
    libspdlog-dev libsqlite3-dev libssl-dev libzstd-dev nlohmann-json3-dev
    # libsodium and the zstd for WebAssembly are built from Debian's source packages
    dpkg-dev make autoconf automake libtool
)
# zbar-tools and poppler-utils read the emergency kit back; faketime sets clocks wrong; openssl makes certificates;
# groff reads the man pages
PACKAGES_TEST=(curl faketime groff-base openssl poppler-utils sqlite3 zbar-tools)
PACKAGES_BENCH=(borgbackup diffutils fuse3 gocryptfs rclone restic time)
PACKAGES_FORMAT=(clang-format-19)

# packages_of GROUP: one package per line.
packages_of() {
    case $1 in
        build) printf '%s\n' "${PACKAGES_BUILD[@]}" ;;
        test) printf '%s\n' "${PACKAGES_TEST[@]}"; node_packages ;;
        bench) printf '%s\n' "${PACKAGES_BENCH[@]}" ;;
        format) printf '%s\n' "${PACKAGES_FORMAT[@]}" ;;
        web) node_packages; command -v npm >/dev/null || echo npm ;;
        *) die "unknown group '$1'" "known: build test web bench format" ;;
    esac
}

# A Node that did not come from Debian is as good: asks the program, not the package.
node_packages() { [ "$(node_major)" -ge "$NODE_MAJOR_MIN" ] || echo nodejs; }

# missing_packages NAME...: those that are not installed.
missing_packages() {
    local installed name
    # dpkg-query fails when it does not know one of them; that is an answer, not an error
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
    for name in "$@"; do
        grep -qxF "installed $name" <<<"$installed" || printf '%s\n' "$name"
    done
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# install_packages NAME...: installs what is missing, calls apt-get only then.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    is_root || die "these Debian packages are missing: ${missing[*]}" \
        "run script/setup once as root, or: sudo apt-get install ${missing[*]}"
    say "setup: reading the package lists"
    logged apt-update apt_get update ||
        die "apt-get update failed" "check the network and /etc/apt/sources.list*, then run again"
    say "setup: installing ${#missing[@]} Debian packages: ${missing[*]}"
    # --no-remove: a build must never uninstall what somebody else put there
    logged apt-install apt_get install --no-install-recommends --no-remove "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}" \
            "if it wanted to remove packages (libboost1.81-dev cannot stand beside another" \
            "libboost*-dev), remove them yourself and run again; Obhut builds on Debian 12"
}
