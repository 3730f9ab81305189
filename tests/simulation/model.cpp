#include "tests/simulation/model.h"

#include <algorithm>
#include <sstream>

namespace obhut::simulation {

using client::LogKind;
using client::LogLine;
using client::Role;

std::string Touch::text() const {
    return std::string(1, static_cast<char>(kind)) + " " + key + " " + token + " " +
           std::to_string(size);
}

std::optional<Touch> Touch::parse(const std::string& text) {
    std::istringstream words(text);
    Touch touch;
    char kind = 0;
    if (!(words >> kind >> touch.key >> touch.token >> touch.size)) return std::nullopt;
    touch.kind = static_cast<TouchKind>(kind);
    return touch;
}

std::string value_of(const std::string& token, std::size_t size) {
    std::string value = token;
    while (value.size() < size) value += "." + token;
    return value;
}

std::string bulk_key(const std::string& key, std::size_t number) {
    std::string digits = std::to_string(number);
    return key + std::string(5 - digits.size(), '0') + digits;
}

void Touch::apply(Entries& entries) const {
    switch (kind) {
    case TouchKind::put: entries[key] = value_of(token, size); break;
    case TouchKind::append: entries[key] += token + ";"; break;
    case TouchKind::erase: entries.erase(key); break;
    case TouchKind::bulk:
        for (std::size_t i = 0; i < size; ++i)
            entries[bulk_key(key, i)] = value_of(token, 60 + i % 150);
        break;
    }
}

Result<client::Plan> Intent::plan(const client::Snapshot& base) {
    client::Plan plan;
    for (const Touch& touch : touches_) {
        Entries before;
        const auto there = TRY(base.tree.get(as_bytes(touch.key)));
        if (there) before[touch.key] = as_text(*there);
        Entries after = before;
        touch.apply(after);
        if (after == before) continue;
        for (const auto& [key, value] : after) plan.batch.put(as_bytes(key), as_bytes(value));
        if (touch.kind == TouchKind::erase) plan.batch.erase(as_bytes(touch.key));
        plan.summary.add(client::Verb::changed, touch.text());
    }
    return plan;
}

Result<> resolve(const tree::Conflict& conflict, tree::Batch& batch) {
    const tree::Change& ours = conflict.change;
    if (!ours.after) {
        batch.erase(ours.key);
    } else if (!as_text(ours.key).starts_with("y/")) {
        batch.put(ours.key, ours.after->clone());
    } else {
        // An append: what we put behind what was there goes behind what is there.
        const std::string_view before = ours.before ? as_text(ours.before->bytes()) : "";
        std::string value(conflict.here ? as_text(conflict.here->bytes()) : "");
        value += as_text(ours.after->bytes()).substr(before.size());
        batch.put(ours.key, as_bytes(value));
    }
    return {};
}

namespace {

// Folder goes from the first line to the last.
class Folder {
public:
    Folder(const SpaceModel& model, const std::set<std::uint64_t>& sample_at,
           std::vector<std::string>& complaints)
        : model_(model), sample_at_(sample_at), complaints_(complaints), seen_(model.seen) {
        std::sort(seen_.begin(), seen_.end(),
                  [](const Seen& a, const Seen& b) { return a.sequence < b.sequence; });
    }

    History run(const std::vector<LogLine>& lines) {
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
            if (line != lines.rbegin() && line->sequence != last_ + 1)
                complain("history misses a link", line->sequence);
            compare_seen(line->sequence);
            last_ = line->sequence;
            if (line->kind == LogKind::commit) commit(*line);
            if (line->kind == LogKind::roster || line->kind == LogKind::created) roster(*line);
            if (sample_at_.contains(line->sequence)) history_.samples[last_] = history_.entries;
        }
        compare_seen(UINT64_MAX);
        compare_intents();
        compare_readers();
        compare_rosters(lines);
        return std::move(history_);
    }

private:
    void complain(const std::string& what, std::uint64_t sequence) {
        complaints_.push_back(model_.name + " at " + std::to_string(sequence) + ": " + what);
    }

    void commit(const LogLine& line) {
        const auto role = history_.roster.find(principal(line.user));
        if (role == history_.roster.end() || role->second < Role::editor)
            complain("a commit by somebody who may not write", line.sequence);
        if (!line.summary)
            return complain("a commit that its reader has no key for", line.sequence);
        if (!operations_.insert(line.summary->operation).second)
            complain("an operation that happened twice", line.sequence);
        std::set<std::string> tokens;
        for (const auto& action : line.summary->actions) {
            const auto touch = Touch::parse(action.target);
            if (!touch) continue;  // of the engine itself: the name of the space
            touch->apply(history_.entries);
            tokens.insert(touch->token);
        }
        for (const std::string& token : tokens) happened(token, line);
    }

    void happened(const std::string& token, const LogLine& line) {
        const auto known = model_.intents.find(token);
        if (known == model_.intents.end())
            return complain(token + " was never done", line.sequence);
        if (!history_.tokens.emplace(token, line.sequence).second)
            complain(token + " happened twice", line.sequence);
        if (known->second.device != line.device)
            complain(token + " is shown as another device's", line.sequence);
        if (known->second.told == Told::refused)
            complain(token + " was refused, and happened", line.sequence);
    }

    void roster(const LogLine& line) {
        for (const auto& change : line.changes) {
            if (change.after)
                history_.roster[change.principal] = *change.after;
            else
                history_.roster.erase(change.principal);
        }
        rosters_[line.sequence] = history_.roster;
    }

    // What was seen below `until` was seen in the state as it is now.
    void compare_seen(std::uint64_t until) {
        for (; next_seen_ < seen_.size() && seen_[next_seen_].sequence < until; ++next_seen_) {
            const Seen& seen = seen_[next_seen_];
            const auto entry = history_.entries.find(seen.key);
            const bool there = entry != history_.entries.end();
            if (there != seen.value.has_value() || (there && entry->second != *seen.value))
                complain("somebody saw " + seen.key + " = " +
                             seen.value.value_or("(none)").substr(0, 60) + ", it was " +
                             (there ? entry->second.substr(0, 60) : "(none)"),
                         seen.sequence);
        }
    }

    // Who saw a state was a member then or later: nobody reads what came after their removal.
    void compare_readers() {
        std::set<std::pair<PrincipalId, std::uint64_t>> judged;
        for (const Seen& seen : seen_) {
            if (!judged.emplace(seen.who, seen.sequence).second) continue;
            auto roster = rosters_.upper_bound(seen.sequence);
            if (roster != rosters_.begin()) --roster;
            const bool member = std::any_of(roster, rosters_.end(), [&](const auto& at) {
                return at.second.contains(seen.who);
            });
            if (!member) complain("read by somebody who was no member any more", seen.sequence);
        }
    }

    void compare_intents() {
        for (const auto& [token, intent] : model_.intents) {
            const auto happened = history_.tokens.find(token);
            const bool there = happened != history_.tokens.end();
            if (intent.moved) continue;
            if (intent.told == Told::acknowledged && !there)
                complain(token + " was acknowledged and is lost", intent.sequence);
            if (intent.told == Told::acknowledged && there && happened->second != intent.sequence)
                complain(token + " was acknowledged at " + std::to_string(intent.sequence),
                         happened->second);
        }
    }

    void compare_rosters(const std::vector<LogLine>& lines) {
        for (const RosterRecord& record : model_.rosters) {
            const bool found = std::any_of(lines.begin(), lines.end(), [&](const LogLine& line) {
                return line.kind == LogKind::roster && line.device == record.device &&
                       line.sequence > record.after && line.sequence <= record.until &&
                       std::any_of(line.changes.begin(), line.changes.end(),
                                   [&](const auto& change) {
                                       return change.principal == record.principal &&
                                              change.after == record.role;
                                   });
            });
            if (!found) complain("an acknowledged change of the roster is lost", record.until);
        }
    }

    const SpaceModel& model_;
    const std::set<std::uint64_t>& sample_at_;
    std::vector<std::string>& complaints_;
    std::vector<Seen> seen_;
    std::size_t next_seen_ = 0;
    std::uint64_t last_ = 0;
    History history_;
    std::set<OperationId> operations_;
    std::map<std::uint64_t, std::map<PrincipalId, Role>> rosters_;
};

}  // namespace

History fold(const SpaceModel& model, const std::vector<LogLine>& lines,
             const std::set<std::uint64_t>& sample_at, std::vector<std::string>& complaints) {
    return Folder(model, sample_at, complaints).run(lines);
}

}  // namespace obhut::simulation
