// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// LD_PRELOAD of the lab: what no namespace can give a daemon, a kernel that has no memory now and
// then and a wall clock that steps. The lab writes what is wrong into the file that
// MOBILITY_MACHINE names, and reads there how often the daemon has met it
// (tests/lab/faulty_machine.py).
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

struct Machine {
    std::atomic<std::int64_t> clock_ahead;       ///< seconds
    std::atomic<std::int64_t> refused_of_1000;   ///< of the writes to the kernel's tables
    std::atomic<std::int64_t> writes_refused;    ///< so far
    std::atomic<std::int64_t> wrong_times_told;  ///< so far
};

Machine* map_machine() {
    static Machine sound;
    const char* const name = std::getenv("MOBILITY_MACHINE");
    const int file = name ? ::open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return &sound;
    void* const at = ::mmap(nullptr, sizeof(Machine), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return at == MAP_FAILED ? &sound : static_cast<Machine*>(at);
}

Machine& machine() {
    static Machine* const mapped = map_machine();
    return *mapped;
}

template <typename Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

std::int64_t ahead() {
    const auto seconds = machine().clock_ahead.load();
    if (seconds) ++machine().wrong_times_told;
    return seconds;
}

/// rtnetlink numbers its requests so that the last two bits say new, delete, get, set.
bool changes_tables(int socket, const void* data, std::size_t size) {
    int domain = 0;
    socklen_t length = sizeof domain;
    if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) || domain != AF_NETLINK) {
        return false;
    }
    nlmsghdr header;
    if (size < sizeof header) return false;
    std::memcpy(&header, data, sizeof header);
    return header.nlmsg_type >= NLMSG_MIN_TYPE && (header.nlmsg_type & 3U) != 2;
}

bool refuses() {
    static std::atomic<std::uint32_t> state{static_cast<std::uint32_t>(::getpid())};
    const auto share = machine().refused_of_1000.load();
    if (!share) return false;
    const auto drawn = state = state * 1'664'525U + 1'013'904'223U;
    return (drawn >> 8U) % 1000 < share;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

ssize_t send(int socket, const void* data, size_t size, int flags) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, int)>("send");
    if (machine().refused_of_1000.load() && changes_tables(socket, data, size) && refuses()) {
        ++machine().writes_refused;
        errno = ENOMEM;
        return -1;
    }
    return real(socket, data, size, flags);
}

int clock_gettime(clockid_t clock, timespec* now) {
    static const auto real = next<int (*)(clockid_t, timespec*)>("clock_gettime");
    const int result = real(clock, now);
    if (!result && clock == CLOCK_REALTIME) now->tv_sec += ahead();
    return result;
}

int gettimeofday(timeval* now, void* zone) noexcept {
    static const auto real = next<int (*)(timeval*, void*)>("gettimeofday");
    const int result = real(now, zone);
    if (!result) now->tv_sec += ahead();
    return result;
}

time_t time(time_t* now) noexcept {
    static const auto real = next<time_t (*)(time_t*)>("time");
    const time_t seconds = real(nullptr) + ahead();
    if (now) *now = seconds;
    return seconds;
}

}  // extern "C"
#pragma GCC visibility pop
