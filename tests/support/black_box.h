#pragma once
#include <string>

#include "csm/model/backend.h"

namespace csm::test {

/// A model that cannot be opened: a classifier a|b that answers (sum of weight * x, 0) and can do
/// nothing else.
class BlackBox : public ModelBackend {
 public:
  /// @pre weight has 3 * height * width values
  BlackBox(int height, int width, std::vector<float> weight);

  std::string kind() const override { return "test"; }
  const ModelContract& contract() const override { return contract_; }
  const std::filesystem::path& path() const override { return path_; }
  ComputeDevice device() const override { return {}; }
  ModelCapabilities capabilities() const override { return {}; }
  const std::string& sha256() const override { return hash_; }
  const std::string& contract_sha256() const override { return hash_; }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override;

 private:
  ModelContract contract_;
  std::vector<float> weight_;
  std::filesystem::path path_ = "test:black_box";
  std::string hash_ = "0";
};

}  // namespace csm::test
