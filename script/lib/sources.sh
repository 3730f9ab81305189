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

# download_source SUITE PACKAGE DIR: the .dsc and its archives appear in DIR, all or nothing.
download_source() {
    local suite=$1 package=$2 dir=$3 work mirror
    mirror=$(find_mirror)
    work=$(mktemp -d "$DEPS/tmp/source.XXXXXX")
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/files"
    printf 'deb-src [signed-by=%s] %s %s main\n' \
        /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$suite" >"$work/sources.list"
    say "setup: downloading the source of $package ($suite)"
    { logged "source-$package" source_apt "$work" update &&
        (cd "$work/files" &&
            logged "source-$package" source_apt "$work" source --download-only "$package"); } ||
        die "could not download Debian's source package $package of suite $suite" \
            "check the network, then run script/setup again"
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
