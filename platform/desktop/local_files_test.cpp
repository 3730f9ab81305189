#include "platform/desktop/local_files.h"

#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::platform {
namespace {

// A folder of its own for each test, gone afterwards.
class TestFolder {
public:
    const std::string& path() const { return folder_.path(); }
    Folder open() const { return std::move(*Folder::open(path())); }

private:
    test::TemporaryFolder folder_;
};

Result<> put(const Folder& folder, const std::string& name, std::string_view content,
             std::uint32_t mode = 0640) {
    auto file = TRY(folder.create_file(name));
    TRY(file.write(0, as_bytes(content)));
    TRY(file.finish(content.size(), mode, 1'600'000'000'123'456'789, {}));
    return {};
}

TEST(files_keep_content_mode_and_time) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE_OK(put(folder, "brief.odt", "Sehr geehrte Damen und Herren", 0754));
    const auto status = folder.status("brief.odt");
    REQUIRE_OK(status);
    EXPECT_EQ(status->mode, 0754U);
    EXPECT_EQ(status->modified, 1'600'000'000'123'456'789);
    const auto file = folder.open_file("brief.odt");
    REQUIRE_OK(file);
    Bytes content(100);
    const auto got = file->read(0, content);
    REQUIRE_OK(got);
    EXPECT_EQ(as_text(ByteView(content).first(*got)), "Sehr geehrte Damen und Herren");
}

TEST(times_beyond_nanoseconds_become_the_nearest) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE_OK(put(folder, "far", "x"));
    const auto set = [&](time_t seconds) {
        const timespec times[2]{{seconds, 5}, {seconds, 5}};
        EXPECT_EQ(::utimensat(AT_FDCWD, (place.path() + "/far").c_str(), times, 0), 0);
        struct stat kept{};
        EXPECT_EQ(::stat((place.path() + "/far").c_str(), &kept), 0);
        const auto status = folder.status("far");
        if (!EXPECT_OK(status)) return;
        // The file system may have its own limits: what it keeps is what counts.
        if (kept.st_mtim.tv_sec > 9'223'372'035)
            EXPECT(status->modified > 9'223'372'034'000'000'000);
        if (kept.st_mtim.tv_sec < -9'223'372'035)
            EXPECT(status->modified < -9'223'372'034'000'000'000);
        if (kept.st_mtim.tv_sec == 1'000) EXPECT_EQ(status->modified, 1'000'000'000'005);
    };
    set(1'000);
    set(13'574'563'200);   // 2400
    set(-13'574'563'200);  // 1539
    set(100'000'000'000);  // 5138
}

TEST(set_user_id_is_not_taken_over) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE_OK(put(folder, "tool", "#!", 06755));
    EXPECT_EQ(folder.status("tool")->mode, 0755U);
}

TEST(an_unfinished_file_leaves_nothing_and_the_old_one_stays) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE_OK(put(folder, "a", "old"));
    {
        auto file = folder.create_file("a");
        REQUIRE_OK(file);
        REQUIRE_OK(file->write(0, as_bytes("half of the ne")));
    }
    const auto entries = folder.list();
    REQUIRE_OK(entries);
    REQUIRE(entries->size() == 1);
    EXPECT_EQ((*entries)[0].name, "a");
    EXPECT_EQ(folder.status("a")->size, 3U);
}

TEST(holes_are_seen_and_written) {
    const TestFolder place;
    const Folder folder = place.open();
    constexpr std::uint64_t kSize = 64ULL << 20;
    auto out = folder.create_file("disk.img");
    REQUIRE_OK(out);
    REQUIRE_OK(out->write(32ULL << 20, as_bytes("data")));
    REQUIRE_OK(out->finish(kSize, 0600, 0, {}));
    const auto file = folder.open_file("disk.img");
    REQUIRE_OK(file);
    const auto status = file->status();
    REQUIRE_OK(status);
    EXPECT_EQ(status->size, kSize);
    if (status->blocks >= kSize) SKIP("this file system has no holes");
    EXPECT_EQ(*file->next_data(0), 32ULL << 20);
    EXPECT_EQ(*file->next_data(48ULL << 20), kSize);
}

TEST(attributes_are_kept_where_the_file_system_has_them) {
    const TestFolder place;
    const Folder folder = place.open();
    const std::vector<Attribute> attributes{{"user.origin", to_bytes("scanner")},
                                            {"user.empty", {}}};
    auto out = folder.create_file("a");
    REQUIRE_OK(out);
    const auto all = out->finish(0, 0600, 0, attributes);
    REQUIRE_OK(all);
    if (!*all) SKIP("this file system has no extended attributes");
    const auto file = folder.open_file("a");
    REQUIRE_OK(file);
    const auto read = file->attributes();
    REQUIRE_OK(read);
    REQUIRE(read->size() == 2);
    EXPECT_EQ((*read)[0].name, "user.empty");
    EXPECT_EQ(as_text((*read)[1].value), "scanner");
}

TEST(names_never_leave_their_folder) {
    // Also without the check that this shows (script/kill-checks) nothing leaves the outer folder.
    const TestFolder place;
    const Folder outer = place.open();
    REQUIRE_OK(outer.make_folder("inner"));
    const auto folder = outer.open_folder("inner");
    REQUIRE_OK(folder);
    const std::string with_nul("a\0b", 3);
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("../x"),
          place.path() + "/x", std::string("a/b"), with_nul}) {
        EXPECT_ERROR(folder->create_file(name), errors::unsafe_name);
        EXPECT_ERROR(folder->make_folder(name), errors::unsafe_name);
        EXPECT_ERROR(folder->make_link(name, "x", 0), errors::unsafe_name);
        EXPECT_ERROR(folder->open_file(name), errors::unsafe_name);
    }
}

TEST(links_are_written_as_links_and_not_followed) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE_OK(folder.make_link("way", "/etc", 1'000'000'000'000'000'000));
    EXPECT_EQ(*folder.read_link("way"), "/etc");
    EXPECT_EQ(folder.status("way")->modified, 1'000'000'000'000'000'000);
    EXPECT_ERROR(folder.open_folder("way"), errors::file_in_the_way);
    EXPECT_ERROR(folder.make_folder("way"), errors::file_in_the_way);
    EXPECT_ERROR(folder.open_file("way"), errors::file_in_the_way);
    REQUIRE_OK(put(folder, "way", "a file takes its place"));
    EXPECT(folder.status("way")->type == FileType::file);
}

TEST(pipes_do_not_hold_anybody_up) {
    const TestFolder place;
    const Folder folder = place.open();
    REQUIRE(::mkfifo((place.path() + "/pipe").c_str(), 0600) == 0);
    EXPECT_ERROR(folder.open_file("pipe"), errors::unusual_file);
    const auto entries = folder.list();
    REQUIRE_OK(entries);
    EXPECT((*entries)[0].type == FileType::other);
}

TEST(a_folder_in_the_way_stays) {
    const TestFolder place;
    const Folder folder = place.open();
    const auto made = folder.make_folder("ordner");
    REQUIRE_OK(made);
    REQUIRE_OK(put(*made, "a", "x"));
    EXPECT_ERROR(put(folder, "ordner", "file"), errors::file_in_the_way);
    EXPECT_EQ(folder.list()->size(), 1U);
}

TEST(missing_and_forbidden_are_told_apart) {
    const TestFolder place;
    EXPECT_ERROR(Folder::open(place.path() + "/nothing"), errors::file_missing);
    EXPECT_ERROR(place.open().open_file("nothing"), errors::file_missing);
}

TEST(paths_are_split_as_people_type_them) {
    const auto check = [](const std::string& path, const std::string& folder,
                          const std::string& name) {
        const SplitPath parts = split_path(path);
        EXPECT_EQ(parts.folder, folder);
        EXPECT_EQ(parts.name, name);
    };
    check("brief.odt", ".", "brief.odt");
    check("ordner/", ".", "ordner");
    check("ordner/a/", "ordner", "a");
    check("/tmp", "/", "tmp");
    check("/", "/", ".");
    check(".", ".", ".");
    check("..", "..", ".");
    check("a/..", "a/..", ".");
}

}  // namespace
}  // namespace obhut::platform
