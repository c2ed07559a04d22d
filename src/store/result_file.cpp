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
#include "group_schema.h"
#include "h5_file.h"
#include "h5_write.h"
#include "plain_file.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

std::string program_name_of(const Result&) { return "csm_mpi"; }
std::string program_version_of(const Result&) { return version; }

constexpr auto entry_fields = std::tuple{
    field(&Result::title, "title", "", "what the map shows"),
    field(&program_name_of, "program_name", "", "program that wrote the file"),
    field(&program_version_of, "program_version", "", "its version"),
    field(&Result::task, "task", "", "value of --task, or the task of the model"),
    field(&Result::method, method_name, "", "value of --method"),
    field(&Result::confidence_kind, "confidence", "", "value of --confidence"),
    field(&Result::confidence_unit, "confidence_unit", "", "unit of the confidence"),
    field(&Result::warnings, "warnings", "", "reasons not to trust the map, the gravest first")
        .with_axes("warning"),
    field(&Result::remarks, "remarks", "", "what a reader must know").with_axes("remark"),
    field(&Result::seed, "seed", "1", "seed of the order of the images and of what is sampled"),
    field(&Result::n_images, "n_images", "1", "images of the map"),
    field(&Result::n_failed, "n_failed", "1", "images left out"),
};

void write_entry(H5File& file, const Result& result, std::span<const CisPart> cis_parts) {
  // What a viewer opens, and by which layout.
  write_attribute(file.get(), "NX_class", "NXroot");
  write_attribute(file.get(), "default", entry_group.name());
  write_attribute(file.get(), "csm_schema", schema_version);
  const H5Handle entry = create_group(file.get(), entry_group);
  write_attribute(entry.get(), "default", default_plot_group.name());

  // The parts.
  const FieldTerms terms = terms_of(result);
  write_record(entry.get(), entry_fields, result, terms);
  write_maps(entry.get(), result, terms);
  write_tables(entry.get(), result, terms);
  if (!result.faithfulness.empty()) write_evaluation(entry.get(), result, terms);
  write_inference(entry.get(), result.inference, terms);
  write_canonical(entry.get(), result.canonical);
  write_process(entry.get(), result);
  if (!cis_parts.empty()) write_cis(file, entry.get(), result, terms, cis_parts);
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

std::vector<GroupSchema> result_schema() {
  std::vector<GroupSchema> schema = {record_schema<Result>(entry_group, entry_fields)};
  const auto append = [&](const std::vector<GroupSchema>& part) {
    schema.insert(schema.end(), part.begin(), part.end());
  };
  append(maps_schema());
  append(tables_schema());
  append({cis_schema()});
  append(evaluation_schema());
  append(intervals_schema());
  append(findings_schema());
  append(clusters_schema());
  append(canonical_schema());
  append(process_schema());
  return schema;
}

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
