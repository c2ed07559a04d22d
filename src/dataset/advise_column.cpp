#include <algorithm>
#include <system_error>

#include "csm/core/text.h"
#include "csm/dataset/dataset.h"
#include "listing.h"

namespace csm {

std::vector<std::string> unread_tables(const Dataset& dataset) {
  std::vector<std::string> names;
  if (dataset.format != DatasetFormat::folder) return names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(dataset.root, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string ending = to_lower(entry->path().extension().string());
    if (ending == ".csv" || ending == ".tsv") names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string advise_column(const Dataset& dataset, const std::string& column) {
  const std::vector<std::string> tables = unread_tables(dataset);
  if (!tables.empty())
    return "'" + tables.front() + "' of the folder was not read: give --manifest " +
           (dataset.root / tables.front()).string() + ".";
  return "Name its images in a CSV with the columns path and " + column +
         ", as manifest.csv in the folder or with --manifest.";
}

}  // namespace csm
