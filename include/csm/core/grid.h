#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// A row-major grid of values; row 0 is the top, column 0 the left. Sizes are signed; rows, columns
/// and pixels may be given as whole numbers of any type.
template <class T>
class Grid {
 public:
  Grid() = default;
  Grid(int height, int width, T value = T{}) : height_(height), width_(width) {
    CSM_EXPECT(height >= 0 && width >= 0);
    values_.assign(offset(height, 0), value);
  }

  int height() const { return height_; }
  int width() const { return width_; }
  std::int64_t size() const { return std::ssize(values_); }
  bool empty() const { return values_.empty(); }

  T& operator()(std::integral auto row, std::integral auto column) {
    return values_[offset(row, column)];
  }
  const T& operator()(std::integral auto row, std::integral auto column) const {
    return values_[offset(row, column)];
  }

  /// The value of a pixel by its place in row-major order.
  T& operator[](std::integral auto pixel) { return values_[static_cast<std::size_t>(pixel)]; }
  const T& operator[](std::integral auto pixel) const {
    return values_[static_cast<std::size_t>(pixel)];
  }

  std::span<T> row(std::integral auto index) {
    return std::span(values_).subspan(offset(index, 0), offset(1, 0));
  }
  std::span<const T> row(std::integral auto index) const {
    return std::span(values_).subspan(offset(index, 0), offset(1, 0));
  }

  std::vector<T>& values() { return values_; }
  const std::vector<T>& values() const { return values_; }

  bool operator==(const Grid&) const = default;

 private:
  std::size_t offset(std::integral auto row, std::integral auto column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(column);
  }

  int height_ = 0;
  int width_ = 0;
  std::vector<T> values_;
};

}  // namespace csm
