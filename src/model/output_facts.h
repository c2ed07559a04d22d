#pragma once
#include <optional>
#include <span>
#include <string>

#include "csm/model/contract.h"

namespace csm {

/// What the last operator of an output implies for its values.
enum class LastOperator { unknown, linear, sigmoid, softmax, log_softmax, tanh };

/// What the values of one output have in common over some images.
struct OutputFacts {
  int n_images = 0;
  int size = 0;
  double lowest = 0;
  double highest = 0;
  bool is_within_unit = false;           ///< all values lie in [0, 1]
  bool sums_to_one = false;              ///< none is negative and each image's sum is 1
  bool sums_to_hundred = false;          ///< the same as percentages
  bool exponentials_sum_to_one = false;  ///< log-probabilities
  LastOperator last = LastOperator::unknown;
};

/// @param values n images x size, row-major
OutputFacts find_facts(std::span<const float> values, int size, LastOperator last);

/// Why the values cannot be of the kind in the contract, and the kind that they look like.
struct KindFault {
  std::string what;  ///< the values are, as the rest of "its values are"
  std::string harm;  ///< what would come of it
  std::string advice;
};

/// Nothing if the values may be of this kind. scripts/csm/export/output_kind.py keeps the same
/// rules.
std::optional<KindFault> find_kind_fault(const OutputContract& output, const OutputFacts& facts);

}  // namespace csm
