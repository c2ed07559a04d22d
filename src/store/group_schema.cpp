#include "group_schema.h"

#include "csm/core/error.h"

namespace csm {

std::vector<std::string> axes_of(std::string_view axes, std::string_view rows, int n_axes) {
  std::vector<std::string> names;
  if (axes.empty()) {
    if (n_axes == 2) return {"y", "x"};
    CSM_EXPECT(n_axes == 0 || (n_axes == 1 && !rows.empty()));
    if (n_axes == 1) names.emplace_back(rows);
    return names;
  }

  // "image, map": the names between the commas.
  constexpr std::string_view comma = ", ";
  for (std::size_t begin = 0; begin < axes.size();) {
    const std::size_t end = std::min(axes.find(comma, begin), axes.size());
    names.emplace_back(axes.substr(begin, end - begin));
    begin = end + comma.size();
  }
  return names;
}

}  // namespace csm
