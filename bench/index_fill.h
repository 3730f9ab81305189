// A store whose index is filled in bulk, for index_bench: through the store it would take hours at
// a hundred million rows.
//
// Spaces and chains are made by the store. Rows come from the store's own statements, space after
// space and in each in the order of arrival (random, as ids are), without a log and without syncs:
// so pages are filled as a server's are. Nine in ten objects are counted, the others dying, in the
// trash or pinned. Segments are files of the right length with holes where objects would be.
#pragma once

#include <string>

#include "server/storage/batch.h"

namespace obhut::storage {

inline constexpr std::size_t kSmallObject = 100;  // bytes of one that is written to be measured

// space_of is the space of an object's number. In each 2.5 million objects there are a space of a
// million, ten of a hundred thousand, forty of ten thousand, and a hundred of a thousand.
SpaceId space_of(std::uint64_t number);

// id_of is the made-up id of an object; object one of kSmallObject bytes with it.
ObjectId id_of(std::uint64_t number);
NewObject object(std::uint64_t number);

// add_space makes a space with its genesis.
void add_space(WriteBatch& batch, const SpaceId& space);

// fill makes a data directory with that many objects; up to kAudited rows every sum is counted
// again. Ends the program on any failure.
inline constexpr std::uint64_t kAudited = 3'000'000;
void fill(const std::string& directory, std::uint64_t rows);

}  // namespace obhut::storage
