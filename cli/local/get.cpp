#include "cli/local/get.h"

#include <algorithm>
#include <array>

#include "cli/errors.h"
#include "cli/local/serious.h"
#include "cli/local/source.h"
#include "client/spaces/space.h"
#include "core/crypto/hash.h"

namespace obhut::cli {

namespace {

constexpr Text kFetching{"Fetching", "Holen"};
constexpr std::size_t kMaxWanted = 4096;  // files read in one go
constexpr std::size_t kMaxHandles = 256;  // folders kept open for them
constexpr std::size_t kPage = 1000;
constexpr unsigned kMaxDepth = 256;
constexpr std::uint32_t kFileMode = 0644;  // of files whose mode is not known
constexpr std::uint32_t kFolderMode = 0755;

std::string join(const std::string& folder, const std::string& name) {
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

// Opens a folder by its way from another one, name by name, so that no link is followed.
Result<platform::Folder> reopen(const platform::Folder& base, const std::string& way) {
    std::size_t end = way.find('/');
    auto folder = TRY(base.open_folder(way.substr(0, end)));
    while (end != way.npos) {
        const std::size_t begin = end + 1;
        end = way.find('/', begin);
        folder = TRY(folder.open_folder(way.substr(begin, end - begin)));
    }
    return folder;
}

}  // namespace

// Writes one file under a temporary name; it appears when all of it has been verified.
class Get::FileSink final : public content::ByteSink {
public:
    FileSink(FolderHandle folder, std::string name, const files::Entry& entry, Get& get)
        : folder_(std::move(folder)), name_(std::move(name)), entry_(entry), get_(get) {
        if (get.options_.hash) hash_.emplace();
    }

    Result<> write(std::uint64_t offset, ByteView bytes) override {
        if (get_.context_.machine().interrupted()) return fail(errors::interrupted);
        TRY(open());
        TRY(file_->write(offset, bytes));
        if (hash_) hash_->update(bytes);
        count(bytes.size());
        return {};
    }

    Result<> hole(std::uint64_t, std::uint64_t length) override {
        if (hash_) hash_zeros(length);
        count(length);
        return {};
    }

    Result<> finish(std::uint64_t size) override {
        TRY(open());
        const files::Attributes& attributes = entry_.attributes;
        const std::int64_t time =
            attributes.modified_ns.value_or(static_cast<std::int64_t>(entry_.changed) * 1'000'000);
        TRY(file_->finish(size, attributes.mode.value_or(kFileMode), time,
                          extended_of(attributes)));
        return {};
    }

    // close lets go of the file, finished or not. The SHA-256 of what came, if it is wanted.
    std::optional<Hash> close() {
        file_.reset();
        return hash_ ? std::optional(hash_->finish()) : std::nullopt;
    }

private:
    Result<> open() {
        if (!file_) file_.emplace(TRY(folder_->create_file(name_)));
        return {};
    }
    void hash_zeros(std::uint64_t length) {
        static constexpr std::array<std::uint8_t, 64 << 10> kZeros{};
        for (; length > 0; length -= std::min<std::uint64_t>(length, kZeros.size()))
            hash_->update(ByteView(kZeros).first(std::min<std::size_t>(length, kZeros.size())));
    }
    void count(std::uint64_t bytes) {
        get_.totals_.bytes += bytes;
        get_.progress_.amounts().bytes += bytes;
        get_.progress_.tick();
    }

    FolderHandle folder_;
    std::string name_;
    const files::Entry& entry_;
    Get& get_;
    std::optional<platform::OutputFile> file_;
    std::optional<Sha256> hash_;
};

Get::Get(Context& context, client::Space& space, const files::Files& files, std::string where,
         const GetOptions& options)
    : Get(context, space.place(), space.content(), files, std::move(where), options) {}

Get::Get(Context& context, const ObjectPlace& place, content::ContentSource& source,
         const files::Files& files, std::string where, const GetOptions& options)
    : context_(context),
      files_(files),
      where_(std::move(where)),
      options_(options),
      progress_(context.output(), context.clock(), kFetching),
      reader_(place, source, context.machine().executor()) {}

Get::~Get() = default;

Outcome<> Get::count(const files::Found& found) {
    Amounts& amounts = progress_.amounts();
    amounts.total_items += 1;
    amounts.total_bytes += found.entry.is_folder() ? 0 : found.entry.size();
    if (!found.entry.is_folder()) return {};
    ATTEMPT(where_, files_.walk(found.entry.id,
                                [&](const std::string&, const files::Found& below) -> Result<bool> {
                                    amounts.total_items += 1;
                                    amounts.total_bytes +=
                                        below.entry.content ? below.entry.size() : 0;
                                    return !context_.machine().interrupted();
                                }));
    return {};
}

Outcome<> Get::run(const files::Found& found, const std::string& path, const std::string& folder,
                   const std::string& name) {
    base_ = std::make_shared<platform::Folder>(ATTEMPT(folder, platform::Folder::open(folder)));
    const Place place{base_, ""};
    if (name == ".") return bring_folder(found.entry.id, path, place, 0);
    if (found.entry.is_folder()) return make_folder(found, path, place, name, 0);
    return bring_one(found.entry.clone(), path, base_, name);
}

Outcome<> Get::make_folder(const files::Found& found, const std::string& path, const Place& parent,
                           const std::string& name, unsigned depth) {
    auto made = parent.folder->make_folder(name);
    if (!made) return skip(path, made.error());
    totals_.folders += 1;
    progress_.amounts().items += 1;
    const Place place{std::make_shared<platform::Folder>(std::move(*made)),
                      parent.way.empty() ? name : parent.way + "/" + name};
    TRY_OUTCOME(tell({path, found.entry}));
    folders_done_.push_back({base_, place.way, found.entry.attributes});
    return bring_folder(found.entry.id, path, place, depth);
}

Outcome<> Get::bring_folder(const FileId& id, const std::string& path, const Place& place,
                            unsigned depth) {
    if (depth > kMaxDepth) return skip(path, Error(errors::folder_loop));
    ++handles_;
    for (std::string after;;) {
        auto page = ATTEMPT(where_ + path, files_.list(id, after, kPage));
        if (page.empty()) break;
        after = page.back().name;
        const bool last = page.size() < kPage;
        for (files::Found& found : page) {
            TRY_OUTCOME(context_.check_interrupt());
            const std::string below = join(path, found.name);
            if (found.entry.is_folder())
                TRY_OUTCOME(make_folder(found, below, place, found.name, depth + 1));
            else
                TRY_OUTCOME(bring_one(std::move(found.entry), below, place.folder, found.name));
        }
        if (last) break;
    }
    return {};
}

Outcome<> Get::bring_one(files::Entry entry, const std::string& path, const FolderHandle& folder,
                         const std::string& name) {
    progress_.amounts().items += 1;
    progress_.tick();
    if (options_.keep && folder->status(name)) {
        totals_.kept += 1;
        return {};
    }
    if (entry.kind == files::FileKind::symlink) {
        const std::string target(entry.target ? as_text(*entry.target) : std::string_view());
        const auto made = folder->make_link(name, target, entry.attributes.modified_ns.value_or(0));
        if (!made) return skip(path, made.error());
        totals_.links += 1;
        return tell({path, entry});
    }
    wanted_.push_back({std::move(entry), path, name, folder});
    return wanted_.size() >= kMaxWanted || handles_ >= kMaxHandles ? read_wanted() : Outcome<>();
}

// The bytes of small files stand in the tree, in the order of their ids: asked for in that order,
// neighbours share leaves.
Outcome<std::vector<Bytes>> Get::inline_bytes() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < wanted_.size(); ++i)
        if (const auto& content = wanted_[i].entry.content;
            content && content->is_inline() && content->size > 0)
            order.push_back(i);
    std::ranges::sort(order, {}, [&](std::size_t i) { return wanted_[i].entry.id; });
    std::vector<Bytes> bytes(wanted_.size());
    for (const std::size_t i : order)
        bytes[i] = ATTEMPT(where_ + wanted_[i].path, files_.small_content(wanted_[i].entry));
    return bytes;
}

Outcome<> Get::read_wanted() {
    const std::vector<Bytes> bytes = TRY_OUTCOME(inline_bytes());
    std::vector<std::unique_ptr<FileSink>> sinks;
    const auto read = [&]() -> Result<> {
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const Wanted& wanted = wanted_[i];
            if (!wanted.entry.content) continue;
            sinks.push_back(
                std::make_unique<FileSink>(wanted.folder, wanted.name, wanted.entry, *this));
            const auto done = [this, i, sink = sinks.back().get()](Result<> outcome) -> Result<> {
                const Outcome<> told = completed(wanted_[i], outcome, sink->close());
                if (told) return {};
                failure_ = told.error();
                return std::unexpected(told.error().error);
            };
            TRY(reader_.read(*wanted.entry.content, bytes[i], *sinks.back(), done));
        }
        return reader_.flush();
    };
    const Result<> outcome = read();
    if (failure_) return std::unexpected(*failure_);
    if (!outcome) return fail_about(where_, outcome.error());
    wanted_.clear();
    handles_ = 1;
    return {};
}

Outcome<> Get::completed(const Wanted& wanted, Result<> outcome, std::optional<Hash> sha256) {
    if (!outcome) return skip(wanted.path, outcome.error());
    totals_.files += 1;
    return tell({wanted.path, wanted.entry, sha256});
}

Outcome<> Get::finish() {
    TRY_OUTCOME(read_wanted());
    set_folder_attributes();
    return {};
}

// Deepest first: writing into a folder changes its time, and one without write permission takes no
// more.
void Get::set_folder_attributes() {
    for (auto done = folders_done_.rbegin(); done != folders_done_.rend(); ++done) {
        auto folder = reopen(*done->base, done->way);
        if (!folder) continue;
        const files::Attributes& attributes = done->attributes;
        (void)folder->set_attributes(extended_of(attributes));
        (void)folder->set_mode(attributes.mode.value_or(kFolderMode));
        if (attributes.modified_ns) (void)folder->set_times(*attributes.modified_ns);
    }
    folders_done_.clear();
}

Outcome<> Get::skip(const std::string& path, Error error) {
    if (concerns_all(error)) return fail_about(where_ + path, error);
    context_.output().problem({where_ + path, error, {}});
    totals_.skipped += 1;
    if (!totals_.worst || error.kind() == Kind::corrupt) totals_.worst = error;
    return {};
}

}  // namespace obhut::cli
