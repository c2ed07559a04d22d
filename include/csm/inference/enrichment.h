#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/inference/findings.h"

namespace csm {

/// How likely a random draw of n_drawn of n_all has so many or more of the n_marked (Fisher's exact
/// test, one-sided). @pre n_hits <= n_drawn, n_marked <= n_all
double enrichment_p(std::int64_t n_all, std::int64_t n_marked, std::int64_t n_drawn,
                    std::int64_t n_hits);

/// A column of the images; empty: unknown.
struct NamedColumn {
  std::string name;
  std::vector<std::string> values;  ///< (n_images)
};

/// Which values of columns are commoner in each cluster than elsewhere, the surest first. Columns
/// with more than `most_values_of_enrichment` values are left out: they are numbers or names.
/// @param cluster_of (n_images) @param is_counted (n_images) one image of each person
std::vector<std::vector<ClusterExcess>> find_excesses(std::span<const NamedColumn> columns,
                                                      std::span<const std::int32_t> cluster_of,
                                                      const std::vector<bool>& is_counted,
                                                      std::int32_t n_clusters);

inline constexpr std::size_t most_values_of_enrichment = 20;

}  // namespace csm
