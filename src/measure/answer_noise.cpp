#include "answer_noise.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "csm/model/network.h"
#include "csm/store/result.h"

namespace csm {
namespace {

/// With n - 1 in the denominator; NaN for fewer than two values.
double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return not_measured;
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1));
}

}  // namespace

double measure_noise(const Network& network, std::span<const RgbImage* const> images,
                     const TargetScore& target, double clean) {
  if (network.capabilities().is_repeatable) return not_measured;
  const Grid<float> scores = repeated_scores(network, images, n_repeated_answers);
  std::vector<double> confidences = {clean};
  for (int i = 0; i < scores.height(); ++i) {
    if (is_face_lost(scores.row(i))) continue;
    confidences.push_back(confidence_of(scores.row(i), target, target.confidence));
  }
  return standard_deviation(confidences);
}

}  // namespace csm
