# Builds the libraries Debian does not have as we need them, into two project-local prefixes:
#   .deps/native  libsodium, when the installed one is older than 1.0.22 (X-Wing came with it)
#   .deps/wasm    libsodium and zstd for wasm32-wasi, made small where it costs no speed that anybody sees
#                 (docs/decisions/0053-a-small-engine.md)
# A prefix appears by a rename, complete and checked, or not at all. Sourced after
# packages.sh and sources.sh.

SODIUM_MIN=1.0.22
SODIUM_SUITE=${OBHUT_SODIUM_SUITE:-forky}
ZSTD_WASM_SUITE=${OBHUT_ZSTD_SUITE:-trixie}  # 1.5.6 was the first that can leave out compressors
WASM_CC=(clang-19 --target=wasm32-wasi --sysroot=/usr)
# simd128: every browser since 2023 has it; Argon2 and ChaCha20 run at twice the speed and more
WASM_CFLAGS="-O3 -msimd128"
WASM_CFLAGS_SMALL="-Oz -msimd128"
# Of libsodium: what sodium_init() links and nobody calls, and what is large and not hot.
SODIUM_SMALL=(
    crypto_aead/aegis128l/libsodium_la-aead_aegis128l.lo crypto_aead/aegis128l/libsodium_la-aegis128l_soft.lo
    crypto_aead/aegis256/libsodium_la-aead_aegis256.lo crypto_aead/aegis256/libsodium_la-aegis256_soft.lo
    crypto_core/softaes/libsodium_la-softaes.lo crypto_kem/mlkem768/ref/libsodium_la-kem_mlkem768_ref.lo
    crypto_pwhash/argon2/libsodium_la-argon2-fill-block-ref.lo
)
# Of zstd: what works on every byte. A client compresses at level 1 alone (chunks), which needs the fast compressor.
ZSTD_HOT="fse_compress hist huf_compress zstd_compress_sequences zstd_fast zstd_preSplit
    entropy_common fse_decompress huf_decompress zstd_decompress_block"
ZSTD_WITHOUT="-DZSTD_DISABLE_ASM=1 -DZSTD_LEGACY_SUPPORT=0 -DZSTD_TRACE=0 -DDEBUGLEVEL=0 -DZSTD_STRIP_ERROR_STRINGS
    -DZSTD_EXCLUDE_DFAST_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_GREEDY_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_LAZY_BLOCK_COMPRESSOR
    -DZSTD_EXCLUDE_LAZY2_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_BTLAZY2_BLOCK_COMPRESSOR
    -DZSTD_EXCLUDE_BTOPT_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_BTULTRA_BLOCK_COMPRESSOR"

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
    # what make finds made it does not make again
    [ -z "${SMALL_CFLAGS:-}" ] ||
        make -j"$(nproc)" -C src/libsodium CFLAGS="$SMALL_CFLAGS" "${SODIUM_SMALL[@]}"
    make -j"$(nproc)" -C src/libsodium install
}

build_sodium_native() {
    CFLAGS="-O2 -fPIC -ffile-prefix-map=$1=libsodium" build_sodium "$1" "$2" --with-pic
}

build_sodium_wasm() {
    # GNU ar packs foreign objects as well, only without an index, which wasm-ld does not need
    CC="${WASM_CC[*]}" CFLAGS="$WASM_CFLAGS -ffile-prefix-map=$1=libsodium" AR=ar RANLIB=true \
        SMALL_CFLAGS="$WASM_CFLAGS_SMALL -ffile-prefix-map=$1=libsodium" \
        build_sodium "$1" "$2" --host=wasm32-wasi --disable-ssp --disable-pie --without-pthreads
}

# build_zstd_wasm SOURCE STAGE: no threads, no assembler, no dictionary training, no old formats, no slow levels.
build_zstd_wasm() {
    local lib=$1/lib stage=$2 build=$2.build file hot=() small=()
    mkdir -p "$build" "$stage/include" "$stage/lib"
    cd "$build"
    for file in "$lib"/common/*.c "$lib"/compress/*.c "$lib"/decompress/*.c; do
        case " "$ZSTD_HOT" " in
        *[[:space:]]"$(basename "$file" .c)"[[:space:]]*) hot+=("$file") ;;
        *) small+=("$file") ;;
        esac
    done
    compile_zstd "$1" "$WASM_CFLAGS" "${hot[@]}"
    compile_zstd "$1" "$WASM_CFLAGS_SMALL" "${small[@]}"
    ar qc "$stage/lib/libzstd.a" ./*.o
    cp "$lib/zstd.h" "$lib/zstd_errors.h" "$stage/include/"
}

# compile_zstd SOURCE FLAGS FILE...: objects in this folder.
compile_zstd() {
    local source=$1 flags=$2
    shift 2
    # shellcheck disable=SC2086  # lists
    printf '%s\0' "$@" | xargs -0 -n 4 -P "$(nproc)" "${WASM_CC[@]}" $flags $ZSTD_WITHOUT -c \
        "-ffile-prefix-map=$source=libzstd"
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
        declare -p WASM_CC WASM_CFLAGS WASM_CFLAGS_SMALL SODIUM_SMALL ZSTD_HOT ZSTD_WITHOUT NODE_MAJOR_MIN ROOT
        declare -f
        echo "set -euo pipefail; $*"
    } | bash
}

# recipe NAME: changes when the way a prefix is built changes, not when a comment does.
recipe() {
    {
        declare -f build_sodium "build_sodium_$1" "make_$1" sodium_check_source
        printf '%s' "$SODIUM_SUITE"
        [ "$1" != wasm ] || {
            declare -f build_zstd_wasm compile_zstd
            declare -p WASM_CC WASM_CFLAGS WASM_CFLAGS_SMALL SODIUM_SMALL ZSTD_HOT ZSTD_WITHOUT ZSTD_WASM_SUITE
        }
    } | sha256sum | cut -c1-16
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
    # another release than the native one: frames may differ in their bytes, never in what they hold
    [[ " $* " != *" wasm "* ]] || unpack_source "$ZSTD_WASM_SUITE" libzstd "$work/libzstd"
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
