#include "cli/parse.h"

#include "cli/errors.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

using Words = std::vector<std::string>;

Invocation good(const Words& words) {
    auto result = parse(words, Language::english);
    if (!result) test::report_failure(__FILE__, __LINE__, "refused: " + result.error().what);
    return result ? std::move(*result) : Invocation();
}

void refused(const Words& words, Code code, const std::string& what,
             const std::string& advice = {}) {
    const auto result = parse(words, Language::english);
    REQUIRE(!result);
    EXPECT_EQ(result.error().error.code.number, code.number);
    EXPECT_EQ(result.error().what, what);
    if (!advice.empty()) EXPECT_EQ(result.error().advice, advice);
}

TEST(the_first_session_is_understood) {
    const Words head{"--profile", "A", "--passphrase-file", "P"};
    const auto with = [&](Words more) {
        Words words = head;
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const Invocation create = good(with({"org", "create", "Rathaus", "--server",
                                         "http://127.0.0.1:8080", "--email", "anna@example.org"}));
    REQUIRE(create.command != nullptr);
    EXPECT_EQ(create.command->name, "org create");
    EXPECT_EQ(create.arguments.text(0), "Rathaus");
    EXPECT_EQ(create.arguments.value("profile").value_or(""), "A");
    EXPECT_EQ(create.arguments.value("passphrase-file").value_or(""), "P");
    EXPECT(good(with({"invite", "bernd@example.org", "--json"})).arguments.flag("json"));
    EXPECT_EQ(good(with({"space", "share", "Akten", "bernd@example.org", "--role", "editor"}))
                  .arguments.value("role")
                  .value_or(""),
              "editor");
    const Invocation put = good(with({"put", "brief.odt", "ordner/", "Akten:/"}));
    EXPECT_EQ(put.arguments.count(), 3U);
    EXPECT_EQ(good(with({"space", "unshare", "Akten", "bernd@example.org"})).command->name,
              "space unshare");
}

TEST(options_stand_anywhere_and_in_every_form) {
    const Invocation call = good({"ls", "Akten:/", "-lt", "--profile=/p", "--json"});
    EXPECT(call.arguments.flag("long") && call.arguments.flag("time") &&
           call.arguments.flag("json"));
    EXPECT_EQ(call.arguments.value("profile").value_or(""), "/p");
    EXPECT_EQ(good({"log", "-n5", "Akten"}).arguments.value("limit").value_or(""), "5");
    EXPECT_EQ(good({"log", "-n", "5", "Akten"}).arguments.value("limit").value_or(""), "5");
    const Invocation dashes = good({"put", "--", "-brief.odt", "Akten:/"});
    EXPECT_EQ(dashes.arguments.text(0), "-brief.odt");
    EXPECT_EQ(good({"join", "-"}).arguments.text(0), "-");
}

TEST(mistakes_say_what_was_meant) {
    refused({"putt", "a", "b"}, errors::command_unknown, "putt", "Did you mean “put”?");
    refused({"space", "crate", "x"}, errors::command_unknown, "space crate",
            "Did you mean “space create”?");
    refused({"sapce", "create", "x"}, errors::command_unknown, "sapce", "Did you mean “space”?");
    refused({"trahs"}, errors::command_unknown, "trahs", "Did you mean “trash”?");
    refused({"sign-in"}, errors::command_unknown, "sign-in", "Did you mean “signin”?");
    refused({"get", "a:/b", "c", "--kep"}, errors::option_unknown, "--kep",
            "Did you mean “--keep”?");
    refused({"ls", "-x", "a:/"}, errors::option_unknown, "-x");
    refused({"frobnicate"}, errors::command_unknown, "frobnicate", "");
}

TEST(incomplete_calls_are_refused) {
    refused({"put", "a"}, errors::argument_missing, "SPACE:/TARGET|URL",
            "“obhut put --help” shows how it is used.");
    refused({"org", "create", "X", "--email", "a@b"}, errors::option_missing, "--server");
    refused({"space", "create", "a", "b"}, errors::argument_excess, "b");
    refused({"ls", "a:/", "--profile"}, errors::option_needs_value, "--profile");
    refused({"ls", "a:/", "--json=yes"}, errors::option_takes_none, "--json");
    refused({"space", "share", "a", "b", "--role", "owner"}, errors::value_malformed_here,
            "--role owner", "Possible: reader, editor, manager.");
    refused({"completion", "tcsh"}, errors::value_malformed_here, "tcsh");
}

TEST(help_and_version_need_nothing_else) {
    EXPECT(good({"put", "--help"}).help);
    EXPECT(good({"--help"}).help);
    EXPECT(good({"--help"}).command == nullptr);
    EXPECT(good({"--version"}).version);
    EXPECT_EQ(good({"space"}).topic, "space");
    EXPECT(good({}).command == nullptr);
    EXPECT(good({"help", "space", "share"}).command->name == "help");
}

TEST(nearest_is_near_or_nothing) {
    const Words names{"put", "get", "space create", "signin"};
    EXPECT_EQ(nearest("ptu", names), "put");
    EXPECT_EQ(nearest("sigin", names), "signin");
    EXPECT_EQ(nearest("zzzzzz", names), "");
    EXPECT_EQ(nearest("", names), "");
}

}  // namespace
}  // namespace obhut::cli
