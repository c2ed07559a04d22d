#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace csm::test {

/// Writes a TorchScript file.
/// @param forward the body's source, `def forward(self, x): ...`; `self.weight` is the parameter
/// below
/// @param weight values of the parameter `weight` of shape `shape`
void write_model(const std::filesystem::path& path, const std::string& forward,
                 const std::string& contract, const std::vector<float>& weight = {0.0F},
                 const std::vector<long>& shape = {1});

/// The contract of a classifier a|b with one logit output, mean 0 and std 1; --fill mean is black.
std::string classifier_contract(int height, int width);

/// The contract of an embedding of this size, mean 0 and std 1.
std::string embedding_contract(int height, int width, int size);

/// Writes a classifier whose logits are (sum over channels and pixels of weight * x, 0).
/// @pre weight has 3 * height * width values
void write_linear_classifier(const std::filesystem::path& path, int height, int width,
                             const std::vector<float>& weight);

}  // namespace csm::test
