#pragma once
#include <string>

namespace csm {

/// A name for people: "left_eye" (the subject's own side) becomes "left eye", "cms_of_class" "cms
/// of class".
std::string name_words(std::string name);

}  // namespace csm
