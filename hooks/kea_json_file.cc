// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kea's extensions of JSON are blanked out; the rest is Kea's own parser's.
#include "hooks/kea_json_file.h"

#include <fstream>
#include <sstream>

namespace mobility {
namespace {

void blank(std::string& text, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < text.size(); ++i) {
        if (text[i] != '\n') text[i] = ' ';
    }
}

/// Behind the string that begins at `begin`.
std::size_t end_of_string(const std::string& text, std::size_t begin) {
    std::size_t i = begin + 1;
    while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
    return i + 1;
}

/// Behind the comment that begins at `begin`; `begin` itself when none does.
std::size_t end_of_comment(const std::string& text, std::size_t begin) {
    const auto line_end = std::min(text.find('\n', begin), text.size());
    if (text[begin] == '#' || text.compare(begin, 2, "//") == 0) return line_end;
    if (text.compare(begin, 2, "/*") != 0) return begin;
    const auto end = text.find("*/", begin + 2);
    return end == std::string::npos ? text.size() : end + 2;
}

}  // namespace

std::string plain_json(const std::string& original) {
    std::string text = original;
    std::size_t comma = std::string::npos;  // the last one, with nothing behind it yet
    for (std::size_t i = 0; i < text.size();) {
        const auto comment = end_of_comment(text, i);
        if (comment != i) {
            blank(text, i, comment);
            i = comment;
            continue;
        }
        const char c = text[i];
        if ((c == ']' || c == '}') && comma != std::string::npos) text[comma] = ' ';
        if (c == ',') {
            comma = i;
        } else if (!std::isspace(static_cast<unsigned char>(c))) {
            comma = std::string::npos;
        }
        i = c == '"' ? end_of_string(text, i) : i + 1;
    }
    return text;
}

isc::data::ElementPtr read_kea_file(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    if (!file || !(content << file.rdbuf())) {
        throw ConfigurationError(path + ": cannot be read");
    }
    if (content.str().find("<?include") != std::string::npos) {
        throw ConfigurationError(path + ": <?include ...?> is not followed; check the whole file");
    }
    try {
        std::istringstream plain(plain_json(content.str()));
        return isc::data::Element::fromJSON(plain, path);
    } catch (const isc::Exception& error) {
        throw ConfigurationError(error.what());
    }
}

}  // namespace mobility
