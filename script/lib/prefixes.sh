# Builds the libraries Debian does not have as we need them, into two project-local prefixes:
#   .deps/native  libsodium, when the installed one is older than 1.0.22 (X-Wing came with it)
#   .deps/wasm    libsodium and zstd for wasm32-wasi
# A prefix appears by a rename, complete and checked, or not at all. Sourced after
# packages.sh and sources.sh.

SODIUM_MIN=1.0.22
SODIUM_SUITE=${OBHUT_SODIUM_SUITE:-forky}
WASM_CC=(clang-19 --target=wasm32-wasi --sysroot=/usr)
# simd128: every browser since 2023 has it; Argon2 and ChaCha20 run at twice the speed and more
WASM_CFLAGS="-O3 -msimd128"

# build_sodium SOURCE STAGE CONFIGURE_ARGUMENTS...: headers and a static library into STAGE.
# The whole library, not --enable-minimal: a static link takes only what is called.
build_sodium() {
    local source=$1 stage=$2
    shift 2
    local build=$stage.build
    [ -x "$source/configure" ] || (cd "$source" && autoreconf -fi)
    mkdir -p "$build"
    cd "$build"
    "$source/configure" --prefix="$stage" --disable-shared --enable-static \
        --disable-dependency-tracking "$@" || { cat config.log; return 1; }
    make -j"$(nproc)" -C src/libsodium install
}

build_sodium_native() {
    CFLAGS="-O2 -fPIC -ffile-prefix-map=$1=libsodium" build_sodium "$1" "$2" --with-pic
}

build_sodium_wasm() {
    # GNU ar packs foreign objects as well, only without an index, which wasm-ld does not need
    CC="${WASM_CC[*]}" CFLAGS="$WASM_CFLAGS -ffile-prefix-map=$1=libsodium" AR=ar RANLIB=true \
        build_sodium "$1" "$2" --host=wasm32-wasi --disable-ssp --disable-pie --without-pthreads
}

# build_zstd_wasm SOURCE STAGE: no threads, no assembler, no dictionary training, no old formats.
build_zstd_wasm() {
    local lib=$1/lib stage=$2 build=$2.build
    mkdir -p "$build" "$stage/include" "$stage/lib"
    cd "$build"
    # shellcheck disable=SC2086  # WASM_CFLAGS is a list
    printf '%s\0' "$lib"/common/*.c "$lib"/compress/*.c "$lib"/decompress/*.c |
        xargs -0 -n 4 -P "$(nproc)" "${WASM_CC[@]}" $WASM_CFLAGS -c \
            -DZSTD_DISABLE_ASM=1 -DZSTD_LEGACY_SUPPORT=0 -DDEBUGLEVEL=0 \
            "-ffile-prefix-map=$1=libzstd"
    ar qc "$stage/lib/libzstd.a" ./*.o
    cp "$lib/zstd.h" "$lib/zstd_errors.h" "$stage/include/"
}

# What we call, with the first test vector of the X-Wing draft: a library that builds but
# computes something else must not get into a prefix.
sodium_check_source() {
    cat <<'C'
#include <sodium.h>
#include <string.h>
#define SEED "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
#define COIN "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2" \
             "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2"
#define WANT "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384"
int main(void) {
    unsigned char seed[crypto_kem_xwing_SEEDBYTES], coin[64], pk[crypto_kem_xwing_PUBLICKEYBYTES],
        sk[crypto_kem_xwing_SECRETKEYBYTES], ct[crypto_kem_xwing_CIPHERTEXTBYTES], ss[32], out[32],
        spk[crypto_sign_ed25519_PUBLICKEYBYTES], ssk[crypto_sign_ed25519_SECRETKEYBYTES], sig[64];
    char hex[65];
    if (sodium_init() < 0) return 1;
    sodium_hex2bin(seed, sizeof seed, SEED, 64, 0, 0, 0);
    sodium_hex2bin(coin, sizeof coin, COIN, 128, 0, 0, 0);
    if (crypto_kem_xwing_seed_keypair(pk, sk, seed)) return 2;
    if (crypto_kem_xwing_enc_deterministic(ct, ss, pk, coin)) return 3;
    if (strcmp(sodium_bin2hex(hex, sizeof hex, ss, 32), WANT)) return 4;
    if (crypto_kem_xwing_enc(ct, ss, pk) || crypto_kem_xwing_dec(out, ct, sk)) return 5;
    if (memcmp(ss, out, 32)) return 6;
    crypto_sign_ed25519_seed_keypair(spk, ssk, seed);
    crypto_sign_ed25519_detached(sig, 0, ct, sizeof ct, ssk);
    if (crypto_sign_ed25519_verify_detached(sig, ct, sizeof ct, spk)) return 7;
    if (crypto_pwhash_argon2id(out, 32, "word", 4, seed, 1, 1 << 20,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13)) return 8;
    return 0;
}
C
}

zstd_check_source() {
    cat <<'C'
#include <string.h>
#include <zstd.h>
int main(void) {
    static char in[1 << 20], packed[ZSTD_COMPRESSBOUND(sizeof in)], out[sizeof in];
    for (size_t i = 0; i < sizeof in; ++i) in[i] = (char)(i % 251 * (i >> 12));
    size_t n = ZSTD_compress(packed, sizeof packed, in, sizeof in, 3);
    if (ZSTD_isError(n) || ZSTD_decompress(out, sizeof out, packed, n) != sizeof in) return 1;
    return memcmp(in, out, sizeof in) != 0;
}
C
}

# check_native STAGE / check_wasm STAGE: link and, where possible, run.
check_native() {
    sodium_check_source >"$1.check.c"
    cc -O1 -I"$1/include" "$1.check.c" "$1/lib/libsodium.a" -pthread -o "$1.check"
    "$1.check" || { echo "libsodium computes wrongly: check $?"; return 1; }
}

check_wasm() {
    local name
    for name in sodium zstd; do
        "${name}_check_source" >"$1.check.c"
        "${WASM_CC[@]}" -O1 -I"$1/include" "$1.check.c" "$1/lib/lib$name.a" \
            -Wl,-z,stack-size=1048576 -o "$1.$name.wasm"
        # a machine that only builds needs no Node; the tests will run it
        [ "$(node_major)" -lt "$NODE_MAJOR_MIN" ] ||
            node "$ROOT/script/lib/run-wasi.mjs" "$1.$name.wasm" ||
            { echo "$name for wasm computes wrongly: check $?"; return 1; }
    done
}

make_native() {
    build_sodium_native "$1/libsodium" "$1/native"
    check_native "$1/native"
}

make_wasm() {
    build_sodium_wasm "$1/libsodium" "$1/wasm"
    build_zstd_wasm "$1/libzstd" "$1/wasm"
    check_wasm "$1/wasm"
}

# Runs in its own shell: `set -e` has no effect inside a function whose status is tested.
strict() {
    {
        declare -p WASM_CC WASM_CFLAGS NODE_MAJOR_MIN ROOT
        declare -f
        echo "set -euo pipefail; $*"
    } | bash
}

# recipe NAME: changes when the way a prefix is built changes, not when a comment does.
recipe() {
    declare -f build_sodium "build_sodium_$1" build_zstd_wasm "make_$1" sodium_check_source |
        cat - <(printf '%s' "$SODIUM_SUITE ${WASM_CC[*]} $WASM_CFLAGS") | sha256sum | cut -c1-16
}

prefix_ready() { [ "$(cat "$DEPS/$1/.recipe" 2>/dev/null)" = "$(recipe "$1")" ]; }

system_sodium_is_new() { pkg-config --atleast-version="$SODIUM_MIN" libsodium 2>/dev/null; }

# finish_prefix NAME STAGE: makes it relocatable, marks it, moves it into place.
finish_prefix() {
    rm -rf "$2"/lib/*.la "$2/lib/pkgconfig"
    recipe "$1" >"$2/.recipe"
    if [ -e "$DEPS/$1" ]; then mv "$DEPS/$1" "$2.old"; fi
    mv "$2" "$DEPS/$1"
}

# build_prefixes NAME...: side by side, since half of the time is spent in a serial configure.
build_prefixes() {
    local work name failed=0
    local -A jobs
    work=$(mktemp -d "$DEPS/tmp/build.XXXXXX")
    unpack_source "$SODIUM_SUITE" libsodium "$work/libsodium"
    dpkg --compare-versions "$(source_version libsodium "$SODIUM_SUITE")" ge "$SODIUM_MIN" ||
        die "libsodium of suite $SODIUM_SUITE is older than $SODIUM_MIN" \
            "name a newer Debian suite in OBHUT_SODIUM_SUITE"
    # the same release as the native zstd: both sides then compress to the same bytes
    [[ " $* " != *" wasm "* ]] || unpack_source "$(debian_codename)" libzstd "$work/libzstd"
    for name in "$@"; do
        say "setup: building the libraries in ${DEPS##*/}/$name (about half a minute)"
        logged "build-$name" strict "make_$name '$work'" &
        jobs[$name]=$!
    done
    for name in "$@"; do
        if wait "${jobs[$name]}"; then finish_prefix "$name" "$work/$name"; else failed=1; fi
    done
    rm -rf "$work"
    [ "$failed" -eq 0 ] || die "building libsodium or zstd failed" \
        "the logs are in $LOGS; after a repair run script/setup again"
}

# ensure_prefixes: builds what is not there yet; one process at a time.
ensure_prefixes() {
    local todo=()
    prefixes_todo
    [ ${#todo[@]} -gt 0 ] || return 0
    mkdir -p "$DEPS/tmp" "$LOGS"
    exec 9>"$DEPS/lock"
    flock 9
    prefixes_todo  # another process may have done it while we waited
    rm -rf "${DEPS:?}"/tmp/*
    [ ${#todo[@]} -eq 0 ] || build_prefixes "${todo[@]}"
    exec 9>&-
}

# prefixes_todo: fills the caller's array `todo`.
prefixes_todo() {
    todo=()
    prefix_ready native || system_sodium_is_new || todo+=(native)
    prefix_ready wasm || todo+=(wasm)
}
