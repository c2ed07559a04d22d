#include "faithfulness_sentence.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "readable_text.h"

namespace csm {
namespace {

const FaithfulnessMeasure* find_average_drop(const Faithfulness& faithfulness,
                                             const std::string& confidence) {
  const auto found = std::find_if(
      faithfulness.measures.begin(), faithfulness.measures.end(),
      [&](const auto& m) { return m.name == "average_drop" && m.confidence == confidence; });
  return found == faithfulness.measures.end() ? nullptr : &*found;
}

/// The maps by Average Drop, the highest first; as they come if there is none.
std::vector<std::size_t> ranking(const Faithfulness& faithfulness, const std::string& confidence) {
  std::vector<std::size_t> order(faithfulness.maps.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (const FaithfulnessMeasure* drop = find_average_drop(faithfulness, confidence)) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return drop->of_map[a].mean > drop->of_map[b].mean;
    });
  }
  return order;
}

}  // namespace

std::string best_map_sentence(const Faithfulness& faithfulness, const std::string& confidence) {
  const FaithfulnessMeasure* drop = find_average_drop(faithfulness, confidence);
  if (drop == nullptr) return "";
  const std::vector<std::size_t> order = ranking(faithfulness, confidence);
  const std::size_t best = order.front();
  std::string alike;
  for (const std::size_t m : order) {
    if (m != best && drop->differences[best * order.size() + m].low <= 0)
      alike += (alike.empty() ? "" : ", ") + readable_name(faithfulness.maps[m]);
  }
  return "Over " + std::to_string(drop->n_images) + " images the highest Average Drop of the " +
         readable_name(confidence) + " is that of " + readable_name(faithfulness.maps[best]) +
         (alike.empty()
              ? "; the 95 % interval of its lead over every other map is above 0."
              : "; from " + alike + " it cannot be told apart (95 % interval of the difference).");
}

}  // namespace csm
