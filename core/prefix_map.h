// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A hash table by prefix for a million entries: it grows a part at a time, and a walk goes part by
// part while others change it.
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <variant>

#include "core/state_digest.h"

namespace mobility {

/// The part of a prefix is its bucket (state_digest.h). Values stay where they are until erased.
template <typename Value>
class PrefixMap {
public:
    static constexpr std::size_t kParts = Buckets::kCount;
    using Part = std::unordered_map<Prefix, Value>;

    Value* find(const Prefix& prefix) {
        auto& part = of(prefix);
        const auto found = part.find(prefix);
        return found == part.end() ? nullptr : &found->second;
    }
    const Value* find(const Prefix& prefix) const {
        return const_cast<PrefixMap*>(this)->find(prefix);
    }
    bool contains(const Prefix& prefix) const { return find(prefix) != nullptr; }
    Value& operator[](const Prefix& prefix) { return *emplace(prefix).first; }
    /// As a std::unordered_map's, with a pointer to the value.
    template <typename... Arguments>
    std::pair<Value*, bool> emplace(const Prefix& prefix, Arguments&&... arguments) {
        const auto [entry, fresh] =
            of(prefix).try_emplace(prefix, std::forward<Arguments>(arguments)...);
        size_ += fresh;
        return {&entry->second, fresh};
    }
    bool erase(const Prefix& prefix) {
        const auto erased = of(prefix).erase(prefix);
        size_ -= erased;
        return erased > 0;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const Part& part(std::size_t number) const { return parts_[number]; }

    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = typename Part::value_type;
        using difference_type = std::ptrdiff_t;
        using pointer = const value_type*;
        using reference = const value_type&;

        Iterator() = default;
        Iterator(const PrefixMap& map, std::size_t part) : map_(&map), part_(part) {
            if (part_ < kParts) at_ = map_->parts_[part_].begin();
            skip_empty_parts();
        }
        reference operator*() const { return *at_; }
        pointer operator->() const { return &*at_; }
        Iterator& operator++() {
            ++at_;
            skip_empty_parts();
            return *this;
        }
        Iterator operator++(int) {
            const auto before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const {
            return part_ == other.part_ && (part_ == kParts || at_ == other.at_);
        }

    private:
        void skip_empty_parts() {
            while (part_ < kParts && at_ == map_->parts_[part_].end()) {
                if (++part_ < kParts) at_ = map_->parts_[part_].begin();
            }
        }
        const PrefixMap* map_ = nullptr;
        std::size_t part_ = kParts;
        typename Part::const_iterator at_{};
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, kParts}; }

private:
    Part& of(const Prefix& prefix) { return parts_[Buckets::of(prefix)]; }

    std::array<Part, kParts> parts_;
    std::size_t size_ = 0;
};

using PrefixSet = PrefixMap<std::monostate>;

}  // namespace mobility
