#include <gmock/gmock.h>

#include "faithfulness_sentence.h"
#include "synthetic_result.h"

namespace csm::test {
namespace {

class FaithfulnessSentenceTest : public testing::Test {
 protected:
  FaithfulnessSentenceTest() {
    Result result = synthetic_result(5, 7);
    add_synthetic_evaluation(result);
    faithfulness_ = result.faithfulness;
  }
  Faithfulness faithfulness_;
};

TEST_F(FaithfulnessSentenceTest, names_what_cannot_be_told_apart) {
  EXPECT_EQ(best_map_sentence(faithfulness_, "probability"),
            "Over 3 images the highest Average Drop of the probability is that of grad cam; the 95 "
            "% interval of its lead "
            "over every other map is above 0.");
  faithfulness_.measures[0].differences[2].low = -1;
  EXPECT_EQ(best_map_sentence(faithfulness_, "probability"),
            "Over 3 images the highest Average Drop of the probability is that of grad cam; from "
            "cis it cannot be told apart "
            "(95 % interval of the difference).");
  EXPECT_EQ(best_map_sentence(faithfulness_, "logit"), "");
}

}  // namespace
}  // namespace csm::test
