#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace csm {

/// The distance between the distribution of the values and the nearest one with a single peak
/// [Hartigan, Hartigan 1985]: 1 / (2 n) if they have one peak, at most 1/4. @pre values is not
/// empty
double dip_of(std::vector<double> values);

/// Whether values have more than one peak. Chance is what as many values of the uniform
/// distribution give, the least clear of all with one peak, so that skewed or long-tailed values
/// with one peak are called several more seldom than p says.
class DipTest {
 public:
  /// @param n_values of each test @param n_draws of uniform values; no p is below 1 / (n_draws + 1)
  DipTest(std::int64_t n_values, std::int64_t n_draws, std::uint64_t seed);

  /// p = (1 + #{dip of the draw >= dip}) / (n_draws + 1). @pre values has n_values of them
  double p_of(std::span<const double> values) const;

 private:
  std::int64_t n_values_;
  std::vector<double> draws_;  ///< dips, ascending
};

}  // namespace csm
