#include "csm/measure/design_images.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "csm/model/confidence.h"
#include "csm/store/classification.h"

namespace csm {
namespace {

/// The confidences of one group's clean images, by person.
class Confidences {
 public:
  void add(const std::string& person, double confidence) {
    if (std::isnan(confidence)) return;
    // An image of nobody in particular is a person of its own.
    Sum& sum = person.empty() ? alone_.emplace_back() : of_person_[person];
    sum.value += confidence;
    sum.n += 1;
  }

  void summarise(GroupPerformance& group) const {
    std::vector<double> means;
    for (const auto& [person, sum] : of_person_) means.push_back(sum.value / sum.n);
    for (const Sum& sum : alone_) means.push_back(sum.value / sum.n);
    const auto n = static_cast<double>(means.size());
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    group.n_persons = std::ssize(means);
    group.mean_confidence = unknown;
    group.confidence_error = unknown;
    if (means.empty()) return;
    double sum = 0;
    for (const double mean : means) sum += mean;
    group.mean_confidence = sum / n;
    if (means.size() < 2) return;
    double squares = 0;
    for (const double mean : means) squares += std::pow(mean - group.mean_confidence, 2);
    group.confidence_error = std::sqrt(squares / (n - 1) / n);
  }

 private:
  struct Sum {
    double value = 0;
    double n = 0;
  };
  std::map<std::string, Sum> of_person_;
  std::vector<Sum> alone_;
};

/// Images of one label, and how many of them are decided rightly.
struct Decisions {
  std::int64_t n = 0;
  std::int64_t n_right = 0;
};

constexpr std::array<std::string_view, 2> pair_classes{same_person_class, different_persons_class};

GroupShare share_of(std::int64_t n_hits, std::int64_t n) {
  const ShareInterval interval = wilson_interval(n_hits, n);
  return {.n = n, .share = interval.share, .low = interval.low, .high = interval.high};
}

}  // namespace

std::vector<DesignImage> to_design(std::span<const TestedImage> images) {
  std::vector<DesignImage> design;
  design.reserve(images.size());
  for (const TestedImage& image : images)
    design.push_back({.group = image.group, .person = image.person, .stratum = image.stratum});
  return design;
}

std::vector<std::string> groups_with_images(std::span<const TestedImage> images,
                                            std::span<const std::string> known) {
  std::vector<std::string> groups;
  for (const std::string& name : known) {
    const auto is_in = [&](const TestedImage& image) { return image.group == name; };
    if (std::any_of(images.begin(), images.end(), is_in)) groups.push_back(name);
  }
  return groups;
}

std::vector<GroupPerformance> measure_performance(std::span<const TestedImage> images,
                                                  std::span<const std::string> groups,
                                                  std::span<const std::string> classes) {
  std::vector<GroupPerformance> performance;
  for (const std::string& name : groups) {
    GroupPerformance group{.name = name};
    Confidences confidences;
    std::map<std::string, Decisions> of_label;
    for (const TestedImage& image : images) {
      if (image.group != name) continue;
      group.n_images += 1;
      confidences.add(image.person, image.row->confidence);
      if (std::find(classes.begin(), classes.end(), image.row->label) == classes.end()) continue;
      of_label[image.row->label].n += 1;
      of_label[image.row->label].n_right += image.row->label == image.row->predicted ? 1 : 0;
    }
    confidences.summarise(group);

    // Over all labels; for pairs also the two kinds of errors.
    Decisions all;
    for (const auto& [label, decisions] : of_label) {
      all.n += decisions.n;
      all.n_right += decisions.n_right;
    }
    group.accuracy = share_of(all.n_right, all.n);
    if (std::ranges::equal(classes, pair_classes)) {
      const Decisions same = of_label[same_person_class];
      const Decisions different = of_label[different_persons_class];
      group.false_match = share_of(different.n - different.n_right, different.n);
      group.false_non_match = share_of(same.n - same.n_right, same.n);
    }
    performance.push_back(std::move(group));
  }
  return performance;
}

}  // namespace csm
