#pragma once
#include <string>
#include <vector>

namespace csm {

/// The names of the maps that are evaluated, each of them once.
class MapNames {
 public:
  const std::vector<std::string>& all() const { return names_; }

  /// Adds a name. @pre no map has it
  void add(const std::string& name);

  /// Adds `base` with each ending, or where one of these is taken base_2, base_3, ... with each;
  /// returns the name before the endings.
  std::string add_numbered(const std::string& base, const std::vector<std::string>& endings);

  /// Adds the name that a user gave, with each ending. Errors: InputError if one of these is a
  /// method's name or taken.
  void add_given(const std::string& name, const std::vector<std::string>& endings);

 private:
  bool is_taken(const std::string& name) const;

  std::vector<std::string> names_;
};

}  // namespace csm
