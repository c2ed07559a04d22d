#include "h5_check.h"

#include <hdf5.h>

#include <string>
#include <string_view>

#include "csm/core/hdf5_turn.h"
#include "csm/store/result_file.h"

namespace csm {
namespace {

/// Keeps the description of the innermost error; called from outermost to innermost.
herr_t keep_innermost(unsigned int /*index*/, const H5E_error2_t* error, void* text) {
  if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

/// The system's message in a description such as "..., errno = 28, error message = 'No space left
/// on device', ...".
std::string system_message(const std::string& description) {
  constexpr std::string_view begin_mark = "error message = '";
  const std::size_t begin = description.find(begin_mark);
  if (begin == std::string::npos) return description;
  const std::size_t first = begin + begin_mark.size();
  return description.substr(first, description.find('\'', first) - first);
}

}  // namespace

void fail_h5(const std::string& action) {
  std::string innermost = "unknown reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, &keep_innermost, &innermost);
  throw H5Failure(action + ": " + system_message(innermost));
}

QuietH5Errors::QuietH5Errors() {
  H5E_auto2_t print = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &print, &print_data_);
  print_ = reinterpret_cast<void*>(print);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietH5Errors::~QuietH5Errors() {
  H5Eset_auto2(H5E_DEFAULT, reinterpret_cast<H5E_auto2_t>(print_), print_data_);
}

std::string hdf5_version() {
  const Hdf5Turn turn;
  unsigned int major = 0;
  unsigned int minor = 0;
  unsigned int release = 0;
  check_h5(H5get_libversion(&major, &minor, &release), "H5get_libversion");
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace csm
