#pragma once
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csm {

/// A name or a value of a table as it is kept, grouped by and shown: on one line, see one_line.
/// Line breaks and tabs at its ends are left out.
std::string readable_cell(const std::string& cell);

/// The columns of one sample by name, each value as readable_cell gives it; an empty cell counts as
/// absent. The names are shared by all samples of a data set and the values packed: a `std::map`
/// per sample would cost about a gigabyte for CelebA's 200,000 images with 40 attributes, on every
/// rank.
class Columns {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;

  Columns() = default;
  Columns(std::initializer_list<std::pair<std::string, std::string>> entries);

  /// @pre names and values have one length, no value holds a zero byte.
  Columns(Names names, std::span<const std::string> values);

  /// As packed() gave them. @pre names are those of the columns that were packed
  static Columns from_packed(Names names, std::string packed);

  /// The values in the order of the names, each ended by a zero byte; empty without names.
  const std::string& packed() const { return packed_; }

  bool contains(std::string_view name) const { return find(name).has_value(); }

  /// The value under `name`; none if the column is absent or empty.
  std::optional<std::string> find(std::string_view name) const;

  /// The value under `name`. @pre contains(name)
  std::string at(std::string_view name) const;

  /// All (name, value) that are present, in the order of the data set's columns.
  std::vector<std::pair<std::string, std::string>> entries() const;

  /// The number of present columns.
  std::size_t size() const { return entries().size(); }
  bool empty() const { return size() == 0; }

  bool operator==(const Columns& other) const { return entries() == other.entries(); }

 private:
  Names names_;
  std::string packed_;  ///< the values in the order of the names, each ended by a zero byte
};

}  // namespace csm
