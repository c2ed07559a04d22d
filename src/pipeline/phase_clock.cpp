#include "csm/pipeline/phase_clock.h"

namespace csm {

std::vector<std::pair<std::string, double>> PhaseClock::table() const {
  std::vector<std::pair<std::string, double>> rows;
  for (std::size_t i = 0; i < seconds_.size(); ++i) rows.emplace_back(std::string(phase_names[i]), seconds_[i]);
  return rows;
}

}  // namespace csm
