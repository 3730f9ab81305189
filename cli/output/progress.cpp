#include "cli/output/progress.h"

#include <algorithm>

#include "cli/output/format.h"

namespace obhut::cli {

namespace {

constexpr Text kOf{"{0} of {1}", "{0} von {1}"};
constexpr Text kLeft{"{0} left", "noch {0}"};

std::string amount(std::string done, std::string total, bool known, Language language) {
    return known ? say(kOf, language, {done, total}) : done;
}

// Percent by bytes where they are known, else by items; -1 when neither is.
int percent(const Amounts& amounts) {
    const auto share = [](std::uint64_t done, std::uint64_t total) {
        return static_cast<int>(static_cast<double>(std::min(done, total)) * 100 /
                                static_cast<double>(total));
    };
    if (amounts.total_bytes > 0) return share(amounts.bytes, amounts.total_bytes);
    if (amounts.total_items > 0) return share(amounts.items, amounts.total_items);
    return -1;
}

}  // namespace

std::string progress_line(const Text& label, const Amounts& amounts, std::uint64_t rate,
                          std::size_t width, Language language) {
    // In the order of what is dropped last when the terminal is narrow.
    std::vector<std::string> parts{std::string(label.in(language))};
    if (const int share = percent(amounts); share >= 0)
        parts.push_back(std::to_string(share) + " %");
    const bool remains = rate > 0 && amounts.total_bytes > amounts.bytes;
    if (remains) {
        const Millis left = (amounts.total_bytes - amounts.bytes) * 1000 / rate;
        parts.push_back(say(kLeft, language,
                            {format_duration(std::max<Millis>(left / 1000, 1) * 1000, language)}));
    }
    if (rate > 0) parts.push_back(format_size(rate, language) + "/s");
    if (amounts.bytes > 0 || amounts.total_bytes > 0)
        parts.push_back(amount(format_size(amounts.bytes, language),
                               format_size(amounts.total_bytes, language), amounts.total_bytes > 0,
                               language));
    if (amounts.items > 0 || amounts.total_items > 0)
        parts.push_back(amount(format_count(amounts.items, language),
                               format_count(amounts.total_items, language), amounts.total_items > 0,
                               language));
    std::string line;
    for (const std::string& part : parts) {
        const std::string longer = line.empty() ? part : line + "  " + part;
        if (display_width(longer) >= width) break;
        line = longer;
    }
    return line;
}

ProgressLine::ProgressLine(Output& output, Clock& clock, const Text& label)
    : output_(output), clock_(clock), label_(label), start_(clock.now()) {}

Millis ProgressLine::elapsed() {
    const Millis now = clock_.now();
    return now > start_ ? now - start_ : 0;
}

void ProgressLine::tick() {
    if (!output_.person_watches()) return;
    const Millis now = clock_.now();
    if (now < last_ + kInterval && now >= last_) return;
    last_ = now;
    samples_[sampled_++ % kWindow] = {now, amounts_.bytes};
    if (elapsed() < kQuietTime) return;
    output_.transient(
        progress_line(label_, amounts_, rate(), output_.settings().width, output_.language()));
}

std::uint64_t ProgressLine::rate() const {
    const Sample& newest = samples_[(sampled_ - 1) % kWindow];
    const Sample& oldest = samples_[sampled_ > kWindow ? sampled_ % kWindow : 0];
    if (newest.time <= oldest.time || newest.bytes < oldest.bytes) return 0;
    return (newest.bytes - oldest.bytes) * 1000 / (newest.time - oldest.time);
}

}  // namespace obhut::cli
