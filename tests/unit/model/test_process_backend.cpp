#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "csm/core/error.h"
#include "csm/model/backend.h"
#include "csm/model/model_options.h"
#include "csm/model/network.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ProcessBackend : public ::testing::Test {
 protected:
  void SetUp() override { folder_.write("m.json", test::classifier_contract(2, 3)); }

  ModelOptions options_of_command(const std::string& command) const {
    ModelOptions options;
    options.model = "process:" + command;
    options.contract = folder_.path() / "m.json";
    options.model_timeout = 20;
    return options;
  }

  /// A worker of this Python text, whose function is called predict.
  ModelOptions options_of_python(const std::string& text) const {
    folder_.write("m.py", "import numpy as np, os, time\n" + text);
    folder_.write("m.contract.json", test::classifier_contract(2, 3));
    return options_of_command(std::string(CSM_PYTHON) + " " + CSM_SOURCE_DIR +
                              "/scripts/csm/serve.py '" + (folder_.path() / "m.py").string() +
                              ":predict'");
  }

  static Network open(const ModelOptions& options) {
    return {options, ModelRole::classifier, ComputeDevice{}};
  }
  static std::string message_of_opening(const ModelOptions& options) {
    return test::message_of<InputError>([&] { open(options); });
  }

  test::TemporaryFolder folder_;
};

constexpr const char* mean_and_corner = R"(
def predict(images):
    x = images.reshape(len(images), -1).astype(np.float32)
    return np.stack([x.sum(axis=1), x[:, 2] - x[:, 3]], axis=1)
)";

TEST_F(ProcessBackend, answers_for_pixels_in_rows_of_colours) {
  const Network network = open(options_of_python(mean_and_corner));
  at::Tensor batch = at::zeros({2, 3, 2, 3});
  batch[1][2][0][0] = 7;  // blue of the first pixel
  batch[1][0][0][1] = 2;  // red of the second one
  const at::Tensor scores = network.forward(batch)[0];
  EXPECT_EQ(scores[0][0].item<float>(), 0);
  EXPECT_EQ(scores[1][0].item<float>(), 9);
  EXPECT_EQ(scores[1][1].item<float>(), 5);
  EXPECT_FALSE(network.capabilities().has_layers);
  EXPECT_EQ(network.backend().kind(), "process");
}

TEST_F(ProcessBackend, rounds_and_clips_what_is_no_pixel) {
  const Network network = open(options_of_python(mean_and_corner));
  EXPECT_EQ(network.forward(at::full({1, 3, 2, 3}, 3.4F))[0][0][0].item<float>(), 18 * 3);
  EXPECT_EQ(network.forward(at::full({1, 3, 2, 3}, 300.0F))[0][0][0].item<float>(), 18 * 255);
  EXPECT_EQ(network.forward(at::full({1, 3, 2, 3}, -1.0F))[0][0][0].item<float>(), 0);
}

TEST_F(ProcessBackend, is_told_apart_by_the_text_of_its_function) {
  const std::string first = open(options_of_python(mean_and_corner)).sha256();
  EXPECT_EQ(open(options_of_python(mean_and_corner)).sha256(), first);
  EXPECT_NE(open(options_of_python(mean_and_corner + std::string("\n"))).sha256(), first);
}

TEST_F(ProcessBackend, takes_the_contract_that_a_worker_brings_along) {
  ModelOptions options = options_of_python(
      "csm = {'size': [2, 3], 'classes': ['x', 'y'], 'crop': 'whole_image'}\n"
      "def predict(images):\n    return np.full((len(images), 2), 0.5)\n");
  std::filesystem::remove(folder_.path() / "m.contract.json");
  options.contract.clear();
  const Network network = open(options);
  EXPECT_EQ(network.contract().classes, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(network.contract().outputs[0].kind, OutputKind::probability);
}

TEST_F(ProcessBackend, that_dies_is_started_again_once) {
  const Network network = open(options_of_python(mean_and_corner + std::string(R"(
sound = predict
def predict(images):
    if images.min() == 9: print("Aargh", file=__import__("sys").stderr); os._exit(3)
    if images.min() == 8 and not os.path.exists(__file__ + ".died"):
        open(__file__ + ".died", "w"); os._exit(3)
    return sound(images)
)")));
  EXPECT_EQ(network.forward(at::full({1, 3, 2, 3}, 8.0F))[0][0][0].item<float>(), 18 * 8);
  EXPECT_THAT(test::message_of<ServiceError>([&] {
                network.forward(at::full({1, 3, 2, 3}, 9.0F));
              }),
              AllOf(HasSubstr("exit status 3"), HasSubstr("Aargh")));
}

TEST_F(ProcessBackend, that_is_silent_is_not_waited_for) {
  ModelOptions options = options_of_python(mean_and_corner + std::string(R"(
sound = predict
def predict(images):
    if images.min() == 9: time.sleep(60)
    return sound(images)
)"));
  options.model_timeout = 2;
  const Network network = open(options);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(test::message_of<ServiceError>([&] {
                network.forward(at::full({1, 3, 2, 3}, 9.0F));
              }),
              HasSubstr("did not answer in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(ProcessBackend, whose_function_raises_gives_its_message) {
  EXPECT_THAT(message_of_opening(
                  options_of_python("def predict(images):\n    raise ValueError('too blue')\n")),
              HasSubstr("ValueError: too blue"));
  const Network network = open(options_of_python(mean_and_corner + std::string(R"(
sound = predict
def predict(images):
    assert images.min() != 9, "nine"
    return sound(images)
)")));
  EXPECT_THAT(test::message_of<ServiceError>([&] {
                network.forward(at::full({1, 3, 2, 3}, 9.0F));
              }),
              HasSubstr("AssertionError: nine"));
}

TEST_F(ProcessBackend, that_writes_anything_else_is_refused_with_what_it_wrote) {
  EXPECT_THAT(
      message_of_opening(options_of_command("echo Loading weights; sleep 30")),
      AllOf(HasSubstr("wrote 'Loading weights' to its standard output"), HasSubstr("csm serve")));
  EXPECT_THAT(message_of_opening(options_of_command("echo broken >&2; exit 7")),
              AllOf(HasSubstr("exit status 7"), HasSubstr("its last lines: broken")));
  EXPECT_THAT(message_of_opening(options_of_command("echo OIP2 99999999999 0; sleep 30")),
              HasSubstr("announces an answer of"));
  EXPECT_THAT(message_of_opening(options_of_command("echo OIP2 3 0; printf '{}x'; sleep 30")),
              HasSubstr("is not the JSON"));
}

TEST_F(ProcessBackend, that_does_not_fit_its_contract_is_refused) {
  EXPECT_THAT(message_of_opening(options_of_python(
                  "def predict(images):\n    return np.zeros((len(images), 5))\n")),
              HasSubstr("its contract promises 2 x 2"));
  EXPECT_THAT(message_of_opening(options_of_python(
                  "def predict(images):\n    return np.zeros((len(images), 2), int)\n")),
              HasSubstr("whole numbers"));
  ModelOptions options = options_of_python(mean_and_corner);
  folder_.write("m.json", test::classifier_contract(4, 3));
  EXPECT_THAT(message_of_opening(options), HasSubstr("4 x 3 px (height x width)"));
}

TEST_F(ProcessBackend, may_find_no_face) {
  const Network network = open(options_of_python(R"(
def predict(images):
    return np.full((len(images), 2), np.nan)
)"));
  EXPECT_TRUE(network.forward(at::zeros({1, 3, 2, 3}))[0].isnan().all().item<bool>());
}

TEST_F(ProcessBackend, stops_where_the_budget_ends) {
  ModelOptions options = options_of_python(mean_and_corner);
  options.max_requests = 5;
  const Network network = open(options);
  const std::int64_t n_spent = network.backend().use().n_requests;
  for (std::int64_t i = n_spent; i < 5; ++i) network.forward(at::zeros({1, 3, 2, 3}));
  EXPECT_THAT(test::message_of<BudgetSpent>([&] {
                network.forward(at::zeros({1, 3, 2, 3}));
              }),
              HasSubstr("--max-requests 5 is spent"));
}

}  // namespace
}  // namespace csm
