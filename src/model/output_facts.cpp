#include "output_facts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "csm/core/sizes.h"

namespace csm {
namespace {

constexpr double tolerance = 1e-3;  // of sums of float32 (and float16) values
constexpr int n_enough = 8;         // images after which "all in [0, 1]" is not chance

std::string range_of(const OutputFacts& facts) {
  std::ostringstream text;
  text.precision(3);
  text << facts.lowest << " to " << facts.highest;
  return text.str();
}

std::string export_as(const OutputContract& output, const std::string& kind) {
  return "Export it again with --outputs " + output.name + ":" + kind;
}

constexpr const char* too_small =
    "taken as logits they give drops that are much too small, or of the wrong sign";

/// The last operator shows it, or there are enough images.
bool is_surely_within_unit(const OutputFacts& facts) {
  if (facts.last == LastOperator::sigmoid || facts.last == LastOperator::softmax)
    return facts.is_within_unit;
  return facts.is_within_unit && facts.n_images >= n_enough;
}

std::optional<KindFault> fault_of_scores(const OutputContract& output, const OutputFacts& facts) {
  if (facts.last == LastOperator::linear) return std::nullopt;
  const bool is_one = facts.size == 1;
  if (!is_one && facts.sums_to_one)
    return KindFault{"probabilities: each image's sum is 1 (a softmax)", too_small,
                     export_as(output, "probability") + ", or without the softmax."};
  if (!is_one && facts.sums_to_hundred)
    return KindFault{"percentages: each image's sum is 100", too_small,
                     "Divide them by 100 in the network, and export it with the kind probability."};
  if (is_surely_within_unit(facts)) {
    const std::string kind = is_one ? "probability" : "sigmoids";
    const std::string problem =
        is_one ? "the probability of the second class: all lie in [0, 1] (" + range_of(facts) + ")"
               : "independent probabilities: all lie in [0, 1], and no image's sum need be 1";
    return KindFault{problem, too_small, export_as(output, kind) + ", or without the sigmoid."};
  }
  if (is_one && facts.last == LastOperator::tanh)
    return KindFault{"those of a tanh", too_small,
                     "Let the network return (1 + x) / 2, and export it with the kind probability; "
                     "or without the tanh."};
  if (output.kind == OutputKind::sigmoid_logits && facts.exponentials_sum_to_one && !is_one)
    return KindFault{
        "log-probabilities of classes that exclude each other: each image's exponentials sum to 1",
        "each class would stand against its own complement", export_as(output, "logit") + "."};
  return std::nullopt;
}

std::optional<KindFault> fault_of_probabilities(const OutputContract& output,
                                                const OutputFacts& facts) {
  constexpr const char* harm = "their logarithms would mean nothing";
  const bool is_one = facts.size == 1;
  if (is_one) {
    if (facts.is_within_unit) return std::nullopt;
    return KindFault{"not probabilities: they run from " + range_of(facts), harm,
                     export_as(output, "binary_logit") + "."};
  }
  if (facts.sums_to_one) return std::nullopt;
  if (facts.exponentials_sum_to_one)
    return KindFault{"log-probabilities: each image's exponentials sum to 1", harm,
                     export_as(output, "logit") + "."};
  if (facts.sums_to_hundred)
    return KindFault{"percentages: each image's sum is 100", harm,
                     "Divide them by 100 in the network."};
  if (facts.is_within_unit)
    return KindFault{"independent probabilities: all lie in [0, 1], but the images' sums are not 1",
                     "a class would stand against the others instead of its own complement",
                     export_as(output, "sigmoids") + "."};
  return KindFault{"not probabilities: they run from " + range_of(facts), harm,
                   export_as(output, "logit") + "."};
}

std::optional<KindFault> fault_of_sigmoids(const OutputContract& output, const OutputFacts& facts) {
  if (!facts.is_within_unit)
    return KindFault{"not probabilities: they run from " + range_of(facts),
                     "their logarithms would mean nothing",
                     export_as(output, "sigmoid_logits") + "."};
  const bool may_be_softmax = facts.last != LastOperator::sigmoid &&
                              (facts.n_images >= n_enough || facts.last == LastOperator::softmax);
  if (facts.size > 1 && facts.sums_to_one && may_be_softmax)
    return KindFault{
        "probabilities of classes that exclude each other: each image's sum is 1 (a softmax)",
        "each class would stand against its own complement",
        export_as(output, "probability") + "."};
  return std::nullopt;
}

std::optional<KindFault> fault_of_embedding(const OutputFacts& facts) {
  const bool is_of_classes = facts.size > 1 && (facts.sums_to_one || facts.exponentials_sum_to_one);
  if (!is_of_classes) return std::nullopt;
  return KindFault{
      "probabilities of classes: each image's sum is 1 (a softmax)",
      "their cosine says little of who is who",
      "Export the layer before the classes, or the tensor that is the embedding (--outputs "
      "NAME:ignored,NAME:embedding)."};
}

}  // namespace

OutputFacts find_facts(std::span<const float> values, int size, LastOperator last) {
  OutputFacts facts;
  facts.size = size;
  facts.last = last;
  facts.n_images = int_size(values) / size;
  if (facts.n_images == 0) return facts;

  // What holds for every image is a fact; one image that breaks it is enough.
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  facts.lowest = *lowest;
  facts.highest = *highest;
  facts.is_within_unit = facts.lowest >= -1e-6 && facts.highest <= 1 + 1e-6;
  facts.sums_to_one = facts.sums_to_hundred = facts.lowest >= -1e-6;
  facts.exponentials_sum_to_one = facts.highest <= 1e-6;
  for (int image = 0; image < facts.n_images; ++image) {
    const std::span<const float> row = values.subspan(std::int64_t{image} * size, size);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    const double exponentials =
        std::accumulate(row.begin(), row.end(), 0.0,
                        [](double total, float value) { return total + std::exp(value); });
    facts.sums_to_one = facts.sums_to_one && std::abs(sum - 1) < tolerance;
    facts.sums_to_hundred = facts.sums_to_hundred && std::abs(sum - 100) < 100 * tolerance;
    facts.exponentials_sum_to_one =
        facts.exponentials_sum_to_one && std::abs(exponentials - 1) < tolerance;
  }
  return facts;
}

std::optional<KindFault> find_kind_fault(const OutputContract& output, const OutputFacts& facts) {
  if (facts.n_images == 0) return std::nullopt;
  switch (output.kind) {
    case OutputKind::logit:
    case OutputKind::binary_logit:
    case OutputKind::sigmoid_logits:
      return fault_of_scores(output, facts);
    case OutputKind::probability:
      return fault_of_probabilities(output, facts);
    case OutputKind::sigmoids:
      return fault_of_sigmoids(output, facts);
    case OutputKind::embedding:
      return fault_of_embedding(facts);
    case OutputKind::similarity:  // on any scale
    case OutputKind::box:
    case OutputKind::landmarks:
    case OutputKind::ignored:
      break;
  }
  return std::nullopt;
}

}  // namespace csm
