#pragma once
#include "csm/core/enum_names.h"

namespace csm {

/// How a data set is laid out.
enum class DatasetFormat { automatic, folder, manifest, celeba, lfw, tar };

constexpr auto enum_names(DatasetFormat) {
  return std::to_array<EnumName<DatasetFormat>>({{DatasetFormat::automatic, "auto"},
                                                 {DatasetFormat::folder, "folder"},
                                                 {DatasetFormat::manifest, "manifest"},
                                                 {DatasetFormat::celeba, "celeba"},
                                                 {DatasetFormat::lfw, "lfw"},
                                                 {DatasetFormat::tar, "tar"}});
}

}  // namespace csm
