#include "client/links/edit_links.h"

namespace obhut::client {

Result<Plan> EditLinks::plan(const Snapshot& base) {
    Plan plan;
    for (const LinkPlace& place : places_) {
        const Bytes key = link_key(place.target, place.id);
        const auto value = TRY(base.tree.get(key));
        if (!value) {
            if (what_ != What::forget || TRY(base.tree.lookup(link_end_key(place.id)))) continue;
            plan.batch.put(link_end_key(place.id), ByteView(encode(end_)));
            plan.summary.add(Verb::unlinked, place.id.hex());
            continue;
        }
        LinkEntry entry = TRY(parse_link_entry(*value));
        if (what_ != What::keep) plan.summary.add(Verb::unlinked, entry.name);
        LinkEdit edit;
        edit.target = place.target;
        edit.id = place.id;
        if (what_ == What::keep) {
            entry.epoch = epoch_;
            edit.entry = std::move(entry);
        }
        plan.links.push_back(std::move(edit));
    }
    return plan;
}

}  // namespace obhut::client
