#include <algorithm>
#include <array>
#include <unordered_set>

#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/core/text.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "listing.h"
#include "select_images.h"
#include "shard_list.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// Also a workbook, which its reader refuses.
bool is_csv(const fs::path& path) {
  constexpr std::array endings = {".csv", ".tsv", ".txt", ".xlsx"};
  return std::find(endings.begin(), endings.end(), to_lower(path.extension().string())) !=
         endings.end();
}

/// The folder that the images' paths start from.
fs::path find_root(const DatasetOptions& options) {
  fs::path start = options.dataset.empty() ? options.manifest : options.dataset;
  if (start.empty())
    throw InputError(
        "There is no data set (nothing to work on). Give --dataset FOLDER or --manifest FILE.csv.");
  if (!fs::exists(start)) {
    const bool is_sample = start.parent_path().filename() == "samples";
    throw InputError("The data set '" + start.string() + "' does not exist (" +
                     (options.dataset.empty() ? "--manifest" : "--dataset") + "). " +
                     (is_sample ? "scripts/setup.sh makes the sample faces, which are not "
                                  "installed; name photos of your own with --dataset."
                                : "Is the path right?"));
  }
  if (fs::is_directory(start)) return start;
  if (!options.dataset.empty() && !is_csv(start)) {
    throw InputError("The data set '" + start.string() +
                     "' is a file, but no CSV (--dataset). Give a folder or a CSV manifest.");
  }
  return start.has_parent_path() ? start.parent_path() : fs::path(".");
}

/// The manifest that the options name or imply; empty if there is none.
fs::path find_manifest(const DatasetOptions& options) {
  if (!options.manifest.empty()) {
    if (!fs::is_regular_file(options.manifest)) {
      throw InputError("The manifest '" + options.manifest.string() +
                       "' does not exist (--manifest). Is the path right?");
    }
    return options.manifest;
  }
  if (fs::is_regular_file(options.dataset)) return options.dataset;
  if (fs::is_regular_file(options.dataset / "manifest.csv"))
    return options.dataset / "manifest.csv";
  return {};
}

DatasetFormat detect_format(const DatasetOptions& options, const fs::path& root) {
  if (!find_manifest(options).empty()) return DatasetFormat::manifest;
  if (looks_like_celeba(root)) return DatasetFormat::celeba;
  if (looks_like_lfw(root)) return DatasetFormat::lfw;
  return DatasetFormat::folder;
}

/// Whether the images lie in tar shards, which are not a folder with paths below it.
bool is_tar(const DatasetOptions& options) {
  if (options.format == DatasetFormat::tar) return true;
  if (options.format != DatasetFormat::automatic || !options.manifest.empty() ||
      options.dataset.empty())
    return false;
  return names_shards(options.dataset) || is_folder_of_shards(options.dataset);
}

/// A fair coin of the image, or of its value of the column --half-by, whatever else the data set
/// holds.
Half half_of(const Sample& sample, const DatasetOptions& options) {
  const std::string own = "image " + sample.id;
  const auto value = options.half_by.empty() ? std::nullopt : sample.columns.find(options.half_by);
  const std::uint64_t coin =
      seed_of(options.seed, "half of " + (value ? "value " + std::string(*value) : own));
  return coin % 2 == 0 ? Half::first : Half::second;
}

/// Takes out of `order` what is not in the half.
void keep_half(const Dataset& dataset, const DatasetOptions& options,
               std::vector<std::int64_t>& order) {
  if (options.half == Half::all) return;
  const std::vector<std::string>& columns = dataset.column_names;
  if (!options.half_by.empty() &&
      std::find(columns.begin(), columns.end(), options.half_by) == columns.end()) {
    throw InputError({"--half-by is '" + options.half_by + "'",
                      "the data set '" + dataset.root.string() + "' has no such column",
                      "Valid: " + (columns.empty() ? "" : join(columns) + ", or ") + "none."});
  }
  std::erase_if(order, [&](std::int64_t index) {
    return half_of(dataset.samples[index], options) != options.half;
  });
  if (order.empty()) {
    throw InputError(
        {"no image is in the " + std::string(enum_name(options.half)) + " half of the data set",
         "it has " + std::to_string(dataset.samples.size()) + " images", "Use --half all."});
  }
}

Dataset with_images(Dataset dataset) {
  if (dataset.samples.empty()) {
    throw InputError("The data set '" + dataset.root.string() +
                     "' holds no image (nothing to work on). Is --dataset right?");
  }
  check_unique_ids(dataset);
  return dataset;
}

}  // namespace

void check_unique_ids(const Dataset& dataset) {
  std::unordered_set<std::string_view> seen;
  for (const Sample& sample : dataset.samples) {
    if (!seen.insert(sample.id).second) {
      throw InputError("Two images of the data set '" + dataset.root.string() + "' have the id '" +
                       sample.id + "' (an image may count once only). Take one of them out.");
    }
  }
}

Dataset read_images(const DatasetOptions& options) {
  if (is_tar(options)) return with_images(read_tar(options.dataset));

  // The layout, and whether it fits what --dataset is.
  const fs::path root = find_root(options);
  const DatasetFormat format =
      options.format == DatasetFormat::automatic ? detect_format(options, root) : options.format;
  if (format != DatasetFormat::manifest && !fs::is_directory(options.dataset)) {
    throw InputError("'" + options.dataset.string() +
                     "' is not a folder (--dataset), but the format " +
                     "folder, celeba and lfw (--dataset-format) read folders.");
  }
  CSM_EXPECT(format != DatasetFormat::automatic && format != DatasetFormat::tar);

  // Each layout has its reader.
  Dataset dataset;
  switch (format) {
    case DatasetFormat::manifest: {
      const fs::path manifest = find_manifest(options);
      if (manifest.empty()) {
        throw InputError(
            "'" + root.string() +
            "' has no manifest.csv (--dataset-format manifest). Give --manifest FILE.csv.");
      }
      dataset = read_manifest(manifest, root);
      break;
    }
    case DatasetFormat::celeba:
      dataset = read_celeba(root);
      break;
    case DatasetFormat::lfw:
      dataset = read_lfw(root);
      break;
    case DatasetFormat::folder:
      dataset = read_folder(root);
      break;
    case DatasetFormat::automatic:
    case DatasetFormat::tar:
      break;
  }
  return with_images(std::move(dataset));
}

Dataset open_dataset(const DatasetOptions& options) {
  if (options.pairs.empty()) return read_images(options);
  if (!fs::is_regular_file(options.pairs)) {
    throw InputError("The pairs file '" + options.pairs.string() +
                     "' does not exist (--pairs). Is the path right?");
  }
  DatasetOptions with_root = options;
  if (with_root.dataset.empty() && with_root.manifest.empty())
    with_root.dataset = options.pairs.parent_path() / ".";
  if (is_tar(with_root)) {
    const Dataset images = read_images(with_root);
    Dataset pairs = read_pairs(options.pairs, images.root, PairImages::in_shards);
    pairs.format = images.format;
    place_pairs(pairs, images);
    check_unique_ids(pairs);
    return pairs;
  }
  const fs::path root = find_root(with_root);
  Dataset dataset = read_pairs(options.pairs, root, PairImages::files);
  dataset.format =
      options.format == DatasetFormat::automatic ? detect_format(with_root, root) : options.format;
  check_unique_ids(dataset);
  return dataset;
}

std::vector<std::int64_t> sample_order(const Dataset& dataset, const DatasetOptions& options) {
  std::vector<std::int64_t> order = seeded_permutation(std::ssize(dataset.samples), options.seed);
  keep_where(dataset, options.where, order);
  keep_half(dataset, options, order);
  if (options.limit && *options.limit < std::ssize(order)) {
    order.resize(static_cast<std::size_t>(std::max<std::int64_t>(*options.limit, 0)));
  }
  return order;
}

}  // namespace csm
