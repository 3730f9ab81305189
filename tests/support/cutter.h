// Kill points: an act of one person, killed at each of its requests, and what is left of it.
//
//     for n = 0, 1, … and both sides of the n-th request:
//         prepare ─▶ act: the wire breaks there, for good ─▶ the program starts anew ─▶ judge
//
// Between two requests a program changes nothing but its own store; being killed inside of that is
// what the simulation does.
#pragma once

#include <functional>

#include "client/errors.h"
#include "protocols/http/errors.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

namespace obhut::test {

// Cutter breaks the wire at a request: before the server gets it, or before its answer comes.
class Cutter final : public Adversary {
public:
    Cutter(int after, bool carried_out) : after_(after), carried_out_(carried_out) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (did_) return fail(errors::unreachable);
        if (after_-- > 0) return server(request);
        did_ = true;
        if (!carried_out_) return fail(errors::unreachable);
        (void)server(request);
        return fail(errors::outcome_unknown);
    }
    bool did() const { return did_; }

private:
    int after_;
    bool carried_out_;
    bool did_ = false;
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
    for (const bool carried_out : {false, true}) {
        for (int after = 0;; ++after) {
            plan.prepare();
            Cutter cutter(after, carried_out);
            plan.person.wire().attack(&cutter);
            const Result<> acted = plan.act();
            plan.person.wire().attack(nullptr);
            if (cutter.did()) EXPECT_OK(plan.person.reopen());
            const int before = failures();
            plan.judge(acted);
            if (failures() != before)
                std::printf("    killed %s request %d\n", carried_out ? "after" : "before", after);
            if (!cutter.did()) break;
            ++killed;
        }
    }
    return killed;
}

}  // namespace obhut::test
