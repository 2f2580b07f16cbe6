//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_INITIATION_HPP
#define ASYNCIO_DETAIL_INITIATION_HPP

#include <utility>

namespace asyncio::detail {

// Holds the initiation that an adapter wraps. It has an executor exactly when the wrapped one has, so that adapters of
// Asio which look for one find it through ours.
template <class Initiation> class initiation_holder {
public:
    explicit initiation_holder(Initiation initiation) : initiation_(std::move(initiation)) {}

protected:
    Initiation initiation_;
};

template <class Initiation>
    requires requires(Initiation const& i) {
        typename Initiation::executor_type;
        i.get_executor();
    }
class initiation_holder<Initiation> {
public:
    using executor_type = typename Initiation::executor_type;

    explicit initiation_holder(Initiation initiation) : initiation_(std::move(initiation)) {}

    executor_type get_executor() const noexcept { return initiation_.get_executor(); }

protected:
    Initiation initiation_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_INITIATION_HPP
