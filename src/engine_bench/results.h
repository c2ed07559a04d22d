#pragma once
#include <filesystem>
#include <vector>

#include "contender.h"
#include "csm/model/layer_program.h"
#include "device_meter.h"

namespace csm {

/// Prints the work of a patch in full and by windows, the mean over the patches.
void print_work(const LayerProgram& program, const std::vector<PatchRect>& patches);

/// Prints the time of one turn of an engine, with the batch that it ended with.
void print_turn(const Contender& contender, const MeteredTime& time, const MeteredMemory& memory);

/// Prints how far the drops of two engines are apart on the patches of the one that ran fewer.
void print_difference(const Contender& first, const Contender& other);

/// Writes a TorchScript module whose buffers are `image`, `fill`, and of each engine `NAME_patches`
/// (n x 4: y1, y2, x1, x2), `NAME_clean` (n_scores) and `NAME_covered` (n x n_scores), so that
/// another program can compute the same.
void save_scores(const std::filesystem::path& path, const BenchInput& input,
                 const std::vector<Contender>& contenders);

}  // namespace csm
