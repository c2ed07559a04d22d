#include "verification_accuracy.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

/// The mean over pairs of right answers at each step of each map. @param member the curves
std::vector<double> mean_answers(std::span<const ImageFaithfulness* const> pairs, double threshold,
                                 std::vector<double> ImageFaithfulness::*member) {
  std::vector<double> sum((pairs.front()->*member).size(), 0.0);
  for (const ImageFaithfulness* pair : pairs) {
    const std::vector<double> answers = right_answers(*pair, pair->*member, threshold);
    CSM_EXPECT(answers.size() == sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += answers[i];
  }
  for (double& value : sum) value /= static_cast<double>(pairs.size());
  return sum;
}

}  // namespace

EqualError find_equal_error(std::span<const double> similarities, std::span<const double> is_same) {
  CSM_EXPECT(similarities.size() == is_same.size());
  const double n_same = std::accumulate(is_same.begin(), is_same.end(), 0.0);
  const double n_different = static_cast<double>(is_same.size()) - n_same;
  CSM_EXPECT(n_same > 0 && n_different > 0);
  std::vector<std::pair<double, double>> sorted;
  for (std::size_t i = 0; i < similarities.size(); ++i)
    sorted.emplace_back(similarities[i], is_same[i]);
  std::sort(sorted.begin(), sorted.end());

  // The threshold passes one pair after another, from the least similar on.
  EqualError best{.threshold = sorted.front().first, .rate = 0.5};
  double smallest = n_same * n_different;
  double n_rejected_same = 0;
  double n_accepted_different = n_different;
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    n_rejected_same += sorted[i].second;
    n_accepted_different -= 1 - sorted[i].second;
    if (sorted[i].first == sorted[i + 1].first) continue;
    // Over a common denominator, so that equal shares are equal.
    const double apart = std::abs(n_rejected_same * n_different - n_accepted_different * n_same);
    if (apart >= smallest) continue;
    smallest = apart;
    best = {.threshold = (sorted[i].first + sorted[i + 1].first) / 2,
            .rate = (n_rejected_same / n_same + n_accepted_different / n_different) / 2};
  }
  return best;
}

std::vector<double> right_answers(const ImageFaithfulness& pair,
                                  std::span<const double> similarities, double threshold) {
  CSM_EXPECT(pair.same_person.size() == 1);
  const bool is_same = pair.same_person.front() > 0;
  std::vector<double> answers;
  for (const double similarity : similarities)
    answers.push_back((similarity > threshold) == is_same ? 1 : 0);
  return answers;
}

VerificationCurves summarise_verification(std::span<const ImageFaithfulness* const> pairs) {
  VerificationCurves result;
  if (pairs.empty() || pairs.front()->deletion_similarity.empty()) return result;

  // The clean pairs: every deletion curve begins with them.
  std::vector<double> clean;
  std::vector<double> is_same;
  for (const ImageFaithfulness* pair : pairs) {
    clean.push_back(pair->deletion_similarity.front());
    is_same.push_back(pair->same_person.front());
  }
  result.n_same = static_cast<std::int64_t>(std::accumulate(is_same.begin(), is_same.end(), 0.0));
  result.n_different = std::ssize(is_same) - result.n_same;
  if (result.n_same == 0 || result.n_different == 0) return result;
  const EqualError equal = find_equal_error(clean, is_same);
  result.threshold = equal.threshold;
  result.equal_error_rate = equal.rate;

  // The altered ones, at that threshold.
  result.deletion_accuracy =
      mean_answers(pairs, equal.threshold, &ImageFaithfulness::deletion_similarity);
  result.insertion_accuracy =
      mean_answers(pairs, equal.threshold, &ImageFaithfulness::insertion_similarity);
  result.clean_accuracy = result.deletion_accuracy.front();
  const std::size_t n_steps = result.deletion_accuracy.size() / pairs.front()->n_maps();
  for (std::size_t step = 0; step < n_steps; ++step)
    result.altered_share.push_back(static_cast<double>(step) / static_cast<double>(n_steps - 1));
  return result;
}

}  // namespace csm
