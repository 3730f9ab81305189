// The names of Boost.Asio and Beast that the front uses. Their exceptions and error_codes stay
// inside this folder.
#pragma once

#include <tuple>

#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace obhut::front {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// Coroutines get errors as values: auto [error, count] = co_await …(kTuple).
inline constexpr auto kTuple = asio::experimental::as_tuple(asio::use_awaitable);

using Workers = asio::thread_pool;

// on_workers runs blocking work on the pool and resumes the coroutine on its own executor with the
// result.
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> on_workers(Workers& workers, Work work) {
    using Value = std::invoke_result_t<Work>;
    const auto executor = co_await asio::this_coro::executor;
    // Everything that must live across the suspension has a name: gcc 12 destroys temporaries of a
    // co_await expression twice.
    auto initiate = [&workers, executor](auto handler, Work job) {
        auto task = [handler = std::move(handler), job = std::move(job), executor,
                     guard = asio::make_work_guard(executor)]() mutable {
            asio::post(executor, [handler = std::move(handler), value = job()]() mutable {
                handler(std::move(value));
            });
        };
        asio::post(workers, std::move(task));
    };
    auto done = asio::async_initiate<const asio::use_awaitable_t<>, void(Value)>(
        std::move(initiate), asio::use_awaitable, std::move(work));
    co_return co_await std::move(done);
}

}  // namespace obhut::front
