// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A library with the transport inside is really unloaded, again and again: nothing of it stays
// registered with OpenSSL, Asio or the C library.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/unloaded_library.h"

namespace mobility::testing {
namespace {

bool mapped(const std::string& file) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find(file) != std::string::npos) return true;
    }
    return false;
}

TEST(UnloadTest, ALibraryWithTheTransportInsideIsReallyUnloaded) {
    const std::string library = LIBRARY_FILE;
    Certificates certificates;
    const TlsFiles files = certificates.files("DNS:anchor.example");
    for (int i = 0; i < 10; ++i) {
        ASSERT_FALSE(mapped(library));
        void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
        ASSERT_NE(handle, nullptr) << ::dlerror();
        ASSERT_TRUE(mapped(library));
        const auto talk =
            reinterpret_cast<decltype(&talk_over_loopback)>(::dlsym(handle, "talk_over_loopback"));
        ASSERT_NE(talk, nullptr);
        for (int run = 1; run <= 3; ++run) {
            EXPECT_EQ(
                talk(files.certificate.c_str(), files.key.c_str(), files.trust_anchor.c_str()),
                run);
        }
        ASSERT_EQ(::dlclose(handle), 0);
    }
    EXPECT_FALSE(mapped(library));
}

}  // namespace
}  // namespace mobility::testing
