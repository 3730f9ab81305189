// What people do in a World, in one call each: shared spaces, and entries of their trees.
#pragma once

#include "tests/support/test.h"
#include "tests/support/world.h"

namespace obhut::test {

// SetEntry is the simplest change: one key, one value; empty erases.
class SetEntry final : public client::Change {
public:
    SetEntry(std::string key, std::string value) : key_(std::move(key)), value_(std::move(value)) {}

    Result<client::Plan> plan(const client::Snapshot&) override {
        client::Plan plan;
        if (value_.empty())
            plan.batch.erase(as_bytes(key_));
        else
            plan.batch.put(as_bytes(key_), as_bytes(value_));
        plan.summary.add(client::Verb::changed, key_);
        return plan;
    }

private:
    std::string key_;
    std::string value_;
};

inline Result<client::Committed> write(Person& person, const SpaceId& space, const std::string& key,
                                       const std::string& value) {
    SetEntry change(key, value);
    client::Space* open = TRY(person.engine().space(space));
    return open->commit(change);
}

// read refreshes and gives the value; empty text if the key is not there.
inline Result<std::string> read(Person& person, const SpaceId& space, const std::string& key) {
    client::Space* open = TRY(person.engine().space(space));
    TRY(open->refresh());
    const client::Snapshot* snapshot = TRY(open->snapshot());
    const auto value = TRY(snapshot->tree.get(as_bytes(key)));
    return value ? std::string(as_text(*value)) : std::string();
}

inline DeviceId device_of(Person& person) { return person.engine().status().device; }

// text is what was read, or the error in brackets.
inline std::string text(const Result<std::string>& result) {
    return result ? *result : "(" + show(result.error()) + ")";
}

inline Result<> share(Person& by, const SpaceId& space, Person& with, client::Role role) {
    const client::Person found = TRY(by.engine().find_person(with.email));
    return by.engine().share(space, principal(found.id), role);
}

inline Result<> unshare(Person& by, const SpaceId& space, Person& with) {
    const client::Person found = TRY(by.engine().find_person(with.email));
    return by.engine().unshare(space, principal(found.id));
}

// link adds a new device to a person by code; both talk to whatever their wires lead to.
inline Result<> link(Person& old_device, Person& new_device) {
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    const client::LinkingCode code = TRY(new_device.engine().begin_linking(request));
    TRY(old_device.engine().answer_linking(code));
    if (!TRY(new_device.engine().finish_linking())) return fail(errors::linking_not_begun);
    new_device.email = old_device.email;
    return {};
}

// Town is the usual scene: anna and bernd in the space "Akten", anna a manager, one entry there.
struct Town {
    World world;
    Person& anna;
    Person& bernd;
    SpaceId akten;

    explicit Town(client::Role role = client::Role::editor, std::uint64_t seed = 1)
        : world(seed), anna(world.found("anna")), bernd(world.join("bernd", anna)) {
        const auto space = anna.engine().create_space("Akten");
        if (!EXPECT_OK(space)) return;
        akten = *space;
        EXPECT_OK(share(anna, akten, bernd, role));
        EXPECT_OK(write(anna, akten, "x/first", "written by anna"));
    }
};

}  // namespace obhut::test
