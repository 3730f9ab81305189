// DirectoryForger shows a directory that goes on as the server likes: genuine entries appended
// again, under checkpoints that the server's own log key signs.
#pragma once

#include "core/directory/note.h"
#include "tests/hostile/tamper.h"

namespace obhut::test {

class DirectoryForger final : public Adversary {
public:
    DirectoryForger(TestServer& server, const OrgId& org) : server_(server), org_(org) {}

    // entries are those that the server has.
    std::vector<Bytes> entries() {
        auto all = server_.store().log_entries(0, SIZE_MAX);
        EXPECT_OK(all);
        return all ? std::move(*all) : std::vector<Bytes>();
    }
    // append shows one more entry from now on.
    void append(Bytes entry) { extra_.push_back(std::move(entry)); }

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.path != "/v1/log/entries") return answer;
        auto shown = decode<api::Entries>(answer.body);
        if (!shown) return answer;
        const auto honest = directory::parse_note(shown->note);
        if (!honest) return answer;
        std::vector<Bytes> all = entries();
        for (const Bytes& entry : extra_) all.push_back(entry);
        directory::Frontier frontier;
        for (const Bytes& entry : all) frontier.append(directory::leaf_hash(entry));
        shown->entries.clear();
        for (std::size_t at = static_cast<std::size_t>(shown->from); at < all.size(); ++at)
            shown->entries.emplace_back(all[at]);
        const auto state = server_.store().server_state();
        if (!state) return answer;
        shown->note =
            directory::sign_checkpoint({directory::log_origin(org_), all.size(), frontier.root(),
                                        honest->incarnation, honest->time},
                                       NoteKey(state->log_seed.expose()));
        answer.body = encode(*shown);
        ++forged;
        return answer;
    }

    int forged = 0;

private:
    TestServer& server_;
    OrgId org_;
    std::vector<Bytes> extra_;
};

}  // namespace obhut::test
