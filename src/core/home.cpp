#include "csm/core/home.h"

#include <cstdlib>

#include "csm/core/git_state.h"
#include "csm/core/version.h"

namespace csm {

std::filesystem::path csm_home() {
  const char* home = std::getenv("CSM_HOME");
  return home != nullptr && *home != '\0' ? home : source_home;
}

std::string git_description() { return git_state; }

}  // namespace csm
