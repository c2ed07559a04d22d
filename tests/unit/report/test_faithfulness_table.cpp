#include <gmock/gmock.h>

#include "faithfulness_table.h"
#include "synthetic_result.h"

namespace csm::test {
namespace {

using testing::ElementsAre;

class FaithfulnessTableTest : public testing::Test {
 protected:
  FaithfulnessTableTest() {
    Result result = synthetic_result(5, 7);
    add_synthetic_evaluation(result);
    faithfulness_ = result.faithfulness;
  }
  Faithfulness faithfulness_;
};

TEST_F(FaithfulnessTableTest, maps_stand_by_average_drop_with_intervals) {
  EXPECT_THAT(faithfulness_table(faithfulness_, "probability"),
              ElementsAre(ElementsAre("map", "average drop % (higher is better)", "face share %"),
                          ElementsAre("grad cam", "20 (17 to 23)", "80 (70 to 90)"),
                          ElementsAre("cis", "10 (8 to 12)", "100 (100 to 100)")));
}

TEST_F(FaithfulnessTableTest, another_confidence_has_its_own_measures_only) {
  EXPECT_THAT(faithfulness_table(faithfulness_, "logit"),
              ElementsAre(ElementsAre("map"), ElementsAre("cis"), ElementsAre("grad cam")));
}

TEST_F(FaithfulnessTableTest, the_sentence_says_what_can_be_told_apart) {
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
