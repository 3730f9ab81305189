// A local file as content to put, and what of its status travels with it.
#pragma once

#include "apps/files/entry.h"
#include "cli/errors.h"
#include "cli/machine.h"
#include "core/content/ports.h"
#include "platform/desktop/local_files.h"

namespace obhut::cli {

// FileSource reads an open file. Its size is that of the moment it was opened. With a machine,
// reading ends when the person interrupts: a file may take hours.
class FileSource final : public content::ByteSource {
public:
    FileSource(platform::InputFile file, const platform::FileStatus& status,
               Machine* machine = nullptr)
        : file_(std::move(file)), status_(status), machine_(machine) {}

    std::uint64_t size() override { return status_.size; }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        if (machine_ != nullptr && machine_->interrupted()) return fail(errors::interrupted);
        return file_.read(offset, out);
    }
    bool sparse() override { return status_.blocks < status_.size; }
    Result<std::uint64_t> next_data(std::uint64_t offset) override {
        return file_.next_data(offset);
    }

    const platform::InputFile& file() const { return file_; }
    // unchanged tells whether the file is still what it was when it was opened.
    bool unchanged() const {
        const auto now = file_.status();
        return now && now->same_state(status_);
    }

private:
    platform::InputFile file_;
    platform::FileStatus status_;
    Machine* machine_;
};

// attributes_of makes the attributes that travel: mode, time of modification, extended ones (at
// most those that an entry holds).
files::Attributes attributes_of(const platform::FileStatus& status,
                                std::vector<platform::Attribute> extended);
// extended_of is the reverse for the extended ones.
std::vector<platform::Attribute> extended_of(const files::Attributes& attributes);

}  // namespace obhut::cli
