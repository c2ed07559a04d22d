#include "csm/measure/class_maps.h"

#include <algorithm>
#include <cstddef>

#include "csm/core/error.h"

namespace csm {
namespace {

std::size_t n_classes(const StoredModelMap& map) {
  return map.group_by == "target" ? map.groups.size() : 0;
}

}  // namespace

std::string ending_of(ClassChoice choice) {
  switch (choice) {
    case ClassChoice::all:
      return "";
    case ClassChoice::own:
      return "_of_class";
    case ClassChoice::other:
      return "_of_other_class";
  }
  return "";
}

bool offers(const StoredModelMap& map, ClassChoice choice) {
  switch (choice) {
    case ClassChoice::all:
      return true;
    case ClassChoice::own:
      return n_classes(map) > 0;
    case ClassChoice::other:
      return n_classes(map) > 1;
  }
  return false;
}

const Grid<float>& map_for(const StoredModelMap& map, ClassChoice choice,
                           const std::string& target_name) {
  CSM_EXPECT(offers(map, choice));
  if (choice == ClassChoice::all) return map.cms;
  const auto own = std::find_if(map.groups.begin(), map.groups.end(),
                                [&](const auto& group) { return group.first == target_name; });
  const bool is_known = own != map.groups.end();
  if (choice == ClassChoice::own) return is_known ? own->second : map.cms;
  const auto next = is_known ? static_cast<std::size_t>(own - map.groups.begin()) + 1 : 0;
  return map.groups[next % map.groups.size()].second;
}

}  // namespace csm
