#pragma once
#include <torch/script.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "csm/model/network.h"

namespace csm {

struct Network::State {
  std::filesystem::path path;
  ComputeDevice device;
  ModelContract contract;
  std::string sha256;
  std::unordered_map<std::string, std::string> extra_files{{"contract.json", ""}, {"topology.json", ""}};
  torch::jit::Module module;
  std::int64_t weight_bytes = 0;

  void load();
  void check_outputs(const std::vector<at::Tensor>& outputs, std::int64_t n_images) const;
  void trial_forward() const;
};

/// The tensors of a network's result; empty where it is none, nor a tuple or list of tensors.
std::vector<at::Tensor> to_tensors(const c10::IValue& value);

}  // namespace csm
