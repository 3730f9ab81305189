#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr std::string_view kGroupPrefix = "group:";
constexpr Text kEveryone{"all", "alle"};

}  // namespace

void Named::into(JsonObject& object) const {
    const std::string id = to_hex(principal.view().subspan(1));
    if (is_group())
        object.text("group", id).text("name", label);
    else
        object.text("user", id).text("email", email);
}

Outcome<Named> member_argument(client::Engine& engine, const std::string& text) {
    if (text.starts_with(kGroupPrefix)) {
        const client::GroupView group =
            ATTEMPT(text, engine.find_group(text.substr(kGroupPrefix.size())));
        return Named{principal(group.id), group.label(), ""};
    }
    const client::Person person = ATTEMPT(text, engine.find_person(text));
    return Named{principal(person.id), person.label(), person.email};
}

Outcome<std::vector<client::Person>> people_arguments(client::Engine& engine,
                                                      const Arguments& arguments,
                                                      std::size_t from) {
    std::vector<client::Person> people;
    for (std::size_t i = from; i < arguments.count(); ++i)
        people.push_back(ATTEMPT(arguments.text(i), engine.find_person(arguments.text(i))));
    return people;
}

std::vector<UserId> ids_of(const std::vector<client::Person>& people) {
    std::vector<UserId> ids;
    for (const client::Person& person : people) ids.push_back(person.id);
    return ids;
}

JsonObject group_object(const client::GroupView& group) {
    JsonObject object;
    object.text("id", group.id.hex()).text("name", group.name).number("members", group.members);
    object.flag("member", group.member).flag("manager", group.manager);
    object.flag("everyone", group.everyone).flag("stale", group.stale);
    if (!group.wished.empty()) object.text("wished", group.wished);
    return object;
}

std::string group_label(const client::GroupView& group, Language language) {
    return group.everyone && group.name.empty() ? std::string(kEveryone.in(language))
                                                : group.label();
}

}  // namespace obhut::cli
