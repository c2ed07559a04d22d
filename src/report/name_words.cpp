#include "name_words.h"

#include <algorithm>

namespace csm {

std::string name_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace csm
