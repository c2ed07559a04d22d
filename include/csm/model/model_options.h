#pragma once
#include <filesystem>
#include <optional>

#include "csm/core/enum_names.h"
#include "csm/model/confidence_kind.h"

namespace csm {

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
  std::filesystem::path model;                   ///< --model
  Confidence confidence = Confidence::log_odds;  ///< --confidence
  Target target = Target::predicted;             ///< --target
  Device device = Device::automatic;             ///< --device
  int ranks_per_device = 1;  ///< --ranks-per-device: that may share one CUDA device
  std::optional<int>
      threads_per_rank;  ///< --threads-per-rank; none: the cores that the rank may use
};

}  // namespace csm
