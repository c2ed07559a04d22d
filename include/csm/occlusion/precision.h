#pragma once
#include "csm/core/enum_names.h"

namespace csm {

/// Of the numbers that products multiply. bfloat16 has 8 bits of precision; it holds differences,
/// never values.
enum class Precision { float32, bfloat16 };

constexpr auto enum_names(Precision) {
  return std::to_array<EnumName<Precision>>(
      {{Precision::float32, "float32"}, {Precision::bfloat16, "bfloat16"}});
}

}  // namespace csm
