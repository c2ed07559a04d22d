#pragma once
#include <cstdint>
#include <limits>
#include <vector>

namespace csm {

/// Verification of N pairs while the first images of all of them are altered in the order of M
/// maps, in S steps from none of the pixels to all, at the threshold that the clean pairs have.
struct VerificationCurves {
  double threshold = std::numeric_limits<double>::quiet_NaN();  ///< of equal error
  double equal_error_rate = 0;
  double clean_accuracy = 0;  ///< share of the clean pairs that are answered rightly
  std::int64_t n_same = 0;
  std::int64_t n_different = 0;
  std::vector<double> altered_share;       ///< (S) of the pixels: deleted, or inserted
  std::vector<double> deletion_accuracy;   ///< (M x S) share of pairs that are answered rightly
  std::vector<double> insertion_accuracy;  ///< (M x S) likewise

  bool empty() const { return altered_share.empty(); }
};

}  // namespace csm
