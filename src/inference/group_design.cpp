#include "csm/inference/group_design.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// Fewer ways than these, and not even the most extreme one has p <= .05.
constexpr double fewest_exchanges = 20;

/// All images of one person that are in a group.
struct Person {
  std::string name;
  std::set<std::string> strata;
  std::vector<std::vector<std::int64_t>> images_of_group;

  std::int64_t n_images() const {
    std::int64_t n = 0;
    for (const auto& images : images_of_group) n += std::ssize(images);
    return n;
  }

  std::int64_t n_groups() const {
    return std::count_if(images_of_group.begin(), images_of_group.end(),
                         [](const auto& images) { return !images.empty(); });
  }
};

/// The persons with an image in a group, by their first image.
std::vector<Person> persons_of(std::span<const DesignImage> images,
                               std::span<const std::string> groups) {
  std::vector<Person> persons;
  std::map<std::string, std::size_t> place_of;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto group = std::find(groups.begin(), groups.end(), images[i].group);
    if (group == groups.end()) continue;

    // An image of nobody in particular is a person of its own.
    std::size_t place = persons.size();
    if (!images[i].person.empty())
      place = place_of.emplace(images[i].person, persons.size()).first->second;
    if (place == persons.size())
      persons.push_back({.name = images[i].person,
                         .strata = {},
                         .images_of_group = std::vector<std::vector<std::int64_t>>(groups.size())});
    persons[place].strata.insert(images[i].stratum);
    persons[place].images_of_group[static_cast<std::size_t>(group - groups.begin())].push_back(
        static_cast<std::int64_t>(i));
  }
  return persons;
}

/// "1 person", "3 images". @param unit_name who is exchanged: a person, or an image of nobody in
/// particular
std::string count_of(std::int64_t n, const std::string& unit_name) {
  return std::to_string(n) + " " + unit_name + (n == 1 ? "" : "s");
}

/// What is exchanged, by how many persons are in both groups.
Exchange choose_exchange(std::span<const Person> persons, std::size_t n_groups, Pairing pairing) {
  if (pairing == Pairing::within_persons) return Exchange::signs;
  if (n_groups != 2) return Exchange::labels;
  const auto n_both = std::count_if(persons.begin(), persons.end(),
                                    [](const Person& person) { return person.n_groups() == 2; });
  return n_both > 0 && 2 * n_both >= std::ssize(persons) ? Exchange::signs : Exchange::labels;
}

/// Gives each person its stratum; those without one leave.
void set_strata(std::vector<Person>& persons, const std::string& column,
                const std::string& unit_name, GroupDesign& design,
                std::vector<std::int32_t>& strata) {
  if (column.empty()) {
    strata.assign(persons.size(), 0);
    return;
  }
  std::map<std::string, std::int32_t> numbers;
  std::vector<Person> known;
  for (Person& person : persons) {
    if (person.strata.size() > 1) {
      throw InputError({"--permute-within " + column + ": the images of '" + person.name +
                            "' have several values",
                        "persons are exchanged as a whole, within one value",
                        "Name a column that each person has one value of."});
    }
    if (person.strata.contains("")) continue;
    const auto number = static_cast<std::int32_t>(numbers.size());
    strata.push_back(numbers.emplace(*person.strata.begin(), number).first->second);
    known.push_back(std::move(person));
  }
  const std::int64_t n_left_out = std::ssize(persons) - std::ssize(known);
  if (n_left_out > 0)
    design.remarks.push_back(count_of(n_left_out, unit_name) + " without a value in '" + column +
                             "' " + (n_left_out == 1 ? "does" : "do") + " not count in the test.");
  persons = std::move(known);
  design.n_strata = std::max(1, int_size(numbers));
}

/// Leaves out the persons that the kind of exchange cannot use.
std::vector<Person> select_persons(std::vector<Person> persons, GroupDesign& design) {
  const bool pairs = design.exchange == Exchange::signs;
  std::vector<Person> used;
  std::int64_t n_left_out = 0;
  std::int64_t n_images = 0;
  for (Person& person : persons) {
    const bool is_used = person.n_groups() == (pairs ? std::ssize(design.groups) : 1);
    if (is_used) {
      used.push_back(std::move(person));
      continue;
    }
    n_left_out += 1;
    n_images += person.n_images();
  }
  if (n_left_out > 0) {
    design.remarks.push_back(
        count_of(n_left_out, "person") +
        (pairs ? " with images in one of the groups only" : " with images in several groups") +
        ", " + std::to_string(n_images) + (n_images == 1 ? " image in all, " : " images in all, ") +
        (n_left_out == 1 ? "does" : "do") + " not count in the test.");
  }
  return used;
}

/// How many units each group has in each stratum. (n_strata x n_groups)
std::vector<std::vector<int>> units_of_strata(const GroupDesign& design) {
  std::vector<std::vector<int>> n(static_cast<std::size_t>(design.n_strata),
                                  std::vector<int>(design.groups.size(), 0));
  for (const DesignUnit& unit : design.units)
    n[static_cast<std::size_t>(unit.stratum)][static_cast<std::size_t>(unit.group)] += 1;
  return n;
}

/// Leaves out the strata with units of one group only: nobody can be exchanged there.
/// Errors: InputError if none is left.
void drop_uniform_strata(GroupDesign& design, const std::string& column,
                         const std::string& unit_name) {
  std::vector<std::int32_t> new_number;
  std::int32_t n_kept = 0;
  for (const std::vector<int>& n_of_group : units_of_strata(design)) {
    const bool is_kept =
        std::count_if(n_of_group.begin(), n_of_group.end(), [](int n) { return n > 0; }) > 1;
    new_number.push_back(is_kept ? n_kept++ : -1);
  }
  if (n_kept == 0) {
    throw InputError({"--permute-within " + column + ": no value of the column has " + unit_name +
                          "s of two groups, so that none can be exchanged",
                      "the column and the groups cannot be told apart",
                      "Name a column whose values have " + unit_name + "s of each group."});
  }
  const std::int64_t n_before = std::ssize(design.units);
  for (DesignUnit& unit : design.units)
    unit.stratum = new_number[static_cast<std::size_t>(unit.stratum)];
  std::erase_if(design.units, [](const DesignUnit& unit) { return unit.stratum < 0; });
  design.n_strata = n_kept;
  const std::int64_t n_left_out = n_before - std::ssize(design.units);
  if (n_left_out == 0) return;
  design.remarks.push_back(count_of(n_left_out, unit_name) + " whose '" + column + "' has " +
                           unit_name + "s of one group only " + (n_left_out == 1 ? "does" : "do") +
                           " not count in the test.");
}

/// The natural logarithm of the number of labellings whose statistics can differ in size. Those
/// that swap groups of the same units in each stratum, or turn all signs, cannot.
double log_n_exchanges(const GroupDesign& design) {
  if (design.exchange == Exchange::signs)
    return std::log(2.0) * (static_cast<double>(design.units.size()) - 1);
  double sum = 0;
  std::map<std::vector<int>, int> n_alike;  // groups by their units in each stratum
  const std::vector<std::vector<int>> n_units = units_of_strata(design);
  for (const std::vector<int>& n_of_group : n_units) {
    sum += std::lgamma(std::accumulate(n_of_group.begin(), n_of_group.end(), 0) + 1.0);
    for (const int n_group : n_of_group) sum -= std::lgamma(n_group + 1.0);
  }
  for (std::size_t group = 0; group < design.groups.size(); ++group) {
    std::vector<int> n_of_stratum;
    n_of_stratum.reserve(n_units.size());
    for (const std::vector<int>& n_of_group : n_units) n_of_stratum.push_back(n_of_group[group]);
    n_alike[n_of_stratum] += 1;
  }
  for (const auto& [n_of_stratum, n] : n_alike) sum -= std::lgamma(n + 1.0);
  return sum;
}

/// Errors: InputError if the test could not find anything.
void require_power(const GroupDesign& design, const std::string& unit_name) {
  const std::vector<std::int64_t> n_units = design.n_units_of_group();
  std::vector<std::string> names;
  for (const std::string& name : design.groups) names.push_back("'" + name + "'");
  constexpr std::size_t most_named = 8;
  const std::string what =
      (names.size() > most_named ? "the " + std::to_string(names.size()) + " groups"
                                 : "the groups " + enumerate(names, "and")) +
      " cannot be compared: ";
  if (design.exchange == Exchange::signs && n_units.front() < 2) {
    throw InputError({what + count_of(n_units.front(), "person") + " with images in both",
                      "one person's difference is compared with the next one's",
                      "Give more persons; --exchange-by names the column of the persons."});
  }
  for (std::size_t group = 0; group < n_units.size(); ++group) {
    if (n_units[group] >= 2) continue;
    std::string why = "how much one " + unit_name + " differs from the next is not known";
    for (const std::string& remark : design.remarks)
      why += "; " + remark.substr(0, remark.size() - 1);
    throw InputError(
        {what + names[group] + " has " + count_of(n_units[group], unit_name) + " of its own", why,
         "Give more " + unit_name + "s, or compare other groups."});
  }
  if (log_n_exchanges(design) < std::log(fewest_exchanges) - 1e-9) {
    const auto n_ways = std::lround(std::exp(log_n_exchanges(design)));
    throw InputError({what + count_of(std::ssize(design.units), unit_name) +
                          " can be exchanged in " + std::to_string(n_ways) +
                          (n_ways == 1 ? " way only" : " ways only"),
                      "no difference could be told from chance at p <= .05",
                      design.n_strata > 1 ? "Give more " + unit_name +
                                                "s, or a column with --permute-within whose "
                                                "values have some of both groups."
                                          : "Give more " + unit_name + "s."});
  }
}

}  // namespace

std::vector<std::int64_t> GroupDesign::n_units_of_group() const {
  std::vector<std::int64_t> n(groups.size(), 0);
  for (const DesignUnit& unit : units) {
    for (std::size_t group = 0; group < groups.size(); ++group)
      n[group] += unit.images_of_group[group].empty() ? 0 : 1;
  }
  return n;
}

GroupDesign make_design(std::span<const DesignImage> images, std::span<const std::string> groups,
                        const std::string& stratum_column, Pairing pairing) {
  CSM_EXPECT(groups.size() >= 2);
  GroupDesign design;
  design.groups.assign(groups.begin(), groups.end());
  if (pairing == Pairing::within_persons && groups.size() != 2) {
    throw InputError(
        {"a comparison within persons has two conditions, not " + std::to_string(groups.size()),
         "each person gives one difference",
         "Name a column with two values, or choose images with --where."});
  }

  // Who counts, and what of them is exchanged.
  std::vector<Person> persons = persons_of(images, groups);
  design.exchange = choose_exchange(persons, groups.size(), pairing);
  const bool is_anybody_known = std::any_of(
      persons.begin(), persons.end(), [](const Person& person) { return !person.name.empty(); });
  const std::string unit_name = is_anybody_known ? "person" : "image";
  persons = select_persons(std::move(persons), design);
  std::vector<std::int32_t> strata;
  set_strata(persons, design.exchange == Exchange::labels ? stratum_column : "", unit_name, design,
             strata);

  for (std::size_t i = 0; i < persons.size(); ++i) {
    DesignUnit& unit = design.units.emplace_back();
    unit.stratum = strata[i];
    unit.images_of_group = std::move(persons[i].images_of_group);
    if (design.exchange == Exchange::signs) continue;
    while (unit.images_of_group[static_cast<std::size_t>(unit.group)].empty()) unit.group += 1;
  }
  if (!stratum_column.empty() && design.exchange == Exchange::labels)
    drop_uniform_strata(design, stratum_column, unit_name);
  if (!stratum_column.empty() && design.exchange == Exchange::signs)
    design.remarks.push_back("'" + stratum_column +
                             "' is not held fixed: each person is compared with itself.");
  require_power(design, unit_name);
  design.smallest_p = std::exp(-log_n_exchanges(design));
  return design;
}

GroupDesign one_group(std::span<const DesignImage> images) {
  constexpr const char* name = "all";
  std::vector<DesignImage> members(images.begin(), images.end());
  for (DesignImage& image : members) {
    if (!image.group.empty()) image.group = name;
  }
  GroupDesign design;
  design.groups = {name};
  for (Person& person : persons_of(members, design.groups))
    design.units.push_back({.images_of_group = std::move(person.images_of_group)});
  return design;
}

std::vector<std::int8_t> labelling(const GroupDesign& design, std::int64_t p, std::uint64_t seed) {
  CSM_EXPECT(p >= 0);
  std::vector<std::int8_t> labels;
  labels.reserve(design.units.size());
  SplitMix64 random(seed_of(seed, "labelling " + std::to_string(p)));
  if (design.exchange == Exchange::signs) {
    for (std::size_t i = 0; i < design.units.size(); ++i)
      labels.push_back(static_cast<std::int8_t>(p > 0 && random.below(2) == 1 ? -1 : 1));
    return labels;
  }
  for (const DesignUnit& unit : design.units)
    labels.push_back(static_cast<std::int8_t>(unit.group));
  if (p == 0) return labels;

  // Fisher-Yates within each stratum.
  for (std::int32_t stratum = 0; stratum < design.n_strata; ++stratum) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < design.units.size(); ++i) {
      if (design.units[i].stratum == stratum) members.push_back(i);
    }
    for (std::size_t i = members.size(); i > 1; --i)
      std::swap(labels[members[i - 1]], labels[members[random.below(i)]]);
  }
  return labels;
}

}  // namespace csm
