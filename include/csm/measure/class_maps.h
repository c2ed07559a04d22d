#pragma once
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/store/model_map.h"

namespace csm {

/// Which map of a file is taken for an image: the one of all images, of the image's own class, or,
/// to see whether it is the class that matters, of another one.
enum class ClassChoice { all, own, other };

/// What follows the name of a file's map: "", "_of_class" or "_of_other_class".
std::string ending_of(ClassChoice choice);

/// Whether the file can tell these maps apart: `own` needs the map of a class, `other` those of
/// two.
bool offers(const StoredModelMap& map, ClassChoice choice);

/// The map of a file for an image. own: that of all images where the file has none of the class.
/// other: that of the class which follows the image's own in the file, the first after the last;
/// the first where the file has none of the own class.
/// @param target_name the image's class
/// @pre the file offers the choice
const Grid<float>& map_for(const StoredModelMap& map, ClassChoice choice,
                           const std::string& target_name);

}  // namespace csm
