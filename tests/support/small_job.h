#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csm/options/options.h"
#include "support/temporary_folder.h"

namespace csm::test {

/// A folder with what a whole job needs and no more: random images of 20 x 16 px, a mesh file for
/// each, a canonical mesh, a manifest with labels, pairs, and linear networks (model.pt,
/// embedding.pt) whose sums are exact, so that they have one result whatever their order.
class SmallJob {
 public:
  explicit SmallJob(int n_images);

  /// One that another rank has made and keeps.
  explicit SmallJob(std::filesystem::path folder) : path_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return path_; }
  std::filesystem::path image(int i) const;
  std::filesystem::path mesh(int i) const;

  /// Where run NAME puts its result: a folder of its own.
  std::filesystem::path output(const std::string& name) const;

  /// The options of run NAME, and of those that a test adds as on the command line: with the map of
  /// every image saved and one group a class.
  Options options(const std::string& name, std::vector<std::string> more = {}) const;

 private:
  std::optional<TemporaryFolder> own_folder_;
  std::filesystem::path path_;
};

}  // namespace csm::test
