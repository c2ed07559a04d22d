#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "file_kind.h"

namespace csm {

/// Counts what a place holds besides the images that are used, by kind.
class PassedOver {
 public:
  /// @param name of the file, for messages
  void add(const FileKind& kind, const std::string& name);

  /// Adds what another one counted.
  void add(const PassedOver& other);

  /// A sentence on the images that are not used, with what to do; empty if there are none.
  /// @param where "the folder 'faces'"
  std::string remark(const std::string& where) const;

  /// Everything that was counted: "8 HEIC (such as 'a.heic') and 2 .csv"; empty if nothing was.
  std::string describe() const;

  /// What to do with them, sentences; may be empty.
  std::string advice() const;

 private:
  struct Count {
    std::int64_t n_files = 0;
    std::string example;  ///< the first name
    std::string advice;
  };
  using Counts =
      std::map<std::string, Count>;  ///< by the kind's name, so that the order is always the same

  static void add(const std::string& kind, const Count& count, Counts& counts);

  Counts passed_over_;
  Counts companions_;
};

}  // namespace csm
