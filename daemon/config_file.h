// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A configuration file: JSON with // and /* */ comments, read whole before anything uses it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/config_value.h"

namespace mobility {

class ConfigFile {
public:
    /// A ConfigError when the file cannot be read, is not JSON, or has a key twice in one map.
    static ConfigFile read(const std::string& path);
    /// The same for text.
    static ConfigFile parse(const std::string& text);

    ConfigFile(ConfigFile&&) noexcept;
    ~ConfigFile();

    ConfigValue root() const;

private:
    explicit ConfigFile(std::unique_ptr<const nlohmann::json> json);
    std::unique_ptr<const nlohmann::json> json_;
};

}  // namespace mobility
