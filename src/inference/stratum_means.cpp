#include "csm/inference/stratum_means.h"

#include <array>
#include <map>

#include "csm/core/error.h"
#include "test_statistics.h"

namespace csm {

StratumMeans::StratumMeans(const LabelledSums& sums, std::int64_t n_strata) {
  for (std::int64_t stratum = 0; stratum < n_strata; ++stratum) {
    const GroupSums of_stratum = sums.of(0, stratum);
    std::vector<double>& means = means_.emplace_back(of_stratum.value.size());
    for (std::size_t i = 0; i < means.size(); ++i) means[i] = moments_of(of_stratum, i).mean;
  }
}

void StratumMeans::subtract(std::int32_t stratum, std::span<float> row) const {
  const std::vector<double>& means = means_[static_cast<std::size_t>(stratum)];
  CSM_EXPECT(means.size() == row.size());
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = static_cast<float>(double{row[i]} - means[i]);
}

double stratum_factor(const GroupDesign& design) {
  CSM_EXPECT(design.groups.size() == 2 && design.exchange == Exchange::labels);
  if (design.n_strata == 1) return 1;
  std::map<std::int32_t, std::array<double, 2>> n_of_stratum;
  for (const DesignUnit& unit : design.units)
    n_of_stratum[unit.stratum][static_cast<std::size_t>(unit.group)] += 1;
  double n_a = 0;
  double n_b = 0;
  double weight = 0;
  for (const auto& [stratum, n] : n_of_stratum) {
    n_a += n[0];
    n_b += n[1];
    weight += n[0] * n[1] / (n[0] + n[1]);
  }
  return n_a * n_b / (n_a + n_b) / weight;
}

}  // namespace csm
