#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/check_outputs.h"
#include "csm/model/device_error.h"
#include "csm/model/fill.h"
#include "csm/model/transfer.h"
#include "tensor_message.h"

namespace csm {
namespace {

constexpr int first_asking = 1000;  // apart from all askings for a map

/// All values but those of images in which a model that looks for the face itself found none.
at::Tensor values_that_count(const at::Tensor& output, ModelCapabilities capabilities) {
  if (!capabilities.may_lose_face) return output;
  const at::Tensor rows = output.reshape({output.size(0), -1});
  return at::where(rows.isnan().all(1, /*keepdim=*/true), at::zeros_like(rows), rows);
}

void check_output(const at::Tensor& output, const OutputContract& promised, std::int64_t n_images,
                  ModelCapabilities capabilities, const std::string& model) {
  const bool fits =
      output.dim() >= 1 && output.size(0) == n_images && output.numel() == n_images * promised.size;
  if (!fits) {
    throw InputError(
        {"output '" + promised.name + "' of the model '" + model + "' has shape " +
             shape_text(output.sizes()) + " for " + std::to_string(n_images) +
             " images, its contract promises " + std::to_string(n_images) + " x " +
             std::to_string(promised.size),
         output.dim() == 0 ? "a squeeze() without a dimension also drops that of a batch of one"
                           : "",
         "Correct `outputs` of the contract, or make the first dimension of the network the "
         "batch."});
  }
  if (promised.kind == OutputKind::ignored) return;
  if (!output.is_floating_point()) {
    throw InputError(
        {"output '" + promised.name + "' of the model '" + model + "' holds whole numbers",
         "a decision changes at no place or at once", "Export the scores before argmax."});
  }
  if (!at::isfinite(values_that_count(output, capabilities)).all().item<bool>()) {
    throw InputError({"output '" + promised.name + "' of the model '" + model +
                          "' holds NaN or infinity for an image of noise",
                      "no confidence can be measured with it",
                      "Check the weights and the normalisation of the contract."});
  }
}

void check_shapes(const std::vector<at::Tensor>& outputs, const ModelBackend& backend,
                  std::int64_t n_images) {
  const ModelContract& contract = backend.contract();
  const std::string model = backend.path().string();
  if (outputs.size() != contract.outputs.size()) {
    throw InputError({"the model '" + model + "' returned " + std::to_string(outputs.size()) +
                          " tensors, its contract lists " + std::to_string(contract.outputs.size()),
                      "", "Correct `outputs` of the contract."});
  }
  for (std::size_t i = 0; i < outputs.size(); ++i)
    check_output(outputs[i], contract.outputs[i], n_images, backend.capabilities(), model);
}

/// Two images of noise: a network that divides by the spread of each image (whitening) gives NaN
/// for a constant one. They differ, so that a sum over the batch shows.
at::Tensor make_noise_batch(const ModelContract& contract) {
  const InputContract& input = contract.input;
  const at::Tensor like = at::empty({1, 3, input.height, input.width}, at::kFloat);
  const Fill noise{.kind = FillKind::noise, .colour = {}};
  std::uint64_t seed = 0;
  const auto next_pair = [&] {
    const at::Tensor first = fill_image(noise, like, input, 1, ++seed);
    return at::cat({first, fill_image(noise, like, input, 1, ++seed)}, 0);
  };
  const at::Tensor images = next_pair();
  return n_images_of_input(contract) == 1 ? images : at::cat({images, next_pair()}, 1);
}

/// Whether a model answers the very same batch with numbers that differ as much as those that it
/// gives to an image alone.
bool is_as_noisy(const at::Tensor& again, const at::Tensor& beside, const at::Tensor& alone) {
  constexpr double comparable = 0.1;
  if (!at::equal(at::isnan(again), at::isnan(beside))) return true;
  const auto largest = [](const at::Tensor& difference) {
    return difference.nan_to_num(0.0).abs().max().item<double>();
  };
  return largest(again - beside) > comparable * largest(beside - alone);
}

/// The same for output i of the second image of a pair, asked several times: one answer of few
/// numbers may by chance be nearly the first one again.
bool is_noisy(const ModelBackend& backend, const at::Tensor& pair, std::size_t i,
              const at::Tensor& beside, const at::Tensor& alone) {
  constexpr int n_askings = 4;
  for (int asking = 0; asking < n_askings; ++asking) {
    const std::vector<at::Tensor> again =
        backend.outputs_of_asking(pair, first_asking + 2 + asking);
    if (is_as_noisy(again[i].narrow(0, 1, 1), beside, alone)) return true;
  }
  return false;
}

}  // namespace

void run_trial_forward(const ModelBackend& backend) {
  const ModelContract& contract = backend.contract();
  const std::string model = backend.path().string();
  try {
    // The contract's shapes, with two images and with one.
    const at::Tensor pair = make_noise_batch(contract).to(torch_device(backend.device()));
    const std::vector<at::Tensor> together = backend.outputs_of_asking(pair, first_asking);
    check_shapes(together, backend, 2);
    const std::vector<at::Tensor> alone =
        backend.outputs_of_asking(pair.narrow(0, 1, 1).clone(), first_asking + 1);
    check_shapes(alone, backend, 1);

    // An image's outputs must not depend on what is beside it in the batch.
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (contract.outputs[i].kind == OutputKind::ignored) continue;
      const at::Tensor beside = together[i].narrow(0, 1, 1);
      if (at::allclose(beside, alone[i], 1e-3, 1e-4, /*equal_nan=*/true)) continue;
      if (!backend.capabilities().is_repeatable && is_noisy(backend, pair, i, beside, alone[i]))
        continue;
      throw InputError(
          {"the model '" + model + "' gives an image another output '" + contract.outputs[i].name +
               "' when a second image is beside it",
           "the batch is mixed inside the network, so occluded copies would change each other",
           "Export it with a free first dimension and in evaluation mode."});
    }
  } catch (const RunError& error) {
    throw InputError(std::string(error.what()));  // of a model that runs elsewhere, before any work
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw_device_fault(error, backend.device());
    throw InputError({"the model '" + model + "' fails on a " +
                          std::to_string(contract.input.height) + " x " +
                          std::to_string(contract.input.width) + " px input",
                      torch_message(error), "Correct `input` of the contract."});
  }
}

}  // namespace csm
