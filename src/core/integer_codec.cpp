#include "csm/core/integer_codec.h"

#include <algorithm>
#include <cstddef>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr std::size_t longest_code = 10;  ///< bytes of a 64-bit number, 7 bits a byte

char* put_code(char* target, std::uint64_t code) {
  while (code >= 0x80U) {
    *target++ = static_cast<char>((code & 0x7FU) | 0x80U);
    code >>= 7U;
  }
  *target++ = static_cast<char>(code);
  return target;
}

std::uint64_t get_code(std::string_view& bytes) {
  std::uint64_t code = 0;
  for (std::size_t i = 0; i < longest_code; ++i) {
    CSM_EXPECT(i < bytes.size());
    const auto byte = static_cast<unsigned char>(bytes[i]);
    code |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80U) {
      bytes.remove_prefix(i + 1);
      return code;
    }
  }
  fail_contract("a code of at most 10 bytes", __FILE__, __LINE__);
}

/// Small numbers of either sign become small codes; differences wrap round, so that every pair of
/// numbers has one.
std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1U) ^ (0 - (difference >> 63U));
}
std::uint64_t undo_zigzag(std::uint64_t code) { return (code >> 1U) ^ (0 - (code & 1U)); }

template <class T>
std::string pack(std::span<const T> values) {
  constexpr std::size_t block = 4096;
  std::string packed;
  std::string buffer(block * longest_code + 2 * longest_code, '\0');
  std::uint64_t previous = 0;
  std::uint64_t n_equal = 0;
  for (std::size_t first = 0; first < values.size(); first += block) {
    char* target = buffer.data();
    for (const T value : values.subspan(first, std::min(block, values.size() - first))) {
      const auto current = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
      if (current == previous) {
        ++n_equal;
        continue;
      }
      // A difference is never 0, so 0 announces the length of a run.
      if (n_equal > 0) target = put_code(put_code(target, 0), n_equal);
      n_equal = 0;
      target = put_code(target, zigzag(current - previous));
      previous = current;
    }
    packed.append(buffer.data(), target);
  }
  if (n_equal > 0) packed.append(buffer.data(), put_code(put_code(buffer.data(), 0), n_equal));
  return packed;
}

template <class T>
void add(std::string_view packed, std::span<T> sums) {
  std::uint64_t current = 0;
  std::size_t i = 0;
  const auto add_one = [&] {
    if (__builtin_add_overflow(sums[i], static_cast<T>(static_cast<std::int64_t>(current)),
                               &sums[i])) {
      throw RunError({"the exact sum of two checkpoints overflows", "they do not belong together",
                      "Start again with --restart never."});
    }
    ++i;
  };

  // A code is the step to the next number, 0 a run of equal ones.
  while (!packed.empty()) {
    const std::uint64_t code = get_code(packed);
    if (code != 0) {
      current += undo_zigzag(code);
      CSM_EXPECT(i < sums.size());
      add_one();
      continue;
    }
    const std::uint64_t n_equal = get_code(packed);
    CSM_EXPECT(n_equal <= sums.size() - i);
    for (std::uint64_t k = 0; k < n_equal; ++k) add_one();
  }
  CSM_EXPECT(i == sums.size());
}

}  // namespace

std::string pack_integers(std::span<const std::int64_t> values) { return pack(values); }
std::string pack_integers(std::span<const std::int32_t> values) { return pack(values); }
void add_packed(std::string_view packed, std::span<std::int64_t> sums) { add(packed, sums); }
void add_packed(std::string_view packed, std::span<std::int32_t> sums) { add(packed, sums); }

}  // namespace csm
