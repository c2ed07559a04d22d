#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "csm/inference/student.h"
#include "csm/measure/design_images.h"

namespace csm {
namespace {

/// One person's images of one condition.
struct Condition {
  double sum = 0;
  double n = 0;
  std::string predicted;  ///< of the first image
  std::string target;     ///< of the first image: whose confidence it is
};

/// The confidence and the decision of each person, in the order of their names.
std::map<std::string, Condition> conditions_of(std::span<const TestedImage> images,
                                               const std::string& group) {
  std::map<std::string, Condition> found;
  for (const TestedImage& image : images) {
    if (image.group != group || image.person.empty() || std::isnan(image.row->confidence)) continue;
    Condition& condition = found[image.person];
    if (condition.n == 0) {
      condition.predicted = image.row->predicted;
      condition.target = image.row->target;
    }
    condition.sum += image.row->confidence;
    condition.n += 1;
  }
  return found;
}

}  // namespace

void measure_confidence_effects(std::span<const TestedImage> images, ColumnFindings& column) {
  for (PairFinding& pair : column.pairs) {
    if (pair.exchange != Exchange::signs) continue;
    const std::map<std::string, Condition> first = conditions_of(images, pair.first);
    const std::map<std::string, Condition> second = conditions_of(images, pair.second);
    ConfidenceEffect effect;
    std::vector<double> differences;
    for (const auto& [person, one] : first) {
      const auto other = second.find(person);
      if (other == second.end()) continue;
      effect.n_persons += 1;
      if (one.target == other->second.target)
        differences.push_back(one.sum / one.n - other->second.sum / other->second.n);
      if (one.predicted != other->second.predicted) effect.n_decided_otherwise += 1;
    }
    effect.n_of_one_target = std::ssize(differences);
    if (differences.size() < 2) continue;
    const auto n = static_cast<double>(differences.size());
    double mean = 0;
    for (const double difference : differences) mean += difference / n;
    double squares = 0;
    for (const double difference : differences) squares += std::pow(difference - mean, 2);
    const double half = interval_factor(n) * std::sqrt(squares / (n - 1) / n);
    effect.difference = mean;
    effect.low = mean - half;
    effect.high = mean + half;
    pair.effect = effect;
  }
}

}  // namespace csm
