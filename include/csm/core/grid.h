#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// A row-major grid of values; row 0 is the top, column 0 the left.
template <class T>
class Grid {
 public:
  Grid() = default;
  Grid(int height, int width, T value = T{}) : height_(height), width_(width) {
    CSM_EXPECT(height >= 0 && width >= 0);
    values_.assign(static_cast<std::size_t>(height) * static_cast<std::size_t>(width), value);
  }

  int height() const { return height_; }
  int width() const { return width_; }
  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  T& operator()(int row, int column) { return values_[offset(row, column)]; }
  const T& operator()(int row, int column) const { return values_[offset(row, column)]; }

  std::span<T> row(int index) {
    return {values_.data() + offset(index, 0), static_cast<std::size_t>(width_)};
  }
  std::span<const T> row(int index) const {
    return {values_.data() + offset(index, 0), static_cast<std::size_t>(width_)};
  }

  std::vector<T>& values() { return values_; }
  const std::vector<T>& values() const { return values_; }

  bool operator==(const Grid&) const = default;

 private:
  std::size_t offset(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(column);
  }

  int height_ = 0;
  int width_ = 0;
  std::vector<T> values_;
};

}  // namespace csm
