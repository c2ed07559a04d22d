#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace csm {

enum class LabelNumbers;

/// The labels of a run's images as classes of the model. Made from all of them at once, since one
/// number alone does not tell a year of age from the index of a bin.
///
/// A label names a class if it is the same text (case, blanks, '_' and '-' are alike), a certain
/// synonym ("happiness", "man"; see synonym_of), or, for classes that are ranges, a number or range
/// that lies in exactly one ("24", "20-24", "under 10", "70+" only in a class without an end).
/// Whatever is not certain names none.
class ClassLabels {
 public:
  /// @param labels one for each image of the run; empty if an image has none
  ClassLabels(std::vector<std::string> classes, LabelNumbers numbers,
              std::span<const std::string> labels);

  /// The class of one of the labels; none if it names none.
  std::optional<int> class_of(const std::string& label) const;

  std::int64_t n_labels() const { return n_labels_; }  ///< that are not empty
  std::int64_t n_known() const { return n_known_; }    ///< of those that name a class

  /// Whether numbers were not read because they may be values and indices.
  bool has_ambiguous_numbers() const { return has_ambiguous_numbers_; }

  /// One sentence: how many labels of a column name a class, and as which other texts.
  std::string describe_known(const std::string& column) const;

  /// Which labels name no class and how often: "'x' (3), 'y' (1)"; empty if all do.
  std::string list_unknown() const;

  /// Sentences on what to do with them.
  std::string advise() const;

 private:
  struct Entry {
    std::int64_t n_images = 0;
    std::optional<int> class_index;
    bool is_number = false;
  };
  std::string describe_indices() const;

  std::vector<std::string> classes_;
  LabelNumbers numbers_;
  std::map<std::string, Entry> entries_;
  std::int64_t n_images_ = 0;
  std::int64_t n_labels_ = 0;
  std::int64_t n_known_ = 0;
  bool has_ranges_ = false;
  bool has_ambiguous_numbers_ = false;
};

}  // namespace csm
