// A person in more groups than one answer names inboxes: all are given, page by page.
#include <algorithm>
#include <set>

#include "core/crypto/hash.h"
#include "server/services/drop_service.h"
#include "server/services/testing/office.h"

namespace obhut::services::testing {

TEST(inboxes_of_somebody_in_many_groups_come_page_by_page) {
    constexpr std::size_t kGroups = 2 * api::kMaxInboxes + 10;
    Office office;
    EventHub hub;
    Notary notary(NoteKey::generate(office.entropy), 1);
    DirectoryService directory(office.store, office.clock, hub, notary, 0);
    LinkService links(office.store, office.clock);
    SpaceService spaces(office.store, office.clock, hub, directory, notary, links, Settings());
    DropService drops(office.store, office.clock, hub, directory, spaces);
    Caller caller;
    caller.user = office.anna.id;
    caller.principals.push_back(principal(caller.user));
    storage::WriteBatch batch;
    for (std::size_t i = 0; i < kGroups; ++i) {
        GroupId group;
        const Hash random = sha256(as_bytes(std::to_string(i)));
        std::copy_n(random.bytes.begin(), group.bytes.size(), group.bytes.begin());
        caller.principals.push_back(principal(group));
        if (i % 64 == 0) continue;  // nothing waits there
        Bytes key = to_bytes(caller.principals.back().view());
        append(key, random.view());
        batch.add(storage::PutRecord{storage::Area::drop, std::move(key), Bytes{1}, {}, {}, 0});
    }
    REQUIRE_OK(storage::commit_now(office.store, std::move(batch)).result);
    std::set<api::InboxId> found;
    std::size_t pages = 0;
    for (api::InboxId after;; ++pages) {
        const auto page = drops.inboxes(caller, after);
        REQUIRE_OK(page);
        for (const api::InboxInfo& info : page->inboxes) {
            EXPECT(info.waits && info.inbox > after);
            after = info.inbox;
            EXPECT(found.insert(info.inbox).second);
        }
        if (!page->more) break;
        EXPECT_EQ(page->inboxes.size(), api::kMaxInboxes);
    }
    EXPECT_EQ(pages, 1U);
    EXPECT_EQ(found.size(), kGroups - (kGroups + 63) / 64);
}

}  // namespace obhut::services::testing
