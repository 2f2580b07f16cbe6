//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_WAITER_LIST_HPP
#define ASYNCIO_DETAIL_WAITER_LIST_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/light_atomic.hpp>
#include <asyncio/detail/light_mutex.hpp>
#include <asyncio/detail/wake_memory.hpp>

#include <boost/asio/execution_context.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <utility>

// How operations wait for something that another part of the program brings about.
//
// A waiter is the operation's own node. It is known to the object that is waited for, and, so that it doesn't outlive
// the context that would run its handler, linked in a service of that context. Who wants it to complete (a setter, a
// cancellation) takes it out of the object; who succeeds is alone in having it. Then it is unlinked from the service,
// and its wake-up is posted to the waiter's executor, with no lock held. All that touches the handler happens there:
// the cancellation slot is cleared, the node is given back, the handler is called.
//
// A context that is destroyed takes its waiters out of their objects itself. It waits for those that others have taken
// and not posted yet: they are linked still, or counted as being posted.

namespace asyncio::detail {

class waiter;
class waiter_service;
class wait_object;

enum class verdict : unsigned char {
    completed, // what was waited for has come
    cancelled, // the wait was given up
    broken,    // the object was aborted or reset
    refused    // the object was broken before the wait began
};

// In which of its object's lists a waiter is, guarded by the lock of the object. Nowhere: it was taken.
enum class waiter_place : unsigned char { nowhere, waiting, unsent };

// A doubly linked list of waiters that owns nothing.
class waiter_list {
public:
    waiter_list() = default;
    waiter_list(waiter_list const&) = delete;
    waiter_list& operator=(waiter_list const&) = delete;

    bool empty() const noexcept { return !first_; }
    waiter* first() const noexcept { return first_; }
    std::ptrdiff_t size() const noexcept { return size_; }

    void push_back(waiter& w) noexcept;
    void erase(waiter& w) noexcept;
    waiter* pop_front() noexcept;
    // Takes all of the other's, to the end.
    void append(waiter_list& other) noexcept;

private:
    waiter* first_ = nullptr;
    waiter* last_ = nullptr;
    std::ptrdiff_t size_ = 0;
};

class ASYNCIO_ERRC_VISIBLE waiter {
public:
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;

    // Posts the wake-up to the waiter's executor; from then on it may be gone. If the executor throws, and has let go
    // of the wake-up, the waiter stays: see `wait_object::send`.
    virtual void post() = 0;

    // On the executor: completes. The waiter is gone afterwards.
    virtual void run() = 0;

    // Drops the waiter without completing it.
    virtual void destroy() noexcept = 0;

    wake_memory& memory() const noexcept { return memory_; }

    // Set by who takes it.
    verdict outcome = verdict::completed;
    std::ptrdiff_t index = 0;

protected:
    waiter(wake_memory& memory, wait_object& object) noexcept : memory_(memory), object_(object) {}
    virtual ~waiter() = default;

private:
    friend class waiter_list;
    friend class waiter_service;
    friend class wait_object;

    wake_memory& memory_;
    wait_object& object_;
    waiter_service* service_ = nullptr;
    waiter* previous_ = nullptr;
    waiter* next_ = nullptr;
    waiter* previous_in_service_ = nullptr;
    waiter* next_in_service_ = nullptr;
    waiter_place place_ = waiter_place::nowhere;
};

// What an executor is given to run. Owns its waiter: one that an executor drops, as a context does that is destroyed,
// takes the waiter with it.
class wake_function {
public:
    using allocator_type = wake_allocator<void>;

    explicit wake_function(waiter& w) noexcept : waiter_(&w) {}
    wake_function(wake_function&& other) noexcept : waiter_(std::exchange(other.waiter_, nullptr)) {}
    wake_function& operator=(wake_function&&) = delete;
    ~wake_function() {
        if (waiter_)
            drop();
    }

    allocator_type get_allocator() const noexcept { return allocator_type(waiter_->memory()); }

    void operator()() { std::exchange(waiter_, nullptr)->run(); }

private:
    ASYNCIO_ERRC_DECL void drop() noexcept;

    waiter* waiter_;
};

// Knows the waiters whose handlers a context would run, and drops them when it is destroyed.
class ASYNCIO_ERRC_DECL waiter_service : public boost::asio::execution_context::service {
public:
    static boost::asio::execution_context::id id;

    explicit waiter_service(boost::asio::execution_context& context);

    ~waiter_service() override;

    // Links the waiter in the service of the context. False when the context is being destroyed.
    static bool link(boost::asio::execution_context& context, waiter& w);

    // Unlinks a waiter that was taken; or those at the head of a list that are linked here, and gives their number.
    // From then on until `end_posts`, the context isn't destroyed.
    void begin_post(waiter& w) noexcept;
    std::size_t begin_posts(waiter* head) noexcept;
    void end_posts() noexcept { ended_.fetch_add(1, std::memory_order_release); }

    // In between: links a waiter again that couldn't be posted.
    void link_unsent(waiter& w) noexcept;

private:
    void shutdown() noexcept override;
    static waiter_service& of(boost::asio::execution_context& context);
    static waiter_service& find(boost::asio::execution_context& context);
    void insert(waiter& w) noexcept;
    void erase(waiter& w) noexcept;

    light_mutex mutex_;
    waiter* first_ = nullptr;
    bool stopped_ = false;
    std::size_t begun_ = 0;
    light_atomic<std::size_t> ended_{0};
};

// An object that is waited for: its lock, its waiters in order, and its lifetime, which they share.
class ASYNCIO_ERRC_DECL wait_object {
public:
    wait_object() noexcept = default;
    wait_object(wait_object const&) = delete;
    wait_object& operator=(wait_object const&) = delete;

    void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void remove_reference() noexcept {
        // Nobody can add to a last reference but its holder.
        if (references_.load(std::memory_order_acquire) == 1
            || references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            destroy();
    }

    // From a waiter's cancellation slot, on its executor. Does nothing to a waiter that was taken.
    void cancel(waiter& w);

    // Forgets the waiter if it wasn't taken. What remains is the caller's.
    bool withdraw(waiter& w) noexcept { return take(w) != waiter_place::nowhere; }

protected:
    ~wait_object() = default;

    // The last reference is gone: gives the memory back.
    virtual void destroy() noexcept = 0;

    // Takes the waiter out, if nobody else has, and tells where it was.
    virtual waiter_place take(waiter& w) noexcept;

    // These under the lock.
    void link(waiter& w) noexcept;
    void take_all(verdict outcome, waiter_list& taken) noexcept;
    // Those whose executor had refused them.
    void take_unsent(waiter_list& taken) noexcept;
    // A hint, without the lock.
    bool has_unsent() const noexcept { return has_unsent_.load(std::memory_order_acquire); }

    // After the lock: posts the wake-ups of those that were taken, in order. Waiters that can't be posted stay with the
    // object, until the next call on it sends them again; the first exception is thrown when all others are served. The
    // list is used up.
    void send(waiter_list& taken);
    // The same for one.
    void send(waiter& w);

    light_mutex mutex_;
    waiter_list waiting_;
    waiter_list unsent_;

private:
    bool post(waiter& w, std::exception_ptr& failure) noexcept;
    void keep_unsent(waiter& w) noexcept;

    light_atomic<std::size_t> references_{1};
    std::atomic<bool> has_unsent_{false};
};

// A counted reference to an object that is waited for.
template <class Object> class object_pointer {
public:
    struct adopt {};

    object_pointer() noexcept = default;
    object_pointer(Object* object, adopt) noexcept : object_(object) {}
    explicit object_pointer(Object* object) noexcept : object_(object) {
        if (object_)
            object_->add_reference();
    }
    object_pointer(object_pointer const& other) noexcept : object_pointer(other.object_) {}
    object_pointer(object_pointer&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    object_pointer& operator=(object_pointer other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~object_pointer() {
        if (object_)
            object_->remove_reference();
    }

    void reset() noexcept { *this = object_pointer(); }

    Object* get() const noexcept { return object_; }
    Object& operator*() const noexcept { return *object_; }
    Object* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

private:
    Object* object_ = nullptr;
};

inline void waiter_list::push_back(waiter& w) noexcept {
    w.previous_ = last_;
    w.next_ = nullptr;
    (last_ ? last_->next_ : first_) = &w;
    last_ = &w;
    ++size_;
}

inline void waiter_list::erase(waiter& w) noexcept {
    (w.previous_ ? w.previous_->next_ : first_) = w.next_;
    (w.next_ ? w.next_->previous_ : last_) = w.previous_;
    --size_;
}

inline waiter* waiter_list::pop_front() noexcept {
    waiter* const w = first_;
    if (w)
        erase(*w);
    return w;
}

inline void waiter_list::append(waiter_list& other) noexcept {
    if (!other.first_)
        return;
    other.first_->previous_ = last_;
    (last_ ? last_->next_ : first_) = other.first_;
    last_ = std::exchange(other.last_, nullptr);
    size_ += std::exchange(other.size_, 0);
    other.first_ = nullptr;
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_WAITER_LIST_HPP
