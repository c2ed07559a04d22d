#include <memory>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "listing.h"
#include "shard_list.h"

namespace csm {

Dataset open_gallery(const std::filesystem::path& gallery) {
  DatasetOptions options;
  options.dataset = gallery;
  if (gallery.empty() || (!names_shards(gallery) && !std::filesystem::exists(gallery))) {
    throw InputError("The gallery '" + gallery.string() +
                     "' does not exist (--gallery). Is the path right?");
  }
  return read_images(options);
}

Dataset label_gallery(Dataset dataset, const std::string& label_column) {
  // The sub-folders of a plain folder are the labels, if they can be persons.
  if (dataset.format == DatasetFormat::folder) {
    if (!dataset.identity_doubt.empty()) {
      throw InputError({"the persons of the gallery '" + dataset.root.string() +
                            "' are not known: " + dataset.identity_doubt,
                        "an image would be compared with another person",
                        "Give a CSV with the columns path and " + label_column + " (--gallery)."});
    }
    // A folder's only label is its sub-folder, whatever the label is called elsewhere.
    dataset.column_names = {label_column};
    const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
    for (Sample& sample : dataset.samples) {
      const std::vector<std::string> values{sample.columns.find("identity").value_or("")};
      sample.columns = Columns(names, values);
    }
  }

  // An image without a label could be compared with anybody.
  for (const Sample& sample : dataset.samples) {
    if (sample.columns.contains(label_column)) continue;
    throw InputError(
        "The gallery's image '" + sample.id + "' has no label (column '" + label_column +
        "'; there are: " + (dataset.column_names.empty() ? "none" : join(dataset.column_names)) +
        "). Give a manifest with that column, or one sub-folder per label (--gallery, --label).");
  }
  return dataset;
}

}  // namespace csm
