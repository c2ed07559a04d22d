#pragma once
#include <string>

#include "csm/study/faithfulness.h"

namespace csm {

/// Which maps lie apart from the one with the highest Average Drop, in a sentence; empty if
/// there is no such measure.
std::string best_map_sentence(const Faithfulness& faithfulness, const std::string& confidence);

}  // namespace csm
