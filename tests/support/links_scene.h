// A space with files and links, and visitors who have nothing but a URL.
#pragma once

#include "apps/files/content_checker.h"
#include "apps/files/links.h"
#include "apps/files/upload.h"
#include "apps/files/visit.h"
#include "core/content/memory_ports.h"
#include "core/content/reader.h"
#include "tests/support/actions.h"

namespace obhut::test {

using client::LinkKind;
using files::Author;
using files::Edit;
using files::Editor;
using files::Entry;
using files::kRoot;

class QuietObserver final : public files::UploadObserver {
public:
    void read_bytes(std::uint64_t) override {}
    Result<> stored(std::span<const Stored>) override { return {}; }
    void skipped(std::uint64_t, Error error) override { EXPECT_EQ(error.code.number, 0); }
};

// put_text puts one small file into a folder.
inline Result<> put_text(client::Space& space, const Author& author, Executor& executor,
                         Clock& clock, const std::string& folder, const std::string& name,
                         const std::string& text) {
    QuietObserver observer;
    files::Upload upload(space, author, {executor, clock}, observer, name);
    content::MemorySource source(to_bytes(text));
    files::UploadFile file;
    file.folder = folder;
    file.name = name;
    TRY(upload.put(source, std::move(file)));
    return upload.finish();
}

// Scene: anna and bernd write in "Akten"; both engines renew links.
struct Scene {
    Town town;
    files::FolderLinks renewal;
    TestEntropy entropy{77};
    InlineExecutor executor;

    Scene() {
        renew(town.anna);
        renew(town.bernd);
    }
    void renew(Person& person) { client::renew_links_with(person.engine(), renewal); }
    client::Space* space(Person& person) {
        auto opened = person.engine().space(town.akten);
        if (!EXPECT_OK(opened)) std::abort();
        return *opened;
    }
    Author author(Person& person) {
        return {person.engine().status().device, town.world.clock().now(), entropy};
    }
    Result<> put(Person& person, const std::string& folder, const std::string& name,
                 const std::string& text) {
        return put_text(*space(person), author(person), executor, town.world.clock(), folder, name,
                        text);
    }
    Result<> edit(Person& person, const Edit& edit) {
        const auto changed = files::change_files(*space(person), author(person), edit);
        return changed ? Result<>() : std::unexpected(changed.error());
    }
    Result<client::MadeLink> link(Person& person, const std::string& path, LinkKind kind,
                                  client::LinkWish wish = {}) {
        wish.kind = kind;
        wish.from = "Anna";
        wish.organisation = "Rathaus";
        TRY(space(person)->refresh());
        return client::make_link(*space(person), wish, files::link_to(path, kind));
    }
};

// Guest is a visitor with a wire of their own.
struct Guest {
    explicit Guest(Scene& scene)
        : scene(scene),
          entropy(4711 + scene.entropy.next() % 1000),
          wire(scene.town.world.server()) {}

    Result<> open(const client::LinkUrl& url, std::string_view password = {}) {
        std::optional<ByteView> given;
        if (!password.empty()) given = as_bytes(password);
        visitor = TRY(
            client::Visitor::open({wire, scene.town.world.clock(), entropy, &waiter}, url, given));
        if (visitor->record().kind != LinkKind::upload) visit = files::Visit::of(*visitor);
        return {};
    }
    // text of a file below what is shown; of the file itself without a path.
    Result<std::string> text(const std::string& path = {}) {
        Entry entry = visit->shown().entry.clone();
        FileId folder = entry.id;
        for (const std::string& name : TRY(files::split_path(path))) {
            entry = TRY(visit->files().get(folder, name));
            folder = entry.id;
        }
        if (!entry.content) return fail(errors::is_a_folder);
        content::Reader reader(visitor->place(), *visitor, scene.executor);
        content::MemorySink sink;
        Result<> outcome;
        const Bytes small = TRY(visit->files().small_content(entry));
        TRY(reader.read(*entry.content, small, sink, [&](Result<> done) -> Result<> {
            outcome = done;
            return {};
        }));
        TRY(reader.flush());
        TRY(outcome);
        return std::string(as_text(sink.bytes()));
    }
    std::string names(const FileId& folder) {
        std::string all;
        const auto walked = visit->files().walk(
            folder, [&](const std::string& path, const files::Found&) -> Result<bool> {
                all += path + " ";
                return true;
            });
        EXPECT_OK(walked);
        return all;
    }
    std::string names() { return names(visit->shown().entry.id); }

    Scene& scene;
    TestEntropy entropy;
    client::ImpatientWaiter waiter;
    Wire wire;
    std::unique_ptr<client::Visitor> visitor;
    std::unique_ptr<files::Visit> visit;
};

// expect_clean verifies the whole space: every list a fact, every byte there.
inline void expect_clean(Scene& scene, Person& person) {
    files::FilesChecker checker(scene.executor);
    const auto report = person.engine().verify(scene.town.akten, &checker, nullptr);
    if (!EXPECT_OK(report)) return;
    EXPECT_EQ(report->problems.size(), 0U);
    for (const auto& problem : report->problems)
        EXPECT_EQ(problem.error.code.number, std::uint16_t{0});
}

}  // namespace obhut::test
