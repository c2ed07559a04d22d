#pragma once
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// An index of one kind of thing: a layer is not a step, a patch is not a vertex. It is made from a
/// number, and read as one, only where that is written down. @tparam Kind is never defined
template <class Kind>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::integral auto value) : value_(static_cast<std::int32_t>(value)) {
    CSM_EXPECT(std::in_range<std::int32_t>(value));
  }

  constexpr std::int32_t value() const { return value_; }

  /// The place in a vector of the things.
  constexpr std::size_t index() const { return static_cast<std::size_t>(value_); }

  constexpr Id& operator++() {
    ++value_;
    return *this;
  }
  constexpr Id& operator--() {
    --value_;
    return *this;
  }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  std::int32_t value_ = 0;
};

/// Things of one kind, found by their ids alone; their number is signed.
template <class Index, class T>
class IdVector {
 public:
  IdVector() = default;
  IdVector(std::initializer_list<T> values) : values_(values) {}
  explicit IdVector(std::int64_t size, const T& value = T{})
      : values_(static_cast<std::size_t>(size), value) {}

  decltype(auto) operator[](Index id) { return values_[id.index()]; }
  decltype(auto) operator[](Index id) const { return values_[id.index()]; }

  std::int64_t size() const { return std::ssize(values_); }
  bool empty() const { return values_.empty(); }

  /// The id that the next thing gets.
  Index end_id() const { return Index(size()); }

  /// All ids, in order.
  class Ids {
   public:
    class Iterator {
     public:
      explicit Iterator(Index id) : id_(id) {}
      Index operator*() const { return id_; }
      Iterator& operator++() {
        ++id_;
        return *this;
      }
      bool operator==(const Iterator&) const = default;

     private:
      Index id_;
    };
    explicit Ids(Index end) : end_(end) {}
    Iterator begin() const { return Iterator(Index()); }
    Iterator end() const { return Iterator(end_); }

   private:
    Index end_;
  };
  Ids ids() const { return Ids(end_id()); }

  /// Appends a thing and returns its id.
  Index push_back(T value) {
    values_.push_back(std::move(value));
    return Index(size() - 1);
  }

  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  decltype(auto) front() { return values_.front(); }
  decltype(auto) front() const { return values_.front(); }
  decltype(auto) back() { return values_.back(); }
  decltype(auto) back() const { return values_.back(); }

  bool operator==(const IdVector&) const = default;

 private:
  std::vector<T> values_;
};

}  // namespace csm
