#pragma once
#include <memory>
#include <string>
#include <vector>

#include "csm/model/backend.h"
#include "csm/model/model_options.h"
#include "inference_channel.h"

namespace csm {

/// A model that runs elsewhere and answers requests of the Open Inference Protocol.
class ServiceBackend : public ModelBackend {
 public:
  /// @param options the place, the contract (else the one that the model brings along), the budget
  /// Errors: InputError if there is no contract, or if it and the model's metadata do not fit.
  ServiceBackend(const ModelOptions& options, std::unique_ptr<InferenceChannel> channel);
  ~ServiceBackend() override;

  std::string kind() const override { return kind_; }
  const ModelContract& contract() const override { return contract_; }
  const std::filesystem::path& path() const override { return path_; }
  ComputeDevice device() const override { return {}; }
  ModelCapabilities capabilities() const override;
  const std::string& sha256() const override { return sha256_; }
  const std::string& contract_sha256() const override { return contract_sha256_; }
  ModelUse use() const override;
  std::int64_t requests_for(std::int64_t n_images) const override;

  /// Errors: ServiceError, BudgetSpent.
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override;
  std::vector<at::Tensor> outputs_of_asking(const at::Tensor& batch, int asking) const override;

 private:
  class Session;

  std::filesystem::path path_;
  std::string kind_;
  ModelContract contract_;
  std::string sha256_;
  std::string contract_sha256_;
  std::unique_ptr<Session> session_;
};

}  // namespace csm
