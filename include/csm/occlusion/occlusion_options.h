#pragma once
#include <cstdint>
#include <optional>

#include "csm/core/enum_names.h"
#include "csm/model/fill_kind.h"

namespace csm {

/// Of the numbers that products multiply. bfloat16 has 8 bits of precision; it holds differences,
/// never values.
enum class Precision { float32, bfloat16 };

constexpr auto enum_names(Precision) {
  return std::to_array<EnumName<Precision>>(
      {{Precision::float32, "float32"}, {Precision::bfloat16, "bfloat16"}});
}

enum class Quality { draft, standard, full };

constexpr auto enum_names(Quality) {
  return std::to_array<EnumName<Quality>>(
      {{Quality::draft, "draft"}, {Quality::standard, "standard"}, {Quality::full, "full"}});
}

enum class Engine { automatic, full, incremental, adaptive };

constexpr auto enum_names(Engine) {
  return std::to_array<EnumName<Engine>>({{Engine::automatic, "auto"},
                                          {Engine::full, "full"},
                                          {Engine::incremental, "incremental"},
                                          {Engine::adaptive, "adaptive"}});
}

struct OcclusionOptions {
  int patch_size =
      15;     ///< --patch-size s [px of the network input]; S = s * canonical_size / input width
  Fill fill;  ///< --fill
  Quality quality = Quality::full;  ///< --quality: sets vertices_per_image if it is not given
  std::optional<std::int64_t>
      vertices_per_image;  ///< --vertices-per-image: a random sample of that many; none: all
  Engine engine = Engine::automatic;  ///< --engine
  double adaptive_share =
      0.3;  ///< --adaptive-share: of the patches that --engine adaptive computes, in (0, 1]
  Precision precision = Precision::float32;  ///< --precision, of the incremental engine
  double precision_tolerance =
      0.1;  ///< --precision-tolerance: largest error of the audited drops, root mean square,
            ///< as a share of the standard deviation of the float32 drops
  std::optional<int> batch_size;     ///< --batch-size; none: from memory_limit
  std::int64_t memory_limit = 2048;  ///< --memory-limit [MB] of the batches of one rank
};

}  // namespace csm
