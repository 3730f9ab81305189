# Gets a Debian source package through apt, which verifies it, from any suite, without touching
# the system's own list of sources. Sourced after common.sh.

# The mirror this machine already uses; so no host name has to stand here.
debian_mirror() {
    apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' "Codename: $(debian_codename)" | head -n 1
}

# As debian_mirror, but also on an image whose package lists were deleted to make it smaller.
find_mirror() {
    local mirror
    mirror=$(debian_mirror)
    if [ -z "$mirror" ] && is_root; then
        say "setup: reading the package lists"
        logged apt-update apt-get -q update || true
        mirror=$(debian_mirror)
    fi
    [ -n "$mirror" ] || die "apt knows no mirror of Debian $(debian_codename)" \
        "run apt-get update as root, then script/setup again"
    printf '%s' "$mirror"
}

# source_apt WORK_DIR ARGUMENTS...: apt-get that sees only WORK_DIR's own list and state.
source_apt() {
    local work=$1 options
    shift
    options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
    # root downloads into a folder that apt's own user may not be able to reach
    if is_root; then options+=(-o APT::Sandbox::User=root); fi
    apt-get -q "${options[@]}" "$@"
}

# update_lists WORK_DIR: reads the index of sources. Prints "stale" when its date is over, which is
# normal for a mirror that was frozen for reproducible builds.
update_lists() {
    local log=source-lists
    if logged "$log" source_apt "$1" update 2>"$1/error"; then return; fi
    if grep -q 'is expired' "$LOGS/$log.log" &&
        logged "$log" source_apt "$1" -o Acquire::Check-Valid-Until=false update; then
        echo stale
        return
    fi
    cat "$1/error" >&2
    return 1
}

# A stale index is signed, but may hide a security update from us. So from one we take only what
# we know by its hash (a .dsc carries the hashes of its archives).
known_source() {
    (cd "$1" && sha256sum --status --ignore-missing -c - <<'HASHES'
bcffe45a8cef0549649c687be27357feeb2961174efa3a236b421a1ab4e0830a  libsodium_1.0.22-2.dsc
8f6ab97fa772d921334e50fa5756a0951e23c718dc913e43a228f28c1a23adf9  libzstd_1.5.7+dfsg-1.dsc
HASHES
    )
}

# download_source SUITE PACKAGE DIR: the .dsc and its archives appear in DIR, all or nothing.
download_source() {
    local suite=$1 package=$2 dir=$3 work mirror state
    mirror=$(find_mirror)
    work=$(mktemp -d "$DEPS/tmp/source.XXXXXX")
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/files"
    printf 'deb-src [signed-by=%s] %s %s main\n' \
        /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$suite" >"$work/sources.list"
    say "setup: downloading the source of $package ($suite)"
    { state=$(update_lists "$work") && cd "$work/files" &&
        logged "source-$package" source_apt "$work" source --download-only "$package" &&
        cd "$ROOT"; } ||
        die "could not download Debian's source package $package of suite $suite" \
            "check the network, then run script/setup again"
    [ "$state" != stale ] || known_source "$work/files" ||
        die "the mirror's list of $suite is out of date, and its $package is not one we know" \
            "check this machine's clock and its mirror, then run script/setup again"
    rm -rf "$dir"
    mkdir -p "$(dirname "$dir")"
    mv "$work/files" "$dir"
    rm -rf "$work"
}

# unpack_source SUITE PACKAGE TARGET: unpacks into TARGET; downloads only the first time.
unpack_source() {
    local suite=$1 package=$2 target=$3 dir=$DEPS/source/$2-$1
    compgen -G "$dir/*.dsc" >/dev/null || download_source "$suite" "$package" "$dir"
    # --no-check: apt has verified the archives; the uploader's own key is not on this machine
    logged "unpack-$package" dpkg-source --no-check -x "$dir"/*.dsc "$target" ||
        die "could not unpack $package" "delete $dir and run script/setup again"
}

# source_version PACKAGE SUITE: the upstream version of what was downloaded.
source_version() {
    sed -n 's/^Version: \([0-9]*:\)\?\([0-9.]*\).*/\2/p' "$DEPS/source/$1-$2"/*.dsc | head -n 1
}
