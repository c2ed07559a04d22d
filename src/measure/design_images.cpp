#include "csm/measure/design_images.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "csm/core/text.h"
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

/// Cases of some persons, and how many of them are hits.
class Hits {
 public:
  void add(const std::string& person, bool is_hit) {
    // An image of nobody in particular is a person of its own.
    Sum& sum = person.empty() ? alone_.emplace_back() : of_person_[person];
    sum.n += 1;
    sum.n_hits += is_hit ? 1 : 0;
  }

  /// Their share with its interval: Wilson's, of n over the design effect, by which the cases of a
  /// person are alike. The design effect is the variance of the ratio estimator over k persons,
  /// k / (k - 1) * sum (hits - share * cases)^2 / n^2, by share * (1 - share) / n [Cochran 1977,
  /// sec. 2.10]. It is at least 1 and at most that of persons who are all hits or all none, which
  /// leaves n^2 / sum cases^2: the number of persons if each has as many cases. That also holds
  /// where every case is a hit or none is, which shows no variance.
  GroupShare share() const {
    std::vector<Sum> persons = alone_;
    for (const auto& [person, sum] : of_person_) persons.push_back(sum);
    double n = 0, n_hits = 0, squares = 0;
    for (const Sum& sum : persons) {
      n += sum.n;
      n_hits += sum.n_hits;
      squares += sum.n * sum.n;
    }
    GroupShare share{.n = std::llround(n), .n_persons = std::ssize(persons)};
    if (persons.empty()) return share;

    const double mean = n_hits / n;
    const auto k = static_cast<double>(persons.size());
    double deviations = 0;
    for (const Sum& sum : persons) deviations += std::pow(sum.n_hits - mean * sum.n, 2);
    const double variance = k / (k - 1) * deviations / (n * n);
    const double fewest = std::min(n, n * n / squares);
    const bool is_known = k > 1 && mean > 0 && mean < 1;
    const double as_many = is_known ? mean * (1 - mean) / variance : fewest;
    const ShareInterval interval = wilson_interval_of_share(mean, std::clamp(as_many, fewest, n));
    share.share = interval.share;
    share.low = interval.low;
    share.high = interval.high;
    return share;
  }

 private:
  struct Sum {
    double n = 0;
    double n_hits = 0;
  };
  std::map<std::string, Sum> of_person_;
  std::vector<Sum> alone_;
};

constexpr std::array<std::string_view, 2> pair_classes{same_person_class, different_persons_class};

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

std::string name_cases(std::span<const std::string> classes) {
  return std::ranges::equal(classes, pair_classes) ? "pairs" : "images";
}

std::vector<GroupPerformance> measure_performance(std::span<const TestedImage> images,
                                                  std::span<const std::string> groups,
                                                  std::span<const std::string> classes) {
  const bool are_pairs = std::ranges::equal(classes, pair_classes);
  std::vector<GroupPerformance> performance;
  for (const std::string& name : groups) {
    GroupPerformance group{.name = name};
    Confidences confidences;
    Hits right, false_matches, false_non_matches;
    for (const TestedImage& image : images) {
      if (image.group != name) continue;
      group.n_images += 1;
      confidences.add(image.person, image.row->confidence);
      if (std::find(classes.begin(), classes.end(), image.row->label) == classes.end()) continue;
      const bool is_right = image.row->label == image.row->predicted;
      right.add(image.person, is_right);
      if (!are_pairs) continue;
      Hits& wrong = image.row->label == same_person_class ? false_non_matches : false_matches;
      wrong.add(image.person, !is_right);
    }
    confidences.summarise(group);
    group.accuracy = right.share();
    group.false_match = false_matches.share();
    group.false_non_match = false_non_matches.share();
    performance.push_back(std::move(group));
  }
  return performance;
}

void take_accuracy_over_persons(std::span<const ImageRow> rows,
                                const std::function<std::string(const ImageRow&)>& person_of,
                                Classification& counts) {
  Hits all;
  std::map<std::string, Hits> of_label;
  for (const ImageRow& row : rows) {
    const bool is_counted = row.status == "ok" && std::ranges::count(counts.classes, row.label) > 0;
    if (!is_counted) continue;
    const std::string person = person_of(row);
    all.add(person, row.label == row.predicted);
    of_label[row.label].add(person, row.label == row.predicted);
  }
  const auto take = [](const Hits& hits, ShareInterval& interval) {
    const GroupShare share = hits.share();
    interval = {.share = share.share, .low = share.low, .high = share.high};
    return share.n_persons;
  };
  if (of_label.empty()) return;
  counts.n_persons = take(all, counts.accuracy);
  for (std::size_t i = 0; i < counts.classes.size(); ++i) {
    const auto found = of_label.find(counts.classes[i]);
    if (found != of_label.end()) take(found->second, counts.accuracy_of_class[i]);
  }
}

void count_left_out(std::span<const TestedImage> images, std::span<const TestedImage> left_out,
                    ColumnFindings& column) {
  std::map<std::string, Hits> of_group;
  std::map<std::string, std::int64_t> n_of_reason;
  for (const TestedImage& image : images) of_group[image.group].add(image.person, false);
  for (const TestedImage& image : left_out) {
    if (image.group.empty()) continue;
    of_group[image.group].add(image.person, true);
    n_of_reason[image.row->status] += 1;
    const auto has_name = [&](const GroupPerformance& group) { return group.name == image.group; };
    const auto found = std::find_if(column.groups.begin(), column.groups.end(), has_name);
    if (found == column.groups.end())
      column.groups.push_back({.name = image.group,
                               .mean_confidence = std::nan(""),
                               .confidence_error = std::nan(""),
                               .n_left_out = 1});
    else
      found->n_left_out += 1;
  }
  for (GroupPerformance& group : column.groups) group.left_out = of_group[group.name].share();

  // The most frequent reasons first.
  std::vector<std::pair<std::int64_t, std::string>> reasons;
  reasons.reserve(n_of_reason.size());
  for (const auto& [reason, n] : n_of_reason) reasons.emplace_back(-n, reason);
  std::sort(reasons.begin(), reasons.end());
  for (auto& [n, reason] : reasons) column.why_left_out.push_back(std::move(reason));

  for (const GroupPerformance& group : column.groups) {
    if (group.n_images > 0 || group.n_left_out == 0) continue;
    const std::string all = group.n_left_out == 1
                                ? "the only one was"
                                : "all " + std::to_string(group.n_left_out) + " were";
    column.remarks.push_back("No " + column.cases + " of '" + group.name + "' have a map: " + all +
                             " left out (" + join(column.why_left_out) + ").");
  }
}

}  // namespace csm
