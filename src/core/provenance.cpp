#include "csm/core/provenance.h"

#include <array>
#include <cstdlib>
#include <ctime>

#include "csm/core/git_state.h"
#include "csm/core/version.h"

namespace csm {

std::filesystem::path csm_home() {
  const char* home = std::getenv("CSM_HOME");
  return home != nullptr && *home != '\0' ? home : source_home;
}

std::string git_description() { return git_state; }

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace csm
