#include "client/directory/people.h"

#include <algorithm>

#include "client/enrolment/create.h"
#include "core/base/verify.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr int kTries = 8;
constexpr Millis kPause = 100;
constexpr std::size_t kMaxPages = 100'000;

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// opened gives an address that is the one the directory has the hash of; else none.
std::optional<Address> opened(const directory::State& state, const api::Opening& opening) {
    const directory::UserRecord* user = state.user(opening.user);
    if (user == nullptr || opening.salt.size() != 16) return std::nullopt;
    if (directory::email_hash(opening.salt, opening.email) != user->email_hash) return std::nullopt;
    return Address{opening.user, opening.email};
}

}  // namespace

Result<> append_built(Session& session, const BuildEntries& build) {
    for (int tried = 1;; ++tried) {
        const api::Append request = TRY(build());
        if (request.entries.empty()) return {};
        const auto sent = session.directory.append(request);
        if (sent) return {};
        if (!build_again(sent.error()) || tried == kTries) return std::unexpected(sent.error());
        session.pause(kPause);
        TRY(session.directory.catch_up());
    }
}

Result<> append_entry(Session& session, directory::Body::Any body, api::Append material) {
    TRY(session.ready());
    return append_signed(session, std::move(body), session.secrets().signing, std::move(material));
}

Result<> append_signed(Session& session, directory::Body::Any body, const SigningKey& key,
                       api::Append material) {
    return append_built(session, [&]() -> Result<api::Append> {
        directory::Draft draft = session.draft();
        draft.add(body, {&key});
        TRY(session.directory.state().try_out(draft.entries()));
        api::Append request = material;
        for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
        return request;
    });
}

Result<std::vector<Address>> addresses(Session& session) {
    std::vector<Address> found;
    UserId from;
    for (std::size_t page = 0; page < kMaxPages; ++page) {
        const api::Openings answer = TRY(session.remote.openings(from));
        for (const api::Opening& opening : answer.openings) {
            // What does not fit its hash is shown to nobody (SR-08).
            if (auto address = opened(session.directory.state(), opening))
                found.push_back(std::move(*address));
        }
        if (!answer.more || answer.openings.empty()) return found;
        const UserId next = answer.openings.back().user;
        if (next <= from) return fail(errors::answer_malformed);
        from = next;
    }
    return fail(errors::answer_malformed);
}

Result<std::string> email_of(Session& session, const UserId& user) {
    for (Address& address : TRY(addresses(session)))
        if (address.user == user) return std::move(address.email);
    return std::string();
}

Result<std::vector<Person>> list_people(Session& session) {
    const std::vector<Address> known = TRY(addresses(session));
    std::vector<Person> people;
    for (const auto& [id, user] : session.directory.state().users()) {
        Person person;
        person.id = id;
        person.status = user.status;
        person.administrator = session.directory.state().is_admin(id);
        person.self = id == session.user();
        for (const Address& address : known)
            if (address.user == id) person.email = address.email;
        people.push_back(std::move(person));
    }
    return people;
}

Result<Person> find_person(const std::vector<Person>& people, std::string_view who) {
    std::vector<const Person*> found;
    for (const Person& person : people) {
        if (person.status == UserStatus::withdrawn) continue;
        if (person.id.hex() == who) return person;
        if (lower(person.email) == lower(who) || (!person.name.empty() && person.name == who))
            found.push_back(&person);
    }
    if (found.empty()) return fail(errors::person_unknown);
    if (found.size() > 1) return fail(errors::person_ambiguous);
    return *found.front();
}

Result<Invitation> make_invitation(Session& session, const InviteRequest& request) {
    TRY(session.ready());
    TRY(check_email(request.email));
    TRY(session.directory.catch_up());
    if (!session.is_administrator()) return fail(errors::not_administrator);
    for (const Person& person : TRY(list_people(session)))
        if (person.status != UserStatus::withdrawn && lower(person.email) == lower(request.email))
            return fail(errors::already_invited);
    if (request.root_kit != nullptr &&
        request.root_kit->root_fingerprint != session.profile.record().root_fingerprint)
        return fail(errors::kit_mismatch);
    Invitation invitation;
    invitation.host = session.profile.record().host;
    invitation.org = session.org();
    invitation.root_fingerprint = session.profile.record().root_fingerprint;
    session.entropy.fill(invitation.secret.expose_mutable());
    const UserId user = session.entropy.id<UserId>();
    Bytes salt(16);
    session.entropy.fill(salt);
    TRY(append_built(session, [&]() -> Result<api::Append> {
        invitation.not_after = session.remote.now() + request.valid_for;
        directory::Draft draft = session.draft();
        draft.add(
            directory::UserInvited{user, directory::email_hash(salt, request.email),
                                   invitation_key(invitation.secret, invitation.org).public_key(),
                                   invitation.not_after},
            {&session.secrets().signing});
        if (request.root_kit != nullptr)
            draft.add(directory::AdminGranted{user}, {&request.root_kit->root});
        api::Append append;
        for (Bytes& entry : draft.take()) append.entries.emplace_back(std::move(entry));
        append.openings.push_back({user, request.email, salt});
        return append;
    }));
    invitation.note = session.directory.note();
    invitation.snapshot = session.directory.vouch();
    return invitation;
}

Result<std::vector<DeviceView>> list_devices(Session& session, const UserId& user) {
    const directory::State& state = session.directory.state();
    const directory::UserRecord* record = state.user(user);
    if (record == nullptr) return fail(errors::person_unknown);
    std::vector<DeviceView> devices;
    for (const DeviceId& id : record->devices) {
        const directory::DeviceRecord* device = state.device(id);
        if (device == nullptr) continue;
        DeviceView view;
        view.id = id;
        view.kind = device->kind;
        view.active = device->active();
        view.self = id == session.device();
        view.added_by = device->added_by;
        view.added_at = device->added_at;
        view.added_time = device->added_time;
        devices.push_back(std::move(view));
    }
    return devices;
}

}  // namespace obhut::client
