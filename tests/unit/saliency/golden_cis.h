#pragma once
#include <vector>

#include "csm/saliency/cis.h"
#include "csm/saliency/saliency_options.h"
#include "support/golden.h"

namespace csm::test {

inline std::vector<Point2> golden_points() {
  std::vector<Point2> points;
  const auto part = golden("cis");
  for (const auto& point : part["points"])
    points.push_back({point[0].get<double>(), point[1].get<double>()});
  return points;
}

/// The four images of the golden file.
inline std::vector<CisMap> golden_cis_maps(
    DensityNormalisation density = DensityNormalisation::on) {
  const auto part = golden("cis");
  std::vector<CisMap> maps;
  for (const auto& drops : part["drops"])
    maps.push_back(
        compute_cis(golden_points(), numbers(drops), part["side"], part["size"], density));
  return maps;
}

}  // namespace csm::test
