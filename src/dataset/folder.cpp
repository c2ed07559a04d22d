#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "csm/core/error.h"
#include "listing.h"

namespace csm {
namespace {

bool may_be_entered(const std::filesystem::path& folder) {
  return access(folder.c_str(), R_OK | X_OK) == 0;
}

}  // namespace

FolderListing list_folder(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  FolderListing listing;
  std::vector<std::string> names;

  // Links to folders are followed; a folder that was seen before is not entered again, so that a
  // loop ends.
  std::set<fs::path> seen{fs::canonical(root)};

  // An image is known by its ending or its first bytes; whatever else is there is counted.
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink |
                       fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator(root, options, error);
       entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (error) break;
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    const std::string name = entry->path().lexically_relative(root).generic_string();
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (!seen.insert(fs::canonical(entry->path(), ignored)).second)
        entry.disable_recursion_pending();
      if (!may_be_entered(entry->path()))
        listing.others.add({FileUse::passed_over, "folder without permission", ""}, name);
      continue;
    }
    const FileKind kind = kind_of_file(entry->path());
    if (kind.use == FileUse::image) {
      names.push_back(name);
    } else {
      listing.others.add(kind, name);
    }
  }
  if (error)
    throw InputError("The folder '" + root.string() + "' cannot be listed: " + error.message() +
                     ".");

  std::sort(names.begin(), names.end());
  listing.images.assign(names.begin(), names.end());
  return listing;
}

void report_others(const PassedOver& others, const std::string& place, Dataset& dataset) {
  if (dataset.samples.empty()) {
    const std::string found = others.describe();
    const std::string advice = others.advice();
    throw InputError({place + " holds no image that can be read",
                      found.empty() ? "it is empty" : "it holds " + found,
                      advice.empty() ? "Is --dataset right?" : advice});
  }
  std::string remark = others.remark(place);
  if (!remark.empty()) dataset.warnings.push_back(std::move(remark));
}

Dataset read_folder(const std::filesystem::path& root) {
  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::folder;
  const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"identity"});
  const FolderListing listing = list_folder(root);
  const std::vector<std::filesystem::path>& files = listing.images;
  FolderIdentities identities = find_identities(files);
  dataset.identity_doubt = std::move(identities.doubt);
  for (std::size_t i = 0; i < files.size(); ++i) {
    Sample sample;
    sample.id = files[i].generic_string();
    sample.path = root / files[i];
    if (!identities.of_file[i].empty()) {
      const std::vector<std::string> values{identities.of_file[i]};
      sample.columns = Columns(names, values);
      dataset.column_names = *names;
    }
    dataset.samples.push_back(std::move(sample));
  }
  report_others(listing.others, "the folder '" + root.string() + "'", dataset);
  if (const std::vector<std::string> tables = unread_tables(dataset); !tables.empty()) {
    dataset.remarks.push_back("'" + tables.front() +
                              "' of the folder is not read, since it is not called manifest.csv; "
                              "--manifest " +
                              (root / tables.front()).string() + " reads it.");
  }
  return dataset;
}

}  // namespace csm
