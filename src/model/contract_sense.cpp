#include "contract_sense.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "csm/core/text.h"

namespace csm {
namespace {

constexpr double smallest_std =
    1;  // a grey level more than one unit apart from the next is not normalisation
constexpr double largest_std = 1024;
constexpr double smallest_scale = 0.5;
constexpr double largest_scale = 5;

std::string number(double value) {
  std::ostringstream text;
  text.precision(6);
  text << value;
  return text.str();
}

template <class Change>
std::string triple(const std::array<double, 3>& values, Change&& change) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const double value : values) texts.push_back(number(change(value)));
  return "[" + join(texts) + "]";
}

std::string triple(const std::array<double, 3>& values) {
  return triple(values, [](double value) { return value; });
}

template <class Condition>
bool all(const std::array<double, 3>& values, Condition&& condition) {
  return std::all_of(values.begin(), values.end(), condition);
}

bool is_colour(const std::array<double, 3>& values) {
  return all(values, [](double value) { return value >= 0 && value <= 255; });
}

}  // namespace

std::optional<std::string> fault_of_mean(const std::array<double, 3>& mean) {
  const bool is_zero = all(mean, [](double value) { return value == 0; });
  if (!is_zero && all(mean, [](double value) { return std::abs(value) <= 1; })) {
    return "is " + triple(mean) + ", which looks like the scale 0..1; here it is on 0..255: " +
           triple(mean, [](double value) { return 255 * value; });
  }
  if (!is_colour(mean)) return "is " + triple(mean) + ", which is not a colour on 0..255";
  return std::nullopt;
}

std::optional<std::string> fault_of_std(const std::array<double, 3>& std) {
  if (!all(std, [](double value) { return value > 0 && std::isfinite(value); })) {
    return "is " + triple(std) + ", but must be above 0";
  }
  if (all(std, [](double value) { return value < 0.05; })) {
    return "is " + triple(std) + ", which looks like a factor; the values are divided by it: " +
           triple(std, [](double value) { return 1 / value; });
  }
  if (!all(std, [](double value) { return value >= smallest_std; })) {
    return "is " + triple(std) + ", which looks like the scale 0..1; here it is on 0..255: " +
           triple(std, [](double value) { return value < smallest_std ? 255 * value : value; });
  }
  if (!all(std, [](double value) { return value <= largest_std; })) {
    return "is " + triple(std) +
           ", with which all pictures look the same to the network; it is on 0..255";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_fill(const std::array<double, 3>& fill) {
  if (!is_colour(fill)) return "is " + triple(fill) + ", which is not a colour on 0..255";
  const bool is_zero = all(fill, [](double value) { return value == 0; });
  if (!is_zero && all(fill, [](double value) { return value <= 1; })) {
    return "is " + triple(fill) + ", which looks like the scale 0..1; here it is on 0..255: " +
           triple(fill, [](double value) { return 255 * value; });
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_crop_scale(double scale) {
  if (scale >= smallest_scale && scale <= largest_scale) return std::nullopt;
  return "is " + number(scale) + ", not a number from " + number(smallest_scale) + " to " +
         number(largest_scale) +
         " (side of the square crop / longer side of the face's box; 1 cuts at forehead and chin)";
}

std::optional<std::string> fault_of_five_points(const std::array<Point2, 5>& points, int height,
                                                int width) {
  const auto every = [&](auto&& condition) {
    return std::all_of(points.begin(), points.end(), condition);
  };

  // The unit: px of the input.
  if (every([](Point2 p) { return p.x >= 0 && p.y >= 0 && p.x <= 1 && p.y <= 1; })) {
    return "lies on 0..1; it is counted in px of the input: multiply x by " + number(width) +
           " and y by " + number(height);
  }
  if (!every([&](Point2 p) { return p.x >= 0 && p.y >= 0 && p.x <= width && p.y <= height; })) {
    return "has a point outside the input of " + number(height) + " x " + number(width) +
           " px (height x width); points are [x, y]";
  }

  // The order of the points and of their coordinates.
  const auto [right_eye, left_eye, nose, right_mouth, left_mouth] = points;
  const double eyes_y = (right_eye.y + left_eye.y) / 2;
  const double mouth_y = (right_mouth.y + left_mouth.y) / 2;
  const double across = left_eye.x - right_eye.x;
  if (std::abs(left_eye.y - right_eye.y) > std::abs(across)) {
    return "has the eyes above each other: are x and y exchanged? Points are [x, y]";
  }
  if (eyes_y >= mouth_y || nose.y <= eyes_y || nose.y >= mouth_y) {
    return "does not have eyes, nose and mouth from top to bottom (y counts down): right eye, left "
           "eye, nose tip, "
           "right "
           "mouth corner, left mouth corner";
  }
  if (across <= 0 || left_mouth.x <= right_mouth.x) {
    return "has the sides exchanged: the first eye and mouth corner are the subject's right ones, "
           "which lie on the "
           "left "
           "of the picture";
  }

  // The size: a template of another input does not fit.
  const double centre = (right_eye.x + left_eye.x + right_mouth.x + left_mouth.x) / 4 / width;
  if (centre < 0.36 || centre > 0.64 || across < 0.1 * width) {
    return "puts the face beside the middle of the input of " + number(height) + " x " +
           number(width) +
           " px, or makes it very small: is it the template of another input size? Multiply it by "
           "new size / old size";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_key(const std::string& key, const std::string& field) {
  if (!nearest_text(key, std::vector<std::string>{field})) return std::nullopt;
  return "is not a field. Is it `" + field + "`, misspelt?";
}

std::optional<std::string> fault_of_classes(std::span<const std::string> classes) {
  std::set<std::string> seen;
  for (const std::string& name : classes) {
    if (name.empty()) return "holds an empty name";
    if (one_line(name) != name)
      return "holds a line break, a tab or a control character in '" + shown_value(name) + "'";
    if (n_characters(name) > longest_name)
      return "holds '" + shown_value(name) + "', and names of maps have at most " +
             std::to_string(longest_name) + " characters";
    // Labels are compared without regard to case.
    if (!seen.insert(to_lower(name)).second) return "holds '" + name + "' twice";
  }
  return std::nullopt;
}

}  // namespace csm
