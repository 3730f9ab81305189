// Crowd: people who stand in the directory and do nothing: for groups of hundreds. Each has one
// device and a kit whose password was never stretched, so making one takes milliseconds.
#pragma once

#include "client/kit/kit.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

namespace obhut::test {

// Bystander is one of them, with the keys to act in their name.
struct Bystander {
    UserId user;
    client::DeviceSecrets device;
    KemSecretKey user_key;
};

// crowd lets an administrator invite `count` people, who enrol at once.
std::vector<Bystander> crowd(Person& administrator, std::size_t count, std::uint64_t seed = 99);
std::vector<UserId> ids_of(const std::vector<Bystander>& people);

}  // namespace obhut::test
