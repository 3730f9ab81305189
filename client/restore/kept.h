// Kept: what this device made and the server acknowledged, for thirty days, in case the server has
// to be restored from an older backup (docs/protocol/profile.md §6).
//
//     l/<space>/<sequence>   a link of ours, as it was sent, with what a commit did
//     o/<space>/<object>     what a commit brought: pages and nodes; of a small one its content too
//     t/<space>/<object>     the state of a file that was read in vain for this content
//     w/<space>/<target>     a file that is gone, and a restored server lacks it
//     x/<space>/<link id>    a link by URL that is not made again yet, or shows nothing
//     r/<space>/<link id>    the incarnation in which a link by URL was ended at the server only
//     e/<position>           an entry of the log, whoever made it
//     h/<root>               a list of heads that an entry of ours carries, and where it was given
//     a/<hash of an entry>   the request that brought it, with its keys and boxes, if it was ours
//
// The newest kMaxBytes of it, content before what cannot be made again; what a bulk upload brings
// stays with its source (origin.h). Requests and content are sealed already; rows with references
// or paths are sealed for this profile.
#pragma once

#include <algorithm>

#include "client/journal/journal.h"
#include "client/restore/lost_link.h"
#include "protocols/api/heads.h"

namespace obhut::client {

struct KeptLink {
    space::Sequence sequence = 0;  // 0: a space with everything that it began with
    Hash hash;
    Bytes body;                           // the encoded api::AppendLink or api::NewSpace
    std::optional<JournalCommit> commit;  // without its body

    static void fields(auto& self, auto& field) {
        field(1, self.sequence);
        field(2, self.hash);
        field(3, self.body, kMaxJournalBody);
        field(4, self.commit);
    }
};

class Kept {
public:
    static constexpr Millis kAge = 30 * kDay;
    static constexpr std::uint64_t kMaxBytes = 512U << 20;
    static constexpr Millis kPrune = kDay;  // how often old things are looked for

    // All outlive this; the profile is unlocked when links are kept or read.
    Kept(LocalStore& store, const Profile& profile, Clock& clock, Entropy& entropy)
        : store_(store), profile_(profile), clock_(clock), entropy_(entropy) {}

    // has_passed tells a time that has passed for certain: under a clock that is behind it what is
    // kept is not older than that.
    void has_passed(Millis time) { passed_ = std::max(passed_, time); }

    // Keeping fails no work: what finds no room on the disk is not kept.
    using Content = std::vector<std::pair<ObjectId, Bytes>>;
    void keep(const SpaceId& space, const KeptLink& link, const Content& content = {});
    // keep_objects keeps what goes ahead of a commit.
    void keep_objects(const SpaceId& space, const Content& objects);
    // keep_entries keeps entries of the log from a position on; keep_append the request that
    // brought an entry of ours, and those after it.
    void keep_entries(std::uint64_t position, const std::vector<Bytes>& entries);
    void keep_append(const Hash& entry, ByteView request);

    // keep_heads keeps a list that an entry of ours carries the root of, which the server of this
    // incarnation has. heads_before gives those that only an earlier one had.
    void keep_heads(const api::Heads& list, std::uint64_t incarnation);
    Result<std::vector<api::Heads>> heads_before(std::uint64_t incarnation);

    // Absent: not ours, or too old.
    Result<std::optional<KeptLink>> link_at(const SpaceId& space, space::Sequence sequence);
    Result<std::optional<Bytes>> object(const SpaceId& space, const ObjectId& id);
    Result<std::optional<Bytes>> entry(std::uint64_t position);
    Result<std::optional<Bytes>> append(const Hash& entry);
    // links_after gives the sequences of the links kept of a space behind one, ascending.
    Result<std::vector<space::Sequence>> links_after(const SpaceId& space,
                                                     space::Sequence sequence);

    // tried gives the state in which a file did not have this content any more; empty: none.
    Result<Bytes> tried(const SpaceId& space, const ObjectId& content);
    void note_tried(const SpaceId& space, const ObjectId& content, ByteView state);
    // Lost files of a space, until they are there again or their time is over; by target.
    Result<std::vector<LostFile>> lost_files(const SpaceId& space);
    void note_lost(const SpaceId& space, const LostFile& file);
    void found_again(const SpaceId& space, const std::vector<Origin>& origins);
    // Links by URL that a restore has lost, until they are there (lost_link.h).
    Result<std::vector<LostLink>> lost_links(const SpaceId& space);
    void note_lost_link(const SpaceId& space, const LostLink& link);
    void link_is_there(const SpaceId& space, const LinkId& link);
    // Links that this user, who may not write in the space, has ended: no commit says so.
    // ended_before gives those that were ended in an earlier incarnation of the server.
    void note_ended(const SpaceId& space, const LinkId& link, std::uint64_t incarnation);
    Result<std::vector<LinkId>> ended_before(const SpaceId& space, std::uint64_t incarnation);

    // prune forgets what is too old or too much, once in kPrune, or when a quarter of kMaxBytes has
    // come since. `newest` is a time that has passed for certain: a clock that is years ahead makes
    // nothing old. O(everything kept).
    Result<> prune(Millis newest);

private:
    Result<> put(StoreWriter& writer, ByteView key, ByteView value);
    Result<> write(const std::function<Result<>(StoreWriter&)>& rows);
    // put_sealed writes a row that is sealed for this profile, erase takes one away.
    void put_sealed(ByteView key, ByteView plain);
    void erase(ByteView key);
    Bytes lost_key(const SpaceId& space, const std::string& target) const;
    Result<std::optional<Bytes>> get(ByteView key);
    static Result<std::uint64_t> read_since(StoreReader& reader);

    LocalStore& store_;
    const Profile& profile_;
    Clock& clock_;
    Entropy& entropy_;
    Millis passed_ = 0;
    std::size_t written_ = 0;  // bytes of rows in the transaction under way
};

}  // namespace obhut::client
