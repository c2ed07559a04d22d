#include "compiled_backend.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "contract_file.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/device_error.h"
#include "csm/model/transfer.h"
#include "file_kind.h"

namespace csm {
namespace {

using Loader = torch::inductor::AOTIModelPackageLoader;

constexpr std::int64_t largest_trial = 64;   // images; a network that takes more gets as many
constexpr const char* model_name = "model";  // that aoti_compile_and_package gives
constexpr const char* advice_on_contract =
    "Write it beside the model, or give it with --contract (docs/black_box.md).";
constexpr const char* ways_out =
    "Compile it here, or give its network's code to csm export, which writes TorchScript.";

/// Compiled code takes any batch for the one that it was compiled for, unless it is asked to look:
/// it would read past the end of another. It asks once, before its first forward.
void make_compiled_code_check_its_inputs() {
  static std::once_flag flag;
  std::call_once(flag, [] { ::setenv("AOTI_RUNTIME_CHECK_INPUTS", "1", /*overwrite=*/1); });
}

/// LibTorch's reader of packages shares a buffer among all of them.
std::mutex& mutex_of_packages() {
  static std::mutex mutex;
  return mutex;
}

/// Keeps what compiled code writes to the standard error stream beside its exceptions from there.
class QuietErrors {
 public:
  QuietErrors() : before_(std::cerr.rdbuf(buffer_.rdbuf())) {}
  ~QuietErrors() { std::cerr.rdbuf(before_); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  std::ostringstream buffer_;
  std::streambuf* before_;
};

/// How many images a compiled network takes at once, and why not others.
struct BatchSizes {
  std::int64_t smallest = 0;
  std::int64_t largest = 0;  ///< 0: none up to largest_trial
  std::string reason;
};

class CompiledBackend : public ModelBackend {
 public:
  CompiledBackend(const std::filesystem::path& path, const std::filesystem::path& contract,
                  ComputeDevice device);

  std::string kind() const override { return "compiled"; }
  const ModelContract& contract() const override { return contract_; }
  const std::filesystem::path& path() const override { return path_; }
  ComputeDevice device() const override { return device_; }
  ModelCapabilities capabilities() const override { return {}; }
  const std::string& sha256() const override { return sha256_; }
  const std::string& contract_sha256() const override { return contract_sha256_; }
  std::int64_t weight_bytes() const override { return weight_bytes_; }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override;

 private:
  void check_package();
  void check_target(const std::unordered_map<std::string, std::string>& metadata);
  void load();

  /// Tries batches of noughts, from the largest and from the smallest.
  BatchSizes find_batch_sizes() const;

  std::filesystem::path path_;
  ModelContract contract_;
  ComputeDevice device_;
  std::string sha256_;
  std::string contract_sha256_;
  std::int64_t weight_bytes_ = 0;
  std::unique_ptr<Loader> loader_;
  BatchSizes batch_;
};

CompiledBackend::CompiledBackend(const std::filesystem::path& path,
                                 const std::filesystem::path& contract, ComputeDevice device)
    : path_(path), device_(device) {
  const c10::InferenceMode inference;
  sha256_ = sha256_of_file(path_);
  check_package();
  ContractText text = contract.empty() ? read_contract(path_, "", advice_on_contract)
                                       : read_contract_file(contract);
  contract_ = std::move(text.contract);
  contract_sha256_ = csm::sha256(text.json);
  weight_bytes_ = static_cast<std::int64_t>(std::filesystem::file_size(path_));
  load();

  batch_ = find_batch_sizes();
  if (batch_.largest > 0) return;
  const InputContract& input = contract_.input;
  throw InputError({"the compiled model '" + path_.string() + "' takes no batch of 1 to " +
                        std::to_string(largest_trial) + " images of 3 x " +
                        std::to_string(input.height) + " x " + std::to_string(input.width) +
                        " float32 values, the contract's input",
                    batch_.reason, "Correct `input` of the contract, or compile it for that."});
}

/// @pre the file exists. Errors: InputError that says what the file is if it is not a package that
/// can run here
void CompiledBackend::check_package() {
  const FileKind kind = find_file_kind(path_);
  if (!kind.words.empty() && !kind.is_compiled) {
    throw InputError({"the model file '" + path_.string() + "' " + kind.words,
                      "a .pt2 file that is opened holds a compiled program (AOTInductor)",
                      kind.advice});
  }
  try {
    const std::scoped_lock lock(mutex_of_packages());
    check_target(Loader::load_metadata_from_package(path_.string(), model_name));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError({"the model file '" + path_.string() + "' is not a compiled program",
                      torch_message(error), ways_out});
  }
}

/// What the package was compiled for, against what this rank has. Other instructions than the
/// processor's would end the program without a message.
void CompiledBackend::check_target(const std::unordered_map<std::string, std::string>& metadata) {
  const auto text = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  const std::string target = text("AOTI_DEVICE_KEY");
  if (target == "cpu") {
    device_ = {};
  } else if (target != "cuda" || !device_.is_cuda) {
    throw InputError({"the model file '" + path_.string() + "' was compiled for '" + target +
                          "', this rank computes on " + to_string(device_),
                      "compiled code runs on one kind of device",
                      "Compile it for this device" +
                          std::string(target == "cuda" ? ", or use --device cuda." : ".")});
  }

  const std::string here = at::get_cpu_capability();
  const std::string wanted = text("AOTI_CPU_ISA");
  for (const char* instructions : {"AVX512", "AVX2"}) {
    if (wanted.find(instructions) == std::string::npos) continue;
    if (here == "AVX512" || here == instructions) break;
    throw InputError({"the model file '" + path_.string() + "' was compiled for processors with " +
                          instructions + ", this one has " + here,
                      "its instructions are missing", ways_out});
  }
}

void CompiledBackend::load() {
  make_compiled_code_check_its_inputs();
  try {
    constexpr std::size_t n_runners = 1;
    const std::scoped_lock lock(mutex_of_packages());
    loader_ = std::make_unique<Loader>(
        path_.string(), model_name, /*run_single_threaded=*/false, n_runners,
        static_cast<c10::DeviceIndex>(device_.is_cuda ? device_.index : -1));
  } catch (const std::exception& error) {
    throw_device_fault(error, device_);
    throw InputError({"the compiled model '" + path_.string() + "' cannot be loaded",
                      torch_message(error),
                      "It is unpacked in TMPDIR, which must allow programs. Was it compiled by "
                      "another version of PyTorch? " +
                          std::string(ways_out)});
  }
}

BatchSizes CompiledBackend::find_batch_sizes() const {
  // Code that does not look at its input reads no further than this for a batch that it was
  // compiled for.
  const at::Tensor images =
      at::zeros({largest_trial, 3, contract_.input.height, contract_.input.width},
                at::TensorOptions(at::kFloat).device(torch_device(device_)));
  const QuietErrors quiet;
  BatchSizes sizes;
  const auto takes = [&](std::int64_t n) {
    try {
      const std::vector<at::Tensor> outputs = loader_->run({images.narrow(0, 0, n)});
      return std::all_of(outputs.begin(), outputs.end(), [&](const at::Tensor& output) {
        return output.dim() > 0 && output.size(0) == n;
      });
    } catch (const std::exception& error) {
      throw_device_fault(error, device_);
      // What is wrong with the number of images, the first side, says least.
      const std::string message = torch_message(error);
      if (sizes.reason.empty() || message.find(" at 0,") == std::string::npos)
        sizes.reason = message;
      return false;
    }
  };

  sizes.largest = largest_trial;
  while (sizes.largest > 0 && !takes(sizes.largest)) --sizes.largest;
  sizes.smallest = std::min<std::int64_t>(1, sizes.largest);
  while (sizes.smallest < sizes.largest && !takes(sizes.smallest)) ++sizes.smallest;
  return sizes;
}

std::vector<at::Tensor> CompiledBackend::outputs(const at::Tensor& batch) const {
  const at::Tensor images = batch.contiguous();
  std::vector<std::vector<at::Tensor>> parts;
  for (std::int64_t first = 0; first < images.size(0); first += batch_.largest) {
    // The last image again, for a network that takes no fewer.
    const std::int64_t n = std::min(batch_.largest, images.size(0) - first);
    at::Tensor chunk = images.narrow(0, first, n);
    if (n < batch_.smallest) {
      const at::Tensor last = chunk.narrow(0, n - 1, 1);
      chunk = at::cat({chunk, last.expand({batch_.smallest - n, -1, -1, -1})});
    }

    const std::vector<at::Tensor> outputs = loader_->run({chunk});
    parts.resize(outputs.size());
    for (std::size_t k = 0; k < outputs.size(); ++k) parts[k].push_back(outputs[k].narrow(0, 0, n));
  }
  std::vector<at::Tensor> outputs;
  outputs.reserve(parts.size());
  for (const std::vector<at::Tensor>& part : parts) outputs.push_back(at::cat(part));
  return outputs;
}

}  // namespace

std::unique_ptr<const ModelBackend> open_compiled_backend(const std::filesystem::path& path,
                                                          const std::filesystem::path& contract,
                                                          ComputeDevice device) {
  return std::make_unique<CompiledBackend>(path, contract, device);
}

}  // namespace csm
