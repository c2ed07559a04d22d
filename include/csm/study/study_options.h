#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "csm/core/enum_names.h"

namespace csm {

/// What becomes of negative values of a map before it darkens an image.
enum class MapSign { positive, both };

constexpr auto enum_names(MapSign) {
  return std::to_array<EnumName<MapSign>>(
      {{MapSign::positive, "positive"}, {MapSign::both, "both"}});
}

/// What replaces pixels that the deletion and insertion curves take away.
enum class Imputation {
  fill,       ///< --fill where they are deleted, the blurred image where they are not yet inserted
  neighbours  ///< what the pixels that are left say of them
};

constexpr auto enum_names(Imputation) {
  return std::to_array<EnumName<Imputation>>(
      {{Imputation::fill, "fill"}, {Imputation::neighbours, "neighbours"}});
}

/// A file, and what the user calls it; empty: nothing in particular.
struct NamedFile {
  std::string name = {};
  std::filesystem::path file;

  bool operator==(const NamedFile&) const = default;
};

/// Evaluating maps by the network's scores of images that are darkened by them, Eqs.
/// (9) to (13).
struct StudyOptions {
  std::vector<std::string>
      evaluate;  ///< --evaluate METHOD,...: evaluated beside the run's own maps
  std::vector<NamedFile>
      evaluate_cms;  ///< --evaluate-cms [NAME=]FILE,...: result files whose CMS is evaluated
  bool evaluate_other_class = false;          ///< --evaluate-other-class
  MapSign evaluate_sign = MapSign::positive;  ///< --evaluate-sign
  int curve_steps = 10;                       ///< --curve-steps of deletion and insertion; 0: none
  Imputation imputation = Imputation::fill;   ///< --imputation of the same curves
};

/// Whether maps are evaluated in the run.
inline bool is_evaluated(const StudyOptions& options) {
  return !options.evaluate.empty() || !options.evaluate_cms.empty();
}

}  // namespace csm
