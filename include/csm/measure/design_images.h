#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "csm/inference/findings.h"
#include "csm/inference/group_design.h"
#include "csm/store/image_row.h"
#include "csm/store/result.h"

namespace csm {

/// One image of a test: its row of the result, and its columns.
struct TestedImage {
  const ImageRow* row = nullptr;
  std::string group;
  std::string person;
  std::string stratum;
};

/// What a test needs of the images. (n_images)
std::vector<DesignImage> to_design(std::span<const TestedImage> images);

/// The names of the groups that have images, in the order of `known`.
std::vector<std::string> groups_with_images(std::span<const TestedImage> images,
                                            std::span<const std::string> known);

/// What has a map: "pairs" of faces, or "images".
std::string name_cases(std::span<const std::string> classes);

/// How well the model does on each group: the confidences of its clean images, and how often it
/// decides rightly. Several images of a person count once in the error of the confidence, and in
/// the intervals of the shares as far as they differ. A pair of faces is of the person whom its row
/// names (--exchange-by), or of nobody else's: that its two persons may be in other pairs too is
/// not allowed for.
/// @param classes the names that labels may have; empty: no classifier
std::vector<GroupPerformance> measure_performance(std::span<const TestedImage> images,
                                                  std::span<const std::string> groups,
                                                  std::span<const std::string> classes);

/// Takes the intervals of the shares of images that are right over persons, as
/// measure_performance does. @param person_of an image; empty: nobody in particular
/// @param counts of these rows
void take_accuracy_over_persons(std::span<const ImageRow> rows,
                                const std::function<std::string(const ImageRow&)>& person_of,
                                Classification& counts);

/// Counts the images without a map by group, and why; groups that have no other images follow the
/// others, and a remark names them.
/// @param images those with a map
/// @param column with `groups` and `cases`
void count_left_out(std::span<const TestedImage> images, std::span<const TestedImage> left_out,
                    ColumnFindings& column);

/// What the two conditions of one person do to the model's confidence and decision, for each
/// comparison within persons.
void measure_confidence_effects(std::span<const TestedImage> images, ColumnFindings& column);

}  // namespace csm
