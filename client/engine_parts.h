// The parts of an Engine: private to the engine*.cpp files.
#pragma once

#include "client/directory/people.h"
#include "client/duties/duties.h"
#include "client/engine.h"
#include "client/enrolment/heads.h"
#include "client/enrolment/sign_in.h"
#include "client/session.h"
#include "client/spaces/history.h"
#include "client/spaces/shelf.h"

namespace obhut::client {

struct Engine::Parts {
    Parts(const Ports& ports, Profile profile)
        : session(ports, std::move(profile)), shelf(session) {
        session.read_heads = [this]() -> Result<> {
            TRY(TRY(shelf.home())->refresh());
            return client::read_heads(session, shelf);
        };
    }
    ~Parts() = default;
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    // labels is everybody this organisation has, for lists.
    Result<Labels> labels() {
        const auto names = shelf.names();
        Labels labels;
        for (Person& person : TRY(list_people(session))) {
            if (const auto name = names.find(person.id); name != names.end())
                person.name = name->second;
            labels[person.id] = std::move(person);
        }
        labels.groups = shelf.group_names();
        return labels;
    }

    Session session;
    Shelf shelf;
    std::optional<Linking> linking;
};

}  // namespace obhut::client
