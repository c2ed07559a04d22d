#pragma once
#include <string>
#include <vector>

#include "csm/study/faithfulness.h"

namespace csm {

/// The evaluations in one kind of confidence as rows of cells, the head first: a row for each map,
/// a column for each measure of this kind or, with the run's own kind, of none, "12.3 (10.1
/// to 14.6)"; rows by Average Drop, the highest first.
std::vector<std::vector<std::string>> faithfulness_table(const Faithfulness& faithfulness,
                                                         const std::string& confidence);

/// Which maps lie apart from the one with the highest Average Drop, in a sentence; empty if
/// there is no such measure.
std::string best_map_sentence(const Faithfulness& faithfulness, const std::string& confidence);

}  // namespace csm
