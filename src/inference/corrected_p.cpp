#include <algorithm>
#include <cmath>
#include <numeric>

#include "csm/inference/findings.h"

namespace csm {

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!std::isnan(p[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });

  // The smallest is multiplied by their number, the next by one less, and none falls below the one
  // before it.
  std::vector<double> corrected = p;
  double smallest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto n_left = static_cast<double>(order.size() - rank);
    smallest = std::max(smallest, std::min(1.0, n_left * p[order[rank]]));
    corrected[order[rank]] = smallest;
  }
  return corrected;
}

std::vector<double> false_discovery_rates(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });

  // From the largest down: p times their number over its rank, never above the one before it.
  std::vector<double> rates(p.size());
  double smallest = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto n = static_cast<double>(p.size());
    const auto rank = static_cast<double>(order.size() - i);
    smallest = std::min(smallest, p[order[i]] * n / rank);
    rates[order[i]] = smallest;
  }
  return rates;
}

}  // namespace csm
