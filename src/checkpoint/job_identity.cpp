#include "csm/checkpoint/job_identity.h"

#include <algorithm>

#include "csm/checkpoint/row_bytes.h"
#include "csm/core/bytes.h"
#include "csm/core/hash.h"
#include "csm/core/version.h"

namespace csm {
namespace {

std::string hash_of_columns(const std::vector<Sample>& samples,
                            const std::vector<std::int64_t>& indices,
                            const std::vector<std::string>& columns) {
  Sha256 hash;
  for (const std::int64_t index : indices) {
    const Sample& sample = samples[index];
    std::string line = sample.id;
    for (const std::string& column : columns)
      line += '\0' + sample.columns.find(column).value_or("");
    hash.add(line + "\n");
  }
  return hash.hexadecimal();
}

std::string hash_of_gallery(const Job& job) {
  if (!job.spec.gallery) return "none";
  std::string list;
  for (const Sample& sample : job.spec.gallery->samples) {
    list += sample.id + '\0' + sample.columns.find(job.spec.label_column).value_or("") + "\n";
  }
  return sha256(list);
}

std::string hash_of_model_maps(const ImageEvaluator& evaluator) {
  Sha256 hash;
  for (const EvaluatedModelMap& map : evaluator.model_maps())
    hash.add(sha256_of_file(map.file.path));
  return hash.hexadecimal();
}

const std::string* find_value(const JobIdentity& identity, const std::string& name) {
  const auto found = std::find_if(identity.begin(), identity.end(),
                                  [&](const auto& e) { return e.first == name; });
  return found == identity.end() ? nullptr : &found->second;
}

std::string describe_difference(const std::string& name, const std::string* here,
                                const std::string* there) {
  const auto value = [](const std::string* text) {
    return text == nullptr ? "unknown" : "'" + *text + "'";
  };
  return name + " is " + value(here) + " here and " + value(there) + " there";
}

}  // namespace

std::string hash_of_images(const Job& job) {
  return hash_of_columns(
      job.spec.dataset.samples, job.spec.order,
      {job.spec.label_column, group_column(job.spec.options), "fold", "same_person"});
}

JobIdentity identify_job(const Job& job) {
  JobIdentity identity;
  for (const RecordedOption& option : describe_options(job.spec.options)) {
    if (option.scope == OptionScope::identity) identity.emplace_back(option.name, option.value);
  }
  identity.emplace_back("device", job.tools.network->device().is_cuda ? "cuda" : "cpu");
  identity.emplace_back("model's hash", job.tools.network->sha256());
  identity.emplace_back("contract's hash", job.tools.network->backend().contract_sha256());
  identity.emplace_back("mesh's hash", job.tools.fitter->canonical().source);
  if (job.tools.evaluator)
    identity.emplace_back("maps of models", hash_of_model_maps(*job.tools.evaluator));
  identity.emplace_back("list of images", hash_of_images(job));
  identity.emplace_back(
      "list of training pairs",
      hash_of_columns(job.spec.dataset.samples, job.spec.training_order, {"fold", "same_person"}));
  identity.emplace_back("list of the gallery", hash_of_gallery(job));
  identity.emplace_back("program's version", version);
  identity.emplace_back("columns of an image", sha256(row_layout()));
  return identity;
}

std::string pack_identity(const JobIdentity& identity) {
  ByteWriter writer;
  for (const auto& [name, value] : identity) {
    writer.put(name);
    writer.put(value);
  }
  return writer.bytes();
}

JobIdentity unpack_identity(const std::string& bytes) {
  JobIdentity identity;
  for (ByteReader reader(bytes); !reader.at_end();) {
    auto& [name, value] = identity.emplace_back();
    reader.get(name);
    reader.get(value);
  }
  return identity;
}

std::vector<std::string> describe_differences(const JobIdentity& here, const JobIdentity& there) {
  std::vector<std::string> differences;
  for (const auto& [name, value] : here) {
    const std::string* other = find_value(there, name);
    if (other == nullptr || *other != value)
      differences.push_back(describe_difference(name, &value, other));
  }
  for (const auto& [name, value] : there) {
    if (find_value(here, name) == nullptr)
      differences.push_back(describe_difference(name, nullptr, &value));
  }
  return differences;
}

}  // namespace csm
