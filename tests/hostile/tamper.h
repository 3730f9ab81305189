// Strategies of the hostile server, as adversaries on a wire.
#pragma once

#include <deque>

#include "protocols/api/messages.h"
#include "tests/support/actions.h"

namespace obhut::test {

// Tamper changes the answers to requests whose path contains `path`, in the given way.
class Tamper final : public Adversary {
public:
    using Change = std::function<void(const http::Request&, http::Response&)>;
    Tamper(std::string path, Change change) : path_(std::move(path)), change_(std::move(change)) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.path.find(path_) == std::string::npos) return answer;
        if (answer.status == 200) {
            change_(request, answer);
            ++changed;
        }
        return answer;
    }

    int changed = 0;

private:
    std::string path_;
    Change change_;
};

// TamperRecord is Tamper on the decoded record of an answer.
template <class Record>
Tamper tamper_record(std::string path, std::function<void(Record&)> change) {
    return Tamper(std::move(path),
                  [change = std::move(change)](const http::Request&, http::Response& answer) {
                      auto record = decode<Record>(answer.body);
                      if (!record) return;
                      change(*record);
                      answer.body = encode(*record);
                  });
}

// LoseAnswers carries every n-th request whose path contains `path` to the server, and loses the
// answer.
class LoseAnswers final : public Adversary {
public:
    LoseAnswers(std::string path, int every) : path_(std::move(path)), every_(every) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.path.find(path_) == std::string::npos || ++count_ % every_ != 0) return answer;
        ++lost;
        return fail(errors::outcome_unknown);
    }

    int lost = 0;

private:
    std::string path_;
    int every_;
    int count_ = 0;
};

// Recorder keeps answers by request line, and can play an early one again instead of the newest.
class Recorder final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        const auto kept = answers_.find(request.target());
        if (replaying && kept != answers_.end()) {
            ++replayed;
            return kept->second;
        }
        http::Response answer = server(request);
        if (!replaying) answers_.insert_or_assign(request.target(), answer);
        return answer;
    }

    bool replaying = false;
    int replayed = 0;

private:
    std::map<std::string, http::Response> answers_;
};

// Overheard plays to one device what another got for the same question.
class Overheard final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        const std::pair key(request.target(), request.body);
        const auto kept = answers_.find(key);
        if (playing) {
            if (kept != answers_.end()) return kept->second;
            ++unanswered;
            return server(request);
        }
        http::Response answer = server(request);
        if (answer.status == 200) answers_.insert_or_assign(key, answer);
        return answer;
    }

    bool playing = false;
    int unanswered = 0;

private:
    std::map<std::pair<std::string, Bytes>, http::Response> answers_;
};

// is_alarm: the client says that the server's bytes do not verify, not that the network failed.
template <class T>
bool is_alarm(const Result<T>& result) {
    return !result && result.error().kind() == Kind::corrupt;
}

// search finds a text in what went over a wire.
inline bool contains(ByteView haystack, std::string_view needle) {
    return as_text(haystack).find(needle) != std::string_view::npos;
}

}  // namespace obhut::test
