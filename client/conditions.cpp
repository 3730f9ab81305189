// What a person should know of: states of the device, the kit, groups and spaces.
#include <algorithm>

#include "client/drops/outbox.h"
#include "client/engine_parts.h"
#include "client/groups/groups.h"
#include "client/links/renewal.h"
#include "client/names/names.h"
#include "client/spaces/restored.h"
#include "client/spaces/space_parts.h"

namespace obhut::client {
namespace {

constexpr Millis kNoticeFull = 7 * kDay;
constexpr Millis kNoticeWeb = 14 * kDay;

class Conditions {
public:
    Conditions(Session& session, Shelf& shelf) : session_(session), shelf_(shelf) {}

    std::vector<Condition> find() {
        const directory::State& state = session_.directory.state();
        const directory::UserRecord* self = state.user(session_.user());
        if (session_.directory.untrue()) add(ConditionKind::directory_untrue);
        if (self == nullptr || !found_.empty()) return std::move(found_);
        if (self->status == UserStatus::disabled) add(ConditionKind::user_disabled);
        if (!state.device_active(session_.device()) && self->status != UserStatus::disabled)
            add(ConditionKind::device_ended);
        if (!found_.empty()) return std::move(found_);  // the rest is nothing to this device
        if (!session_.remote.may_write()) add(ConditionKind::program_too_old);
        kit(*self);
        own_key(*self);
        groups(*self);
        if (session_.profile.locked()) return std::move(found_);
        spaces();
        letters();
        inboxes();
        names();
        return std::move(found_);
    }

private:
    Condition& add(ConditionKind kind) { return found_.emplace_back(Condition{kind}); }

    void kit(const directory::UserRecord& self) {
        if (self.notice) {
            const auto* by = session_.directory.state().device(self.notice->by);
            const bool web = by != nullptr && by->kind == DeviceKind::web;
            Condition& notice = add(ConditionKind::kit_notice);
            notice.device = self.notice->by;
            notice.time = self.notice->time + (web ? kNoticeWeb : kNoticeFull);
            notice.own = self.notice->by == session_.device();
        }
        if (!self.kit)
            add(ConditionKind::kit_missing);
        else if (!self.kit->confirmed)
            add(ConditionKind::kit_unconfirmed);
    }

    void own_key(const directory::UserRecord& self) {
        if (!self.generations.empty() && self.generations.back().stale())
            add(ConditionKind::key_stale);
        else if (std::binary_search(self.without_box.begin(), self.without_box.end(),
                                    session_.device()))
            add(ConditionKind::device_waiting);
    }

    // Whether somebody who is active has the group's key, and can hand it on.
    bool has_holder(const directory::GroupRecord& group) const {
        return std::ranges::any_of(group.members, [&](const UserId& member) {
            const directory::UserRecord* user = session_.directory.state().user(member);
            return user != nullptr && user->status == UserStatus::active &&
                   !std::ranges::binary_search(group.without_box, member);
        });
    }

    void groups(const directory::UserRecord& self) {
        for (const GroupId& id : self.groups) {
            const directory::GroupRecord* group = session_.directory.state().group(id);
            if (group == nullptr || group->generations.empty()) continue;
            const bool stale = group->generations.back().stale();
            const bool waits = std::binary_search(group->without_box.begin(),
                                                  group->without_box.end(), session_.user());
            if (!stale && !waits) continue;
            const bool keyless = waits && !has_holder(*group);
            Condition& found = add(keyless ? ConditionKind::group_keyless
                                   : stale ? ConditionKind::group_stale
                                           : ConditionKind::group_waiting);
            found.id = id.hex();
        }
    }

    // Whether somebody who is active was given the newest key, and can hand it on.
    bool has_holder(Space& space) const {
        const auto& roster = space.parts().chain.chain().trusted().roster;
        const Directory& known = session_.directory;
        return roster && std::ranges::any_of(roster->members, [&](const space::Member& member) {
                   return member.boxed &&
                          space::is_active(known.view(), member.principal, known.size());
               });
    }

    void spaces() {
        const auto views = shelf_.list();
        if (!views) return;
        full(*views);
        for (const SpaceView& view : *views) {
            // Home and address book have no name that a person knows; they go on by themselves.
            const bool unnamed = view.kind == kHomeKind || view.kind == kAddressBookKind;
            if (unnamed && !view.trouble && view.readable) continue;
            const bool behind = view.trouble && (view.trouble->is(errors::restored_behind) ||
                                                 view.trouble->is(errors::restored_apart));
            files(view, behind);
            if (behind) {
                about(ConditionKind::space_behind, view).error = view.trouble;
                continue;
            }
            if (view.trouble && view.trouble->is(errors::space_hidden)) {
                about(ConditionKind::space_hidden, view).error = view.trouble;
                continue;
            }
            if (view.trouble) {
                about(ConditionKind::space_trouble, view).error = view.trouble;
                continue;
            }
            const auto opened = shelf_.open(view.id);
            const bool held = opened && (*opened)->parts().chain.chain().held();
            // Of a group's home that is said by its group.
            if (!view.readable && !held && !view.group)
                about(opened && !has_holder(**opened) ? ConditionKind::space_keyless
                                                      : ConditionKind::space_waiting,
                      view);
            if (opened) links(**opened, view);
            if (opened) chain((*opened)->parts().chain.chain(), view);
        }
    }

    // Spaces that take nearly all that their managers allow. One request, if any has a limit.
    void full(const std::vector<SpaceView>& views) {
        if (std::ranges::none_of(views,
                                 [](const SpaceView& view) { return view.limit.has_value(); }))
            return;
        const auto quota = session_.remote.quota();
        if (!quota) return;
        for (const SpaceView& view : views) {
            if (!view.limit || view.role < Role::editor) continue;
            for (const api::SpaceUsage& usage : quota->spaces) {
                if (usage.space != view.id || usage.bytes < *view.limit - *view.limit / 20)
                    continue;
                Condition& found = about(ConditionKind::space_full, view);
                found.used = usage.bytes;
                found.limit = *view.limit;
            }
        }
    }

    // Files that a restored server has lost and that are not what they were any more.
    void files(const SpaceView& view, bool behind) {
        const auto lost = session_.kept.lost_files(view.id);
        if (!lost) return;
        for (const LostFile& file : *lost) {
            if (!file.given_up && !behind) continue;
            Condition& found =
                about(file.given_up ? ConditionKind::file_lost : ConditionKind::file_behind, view);
            found.file = file.path;
            found.target = file.target;
        }
    }

    // Links by URL that a restored server has lost and that are not what they were, as far as that
    // is so still.
    void links(Space& space, const SpaceView& view) {
        const auto lost = session_.kept.lost_links(view.id);
        if (!lost || lost->empty()) return;
        const auto snapshot = space.snapshot();
        if (!snapshot) return;
        const tree::Tree& tree = (*snapshot)->tree;
        for (const LostLink& link : *lost) {
            const auto there = tree.lookup(link_key(link.target, link.id));
            const auto ended = tree.lookup(link_end_key(link.id));
            if (!there || !ended) continue;
            const bool waits = link.why != 0 && !*there && !*ended;
            const bool empty = link.why == 0 && *there && shows_nothing(tree, link.target);
            if (!waits && !empty) {
                session_.kept.link_is_there(view.id, link.id);
                continue;
            }
            Condition& found =
                about(waits ? ConditionKind::link_lost : ConditionKind::link_empty, view);
            found.link = link.id.hex();
            found.target = link.name;
            found.time = link.made;
            const Code why{static_cast<std::uint16_t>(link.why), Kind::refused};
            if (waits) found.error = Error(why);
        }
    }

    bool shows_nothing(const tree::Tree& tree, const FileId& folder) {
        if (session_.link_renewal == nullptr) return true;
        const auto shown = session_.link_renewal->shown(tree, folder);
        return !shown || !*shown;
    }

    void chain(const space::Chain& chain, const SpaceView& view) {
        if (chain.held()) {
            Condition& held = about(ConditionKind::space_held, view);
            held.device = chain.held()->device;
            held.own = view.role >= chain.held()->settler;
        }
        if (waits_since_restore(session_, chain)) about(ConditionKind::space_read_only, view);
    }

    void letters() {
        const auto waiting = Outbox(session_).waiting();
        if (!waiting) return;
        for (const UnsentLetter& letter : *waiting) {
            if (letter.wish) continue;  // names() tells of it
            Condition& found =
                add(letter.refused ? ConditionKind::letter_refused : ConditionKind::letter_waiting);
            found.id = letter.id.hex();
            found.name = letter.to.hex();
            found.time = letter.time;
            found.error = letter.refused;
        }
    }

    void inboxes() {
        const auto known = session_.remote.inboxes();
        if (!known) return;  // without the server nothing is known of it
        for (const api::InboxInfo& info : *known) {
            if (!info.waits) continue;
            Condition& found = add(ConditionKind::inbox_waiting);
            found.id = info.inbox.hex();
            found.own = kind_of(info.inbox) == api::InboxKind::user;
        }
    }

    void names() {
        const auto wished = wished_names(session_, shelf_);
        if (!wished) return;
        for (const Wished& wish : *wished) {
            if (!wish.sent) continue;
            Condition& found = add(ConditionKind::name_waiting);
            found.id = wish.about.hex();
            found.name = wish.name;
            found.time = wish.time;
        }
    }

    Condition& about(ConditionKind kind, const SpaceView& view) {
        Condition& found = add(kind);
        found.name = !view.alias.empty() ? view.alias : view.name;
        if (found.name.empty() && view.group) found.name = principal(*view.group).hex();
        found.id = view.id.hex();
        return found;
    }

    Session& session_;
    Shelf& shelf_;
    std::vector<Condition> found_;
};

}  // namespace

std::vector<Condition> Engine::conditions() {
    if (!parts_->session.profile.active()) return {};
    std::vector<Condition> found = Conditions(parts_->session, parts_->shelf).find();
    if (parts_->session.profile.locked()) return found;
    const auto names = parts_->shelf.group_names();
    std::optional<std::vector<Person>> known;
    // What is told by the id of a person or group gets the name that people know.
    const auto label = [&](const std::string& told) {
        for (const auto& [id, name] : names)
            if (principal(id).hex() == told) return "group:" + name;
        if (told.size() != 2 * PrincipalId::kSize || told[1] != '1') return told;
        if (!known) known = people().value_or(std::vector<Person>());
        for (const Person& person : *known)
            if (principal(person.id).hex() == told) return person.label();
        return told;
    };
    for (Condition& condition : found) {
        switch (condition.kind) {
        case ConditionKind::group_stale:
        case ConditionKind::group_waiting:
        case ConditionKind::group_keyless:
            for (const auto& [id, name] : names)
                if (id.hex() == condition.id) condition.name = name;
            break;
        case ConditionKind::inbox_waiting: condition.name = label(condition.id); break;
        default: condition.name = label(condition.name); break;
        }
    }
    return found;
}

}  // namespace obhut::client
