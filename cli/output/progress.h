// Progress of a long command: amounts, rate and remaining time on one line.
//
//     Senden  42 %  1.234 von 25.000  210 MB von 500 MB  35,2 MB/s  noch 8 s
//
// Nothing is shown in the first second, and nothing at all where no person watches. The rate is
// that of the last few seconds. Time comes from outside.
#pragma once

#include <array>

#include "cli/messages/text.h"
#include "cli/output/output.h"
#include "core/base/clock.h"

namespace obhut::cli {

struct Amounts {
    std::uint64_t items = 0;
    std::uint64_t total_items = 0;  // 0: not known
    std::uint64_t bytes = 0;
    std::uint64_t total_bytes = 0;  // 0: not known
};

// progress_line is the text for amounts, `rate` in bytes a second, at most `width` columns.
std::string progress_line(const Text& label, const Amounts& amounts, std::uint64_t rate,
                          std::size_t width, Language language);

class ProgressLine {
public:
    // Everything outlives this.
    ProgressLine(Output& output, Clock& clock, const Text& label);
    ~ProgressLine() { output_.transient(""); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    Amounts& amounts() { return amounts_; }
    // tick redraws when it is time; cheap to call often.
    void tick();
    Millis elapsed();

private:
    static constexpr Millis kQuietTime = 1 * kSecond;
    static constexpr Millis kInterval = 100;
    static constexpr std::size_t kWindow = 32;  // samples of 100 ms that the rate is taken over

    std::uint64_t rate() const;

    Output& output_;
    Clock& clock_;
    Text label_;
    Amounts amounts_;
    Millis start_;
    Millis last_ = 0;
    struct Sample {
        Millis time = 0;
        std::uint64_t bytes = 0;
    };
    std::array<Sample, kWindow> samples_{};
    std::size_t sampled_ = 0;
};

}  // namespace obhut::cli
