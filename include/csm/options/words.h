#pragma once
#include <span>
#include <string_view>

#include "csm/options/options.h"

namespace csm {

/// A value of an enumeration and the name that it has on the command line, in job files and in
/// result files.
template <class Enum>
struct EnumWord {
  Enum value;
  std::string_view word;
};

/// All names of the enumeration of the argument, whose value does not matter.
std::span<const EnumWord<DatasetFormat>> words_of(DatasetFormat);
std::span<const EnumWord<LabelNumbers>> words_of(LabelNumbers);
std::span<const EnumWord<Half>> words_of(Half);
std::span<const EnumWord<Device>> words_of(Device);
std::span<const EnumWord<Confidence>> words_of(Confidence);
std::span<const EnumWord<Target>> words_of(Target);
std::span<const EnumWord<MeshSource>> words_of(MeshSource);
std::span<const EnumWord<FaceChoice>> words_of(FaceChoice);
std::span<const EnumWord<Visibility>> words_of(Visibility);
std::span<const EnumWord<MeshCheck>> words_of(MeshCheck);
std::span<const EnumWord<FillKind>> words_of(FillKind);
std::span<const EnumWord<Quality>> words_of(Quality);
std::span<const EnumWord<Engine>> words_of(Engine);
std::span<const EnumWord<Precision>> words_of(Precision);
std::span<const EnumWord<MapSign>> words_of(MapSign);
std::span<const EnumWord<DensityNormalisation>> words_of(DensityNormalisation);
std::span<const EnumWord<Mirror>> words_of(Mirror);
std::span<const EnumWord<Schedule>> words_of(Schedule);
std::span<const EnumWord<Restart>> words_of(Restart);

/// The name of one value, such as "front-facing".
template <class Enum>
std::string_view word_of(Enum value) {
  for (const EnumWord<Enum>& entry : words_of(value)) {
    if (entry.value == value) return entry.word;
  }
  return "unknown";
}

}  // namespace csm
