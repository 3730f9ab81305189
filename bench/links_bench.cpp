// Links by the thousand in one space: what it costs to make one more, to list them, to follow a
// change with those that cover it, to move and remove what has links, and to end those that
// somebody removed could know.
//
//     links_bench [LINKS]      10,000 without an argument: one in 20 to a folder, the rest to files
//
// Server and engines are in this process, with stores in memory: no network and no disk. What is
// told is the engine's time: the server's store in memory, which is made for tests, sums up all
// objects of a space at every commit.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "bench/must.h"
#include "client/links/links.h"
#include "tests/support/links_scene.h"

namespace obhut::test {
namespace {

constexpr std::size_t kFolders = 100;

// Watch is an honest wire that measures how long the server takes.
class Watch final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        const auto began = std::chrono::steady_clock::now();
        http::Response answer = server(request);
        spent += std::chrono::steady_clock::now() - began;
        return answer;
    }
    std::chrono::duration<double, std::milli> spent{};
};

double milliseconds(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
        .count();
}

void row(std::size_t links, const char* what, Person& person, const std::function<void()>& work) {
    const std::size_t bytes = person.wire().sent().size();
    const std::size_t requests = person.wire().requests();
    Watch watch;
    person.wire().attack(&watch);
    const double took = milliseconds(work) - watch.spent.count();
    person.wire().attack(nullptr);
    std::printf("| %zu | %s | %.1f | %.1f | %zu |\n", links, what, took,
                static_cast<double>(person.wire().sent().size() - bytes) / 1000,
                person.wire().requests() - requests);
    std::fflush(stdout);
}

std::string folder_of(std::size_t number) { return "/all/f" + std::to_string(number % kFolders); }

// A space has at most 1,000 links to folders.
void make(Scene& scene, Person& person, std::size_t number) {
    const bool is_folder = number % 20 == 0;
    const std::string folder = folder_of(number / 20);
    const std::string path = is_folder ? folder : folder + "/brief.txt";
    must(scene.link(person, path, is_folder ? LinkKind::folder : LinkKind::file), "link create");
}

void measure(Scene& scene, std::size_t links) {
    Person& anna = scene.town.anna;
    const std::string text = "as of " + std::to_string(links) + " links";
    row(links, "one more", anna, [&] { make(scene, anna, 0); });
    row(links, "list", anna, [&] { must(client::list_links(*scene.space(anna)), "link list"); });
    row(links, "a change where no link is", anna,
        [&] { must(scene.put(anna, "/elsewhere", "x", text), "put"); });
    row(links, "a folder made where no link is", anna, [&] {
        must(scene.edit(anna,
                        [&](Editor& editor, client::Summary&) -> Result<> {
                            TRY(editor.make_folder(kRoot, text, {}));
                            return {};
                        }),
             "mkdir");
    });
    row(links, "a change in one of 100 folders", anna,
        [&] { must(scene.put(anna, folder_of(3), "more", text), "put"); });
    const auto move = [&](const char* from, const char* to) {
        must(scene.edit(anna,
                        [&](Editor& editor, client::Summary&) -> Result<> {
                            TRY(editor.move(kRoot, from, kRoot, to));
                            return {};
                        }),
             "move");
    };
    row(links, "the folder above all of them renamed", anna, [&] { move("all", "every"); });
    move("every", "all");
    row(links, "the folder above all of them removed", anna, [&] {
        must(scene.edit(anna, [](Editor& editor,
                                 client::Summary&) { return editor.remove(kRoot, "all"); }),
             "rm");
    });
    row(links, "and restored", anna, [&] {
        must(scene.edit(anna,
                        [](Editor& editor, client::Summary&) -> Result<> {
                            const auto thing = TRY(editor.files().trash(0, 1));
                            TRY(editor.restore(thing[0].time, thing[0].entry.id));
                            return {};
                        }),
             "restore");
    });
}

}  // namespace
}  // namespace obhut::test

int main(int argc, char** argv) {
    using namespace obhut::test;
    const std::size_t all = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
    Scene scene;
    Person& anna = scene.town.anna;
    for (std::size_t i = 0; i < kFolders; ++i) {
        must(scene.put(anna, folder_of(i), "brief.txt", std::string(500, 'b')), "put");
        must(scene.put(anna, folder_of(i), "bericht.odt", std::string(5000, 'c')), "put");
    }
    std::printf("| links | what | ms | kB sent | requests |\n|---:|---|---:|---:|---:|\n");
    std::size_t made = 0;
    for (const std::size_t step : {all / 100, all / 10, all}) {
        const double took = milliseconds([&] {
            for (; made < step; ++made) {
                make(scene, anna, made);
                scene.town.world.clock().advance(obhut::kSecond);
            }
        });
        std::printf("| %zu | made until here | %.0f | | |\n", made, took);
        measure(scene, made);
    }
    Person& carla = scene.town.world.join("carla", anna);
    must(share(anna, scene.town.akten, carla, obhut::client::Role::reader), "share");
    must(unshare(anna, scene.town.akten, carla), "unshare");
    row(made, "those that somebody removed could know end", anna,
        [&] { must(obhut::client::close_known_links(*scene.space(anna)), "close"); });
    return 0;
}
