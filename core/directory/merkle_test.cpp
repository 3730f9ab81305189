#include "core/directory/merkle.h"

#include "core/directory/errors.h"
#include "tests/support/test.h"

namespace obhut::directory {

namespace {

// The eight leaves and the roots of the certificate-transparency test suite (RFC 6962 §2.1; the
// same in google/trillian and transparency-dev/merkle).
const std::vector<std::string> kLeaves = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Hash hash_of(const std::string& hex) { return Hash::from(*from_hex(hex)); }

MemoryTree tree_of(std::size_t leaves) {
    MemoryTree tree;
    for (std::size_t i = 0; i < leaves; ++i) tree.append(leaf_hash(as_bytes(std::to_string(i))));
    return tree;
}

MemoryTree vector_tree() {
    MemoryTree tree;
    for (const std::string& leaf : kLeaves) tree.append(leaf_hash(*from_hex(leaf)));
    return tree;
}

}  // namespace

TEST(merkle_roots_are_those_of_rfc6962) {
    Frontier frontier;
    EXPECT_EQ(frontier.root().hex(), kRoots[0]);
    std::vector<Bytes> leaves;
    for (std::size_t i = 0; i < kLeaves.size(); ++i) {
        leaves.push_back(*from_hex(kLeaves[i]));
        frontier.append(leaf_hash(leaves.back()));
        EXPECT_EQ(frontier.root().hex(), kRoots[i + 1]);
        EXPECT(frontier.consistent());
    }
    EXPECT_EQ(merkle_root(leaves).hex(), kRoots[8]);
    MemoryTree tree = vector_tree();
    for (std::size_t size = 0; size <= 8; ++size)
        EXPECT_EQ(root_at(tree, size)->hex(), kRoots[size]);
}

TEST(merkle_inclusion_proofs_are_those_of_rfc6962) {
    struct Vector {
        std::uint64_t index, size;
        std::vector<std::string> path;
    };
    const std::vector<Vector> vectors = {
        {0, 1, {}},
        {0,
         8,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5,
         8,
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1,
         5,
         {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
    MemoryTree tree = vector_tree();
    for (const Vector& v : vectors) {
        const auto proof = inclusion_proof(tree, v.index, v.size);
        REQUIRE_OK(proof);
        REQUIRE(proof->size() == v.path.size());
        for (std::size_t i = 0; i < v.path.size(); ++i) EXPECT_EQ((*proof)[i].hex(), v.path[i]);
        EXPECT_OK(verify_inclusion(leaf_hash(*from_hex(kLeaves[v.index])), v.index, v.size, *proof,
                                   hash_of(kRoots[v.size])));
    }
}

TEST(merkle_consistency_proofs_are_those_of_rfc6962) {
    struct Vector {
        std::uint64_t old_size, size;
        std::vector<std::string> path;
    };
    const std::vector<Vector> vectors = {
        {1, 1, {}},
        {1,
         8,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {6,
         8,
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2,
         5,
         {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
    MemoryTree tree = vector_tree();
    for (const Vector& v : vectors) {
        const auto proof = consistency_proof(tree, v.old_size, v.size);
        REQUIRE_OK(proof);
        REQUIRE(proof->size() == v.path.size());
        for (std::size_t i = 0; i < v.path.size(); ++i) EXPECT_EQ((*proof)[i].hex(), v.path[i]);
        EXPECT_OK(verify_consistency(v.old_size, hash_of(kRoots[v.old_size]), v.size,
                                     hash_of(kRoots[v.size]), *proof));
    }
}

TEST(merkle_proofs_hold_for_all_small_sizes_and_nothing_else) {
    constexpr std::size_t kSize = 40;
    MemoryTree tree = tree_of(kSize);
    std::vector<Hash> roots;
    for (std::size_t n = 0; n <= kSize; ++n) roots.push_back(*root_at(tree, n));
    for (std::size_t n = 1; n <= kSize; ++n) {
        for (std::size_t i = 0; i < n; ++i) {
            const Hash leaf = leaf_hash(as_bytes(std::to_string(i)));
            Proof proof = *inclusion_proof(tree, i, n);
            EXPECT_OK(verify_inclusion(leaf, i, n, proof, roots[n]));
            EXPECT_ERROR(verify_inclusion(leaf, i + 1, n, proof, roots[n]),
                         errors::bad_inclusion_proof);
            EXPECT_ERROR(verify_inclusion(leaf, i, n, proof, roots[n - 1]),
                         errors::bad_inclusion_proof);
            proof.push_back(leaf);
            EXPECT_ERROR(verify_inclusion(leaf, i, n, proof, roots[n]),
                         errors::bad_inclusion_proof);
        }
        for (std::size_t m = 1; m <= n; ++m) {
            Proof proof = *consistency_proof(tree, m, n);
            EXPECT_OK(verify_consistency(m, roots[m], n, roots[n], proof));
            EXPECT_ERROR(verify_consistency(m, roots[m - 1], n, roots[n], proof),
                         errors::bad_consistency_proof);
            if (!proof.empty()) {
                proof.pop_back();
                EXPECT_ERROR(verify_consistency(m, roots[m], n, roots[n], proof),
                             errors::bad_consistency_proof);
            }
        }
        EXPECT_OK(verify_consistency(0, empty_root(), n, roots[n], {}));
    }
    EXPECT_ERROR(verify_consistency(5, roots[5], 4, roots[4], {}), errors::bad_consistency_proof);
    EXPECT_ERROR(inclusion_proof(tree, kSize, kSize), errors::no_such_subtree);
    EXPECT_ERROR(consistency_proof(tree, kSize, kSize + 1), errors::no_such_subtree);
}

TEST(merkle_tiles_are_named_as_in_tlog_tiles) {
    const auto check = [](const Tile& tile, const std::string& path) {
        EXPECT_EQ(tile_path(tile), path);
        const auto back = parse_tile_path(path);
        REQUIRE_OK(back);
        EXPECT(*back == tile);
    };
    check({0, false, 1234067, 256}, "0/x001/x234/067");
    check({1, false, 0, 17}, "1/000.p/17");
    check({0, true, 999, 1}, "entries/999.p/1");
    check({7, false, 1000, 256}, "7/x001/000");
    for (const char* bad :
         {"",           "0",           "0/",          "0/0",
          "0/x000/001", "0/x001",      "8/000",       "00/000",
          "0/000.p/0",  "0/000.p/256", "0/000.p/017", "0/000.p",
          "0/000/",     "0/000.p/1/",  "-1/000",      "0/x01/000",
          "entry/000",  "0/x001//000", "0/0000",      "0/x999/x999/x999/x999/x999/x999/x999/999"})
        EXPECT_ERROR(parse_tile_path(bad), errors::bad_tile_path);
}

TEST(merkle_tiles_give_the_hashes_they_were_made_of) {
    constexpr std::size_t kSize = 256 * 256 + 256 * 3 + 77;
    MemoryTree tree;
    const Hash leaf = leaf_hash(as_bytes("leaf"));
    for (std::size_t i = 0; i < kSize; ++i) tree.append(i % 3 == 0 ? leaf : node_hash(leaf, leaf));
    int reads = 0;
    TileSource source(kSize, [&](const Tile& tile) {
        ++reads;
        return tile_bytes(tree, tile);
    });
    EXPECT(*root_at(source, kSize) == tree.root());
    EXPECT(reads < 16);
    for (const std::size_t old_size : {1UL, 255UL, 256UL, 65536UL, 66000UL, kSize})
        EXPECT_OK(verify_consistency(old_size, *root_at(tree, old_size), kSize, tree.root(),
                                     *consistency_proof(source, old_size, kSize)));
    EXPECT_ERROR(source.subtree(0, kSize), errors::no_such_subtree);
    EXPECT_ERROR(source.subtree(64, 0), errors::no_such_subtree);
    TileSource lying(kSize, [](const Tile&) { return Result<Bytes>(Bytes(31)); });
    EXPECT_ERROR(lying.subtree(0, 0), errors::no_such_subtree);
}

TEST(merkle_bundles_carry_entries) {
    Bytes bundle;
    append_to_bundle(bundle, as_bytes("one"));
    append_to_bundle(bundle, {});
    append_to_bundle(bundle, Bytes(300, 7));
    const auto leaves = parse_bundle(bundle);
    REQUIRE_OK(leaves);
    REQUIRE(leaves->size() == 3);
    EXPECT_EQ((*leaves)[2].size(), 300U);
    EXPECT_ERROR(parse_bundle(ByteView(bundle).first(bundle.size() - 1)), errors::truncated);
    EXPECT_ERROR(parse_bundle(Bytes(2 * 257, 0)), errors::too_large);
}

}  // namespace obhut::directory
