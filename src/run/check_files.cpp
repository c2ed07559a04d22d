#include "check_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/text.h"
#include "csm/measure/image_loop.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_named_files = 3;

/// Whether there is certainly nothing: what may not be asked for is left to the one who opens it.
bool is_missing(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error).type() == fs::file_type::not_found;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// The file that a sample lacks; none if it has all, or is in a shard.
std::optional<fs::path> missing_file(const Sample& sample) {
  if (!sample.member.shard && is_missing(sample.path)) return sample.path;
  if (!sample.second_path.empty() && !sample.second_member.shard && is_missing(sample.second_path))
    return sample.second_path;
  return std::nullopt;
}

/// The names of the files as the list has them, below the root.
std::string listed_name(const fs::path& file, const Dataset& dataset) {
  const fs::path relative = file.lexically_relative(dataset.root.lexically_normal());
  return relative.empty() || *relative.begin() == ".." ? file.string() : relative.generic_string();
}

/// What the missing files have in common, and what to do.
struct Reason {
  std::string why;
  std::string advice;
};

/// A name without its first folders, if that is there.
std::optional<fs::path> without_folders(const fs::path& name, const fs::path& root) {
  fs::path rest = name;
  while (std::distance(rest.begin(), rest.end()) > 1) {
    rest = rest.lexically_relative(*rest.begin());
    if (is_there(root / rest)) return rest;
  }
  return std::nullopt;
}

/// The same name with another ending, if that is there.
std::optional<fs::path> with_other_ending(const fs::path& file) {
  for (const char* ending : {".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG", ".webp", ".bmp"}) {
    fs::path other = file;
    other.replace_extension(ending);
    if (is_there(other)) return other;
  }
  return std::nullopt;
}

/// Who needs the images of a list.
enum class ListKind { images, pairs, gallery };

/// A data set with the file that lists it.
struct ListedImages {
  const Dataset& dataset;
  ListKind kind = ListKind::images;
  fs::path list;

  /// What the options call the place that paths start from.
  std::string describe_start() const {
    return kind == ListKind::gallery ? "the folder of the list"
                                     : "the folder of the list, or from --dataset";
  }
  /// What to do for paths to start from another folder.
  std::string advise_folder(const fs::path& folder) const {
    if (kind == ListKind::gallery) return "Put the list of --gallery into that folder.";
    return "Give --dataset " + folder.string() +
           (kind == ListKind::pairs ? "." : " --manifest " + list.string() + ".");
  }
};

ListedImages listed_images(const Dataset& dataset, const DatasetOptions& options) {
  if (!options.pairs.empty()) return {dataset, ListKind::pairs, options.pairs};
  if (!options.manifest.empty()) return {dataset, ListKind::images, options.manifest};
  return {dataset, ListKind::images,
          fs::is_directory(options.dataset) ? dataset.root / "manifest.csv" : options.dataset};
}

/// Why a file is likely not where it was looked for.
Reason likely_reason(const fs::path& file, const ListedImages& listed) {
  const Dataset& dataset = listed.dataset;
  const fs::path name = listed_name(file, dataset);
  if (name.string().starts_with("http:/") || name.string().starts_with("https:/"))
    return {"the list names addresses of the web, and files are read",
            "Download the images, and list the files."};
  if (name.is_absolute())
    return {"the list has whole paths, perhaps those of another computer",
            "Write paths that start from " + listed.describe_start() + "."};

  // The same name in another folder, or below another name.
  for (const fs::path& folder : {listed.list.parent_path(), fs::current_path(),
                                 dataset.root.lexically_normal().parent_path()}) {
    if (folder.empty() || folder == dataset.root || !is_there(folder / name)) continue;
    return {"in '" + folder.string() + "' there is such a file", listed.advise_folder(folder)};
  }
  if (const auto rest = without_folders(name, dataset.root))
    return {"there is '" + rest->generic_string() + "' in it, without the folder of the list",
            "Take the first folder out of the paths of the list."};
  if (const auto other = with_other_ending(file))
    return {"there is '" + listed_name(*other, dataset) + "', with another ending",
            "Write the names as the files have them."};
  if (listed.kind == ListKind::gallery)
    return {"paths start from the folder of the list", "Move or correct the list of --gallery."};
  return {"paths start from the folder of the list, or from --dataset if that is a folder",
          "Give the folder that the paths start from with --dataset, or correct the list."};
}

/// The indices of the samples that lack a file, in their order, on all ranks. @note Collective.
std::vector<std::int64_t> find_missing(const Communicator& communicator, const Dataset& dataset) {
  std::string own;
  agree(communicator, [&] {
    for (std::int64_t i = communicator.rank(); i < std::ssize(dataset.samples);
         i += communicator.size()) {
      if (missing_file(dataset.samples[static_cast<std::size_t>(i)]))
        own += std::to_string(i) + " ";
    }
  });
  std::vector<std::int64_t> missing;
  for (const std::string& bytes : communicator.all_gather(own)) {
    for (const std::string& number : split(bytes, ' ')) {
      if (!number.empty()) missing.push_back(std::stoll(number));
    }
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

/// The first names, and what they tell of the rest; empty if all have come since.
/// @param missing the samples that lacked a file
ErrorText describe_missing(const ListedImages& listed, std::span<const std::int64_t> missing) {
  const Dataset& dataset = listed.dataset;
  std::vector<std::string> names;
  std::optional<fs::path> first;
  for (const std::int64_t i : missing) {
    const auto file = missing_file(dataset.samples[static_cast<std::size_t>(i)]);
    if (!file) continue;  // it has come since
    if (!first) first = file;
    names.push_back("'" + shown_value(listed_name(*file, dataset)) + "'");
    if (names.size() == most_named_files) break;
  }
  if (!first) return {};
  const char* what = listed.kind == ListKind::pairs ? " pairs lack an image file, such as "
                     : listed.kind == ListKind::gallery
                         ? " image files of the gallery are missing, such as "
                         : " image files are missing, such as ";
  const Reason reason = likely_reason(*first, listed);
  return {.problem = std::to_string(missing.size()) + " of " +
                     std::to_string(dataset.samples.size()) + what + join(names),
          .why = "they were looked for in '" + dataset.root.string() + "'; " + reason.why,
          .advice = reason.advice};
}

}  // namespace

std::string check_files(const Communicator& communicator, const Dataset& dataset,
                        const Options& options) {
  const bool is_listed =
      dataset.format == DatasetFormat::manifest || !options.dataset.pairs.empty();
  if (!is_listed || dataset.samples.empty()) return "";
  const std::vector<std::int64_t> missing = find_missing(communicator, dataset);
  if (missing.empty()) return "";

  // The root looks once more, for all.
  std::string warning;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    const ErrorText text = describe_missing(listed_images(dataset, options.dataset), missing);
    if (text.problem.empty()) return;
    const auto n_all = std::ssize(dataset.samples);
    const std::int64_t n_allowed = allowed_failures(options.run.max_failures, n_all);
    if (std::ssize(missing) == n_all || std::ssize(missing) > n_allowed) {
      const std::string limit =
          " --max-failures allows " + std::to_string(n_allowed) + " failures.";
      throw InputError(
          {text.problem, text.why, text.advice + (std::ssize(missing) == n_all ? "" : limit)});
    }
    warning = format_error({text.problem, text.why, "They count as failures. " + text.advice});
  });
  return communicator.broadcast(warning);
}

Dataset leave_out_missing(const Communicator& communicator, Dataset gallery,
                          const DatasetOptions& options) {
  if (gallery.format != DatasetFormat::manifest || gallery.samples.empty()) return gallery;
  const std::vector<std::int64_t> missing = find_missing(communicator, gallery);
  if (missing.empty()) return gallery;

  // All that are missing are named at once, by the root.
  std::string warning;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    const ErrorText text = describe_missing({gallery, ListKind::gallery, options.gallery}, missing);
    if (text.problem.empty()) return;
    if (missing.size() == gallery.samples.size()) throw InputError(text);
    warning = format_error({text.problem, text.why, "They are left out. " + text.advice});
    log_warning(warning);
  });
  warning = communicator.broadcast(warning);

  // All ranks leave out the same ones.
  if (warning.empty()) return gallery;
  gallery.warnings.push_back(warning);
  std::vector<Sample> present;
  present.reserve(gallery.samples.size() - missing.size());
  for (std::size_t i = 0; i < gallery.samples.size(); ++i) {
    if (!std::binary_search(missing.begin(), missing.end(), static_cast<std::int64_t>(i)))
      present.push_back(std::move(gallery.samples[i]));
  }
  gallery.samples = std::move(present);
  return gallery;
}

}  // namespace csm
