#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// Packs numbers and texts into bytes for another rank of the same run (same byte order, same
/// build).
class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T)); }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(const std::vector<T>& values) {
    put(std::uint64_t{values.size()});
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Unpacks what ByteWriter packed, in the same order.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }

  template <class T>
  requires std::is_arithmetic_v<T>
  void get(T& value) { copy(&value, sizeof(T)); }
  void get(std::string& text) {
    text.resize(size());
    copy(text.data(), text.size());
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void get(std::vector<T>& values) {
    values.resize(size());
    copy(values.data(), values.size() * sizeof(T));
  }

 private:
  std::size_t size() {
    std::uint64_t n = 0;
    get(n);
    return n;
  }
  void copy(void* target, std::size_t n_bytes) {
    CSM_EXPECT(n_bytes <= bytes_.size());
    if (n_bytes > 0) std::memcpy(target, bytes_.data(), n_bytes);
    bytes_.remove_prefix(n_bytes);
  }

  std::string_view bytes_;
};

}  // namespace csm
