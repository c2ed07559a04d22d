#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "csm/core/typed_id.h"

namespace csm {

class Network;

/// A size, step or margin along y and x [px of the layer].
struct Extent {
  std::int64_t y = 0;
  std::int64_t x = 0;
  bool operator==(const Extent&) const = default;
};

/// The kinds of layers. Feature maps have shape (B x C x H x W), vectors (B x F); "each pixel"
/// below holds for the single place of a vector too.
namespace layer {

struct Input {};

/// Cross-correlation with zero padding.
struct Convolution {
  at::Tensor weight;  ///< (O x C/groups x Kh x Kw)
  at::Tensor bias;    ///< (O)
  Extent stride{1, 1};
  Extent padding;
  Extent dilation{1, 1};
  std::int64_t groups = 1;
};

/// x * weight^T + bias on a vector.
struct Linear {
  at::Tensor weight;  ///< (O x F)
  at::Tensor bias;    ///< (O)
};

/// x * scale + shift per channel: a batch norm in evaluation mode, or a constant.
struct ScaleShift {
  at::Tensor scale;  ///< (C)
  at::Tensor shift;  ///< (C)
};

enum class Function : unsigned char {
  relu,
  clamp,
  leaky_relu,
  elu,
  sigmoid,
  tanh,
  silu,
  gelu,
  hard_sigmoid,
  hard_swish
};

/// A function of each value. clamp: first and second are its bounds; leaky_relu and elu: first is
/// the slope.
struct Pointwise {
  Function function = Function::relu;
  double first = 0;
  double second = 0;
};

/// max(0, x) + slope * min(0, x)
struct PRelu {
  at::Tensor slope;  ///< (C)
};

/// Places outside the map are left out of the maximum.
struct MaxPool {
  Extent kernel;
  Extent stride;
  Extent padding;
  Extent dilation{1, 1};
  bool ceil_mode = false;
};

struct AveragePool {
  Extent kernel;
  Extent stride;
  Extent padding;
  bool ceil_mode = false;
  bool count_include_pad = true;
};

/// The mean over all pixels: (B x C x 1 x 1), or (B x C) if keeps_map is false.
struct GlobalAverage {
  bool keeps_map = true;
};

enum class Operator : unsigned char { add, subtract, multiply, maximum };

/// Of two inputs of one shape, or of a map and one value per channel (B x C x 1 x 1).
struct Binary {
  Operator operation = Operator::add;
};

/// Joins the channels of its inputs.
struct Concatenate {};

/// Output channel c is input channel source[c]: a slice, a shuffle, any selection.
struct SelectChannels {
  std::vector<std::int64_t> source;
};

/// Constant margins; negative ones cut.
struct Pad {
  std::int64_t top = 0;
  std::int64_t bottom = 0;
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::int64_t channels_before = 0;
  std::int64_t channels_behind = 0;
  double value = 0;
};

/// (B x C x H x W) to (B x C*H*W), channels first.
struct Flatten {};

/// Over the entries of a vector.
struct Softmax {
  bool is_log = false;
};

/// x / max(|x|_2, epsilon) over the entries of a vector.
struct Normalise {
  double epsilon = 1e-12;
};

using Operation = std::variant<Input, Convolution, Linear, ScaleShift, Pointwise, PRelu, MaxPool,
                               AveragePool, GlobalAverage, Binary, Concatenate, SelectChannels, Pad,
                               Flatten, Softmax, Normalise>;

/// The kind's name, such as "convolution".
std::string name_of(const Operation& operation);

}  // namespace layer

/// The place of a layer in its program.
using LayerId = Id<struct LayerKind>;

struct Layer {
  layer::Operation operation;
  std::vector<LayerId> inputs;      ///< earlier layers
  std::vector<std::int64_t> shape;  ///< of one image, without the batch: (C, H, W) or (F)
  std::string name;                 ///< of the value in the model's graph
};

/// The part of a network that was not understood: it runs as the model wrote it.
struct Tail {
  std::vector<LayerId> inputs;  ///< layers that it starts from
  /// Returns the network's outputs. @pre one tensor per input, with the batch
  std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)> run;
  std::string reason;  ///< the first operator that was not understood
};

/// A network as a list of typed layers in the order of the data flow; layer 0 is the input.
struct LayerProgram {
  IdVector<LayerId, Layer> layers;
  std::vector<LayerId> outputs;  ///< layers that are the network's outputs, in the order of the
                                 ///< contract; empty with a tail
  std::optional<Tail> tail;

  const Layer& operator[](LayerId id) const { return layers[id]; }

  /// The layers that are read from outside: by the tail, or as the network's outputs.
  const std::vector<LayerId>& read_from_outside() const { return tail ? tail->inputs : outputs; }
};

/// The value of every layer of a program.
using LayerValues = IdVector<LayerId, at::Tensor>;

/// What reading a network gave: the program, or why there is none.
struct LayerReading {
  std::optional<LayerProgram> program;
  std::string reason;  ///< a sentence on why, if there is no program
};

/// Reads the frozen graph of a network as layers. What follows an operator that is not known
/// becomes the tail.
LayerReading read_layers(const Network& network);

/// The values that a layer reads. @pre the layers before it have their values
std::vector<at::Tensor> inputs_of(const Layer& layer, const LayerValues& values);

/// One layer as LibTorch computes it.
/// @pre one tensor per input, with the batch; not for Input
at::Tensor apply_layer(const layer::Operation& operation, const std::vector<at::Tensor>& inputs);

/// The value of every layer, each computed in full. @pre input has shape (B x 3 x H x W)
LayerValues run_layers(const LayerProgram& program, const at::Tensor& input);

/// The network's outputs from the values of its layers (those that the tail or the outputs name).
std::vector<at::Tensor> network_outputs(const LayerProgram& program, const LayerValues& values);

/// Multiply-adds of a layer for one image; those of convolutions and linear layers only, as is
/// usual.
double multiply_adds(const LayerProgram& program, LayerId layer);

}  // namespace csm
