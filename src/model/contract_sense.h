#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>

#include "csm/core/geometry.h"

namespace csm {

/// Values of a contract that have the right type but cannot be meant. Each function returns what is
/// wrong, with the value that was probably meant, as the rest of a sentence that begins with the
/// field; nothing if all is well. scripts/csm/contract_sense.py keeps the same rules.

/// @param mean, std of `input`, which are on 0..255
std::optional<std::string> fault_of_mean(const std::array<double, 3>& mean);
std::optional<std::string> fault_of_std(const std::array<double, 3>& std);
std::optional<std::string> fault_of_fill(const std::array<double, 3>& fill);

/// @param scale side of the square crop / longer side of the face's box
std::optional<std::string> fault_of_crop_scale(double scale);

/// @param points subject's right eye, left eye, nose, right and left mouth corner in the input [px]
std::optional<std::string> fault_of_five_points(const std::array<Point2, 5>& points, int height,
                                                int width);

/// @param key of an object of the contract that lacks `field`, an optional one: a key that is
/// nearly it would be passed over, and the default be used
std::optional<std::string> fault_of_key(const std::string& key, const std::string& field);

/// @param classes without blanks at their ends
std::optional<std::string> fault_of_classes(std::span<const std::string> classes);

}  // namespace csm
