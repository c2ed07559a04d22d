#include "csm/store/result_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "csm/core/error.h"
#include "csm/core/hdf5_turn.h"
#include "csm/core/version.h"
#include "h5_file.h"
#include "h5_write.h"
#include "partial_path.h"
#include "plain_file.h"
#include "write_parts.h"

namespace csm {
namespace {

/// Version of the layout of the file.
constexpr const char* schema_version = "1.1";

void write_entry(H5File& file, const Result& result, std::span<const CisPart> cis_parts) {
  write_attribute(file.get(), "NX_class", "NXroot");
  write_attribute(file.get(), "default", "entry");
  write_attribute(file.get(), "csm_schema", schema_version);
  const H5Handle entry = create_group(file.get(), "entry", "NXentry");
  write_attribute(entry.get(), "default", "default_plot");
  write_text(entry.get(), "title", result.title);
  write_text(entry.get(), "program_name", "csm_mpi");
  write_text(entry.get(), "program_version", version);
  write_text(entry.get(), "task", result.task);
  write_text(entry.get(), "method", result.method);
  write_text(entry.get(), "confidence", result.confidence_kind);
  write_text(entry.get(), "confidence_unit", result.confidence_unit);
  write_texts(entry.get(), "warnings", result.warnings);
  write_texts(entry.get(), "remarks", result.remarks);
  write_number<std::uint64_t>(entry.get(), "seed", result.seed);
  write_number<std::int64_t>(entry.get(), "n_images", result.n_images,
                             {"images of the map", "1", ""});
  write_number<std::int64_t>(entry.get(), "n_failed", result.n_failed,
                             {"images left out", "1", ""});
  write_maps(entry.get(), result);
  write_tables(entry.get(), result);
  if (!result.faithfulness.empty()) write_evaluation(entry.get(), result);
  write_canonical(entry.get(), result.canonical);
  write_process(entry.get(), result);
  if (!cis_parts.empty()) write_cis(file, entry.get(), result, cis_parts);
}

void write_and_rename(const std::filesystem::path& path, const std::filesystem::path& partial,
                      const Result& result, std::span<const CisPart> cis_parts) {
  H5File file(partial, H5Access::create);
  write_entry(file, result, cis_parts);
  file.close();
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    throw H5Failure(std::string("renaming '") + partial.string() + "': " + std::strerror(errno));
  }
  sync_folder(path.parent_path());
}

}  // namespace

void write_result(const std::filesystem::path& path, const Result& result,
                  std::span<const CisPart> cis_parts) {
  const Hdf5Turn turn;
  const QuietH5Errors quiet;
  const std::filesystem::path target = std::filesystem::absolute(path);
  const std::filesystem::path partial = partial_path(target);
  std::error_code ignored;
  std::filesystem::create_directories(target.parent_path(), ignored);
  try {
    write_and_rename(target, partial, result, cis_parts);
  } catch (const H5Failure& failure) {
    std::filesystem::remove(partial, ignored);
    throw RunError({"cannot write the result file '" + target.string() + "'", failure.what(),
                    "Make room or give another place with --output, and run again."});
  } catch (...) {
    std::filesystem::remove(partial, ignored);
    throw;
  }
}

}  // namespace csm
