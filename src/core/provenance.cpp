#include "csm/core/provenance.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <system_error>

#include "csm/core/git_state.h"
#include "csm/core/version.h"

namespace csm {
namespace {

/// share/csm beside the folder of this program; of an installed program it holds jobs/.
std::filesystem::path installed_home() {
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "share" / "csm";
}

}  // namespace

std::filesystem::path csm_home() {
  const char* home = std::getenv("CSM_HOME");
  if (home != nullptr && *home != '\0') return home;
  std::error_code ignored;
  const std::filesystem::path installed = installed_home();
  const bool is_installed = std::filesystem::is_directory(installed / "jobs", ignored);
  return is_installed || *source_home == '\0' ? installed : source_home;
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
