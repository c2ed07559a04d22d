#include "support/test_model.h"

#include <torch/script.h>

#include <nlohmann/json.hpp>

namespace csm::test {
namespace {

nlohmann::json base_contract(int height, int width) {
  return {{"csm_contract", 1},
          {"name", "test model"},
          {"task", "test"},
          {"input",
           {{"height", height},
            {"width", width},
            {"colour", "rgb"},
            {"mean", {0, 0, 0}},
            {"std", {1, 1, 1}},
            {"fill", {0, 0, 0}}}},
          {"crop", {{"rule", "whole_image"}}},
          {"source", "tests/support/test_model.cpp"},
          {"licence", "BSD-3-Clause"}};
}

}  // namespace

void write_model(const std::filesystem::path& path, const std::string& forward,
                 const std::string& contract, const std::vector<float>& weight,
                 const std::vector<long>& shape) {
  torch::jit::Module module("TestModel");
  module.register_attribute("training", c10::BoolType::get(), false);
  module.register_parameter(
      "weight", at::tensor(weight).reshape(std::vector<std::int64_t>(shape.begin(), shape.end())),
      false);
  module.define(forward);
  torch::jit::ExtraFilesMap extra_files;
  if (!contract.empty()) extra_files["contract.json"] = contract;
  module.save(path.string(), extra_files);
}

std::string classifier_contract(int height, int width) {
  nlohmann::json contract = base_contract(height, width);
  contract["role"] = "classifier";
  contract["outputs"] = {{{"name", "scores"}, {"kind", "logit"}, {"size", 2}}};
  contract["classes"] = {"a", "b"};
  return contract.dump();
}

std::string embedding_contract(int height, int width, int size) {
  nlohmann::json contract = base_contract(height, width);
  contract["role"] = "embedding";
  contract["outputs"] = {{{"name", "embedding"}, {"kind", "embedding"}, {"size", size}}};
  return contract.dump();
}

void write_linear_classifier(const std::filesystem::path& path, int height, int width,
                             const std::vector<float>& weight) {
  write_model(path, R"(
def forward(self, x):
    score = (x * self.weight).flatten(1).sum(1, keepdim=True)
    return torch.cat([score, torch.zeros_like(score)], 1)
)",
              classifier_contract(height, width), weight, {3, height, width});
}

}  // namespace csm::test
