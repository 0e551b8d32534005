// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The PID file: written, held, taken over, removed.
#include "daemon/pid_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "daemon/config_value.h"
#include "temporary_folder.h"

namespace mobility {
namespace {

TEST(PidFile, HoldsThisProcessAndGoesWithIt) {
    const TemporaryFolder folder;
    {
        const PidFile file(folder.path("pid"));
        EXPECT_EQ(folder.content("pid"), std::to_string(getpid()) + "\n");
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path("pid")));
}

TEST(PidFile, OfARunningProcessIsRefusedAndNamesIt) {
    const TemporaryFolder folder;
    const PidFile first(folder.path("pid"));
    try {
        const PidFile second(folder.path("pid"));
        FAIL() << "was taken twice";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string(error.what()), "pid-file: \"" + folder.path("pid") +
                                                 "\" is held by process " +
                                                 std::to_string(getpid()));
    }
}

TEST(PidFile, LeftBehindByADeadProcessIsTakenOver) {
    const TemporaryFolder folder;
    std::ofstream(folder.path("pid")) << "99999999\n";
    const PidFile file(folder.path("pid"));
    EXPECT_EQ(folder.content("pid"), std::to_string(getpid()) + "\n");
}

TEST(PidFile, InAFolderThatIsNotThereIsRefused) {
    EXPECT_THROW(PidFile("/nonexistent/pid"), ConfigError);
}

}  // namespace
}  // namespace mobility
