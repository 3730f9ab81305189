// Writes: keys of a space that were never there before, each written once by somebody; and who
// reads them finds all that was acknowledged and nothing else.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>

#include "client/spaces/space.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/model.h"
#include "tests/simulation/simulation.h"

// What somebody may be told who is no member, or no longer, or has no box yet.
#define OBHUT_OUTSIDE                                                           \
    errors::space_unknown, errors::space_not_found, errors::space_not_readable, \
        errors::not_editor, errors::no_epoch_key, errors::not_a_writer

namespace obhut::simulation {

class Writes {
public:
    Writes(std::string name, std::string prefix)
        : name_(std::move(name)), prefix_(std::move(prefix)) {}

    void begin(const SpaceId& space) { space_ = space; }
    // write is true if the key was acknowledged.
    bool write(Simulation& simulation, Device& device);
    void read(Simulation& simulation, Device& device);
    // expect_all is for somebody who reads the space in the end.
    void expect_all(Simulation& simulation, Device& device);

private:
    struct Record {
        Told told = Told::doubtful;
        std::optional<Vow> vow;  // of what was acknowledged
    };
    using Values = std::map<std::string, std::string>;
    Result<Values> all_of(client::Space& space);
    client::Space* open(Simulation& simulation, Device& device);
    static bool cannot_bring(Simulation& simulation, client::Space& space, const Vow& vow);

    std::string name_;    // of the space
    std::string prefix_;  // of the keys
    SpaceId space_;
    std::map<std::string, Record> records_;  // by key
};

}  // namespace obhut::simulation
