#include "csm/measure/phase_clock.h"

namespace csm {

void PhaseClock::add(const PhaseClock& other) {
  for (std::size_t i = 0; i < seconds_.size(); ++i) seconds_[i] += other.seconds_[i];
}

std::vector<std::pair<std::string, double>> PhaseClock::table() const {
  std::vector<std::pair<std::string, double>> rows;
  for (std::size_t i = 0; i < seconds_.size(); ++i)
    rows.emplace_back(std::string(phase_names[i]), seconds_[i]);
  return rows;
}

}  // namespace csm
