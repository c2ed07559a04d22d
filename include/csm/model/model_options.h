#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "csm/core/enum_names.h"
#include "csm/model/confidence_kind.h"

namespace csm {

/// How a model is reached.
enum class ModelPlace {
  file,
  process,  ///< process:COMMAND, a worker of each rank
  rest,     ///< rest:FILE.json, a worker that asks a foreign service
  http      ///< http://URL or https://URL, a service
};

/// The place that --model names.
ModelPlace place_of_model(std::string_view model);

enum class Device { automatic, cpu, cuda };

constexpr auto enum_names(Device) {
  return std::to_array<EnumName<Device>>(
      {{Device::automatic, "auto"}, {Device::cpu, "cpu"}, {Device::cuda, "cuda"}});
}

/// Whose confidence is measured: that of the class that the network names, or of the image's label.
enum class Target { predicted, label };

constexpr auto enum_names(Target) {
  return std::to_array<EnumName<Target>>(
      {{Target::predicted, "predicted"}, {Target::label, "label"}});
}

struct ModelOptions {
  std::filesystem::path model;     ///< --model: a file, or as it is given process:COMMAND, a URL
  std::filesystem::path contract;  ///< --contract: of a model that brings none; empty: its own
  Confidence confidence = Confidence::log_odds;  ///< --confidence
  Target target = Target::predicted;             ///< --target
  Device device = Device::automatic;             ///< --device
  int ranks_per_device = 1;  ///< --ranks-per-device: that may share one CUDA device
  std::optional<int>
      threads_per_rank;              ///< --threads-per-rank; none: the cores that the rank may use
  std::int64_t model_timeout = 120;  ///< --model-timeout [s] without an answer
  int requests_in_flight = 4;        ///< --requests-in-flight of a rank, of a service
  std::filesystem::path answers;     ///< --answers: folder that keeps them; empty: of a service
                                     ///< beside the output, of others none
  bool keep_answers = true;          ///< false: --answers none
  std::optional<std::int64_t> max_requests;   ///< --max-requests of an attempt, of all ranks
  std::optional<double> requests_per_second;  ///< --requests-per-second of all ranks
  double price_per_1000 = 0;                  ///< --price-per-1000 requests, for --plan
  int n_ranks = 1;  ///< that share the budget; set by the run, not an option
};

}  // namespace csm
