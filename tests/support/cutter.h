// Kill points: an act of one person, killed at each of its requests and at each commit of its own
// store, and what is left of it.
//
//     for n = 0, 1, … and both sides of the n-th request, and of the n-th commit:
//         prepare ─▶ act: the program ends there ─▶ it starts anew ─▶ judge
#pragma once

#include <functional>

#include "client/errors.h"
#include "protocols/http/errors.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

namespace obhut::test {

// Where a program is killed.
enum class Blow : std::uint8_t { before_request, after_request, before_commit, after_commit };

inline constexpr Blow kBlows[] = {Blow::before_request, Blow::after_request, Blow::before_commit,
                                  Blow::after_commit};

inline std::string name_of(Blow blow) {
    const char* names[] = {"before request", "after request", "before commit", "after commit"};
    return names[static_cast<std::size_t>(blow)];
}

// Killer kills a person's program at the n-th request or commit; from then on it neither says nor
// writes anything. strike() starts it, and spare() ends that: true if the program was killed. Then
// it has been started anew.
class Killer final : public Adversary {
public:
    Killer(Person& person, Blow blow, unsigned after)
        : person_(person), blow_(blow), after_(after) {}

    void strike() {
        person_.wire().attack(this);
        if (blow_ >= Blow::before_commit) person_.die_at(after_, blow_ == Blow::after_commit);
    }
    bool spare() {
        const bool killed = end();
        if (killed) EXPECT_OK(person_.restart());
        return killed;
    }
    // end is spare for who starts the program anew otherwise: there may be no profile yet.
    bool end() {
        person_.wire().attack(nullptr);
        const bool killed = cut_ || person_.dead();
        if (!killed) person_.spare();
        return killed;
    }

private:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (cut_ || person_.dead()) return fail(errors::unreachable);
        if (blow_ >= Blow::before_commit || after_-- > 0) return server(request);
        cut_ = true;
        if (blow_ == Blow::before_request) return fail(errors::unreachable);
        (void)server(request);
        return fail(errors::outcome_unknown);
    }

    Person& person_;
    Blow blow_;
    unsigned after_;
    bool cut_ = false;
};

struct KillPlan {
    Person& person;
    std::function<void()> prepare;
    std::function<Result<>()> act;
    std::function<void(const Result<>& acted)> judge;
};

// killed_everywhere gives how often the act was killed; it ends when one runs through.
inline int killed_everywhere(const KillPlan& plan) {
    int killed = 0;
    for (const Blow blow : kBlows) {
        for (unsigned after = 0;; ++after) {
            plan.prepare();
            Killer killer(plan.person, blow, after);
            killer.strike();
            const Result<> acted = plan.act();
            const bool did = killer.spare();
            const int before = failures();
            plan.judge(acted);
            if (failures() != before)
                std::printf("    killed %s %u\n", name_of(blow).c_str(), after);
            if (!did) break;
            ++killed;
        }
    }
    return killed;
}

}  // namespace obhut::test
