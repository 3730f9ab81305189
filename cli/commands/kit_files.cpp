#include "cli/commands/kit_files.h"

#include "cli/errors.h"
#include "cli/kit/kit_page.h"
#include "cli/output/format.h"
#include "platform/errors.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kMaxKitFile = 1 << 20;
constexpr std::string_view kMetaBegin = "<meta name=\"obhut-kit\" content=\"";
constexpr Text kServer{"Server", "Server"};
constexpr Text kAccountSecret{"Account secret", "Kontogeheimnis"};
constexpr Text kRecoveryKey{"Recovery key", "Wiederherstellungsschlüssel"};
constexpr Text kFingerprint{"Fingerprint of the organisation", "Fingerabdruck der Organisation"};
constexpr Text kNotWritten{
    "could not be written; keep what follows, it is not stored anywhere else:",
    "ließ sich nicht schreiben; verwahren Sie das Folgende, es steht sonst nirgends:"};

}  // namespace

Outcome<> reserve_file(const std::string& path) {
    const auto made = platform::create_file(path, {});
    if (made) return {};
    if (!made.error().is(errors::file_exists)) return fail_about(path, made.error());
    const auto content = platform::read_file(path, kMaxKitFile);
    if (!content || !content->empty()) return fail_about(path, errors::file_there);
    return {};
}

Outcome<> replace_file(Context& context, const std::string& path, const std::string& content) {
    const auto written = platform::write_file(path, as_bytes(content));
    if (written) return {};
    context.output().warning(path + " " + context.say(kNotWritten) + "\n" + content);
    return fail_about(path, written.error());
}

Outcome<std::string> kit_content(Context& context, const std::string& path,
                                 const client::EmergencyKit& kit, const std::string& email) {
    if (path.ends_with(".txt")) return kit.text();
    KitPage page;
    page.email = email;
    page.date = format_time(context.clock().now()).substr(0, 10);
    page.lines = {{context.say(kServer), kit.host},
                  {context.say(kAccountSecret),
                   client::write_account_secret(kit.account_secret, kit.kdf_class)},
                  {context.say(kRecoveryKey), client::write_recovery_key(kit.recovery_key)},
                  {context.say(kFingerprint), client::write_fingerprint(kit.root_fingerprint)}};
    page.qr_payload = kit.qr_payload();
    if (path.ends_with(".pdf")) return ATTEMPT(path, kit_pdf(page, context.language()));
    return ATTEMPT(path, kit_html(page, context.language()));
}

Outcome<client::EmergencyKit> read_kit(const std::string& path) {
    const Bytes content = ATTEMPT(path, platform::read_file(path, kMaxKitFile));
    std::string_view text = as_text(content);
    if (const std::size_t begin = text.find(kMetaBegin); begin != text.npos) {
        text.remove_prefix(begin + kMetaBegin.size());
        text = text.substr(0, text.find('"'));
    }
    return ATTEMPT(path, client::EmergencyKit::parse(text));
}

}  // namespace obhut::cli
