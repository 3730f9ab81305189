// obhut server init FOLDER [--listen HOST:PORT] [--certificate FILE --private-key FILE]
#include "cli/commands/all.h"
#include "platform/desktop/process.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder}};
constexpr Option kOptions[]{
    {.name = "listen",
     .value = Value::text,
     .value_name = {"HOST:PORT", "RECHNER:PORT"},
     .help = {"address to listen at (127.0.0.1:8080)",
              "Adresse, an der er lauscht (127.0.0.1:8080)"}},
    {.name = "certificate",
     .value = Value::file,
     .value_name = kFileWord,
     .help = {"PEM file with the certificate chain", "PEM-Datei mit der Zertifikatskette"}},
    {.name = "private-key",
     .value = Value::file,
     .value_name = kFileWord,
     .help = {"PEM file with its key", "PEM-Datei mit dem Schlüssel dazu"}},
};
constexpr Text kMade{"Made: {0}", "Angelegt: {0}"};
constexpr Text kNext{
    "Start the server: obhutd --config {0}\nThen make the organisation: obhut org create NAME "
    "--server {1} --email ADDRESS",
    "Starten Sie den Server: obhutd --config {0}\nLegen Sie dann die Organisation an: obhut org "
    "create NAME --server {1} --email ADRESSE"};
constexpr Text kHost{"HOST", "RECHNER"};
constexpr std::size_t kMaxPem = 1U << 20;

// The address by which others reach who listens there: without a port that goes without saying, and
// with a name to fill in where it listens at every address.
std::string url_of(const std::string& listen, bool tls, std::string_view any_host) {
    const std::size_t colon = listen.rfind(':');
    std::string host = listen.substr(0, colon);
    std::string port = colon == std::string::npos ? "" : listen.substr(colon);
    if (host.empty() || host == "0.0.0.0" || host == "[::]") host = any_host;
    if (port == (tls ? ":443" : ":80")) port.clear();
    return (tls ? "https://" : "http://") + host + port;
}

// A string of TOML, in double quotes.
std::string toml(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& given = arguments.text(0);
    for (const char* name : {"certificate", "private-key"})
        if (const auto value = arguments.value(name))
            ATTEMPT(*value, platform::read_file(*value, kMaxPem));
    ATTEMPT(given, platform::make_private_folders(given));
    const std::string folder = platform::absolute_path(given);
    const std::string listen = arguments.value("listen").value_or("127.0.0.1:8080");
    const std::string file = folder + "/obhutd.toml";
    std::string config =
        "# Settings of obhutd; `obhutd --help` explains them all. HUP reads this file again.\n";
    config += "data = " + toml(folder + "/data") + "\nlisten = " + toml(listen) + "\n";
    for (const char* name : {"certificate", "private-key"})
        if (const auto value = arguments.value(name))
            config += std::string(name) + " = " + toml(platform::absolute_path(*value)) + "\n";
    const auto made = platform::create_file(file, as_bytes(config));
    if (!made && made.error().is(errors::file_exists)) return fail_about(file, errors::file_there);
    if (!made) return fail_about(file, made.error());
    ATTEMPT(folder, platform::make_private_directory(folder + "/data"));
    context.output().object(
        JsonObject().text("config", file).text("data", folder + "/data").text("listen", listen));
    context.output().summary(context.say(kMade, {file}));
    const std::string url =
        url_of(listen, arguments.value("certificate").has_value(), context.say(kHost));
    context.output().hint(context.say(kNext, {file, url}));
    return {};
}

}  // namespace

const Command kServerInit{
    .name = "server init",
    .group = Group::server,
    .summary = {"prepare a folder for the server obhutd",
                "einen Ordner für den Server obhutd vorbereiten"},
    .description = {"Makes the data folder (readable by its owner only) and obhutd.toml. The "
                    "server keeps nothing outside of it, and no key that "
                    "opens anything.",
                    "Legt den Datenordner (nur für seinen Besitzer lesbar) und obhutd.toml an. Der "
                    "Server hält nichts außerhalb und keinen "
                    "Schlüssel, der etwas öffnet."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut server init /srv/obhut", {"to try it", "zum Ausprobieren"}},
                  {"obhut server init /srv/obhut --listen 0.0.0.0:443 \\\n"
                   "--certificate c.pem --private-key k.pem",
                   {"for all", "für alle"}}}},
    .run = run,
};

}  // namespace obhut::cli
