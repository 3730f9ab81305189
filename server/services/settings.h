// What an operator sets; limits can change while obhutd runs.
#pragma once

#include "core/base/clock.h"
#include "server/services/rate_limit.h"

namespace obhut::services {

struct Settings {
    Rate open{50, 200};             // open requests of one address
    Rate sign_in_address{1, 20};    // sign-ins of one address
    Rate sign_in_account{0.1, 10};  // sign-ins to one e-mail address, known or not
    Rate device{500, 5000};         // signed requests of one device
    std::uint64_t user_quota = 0;   // bytes in all spaces that one user owns; 0 = none
    std::uint64_t space_quota = 0;  // bytes in one space; 0 = none
    std::uint64_t upload_quota =
        64ULL << 30;  // bytes that a device has uploaded and not claimed; 0 = none
    // After a restore the directory takes so long only what devices bring back. Read at the start.
    Millis restore_wait = 10 * kMinute;
};

}  // namespace obhut::services
