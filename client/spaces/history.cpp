#include "client/spaces/history.h"

#include <algorithm>

namespace obhut::client {
namespace {

std::string label_of(const Labels& labels, const UserId& user) {
    const auto found = labels.find(user);
    return found == labels.end() ? user.hex() : found->second.label();
}

std::string label_of(const Labels& labels, const PrincipalId& principal) {
    if (kind_of(principal) == PrincipalKind::user) return label_of(labels, user_of(principal));
    const auto found = labels.groups.find(group_of(principal));
    return found == labels.groups.end() ? group_of(principal).hex() : found->second;
}

std::optional<Role> role_in(const space::RosterEntry* roster, const PrincipalId& principal) {
    if (roster == nullptr) return std::nullopt;
    for (const space::Member& member : roster->members)
        if (member.principal == principal) return member.role;
    return std::nullopt;
}

// The differences of two lists of members.
std::vector<LogLine::RosterChange> changes_between(const space::RosterEntry* before,
                                                   const space::RosterEntry& after,
                                                   const Labels& labels) {
    std::vector<PrincipalId> all;
    for (const space::RosterEntry* roster : {before, &after})
        if (roster != nullptr)
            for (const space::Member& member : roster->members) all.push_back(member.principal);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<LogLine::RosterChange> changes;
    for (const PrincipalId& principal : all) {
        const auto was = role_in(before, principal);
        const auto is = role_in(&after, principal);
        if (was != is) changes.push_back({principal, label_of(labels, principal), was, is});
    }
    return changes;
}

Result<LogLine> line_of(Space::Parts& space, const space::ParsedLink& link, const Labels& labels) {
    LogLine line;
    line.sequence = link.header().sequence;
    line.time = link.header().time;
    line.device = link.header().device;
    if (const auto* device = space.session.directory.state().device(line.device))
        line.user = device->user;
    line.label = label_of(labels, line.user);
    if (const space::Commit* commit = link.commit()) {
        line.kind = LogKind::commit;
        line.epoch = commit->epoch;
        if (const auto key = space.keys.key(commit->epoch)) {
            const auto opened = TRY(space::open_summary(space.keys.place(), **key, *commit));
            if (auto summary = decode<Summary>(opened.what)) line.summary = std::move(*summary);
        }
    } else if (const space::RosterEntry* roster = link.roster()) {
        line.kind = LogKind::roster;
        line.epoch = roster->epoch;
        std::optional<space::RosterEntry> before;
        if (roster->epoch > 1) before = TRY(space.chain.roster(roster->epoch - 1));
        line.changes = changes_between(before ? &*before : nullptr, *roster, labels);
    } else {
        line.kind = LogKind::mark;
    }
    return line;
}

}  // namespace

std::vector<MemberView> members_of(const Session& session, const space::Chain& chain,
                                   const Labels& labels) {
    std::vector<MemberView> members;
    const auto& roster = chain.trusted().roster;
    if (!roster) return members;
    for (const space::Member& member : roster->members) {
        MemberView view;
        view.principal = member.principal;
        view.role = member.role;
        view.boxed = member.boxed;
        view.label = label_of(labels, member.principal);
        view.active =
            space::is_active(session.directory.view(), member.principal, session.directory.size());
        if (kind_of(member.principal) == PrincipalKind::user) {
            const UserId user = user_of(member.principal);
            view.self = user == session.user();
            if (const auto found = labels.find(user); found != labels.end())
                view.email = found->second.email;
        }
        members.push_back(std::move(view));
    }
    return members;
}

Result<std::vector<LogLine>> log_of(Space::Parts& space, const Labels& labels, std::uint64_t before,
                                    std::size_t limit) {
    const space::Sequence head = space.chain.chain().head().sequence;
    space::Sequence at = before == 0 || before > head ? head + 1 : before;
    std::vector<LogLine> lines;
    while (at > 1 && lines.size() < limit) {
        --at;
        lines.push_back(TRY(line_of(space, TRY(space.chain.link(at)), labels)));
    }
    return lines;
}

}  // namespace obhut::client
