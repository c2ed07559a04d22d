#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inference_channel.h"
#include "worker_process.h"

namespace csm {

/// A worker of this rank's own, which has told its metadata first. If it ends or is silent it is
/// started again once.
class ProcessChannel : public InferenceChannel {
 public:
  /// @param place --model as it stands: process:COMMAND, or rest:FILE.json, which is a command too
  /// @param n_threads that the worker may use, told in CSM_THREADS, OMP_NUM_THREADS and the like
  /// Errors: InputError if the worker does not become ready.
  ProcessChannel(std::string place, std::chrono::seconds timeout, int n_threads);

  std::string kind() const override { return place_.substr(0, place_.find(':')); }
  const ModelMetadata& metadata() const override { return metadata_; }
  bool takes_binary() const override { return true; }
  int n_in_flight() const override { return 1; }
  void ask(std::span<const InferRequest> requests, const ChannelCalls& calls) override;

 private:
  /// Starts a worker and reads its metadata. Errors: WorkerFault, MessageFault, ModelRefusal.
  ModelMetadata start();
  TensorMessage ask_one(const InferRequest& request, const std::function<void()>& before_send);
  std::string name() const;

  /// "its last lines: ..."; for the middle of an error.
  std::string last_lines();

  std::string place_;
  std::chrono::seconds timeout_;
  std::vector<std::pair<std::string, std::string>> environment_;
  std::unique_ptr<WorkerProcess> worker_;
  ModelMetadata metadata_;
  bool has_restarted_ = false;
};

}  // namespace csm
