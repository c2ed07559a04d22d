#pragma once
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "csm/inference/enrichment.h"
#include "csm/inference/findings.h"
#include "csm/measure/design_images.h"

namespace csm {

/// The columns of a data set but those that a test uses already.
std::vector<std::string> columns_beside(const Dataset& dataset,
                                        std::initializer_list<std::string> used);

/// Adds remarks on what else may make a difference of the groups: other columns in which they
/// differ, and groups on which the model is right less often than a guess.
/// @param others the names of the other columns
/// @param values_of(name) such a column of the same images; one is held at a time
/// @param n_classes of the labels; 0: no classifier @param column with `groups` and `pairs`
void add_cautions(std::span<const TestedImage> images, std::span<const std::string> others,
                  const std::function<NamedColumn(const std::string&)>& values_of,
                  std::size_t n_classes, ColumnFindings& column);

}  // namespace csm
