#pragma once
#include <string>
#include <vector>

#include "csm/report/pictures.h"

/// The sections of the HTML report, each an HTML fragment.
namespace csm {

/// What the map says, in three plain sentences, and the remarks of the run.
std::string meaning_section(const Result& result);
std::string region_section(const Result& result);
std::string convergence_section(const Result& result);
std::string group_section(const Result& result);
std::string example_section(const Result& result, const std::vector<ExampleImage>& examples);

/// What the network says of images altered by the maps, and the maps of the examples side by
/// side (paper's Figs. 2 and 6); empty if no map was evaluated.
std::string faithfulness_section(const Result& result, const std::vector<ExampleImage>& examples);
std::string failure_section(const Result& result);

/// How well the ranks were used.
std::string ranks_section(const Result& result);
std::string record_section(const Result& result);

}  // namespace csm
