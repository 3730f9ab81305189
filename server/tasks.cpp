#include "server/tasks.h"

#include <chrono>
#include <cstdio>

#include "platform/system_clock.h"
#include "server/front/exit_status.h"
#include "server/storage/audit.h"
#include "server/storage/backup.h"
#include "server/storage/inspect.h"
#include "server/storage/posix_files.h"

namespace obhut::front {

namespace {

// Numbers with their names, as a line or as an object.
class Said {
public:
    Said(const Config& config, const char* what) : json_(config.json), text_(what) {}

    // number is said as "12 objects", named as "incarnation 12".
    Said& number(const char* key, std::uint64_t value) {
        return add(key, std::to_string(value) + " " + key, std::to_string(value));
    }
    Said& named(const char* key, std::uint64_t value) {
        return add(key, key + (" " + std::to_string(value)), std::to_string(value));
    }
    Said& text(const char* key, const std::string& value) {
        return add(key, key + (" " + value), "\"" + value + "\"");
    }
    void print() const {
        if (json_)
            std::printf("{%s}\n", object_.c_str());
        else
            std::printf("obhutd: %s: %s\n", text_, line_.c_str());
    }

private:
    Said& add(const char* key, const std::string& plain, const std::string& quoted) {
        line_ += (line_.empty() ? "" : ", ") + plain;
        object_ += (object_.empty() ? "\"" : ",\"") + std::string(key) + "\":" + quoted;
        return *this;
    }

    bool json_;
    const char* text_;
    std::string line_;
    std::string object_;
};

std::uint64_t milliseconds_since(std::chrono::steady_clock::time_point began) {
    const auto span = std::chrono::steady_clock::now() - began;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

// Teller says on standard error how far a long task is, every few seconds.
class Teller {
public:
    explicit Teller(const char* what) : what_(what) {}

    void tell(const char* phase, std::uint64_t done, std::uint64_t all, const char* unit) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < kEvery) return;
        told_ = now;
        const std::string of = all > 0 ? " of " + std::to_string(all) : std::string();
        std::fprintf(stderr, "obhutd: %s: %s: %llu%s %s, %llu s\n", what_, phase,
                     static_cast<unsigned long long>(done), of.c_str(), unit,
                     static_cast<unsigned long long>(milliseconds_since(began_) / 1000));
    }

private:
    static constexpr std::chrono::seconds kEvery{5};

    const char* what_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point told_ = began_;
};

storage::AuditWatch audit_watch(Teller& teller) {
    return [&teller](const storage::AuditProgress& at) {
        using Phase = storage::AuditProgress::Phase;
        teller.tell(at.phase == Phase::objects ? "objects" : "sums", at.objects, at.all, "objects");
    };
}

storage::BackupWatch backup_watch(Teller& teller) {
    return [&teller](const storage::BackupProgress& at) {
        teller.tell("segments", at.segments, at.all, "segments");
    };
}

Result<int> show_quota(const Config& config, const storage::SqliteOptions& options) {
    const storage::Inspection found = TRY(storage::inspect(options));
    for (const storage::OwnedBytes& charge : found.charges)
        Said(config, "quota")
            .text("owner", charge.user ? charge.user->hex() : "organisation")
            .number("spaces", charge.spaces)
            .named("live", charge.usage.live)
            .named("trash", charge.usage.trash)
            .named("limit", charge.user ? config.services.user_quota : 0)
            .named("space_limit", config.services.space_quota)
            .print();
    return 0;
}

}  // namespace

Result<int> do_task(const Config& config) {
    const auto began = std::chrono::steady_clock::now();
    storage::PosixFiles files;
    platform::SystemClock clock;
    storage::SqliteOptions options;
    options.directory = config.data;
    switch (config.task) {
    case Task::serve: break;
    case Task::backup: {
        Teller teller("backup");
        const auto report =
            TRY(storage::back_up(options, files, config.backup, backup_watch(teller)));
        Said(config, "backup")
            .number("segments", report.segments)
            .number("new", report.copied)
            .number("removed", report.removed)
            .number("bytes", report.bytes)
            .number("milliseconds", milliseconds_since(began))
            .print();
        break;
    }
    case Task::restore: {
        const auto report = TRY(storage::restore(config.backup, options, files, clock.now()));
        Said(config, "restored")
            .number("segments", report.segments)
            .number("bytes", report.bytes)
            .named("incarnation", report.incarnation)
            .number("milliseconds", milliseconds_since(began))
            .print();
        break;
    }
    case Task::scrub: {
        Teller teller("scrub");
        const auto report =
            TRY(storage::audit(options, files, storage::AuditDepth::bytes, audit_watch(teller)));
        Said(config, "scrub")
            .number("objects", report.objects)
            .number("bytes", report.bytes)
            .number("damaged", report.damaged)
            .number("milliseconds", milliseconds_since(began))
            .print();
        return report.damaged > 0 ? kExitDamaged : 0;
    }
    case Task::incarnation:
        Said(config, "incarnation")
            .named("incarnation", TRY(storage::inspect(options)).incarnation)
            .print();
        break;
    case Task::new_incarnation:
        Said(config, "incarnation")
            .named("incarnation", TRY(storage::renew_incarnation(options, files, clock.now())))
            .print();
        break;
    case Task::quota: return show_quota(config, options);
    }
    return 0;
}

}  // namespace obhut::front
