#include "platform/desktop/secret_keyring.h"

#include <dlfcn.h>
#include <libsecret/secret.h>
#include <unistd.h>

#include "platform/desktop/process.h"

namespace obhut::platform {

namespace {

constexpr const char* kLibrary = "libsecret-1.so.0";
constexpr const char* kAttribute = "name";

const SecretSchema kSchema{
    "org.obhut.Profile",
    SECRET_SCHEMA_NONE,
    {{kAttribute, SECRET_SCHEMA_ATTRIBUTE_STRING}, {nullptr, SECRET_SCHEMA_ATTRIBUTE_STRING}},
    0,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr};

}  // namespace

// The few functions of libsecret that are used. Secrets go as base64, since the simple interface is
// made for text.
struct SecretKeyring::Library {
    void* handle = nullptr;
    decltype(&secret_password_store_sync) store = nullptr;
    decltype(&secret_password_lookup_sync) lookup = nullptr;
    decltype(&secret_password_clear_sync) clear = nullptr;
    decltype(&secret_password_free) free = nullptr;

    template <class Function>
    bool find(Function& function, const char* name) {
        function = reinterpret_cast<Function>(::dlsym(handle, name));
        return function != nullptr;
    }

    static std::unique_ptr<Library> open() {
        auto library = std::make_unique<Library>();
        // Never closed: GLib does not stand being unloaded.
        library->handle = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
        if (library->handle == nullptr) return nullptr;
        const bool complete = library->find(library->store, "secret_password_store_sync") &&
                              library->find(library->lookup, "secret_password_lookup_sync") &&
                              library->find(library->clear, "secret_password_clear_sync") &&
                              library->find(library->free, "secret_password_free");
        return complete ? std::move(library) : nullptr;
    }
};

bool SecretKeyring::available() {
    if (environment("DBUS_SESSION_BUS_ADDRESS")) return true;
    const auto runtime = environment("XDG_RUNTIME_DIR");
    return runtime && ::access((*runtime + "/bus").c_str(), R_OK | W_OK) == 0;
}

SecretKeyring::SecretKeyring() : library_(available() ? Library::open() : nullptr) {}
SecretKeyring::~SecretKeyring() = default;

Result<> SecretKeyring::store(std::string_view name, const SecretBytes& secret) {
    if (!library_) return fail(errors::keyring_unavailable);
    const std::string key(name);
    std::string text = to_base64(secret.expose());
    const gboolean stored =
        library_->store(&kSchema, SECRET_COLLECTION_DEFAULT, ("Obhut " + key).c_str(), text.c_str(),
                        nullptr, nullptr, kAttribute, key.c_str(), static_cast<char*>(nullptr));
    wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!stored) return fail(errors::keyring_unavailable);
    return {};
}

Result<SecretBytes> SecretKeyring::load(std::string_view name) {
    if (!library_) return fail(errors::keyring_unavailable);
    const std::string key(name);
    GError* problem = nullptr;
    gchar* text = library_->lookup(&kSchema, nullptr, &problem, kAttribute, key.c_str(),
                                   static_cast<char*>(nullptr));
    if (text == nullptr)
        return fail(problem != nullptr ? errors::keyring_unavailable : errors::keyring_empty);
    auto secret = from_base64(text);
    library_->free(text);
    if (!secret) return fail(errors::keyring_empty);
    return SecretBytes(std::move(*secret));
}

Result<> SecretKeyring::erase(std::string_view name) {
    if (!library_) return fail(errors::keyring_unavailable);
    const std::string key(name);
    GError* problem = nullptr;
    library_->clear(&kSchema, nullptr, &problem, kAttribute, key.c_str(),
                    static_cast<char*>(nullptr));
    if (problem != nullptr) return fail(errors::keyring_unavailable);
    return {};
}

}  // namespace obhut::platform
