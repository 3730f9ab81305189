// obhutd_load: what a running obhutd can do. It must have no organisation yet; this program founds
// one.
//
//     obhutd_load URL commits SPACES COMMITS     so many small commits (one 2-KiB node) to each
//     space, all at once obhutd_load URL streams COUNT SECONDS      idle event streams, held open
//     for that long obhutd_load URL bulk MEBIBYTES             uploads in batches of 8 MiB, then
//     fetches them again
//
// Prints one line of JSON. Start obhutd with wide limits (--burst-device 1e9 …); its own /metrics
// and RSS tell the rest.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <thread>

#include "platform/curl_transport.h"
#include "server/front/raw_client.h"
#include "server/services/testing/office.h"

namespace obhut::front {

namespace {

using services::testing::Office;
using services::testing::TestSpace;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
}

// Links are prepared ahead, so that the writers' own signatures are not measured.
struct Writer {
    std::vector<http::Request> requests;
    std::vector<double> milliseconds;
};

http::Response carry(client::Transport& transport, const http::Request& request) {
    auto answer = transport.send(request);
    if (!answer) std::fprintf(stderr, "no answer: E-0%d\n", answer.error().code.number);
    return answer ? std::move(*answer) : http::Response{};
}

Writer prepare(Office& office, int commits) {
    Writer writer;
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(services::testing::error_of(office.post(office.anna.device, "/v1/spaces", creation)));
    office.taken(space, creation.roster.view());
    for (int i = 0; i < commits; ++i) {
        const api::AppendLink link = office.commit(space, office.anna, {office.object()});
        office.taken(space, link.link.view());
        writer.requests.push_back(office.signed_request(
            office.anna.device, http::Method::post, office.path(space, "/links"), encode(link)));
    }
    return writer;
}

int commits(const std::string& url, int spaces, int per_space) {
    auto transport = platform::CurlTransport::create(url);
    if (!transport) return 1;
    Office office([&](const http::Request& request) { return carry(**transport, request); }, 1);
    std::vector<Writer> writers;
    for (int i = 0; i < spaces; ++i) writers.push_back(prepare(office, per_space));
    std::vector<std::thread> threads;
    std::atomic<int> refused = 0;
    const auto began = Clock::now();
    for (Writer& writer : writers)
        threads.emplace_back([&] {
            auto own = platform::CurlTransport::create(url);
            for (const http::Request& request : writer.requests) {
                const auto sent = Clock::now();
                if (!api::check(carry(**own, request))) ++refused;
                writer.milliseconds.push_back(1000 * seconds_since(sent));
            }
        });
    for (std::thread& thread : threads) thread.join();
    const double took = seconds_since(began);
    std::vector<double> all;
    for (const Writer& writer : writers)
        all.insert(all.end(), writer.milliseconds.begin(), writer.milliseconds.end());
    std::sort(all.begin(), all.end());
    std::printf(
        "{\"commits\":%zu,\"refused\":%d,\"seconds\":%.2f,\"per_second\":%.0f,\"median_ms\":%.2f,"
        "\"p99_ms\":%.2f}\n",
        all.size(), refused.load(), took, static_cast<double>(all.size()) / took,
        all[all.size() / 2], all[all.size() * 99 / 100]);
    return refused == 0 ? 0 : 1;
}

std::string head_of(const http::Request& request) {
    std::string text =
        std::string(name_of(request.method)) + " " + request.target() + " HTTP/1.1\r\nhost: x\r\n";
    for (const http::Header& header : request.headers.all())
        text += header.name + ": " + header.value + "\r\n";
    return text + "\r\n";
}

int streams(const std::string& url, int count, int seconds) {
    auto transport = platform::CurlTransport::create(url);
    if (!transport) return 1;
    Office office([&](const http::Request& request) { return carry(**transport, request); }, 1);
    const auto port = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
    std::vector<std::unique_ptr<testing::RawClient>> clients;
    int open = 0;
    const auto began = Clock::now();
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<testing::RawClient>(port));
        clients.back()->send_text(
            head_of(office.signed_request(office.anna.device, http::Method::get, "/v1/events")));
        open += clients.back()->read_until("event: current").empty() ? 0 : 1;
    }
    std::printf("{\"streams\":%d,\"seconds\":%.2f}\n", open, seconds_since(began));
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    return open == count ? 0 : 1;
}

Bytes batch_of(Office& office, std::vector<ObjectId>& ids) {
    api::BatchHead head;
    Bytes objects;
    for (int i = 0; i < 7; ++i) {
        const Bytes object = office.object(1U << 20);
        ids.push_back(object_id(object));
        head.items.push_back({ids.back(), static_cast<std::uint32_t>(object.size())});
        append(objects, object);
    }
    const Bytes encoded = encode(head);
    Bytes body;
    append_be32(body, static_cast<std::uint32_t>(encoded.size()));
    append(body, encoded);
    append(body, objects);
    return body;
}

// Collects answers, kMaxInFlight under way at a time.
double run_bulk(client::Transport& transport, std::vector<http::Request> requests, int& refused) {
    const auto began = Clock::now();
    std::deque<client::Ticket> waiting;
    const auto collect = [&] {
        const auto answer = transport.collect(waiting.front());
        waiting.pop_front();
        if (!answer || !api::check(*answer)) ++refused;
    };
    for (http::Request& request : requests) {
        if (waiting.size() == client::kMaxInFlight) collect();
        waiting.push_back(transport.submit(std::move(request)));
    }
    while (!waiting.empty()) collect();
    return seconds_since(began);
}

int bulk(const std::string& url, int mebibytes) {
    auto transport = platform::CurlTransport::create(url);
    if (!transport) return 1;
    Office office([&](const http::Request& request) { return carry(**transport, request); }, 1);
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(services::testing::error_of(office.post(office.anna.device, "/v1/spaces", creation)));
    std::vector<http::Request> up;
    std::vector<http::Request> down;
    for (int done = 0; done < mebibytes; done += 7) {
        api::ObjectsWanted wanted;
        Bytes body = batch_of(office, wanted.ids);
        up.push_back(office.signed_request(office.anna.device, http::Method::post,
                                           office.path(space, "/objects"), std::move(body),
                                           http::Covered::list));
        down.push_back(office.signed_request(office.anna.device, http::Method::post,
                                             office.path(space, "/objects/get"), encode(wanted)));
    }
    int refused = 0;
    const double sent = static_cast<double>(up.size()) * 7;
    const double up_seconds = run_bulk(**transport, std::move(up), refused);
    const double down_seconds = run_bulk(**transport, std::move(down), refused);
    std::printf(
        "{\"mebibytes\":%.0f,\"refused\":%d,\"up_per_second\":%.0f,\"down_per_second\":%.0f}\n",
        sent, refused, sent / up_seconds, sent / down_seconds);
    return refused == 0 ? 0 : 1;
}

int run(const std::vector<std::string>& words) {
    const auto number = [&](std::size_t index) { return std::atoi(words.at(index).c_str()); };
    if (words.size() == 4 && words[1] == "commits") return commits(words[0], number(2), number(3));
    if (words.size() == 4 && words[1] == "streams") return streams(words[0], number(2), number(3));
    if (words.size() == 3 && words[1] == "bulk") return bulk(words[0], number(2));
    std::fprintf(
        stderr,
        "obhutd_load URL commits SPACES COMMITS | streams COUNT SECONDS | bulk MEBIBYTES\n");
    return 2;
}

}  // namespace

}  // namespace obhut::front

int main(int argc, char** argv) { return obhut::front::run({argv + 1, argv + argc}); }
